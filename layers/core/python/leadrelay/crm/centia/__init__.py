"""centiaCRM: its API v1 (`api.py`) and how a lead gets there (`delivery.py`)."""
