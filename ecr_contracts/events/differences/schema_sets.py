"""The schemas that are compared: a folder of them, a single file, or those that are installed.

A file that another one refers to is a part of it; every other file is a kind, called like the file.
The schemas may be ours or plain JSON Schema of any draft that `jsonschema` knows.
"""

from __future__ import annotations

import json
import os
import posixpath
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

import jsonschema
from jsonschema.validators import validator_for
from referencing import Registry, Resource
from referencing.exceptions import Unresolvable
from referencing.jsonschema import DRAFT202012

from ecr_contracts.core import limits
from ecr_contracts.core.errors import SchemaSetError
from ecr_contracts.core.json_path import has_more_values
from ecr_contracts.core.plain_files import TooLargeError, read_plain_file
from ecr_contracts.core.text import shortened
from ecr_contracts.events.kinds import schema_documents

INSTALLED = "installed"
"""The name of the schemas that are a part of this package."""

_ADVICE = "name a folder of JSON Schemas, one of their files, or `installed`"
_ENDING, _OURS = ".json", ".schema.json"
_LONGEST = 40  # characters of a value in a sentence
_VALUES = {"const", "enum", "default", "examples"}  # what stands there is no schema
_NAMES = {"properties", "patternProperties", "$defs", "definitions", "dependentSchemas"}
_MARKS = ("$schema", "$ref", "type", "properties", "allOf", "anyOf", "oneOf", "enum", "const")


@dataclass(frozen=True)
class SchemaSet:
    """Schemas that belong together: every file by its path, and which of them are kinds.

    The paths are below `folder`, which is empty where they are no files of the user's.
    """

    name: str
    documents: Mapping[str, dict[str, Any]]
    kinds: Mapping[str, str]
    folder: str = ""

    @cached_property
    def registry(self) -> Registry[Any]:
        """A registry in which the files refer to one another by path."""
        resources = [(path, _resource(document)) for path, document in self.documents.items()]
        return Registry[Any]().with_resources(resources).crawl()

    def resolver(self, path: str) -> Any:
        """What follows the references in a file."""
        resource = _resource(self.documents[path])
        return self.registry.resolver(path).in_subresource(resource)


def schema_set(name: str) -> SchemaSet:
    """The schemas of a name: a folder, a file, or `installed`.

    Raises SchemaSetError for what is not there, is no JSON Schema, or refers to what is not there.
    """
    if name == INSTALLED:
        documents: Mapping[str, dict[str, Any]] = schema_documents()
        return _checked(SchemaSet(name, documents, _kinds(documents)))
    path = Path(name)
    if path.is_dir():
        documents = _folder(path)
        return _checked(SchemaSet(name, documents, _kinds(documents), name))
    if not path.exists():
        raise SchemaSetError(name, "there is no such file or folder", _ADVICE)
    return _checked(_single(path))


def _single(file: Path) -> SchemaSet:
    """One file with all that it refers to, by their paths below the folder that holds them all."""
    found: dict[str, dict[str, Any]] = {}
    pending = [os.path.abspath(file)]
    while pending and len(found) < limits.SCHEMA_FILES:
        path = pending.pop()
        if path in found or (found and not os.path.isfile(path)):
            continue  # `_checked` says which reference leads nowhere
        found[path] = _document(Path(path) if found else file)
        pending += _files_named_by(path, found[path])
    root = os.path.commonpath([os.path.dirname(path) for path in found])
    documents = {}
    for path, document in found.items():
        documents[Path(path).relative_to(root).as_posix()] = document
    own = next(iter(documents))
    return SchemaSet(str(file), documents, {_kind(file.name): own}, root)


def _folder(path: Path) -> dict[str, dict[str, Any]]:
    names = []
    for root, folders, files in os.walk(path):
        folders[:] = sorted(folder for folder in folders if not folder.startswith("."))
        for file in sorted(files):
            if file.endswith(_ENDING) and not file.endswith(".sample.json"):
                names.append((Path(root) / file).relative_to(path).as_posix())
        if len(names) > limits.SCHEMA_FILES:
            problem = f"there are more than {limits.SCHEMA_FILES} JSON files in it"
            raise SchemaSetError(str(path), problem, "name the folder of the schemas alone")
    ours = [name for name in names if name.endswith(_OURS)]
    documents: dict[str, dict[str, Any]] = {}
    for name in ours or names:
        document = _document(path / name)
        if ours or any(mark in document for mark in _MARKS):
            documents[name] = document
    if not documents:
        raise SchemaSetError(str(path), "there is no JSON Schema in it", _ADVICE)
    return documents


