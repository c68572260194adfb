# generated, do not edit: python -m generators
# fingerprint of the schemas: 25f1498cf1fdfd8b

"""The events of Amazon ECR as pydantic models: they accept what the schemas accept."""

import re
from collections.abc import Callable, Mapping
from typing import Annotated, Any, Literal, Self, TypeAlias

from pydantic import BaseModel, ConfigDict, Field, field_validator, model_validator

__all__ = [
    "DeleteDetail",
    "DeleteEvent",
    "EcrEvent",
    "EcrModel",
    "FindingSeverityCounts",
    "PushDetail",
    "PushEvent",
    "ScanDetail",
    "ScanEvent",
]


_LONE_SURROGATE = re.compile("[\ud800-\udfff]")
_STAND_IN = "\uffff"
_LEVELS = 4  # of lists within lists: more than schemas describe, fewer than exhaust the stack


class EcrModel(BaseModel):
    """What every model does: accept exactly the JSON that its schema accepts, and lose nothing.

    An optional field that is None is absent. JSON's null is no absence: it is refused, as the
    schema refuses it. A constructor takes the fields by their names here or as the event spells
    them; events are only read as they are spelled. Unknown fields are kept in `model_extra`.
    """

    model_config = ConfigDict(extra="allow", regex_engine="python-re", strict=True)

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
        for name, field in type(self).model_fields.items():
            value = self.__dict__.get(name)
            if value is not None:
                fields[field.alias or name] = _event_of(value)
        return fields | (self.model_extra or {})

    @model_validator(mode="wrap")
    @classmethod
    def _keep_unknown_fields(cls, event: Any, handler: Callable[[Any], Self]) -> Self:
        """Keeps unknown fields from pydantic, which refuses some keys and mistakes others."""
        if not isinstance(event, dict):
            return handler(event)
        known = {field.alias or name for name, field in cls.model_fields.items()}
        described: dict[Any, Any] = {}
        unknown: dict[Any, Any] = {}
        for key, value in event.items():
            (described if key in known else unknown)[key] = value
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


class DeleteDetail(EcrModel):
    """Detail of a deletion."""

    result: str
    """How the action ended. A failed push says FAILURE (a failed replication says FAILED)."""
    repository_name: Annotated[str, Field(alias="repository-name", max_length=256, min_length=2)]
    """
    The repository's name without the registry. May hold slashes. Source: RepositoryName of the ECR API
    model.
    """
    image_digest: Annotated[str | None, Field(alias="image-digest")] = None
    """The digest of the image's manifest. AWS's printed samples show 60 digits where real ones have 64."""
    action_type: Annotated[Literal["DELETE"], Field(alias="action-type")]
    """What was done to the image."""
    image_tag: Annotated[str | None, Field(alias="image-tag", max_length=300)] = None
    """
    A name for the image. Source: ImageTag of the ECR API model (1 to 300 characters); the distribution
    grammar admits 128.
    """
    manifest_media_type: Annotated[str | None, Field(alias="manifest-media-type")] = None
    """
    The media type of the pushed manifest. In every capture since May 2023, in none before; the printed
    samples lack it.
    """
    artifact_media_type: Annotated[str | None, Field(alias="artifact-media-type")] = None
    """For an image the media type of its configuration, for other artifacts the artifact's type."""


