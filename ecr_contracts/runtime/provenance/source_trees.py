"""Where in a source file an instruction stands: the syntax tree node that raised or was read."""

from __future__ import annotations

import ast
import functools
import linecache
from collections.abc import Iterator
from dataclasses import dataclass
from types import CodeType

__all__ = ["Scope", "SourceTree", "position", "source_tree"]

Position = tuple[int, int, int, int]
"""First and last line, first and last column (in bytes of UTF-8): in the order of the text."""

Scope = ast.FunctionDef | ast.AsyncFunctionDef | ast.Lambda | ast.Module
_SCOPES = (ast.FunctionDef, ast.AsyncFunctionDef, ast.Lambda)


def position(code: CodeType, offset: int) -> Position | None:
    """Where the instruction at an offset (`tb_lasti`) stands in its file, if that is known."""
    places = _positions(code)
    number = offset // 2
    if not 0 <= number < len(places):
        return None
    first, last, left, right = places[number]
    if first is None or last is None or left is None or right is None:
        return None
    return first, last, left, right


@functools.lru_cache(256)
def _positions(code: CodeType) -> list[tuple[int | None, int | None, int | None, int | None]]:
    return list(code.co_positions())


@functools.lru_cache(64)
def source_tree(file: str) -> SourceTree | None:
    """The syntax tree of a file; None where its text cannot be had."""
    text = "".join(linecache.getlines(file))
    if not text:
        return None
    try:
        tree = ast.parse(text, file)
    except (SyntaxError, ValueError, RecursionError):
        return None
    parents: dict[ast.AST, ast.AST] = {}
    for node in ast.walk(tree):
        for child in ast.iter_child_nodes(node):
            parents[child] = node
    return SourceTree(tree, parents)


def is_guarded(code: CodeType, offset: int, exceptions: frozenset[str]) -> bool:
    """Whether an instruction stands in a `try` that names one of some exceptions."""
    tree, place = source_tree(code.co_filename), position(code, offset)
    node = None if tree is None or place is None else tree.node(place)
    if tree is None or node is None:
        return False
    for parent, child in tree.outward(node):
        if isinstance(parent, ast.Try | ast.TryStar) and child in parent.body:
            for handler in parent.handlers:
                if handler.type is not None and not exceptions.isdisjoint(_names(handler.type)):
                    return True
    return False


def _names(kind: ast.expr) -> set[str]:
    return {node.id for node in ast.walk(kind) if isinstance(node, ast.Name)}


def place_of(node: ast.AST) -> Position | None:
    """Where a node stands."""
    if not isinstance(node, ast.expr | ast.stmt | ast.ExceptHandler):
        return None
    if node.end_lineno is None or node.end_col_offset is None:
        return None
    return node.lineno, node.end_lineno, node.col_offset, node.end_col_offset


def contains(outer: Position, inner: Position) -> bool:
    """Whether one place is within another."""
    starts = (outer[0], outer[2]) <= (inner[0], inner[2])
    return starts and (inner[1], inner[3]) <= (outer[1], outer[3])


@dataclass(frozen=True, slots=True)
class SourceTree:
    """A syntax tree whose nodes know what they stand in."""

    tree: ast.Module
    parents: dict[ast.AST, ast.AST]

    def node(self, place: Position) -> ast.AST | None:
        """The node at a place: an expression rather than a statement, else what holds the place."""
        best: ast.AST | None = None
        for node in (self.tree, *self.parents):
            own = place_of(node)
            if own is None or not contains(own, place):
                continue
            if own == place and isinstance(node, ast.expr):
                return node
            best = node if best is None or _is_within(node, best) else best
        return best

    def outward(self, node: ast.AST) -> Iterator[tuple[ast.AST, ast.AST]]:
        """What a node stands in, up to its function: each with the part of it that holds the node.

        The function itself is the last.
        """
        while (parent := self.parents.get(node)) is not None:
            yield parent, node
            if isinstance(parent, _SCOPES):
                return
            node = parent

    def scope(self, node: ast.AST) -> Scope:
        """The function around a node, or the module."""
        for parent, _ in self.outward(node):
            if isinstance(parent, _SCOPES):
                return parent
        return self.tree


def _is_within(node: ast.AST, other: ast.AST) -> bool:
    own, outer = place_of(node), place_of(other)
    return own is not None and outer is not None and contains(outer, own)
