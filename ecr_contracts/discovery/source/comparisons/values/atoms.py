"""What an expression of a handler may stand for: a field of the event, a variable, a literal.

A field and a variable carry what was done to their text on the way (`Change`), so that nothing is
said of the field itself that holds only of its lower-case copy.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any, NamedTuple

__all__ = [
    "ITEM",
    "KEYS",
    "NOTHING",
    "PARSED",
    "UNKNOWN",
    "Atom",
    "Atoms",
    "Change",
    "Collection",
    "Expression",
    "Field",
    "Function",
    "Joined",
    "Literal",
    "Module",
    "Unknown",
    "Variable",
    "event_path",
    "items_of",
]

ITEM = "\0item"
"""The step from a list to what is in it."""

KEYS = "\0keys"
"""The step from an object to its keys."""

PARSED = "\0parsed"
"""The step from a text to the data that it was parsed to."""

_MARKS = (KEYS, PARSED)
_OUTER = ("detail", "detail-type", "source", "resources", "account", "region", "time", "id")
"""The keys of an event itself, with which the path within the event begins."""
_TELLING = _OUTER[:4]
"""Those of them that envelopes have no key like."""

_MOST_CHANGES = 4
_DONE_ONCE = ("lower", "upper", "strip", "parsed")
"""Changes that make no difference the second time."""

Change = tuple[Any, ...]
"""What was done to a text: `("lower",)`, `("piece", "/", 0, None)`, `("slice", None, 4)`."""


class Field(NamedTuple):
    """A value of what the handler is given: the keys down to it, and what was done to it since."""

    path: tuple[str, ...]
    changes: tuple[Change, ...] = ()


class Variable(NamedTuple):
    """An environment variable, and what was done to its text."""

    name: str
    changes: tuple[Change, ...] = ()


class Literal(NamedTuple):
    """A value that the code writes out; `node_line` is not a part of it."""

    type: str
    value: Any

    @classmethod
    def of(cls, value: Any) -> Literal:
        """A literal of a value; True and 1 are two."""
        return cls(type(value).__name__, value)


class Collection(NamedTuple):
    """A list, set or dictionary that the code writes out: what is in it, or its keys.

    `values` are those of a dictionary, in the order of the keys; None of anything else.
    """

    items: tuple[frozenset[Any], ...]
    values: tuple[frozenset[Any], ...] | None = None


class Joined(NamedTuple):
    """A text put together of fields and fixed texts, as an f-string does."""

    parts: tuple[Field | str, ...]


class Expression(NamedTuple):
    """A regular expression that was compiled."""

    text: str
    ignore_case: bool


class Function(NamedTuple):
    """A function of the code, by its number; `bound` is one that has its `self` already."""

    number: int
    bound: bool = False


class Module(NamedTuple):
    """A module or class of the code, by the number of its scope."""

    scope: int


class Unknown(NamedTuple):
    """A value of which nothing is known."""

    unknown: bool = True


UNKNOWN = Unknown()

Atom = Field | Variable | Literal | Collection | Joined | Expression | Function | Module | Unknown
Atoms = frozenset[Any]
"""The values that an expression may stand for; none where it is never reached."""

NOTHING: Atoms = frozenset()


def changed(atom: Field | Variable, change: Change) -> Atom:
    """A field or variable with something done to it; unknown where that is too much to follow."""
    if atom.changes[-1:] == (change,) and change[0] in _DONE_ONCE:
        return atom
    if len(atom.changes) >= _MOST_CHANGES:
        return UNKNOWN
    return atom._replace(changes=(*atom.changes, change))


def below(atom: Field, key: str) -> Atom:
    """What stands under a key of a field; nothing is known of one that was changed."""
    return UNKNOWN if atom.changes else Field((*atom.path, key))


def items_of(atoms: Iterable[Any]) -> Iterator[Any]:
    """What is in the lists that some values are."""
    for atom in atoms:
        match atom:
            case Field(path, ()):
                yield atom if path[-1:] == (ITEM,) else Field((*path, ITEM))
            case Field(_, (*_, ("pieces", separator, *_))) | Variable(
                _, (*_, ("pieces", separator, *_))
            ):
                yield atom._replace(changes=(*atom.changes[:-1], ("any piece", separator)))
            case Variable(_, (*_, ("parsed",))):
                yield atom
            case Collection(items):
                for item in items:
                    yield from item
            case _:
                yield UNKNOWN


def event_path(path: Iterable[str]) -> tuple[str, ...] | None:
    """The part of a path that lies within the event, however it was wrapped; None if none does.

    A key that envelopes have as well counts only where an event may begin.
    """
    steps = tuple(path)
    for index, step in enumerate(steps):
        begins = index == 0 or steps[index - 1] == PARSED
        if step in _TELLING or (begins and step in _OUTER):
            inner = steps[index:]
            return None if PARSED in inner else inner
    return None
