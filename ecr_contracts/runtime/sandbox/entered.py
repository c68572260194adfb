"""Records which blocks of its own code a call enters: a mark at the head of each sets one byte.

The marks are put in when the consumer's modules are loaded, and stay: setting a byte costs next to
nothing, leaves every line where it was, and disturbs no tracer.
"""

from __future__ import annotations

import ast
import builtins
import os
from collections.abc import Callable

from ecr_contracts.core import limits
from ecr_contracts.discovery.source.branches.blocks import ENTERED, ENTERING, blocks_of, mark
from ecr_contracts.runtime.outcome import Entered

__all__ = ["begin", "entered", "marking"]

_BYTES = bytearray()
"""A byte for each block of all files that are loaded."""
_PLACES: dict[str, tuple[int, int]] = {}
"""Where the bytes of each file begin, and how many there are."""


def marking(tree: ast.Module, file: str) -> Callable[[], None]:
    """What puts the marks into a module, whose blocks are those of the tree as it is now.

    Other changes can so be made to the tree before the marks are put in.
    """
    blocks = blocks_of(tree)
    place = _place(os.path.abspath(file), len(blocks))

    def put_marks() -> None:
        if place is not None:
            mark(blocks, place)

    return put_marks


def _place(file: str, count: int) -> int | None:
    """Where the bytes of a file begin; None where there are too many. A file may be loaded anew."""
    setattr(builtins, ENTERED, _BYTES)
    setattr(builtins, ENTERING, _enter)
    known = _PLACES.get(file)
    if known is not None and known[1] == count:
        return known[0]
    if len(_BYTES) + count > limits.CODE_BLOCKS:
        return None
    begin_at = len(_BYTES)
    _BYTES.extend(bytes(count))
    _PLACES[file] = begin_at, count
    return begin_at


def _enter(number: int) -> None:
    _BYTES[number] = 1


def begin() -> None:
    """Begin a call: no block is entered yet."""
    _BYTES[:] = bytes(len(_BYTES))


def entered() -> Entered:
    """The blocks that were entered since the call began, by file; files without any are left out.

    For each block there is a byte, 1 if it was entered.
    """
    files: list[tuple[str, bytes]] = []
    for file, (start, count) in _PLACES.items():
        marks = bytes(_BYTES[start : start + count])
        if any(marks):
            files.append((file, marks))
    return tuple(files)
