"""From an HTTP request to a lead: pure, bytes and headers in, `Lead` or `Rejected` out."""
