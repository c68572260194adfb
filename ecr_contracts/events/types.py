# generated, do not edit: python -m generators
# fingerprint of the schemas: 3bfda3bcfde7fe2a

"""The events of Amazon ECR as typed dictionaries: what `json.loads` gives, typed."""

import sys
from collections.abc import Mapping
from typing import TYPE_CHECKING, Annotated, Any, Literal, NotRequired, TypeAlias, get_args

if TYPE_CHECKING or sys.version_info >= (3, 12):
    from typing import TypedDict
else:  # pydantic takes no other before Python 3.12
    try:
        from typing_extensions import TypedDict
    except ImportError:
        from typing import TypedDict

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


class AnsweredImageId(TypedDict):
    """An image by its digest and one of its tags."""

    imageDigest: NotRequired[str]
    """The digest of the image's manifest. AWS's printed samples show 60 digits where real ones have 64."""
    imageTag: NotRequired[str]
    """
    A name for the image. The ECR API admits 300 characters, the grammar of the distribution
    specification 128.
    """


class AnsweredRepository(TypedDict):
    """The repository that was created or deleted."""

    repositoryName: NotRequired[str]
    """The repository's name without the registry. May hold slashes."""
    repositoryArn: NotRequired[str]
    """The ARN of the repository."""
    repositoryUri: NotRequired[str]
    """The place of the repository, as docker takes it."""
    registryId: NotRequired[str]
    """The account that the repository belongs to."""
    createdAt: NotRequired[str]
    """When it was created: not ISO 8601."""


ArchiveDetail = TypedDict(
    "ArchiveDetail",
    {
        # How the action ended. A failed push says FAILURE, a failed replication FAILED; of this action no
        # failure is printed.
        "result": str,
        # The repository's name without the registry. May hold slashes.
        "repository-name": str,
        # The digest of the image's manifest. AWS's printed samples show 60 digits where real ones have 64.
        "image-digest": NotRequired[str],
        # What was done: neither a push nor a deletion.
        "action-type": Literal["UPDATE_STORAGE_CLASS"],
        # ARCHIVE: the image was archived. STANDARD: it was restored.
        "target-storage-class": Literal["ARCHIVE"],
        # The printed sample has none; the registry says that it may be there.
        "image-tag": NotRequired[str],
        # The media type of the image's manifest. In every push captured since May 2023, in none before; AWS's
        # samples of pushes and deletions lack it.
        "manifest-media-type": NotRequired[str],
        # For an image the media type of its configuration, for other artifacts the artifact's type.
        "artifact-media-type": NotRequired[str],
    },
)
"""Detail of an image archived."""


ArchiveEvent = TypedDict(
    "ArchiveEvent",
    {
        # Always "0": AWS adds fields without changing it.
        "version": Literal["0"],
        # Unique to the event. Laid out as a UUID, but its version and variant digits are arbitrary in real
        # events; a replayed event keeps it. Ids of AWS's printed samples may end in EXAMPLE and hold letters
        # that are no digits.
        "id": str,
        # The family the event belongs to, in words.
        "detail-type": Literal["ECR Image Action"],
        # The service that sent the event.
        "source": Literal["aws.ecr"],
        # The 12 digits of the account that owns the resource. A string: it may begin with a zero.
        "account": str,
        # When the service sent the event: RFC 3339, whole seconds, UTC. It may lie before the arrival by
        # minutes.
        "time": str,
        # Where the event was sent from. Names of four letters (eusc-de-east-1) and with two dashes before the
        # number (us-gov-west-1) exist.
        "region": str,
        # The replay that sent the event again from an archive; only on replayed events.
        "replay-name": NotRequired[str],
        # ARNs that the event is about. The sending service decides; the key is always there, the list is
        # often empty.
        "resources": list[str],
        "detail": ArchiveDetail,
    },
)
"""An image was moved to the archive storage class. It is an image action that is neither a push nor a
deletion, and names no tag. Archived images are not scanned. Never captured.
"""


ArtifactActionEvent = TypedDict(
    "ArtifactActionEvent",
    {
        # Always "0": AWS adds fields without changing it.
        "version": Literal["0"],
        # Unique to the event. Laid out as a UUID, but its version and variant digits are arbitrary in real
        # events; a replayed event keeps it. Ids of AWS's printed samples may end in EXAMPLE and hold letters
        # that are no digits.
        "id": str,
        # The family the event belongs to, in words.
        "detail-type": Literal["ECR Artifact Action"],
        # The service that sent the event.
        "source": Literal["aws.ecr"],
        # The 12 digits of the account that owns the resource. A string: it may begin with a zero.
        "account": str,
        # When the service sent the event: RFC 3339, whole seconds, UTC. It may lie before the arrival by
        # minutes.
        "time": str,
        # Where the event was sent from. Names of four letters (eusc-de-east-1) and with two dashes before the
        # number (us-gov-west-1) exist.
        "region": str,
        # The replay that sent the event again from an archive; only on replayed events.
        "replay-name": NotRequired[str],
        # ARNs that the event is about. The sending service decides; the key is always there, the list is
        # often empty.
        "resources": list[str],
        # Nothing is known of it.
        "detail": dict[str, Any],
    },
)
"""Something was done to an artifact. AWS names the detail-type and prints nothing of the event: the
detail is opaque here, and anything in it is admitted. Not in the schema registry, never captured.
"""


ChangedRepository = TypedDict(
    "ChangedRepository",
    {
        # The repository's name without the registry. May hold slashes.
        "repository-name": str,
        # The ARN of the repository; its name begins behind the first `repository/`.
        "repository-arn": str,
        # How often it is scanned now.
        "scan-frequency": NotRequired[str],
        # How often it was scanned before.
        "previous-scan-frequency": NotRequired[str],
    },
)
"""One repository and its frequencies."""


