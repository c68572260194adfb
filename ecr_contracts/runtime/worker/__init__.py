"""A process of its own for the code under test."""
