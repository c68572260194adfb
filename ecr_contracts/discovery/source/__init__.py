"""A handler's source, read and never run: its modules, its words, and the flow of its values."""
