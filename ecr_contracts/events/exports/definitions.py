"""The schemas of kinds cut into named parts that refer to one another, as every language wants it.

What the files of `schemas/` share is folded in; each object becomes a definition, named after its
title or its key, so that generators of code give it a class of that name.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from copy import deepcopy
from itertools import chain, count
from typing import Any

from ecr_contracts.events.compile.references import merged_schema

Node = dict[str, Any]
"""A schema, or a part of one."""

_WORD = re.compile(r"[A-Za-z0-9]+")


class Definitions:
    """Named parts of schemas, each once; `prefix` is what references to them begin with."""

    def __init__(self, prefix: str) -> None:
        self.prefix = prefix
        self.parts: dict[str, Node] = {}

    def sorted(self) -> dict[str, Node]:
        """The parts in the order of their names."""
        return dict(sorted(self.parts.items()))

    def add(self, kind: str, node: Node, key: str = "part") -> Node:
        """A reference to a part, which is entered unless it is there already.

        It is named after its title, or else after its key. Parts of one name that differ have the
        kind before it, or a number behind it.
        """
        title = pascal(node.get("title", "")) or pascal(key) or "Part"
        names = chain((title, f"{pascal(kind)}{title}"), _numbered(f"{pascal(kind)}{title}"))
        name = next(name for name in names if self.parts.setdefault(name, node) == node)
        return {"$ref": f"{self.prefix}{name}"}


def schema_in_parts(kind: str, definitions: Definitions, *, annotated: bool) -> Node:
    """The schema of a kind, the objects within it as references to definitions.

    With `annotated` it has its annotations, `x-ecr`. Raises UnknownNameError.
    """
    schema = merged_schema(kind)
    schema.pop("$schema", None)
    return _with_references(_without_our_words(schema, annotated), kind, kind, definitions)


def _without_our_words(node: Mapping[str, Any], annotated: bool) -> Node:
    """A copy of a node without what only we read; properties may be called as keywords are."""
    copied: Node = {}
    for key, value in node.items():
        if key == "properties":
            copied[key] = {
                name: _without_our_words(child, annotated) for name, child in value.items()
            }
        elif key == "items":
            copied[key] = _without_our_words(value, annotated)
        elif key not in {"$schema", "$comment"} and (annotated or key != "x-ecr"):
            copied[key] = deepcopy(value)
    return copied


def _with_references(node: Node, key: str, kind: str, definitions: Definitions) -> Node:
    """A node in which the objects that it holds are references, inner ones first."""
    if "properties" in node:
        node["properties"] = {
            name: _reference(child, name, kind, definitions)
            for name, child in node["properties"].items()
        }
    if "items" in node:
        node["items"] = _reference(node["items"], f"{key} item", kind, definitions)
    return node


def _reference(node: Node, key: str, kind: str, definitions: Definitions) -> Node:
    cut = _with_references(node, key, kind, definitions)
    return definitions.add(kind, cut, key) if "properties" in cut else cut


def _numbered(name: str) -> Iterator[str]:
    return (f"{name}{number}" for number in count(2))


def pascal(words: str) -> str:
    """Words as the name of a class: "Scan detail" is `ScanDetail`."""
    return "".join(word[0].upper() + word[1:] for word in _WORD.findall(words))
