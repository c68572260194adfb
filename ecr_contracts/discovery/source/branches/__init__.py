"""The branches of a handler's code: its blocks, what leads into each, and which of them act."""
