"""Findings that a project accepts, each with its reason: which they are, and what is new."""
