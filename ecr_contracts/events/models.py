# generated, do not edit: python -m generators
# fingerprint of the schemas: 3bfda3bcfde7fe2a

"""The events of Amazon ECR as pydantic models: they accept what the schemas accept."""

import re
from collections.abc import Callable, Mapping
from typing import Annotated, Any, Literal, Self, TypeAlias, get_args

from pydantic import BaseModel, ConfigDict, Field, field_validator, model_validator

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
    "EcrModel",
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
]


_LONE_SURROGATE = re.compile("[\ud800-\udfff]")
_STAND_IN = "\uffff"
_LEVELS = 4  # of lists within lists: more than schemas describe, fewer than exhaust the stack


class EcrModel(BaseModel):
    """What every model does: accept exactly the JSON that its schema accepts, and lose nothing.

    An optional field that is None is absent. JSON's null is no absence: it is refused where the
    schema refuses it, and else kept in `model_extra`, as unknown fields are. A constructor takes
    the fields by their names here or as the event spells them; events are only read as they are
    spelled.
    """

    model_config = ConfigDict(
        extra="allow", regex_engine="python-re", serialize_by_alias=True, strict=True
    )

    def __init__(self, /, **data: Any) -> None:
        keys = {name: field.alias or name for name, field in type(self).model_fields.items()}
        super().__init__(**{keys.get(name, name): value for name, value in data.items()})

    @classmethod
    def from_event(cls, event: Mapping[str, Any]) -> Self:
        """The model of an event. Raises ValidationError for one that the schema refuses."""
        return cls.model_validate(event)

    def to_event(self) -> dict[str, Any]:
        """The event as it came: the fields of the schema in its order, then the unknown ones.

        Unknown fields are shared, not copied.
        """
        fields: dict[str, Any] = {}
        extra = self.model_extra or {}
        for name, field in type(self).model_fields.items():
            key, value = field.alias or name, self.__dict__.get(name)
            if value is not None:
                fields[key] = _event_of(value)
            elif key in extra:  # a null that the schema admits
                fields[key] = extra[key]
        return fields | extra

    def get(self, key: str, default: Any = None) -> Any:
        """What the event has at a key, as the event spells it, or the default where it has none.

        So `counts.get("CRITICAL", 0)` counts as a dictionary does; unknown keys are found too.
        """
        for name, field in type(self).model_fields.items():
            if key == (field.alias or name):
                value = self.__dict__.get(name)
                if value is not None:
                    return value
        return (self.model_extra or {}).get(key, default)

    @model_validator(mode="wrap")
    @classmethod
    def _keep_unknown_fields(cls, event: Any, handler: Callable[[Any], Self]) -> Self:
        """Keeps unknown fields from pydantic, which refuses some keys and mistakes others."""
        if not isinstance(event, dict):
            return handler(event)
        known: set[str] = set()
        nullable: set[str] = set()
        for name, field in cls.model_fields.items():
            known.add(field.alias or name)
            extra = field.json_schema_extra
            if isinstance(extra, dict) and extra.get("x-nullable"):
                nullable.add(field.alias or name)
        described: dict[Any, Any] = {}
        unknown: dict[Any, Any] = {}
        for key, value in event.items():
            is_described = key in known and not (value is None and key in nullable)
            (described if is_described else unknown)[key] = value
        model = handler(described)
        if model.model_extra is not None:
            model.model_extra.update(unknown)
        return model

    @field_validator("*", mode="wrap")
    @classmethod
    def _read_as_json(cls, value: Any, handler: Callable[[Any], Any]) -> Any:
        """Lets pydantic judge what Python's JSON reader gives as JSON Schema does."""
        if value is None:
            raise ValueError("null is not the same as an absent key: leave the key out")
        return _restored(handler(_readable(value)), value)


def _readable(value: Any, levels: int = _LEVELS) -> Any:
    """The value as pydantic takes it: lone surrogates replaced, 1.0 as the integer that it is."""
    if isinstance(value, str):
        return _LONE_SURROGATE.sub(_STAND_IN, value)
    if isinstance(value, float) and value.is_integer():
        return int(value)
    if isinstance(value, list) and levels:
        return [_readable(element, levels - 1) for element in value]
    return value


def _restored(accepted: Any, given: Any, levels: int = _LEVELS) -> Any:
    """What pydantic made of a value, with the strings that were given."""
    if isinstance(accepted, str):
        return given
    if isinstance(accepted, list) and levels:
        return [_restored(*pair, levels - 1) for pair in zip(accepted, given, strict=True)]
    if isinstance(accepted, bool) is not isinstance(given, bool):
        raise ValueError("true is not the same as 1, nor false as 0")
    return accepted


def _event_of(value: Any, levels: int = _LEVELS) -> Any:
    """The value with events, as they came, for models."""
    if isinstance(value, EcrModel):
        return value.to_event()
    if isinstance(value, list) and levels:
        return [_event_of(element, levels - 1) for element in value]
    return value


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


class _ByKind:
    """Has pydantic judge an event by the class of its kind, so that errors are of that class alone.

    For pydantic only: nothing else of it is used, and it need not be installed.
    """

    def __get_pydantic_core_schema__(self, union: Any, handler: Any) -> dict[str, Any]:
        by_class = {
            "type": "tagged-union",
            "choices": {cls.__name__: handler(cls) for cls in get_args(union)},
            "discriminator": _class_name,
            "custom_error_type": "no_kind",
            "custom_error_message": _NO_KIND,
        }
        # By the name of this function pydantic calls the whole, else by those of all classes.
        named = {"type": "no-info", "function": _ecr_event}
        return {"type": "function-wrap", "function": named, "schema": by_class}


def _ecr_event(event: Any, handler: Any) -> Any:
    return handler(event)


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


class AnsweredImageId(EcrModel):
    """An image by its digest and one of its tags."""

    image_digest: Annotated[str | None, Field(alias="imageDigest")] = None
    """The digest of the image's manifest. AWS's printed samples show 60 digits where real ones have 64."""
    image_tag: Annotated[str | None, Field(alias="imageTag", max_length=300)] = None
    """
    A name for the image. The ECR API admits 300 characters, the grammar of the distribution
    specification 128.
    """


class AnsweredRepository(EcrModel):
    """The repository that was created or deleted."""

    repository_name: Annotated[
        str | None, Field(alias="repositoryName", max_length=256, min_length=2)
    ] = None
    """The repository's name without the registry. May hold slashes."""
    repository_arn: Annotated[str | None, Field(alias="repositoryArn")] = None
    """The ARN of the repository."""
    repository_uri: Annotated[str | None, Field(alias="repositoryUri")] = None
    """The place of the repository, as docker takes it."""
    registry_id: Annotated[str | None, Field(alias="registryId")] = None
    """The account that the repository belongs to."""
    created_at: Annotated[str | None, Field(alias="createdAt")] = None
    """When it was created: not ISO 8601."""


class ArchiveDetail(EcrModel):
    """Detail of an image archived."""

    result: str
    """
    How the action ended. A failed push says FAILURE, a failed replication FAILED; of this action no
    failure is printed.
    """
    repository_name: Annotated[str, Field(alias="repository-name", max_length=256, min_length=2)]
    """The repository's name without the registry. May hold slashes."""
    image_digest: Annotated[str | None, Field(alias="image-digest")] = None
    """The digest of the image's manifest. AWS's printed samples show 60 digits where real ones have 64."""
    action_type: Annotated[Literal["UPDATE_STORAGE_CLASS"], Field(alias="action-type")]
    """What was done: neither a push nor a deletion."""
    target_storage_class: Annotated[Literal["ARCHIVE"], Field(alias="target-storage-class")]
    """ARCHIVE: the image was archived. STANDARD: it was restored."""
    image_tag: Annotated[str | None, Field(alias="image-tag", max_length=300)] = None
    """The printed sample has none; the registry says that it may be there."""
    manifest_media_type: Annotated[str | None, Field(alias="manifest-media-type")] = None
    """
    The media type of the image's manifest. In every push captured since May 2023, in none before; AWS's
    samples of pushes and deletions lack it.
    """
    artifact_media_type: Annotated[str | None, Field(alias="artifact-media-type")] = None
    """For an image the media type of its configuration, for other artifacts the artifact's type."""


class ArchiveEvent(EcrModel):
    """
    An image was moved to the archive storage class. It is an image action that is neither a push nor a
    deletion, and names no tag. Archived images are not scanned. Never captured.
    """

    version: Literal["0"]
    """Always "0": AWS adds fields without changing it."""
    id: Annotated[
        str,
        Field(
            max_length=36,
            pattern="^[0-9A-Za-z]{8}-[0-9A-Za-z]{4}-[0-9A-Za-z]{4}-[0-9A-Za-z]{4}-([0-9A-Za-z]{12}|[0-9A-Za-z]{0,4}EXAMPLE)$",
        ),
    ]
    """
    Unique to the event. Laid out as a UUID, but its version and variant digits are arbitrary in real
    events; a replayed event keeps it. Ids of AWS's printed samples may end in EXAMPLE and hold letters
    that are no digits.
    """
    detail_type: Annotated[Literal["ECR Image Action"], Field(alias="detail-type")]
    """The family the event belongs to, in words."""
    source: Literal["aws.ecr"]
    """The service that sent the event."""
    account: Annotated[str, Field(max_length=12, pattern="^[0-9]{12}$")]
    """The 12 digits of the account that owns the resource. A string: it may begin with a zero."""
    time: Annotated[
        str,
        Field(max_length=20, pattern="^[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}Z$"),
    ]
    """
    When the service sent the event: RFC 3339, whole seconds, UTC. It may lie before the arrival by
    minutes.
    """
    region: Annotated[str, Field(min_length=1)]
    """
    Where the event was sent from. Names of four letters (eusc-de-east-1) and with two dashes before the
    number (us-gov-west-1) exist.
    """
    replay_name: Annotated[str | None, Field(alias="replay-name")] = None
    """The replay that sent the event again from an archive; only on replayed events."""
    resources: list[Annotated[str, Field(max_length=2048)]]
    """
    ARNs that the event is about. The sending service decides; the key is always there, the list is
    often empty.
    """
    detail: ArchiveDetail


