"""The part of `records.py` that is written by hand: how a dataclass takes an event and gives it.

Its source is copied in front of the generated classes, so it may import nothing but the standard
library.
"""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, fields
from typing import Any, Self

_LEVELS = 4  # of lists within lists: more than schemas describe, fewer than exhaust the stack


@dataclass(kw_only=True)
class EcrRecord:
    """What every class does: take the JSON that its schema accepts, and lose nothing.

    A constructor does not judge what it is given; `from_event` does. An optional field that is None
    is absent. What the schema does not know is kept in `unknown`, as is a null that it admits.
    """

    unknown: dict[str, Any] = field(default_factory=dict, repr=False)

    @classmethod
    def from_event(cls, event: Any) -> Self:
        """The event, which stays as it is. Raises ValueError for one that the schema refuses.

        The message names the place: `$.detail.image-tag is missing`.
        """
        return cls._read(event, "$")

    def to_event(self) -> dict[str, Any]:
        """The event as it came: the fields of the schema in its order, then the unknown ones."""
        event: dict[str, Any] = {}
        for one in fields(self):
            key, value = one.metadata.get("key"), getattr(self, one.name)
            if key is None:
                continue
            if value is not None:
                event[key] = _written(value)
            elif key in self.unknown:
                event[key] = self.unknown[key]
        return event | self.unknown

    def get(self, key: str, default: Any = None) -> Any:
        """What the event has at a key, as the event spells it, or the default where it has none."""
        for one in fields(self):
            if one.metadata.get("key") == key:
                value = getattr(self, one.name)
                return self.unknown.get(key, default) if value is None else value
        return self.unknown.get(key, default)

    @classmethod
    def _read(cls, event: Any, place: str) -> Self:
        if not isinstance(event, dict):
            raise ValueError(f"{place} is {_shown(event)}; expected an object")
        unknown = dict(event)
        values: dict[str, Any] = {}
        for one in fields(cls):
            key, schema = one.metadata.get("key"), one.metadata.get("schema", {})
            if key is None:
                continue
            inner = f"{place}.{key}"
            if key not in event:
                if schema.get("required"):
                    raise ValueError(f"{inner} is missing")
                continue
            values[one.name] = _read(event[key], schema, inner)
            if values[one.name] is not None:
                del unknown[key]
        return cls(**values, unknown=unknown)


_IS_OF: dict[str, Callable[[Any], bool]] = {
    "string": lambda value: isinstance(value, str),
    "integer": lambda value: _is_number(value) and value == value // 1,
    "number": lambda value: _is_number(value),
    "boolean": lambda value: isinstance(value, bool),
    "array": lambda value: isinstance(value, list),
    "object": lambda value: isinstance(value, dict),
    "null": lambda value: value is None,
}


_NOUNS = {
    "string": "a string",
    "integer": "an integer",
    "number": "a number",
    "boolean": "true or false",
    "array": "an array",
    "object": "an object",
    "null": "null",
}


def _is_number(value: Any) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool)


def _read(value: Any, schema: Mapping[str, Any], place: str) -> Any:
    """The value as its field holds it. Raises ValueError for one that the schema refuses."""
    if schema.get("nullable") and value is None:
        return None
    if "class" in schema:
        return schema["class"]._read(value, place)
    problem = _problem(value, schema)
    if problem:
        raise ValueError(f"{place} is {_shown(value)}; expected {problem}")
    if isinstance(value, list) and "items" in schema:
        return [_read(one, schema["items"], f"{place}[{at}]") for at, one in enumerate(value)]
    if isinstance(value, float) and schema.get("type") == "integer":
        return int(value)
    return value


def _problem(value: Any, schema: Mapping[str, Any]) -> str:
    """What is wanted instead of a value, empty where nothing is."""
    types = schema.get("type", [])
    types = [types] if isinstance(types, str) else types
    if types and not any(_IS_OF[name](value) for name in types):
        return " or ".join(_NOUNS[name] for name in types)
    choices = [schema["const"]] if "const" in schema else schema.get("enum", [value])
    if not any(_is_same(value, choice) for choice in choices):
        return " or ".join(map(repr, choices))
    if isinstance(value, str) and "pattern" in schema and not re.search(schema["pattern"], value):
        return f"a text like {schema['pattern']}"
    for low, high, size, noun in _bounds(value, schema):
        if low is not None and size < low:
            return f"at least {low}{noun}"
        if high is not None and size > high:
            return f"at most {high}{noun}"
    return ""


def _bounds(value: Any, schema: Mapping[str, Any]) -> list[tuple[Any, Any, Any, str]]:
    """The least and the greatest, what is measured, and of what, for what a schema bounds."""
    if isinstance(value, str):
        return [(schema.get("minLength"), schema.get("maxLength"), len(value), " characters")]
    if isinstance(value, list):
        return [(schema.get("minItems"), schema.get("maxItems"), len(value), " elements")]
    if _is_number(value):
        return [(schema.get("minimum"), schema.get("maximum"), value, "")]
    return []


def _is_same(value: Any, other: Any) -> bool:
    """Equality as JSON has it: of 1 and 1.0, and not of 1 and true."""
    return bool(value == other) and isinstance(value, bool) is isinstance(other, bool)


def _written(value: Any, levels: int = _LEVELS) -> Any:
    """The value with events, as they came, for the classes within it."""
    if isinstance(value, EcrRecord):
        return value.to_event()
    if isinstance(value, list) and levels:
        return [_written(element, levels - 1) for element in value]
    return value


def _shown(value: Any) -> str:
    text = repr(value)
    return text if len(text) <= 60 else f"{text[:59]}…"