class ContainerImage(TypedDict):
    """The image. Its repository's name is plain here, no ARN."""

    repositoryName: str
    """The repository's name without the registry. May hold slashes."""
    imageHash: str
    """The digest of the image's manifest. AWS's printed samples show 60 digits where real ones have 64."""
    imageTags: NotRequired[list[str]]
    """All tags of the image; empty or missing when it has none."""
    registry: str
    """The account of the registry."""
    architecture: NotRequired[str]
    """The processor that the image is for."""
    platform: NotRequired[str]
    """The operating system of the image."""
    pushedAt: NotRequired[str]
    """When the image was pushed. Not ISO 8601, and in two forms in AWS's own samples."""
    inUseCount: NotRequired[int]
    """How many clusters run the image; in the ECR guide's sample, not in Inspector's."""


class CoverageStatus(TypedDict):
    """Whether it is scanned, and why not."""

    reason: str
    """Why; the API has some forty values."""
    statusCodeValue: str
    """ACTIVE or INACTIVE."""


DeleteDetail = TypedDict(
    "DeleteDetail",
    {
        # How the action ended. A failed push says FAILURE (a failed replication says FAILED).
        "result": str,
        # The repository's name without the registry. May hold slashes.
        "repository-name": str,
        # The digest of the image's manifest. AWS's printed samples show 60 digits where real ones have 64.
        "image-digest": NotRequired[str],
        # What was done to the image.
        "action-type": Literal["DELETE"],
        # A name for the image. The ECR API admits 300 characters, the grammar of the distribution
        # specification 128.
        "image-tag": NotRequired[str],
        # The media type of the image's manifest. In every push captured since May 2023, in none before; AWS's
        # samples of pushes and deletions lack it.
        "manifest-media-type": NotRequired[str],
        # For an image the media type of its configuration, for other artifacts the artifact's type.
        "artifact-media-type": NotRequired[str],
    },
)
"""Detail of a deletion."""


DeleteEvent = TypedDict(
    "DeleteEvent",
    {
        # Always "0": AWS adds fields without changing it.
        "version": Literal["0"],
        # Unique to the event. Laid out as a UUID, but its version and variant digits are arbitrary in real
        # events; a replayed event keeps it. Ids of AWS's printed samples may end in EXAMPLE and hold letters
        # that are no digits.
        "id": str,
        # The family the event belongs to, in words.
        "detail-type": Literal["ECR Image Action"],
        # The service that sent the event.
        "source": Literal["aws.ecr"],
        # The 12 digits of the account that owns the resource. A string: it may begin with a zero.
        "account": str,
        # When the service sent the event: RFC 3339, whole seconds, UTC. It may lie before the arrival by
        # minutes.
        "time": str,
        # Where the event was sent from. Names of four letters (eusc-de-east-1) and with two dashes before the
        # number (us-gov-west-1) exist.
        "region": str,
        # The replay that sent the event again from an archive; only on replayed events.
        "replay-name": NotRequired[str],
        # ARNs that the event is about. The sending service decides; the key is always there, the list is
        # often empty.
        "resources": list[str],
        "detail": DeleteDetail,
    },
)
"""An image was deleted. Whether removing one of several tags, deleting by digest, or a lifecycle
policy sends this event is not documented. Since 2026 a replication rule may replicate deletions,
off by default; which event the destination sends is stated nowhere. Never captured.
"""


class Failure(TypedDict):
    """Why an image could not be expired."""

    failureCode: NotRequired[str]
    """Why."""
    failureReason: NotRequired[str]
    """Why, in words."""


class FindingSeverityCounts(TypedDict):
    """
    How many findings of each severity. Severities without findings may be missing or zero; the whole
    object may be missing.
    """

    CRITICAL: NotRequired[int]
    """Findings of severity CRITICAL."""
    HIGH: NotRequired[int]
    """Findings of severity HIGH."""
    MEDIUM: NotRequired[int]
    """Findings of severity MEDIUM."""
    LOW: NotRequired[int]
    """Findings of severity LOW."""
    INFORMATIONAL: NotRequired[int]
    """Findings of severity INFORMATIONAL."""
    UNDEFINED: NotRequired[int]
    """Findings of severity UNDEFINED."""


class ImageIdOfTheAnswer(TypedDict):
    """An image by its digest and one of its tags."""

    imageDigest: NotRequired[str]
    """The digest of the image's manifest. AWS's printed samples show 60 digits where real ones have 64."""
    imageTag: NotRequired[str]
    """
    A name for the image. The ECR API admits 300 characters, the grammar of the distribution
    specification 128.
    """


class ImageIdOfTheRequest(TypedDict):
    """An image by its digest and one of its tags."""

    imageDigest: NotRequired[str]
    """The digest of the image's manifest, where the call names it."""
    imageTag: NotRequired[str]
    """
    A name for the image. The ECR API admits 300 characters, the grammar of the distribution
    specification 128.
    """


class ImageOfAnyCloud(TypedDict):
    """An image in the words for all clouds, since 2026: alone for images of other clouds."""

    repositoryName: NotRequired[str]
    """The name of the repository."""
    registry: NotRequired[str]
    """The host of the registry, where that is not ECR."""
    imageTags: NotRequired[list[str]]
    """All tags of the image."""
    imageDigest: NotRequired[str]
    """The digest of the image's manifest: called imageHash for images of ECR."""


class ImageOfTheAction(TypedDict):
    """The image; up to 100 of its tags are listed."""

    digest: NotRequired[str]
    """The digest of the image's manifest. AWS's printed samples show 60 digits where real ones have 64."""
    tagStatus: NotRequired[str]
    """Whether it has tags."""
    tagList: NotRequired[list[str]]
    """The tags of the image: up to 100 are listed."""
    pushedAt: NotRequired[int]
    """Milliseconds since 1970."""