class DeleteEvent(EcrModel):
    """
    An image was deleted. Whether removing one of several tags, deleting by digest, or a lifecycle
    policy sends this event is not documented. Source: ECR user guide, sample event for an image
    deletion; schema registry, ECRImageAction.
    """

    version: Literal["0"]
    """Always "0": AWS adds fields without changing it."""
    id: Annotated[
        str,
        Field(
            max_length=36,
            pattern="^[0-9A-Fa-f]{8}-[0-9A-Fa-f]{4}-[0-9A-Fa-f]{4}-[0-9A-Fa-f]{4}-[0-9A-Fa-f]{12}$",
        ),
    ]
    """
    Unique to the event. Laid out as a UUID, but its version and variant digits are arbitrary in real
    events; a replayed event keeps it.
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


class FindingSeverityCounts(EcrModel):
    """
    How many findings of each severity. Severities without findings may be missing or zero; the whole
    object may be missing.
    """

    CRITICAL: Annotated[int | None, Field(ge=0)] = None
    """Findings of severity CRITICAL."""
    HIGH: Annotated[int | None, Field(ge=0)] = None
    """Findings of severity HIGH."""
    MEDIUM: Annotated[int | None, Field(ge=0)] = None
    """Findings of severity MEDIUM."""
    LOW: Annotated[int | None, Field(ge=0)] = None
    """Findings of severity LOW."""
    INFORMATIONAL: Annotated[int | None, Field(ge=0)] = None
    """Findings of severity INFORMATIONAL."""
    UNDEFINED: Annotated[int | None, Field(ge=0)] = None
    """Findings of severity UNDEFINED."""


class PushDetail(EcrModel):
    """Detail of a push."""

    result: str
    """How the action ended. A failed push says FAILURE (a failed replication says FAILED)."""
    repository_name: Annotated[str, Field(alias="repository-name", max_length=256, min_length=2)]
    """
    The repository's name without the registry. May hold slashes. Source: RepositoryName of the ECR API
    model.
    """
    image_digest: Annotated[str | None, Field(alias="image-digest")] = None
    """The digest of the image's manifest. AWS's printed samples show 60 digits where real ones have 64."""
    action_type: Annotated[Literal["PUSH"], Field(alias="action-type")]
    """What was done to the image."""
    image_tag: Annotated[str | None, Field(alias="image-tag", max_length=300)] = None
    """
    A name for the image. Source: ImageTag of the ECR API model (1 to 300 characters); the distribution
    grammar admits 128.
    """
    manifest_media_type: Annotated[str | None, Field(alias="manifest-media-type")] = None
    """
    The media type of the pushed manifest. In every capture since May 2023, in none before; the printed
    samples lack it.
    """
    artifact_media_type: Annotated[str | None, Field(alias="artifact-media-type")] = None
    """For an image the media type of its configuration, for other artifacts the artifact's type."""


class PushEvent(EcrModel):
    """
    An image, or one manifest of it, was pushed. A push of a multi-platform image sends one event for
    each manifest, its children untagged. Source: ECR user guide, sample event for a completed image
    push; schema registry, ECRImageAction; captures of 2020 to 2025.
    """

    version: Literal["0"]
    """Always "0": AWS adds fields without changing it."""
    id: Annotated[
        str,
        Field(
            max_length=36,
            pattern="^[0-9A-Fa-f]{8}-[0-9A-Fa-f]{4}-[0-9A-Fa-f]{4}-[0-9A-Fa-f]{4}-[0-9A-Fa-f]{12}$",
        ),
    ]
    """
    Unique to the event. Laid out as a UUID, but its version and variant digits are arbitrary in real
    events; a replayed event keeps it.
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


class ScanDetail(EcrModel):
    """Detail of a basic scan."""

    scan_status: Annotated[str, Field(alias="scan-status")]
    """How the scan ended. Not `result`: that is a word of pushes."""
    repository_name: Annotated[str, Field(alias="repository-name", max_length=256, min_length=2)]
    """
    The repository's name without the registry. May hold slashes. Source: RepositoryName of the ECR API
    model.
    """
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
    """
    A basic scan of an image ended. Enhanced scanning sends other events, from aws.inspector2. Source:
    ECR user guide, sample event for a completed image scan; schema registry, ECRImageScan; captures of
    2020 to 2022.
    """

    version: Literal["0"]
    """Always "0": AWS adds fields without changing it."""
    id: Annotated[
        str,
        Field(
            max_length=36,
            pattern="^[0-9A-Fa-f]{8}-[0-9A-Fa-f]{4}-[0-9A-Fa-f]{4}-[0-9A-Fa-f]{4}-[0-9A-Fa-f]{12}$",
        ),
    ]
    """
    Unique to the event. Laid out as a UUID, but its version and variant digits are arbitrary in real
    events; a replayed event keeps it.
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


EcrEvent: TypeAlias = DeleteEvent | PushEvent | ScanEvent
"""An event of any kind."""

# --- What follows is for ecr-contracts itself; `ecr-contracts models` leaves it out. ---
PLACES: dict[type, tuple[str, tuple[str | int, ...]]] = {
    DeleteDetail: ("delete", ("detail",)),
    DeleteEvent: ("delete", ()),
    FindingSeverityCounts: ("scan", ("detail", "finding-severity-counts")),
    PushDetail: ("push", ("detail",)),
    PushEvent: ("push", ()),
    ScanDetail: ("scan", ("detail",)),
    ScanEvent: ("scan", ()),
}
"""The kind of each class, and its path within an event of the kind."""

from ecr_contracts.events.generate.hypothesis_plugin import register_models  # noqa: E402

register_models(PLACES)
