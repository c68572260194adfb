"""Thin skins that build a session and show its report: command line, pytest plugin, assertion."""
