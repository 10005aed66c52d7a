"""Sample requests of real shape, one for each sender and route."""

from pathlib import Path

FOLDER = Path(__file__).parent
