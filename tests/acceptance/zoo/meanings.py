"""What labels and boundaries mean, told again without the package: whether an event has a cause."""

from __future__ import annotations

import functools
import string
from collections.abc import Callable, Mapping
from typing import Any

from ecr_contracts.core import json_path
from ecr_contracts.core.findings import MISSING, Boundary
from ecr_contracts.events.compile import reader
from tests.acceptance.causes import Cause, Clause, Wanted

Event = Mapping[str, Any]

CLASSES: dict[str, str] = {
    "digit": string.digits,
    "upper-case letter": string.ascii_uppercase,
    "lower-case letter": string.ascii_lowercase,
    "letter": string.ascii_letters,
}
"""The characters of each class that a boundary names."""


@functools.cache
def steps(path: str) -> json_path.Steps:
    """A path in its steps."""
    return json_path.parse(path)


def at(event: Event, path: str) -> Any:
    """What stands at a path."""
    return json_path.at(event, steps(path))


def holds(cause: Cause, event: Event) -> bool:
    """Whether an event meets every condition of a cause."""
    return all(meets(clause, event) for clause in cause)


def meets(clause: Clause, event: Event) -> bool:
    """Whether an event meets a condition."""
    return any(has(wanted, event) for wanted in clause)


def has(wanted: Wanted, event: Event) -> bool:
    """Whether an event has what is wanted at its path."""
    return has_value(wanted, at(event, wanted.path))


def has_value(wanted: Wanted, value: Any) -> bool:
    """Whether what stands at its path is what is wanted."""
    if wanted.boundary is not None:
        return _is_within(wanted.boundary, value)
    return any(has_choice(wanted.path, label, value) for label in wanted.labels)


# --- choices --------------------------------------------------------------------------------------


def has_choice(path: str, label: str, value: Any) -> bool:
    """Whether a value is of a choice, as the words of the choice say."""
    if label == "absent":
        return value is MISSING
    if value is MISSING:
        return False
    if label == "empty":
        return value in ("", [], {})
    key = path.rpartition(".")[2]
    of_key = MEANINGS[key.replace("image-tags[0]", "image-tag")]
    if label in of_key:
        return of_key[label](value)
    if label != OTHERWISE.get(key):
        raise LookupError(f"what is {path} {label}?")
    return value not in ("", []) and not any(is_so(value) for is_so in of_key.values())


def partition(region: str) -> str:
    """The partition of a region."""
    heads = {
        "cn-": "aws-cn", "us-gov-": "aws-us-gov", "eusc-": "aws-eusc",
        "us-iso-": "aws-iso", "us-isob-": "aws-iso-b",
        "eu-isoe-": "aws-iso-e", "us-isof-": "aws-iso-f",
    }  # fmt: skip
    return next((name for head, name in heads.items() if region.startswith(head)), "aws")


def _equal(wanted: str) -> Callable[[Any], bool]:
    return lambda value: value == wanted


def _partition(wanted: str) -> Callable[[Any], bool]:
    return lambda value: partition(value) == wanted


def _is_signature(tag: str) -> bool:
    return tag.startswith("sha256-") and len(tag) > 70 and "." in tag


def _is_dotted(tag: str) -> bool:
    """Whether a tag has a dot, and is none of the sorts that are told by more than that."""
    return "." in tag and len(tag) < 128 and not _is_signature(tag)