class ArtifactActionEvent(EcrModel):
    """
    Something was done to an artifact. AWS names the detail-type and prints nothing of the event: the
    detail is opaque here, and anything in it is admitted. Not in the schema registry, never captured.
    """

    version: Literal["0"]
    """Always "0": AWS adds fields without changing it."""
    id: Annotated[
        str,
        Field(
            max_length=36,
            pattern="^[0-9A-Za-z]{8}-[0-9A-Za-z]{4}-[0-9A-Za-z]{4}-[0-9A-Za-z]{4}-([0-9A-Za-z]{12}|[0-9A-Za-z]{0,4}EXAMPLE)$",
        ),
    ]
    """
    Unique to the event. Laid out as a UUID, but its version and variant digits are arbitrary in real
    events; a replayed event keeps it. Ids of AWS's printed samples may end in EXAMPLE and hold letters
    that are no digits.
    """
    detail_type: Annotated[Literal["ECR Artifact Action"], Field(alias="detail-type")]
    """The family the event belongs to, in words."""
    source: Literal["aws.ecr"]
    """The service that sent the event."""
    account: Annotated[str, Field(max_length=12, pattern="^[0-9]{12}$")]
    """The 12 digits of the account that owns the resource. A string: it may begin with a zero."""
    time: Annotated[
        str,
        Field(max_length=20, pattern="^[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}Z$"),
    ]
    """
    When the service sent the event: RFC 3339, whole seconds, UTC. It may lie before the arrival by
    minutes.
    """
    region: Annotated[str, Field(min_length=1)]
    """
    Where the event was sent from. Names of four letters (eusc-de-east-1) and with two dashes before the
    number (us-gov-west-1) exist.
    """
    replay_name: Annotated[str | None, Field(alias="replay-name")] = None
    """The replay that sent the event again from an archive; only on replayed events."""
    resources: list[Annotated[str, Field(max_length=2048)]]
    """
    ARNs that the event is about. The sending service decides; the key is always there, the list is
    often empty.
    """
    detail: dict[str, Any]
    """Nothing is known of it."""


class ChangedRepository(EcrModel):
    """One repository and its frequencies."""

    repository_name: Annotated[str, Field(alias="repository-name", max_length=256, min_length=2)]
    """The repository's name without the registry. May hold slashes."""
    repository_arn: Annotated[str, Field(alias="repository-arn")]
    """The ARN of the repository; its name begins behind the first `repository/`."""
    scan_frequency: Annotated[str | None, Field(alias="scan-frequency")] = None
    """How often it is scanned now."""
    previous_scan_frequency: Annotated[str | None, Field(alias="previous-scan-frequency")] = None
    """How often it was scanned before."""


class ContainerImage(EcrModel):
    """The image. Its repository's name is plain here, no ARN."""

    repository_name: Annotated[str, Field(alias="repositoryName", max_length=256, min_length=2)]
    """The repository's name without the registry. May hold slashes."""
    image_hash: Annotated[str, Field(alias="imageHash")]
    """The digest of the image's manifest. AWS's printed samples show 60 digits where real ones have 64."""
    image_tags: Annotated[
        list[Annotated[str, Field(max_length=300)]] | None, Field(alias="imageTags")
    ] = None
    """All tags of the image; empty or missing when it has none."""
    registry: str
    """The account of the registry."""
    architecture: str | None = None
    """The processor that the image is for."""
    platform: str | None = None
    """The operating system of the image."""
    pushed_at: Annotated[str | None, Field(alias="pushedAt")] = None
    """When the image was pushed. Not ISO 8601, and in two forms in AWS's own samples."""
    in_use_count: Annotated[int | None, Field(alias="inUseCount", ge=0)] = None
    """How many clusters run the image; in the ECR guide's sample, not in Inspector's."""


class CoverageStatus(EcrModel):
    """Whether it is scanned, and why not."""

    reason: str
    """Why; the API has some forty values."""
    status_code_value: Annotated[str, Field(alias="statusCodeValue")]
    """ACTIVE or INACTIVE."""


class DeleteDetail(EcrModel):
    """Detail of a deletion."""

    result: str
    """How the action ended. A failed push says FAILURE (a failed replication says FAILED)."""
    repository_name: Annotated[str, Field(alias="repository-name", max_length=256, min_length=2)]
    """The repository's name without the registry. May hold slashes."""
    image_digest: Annotated[str | None, Field(alias="image-digest")] = None
    """The digest of the image's manifest. AWS's printed samples show 60 digits where real ones have 64."""
    action_type: Annotated[Literal["DELETE"], Field(alias="action-type")]
    """What was done to the image."""
    image_tag: Annotated[str | None, Field(alias="image-tag", max_length=300)] = None
    """
    A name for the image. The ECR API admits 300 characters, the grammar of the distribution
    specification 128.
    """
    manifest_media_type: Annotated[str | None, Field(alias="manifest-media-type")] = None
    """
    The media type of the image's manifest. In every push captured since May 2023, in none before; AWS's
    samples of pushes and deletions lack it.
    """
    artifact_media_type: Annotated[str | None, Field(alias="artifact-media-type")] = None
    """For an image the media type of its configuration, for other artifacts the artifact's type."""


class DeleteEvent(EcrModel):
    """
    An image was deleted. Whether removing one of several tags, deleting by digest, or a lifecycle
    policy sends this event is not documented. Since 2026 a replication rule may replicate deletions,
    off by default; which event the destination sends is stated nowhere. Never captured.
    """

    version: Literal["0"]
    """Always "0": AWS adds fields without changing it."""
    id: Annotated[
        str,
        Field(
            max_length=36,
            pattern="^[0-9A-Za-z]{8}-[0-9A-Za-z]{4}-[0-9A-Za-z]{4}-[0-9A-Za-z]{4}-([0-9A-Za-z]{12}|[0-9A-Za-z]{0,4}EXAMPLE)$",
        ),
    ]
    """
    Unique to the event. Laid out as a UUID, but its version and variant digits are arbitrary in real
    events; a replayed event keeps it. Ids of AWS's printed samples may end in EXAMPLE and hold letters
    that are no digits.
    """
    detail_type: Annotated[Literal["ECR Image Action"], Field(alias="detail-type")]
    """The family the event belongs to, in words."""
    source: Literal["aws.ecr"]
    """The service that sent the event."""
    account: Annotated[str, Field(max_length=12, pattern="^[0-9]{12}$")]
    """The 12 digits of the account that owns the resource. A string: it may begin with a zero."""
    time: Annotated[
        str,
        Field(max_length=20, pattern="^[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}Z$"),
    ]
    """
    When the service sent the event: RFC 3339, whole seconds, UTC. It may lie before the arrival by
    minutes.
    """
    region: Annotated[str, Field(min_length=1)]
    """
    Where the event was sent from. Names of four letters (eusc-de-east-1) and with two dashes before the
    number (us-gov-west-1) exist.
    """
    replay_name: Annotated[str | None, Field(alias="replay-name")] = None
    """The replay that sent the event again from an archive; only on replayed events."""
    resources: list[Annotated[str, Field(max_length=2048)]]
    """
    ARNs that the event is about. The sending service decides; the key is always there, the list is
    often empty.
    """
    detail: DeleteDetail


class Failure(EcrModel):
    """Why an image could not be expired."""

    failure_code: Annotated[str | None, Field(alias="failureCode")] = None
    """Why."""
    failure_reason: Annotated[str | None, Field(alias="failureReason")] = None
    """Why, in words."""


class FindingSeverityCounts(EcrModel):
    """
    How many findings of each severity. Severities without findings may be missing or zero; the whole
    object may be missing.
    """

    critical: Annotated[int | None, Field(alias="CRITICAL", ge=0)] = None
    """Findings of severity CRITICAL."""
    high: Annotated[int | None, Field(alias="HIGH", ge=0)] = None
    """Findings of severity HIGH."""
    medium: Annotated[int | None, Field(alias="MEDIUM", ge=0)] = None
    """Findings of severity MEDIUM."""
    low: Annotated[int | None, Field(alias="LOW", ge=0)] = None
    """Findings of severity LOW."""
    informational: Annotated[int | None, Field(alias="INFORMATIONAL", ge=0)] = None
    """Findings of severity INFORMATIONAL."""
    undefined: Annotated[int | None, Field(alias="UNDEFINED", ge=0)] = None
    """Findings of severity UNDEFINED."""


