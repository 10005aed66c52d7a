"""The CRMs: for each its documented API (`api.py`) and how a lead gets there (`delivery.py`)."""