def _document(file: Path) -> dict[str, Any]:
    try:
        text = read_plain_file(file, limits.SCHEMA_BYTES).decode("utf-8-sig")
        document = json.loads(text)
    except TooLargeError:
        problem = f"it has more than {limits.SCHEMA_BYTES // 1_000_000} MB"
        raise SchemaSetError(str(file), problem, _ADVICE) from None
    except OSError as error:
        raise SchemaSetError(str(file), error.strerror or str(error), _ADVICE) from error
    except json.JSONDecodeError as error:
        place = f"{file}:{error.lineno}:{error.colno}"
        raise SchemaSetError(place, f"no JSON: {error.msg}", "mend it") from error
    except (ValueError, RecursionError) as error:
        raise SchemaSetError(str(file), f"no JSON: {error}", "mend it") from error
    if not isinstance(document, dict):
        problem = f"a schema is wanted, which is an object, not {_words(document)}"
        raise SchemaSetError(str(file), problem, _ADVICE)
    if has_more_values(document, limits.SCHEMA_VALUES):
        problem = f"it has more than {limits.SCHEMA_VALUES:,} values"
        raise SchemaSetError(str(file), problem, _ADVICE)
    if "openapi" in document or "asyncapi" in document:
        problem = "it is an API document, and no JSON Schema"
        raise SchemaSetError(str(file), problem, "compare the schemas that it was made of")
    return document


def _words(document: Any) -> str:
    """A JSON value that is no object, in a sentence."""
    return "a list" if isinstance(document, list) else shortened(json.dumps(document), _LONGEST)


def _kinds(documents: Mapping[str, dict[str, Any]]) -> dict[str, str]:
    """The paths of the files that no other one refers to, by the names of the kinds."""
    parts: set[str] = set()
    paths = {document["$id"]: path for path, document in documents.items() if "$id" in document}
    for path, document in documents.items():
        named = _files_named_by(path, document)
        parts.update(name for name in named if name != path)
        for _, reference in references(document):
            other = paths.get(reference.partition("#")[0], path)
            if other != path:
                parts.add(other)
    kinds: dict[str, str] = {}
    for path in documents:
        if path not in parts:
            name = _kind(posixpath.basename(path))
            kinds[path if name in kinds else name] = path
    return dict(sorted(kinds.items()))


def _kind(file: str) -> str:
    """The kind that a file describes: `scan.schema.json`, `scan.json` and `scan.draft4.json`."""
    return file.partition(".")[0]


def _files_named_by(path: str, document: Mapping[str, Any]) -> Iterator[str]:
    """The paths of the files that a document refers to."""
    for _, reference in references(document):
        target = reference.partition("#")[0]
        if target and "://" not in target:
            yield posixpath.normpath(posixpath.join(posixpath.dirname(path), target))


def references(node: Any, pointer: str = "#", *, is_map: bool = False) -> Iterator[tuple[str, str]]:
    """Every `$ref` of a schema, with the pointer of the place where it stands."""
    if isinstance(node, list):
        for index, inner in enumerate(node):
            yield from references(inner, f"{pointer}/{index}")
    elif isinstance(node, Mapping):
        if not is_map and isinstance(node.get("$ref"), str):
            yield pointer, node["$ref"]
        for key, inner in node.items():
            if is_map or not (key in _VALUES or key.startswith("x-")):
                yield from references(
                    inner, f"{pointer}/{key}", is_map=not is_map and key in _NAMES
                )


def _resource(document: Mapping[str, Any]) -> Resource[Any]:
    return Resource.from_contents(document, default_specification=DRAFT202012)


def _checked(found: SchemaSet) -> SchemaSet:
    """The same schemas, if they are JSON Schemas and refer to what is there."""
    for path, document in found.documents.items():
        place = os.path.join(found.folder, path)
        try:
            validator_for(document, jsonschema.Draft202012Validator).check_schema(document)
            resolver = found.resolver(path)
            for pointer, reference in references(document):
                place_of_reference = f"{place}{pointer}"
                _resolve(resolver, reference, place_of_reference)
        except jsonschema.SchemaError as error:
            pointer = "/".join(["#", *map(str, error.absolute_path)])
            raise SchemaSetError(f"{place}{pointer}", error.message[:200], "mend it") from error
        except RecursionError as error:
            raise SchemaSetError(place, "it is nested too deeply", _ADVICE) from error
    return found


def _resolve(resolver: Any, reference: str, place: str) -> None:
    try:
        resolver.lookup(reference)
    except Unresolvable as error:
        problem = f"$ref {reference!r} leads nowhere"
        raise SchemaSetError(place, problem, "put the file that it names there") from error
