# generated, do not edit: python -m generators
# fingerprint of the schemas: 25f1498cf1fdfd8b

"""The events of Amazon ECR as typed dictionaries: what `json.loads` gives, typed."""

from typing import Literal, NotRequired, TypeAlias, TypedDict

__all__ = [
    "DeleteDetail",
    "DeleteEvent",
    "EcrEvent",
    "FindingSeverityCounts",
    "PushDetail",
    "PushEvent",
    "ScanDetail",
    "ScanEvent",
]


DeleteDetail = TypedDict(
    "DeleteDetail",
    {
        # How the action ended. A failed push says FAILURE (a failed replication says FAILED).
        "result": str,
        # The repository's name without the registry. May hold slashes. Source: RepositoryName of the ECR API
        # model.
        "repository-name": str,
        # The digest of the image's manifest. AWS's printed samples show 60 digits where real ones have 64.
        "image-digest": NotRequired[str],
        # What was done to the image.
        "action-type": Literal["DELETE"],
        # A name for the image. Source: ImageTag of the ECR API model (1 to 300 characters); the distribution
        # grammar admits 128.
        "image-tag": NotRequired[str],
        # The media type of the pushed manifest. In every capture since May 2023, in none before; the printed
        # samples lack it.
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
        # events; a replayed event keeps it.
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
policy sends this event is not documented. Source: ECR user guide, sample event for an image
deletion; schema registry, ECRImageAction.
"""


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


PushDetail = TypedDict(
    "PushDetail",
    {
        # How the action ended. A failed push says FAILURE (a failed replication says FAILED).
        "result": str,
        # The repository's name without the registry. May hold slashes. Source: RepositoryName of the ECR API
        # model.
        "repository-name": str,
        # The digest of the image's manifest. AWS's printed samples show 60 digits where real ones have 64.
        "image-digest": NotRequired[str],
        # What was done to the image.
        "action-type": Literal["PUSH"],
        # A name for the image. Source: ImageTag of the ECR API model (1 to 300 characters); the distribution
        # grammar admits 128.
        "image-tag": NotRequired[str],
        # The media type of the pushed manifest. In every capture since May 2023, in none before; the printed
        # samples lack it.
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
        # events; a replayed event keeps it.
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
each manifest, its children untagged. Source: ECR user guide, sample event for a completed image
push; schema registry, ECRImageAction; captures of 2020 to 2025.
"""


ScanDetail = TypedDict(
    "ScanDetail",
    {
        # How the scan ended. Not `result`: that is a word of pushes.
        "scan-status": str,
        # The repository's name without the registry. May hold slashes. Source: RepositoryName of the ECR API
        # model.
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
        # events; a replayed event keeps it.
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
"""A basic scan of an image ended. Enhanced scanning sends other events, from aws.inspector2. Source:
ECR user guide, sample event for a completed image scan; schema registry, ECRImageScan; captures of
2020 to 2022.
"""

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
