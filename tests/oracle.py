"""The judge of events: plain jsonschema on the schema files as they lie on disk, with a registry of
its own.

Nothing here imports the package under test, so that it never marks its own homework.
"""

from __future__ import annotations

import json
import posixpath
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any

import jsonschema
from referencing import Registry, Resource

SCHEMAS = Path(__file__).parents[1] / "schemas"


@cache
def documents() -> dict[str, dict[str, Any]]:
    """Every schema file by its path below `schemas/`."""
    return {
        file.relative_to(SCHEMAS).as_posix(): json.loads(file.read_text("utf-8"))
        for file in sorted(SCHEMAS.rglob("*.schema.json"))
    }


PATHS = {
    path.rpartition("/")[2].removesuffix(".schema.json"): path
    for path, found in documents().items()
    if "baseline" in found.get("x-ecr", {})
}
"""The path of each kind's schema below `schemas/`, by the kind."""

KINDS = tuple(sorted(PATHS))
QUICK_KINDS = (
    *(kind for kind in KINDS if documents()[PATHS[kind]]["x-ecr"].get("usual")),
    "inspector-scan",
)
"""The kinds of the test command: the usual ones, and one with texts made of other fields."""
SAMPLED = tuple(kind for kind in KINDS if "sample" in documents()[PATHS[kind]]["x-ecr"])
"""The kinds of which AWS prints a sample that is at hand."""


def schema(kind: str) -> dict[str, Any]:
    """The schema file of a kind."""
    return documents()[PATHS[kind]]


def sample(kind: str) -> Path:
    """The file of a kind's sample: AWS's own bytes, or the mended copy of them."""
    name: str = schema(kind)["x-ecr"]["sample"]
    return SCHEMAS / name


def registry() -> Registry[Any]:
    """A registry in which the files refer to one another by path."""
    return Registry().with_resources(
        [(name, Resource.from_contents(found)) for name, found in documents().items()]
    )


@cache
def judge(kind: str) -> jsonschema.Draft202012Validator:
    """The validator of a kind."""
    return jsonschema.Draft202012Validator({"$ref": PATHS[kind]}, registry=registry())


def judge_of(schema: dict[str, Any], path: str = "") -> jsonschema.Draft202012Validator:
    """The validator of any schema, which may refer to the files as one at that path would."""
    if not path:
        return jsonschema.Draft202012Validator(schema, registry=registry())
    known = registry().with_resource(path, Resource.from_contents(schema))
    return jsonschema.Draft202012Validator({"$ref": path}, registry=known)


def accepts(kind: str, event: Any) -> bool:
    """Whether the schema file of a kind admits an event."""
    return judge(kind).is_valid(event)


def faults(validator: jsonschema.Draft202012Validator, event: Any) -> list[tuple[str | int, ...]]:
    """Where an event departs from its schema, one entry an error; a missing key counts as being
    there itself.
    """
    found: list[tuple[str | int, ...]] = []
    for error in validator.iter_errors(event):
        steps = tuple(error.absolute_path)
        if error.validator == "required":
            # There is one error for each missing key, named in the message alone.
            [missing] = [
                key for key in error.validator_value if error.message.startswith(repr(key))
            ]
            steps = (*steps, missing)
        found.append(steps)
    return found


def said_of(kind: str, steps: tuple[str | int, ...]) -> list[dict[str, Any]]:
    """All schemas that speak of a place of a kind's events, references and `allOf` followed,
    nearest first.
    """
    return list(_said(schema(kind), PATHS[kind], steps))


def _said(
    node: dict[str, Any], file: str, steps: tuple[str | int, ...]
) -> Iterator[dict[str, Any]]:
    if not steps:
        yield node
    elif isinstance(steps[0], int):
        if "items" in node:
            yield from _said(node["items"], file, steps[1:])
    elif steps[0] in node.get("properties", {}):
        yield from _said(node["properties"][steps[0]], file, steps[1:])
    if "$ref" in node:
        target, _, fragment = node["$ref"].partition("#")
        target = (
            posixpath.normpath(posixpath.join(posixpath.dirname(file), target)) if target else file
        )
        found = documents()[target]
        for part in fragment.split("/")[1:]:
            found = found[part]
        yield from _said(found, target, steps)
    for part in node.get("allOf", ()):
        yield from _said(part, file, steps)
