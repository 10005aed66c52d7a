"""Canaries: sent as a real sender would, followed on their way, and missed when they stop."""
