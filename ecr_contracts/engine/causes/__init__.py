"""The cause of a fault: the smallest set of choices of an event that explains it.

`grouping` puts failures with one signature together and makes findings of them. Their causes are
found by `isolate`, which tries further events (`experiment`), reduces the failing one (`reduce`)
and asks what rescues it (`rescue`), or by `infer`, from the trials alone. `model` says what a cause
is.
"""
