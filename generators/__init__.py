"""Writes what follows from the schemas: `python -m generators`, for developers of this package."""
