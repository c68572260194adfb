"""Where the code of a template's function lies: here, in an archive, an image, or somewhere else.

It knows what each tool writes for that (CloudFormation, SAM, synthesised CDK), and nothing of what
the code is.
"""

from __future__ import annotations

import contextlib
import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from typing import Any

from ecr_contracts.core import limits
from ecr_contracts.core.plain_files import read_plain_file
from ecr_contracts.discovery.iac.cloudformation.template import FUNCTION, Resource, Template
from ecr_contracts.discovery.iac.documents.document import Block, as_block, as_list
from ecr_contracts.discovery.iac.values.conditions import alternatives
from ecr_contracts.discovery.iac.values.known_values import has_marks

__all__ = [
    "CodePlace",
    "Where",
    "code_place",
    "construct_of",
    "image_handler",
    "is_image_of_other_language",
]

_ARCHIVES = (".zip", ".whl", ".jar")
_COMMAND = re.compile(r"^\s*CMD\s+(\[.*\])\s*$", re.MULTILINE | re.IGNORECASE)
_OTHER_BASE = re.compile(
    r"^\s*FROM\s[^\n]*\blambda[/-](?:dotnet|go|java|nodejs|provided|ruby)\b",
    re.MULTILINE | re.IGNORECASE,
)
"""A step that builds on one of AWS's base images for Lambda that has no Python."""
_ASSET = "aws:asset:path"


class Where(StrEnum):
    """The sorts of places; `ELSEWHERE` is a bucket, or what only a deployment knows."""

    FOLDER = "folder"
    ARCHIVE = "archive"
    IMAGE = "image"
    ELSEWHERE = "elsewhere"


@dataclass(frozen=True, slots=True)
class CodePlace:
    """Where a function's code lies.

    `name` is what the template calls it: a path, or a key in a bucket. `folder` is the one that it
    lies in or is made of, None where there is none here; it need not exist. `is_copy`: a tool has
    copied the folder from elsewhere in the project, as CDK does.
    """

    where: Where
    name: str
    folder: Path | None = None
    is_copy: bool = False


def code_place(template: Template, resource: Resource, defaults: Block) -> CodePlace:
    """Where the code of a function lies; `defaults` has what SAM takes from the Globals."""
    own = resource.properties
    if own.get("PackageType", defaults.get("PackageType")) == "Image" or "ImageUri" in own:
        return _image(template, resource)
    metadata = as_block(resource.attributes.get("Metadata"))
    if "ImageUri" in as_block(own.get("Code")):
        return _image(template, resource)
    asset = metadata.get(_ASSET)
    if isinstance(asset, str) and metadata.get("aws:asset:property") in (None, "Code", "CodeUri"):
        return _path(template, asset, is_copy=True)
    if resource.type == FUNCTION:
        written = own.get("CodeUri", defaults.get("CodeUri", "."))
    else:
        written = own.get("Code", ".")
    places = [_place(template, value) for value in alternatives(written)]
    existing = (place for place in places if place.folder is not None and place.folder.is_dir())
    return next(existing, places[0] if places else CodePlace(Where.ELSEWHERE, ""))


def _place(template: Template, written: Any) -> CodePlace:
    """The place that a `Code` or `CodeUri` tells."""
    location = as_block(written)
    for key in ("S3Key", "Key"):
        if key in location:
            name = template.resolver.text(location[key], key)
            return _asset_of_key(template, name) or CodePlace(Where.ELSEWHERE, name)
    name = template.resolver.known.text(written)
    if has_marks(name) or "://" in name:
        return CodePlace(Where.ELSEWHERE, "" if has_marks(name) else name)
    return _path(template, name, is_copy=False)


def _path(template: Template, name: str, *, is_copy: bool) -> CodePlace:
    if name.endswith(_ARCHIVES):
        return CodePlace(Where.ARCHIVE, name)
    return CodePlace(Where.FOLDER, name, template.file.parent / name, is_copy)


def _asset_of_key(template: Template, key: str) -> CodePlace | None:
    """The folder beside a template that CDK uploads under a key, where metadata are left out."""
    name = f"asset.{key.removesuffix('.zip')}"
    if (template.file.parent / name).is_dir():
        return _path(template, name, is_copy=True)
    return None


def construct_of(resource: Resource) -> tuple[str, ...]:
    """What the construct of CDK is called that a resource is of: its id; nothing without CDK.

    The logical id is made of it and a hash: `Fn12AB34CD` is the construct `Fn`.
    """
    path = as_block(resource.attributes.get("Metadata")).get("aws:cdk:path")
    parts = path.split("/") if isinstance(path, str) else []
    if parts[-1:] == ["Resource"]:
        parts.pop()
    return tuple(parts[-1:])


# Images
# --------------------------------------------------------------------------------------------------


def _image(template: Template, resource: Resource) -> CodePlace:
    metadata = as_block(resource.attributes.get("Metadata"))
    context = metadata.get("DockerContext", metadata.get(_ASSET))
    if not isinstance(context, str):
        return CodePlace(Where.IMAGE, "")
    return CodePlace(Where.IMAGE, context, template.file.parent / context, _ASSET in metadata)


def image_handler(resource: Resource, place: CodePlace) -> str:
    """The handler that an image starts, as its template or its Dockerfile says; else empty."""
    configuration = as_block(resource.properties.get("ImageConfig"))
    commands = [as_list(configuration.get("Command")), *_dockerfile_commands(resource, place)]
    for command in commands:
        if command and isinstance(command[0], str):
            return command[0]
    return ""


def is_image_of_other_language(resource: Resource, place: CodePlace) -> bool:
    """Whether the last step of an image's Dockerfile builds on AWS's image of another language."""
    if place.where is not Where.IMAGE:
        return False
    bases = re.split(r"(?im)^(?=\s*FROM\s)", _dockerfile(resource, place))
    return _OTHER_BASE.match(bases[-1]) is not None


def _dockerfile(resource: Resource, place: CodePlace) -> str:
    """The text of an image's Dockerfile; empty where there is none here."""
    if place.folder is None:
        return ""
    metadata = as_block(resource.attributes.get("Metadata"))
    name = metadata.get("Dockerfile", metadata.get("aws:asset:dockerfile-path", "Dockerfile"))
    with contextlib.suppress(OSError):
        content = read_plain_file(place.folder / str(name), limits.DOCKERFILE_BYTES)
        return content.decode(errors="replace")
    return ""


def _dockerfile_commands(resource: Resource, place: CodePlace) -> Iterator[list[Any]]:
    """The commands of a Dockerfile, the last one first, for that is what is run."""
    for command in reversed(_COMMAND.findall(_dockerfile(resource, place))):
        with contextlib.suppress(ValueError, RecursionError):
            yield as_list(json.loads(command))
