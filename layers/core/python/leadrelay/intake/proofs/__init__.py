"""Who really sent a request: signatures and tokens, on its raw bytes."""
