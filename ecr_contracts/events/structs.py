# generated, do not edit: python -m generators
# fingerprint of the schemas: 3bfda3bcfde7fe2a

"""The events of Amazon ECR as Structs of msgspec: they take what the schemas take."""

from collections.abc import Mapping
from functools import cache
from typing import Annotated, Any, Literal, Self, TypeAlias, get_args

from msgspec import UNSET, Meta, Struct, UnsetType, ValidationError, convert, field
from msgspec.structs import fields, replace

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
    "EcrStruct",
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


class EcrStruct(Struct, kw_only=True, dict=True):
    """What every class does: take the JSON that its schema accepts, and lose nothing.

    A constructor does not judge what it is given; `from_event` does. An optional field that is
    UNSET is absent. `msgspec.json.decode(text, type=…)` works too, but drops what the schema does
    not know.
    """

    @classmethod
    def from_event(cls, event: Any) -> Self:
        """The event, which stays as it is. Raises ValidationError for one that is refused."""
        try:
            struct = convert(_described(event, cls), cls)
        except UnicodeEncodeError as error:  # a lone surrogate where msgspec looks for a word
            raise ValidationError(f"{error.object!a} is not what was expected") from error
        _keep_unknown(struct, event)
        return struct

    def to_event(self) -> dict[str, Any]:
        """The event as it came: the fields of the schema in its order, then the unknown ones."""
        event: dict[str, Any] = {}
        for one in fields(self):
            value = getattr(self, one.name)
            if value is not UNSET:
                event[one.encode_name] = _written(value)
        return event | self.unknown

    @property
    def unknown(self) -> dict[str, Any]:
        """What the event has and the schema does not know."""
        kept: dict[str, Any] = vars(self).get("_unknown", {})
        return kept

    def get(self, key: str, default: Any = None) -> Any:
        """What the event has at a key, as the event spells it, or the default where it has none."""
        for one in fields(self):
            if one.encode_name == key:
                value = getattr(self, one.name)
                return default if value is UNSET else value
        return self.unknown.get(key, default)

    def __copy__(self) -> Self:
        again = replace(self)
        vars(again).update(vars(self))
        return again

    def __reduce__(self) -> Any:
        values = {name: getattr(self, name) for name in self.__struct_fields__}
        return _again, (type(self), values, dict(vars(self)))


def _again(cls: type[EcrStruct], values: dict[str, Any], kept: dict[str, Any]) -> EcrStruct:
    """A Struct as it was before it was pickled or copied, with what it keeps beside its fields."""
    struct = cls(**values)
    vars(struct).update(kept)
    return struct


@cache
def _inner(cls: type[EcrStruct]) -> dict[str, tuple[str, type[EcrStruct] | None]]:
    """By key of an event: the field's name, and the class of what stands there, if any."""
    return {one.encode_name: (one.name, _class_in(one.type)) for one in fields(cls)}


def _class_in(hint: Any) -> type[EcrStruct] | None:
    """The class that a type has, or that of the elements of its lists."""
    if isinstance(hint, type) and issubclass(hint, EcrStruct):
        return hint
    found = (_class_in(argument) for argument in get_args(hint))
    return next((cls for cls in found if cls is not None), None)


def _described(value: Any, cls: type[EcrStruct] | None, levels: int = _LEVELS) -> Any:
    """The value as msgspec takes it: without what the schema does not know, 1.0 as an integer."""
    if isinstance(value, float) and value.is_integer():
        return int(value)
    if isinstance(value, list) and levels:
        return [_described(element, cls, levels - 1) for element in value]
    if cls is None or not isinstance(value, dict):
        return value
    inner = _inner(cls)
    return {key: _described(part, inner[key][1]) for key, part in value.items() if key in inner}


def _keep_unknown(taken: Any, value: Any) -> None:
    """Puts into each Struct what its part of the event has beside it."""
    if isinstance(taken, list) and isinstance(value, list):
        for struct, element in zip(taken, value, strict=True):
            _keep_unknown(struct, element)
        return
    if not isinstance(taken, EcrStruct):
        return
    inner = _inner(type(taken))
    unknown: dict[str, Any] = {}
    for key, part in value.items():
        if key not in inner:
            unknown[key] = part
        elif inner[key][1] is not None:
            _keep_unknown(getattr(taken, inner[key][0]), part)
    if unknown:
        vars(taken)["_unknown"] = unknown


def _written(value: Any, levels: int = _LEVELS) -> Any:
    """The value with events, as they came, for the classes within it."""
    if isinstance(value, EcrStruct):
        return value.to_event()
    if isinstance(value, list) and levels:
        return [_written(element, levels - 1) for element in value]
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


class AnsweredImageId(EcrStruct, kw_only=True):
    """An image by its digest and one of its tags."""

    image_digest: (
        Annotated[
            str,
            Meta(
                description="The digest of the image's manifest. AWS's printed samples show 60 digits where real ones have 64."
            ),
        ]
        | UnsetType
    ) = field(name="imageDigest", default=UNSET)
    """The digest of the image's manifest. AWS's printed samples show 60 digits where real ones have 64."""
    image_tag: (
        Annotated[
            str,
            Meta(
                description="A name for the image. The ECR API admits 300 characters, the grammar of the distribution\nspecification 128.",
                max_length=300,
            ),
        ]
        | UnsetType
    ) = field(name="imageTag", default=UNSET)
    """
    A name for the image. The ECR API admits 300 characters, the grammar of the distribution
    specification 128.
    """


class AnsweredRepository(EcrStruct, kw_only=True):
    """The repository that was created or deleted."""

    repository_name: (
        Annotated[
            str,
            Meta(
                description="The repository's name without the registry. May hold slashes.",
                max_length=256,
                min_length=2,
            ),
        ]
        | UnsetType
    ) = field(name="repositoryName", default=UNSET)
    """The repository's name without the registry. May hold slashes."""
    repository_arn: Annotated[str, Meta(description="The ARN of the repository.")] | UnsetType = (
        field(name="repositoryArn", default=UNSET)
    )
    """The ARN of the repository."""
    repository_uri: (
        Annotated[str, Meta(description="The place of the repository, as docker takes it.")]
        | UnsetType
    ) = field(name="repositoryUri", default=UNSET)
    """The place of the repository, as docker takes it."""
    registry_id: (
        Annotated[str, Meta(description="The account that the repository belongs to.")] | UnsetType
    ) = field(name="registryId", default=UNSET)
    """The account that the repository belongs to."""
    created_at: (
        Annotated[str, Meta(description="When it was created: not ISO 8601.")] | UnsetType
    ) = field(name="createdAt", default=UNSET)
    """When it was created: not ISO 8601."""


class ArchiveDetail(EcrStruct, kw_only=True):
    """Detail of an image archived."""

    result: Annotated[
        str,
        Meta(
            description="How the action ended. A failed push says FAILURE, a failed replication FAILED; of this action no\nfailure is printed."
        ),
    ]
    """
    How the action ended. A failed push says FAILURE, a failed replication FAILED; of this action no
    failure is printed.
    """
    repository_name: Annotated[
        str,
        Meta(
            description="The repository's name without the registry. May hold slashes.",
            max_length=256,
            min_length=2,
        ),
    ] = field(name="repository-name")
    """The repository's name without the registry. May hold slashes."""
    image_digest: (
        Annotated[
            str,
            Meta(
                description="The digest of the image's manifest. AWS's printed samples show 60 digits where real ones have 64."
            ),
        ]
        | UnsetType
    ) = field(name="image-digest", default=UNSET)
    """The digest of the image's manifest. AWS's printed samples show 60 digits where real ones have 64."""
    action_type: Annotated[
        Literal["UPDATE_STORAGE_CLASS"],
        Meta(description="What was done: neither a push nor a deletion."),
    ] = field(name="action-type")
    """What was done: neither a push nor a deletion."""
    target_storage_class: Annotated[
        Literal["ARCHIVE"],
        Meta(description="ARCHIVE: the image was archived. STANDARD: it was restored."),
    ] = field(name="target-storage-class")
    """ARCHIVE: the image was archived. STANDARD: it was restored."""
    image_tag: (
        Annotated[
            str,
            Meta(
                description="The printed sample has none; the registry says that it may be there.",
                max_length=300,
            ),
        ]
        | UnsetType
    ) = field(name="image-tag", default=UNSET)
    """The printed sample has none; the registry says that it may be there."""
    manifest_media_type: (
        Annotated[
            str,
            Meta(
                description="The media type of the image's manifest. In every push captured since May 2023, in none before; AWS's\nsamples of pushes and deletions lack it."
            ),
        ]
        | UnsetType
    ) = field(name="manifest-media-type", default=UNSET)
    """
    The media type of the image's manifest. In every push captured since May 2023, in none before; AWS's
    samples of pushes and deletions lack it.
    """
    artifact_media_type: (
        Annotated[
            str,
            Meta(
                description="For an image the media type of its configuration, for other artifacts the artifact's type."
            ),
        ]
        | UnsetType
    ) = field(name="artifact-media-type", default=UNSET)
    """For an image the media type of its configuration, for other artifacts the artifact's type."""


class ArchiveEvent(EcrStruct, kw_only=True):
    """
    An image was moved to the archive storage class. It is an image action that is neither a push nor a
    deletion, and names no tag. Archived images are not scanned. Never captured.
    """

    version: Annotated[
        Literal["0"], Meta(description='Always "0": AWS adds fields without changing it.')
    ]
    """Always "0": AWS adds fields without changing it."""
    id: Annotated[
        str,
        Meta(
            description="Unique to the event. Laid out as a UUID, but its version and variant digits are arbitrary in real\nevents; a replayed event keeps it. Ids of AWS's printed samples may end in EXAMPLE and hold letters\nthat are no digits.",
            max_length=36,
            pattern="^[0-9A-Za-z]{8}-[0-9A-Za-z]{4}-[0-9A-Za-z]{4}-[0-9A-Za-z]{4}-([0-9A-Za-z]{12}|[0-9A-Za-z]{0,4}EXAMPLE)$",
        ),
    ]
    """
    Unique to the event. Laid out as a UUID, but its version and variant digits are arbitrary in real
    events; a replayed event keeps it. Ids of AWS's printed samples may end in EXAMPLE and hold letters
    that are no digits.
    """
    detail_type: Annotated[
        Literal["ECR Image Action"], Meta(description="The family the event belongs to, in words.")
    ] = field(name="detail-type")
    """The family the event belongs to, in words."""
    source: Annotated[Literal["aws.ecr"], Meta(description="The service that sent the event.")]
    """The service that sent the event."""
    account: Annotated[
        str,
        Meta(
            description="The 12 digits of the account that owns the resource. A string: it may begin with a zero.",
            max_length=12,
            pattern="^[0-9]{12}$",
        ),
    ]
    """The 12 digits of the account that owns the resource. A string: it may begin with a zero."""
    time: Annotated[
        str,
        Meta(
            description="When the service sent the event: RFC 3339, whole seconds, UTC. It may lie before the arrival by\nminutes.",
            max_length=20,
            pattern="^[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}Z$",
        ),
    ]
    """
    When the service sent the event: RFC 3339, whole seconds, UTC. It may lie before the arrival by
    minutes.
    """
    region: Annotated[
        str,
        Meta(
            description="Where the event was sent from. Names of four letters (eusc-de-east-1) and with two dashes before the\nnumber (us-gov-west-1) exist.",
            min_length=1,
        ),
    ]
    """
    Where the event was sent from. Names of four letters (eusc-de-east-1) and with two dashes before the
    number (us-gov-west-1) exist.
    """
    replay_name: (
        Annotated[
            str,
            Meta(
                description="The replay that sent the event again from an archive; only on replayed events."
            ),
        ]
        | UnsetType
    ) = field(name="replay-name", default=UNSET)
    """The replay that sent the event again from an archive; only on replayed events."""
    resources: Annotated[
        list[Annotated[str, Meta(max_length=2048)]],
        Meta(
            description="ARNs that the event is about. The sending service decides; the key is always there, the list is\noften empty."
        ),
    ]
    """
    ARNs that the event is about. The sending service decides; the key is always there, the list is
    often empty.
    """
    detail: ArchiveDetail


