"""A key that no event has, where the event has one of nearly the same name.

A line that asks for it fails on every event, and what is to be mended is the key.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

from ecr_contracts.core.findings import Finding
from ecr_contracts.eventbridge.rules.corrections.meant import meant_word, plain
from ecr_contracts.events.compile import reader
from ecr_contracts.events.kinds import kind_names

__all__ = ["misspelt_key"]

_KEY = re.compile(r"""["'](?P<key>[A-Za-z][\w-]*)["']""")
_OF_NOTHING = "'NoneType' object"
"""What stands in messages where `get` found nothing and its result was used."""

_OF_UNDEFINED = "Cannot read properties of undefined"
"""The same in JavaScript, where a key that is not there is no error."""

_MEMBER = re.compile(r"""\.(?P<key>[A-Za-z][\w$]*)|\[["'](?P<quoted>[A-Za-z][\w-]*)["']\]""")

_MOST_LETTERS = 2  # by which one of two names is longer than the other


def misspelt_key(finding: Finding) -> tuple[str, str] | None:
    """The key that a line asks for and no event has, and the event's key that is meant, if any."""
    if finding.location is None or finding.example is None or finding.through:
        return None
    source = finding.location.source
    written = [match["key"] for match in _KEY.finditer(source)]
    message = finding.detail.strip()
    if message.startswith(_OF_UNDEFINED):
        written = [match["key"] or match["quoted"] for match in _MEMBER.finditer(source)]
    elif finding.exception == "KeyError":
        found = _KEY.fullmatch(message)
        written = [key for key in written if found and key == found["key"]]
    elif not message.startswith(_OF_NOTHING):
        return None
    there = list(dict.fromkeys(_keys(finding.example)))
    for key in written:
        meant = None if key in there else meant_word(key, there)
        is_as_long = meant is not None and abs(len(meant) - len(key)) <= _MOST_LETTERS
        if meant is None or not is_as_long:
            continue
        if plain(meant) == plain(key) or not _is_of_some_event(key):
            return key, meant
    return None


def _keys(value: Any) -> Iterator[str]:
    """The keys of all objects within a value, the outermost first."""
    todo = [value]
    while todo:
        one = todo.pop(0)
        if isinstance(one, dict):
            yield from one
            todo += one.values()
        elif isinstance(one, list):
            todo += one


def _is_of_some_event(key: str) -> bool:
    """Whether an event of any kind has a key."""
    return any(
        key in keys for kind in kind_names() for keys in reader.contract(kind).known_keys.values()
    )
