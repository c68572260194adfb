"""The values that are tried at a place: what either version lists, what lies at each bound, others.

All of them follow from the two schemas; nothing is drawn at random.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import suppress
from functools import lru_cache
from typing import Any

from ecr_contracts.core.findings import MISSING
from ecr_contracts.events.differences.schema_places import Node
from ecr_contracts.events.languages import Language, LanguageTooLargeError
from ecr_contracts.events.regexes import Digits, Pattern

_OTHERS: tuple[Any, ...] = (None, 7, 7.0, -7, 1.5, True, False, "text", "", [], {}, 0, 10**6)
"""Values of every type, of which a schema that widens or narrows a type takes some."""

_WORDS = 24  # of a pattern
_LONGEST = 10_000  # characters of a text that is tried, and elements of a list
_DRAWN = 300  # texts that are drawn to find one that only one of two patterns has


def tried_values(
    old: Sequence[Node], new: Sequence[Node], present: Any, element: Any = MISSING
) -> Iterator[Any]:
    """The values to put in a place of which the versions say this, each once.

    `present` is what an event has there, and `element` what a list there is made of (`MISSING` for
    nothing). `MISSING` is tried first.
    """
    seen: set[str] = set()
    yield MISSING
    if isinstance(present, list) and present:
        element = present[0]
    for value in _all(old, new, present, "a" if element is MISSING else element):
        text = json.dumps(value, sort_keys=True)
        if text not in seen:
            seen.add(text)
            yield value


def _all(old: Sequence[Node], new: Sequence[Node], present: Any, element: Any) -> Iterator[Any]:
    nodes = [*old, *new]
    for node in nodes:
        yield from _listed(node)
    yield from _texts(_patterns(old), _patterns(new), _longest(nodes))
    for node in nodes:
        yield from _at_bounds(node, present, element)
    yield from _OTHERS


def _listed(node: Node) -> Iterator[Any]:
    """The values that a schema lists, and those of our annotations."""
    if "const" in node:
        yield node["const"]
    for key in ("enum", "examples"):
        if isinstance(node.get(key), list):
            yield from node[key]
    if "default" in node:
        yield node["default"]
    annotation = node.get("x-ecr")
    choices = annotation.get("choices") if isinstance(annotation, Mapping) else None
    for choice in choices.values() if isinstance(choices, Mapping) else ():
        if isinstance(choice, Mapping):
            if "value" in choice:
                yield choice["value"]
            yield from choice.get("values", ())
            if "example" in choice and "frame" not in choice:
                yield choice["example"]


def _at_bounds(node: Node, present: Any, element: Any) -> Iterator[Any]:
    """Values at, just within and just beyond each bound."""
    for key in ("minLength", "maxLength"):
        for length in _around(node.get(key)):
            yield _text_of(length, present)
    for key in ("minItems", "maxItems"):
        for length in _around(node.get(key)):
            yield [element] * length
    for key in ("minimum", "maximum", "exclusiveMinimum", "exclusiveMaximum", "multipleOf"):
        bound = node.get(key)
        if isinstance(bound, (int, float)) and not isinstance(bound, bool):
            yield from (bound, bound - 1, bound + 1, bound - 0.5, bound + 0.5)
    if node.get("uniqueItems"):
        yield [element, element]


def _around(bound: Any) -> Iterator[int]:
    if isinstance(bound, int) and not isinstance(bound, bool) and bound < _LONGEST:
        for length in (bound, bound - 1, bound + 1):
            if length >= 0:
                yield length


def _text_of(length: int, present: Any) -> str:
    """A text of a length that goes on as the present one begins."""
    start = present if isinstance(present, str) else ""
    filler = start[-1] if start else "a"
    return (start + filler * length)[:length]


# --- patterns -------------------------------------------------------------------------------------


def _patterns(nodes: Iterable[Node]) -> tuple[str, ...]:
    """The patterns of a place, those of our choices among them."""
    patterns: dict[str, None] = {}
    for node in nodes:
        if isinstance(node.get("pattern"), str):
            patterns[node["pattern"]] = None
    return tuple(patterns)


def _longest(nodes: Iterable[Node]) -> int:
    """The longest text that every schema of a place admits."""
    longest = _LONGEST
    for node in nodes:
        if isinstance(node.get("maxLength"), int):
            longest = min(longest, node["maxLength"])
    return longest


def _texts(old: tuple[str, ...], new: tuple[str, ...], longest: int) -> tuple[str, ...]:
    """Words of the patterns, and first those that only the patterns of one version have."""
    texts: list[str] = []
    if set(old) != set(new):
        texts += [*_apart(old, new, longest), *_apart(new, old, longest)]
    for pattern in dict.fromkeys((*old, *new)):
        texts += _words(pattern)
    return tuple(texts)


@lru_cache(256)
def _words(pattern: str) -> tuple[str, ...]:
    """Some words of a pattern and texts that are none, where it is one that can be counted off."""
    try:
        known = Pattern(pattern)
    except ValueError:
        return ()
    words = [known.word(Digits(number**5)) for number in range(_WORDS)]
    plainest = words[0]
    return (*words, plainest[:-1], f"{plainest}\n", f"?{plainest}", "?")


@lru_cache(256)
def _apart(within: tuple[str, ...], without: tuple[str, ...], longest: int) -> tuple[str, ...]:
    """Texts of at most so many characters with all of some patterns, and not with all of others."""
    if not within:
        return tuple(_outside(without))
    if len(within) == 1:
        with suppress(ValueError, LanguageTooLargeError):
            others = [Pattern(pattern) for pattern in without]
            language = Language(Pattern(within[0]), without=others, longest=longest)
            if others and not language.is_empty:
                return tuple(language.word(Digits(number)) for number in (0, 1, 12_345))
            return ()
    return tuple(_drawn(within, without, longest))


def _outside(patterns: tuple[str, ...]) -> Iterator[str]:
    """Texts of printable characters that a pattern does not have."""
    with suppress(ValueError, LanguageTooLargeError):
        language = Language(None, without=[Pattern(pattern) for pattern in patterns])
        if not language.is_empty:
            yield language.shortest()


def _drawn(within: tuple[str, ...], without: tuple[str, ...], longest: int) -> Iterator[str]:
    """A text that is drawn, for patterns that only regular expressions of Python can read."""
    import random
    import re

    from hypothesis import HealthCheck, Phase, find, settings
    from hypothesis import strategies as st
    from hypothesis.errors import NoSuchExample

    def is_apart(text: str) -> bool:
        if len(text) > longest or not all(re.search(pattern, text) for pattern in within):
            return False
        return not all(re.search(pattern, text) for pattern in without)

    quiet = settings(
        max_examples=_DRAWN,
        database=None,
        deadline=None,
        phases=[Phase.generate],
        suppress_health_check=list(HealthCheck),
    )
    with suppress(NoSuchExample, re.error):
        yield find(st.from_regex(within[0]), is_apart, settings=quiet, random=random.Random(0))
