"""The text of `ecr_contracts/events/generate/named.py`: one typed strategy a kind."""

from __future__ import annotations

import re
import textwrap
from collections.abc import Mapping
from typing import Any

from generators import layout
from generators.classes import Classes, Schemas

NAME = "ecr_contracts/events/generate/named.py"

_INDENT = " " * 4
_WIDTH = 100 - len(_INDENT)

_IMPORTS = """
from typing import Any, cast

from hypothesis.strategies import SearchStrategy

from ecr_contracts.events.generate.strategies import ecr_events
from ecr_contracts.events.types import {names}
"""

_FUNCTION = """
def {function}(**fixed: Any) -> SearchStrategy[{event}]:
    {docstring}
    return cast("SearchStrategy[{event}]", ecr_events("{kind}", **fixed))
"""


def text(schemas: Schemas) -> str:
    """The module, whole."""
    events = Classes.from_schemas(schemas).events
    functions = {kind: _function_name(kind) for kind in sorted(schemas)}
    parts = [
        layout.heading(schemas),
        '"""One typed strategy for each kind of event; each is `ecr_events` of that kind."""\n',
        _IMPORTS.format(names=", ".join(sorted(events.values()))),
        layout.exports(functions.values()),
    ]
    for kind, function in functions.items():
        docstring = layout.docstring(_described(kind, schemas[kind]))
        indented = textwrap.indent(docstring, _INDENT).strip()
        parts.append(
            _FUNCTION.format(function=function, event=events[kind], docstring=indented, kind=kind)
        )
    return layout.formatted(NAME, "\n".join(parts))


def _function_name(kind: str) -> str:
    return f"{re.sub('[^a-z0-9]', '_', kind.lower())}_events"


def _described(kind: str, schema: Mapping[str, Any]) -> str:
    title = schema.get("title", f"{kind} event")
    constraints = schema.get("x-ecr", {}).get("constraints", ())
    reasons = dict.fromkeys(constraint["because"] for constraint in constraints)
    never = "Never draws an event that the schema refuses, unknown fields"
    if reasons:
        never += f", or what would contradict the kind's rules ({'; '.join(reasons)})"
    paragraphs = [
        f"{title}s that the contract admits.",
        schema.get("description", ""),
        "`fixed` holds fields that every event shall have, as for `ecr_events`.",
        f"Shrinks towards the ordinary {_within_sentence(title)}. {never}.",
    ]
    return "\n\n".join(textwrap.fill(paragraph, _WIDTH) for paragraph in paragraphs if paragraph)


def _within_sentence(title: str) -> str:
    """A title as it stands within a sentence: names such as CloudTrail keep their capitals."""
    first, space, rest = title.partition(" ")
    return f"{first.lower() if first == first.capitalize() else first}{space}{rest}"
