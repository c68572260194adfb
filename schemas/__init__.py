"""The schemas: JSON files, read through `importlib.resources`. This package holds no code.

A kind of event is a schema in the folder of the service that sends it; what lies here is shared.
"""
