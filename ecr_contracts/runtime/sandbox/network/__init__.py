"""Answers to whoever speaks HTTP or SMTP, and which hosts may be reached."""
