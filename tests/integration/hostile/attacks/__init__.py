"""Bodies of attacking handlers, a module for each aim: a table of the lines of a handler by name.

What they are aimed at is made by the test: `FOLDER` is its project, `HOME` its home, `TCP`, `UDP`,
`SOCKET` and `ABSTRACT` are its listeners, `PARENT` is the process of its check, `VICTIM` a process
beside it. `SECRETS` are planted. What a handler leaves behind ends by an alarm of its own.
"""
