# generated, do not edit: python -m generators
# fingerprint of the schemas: 3bfda3bcfde7fe2a

"""The events of Amazon ECR as dataclasses: they take what the schemas accept."""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, fields
from typing import Any, Literal, Self, TypeAlias

__all__ = [
    "AnsweredImage",
    "AnsweredImageId",
    "AnsweredRepository",
    "ArchiveDetail",
    "ArchiveEvent",
    "ArtifactActionEvent",
    "ChangedRepository",
    "CloudTrailAPICallDetail",
    "CloudTrailAPICallEvent",
    "CloudTrailServiceEvent",
    "CloudTrailServiceEventDetail",
    "ContainerImage",
    "CoverageStatus",
    "DeleteDetail",
    "DeleteEvent",
    "EcrEvent",
    "EcrRecord",
    "Failure",
    "FindingSeverityCounts",
    "ImageAction",
    "ImageIdOfTheAnswer",
    "ImageIdOfTheRequest",
    "ImageOfAnyCloud",
    "ImageOfTheAction",
    "InspectorCoverageDetail",
    "InspectorCoverageEvent",
    "InspectorFindingDetail",
    "InspectorFindingEvent",
    "InspectorScanDetail",
    "InspectorScanEvent",
    "InspectorSeverityCounts",
    "LifecyclePolicy",
    "LifecycleRule",
    "PackageVulnerabilityDetails",
    "PullThroughCacheDetail",
    "PullThroughCacheEvent",
    "PushDetail",
    "PushEvent",
    "Recommendation",
    "ReferrerRestoreDetail",
    "ReferrerRestoreEvent",
    "Remediation",
    "ReplicationDetail",
    "ReplicationEvent",
    "RequestParameters",
    "ResourceDetails",
    "ResourceOfTheFinding",
    "ResourceOfTheRecord",
    "ResponseElements",
    "RestoreDetail",
    "RestoreEvent",
    "ScanDetail",
    "ScanEvent",
    "ScanResourceChangeDetail",
    "ScanResourceChangeEvent",
    "ServiceEventDetails",
    "UserIdentity",
    "read_event",
]


_LEVELS = 4  # of lists within lists: more than schemas describe, fewer than exhaust the stack


@dataclass(kw_only=True)
class EcrRecord:
    """What every class does: take the JSON that its schema accepts, and lose nothing.

    A constructor does not judge what it is given; `from_event` does. An optional field that is None
    is absent. What the schema does not know is kept in `unknown`, as is a null that it admits.
    """

    unknown: dict[str, Any] = field(default_factory=dict, repr=False)

    @classmethod
    def from_event(cls, event: Any) -> Self:
        """The event, which stays as it is. Raises ValueError for one that the schema refuses.

        The message names the place: `$.detail.image-tag is missing`.
        """
        return cls._read(event, "$")

    def to_event(self) -> dict[str, Any]:
        """The event as it came: the fields of the schema in its order, then the unknown ones."""
        event: dict[str, Any] = {}
        for one in fields(self):
            key, value = one.metadata.get("key"), getattr(self, one.name)
            if key is None:
                continue
            if value is not None:
                event[key] = _written(value)
            elif key in self.unknown:
                event[key] = self.unknown[key]
        return event | self.unknown

    def get(self, key: str, default: Any = None) -> Any:
        """What the event has at a key, as the event spells it, or the default where it has none."""
        for one in fields(self):
            if one.metadata.get("key") == key:
                value = getattr(self, one.name)
                return self.unknown.get(key, default) if value is None else value
        return self.unknown.get(key, default)

    @classmethod
    def _read(cls, event: Any, place: str) -> Self:
        if not isinstance(event, dict):
            raise ValueError(f"{place} is {_shown(event)}; expected an object")
        unknown = dict(event)
        values: dict[str, Any] = {}
        for one in fields(cls):
            key, schema = one.metadata.get("key"), one.metadata.get("schema", {})
            if key is None:
                continue
            inner = f"{place}.{key}"
            if key not in event:
                if schema.get("required"):
                    raise ValueError(f"{inner} is missing")
                continue
            values[one.name] = _read(event[key], schema, inner)
            if values[one.name] is not None:
                del unknown[key]
        return cls(**values, unknown=unknown)


_IS_OF: dict[str, Callable[[Any], bool]] = {
    "string": lambda value: isinstance(value, str),
    "integer": lambda value: _is_number(value) and value == value // 1,
    "number": lambda value: _is_number(value),
    "boolean": lambda value: isinstance(value, bool),
    "array": lambda value: isinstance(value, list),
    "object": lambda value: isinstance(value, dict),
    "null": lambda value: value is None,
}


_NOUNS = {
    "string": "a string",
    "integer": "an integer",
    "number": "a number",
    "boolean": "true or false",
    "array": "an array",
    "object": "an object",
    "null": "null",
}


def _is_number(value: Any) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool)


def _read(value: Any, schema: Mapping[str, Any], place: str) -> Any:
    """The value as its field holds it. Raises ValueError for one that the schema refuses."""
    if schema.get("nullable") and value is None:
        return None
    if "class" in schema:
        return schema["class"]._read(value, place)
    problem = _problem(value, schema)
    if problem:
        raise ValueError(f"{place} is {_shown(value)}; expected {problem}")
    if isinstance(value, list) and "items" in schema:
        return [_read(one, schema["items"], f"{place}[{at}]") for at, one in enumerate(value)]
    if isinstance(value, float) and schema.get("type") == "integer":
        return int(value)
    return value


def _problem(value: Any, schema: Mapping[str, Any]) -> str:
    """What is wanted instead of a value, empty where nothing is."""
    types = schema.get("type", [])
    types = [types] if isinstance(types, str) else types
    if types and not any(_IS_OF[name](value) for name in types):
        return " or ".join(_NOUNS[name] for name in types)
    choices = [schema["const"]] if "const" in schema else schema.get("enum", [value])
    if not any(_is_same(value, choice) for choice in choices):
        return " or ".join(map(repr, choices))
    if isinstance(value, str) and "pattern" in schema and not re.search(schema["pattern"], value):
        return f"a text like {schema['pattern']}"
    for low, high, size, noun in _bounds(value, schema):
        if low is not None and size < low:
            return f"at least {low}{noun}"
        if high is not None and size > high:
            return f"at most {high}{noun}"
    return ""


def _bounds(value: Any, schema: Mapping[str, Any]) -> list[tuple[Any, Any, Any, str]]:
    """The least and the greatest, what is measured, and of what, for what a schema bounds."""
    if isinstance(value, str):
        return [(schema.get("minLength"), schema.get("maxLength"), len(value), " characters")]
    if isinstance(value, list):
        return [(schema.get("minItems"), schema.get("maxItems"), len(value), " elements")]
    if _is_number(value):
        return [(schema.get("minimum"), schema.get("maximum"), value, "")]
    return []


def _is_same(value: Any, other: Any) -> bool:
    """Equality as JSON has it: of 1 and 1.0, and not of 1 and true."""
    return bool(value == other) and isinstance(value, bool) is isinstance(other, bool)


def _written(value: Any, levels: int = _LEVELS) -> Any:
    """The value with events, as they came, for the classes within it."""
    if isinstance(value, EcrRecord):
        return value.to_event()
    if isinstance(value, list) and levels:
        return [_written(element, levels - 1) for element in value]
    return value


def _shown(value: Any) -> str:
    text = repr(value)
    return text if len(text) <= 60 else f"{text[:59]}…"


_Steps = tuple[str | int, ...]
_Marks = tuple[tuple[tuple[_Steps, str], ...], tuple[tuple[_Steps, ...], ...]]


_NO_KIND = (
    "source, detail-type and what tells kinds apart in detail "
    "(action-type, target-storage-class, …) are those of no kind of ECR event"
)


def _class_name(event: Any) -> str | None:
    """The name of the class that an event is of, None for no kind of event."""
    if not isinstance(event, Mapping):
        name = type(event).__name__
        return name if name in _MARKS else None
    for name, (constants, groups) in _MARKS.items():
        if any(_at(event, steps) != value for steps, value in constants):
            continue
        if all(any(_at(event, steps) is not None for steps in group) for group in groups):
            return name
    return None


def _at(event: Any, steps: _Steps) -> Any:
    """What an event has at a place, None where that is missing."""
    value = event
    for step in steps:
        if isinstance(step, str) and isinstance(value, Mapping):
            value = value.get(step)
        elif isinstance(step, int) and isinstance(value, list) and step < len(value):
            value = value[step]
        else:
            return None
    return value


_MARKS: dict[str, _Marks] = {
    "ArchiveEvent": (
        (
            (("source",), "aws.ecr"),
            (("detail-type",), "ECR Image Action"),
            (("detail", "action-type"), "UPDATE_STORAGE_CLASS"),
            (("detail", "target-storage-class"), "ARCHIVE"),
        ),
        (),
    ),
    "ReferrerRestoreEvent": (
        (
            (("source",), "aws.ecr"),
            (("detail-type",), "ECR Referrer Action"),
            (("detail", "action-type"), "UPDATE_STORAGE_CLASS"),
            (("detail", "target-storage-class"), "STANDARD"),
        ),
        (),
    ),
    "RestoreEvent": (
        (
            (("source",), "aws.ecr"),
            (("detail-type",), "ECR Image Action"),
            (("detail", "action-type"), "UPDATE_STORAGE_CLASS"),
            (("detail", "target-storage-class"), "STANDARD"),
        ),
        (),
    ),
    "DeleteEvent": (
        (
            (("source",), "aws.ecr"),
            (("detail-type",), "ECR Image Action"),
            (("detail", "action-type"), "DELETE"),
        ),
        (),
    ),
    "PushEvent": (
        (
            (("source",), "aws.ecr"),
            (("detail-type",), "ECR Image Action"),
            (("detail", "action-type"), "PUSH"),
        ),
        (),
    ),
    "ReplicationEvent": (
        (
            (("source",), "aws.ecr"),
            (("detail-type",), "ECR Replication Action"),
            (("detail", "action-type"), "REPLICATE"),
        ),
        (),
    ),
    "ArtifactActionEvent": (
        ((("source",), "aws.ecr"), (("detail-type",), "ECR Artifact Action")),
        (),
    ),
    "CloudTrailAPICallEvent": (
        ((("source",), "aws.ecr"), (("detail-type",), "AWS API Call via CloudTrail")),
        (),
    ),
    "CloudTrailServiceEvent": (
        ((("source",), "aws.ecr"), (("detail-type",), "AWS Service Event via CloudTrail")),
        (),
    ),
    "InspectorCoverageEvent": (
        ((("source",), "aws.inspector2"), (("detail-type",), "Inspector2 Coverage")),
        (),
    ),
    "InspectorFindingEvent": (
        ((("source",), "aws.inspector2"), (("detail-type",), "Inspector2 Finding")),
        (
            (
                ("detail", "resources", 0, "details", "awsEcrContainerImage"),
                ("detail", "resources", 0, "details", "image"),
            ),
        ),
    ),
    "InspectorScanEvent": (
        ((("source",), "aws.inspector2"), (("detail-type",), "Inspector2 Scan")),
        ((("detail", "repository-name"),),),
    ),
    "PullThroughCacheEvent": (
        ((("source",), "aws.ecr"), (("detail-type",), "ECR Pull Through Cache Action")),
        (),
    ),
    "ScanEvent": (((("source",), "aws.ecr"), (("detail-type",), "ECR Image Scan")), ()),
    "ScanResourceChangeEvent": (
        ((("source",), "aws.ecr"), (("detail-type",), "ECR Scan Resource Change")),
        (),
    ),
}
"""By class: what stands where in its events, and of which places they have one each."""


@dataclass(kw_only=True)
class AnsweredImageId(EcrRecord):
    """An image by its digest and one of its tags."""

    image_digest: str | None = field(
        default=None, metadata={"key": "imageDigest", "schema": {"type": "string"}}
    )
    """The digest of the image's manifest. AWS's printed samples show 60 digits where real ones have 64."""
    image_tag: str | None = field(
        default=None, metadata={"key": "imageTag", "schema": {"type": "string", "maxLength": 300}}
    )
    """
    A name for the image. The ECR API admits 300 characters, the grammar of the distribution
    specification 128.
    """


@dataclass(kw_only=True)
class AnsweredRepository(EcrRecord):
    """The repository that was created or deleted."""

    repository_name: str | None = field(
        default=None,
        metadata={
            "key": "repositoryName",
            "schema": {"type": "string", "minLength": 2, "maxLength": 256},
        },
    )
    """The repository's name without the registry. May hold slashes."""
    repository_arn: str | None = field(
        default=None, metadata={"key": "repositoryArn", "schema": {"type": "string"}}
    )
    """The ARN of the repository."""
    repository_uri: str | None = field(
        default=None, metadata={"key": "repositoryUri", "schema": {"type": "string"}}
    )
    """The place of the repository, as docker takes it."""
    registry_id: str | None = field(
        default=None, metadata={"key": "registryId", "schema": {"type": "string"}}
    )
    """The account that the repository belongs to."""
    created_at: str | None = field(
        default=None, metadata={"key": "createdAt", "schema": {"type": "string"}}
    )
    """When it was created: not ISO 8601."""


