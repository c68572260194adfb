# generated, do not edit: python -m generators
# fingerprint of the schemas: 25f1498cf1fdfd8b

"""One typed strategy for each kind of event; each is `ecr_events` of that kind."""

from typing import Any, cast

from hypothesis.strategies import SearchStrategy

from ecr_contracts.events.generate.strategies import ecr_events
from ecr_contracts.events.types import DeleteEvent, PushEvent, ScanEvent

__all__ = ["delete_events", "push_events", "scan_events"]


def delete_events(**fixed: Any) -> SearchStrategy[DeleteEvent]:
    """Delete events that the contract admits.

    An image was deleted. Whether removing one of several tags, deleting by digest, or a lifecycle
    policy sends this event is not documented. Source: ECR user guide, sample event for an image
    deletion; schema registry, ECRImageAction.

    `fixed` holds fields that every event shall have, as for `ecr_events`.

    Shrinks towards the ordinary delete event. Never draws an event that the schema refuses, unknown
    fields, or what would contradict the kind's rules (an empty digest was seen on a failed push
    only).
    """
    return cast("SearchStrategy[DeleteEvent]", ecr_events("delete", **fixed))


def push_events(**fixed: Any) -> SearchStrategy[PushEvent]:
    """Push events that the contract admits.

    An image, or one manifest of it, was pushed. A push of a multi-platform image sends one event
    for each manifest, its children untagged. Source: ECR user guide, sample event for a completed
    image push; schema registry, ECRImageAction; captures of 2020 to 2025.

    `fixed` holds fields that every event shall have, as for `ecr_events`.

    Shrinks towards the ordinary push event. Never draws an event that the schema refuses, unknown
    fields, or what would contradict the kind's rules (an empty digest was seen on a failed push
    only).
    """
    return cast("SearchStrategy[PushEvent]", ecr_events("push", **fixed))


def scan_events(**fixed: Any) -> SearchStrategy[ScanEvent]:
    """Scan events that the contract admits.

    A basic scan of an image ended. Enhanced scanning sends other events, from aws.inspector2.
    Source: ECR user guide, sample event for a completed image scan; schema registry, ECRImageScan;
    captures of 2020 to 2022.

    `fixed` holds fields that every event shall have, as for `ecr_events`.

    Shrinks towards the ordinary scan event. Never draws an event that the schema refuses, unknown
    fields, or what would contradict the kind's rules (a scan that failed counted nothing).
    """
    return cast("SearchStrategy[ScanEvent]", ecr_events("scan", **fixed))
