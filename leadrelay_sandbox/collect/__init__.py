"""A strict Collect! version 13: its REST API and its websocket, on one port."""

from leadrelay_sandbox.collect.simulator import CollectSimulator

__all__ = ["CollectSimulator"]