class InspectorCoverageDetail(TypedDict):
    """Detail of a change of coverage."""

    scanStatus: CoverageStatus
    scanType: NotRequired[str]
    """What is scanned for."""
    provider: NotRequired[str]
    """The cloud of the resource, since 2026: AWS for images of ECR."""
    providerAccountId: NotRequired[str]
    """The account in that cloud: in AWS the envelope's."""
    providerRegion: NotRequired[str]
    """The region in that cloud: in AWS the envelope's."""
    eventTimestamp: NotRequired[str]
    """When it changed, with microseconds."""
    version: NotRequired[str]
    """The version of the detail."""


InspectorCoverageEvent = TypedDict(
    "InspectorCoverageEvent",
    {
        # Always "0": AWS adds fields without changing it.
        "version": Literal["0"],
        # Unique to the event. Laid out as a UUID, but its version and variant digits are arbitrary in real
        # events; a replayed event keeps it. Ids of AWS's printed samples may end in EXAMPLE and hold letters
        # that are no digits.
        "id": str,
        # The family the event belongs to, in words.
        "detail-type": Literal["Inspector2 Coverage"],
        # The service that sent the event.
        "source": Literal["aws.inspector2"],
        # The 12 digits of the account that owns the resource. A string: it may begin with a zero.
        "account": str,
        # When the service sent the event: RFC 3339, whole seconds, UTC. It may lie before the arrival by
        # minutes.
        "time": str,
        # Where the event was sent from. Names of four letters (eusc-de-east-1) and with two dashes before the
        # number (us-gov-west-1) exist.
        "region": str,
        # The replay that sent the event again from an archive; only on replayed events.
        "replay-name": NotRequired[str],
        # ARNs that the event is about. The sending service decides; the key is always there, the list is
        # often empty.
        "resources": list[str],
        "detail": InspectorCoverageDetail,
    },
)
"""Enhanced scanning by Amazon Inspector: whether a resource is scanned has changed. The same detail-
type comes for EC2 instances and Lambda functions; nothing but the envelope's resources tells. Since
2026 provider, providerAccountId and providerRegion say which cloud it is of; events of other clouds
are admitted, and not generated. Not in the schema registry, never captured.
"""


class InspectorSeverityCounts(TypedDict):
    """
    How many findings of each severity, and of all in TOTAL, which also counts severities that are not
    listed.
    """

    CRITICAL: NotRequired[int]
    """Findings of severity CRITICAL."""
    HIGH: NotRequired[int]
    """Findings of severity HIGH."""
    MEDIUM: NotRequired[int]
    """Findings of severity MEDIUM."""
    TOTAL: NotRequired[int]
    """All findings: the severities that are listed, and more."""


class LifecycleRule(TypedDict):
    """One rule of the policy."""

    rulePriority: NotRequired[int]
    """The order of the rules."""
    description: NotRequired[str]
    """What the rule is for."""
    action: NotRequired[str]
    """What is done with the images."""


class PackageVulnerabilityDetails(TypedDict):
    """The vulnerability and the packages that have it."""

    source: str
    """Who told of the vulnerability."""
    vulnerabilityId: str
    """The name of the vulnerability."""


PullThroughCacheDetail = TypedDict(
    "PullThroughCacheDetail",
    {
        # The version of the rule: a string. The registry does not have it.
        "rule-version": NotRequired[str],
        # How the synchronisation ended. Which word a failure has is not stated.
        "sync-status": str,
        # What the rule puts before the names of upstream repositories: 2 to 30 characters, or ROOT.
        "ecr-repository-prefix": str,
        # The prefix, a slash and the upstream repository's name.
        "repository-name": str,
        # The host of the upstream registry, without a scheme.
        "upstream-registry-url": str,
        # A name for the image. The ECR API admits 300 characters, the grammar of the distribution
        # specification 128.
        "image-tag": NotRequired[str],
        # The digest of the image's manifest. AWS's printed samples show 60 digits where real ones have 64.
        "image-digest": NotRequired[str],
        # Why it failed. The registry has the key, the page does not; no values are listed.
        "failure-code": NotRequired[str],
        # Why it failed, in words. The registry has the key, the page does not.
        "failure-reason": NotRequired[str],
    },
)
"""Detail of a synchronisation with an upstream registry."""


PullThroughCacheEvent = TypedDict(
    "PullThroughCacheEvent",
    {
        # Always "0": AWS adds fields without changing it.
        "version": Literal["0"],
        # Unique to the event. Laid out as a UUID, but its version and variant digits are arbitrary in real
        # events; a replayed event keeps it. Ids of AWS's printed samples may end in EXAMPLE and hold letters
        # that are no digits.
        "id": str,
        # The family the event belongs to, in words.
        "detail-type": Literal["ECR Pull Through Cache Action"],
        # The service that sent the event.
        "source": Literal["aws.ecr"],
        # The 12 digits of the account that owns the resource. A string: it may begin with a zero.
        "account": str,
        # When the service sent the event: RFC 3339, whole seconds, UTC. It may lie before the arrival by
        # minutes.
        "time": str,
        # Where the event was sent from. Names of four letters (eusc-de-east-1) and with two dashes before the
        # number (us-gov-west-1) exist.
        "region": str,
        # The replay that sent the event again from an archive; only on replayed events.
        "replay-name": NotRequired[str],
        # ARNs that the event is about. The sending service decides; the key is always there, the list is
        # often empty.
        "resources": list[str],
        "detail": PullThroughCacheDetail,
    },
)
"""An image was fetched from an upstream registry into the cache, or this was tried. A multi-platform
image sends one event for its list and one for each manifest: inferred from the page. Not offered in
China and in GovCloud. AWS's sample does not parse (a trailing comma) and names the day 2023-02-29.
Never captured.
"""


