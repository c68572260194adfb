"""References between schemas: a schema as one document, with `$ref` and `allOf` folded in."""

from __future__ import annotations

import json
import posixpath
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from ecr_contracts.events.compile.keywords import Dialect, escaped
from ecr_contracts.events.kinds import schema_documents, schema_of, schema_path


def merged_schema(kind: str) -> dict[str, Any]:
    """The schema of a kind as one document: references resolved, `allOf` merged."""
    references = References(Dialect(kind), schema_documents())
    return references.merged(schema_of(kind), schema_path(kind), "#")


@dataclass(frozen=True)
class References:
    """The documents that a schema may refer to, by their paths below one folder."""

    dialect: Dialect
    documents: Mapping[str, Mapping[str, Any]]

    def merged(
        self, node: Any, file: str, pointer: str, seen: tuple[str, ...] = ()
    ) -> dict[str, Any]:
        """The node with `$ref` and `allOf` folded in; what stands beside a reference wins.

        `seen` are the references that led here. Raises UnreadableSchemaError.
        """
        if not isinstance(node, dict):
            problem = f"a schema is an object here, not {json.dumps(node)}"
            raise self.dialect.refusal(pointer, problem)
        self.dialect.check_types(node, pointer)
        result: dict[str, Any] = {}
        if "$ref" in node:
            target_file, target, name = self._resolved(node["$ref"], file, pointer)
            if name in seen:
                problem = f"$ref {node['$ref']!r} leads back to itself"
                raise self.dialect.refusal(pointer, problem)
            result = self.merged(target, target_file, pointer, (*seen, name))
        for index, part in enumerate(node.get("allOf", ())):
            result = _over(result, self.merged(part, file, f"{pointer}/allOf/{index}", seen))
        own = {key: value for key, value in node.items() if key not in {"$ref", "allOf", "$defs"}}
        if "properties" in own:
            properties = {}
            for key, value in own["properties"].items():
                place = f"{pointer}/properties/{escaped(key)}"
                properties[key] = self.merged(value, file, place, seen)
            own["properties"] = properties
        if "items" in own:
            own["items"] = self.merged(own["items"], file, f"{pointer}/items", seen)
        return _over(result, own)

    def _resolved(self, reference: str, file: str, pointer: str) -> tuple[str, Any, str]:
        """The file and the node that a reference leads to, and its absolute name."""
        target_file, _, fragment = reference.partition("#")
        beside = posixpath.join(posixpath.dirname(file), target_file)
        target_file = posixpath.normpath(beside) if target_file else file
        if fragment and not fragment.startswith("/"):
            problem = f"$ref {reference!r}: only '#' and '#/...' are understood"
            raise self.dialect.refusal(pointer, problem)
        node: Any = self.documents.get(target_file)
        if node is None:
            raise self.dialect.refusal(pointer, f"$ref {reference!r}: there is no {target_file}")
        for part in fragment.split("/")[1:]:
            key = part.replace("~1", "/").replace("~0", "~")
            if not isinstance(node, Mapping) or key not in node:
                problem = f"$ref {reference!r}: {target_file} has no {key!r} there"
                raise self.dialect.refusal(pointer, problem)
            node = node[key]
        return target_file, node, f"{target_file}#{fragment}"


def _over(below: dict[str, Any], above: dict[str, Any]) -> dict[str, Any]:
    """`above` laid over `below`: objects are merged key by key, `required` adds up.

    A baseline and a value are wholes. Null takes away an object that is below, such as a choice.
    """
    result = dict(below)
    for key, value in above.items():
        present = result.get(key)
        if key == "required" and key in result:
            result[key] = [*result[key], *(name for name in value if name not in result[key])]
        elif key in {"baseline", "value"}:
            result[key] = value
        elif value is None and isinstance(present, dict):
            del result[key]
        elif isinstance(value, dict) and isinstance(present, dict):
            result[key] = _over(present, value)
        else:
            result[key] = value
    return result