class ArtifactActionEvent(EcrStruct, kw_only=True):
    """
    Something was done to an artifact. AWS names the detail-type and prints nothing of the event: the
    detail is opaque here, and anything in it is admitted. Not in the schema registry, never captured.
    """

    version: Annotated[
        Literal["0"], Meta(description='Always "0": AWS adds fields without changing it.')
    ]
    """Always "0": AWS adds fields without changing it."""
    id: Annotated[
        str,
        Meta(
            description="Unique to the event. Laid out as a UUID, but its version and variant digits are arbitrary in real\nevents; a replayed event keeps it. Ids of AWS's printed samples may end in EXAMPLE and hold letters\nthat are no digits.",
            max_length=36,
            pattern="^[0-9A-Za-z]{8}-[0-9A-Za-z]{4}-[0-9A-Za-z]{4}-[0-9A-Za-z]{4}-([0-9A-Za-z]{12}|[0-9A-Za-z]{0,4}EXAMPLE)$",
        ),
    ]
    """
    Unique to the event. Laid out as a UUID, but its version and variant digits are arbitrary in real
    events; a replayed event keeps it. Ids of AWS's printed samples may end in EXAMPLE and hold letters
    that are no digits.
    """
    detail_type: Annotated[
        Literal["ECR Artifact Action"],
        Meta(description="The family the event belongs to, in words."),
    ] = field(name="detail-type")
    """The family the event belongs to, in words."""
    source: Annotated[Literal["aws.ecr"], Meta(description="The service that sent the event.")]
    """The service that sent the event."""
    account: Annotated[
        str,
        Meta(
            description="The 12 digits of the account that owns the resource. A string: it may begin with a zero.",
            max_length=12,
            pattern="^[0-9]{12}$",
        ),
    ]
    """The 12 digits of the account that owns the resource. A string: it may begin with a zero."""
    time: Annotated[
        str,
        Meta(
            description="When the service sent the event: RFC 3339, whole seconds, UTC. It may lie before the arrival by\nminutes.",
            max_length=20,
            pattern="^[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}Z$",
        ),
    ]
    """
    When the service sent the event: RFC 3339, whole seconds, UTC. It may lie before the arrival by
    minutes.
    """
    region: Annotated[
        str,
        Meta(
            description="Where the event was sent from. Names of four letters (eusc-de-east-1) and with two dashes before the\nnumber (us-gov-west-1) exist.",
            min_length=1,
        ),
    ]
    """
    Where the event was sent from. Names of four letters (eusc-de-east-1) and with two dashes before the
    number (us-gov-west-1) exist.
    """
    replay_name: (
        Annotated[
            str,
            Meta(
                description="The replay that sent the event again from an archive; only on replayed events."
            ),
        ]
        | UnsetType
    ) = field(name="replay-name", default=UNSET)
    """The replay that sent the event again from an archive; only on replayed events."""
    resources: Annotated[
        list[Annotated[str, Meta(max_length=2048)]],
        Meta(
            description="ARNs that the event is about. The sending service decides; the key is always there, the list is\noften empty."
        ),
    ]
    """
    ARNs that the event is about. The sending service decides; the key is always there, the list is
    often empty.
    """
    detail: Annotated[dict[str, Any], Meta(description="Nothing is known of it.")]
    """Nothing is known of it."""


class ChangedRepository(EcrStruct, kw_only=True):
    """One repository and its frequencies."""

    repository_name: Annotated[
        str,
        Meta(
            description="The repository's name without the registry. May hold slashes.",
            max_length=256,
            min_length=2,
        ),
    ] = field(name="repository-name")
    """The repository's name without the registry. May hold slashes."""
    repository_arn: Annotated[
        str,
        Meta(
            description="The ARN of the repository; its name begins behind the first `repository/`."
        ),
    ] = field(name="repository-arn")
    """The ARN of the repository; its name begins behind the first `repository/`."""
    scan_frequency: Annotated[str, Meta(description="How often it is scanned now.")] | UnsetType = (
        field(name="scan-frequency", default=UNSET)
    )
    """How often it is scanned now."""
    previous_scan_frequency: (
        Annotated[str, Meta(description="How often it was scanned before.")] | UnsetType
    ) = field(name="previous-scan-frequency", default=UNSET)
    """How often it was scanned before."""


class ContainerImage(EcrStruct, kw_only=True):
    """The image. Its repository's name is plain here, no ARN."""

    repository_name: Annotated[
        str,
        Meta(
            description="The repository's name without the registry. May hold slashes.",
            max_length=256,
            min_length=2,
        ),
    ] = field(name="repositoryName")
    """The repository's name without the registry. May hold slashes."""
    image_hash: Annotated[
        str,
        Meta(
            description="The digest of the image's manifest. AWS's printed samples show 60 digits where real ones have 64."
        ),
    ] = field(name="imageHash")
    """The digest of the image's manifest. AWS's printed samples show 60 digits where real ones have 64."""
    image_tags: (
        Annotated[
            list[
                Annotated[
                    str,
                    Meta(
                        description="A name for the image. The ECR API admits 300 characters, the grammar of the distribution\nspecification 128.",
                        max_length=300,
                    ),
                ]
            ],
            Meta(description="All tags of the image; empty or missing when it has none."),
        ]
        | UnsetType
    ) = field(name="imageTags", default=UNSET)
    """All tags of the image; empty or missing when it has none."""
    registry: Annotated[str, Meta(description="The account of the registry.")]
    """The account of the registry."""
    architecture: (
        Annotated[str, Meta(description="The processor that the image is for.")] | UnsetType
    ) = UNSET
    """The processor that the image is for."""
    platform: Annotated[str, Meta(description="The operating system of the image.")] | UnsetType = (
        UNSET
    )
    """The operating system of the image."""
    pushed_at: (
        Annotated[
            str,
            Meta(
                description="When the image was pushed. Not ISO 8601, and in two forms in AWS's own samples."
            ),
        ]
        | UnsetType
    ) = field(name="pushedAt", default=UNSET)
    """When the image was pushed. Not ISO 8601, and in two forms in AWS's own samples."""
    in_use_count: (
        Annotated[
            int,
            Meta(
                description="How many clusters run the image; in the ECR guide's sample, not in Inspector's.",
                ge=0,
            ),
        ]
        | UnsetType
    ) = field(name="inUseCount", default=UNSET)
    """How many clusters run the image; in the ECR guide's sample, not in Inspector's."""


class CoverageStatus(EcrStruct, kw_only=True):
    """Whether it is scanned, and why not."""

    reason: Annotated[str, Meta(description="Why; the API has some forty values.")]
    """Why; the API has some forty values."""
    status_code_value: Annotated[str, Meta(description="ACTIVE or INACTIVE.")] = field(
        name="statusCodeValue"
    )
    """ACTIVE or INACTIVE."""


class DeleteDetail(EcrStruct, kw_only=True):
    """Detail of a deletion."""

    result: Annotated[
        str,
        Meta(
            description="How the action ended. A failed push says FAILURE (a failed replication says FAILED)."
        ),
    ]
    """How the action ended. A failed push says FAILURE (a failed replication says FAILED)."""
    repository_name: Annotated[
        str,
        Meta(
            description="The repository's name without the registry. May hold slashes.",
            max_length=256,
            min_length=2,
        ),
    ] = field(name="repository-name")
    """The repository's name without the registry. May hold slashes."""
    image_digest: (
        Annotated[
            str,
            Meta(
                description="The digest of the image's manifest. AWS's printed samples show 60 digits where real ones have 64."
            ),
        ]
        | UnsetType
    ) = field(name="image-digest", default=UNSET)
    """The digest of the image's manifest. AWS's printed samples show 60 digits where real ones have 64."""
    action_type: Annotated[Literal["DELETE"], Meta(description="What was done to the image.")] = (
        field(name="action-type")
    )
    """What was done to the image."""
    image_tag: (
        Annotated[
            str,
            Meta(
                description="A name for the image. The ECR API admits 300 characters, the grammar of the distribution\nspecification 128.",
                max_length=300,
            ),
        ]
        | UnsetType
    ) = field(name="image-tag", default=UNSET)
    """
    A name for the image. The ECR API admits 300 characters, the grammar of the distribution
    specification 128.
    """
    manifest_media_type: (
        Annotated[
            str,
            Meta(
                description="The media type of the image's manifest. In every push captured since May 2023, in none before; AWS's\nsamples of pushes and deletions lack it."
            ),
        ]
        | UnsetType
    ) = field(name="manifest-media-type", default=UNSET)
    """
    The media type of the image's manifest. In every push captured since May 2023, in none before; AWS's
    samples of pushes and deletions lack it.
    """
    artifact_media_type: (
        Annotated[
            str,
            Meta(
                description="For an image the media type of its configuration, for other artifacts the artifact's type."
            ),
        ]
        | UnsetType
    ) = field(name="artifact-media-type", default=UNSET)
    """For an image the media type of its configuration, for other artifacts the artifact's type."""


class DeleteEvent(EcrStruct, kw_only=True):
    """
    An image was deleted. Whether removing one of several tags, deleting by digest, or a lifecycle
    policy sends this event is not documented. Since 2026 a replication rule may replicate deletions,
    off by default; which event the destination sends is stated nowhere. Never captured.
    """

    version: Annotated[
        Literal["0"], Meta(description='Always "0": AWS adds fields without changing it.')
    ]
    """Always "0": AWS adds fields without changing it."""
    id: Annotated[
        str,
        Meta(
            description="Unique to the event. Laid out as a UUID, but its version and variant digits are arbitrary in real\nevents; a replayed event keeps it. Ids of AWS's printed samples may end in EXAMPLE and hold letters\nthat are no digits.",
            max_length=36,
            pattern="^[0-9A-Za-z]{8}-[0-9A-Za-z]{4}-[0-9A-Za-z]{4}-[0-9A-Za-z]{4}-([0-9A-Za-z]{12}|[0-9A-Za-z]{0,4}EXAMPLE)$",
        ),
    ]
    """
    Unique to the event. Laid out as a UUID, but its version and variant digits are arbitrary in real
    events; a replayed event keeps it. Ids of AWS's printed samples may end in EXAMPLE and hold letters
    that are no digits.
    """
    detail_type: Annotated[
        Literal["ECR Image Action"], Meta(description="The family the event belongs to, in words.")
    ] = field(name="detail-type")
    """The family the event belongs to, in words."""
    source: Annotated[Literal["aws.ecr"], Meta(description="The service that sent the event.")]
    """The service that sent the event."""
    account: Annotated[
        str,
        Meta(
            description="The 12 digits of the account that owns the resource. A string: it may begin with a zero.",
            max_length=12,
            pattern="^[0-9]{12}$",
        ),
    ]
    """The 12 digits of the account that owns the resource. A string: it may begin with a zero."""
    time: Annotated[
        str,
        Meta(
            description="When the service sent the event: RFC 3339, whole seconds, UTC. It may lie before the arrival by\nminutes.",
            max_length=20,
            pattern="^[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}Z$",
        ),
    ]
    """
    When the service sent the event: RFC 3339, whole seconds, UTC. It may lie before the arrival by
    minutes.
    """
    region: Annotated[
        str,
        Meta(
            description="Where the event was sent from. Names of four letters (eusc-de-east-1) and with two dashes before the\nnumber (us-gov-west-1) exist.",
            min_length=1,
        ),
    ]
    """
    Where the event was sent from. Names of four letters (eusc-de-east-1) and with two dashes before the
    number (us-gov-west-1) exist.
    """
    replay_name: (
        Annotated[
            str,
            Meta(
                description="The replay that sent the event again from an archive; only on replayed events."
            ),
        ]
        | UnsetType
    ) = field(name="replay-name", default=UNSET)
    """The replay that sent the event again from an archive; only on replayed events."""
    resources: Annotated[
        list[Annotated[str, Meta(max_length=2048)]],
        Meta(
            description="ARNs that the event is about. The sending service decides; the key is always there, the list is\noften empty."
        ),
    ]
    """
    ARNs that the event is about. The sending service decides; the key is always there, the list is
    often empty.
    """
    detail: DeleteDetail


class Failure(EcrStruct, kw_only=True):
    """Why an image could not be expired."""

    failure_code: Annotated[str, Meta(description="Why.")] | UnsetType = field(
        name="failureCode", default=UNSET
    )
    """Why."""
    failure_reason: Annotated[str, Meta(description="Why, in words.")] | UnsetType = field(
        name="failureReason", default=UNSET
    )
    """Why, in words."""


class FindingSeverityCounts(EcrStruct, kw_only=True):
    """
    How many findings of each severity. Severities without findings may be missing or zero; the whole
    object may be missing.
    """

    critical: (
        Annotated[int, Meta(description="Findings of severity CRITICAL.", ge=0)] | UnsetType
    ) = field(name="CRITICAL", default=UNSET)
    """Findings of severity CRITICAL."""
    high: Annotated[int, Meta(description="Findings of severity HIGH.", ge=0)] | UnsetType = field(
        name="HIGH", default=UNSET
    )
    """Findings of severity HIGH."""
    medium: Annotated[int, Meta(description="Findings of severity MEDIUM.", ge=0)] | UnsetType = (
        field(name="MEDIUM", default=UNSET)
    )
    """Findings of severity MEDIUM."""
    low: Annotated[int, Meta(description="Findings of severity LOW.", ge=0)] | UnsetType = field(
        name="LOW", default=UNSET
    )
    """Findings of severity LOW."""
    informational: (
        Annotated[int, Meta(description="Findings of severity INFORMATIONAL.", ge=0)] | UnsetType
    ) = field(name="INFORMATIONAL", default=UNSET)
    """Findings of severity INFORMATIONAL."""
    undefined: (
        Annotated[int, Meta(description="Findings of severity UNDEFINED.", ge=0)] | UnsetType
    ) = field(name="UNDEFINED", default=UNSET)
    """Findings of severity UNDEFINED."""


class ImageIdOfTheAnswer(EcrStruct, kw_only=True):
    """An image by its digest and one of its tags."""

    image_digest: (
        Annotated[
            str,
            Meta(
                description="The digest of the image's manifest. AWS's printed samples show 60 digits where real ones have 64."
            ),
        ]
        | UnsetType
    ) = field(name="imageDigest", default=UNSET)
    """The digest of the image's manifest. AWS's printed samples show 60 digits where real ones have 64."""
    image_tag: (
        Annotated[
            str,
            Meta(
                description="A name for the image. The ECR API admits 300 characters, the grammar of the distribution\nspecification 128.",
                max_length=300,
            ),
        ]
        | UnsetType
    ) = field(name="imageTag", default=UNSET)
    """
    A name for the image. The ECR API admits 300 characters, the grammar of the distribution
    specification 128.
    """