class ImageIdOfTheAnswer(EcrModel):
    """An image by its digest and one of its tags."""

    image_digest: Annotated[str | None, Field(alias="imageDigest")] = None
    """The digest of the image's manifest. AWS's printed samples show 60 digits where real ones have 64."""
    image_tag: Annotated[str | None, Field(alias="imageTag", max_length=300)] = None
    """
    A name for the image. The ECR API admits 300 characters, the grammar of the distribution
    specification 128.
    """


class ImageIdOfTheRequest(EcrModel):
    """An image by its digest and one of its tags."""

    image_digest: Annotated[str | None, Field(alias="imageDigest")] = None
    """The digest of the image's manifest, where the call names it."""
    image_tag: Annotated[str | None, Field(alias="imageTag", max_length=300)] = None
    """
    A name for the image. The ECR API admits 300 characters, the grammar of the distribution
    specification 128.
    """


class ImageOfAnyCloud(EcrModel):
    """An image in the words for all clouds, since 2026: alone for images of other clouds."""

    repository_name: Annotated[str | None, Field(alias="repositoryName")] = None
    """The name of the repository."""
    registry: str | None = None
    """The host of the registry, where that is not ECR."""
    image_tags: Annotated[
        list[str] | None, Field(alias="imageTags", max_length=1, min_length=1)
    ] = None
    """All tags of the image."""
    image_digest: Annotated[str | None, Field(alias="imageDigest")] = None
    """The digest of the image's manifest: called imageHash for images of ECR."""


class ImageOfTheAction(EcrModel):
    """The image; up to 100 of its tags are listed."""

    digest: str | None = None
    """The digest of the image's manifest. AWS's printed samples show 60 digits where real ones have 64."""
    tag_status: Annotated[str | None, Field(alias="tagStatus")] = None
    """Whether it has tags."""
    tag_list: Annotated[list[str] | None, Field(alias="tagList")] = None
    """The tags of the image: up to 100 are listed."""
    pushed_at: Annotated[int | None, Field(alias="pushedAt")] = None
    """Milliseconds since 1970."""


class InspectorCoverageDetail(EcrModel):
    """Detail of a change of coverage."""

    scan_status: Annotated[CoverageStatus, Field(alias="scanStatus")]
    scan_type: Annotated[str | None, Field(alias="scanType")] = None
    """What is scanned for."""
    provider: str | None = None
    """The cloud of the resource, since 2026: AWS for images of ECR."""
    provider_account_id: Annotated[str | None, Field(alias="providerAccountId")] = None
    """The account in that cloud: in AWS the envelope's."""
    provider_region: Annotated[str | None, Field(alias="providerRegion")] = None
    """The region in that cloud: in AWS the envelope's."""
    event_timestamp: Annotated[str | None, Field(alias="eventTimestamp")] = None
    """When it changed, with microseconds."""
    version: str | None = None
    """The version of the detail."""


class InspectorCoverageEvent(EcrModel):
    """
    Enhanced scanning by Amazon Inspector: whether a resource is scanned has changed. The same detail-
    type comes for EC2 instances and Lambda functions; nothing but the envelope's resources tells. Since
    2026 provider, providerAccountId and providerRegion say which cloud it is of; events of other clouds
    are admitted, and not generated. Not in the schema registry, never captured.
    """

    version: Literal["0"]
    """Always "0": AWS adds fields without changing it."""
    id: Annotated[
        str,
        Field(
            max_length=36,
            pattern="^[0-9A-Za-z]{8}-[0-9A-Za-z]{4}-[0-9A-Za-z]{4}-[0-9A-Za-z]{4}-([0-9A-Za-z]{12}|[0-9A-Za-z]{0,4}EXAMPLE)$",
        ),
    ]
    """
    Unique to the event. Laid out as a UUID, but its version and variant digits are arbitrary in real
    events; a replayed event keeps it. Ids of AWS's printed samples may end in EXAMPLE and hold letters
    that are no digits.
    """
    detail_type: Annotated[Literal["Inspector2 Coverage"], Field(alias="detail-type")]
    """The family the event belongs to, in words."""
    source: Literal["aws.inspector2"]
    """The service that sent the event."""
    account: Annotated[str, Field(max_length=12, pattern="^[0-9]{12}$")]
    """The 12 digits of the account that owns the resource. A string: it may begin with a zero."""
    time: Annotated[
        str,
        Field(max_length=20, pattern="^[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}Z$"),
    ]
    """
    When the service sent the event: RFC 3339, whole seconds, UTC. It may lie before the arrival by
    minutes.
    """
    region: Annotated[str, Field(min_length=1)]
    """
    Where the event was sent from. Names of four letters (eusc-de-east-1) and with two dashes before the
    number (us-gov-west-1) exist.
    """
    replay_name: Annotated[str | None, Field(alias="replay-name")] = None
    """The replay that sent the event again from an archive; only on replayed events."""
    resources: list[Annotated[str, Field(max_length=2048)]]
    """
    ARNs that the event is about. The sending service decides; the key is always there, the list is
    often empty.
    """
    detail: InspectorCoverageDetail


class InspectorSeverityCounts(EcrModel):
    """
    How many findings of each severity, and of all in TOTAL, which also counts severities that are not
    listed.
    """

    critical: Annotated[int | None, Field(alias="CRITICAL", ge=0)] = None
    """Findings of severity CRITICAL."""
    high: Annotated[int | None, Field(alias="HIGH", ge=0)] = None
    """Findings of severity HIGH."""
    medium: Annotated[int | None, Field(alias="MEDIUM", ge=0)] = None
    """Findings of severity MEDIUM."""
    total: Annotated[int | None, Field(alias="TOTAL", ge=0)] = None
    """All findings: the severities that are listed, and more."""


class LifecycleRule(EcrModel):
    """One rule of the policy."""

    rule_priority: Annotated[int | None, Field(alias="rulePriority")] = None
    """The order of the rules."""
    description: str | None = None
    """What the rule is for."""
    action: str | None = None
    """What is done with the images."""


class PackageVulnerabilityDetails(EcrModel):
    """The vulnerability and the packages that have it."""

    source: str
    """Who told of the vulnerability."""
    vulnerability_id: Annotated[str, Field(alias="vulnerabilityId")]
    """The name of the vulnerability."""


class PullThroughCacheDetail(EcrModel):
    """Detail of a synchronisation with an upstream registry."""

    rule_version: Annotated[str | None, Field(alias="rule-version")] = None
    """The version of the rule: a string. The registry does not have it."""
    sync_status: Annotated[str, Field(alias="sync-status")]
    """How the synchronisation ended. Which word a failure has is not stated."""
    ecr_repository_prefix: Annotated[
        str, Field(alias="ecr-repository-prefix", max_length=30, min_length=1)
    ]
    """What the rule puts before the names of upstream repositories: 2 to 30 characters, or ROOT."""
    repository_name: Annotated[str, Field(alias="repository-name", max_length=256, min_length=2)]
    """The prefix, a slash and the upstream repository's name."""
    upstream_registry_url: Annotated[str, Field(alias="upstream-registry-url", min_length=1)]
    """The host of the upstream registry, without a scheme."""
    image_tag: Annotated[str | None, Field(alias="image-tag", max_length=300)] = None
    """
    A name for the image. The ECR API admits 300 characters, the grammar of the distribution
    specification 128.
    """
    image_digest: Annotated[str | None, Field(alias="image-digest")] = None
    """The digest of the image's manifest. AWS's printed samples show 60 digits where real ones have 64."""
    failure_code: Annotated[str | None, Field(alias="failure-code")] = None
    """Why it failed. The registry has the key, the page does not; no values are listed."""
    failure_reason: Annotated[str | None, Field(alias="failure-reason")] = None
    """Why it failed, in words. The registry has the key, the page does not."""


class PullThroughCacheEvent(EcrModel):
    """
    An image was fetched from an upstream registry into the cache, or this was tried. A multi-platform
    image sends one event for its list and one for each manifest: inferred from the page. Not offered in
    China and in GovCloud. AWS's sample does not parse (a trailing comma) and names the day 2023-02-29.
    Never captured.
    """

    version: Literal["0"]
    """Always "0": AWS adds fields without changing it."""
    id: Annotated[
        str,
        Field(
            max_length=36,
            pattern="^[0-9A-Za-z]{8}-[0-9A-Za-z]{4}-[0-9A-Za-z]{4}-[0-9A-Za-z]{4}-([0-9A-Za-z]{12}|[0-9A-Za-z]{0,4}EXAMPLE)$",
        ),
    ]
    """
    Unique to the event. Laid out as a UUID, but its version and variant digits are arbitrary in real
    events; a replayed event keeps it. Ids of AWS's printed samples may end in EXAMPLE and hold letters
    that are no digits.
    """
    detail_type: Annotated[Literal["ECR Pull Through Cache Action"], Field(alias="detail-type")]
    """The family the event belongs to, in words."""
    source: Literal["aws.ecr"]
    """The service that sent the event."""
    account: Annotated[str, Field(max_length=12, pattern="^[0-9]{12}$")]
    """The 12 digits of the account that owns the resource. A string: it may begin with a zero."""
    time: Annotated[
        str,
        Field(max_length=20, pattern="^[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}Z$"),
    ]
    """
    When the service sent the event: RFC 3339, whole seconds, UTC. It may lie before the arrival by
    minutes.
    """
    region: Annotated[str, Field(min_length=1)]
    """
    Where the event was sent from. Names of four letters (eusc-de-east-1) and with two dashes before the
    number (us-gov-west-1) exist.
    """
    replay_name: Annotated[str | None, Field(alias="replay-name")] = None
    """The replay that sent the event again from an archive; only on replayed events."""
    resources: list[Annotated[str, Field(max_length=2048)]]
    """
    ARNs that the event is about. The sending service decides; the key is always there, the list is
    often empty.
    """
    detail: PullThroughCacheDetail


