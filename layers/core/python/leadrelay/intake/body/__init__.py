"""The body of a request, whatever its type, as pairs of clean text."""