PushDetail = TypedDict(
    "PushDetail",
    {
        # How the action ended. A failed push says FAILURE (a failed replication says FAILED).
        "result": str,
        # The repository's name without the registry. May hold slashes.
        "repository-name": str,
        # The digest of the image's manifest. AWS's printed samples show 60 digits where real ones have 64.
        "image-digest": NotRequired[str],
        # What was done to the image.
        "action-type": Literal["PUSH"],
        # A name for the image. The ECR API admits 300 characters, the grammar of the distribution
        # specification 128.
        "image-tag": NotRequired[str],
        # The media type of the image's manifest. In every push captured since May 2023, in none before; AWS's
        # samples of pushes and deletions lack it.
        "manifest-media-type": NotRequired[str],
        # For an image the media type of its configuration, for other artifacts the artifact's type.
        "artifact-media-type": NotRequired[str],
    },
)
"""Detail of a push."""


PushEvent = TypedDict(
    "PushEvent",
    {
        # Always "0": AWS adds fields without changing it.
        "version": Literal["0"],
        # Unique to the event. Laid out as a UUID, but its version and variant digits are arbitrary in real
        # events; a replayed event keeps it. Ids of AWS's printed samples may end in EXAMPLE and hold letters
        # that are no digits.
        "id": str,
        # The family the event belongs to, in words.
        "detail-type": Literal["ECR Image Action"],
        # The service that sent the event.
        "source": Literal["aws.ecr"],
        # The 12 digits of the account that owns the resource. A string: it may begin with a zero.
        "account": str,
        # When the service sent the event: RFC 3339, whole seconds, UTC. It may lie before the arrival by
        # minutes.
        "time": str,
        # Where the event was sent from. Names of four letters (eusc-de-east-1) and with two dashes before the
        # number (us-gov-west-1) exist.
        "region": str,
        # The replay that sent the event again from an archive; only on replayed events.
        "replay-name": NotRequired[str],
        # ARNs that the event is about. The sending service decides; the key is always there, the list is
        # often empty.
        "resources": list[str],
        "detail": PushDetail,
    },
)
"""An image, or one manifest of it, was pushed. A push of a multi-platform image sends one event for
each manifest, its children untagged: inferred, since nobody has captured all events of one.
"""


class Recommendation(TypedDict):
    """What is recommended."""

    text: NotRequired[str]
    """What is recommended, in words."""


ReferrerRestoreDetail = TypedDict(
    "ReferrerRestoreDetail",
    {
        # How the action ended. A failed push says FAILURE, a failed replication FAILED; of this action no
        # failure is printed.
        "result": str,
        # The repository's name without the registry. May hold slashes.
        "repository-name": str,
        # The digest of the image's manifest. AWS's printed samples show 60 digits where real ones have 64.
        "image-digest": NotRequired[str],
        # What was done: neither a push nor a deletion.
        "action-type": Literal["UPDATE_STORAGE_CLASS"],
        # ARCHIVE: the image was archived. STANDARD: it was restored.
        "target-storage-class": Literal["STANDARD"],
        # When the image became active again: RFC 3339 with a fraction of a second, of which the printed
        # sample has two digits (`2025-10-10T19:13:02.74Z`). The registry calls it a string, and optional.
        "last-activated-at": NotRequired[str],
        # The printed sample has none; the registry says that it may be there.
        "image-tag": NotRequired[str],
        # The media type of the image's manifest. In every push captured since May 2023, in none before; AWS's
        # samples of pushes and deletions lack it.
        "manifest-media-type": NotRequired[str],
        # For an image the media type of its configuration, for other artifacts the artifact's type.
        "artifact-media-type": NotRequired[str],
    },
)
"""Detail of a referrer restored."""


ReferrerRestoreEvent = TypedDict(
    "ReferrerRestoreEvent",
    {
        # Always "0": AWS adds fields without changing it.
        "version": Literal["0"],
        # Unique to the event. Laid out as a UUID, but its version and variant digits are arbitrary in real
        # events; a replayed event keeps it. Ids of AWS's printed samples may end in EXAMPLE and hold letters
        # that are no digits.
        "id": str,
        # The family the event belongs to, in words.
        "detail-type": Literal["ECR Referrer Action"],
        # The service that sent the event.
        "source": Literal["aws.ecr"],
        # The 12 digits of the account that owns the resource. A string: it may begin with a zero.
        "account": str,
        # When the service sent the event: RFC 3339, whole seconds, UTC. It may lie before the arrival by
        # minutes.
        "time": str,
        # Where the event was sent from. Names of four letters (eusc-de-east-1) and with two dashes before the
        # number (us-gov-west-1) exist.
        "region": str,
        # The replay that sent the event again from an archive; only on replayed events.
        "replay-name": NotRequired[str],
        # ARNs that the event is about. The sending service decides; the key is always there, the list is
        # often empty.
        "resources": list[str],
        "detail": ReferrerRestoreDetail,
    },
)
"""An archived referrer, such as a signature or a bill of materials that belongs to an image, was
restored. Which other actions referrers send is not known. Never captured.
"""


class Remediation(TypedDict):
    """What to do."""

    recommendation: NotRequired[Recommendation]


ReplicationDetail = TypedDict(
    "ReplicationDetail",
    {
        # How the action ended. A failed replication says FAILED (a failed push says FAILURE). No key for the
        # reason is named.
        "result": str,
        # The repository's name without the registry. May hold slashes.
        "repository-name": str,
        # The digest of the image's manifest. AWS's printed samples show 60 digits where real ones have 64.
        "image-digest": str,
        # The account that the image came from: the destination's own for a copy in another region, another
        # one for a copy across accounts.
        "source-account": str,
        # What was done to the image.
        "action-type": Literal["REPLICATE"],
        # The region that the image came from, in the partition of the destination.
        "source-region": str,
        # A name for the image. The ECR API admits 300 characters, the grammar of the distribution
        # specification 128.
        "image-tag": NotRequired[str],
    },
)
"""Detail of a replication."""