@dataclass(kw_only=True)
class ArchiveDetail(EcrRecord):
    """Detail of an image archived."""

    result: str = field(metadata={"key": "result", "schema": {"required": True, "type": "string"}})
    """
    How the action ended. A failed push says FAILURE, a failed replication FAILED; of this action no
    failure is printed.
    """
    repository_name: str = field(
        metadata={
            "key": "repository-name",
            "schema": {"required": True, "type": "string", "minLength": 2, "maxLength": 256},
        }
    )
    """The repository's name without the registry. May hold slashes."""
    image_digest: str | None = field(
        default=None, metadata={"key": "image-digest", "schema": {"type": "string"}}
    )
    """The digest of the image's manifest. AWS's printed samples show 60 digits where real ones have 64."""
    action_type: Literal["UPDATE_STORAGE_CLASS"] = field(
        metadata={
            "key": "action-type",
            "schema": {"required": True, "const": "UPDATE_STORAGE_CLASS"},
        }
    )
    """What was done: neither a push nor a deletion."""
    target_storage_class: Literal["ARCHIVE"] = field(
        metadata={"key": "target-storage-class", "schema": {"required": True, "const": "ARCHIVE"}}
    )
    """ARCHIVE: the image was archived. STANDARD: it was restored."""
    image_tag: str | None = field(
        default=None, metadata={"key": "image-tag", "schema": {"type": "string", "maxLength": 300}}
    )
    """The printed sample has none; the registry says that it may be there."""
    manifest_media_type: str | None = field(
        default=None, metadata={"key": "manifest-media-type", "schema": {"type": "string"}}
    )
    """
    The media type of the image's manifest. In every push captured since May 2023, in none before; AWS's
    samples of pushes and deletions lack it.
    """
    artifact_media_type: str | None = field(
        default=None, metadata={"key": "artifact-media-type", "schema": {"type": "string"}}
    )
    """For an image the media type of its configuration, for other artifacts the artifact's type."""


@dataclass(kw_only=True)
class ArchiveEvent(EcrRecord):
    """
    An image was moved to the archive storage class. It is an image action that is neither a push nor a
    deletion, and names no tag. Archived images are not scanned. Never captured.
    """

    version: Literal["0"] = field(
        metadata={"key": "version", "schema": {"required": True, "const": "0"}}
    )
    """Always "0": AWS adds fields without changing it."""
    id: str = field(
        metadata={
            "key": "id",
            "schema": {
                "required": True,
                "type": "string",
                "pattern": "^[0-9A-Za-z]{8}-[0-9A-Za-z]{4}-[0-9A-Za-z]{4}-[0-9A-Za-z]{4}-([0-9A-Za-z]{12}|[0-9A-Za-z]{0,4}EXAMPLE)$",
                "maxLength": 36,
            },
        }
    )
    """
    Unique to the event. Laid out as a UUID, but its version and variant digits are arbitrary in real
    events; a replayed event keeps it. Ids of AWS's printed samples may end in EXAMPLE and hold letters
    that are no digits.
    """
    detail_type: Literal["ECR Image Action"] = field(
        metadata={
            "key": "detail-type",
            "schema": {"required": True, "type": "string", "const": "ECR Image Action"},
        }
    )
    """The family the event belongs to, in words."""
    source: Literal["aws.ecr"] = field(
        metadata={
            "key": "source",
            "schema": {"required": True, "type": "string", "const": "aws.ecr"},
        }
    )
    """The service that sent the event."""
    account: str = field(
        metadata={
            "key": "account",
            "schema": {
                "required": True,
                "type": "string",
                "pattern": "^[0-9]{12}$",
                "maxLength": 12,
            },
        }
    )
    """The 12 digits of the account that owns the resource. A string: it may begin with a zero."""
    time: str = field(
        metadata={
            "key": "time",
            "schema": {
                "required": True,
                "type": "string",
                "pattern": "^[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}Z$",
                "maxLength": 20,
            },
        }
    )
    """
    When the service sent the event: RFC 3339, whole seconds, UTC. It may lie before the arrival by
    minutes.
    """
    region: str = field(
        metadata={"key": "region", "schema": {"required": True, "type": "string", "minLength": 1}}
    )
    """
    Where the event was sent from. Names of four letters (eusc-de-east-1) and with two dashes before the
    number (us-gov-west-1) exist.
    """
    replay_name: str | None = field(
        default=None, metadata={"key": "replay-name", "schema": {"type": "string"}}
    )
    """The replay that sent the event again from an archive; only on replayed events."""
    resources: list[str] = field(
        metadata={
            "key": "resources",
            "schema": {
                "required": True,
                "type": "array",
                "items": {"type": "string", "maxLength": 2048},
            },
        }
    )
    """
    ARNs that the event is about. The sending service decides; the key is always there, the list is
    often empty.
    """
    detail: ArchiveDetail = field(
        metadata={"key": "detail", "schema": {"required": True, "class": ArchiveDetail}}
    )


@dataclass(kw_only=True)
class ArtifactActionEvent(EcrRecord):
    """
    Something was done to an artifact. AWS names the detail-type and prints nothing of the event: the
    detail is opaque here, and anything in it is admitted. Not in the schema registry, never captured.
    """

    version: Literal["0"] = field(
        metadata={"key": "version", "schema": {"required": True, "const": "0"}}
    )
    """Always "0": AWS adds fields without changing it."""
    id: str = field(
        metadata={
            "key": "id",
            "schema": {
                "required": True,
                "type": "string",
                "pattern": "^[0-9A-Za-z]{8}-[0-9A-Za-z]{4}-[0-9A-Za-z]{4}-[0-9A-Za-z]{4}-([0-9A-Za-z]{12}|[0-9A-Za-z]{0,4}EXAMPLE)$",
                "maxLength": 36,
            },
        }
    )
    """
    Unique to the event. Laid out as a UUID, but its version and variant digits are arbitrary in real
    events; a replayed event keeps it. Ids of AWS's printed samples may end in EXAMPLE and hold letters
    that are no digits.
    """
    detail_type: Literal["ECR Artifact Action"] = field(
        metadata={
            "key": "detail-type",
            "schema": {"required": True, "type": "string", "const": "ECR Artifact Action"},
        }
    )
    """The family the event belongs to, in words."""
    source: Literal["aws.ecr"] = field(
        metadata={
            "key": "source",
            "schema": {"required": True, "type": "string", "const": "aws.ecr"},
        }
    )
    """The service that sent the event."""
    account: str = field(
        metadata={
            "key": "account",
            "schema": {
                "required": True,
                "type": "string",
                "pattern": "^[0-9]{12}$",
                "maxLength": 12,
            },
        }
    )
    """The 12 digits of the account that owns the resource. A string: it may begin with a zero."""
    time: str = field(
        metadata={
            "key": "time",
            "schema": {
                "required": True,
                "type": "string",
                "pattern": "^[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}Z$",
                "maxLength": 20,
            },
        }
    )
    """
    When the service sent the event: RFC 3339, whole seconds, UTC. It may lie before the arrival by
    minutes.
    """
    region: str = field(
        metadata={"key": "region", "schema": {"required": True, "type": "string", "minLength": 1}}
    )
    """
    Where the event was sent from. Names of four letters (eusc-de-east-1) and with two dashes before the
    number (us-gov-west-1) exist.
    """
    replay_name: str | None = field(
        default=None, metadata={"key": "replay-name", "schema": {"type": "string"}}
    )
    """The replay that sent the event again from an archive; only on replayed events."""
    resources: list[str] = field(
        metadata={
            "key": "resources",
            "schema": {
                "required": True,
                "type": "array",
                "items": {"type": "string", "maxLength": 2048},
            },
        }
    )
    """
    ARNs that the event is about. The sending service decides; the key is always there, the list is
    often empty.
    """
    detail: dict[str, Any] = field(
        metadata={"key": "detail", "schema": {"required": True, "type": "object"}}
    )
    """Nothing is known of it."""


@dataclass(kw_only=True)
class ChangedRepository(EcrRecord):
    """One repository and its frequencies."""

    repository_name: str = field(
        metadata={
            "key": "repository-name",
            "schema": {"required": True, "type": "string", "minLength": 2, "maxLength": 256},
        }
    )
    """The repository's name without the registry. May hold slashes."""
    repository_arn: str = field(
        metadata={"key": "repository-arn", "schema": {"required": True, "type": "string"}}
    )
    """The ARN of the repository; its name begins behind the first `repository/`."""
    scan_frequency: str | None = field(
        default=None, metadata={"key": "scan-frequency", "schema": {"type": "string"}}
    )
    """How often it is scanned now."""
    previous_scan_frequency: str | None = field(
        default=None, metadata={"key": "previous-scan-frequency", "schema": {"type": "string"}}
    )
    """How often it was scanned before."""


@dataclass(kw_only=True)
class ContainerImage(EcrRecord):
    """The image. Its repository's name is plain here, no ARN."""

    repository_name: str = field(
        metadata={
            "key": "repositoryName",
            "schema": {"required": True, "type": "string", "minLength": 2, "maxLength": 256},
        }
    )
    """The repository's name without the registry. May hold slashes."""
    image_hash: str = field(
        metadata={"key": "imageHash", "schema": {"required": True, "type": "string"}}
    )
    """The digest of the image's manifest. AWS's printed samples show 60 digits where real ones have 64."""
    image_tags: list[str] | None = field(
        default=None,
        metadata={
            "key": "imageTags",
            "schema": {"type": "array", "items": {"type": "string", "maxLength": 300}},
        },
    )
    """All tags of the image; empty or missing when it has none."""
    registry: str = field(
        metadata={"key": "registry", "schema": {"required": True, "type": "string"}}
    )
    """The account of the registry."""
    architecture: str | None = field(
        default=None, metadata={"key": "architecture", "schema": {"type": "string"}}
    )
    """The processor that the image is for."""
    platform: str | None = field(
        default=None, metadata={"key": "platform", "schema": {"type": "string"}}
    )
    """The operating system of the image."""
    pushed_at: str | None = field(
        default=None, metadata={"key": "pushedAt", "schema": {"type": "string"}}
    )
    """When the image was pushed. Not ISO 8601, and in two forms in AWS's own samples."""
    in_use_count: int | None = field(
        default=None, metadata={"key": "inUseCount", "schema": {"type": "integer", "minimum": 0}}
    )
    """How many clusters run the image; in the ECR guide's sample, not in Inspector's."""


@dataclass(kw_only=True)
class CoverageStatus(EcrRecord):
    """Whether it is scanned, and why not."""

    reason: str = field(metadata={"key": "reason", "schema": {"required": True, "type": "string"}})
    """Why; the API has some forty values."""
    status_code_value: str = field(
        metadata={"key": "statusCodeValue", "schema": {"required": True, "type": "string"}}
    )
    """ACTIVE or INACTIVE."""


@dataclass(kw_only=True)
class DeleteDetail(EcrRecord):
    """Detail of a deletion."""

    result: str = field(metadata={"key": "result", "schema": {"required": True, "type": "string"}})
    """How the action ended. A failed push says FAILURE (a failed replication says FAILED)."""
    repository_name: str = field(
        metadata={
            "key": "repository-name",
            "schema": {"required": True, "type": "string", "minLength": 2, "maxLength": 256},
        }
    )
    """The repository's name without the registry. May hold slashes."""
    image_digest: str | None = field(
        default=None, metadata={"key": "image-digest", "schema": {"type": "string"}}
    )
    """The digest of the image's manifest. AWS's printed samples show 60 digits where real ones have 64."""
    action_type: Literal["DELETE"] = field(
        metadata={"key": "action-type", "schema": {"required": True, "const": "DELETE"}}
    )
    """What was done to the image."""
    image_tag: str | None = field(
        default=None, metadata={"key": "image-tag", "schema": {"type": "string", "maxLength": 300}}
    )
    """
    A name for the image. The ECR API admits 300 characters, the grammar of the distribution
    specification 128.
    """
    manifest_media_type: str | None = field(
        default=None, metadata={"key": "manifest-media-type", "schema": {"type": "string"}}
    )
    """
    The media type of the image's manifest. In every push captured since May 2023, in none before; AWS's
    samples of pushes and deletions lack it.
    """
    artifact_media_type: str | None = field(
        default=None, metadata={"key": "artifact-media-type", "schema": {"type": "string"}}
    )
    """For an image the media type of its configuration, for other artifacts the artifact's type."""


