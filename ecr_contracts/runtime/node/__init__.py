"""Handlers for Node: run by a bootstrap of ours, and called as functions of Python are."""