class ImageIdOfTheRequest(EcrStruct, kw_only=True):
    """An image by its digest and one of its tags."""

    image_digest: (
        Annotated[
            str, Meta(description="The digest of the image's manifest, where the call names it.")
        ]
        | UnsetType
    ) = field(name="imageDigest", default=UNSET)
    """The digest of the image's manifest, where the call names it."""
    image_tag: (
        Annotated[
            str,
            Meta(
                description="A name for the image. The ECR API admits 300 characters, the grammar of the distribution\nspecification 128.",
                max_length=300,
            ),
        ]
        | UnsetType
    ) = field(name="imageTag", default=UNSET)
    """
    A name for the image. The ECR API admits 300 characters, the grammar of the distribution
    specification 128.
    """


class ImageOfAnyCloud(EcrStruct, kw_only=True):
    """An image in the words for all clouds, since 2026: alone for images of other clouds."""

    repository_name: Annotated[str, Meta(description="The name of the repository.")] | UnsetType = (
        field(name="repositoryName", default=UNSET)
    )
    """The name of the repository."""
    registry: (
        Annotated[str, Meta(description="The host of the registry, where that is not ECR.")]
        | UnsetType
    ) = UNSET
    """The host of the registry, where that is not ECR."""
    image_tags: (
        Annotated[list[str], Meta(description="All tags of the image.", max_length=1, min_length=1)]
        | UnsetType
    ) = field(name="imageTags", default=UNSET)
    """All tags of the image."""
    image_digest: (
        Annotated[
            str,
            Meta(
                description="The digest of the image's manifest: called imageHash for images of ECR."
            ),
        ]
        | UnsetType
    ) = field(name="imageDigest", default=UNSET)
    """The digest of the image's manifest: called imageHash for images of ECR."""


class ImageOfTheAction(EcrStruct, kw_only=True):
    """The image; up to 100 of its tags are listed."""

    digest: (
        Annotated[
            str,
            Meta(
                description="The digest of the image's manifest. AWS's printed samples show 60 digits where real ones have 64."
            ),
        ]
        | UnsetType
    ) = UNSET
    """The digest of the image's manifest. AWS's printed samples show 60 digits where real ones have 64."""
    tag_status: Annotated[str, Meta(description="Whether it has tags.")] | UnsetType = field(
        name="tagStatus", default=UNSET
    )
    """Whether it has tags."""
    tag_list: (
        Annotated[list[str], Meta(description="The tags of the image: up to 100 are listed.")]
        | UnsetType
    ) = field(name="tagList", default=UNSET)
    """The tags of the image: up to 100 are listed."""
    pushed_at: Annotated[int, Meta(description="Milliseconds since 1970.")] | UnsetType = field(
        name="pushedAt", default=UNSET
    )
    """Milliseconds since 1970."""


class InspectorCoverageDetail(EcrStruct, kw_only=True):
    """Detail of a change of coverage."""

    scan_status: CoverageStatus = field(name="scanStatus")
    scan_type: Annotated[str, Meta(description="What is scanned for.")] | UnsetType = field(
        name="scanType", default=UNSET
    )
    """What is scanned for."""
    provider: (
        Annotated[
            str, Meta(description="The cloud of the resource, since 2026: AWS for images of ECR.")
        ]
        | UnsetType
    ) = UNSET
    """The cloud of the resource, since 2026: AWS for images of ECR."""
    provider_account_id: (
        Annotated[str, Meta(description="The account in that cloud: in AWS the envelope's.")]
        | UnsetType
    ) = field(name="providerAccountId", default=UNSET)
    """The account in that cloud: in AWS the envelope's."""
    provider_region: (
        Annotated[str, Meta(description="The region in that cloud: in AWS the envelope's.")]
        | UnsetType
    ) = field(name="providerRegion", default=UNSET)
    """The region in that cloud: in AWS the envelope's."""
    event_timestamp: (
        Annotated[str, Meta(description="When it changed, with microseconds.")] | UnsetType
    ) = field(name="eventTimestamp", default=UNSET)
    """When it changed, with microseconds."""
    version: Annotated[str, Meta(description="The version of the detail.")] | UnsetType = UNSET
    """The version of the detail."""


class InspectorCoverageEvent(EcrStruct, kw_only=True):
    """
    Enhanced scanning by Amazon Inspector: whether a resource is scanned has changed. The same detail-
    type comes for EC2 instances and Lambda functions; nothing but the envelope's resources tells. Since
    2026 provider, providerAccountId and providerRegion say which cloud it is of; events of other clouds
    are admitted, and not generated. Not in the schema registry, never captured.
    """

    version: Annotated[
        Literal["0"], Meta(description='Always "0": AWS adds fields without changing it.')
    ]
    """Always "0": AWS adds fields without changing it."""
    id: Annotated[
        str,
        Meta(
            description="Unique to the event. Laid out as a UUID, but its version and variant digits are arbitrary in real\nevents; a replayed event keeps it. Ids of AWS's printed samples may end in EXAMPLE and hold letters\nthat are no digits.",
            max_length=36,
            pattern="^[0-9A-Za-z]{8}-[0-9A-Za-z]{4}-[0-9A-Za-z]{4}-[0-9A-Za-z]{4}-([0-9A-Za-z]{12}|[0-9A-Za-z]{0,4}EXAMPLE)$",
        ),
    ]
    """
    Unique to the event. Laid out as a UUID, but its version and variant digits are arbitrary in real
    events; a replayed event keeps it. Ids of AWS's printed samples may end in EXAMPLE and hold letters
    that are no digits.
    """
    detail_type: Annotated[
        Literal["Inspector2 Coverage"],
        Meta(description="The family the event belongs to, in words."),
    ] = field(name="detail-type")
    """The family the event belongs to, in words."""
    source: Annotated[
        Literal["aws.inspector2"], Meta(description="The service that sent the event.")
    ]
    """The service that sent the event."""
    account: Annotated[
        str,
        Meta(
            description="The 12 digits of the account that owns the resource. A string: it may begin with a zero.",
            max_length=12,
            pattern="^[0-9]{12}$",
        ),
    ]
    """The 12 digits of the account that owns the resource. A string: it may begin with a zero."""
    time: Annotated[
        str,
        Meta(
            description="When the service sent the event: RFC 3339, whole seconds, UTC. It may lie before the arrival by\nminutes.",
            max_length=20,
            pattern="^[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}Z$",
        ),
    ]
    """
    When the service sent the event: RFC 3339, whole seconds, UTC. It may lie before the arrival by
    minutes.
    """
    region: Annotated[
        str,
        Meta(
            description="Where the event was sent from. Names of four letters (eusc-de-east-1) and with two dashes before the\nnumber (us-gov-west-1) exist.",
            min_length=1,
        ),
    ]
    """
    Where the event was sent from. Names of four letters (eusc-de-east-1) and with two dashes before the
    number (us-gov-west-1) exist.
    """
    replay_name: (
        Annotated[
            str,
            Meta(
                description="The replay that sent the event again from an archive; only on replayed events."
            ),
        ]
        | UnsetType
    ) = field(name="replay-name", default=UNSET)
    """The replay that sent the event again from an archive; only on replayed events."""
    resources: Annotated[
        list[Annotated[str, Meta(max_length=2048)]],
        Meta(
            description="ARNs that the event is about. The sending service decides; the key is always there, the list is\noften empty."
        ),
    ]
    """
    ARNs that the event is about. The sending service decides; the key is always there, the list is
    often empty.
    """
    detail: InspectorCoverageDetail


class InspectorSeverityCounts(EcrStruct, kw_only=True):
    """
    How many findings of each severity, and of all in TOTAL, which also counts severities that are not
    listed.
    """

    critical: (
        Annotated[int, Meta(description="Findings of severity CRITICAL.", ge=0)] | UnsetType
    ) = field(name="CRITICAL", default=UNSET)
    """Findings of severity CRITICAL."""
    high: Annotated[int, Meta(description="Findings of severity HIGH.", ge=0)] | UnsetType = field(
        name="HIGH", default=UNSET
    )
    """Findings of severity HIGH."""
    medium: Annotated[int, Meta(description="Findings of severity MEDIUM.", ge=0)] | UnsetType = (
        field(name="MEDIUM", default=UNSET)
    )
    """Findings of severity MEDIUM."""
    total: (
        Annotated[
            int, Meta(description="All findings: the severities that are listed, and more.", ge=0)
        ]
        | UnsetType
    ) = field(name="TOTAL", default=UNSET)
    """All findings: the severities that are listed, and more."""


class LifecycleRule(EcrStruct, kw_only=True):
    """One rule of the policy."""

    rule_priority: Annotated[int, Meta(description="The order of the rules.")] | UnsetType = field(
        name="rulePriority", default=UNSET
    )
    """The order of the rules."""
    description: Annotated[str, Meta(description="What the rule is for.")] | UnsetType = UNSET
    """What the rule is for."""
    action: Annotated[str, Meta(description="What is done with the images.")] | UnsetType = UNSET
    """What is done with the images."""


class PackageVulnerabilityDetails(EcrStruct, kw_only=True):
    """The vulnerability and the packages that have it."""

    source: Annotated[str, Meta(description="Who told of the vulnerability.")]
    """Who told of the vulnerability."""
    vulnerability_id: Annotated[str, Meta(description="The name of the vulnerability.")] = field(
        name="vulnerabilityId"
    )
    """The name of the vulnerability."""


class PullThroughCacheDetail(EcrStruct, kw_only=True):
    """Detail of a synchronisation with an upstream registry."""

    rule_version: (
        Annotated[
            str,
            Meta(description="The version of the rule: a string. The registry does not have it."),
        ]
        | UnsetType
    ) = field(name="rule-version", default=UNSET)
    """The version of the rule: a string. The registry does not have it."""
    sync_status: Annotated[
        str,
        Meta(description="How the synchronisation ended. Which word a failure has is not stated."),
    ] = field(name="sync-status")
    """How the synchronisation ended. Which word a failure has is not stated."""
    ecr_repository_prefix: Annotated[
        str,
        Meta(
            description="What the rule puts before the names of upstream repositories: 2 to 30 characters, or ROOT.",
            max_length=30,
            min_length=1,
        ),
    ] = field(name="ecr-repository-prefix")
    """What the rule puts before the names of upstream repositories: 2 to 30 characters, or ROOT."""
    repository_name: Annotated[
        str,
        Meta(
            description="The prefix, a slash and the upstream repository's name.",
            max_length=256,
            min_length=2,
        ),
    ] = field(name="repository-name")
    """The prefix, a slash and the upstream repository's name."""
    upstream_registry_url: Annotated[
        str, Meta(description="The host of the upstream registry, without a scheme.", min_length=1)
    ] = field(name="upstream-registry-url")
    """The host of the upstream registry, without a scheme."""
    image_tag: (
        Annotated[
            str,
            Meta(
                description="A name for the image. The ECR API admits 300 characters, the grammar of the distribution\nspecification 128.",
                max_length=300,
            ),
        ]
        | UnsetType
    ) = field(name="image-tag", default=UNSET)
    """
    A name for the image. The ECR API admits 300 characters, the grammar of the distribution
    specification 128.
    """
    image_digest: (
        Annotated[
            str,
            Meta(
                description="The digest of the image's manifest. AWS's printed samples show 60 digits where real ones have 64."
            ),
        ]
        | UnsetType
    ) = field(name="image-digest", default=UNSET)
    """The digest of the image's manifest. AWS's printed samples show 60 digits where real ones have 64."""
    failure_code: (
        Annotated[
            str,
            Meta(
                description="Why it failed. The registry has the key, the page does not; no values are listed."
            ),
        ]
        | UnsetType
    ) = field(name="failure-code", default=UNSET)
    """Why it failed. The registry has the key, the page does not; no values are listed."""
    failure_reason: (
        Annotated[
            str,
            Meta(
                description="Why it failed, in words. The registry has the key, the page does not."
            ),
        ]
        | UnsetType
    ) = field(name="failure-reason", default=UNSET)
    """Why it failed, in words. The registry has the key, the page does not."""


