"""Which of two places of a function's code comes first, where a call that fails at one has been.

A call that failed at a later statement of a function had no fault at an earlier one: it got beyond
it, or went round it. Within one statement nothing is said, for the line of a call comes before its
arguments and runs after them, and neither within one loop.
"""

from __future__ import annotations

import ast
from collections.abc import Iterator
from functools import lru_cache

from ecr_contracts.core import limits
from ecr_contracts.core.findings import Location
from ecr_contracts.core.plain_files import read_plain_file

__all__ = ["is_beyond"]

_LOOPS = (ast.For, ast.AsyncFor, ast.While)


def is_beyond(place: Location, other: Location) -> bool:
    """Whether a place is a later statement of the same function than another place."""
    if (place.file, place.function) != (other.file, other.function) or place.line <= other.line:
        return False
    around, around_other = _around(place.file, place.line), _around(other.file, other.line)
    if not around or not around_other or around[-1] is around_other[-1]:
        return False
    in_common = [one for one in around if any(one is another for another in around_other)]
    return not any(isinstance(one, _LOOPS) for one in in_common)


def _around(file: str, line: int) -> tuple[ast.stmt, ...]:
    """The statements that a line lies within, the innermost last; none where nobody can tell."""
    return tuple(one for one in _statements(file) if one.lineno <= line <= (one.end_lineno or 0))


@lru_cache(64)
def _statements(file: str) -> tuple[ast.stmt, ...]:
    """The statements of a file, the outer ones first; none of one that cannot be read."""
    try:
        tree = ast.parse(read_plain_file(file, limits.SOURCE_BYTES))
    except (OSError, SyntaxError, ValueError, RecursionError, MemoryError):
        return ()
    return tuple(_inner_statements(tree))


def _inner_statements(node: ast.AST) -> Iterator[ast.stmt]:
    for inner in ast.iter_child_nodes(node):
        if isinstance(inner, ast.stmt):
            yield inner
        yield from _inner_statements(inner)
