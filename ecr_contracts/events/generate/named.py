# generated, do not edit: python -m generators
# fingerprint of the schemas: 3bfda3bcfde7fe2a

"""One typed strategy for each kind of event; each is `ecr_events` of that kind."""

from typing import Any, cast

from hypothesis.strategies import SearchStrategy

from ecr_contracts.events.generate.strategies import ecr_events
from ecr_contracts.events.types import (
    ArchiveEvent,
    ArtifactActionEvent,
    CloudTrailAPICallEvent,
    CloudTrailServiceEvent,
    DeleteEvent,
    InspectorCoverageEvent,
    InspectorFindingEvent,
    InspectorScanEvent,
    PullThroughCacheEvent,
    PushEvent,
    ReferrerRestoreEvent,
    ReplicationEvent,
    RestoreEvent,
    ScanEvent,
    ScanResourceChangeEvent,
)

__all__ = [
    "archive_events",
    "artifact_action_events",
    "cloudtrail_api_call_events",
    "cloudtrail_service_event_events",
    "delete_events",
    "inspector_coverage_events",
    "inspector_finding_events",
    "inspector_scan_events",
    "pull_through_cache_events",
    "push_events",
    "referrer_restore_events",
    "replication_events",
    "restore_events",
    "scan_events",
    "scan_resource_change_events",
]


def archive_events(**fixed: Any) -> SearchStrategy[ArchiveEvent]:
    """Archive events that the contract admits.

    An image was moved to the archive storage class. It is an image action that is neither a push
    nor a deletion, and names no tag. Archived images are not scanned. Never captured.

    `fixed` holds fields that every event shall have, as for `ecr_events`.

    Shrinks towards the ordinary archive event. Never draws an event that the schema refuses,
    unknown fields.
    """
    return cast("SearchStrategy[ArchiveEvent]", ecr_events("archive", **fixed))


def artifact_action_events(**fixed: Any) -> SearchStrategy[ArtifactActionEvent]:
    """Artifact action events that the contract admits.

    Something was done to an artifact. AWS names the detail-type and prints nothing of the event:
    the detail is opaque here, and anything in it is admitted. Not in the schema registry, never
    captured.

    `fixed` holds fields that every event shall have, as for `ecr_events`.

    Shrinks towards the ordinary artifact action event. Never draws an event that the schema
    refuses, unknown fields.
    """
    return cast("SearchStrategy[ArtifactActionEvent]", ecr_events("artifact-action", **fixed))


def cloudtrail_api_call_events(**fixed: Any) -> SearchStrategy[CloudTrailAPICallEvent]:
    """CloudTrail API call events that the contract admits.

    A call of the ECR API, as CloudTrail records it; a trail has to be there. Calls that failed come
    as well, with errorCode. Calls that only read reach a rule in one of its states alone. PutImage
    holds the whole manifest. Keys within requests and answers are those of the model of the ECR
    API. Never captured.

    `fixed` holds fields that every event shall have, as for `ecr_events`.

    Shrinks towards the ordinary CloudTrail API call event. Never draws an event that the schema
    refuses, unknown fields, or what would contradict the kind's rules (PutImage has this key;
    BatchDeleteImage has this key; CreateRepository has this key; DeleteRepository has this key;
    BatchGetImage has this key; a call that failed has no answer; an image is named by its digest,
    its tag or both; CreateRepository alone fails with this; CreateRepository does not look for a
    repository; the call got as far as a repository that its parameters name; a call that succeeded
    had parameters; those of BatchGetImage are printed; a call that did not fail has no message; a
    call that changed something had parameters, and an answer; PutImage has neither of these;
    BatchDeleteImage has neither of these; CreateRepository has neither of these; DeleteRepository
    has neither of these; BatchGetImage only reads, and its answer is not recorded; these calls
    change something).
    """
    return cast(
        "SearchStrategy[CloudTrailAPICallEvent]", ecr_events("cloudtrail-api-call", **fixed)
    )