class PushDetail(EcrModel):
    """Detail of a push."""

    result: str
    """How the action ended. A failed push says FAILURE (a failed replication says FAILED)."""
    repository_name: Annotated[str, Field(alias="repository-name", max_length=256, min_length=2)]
    """The repository's name without the registry. May hold slashes."""
    image_digest: Annotated[str | None, Field(alias="image-digest")] = None
    """The digest of the image's manifest. AWS's printed samples show 60 digits where real ones have 64."""
    action_type: Annotated[Literal["PUSH"], Field(alias="action-type")]
    """What was done to the image."""
    image_tag: Annotated[str | None, Field(alias="image-tag", max_length=300)] = None
    """
    A name for the image. The ECR API admits 300 characters, the grammar of the distribution
    specification 128.
    """
    manifest_media_type: Annotated[str | None, Field(alias="manifest-media-type")] = None
    """
    The media type of the image's manifest. In every push captured since May 2023, in none before; AWS's
    samples of pushes and deletions lack it.
    """
    artifact_media_type: Annotated[str | None, Field(alias="artifact-media-type")] = None
    """For an image the media type of its configuration, for other artifacts the artifact's type."""


class PushEvent(EcrModel):
    """
    An image, or one manifest of it, was pushed. A push of a multi-platform image sends one event for
    each manifest, its children untagged: inferred, since nobody has captured all events of one.
    """

    version: Literal["0"]
    """Always "0": AWS adds fields without changing it."""
    id: Annotated[
        str,
        Field(
            max_length=36,
            pattern="^[0-9A-Za-z]{8}-[0-9A-Za-z]{4}-[0-9A-Za-z]{4}-[0-9A-Za-z]{4}-([0-9A-Za-z]{12}|[0-9A-Za-z]{0,4}EXAMPLE)$",
        ),
    ]
    """
    Unique to the event. Laid out as a UUID, but its version and variant digits are arbitrary in real
    events; a replayed event keeps it. Ids of AWS's printed samples may end in EXAMPLE and hold letters
    that are no digits.
    """
    detail_type: Annotated[Literal["ECR Image Action"], Field(alias="detail-type")]
    """The family the event belongs to, in words."""
    source: Literal["aws.ecr"]
    """The service that sent the event."""
    account: Annotated[str, Field(max_length=12, pattern="^[0-9]{12}$")]
    """The 12 digits of the account that owns the resource. A string: it may begin with a zero."""
    time: Annotated[
        str,
        Field(max_length=20, pattern="^[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}Z$"),
    ]
    """
    When the service sent the event: RFC 3339, whole seconds, UTC. It may lie before the arrival by
    minutes.
    """
    region: Annotated[str, Field(min_length=1)]
    """
    Where the event was sent from. Names of four letters (eusc-de-east-1) and with two dashes before the
    number (us-gov-west-1) exist.
    """
    replay_name: Annotated[str | None, Field(alias="replay-name")] = None
    """The replay that sent the event again from an archive; only on replayed events."""
    resources: list[Annotated[str, Field(max_length=2048)]]
    """
    ARNs that the event is about. The sending service decides; the key is always there, the list is
    often empty.
    """
    detail: PushDetail


class Recommendation(EcrModel):
    """What is recommended."""

    text: str | None = None
    """What is recommended, in words."""


class ReferrerRestoreDetail(EcrModel):
    """Detail of a referrer restored."""

    result: str
    """
    How the action ended. A failed push says FAILURE, a failed replication FAILED; of this action no
    failure is printed.
    """
    repository_name: Annotated[str, Field(alias="repository-name", max_length=256, min_length=2)]
    """The repository's name without the registry. May hold slashes."""
    image_digest: Annotated[str | None, Field(alias="image-digest")] = None
    """The digest of the image's manifest. AWS's printed samples show 60 digits where real ones have 64."""
    action_type: Annotated[Literal["UPDATE_STORAGE_CLASS"], Field(alias="action-type")]
    """What was done: neither a push nor a deletion."""
    target_storage_class: Annotated[Literal["STANDARD"], Field(alias="target-storage-class")]
    """ARCHIVE: the image was archived. STANDARD: it was restored."""
    last_activated_at: Annotated[str | None, Field(alias="last-activated-at")] = None
    """
    When the image became active again: RFC 3339 with a fraction of a second, of which the printed
    sample has two digits (`2025-10-10T19:13:02.74Z`). The registry calls it a string, and optional.
    """
    image_tag: Annotated[str | None, Field(alias="image-tag", max_length=300)] = None
    """The printed sample has none; the registry says that it may be there."""
    manifest_media_type: Annotated[str | None, Field(alias="manifest-media-type")] = None
    """
    The media type of the image's manifest. In every push captured since May 2023, in none before; AWS's
    samples of pushes and deletions lack it.
    """
    artifact_media_type: Annotated[str | None, Field(alias="artifact-media-type")] = None
    """For an image the media type of its configuration, for other artifacts the artifact's type."""


class ReferrerRestoreEvent(EcrModel):
    """
    An archived referrer, such as a signature or a bill of materials that belongs to an image, was
    restored. Which other actions referrers send is not known. Never captured.
    """

    version: Literal["0"]
    """Always "0": AWS adds fields without changing it."""
    id: Annotated[
        str,
        Field(
            max_length=36,
            pattern="^[0-9A-Za-z]{8}-[0-9A-Za-z]{4}-[0-9A-Za-z]{4}-[0-9A-Za-z]{4}-([0-9A-Za-z]{12}|[0-9A-Za-z]{0,4}EXAMPLE)$",
        ),
    ]
    """
    Unique to the event. Laid out as a UUID, but its version and variant digits are arbitrary in real
    events; a replayed event keeps it. Ids of AWS's printed samples may end in EXAMPLE and hold letters
    that are no digits.
    """
    detail_type: Annotated[Literal["ECR Referrer Action"], Field(alias="detail-type")]
    """The family the event belongs to, in words."""
    source: Literal["aws.ecr"]
    """The service that sent the event."""
    account: Annotated[str, Field(max_length=12, pattern="^[0-9]{12}$")]
    """The 12 digits of the account that owns the resource. A string: it may begin with a zero."""
    time: Annotated[
        str,
        Field(max_length=20, pattern="^[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}Z$"),
    ]
    """
    When the service sent the event: RFC 3339, whole seconds, UTC. It may lie before the arrival by
    minutes.
    """
    region: Annotated[str, Field(min_length=1)]
    """
    Where the event was sent from. Names of four letters (eusc-de-east-1) and with two dashes before the
    number (us-gov-west-1) exist.
    """
    replay_name: Annotated[str | None, Field(alias="replay-name")] = None
    """The replay that sent the event again from an archive; only on replayed events."""
    resources: list[Annotated[str, Field(max_length=2048)]]
    """
    ARNs that the event is about. The sending service decides; the key is always there, the list is
    often empty.
    """
    detail: ReferrerRestoreDetail


class Remediation(EcrModel):
    """What to do."""

    recommendation: Recommendation | None = None


class ReplicationDetail(EcrModel):
    """Detail of a replication."""

    result: str
    """
    How the action ended. A failed replication says FAILED (a failed push says FAILURE). No key for the
    reason is named.
    """
    repository_name: Annotated[str, Field(alias="repository-name", max_length=256, min_length=2)]
    """The repository's name without the registry. May hold slashes."""
    image_digest: Annotated[str, Field(alias="image-digest")]
    """The digest of the image's manifest. AWS's printed samples show 60 digits where real ones have 64."""
    source_account: Annotated[
        str, Field(alias="source-account", max_length=12, pattern="^[0-9]{12}$")
    ]
    """
    The account that the image came from: the destination's own for a copy in another region, another
    one for a copy across accounts.
    """
    action_type: Annotated[Literal["REPLICATE"], Field(alias="action-type")]
    """What was done to the image."""
    source_region: Annotated[str, Field(alias="source-region", min_length=1)]
    """The region that the image came from, in the partition of the destination."""
    image_tag: Annotated[str | None, Field(alias="image-tag", max_length=300)] = None
    """
    A name for the image. The ECR API admits 300 characters, the grammar of the distribution
    specification 128.
    """