@dataclass(kw_only=True)
class DeleteEvent(EcrRecord):
    """
    An image was deleted. Whether removing one of several tags, deleting by digest, or a lifecycle
    policy sends this event is not documented. Since 2026 a replication rule may replicate deletions,
    off by default; which event the destination sends is stated nowhere. Never captured.
    """

    version: Literal["0"] = field(
        metadata={"key": "version", "schema": {"required": True, "const": "0"}}
    )
    """Always "0": AWS adds fields without changing it."""
    id: str = field(
        metadata={
            "key": "id",
            "schema": {
                "required": True,
                "type": "string",
                "pattern": "^[0-9A-Za-z]{8}-[0-9A-Za-z]{4}-[0-9A-Za-z]{4}-[0-9A-Za-z]{4}-([0-9A-Za-z]{12}|[0-9A-Za-z]{0,4}EXAMPLE)$",
                "maxLength": 36,
            },
        }
    )
    """
    Unique to the event. Laid out as a UUID, but its version and variant digits are arbitrary in real
    events; a replayed event keeps it. Ids of AWS's printed samples may end in EXAMPLE and hold letters
    that are no digits.
    """
    detail_type: Literal["ECR Image Action"] = field(
        metadata={
            "key": "detail-type",
            "schema": {"required": True, "type": "string", "const": "ECR Image Action"},
        }
    )
    """The family the event belongs to, in words."""
    source: Literal["aws.ecr"] = field(
        metadata={
            "key": "source",
            "schema": {"required": True, "type": "string", "const": "aws.ecr"},
        }
    )
    """The service that sent the event."""
    account: str = field(
        metadata={
            "key": "account",
            "schema": {
                "required": True,
                "type": "string",
                "pattern": "^[0-9]{12}$",
                "maxLength": 12,
            },
        }
    )
    """The 12 digits of the account that owns the resource. A string: it may begin with a zero."""
    time: str = field(
        metadata={
            "key": "time",
            "schema": {
                "required": True,
                "type": "string",
                "pattern": "^[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}Z$",
                "maxLength": 20,
            },
        }
    )
    """
    When the service sent the event: RFC 3339, whole seconds, UTC. It may lie before the arrival by
    minutes.
    """
    region: str = field(
        metadata={"key": "region", "schema": {"required": True, "type": "string", "minLength": 1}}
    )
    """
    Where the event was sent from. Names of four letters (eusc-de-east-1) and with two dashes before the
    number (us-gov-west-1) exist.
    """
    replay_name: str | None = field(
        default=None, metadata={"key": "replay-name", "schema": {"type": "string"}}
    )
    """The replay that sent the event again from an archive; only on replayed events."""
    resources: list[str] = field(
        metadata={
            "key": "resources",
            "schema": {
                "required": True,
                "type": "array",
                "items": {"type": "string", "maxLength": 2048},
            },
        }
    )
    """
    ARNs that the event is about. The sending service decides; the key is always there, the list is
    often empty.
    """
    detail: DeleteDetail = field(
        metadata={"key": "detail", "schema": {"required": True, "class": DeleteDetail}}
    )


@dataclass(kw_only=True)
class Failure(EcrRecord):
    """Why an image could not be expired."""

    failure_code: str | None = field(
        default=None, metadata={"key": "failureCode", "schema": {"type": "string"}}
    )
    """Why."""
    failure_reason: str | None = field(
        default=None, metadata={"key": "failureReason", "schema": {"type": "string"}}
    )
    """Why, in words."""


@dataclass(kw_only=True)
class FindingSeverityCounts(EcrRecord):
    """
    How many findings of each severity. Severities without findings may be missing or zero; the whole
    object may be missing.
    """

    critical: int | None = field(
        default=None, metadata={"key": "CRITICAL", "schema": {"type": "integer", "minimum": 0}}
    )
    """Findings of severity CRITICAL."""
    high: int | None = field(
        default=None, metadata={"key": "HIGH", "schema": {"type": "integer", "minimum": 0}}
    )
    """Findings of severity HIGH."""
    medium: int | None = field(
        default=None, metadata={"key": "MEDIUM", "schema": {"type": "integer", "minimum": 0}}
    )
    """Findings of severity MEDIUM."""
    low: int | None = field(
        default=None, metadata={"key": "LOW", "schema": {"type": "integer", "minimum": 0}}
    )
    """Findings of severity LOW."""
    informational: int | None = field(
        default=None, metadata={"key": "INFORMATIONAL", "schema": {"type": "integer", "minimum": 0}}
    )
    """Findings of severity INFORMATIONAL."""
    undefined: int | None = field(
        default=None, metadata={"key": "UNDEFINED", "schema": {"type": "integer", "minimum": 0}}
    )
    """Findings of severity UNDEFINED."""


@dataclass(kw_only=True)
class ImageIdOfTheAnswer(EcrRecord):
    """An image by its digest and one of its tags."""

    image_digest: str | None = field(
        default=None, metadata={"key": "imageDigest", "schema": {"type": "string"}}
    )
    """The digest of the image's manifest. AWS's printed samples show 60 digits where real ones have 64."""
    image_tag: str | None = field(
        default=None, metadata={"key": "imageTag", "schema": {"type": "string", "maxLength": 300}}
    )
    """
    A name for the image. The ECR API admits 300 characters, the grammar of the distribution
    specification 128.
    """


@dataclass(kw_only=True)
class ImageIdOfTheRequest(EcrRecord):
    """An image by its digest and one of its tags."""

    image_digest: str | None = field(
        default=None, metadata={"key": "imageDigest", "schema": {"type": "string"}}
    )
    """The digest of the image's manifest, where the call names it."""
    image_tag: str | None = field(
        default=None, metadata={"key": "imageTag", "schema": {"type": "string", "maxLength": 300}}
    )
    """
    A name for the image. The ECR API admits 300 characters, the grammar of the distribution
    specification 128.
    """


@dataclass(kw_only=True)
class ImageOfAnyCloud(EcrRecord):
    """An image in the words for all clouds, since 2026: alone for images of other clouds."""

    repository_name: str | None = field(
        default=None, metadata={"key": "repositoryName", "schema": {"type": "string"}}
    )
    """The name of the repository."""
    registry: str | None = field(
        default=None, metadata={"key": "registry", "schema": {"type": "string"}}
    )
    """The host of the registry, where that is not ECR."""
    image_tags: list[str] | None = field(
        default=None,
        metadata={
            "key": "imageTags",
            "schema": {"type": "array", "minItems": 1, "maxItems": 1, "items": {"type": "string"}},
        },
    )
    """All tags of the image."""
    image_digest: str | None = field(
        default=None, metadata={"key": "imageDigest", "schema": {"type": "string"}}
    )
    """The digest of the image's manifest: called imageHash for images of ECR."""


@dataclass(kw_only=True)
class ImageOfTheAction(EcrRecord):
    """The image; up to 100 of its tags are listed."""

    digest: str | None = field(
        default=None, metadata={"key": "digest", "schema": {"type": "string"}}
    )
    """The digest of the image's manifest. AWS's printed samples show 60 digits where real ones have 64."""
    tag_status: str | None = field(
        default=None, metadata={"key": "tagStatus", "schema": {"type": "string"}}
    )
    """Whether it has tags."""
    tag_list: list[str] | None = field(
        default=None,
        metadata={"key": "tagList", "schema": {"type": "array", "items": {"type": "string"}}},
    )
    """The tags of the image: up to 100 are listed."""
    pushed_at: int | None = field(
        default=None, metadata={"key": "pushedAt", "schema": {"type": "integer"}}
    )
    """Milliseconds since 1970."""


@dataclass(kw_only=True)
class InspectorCoverageDetail(EcrRecord):
    """Detail of a change of coverage."""

    scan_status: CoverageStatus = field(
        metadata={"key": "scanStatus", "schema": {"required": True, "class": CoverageStatus}}
    )
    scan_type: str | None = field(
        default=None, metadata={"key": "scanType", "schema": {"type": "string"}}
    )
    """What is scanned for."""
    provider: str | None = field(
        default=None, metadata={"key": "provider", "schema": {"type": "string"}}
    )
    """The cloud of the resource, since 2026: AWS for images of ECR."""
    provider_account_id: str | None = field(
        default=None, metadata={"key": "providerAccountId", "schema": {"type": "string"}}
    )
    """The account in that cloud: in AWS the envelope's."""
    provider_region: str | None = field(
        default=None, metadata={"key": "providerRegion", "schema": {"type": "string"}}
    )
    """The region in that cloud: in AWS the envelope's."""
    event_timestamp: str | None = field(
        default=None, metadata={"key": "eventTimestamp", "schema": {"type": "string"}}
    )
    """When it changed, with microseconds."""
    version: str | None = field(
        default=None, metadata={"key": "version", "schema": {"type": "string"}}
    )
    """The version of the detail."""


@dataclass(kw_only=True)
class InspectorCoverageEvent(EcrRecord):
    """
    Enhanced scanning by Amazon Inspector: whether a resource is scanned has changed. The same detail-
    type comes for EC2 instances and Lambda functions; nothing but the envelope's resources tells. Since
    2026 provider, providerAccountId and providerRegion say which cloud it is of; events of other clouds
    are admitted, and not generated. Not in the schema registry, never captured.
    """

    version: Literal["0"] = field(
        metadata={"key": "version", "schema": {"required": True, "const": "0"}}
    )
    """Always "0": AWS adds fields without changing it."""
    id: str = field(
        metadata={
            "key": "id",
            "schema": {
                "required": True,
                "type": "string",
                "pattern": "^[0-9A-Za-z]{8}-[0-9A-Za-z]{4}-[0-9A-Za-z]{4}-[0-9A-Za-z]{4}-([0-9A-Za-z]{12}|[0-9A-Za-z]{0,4}EXAMPLE)$",
                "maxLength": 36,
            },
        }
    )
    """
    Unique to the event. Laid out as a UUID, but its version and variant digits are arbitrary in real
    events; a replayed event keeps it. Ids of AWS's printed samples may end in EXAMPLE and hold letters
    that are no digits.
    """
    detail_type: Literal["Inspector2 Coverage"] = field(
        metadata={
            "key": "detail-type",
            "schema": {"required": True, "type": "string", "const": "Inspector2 Coverage"},
        }
    )
    """The family the event belongs to, in words."""
    source: Literal["aws.inspector2"] = field(
        metadata={
            "key": "source",
            "schema": {"required": True, "type": "string", "const": "aws.inspector2"},
        }
    )
    """The service that sent the event."""
    account: str = field(
        metadata={
            "key": "account",
            "schema": {
                "required": True,
                "type": "string",
                "pattern": "^[0-9]{12}$",
                "maxLength": 12,
            },
        }
    )
    """The 12 digits of the account that owns the resource. A string: it may begin with a zero."""
    time: str = field(
        metadata={
            "key": "time",
            "schema": {
                "required": True,
                "type": "string",
                "pattern": "^[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}Z$",
                "maxLength": 20,
            },
        }
    )
    """
    When the service sent the event: RFC 3339, whole seconds, UTC. It may lie before the arrival by
    minutes.
    """
    region: str = field(
        metadata={"key": "region", "schema": {"required": True, "type": "string", "minLength": 1}}
    )
    """
    Where the event was sent from. Names of four letters (eusc-de-east-1) and with two dashes before the
    number (us-gov-west-1) exist.
    """
    replay_name: str | None = field(
        default=None, metadata={"key": "replay-name", "schema": {"type": "string"}}
    )
    """The replay that sent the event again from an archive; only on replayed events."""
    resources: list[str] = field(
        metadata={
            "key": "resources",
            "schema": {
                "required": True,
                "type": "array",
                "items": {"type": "string", "maxLength": 2048},
            },
        }
    )
    """
    ARNs that the event is about. The sending service decides; the key is always there, the list is
    often empty.
    """
    detail: InspectorCoverageDetail = field(
        metadata={"key": "detail", "schema": {"required": True, "class": InspectorCoverageDetail}}
    )


@dataclass(kw_only=True)
class InspectorSeverityCounts(EcrRecord):
    """
    How many findings of each severity, and of all in TOTAL, which also counts severities that are not
    listed.
    """

    critical: int | None = field(
        default=None, metadata={"key": "CRITICAL", "schema": {"type": "integer", "minimum": 0}}
    )
    """Findings of severity CRITICAL."""
    high: int | None = field(
        default=None, metadata={"key": "HIGH", "schema": {"type": "integer", "minimum": 0}}
    )
    """Findings of severity HIGH."""
    medium: int | None = field(
        default=None, metadata={"key": "MEDIUM", "schema": {"type": "integer", "minimum": 0}}
    )
    """Findings of severity MEDIUM."""
    total: int | None = field(
        default=None, metadata={"key": "TOTAL", "schema": {"type": "integer", "minimum": 0}}
    )
    """All findings: the severities that are listed, and more."""


@dataclass(kw_only=True)
class LifecycleRule(EcrRecord):
    """One rule of the policy."""

    rule_priority: int | None = field(
        default=None, metadata={"key": "rulePriority", "schema": {"type": "integer"}}
    )
    """The order of the rules."""
    description: str | None = field(
        default=None, metadata={"key": "description", "schema": {"type": "string"}}
    )
    """What the rule is for."""
    action: str | None = field(
        default=None, metadata={"key": "action", "schema": {"type": "string"}}
    )
    """What is done with the images."""


@dataclass(kw_only=True)
class PackageVulnerabilityDetails(EcrRecord):
    """The vulnerability and the packages that have it."""

    source: str = field(metadata={"key": "source", "schema": {"required": True, "type": "string"}})
    """Who told of the vulnerability."""
    vulnerability_id: str = field(
        metadata={"key": "vulnerabilityId", "schema": {"required": True, "type": "string"}}
    )
    """The name of the vulnerability."""


