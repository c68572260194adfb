"""A handler's source, read and never run: its modules, the variables it reads, what it does with them."""
