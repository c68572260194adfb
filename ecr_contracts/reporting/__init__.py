"""How results are told: sentences about findings, and the reports for terminals and for programs.

Nothing here decides anything: what it shows, it was given.
"""