@dataclass(kw_only=True)
class PullThroughCacheDetail(EcrRecord):
    """Detail of a synchronisation with an upstream registry."""

    rule_version: str | None = field(
        default=None, metadata={"key": "rule-version", "schema": {"type": "string"}}
    )
    """The version of the rule: a string. The registry does not have it."""
    sync_status: str = field(
        metadata={"key": "sync-status", "schema": {"required": True, "type": "string"}}
    )
    """How the synchronisation ended. Which word a failure has is not stated."""
    ecr_repository_prefix: str = field(
        metadata={
            "key": "ecr-repository-prefix",
            "schema": {"required": True, "type": "string", "minLength": 1, "maxLength": 30},
        }
    )
    """What the rule puts before the names of upstream repositories: 2 to 30 characters, or ROOT."""
    repository_name: str = field(
        metadata={
            "key": "repository-name",
            "schema": {"required": True, "type": "string", "minLength": 2, "maxLength": 256},
        }
    )
    """The prefix, a slash and the upstream repository's name."""
    upstream_registry_url: str = field(
        metadata={
            "key": "upstream-registry-url",
            "schema": {"required": True, "type": "string", "minLength": 1},
        }
    )
    """The host of the upstream registry, without a scheme."""
    image_tag: str | None = field(
        default=None, metadata={"key": "image-tag", "schema": {"type": "string", "maxLength": 300}}
    )
    """
    A name for the image. The ECR API admits 300 characters, the grammar of the distribution
    specification 128.
    """
    image_digest: str | None = field(
        default=None, metadata={"key": "image-digest", "schema": {"type": "string"}}
    )
    """The digest of the image's manifest. AWS's printed samples show 60 digits where real ones have 64."""
    failure_code: str | None = field(
        default=None, metadata={"key": "failure-code", "schema": {"type": "string"}}
    )
    """Why it failed. The registry has the key, the page does not; no values are listed."""
    failure_reason: str | None = field(
        default=None, metadata={"key": "failure-reason", "schema": {"type": "string"}}
    )
    """Why it failed, in words. The registry has the key, the page does not."""


@dataclass(kw_only=True)
class PullThroughCacheEvent(EcrRecord):
    """
    An image was fetched from an upstream registry into the cache, or this was tried. A multi-platform
    image sends one event for its list and one for each manifest: inferred from the page. Not offered in
    China and in GovCloud. AWS's sample does not parse (a trailing comma) and names the day 2023-02-29.
    Never captured.
    """

    version: Literal["0"] = field(
        metadata={"key": "version", "schema": {"required": True, "const": "0"}}
    )
    """Always "0": AWS adds fields without changing it."""
    id: str = field(
        metadata={
            "key": "id",
            "schema": {
                "required": True,
                "type": "string",
                "pattern": "^[0-9A-Za-z]{8}-[0-9A-Za-z]{4}-[0-9A-Za-z]{4}-[0-9A-Za-z]{4}-([0-9A-Za-z]{12}|[0-9A-Za-z]{0,4}EXAMPLE)$",
                "maxLength": 36,
            },
        }
    )
    """
    Unique to the event. Laid out as a UUID, but its version and variant digits are arbitrary in real
    events; a replayed event keeps it. Ids of AWS's printed samples may end in EXAMPLE and hold letters
    that are no digits.
    """
    detail_type: Literal["ECR Pull Through Cache Action"] = field(
        metadata={
            "key": "detail-type",
            "schema": {
                "required": True,
                "type": "string",
                "const": "ECR Pull Through Cache Action",
            },
        }
    )
    """The family the event belongs to, in words."""
    source: Literal["aws.ecr"] = field(
        metadata={
            "key": "source",
            "schema": {"required": True, "type": "string", "const": "aws.ecr"},
        }
    )
    """The service that sent the event."""
    account: str = field(
        metadata={
            "key": "account",
            "schema": {
                "required": True,
                "type": "string",
                "pattern": "^[0-9]{12}$",
                "maxLength": 12,
            },
        }
    )
    """The 12 digits of the account that owns the resource. A string: it may begin with a zero."""
    time: str = field(
        metadata={
            "key": "time",
            "schema": {
                "required": True,
                "type": "string",
                "pattern": "^[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}Z$",
                "maxLength": 20,
            },
        }
    )
    """
    When the service sent the event: RFC 3339, whole seconds, UTC. It may lie before the arrival by
    minutes.
    """
    region: str = field(
        metadata={"key": "region", "schema": {"required": True, "type": "string", "minLength": 1}}
    )
    """
    Where the event was sent from. Names of four letters (eusc-de-east-1) and with two dashes before the
    number (us-gov-west-1) exist.
    """
    replay_name: str | None = field(
        default=None, metadata={"key": "replay-name", "schema": {"type": "string"}}
    )
    """The replay that sent the event again from an archive; only on replayed events."""
    resources: list[str] = field(
        metadata={
            "key": "resources",
            "schema": {
                "required": True,
                "type": "array",
                "items": {"type": "string", "maxLength": 2048},
            },
        }
    )
    """
    ARNs that the event is about. The sending service decides; the key is always there, the list is
    often empty.
    """
    detail: PullThroughCacheDetail = field(
        metadata={"key": "detail", "schema": {"required": True, "class": PullThroughCacheDetail}}
    )


@dataclass(kw_only=True)
class PushDetail(EcrRecord):
    """Detail of a push."""

    result: str = field(metadata={"key": "result", "schema": {"required": True, "type": "string"}})
    """How the action ended. A failed push says FAILURE (a failed replication says FAILED)."""
    repository_name: str = field(
        metadata={
            "key": "repository-name",
            "schema": {"required": True, "type": "string", "minLength": 2, "maxLength": 256},
        }
    )
    """The repository's name without the registry. May hold slashes."""
    image_digest: str | None = field(
        default=None, metadata={"key": "image-digest", "schema": {"type": "string"}}
    )
    """The digest of the image's manifest. AWS's printed samples show 60 digits where real ones have 64."""
    action_type: Literal["PUSH"] = field(
        metadata={"key": "action-type", "schema": {"required": True, "const": "PUSH"}}
    )
    """What was done to the image."""
    image_tag: str | None = field(
        default=None, metadata={"key": "image-tag", "schema": {"type": "string", "maxLength": 300}}
    )
    """
    A name for the image. The ECR API admits 300 characters, the grammar of the distribution
    specification 128.
    """
    manifest_media_type: str | None = field(
        default=None, metadata={"key": "manifest-media-type", "schema": {"type": "string"}}
    )
    """
    The media type of the image's manifest. In every push captured since May 2023, in none before; AWS's
    samples of pushes and deletions lack it.
    """
    artifact_media_type: str | None = field(
        default=None, metadata={"key": "artifact-media-type", "schema": {"type": "string"}}
    )
    """For an image the media type of its configuration, for other artifacts the artifact's type."""


@dataclass(kw_only=True)
class PushEvent(EcrRecord):
    """
    An image, or one manifest of it, was pushed. A push of a multi-platform image sends one event for
    each manifest, its children untagged: inferred, since nobody has captured all events of one.
    """

    version: Literal["0"] = field(
        metadata={"key": "version", "schema": {"required": True, "const": "0"}}
    )
    """Always "0": AWS adds fields without changing it."""
    id: str = field(
        metadata={
            "key": "id",
            "schema": {
                "required": True,
                "type": "string",
                "pattern": "^[0-9A-Za-z]{8}-[0-9A-Za-z]{4}-[0-9A-Za-z]{4}-[0-9A-Za-z]{4}-([0-9A-Za-z]{12}|[0-9A-Za-z]{0,4}EXAMPLE)$",
                "maxLength": 36,
            },
        }
    )
    """
    Unique to the event. Laid out as a UUID, but its version and variant digits are arbitrary in real
    events; a replayed event keeps it. Ids of AWS's printed samples may end in EXAMPLE and hold letters
    that are no digits.
    """
    detail_type: Literal["ECR Image Action"] = field(
        metadata={
            "key": "detail-type",
            "schema": {"required": True, "type": "string", "const": "ECR Image Action"},
        }
    )
    """The family the event belongs to, in words."""
    source: Literal["aws.ecr"] = field(
        metadata={
            "key": "source",
            "schema": {"required": True, "type": "string", "const": "aws.ecr"},
        }
    )
    """The service that sent the event."""
    account: str = field(
        metadata={
            "key": "account",
            "schema": {
                "required": True,
                "type": "string",
                "pattern": "^[0-9]{12}$",
                "maxLength": 12,
            },
        }
    )
    """The 12 digits of the account that owns the resource. A string: it may begin with a zero."""
    time: str = field(
        metadata={
            "key": "time",
            "schema": {
                "required": True,
                "type": "string",
                "pattern": "^[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}Z$",
                "maxLength": 20,
            },
        }
    )
    """
    When the service sent the event: RFC 3339, whole seconds, UTC. It may lie before the arrival by
    minutes.
    """
    region: str = field(
        metadata={"key": "region", "schema": {"required": True, "type": "string", "minLength": 1}}
    )
    """
    Where the event was sent from. Names of four letters (eusc-de-east-1) and with two dashes before the
    number (us-gov-west-1) exist.
    """
    replay_name: str | None = field(
        default=None, metadata={"key": "replay-name", "schema": {"type": "string"}}
    )
    """The replay that sent the event again from an archive; only on replayed events."""
    resources: list[str] = field(
        metadata={
            "key": "resources",
            "schema": {
                "required": True,
                "type": "array",
                "items": {"type": "string", "maxLength": 2048},
            },
        }
    )
    """
    ARNs that the event is about. The sending service decides; the key is always there, the list is
    often empty.
    """
    detail: PushDetail = field(
        metadata={"key": "detail", "schema": {"required": True, "class": PushDetail}}
    )


@dataclass(kw_only=True)
class Recommendation(EcrRecord):
    """What is recommended."""

    text: str | None = field(default=None, metadata={"key": "text", "schema": {"type": "string"}})
    """What is recommended, in words."""


@dataclass(kw_only=True)
class ReferrerRestoreDetail(EcrRecord):
    """Detail of a referrer restored."""

    result: str = field(metadata={"key": "result", "schema": {"required": True, "type": "string"}})
    """
    How the action ended. A failed push says FAILURE, a failed replication FAILED; of this action no
    failure is printed.
    """
    repository_name: str = field(
        metadata={
            "key": "repository-name",
            "schema": {"required": True, "type": "string", "minLength": 2, "maxLength": 256},
        }
    )
    """The repository's name without the registry. May hold slashes."""
    image_digest: str | None = field(
        default=None, metadata={"key": "image-digest", "schema": {"type": "string"}}
    )
    """The digest of the image's manifest. AWS's printed samples show 60 digits where real ones have 64."""
    action_type: Literal["UPDATE_STORAGE_CLASS"] = field(
        metadata={
            "key": "action-type",
            "schema": {"required": True, "const": "UPDATE_STORAGE_CLASS"},
        }
    )
    """What was done: neither a push nor a deletion."""
    target_storage_class: Literal["STANDARD"] = field(
        metadata={"key": "target-storage-class", "schema": {"required": True, "const": "STANDARD"}}
    )
    """ARCHIVE: the image was archived. STANDARD: it was restored."""
    last_activated_at: str | None = field(
        default=None, metadata={"key": "last-activated-at", "schema": {"type": "string"}}
    )
    """
    When the image became active again: RFC 3339 with a fraction of a second, of which the printed
    sample has two digits (`2025-10-10T19:13:02.74Z`). The registry calls it a string, and optional.
    """
    image_tag: str | None = field(
        default=None, metadata={"key": "image-tag", "schema": {"type": "string", "maxLength": 300}}
    )
    """The printed sample has none; the registry says that it may be there."""
    manifest_media_type: str | None = field(
        default=None, metadata={"key": "manifest-media-type", "schema": {"type": "string"}}
    )
    """
    The media type of the image's manifest. In every push captured since May 2023, in none before; AWS's
    samples of pushes and deletions lack it.
    """
    artifact_media_type: str | None = field(
        default=None, metadata={"key": "artifact-media-type", "schema": {"type": "string"}}
    )
    """For an image the media type of its configuration, for other artifacts the artifact's type."""


