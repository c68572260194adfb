"""How results are told: the sentences of findings, and the reports for terminals and for programs.

Nothing is decided here: everything that is shown was decided by the engine.
"""
