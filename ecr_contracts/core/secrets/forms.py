"""The forms in which a secret value is met: as it is, quoted, escaped, encoded, line by line."""

from __future__ import annotations

import base64
import html
import json
from collections.abc import Iterator
from urllib.parse import quote, quote_plus

from ecr_contracts.core import json_text
from ecr_contracts.core.secrets.looks import is_everyday

__all__ = ["SHORTEST", "forms"]

SHORTEST = 6
"""Characters of a value that is looked for elsewhere; shorter ones turn up by chance (`none`)."""
_LONGEST = 1000
"""Characters of a value that is looked for as a whole; a longer one is looked for in pieces."""
_SHORTEST_ENCODED = 8
"""Characters of an encoded form; of shorter ones, too little is left of the value."""
_FIRST_WHOLE = (0, 2, 3)
"""The first base64 letter that depends on nothing before a value, by the bytes before it."""


def forms(value: str) -> frozenset[str]:
    """A secret in all forms that it is looked for in; none of what is too short or everyday."""
    if len(value.strip()) < SHORTEST or is_everyday(value):
        return frozenset()
    if len(value) > _LONGEST:
        # Where the whole stands, all of its pieces do.
        pieces = range(0, len(value), _LONGEST)
        return frozenset().union(*(forms(value[start : start + _LONGEST]) for start in pieces))
    found = {*_quoted(value), *value.splitlines(), *map(str.strip, value.splitlines())}
    found.update(_encoded(value.strip()))
    return frozenset(form for form in found if len(form) >= SHORTEST)


def _quoted(value: str) -> set[str]:
    """As it is, as Python, JSON, HTML and shells write it, and as URLs do."""
    return {
        value,
        value.strip(),
        json.dumps(value)[1:-1],
        json_text.one_line(value)[1:-1],
        repr(value)[1:-1],
        ascii(value)[1:-1],
        html.escape(value),
        value.replace("'", "'\"'\"'"),
        quote(value),
        quote(value, safe=""),
        quote_plus(value),
    }


def _encoded(value: str) -> Iterator[str]:
    """In base64 at each place within something else, in hexadecimal, backwards, in one case."""
    raw = value.encode("utf-8", "surrogatepass")
    if len(raw) >= SHORTEST:
        yield raw.hex()
        yield raw.hex().upper()
        yield value[::-1]
    for before, first in enumerate(_FIRST_WHOLE):
        padded = base64.b64encode(bytes(before) + raw).decode("ascii")
        # The last letters depend on what follows, unless a group ends with the value.
        kept = padded[first : 4 * ((before + len(raw)) // 3)]
        if len(kept) >= _SHORTEST_ENCODED:
            yield kept
            yield kept.replace("+", "-").replace("/", "_")
    if len(value) >= _SHORTEST_ENCODED and any(letter.isdigit() for letter in value):
        yield value.lower()
        yield value.upper()