@dataclass(kw_only=True)
class ReferrerRestoreEvent(EcrRecord):
    """
    An archived referrer, such as a signature or a bill of materials that belongs to an image, was
    restored. Which other actions referrers send is not known. Never captured.
    """

    version: Literal["0"] = field(
        metadata={"key": "version", "schema": {"required": True, "const": "0"}}
    )
    """Always "0": AWS adds fields without changing it."""
    id: str = field(
        metadata={
            "key": "id",
            "schema": {
                "required": True,
                "type": "string",
                "pattern": "^[0-9A-Za-z]{8}-[0-9A-Za-z]{4}-[0-9A-Za-z]{4}-[0-9A-Za-z]{4}-([0-9A-Za-z]{12}|[0-9A-Za-z]{0,4}EXAMPLE)$",
                "maxLength": 36,
            },
        }
    )
    """
    Unique to the event. Laid out as a UUID, but its version and variant digits are arbitrary in real
    events; a replayed event keeps it. Ids of AWS's printed samples may end in EXAMPLE and hold letters
    that are no digits.
    """
    detail_type: Literal["ECR Referrer Action"] = field(
        metadata={
            "key": "detail-type",
            "schema": {"required": True, "type": "string", "const": "ECR Referrer Action"},
        }
    )
    """The family the event belongs to, in words."""
    source: Literal["aws.ecr"] = field(
        metadata={
            "key": "source",
            "schema": {"required": True, "type": "string", "const": "aws.ecr"},
        }
    )
    """The service that sent the event."""
    account: str = field(
        metadata={
            "key": "account",
            "schema": {
                "required": True,
                "type": "string",
                "pattern": "^[0-9]{12}$",
                "maxLength": 12,
            },
        }
    )
    """The 12 digits of the account that owns the resource. A string: it may begin with a zero."""
    time: str = field(
        metadata={
            "key": "time",
            "schema": {
                "required": True,
                "type": "string",
                "pattern": "^[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}Z$",
                "maxLength": 20,
            },
        }
    )
    """
    When the service sent the event: RFC 3339, whole seconds, UTC. It may lie before the arrival by
    minutes.
    """
    region: str = field(
        metadata={"key": "region", "schema": {"required": True, "type": "string", "minLength": 1}}
    )
    """
    Where the event was sent from. Names of four letters (eusc-de-east-1) and with two dashes before the
    number (us-gov-west-1) exist.
    """
    replay_name: str | None = field(
        default=None, metadata={"key": "replay-name", "schema": {"type": "string"}}
    )
    """The replay that sent the event again from an archive; only on replayed events."""
    resources: list[str] = field(
        metadata={
            "key": "resources",
            "schema": {
                "required": True,
                "type": "array",
                "items": {"type": "string", "maxLength": 2048},
            },
        }
    )
    """
    ARNs that the event is about. The sending service decides; the key is always there, the list is
    often empty.
    """
    detail: ReferrerRestoreDetail = field(
        metadata={"key": "detail", "schema": {"required": True, "class": ReferrerRestoreDetail}}
    )


@dataclass(kw_only=True)
class Remediation(EcrRecord):
    """What to do."""

    recommendation: Recommendation | None = field(
        default=None, metadata={"key": "recommendation", "schema": {"class": Recommendation}}
    )


@dataclass(kw_only=True)
class ReplicationDetail(EcrRecord):
    """Detail of a replication."""

    result: str = field(metadata={"key": "result", "schema": {"required": True, "type": "string"}})
    """
    How the action ended. A failed replication says FAILED (a failed push says FAILURE). No key for the
    reason is named.
    """
    repository_name: str = field(
        metadata={
            "key": "repository-name",
            "schema": {"required": True, "type": "string", "minLength": 2, "maxLength": 256},
        }
    )
    """The repository's name without the registry. May hold slashes."""
    image_digest: str = field(
        metadata={"key": "image-digest", "schema": {"required": True, "type": "string"}}
    )
    """The digest of the image's manifest. AWS's printed samples show 60 digits where real ones have 64."""
    source_account: str = field(
        metadata={
            "key": "source-account",
            "schema": {
                "required": True,
                "type": "string",
                "pattern": "^[0-9]{12}$",
                "maxLength": 12,
            },
        }
    )
    """
    The account that the image came from: the destination's own for a copy in another region, another
    one for a copy across accounts.
    """
    action_type: Literal["REPLICATE"] = field(
        metadata={"key": "action-type", "schema": {"required": True, "const": "REPLICATE"}}
    )
    """What was done to the image."""
    source_region: str = field(
        metadata={
            "key": "source-region",
            "schema": {"required": True, "type": "string", "minLength": 1},
        }
    )
    """The region that the image came from, in the partition of the destination."""
    image_tag: str | None = field(
        default=None, metadata={"key": "image-tag", "schema": {"type": "string", "maxLength": 300}}
    )
    """
    A name for the image. The ECR API admits 300 characters, the grammar of the distribution
    specification 128.
    """


@dataclass(kw_only=True)
class ReplicationEvent(EcrRecord):
    """
    An image was replicated to another region or account, or could not be. The event comes in the
    destination: account, region and resources of the envelope are the destination's, and no push event
    comes there. One event for each image and tag. A backfill may bring images that were pushed long
    ago. Which event the destination sends where a deletion is replicated is stated nowhere. Never
    captured.
    """

    version: Literal["0"] = field(
        metadata={"key": "version", "schema": {"required": True, "const": "0"}}
    )
    """Always "0": AWS adds fields without changing it."""
    id: str = field(
        metadata={
            "key": "id",
            "schema": {
                "required": True,
                "type": "string",
                "pattern": "^[0-9A-Za-z]{8}-[0-9A-Za-z]{4}-[0-9A-Za-z]{4}-[0-9A-Za-z]{4}-([0-9A-Za-z]{12}|[0-9A-Za-z]{0,4}EXAMPLE)$",
                "maxLength": 36,
            },
        }
    )
    """
    Unique to the event. Laid out as a UUID, but its version and variant digits are arbitrary in real
    events; a replayed event keeps it. Ids of AWS's printed samples may end in EXAMPLE and hold letters
    that are no digits.
    """
    detail_type: Literal["ECR Replication Action"] = field(
        metadata={
            "key": "detail-type",
            "schema": {"required": True, "type": "string", "const": "ECR Replication Action"},
        }
    )
    """The family the event belongs to, in words."""
    source: Literal["aws.ecr"] = field(
        metadata={
            "key": "source",
            "schema": {"required": True, "type": "string", "const": "aws.ecr"},
        }
    )
    """The service that sent the event."""
    account: str = field(
        metadata={
            "key": "account",
            "schema": {
                "required": True,
                "type": "string",
                "pattern": "^[0-9]{12}$",
                "maxLength": 12,
            },
        }
    )
    """The 12 digits of the account that owns the resource. A string: it may begin with a zero."""
    time: str = field(
        metadata={
            "key": "time",
            "schema": {
                "required": True,
                "type": "string",
                "pattern": "^[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}Z$",
                "maxLength": 20,
            },
        }
    )
    """
    When the service sent the event: RFC 3339, whole seconds, UTC. It may lie before the arrival by
    minutes.
    """
    region: str = field(
        metadata={"key": "region", "schema": {"required": True, "type": "string", "minLength": 1}}
    )
    """
    Where the event was sent from. Names of four letters (eusc-de-east-1) and with two dashes before the
    number (us-gov-west-1) exist.
    """
    replay_name: str | None = field(
        default=None, metadata={"key": "replay-name", "schema": {"type": "string"}}
    )
    """The replay that sent the event again from an archive; only on replayed events."""
    resources: list[str] = field(
        metadata={
            "key": "resources",
            "schema": {
                "required": True,
                "type": "array",
                "items": {"type": "string", "maxLength": 2048},
            },
        }
    )
    """
    ARNs that the event is about. The sending service decides; the key is always there, the list is
    often empty.
    """
    detail: ReplicationDetail = field(
        metadata={"key": "detail", "schema": {"required": True, "class": ReplicationDetail}}
    )


@dataclass(kw_only=True)
class RequestParameters(EcrRecord):
    """The parameters of the call in camel case, or null."""

    repository_name: str | None = field(
        default=None, metadata={"key": "repositoryName", "schema": {"type": "string"}}
    )
    """
    The repository's name as the caller wrote it: in a call that failed it may be one that no repository
    has.
    """
    image_tag: str | None = field(
        default=None, metadata={"key": "imageTag", "schema": {"type": "string", "maxLength": 300}}
    )
    """
    A name for the image. The ECR API admits 300 characters, the grammar of the distribution
    specification 128.
    """
    image_manifest: str | None = field(
        default=None, metadata={"key": "imageManifest", "schema": {"type": "string"}}
    )
    """The manifest: JSON in a string, of up to 4 MiB."""
    image_ids: list[ImageIdOfTheRequest] | None = field(
        default=None,
        metadata={
            "key": "imageIds",
            "schema": {"type": "array", "minItems": 1, "items": {"class": ImageIdOfTheRequest}},
        },
    )
    """The images that are to be deleted."""


@dataclass(kw_only=True)
class ResourceDetails(EcrRecord):
    """A key for the sort of resource, with what is known of it."""

    aws_ecr_container_image: ContainerImage | None = field(
        default=None, metadata={"key": "awsEcrContainerImage", "schema": {"class": ContainerImage}}
    )
    image: ImageOfAnyCloud | None = field(
        default=None, metadata={"key": "image", "schema": {"class": ImageOfAnyCloud}}
    )


@dataclass(kw_only=True)
class ResourceOfTheFinding(EcrRecord):
    """The image."""

    details: ResourceDetails = field(
        metadata={"key": "details", "schema": {"required": True, "class": ResourceDetails}}
    )
    id: str = field(metadata={"key": "id", "schema": {"required": True, "type": "string"}})
    """The ARN of the repository and the digest of the image; for images of other clouds no ARN."""
    partition: str | None = field(
        default=None, metadata={"key": "partition", "schema": {"type": "string"}}
    )
    """N/A in one of AWS's samples, aws in the other; none for other clouds."""
    region: str | None = field(
        default=None, metadata={"key": "region", "schema": {"type": "string"}}
    )
    """N/A in one of AWS's samples, the region in the other; for other clouds their own region."""
    tags: dict[str, Any] | None = field(
        default=None, metadata={"key": "tags", "schema": {"type": "object"}}
    )
    """A map of the resource's own tags."""
    type: str = field(
        metadata={
            "key": "type",
            "schema": {
                "required": True,
                "type": "string",
                "pattern": "^(AWS_ECR_CONTAINER_IMAGE|[A-Za-z0-9.-]{1,100}/[A-Za-z0-9._/-]{1,200})$",
            },
        }
    )
    """
    AWS_ECR_CONTAINER_IMAGE for images in ECR; other clouds have types of their own, with a slash.
    Findings of other resources of AWS (AWS_EC2_INSTANCE, ...) are of another sort.
    """
    provider: str | None = field(
        default=None, metadata={"key": "provider", "schema": {"type": "string"}}
    )
    """The cloud that the image lies in; since 2026."""


@dataclass(kw_only=True)
class ResourceOfTheRecord(EcrRecord):
    """The repository."""

    arn: str | None = field(default=None, metadata={"key": "ARN", "schema": {"type": "string"}})
    """The ARN of the repository."""
    account_id: str | None = field(
        default=None, metadata={"key": "accountId", "schema": {"type": "string"}}
    )
    """The account of the repository."""
    type: str | None = field(default=None, metadata={"key": "type", "schema": {"type": "string"}})
    """What sort of resource it is; not in every record."""


@dataclass(kw_only=True)
class RestoreDetail(EcrRecord):
    """Detail of an image restored."""

    result: str = field(metadata={"key": "result", "schema": {"required": True, "type": "string"}})
    """
    How the action ended. A failed push says FAILURE, a failed replication FAILED; of this action no
    failure is printed.
    """
    repository_name: str = field(
        metadata={
            "key": "repository-name",
            "schema": {"required": True, "type": "string", "minLength": 2, "maxLength": 256},
        }
    )
    """The repository's name without the registry. May hold slashes."""
    image_digest: str | None = field(
        default=None, metadata={"key": "image-digest", "schema": {"type": "string"}}
    )
    """The digest of the image's manifest. AWS's printed samples show 60 digits where real ones have 64."""
    action_type: Literal["UPDATE_STORAGE_CLASS"] = field(
        metadata={
            "key": "action-type",
            "schema": {"required": True, "const": "UPDATE_STORAGE_CLASS"},
        }
    )
    """What was done: neither a push nor a deletion."""
    target_storage_class: Literal["STANDARD"] = field(
        metadata={"key": "target-storage-class", "schema": {"required": True, "const": "STANDARD"}}
    )
    """ARCHIVE: the image was archived. STANDARD: it was restored."""
    last_activated_at: str | None = field(
        default=None, metadata={"key": "last-activated-at", "schema": {"type": "string"}}
    )
    """
    When the image became active again: RFC 3339 with a fraction of a second, of which the printed
    sample has two digits (`2025-10-10T19:13:02.74Z`). The registry calls it a string, and optional.
    """
    image_tag: str | None = field(
        default=None, metadata={"key": "image-tag", "schema": {"type": "string", "maxLength": 300}}
    )
    """The printed sample has none; the registry says that it may be there."""
    manifest_media_type: str | None = field(
        default=None, metadata={"key": "manifest-media-type", "schema": {"type": "string"}}
    )
    """
    The media type of the image's manifest. In every push captured since May 2023, in none before; AWS's
    samples of pushes and deletions lack it.
    """
    artifact_media_type: str | None = field(
        default=None, metadata={"key": "artifact-media-type", "schema": {"type": "string"}}
    )
    """For an image the media type of its configuration, for other artifacts the artifact's type."""


