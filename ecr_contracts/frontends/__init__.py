"""Thin skins: the command line, the pytest plugin, the assertion. Each builds a session and shows its report."""