class PullThroughCacheEvent(EcrStruct, kw_only=True):
    """
    An image was fetched from an upstream registry into the cache, or this was tried. A multi-platform
    image sends one event for its list and one for each manifest: inferred from the page. Not offered in
    China and in GovCloud. AWS's sample does not parse (a trailing comma) and names the day 2023-02-29.
    Never captured.
    """

    version: Annotated[
        Literal["0"], Meta(description='Always "0": AWS adds fields without changing it.')
    ]
    """Always "0": AWS adds fields without changing it."""
    id: Annotated[
        str,
        Meta(
            description="Unique to the event. Laid out as a UUID, but its version and variant digits are arbitrary in real\nevents; a replayed event keeps it. Ids of AWS's printed samples may end in EXAMPLE and hold letters\nthat are no digits.",
            max_length=36,
            pattern="^[0-9A-Za-z]{8}-[0-9A-Za-z]{4}-[0-9A-Za-z]{4}-[0-9A-Za-z]{4}-([0-9A-Za-z]{12}|[0-9A-Za-z]{0,4}EXAMPLE)$",
        ),
    ]
    """
    Unique to the event. Laid out as a UUID, but its version and variant digits are arbitrary in real
    events; a replayed event keeps it. Ids of AWS's printed samples may end in EXAMPLE and hold letters
    that are no digits.
    """
    detail_type: Annotated[
        Literal["ECR Pull Through Cache Action"],
        Meta(description="The family the event belongs to, in words."),
    ] = field(name="detail-type")
    """The family the event belongs to, in words."""
    source: Annotated[Literal["aws.ecr"], Meta(description="The service that sent the event.")]
    """The service that sent the event."""
    account: Annotated[
        str,
        Meta(
            description="The 12 digits of the account that owns the resource. A string: it may begin with a zero.",
            max_length=12,
            pattern="^[0-9]{12}$",
        ),
    ]
    """The 12 digits of the account that owns the resource. A string: it may begin with a zero."""
    time: Annotated[
        str,
        Meta(
            description="When the service sent the event: RFC 3339, whole seconds, UTC. It may lie before the arrival by\nminutes.",
            max_length=20,
            pattern="^[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}Z$",
        ),
    ]
    """
    When the service sent the event: RFC 3339, whole seconds, UTC. It may lie before the arrival by
    minutes.
    """
    region: Annotated[
        str,
        Meta(
            description="Where the event was sent from. Names of four letters (eusc-de-east-1) and with two dashes before the\nnumber (us-gov-west-1) exist.",
            min_length=1,
        ),
    ]
    """
    Where the event was sent from. Names of four letters (eusc-de-east-1) and with two dashes before the
    number (us-gov-west-1) exist.
    """
    replay_name: (
        Annotated[
            str,
            Meta(
                description="The replay that sent the event again from an archive; only on replayed events."
            ),
        ]
        | UnsetType
    ) = field(name="replay-name", default=UNSET)
    """The replay that sent the event again from an archive; only on replayed events."""
    resources: Annotated[
        list[Annotated[str, Meta(max_length=2048)]],
        Meta(
            description="ARNs that the event is about. The sending service decides; the key is always there, the list is\noften empty."
        ),
    ]
    """
    ARNs that the event is about. The sending service decides; the key is always there, the list is
    often empty.
    """
    detail: PullThroughCacheDetail


class PushDetail(EcrStruct, kw_only=True):
    """Detail of a push."""

    result: Annotated[
        str,
        Meta(
            description="How the action ended. A failed push says FAILURE (a failed replication says FAILED)."
        ),
    ]
    """How the action ended. A failed push says FAILURE (a failed replication says FAILED)."""
    repository_name: Annotated[
        str,
        Meta(
            description="The repository's name without the registry. May hold slashes.",
            max_length=256,
            min_length=2,
        ),
    ] = field(name="repository-name")
    """The repository's name without the registry. May hold slashes."""
    image_digest: (
        Annotated[
            str,
            Meta(
                description="The digest of the image's manifest. AWS's printed samples show 60 digits where real ones have 64."
            ),
        ]
        | UnsetType
    ) = field(name="image-digest", default=UNSET)
    """The digest of the image's manifest. AWS's printed samples show 60 digits where real ones have 64."""
    action_type: Annotated[Literal["PUSH"], Meta(description="What was done to the image.")] = (
        field(name="action-type")
    )
    """What was done to the image."""
    image_tag: (
        Annotated[
            str,
            Meta(
                description="A name for the image. The ECR API admits 300 characters, the grammar of the distribution\nspecification 128.",
                max_length=300,
            ),
        ]
        | UnsetType
    ) = field(name="image-tag", default=UNSET)
    """
    A name for the image. The ECR API admits 300 characters, the grammar of the distribution
    specification 128.
    """
    manifest_media_type: (
        Annotated[
            str,
            Meta(
                description="The media type of the image's manifest. In every push captured since May 2023, in none before; AWS's\nsamples of pushes and deletions lack it."
            ),
        ]
        | UnsetType
    ) = field(name="manifest-media-type", default=UNSET)
    """
    The media type of the image's manifest. In every push captured since May 2023, in none before; AWS's
    samples of pushes and deletions lack it.
    """
    artifact_media_type: (
        Annotated[
            str,
            Meta(
                description="For an image the media type of its configuration, for other artifacts the artifact's type."
            ),
        ]
        | UnsetType
    ) = field(name="artifact-media-type", default=UNSET)
    """For an image the media type of its configuration, for other artifacts the artifact's type."""


class PushEvent(EcrStruct, kw_only=True):
    """
    An image, or one manifest of it, was pushed. A push of a multi-platform image sends one event for
    each manifest, its children untagged: inferred, since nobody has captured all events of one.
    """

    version: Annotated[
        Literal["0"], Meta(description='Always "0": AWS adds fields without changing it.')
    ]
    """Always "0": AWS adds fields without changing it."""
    id: Annotated[
        str,
        Meta(
            description="Unique to the event. Laid out as a UUID, but its version and variant digits are arbitrary in real\nevents; a replayed event keeps it. Ids of AWS's printed samples may end in EXAMPLE and hold letters\nthat are no digits.",
            max_length=36,
            pattern="^[0-9A-Za-z]{8}-[0-9A-Za-z]{4}-[0-9A-Za-z]{4}-[0-9A-Za-z]{4}-([0-9A-Za-z]{12}|[0-9A-Za-z]{0,4}EXAMPLE)$",
        ),
    ]
    """
    Unique to the event. Laid out as a UUID, but its version and variant digits are arbitrary in real
    events; a replayed event keeps it. Ids of AWS's printed samples may end in EXAMPLE and hold letters
    that are no digits.
    """
    detail_type: Annotated[
        Literal["ECR Image Action"], Meta(description="The family the event belongs to, in words.")
    ] = field(name="detail-type")
    """The family the event belongs to, in words."""
    source: Annotated[Literal["aws.ecr"], Meta(description="The service that sent the event.")]
    """The service that sent the event."""
    account: Annotated[
        str,
        Meta(
            description="The 12 digits of the account that owns the resource. A string: it may begin with a zero.",
            max_length=12,
            pattern="^[0-9]{12}$",
        ),
    ]
    """The 12 digits of the account that owns the resource. A string: it may begin with a zero."""
    time: Annotated[
        str,
        Meta(
            description="When the service sent the event: RFC 3339, whole seconds, UTC. It may lie before the arrival by\nminutes.",
            max_length=20,
            pattern="^[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}Z$",
        ),
    ]
    """
    When the service sent the event: RFC 3339, whole seconds, UTC. It may lie before the arrival by
    minutes.
    """
    region: Annotated[
        str,
        Meta(
            description="Where the event was sent from. Names of four letters (eusc-de-east-1) and with two dashes before the\nnumber (us-gov-west-1) exist.",
            min_length=1,
        ),
    ]
    """
    Where the event was sent from. Names of four letters (eusc-de-east-1) and with two dashes before the
    number (us-gov-west-1) exist.
    """
    replay_name: (
        Annotated[
            str,
            Meta(
                description="The replay that sent the event again from an archive; only on replayed events."
            ),
        ]
        | UnsetType
    ) = field(name="replay-name", default=UNSET)
    """The replay that sent the event again from an archive; only on replayed events."""
    resources: Annotated[
        list[Annotated[str, Meta(max_length=2048)]],
        Meta(
            description="ARNs that the event is about. The sending service decides; the key is always there, the list is\noften empty."
        ),
    ]
    """
    ARNs that the event is about. The sending service decides; the key is always there, the list is
    often empty.
    """
    detail: PushDetail


class Recommendation(EcrStruct, kw_only=True):
    """What is recommended."""

    text: Annotated[str, Meta(description="What is recommended, in words.")] | UnsetType = UNSET
    """What is recommended, in words."""


class ReferrerRestoreDetail(EcrStruct, kw_only=True):
    """Detail of a referrer restored."""

    result: Annotated[
        str,
        Meta(
            description="How the action ended. A failed push says FAILURE, a failed replication FAILED; of this action no\nfailure is printed."
        ),
    ]
    """
    How the action ended. A failed push says FAILURE, a failed replication FAILED; of this action no
    failure is printed.
    """
    repository_name: Annotated[
        str,
        Meta(
            description="The repository's name without the registry. May hold slashes.",
            max_length=256,
            min_length=2,
        ),
    ] = field(name="repository-name")
    """The repository's name without the registry. May hold slashes."""
    image_digest: (
        Annotated[
            str,
            Meta(
                description="The digest of the image's manifest. AWS's printed samples show 60 digits where real ones have 64."
            ),
        ]
        | UnsetType
    ) = field(name="image-digest", default=UNSET)
    """The digest of the image's manifest. AWS's printed samples show 60 digits where real ones have 64."""
    action_type: Annotated[
        Literal["UPDATE_STORAGE_CLASS"],
        Meta(description="What was done: neither a push nor a deletion."),
    ] = field(name="action-type")
    """What was done: neither a push nor a deletion."""
    target_storage_class: Annotated[
        Literal["STANDARD"],
        Meta(description="ARCHIVE: the image was archived. STANDARD: it was restored."),
    ] = field(name="target-storage-class")
    """ARCHIVE: the image was archived. STANDARD: it was restored."""
    last_activated_at: (
        Annotated[
            str,
            Meta(
                description="When the image became active again: RFC 3339 with a fraction of a second, of which the printed\nsample has two digits (`2025-10-10T19:13:02.74Z`). The registry calls it a string, and optional."
            ),
        ]
        | UnsetType
    ) = field(name="last-activated-at", default=UNSET)
    """
    When the image became active again: RFC 3339 with a fraction of a second, of which the printed
    sample has two digits (`2025-10-10T19:13:02.74Z`). The registry calls it a string, and optional.
    """
    image_tag: (
        Annotated[
            str,
            Meta(
                description="The printed sample has none; the registry says that it may be there.",
                max_length=300,
            ),
        ]
        | UnsetType
    ) = field(name="image-tag", default=UNSET)
    """The printed sample has none; the registry says that it may be there."""
    manifest_media_type: (
        Annotated[
            str,
            Meta(
                description="The media type of the image's manifest. In every push captured since May 2023, in none before; AWS's\nsamples of pushes and deletions lack it."
            ),
        ]
        | UnsetType
    ) = field(name="manifest-media-type", default=UNSET)
    """
    The media type of the image's manifest. In every push captured since May 2023, in none before; AWS's
    samples of pushes and deletions lack it.
    """
    artifact_media_type: (
        Annotated[
            str,
            Meta(
                description="For an image the media type of its configuration, for other artifacts the artifact's type."
            ),
        ]
        | UnsetType
    ) = field(name="artifact-media-type", default=UNSET)
    """For an image the media type of its configuration, for other artifacts the artifact's type."""


class ReferrerRestoreEvent(EcrStruct, kw_only=True):
    """
    An archived referrer, such as a signature or a bill of materials that belongs to an image, was
    restored. Which other actions referrers send is not known. Never captured.
    """

    version: Annotated[
        Literal["0"], Meta(description='Always "0": AWS adds fields without changing it.')
    ]
    """Always "0": AWS adds fields without changing it."""
    id: Annotated[
        str,
        Meta(
            description="Unique to the event. Laid out as a UUID, but its version and variant digits are arbitrary in real\nevents; a replayed event keeps it. Ids of AWS's printed samples may end in EXAMPLE and hold letters\nthat are no digits.",
            max_length=36,
            pattern="^[0-9A-Za-z]{8}-[0-9A-Za-z]{4}-[0-9A-Za-z]{4}-[0-9A-Za-z]{4}-([0-9A-Za-z]{12}|[0-9A-Za-z]{0,4}EXAMPLE)$",
        ),
    ]
    """
    Unique to the event. Laid out as a UUID, but its version and variant digits are arbitrary in real
    events; a replayed event keeps it. Ids of AWS's printed samples may end in EXAMPLE and hold letters
    that are no digits.
    """
    detail_type: Annotated[
        Literal["ECR Referrer Action"],
        Meta(description="The family the event belongs to, in words."),
    ] = field(name="detail-type")
    """The family the event belongs to, in words."""
    source: Annotated[Literal["aws.ecr"], Meta(description="The service that sent the event.")]
    """The service that sent the event."""
    account: Annotated[
        str,
        Meta(
            description="The 12 digits of the account that owns the resource. A string: it may begin with a zero.",
            max_length=12,
            pattern="^[0-9]{12}$",
        ),
    ]
    """The 12 digits of the account that owns the resource. A string: it may begin with a zero."""
    time: Annotated[
        str,
        Meta(
            description="When the service sent the event: RFC 3339, whole seconds, UTC. It may lie before the arrival by\nminutes.",
            max_length=20,
            pattern="^[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}Z$",
        ),
    ]
    """
    When the service sent the event: RFC 3339, whole seconds, UTC. It may lie before the arrival by
    minutes.
    """
    region: Annotated[
        str,
        Meta(
            description="Where the event was sent from. Names of four letters (eusc-de-east-1) and with two dashes before the\nnumber (us-gov-west-1) exist.",
            min_length=1,
        ),
    ]
    """
    Where the event was sent from. Names of four letters (eusc-de-east-1) and with two dashes before the
    number (us-gov-west-1) exist.
    """
    replay_name: (
        Annotated[
            str,
            Meta(
                description="The replay that sent the event again from an archive; only on replayed events."
            ),
        ]
        | UnsetType
    ) = field(name="replay-name", default=UNSET)
    """The replay that sent the event again from an archive; only on replayed events."""
    resources: Annotated[
        list[Annotated[str, Meta(max_length=2048)]],
        Meta(
            description="ARNs that the event is about. The sending service decides; the key is always there, the list is\noften empty."
        ),
    ]
    """
    ARNs that the event is about. The sending service decides; the key is always there, the list is
    often empty.
    """
    detail: ReferrerRestoreDetail


class Remediation(EcrStruct, kw_only=True):
    """What to do."""

    recommendation: Recommendation | UnsetType = UNSET