@dataclass(kw_only=True)
class RestoreEvent(EcrRecord):
    """
    An archived image was restored to the standard storage class, which ends up to about 20 minutes
    after the call. It is an image action that is neither a push nor a deletion, and names no tag; a
    scan on push and replication may follow. Never captured.
    """

    version: Literal["0"] = field(
        metadata={"key": "version", "schema": {"required": True, "const": "0"}}
    )
    """Always "0": AWS adds fields without changing it."""
    id: str = field(
        metadata={
            "key": "id",
            "schema": {
                "required": True,
                "type": "string",
                "pattern": "^[0-9A-Za-z]{8}-[0-9A-Za-z]{4}-[0-9A-Za-z]{4}-[0-9A-Za-z]{4}-([0-9A-Za-z]{12}|[0-9A-Za-z]{0,4}EXAMPLE)$",
                "maxLength": 36,
            },
        }
    )
    """
    Unique to the event. Laid out as a UUID, but its version and variant digits are arbitrary in real
    events; a replayed event keeps it. Ids of AWS's printed samples may end in EXAMPLE and hold letters
    that are no digits.
    """
    detail_type: Literal["ECR Image Action"] = field(
        metadata={
            "key": "detail-type",
            "schema": {"required": True, "type": "string", "const": "ECR Image Action"},
        }
    )
    """The family the event belongs to, in words."""
    source: Literal["aws.ecr"] = field(
        metadata={
            "key": "source",
            "schema": {"required": True, "type": "string", "const": "aws.ecr"},
        }
    )
    """The service that sent the event."""
    account: str = field(
        metadata={
            "key": "account",
            "schema": {
                "required": True,
                "type": "string",
                "pattern": "^[0-9]{12}$",
                "maxLength": 12,
            },
        }
    )
    """The 12 digits of the account that owns the resource. A string: it may begin with a zero."""
    time: str = field(
        metadata={
            "key": "time",
            "schema": {
                "required": True,
                "type": "string",
                "pattern": "^[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}Z$",
                "maxLength": 20,
            },
        }
    )
    """
    When the service sent the event: RFC 3339, whole seconds, UTC. It may lie before the arrival by
    minutes.
    """
    region: str = field(
        metadata={"key": "region", "schema": {"required": True, "type": "string", "minLength": 1}}
    )
    """
    Where the event was sent from. Names of four letters (eusc-de-east-1) and with two dashes before the
    number (us-gov-west-1) exist.
    """
    replay_name: str | None = field(
        default=None, metadata={"key": "replay-name", "schema": {"type": "string"}}
    )
    """The replay that sent the event again from an archive; only on replayed events."""
    resources: list[str] = field(
        metadata={
            "key": "resources",
            "schema": {
                "required": True,
                "type": "array",
                "items": {"type": "string", "maxLength": 2048},
            },
        }
    )
    """
    ARNs that the event is about. The sending service decides; the key is always there, the list is
    often empty.
    """
    detail: RestoreDetail = field(
        metadata={"key": "detail", "schema": {"required": True, "class": RestoreDetail}}
    )


@dataclass(kw_only=True)
class ScanDetail(EcrRecord):
    """Detail of a basic scan."""

    scan_status: str = field(
        metadata={"key": "scan-status", "schema": {"required": True, "type": "string"}}
    )
    """How the scan ended. Not `result`: that is a word of pushes."""
    repository_name: str = field(
        metadata={
            "key": "repository-name",
            "schema": {"required": True, "type": "string", "minLength": 2, "maxLength": 256},
        }
    )
    """The repository's name without the registry. May hold slashes."""
    finding_severity_counts: FindingSeverityCounts | None = field(
        default=None,
        metadata={"key": "finding-severity-counts", "schema": {"class": FindingSeverityCounts}},
    )
    image_digest: str | None = field(
        default=None, metadata={"key": "image-digest", "schema": {"type": "string"}}
    )
    """The digest of the image's manifest. AWS's printed samples show 60 digits where real ones have 64."""
    image_tags: list[str] | None = field(
        default=None,
        metadata={
            "key": "image-tags",
            "schema": {"type": "array", "items": {"type": "string", "maxLength": 300}},
        },
    )
    """All tags of the image; empty when it has none."""


@dataclass(kw_only=True)
class ScanEvent(EcrRecord):
    """A basic scan of an image ended. Enhanced scanning sends other events, from aws.inspector2."""

    version: Literal["0"] = field(
        metadata={"key": "version", "schema": {"required": True, "const": "0"}}
    )
    """Always "0": AWS adds fields without changing it."""
    id: str = field(
        metadata={
            "key": "id",
            "schema": {
                "required": True,
                "type": "string",
                "pattern": "^[0-9A-Za-z]{8}-[0-9A-Za-z]{4}-[0-9A-Za-z]{4}-[0-9A-Za-z]{4}-([0-9A-Za-z]{12}|[0-9A-Za-z]{0,4}EXAMPLE)$",
                "maxLength": 36,
            },
        }
    )
    """
    Unique to the event. Laid out as a UUID, but its version and variant digits are arbitrary in real
    events; a replayed event keeps it. Ids of AWS's printed samples may end in EXAMPLE and hold letters
    that are no digits.
    """
    detail_type: Literal["ECR Image Scan"] = field(
        metadata={
            "key": "detail-type",
            "schema": {"required": True, "type": "string", "const": "ECR Image Scan"},
        }
    )
    """The family the event belongs to, in words."""
    source: Literal["aws.ecr"] = field(
        metadata={
            "key": "source",
            "schema": {"required": True, "type": "string", "const": "aws.ecr"},
        }
    )
    """The service that sent the event."""
    account: str = field(
        metadata={
            "key": "account",
            "schema": {
                "required": True,
                "type": "string",
                "pattern": "^[0-9]{12}$",
                "maxLength": 12,
            },
        }
    )
    """The 12 digits of the account that owns the resource. A string: it may begin with a zero."""
    time: str = field(
        metadata={
            "key": "time",
            "schema": {
                "required": True,
                "type": "string",
                "pattern": "^[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}Z$",
                "maxLength": 20,
            },
        }
    )
    """
    When the service sent the event: RFC 3339, whole seconds, UTC. It may lie before the arrival by
    minutes.
    """
    region: str = field(
        metadata={"key": "region", "schema": {"required": True, "type": "string", "minLength": 1}}
    )
    """
    Where the event was sent from. Names of four letters (eusc-de-east-1) and with two dashes before the
    number (us-gov-west-1) exist.
    """
    replay_name: str | None = field(
        default=None, metadata={"key": "replay-name", "schema": {"type": "string"}}
    )
    """The replay that sent the event again from an archive; only on replayed events."""
    resources: list[str] = field(
        metadata={
            "key": "resources",
            "schema": {
                "required": True,
                "type": "array",
                "items": {"type": "string", "maxLength": 2048},
            },
        }
    )
    """
    ARNs that the event is about. The sending service decides; the key is always there, the list is
    often empty.
    """
    detail: ScanDetail = field(
        metadata={"key": "detail", "schema": {"required": True, "class": ScanDetail}}
    )


@dataclass(kw_only=True)
class ScanResourceChangeDetail(EcrRecord):
    """Detail of a change of what is scanned."""

    action_type: str = field(
        metadata={"key": "action-type", "schema": {"required": True, "type": "string"}}
    )
    """What changed. Of what else may stand here nothing is known."""
    repositories: list[ChangedRepository] = field(
        metadata={
            "key": "repositories",
            "schema": {
                "required": True,
                "type": "array",
                "minItems": 1,
                "items": {"class": ChangedRepository},
            },
        }
    )
    """The repositories that are scanned in another way now."""
    resource_type: str | None = field(
        default=None, metadata={"key": "resource-type", "schema": {"type": "string"}}
    )
    """What the change is about."""
    scan_type: str | None = field(
        default=None, metadata={"key": "scan-type", "schema": {"type": "string"}}
    )
    """ENHANCED; the API has BASIC as well."""


@dataclass(kw_only=True)
class ScanResourceChangeEvent(EcrRecord):
    """
    Enhanced scanning: the frequency with which repositories are scanned was changed. The detail has a
    list of repositories and no repository-name of its own. The page says that creation of repositories,
    and creation and deletion of images, send such an event too, and prints none. Not in the schema
    registry, never captured.
    """

    version: Literal["0"] = field(
        metadata={"key": "version", "schema": {"required": True, "const": "0"}}
    )
    """Always "0": AWS adds fields without changing it."""
    id: str = field(
        metadata={
            "key": "id",
            "schema": {
                "required": True,
                "type": "string",
                "pattern": "^[0-9A-Za-z]{8}-[0-9A-Za-z]{4}-[0-9A-Za-z]{4}-[0-9A-Za-z]{4}-([0-9A-Za-z]{12}|[0-9A-Za-z]{0,4}EXAMPLE)$",
                "maxLength": 36,
            },
        }
    )
    """
    Unique to the event. Laid out as a UUID, but its version and variant digits are arbitrary in real
    events; a replayed event keeps it. Ids of AWS's printed samples may end in EXAMPLE and hold letters
    that are no digits.
    """
    detail_type: Literal["ECR Scan Resource Change"] = field(
        metadata={
            "key": "detail-type",
            "schema": {"required": True, "type": "string", "const": "ECR Scan Resource Change"},
        }
    )
    """The family the event belongs to, in words."""
    source: Literal["aws.ecr"] = field(
        metadata={
            "key": "source",
            "schema": {"required": True, "type": "string", "const": "aws.ecr"},
        }
    )
    """The service that sent the event."""
    account: str = field(
        metadata={
            "key": "account",
            "schema": {
                "required": True,
                "type": "string",
                "pattern": "^[0-9]{12}$",
                "maxLength": 12,
            },
        }
    )
    """The 12 digits of the account that owns the resource. A string: it may begin with a zero."""
    time: str = field(
        metadata={
            "key": "time",
            "schema": {
                "required": True,
                "type": "string",
                "pattern": "^[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}Z$",
                "maxLength": 20,
            },
        }
    )
    """
    When the service sent the event: RFC 3339, whole seconds, UTC. It may lie before the arrival by
    minutes.
    """
    region: str = field(
        metadata={"key": "region", "schema": {"required": True, "type": "string", "minLength": 1}}
    )
    """
    Where the event was sent from. Names of four letters (eusc-de-east-1) and with two dashes before the
    number (us-gov-west-1) exist.
    """
    replay_name: str | None = field(
        default=None, metadata={"key": "replay-name", "schema": {"type": "string"}}
    )
    """The replay that sent the event again from an archive; only on replayed events."""
    resources: list[str] = field(
        metadata={
            "key": "resources",
            "schema": {
                "required": True,
                "type": "array",
                "items": {"type": "string", "maxLength": 2048},
            },
        }
    )
    """
    ARNs that the event is about. The sending service decides; the key is always there, the list is
    often empty.
    """
    detail: ScanResourceChangeDetail = field(
        metadata={"key": "detail", "schema": {"required": True, "class": ScanResourceChangeDetail}}
    )


@dataclass(kw_only=True)
class UserIdentity(EcrRecord):
    """Who did it. Its keys depend on its type."""

    type: str | None = field(default=None, metadata={"key": "type", "schema": {"type": "string"}})
    """Which keys there are."""
    account_id: str | None = field(
        default=None, metadata={"key": "accountId", "schema": {"type": "string"}}
    )
    """The account of who did it; a service has none."""


@dataclass(kw_only=True)
class AnsweredImage(EcrRecord):
    """The image that was put."""

    repository_name: str | None = field(
        default=None,
        metadata={
            "key": "repositoryName",
            "schema": {"type": "string", "minLength": 2, "maxLength": 256},
        },
    )
    """The repository's name without the registry. May hold slashes."""
    registry_id: str | None = field(
        default=None, metadata={"key": "registryId", "schema": {"type": "string"}}
    )
    """The account that the image belongs to."""
    image_id: AnsweredImageId = field(
        metadata={"key": "imageId", "schema": {"required": True, "class": AnsweredImageId}}
    )


@dataclass(kw_only=True)
class ImageAction(EcrRecord):
    """One image."""

    lifecycle_event_image: ImageOfTheAction | None = field(
        default=None, metadata={"key": "lifecycleEventImage", "schema": {"class": ImageOfTheAction}}
    )


