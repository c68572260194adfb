"""Consumers that are each wrong in one declared way, or right: `expected` says how, `brute` proves
it.
"""
