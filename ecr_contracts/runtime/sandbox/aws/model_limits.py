r"""Limits that botocore's models state and botocore does not check: most lengths, and patterns.

botocore refuses what is shorter than a shape's `min`. Here is what AWS refuses beyond: what is
longer than `max`, and a text that does not fit its `pattern`.

Policy. Only the services of the table are held to their models: those that are known to check a
request against the constraints of its model before anything else, and to say so in the words of
`1 validation error detected: Value '…' at '…' failed to satisfy constraint: …`. Other models have
patterns that their services do not enforce. A pattern is written for Java, which wants the whole
text to match. It is translated where Python has another notation (`\p{L}`), and letters and digits
of all scripts are let through there; a pattern that cannot be read is not enforced.
"""

from __future__ import annotations

import functools
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any

__all__ = ["SERVICES", "Breach", "model_breaches"]

SERVICES: Mapping[str, str] = MappingProxyType(
    {
        "batch": "ClientException",
        "cloudformation": "ValidationError",
        "cloudwatch": "InvalidParameterValue",
        "codepipeline": "ValidationException",
        "dynamodb": "ValidationException",
        "ecr": "InvalidParameterException",
        "ecs": "InvalidParameterException",
        "events": "ValidationException",
        "kinesis": "ValidationException",
        "kms": "ValidationException",
        "lambda": "ValidationException",
        "logs": "InvalidParameterException",
        "sagemaker": "ValidationException",
        "scheduler": "ValidationException",
        "secretsmanager": "ValidationException",
        "ssm": "ValidationException",
        "stepfunctions": "ValidationException",
    }
)
"""The services that are held to their models, with the error code that each refuses with.

Sources: moto, which gives these errors for most of them (`failed to satisfy constraint` in its
`cloudformation`, `cloudwatch`, `dynamodb`, `ecr`, `events`, `kinesis`, `kms`, `awslambda`, `logs`,
`sagemaker`, `secretsmanager`, `ssm` and `stepfunctions`); the errors that botocore's models list
for `batch`, `codepipeline`, `ecs` and `scheduler`.
"""

_DEEPEST = 8
_PROPERTIES: Mapping[str, str] = MappingProxyType(
    {
        r"\p{L}": r"A-Za-zªµºÀ-ÖØ-öø-\U0010ffff",
        r"\p{N}": r"0-9²³¹¼½¾",
        r"\p{Z}": r"\s",
        r"\p{ASCII}": r"\x00-\x7f",
        r"\p{Graph}": r"\x21-\x7e",
        r"\p{Print}": r"\x20-\x7e",
    }
)
"""Classes of characters, as Python writes them within brackets."""
_PROPERTY = re.compile("|".join(map(re.escape, _PROPERTIES)))
_UNREADABLE = re.compile(r"&&|\[\[:|\[:|\\u[dD][89a-fA-F]|\\[pP]")
"""Notations that mean something else in Python, or nothing."""


@dataclass(frozen=True, slots=True)
class Breach:
    """A value that its shape does not admit: where it stands, and what was wanted of it.

    `path` is in the words of the error: `tags.1.member.value`.
    """

    path: str
    value: Any
    constraint: str
    shape: Any

    @property
    def message(self) -> str:
        """The sentence that AWS gives."""
        return (
            f"1 validation error detected: Value '{_shown(self.value)}' at '{self.path}' failed to "
            f"satisfy constraint: {self.constraint}"
        )


def model_breaches(shape: Any, value: Any) -> Iterator[Breach]:
    """What in a call's parameters its model does not admit."""
    return _breaches(shape, value, "", 0)


def constraint_of(shape: Any, value: Any) -> str | None:
    """What a shape wants of a value that does not have it; `None` where all is well."""
    most = shape.metadata.get("max")
    match value:
        case bool() | None:
            return None
        case str() if shape.type_name == "string":
            if most is not None and len(value) > most:
                return f"Member must have length less than or equal to {most}"
            pattern = shape.metadata.get("pattern")
            if pattern and not _fits(pattern, value):
                return f"Member must satisfy regular expression pattern: {pattern}"
        case list() | tuple() | dict() if most is not None and len(value) > most:
            return f"Member must have length less than or equal to {most}"
        case int() | float() if most is not None and value > most:
            return f"Member must have value less than or equal to {most}"
    return None


def _breaches(shape: Any, value: Any, path: str, depth: int) -> Iterator[Breach]:
    if depth > _DEEPEST:
        return
    kind = shape.type_name
    if kind != "structure" and (constraint := constraint_of(shape, value)):
        yield Breach(path, value, constraint, shape)
        return
    if kind == "structure" and isinstance(value, Mapping):
        for name, member in shape.members.items():
            if name in value:
                inner = f"{path}.{_lower(name)}" if path else _lower(name)
                yield from _breaches(member, value[name], inner, depth + 1)
    elif kind == "list" and isinstance(value, list | tuple):
        for number, element in enumerate(value, 1):
            yield from _breaches(shape.member, element, f"{path}.{number}.member", depth + 1)
    elif kind == "map" and isinstance(value, Mapping):
        for key, element in value.items():
            yield from _breaches(shape.key, key, f"{path}.key", depth + 1)
            yield from _breaches(shape.value, element, f"{path}.{key}.value", depth + 1)


def _fits(pattern: str, text: str) -> bool:
    compiled = _compiled(pattern)
    return compiled is None or compiled.fullmatch(text) is not None


@functools.lru_cache(1024)
def _compiled(pattern: str) -> re.Pattern[str] | None:
    """A pattern of a model in Python's notation; `None` where that is not known."""
    pattern = _PROPERTY.sub(_translated, pattern)
    if _UNREADABLE.search(pattern):
        return None
    try:
        return re.compile(pattern, re.DOTALL)
    except re.error:
        return None


def _translated(found: re.Match[str]) -> str:
    """A class of characters in Python's notation; in brackets of its own where it has none."""
    before = found.string[: found.start()]
    characters = _PROPERTIES[found.group()]
    is_within = before.rfind("[") > before.rfind("]")
    return characters if is_within else f"[{characters}]"


def _lower(name: str) -> str:
    return name[:1].lower() + name[1:]


def _shown(value: Any) -> str:
    text = str(value)
    return text if len(text) <= _LONGEST else f"{text[:_LONGEST]}…"


_LONGEST = 60
"""Characters of a value in a message."""
