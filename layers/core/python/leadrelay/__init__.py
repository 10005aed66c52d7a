"""Leadrelay: every accepted lead reaches each of its CRMs exactly once."""

__version__ = "0.1.0"
