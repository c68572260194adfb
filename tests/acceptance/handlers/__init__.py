"""Handlers as people write them, each in a folder as a repository holds it: `expected` says what is
wrong with each.

Nothing here is imported by the tests: they are checked as they are found.
"""