class ReplicationEvent(EcrModel):
    """
    An image was replicated to another region or account, or could not be. The event comes in the
    destination: account, region and resources of the envelope are the destination's, and no push event
    comes there. One event for each image and tag. A backfill may bring images that were pushed long
    ago. Which event the destination sends where a deletion is replicated is stated nowhere. Never
    captured.
    """

    version: Literal["0"]
    """Always "0": AWS adds fields without changing it."""
    id: Annotated[
        str,
        Field(
            max_length=36,
            pattern="^[0-9A-Za-z]{8}-[0-9A-Za-z]{4}-[0-9A-Za-z]{4}-[0-9A-Za-z]{4}-([0-9A-Za-z]{12}|[0-9A-Za-z]{0,4}EXAMPLE)$",
        ),
    ]
    """
    Unique to the event. Laid out as a UUID, but its version and variant digits are arbitrary in real
    events; a replayed event keeps it. Ids of AWS's printed samples may end in EXAMPLE and hold letters
    that are no digits.
    """
    detail_type: Annotated[Literal["ECR Replication Action"], Field(alias="detail-type")]
    """The family the event belongs to, in words."""
    source: Literal["aws.ecr"]
    """The service that sent the event."""
    account: Annotated[str, Field(max_length=12, pattern="^[0-9]{12}$")]
    """The 12 digits of the account that owns the resource. A string: it may begin with a zero."""
    time: Annotated[
        str,
        Field(max_length=20, pattern="^[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}Z$"),
    ]
    """
    When the service sent the event: RFC 3339, whole seconds, UTC. It may lie before the arrival by
    minutes.
    """
    region: Annotated[str, Field(min_length=1)]
    """
    Where the event was sent from. Names of four letters (eusc-de-east-1) and with two dashes before the
    number (us-gov-west-1) exist.
    """
    replay_name: Annotated[str | None, Field(alias="replay-name")] = None
    """The replay that sent the event again from an archive; only on replayed events."""
    resources: list[Annotated[str, Field(max_length=2048)]]
    """
    ARNs that the event is about. The sending service decides; the key is always there, the list is
    often empty.
    """
    detail: ReplicationDetail


class RequestParameters(EcrModel):
    """The parameters of the call in camel case, or null."""

    repository_name: Annotated[str | None, Field(alias="repositoryName")] = None
    """
    The repository's name as the caller wrote it: in a call that failed it may be one that no repository
    has.
    """
    image_tag: Annotated[str | None, Field(alias="imageTag", max_length=300)] = None
    """
    A name for the image. The ECR API admits 300 characters, the grammar of the distribution
    specification 128.
    """
    image_manifest: Annotated[str | None, Field(alias="imageManifest")] = None
    """The manifest: JSON in a string, of up to 4 MiB."""
    image_ids: Annotated[
        list[ImageIdOfTheRequest] | None, Field(alias="imageIds", min_length=1)
    ] = None
    """The images that are to be deleted."""


class ResourceDetails(EcrModel):
    """A key for the sort of resource, with what is known of it."""

    aws_ecr_container_image: Annotated[
        ContainerImage | None, Field(alias="awsEcrContainerImage")
    ] = None
    image: ImageOfAnyCloud | None = None


class ResourceOfTheFinding(EcrModel):
    """The image."""

    details: ResourceDetails
    id: str
    """The ARN of the repository and the digest of the image; for images of other clouds no ARN."""
    partition: str | None = None
    """N/A in one of AWS's samples, aws in the other; none for other clouds."""
    region: str | None = None
    """N/A in one of AWS's samples, the region in the other; for other clouds their own region."""
    tags: dict[str, Any] | None = None
    """A map of the resource's own tags."""
    type: Annotated[
        str,
        Field(pattern="^(AWS_ECR_CONTAINER_IMAGE|[A-Za-z0-9.-]{1,100}/[A-Za-z0-9._/-]{1,200})$"),
    ]
    """
    AWS_ECR_CONTAINER_IMAGE for images in ECR; other clouds have types of their own, with a slash.
    Findings of other resources of AWS (AWS_EC2_INSTANCE, ...) are of another sort.
    """
    provider: str | None = None
    """The cloud that the image lies in; since 2026."""


class ResourceOfTheRecord(EcrModel):
    """The repository."""

    arn: Annotated[str | None, Field(alias="ARN")] = None
    """The ARN of the repository."""
    account_id: Annotated[str | None, Field(alias="accountId")] = None
    """The account of the repository."""
    type: str | None = None
    """What sort of resource it is; not in every record."""


class RestoreDetail(EcrModel):
    """Detail of an image restored."""

    result: str
    """
    How the action ended. A failed push says FAILURE, a failed replication FAILED; of this action no
    failure is printed.
    """
    repository_name: Annotated[str, Field(alias="repository-name", max_length=256, min_length=2)]
    """The repository's name without the registry. May hold slashes."""
    image_digest: Annotated[str | None, Field(alias="image-digest")] = None
    """The digest of the image's manifest. AWS's printed samples show 60 digits where real ones have 64."""
    action_type: Annotated[Literal["UPDATE_STORAGE_CLASS"], Field(alias="action-type")]
    """What was done: neither a push nor a deletion."""
    target_storage_class: Annotated[Literal["STANDARD"], Field(alias="target-storage-class")]
    """ARCHIVE: the image was archived. STANDARD: it was restored."""
    last_activated_at: Annotated[str | None, Field(alias="last-activated-at")] = None
    """
    When the image became active again: RFC 3339 with a fraction of a second, of which the printed
    sample has two digits (`2025-10-10T19:13:02.74Z`). The registry calls it a string, and optional.
    """
    image_tag: Annotated[str | None, Field(alias="image-tag", max_length=300)] = None
    """The printed sample has none; the registry says that it may be there."""
    manifest_media_type: Annotated[str | None, Field(alias="manifest-media-type")] = None
    """
    The media type of the image's manifest. In every push captured since May 2023, in none before; AWS's
    samples of pushes and deletions lack it.
    """
    artifact_media_type: Annotated[str | None, Field(alias="artifact-media-type")] = None
    """For an image the media type of its configuration, for other artifacts the artifact's type."""


class RestoreEvent(EcrModel):
    """
    An archived image was restored to the standard storage class, which ends up to about 20 minutes
    after the call. It is an image action that is neither a push nor a deletion, and names no tag; a
    scan on push and replication may follow. Never captured.
    """

    version: Literal["0"]
    """Always "0": AWS adds fields without changing it."""
    id: Annotated[
        str,
        Field(
            max_length=36,
            pattern="^[0-9A-Za-z]{8}-[0-9A-Za-z]{4}-[0-9A-Za-z]{4}-[0-9A-Za-z]{4}-([0-9A-Za-z]{12}|[0-9A-Za-z]{0,4}EXAMPLE)$",
        ),
    ]
    """
    Unique to the event. Laid out as a UUID, but its version and variant digits are arbitrary in real
    events; a replayed event keeps it. Ids of AWS's printed samples may end in EXAMPLE and hold letters
    that are no digits.
    """
    detail_type: Annotated[Literal["ECR Image Action"], Field(alias="detail-type")]
    """The family the event belongs to, in words."""
    source: Literal["aws.ecr"]
    """The service that sent the event."""
    account: Annotated[str, Field(max_length=12, pattern="^[0-9]{12}$")]
    """The 12 digits of the account that owns the resource. A string: it may begin with a zero."""
    time: Annotated[
        str,
        Field(max_length=20, pattern="^[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}Z$"),
    ]
    """
    When the service sent the event: RFC 3339, whole seconds, UTC. It may lie before the arrival by
    minutes.
    """
    region: Annotated[str, Field(min_length=1)]
    """
    Where the event was sent from. Names of four letters (eusc-de-east-1) and with two dashes before the
    number (us-gov-west-1) exist.
    """
    replay_name: Annotated[str | None, Field(alias="replay-name")] = None
    """The replay that sent the event again from an archive; only on replayed events."""
    resources: list[Annotated[str, Field(max_length=2048)]]
    """
    ARNs that the event is about. The sending service decides; the key is always there, the list is
    often empty.
    """
    detail: RestoreDetail


class ScanDetail(EcrModel):
    """Detail of a basic scan."""

    scan_status: Annotated[str, Field(alias="scan-status")]
    """How the scan ended. Not `result`: that is a word of pushes."""
    repository_name: Annotated[str, Field(alias="repository-name", max_length=256, min_length=2)]
    """The repository's name without the registry. May hold slashes."""
    finding_severity_counts: Annotated[
        FindingSeverityCounts | None, Field(alias="finding-severity-counts")
    ] = None
    image_digest: Annotated[str | None, Field(alias="image-digest")] = None
    """The digest of the image's manifest. AWS's printed samples show 60 digits where real ones have 64."""
    image_tags: Annotated[
        list[Annotated[str, Field(max_length=300)]] | None, Field(alias="image-tags")
    ] = None
    """All tags of the image; empty when it has none."""