ReplicationEvent = TypedDict(
    "ReplicationEvent",
    {
        # Always "0": AWS adds fields without changing it.
        "version": Literal["0"],
        # Unique to the event. Laid out as a UUID, but its version and variant digits are arbitrary in real
        # events; a replayed event keeps it. Ids of AWS's printed samples may end in EXAMPLE and hold letters
        # that are no digits.
        "id": str,
        # The family the event belongs to, in words.
        "detail-type": Literal["ECR Replication Action"],
        # The service that sent the event.
        "source": Literal["aws.ecr"],
        # The 12 digits of the account that owns the resource. A string: it may begin with a zero.
        "account": str,
        # When the service sent the event: RFC 3339, whole seconds, UTC. It may lie before the arrival by
        # minutes.
        "time": str,
        # Where the event was sent from. Names of four letters (eusc-de-east-1) and with two dashes before the
        # number (us-gov-west-1) exist.
        "region": str,
        # The replay that sent the event again from an archive; only on replayed events.
        "replay-name": NotRequired[str],
        # ARNs that the event is about. The sending service decides; the key is always there, the list is
        # often empty.
        "resources": list[str],
        "detail": ReplicationDetail,
    },
)
"""An image was replicated to another region or account, or could not be. The event comes in the
destination: account, region and resources of the envelope are the destination's, and no push event
comes there. One event for each image and tag. A backfill may bring images that were pushed long
ago. Which event the destination sends where a deletion is replicated is stated nowhere. Never
captured.
"""


class RequestParameters(TypedDict):
    """The parameters of the call in camel case, or null."""

    repositoryName: NotRequired[str]
    """
    The repository's name as the caller wrote it: in a call that failed it may be one that no repository
    has.
    """
    imageTag: NotRequired[str]
    """
    A name for the image. The ECR API admits 300 characters, the grammar of the distribution
    specification 128.
    """
    imageManifest: NotRequired[str]
    """The manifest: JSON in a string, of up to 4 MiB."""
    imageIds: NotRequired[list[ImageIdOfTheRequest]]
    """The images that are to be deleted."""


class ResourceDetails(TypedDict):
    """A key for the sort of resource, with what is known of it."""

    awsEcrContainerImage: NotRequired[ContainerImage]
    image: NotRequired[ImageOfAnyCloud]


class ResourceOfTheFinding(TypedDict):
    """The image."""

    details: ResourceDetails
    id: str
    """The ARN of the repository and the digest of the image; for images of other clouds no ARN."""
    partition: NotRequired[str]
    """N/A in one of AWS's samples, aws in the other; none for other clouds."""
    region: NotRequired[str]
    """N/A in one of AWS's samples, the region in the other; for other clouds their own region."""
    tags: NotRequired[dict[str, Any]]
    """A map of the resource's own tags."""
    type: str
    """
    AWS_ECR_CONTAINER_IMAGE for images in ECR; other clouds have types of their own, with a slash.
    Findings of other resources of AWS (AWS_EC2_INSTANCE, ...) are of another sort.
    """
    provider: NotRequired[str]
    """The cloud that the image lies in; since 2026."""


class ResourceOfTheRecord(TypedDict):
    """The repository."""

    ARN: NotRequired[str]
    """The ARN of the repository."""
    accountId: NotRequired[str]
    """The account of the repository."""
    type: NotRequired[str]
    """What sort of resource it is; not in every record."""


RestoreDetail = TypedDict(
    "RestoreDetail",
    {
        # How the action ended. A failed push says FAILURE, a failed replication FAILED; of this action no
        # failure is printed.
        "result": str,
        # The repository's name without the registry. May hold slashes.
        "repository-name": str,
        # The digest of the image's manifest. AWS's printed samples show 60 digits where real ones have 64.
        "image-digest": NotRequired[str],
        # What was done: neither a push nor a deletion.
        "action-type": Literal["UPDATE_STORAGE_CLASS"],
        # ARCHIVE: the image was archived. STANDARD: it was restored.
        "target-storage-class": Literal["STANDARD"],
        # When the image became active again: RFC 3339 with a fraction of a second, of which the printed
        # sample has two digits (`2025-10-10T19:13:02.74Z`). The registry calls it a string, and optional.
        "last-activated-at": NotRequired[str],
        # The printed sample has none; the registry says that it may be there.
        "image-tag": NotRequired[str],
        # The media type of the image's manifest. In every push captured since May 2023, in none before; AWS's
        # samples of pushes and deletions lack it.
        "manifest-media-type": NotRequired[str],
        # For an image the media type of its configuration, for other artifacts the artifact's type.
        "artifact-media-type": NotRequired[str],
    },
)
"""Detail of an image restored."""


RestoreEvent = TypedDict(
    "RestoreEvent",
    {
        # Always "0": AWS adds fields without changing it.
        "version": Literal["0"],
        # Unique to the event. Laid out as a UUID, but its version and variant digits are arbitrary in real
        # events; a replayed event keeps it. Ids of AWS's printed samples may end in EXAMPLE and hold letters
        # that are no digits.
        "id": str,
        # The family the event belongs to, in words.
        "detail-type": Literal["ECR Image Action"],
        # The service that sent the event.
        "source": Literal["aws.ecr"],
        # The 12 digits of the account that owns the resource. A string: it may begin with a zero.
        "account": str,
        # When the service sent the event: RFC 3339, whole seconds, UTC. It may lie before the arrival by
        # minutes.
        "time": str,
        # Where the event was sent from. Names of four letters (eusc-de-east-1) and with two dashes before the
        # number (us-gov-west-1) exist.
        "region": str,
        # The replay that sent the event again from an archive; only on replayed events.
        "replay-name": NotRequired[str],
        # ARNs that the event is about. The sending service decides; the key is always there, the list is
        # often empty.
        "resources": list[str],
        "detail": RestoreDetail,
    },
)
"""An archived image was restored to the standard storage class, which ends up to about 20 minutes
after the call. It is an image action that is neither a push nor a deletion, and names no tag; a
scan on push and replication may follow. Never captured.
"""


