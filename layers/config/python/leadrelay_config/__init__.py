"""The agency's own configuration, a layer of its own: see `sources.toml` beside this file."""

from pathlib import Path

SOURCES_TOML = Path(__file__).with_name("sources.toml")
