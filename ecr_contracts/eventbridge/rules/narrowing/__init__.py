"""A contract narrowed to the events that some rules let through; `narrow` is the whole of it."""