ScanDetail = TypedDict(
    "ScanDetail",
    {
        # How the scan ended. Not `result`: that is a word of pushes.
        "scan-status": str,
        # The repository's name without the registry. May hold slashes.
        "repository-name": str,
        "finding-severity-counts": NotRequired[FindingSeverityCounts],
        # The digest of the image's manifest. AWS's printed samples show 60 digits where real ones have 64.
        "image-digest": NotRequired[str],
        # All tags of the image; empty when it has none.
        "image-tags": NotRequired[list[str]],
    },
)
"""Detail of a basic scan."""


ScanEvent = TypedDict(
    "ScanEvent",
    {
        # Always "0": AWS adds fields without changing it.
        "version": Literal["0"],
        # Unique to the event. Laid out as a UUID, but its version and variant digits are arbitrary in real
        # events; a replayed event keeps it. Ids of AWS's printed samples may end in EXAMPLE and hold letters
        # that are no digits.
        "id": str,
        # The family the event belongs to, in words.
        "detail-type": Literal["ECR Image Scan"],
        # The service that sent the event.
        "source": Literal["aws.ecr"],
        # The 12 digits of the account that owns the resource. A string: it may begin with a zero.
        "account": str,
        # When the service sent the event: RFC 3339, whole seconds, UTC. It may lie before the arrival by
        # minutes.
        "time": str,
        # Where the event was sent from. Names of four letters (eusc-de-east-1) and with two dashes before the
        # number (us-gov-west-1) exist.
        "region": str,
        # The replay that sent the event again from an archive; only on replayed events.
        "replay-name": NotRequired[str],
        # ARNs that the event is about. The sending service decides; the key is always there, the list is
        # often empty.
        "resources": list[str],
        "detail": ScanDetail,
    },
)
"""A basic scan of an image ended. Enhanced scanning sends other events, from aws.inspector2."""


ScanResourceChangeDetail = TypedDict(
    "ScanResourceChangeDetail",
    {
        # What changed. Of what else may stand here nothing is known.
        "action-type": str,
        # The repositories that are scanned in another way now.
        "repositories": list[ChangedRepository],
        # What the change is about.
        "resource-type": NotRequired[str],
        # ENHANCED; the API has BASIC as well.
        "scan-type": NotRequired[str],
    },
)
"""Detail of a change of what is scanned."""


ScanResourceChangeEvent = TypedDict(
    "ScanResourceChangeEvent",
    {
        # Always "0": AWS adds fields without changing it.
        "version": Literal["0"],
        # Unique to the event. Laid out as a UUID, but its version and variant digits are arbitrary in real
        # events; a replayed event keeps it. Ids of AWS's printed samples may end in EXAMPLE and hold letters
        # that are no digits.
        "id": str,
        # The family the event belongs to, in words.
        "detail-type": Literal["ECR Scan Resource Change"],
        # The service that sent the event.
        "source": Literal["aws.ecr"],
        # The 12 digits of the account that owns the resource. A string: it may begin with a zero.
        "account": str,
        # When the service sent the event: RFC 3339, whole seconds, UTC. It may lie before the arrival by
        # minutes.
        "time": str,
        # Where the event was sent from. Names of four letters (eusc-de-east-1) and with two dashes before the
        # number (us-gov-west-1) exist.
        "region": str,
        # The replay that sent the event again from an archive; only on replayed events.
        "replay-name": NotRequired[str],
        # ARNs that the event is about. The sending service decides; the key is always there, the list is
        # often empty.
        "resources": list[str],
        "detail": ScanResourceChangeDetail,
    },
)
"""Enhanced scanning: the frequency with which repositories are scanned was changed. The detail has a
list of repositories and no repository-name of its own. The page says that creation of repositories,
and creation and deletion of images, send such an event too, and prints none. Not in the schema
registry, never captured.
"""


class UserIdentity(TypedDict):
    """Who did it. Its keys depend on its type."""

    type: NotRequired[str]
    """Which keys there are."""
    accountId: NotRequired[str]
    """The account of who did it; a service has none."""


class AnsweredImage(TypedDict):
    """The image that was put."""

    repositoryName: NotRequired[str]
    """The repository's name without the registry. May hold slashes."""
    registryId: NotRequired[str]
    """The account that the image belongs to."""
    imageId: AnsweredImageId


class ImageAction(TypedDict):
    """One image."""

    lifecycleEventImage: NotRequired[ImageOfTheAction]


class InspectorFindingDetail(TypedDict):
    """Detail of a finding."""

    awsAccountId: NotRequired[str]
    """The account of the finding."""
    description: NotRequired[str]
    """What the vulnerability is."""
    exploitAvailable: NotRequired[str]
    """Whether an exploit is known; in newer pages."""
    findingArn: str
    """The name of the finding; AWS advises to tell repeated events by it."""
    firstObservedAt: NotRequired[str]
    """When the finding was seen first. Not ISO 8601, and in two forms in AWS's own samples."""
    fixAvailable: NotRequired[str]
    """Whether all packages have a fix; in newer pages."""
    inspectorScore: NotRequired[float]
    """A number from 0 to 10, with a fraction or without."""
    lastObservedAt: NotRequired[str]
    """When the finding was seen last. Not ISO 8601, and in two forms in AWS's own samples."""
    packageVulnerabilityDetails: NotRequired[PackageVulnerabilityDetails]
    remediation: NotRequired[Remediation]
    resources: list[ResourceOfTheFinding]
    """The image that the finding is about: a list of one, in no way the envelope's list."""
    severity: str
    """UNTRIAGED is Inspector's word, UNDEFINED that of basic scans."""
    status: str
    """CLOSED: it has been mended, or the image is gone."""
    title: NotRequired[str]
    """The finding in one line."""
    type: NotRequired[str]
    """What sort of finding it is."""
    updatedAt: NotRequired[str]
    """When the finding was changed last. Not ISO 8601, and in two forms in AWS's own samples."""


