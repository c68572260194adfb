"""Thin skins: the command line, the pytest plugin, the assertion.

What judges a consumer (the command `check`, consumers under pytest, the assertion) builds a session
and shows its report. The other commands, markers and fixtures ask the rooms below directly.
"""
