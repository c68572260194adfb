"""A process for the code under test: the parent's handle, what the child runs, and the wire between them."""