InspectorFindingEvent = TypedDict(
    "InspectorFindingEvent",
    {
        # Always "0": AWS adds fields without changing it.
        "version": Literal["0"],
        # Unique to the event. Laid out as a UUID, but its version and variant digits are arbitrary in real
        # events; a replayed event keeps it. Ids of AWS's printed samples may end in EXAMPLE and hold letters
        # that are no digits.
        "id": str,
        # The family the event belongs to, in words.
        "detail-type": Literal["Inspector2 Finding"],
        # The service that sent the event.
        "source": Literal["aws.inspector2"],
        # The 12 digits of the account that owns the resource. A string: it may begin with a zero.
        "account": str,
        # When the service sent the event: RFC 3339, whole seconds, UTC. It may lie before the arrival by
        # minutes.
        "time": str,
        # Where the event was sent from. Names of four letters (eusc-de-east-1) and with two dashes before the
        # number (us-gov-west-1) exist.
        "region": str,
        # The replay that sent the event again from an archive; only on replayed events.
        "replay-name": NotRequired[str],
        # ARNs that the event is about. The sending service decides; the key is always there, the list is
        # often empty.
        "resources": list[str],
        "detail": InspectorFindingDetail,
    },
)
"""Enhanced scanning by Amazon Inspector: a vulnerability was found in an image, or what is known of
one has changed or is closed. The same detail-type comes for EC2 instances and Lambda functions,
which have other details. Since 2026 it comes for images of other clouds too: they have
details.image in place of details.awsEcrContainerImage, resources that are no ARNs and a provider.
Images of ECR may have details.image beside it, which is admitted and not generated. The same
finding may come more than once. Keys within objects are those of the model of the Inspector API.
Not in the schema registry.
"""


InspectorScanDetail = TypedDict(
    "InspectorScanDetail",
    {
        # How the scan ended.
        "scan-status": str,
        # The ARN of the repository, not its name; by one author's account real events append the image's
        # digest.
        "repository-name": str,
        "finding-severity-counts": NotRequired[InspectorSeverityCounts],
        # The digest of the image's manifest. AWS's printed samples show 60 digits where real ones have 64.
        "image-digest": NotRequired[str],
        # All tags of the image; empty when it has none.
        "image-tags": NotRequired[list[str]],
        # The version of the detail; captures of 2022 lack it.
        "version": NotRequired[str],
    },
)
"""Detail of an enhanced scan."""


InspectorScanEvent = TypedDict(
    "InspectorScanEvent",
    {
        # Always "0": AWS adds fields without changing it.
        "version": Literal["0"],
        # Unique to the event. Laid out as a UUID, but its version and variant digits are arbitrary in real
        # events; a replayed event keeps it. Ids of AWS's printed samples may end in EXAMPLE and hold letters
        # that are no digits.
        "id": str,
        # The family the event belongs to, in words.
        "detail-type": Literal["Inspector2 Scan"],
        # The service that sent the event.
        "source": Literal["aws.inspector2"],
        # The 12 digits of the account that owns the resource. A string: it may begin with a zero.
        "account": str,
        # When the service sent the event: RFC 3339, whole seconds, UTC. It may lie before the arrival by
        # minutes.
        "time": str,
        # Where the event was sent from. Names of four letters (eusc-de-east-1) and with two dashes before the
        # number (us-gov-west-1) exist.
        "region": str,
        # The replay that sent the event again from an archive; only on replayed events.
        "replay-name": NotRequired[str],
        # ARNs that the event is about. The sending service decides; the key is always there, the list is
        # often empty.
        "resources": list[str],
        "detail": InspectorScanDetail,
    },
)
"""Enhanced scanning by Amazon Inspector: the first scan of an image ended. It comes in place of the
event of basic scanning, from another source and with other words: repository-name is an ARN, and
TOTAL may be more than the severities together. The same detail-type comes for EC2 instances and
Lambda functions, which have no repository-name. Inspector has no endpoints in the isolated
partitions, the European sovereign one and ap-southeast-6. Not in the schema registry.
"""


class LifecyclePolicy(TypedDict):
    """The rules of the policy."""

    lifecycleEventRules: NotRequired[list[LifecycleRule]]
    """What the policy says."""
    lastEvaluatedAt: NotRequired[int]
    """Milliseconds since 1970; 0 in the printed record."""
    policyVersion: NotRequired[int]
    """The version of the policy."""
    policyId: NotRequired[str]
    """The name of the policy."""


class ResponseElements(TypedDict):
    """The answer in camel case, or null: when the call failed, and where it only read."""

    image: NotRequired[AnsweredImage]
    imageIds: NotRequired[list[ImageIdOfTheAnswer]]
    """The images that were deleted."""
    repository: NotRequired[AnsweredRepository]


class ServiceEventDetails(TypedDict):
    """What was done to which images."""

    repositoryName: NotRequired[str]
    """The repository's name without the registry. May hold slashes."""
    lifecycleEventPolicy: NotRequired[LifecyclePolicy]
    lifecycleEventImageActions: NotRequired[list[ImageAction]]
    """
    The images that the policy found; what was done stands with each. pushedAt is a number of
    milliseconds since 1970.
    """
    lifecycleEventFailureDetails: NotRequired[list[Failure]]
    """The images that could not be expired."""
    targetStorageClass: NotRequired[str]
    """Of a restore."""
    result: NotRequired[str]
    """Of a restore."""
    imageStatus: NotRequired[str]
    """Of a restore: what the image is now."""


