"""The open files that a worker has from its parent: they lead nowhere before the consumer comes.

A fork has all that the parent had open: the terminal, logs, the lines of a test runner, other
workers. Each is replaced by the null device under its number, since what holds the number in the
parent's memory may still close it, or write to it.
"""

from __future__ import annotations

import os
import stat
from collections.abc import Collection
from contextlib import suppress

__all__ = ["let_go"]

_LIST = "/dev/fd"
_STANDARD = 3
_LEADING_OUT = frozenset({stat.S_IFSOCK, stat.S_IFIFO, stat.S_IFCHR, stat.S_IFDIR})
"""The types of files that lead somewhere whatever they were opened for."""


def let_go(keep: Collection[int]) -> None:
    """Have all open files but some, and the standard ones, lead nowhere; those to read from stay.

    Where the system does not say which are open, nothing is done.
    """
    try:
        names = os.listdir(_LIST)
    except OSError:
        return
    null = os.open(os.devnull, os.O_RDWR)
    for name in names:
        number = int(name)
        if number >= _STANDARD and number not in keep and number != null:
            with suppress(OSError):  # the list itself is closed by now
                if _leads_out(number):
                    os.dup2(null, number, inheritable=False)
    os.close(null)


def _leads_out(number: int) -> bool:
    import fcntl  # POSIX only

    kind = stat.S_IFMT(os.fstat(number).st_mode)
    if kind in _LEADING_OUT:
        return True
    can_write = fcntl.fcntl(number, fcntl.F_GETFL) & os.O_ACCMODE != os.O_RDONLY
    return kind == stat.S_IFREG and can_write
