"""Where coverage writes at the end of a process that it measures."""

from __future__ import annotations

import os
import sys

__all__ = ["measured_folders"]


def measured_folders() -> tuple[str, ...]:
    """The folder of coverage's data files, where it measures this process; else nothing.

    They have names of their own for each process, and SQLite's files beside them.
    """
    coverage = sys.modules.get("coverage")
    current = None if coverage is None else coverage.Coverage.current()
    if current is None:
        return ()
    file = str(current.get_option("run:data_file"))
    return (os.path.dirname(os.path.abspath(file)),)