class CloudTrailAPICallDetail(TypedDict):
    """The record of a call."""

    eventVersion: NotRequired[str]
    """The version of the record."""
    userIdentity: NotRequired[UserIdentity]
    eventTime: NotRequired[str]
    """When it was done."""
    eventSource: Literal["ecr.amazonaws.com"]
    """The service: not the envelope's source."""
    awsRegion: NotRequired[str]
    """The region, as in the envelope."""
    sourceIPAddress: NotRequired[str]
    """An address, or the name of a service."""
    userAgent: NotRequired[str]
    """What made the call."""
    eventName: str
    """The operation that was called. There are many more than those here."""
    requestParameters: NotRequired[RequestParameters | None]
    responseElements: NotRequired[ResponseElements | None]
    requestID: NotRequired[str]
    """The id of the request."""
    eventID: NotRequired[str]
    """The id of the record: not the envelope's id."""
    readOnly: NotRequired[bool]
    """Whether the call changes nothing."""
    resources: NotRequired[list[ResourceOfTheRecord]]
    """ARNs of the call: not the envelope's list. The key is ARN, in capitals."""
    eventType: Literal["AwsApiCall"]
    """A call, not something that the service did by itself."""
    managementEvent: NotRequired[bool]
    """Whether it is an event of management."""
    eventCategory: NotRequired[str]
    """Management."""
    recipientAccountId: NotRequired[str]
    """The account whose trail has the record, as in the envelope."""
    errorCode: NotRequired[str]
    """Why the call failed; nothing when it did not."""
    errorMessage: NotRequired[str]
    """Why the call failed, in words."""


CloudTrailAPICallEvent = TypedDict(
    "CloudTrailAPICallEvent",
    {
        # Always "0": AWS adds fields without changing it.
        "version": Literal["0"],
        # Unique to the event. Laid out as a UUID, but its version and variant digits are arbitrary in real
        # events; a replayed event keeps it. Ids of AWS's printed samples may end in EXAMPLE and hold letters
        # that are no digits.
        "id": str,
        # The family the event belongs to, in words.
        "detail-type": Literal["AWS API Call via CloudTrail"],
        # The service that sent the event.
        "source": Literal["aws.ecr"],
        # The 12 digits of the account that owns the resource. A string: it may begin with a zero.
        "account": str,
        # When the service sent the event: RFC 3339, whole seconds, UTC. It may lie before the arrival by
        # minutes.
        "time": str,
        # Where the event was sent from. Names of four letters (eusc-de-east-1) and with two dashes before the
        # number (us-gov-west-1) exist.
        "region": str,
        # The replay that sent the event again from an archive; only on replayed events.
        "replay-name": NotRequired[str],
        # ARNs that the event is about. The sending service decides; the key is always there, the list is
        # often empty.
        "resources": list[str],
        "detail": CloudTrailAPICallDetail,
    },
)
"""A call of the ECR API, as CloudTrail records it; a trail has to be there. Calls that failed come as
well, with errorCode. Calls that only read reach a rule in one of its states alone. PutImage holds
the whole manifest. Keys within requests and answers are those of the model of the ECR API. Never
captured.
"""


class CloudTrailServiceEventDetail(TypedDict):
    """The record of what the service did."""

    eventVersion: NotRequired[str]
    """The version of the record."""
    userIdentity: NotRequired[UserIdentity]
    eventTime: NotRequired[str]
    """When it was done."""
    eventSource: Literal["ecr.amazonaws.com"]
    """The service: not the envelope's source."""
    awsRegion: NotRequired[str]
    """The region, as in the envelope."""
    sourceIPAddress: NotRequired[str]
    """An address, or the name of a service."""
    userAgent: NotRequired[str]
    """What made the call."""
    eventName: str
    """What was done."""
    requestParameters: NotRequired[None]
    """Nothing was called: always null."""
    responseElements: NotRequired[None]
    """Nothing was called: always null."""
    eventID: NotRequired[str]
    """The id of the record: not the envelope's id."""
    readOnly: NotRequired[bool]
    """Whether nothing was changed."""
    eventType: Literal["AwsServiceEvent"]
    """Something that the service did by itself, not a call."""
    managementEvent: NotRequired[bool]
    """Whether it is an event of management."""
    eventCategory: NotRequired[str]
    """Management."""
    recipientAccountId: NotRequired[str]
    """The account whose trail has the record, as in the envelope."""
    serviceEventDetails: NotRequired[ServiceEventDetails]


CloudTrailServiceEvent = TypedDict(
    "CloudTrailServiceEvent",
    {
        # Always "0": AWS adds fields without changing it.
        "version": Literal["0"],
        # Unique to the event. Laid out as a UUID, but its version and variant digits are arbitrary in real
        # events; a replayed event keeps it. Ids of AWS's printed samples may end in EXAMPLE and hold letters
        # that are no digits.
        "id": str,
        # The family the event belongs to, in words.
        "detail-type": Literal["AWS Service Event via CloudTrail"],
        # The service that sent the event.
        "source": Literal["aws.ecr"],
        # The 12 digits of the account that owns the resource. A string: it may begin with a zero.
        "account": str,
        # When the service sent the event: RFC 3339, whole seconds, UTC. It may lie before the arrival by
        # minutes.
        "time": str,
        # Where the event was sent from. Names of four letters (eusc-de-east-1) and with two dashes before the
        # number (us-gov-west-1) exist.
        "region": str,
        # The replay that sent the event again from an archive; only on replayed events.
        "replay-name": NotRequired[str],
        # ARNs that the event is about. The sending service decides; the key is always there, the list is
        # often empty.
        "resources": list[str],
        "detail": CloudTrailServiceEventDetail,
    },
)
"""Something that ECR did by itself, as CloudTrail records it: a lifecycle policy ran or was previewed,
or an archived image was restored. A large run is told in several events. That such records reach
EventBridge in this form is inferred from CloudTrail's general mapping. Not in the schema registry,
never captured.
"""

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