def cloudtrail_service_event_events(**fixed: Any) -> SearchStrategy[CloudTrailServiceEvent]:
    """CloudTrail service events that the contract admits.

    Something that ECR did by itself, as CloudTrail records it: a lifecycle policy ran or was
    previewed, or an archived image was restored. A large run is told in several events. That such
    records reach EventBridge in this form is inferred from CloudTrail's general mapping. Not in the
    schema registry, never captured.

    `fixed` holds fields that every event shall have, as for `ecr_events`.

    Shrinks towards the ordinary CloudTrail service event. Never draws an event that the schema
    refuses, unknown fields, or what would contradict the kind's rules (a restore runs no policy; a
    policy restores nothing; an image without tags has none to list; a tagged image lists its tags).
    """
    return cast(
        "SearchStrategy[CloudTrailServiceEvent]", ecr_events("cloudtrail-service-event", **fixed)
    )


def delete_events(**fixed: Any) -> SearchStrategy[DeleteEvent]:
    """Delete events that the contract admits.

    An image was deleted. Whether removing one of several tags, deleting by digest, or a lifecycle
    policy sends this event is not documented. Since 2026 a replication rule may replicate
    deletions, off by default; which event the destination sends is stated nowhere. Never captured.

    `fixed` holds fields that every event shall have, as for `ecr_events`.

    Shrinks towards the ordinary delete event. Never draws an event that the schema refuses, unknown
    fields, or what would contradict the kind's rules (an empty digest was seen on a failed push
    only).
    """
    return cast("SearchStrategy[DeleteEvent]", ecr_events("delete", **fixed))


def inspector_coverage_events(**fixed: Any) -> SearchStrategy[InspectorCoverageEvent]:
    """Inspector coverage events that the contract admits.

    Enhanced scanning by Amazon Inspector: whether a resource is scanned has changed. The same
    detail-type comes for EC2 instances and Lambda functions; nothing but the envelope's resources
    tells. Since 2026 provider, providerAccountId and providerRegion say which cloud it is of;
    events of other clouds are admitted, and not generated. Not in the schema registry, never
    captured.

    `fixed` holds fields that every event shall have, as for `ecr_events`.

    Shrinks towards the ordinary inspector coverage event. Never draws an event that the schema
    refuses, unknown fields, or what would contradict the kind's rules (the other reasons are those
    for not scanning; what is scanned has no reason against it; the three came together; in AWS they
    are the envelope's).
    """
    return cast("SearchStrategy[InspectorCoverageEvent]", ecr_events("inspector-coverage", **fixed))


def inspector_finding_events(**fixed: Any) -> SearchStrategy[InspectorFindingEvent]:
    """Inspector finding events that the contract admits.

    Enhanced scanning by Amazon Inspector: a vulnerability was found in an image, or what is known
    of one has changed or is closed. The same detail-type comes for EC2 instances and Lambda
    functions, which have other details. Since 2026 it comes for images of other clouds too: they
    have details.image in place of details.awsEcrContainerImage, resources that are no ARNs and a
    provider. Images of ECR may have details.image beside it, which is admitted and not generated.
    The same finding may come more than once. Keys within objects are those of the model of the
    Inspector API. Not in the schema registry.

    `fixed` holds fields that every event shall have, as for `ecr_events`.

    Shrinks towards the ordinary inspector finding event. Never draws an event that the schema
    refuses, unknown fields, or what would contradict the kind's rules (all times of an event have
    one form; an image of ECR is described in ECR's words; images of other clouds have keys and
    names of their own).
    """
    return cast("SearchStrategy[InspectorFindingEvent]", ecr_events("inspector-finding", **fixed))


def inspector_scan_events(**fixed: Any) -> SearchStrategy[InspectorScanEvent]:
    """Inspector scan events that the contract admits.

    Enhanced scanning by Amazon Inspector: the first scan of an image ended. It comes in place of
    the event of basic scanning, from another source and with other words: repository-name is an
    ARN, and TOTAL may be more than the severities together. The same detail-type comes for EC2
    instances and Lambda functions, which have no repository-name. Inspector has no endpoints in the
    isolated partitions, the European sovereign one and ap-southeast-6. Not in the schema registry.

    `fixed` holds fields that every event shall have, as for `ecr_events`.

    Shrinks towards the ordinary inspector scan event. Never draws an event that the schema refuses,
    unknown fields, or what would contradict the kind's rules (the total is not less than the
    severities together).
    """
    return cast("SearchStrategy[InspectorScanEvent]", ecr_events("inspector-scan", **fixed))


