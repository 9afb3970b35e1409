"""The long runs: `make soak`. Their figures are in docs/limits.md."""
