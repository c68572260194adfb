"""From merged schemas to the one document that classes are generated from, and their places.

Knows how classes are named and which keywords shape one; knows nothing of the Python that is
generated.
"""

from __future__ import annotations

import keyword
import re
import textwrap
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from ecr_contracts.core.json_path import Steps

Schemas = Mapping[str, Mapping[str, Any]]  # by kind, as `references.merged_schema` gives them

_KEYWORDS = (
    "description",
    "type",
    "const",
    "enum",
    "pattern",
    "minLength",
    "maxLength",
    "minimum",
    "maximum",
    "minItems",
    "maxItems",
)
_WIDTH = 100


@dataclass
class Classes:
    """The classes of all kinds.

    `definitions` are their schemas by class name, referring to each other; `places` say of each
    class in which kind it stands, and where in its events; `events` are the names of the whole
    events by kind.
    """

    definitions: dict[str, dict[str, Any]] = field(default_factory=dict)
    places: dict[str, tuple[str, Steps]] = field(default_factory=dict)

    @property
    def document(self) -> dict[str, Any]:
        """One JSON Schema with every class among its definitions."""
        return {
            "$schema": "https://json-schema.org/draft/2020-12/schema",
            "$defs": {name: self.definitions[name] for name in sorted(self.definitions)},
        }

    @property
    def events(self) -> dict[str, str]:
        """The name of each kind's class."""
        return {kind: name for name, (kind, steps) in self.places.items() if not steps}

    @classmethod
    def from_schemas(cls, schemas: Schemas) -> Classes:
        """The classes that the schemas describe.

        A class is called by its title. Where two kinds use a title for different objects, the later
        kind's name (in alphabetical order) is put before it.
        """
        classes = cls()
        for kind in sorted(schemas):
            classes._add(kind, (), schemas[kind])
        return classes

    def _add(self, kind: str, steps: Steps, node: Mapping[str, Any]) -> dict[str, Any]:
        """The node with each object that has keys of its own taken out into a definition."""
        reduced = {word: node[word] for word in _KEYWORDS if word in node}
        if "description" in reduced:
            reduced["description"] = textwrap.fill(reduced["description"], _WIDTH)
        is_nullable = isinstance(node.get("type"), list)
        if is_nullable or node.get("type") == "null":
            reduced["x-nullable"] = True
        if "items" in node:
            reduced["items"] = self._add(kind, (*steps, 0), node["items"])
        if not node.get("properties"):
            return reduced
        reduced["properties"] = {
            key: self._add(kind, (*steps, key), child) for key, child in node["properties"].items()
        }
        if is_nullable:
            reduced["type"] = "object"
            del reduced["x-nullable"]
        if node.get("required"):
            reduced["required"] = list(node["required"])
        names = _names(kind, steps, node)
        name = next(name for name in names if self._is_free(name, steps, reduced))
        self.definitions[name] = reduced
        self.places.setdefault(name, (kind, steps))
        reference = {"$ref": f"#/$defs/{name}"}
        if is_nullable:
            return {"anyOf": [reference, {"type": "null"}], "x-nullable": True}
        return reference

    def _is_free(self, name: str, steps: Steps, definition: dict[str, Any]) -> bool:
        if name not in self.definitions:
            return True
        return bool(steps) and self.definitions[name] == definition


def _names(kind: str, steps: Steps, node: Mapping[str, Any]) -> Iterator[str]:
    """What the class of an object may be called, best first."""
    place = " ".join(str(step) for step in steps) or "event"
    title = node.get("title", f"{kind} {place}")
    for words in (title, f"{kind} {title}", f"{kind} {place}"):
        name = "".join(word[:1].upper() + word[1:] for word in re.findall("[A-Za-z0-9]+", words))
        if name.isidentifier() and not keyword.iskeyword(name):
            yield name
