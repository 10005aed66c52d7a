"""Leads that arrive as ids only: what they say is fetched from the vendor before delivery."""
