"""The files that come with a lead, or after it: which are taken, and what they are."""
