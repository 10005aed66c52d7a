"""The client of the twin's tests: patient, as a cold function on a busy machine may take minutes.
What a test waits for is a condition; how long it took says nothing."""

import httpx

PATIENCE_S = 600

web = httpx.Client(timeout=PATIENCE_S)