class ReplicationDetail(EcrStruct, kw_only=True):
    """Detail of a replication."""

    result: Annotated[
        str,
        Meta(
            description="How the action ended. A failed replication says FAILED (a failed push says FAILURE). No key for the\nreason is named."
        ),
    ]
    """
    How the action ended. A failed replication says FAILED (a failed push says FAILURE). No key for the
    reason is named.
    """
    repository_name: Annotated[
        str,
        Meta(
            description="The repository's name without the registry. May hold slashes.",
            max_length=256,
            min_length=2,
        ),
    ] = field(name="repository-name")
    """The repository's name without the registry. May hold slashes."""
    image_digest: Annotated[
        str,
        Meta(
            description="The digest of the image's manifest. AWS's printed samples show 60 digits where real ones have 64."
        ),
    ] = field(name="image-digest")
    """The digest of the image's manifest. AWS's printed samples show 60 digits where real ones have 64."""
    source_account: Annotated[
        str,
        Meta(
            description="The account that the image came from: the destination's own for a copy in another region, another\none for a copy across accounts.",
            max_length=12,
            pattern="^[0-9]{12}$",
        ),
    ] = field(name="source-account")
    """
    The account that the image came from: the destination's own for a copy in another region, another
    one for a copy across accounts.
    """
    action_type: Annotated[
        Literal["REPLICATE"], Meta(description="What was done to the image.")
    ] = field(name="action-type")
    """What was done to the image."""
    source_region: Annotated[
        str,
        Meta(
            description="The region that the image came from, in the partition of the destination.",
            min_length=1,
        ),
    ] = field(name="source-region")
    """The region that the image came from, in the partition of the destination."""
    image_tag: (
        Annotated[
            str,
            Meta(
                description="A name for the image. The ECR API admits 300 characters, the grammar of the distribution\nspecification 128.",
                max_length=300,
            ),
        ]
        | UnsetType
    ) = field(name="image-tag", default=UNSET)
    """
    A name for the image. The ECR API admits 300 characters, the grammar of the distribution
    specification 128.
    """


class ReplicationEvent(EcrStruct, kw_only=True):
    """
    An image was replicated to another region or account, or could not be. The event comes in the
    destination: account, region and resources of the envelope are the destination's, and no push event
    comes there. One event for each image and tag. A backfill may bring images that were pushed long
    ago. Which event the destination sends where a deletion is replicated is stated nowhere. Never
    captured.
    """

    version: Annotated[
        Literal["0"], Meta(description='Always "0": AWS adds fields without changing it.')
    ]
    """Always "0": AWS adds fields without changing it."""
    id: Annotated[
        str,
        Meta(
            description="Unique to the event. Laid out as a UUID, but its version and variant digits are arbitrary in real\nevents; a replayed event keeps it. Ids of AWS's printed samples may end in EXAMPLE and hold letters\nthat are no digits.",
            max_length=36,
            pattern="^[0-9A-Za-z]{8}-[0-9A-Za-z]{4}-[0-9A-Za-z]{4}-[0-9A-Za-z]{4}-([0-9A-Za-z]{12}|[0-9A-Za-z]{0,4}EXAMPLE)$",
        ),
    ]
    """
    Unique to the event. Laid out as a UUID, but its version and variant digits are arbitrary in real
    events; a replayed event keeps it. Ids of AWS's printed samples may end in EXAMPLE and hold letters
    that are no digits.
    """
    detail_type: Annotated[
        Literal["ECR Replication Action"],
        Meta(description="The family the event belongs to, in words."),
    ] = field(name="detail-type")
    """The family the event belongs to, in words."""
    source: Annotated[Literal["aws.ecr"], Meta(description="The service that sent the event.")]
    """The service that sent the event."""
    account: Annotated[
        str,
        Meta(
            description="The 12 digits of the account that owns the resource. A string: it may begin with a zero.",
            max_length=12,
            pattern="^[0-9]{12}$",
        ),
    ]
    """The 12 digits of the account that owns the resource. A string: it may begin with a zero."""
    time: Annotated[
        str,
        Meta(
            description="When the service sent the event: RFC 3339, whole seconds, UTC. It may lie before the arrival by\nminutes.",
            max_length=20,
            pattern="^[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}Z$",
        ),
    ]
    """
    When the service sent the event: RFC 3339, whole seconds, UTC. It may lie before the arrival by
    minutes.
    """
    region: Annotated[
        str,
        Meta(
            description="Where the event was sent from. Names of four letters (eusc-de-east-1) and with two dashes before the\nnumber (us-gov-west-1) exist.",
            min_length=1,
        ),
    ]
    """
    Where the event was sent from. Names of four letters (eusc-de-east-1) and with two dashes before the
    number (us-gov-west-1) exist.
    """
    replay_name: (
        Annotated[
            str,
            Meta(
                description="The replay that sent the event again from an archive; only on replayed events."
            ),
        ]
        | UnsetType
    ) = field(name="replay-name", default=UNSET)
    """The replay that sent the event again from an archive; only on replayed events."""
    resources: Annotated[
        list[Annotated[str, Meta(max_length=2048)]],
        Meta(
            description="ARNs that the event is about. The sending service decides; the key is always there, the list is\noften empty."
        ),
    ]
    """
    ARNs that the event is about. The sending service decides; the key is always there, the list is
    often empty.
    """
    detail: ReplicationDetail


class RequestParameters(EcrStruct, kw_only=True):
    """The parameters of the call in camel case, or null."""

    repository_name: (
        Annotated[
            str,
            Meta(
                description="The repository's name as the caller wrote it: in a call that failed it may be one that no repository\nhas."
            ),
        ]
        | UnsetType
    ) = field(name="repositoryName", default=UNSET)
    """
    The repository's name as the caller wrote it: in a call that failed it may be one that no repository
    has.
    """
    image_tag: (
        Annotated[
            str,
            Meta(
                description="A name for the image. The ECR API admits 300 characters, the grammar of the distribution\nspecification 128.",
                max_length=300,
            ),
        ]
        | UnsetType
    ) = field(name="imageTag", default=UNSET)
    """
    A name for the image. The ECR API admits 300 characters, the grammar of the distribution
    specification 128.
    """
    image_manifest: (
        Annotated[str, Meta(description="The manifest: JSON in a string, of up to 4 MiB.")]
        | UnsetType
    ) = field(name="imageManifest", default=UNSET)
    """The manifest: JSON in a string, of up to 4 MiB."""
    image_ids: (
        Annotated[
            list[ImageIdOfTheRequest],
            Meta(description="The images that are to be deleted.", min_length=1),
        ]
        | UnsetType
    ) = field(name="imageIds", default=UNSET)
    """The images that are to be deleted."""


class ResourceDetails(EcrStruct, kw_only=True):
    """A key for the sort of resource, with what is known of it."""

    aws_ecr_container_image: ContainerImage | UnsetType = field(
        name="awsEcrContainerImage", default=UNSET
    )
    image: ImageOfAnyCloud | UnsetType = UNSET


class ResourceOfTheFinding(EcrStruct, kw_only=True):
    """The image."""

    details: ResourceDetails
    id: Annotated[
        str,
        Meta(
            description="The ARN of the repository and the digest of the image; for images of other clouds no ARN."
        ),
    ]
    """The ARN of the repository and the digest of the image; for images of other clouds no ARN."""
    partition: (
        Annotated[
            str,
            Meta(
                description="N/A in one of AWS's samples, aws in the other; none for other clouds."
            ),
        ]
        | UnsetType
    ) = UNSET
    """N/A in one of AWS's samples, aws in the other; none for other clouds."""
    region: (
        Annotated[
            str,
            Meta(
                description="N/A in one of AWS's samples, the region in the other; for other clouds their own region."
            ),
        ]
        | UnsetType
    ) = UNSET
    """N/A in one of AWS's samples, the region in the other; for other clouds their own region."""
    tags: (
        Annotated[dict[str, Any], Meta(description="A map of the resource's own tags.")] | UnsetType
    ) = UNSET
    """A map of the resource's own tags."""
    type: Annotated[
        str,
        Meta(
            description="AWS_ECR_CONTAINER_IMAGE for images in ECR; other clouds have types of their own, with a slash.\nFindings of other resources of AWS (AWS_EC2_INSTANCE, ...) are of another sort.",
            pattern="^(AWS_ECR_CONTAINER_IMAGE|[A-Za-z0-9.-]{1,100}/[A-Za-z0-9._/-]{1,200})$",
        ),
    ]
    """
    AWS_ECR_CONTAINER_IMAGE for images in ECR; other clouds have types of their own, with a slash.
    Findings of other resources of AWS (AWS_EC2_INSTANCE, ...) are of another sort.
    """
    provider: (
        Annotated[str, Meta(description="The cloud that the image lies in; since 2026.")]
        | UnsetType
    ) = UNSET
    """The cloud that the image lies in; since 2026."""


class ResourceOfTheRecord(EcrStruct, kw_only=True):
    """The repository."""

    arn: Annotated[str, Meta(description="The ARN of the repository.")] | UnsetType = field(
        name="ARN", default=UNSET
    )
    """The ARN of the repository."""
    account_id: Annotated[str, Meta(description="The account of the repository.")] | UnsetType = (
        field(name="accountId", default=UNSET)
    )
    """The account of the repository."""
    type: (
        Annotated[str, Meta(description="What sort of resource it is; not in every record.")]
        | UnsetType
    ) = UNSET
    """What sort of resource it is; not in every record."""


class RestoreDetail(EcrStruct, kw_only=True):
    """Detail of an image restored."""

    result: Annotated[
        str,
        Meta(
            description="How the action ended. A failed push says FAILURE, a failed replication FAILED; of this action no\nfailure is printed."
        ),
    ]
    """
    How the action ended. A failed push says FAILURE, a failed replication FAILED; of this action no
    failure is printed.
    """
    repository_name: Annotated[
        str,
        Meta(
            description="The repository's name without the registry. May hold slashes.",
            max_length=256,
            min_length=2,
        ),
    ] = field(name="repository-name")
    """The repository's name without the registry. May hold slashes."""
    image_digest: (
        Annotated[
            str,
            Meta(
                description="The digest of the image's manifest. AWS's printed samples show 60 digits where real ones have 64."
            ),
        ]
        | UnsetType
    ) = field(name="image-digest", default=UNSET)
    """The digest of the image's manifest. AWS's printed samples show 60 digits where real ones have 64."""
    action_type: Annotated[
        Literal["UPDATE_STORAGE_CLASS"],
        Meta(description="What was done: neither a push nor a deletion."),
    ] = field(name="action-type")
    """What was done: neither a push nor a deletion."""
    target_storage_class: Annotated[
        Literal["STANDARD"],
        Meta(description="ARCHIVE: the image was archived. STANDARD: it was restored."),
    ] = field(name="target-storage-class")
    """ARCHIVE: the image was archived. STANDARD: it was restored."""
    last_activated_at: (
        Annotated[
            str,
            Meta(
                description="When the image became active again: RFC 3339 with a fraction of a second, of which the printed\nsample has two digits (`2025-10-10T19:13:02.74Z`). The registry calls it a string, and optional."
            ),
        ]
        | UnsetType
    ) = field(name="last-activated-at", default=UNSET)
    """
    When the image became active again: RFC 3339 with a fraction of a second, of which the printed
    sample has two digits (`2025-10-10T19:13:02.74Z`). The registry calls it a string, and optional.
    """
    image_tag: (
        Annotated[
            str,
            Meta(
                description="The printed sample has none; the registry says that it may be there.",
                max_length=300,
            ),
        ]
        | UnsetType
    ) = field(name="image-tag", default=UNSET)
    """The printed sample has none; the registry says that it may be there."""
    manifest_media_type: (
        Annotated[
            str,
            Meta(
                description="The media type of the image's manifest. In every push captured since May 2023, in none before; AWS's\nsamples of pushes and deletions lack it."
            ),
        ]
        | UnsetType
    ) = field(name="manifest-media-type", default=UNSET)
    """
    The media type of the image's manifest. In every push captured since May 2023, in none before; AWS's
    samples of pushes and deletions lack it.
    """
    artifact_media_type: (
        Annotated[
            str,
            Meta(
                description="For an image the media type of its configuration, for other artifacts the artifact's type."
            ),
        ]
        | UnsetType
    ) = field(name="artifact-media-type", default=UNSET)
    """For an image the media type of its configuration, for other artifacts the artifact's type."""


