"""Which kinds exist, and their schemas as they are written: listed once, each loaded on first use.

A kind is a schema in one of the folders of `schemas/`, which are named after the sources of events.
The schemas beside these folders are parts that kinds refer to.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from functools import cache
from importlib.resources import files
from importlib.resources.abc import Traversable
from math import inf
from pathlib import Path
from typing import Any

from ecr_contracts.core.errors import UnknownNameError, UnreadableSchemaError
from ecr_contracts.core.package import FOLDER

_SUFFIX = ".schema.json"


class _Documents(Mapping[str, dict[str, Any]]):
    """Schema files by their paths below `schemas/`, each read when it is asked for."""

    def __init__(self, schema_files: Mapping[str, Traversable]) -> None:
        self._files = schema_files
        self._loaded: dict[str, dict[str, Any]] = {}

    def __getitem__(self, path: str) -> dict[str, Any]:
        if path not in self._loaded:
            self._loaded[path] = _document(self._files[path])
        return self._loaded[path]

    def __contains__(self, path: object) -> bool:
        return path in self._files

    def __iter__(self) -> Iterator[str]:
        return iter(self._files)

    def __len__(self) -> int:
        return len(self._files)


@cache
def schema_documents() -> Mapping[str, dict[str, Any]]:
    """Every schema file by its path below `schemas/`, the shared ones first. Not to be changed.

    A file is read when it is asked for: UnreadableSchemaError is raised then for one that is no
    JSON object.
    """
    shared: dict[str, Traversable] = {}
    of_kinds: dict[str, Traversable] = {}
    for entry in sorted(_folder().iterdir(), key=lambda entry: entry.name):
        if entry.name.endswith(_SUFFIX):
            shared[entry.name] = entry
        elif entry.is_dir():
            for file in sorted(entry.iterdir(), key=lambda file: file.name):
                if file.name.endswith(_SUFFIX):
                    of_kinds[f"{entry.name}/{file.name}"] = file
    return _Documents(shared | of_kinds)


@cache
def _paths() -> Mapping[str, str]:
    """The path of each kind's schema, by the kind's name, sorted. Two of one name are refused."""
    paths: dict[str, str] = {}
    for path in schema_documents():
        folder, _, file = path.rpartition("/")
        kind = file.removesuffix(_SUFFIX)
        if folder and kind in paths:
            problem = f"there are two schemas of this name: {paths[kind]} and {path}"
            raise UnreadableSchemaError(kind, "", problem)
        if folder:
            paths[kind] = path
    return dict(sorted(paths.items()))


@cache
def kind_names() -> tuple[str, ...]:
    """The names of all kinds, sorted."""
    return tuple(_paths())


@cache
def usual_kinds() -> tuple[str, ...]:
    """The kinds that a consumer is given of which nothing tells what it is for, sorted.

    They say "usual" in their schemas; where none does, all are.
    """
    usual = tuple(
        kind for kind in kind_names() if _annotation(schema_of(kind)).get("usual") is True
    )
    return usual or kind_names()


@cache
def place_of(kind: str) -> tuple[bool, float]:
    """Where a kind stands among others: usual ones first, by the order that their schemas say.

    Most consumers are for the first ones: of kinds that are alike their events are shown. Those of
    which no schema says it come last. Raises UnknownNameError for no kind.
    """
    order = _annotation(schema_of(kind)).get("order", inf)
    return kind not in usual_kinds(), order


def schema_path(kind: str) -> str:
    """The path of a kind's schema below `schemas/`. Raises UnknownNameError for no kind."""
    if kind not in _paths():
        raise UnknownNameError("kind", kind, kind_names())
    return _paths()[kind]


def schema_of(kind: str) -> dict[str, Any]:
    """The schema of a kind, as written. Raises UnknownNameError for a name that is no kind."""
    return schema_documents()[schema_path(kind)]


def documents_of(kind: str) -> dict[str, dict[str, Any]]:
    """The schema of a kind and the shared ones, by their paths below `schemas/`."""
    documents = schema_documents()
    paths = [path for path in documents if "/" not in path]
    return {path: documents[path] for path in [*paths, schema_path(kind)]}


def sample_bytes(name: str) -> bytes:
    """The bytes of a sample event that lies beside the schemas, exactly as AWS prints them."""
    return _folder().joinpath(*name.split("/")).read_bytes()


def _folder() -> Traversable:
    """The schemas: a part of the installed package, or beside it in a checkout not installed."""
    try:
        return files("ecr_contracts.schemas")
    except ModuleNotFoundError:
        return Path(FOLDER).parent / "schemas"


def _annotation(schema: Mapping[str, Any]) -> Mapping[str, Any]:
    annotation = schema.get("x-ecr")
    return annotation if isinstance(annotation, dict) else {}


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