class ScanEvent(EcrModel):
    """A basic scan of an image ended. Enhanced scanning sends other events, from aws.inspector2."""

    version: Literal["0"]
    """Always "0": AWS adds fields without changing it."""
    id: Annotated[
        str,
        Field(
            max_length=36,
            pattern="^[0-9A-Za-z]{8}-[0-9A-Za-z]{4}-[0-9A-Za-z]{4}-[0-9A-Za-z]{4}-([0-9A-Za-z]{12}|[0-9A-Za-z]{0,4}EXAMPLE)$",
        ),
    ]
    """
    Unique to the event. Laid out as a UUID, but its version and variant digits are arbitrary in real
    events; a replayed event keeps it. Ids of AWS's printed samples may end in EXAMPLE and hold letters
    that are no digits.
    """
    detail_type: Annotated[Literal["ECR Image Scan"], Field(alias="detail-type")]
    """The family the event belongs to, in words."""
    source: Literal["aws.ecr"]
    """The service that sent the event."""
    account: Annotated[str, Field(max_length=12, pattern="^[0-9]{12}$")]
    """The 12 digits of the account that owns the resource. A string: it may begin with a zero."""
    time: Annotated[
        str,
        Field(max_length=20, pattern="^[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}Z$"),
    ]
    """
    When the service sent the event: RFC 3339, whole seconds, UTC. It may lie before the arrival by
    minutes.
    """
    region: Annotated[str, Field(min_length=1)]
    """
    Where the event was sent from. Names of four letters (eusc-de-east-1) and with two dashes before the
    number (us-gov-west-1) exist.
    """
    replay_name: Annotated[str | None, Field(alias="replay-name")] = None
    """The replay that sent the event again from an archive; only on replayed events."""
    resources: list[Annotated[str, Field(max_length=2048)]]
    """
    ARNs that the event is about. The sending service decides; the key is always there, the list is
    often empty.
    """
    detail: ScanDetail


class ScanResourceChangeDetail(EcrModel):
    """Detail of a change of what is scanned."""

    action_type: Annotated[str, Field(alias="action-type")]
    """What changed. Of what else may stand here nothing is known."""
    repositories: Annotated[list[ChangedRepository], Field(min_length=1)]
    """The repositories that are scanned in another way now."""
    resource_type: Annotated[str | None, Field(alias="resource-type")] = None
    """What the change is about."""
    scan_type: Annotated[str | None, Field(alias="scan-type")] = None
    """ENHANCED; the API has BASIC as well."""


class ScanResourceChangeEvent(EcrModel):
    """
    Enhanced scanning: the frequency with which repositories are scanned was changed. The detail has a
    list of repositories and no repository-name of its own. The page says that creation of repositories,
    and creation and deletion of images, send such an event too, and prints none. Not in the schema
    registry, never captured.
    """

    version: Literal["0"]
    """Always "0": AWS adds fields without changing it."""
    id: Annotated[
        str,
        Field(
            max_length=36,
            pattern="^[0-9A-Za-z]{8}-[0-9A-Za-z]{4}-[0-9A-Za-z]{4}-[0-9A-Za-z]{4}-([0-9A-Za-z]{12}|[0-9A-Za-z]{0,4}EXAMPLE)$",
        ),
    ]
    """
    Unique to the event. Laid out as a UUID, but its version and variant digits are arbitrary in real
    events; a replayed event keeps it. Ids of AWS's printed samples may end in EXAMPLE and hold letters
    that are no digits.
    """
    detail_type: Annotated[Literal["ECR Scan Resource Change"], Field(alias="detail-type")]
    """The family the event belongs to, in words."""
    source: Literal["aws.ecr"]
    """The service that sent the event."""
    account: Annotated[str, Field(max_length=12, pattern="^[0-9]{12}$")]
    """The 12 digits of the account that owns the resource. A string: it may begin with a zero."""
    time: Annotated[
        str,
        Field(max_length=20, pattern="^[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}Z$"),
    ]
    """
    When the service sent the event: RFC 3339, whole seconds, UTC. It may lie before the arrival by
    minutes.
    """
    region: Annotated[str, Field(min_length=1)]
    """
    Where the event was sent from. Names of four letters (eusc-de-east-1) and with two dashes before the
    number (us-gov-west-1) exist.
    """
    replay_name: Annotated[str | None, Field(alias="replay-name")] = None
    """The replay that sent the event again from an archive; only on replayed events."""
    resources: list[Annotated[str, Field(max_length=2048)]]
    """
    ARNs that the event is about. The sending service decides; the key is always there, the list is
    often empty.
    """
    detail: ScanResourceChangeDetail


class UserIdentity(EcrModel):
    """Who did it. Its keys depend on its type."""

    type: str | None = None
    """Which keys there are."""
    account_id: Annotated[str | None, Field(alias="accountId")] = None
    """The account of who did it; a service has none."""


class AnsweredImage(EcrModel):
    """The image that was put."""

    repository_name: Annotated[
        str | None, Field(alias="repositoryName", max_length=256, min_length=2)
    ] = None
    """The repository's name without the registry. May hold slashes."""
    registry_id: Annotated[str | None, Field(alias="registryId")] = None
    """The account that the image belongs to."""
    image_id: Annotated[AnsweredImageId, Field(alias="imageId")]


class ImageAction(EcrModel):
    """One image."""

    lifecycle_event_image: Annotated[
        ImageOfTheAction | None, Field(alias="lifecycleEventImage")
    ] = None


class InspectorFindingDetail(EcrModel):
    """Detail of a finding."""

    aws_account_id: Annotated[str | None, Field(alias="awsAccountId")] = None
    """The account of the finding."""
    description: str | None = None
    """What the vulnerability is."""
    exploit_available: Annotated[str | None, Field(alias="exploitAvailable")] = None
    """Whether an exploit is known; in newer pages."""
    finding_arn: Annotated[str, Field(alias="findingArn")]
    """The name of the finding; AWS advises to tell repeated events by it."""
    first_observed_at: Annotated[str | None, Field(alias="firstObservedAt")] = None
    """When the finding was seen first. Not ISO 8601, and in two forms in AWS's own samples."""
    fix_available: Annotated[str | None, Field(alias="fixAvailable")] = None
    """Whether all packages have a fix; in newer pages."""
    inspector_score: Annotated[float | None, Field(alias="inspectorScore", ge=0.0, le=10.0)] = None
    """A number from 0 to 10, with a fraction or without."""
    last_observed_at: Annotated[str | None, Field(alias="lastObservedAt")] = None
    """When the finding was seen last. Not ISO 8601, and in two forms in AWS's own samples."""
    package_vulnerability_details: Annotated[
        PackageVulnerabilityDetails | None, Field(alias="packageVulnerabilityDetails")
    ] = None
    remediation: Remediation | None = None
    resources: Annotated[list[ResourceOfTheFinding], Field(max_length=1, min_length=1)]
    """The image that the finding is about: a list of one, in no way the envelope's list."""
    severity: str
    """UNTRIAGED is Inspector's word, UNDEFINED that of basic scans."""
    status: str
    """CLOSED: it has been mended, or the image is gone."""
    title: str | None = None
    """The finding in one line."""
    type: str | None = None
    """What sort of finding it is."""
    updated_at: Annotated[str | None, Field(alias="updatedAt")] = None
    """When the finding was changed last. Not ISO 8601, and in two forms in AWS's own samples."""


class InspectorFindingEvent(EcrModel):
    """
    Enhanced scanning by Amazon Inspector: a vulnerability was found in an image, or what is known of
    one has changed or is closed. The same detail-type comes for EC2 instances and Lambda functions,
    which have other details. Since 2026 it comes for images of other clouds too: they have
    details.image in place of details.awsEcrContainerImage, resources that are no ARNs and a provider.
    Images of ECR may have details.image beside it, which is admitted and not generated. The same
    finding may come more than once. Keys within objects are those of the model of the Inspector API.
    Not in the schema registry.
    """

    version: Literal["0"]
    """Always "0": AWS adds fields without changing it."""
    id: Annotated[
        str,
        Field(
            max_length=36,
            pattern="^[0-9A-Za-z]{8}-[0-9A-Za-z]{4}-[0-9A-Za-z]{4}-[0-9A-Za-z]{4}-([0-9A-Za-z]{12}|[0-9A-Za-z]{0,4}EXAMPLE)$",
        ),
    ]
    """
    Unique to the event. Laid out as a UUID, but its version and variant digits are arbitrary in real
    events; a replayed event keeps it. Ids of AWS's printed samples may end in EXAMPLE and hold letters
    that are no digits.
    """
    detail_type: Annotated[Literal["Inspector2 Finding"], Field(alias="detail-type")]
    """The family the event belongs to, in words."""
    source: Literal["aws.inspector2"]
    """The service that sent the event."""
    account: Annotated[str, Field(max_length=12, pattern="^[0-9]{12}$")]
    """The 12 digits of the account that owns the resource. A string: it may begin with a zero."""
    time: Annotated[
        str,
        Field(max_length=20, pattern="^[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}Z$"),
    ]
    """
    When the service sent the event: RFC 3339, whole seconds, UTC. It may lie before the arrival by
    minutes.
    """
    region: Annotated[str, Field(min_length=1)]
    """
    Where the event was sent from. Names of four letters (eusc-de-east-1) and with two dashes before the
    number (us-gov-west-1) exist.
    """
    replay_name: Annotated[str | None, Field(alias="replay-name")] = None
    """The replay that sent the event again from an archive; only on replayed events."""
    resources: list[Annotated[str, Field(max_length=2048)]]
    """
    ARNs that the event is about. The sending service decides; the key is always there, the list is
    often empty.
    """
    detail: InspectorFindingDetail


class InspectorScanDetail(EcrModel):
    """Detail of an enhanced scan."""

    scan_status: Annotated[str, Field(alias="scan-status")]
    """How the scan ended."""
    repository_name: Annotated[str, Field(alias="repository-name", min_length=2)]
    """
    The ARN of the repository, not its name; by one author's account real events append the image's
    digest.
    """
    finding_severity_counts: Annotated[
        InspectorSeverityCounts | None, Field(alias="finding-severity-counts")
    ] = None
    image_digest: Annotated[str | None, Field(alias="image-digest")] = None
    """The digest of the image's manifest. AWS's printed samples show 60 digits where real ones have 64."""
    image_tags: Annotated[
        list[Annotated[str, Field(max_length=300)]] | None, Field(alias="image-tags")
    ] = None
    """All tags of the image; empty when it has none."""
    version: str | None = None
    """The version of the detail; captures of 2022 lack it."""