class RestoreEvent(EcrStruct, kw_only=True):
    """
    An archived image was restored to the standard storage class, which ends up to about 20 minutes
    after the call. It is an image action that is neither a push nor a deletion, and names no tag; a
    scan on push and replication may follow. Never captured.
    """

    version: Annotated[
        Literal["0"], Meta(description='Always "0": AWS adds fields without changing it.')
    ]
    """Always "0": AWS adds fields without changing it."""
    id: Annotated[
        str,
        Meta(
            description="Unique to the event. Laid out as a UUID, but its version and variant digits are arbitrary in real\nevents; a replayed event keeps it. Ids of AWS's printed samples may end in EXAMPLE and hold letters\nthat are no digits.",
            max_length=36,
            pattern="^[0-9A-Za-z]{8}-[0-9A-Za-z]{4}-[0-9A-Za-z]{4}-[0-9A-Za-z]{4}-([0-9A-Za-z]{12}|[0-9A-Za-z]{0,4}EXAMPLE)$",
        ),
    ]
    """
    Unique to the event. Laid out as a UUID, but its version and variant digits are arbitrary in real
    events; a replayed event keeps it. Ids of AWS's printed samples may end in EXAMPLE and hold letters
    that are no digits.
    """
    detail_type: Annotated[
        Literal["ECR Image Action"], Meta(description="The family the event belongs to, in words.")
    ] = field(name="detail-type")
    """The family the event belongs to, in words."""
    source: Annotated[Literal["aws.ecr"], Meta(description="The service that sent the event.")]
    """The service that sent the event."""
    account: Annotated[
        str,
        Meta(
            description="The 12 digits of the account that owns the resource. A string: it may begin with a zero.",
            max_length=12,
            pattern="^[0-9]{12}$",
        ),
    ]
    """The 12 digits of the account that owns the resource. A string: it may begin with a zero."""
    time: Annotated[
        str,
        Meta(
            description="When the service sent the event: RFC 3339, whole seconds, UTC. It may lie before the arrival by\nminutes.",
            max_length=20,
            pattern="^[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}Z$",
        ),
    ]
    """
    When the service sent the event: RFC 3339, whole seconds, UTC. It may lie before the arrival by
    minutes.
    """
    region: Annotated[
        str,
        Meta(
            description="Where the event was sent from. Names of four letters (eusc-de-east-1) and with two dashes before the\nnumber (us-gov-west-1) exist.",
            min_length=1,
        ),
    ]
    """
    Where the event was sent from. Names of four letters (eusc-de-east-1) and with two dashes before the
    number (us-gov-west-1) exist.
    """
    replay_name: (
        Annotated[
            str,
            Meta(
                description="The replay that sent the event again from an archive; only on replayed events."
            ),
        ]
        | UnsetType
    ) = field(name="replay-name", default=UNSET)
    """The replay that sent the event again from an archive; only on replayed events."""
    resources: Annotated[
        list[Annotated[str, Meta(max_length=2048)]],
        Meta(
            description="ARNs that the event is about. The sending service decides; the key is always there, the list is\noften empty."
        ),
    ]
    """
    ARNs that the event is about. The sending service decides; the key is always there, the list is
    often empty.
    """
    detail: RestoreDetail


class ScanDetail(EcrStruct, kw_only=True):
    """Detail of a basic scan."""

    scan_status: Annotated[
        str, Meta(description="How the scan ended. Not `result`: that is a word of pushes.")
    ] = field(name="scan-status")
    """How the scan ended. Not `result`: that is a word of pushes."""
    repository_name: Annotated[
        str,
        Meta(
            description="The repository's name without the registry. May hold slashes.",
            max_length=256,
            min_length=2,
        ),
    ] = field(name="repository-name")
    """The repository's name without the registry. May hold slashes."""
    finding_severity_counts: FindingSeverityCounts | UnsetType = field(
        name="finding-severity-counts", default=UNSET
    )
    image_digest: (
        Annotated[
            str,
            Meta(
                description="The digest of the image's manifest. AWS's printed samples show 60 digits where real ones have 64."
            ),
        ]
        | UnsetType
    ) = field(name="image-digest", default=UNSET)
    """The digest of the image's manifest. AWS's printed samples show 60 digits where real ones have 64."""
    image_tags: (
        Annotated[
            list[
                Annotated[
                    str,
                    Meta(
                        description="A name for the image. The ECR API admits 300 characters, the grammar of the distribution\nspecification 128.",
                        max_length=300,
                    ),
                ]
            ],
            Meta(description="All tags of the image; empty when it has none."),
        ]
        | UnsetType
    ) = field(name="image-tags", default=UNSET)
    """All tags of the image; empty when it has none."""


class ScanEvent(EcrStruct, kw_only=True):
    """A basic scan of an image ended. Enhanced scanning sends other events, from aws.inspector2."""

    version: Annotated[
        Literal["0"], Meta(description='Always "0": AWS adds fields without changing it.')
    ]
    """Always "0": AWS adds fields without changing it."""
    id: Annotated[
        str,
        Meta(
            description="Unique to the event. Laid out as a UUID, but its version and variant digits are arbitrary in real\nevents; a replayed event keeps it. Ids of AWS's printed samples may end in EXAMPLE and hold letters\nthat are no digits.",
            max_length=36,
            pattern="^[0-9A-Za-z]{8}-[0-9A-Za-z]{4}-[0-9A-Za-z]{4}-[0-9A-Za-z]{4}-([0-9A-Za-z]{12}|[0-9A-Za-z]{0,4}EXAMPLE)$",
        ),
    ]
    """
    Unique to the event. Laid out as a UUID, but its version and variant digits are arbitrary in real
    events; a replayed event keeps it. Ids of AWS's printed samples may end in EXAMPLE and hold letters
    that are no digits.
    """
    detail_type: Annotated[
        Literal["ECR Image Scan"], Meta(description="The family the event belongs to, in words.")
    ] = field(name="detail-type")
    """The family the event belongs to, in words."""
    source: Annotated[Literal["aws.ecr"], Meta(description="The service that sent the event.")]
    """The service that sent the event."""
    account: Annotated[
        str,
        Meta(
            description="The 12 digits of the account that owns the resource. A string: it may begin with a zero.",
            max_length=12,
            pattern="^[0-9]{12}$",
        ),
    ]
    """The 12 digits of the account that owns the resource. A string: it may begin with a zero."""
    time: Annotated[
        str,
        Meta(
            description="When the service sent the event: RFC 3339, whole seconds, UTC. It may lie before the arrival by\nminutes.",
            max_length=20,
            pattern="^[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}Z$",
        ),
    ]
    """
    When the service sent the event: RFC 3339, whole seconds, UTC. It may lie before the arrival by
    minutes.
    """
    region: Annotated[
        str,
        Meta(
            description="Where the event was sent from. Names of four letters (eusc-de-east-1) and with two dashes before the\nnumber (us-gov-west-1) exist.",
            min_length=1,
        ),
    ]
    """
    Where the event was sent from. Names of four letters (eusc-de-east-1) and with two dashes before the
    number (us-gov-west-1) exist.
    """
    replay_name: (
        Annotated[
            str,
            Meta(
                description="The replay that sent the event again from an archive; only on replayed events."
            ),
        ]
        | UnsetType
    ) = field(name="replay-name", default=UNSET)
    """The replay that sent the event again from an archive; only on replayed events."""
    resources: Annotated[
        list[Annotated[str, Meta(max_length=2048)]],
        Meta(
            description="ARNs that the event is about. The sending service decides; the key is always there, the list is\noften empty."
        ),
    ]
    """
    ARNs that the event is about. The sending service decides; the key is always there, the list is
    often empty.
    """
    detail: ScanDetail


class ScanResourceChangeDetail(EcrStruct, kw_only=True):
    """Detail of a change of what is scanned."""

    action_type: Annotated[
        str, Meta(description="What changed. Of what else may stand here nothing is known.")
    ] = field(name="action-type")
    """What changed. Of what else may stand here nothing is known."""
    repositories: Annotated[
        list[ChangedRepository],
        Meta(description="The repositories that are scanned in another way now.", min_length=1),
    ]
    """The repositories that are scanned in another way now."""
    resource_type: Annotated[str, Meta(description="What the change is about.")] | UnsetType = (
        field(name="resource-type", default=UNSET)
    )
    """What the change is about."""
    scan_type: (
        Annotated[str, Meta(description="ENHANCED; the API has BASIC as well.")] | UnsetType
    ) = field(name="scan-type", default=UNSET)
    """ENHANCED; the API has BASIC as well."""


class ScanResourceChangeEvent(EcrStruct, kw_only=True):
    """
    Enhanced scanning: the frequency with which repositories are scanned was changed. The detail has a
    list of repositories and no repository-name of its own. The page says that creation of repositories,
    and creation and deletion of images, send such an event too, and prints none. Not in the schema
    registry, never captured.
    """

    version: Annotated[
        Literal["0"], Meta(description='Always "0": AWS adds fields without changing it.')
    ]
    """Always "0": AWS adds fields without changing it."""
    id: Annotated[
        str,
        Meta(
            description="Unique to the event. Laid out as a UUID, but its version and variant digits are arbitrary in real\nevents; a replayed event keeps it. Ids of AWS's printed samples may end in EXAMPLE and hold letters\nthat are no digits.",
            max_length=36,
            pattern="^[0-9A-Za-z]{8}-[0-9A-Za-z]{4}-[0-9A-Za-z]{4}-[0-9A-Za-z]{4}-([0-9A-Za-z]{12}|[0-9A-Za-z]{0,4}EXAMPLE)$",
        ),
    ]
    """
    Unique to the event. Laid out as a UUID, but its version and variant digits are arbitrary in real
    events; a replayed event keeps it. Ids of AWS's printed samples may end in EXAMPLE and hold letters
    that are no digits.
    """
    detail_type: Annotated[
        Literal["ECR Scan Resource Change"],
        Meta(description="The family the event belongs to, in words."),
    ] = field(name="detail-type")
    """The family the event belongs to, in words."""
    source: Annotated[Literal["aws.ecr"], Meta(description="The service that sent the event.")]
    """The service that sent the event."""
    account: Annotated[
        str,
        Meta(
            description="The 12 digits of the account that owns the resource. A string: it may begin with a zero.",
            max_length=12,
            pattern="^[0-9]{12}$",
        ),
    ]
    """The 12 digits of the account that owns the resource. A string: it may begin with a zero."""
    time: Annotated[
        str,
        Meta(
            description="When the service sent the event: RFC 3339, whole seconds, UTC. It may lie before the arrival by\nminutes.",
            max_length=20,
            pattern="^[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}Z$",
        ),
    ]
    """
    When the service sent the event: RFC 3339, whole seconds, UTC. It may lie before the arrival by
    minutes.
    """
    region: Annotated[
        str,
        Meta(
            description="Where the event was sent from. Names of four letters (eusc-de-east-1) and with two dashes before the\nnumber (us-gov-west-1) exist.",
            min_length=1,
        ),
    ]
    """
    Where the event was sent from. Names of four letters (eusc-de-east-1) and with two dashes before the
    number (us-gov-west-1) exist.
    """
    replay_name: (
        Annotated[
            str,
            Meta(
                description="The replay that sent the event again from an archive; only on replayed events."
            ),
        ]
        | UnsetType
    ) = field(name="replay-name", default=UNSET)
    """The replay that sent the event again from an archive; only on replayed events."""
    resources: Annotated[
        list[Annotated[str, Meta(max_length=2048)]],
        Meta(
            description="ARNs that the event is about. The sending service decides; the key is always there, the list is\noften empty."
        ),
    ]
    """
    ARNs that the event is about. The sending service decides; the key is always there, the list is
    often empty.
    """
    detail: ScanResourceChangeDetail


class UserIdentity(EcrStruct, kw_only=True):
    """Who did it. Its keys depend on its type."""

    type: Annotated[str, Meta(description="Which keys there are.")] | UnsetType = UNSET
    """Which keys there are."""
    account_id: (
        Annotated[str, Meta(description="The account of who did it; a service has none.")]
        | UnsetType
    ) = field(name="accountId", default=UNSET)
    """The account of who did it; a service has none."""


class AnsweredImage(EcrStruct, kw_only=True):
    """The image that was put."""

    repository_name: (
        Annotated[
            str,
            Meta(
                description="The repository's name without the registry. May hold slashes.",
                max_length=256,
                min_length=2,
            ),
        ]
        | UnsetType
    ) = field(name="repositoryName", default=UNSET)
    """The repository's name without the registry. May hold slashes."""
    registry_id: (
        Annotated[str, Meta(description="The account that the image belongs to.")] | UnsetType
    ) = field(name="registryId", default=UNSET)
    """The account that the image belongs to."""
    image_id: AnsweredImageId = field(name="imageId")


class ImageAction(EcrStruct, kw_only=True):
    """One image."""

    lifecycle_event_image: ImageOfTheAction | UnsetType = field(
        name="lifecycleEventImage", default=UNSET
    )


