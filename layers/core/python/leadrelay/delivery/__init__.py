"""From the queue to the CRM: claim, look, create, settle; back-off, sweep and replay."""
