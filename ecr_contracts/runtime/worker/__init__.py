"""A process for the code under test: the parent's handle, the child, and the wire between them."""
