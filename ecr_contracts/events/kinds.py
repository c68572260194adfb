"""Which kinds exist, and their schemas as they are written: loaded once, on first use, never interpreted here."""

from __future__ import annotations

import json
from collections.abc import Mapping
from functools import cache
from importlib.resources import files
from typing import Any

from ecr_contracts.core.errors import UnknownNameError, UnreadableSchemaError

_SUFFIX = ".schema.json"


@cache
def schema_documents() -> Mapping[str, dict[str, Any]]:
    """Every schema file by its file name, those that only others refer to included. Not to be changed."""
    found: dict[str, dict[str, Any]] = {}
    for entry in sorted(files("ecr_contracts.schemas").iterdir(), key=lambda entry: entry.name):
        if entry.name.endswith(_SUFFIX):
            name = entry.name.removesuffix(_SUFFIX)
            try:
                found[entry.name] = json.loads(entry.read_text("utf-8"))
            except ValueError as error:
                raise UnreadableSchemaError(name, "", f"not JSON: {error}") from error
            if not isinstance(found[entry.name], dict):
                problem = f"a schema is an object here, not a {type(found[entry.name]).__name__}"
                raise UnreadableSchemaError(name, "", problem)
    return found


@cache
def kind_names() -> tuple[str, ...]:
    """The names of all kinds, sorted: the schemas that declare a baseline event."""
    return tuple(
        name.removesuffix(_SUFFIX)
        for name, schema in schema_documents().items()
        if isinstance(annotation := schema.get("x-ecr"), dict) and "baseline" in annotation
    )


def schema_of(kind: str) -> dict[str, Any]:
    """The schema of a kind, as written. Raises UnknownNameError for a name that is no kind."""
    if kind not in kind_names():
        raise UnknownNameError("kind", kind, kind_names())
    return schema_documents()[kind + _SUFFIX]


def sample_bytes(name: str) -> bytes:
    """The bytes of a sample event that lies beside the schemas, exactly as they are printed by AWS."""
    return files("ecr_contracts.schemas").joinpath(*name.split("/")).read_bytes()
