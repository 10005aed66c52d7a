"""What Leadrelay costs, beside its peers; `make bench` writes docs/performance.md."""
