"""Keeps the inventory of images up to date."""

__version__ = "1.4.0"
