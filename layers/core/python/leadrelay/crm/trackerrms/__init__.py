"""TrackerRMS, a CRM for recruiters, through its Widget API."""
