"""Answers to HTTP requests and e-mails in memory, and the addresses that may be reached."""