class InspectorFindingDetail(EcrStruct, kw_only=True):
    """Detail of a finding."""

    aws_account_id: Annotated[str, Meta(description="The account of the finding.")] | UnsetType = (
        field(name="awsAccountId", default=UNSET)
    )
    """The account of the finding."""
    description: Annotated[str, Meta(description="What the vulnerability is.")] | UnsetType = UNSET
    """What the vulnerability is."""
    exploit_available: (
        Annotated[str, Meta(description="Whether an exploit is known; in newer pages.")] | UnsetType
    ) = field(name="exploitAvailable", default=UNSET)
    """Whether an exploit is known; in newer pages."""
    finding_arn: Annotated[
        str, Meta(description="The name of the finding; AWS advises to tell repeated events by it.")
    ] = field(name="findingArn")
    """The name of the finding; AWS advises to tell repeated events by it."""
    first_observed_at: (
        Annotated[
            str,
            Meta(
                description="When the finding was seen first. Not ISO 8601, and in two forms in AWS's own samples."
            ),
        ]
        | UnsetType
    ) = field(name="firstObservedAt", default=UNSET)
    """When the finding was seen first. Not ISO 8601, and in two forms in AWS's own samples."""
    fix_available: (
        Annotated[str, Meta(description="Whether all packages have a fix; in newer pages.")]
        | UnsetType
    ) = field(name="fixAvailable", default=UNSET)
    """Whether all packages have a fix; in newer pages."""
    inspector_score: (
        Annotated[
            float,
            Meta(description="A number from 0 to 10, with a fraction or without.", ge=0.0, le=10.0),
        ]
        | UnsetType
    ) = field(name="inspectorScore", default=UNSET)
    """A number from 0 to 10, with a fraction or without."""
    last_observed_at: (
        Annotated[
            str,
            Meta(
                description="When the finding was seen last. Not ISO 8601, and in two forms in AWS's own samples."
            ),
        ]
        | UnsetType
    ) = field(name="lastObservedAt", default=UNSET)
    """When the finding was seen last. Not ISO 8601, and in two forms in AWS's own samples."""
    package_vulnerability_details: PackageVulnerabilityDetails | UnsetType = field(
        name="packageVulnerabilityDetails", default=UNSET
    )
    remediation: Remediation | UnsetType = UNSET
    resources: Annotated[
        list[ResourceOfTheFinding],
        Meta(
            description="The image that the finding is about: a list of one, in no way the envelope's list.",
            max_length=1,
            min_length=1,
        ),
    ]
    """The image that the finding is about: a list of one, in no way the envelope's list."""
    severity: Annotated[
        str, Meta(description="UNTRIAGED is Inspector's word, UNDEFINED that of basic scans.")
    ]
    """UNTRIAGED is Inspector's word, UNDEFINED that of basic scans."""
    status: Annotated[str, Meta(description="CLOSED: it has been mended, or the image is gone.")]
    """CLOSED: it has been mended, or the image is gone."""
    title: Annotated[str, Meta(description="The finding in one line.")] | UnsetType = UNSET
    """The finding in one line."""
    type: Annotated[str, Meta(description="What sort of finding it is.")] | UnsetType = UNSET
    """What sort of finding it is."""
    updated_at: (
        Annotated[
            str,
            Meta(
                description="When the finding was changed last. Not ISO 8601, and in two forms in AWS's own samples."
            ),
        ]
        | UnsetType
    ) = field(name="updatedAt", default=UNSET)
    """When the finding was changed last. Not ISO 8601, and in two forms in AWS's own samples."""


class InspectorFindingEvent(EcrStruct, kw_only=True):
    """
    Enhanced scanning by Amazon Inspector: a vulnerability was found in an image, or what is known of
    one has changed or is closed. The same detail-type comes for EC2 instances and Lambda functions,
    which have other details. Since 2026 it comes for images of other clouds too: they have
    details.image in place of details.awsEcrContainerImage, resources that are no ARNs and a provider.
    Images of ECR may have details.image beside it, which is admitted and not generated. The same
    finding may come more than once. Keys within objects are those of the model of the Inspector API.
    Not in the schema registry.
    """

    version: Annotated[
        Literal["0"], Meta(description='Always "0": AWS adds fields without changing it.')
    ]
    """Always "0": AWS adds fields without changing it."""
    id: Annotated[
        str,
        Meta(
            description="Unique to the event. Laid out as a UUID, but its version and variant digits are arbitrary in real\nevents; a replayed event keeps it. Ids of AWS's printed samples may end in EXAMPLE and hold letters\nthat are no digits.",
            max_length=36,
            pattern="^[0-9A-Za-z]{8}-[0-9A-Za-z]{4}-[0-9A-Za-z]{4}-[0-9A-Za-z]{4}-([0-9A-Za-z]{12}|[0-9A-Za-z]{0,4}EXAMPLE)$",
        ),
    ]
    """
    Unique to the event. Laid out as a UUID, but its version and variant digits are arbitrary in real
    events; a replayed event keeps it. Ids of AWS's printed samples may end in EXAMPLE and hold letters
    that are no digits.
    """
    detail_type: Annotated[
        Literal["Inspector2 Finding"],
        Meta(description="The family the event belongs to, in words."),
    ] = field(name="detail-type")
    """The family the event belongs to, in words."""
    source: Annotated[
        Literal["aws.inspector2"], Meta(description="The service that sent the event.")
    ]
    """The service that sent the event."""
    account: Annotated[
        str,
        Meta(
            description="The 12 digits of the account that owns the resource. A string: it may begin with a zero.",
            max_length=12,
            pattern="^[0-9]{12}$",
        ),
    ]
    """The 12 digits of the account that owns the resource. A string: it may begin with a zero."""
    time: Annotated[
        str,
        Meta(
            description="When the service sent the event: RFC 3339, whole seconds, UTC. It may lie before the arrival by\nminutes.",
            max_length=20,
            pattern="^[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}Z$",
        ),
    ]
    """
    When the service sent the event: RFC 3339, whole seconds, UTC. It may lie before the arrival by
    minutes.
    """
    region: Annotated[
        str,
        Meta(
            description="Where the event was sent from. Names of four letters (eusc-de-east-1) and with two dashes before the\nnumber (us-gov-west-1) exist.",
            min_length=1,
        ),
    ]
    """
    Where the event was sent from. Names of four letters (eusc-de-east-1) and with two dashes before the
    number (us-gov-west-1) exist.
    """
    replay_name: (
        Annotated[
            str,
            Meta(
                description="The replay that sent the event again from an archive; only on replayed events."
            ),
        ]
        | UnsetType
    ) = field(name="replay-name", default=UNSET)
    """The replay that sent the event again from an archive; only on replayed events."""
    resources: Annotated[
        list[Annotated[str, Meta(max_length=2048)]],
        Meta(
            description="ARNs that the event is about. The sending service decides; the key is always there, the list is\noften empty."
        ),
    ]
    """
    ARNs that the event is about. The sending service decides; the key is always there, the list is
    often empty.
    """
    detail: InspectorFindingDetail


class InspectorScanDetail(EcrStruct, kw_only=True):
    """Detail of an enhanced scan."""

    scan_status: Annotated[str, Meta(description="How the scan ended.")] = field(name="scan-status")
    """How the scan ended."""
    repository_name: Annotated[
        str,
        Meta(
            description="The ARN of the repository, not its name; by one author's account real events append the image's\ndigest.",
            min_length=2,
        ),
    ] = field(name="repository-name")
    """
    The ARN of the repository, not its name; by one author's account real events append the image's
    digest.
    """
    finding_severity_counts: InspectorSeverityCounts | UnsetType = field(
        name="finding-severity-counts", default=UNSET
    )
    image_digest: (
        Annotated[
            str,
            Meta(
                description="The digest of the image's manifest. AWS's printed samples show 60 digits where real ones have 64."
            ),
        ]
        | UnsetType
    ) = field(name="image-digest", default=UNSET)
    """The digest of the image's manifest. AWS's printed samples show 60 digits where real ones have 64."""
    image_tags: (
        Annotated[
            list[
                Annotated[
                    str,
                    Meta(
                        description="A name for the image. The ECR API admits 300 characters, the grammar of the distribution\nspecification 128.",
                        max_length=300,
                    ),
                ]
            ],
            Meta(description="All tags of the image; empty when it has none."),
        ]
        | UnsetType
    ) = field(name="image-tags", default=UNSET)
    """All tags of the image; empty when it has none."""
    version: (
        Annotated[str, Meta(description="The version of the detail; captures of 2022 lack it.")]
        | UnsetType
    ) = UNSET
    """The version of the detail; captures of 2022 lack it."""


class InspectorScanEvent(EcrStruct, kw_only=True):
    """
    Enhanced scanning by Amazon Inspector: the first scan of an image ended. It comes in place of the
    event of basic scanning, from another source and with other words: repository-name is an ARN, and
    TOTAL may be more than the severities together. The same detail-type comes for EC2 instances and
    Lambda functions, which have no repository-name. Inspector has no endpoints in the isolated
    partitions, the European sovereign one and ap-southeast-6. Not in the schema registry.
    """

    version: Annotated[
        Literal["0"], Meta(description='Always "0": AWS adds fields without changing it.')
    ]
    """Always "0": AWS adds fields without changing it."""
    id: Annotated[
        str,
        Meta(
            description="Unique to the event. Laid out as a UUID, but its version and variant digits are arbitrary in real\nevents; a replayed event keeps it. Ids of AWS's printed samples may end in EXAMPLE and hold letters\nthat are no digits.",
            max_length=36,
            pattern="^[0-9A-Za-z]{8}-[0-9A-Za-z]{4}-[0-9A-Za-z]{4}-[0-9A-Za-z]{4}-([0-9A-Za-z]{12}|[0-9A-Za-z]{0,4}EXAMPLE)$",
        ),
    ]
    """
    Unique to the event. Laid out as a UUID, but its version and variant digits are arbitrary in real
    events; a replayed event keeps it. Ids of AWS's printed samples may end in EXAMPLE and hold letters
    that are no digits.
    """
    detail_type: Annotated[
        Literal["Inspector2 Scan"], Meta(description="The family the event belongs to, in words.")
    ] = field(name="detail-type")
    """The family the event belongs to, in words."""
    source: Annotated[
        Literal["aws.inspector2"], Meta(description="The service that sent the event.")
    ]
    """The service that sent the event."""
    account: Annotated[
        str,
        Meta(
            description="The 12 digits of the account that owns the resource. A string: it may begin with a zero.",
            max_length=12,
            pattern="^[0-9]{12}$",
        ),
    ]
    """The 12 digits of the account that owns the resource. A string: it may begin with a zero."""
    time: Annotated[
        str,
        Meta(
            description="When the service sent the event: RFC 3339, whole seconds, UTC. It may lie before the arrival by\nminutes.",
            max_length=20,
            pattern="^[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}Z$",
        ),
    ]
    """
    When the service sent the event: RFC 3339, whole seconds, UTC. It may lie before the arrival by
    minutes.
    """
    region: Annotated[
        str,
        Meta(
            description="Where the event was sent from. Names of four letters (eusc-de-east-1) and with two dashes before the\nnumber (us-gov-west-1) exist.",
            min_length=1,
        ),
    ]
    """
    Where the event was sent from. Names of four letters (eusc-de-east-1) and with two dashes before the
    number (us-gov-west-1) exist.
    """
    replay_name: (
        Annotated[
            str,
            Meta(
                description="The replay that sent the event again from an archive; only on replayed events."
            ),
        ]
        | UnsetType
    ) = field(name="replay-name", default=UNSET)
    """The replay that sent the event again from an archive; only on replayed events."""
    resources: Annotated[
        list[Annotated[str, Meta(max_length=2048)]],
        Meta(
            description="ARNs that the event is about. The sending service decides; the key is always there, the list is\noften empty."
        ),
    ]
    """
    ARNs that the event is about. The sending service decides; the key is always there, the list is
    often empty.
    """
    detail: InspectorScanDetail


class LifecyclePolicy(EcrStruct, kw_only=True):
    """The rules of the policy."""

    lifecycle_event_rules: (
        Annotated[list[LifecycleRule], Meta(description="What the policy says.")] | UnsetType
    ) = field(name="lifecycleEventRules", default=UNSET)
    """What the policy says."""
    last_evaluated_at: (
        Annotated[int, Meta(description="Milliseconds since 1970; 0 in the printed record.")]
        | UnsetType
    ) = field(name="lastEvaluatedAt", default=UNSET)
    """Milliseconds since 1970; 0 in the printed record."""
    policy_version: Annotated[int, Meta(description="The version of the policy.")] | UnsetType = (
        field(name="policyVersion", default=UNSET)
    )
    """The version of the policy."""
    policy_id: Annotated[str, Meta(description="The name of the policy.")] | UnsetType = field(
        name="policyId", default=UNSET
    )
    """The name of the policy."""


class ResponseElements(EcrStruct, kw_only=True):
    """The answer in camel case, or null: when the call failed, and where it only read."""

    image: AnsweredImage | UnsetType = UNSET
    image_ids: (
        Annotated[list[ImageIdOfTheAnswer], Meta(description="The images that were deleted.")]
        | UnsetType
    ) = field(name="imageIds", default=UNSET)
    """The images that were deleted."""
    repository: AnsweredRepository | UnsetType = UNSET


class ServiceEventDetails(EcrStruct, kw_only=True):
    """What was done to which images."""

    repository_name: (
        Annotated[
            str,
            Meta(
                description="The repository's name without the registry. May hold slashes.",
                max_length=256,
                min_length=2,
            ),
        ]
        | UnsetType
    ) = field(name="repositoryName", default=UNSET)
    """The repository's name without the registry. May hold slashes."""
    lifecycle_event_policy: LifecyclePolicy | UnsetType = field(
        name="lifecycleEventPolicy", default=UNSET
    )
    lifecycle_event_image_actions: (
        Annotated[
            list[ImageAction],
            Meta(
                description="The images that the policy found; what was done stands with each. pushedAt is a number of\nmilliseconds since 1970."
            ),
        ]
        | UnsetType
    ) = field(name="lifecycleEventImageActions", default=UNSET)
    """
    The images that the policy found; what was done stands with each. pushedAt is a number of
    milliseconds since 1970.
    """
    lifecycle_event_failure_details: (
        Annotated[list[Failure], Meta(description="The images that could not be expired.")]
        | UnsetType
    ) = field(name="lifecycleEventFailureDetails", default=UNSET)
    """The images that could not be expired."""
    target_storage_class: Annotated[str, Meta(description="Of a restore.")] | UnsetType = field(
        name="targetStorageClass", default=UNSET
    )
    """Of a restore."""
    result: Annotated[str, Meta(description="Of a restore.")] | UnsetType = UNSET
    """Of a restore."""
    image_status: (
        Annotated[str, Meta(description="Of a restore: what the image is now.")] | UnsetType
    ) = field(name="imageStatus", default=UNSET)
    """Of a restore: what the image is now."""


