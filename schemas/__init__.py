"""The schemas: JSON files, read through `importlib.resources`. This package holds no code."""