@dataclass(kw_only=True)
class InspectorFindingDetail(EcrRecord):
    """Detail of a finding."""

    aws_account_id: str | None = field(
        default=None, metadata={"key": "awsAccountId", "schema": {"type": "string"}}
    )
    """The account of the finding."""
    description: str | None = field(
        default=None, metadata={"key": "description", "schema": {"type": "string"}}
    )
    """What the vulnerability is."""
    exploit_available: str | None = field(
        default=None, metadata={"key": "exploitAvailable", "schema": {"type": "string"}}
    )
    """Whether an exploit is known; in newer pages."""
    finding_arn: str = field(
        metadata={"key": "findingArn", "schema": {"required": True, "type": "string"}}
    )
    """The name of the finding; AWS advises to tell repeated events by it."""
    first_observed_at: str | None = field(
        default=None, metadata={"key": "firstObservedAt", "schema": {"type": "string"}}
    )
    """When the finding was seen first. Not ISO 8601, and in two forms in AWS's own samples."""
    fix_available: str | None = field(
        default=None, metadata={"key": "fixAvailable", "schema": {"type": "string"}}
    )
    """Whether all packages have a fix; in newer pages."""
    inspector_score: float | None = field(
        default=None,
        metadata={
            "key": "inspectorScore",
            "schema": {"type": "number", "minimum": 0, "maximum": 10},
        },
    )
    """A number from 0 to 10, with a fraction or without."""
    last_observed_at: str | None = field(
        default=None, metadata={"key": "lastObservedAt", "schema": {"type": "string"}}
    )
    """When the finding was seen last. Not ISO 8601, and in two forms in AWS's own samples."""
    package_vulnerability_details: PackageVulnerabilityDetails | None = field(
        default=None,
        metadata={
            "key": "packageVulnerabilityDetails",
            "schema": {"class": PackageVulnerabilityDetails},
        },
    )
    remediation: Remediation | None = field(
        default=None, metadata={"key": "remediation", "schema": {"class": Remediation}}
    )
    resources: list[ResourceOfTheFinding] = field(
        metadata={
            "key": "resources",
            "schema": {
                "required": True,
                "type": "array",
                "minItems": 1,
                "maxItems": 1,
                "items": {"class": ResourceOfTheFinding},
            },
        }
    )
    """The image that the finding is about: a list of one, in no way the envelope's list."""
    severity: str = field(
        metadata={"key": "severity", "schema": {"required": True, "type": "string"}}
    )
    """UNTRIAGED is Inspector's word, UNDEFINED that of basic scans."""
    status: str = field(metadata={"key": "status", "schema": {"required": True, "type": "string"}})
    """CLOSED: it has been mended, or the image is gone."""
    title: str | None = field(default=None, metadata={"key": "title", "schema": {"type": "string"}})
    """The finding in one line."""
    type: str | None = field(default=None, metadata={"key": "type", "schema": {"type": "string"}})
    """What sort of finding it is."""
    updated_at: str | None = field(
        default=None, metadata={"key": "updatedAt", "schema": {"type": "string"}}
    )
    """When the finding was changed last. Not ISO 8601, and in two forms in AWS's own samples."""


@dataclass(kw_only=True)
class InspectorFindingEvent(EcrRecord):
    """
    Enhanced scanning by Amazon Inspector: a vulnerability was found in an image, or what is known of
    one has changed or is closed. The same detail-type comes for EC2 instances and Lambda functions,
    which have other details. Since 2026 it comes for images of other clouds too: they have
    details.image in place of details.awsEcrContainerImage, resources that are no ARNs and a provider.
    Images of ECR may have details.image beside it, which is admitted and not generated. The same
    finding may come more than once. Keys within objects are those of the model of the Inspector API.
    Not in the schema registry.
    """

    version: Literal["0"] = field(
        metadata={"key": "version", "schema": {"required": True, "const": "0"}}
    )
    """Always "0": AWS adds fields without changing it."""
    id: str = field(
        metadata={
            "key": "id",
            "schema": {
                "required": True,
                "type": "string",
                "pattern": "^[0-9A-Za-z]{8}-[0-9A-Za-z]{4}-[0-9A-Za-z]{4}-[0-9A-Za-z]{4}-([0-9A-Za-z]{12}|[0-9A-Za-z]{0,4}EXAMPLE)$",
                "maxLength": 36,
            },
        }
    )
    """
    Unique to the event. Laid out as a UUID, but its version and variant digits are arbitrary in real
    events; a replayed event keeps it. Ids of AWS's printed samples may end in EXAMPLE and hold letters
    that are no digits.
    """
    detail_type: Literal["Inspector2 Finding"] = field(
        metadata={
            "key": "detail-type",
            "schema": {"required": True, "type": "string", "const": "Inspector2 Finding"},
        }
    )
    """The family the event belongs to, in words."""
    source: Literal["aws.inspector2"] = field(
        metadata={
            "key": "source",
            "schema": {"required": True, "type": "string", "const": "aws.inspector2"},
        }
    )
    """The service that sent the event."""
    account: str = field(
        metadata={
            "key": "account",
            "schema": {
                "required": True,
                "type": "string",
                "pattern": "^[0-9]{12}$",
                "maxLength": 12,
            },
        }
    )
    """The 12 digits of the account that owns the resource. A string: it may begin with a zero."""
    time: str = field(
        metadata={
            "key": "time",
            "schema": {
                "required": True,
                "type": "string",
                "pattern": "^[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}Z$",
                "maxLength": 20,
            },
        }
    )
    """
    When the service sent the event: RFC 3339, whole seconds, UTC. It may lie before the arrival by
    minutes.
    """
    region: str = field(
        metadata={"key": "region", "schema": {"required": True, "type": "string", "minLength": 1}}
    )
    """
    Where the event was sent from. Names of four letters (eusc-de-east-1) and with two dashes before the
    number (us-gov-west-1) exist.
    """
    replay_name: str | None = field(
        default=None, metadata={"key": "replay-name", "schema": {"type": "string"}}
    )
    """The replay that sent the event again from an archive; only on replayed events."""
    resources: list[str] = field(
        metadata={
            "key": "resources",
            "schema": {
                "required": True,
                "type": "array",
                "items": {"type": "string", "maxLength": 2048},
            },
        }
    )
    """
    ARNs that the event is about. The sending service decides; the key is always there, the list is
    often empty.
    """
    detail: InspectorFindingDetail = field(
        metadata={"key": "detail", "schema": {"required": True, "class": InspectorFindingDetail}}
    )


@dataclass(kw_only=True)
class InspectorScanDetail(EcrRecord):
    """Detail of an enhanced scan."""

    scan_status: str = field(
        metadata={"key": "scan-status", "schema": {"required": True, "type": "string"}}
    )
    """How the scan ended."""
    repository_name: str = field(
        metadata={
            "key": "repository-name",
            "schema": {"required": True, "type": "string", "minLength": 2},
        }
    )
    """
    The ARN of the repository, not its name; by one author's account real events append the image's
    digest.
    """
    finding_severity_counts: InspectorSeverityCounts | None = field(
        default=None,
        metadata={"key": "finding-severity-counts", "schema": {"class": InspectorSeverityCounts}},
    )
    image_digest: str | None = field(
        default=None, metadata={"key": "image-digest", "schema": {"type": "string"}}
    )
    """The digest of the image's manifest. AWS's printed samples show 60 digits where real ones have 64."""
    image_tags: list[str] | None = field(
        default=None,
        metadata={
            "key": "image-tags",
            "schema": {"type": "array", "items": {"type": "string", "maxLength": 300}},
        },
    )
    """All tags of the image; empty when it has none."""
    version: str | None = field(
        default=None, metadata={"key": "version", "schema": {"type": "string"}}
    )
    """The version of the detail; captures of 2022 lack it."""


@dataclass(kw_only=True)
class InspectorScanEvent(EcrRecord):
    """
    Enhanced scanning by Amazon Inspector: the first scan of an image ended. It comes in place of the
    event of basic scanning, from another source and with other words: repository-name is an ARN, and
    TOTAL may be more than the severities together. The same detail-type comes for EC2 instances and
    Lambda functions, which have no repository-name. Inspector has no endpoints in the isolated
    partitions, the European sovereign one and ap-southeast-6. Not in the schema registry.
    """

    version: Literal["0"] = field(
        metadata={"key": "version", "schema": {"required": True, "const": "0"}}
    )
    """Always "0": AWS adds fields without changing it."""
    id: str = field(
        metadata={
            "key": "id",
            "schema": {
                "required": True,
                "type": "string",
                "pattern": "^[0-9A-Za-z]{8}-[0-9A-Za-z]{4}-[0-9A-Za-z]{4}-[0-9A-Za-z]{4}-([0-9A-Za-z]{12}|[0-9A-Za-z]{0,4}EXAMPLE)$",
                "maxLength": 36,
            },
        }
    )
    """
    Unique to the event. Laid out as a UUID, but its version and variant digits are arbitrary in real
    events; a replayed event keeps it. Ids of AWS's printed samples may end in EXAMPLE and hold letters
    that are no digits.
    """
    detail_type: Literal["Inspector2 Scan"] = field(
        metadata={
            "key": "detail-type",
            "schema": {"required": True, "type": "string", "const": "Inspector2 Scan"},
        }
    )
    """The family the event belongs to, in words."""
    source: Literal["aws.inspector2"] = field(
        metadata={
            "key": "source",
            "schema": {"required": True, "type": "string", "const": "aws.inspector2"},
        }
    )
    """The service that sent the event."""
    account: str = field(
        metadata={
            "key": "account",
            "schema": {
                "required": True,
                "type": "string",
                "pattern": "^[0-9]{12}$",
                "maxLength": 12,
            },
        }
    )
    """The 12 digits of the account that owns the resource. A string: it may begin with a zero."""
    time: str = field(
        metadata={
            "key": "time",
            "schema": {
                "required": True,
                "type": "string",
                "pattern": "^[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}Z$",
                "maxLength": 20,
            },
        }
    )
    """
    When the service sent the event: RFC 3339, whole seconds, UTC. It may lie before the arrival by
    minutes.
    """
    region: str = field(
        metadata={"key": "region", "schema": {"required": True, "type": "string", "minLength": 1}}
    )
    """
    Where the event was sent from. Names of four letters (eusc-de-east-1) and with two dashes before the
    number (us-gov-west-1) exist.
    """
    replay_name: str | None = field(
        default=None, metadata={"key": "replay-name", "schema": {"type": "string"}}
    )
    """The replay that sent the event again from an archive; only on replayed events."""
    resources: list[str] = field(
        metadata={
            "key": "resources",
            "schema": {
                "required": True,
                "type": "array",
                "items": {"type": "string", "maxLength": 2048},
            },
        }
    )
    """
    ARNs that the event is about. The sending service decides; the key is always there, the list is
    often empty.
    """
    detail: InspectorScanDetail = field(
        metadata={"key": "detail", "schema": {"required": True, "class": InspectorScanDetail}}
    )


@dataclass(kw_only=True)
class LifecyclePolicy(EcrRecord):
    """The rules of the policy."""

    lifecycle_event_rules: list[LifecycleRule] | None = field(
        default=None,
        metadata={
            "key": "lifecycleEventRules",
            "schema": {"type": "array", "items": {"class": LifecycleRule}},
        },
    )
    """What the policy says."""
    last_evaluated_at: int | None = field(
        default=None, metadata={"key": "lastEvaluatedAt", "schema": {"type": "integer"}}
    )
    """Milliseconds since 1970; 0 in the printed record."""
    policy_version: int | None = field(
        default=None, metadata={"key": "policyVersion", "schema": {"type": "integer"}}
    )
    """The version of the policy."""
    policy_id: str | None = field(
        default=None, metadata={"key": "policyId", "schema": {"type": "string"}}
    )
    """The name of the policy."""


@dataclass(kw_only=True)
class ResponseElements(EcrRecord):
    """The answer in camel case, or null: when the call failed, and where it only read."""

    image: AnsweredImage | None = field(
        default=None, metadata={"key": "image", "schema": {"class": AnsweredImage}}
    )
    image_ids: list[ImageIdOfTheAnswer] | None = field(
        default=None,
        metadata={
            "key": "imageIds",
            "schema": {"type": "array", "items": {"class": ImageIdOfTheAnswer}},
        },
    )
    """The images that were deleted."""
    repository: AnsweredRepository | None = field(
        default=None, metadata={"key": "repository", "schema": {"class": AnsweredRepository}}
    )


@dataclass(kw_only=True)
class ServiceEventDetails(EcrRecord):
    """What was done to which images."""

    repository_name: str | None = field(
        default=None,
        metadata={
            "key": "repositoryName",
            "schema": {"type": "string", "minLength": 2, "maxLength": 256},
        },
    )
    """The repository's name without the registry. May hold slashes."""
    lifecycle_event_policy: LifecyclePolicy | None = field(
        default=None, metadata={"key": "lifecycleEventPolicy", "schema": {"class": LifecyclePolicy}}
    )
    lifecycle_event_image_actions: list[ImageAction] | None = field(
        default=None,
        metadata={
            "key": "lifecycleEventImageActions",
            "schema": {"type": "array", "items": {"class": ImageAction}},
        },
    )
    """
    The images that the policy found; what was done stands with each. pushedAt is a number of
    milliseconds since 1970.
    """
    lifecycle_event_failure_details: list[Failure] | None = field(
        default=None,
        metadata={
            "key": "lifecycleEventFailureDetails",
            "schema": {"type": "array", "items": {"class": Failure}},
        },
    )
    """The images that could not be expired."""
    target_storage_class: str | None = field(
        default=None, metadata={"key": "targetStorageClass", "schema": {"type": "string"}}
    )
    """Of a restore."""
    result: str | None = field(
        default=None, metadata={"key": "result", "schema": {"type": "string"}}
    )
    """Of a restore."""
    image_status: str | None = field(
        default=None, metadata={"key": "imageStatus", "schema": {"type": "string"}}
    )
    """Of a restore: what the image is now."""


