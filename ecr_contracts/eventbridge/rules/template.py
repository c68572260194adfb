"""An `InputTemplate`: a text in which variables stand as `<name>`, within quotes or not.

EventBridge fills a template without parsing it. A text lands as it is, in quotes where it stands
outside any, and not escaped; an object or a list lands as JSON, but loses the quotes that it holds
where it lands in a template that is one text; what is missing lands as an empty text (recorded
answers of the service). So a value may make what comes of a template no JSON.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any, NamedTuple

from ecr_contracts.core import json_text
from ecr_contracts.core.findings import MISSING

_PARTS = re.compile(r'\\["\\/bfnrtu]|"|<(?P<variable>[^<>]*)>|[^\\"<]+|.', re.DOTALL)
_QUOTE = re.compile(r'(?<!\\)"')
_MARK = "\ue000"  # of private use: no template has it


@dataclass(frozen=True, slots=True)
class Use:
    """A place of a template where a variable lands.

    `quoted` tells whether it is within quotes; `before` and `after` are then what stands around it
    there. Other variables in that text are written as they stand in the template.
    """

    name: str
    quoted: bool
    before: str
    after: str


class _Part(NamedTuple):
    """A piece of a template: its text, and the name of the variable that it is."""

    text: str
    variable: str | None
    quoted: bool


@dataclass(frozen=True)
class Template:
    """A template, and what is to be known of it before it is filled."""

    text: str

    @cached_property
    def uses(self) -> tuple[Use, ...]:
        """Where variables land, in the order of the template."""
        uses = []
        for number, part in enumerate(self._parts):
            if part.variable is None:
                continue
            before = after = ""
            if part.quoted:
                # What stands between the nearest quotes.
                before = _QUOTE.split(_joined(self._parts[:number]))[-1]
                after = _QUOTE.split(_joined(self._parts[number + 1 :]), maxsplit=1)[0]
            uses.append(Use(part.variable, part.quoted, before, after))
        return tuple(uses)

    @cached_property
    def variables(self) -> tuple[str, ...]:
        """The names of the variables, each once, in the order of the template."""
        return tuple(dict.fromkeys(use.name for use in self.uses))

    def filled(self, values: Mapping[str, Any]) -> str:
        """The template with values for its variables (`MISSING` for what an event lacks)."""
        is_text = self.text.lstrip().startswith('"')
        pieces = []
        for part in self._parts:
            if part.variable is None:
                pieces.append(part.text)
            elif part.quoted:
                pieces.append(_within_quotes(values[part.variable], is_text=is_text))
            else:
                pieces.append(_outside_quotes(values[part.variable]))
        return "".join(pieces)

    def variables_as_keys(self) -> list[str]:
        """The variables that stand where the key of an object belongs."""
        marks = {name: f"{_MARK}{number}{_MARK}" for number, name in enumerate(self.variables)}
        keys: list[str] = []

        def note_keys(members: list[tuple[str, Any]]) -> None:
            keys.extend(key for key, _ in members)

        try:
            json.loads(self.filled(marks), strict=False, object_pairs_hook=note_keys)
        except (ValueError, RecursionError):
            return []
        all_keys = "\n".join(keys)  # no mark has a line break
        return [name for name, mark in marks.items() if mark in all_keys]

    def is_broken_by(self, name: str, value: Any) -> bool:
        """Whether the value of a variable has quotes that end those of the template, or escapes."""
        if isinstance(value, Mapping | list):
            lands_quoted = any(use.quoted for use in self.uses if use.name == name)
            return lands_quoted and '"' in json_text.compact(value)
        return isinstance(value, str) and not {'"', "\\"}.isdisjoint(value)

    @cached_property
    def _parts(self) -> tuple[_Part, ...]:
        quoted = False
        parts = []
        for part in _PARTS.finditer(self.text):
            parts.append(_Part(part[0], part["variable"], quoted))
            quoted ^= part[0] == '"'
        return tuple(parts)


def _joined(parts: tuple[_Part, ...]) -> str:
    return "".join(part.text for part in parts)


def _outside_quotes(value: Any) -> str:
    """A value where JSON wants one. A text is put in quotes, but not escaped."""
    if value is MISSING:
        return '""'
    return f'"{value}"' if isinstance(value, str) else json_text.compact(value)


def _within_quotes(value: Any, *, is_text: bool) -> str:
    """A value within quotes, which it must not end in a template that is one text."""
    if value is MISSING:
        return ""
    if isinstance(value, str):
        return value
    written = json_text.compact(value)
    return written.replace('"', "") if is_text else written