class InspectorScanEvent(EcrModel):
    """
    Enhanced scanning by Amazon Inspector: the first scan of an image ended. It comes in place of the
    event of basic scanning, from another source and with other words: repository-name is an ARN, and
    TOTAL may be more than the severities together. The same detail-type comes for EC2 instances and
    Lambda functions, which have no repository-name. Inspector has no endpoints in the isolated
    partitions, the European sovereign one and ap-southeast-6. Not in the schema registry.
    """

    version: Literal["0"]
    """Always "0": AWS adds fields without changing it."""
    id: Annotated[
        str,
        Field(
            max_length=36,
            pattern="^[0-9A-Za-z]{8}-[0-9A-Za-z]{4}-[0-9A-Za-z]{4}-[0-9A-Za-z]{4}-([0-9A-Za-z]{12}|[0-9A-Za-z]{0,4}EXAMPLE)$",
        ),
    ]
    """
    Unique to the event. Laid out as a UUID, but its version and variant digits are arbitrary in real
    events; a replayed event keeps it. Ids of AWS's printed samples may end in EXAMPLE and hold letters
    that are no digits.
    """
    detail_type: Annotated[Literal["Inspector2 Scan"], Field(alias="detail-type")]
    """The family the event belongs to, in words."""
    source: Literal["aws.inspector2"]
    """The service that sent the event."""
    account: Annotated[str, Field(max_length=12, pattern="^[0-9]{12}$")]
    """The 12 digits of the account that owns the resource. A string: it may begin with a zero."""
    time: Annotated[
        str,
        Field(max_length=20, pattern="^[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}Z$"),
    ]
    """
    When the service sent the event: RFC 3339, whole seconds, UTC. It may lie before the arrival by
    minutes.
    """
    region: Annotated[str, Field(min_length=1)]
    """
    Where the event was sent from. Names of four letters (eusc-de-east-1) and with two dashes before the
    number (us-gov-west-1) exist.
    """
    replay_name: Annotated[str | None, Field(alias="replay-name")] = None
    """The replay that sent the event again from an archive; only on replayed events."""
    resources: list[Annotated[str, Field(max_length=2048)]]
    """
    ARNs that the event is about. The sending service decides; the key is always there, the list is
    often empty.
    """
    detail: InspectorScanDetail


class LifecyclePolicy(EcrModel):
    """The rules of the policy."""

    lifecycle_event_rules: Annotated[
        list[LifecycleRule] | None, Field(alias="lifecycleEventRules")
    ] = None
    """What the policy says."""
    last_evaluated_at: Annotated[int | None, Field(alias="lastEvaluatedAt")] = None
    """Milliseconds since 1970; 0 in the printed record."""
    policy_version: Annotated[int | None, Field(alias="policyVersion")] = None
    """The version of the policy."""
    policy_id: Annotated[str | None, Field(alias="policyId")] = None
    """The name of the policy."""


class ResponseElements(EcrModel):
    """The answer in camel case, or null: when the call failed, and where it only read."""

    image: AnsweredImage | None = None
    image_ids: Annotated[list[ImageIdOfTheAnswer] | None, Field(alias="imageIds")] = None
    """The images that were deleted."""
    repository: AnsweredRepository | None = None


class ServiceEventDetails(EcrModel):
    """What was done to which images."""

    repository_name: Annotated[
        str | None, Field(alias="repositoryName", max_length=256, min_length=2)
    ] = None
    """The repository's name without the registry. May hold slashes."""
    lifecycle_event_policy: Annotated[
        LifecyclePolicy | None, Field(alias="lifecycleEventPolicy")
    ] = None
    lifecycle_event_image_actions: Annotated[
        list[ImageAction] | None, Field(alias="lifecycleEventImageActions")
    ] = None
    """
    The images that the policy found; what was done stands with each. pushedAt is a number of
    milliseconds since 1970.
    """
    lifecycle_event_failure_details: Annotated[
        list[Failure] | None, Field(alias="lifecycleEventFailureDetails")
    ] = None
    """The images that could not be expired."""
    target_storage_class: Annotated[str | None, Field(alias="targetStorageClass")] = None
    """Of a restore."""
    result: str | None = None
    """Of a restore."""
    image_status: Annotated[str | None, Field(alias="imageStatus")] = None
    """Of a restore: what the image is now."""


class CloudTrailAPICallDetail(EcrModel):
    """The record of a call."""

    event_version: Annotated[str | None, Field(alias="eventVersion")] = None
    """The version of the record."""
    user_identity: Annotated[UserIdentity | None, Field(alias="userIdentity")] = None
    event_time: Annotated[str | None, Field(alias="eventTime")] = None
    """When it was done."""
    event_source: Annotated[Literal["ecr.amazonaws.com"], Field(alias="eventSource")]
    """The service: not the envelope's source."""
    aws_region: Annotated[str | None, Field(alias="awsRegion")] = None
    """The region, as in the envelope."""
    source_ip_address: Annotated[str | None, Field(alias="sourceIPAddress")] = None
    """An address, or the name of a service."""
    user_agent: Annotated[str | None, Field(alias="userAgent")] = None
    """What made the call."""
    event_name: Annotated[str, Field(alias="eventName")]
    """The operation that was called. There are many more than those here."""
    request_parameters: Annotated[
        RequestParameters | None,
        Field(alias="requestParameters", json_schema_extra={"x-nullable": True}),
    ] = None
    response_elements: Annotated[
        ResponseElements | None,
        Field(alias="responseElements", json_schema_extra={"x-nullable": True}),
    ] = None
    request_id: Annotated[str | None, Field(alias="requestID")] = None
    """The id of the request."""
    event_id: Annotated[str | None, Field(alias="eventID")] = None
    """The id of the record: not the envelope's id."""
    read_only: Annotated[bool | None, Field(alias="readOnly")] = None
    """Whether the call changes nothing."""
    resources: Annotated[list[ResourceOfTheRecord] | None, Field(max_length=1, min_length=1)] = None
    """ARNs of the call: not the envelope's list. The key is ARN, in capitals."""
    event_type: Annotated[Literal["AwsApiCall"], Field(alias="eventType")]
    """A call, not something that the service did by itself."""
    management_event: Annotated[bool | None, Field(alias="managementEvent")] = None
    """Whether it is an event of management."""
    event_category: Annotated[str | None, Field(alias="eventCategory")] = None
    """Management."""
    recipient_account_id: Annotated[str | None, Field(alias="recipientAccountId")] = None
    """The account whose trail has the record, as in the envelope."""
    error_code: Annotated[str | None, Field(alias="errorCode")] = None
    """Why the call failed; nothing when it did not."""
    error_message: Annotated[str | None, Field(alias="errorMessage")] = None
    """Why the call failed, in words."""


class CloudTrailAPICallEvent(EcrModel):
    """
    A call of the ECR API, as CloudTrail records it; a trail has to be there. Calls that failed come as
    well, with errorCode. Calls that only read reach a rule in one of its states alone. PutImage holds
    the whole manifest. Keys within requests and answers are those of the model of the ECR API. Never
    captured.
    """

    version: Literal["0"]
    """Always "0": AWS adds fields without changing it."""
    id: Annotated[
        str,
        Field(
            max_length=36,
            pattern="^[0-9A-Za-z]{8}-[0-9A-Za-z]{4}-[0-9A-Za-z]{4}-[0-9A-Za-z]{4}-([0-9A-Za-z]{12}|[0-9A-Za-z]{0,4}EXAMPLE)$",
        ),
    ]
    """
    Unique to the event. Laid out as a UUID, but its version and variant digits are arbitrary in real
    events; a replayed event keeps it. Ids of AWS's printed samples may end in EXAMPLE and hold letters
    that are no digits.
    """
    detail_type: Annotated[Literal["AWS API Call via CloudTrail"], Field(alias="detail-type")]
    """The family the event belongs to, in words."""
    source: Literal["aws.ecr"]
    """The service that sent the event."""
    account: Annotated[str, Field(max_length=12, pattern="^[0-9]{12}$")]
    """The 12 digits of the account that owns the resource. A string: it may begin with a zero."""
    time: Annotated[
        str,
        Field(max_length=20, pattern="^[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}Z$"),
    ]
    """
    When the service sent the event: RFC 3339, whole seconds, UTC. It may lie before the arrival by
    minutes.
    """
    region: Annotated[str, Field(min_length=1)]
    """
    Where the event was sent from. Names of four letters (eusc-de-east-1) and with two dashes before the
    number (us-gov-west-1) exist.
    """
    replay_name: Annotated[str | None, Field(alias="replay-name")] = None
    """The replay that sent the event again from an archive; only on replayed events."""
    resources: list[Annotated[str, Field(max_length=2048)]]
    """
    ARNs that the event is about. The sending service decides; the key is always there, the list is
    often empty.
    """
    detail: CloudTrailAPICallDetail


