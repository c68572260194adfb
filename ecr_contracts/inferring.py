"""What a consumer is for, read off its source: which kinds it reacts to, and how they reach it.

One static pass over names and literals; nothing is imported or run. Only words that some kinds have and others lack
count, so that a scan handler is not fed with pushes that no rule would deliver to it.
"""

from __future__ import annotations

import ast
import sys
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

from ecr_contracts import catalog, reading
from ecr_contracts.consumers import Target

_ENOUGH = 2  # words of a kind that make it more than a coincidence
_DEEPEST = 3  # imports that are followed, to files beside the consumer's own


@dataclass(frozen=True, slots=True)
class Purpose:
    """What a consumer is taken to be for.

    `words` are those of its source that decided on the kinds; none when nothing did and every kind is taken.
    """

    kinds: tuple[str, ...]
    words: tuple[str, ...]
    via: str


def purpose(target: Target) -> Purpose:
    """The kinds and the envelope that a consumer's source speaks of."""
    spoken = _spoken(target)
    distinctive = {kind: _distinctive(kind) & spoken for kind in catalog.kinds()}
    marks = {kind: set(_marks(kind)) for kind in catalog.kinds()}
    named = {kind for kind in catalog.kinds() if (marks[kind] - _common(marks.values())) & spoken}
    likely = {kind for kind, words in distinctive.items() if len(words) >= _ENOUGH or kind in named}
    for kind in tuple(likely):
        # Kinds of one family share their words; where the source names one of them, it means that one.
        family = {other for other in likely if distinctive[other] & distinctive[kind]}
        own = {other for other in family if _own(other) & spoken}
        if own and kind not in own:
            likely.discard(kind)
    via = "sqs" if {"Records", "body"} <= spoken else "lambda"
    if not likely:
        return Purpose(catalog.kinds(), (), via)
    kinds = tuple(kind for kind in catalog.kinds() if kind in likely)
    words = [word for kind in kinds for word in _ordered(kind) if word in distinctive[kind]]
    return Purpose(kinds, tuple(dict.fromkeys(words)), via)


def _ordered(kind: str) -> list[str]:
    """The words of a kind: what tells it apart, then its keys, the detail's before the envelope's."""
    contract = reading.contract(kind)
    keys = [key for path, keys in contract.known_keys.items() if path != "$" for key in keys]
    return [*_marks(kind), *keys, *contract.known_keys["$"]]


def _marks(kind: str) -> list[str]:
    return [str(value) for _, value in reading.contract(kind).discriminator]


def _distinctive(kind: str) -> set[str]:
    """The words of a kind that some other kind lacks."""
    return set(_ordered(kind)) - _common(set(_ordered(other)) for other in catalog.kinds())


def _own(kind: str) -> set[str]:
    """The words of a kind that every other kind lacks."""
    others = (word for other in catalog.kinds() if other != kind for word in _ordered(other))
    return set(_ordered(kind)) - set(others)


def _common(sets: Iterable[set[str]]) -> set[str]:
    return set.intersection(*sets)


def _spoken(target: Target) -> set[str]:
    """Every literal and attribute in the consumer's own source, and in what it imports from beside it."""
    words: set[str] = set()
    todo = [(file, 0) for file in _files(target)]
    seen: set[Path] = set()
    while todo:
        file, depth = todo.pop()
        if file in seen:
            continue
        seen.add(file)
        try:
            tree = ast.parse(file.read_bytes())
        except (OSError, SyntaxError, ValueError, RecursionError):
            continue
        for node in ast.walk(tree):
            match node:
                case ast.Constant(value=str(text)):
                    words.add(text)
                case ast.Attribute(attr=name) | ast.keyword(arg=str(name)) | ast.AnnAssign(target=ast.Name(id=name)):
                    words.add(name.replace("_", "-"))
                case ast.Import() | ast.ImportFrom() if depth < _DEEPEST:
                    todo += [(near, depth + 1) for near in _beside(file, node)]
    return words


def _files(target: Target) -> Iterator[Path]:
    if target.file is not None:
        yield target.file
    elif target.module is not None:
        parts = target.module.split(".")
        for folder in (".", *sys.path):
            place = Path(folder, *parts)
            for candidate in (place.with_suffix(".py"), place / "__init__.py"):
                if candidate.is_file():
                    yield candidate
                    return


def _beside(file: Path, node: ast.Import | ast.ImportFrom) -> Iterator[Path]:
    names = [alias.name for alias in node.names]
    if isinstance(node, ast.ImportFrom):
        names = [node.module, *(f"{node.module}.{name}" for name in names)] if node.module else names
    for name in names:
        parts = name.split(".")
        for folder in (file.parent, *file.parent.parents[:2]):
            place = Path(folder, *parts)
            for candidate in (place.with_suffix(".py"), place / "__init__.py"):
                if candidate.is_file():
                    yield candidate
