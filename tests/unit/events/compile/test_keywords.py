"""What belongs at a place of an event is said in words that follow its schema."""

from __future__ import annotations

import pytest

from ecr_contracts.events.compile.keywords import escaped, expected


@pytest.mark.parametrize(
    ("node", "words"),
    [
        ({"type": "string"}, "a string"),
        ({"type": ["string", "null"]}, "a string or null"),
        ({"type": "integer"}, "an integer"),
        ({"type": "integer", "minimum": 0}, "an integer, 0 or more"),
        ({"type": "number", "minimum": 0}, "a number"),
        ({"type": "array"}, "an array"),
        ({"type": "array", "items": {}}, "an array"),
        ({"type": "array", "items": {"type": "string"}}, "an array of strings"),
        ({"type": "object", "items": {"type": "string"}}, "an object"),
        ({"const": "PUSH"}, '"PUSH"'),
        ({"enum": ["PUSH", 3, None]}, '"PUSH" or 3 or null'),
    ],
)
def test_what_belongs_at_a_place_is_said_in_words(node, words):
    kind = node.get("type", "string")
    assert expected(node, kind if isinstance(kind, str) else kind[0]) == words


@pytest.mark.parametrize("key", ["a/b", "~", "~1", "a~0/b", "plain"])
def test_a_key_is_spelt_as_a_json_pointer_spells_it(key):
    """Read back as RFC 6901 says: first the slashes, then the tildes."""
    pointer = escaped(key)
    assert "/" not in pointer
    assert pointer.replace("~1", "/").replace("~0", "~") == key
