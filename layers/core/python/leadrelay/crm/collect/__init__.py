"""Collect! (Comtech Systems), version 13, by its REST API."""
