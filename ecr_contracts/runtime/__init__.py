"""Runs the code under test: loads, calls and traces it, in a worker process and a sandbox."""
