"""Which kinds exist, and their schemas as they are written: loaded on first use."""

from __future__ import annotations

import json
from collections.abc import Mapping
from functools import cache
from importlib.resources import files
from importlib.resources.abc import Traversable
from pathlib import Path
from typing import Any

from ecr_contracts.core.errors import UnknownNameError, UnreadableSchemaError
from ecr_contracts.core.package import FOLDER

_SUFFIX = ".schema.json"


@cache
def schema_documents() -> Mapping[str, dict[str, Any]]:
    """Every schema file by its name, those that others refer to included. Not to be changed.

    Raises UnreadableSchemaError for a file that is no JSON object.
    """
    documents: dict[str, dict[str, Any]] = {}
    for file in sorted(_folder().iterdir(), key=lambda file: file.name):
        if file.name.endswith(_SUFFIX):
            documents[file.name] = _document(file)
    return documents


@cache
def kind_names() -> tuple[str, ...]:
    """The names of all kinds, sorted: the schemas that declare a baseline event."""
    names = []
    for file_name, schema in schema_documents().items():
        annotation = schema.get("x-ecr")
        if isinstance(annotation, dict) and "baseline" in annotation:
            names.append(file_name.removesuffix(_SUFFIX))
    return tuple(names)


def schema_of(kind: str) -> dict[str, Any]:
    """The schema of a kind, as written. Raises UnknownNameError for a name that is no kind."""
    if kind not in kind_names():
        raise UnknownNameError("kind", kind, kind_names())
    return schema_documents()[kind + _SUFFIX]


def sample_bytes(name: str) -> bytes:
    """The bytes of a sample event that lies beside the schemas, exactly as AWS prints them."""
    return _folder().joinpath(*name.split("/")).read_bytes()


def _folder() -> Traversable:
    """The schemas: a part of the installed package, or beside it in a checkout not installed."""
    try:
        return files("ecr_contracts.schemas")
    except ModuleNotFoundError:
        return Path(FOLDER).parent / "schemas"


def _document(file: Traversable) -> dict[str, Any]:
    name = file.name.removesuffix(_SUFFIX)
    try:
        document = json.loads(file.read_text("utf-8"))
    except ValueError as error:
        raise UnreadableSchemaError(name, "", f"not JSON: {error}") from error
    if not isinstance(document, dict):
        problem = f"a schema is an object here, not a {type(document).__name__}"
        raise UnreadableSchemaError(name, "", problem)
    return document
