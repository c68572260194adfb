"""Event patterns as Terraform writes them, with what only a deployment knows left open.

A leaf that is unknown admits any value, a text with unknown parts becomes a wildcard. The paths of
both are told.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from typing import Any

from ecr_contracts.discovery.iac.document import Block
from ecr_contracts.discovery.iac.terraform.values import (
    Attribute,
    Either,
    Encoded,
    Partial,
    Unknown,
    is_known,
)

__all__ = ["pattern_of"]

_ANY = {"exists": True}
_MAX_NODES = 20_000
_MARK = "\ue000{}\ue001"


def pattern_of(value: Any) -> tuple[Any, tuple[str, ...]]:
    """A pattern, and its paths whose values are not known; a text if it is no JSON.

    A pattern of which nothing is known admits all events.
    """
    opening = _Opening()
    content = opening.parsed(value)
    if isinstance(content, Either):
        content = content.options[0] if len(content.options) == 1 else Unknown()
    if isinstance(content, Unknown | Partial):
        return {"source": [dict(_ANY)]}, ("$",)
    if not isinstance(content, Mapping):
        return content, ()
    return opening.opened(content, "$"), tuple(dict.fromkeys(opening.unresolved))


class _Opening:
    """Leaves open what is not known in a pattern, and notes the paths."""

    def __init__(self) -> None:
        self.unresolved: list[str] = []
        self._left = _MAX_NODES
        self._unknown: list[Unknown] = []

    def parsed(self, value: Any) -> Any:
        """The data in a pattern that is a text."""
        match value:
            case Encoded(inner):
                return inner
            case Either(options):
                return Either(tuple(self.parsed(option) for option in options))
            case Partial(parts):
                return self._from_json(parts)
            case str():
                return self._from_json((value,))
        return value

    def _from_json(self, parts: Sequence[str | Unknown]) -> Any:
        """The data in a JSON text with unknown parts; the text itself where it is no JSON."""
        pieces: list[str] = []
        quotes = 0
        for part in parts:
            if isinstance(part, str):
                pieces.append(part)
                quotes += part.replace('\\"', "").count('"')
                continue
            mark = _MARK.format(len(self._unknown))
            self._unknown.append(part)
            pieces.append(mark if quotes % 2 else json.dumps(mark))
        text = "".join(pieces)
        try:
            return self._with_unknown(json.loads(text))
        except (ValueError, RecursionError):
            return Unknown() if self._unknown else text

    def _with_unknown(self, value: Any) -> Any:
        """Data with the unknown values in place of their marks."""
        match value:
            case dict():
                block = Block()
                for key, inner in value.items():
                    block[key] = self._with_unknown(inner)
                return block
            case list():
                return [self._with_unknown(item) for item in value]
            case str() if "\ue000" in value:
                return self._marked(value)
        return value

    def _marked(self, text: str) -> Any:
        first, *others = text.split("\ue000")
        parts: list[str | Unknown] = [first] if first else []
        for other in others:
            number, _, rest = other.partition("\ue001")
            parts.append(self._unknown[int(number)])
            if rest:
                parts.append(rest)
        return parts[0] if len(parts) == 1 else Partial(tuple(parts))

    def opened(self, pattern: Mapping[str, Any], path: str) -> dict[str, Any]:
        """A level of a pattern in which nothing is unknown."""
        opened: dict[str, Any] = {}
        for key, value in pattern.items():
            self._left -= 1
            place = f"{path}.{key}"
            match self._taken(value):
                case Unknown() if key == "detail":
                    self.unresolved.append(place)
                case Mapping() as inner:
                    opened[key] = self.opened(inner, place)
                case list() as conditions:
                    opened[key] = self._conditions(key, conditions, path)
                case Either(options):
                    opened[key] = self._alternatives(options, place)
                case Unknown() | Partial() | Encoded():
                    self.unresolved.append(place)
                    opened[key] = [dict(_ANY)]
                case other:
                    opened[key] = other
        return opened

    def _taken(self, value: Any) -> Any:
        """A value, unknown where there were too many of them."""
        return Unknown() if self._left < 0 else value

    def _alternatives(self, options: Sequence[Any], place: str) -> list[Any]:
        """The conditions of one of several values: those of all of them."""
        if not all(isinstance(option, list) for option in options):
            self.unresolved.append(place)
            return [dict(_ANY)]
        conditions: list[Any] = []
        for option in options:
            conditions += [item for item in self._leaf(option, place) if item not in conditions]
        return conditions

    def _conditions(self, key: str, conditions: list[Any], path: str) -> list[Any]:
        if key == "$or":
            return [
                self.opened(item, path) if isinstance(item, Mapping) else item
                for item in conditions
            ]
        return self._leaf(conditions, f"{path}.{key}")

    def _leaf(self, conditions: list[Any], place: str) -> list[Any]:
        """The conditions of a key; any value where one of them is unknown."""
        opened: list[Any] = []
        for condition in conditions:
            self._left -= 1
            for option in _options(condition):
                known = self._condition(option)
                if known is None:
                    self.unresolved.append(place)
                    return [dict(_ANY)]
                if not is_known(option):
                    self.unresolved.append(place)
                opened.append(known)
        return opened

    def _condition(self, condition: Any) -> Any:
        """One condition; None for one that only a deployment knows."""
        match self._taken(condition):
            case Unknown(form="*"):
                return None
            case Unknown(form=str(form)):
                return {"wildcard": form}
            case Partial(parts):
                return {"wildcard": _wildcard(parts)}
            case {"prefix": Partial(parts)}:
                return {"wildcard": _merged(_wildcard(parts) + "*")}
            case {"suffix": Partial(parts)}:
                return {"wildcard": _merged("*" + _wildcard(parts))}
            case Mapping() | list() | Encoded() as other:
                return _plain(other) if is_known(other) else None
            case Attribute() as text:
                return str(text)
        return condition


def _options(value: Any) -> Sequence[Any]:
    return value.options if isinstance(value, Either) else (value,)


def _plain(value: Any) -> Any:
    """Known data as JSON has it."""
    match value:
        case Mapping():
            return {key: _plain(inner) for key, inner in value.items()}
        case list():
            return [_plain(item) for item in value]
        case str():
            return str(value)
    return value


def _wildcard(parts: Sequence[str | Unknown]) -> str:
    """A text with a `*` for each part that is unknown."""
    pieces: list[str] = []
    for part in parts:
        if isinstance(part, str):
            pieces.append(part.replace("\\", "\\\\").replace("*", "\\*"))
        else:
            pieces.append(part.form)
    return _merged("".join(pieces))


def _merged(wildcard: str) -> str:
    """A wildcard without two stars in a row, which EventBridge refuses."""
    while "**" in wildcard:
        wildcard = wildcard.replace("**", "*")
    return wildcard
