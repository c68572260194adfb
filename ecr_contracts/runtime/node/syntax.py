"""Where a file is no JavaScript: Node tells no line of an ES module that it cannot read."""

from __future__ import annotations

import os
import re
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

from ecr_contracts.runtime.node.stacks import Frame
from ecr_contracts.runtime.sandbox.guard import unguarded

__all__ = ["unreadable_line"]

_PLACE = re.compile(r"^(?:file://)?(/.*):(\d+)$")
_MOST = 1 << 16
_ERROR_OUTPUT = 2

# Taken before any sandbox replaces them.
_read, _pipe, _close, _wait = os.read, os.pipe, os.close, os.waitpid
_spawn: Any = getattr(os, "posix_spawn", None)


def unreadable_line(
    program: str, files: Iterable[Path], environment: Mapping[str, str]
) -> Frame | None:
    """The line at which the Node of a path cannot read the first such of some files.

    Nothing in them is run.
    """
    for file in files:
        words = [program, "--check", os.path.abspath(file)]
        first, _, _ = _told(program, words, environment).partition("\n")
        match = _PLACE.match(first)
        if match is not None:
            return Frame(match[1], int(match[2]), "")
    return None


def _told(program: str, words: list[str], environment: Mapping[str, str]) -> str:
    """What a program writes to its error output."""
    reading, writing = _pipe()
    actions = [(os.POSIX_SPAWN_DUP2, writing, _ERROR_OUTPUT)]
    try:
        with unguarded():
            process = _spawn(program, words, dict(environment), file_actions=actions)
    finally:
        _close(writing)
    told = b""
    try:
        while len(told) < _MOST and (chunk := _read(reading, _MOST)):
            told += chunk
    finally:
        _close(reading)
        with unguarded():
            _wait(process, 0)
    return told.decode("utf-8", "replace")
