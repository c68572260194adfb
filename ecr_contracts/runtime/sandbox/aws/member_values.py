"""Values that fit the member of a response: its name, its shape's name, and its bounds.

It knows what the names in AWS's models tell; it must not know services' behaviour or events. All
values are harmless and the same every time, and a status says that all is finished and well.
"""

from __future__ import annotations

import functools
import hashlib
import re
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

from ecr_contracts.core.placeholders import (
    ACCOUNT,
    HOST,
    REGION,
    arn,
    placeholder,
    resource_arn,
    words,
)

__all__ = [
    "LATER",
    "NOW",
    "arn_value",
    "boolean_value",
    "enum_value",
    "fits",
    "fitted",
    "is_explanation",
    "is_faulty",
    "is_page",
    "number_value",
    "singular",
    "text_value",
]

NOW = datetime(2024, 1, 1, 12, 0, tzinfo=UTC)
LATER = datetime(2099, 1, 1, 12, 0, tzinfo=UTC)
_DIGEST = "sha256:" + hashlib.sha256(b"placeholder").hexdigest()
_UUID = "00000000-0000-4000-8000-000000000000"
_ETAG = '"d41d8cd98f00b204e9800998ecf8427e"'

_FAULTY = re.compile(
    r"errors?|failures?|failed|fault|exceptions?|unprocessed|invalid|rejected|unsuccessful"
    r"|cancel(?:led|lation)?|deleted?|deletion|deregistered|stopped|stopping|expired|denied"
    r"|conflicts?|unhealthy|warnings?|not_found|missing"
)
_EXPLANATION = re.compile(
    r"(?:status|state)_(?:reason|message)"
    r"|(?:failure|error|stop|rollback)_(?:reason|message|code)|^cause$"
)
_PAGE = re.compile(
    r"token|marker|cursor|position|next|scroll_id|last_evaluated_\w+"
    r"|(?:\w+_)?(?:next|continuation|pagination|page)_(?:\w+_)?"
    r"(?:token|marker|key|page|cursor|name|type|id|item|identifier)"
    r"|(?:next_)?(?:forward|backward)_token|next_shard_iterator"
)
_MORE = re.compile(
    r"(?:is_)?(?:results_)?truncated|is_truncated|has_?more\w*|more_\w+|\w+_truncated"
    r"|\w*has_more\w*|additional_\w+_available"
)
_TRUE = re.compile(
    r"\w*(?:enabled?|active|success\w*|complete[d]?|finished|ready|available|valid|verified|healthy)"
)
_ZERO = re.compile(
    r"\w*(?:failed|failure|failures|error|errors|pending|exit_code|unhealthy|remaining|expired)\w*"
)
_STATUS = re.compile(r"\w*(?:status|state|health|result|outcome)s?(?:_type|_code)?")
_FINISHED = (
    "COMPLETE COMPLETED CREATE_COMPLETE UPDATE_COMPLETE SUCCESS SUCCEEDED SUCCESSFUL"
    " EXECUTE_COMPLETE ACTIVE AVAILABLE RUNNING ENABLED HEALTHY READY VALID VERIFIED PASSED"
    " APPROVED CONNECTED ISSUED ASSOCIATED IN_SYNC INSYNC OK COMPLIANT ACTIVATED INSTALLED ONLINE"
    " GRANTED ACCEPTED REGISTERED RESOLVED DONE"
)
_RANK = {status: rank for rank, status in enumerate(re.findall(r"\S+", _FINISHED))}
"""Statuses that say that all is finished and well, the best first."""
_ARN_SORTS = {
    ("ecs", "service"): "service",
    ("ecs", "definition"): "definition",
    ("lambda", "function"): "function",
    ("secretsmanager", "arn"): "secret",
    ("codebuild", "arn"): "project",
}
_ENCODED = "cGxhY2Vob2xkZXI="
"""The word placeholder in base64."""
_CANDIDATES = (
    "placeholder",
    "1",
    ACCOUNT,
    _UUID,
    _DIGEST,
    "a" * 8,
    "2024-01-01",
    "Placeholder",
    "a-1",
    "10",
    resource_arn("role"),
    f"https://{HOST}/",
    "i-" + "0" * 17,
    "0" * 32,
)
"""Texts that one of AWS's patterns may let through."""


# What a name tells of a member
# --------------------------------------------------------------------------------------------------


@functools.lru_cache(4096)  # the same names are met in many shapes
def _snake_case(name: str) -> str:
    return "_".join(words(name))


def is_faulty(name: str) -> bool:
    """Whether a member tells of something that went wrong or is gone: `failures`, `deletedAt`."""
    spelled = _snake_case(name)
    faulty = any(_FAULTY.fullmatch(word) for word in spelled.split("_"))
    return faulty or spelled.endswith("not_found")


def is_explanation(name: str) -> bool:
    """Whether a member explains what went wrong: `statusReason`."""
    return _EXPLANATION.search(_snake_case(name)) is not None


def is_page(name: str) -> bool:
    """Whether a member tells where the next page begins: `nextToken`."""
    return _PAGE.fullmatch(_snake_case(name)) is not None


