"""Hostile inputs: files that nobody here wrote, in every way that the tool reads one."""
