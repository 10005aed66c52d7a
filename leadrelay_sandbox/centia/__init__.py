"""A strict centiaCRM: all 38 methods of its API v1, over HTTP."""

from leadrelay_sandbox.centia.simulator import CentiaSimulator

__all__ = ["CentiaSimulator"]
