"""What methods and slices make of texts: of a literal the result, of a field a change to note."""

from __future__ import annotations

import ast
from collections.abc import Iterable, Iterator, Sequence
from typing import Any

from ecr_contracts.discovery.source.comparisons.values.atoms import (
    UNKNOWN,
    Atoms,
    Change,
    Collection,
    Field,
    Literal,
    Variable,
    changed,
)

__all__ = ["applied", "changed_by", "ignores_case", "sliced"]

_MOST_PIECES = 200
_CASES = {"lower": "lower", "casefold": "lower", "upper": "upper"}
_STRIPS = ("strip", "lstrip", "rstrip")
_SPLITS = {"split": "left", "rsplit": "right"}
_PARTITIONS = {"partition": "left", "rpartition": "right"}
_FLAGS_OF_CASE = ("IGNORECASE", "I")
_HARMLESS_FLAGS = ("ASCII", "A", "UNICODE", "U")


def changed_by(name: str, holders: Atoms, call: ast.Call) -> Atoms | None:
    """What a method gives of texts; None where it is none that is known here."""
    arguments = list(_constants(call))
    if len(arguments) != len(call.args) + len(call.keywords):
        return frozenset([UNKNOWN])
    change = _change(name, arguments, call)
    if change is None:
        return None
    found: set[Any] = set()
    for holder in holders:
        match holder:
            case Field() | Variable():
                found.add(changed(holder, change))
            case Literal(value=str(text)):
                found.add(_of_literal(name, text, arguments))
            case _:
                found.add(UNKNOWN)
    return frozenset(found)


def _constants(call: ast.Call) -> Iterator[Any]:
    """The arguments of a call that are written out."""
    for node in (*call.args, *(keyword.value for keyword in call.keywords)):
        match node:
            case ast.Constant(value=value):
                yield value
            case ast.UnaryOp(op=ast.USub(), operand=ast.Constant(value=int(value))):
                yield -value


def _change(name: str, arguments: Sequence[Any], call: ast.Call) -> Change | None:
    """The change that a method makes to a text; None for an unknown one."""
    if name in _CASES and not arguments:
        return (_CASES[name],)
    if name in _STRIPS:
        return ("strip", arguments[0] if arguments else None, name)
    if name in _SPLITS and arguments and isinstance(arguments[0], str):
        most = arguments[1] if len(arguments) > 1 and isinstance(arguments[1], int) else None
        return ("pieces", arguments[0], most, _SPLITS[name])
    if name in _PARTITIONS and arguments and isinstance(arguments[0], str):
        return ("pieces", arguments[0], "partition", _PARTITIONS[name])
    if name in ("removeprefix", "removesuffix") and arguments:
        return (name, arguments[0])
    if name == "replace" and len(arguments) == 2 and not call.keywords:
        return ("replace", *arguments)
    return None


def _of_literal(name: str, text: str, arguments: Sequence[Any]) -> Any:
    """What a method gives of a text that the code writes out."""
    try:
        result = getattr(text, name)(*arguments)
    except (TypeError, ValueError, AttributeError):
        return UNKNOWN
    if isinstance(result, str):
        return Literal.of(result)
    pieces = list(result)[:_MOST_PIECES]
    return Collection(tuple(frozenset([Literal.of(piece)]) for piece in pieces))


def sliced(holders: Atoms, piece: ast.Slice) -> Atoms:
    """What a slice with written bounds takes of texts."""
    low, high = _bound(piece.lower), _bound(piece.upper)
    if low is UNKNOWN or high is UNKNOWN or piece.step is not None:
        return frozenset([UNKNOWN])
    found: set[Any] = set()
    for holder in holders:
        match holder:
            case Field() | Variable():
                found.add(changed(holder, ("slice", low, high)))
            case Literal(value=str(text)):
                found.add(Literal.of(text[low:high]))
            case _:
                found.add(UNKNOWN)
    return frozenset(found)


def _bound(node: ast.expr | None) -> Any:
    match node:
        case None:
            return None
        case ast.Constant(value=int(number)):
            return number
        case ast.UnaryOp(op=ast.USub(), operand=ast.Constant(value=int(number))):
            return -number
    return UNKNOWN


def ignores_case(rest: Sequence[ast.expr], keywords: Iterable[ast.keyword]) -> bool | None:
    """Whether the flags of an expression let letter case be; None for flags that say more."""
    flags = [*rest, *(one.value for one in keywords if one.arg == "flags")]
    if not flags:
        return False
    names = [node.attr for node in ast.walk(flags[-1]) if isinstance(node, ast.Attribute)]
    if not names or not set(names) <= {*_FLAGS_OF_CASE, *_HARMLESS_FLAGS}:
        return None
    return any(name in _FLAGS_OF_CASE for name in names)


def applied(changes: Iterable[Change], text: str) -> str | None:
    """What some changes make of a text; None where they make something else, or nothing."""
    for change in changes:
        made = _made(change, text)
        if made is None:
            return None
        text = made
    return text


def _made(change: Change, text: str) -> str | None:
    match change:
        case ("lower" | "upper" as case,):
            return str(getattr(text, case)())
        case ("strip", characters, name):
            return str(getattr(text, name)(characters))
        case ("slice", low, high):
            return text[low:high]
        case ("removeprefix" | "removesuffix" as name, str(part)):
            return str(getattr(text, name)(part))
        case ("replace", str(old), str(new)):
            return text.replace(old, new)
        case ("piece", str(separator), int(number), most, side):
            pieces = _pieces(text, separator, most, side)
            return pieces[number] if -len(pieces) <= number < len(pieces) else None
        case ("any piece", str(separator)):
            return text.split(separator)[0]
    return None


def _pieces(text: str, separator: str, most: Any, side: str) -> Sequence[str]:
    if most == "partition":
        return text.partition(separator) if side == "left" else text.rpartition(separator)
    limit = -1 if most is None else most
    return text.split(separator, limit) if side == "left" else text.rsplit(separator, limit)