def singular(name: str) -> str:
    """The name of one element of a list: `repository` for `repositories`."""
    for plural, ending in (("ies", "y"), ("sses", "ss"), ("statuses", "status"), ("s", "")):
        if name.endswith(plural) and not name.endswith("ss"):
            return name.removesuffix(plural) + ending
    return name.removesuffix("list").removesuffix("List") or name


# Values
# --------------------------------------------------------------------------------------------------


def boolean_value(name: str) -> bool:
    """True where that says that all is finished and well, and that there are no more pages."""
    spelled = _snake_case(name)
    return not _MORE.fullmatch(spelled) and _TRUE.fullmatch(spelled) is not None


def number_value(name: str, metadata: Mapping[str, Any]) -> float:
    """A small number within the bounds of a shape: zero of what fails or is still to come."""
    spelled = _snake_case(name)
    value = 1
    if spelled in ("content_length", "content_size"):
        value = len(b"{}")
    elif _ZERO.fullmatch(spelled):
        value = 0
    elif spelled in ("status_code", "http_status_code"):
        value = 200
    least, most = metadata.get("min"), metadata.get("max")
    if least is not None:
        value = max(value, least)
    return value if most is None else min(value, most)


_OF_IMAGES = frozenset({"CONTAINER_IMAGE", "ECR", "IMAGE"})


def enum_value(name: str, options: list[str]) -> str:
    """The first value; of a status, the one that says that all is finished and well.

    What may be of images (a function's package) is: who is told of images deals with these.
    """
    if _STATUS.fullmatch(_snake_case(name)):
        finished = [option for option in options if _status(option) in _RANK]
        if finished:
            return min(finished, key=lambda option: _RANK[_status(option)])
    for option in options:
        if option.upper() in _OF_IMAGES:
            return option
    for option in options:
        if not is_faulty(option) and option.upper() not in ("NONE", "UNKNOWN"):
            return option
    return options[0]


def _status(option: str) -> str:
    return _snake_case(option).upper()


def arn_value(noun: str, member: str, service: str = "") -> str:
    """An ARN for a member of a service's API, by its noun: `cluster` for `clusterArn`."""
    if sort := _ARN_SORTS.get((service, noun)):
        return resource_arn(sort)
    spelled = words(member)
    typed = placeholder(member if spelled[-1:] == ["arn"] else member + "Arn")
    if service and typed.startswith("arn:aws:sns:") and "topic" not in spelled:
        folder = f"{noun}/" if noun and noun != "arn" else ""
        return arn(service, f"{folder}placeholder")
    return typed


def text_value(name: str, shape_name: str, service: str) -> str:
    """A text that fits the names of a member and its shape, in an API of a service."""
    spelled = words(name)
    last, noun = (spelled or [""])[-1], (spelled[-2:] or [""])[0]
    if last in ("arn", "arns") or shape_name.endswith(("Arn", "ARN")):
        return arn_value(noun, name, service)
    if service == "ecs" and name == "taskDefinition":
        return arn_value("definition", name, service)
    if _STATUS.fullmatch("_".join(spelled)):
        return "ACTIVE"
    if last in ("cpu", "memory"):
        return "256"
    if "digest" in spelled or "sha256" in spelled:
        return _DIGEST
    if "account" in spelled or last == "owner" or name == "registryId":
        return ACCOUNT
    if last in ("document", "policy", "json", "template") or "policy" in spelled[-2:]:
        return "{}"
    if last in ("at", "date", "time", "timestamp") and "zone" not in spelled:
        return "2024-01-01T12:00:00Z"
    if last == "id" and spelled[0:1] != ["key"]:
        return _UUID
    if service == "eks" and name == "data":  # of a certificate, "Base64-encoded" by its model
        return _ENCODED
    if last == "zone":
        return f"{REGION}a"
    if last in ("etag", "e") or name == "ETag":
        return _ETAG
    if last in ("image", "uri") and "image" in spelled:
        return placeholder("image_uri")
    if last in ("domain", "host", "hostname"):
        return HOST
    return placeholder(name)


def fitted(text: str, metadata: Mapping[str, Any]) -> str:
    """The text, or another one if only that has the pattern and the bounds of a shape."""
    least, most = int(metadata.get("min", 0)), int(metadata.get("max", 1 << 20))
    candidates = [text]
    if metadata.get("pattern"):
        candidates += _CANDIDATES
    for candidate in candidates:
        sized = candidate.ljust(least, "x")
        if fits(sized, metadata):
            return sized
    return text.ljust(least, "x")[: max(most, least)]


def fits(text: str, metadata: Mapping[str, Any]) -> bool:
    """Whether a text has the pattern and the bounds of a shape."""
    least, most = int(metadata.get("min", 0)), int(metadata.get("max", 1 << 20))
    pattern = metadata.get("pattern")
    return least <= len(text) <= most and (not pattern or _matches(pattern, text))


def _matches(pattern: str, text: str) -> bool:
    try:
        return re.fullmatch(pattern, text) is not None
    except re.error:
        return True  # written for another engine
