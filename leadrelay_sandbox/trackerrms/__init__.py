"""A strict offline stand-in for the TrackerRMS Widget API v1.11 and its later additions."""

from leadrelay_sandbox.trackerrms.simulator import TrackerRmsSimulator

__all__ = ["TrackerRmsSimulator"]