class CloudTrailAPICallDetail(EcrStruct, kw_only=True):
    """The record of a call."""

    event_version: Annotated[str, Meta(description="The version of the record.")] | UnsetType = (
        field(name="eventVersion", default=UNSET)
    )
    """The version of the record."""
    user_identity: UserIdentity | UnsetType = field(name="userIdentity", default=UNSET)
    event_time: Annotated[str, Meta(description="When it was done.")] | UnsetType = field(
        name="eventTime", default=UNSET
    )
    """When it was done."""
    event_source: Annotated[
        Literal["ecr.amazonaws.com"], Meta(description="The service: not the envelope's source.")
    ] = field(name="eventSource")
    """The service: not the envelope's source."""
    aws_region: Annotated[str, Meta(description="The region, as in the envelope.")] | UnsetType = (
        field(name="awsRegion", default=UNSET)
    )
    """The region, as in the envelope."""
    source_ip_address: (
        Annotated[str, Meta(description="An address, or the name of a service.")] | UnsetType
    ) = field(name="sourceIPAddress", default=UNSET)
    """An address, or the name of a service."""
    user_agent: Annotated[str, Meta(description="What made the call.")] | UnsetType = field(
        name="userAgent", default=UNSET
    )
    """What made the call."""
    event_name: Annotated[
        str, Meta(description="The operation that was called. There are many more than those here.")
    ] = field(name="eventName")
    """The operation that was called. There are many more than those here."""
    request_parameters: RequestParameters | UnsetType | None = field(
        name="requestParameters", default=UNSET
    )
    response_elements: ResponseElements | UnsetType | None = field(
        name="responseElements", default=UNSET
    )
    request_id: Annotated[str, Meta(description="The id of the request.")] | UnsetType = field(
        name="requestID", default=UNSET
    )
    """The id of the request."""
    event_id: (
        Annotated[str, Meta(description="The id of the record: not the envelope's id.")] | UnsetType
    ) = field(name="eventID", default=UNSET)
    """The id of the record: not the envelope's id."""
    read_only: (
        Annotated[bool, Meta(description="Whether the call changes nothing.")] | UnsetType
    ) = field(name="readOnly", default=UNSET)
    """Whether the call changes nothing."""
    resources: (
        Annotated[
            list[ResourceOfTheRecord],
            Meta(
                description="ARNs of the call: not the envelope's list. The key is ARN, in capitals.",
                max_length=1,
                min_length=1,
            ),
        ]
        | UnsetType
    ) = UNSET
    """ARNs of the call: not the envelope's list. The key is ARN, in capitals."""
    event_type: Annotated[
        Literal["AwsApiCall"],
        Meta(description="A call, not something that the service did by itself."),
    ] = field(name="eventType")
    """A call, not something that the service did by itself."""
    management_event: (
        Annotated[bool, Meta(description="Whether it is an event of management.")] | UnsetType
    ) = field(name="managementEvent", default=UNSET)
    """Whether it is an event of management."""
    event_category: Annotated[str, Meta(description="Management.")] | UnsetType = field(
        name="eventCategory", default=UNSET
    )
    """Management."""
    recipient_account_id: (
        Annotated[
            str, Meta(description="The account whose trail has the record, as in the envelope.")
        ]
        | UnsetType
    ) = field(name="recipientAccountId", default=UNSET)
    """The account whose trail has the record, as in the envelope."""
    error_code: (
        Annotated[str, Meta(description="Why the call failed; nothing when it did not.")]
        | UnsetType
    ) = field(name="errorCode", default=UNSET)
    """Why the call failed; nothing when it did not."""
    error_message: (
        Annotated[str, Meta(description="Why the call failed, in words.")] | UnsetType
    ) = field(name="errorMessage", default=UNSET)
    """Why the call failed, in words."""


class CloudTrailAPICallEvent(EcrStruct, kw_only=True):
    """
    A call of the ECR API, as CloudTrail records it; a trail has to be there. Calls that failed come as
    well, with errorCode. Calls that only read reach a rule in one of its states alone. PutImage holds
    the whole manifest. Keys within requests and answers are those of the model of the ECR API. Never
    captured.
    """

    version: Annotated[
        Literal["0"], Meta(description='Always "0": AWS adds fields without changing it.')
    ]
    """Always "0": AWS adds fields without changing it."""
    id: Annotated[
        str,
        Meta(
            description="Unique to the event. Laid out as a UUID, but its version and variant digits are arbitrary in real\nevents; a replayed event keeps it. Ids of AWS's printed samples may end in EXAMPLE and hold letters\nthat are no digits.",
            max_length=36,
            pattern="^[0-9A-Za-z]{8}-[0-9A-Za-z]{4}-[0-9A-Za-z]{4}-[0-9A-Za-z]{4}-([0-9A-Za-z]{12}|[0-9A-Za-z]{0,4}EXAMPLE)$",
        ),
    ]
    """
    Unique to the event. Laid out as a UUID, but its version and variant digits are arbitrary in real
    events; a replayed event keeps it. Ids of AWS's printed samples may end in EXAMPLE and hold letters
    that are no digits.
    """
    detail_type: Annotated[
        Literal["AWS API Call via CloudTrail"],
        Meta(description="The family the event belongs to, in words."),
    ] = field(name="detail-type")
    """The family the event belongs to, in words."""
    source: Annotated[Literal["aws.ecr"], Meta(description="The service that sent the event.")]
    """The service that sent the event."""
    account: Annotated[
        str,
        Meta(
            description="The 12 digits of the account that owns the resource. A string: it may begin with a zero.",
            max_length=12,
            pattern="^[0-9]{12}$",
        ),
    ]
    """The 12 digits of the account that owns the resource. A string: it may begin with a zero."""
    time: Annotated[
        str,
        Meta(
            description="When the service sent the event: RFC 3339, whole seconds, UTC. It may lie before the arrival by\nminutes.",
            max_length=20,
            pattern="^[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}Z$",
        ),
    ]
    """
    When the service sent the event: RFC 3339, whole seconds, UTC. It may lie before the arrival by
    minutes.
    """
    region: Annotated[
        str,
        Meta(
            description="Where the event was sent from. Names of four letters (eusc-de-east-1) and with two dashes before the\nnumber (us-gov-west-1) exist.",
            min_length=1,
        ),
    ]
    """
    Where the event was sent from. Names of four letters (eusc-de-east-1) and with two dashes before the
    number (us-gov-west-1) exist.
    """
    replay_name: (
        Annotated[
            str,
            Meta(
                description="The replay that sent the event again from an archive; only on replayed events."
            ),
        ]
        | UnsetType
    ) = field(name="replay-name", default=UNSET)
    """The replay that sent the event again from an archive; only on replayed events."""
    resources: Annotated[
        list[Annotated[str, Meta(max_length=2048)]],
        Meta(
            description="ARNs that the event is about. The sending service decides; the key is always there, the list is\noften empty."
        ),
    ]
    """
    ARNs that the event is about. The sending service decides; the key is always there, the list is
    often empty.
    """
    detail: CloudTrailAPICallDetail


class CloudTrailServiceEventDetail(EcrStruct, kw_only=True):
    """The record of what the service did."""

    event_version: Annotated[str, Meta(description="The version of the record.")] | UnsetType = (
        field(name="eventVersion", default=UNSET)
    )
    """The version of the record."""
    user_identity: UserIdentity | UnsetType = field(name="userIdentity", default=UNSET)
    event_time: Annotated[str, Meta(description="When it was done.")] | UnsetType = field(
        name="eventTime", default=UNSET
    )
    """When it was done."""
    event_source: Annotated[
        Literal["ecr.amazonaws.com"], Meta(description="The service: not the envelope's source.")
    ] = field(name="eventSource")
    """The service: not the envelope's source."""
    aws_region: Annotated[str, Meta(description="The region, as in the envelope.")] | UnsetType = (
        field(name="awsRegion", default=UNSET)
    )
    """The region, as in the envelope."""
    source_ip_address: (
        Annotated[str, Meta(description="An address, or the name of a service.")] | UnsetType
    ) = field(name="sourceIPAddress", default=UNSET)
    """An address, or the name of a service."""
    user_agent: Annotated[str, Meta(description="What made the call.")] | UnsetType = field(
        name="userAgent", default=UNSET
    )
    """What made the call."""
    event_name: Annotated[str, Meta(description="What was done.")] = field(name="eventName")
    """What was done."""
    request_parameters: (
        Annotated[None, Meta(description="Nothing was called: always null.")] | UnsetType | None
    ) = field(name="requestParameters", default=UNSET)
    """Nothing was called: always null."""
    response_elements: (
        Annotated[None, Meta(description="Nothing was called: always null.")] | UnsetType | None
    ) = field(name="responseElements", default=UNSET)
    """Nothing was called: always null."""
    event_id: (
        Annotated[str, Meta(description="The id of the record: not the envelope's id.")] | UnsetType
    ) = field(name="eventID", default=UNSET)
    """The id of the record: not the envelope's id."""
    read_only: Annotated[bool, Meta(description="Whether nothing was changed.")] | UnsetType = (
        field(name="readOnly", default=UNSET)
    )
    """Whether nothing was changed."""
    event_type: Annotated[
        Literal["AwsServiceEvent"],
        Meta(description="Something that the service did by itself, not a call."),
    ] = field(name="eventType")
    """Something that the service did by itself, not a call."""
    management_event: (
        Annotated[bool, Meta(description="Whether it is an event of management.")] | UnsetType
    ) = field(name="managementEvent", default=UNSET)
    """Whether it is an event of management."""
    event_category: Annotated[str, Meta(description="Management.")] | UnsetType = field(
        name="eventCategory", default=UNSET
    )
    """Management."""
    recipient_account_id: (
        Annotated[
            str, Meta(description="The account whose trail has the record, as in the envelope.")
        ]
        | UnsetType
    ) = field(name="recipientAccountId", default=UNSET)
    """The account whose trail has the record, as in the envelope."""
    service_event_details: ServiceEventDetails | UnsetType = field(
        name="serviceEventDetails", default=UNSET
    )


class CloudTrailServiceEvent(EcrStruct, kw_only=True):
    """
    Something that ECR did by itself, as CloudTrail records it: a lifecycle policy ran or was previewed,
    or an archived image was restored. A large run is told in several events. That such records reach
    EventBridge in this form is inferred from CloudTrail's general mapping. Not in the schema registry,
    never captured.
    """

    version: Annotated[
        Literal["0"], Meta(description='Always "0": AWS adds fields without changing it.')
    ]
    """Always "0": AWS adds fields without changing it."""
    id: Annotated[
        str,
        Meta(
            description="Unique to the event. Laid out as a UUID, but its version and variant digits are arbitrary in real\nevents; a replayed event keeps it. Ids of AWS's printed samples may end in EXAMPLE and hold letters\nthat are no digits.",
            max_length=36,
            pattern="^[0-9A-Za-z]{8}-[0-9A-Za-z]{4}-[0-9A-Za-z]{4}-[0-9A-Za-z]{4}-([0-9A-Za-z]{12}|[0-9A-Za-z]{0,4}EXAMPLE)$",
        ),
    ]
    """
    Unique to the event. Laid out as a UUID, but its version and variant digits are arbitrary in real
    events; a replayed event keeps it. Ids of AWS's printed samples may end in EXAMPLE and hold letters
    that are no digits.
    """
    detail_type: Annotated[
        Literal["AWS Service Event via CloudTrail"],
        Meta(description="The family the event belongs to, in words."),
    ] = field(name="detail-type")
    """The family the event belongs to, in words."""
    source: Annotated[Literal["aws.ecr"], Meta(description="The service that sent the event.")]
    """The service that sent the event."""
    account: Annotated[
        str,
        Meta(
            description="The 12 digits of the account that owns the resource. A string: it may begin with a zero.",
            max_length=12,
            pattern="^[0-9]{12}$",
        ),
    ]
    """The 12 digits of the account that owns the resource. A string: it may begin with a zero."""
    time: Annotated[
        str,
        Meta(
            description="When the service sent the event: RFC 3339, whole seconds, UTC. It may lie before the arrival by\nminutes.",
            max_length=20,
            pattern="^[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}Z$",
        ),
    ]
    """
    When the service sent the event: RFC 3339, whole seconds, UTC. It may lie before the arrival by
    minutes.
    """
    region: Annotated[
        str,
        Meta(
            description="Where the event was sent from. Names of four letters (eusc-de-east-1) and with two dashes before the\nnumber (us-gov-west-1) exist.",
            min_length=1,
        ),
    ]
    """
    Where the event was sent from. Names of four letters (eusc-de-east-1) and with two dashes before the
    number (us-gov-west-1) exist.
    """
    replay_name: (
        Annotated[
            str,
            Meta(
                description="The replay that sent the event again from an archive; only on replayed events."
            ),
        ]
        | UnsetType
    ) = field(name="replay-name", default=UNSET)
    """The replay that sent the event again from an archive; only on replayed events."""
    resources: Annotated[
        list[Annotated[str, Meta(max_length=2048)]],
        Meta(
            description="ARNs that the event is about. The sending service decides; the key is always there, the list is\noften empty."
        ),
    ]
    """
    ARNs that the event is about. The sending service decides; the key is always there, the list is
    often empty.
    """
    detail: CloudTrailServiceEventDetail


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
    """The event, as the class of its kind. Raises ValidationError for one that is refused."""
    name = _class_name(event)
    if name is None:
        raise ValidationError(_NO_KIND)
    cls: type[EcrEvent] = globals()[name]
    return cls.from_event(event)