class CloudTrailServiceEventDetail(EcrModel):
    """The record of what the service did."""

    event_version: Annotated[str | None, Field(alias="eventVersion")] = None
    """The version of the record."""
    user_identity: Annotated[UserIdentity | None, Field(alias="userIdentity")] = None
    event_time: Annotated[str | None, Field(alias="eventTime")] = None
    """When it was done."""
    event_source: Annotated[Literal["ecr.amazonaws.com"], Field(alias="eventSource")]
    """The service: not the envelope's source."""
    aws_region: Annotated[str | None, Field(alias="awsRegion")] = None
    """The region, as in the envelope."""
    source_ip_address: Annotated[str | None, Field(alias="sourceIPAddress")] = None
    """An address, or the name of a service."""
    user_agent: Annotated[str | None, Field(alias="userAgent")] = None
    """What made the call."""
    event_name: Annotated[str, Field(alias="eventName")]
    """What was done."""
    request_parameters: Annotated[
        None, Field(alias="requestParameters", json_schema_extra={"x-nullable": True})
    ] = None
    """Nothing was called: always null."""
    response_elements: Annotated[
        None, Field(alias="responseElements", json_schema_extra={"x-nullable": True})
    ] = None
    """Nothing was called: always null."""
    event_id: Annotated[str | None, Field(alias="eventID")] = None
    """The id of the record: not the envelope's id."""
    read_only: Annotated[bool | None, Field(alias="readOnly")] = None
    """Whether nothing was changed."""
    event_type: Annotated[Literal["AwsServiceEvent"], Field(alias="eventType")]
    """Something that the service did by itself, not a call."""
    management_event: Annotated[bool | None, Field(alias="managementEvent")] = None
    """Whether it is an event of management."""
    event_category: Annotated[str | None, Field(alias="eventCategory")] = None
    """Management."""
    recipient_account_id: Annotated[str | None, Field(alias="recipientAccountId")] = None
    """The account whose trail has the record, as in the envelope."""
    service_event_details: Annotated[
        ServiceEventDetails | None, Field(alias="serviceEventDetails")
    ] = None


class CloudTrailServiceEvent(EcrModel):
    """
    Something that ECR did by itself, as CloudTrail records it: a lifecycle policy ran or was previewed,
    or an archived image was restored. A large run is told in several events. That such records reach
    EventBridge in this form is inferred from CloudTrail's general mapping. Not in the schema registry,
    never captured.
    """

    version: Literal["0"]
    """Always "0": AWS adds fields without changing it."""
    id: Annotated[
        str,
        Field(
            max_length=36,
            pattern="^[0-9A-Za-z]{8}-[0-9A-Za-z]{4}-[0-9A-Za-z]{4}-[0-9A-Za-z]{4}-([0-9A-Za-z]{12}|[0-9A-Za-z]{0,4}EXAMPLE)$",
        ),
    ]
    """
    Unique to the event. Laid out as a UUID, but its version and variant digits are arbitrary in real
    events; a replayed event keeps it. Ids of AWS's printed samples may end in EXAMPLE and hold letters
    that are no digits.
    """
    detail_type: Annotated[Literal["AWS Service Event via CloudTrail"], Field(alias="detail-type")]
    """The family the event belongs to, in words."""
    source: Literal["aws.ecr"]
    """The service that sent the event."""
    account: Annotated[str, Field(max_length=12, pattern="^[0-9]{12}$")]
    """The 12 digits of the account that owns the resource. A string: it may begin with a zero."""
    time: Annotated[
        str,
        Field(max_length=20, pattern="^[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}Z$"),
    ]
    """
    When the service sent the event: RFC 3339, whole seconds, UTC. It may lie before the arrival by
    minutes.
    """
    region: Annotated[str, Field(min_length=1)]
    """
    Where the event was sent from. Names of four letters (eusc-de-east-1) and with two dashes before the
    number (us-gov-west-1) exist.
    """
    replay_name: Annotated[str | None, Field(alias="replay-name")] = None
    """The replay that sent the event again from an archive; only on replayed events."""
    resources: list[Annotated[str, Field(max_length=2048)]]
    """
    ARNs that the event is about. The sending service decides; the key is always there, the list is
    often empty.
    """
    detail: CloudTrailServiceEventDetail


EcrEvent: TypeAlias = Annotated[
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
    | ScanResourceChangeEvent,
    _ByKind(),
]
"""An event of any kind."""

# --- What follows is for ecr-contracts itself; `ecr-contracts models` leaves it out. ---
PLACES: dict[type, tuple[str, tuple[str | int, ...]]] = {
    AnsweredImage: ("cloudtrail-api-call", ("detail", "responseElements", "image")),
    AnsweredImageId: ("cloudtrail-api-call", ("detail", "responseElements", "image", "imageId")),
    AnsweredRepository: ("cloudtrail-api-call", ("detail", "responseElements", "repository")),
    ArchiveDetail: ("archive", ("detail",)),
    ArchiveEvent: ("archive", ()),
    ArtifactActionEvent: ("artifact-action", ()),
    ChangedRepository: ("scan-resource-change", ("detail", "repositories", 0)),
    CloudTrailAPICallDetail: ("cloudtrail-api-call", ("detail",)),
    CloudTrailAPICallEvent: ("cloudtrail-api-call", ()),
    CloudTrailServiceEvent: ("cloudtrail-service-event", ()),
    CloudTrailServiceEventDetail: ("cloudtrail-service-event", ("detail",)),
    ContainerImage: (
        "inspector-finding",
        ("detail", "resources", 0, "details", "awsEcrContainerImage"),
    ),
    CoverageStatus: ("inspector-coverage", ("detail", "scanStatus")),
    DeleteDetail: ("delete", ("detail",)),
    DeleteEvent: ("delete", ()),
    Failure: (
        "cloudtrail-service-event",
        ("detail", "serviceEventDetails", "lifecycleEventFailureDetails", 0),
    ),
    FindingSeverityCounts: ("scan", ("detail", "finding-severity-counts")),
    ImageAction: (
        "cloudtrail-service-event",
        ("detail", "serviceEventDetails", "lifecycleEventImageActions", 0),
    ),
    ImageIdOfTheAnswer: ("cloudtrail-api-call", ("detail", "responseElements", "imageIds", 0)),
    ImageIdOfTheRequest: ("cloudtrail-api-call", ("detail", "requestParameters", "imageIds", 0)),
    ImageOfAnyCloud: ("inspector-finding", ("detail", "resources", 0, "details", "image")),
    ImageOfTheAction: (
        "cloudtrail-service-event",
        ("detail", "serviceEventDetails", "lifecycleEventImageActions", 0, "lifecycleEventImage"),
    ),
    InspectorCoverageDetail: ("inspector-coverage", ("detail",)),
    InspectorCoverageEvent: ("inspector-coverage", ()),
    InspectorFindingDetail: ("inspector-finding", ("detail",)),
    InspectorFindingEvent: ("inspector-finding", ()),
    InspectorScanDetail: ("inspector-scan", ("detail",)),
    InspectorScanEvent: ("inspector-scan", ()),
    InspectorSeverityCounts: ("inspector-scan", ("detail", "finding-severity-counts")),
    LifecyclePolicy: (
        "cloudtrail-service-event",
        ("detail", "serviceEventDetails", "lifecycleEventPolicy"),
    ),
    LifecycleRule: (
        "cloudtrail-service-event",
        ("detail", "serviceEventDetails", "lifecycleEventPolicy", "lifecycleEventRules", 0),
    ),
    PackageVulnerabilityDetails: ("inspector-finding", ("detail", "packageVulnerabilityDetails")),
    PullThroughCacheDetail: ("pull-through-cache", ("detail",)),
    PullThroughCacheEvent: ("pull-through-cache", ()),
    PushDetail: ("push", ("detail",)),
    PushEvent: ("push", ()),
    Recommendation: ("inspector-finding", ("detail", "remediation", "recommendation")),
    ReferrerRestoreDetail: ("referrer-restore", ("detail",)),
    ReferrerRestoreEvent: ("referrer-restore", ()),
    Remediation: ("inspector-finding", ("detail", "remediation")),
    ReplicationDetail: ("replication", ("detail",)),
    ReplicationEvent: ("replication", ()),
    RequestParameters: ("cloudtrail-api-call", ("detail", "requestParameters")),
    ResourceDetails: ("inspector-finding", ("detail", "resources", 0, "details")),
    ResourceOfTheFinding: ("inspector-finding", ("detail", "resources", 0)),
    ResourceOfTheRecord: ("cloudtrail-api-call", ("detail", "resources", 0)),
    ResponseElements: ("cloudtrail-api-call", ("detail", "responseElements")),
    RestoreDetail: ("restore", ("detail",)),
    RestoreEvent: ("restore", ()),
    ScanDetail: ("scan", ("detail",)),
    ScanEvent: ("scan", ()),
    ScanResourceChangeDetail: ("scan-resource-change", ("detail",)),
    ScanResourceChangeEvent: ("scan-resource-change", ()),
    ServiceEventDetails: ("cloudtrail-service-event", ("detail", "serviceEventDetails")),
    UserIdentity: ("cloudtrail-api-call", ("detail", "userIdentity")),
}
"""The kind of each class, and its path within an event of the kind."""

from ecr_contracts.events.generate.hypothesis_plugin import register_models  # noqa: E402

register_models(PLACES)
