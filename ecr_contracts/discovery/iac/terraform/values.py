"""The values of Terraform's expressions, some of which only a deployment knows.

What is known is plain Python (texts, numbers, lists, mappings). The classes here stand for the
rest: `Unknown`, a text with unknown parts (`Partial`), one of several values (`Either`), and the
JSON of a value with any of these in it (`Encoded`).
"""

from __future__ import annotations

import itertools
import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from ecr_contracts.core.limits import TERRAFORM_TEXT
from ecr_contracts.core.placeholders import placeholder
from ecr_contracts.discovery.iac.values.known_values import UNKNOWN

__all__ = [
    "MAX_ITEMS",
    "Attribute",
    "Either",
    "Encoded",
    "FileText",
    "Partial",
    "Unknown",
    "either",
    "is_known",
    "joined",
    "lifted",
    "owned",
    "plain_text",
    "resource_of",
    "text_of",
]

MAX_ITEMS = 10_000
_MAX_OPTIONS = 16


class Attribute(str):
    """A text that is known, and the address of the resource whose attribute it is."""

    resource: str = ""

    @classmethod
    def of(cls, text: str, resource: str) -> Attribute:
        """A text as the attribute of a resource."""
        attribute = cls(text)
        attribute.resource = resource
        return attribute


class FileText(str):
    """The text of a file, which knows where that lies."""

    path: str = ""


@dataclass(frozen=True, slots=True)
class Unknown:
    """A value that only a deployment knows.

    `text` is what may stand there, None if nothing is known of its form; `resource` the address of
    the resource that has it; `form` the same text with marks of `known_values` for each part that
    is not known.
    """

    text: str | None = None
    resource: str = ""
    form: str = UNKNOWN


@dataclass(frozen=True, slots=True)
class Partial:
    """A text some parts of which are unknown, and the resource whose attribute it is, if any."""

    parts: tuple[str | Unknown, ...]
    resource: str = ""


@dataclass(frozen=True)
class Either:
    """One of several values, which of them only a deployment knows."""

    options: tuple[Any, ...]


@dataclass(frozen=True)
class Encoded:
    """The JSON of a value that may have unknown values in it."""

    value: Any


def is_known(value: Any) -> bool:
    """Whether all of a value is known."""
    match value:
        case Unknown() | Partial() | Either():
            return False
        case Encoded(inner):
            return is_known(inner)
        case Mapping():
            return all(map(is_known, value.values()))
        case list():
            return all(map(is_known, value))
    return True


def either(options: Sequence[Any]) -> Any:
    """One of several values; the value itself where there is just one."""
    flat: list[Any] = []
    for option in options:
        inner = option.options if isinstance(option, Either) else (option,)
        flat += [value for value in inner if value not in flat]
    if len(flat) > _MAX_OPTIONS:
        return Unknown()
    return flat[0] if len(flat) == 1 else Either(tuple(flat))


def lifted(function: Callable[..., Any], arguments: Sequence[Any]) -> Any:
    """What a function gives for arguments, some of which may be one of several values."""
    choices = [value.options if isinstance(value, Either) else (value,) for value in arguments]
    combinations = list(itertools.islice(itertools.product(*choices), _MAX_OPTIONS + 1))
    if len(combinations) > _MAX_OPTIONS:
        return Unknown()
    return either([function(*combination) for combination in combinations])


def joined(parts: Sequence[Any]) -> Any:
    """The parts of a template, one behind the other; a single one stays the value that it is."""
    if len(parts) == 1:
        return parts[0]
    return lifted(_joined, parts)


def _joined(*parts: Any) -> Any:
    pieces: list[str | Unknown] = []
    for part in parts:
        match part:
            case Partial(inner):
                pieces += inner
            case Unknown():
                pieces.append(part)
            case _:
                text = plain_text(part)
                pieces.append(Unknown() if text is None else text)
    length = sum(len(piece) for piece in pieces if isinstance(piece, str))
    if length > TERRAFORM_TEXT or len(pieces) > MAX_ITEMS:
        return Unknown()
    return _merged(pieces)


def _merged(pieces: Sequence[str | Unknown]) -> str | Unknown | Partial:
    """Pieces as a text, or as a partial text in which no two texts stand side by side."""
    merged: list[str | Unknown] = []
    for piece in pieces:
        if isinstance(piece, str) and merged and isinstance(merged[-1], str):
            merged[-1] += piece
        elif piece != "":
            merged.append(piece)
    if not merged:
        return ""
    if len(merged) == 1:
        return merged[0]
    return Partial(tuple(merged))


def plain_text(value: Any) -> str | None:
    """A known value as Terraform writes it into a text, None where that is not possible."""
    match value:
        case bool():
            return str(value).lower()
        case str():
            return value
        case float() if value.is_integer():
            return str(int(value))
        case int() | float():
            return str(value)
        case None:
            return ""
        case Encoded(inner) if is_known(inner):
            return _json(inner)
    return None


def text_of(value: Any, name: str = "") -> str:
    """A value as text as it may be once deployed; `name` tells the form of what is unknown."""
    match value:
        case Unknown(text=None):
            return placeholder(name)
        case Unknown(text=str(stand_in)):
            return stand_in
        case Partial(parts):
            return "".join(
                part if isinstance(part, str) else part.text or "placeholder" for part in parts
            )
        case Either(options):
            return text_of(options[0], name)
        case Encoded(inner):
            return _json(_stand_in(inner, ""))
    text = plain_text(value)
    return placeholder(name) if text is None else text


def _json(value: Any) -> str:
    """The JSON that Terraform writes: keys in order, and no sign that HTML gives a meaning."""
    text = json.dumps(_flat(value), separators=(",", ":"), ensure_ascii=False, sort_keys=True)
    for sign in "<>&":
        text = text.replace(sign, f"\\u{ord(sign):04x}")
    return text


def _flat(value: Any) -> Any:
    """A known value with the JSON in it as text."""
    match value:
        case Mapping():
            return {key: _flat(inner) for key, inner in value.items()}
        case list():
            return [_flat(item) for item in value]
        case Encoded():
            return plain_text(value)
    return value


def _stand_in(value: Any, name: str) -> Any:
    """A value with a stand-in for each unknown one in it."""
    match value:
        case Mapping():
            return {key: _stand_in(inner, key) for key, inner in value.items()}
        case list():
            return [_stand_in(inner, name) for inner in value]
        case Either(options):
            return _stand_in(options[0], name)
        case Unknown() | Partial() | Encoded():
            return text_of(value, name)
    return value


def owned(value: Any, resource: str) -> Any:
    """A value as an attribute of a resource, if it is a text."""
    match value:
        case Unknown() | Partial():
            return replace(value, resource=resource)
        case Either(options):
            return Either(tuple(owned(option, resource) for option in options))
        case str() if not isinstance(value, FileText):
            return Attribute.of(value, resource)
    return value


def resource_of(value: Any) -> str:
    """The address of the resource that a value is an attribute of; empty if it is of none."""
    match value:
        case Attribute() | Unknown() | Partial() if value.resource:
            return value.resource
        case Partial(parts):
            return next((found for part in parts if (found := resource_of(part))), "")
        case Either(options):
            return next((found for option in options if (found := resource_of(option))), "")
    return ""
