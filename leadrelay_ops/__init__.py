"""The `leadrelay` command: works on the twin and on AWS, by stack name."""