def pull_through_cache_events(**fixed: Any) -> SearchStrategy[PullThroughCacheEvent]:
    """Pull through cache events that the contract admits.

    An image was fetched from an upstream registry into the cache, or this was tried. A multi-
    platform image sends one event for its list and one for each manifest: inferred from the page.
    Not offered in China and in GovCloud. AWS's sample does not parse (a trailing comma) and names
    the day 2023-02-29. Never captured.

    `fixed` holds fields that every event shall have, as for `ecr_events`.

    Shrinks towards the ordinary pull through cache event. Never draws an event that the schema
    refuses, unknown fields, or what would contradict the kind's rules (the name begins with the
    prefix; no prefix stands before the name; what succeeded has no failure).
    """
    return cast("SearchStrategy[PullThroughCacheEvent]", ecr_events("pull-through-cache", **fixed))


def push_events(**fixed: Any) -> SearchStrategy[PushEvent]:
    """Push events that the contract admits.

    An image, or one manifest of it, was pushed. A push of a multi-platform image sends one event
    for each manifest, its children untagged: inferred, since nobody has captured all events of one.

    `fixed` holds fields that every event shall have, as for `ecr_events`.

    Shrinks towards the ordinary push event. Never draws an event that the schema refuses, unknown
    fields, or what would contradict the kind's rules (an empty digest was seen on a failed push
    only).
    """
    return cast("SearchStrategy[PushEvent]", ecr_events("push", **fixed))


def referrer_restore_events(**fixed: Any) -> SearchStrategy[ReferrerRestoreEvent]:
    """Referrer restore events that the contract admits.

    An archived referrer, such as a signature or a bill of materials that belongs to an image, was
    restored. Which other actions referrers send is not known. Never captured.

    `fixed` holds fields that every event shall have, as for `ecr_events`.

    Shrinks towards the ordinary referrer restore event. Never draws an event that the schema
    refuses, unknown fields.
    """
    return cast("SearchStrategy[ReferrerRestoreEvent]", ecr_events("referrer-restore", **fixed))


def replication_events(**fixed: Any) -> SearchStrategy[ReplicationEvent]:
    """Replication events that the contract admits.

    An image was replicated to another region or account, or could not be. The event comes in the
    destination: account, region and resources of the envelope are the destination's, and no push
    event comes there. One event for each image and tag. A backfill may bring images that were
    pushed long ago. Which event the destination sends where a deletion is replicated is stated
    nowhere. Never captured.

    `fixed` holds fields that every event shall have, as for `ecr_events`.

    Shrinks towards the ordinary replication event. Never draws an event that the schema refuses,
    unknown fields, or what would contradict the kind's rules (replication does not cross
    partitions).
    """
    return cast("SearchStrategy[ReplicationEvent]", ecr_events("replication", **fixed))


def restore_events(**fixed: Any) -> SearchStrategy[RestoreEvent]:
    """Restore events that the contract admits.

    An archived image was restored to the standard storage class, which ends up to about 20 minutes
    after the call. It is an image action that is neither a push nor a deletion, and names no tag; a
    scan on push and replication may follow. Never captured.

    `fixed` holds fields that every event shall have, as for `ecr_events`.

    Shrinks towards the ordinary restore event. Never draws an event that the schema refuses,
    unknown fields.
    """
    return cast("SearchStrategy[RestoreEvent]", ecr_events("restore", **fixed))


def scan_events(**fixed: Any) -> SearchStrategy[ScanEvent]:
    """Scan events that the contract admits.

    A basic scan of an image ended. Enhanced scanning sends other events, from aws.inspector2.

    `fixed` holds fields that every event shall have, as for `ecr_events`.

    Shrinks towards the ordinary scan event. Never draws an event that the schema refuses, unknown
    fields, or what would contradict the kind's rules (a scan that failed counted nothing).
    """
    return cast("SearchStrategy[ScanEvent]", ecr_events("scan", **fixed))


def scan_resource_change_events(**fixed: Any) -> SearchStrategy[ScanResourceChangeEvent]:
    """Scan resource change events that the contract admits.

    Enhanced scanning: the frequency with which repositories are scanned was changed. The detail has
    a list of repositories and no repository-name of its own. The page says that creation of
    repositories, and creation and deletion of images, send such an event too, and prints none. Not
    in the schema registry, never captured.

    `fixed` holds fields that every event shall have, as for `ecr_events`.

    Shrinks towards the ordinary scan resource change event. Never draws an event that the schema
    refuses, unknown fields.
    """
    return cast(
        "SearchStrategy[ScanResourceChangeEvent]", ecr_events("scan-resource-change", **fixed)
    )
