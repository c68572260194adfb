"""The environment variables that a handler's code reads, and values that let events through."""