@dataclass(kw_only=True)
class CloudTrailAPICallDetail(EcrRecord):
    """The record of a call."""

    event_version: str | None = field(
        default=None, metadata={"key": "eventVersion", "schema": {"type": "string"}}
    )
    """The version of the record."""
    user_identity: UserIdentity | None = field(
        default=None, metadata={"key": "userIdentity", "schema": {"class": UserIdentity}}
    )
    event_time: str | None = field(
        default=None, metadata={"key": "eventTime", "schema": {"type": "string"}}
    )
    """When it was done."""
    event_source: Literal["ecr.amazonaws.com"] = field(
        metadata={"key": "eventSource", "schema": {"required": True, "const": "ecr.amazonaws.com"}}
    )
    """The service: not the envelope's source."""
    aws_region: str | None = field(
        default=None, metadata={"key": "awsRegion", "schema": {"type": "string"}}
    )
    """The region, as in the envelope."""
    source_ip_address: str | None = field(
        default=None, metadata={"key": "sourceIPAddress", "schema": {"type": "string"}}
    )
    """An address, or the name of a service."""
    user_agent: str | None = field(
        default=None, metadata={"key": "userAgent", "schema": {"type": "string"}}
    )
    """What made the call."""
    event_name: str = field(
        metadata={"key": "eventName", "schema": {"required": True, "type": "string"}}
    )
    """The operation that was called. There are many more than those here."""
    request_parameters: RequestParameters | None = field(
        default=None,
        metadata={
            "key": "requestParameters",
            "schema": {"class": RequestParameters, "nullable": True},
        },
    )
    response_elements: ResponseElements | None = field(
        default=None,
        metadata={
            "key": "responseElements",
            "schema": {"class": ResponseElements, "nullable": True},
        },
    )
    request_id: str | None = field(
        default=None, metadata={"key": "requestID", "schema": {"type": "string"}}
    )
    """The id of the request."""
    event_id: str | None = field(
        default=None, metadata={"key": "eventID", "schema": {"type": "string"}}
    )
    """The id of the record: not the envelope's id."""
    read_only: bool | None = field(
        default=None, metadata={"key": "readOnly", "schema": {"type": "boolean"}}
    )
    """Whether the call changes nothing."""
    resources: list[ResourceOfTheRecord] | None = field(
        default=None,
        metadata={
            "key": "resources",
            "schema": {
                "type": "array",
                "minItems": 1,
                "maxItems": 1,
                "items": {"class": ResourceOfTheRecord},
            },
        },
    )
    """ARNs of the call: not the envelope's list. The key is ARN, in capitals."""
    event_type: Literal["AwsApiCall"] = field(
        metadata={"key": "eventType", "schema": {"required": True, "const": "AwsApiCall"}}
    )
    """A call, not something that the service did by itself."""
    management_event: bool | None = field(
        default=None, metadata={"key": "managementEvent", "schema": {"type": "boolean"}}
    )
    """Whether it is an event of management."""
    event_category: str | None = field(
        default=None, metadata={"key": "eventCategory", "schema": {"type": "string"}}
    )
    """Management."""
    recipient_account_id: str | None = field(
        default=None, metadata={"key": "recipientAccountId", "schema": {"type": "string"}}
    )
    """The account whose trail has the record, as in the envelope."""
    error_code: str | None = field(
        default=None, metadata={"key": "errorCode", "schema": {"type": "string"}}
    )
    """Why the call failed; nothing when it did not."""
    error_message: str | None = field(
        default=None, metadata={"key": "errorMessage", "schema": {"type": "string"}}
    )
    """Why the call failed, in words."""


@dataclass(kw_only=True)
class CloudTrailAPICallEvent(EcrRecord):
    """
    A call of the ECR API, as CloudTrail records it; a trail has to be there. Calls that failed come as
    well, with errorCode. Calls that only read reach a rule in one of its states alone. PutImage holds
    the whole manifest. Keys within requests and answers are those of the model of the ECR API. Never
    captured.
    """

    version: Literal["0"] = field(
        metadata={"key": "version", "schema": {"required": True, "const": "0"}}
    )
    """Always "0": AWS adds fields without changing it."""
    id: str = field(
        metadata={
            "key": "id",
            "schema": {
                "required": True,
                "type": "string",
                "pattern": "^[0-9A-Za-z]{8}-[0-9A-Za-z]{4}-[0-9A-Za-z]{4}-[0-9A-Za-z]{4}-([0-9A-Za-z]{12}|[0-9A-Za-z]{0,4}EXAMPLE)$",
                "maxLength": 36,
            },
        }
    )
    """
    Unique to the event. Laid out as a UUID, but its version and variant digits are arbitrary in real
    events; a replayed event keeps it. Ids of AWS's printed samples may end in EXAMPLE and hold letters
    that are no digits.
    """
    detail_type: Literal["AWS API Call via CloudTrail"] = field(
        metadata={
            "key": "detail-type",
            "schema": {"required": True, "type": "string", "const": "AWS API Call via CloudTrail"},
        }
    )
    """The family the event belongs to, in words."""
    source: Literal["aws.ecr"] = field(
        metadata={
            "key": "source",
            "schema": {"required": True, "type": "string", "const": "aws.ecr"},
        }
    )
    """The service that sent the event."""
    account: str = field(
        metadata={
            "key": "account",
            "schema": {
                "required": True,
                "type": "string",
                "pattern": "^[0-9]{12}$",
                "maxLength": 12,
            },
        }
    )
    """The 12 digits of the account that owns the resource. A string: it may begin with a zero."""
    time: str = field(
        metadata={
            "key": "time",
            "schema": {
                "required": True,
                "type": "string",
                "pattern": "^[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}Z$",
                "maxLength": 20,
            },
        }
    )
    """
    When the service sent the event: RFC 3339, whole seconds, UTC. It may lie before the arrival by
    minutes.
    """
    region: str = field(
        metadata={"key": "region", "schema": {"required": True, "type": "string", "minLength": 1}}
    )
    """
    Where the event was sent from. Names of four letters (eusc-de-east-1) and with two dashes before the
    number (us-gov-west-1) exist.
    """
    replay_name: str | None = field(
        default=None, metadata={"key": "replay-name", "schema": {"type": "string"}}
    )
    """The replay that sent the event again from an archive; only on replayed events."""
    resources: list[str] = field(
        metadata={
            "key": "resources",
            "schema": {
                "required": True,
                "type": "array",
                "items": {"type": "string", "maxLength": 2048},
            },
        }
    )
    """
    ARNs that the event is about. The sending service decides; the key is always there, the list is
    often empty.
    """
    detail: CloudTrailAPICallDetail = field(
        metadata={"key": "detail", "schema": {"required": True, "class": CloudTrailAPICallDetail}}
    )


@dataclass(kw_only=True)
class CloudTrailServiceEventDetail(EcrRecord):
    """The record of what the service did."""

    event_version: str | None = field(
        default=None, metadata={"key": "eventVersion", "schema": {"type": "string"}}
    )
    """The version of the record."""
    user_identity: UserIdentity | None = field(
        default=None, metadata={"key": "userIdentity", "schema": {"class": UserIdentity}}
    )
    event_time: str | None = field(
        default=None, metadata={"key": "eventTime", "schema": {"type": "string"}}
    )
    """When it was done."""
    event_source: Literal["ecr.amazonaws.com"] = field(
        metadata={"key": "eventSource", "schema": {"required": True, "const": "ecr.amazonaws.com"}}
    )
    """The service: not the envelope's source."""
    aws_region: str | None = field(
        default=None, metadata={"key": "awsRegion", "schema": {"type": "string"}}
    )
    """The region, as in the envelope."""
    source_ip_address: str | None = field(
        default=None, metadata={"key": "sourceIPAddress", "schema": {"type": "string"}}
    )
    """An address, or the name of a service."""
    user_agent: str | None = field(
        default=None, metadata={"key": "userAgent", "schema": {"type": "string"}}
    )
    """What made the call."""
    event_name: str = field(
        metadata={"key": "eventName", "schema": {"required": True, "type": "string"}}
    )
    """What was done."""
    request_parameters: None = field(
        default=None, metadata={"key": "requestParameters", "schema": {"type": "null"}}
    )
    """Nothing was called: always null."""
    response_elements: None = field(
        default=None, metadata={"key": "responseElements", "schema": {"type": "null"}}
    )
    """Nothing was called: always null."""
    event_id: str | None = field(
        default=None, metadata={"key": "eventID", "schema": {"type": "string"}}
    )
    """The id of the record: not the envelope's id."""
    read_only: bool | None = field(
        default=None, metadata={"key": "readOnly", "schema": {"type": "boolean"}}
    )
    """Whether nothing was changed."""
    event_type: Literal["AwsServiceEvent"] = field(
        metadata={"key": "eventType", "schema": {"required": True, "const": "AwsServiceEvent"}}
    )
    """Something that the service did by itself, not a call."""
    management_event: bool | None = field(
        default=None, metadata={"key": "managementEvent", "schema": {"type": "boolean"}}
    )
    """Whether it is an event of management."""
    event_category: str | None = field(
        default=None, metadata={"key": "eventCategory", "schema": {"type": "string"}}
    )
    """Management."""
    recipient_account_id: str | None = field(
        default=None, metadata={"key": "recipientAccountId", "schema": {"type": "string"}}
    )
    """The account whose trail has the record, as in the envelope."""
    service_event_details: ServiceEventDetails | None = field(
        default=None,
        metadata={"key": "serviceEventDetails", "schema": {"class": ServiceEventDetails}},
    )


@dataclass(kw_only=True)
class CloudTrailServiceEvent(EcrRecord):
    """
    Something that ECR did by itself, as CloudTrail records it: a lifecycle policy ran or was previewed,
    or an archived image was restored. A large run is told in several events. That such records reach
    EventBridge in this form is inferred from CloudTrail's general mapping. Not in the schema registry,
    never captured.
    """

    version: Literal["0"] = field(
        metadata={"key": "version", "schema": {"required": True, "const": "0"}}
    )
    """Always "0": AWS adds fields without changing it."""
    id: str = field(
        metadata={
            "key": "id",
            "schema": {
                "required": True,
                "type": "string",
                "pattern": "^[0-9A-Za-z]{8}-[0-9A-Za-z]{4}-[0-9A-Za-z]{4}-[0-9A-Za-z]{4}-([0-9A-Za-z]{12}|[0-9A-Za-z]{0,4}EXAMPLE)$",
                "maxLength": 36,
            },
        }
    )
    """
    Unique to the event. Laid out as a UUID, but its version and variant digits are arbitrary in real
    events; a replayed event keeps it. Ids of AWS's printed samples may end in EXAMPLE and hold letters
    that are no digits.
    """
    detail_type: Literal["AWS Service Event via CloudTrail"] = field(
        metadata={
            "key": "detail-type",
            "schema": {
                "required": True,
                "type": "string",
                "const": "AWS Service Event via CloudTrail",
            },
        }
    )
    """The family the event belongs to, in words."""
    source: Literal["aws.ecr"] = field(
        metadata={
            "key": "source",
            "schema": {"required": True, "type": "string", "const": "aws.ecr"},
        }
    )
    """The service that sent the event."""
    account: str = field(
        metadata={
            "key": "account",
            "schema": {
                "required": True,
                "type": "string",
                "pattern": "^[0-9]{12}$",
                "maxLength": 12,
            },
        }
    )
    """The 12 digits of the account that owns the resource. A string: it may begin with a zero."""
    time: str = field(
        metadata={
            "key": "time",
            "schema": {
                "required": True,
                "type": "string",
                "pattern": "^[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}Z$",
                "maxLength": 20,
            },
        }
    )
    """
    When the service sent the event: RFC 3339, whole seconds, UTC. It may lie before the arrival by
    minutes.
    """
    region: str = field(
        metadata={"key": "region", "schema": {"required": True, "type": "string", "minLength": 1}}
    )
    """
    Where the event was sent from. Names of four letters (eusc-de-east-1) and with two dashes before the
    number (us-gov-west-1) exist.
    """
    replay_name: str | None = field(
        default=None, metadata={"key": "replay-name", "schema": {"type": "string"}}
    )
    """The replay that sent the event again from an archive; only on replayed events."""
    resources: list[str] = field(
        metadata={
            "key": "resources",
            "schema": {
                "required": True,
                "type": "array",
                "items": {"type": "string", "maxLength": 2048},
            },
        }
    )
    """
    ARNs that the event is about. The sending service decides; the key is always there, the list is
    often empty.
    """
    detail: CloudTrailServiceEventDetail = field(
        metadata={
            "key": "detail",
            "schema": {"required": True, "class": CloudTrailServiceEventDetail},
        }
    )


EcrEvent: TypeAlias = (
    ArchiveEvent
    | ArtifactActionEvent
    | CloudTrailAPICallEvent
    | CloudTrailServiceEvent
    | DeleteEvent
    | InspectorCoverageEvent
    | InspectorFindingEvent
    | InspectorScanEvent
    | PullThroughCacheEvent
    | PushEvent
    | ReferrerRestoreEvent
    | ReplicationEvent
    | RestoreEvent
    | ScanEvent
    | ScanResourceChangeEvent
)
"""An event of any kind."""


def read_event(event: Any) -> EcrEvent:
    """The event, as the class of its kind. Raises ValueError for one that the schema refuses."""
    name = _class_name(event)
    if name is None:
        raise ValueError(_NO_KIND)
    cls: type[EcrEvent] = globals()[name]
    return cls.from_event(event)