_OCI, _DOCKER = "application/vnd.oci.image", "application/vnd.docker"
_TEXT = {
    "success": lambda value: value == "SUCCESS",
    "failure": lambda value: value == "FAILURE",
    "complete": lambda value: value == "COMPLETE",
    "failed": lambda value: value == "FAILED",
}
_COUNT = {"zero": lambda value: value == 0, "some": lambda value: value != 0}
MEANINGS: dict[str, dict[str, Callable[[Any], bool]]] = {
    "id": {"not-v4": lambda value: not (value[14] == "4" and value[19] in "89ab")},
    "account": {"leading-zero": lambda value: value[0] == "0"},
    "region": {
        name: _partition(name)
        for name in (
            "aws", "aws-cn", "aws-us-gov", "aws-eusc", "aws-iso", "aws-iso-b", "aws-iso-e",
            "aws-iso-f",
        )
    },
    "replay-name": {"present": lambda _: True},
    "result": _TEXT,
    "scan-status": _TEXT,
    "repository-name": {
        "longest": lambda value: len(value) == 256,
        "namespaced": lambda value: value.count("/") == 1 and len(value) < 256,
        "deep": lambda value: value.count("/") > 1 and len(value) < 256,
        "punctuated": lambda value: bool(set("._") & set(value)) and "/" not in value,
        "shop/api": _equal("shop/api"),
        "shop/web": _equal("shop/web"),
    },
    "image-tag": {
        "latest": _equal("latest"),
        "longest": lambda value: len(value) == 128,
        "signature": _is_signature,
        "digits": lambda value: value.isdigit() and len(value) < 128,
        "dotted": _is_dotted,
    },
    "image-digest": {"sha256": lambda value: value.startswith("sha256:")},
    "image-tags": {
        "one": lambda value: len(value) == 1,
        "several": lambda value: len(value) > 1,
    },
    "resources": {"arn": lambda value: len(value) == 1},
    "finding-severity-counts": {"present": lambda value: value != {}},
    **dict.fromkeys(("CRITICAL", "HIGH", "MEDIUM", "LOW", "INFORMATIONAL", "UNDEFINED"), _COUNT),
    "manifest-media-type": {
        "docker": _equal(f"{_DOCKER}.distribution.manifest.v2+json"),
        "docker-list": _equal(f"{_DOCKER}.distribution.manifest.list.v2+json"),
        "oci": _equal(f"{_OCI}.manifest.v1+json"),
        "oci-index": _equal(f"{_OCI}.index.v1+json"),
    },
    "artifact-media-type": {
        "docker": _equal(f"{_DOCKER}.container.image.v1+json"),
        "oci": _equal(f"{_OCI}.config.v1+json"),
        "helm": _equal("application/vnd.cncf.helm.config.v1+json"),
        "sbom": _equal("text/sbom+json"),
    },
}  # fmt: skip
"""What the labels of each key say of a value that is there and not empty."""

OTHERWISE = {
    "id": "v4",
    "account": "plain",
    "repository-name": "plain",
    "image-tag": "plain",
    "image-tags[0]": "plain",
}
"""The label of what none of the other labels of the key says."""


def labels_of(kind: str, path: str) -> frozenset[str]:
    """The labels that the schema of a kind has at a path."""
    return reader.contract(kind).by_path[path].labels


# --- boundaries -----------------------------------------------------------------------------------


def _is_within(boundary: Boundary, value: Any) -> bool:
    """Whether a value is on the side of a boundary that is meant; what has no measure is not."""
    if boundary.measure in ("length", "number", "elements"):
        size = _size(boundary.measure, value)
        low, high = boundary.low, boundary.high
        is_above = size is not None and (low is None or low <= size)
        is_within = size is not None and is_above and (high is None or size <= high)
    else:
        is_within = isinstance(value, str) and _has_text(boundary, value)
    return is_within != boundary.is_negated


def _size(measure: str, value: Any) -> int | None:
    """How long a text is, how many elements a list has, or what a number is."""
    if measure == "length":
        return len(value) if isinstance(value, str) else None
    if measure == "elements":
        return len(value) if isinstance(value, list) else None
    if isinstance(value, str):
        return int(value) if value.isdigit() else None
    return value if isinstance(value, int) else None


def _has_text(boundary: Boundary, value: str) -> bool:
    texts = CLASSES[boundary.text] if boundary.is_class else [boundary.text]
    match boundary.measure:
        case "contains":
            return any(one in value for one in texts)
        case "starts with":
            return value.startswith(tuple(texts))
        case "ends with":
            return value.endswith(tuple(texts))
        case "is":
            return value in texts
    raise LookupError(f"what is {boundary}?")
