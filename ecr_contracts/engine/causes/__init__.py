"""The cause of a fault: the conditions that an event has to meet for it to show.

`grouping` puts failures with one signature together and makes findings of them. Their causes are
found by `isolate`, which tries further events (`experiment`), reduces the failing one (`reduce`),
asks what rescues it (`rescue`) and tries the cause on events that are new to it (`rows`), or by
`infer`, from the trials alone; `merge` puts together what is one cause. `model` says what a cause
is.
"""
