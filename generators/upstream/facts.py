"""Facts of AWS's models: the shapes of botocore, and the event schemas of the service spec.

A fact is the part of a shape that a schema may rest on (its members, values or bounds), as plain
JSON; words and traits for clients are left out. Its id says where it stands:
`botocore:ecr:ScanStatus`, `service-spec:ECRImageScan`.
"""

from __future__ import annotations

import gzip
import json
import re
import zipfile
from collections.abc import Iterable, Mapping
from importlib.resources.abc import Traversable
from pathlib import Path
from typing import Any

Fact = Mapping[str, Any]
Facts = Mapping[str, Fact]

BOTOCORE, SERVICE_SPEC = "botocore", "service-spec"
"""The first part of a fact's id: the package that it stands in."""

_BOUNDS = ("type", "enum", "min", "max", "pattern")
_VERSION = re.compile(r"^__version__ = ['\"]([^'\"]+)['\"]", re.MULTILINE)
_MODEL = "service-2.json"
_EVENTS_OF = "aws.ecr"


class UnreadableModelError(Exception):
    """What was to be a model of AWS cannot be read as one."""


def installed_botocore() -> Traversable:
    """The folder of the installed botocore. Raises UnreadableModelError where there is none."""
    try:
        import botocore
    except ImportError as error:
        raise UnreadableModelError("botocore is not installed: pip install botocore") from error
    return Path(botocore.__file__).parent


def botocore_in_wheel(wheel: Path) -> Traversable:
    """The folder of botocore within a wheel, which is not installed for that."""
    return zipfile.Path(wheel) / "botocore"


def botocore_version(folder: Traversable) -> str:
    """The version of the botocore in a folder. Raises UnreadableModelError."""
    try:
        match = _VERSION.search((folder / "__init__.py").read_text("utf-8"))
    except (OSError, KeyError, ValueError) as error:
        raise UnreadableModelError(f"{folder}: no botocore: {error}") from error
    if match is None:
        raise UnreadableModelError(f"{folder}: its __init__.py names no __version__")
    return match[1]


def botocore_facts(folder: Traversable, ids: Iterable[str]) -> dict[str, Fact]:
    """Those of the facts with these ids that the botocore in a folder has.

    Raises UnreadableModelError for a model that is no JSON, or of a form that is not known.
    """
    models: dict[str, Mapping[str, Any]] = {}
    facts: dict[str, Fact] = {}
    for identity in ids:
        package, service, shape = identity.split(":")
        assert package == BOTOCORE
        if service not in models:
            models[service] = _shapes(folder, service)
        if shape in models[service]:
            facts[identity] = _fact(models[service][shape])
    return facts


def _shapes(folder: Traversable, service: str) -> Mapping[str, Any]:
    """The shapes of a service's newest model; none where there is no such service."""
    versions = folder / "data" / service
    if not versions.is_dir():
        return {}
    newest = max(versions.iterdir(), key=lambda entry: entry.name)
    for name in (_MODEL, f"{_MODEL}.gz"):
        file = newest / name
        if file.is_file():
            content = file.read_bytes()
            try:
                text = gzip.decompress(content) if name.endswith(".gz") else content
                shapes = json.loads(text)["shapes"]
            except (ValueError, KeyError, OSError, EOFError, TypeError) as error:
                raise UnreadableModelError(f"{file}: no model of a service: {error}") from error
            if isinstance(shapes, dict):
                return shapes
    raise UnreadableModelError(f"{newest}: there is no {_MODEL} with shapes here")


def _fact(shape: Mapping[str, Any]) -> Fact:
    """What a schema may rest on of a shape."""
    fact = {key: shape[key] for key in _BOUNDS if key in shape}
    if "members" in shape:
        fact["members"] = {name: shape["members"][name]["shape"] for name in shape["members"]}
        fact["required"] = sorted(shape.get("required", ()))
    for key in ("member", "key", "value"):
        if key in shape:
            fact[key] = shape[key]["shape"]
    return fact


# --- the service spec -----------------------------------------------------------------------------


def service_spec_facts(database: bytes) -> dict[str, Fact]:
    """The event schemas of Amazon ECR in the compressed database of the service spec.

    A field of an object within the detail is written with a dot. Raises UnreadableModelError.
    """
    try:
        tables = json.loads(gzip.decompress(database))["schema"]
        types = {entry["$id"]: entry for entry in tables["eventTypeDefinition"]["entities"]}
        events = tables["event"]["entities"]
        facts = {}
        for event in events:
            if event["source"] == _EVENTS_OF:
                name = event["name"].partition("@")[2]
                root = event["rootProperty"]["$ref"]
                facts[f"{SERVICE_SPEC}:{name}"] = _event_fact(types, root)
    except (ValueError, KeyError, OSError, EOFError, TypeError) as error:
        raise UnreadableModelError(f"the service spec has another form: {error!r}") from error
    return facts


def _event_fact(types: Mapping[str, Any], root: str) -> Fact:
    members: dict[str, str] = {}
    required: list[str] = []
    pending = [("", root)]
    while pending:
        prefix, identity = pending.pop()
        for name, field in types[identity]["properties"].items():
            members[prefix + name] = _sort(field["type"])
            if field.get("required"):
                required.append(prefix + name)
            inner = field["type"]
            if inner["type"] == "ref":
                pending.append((f"{prefix}{name}.", inner["reference"]["$ref"]))
    return {"members": dict(sorted(members.items())), "required": sorted(required)}


def _sort(field: Mapping[str, Any]) -> str:
    if field["type"] == "array":
        return f"list of {_sort(field['element'])}"
    return "object" if field["type"] == "ref" else str(field["type"])
