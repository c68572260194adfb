"""Copy-on-write for a consumer's files: what it changes is a copy that goes with its sandbox."""
