"""The events of ECR and its scanner that have no contract here, so far as a rule can name them.

A rule is judged on the kinds that have a contract (`events.kinds`). It may let others through as
well, of which nothing is tried; which these are is told by `untried_kinds`. A row drops out as soon
as a contract has its `detail-type` and action.

Sources: the events pages of the ECR and Inspector user guides, the schema registry.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import lru_cache

from ecr_contracts.eventbridge.rules.narrowing.demands import NamedPattern, facets_by_name
from ecr_contracts.eventbridge.rules.narrowing.narrow import narrow
from ecr_contracts.eventbridge.rules.pattern import Leaf, Pattern
from ecr_contracts.events.compile import reader
from ecr_contracts.events.kinds import kind_names

__all__ = ["FAMILY", "UntriedKind", "untried_kinds"]

ECR, INSPECTOR = "aws.ecr", "aws.inspector2"

_ENVELOPE = frozenset(
    ("version", "id", "account", "time", "region", "resources", "replay-name", "detail-type")
)
_ACTION = ("result", "repository-name", "image-digest", "image-tag", "action-type")
_CLOUDTRAIL = (
    *("eventVersion", "eventTime", "eventSource", "eventName", "awsRegion", "sourceIPAddress"),
    *("userAgent", "userIdentity", "requestParameters", "responseElements", "requestID", "eventID"),
    *("readOnly", "eventType", "managementEvent", "eventCategory", "recipientAccountId"),
    *("resources", "errorCode", "errorMessage", "additionalEventData", "sharedEventID"),
)
_SHARED = ("repository-name", "image-digest", "image-tag")
"""Keys of details whose values are the same in all kinds that ECR sends."""

_MEDIA = ("manifest-media-type", "artifact-media-type")


@dataclass(frozen=True)
class UntriedKind:
    """A kind of event without a contract: what tells it from others, and the keys of its detail.

    `values` are the only ones that some leaves have, by the leaf's name. With `is_open`, not all
    keys of its detail are known. `has_no_resources` tells that `resources` is empty.
    """

    title: str
    source: str
    detail_type: str
    keys: tuple[str, ...] = ()
    values: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    is_open: bool = False
    has_no_resources: bool = False

    def may_match(self, pattern: Pattern) -> bool:
        """Whether a pattern may let such an event through, as far as its keys tell."""
        return any(map(self._may_match_branch, pattern.branches))

    def _may_match_branch(self, branch: Sequence[Leaf]) -> bool:
        """Of what is not known, a rule is about a kind only if it names it, or a key of it."""
        is_named = any(leaf.name == "detail-type" for leaf in branch)
        asked = {leaf.steps[1] for leaf in branch if leaf.steps[0] == "detail" and leaf.steps[1:]}
        if self.is_open and asked and not is_named and asked.isdisjoint(self.keys):
            return False
        return all(map(self._may_meet, branch))

    def _may_meet(self, leaf: Leaf) -> bool:
        fixed = {"source": (self.source,), "detail-type": (self.detail_type,), **self.values}
        if leaf.name in fixed:
            return any(map(leaf.admits, fixed[leaf.name]))
        head, _, key = leaf.name.partition(".")
        if head in _ENVELOPE and not key:
            if head == "resources" and self.has_no_resources:
                return leaf.admits_absence
            return _may_hold_in_envelope(leaf)
        if self.source == ECR and not self.is_open and key in _SHARED:
            return key in self.keys and _may_hold_in_envelope(leaf)
        if head == "detail" and key and (self.is_open or key.partition(".")[0] in self.keys):
            return True
        return leaf.admits_absence


@lru_cache(maxsize=512)
def _may_hold_in_envelope(leaf: Leaf) -> bool:
    """Whether any kind with a contract has a key, and may meet a leaf upon it; or none has it."""
    is_known = False
    for kind in kind_names():
        contract = reader.contract(kind)
        if leaf.name in facets_by_name(contract):
            is_known = True
            if leaf.name == "resources":
                return True
            if narrow(contract, [NamedPattern(Pattern(((leaf,),)))]).contract is not None:
                return True
    return not is_known


FAMILY = (
    UntriedKind(
        "archive or restore of an image",
        ECR,
        "ECR Image Action",
        (*_ACTION[:3], "action-type", *_MEDIA, "target-storage-class", "last-activated-at"),
        {
            "detail.action-type": ("UPDATE_STORAGE_CLASS",),
            "detail.target-storage-class": ("ARCHIVE", "STANDARD"),
            "detail.result": ("SUCCESS", "FAILURE"),
        },
        has_no_resources=True,
    ),
    UntriedKind(
        "ECR Referrer Action",
        ECR,
        "ECR Referrer Action",
        (*_ACTION[:3], "action-type", *_MEDIA, "target-storage-class", "last-activated-at"),
        has_no_resources=True,
    ),
    UntriedKind(
        "ECR Replication Action",
        ECR,
        "ECR Replication Action",
        (*_ACTION, "source-account", "source-region"),
        {"detail.action-type": ("REPLICATE",), "detail.result": ("SUCCESS", "FAILED")},
    ),
    UntriedKind(
        "ECR Pull Through Cache Action",
        ECR,
        "ECR Pull Through Cache Action",
        (
            *("rule-version", "sync-status", "ecr-repository-prefix", "repository-name"),
            *("upstream-registry-url", "image-tag", "image-digest"),
            *("failure-code", "failure-reason"),
        ),
    ),
    UntriedKind(
        "ECR Scan Resource Change",
        ECR,
        "ECR Scan Resource Change",
        ("action-type", "repositories", "resource-type", "scan-type"),
        has_no_resources=True,
    ),
    UntriedKind("ECR Artifact Action", ECR, "ECR Artifact Action", is_open=True),
    UntriedKind(
        "AWS API Call via CloudTrail",
        ECR,
        "AWS API Call via CloudTrail",
        _CLOUDTRAIL,
        is_open=True,
        has_no_resources=True,
    ),
    UntriedKind(
        "AWS Service Event via CloudTrail",
        ECR,
        "AWS Service Event via CloudTrail",
        (*_CLOUDTRAIL, "serviceEventDetails"),
        is_open=True,
        has_no_resources=True,
    ),
    UntriedKind(
        "Inspector2 Scan",
        INSPECTOR,
        "Inspector2 Scan",
        (
            *("scan-status", "repository-name", "finding-severity-counts", "image-digest"),
            *("image-tags", "version", "instance-id"),
        ),
    ),
    UntriedKind(
        "Inspector2 Finding",
        INSPECTOR,
        "Inspector2 Finding",
        (
            *("awsAccountId", "description", "findingArn", "firstObservedAt", "lastObservedAt"),
            *("updatedAt", "inspectorScore", "inspectorScoreDetails", "remediation", "resources"),
            *("packageVulnerabilityDetails", "severity", "status", "title", "type", "provider"),
            *("exploitAvailable", "exploitabilityDetails", "fixAvailable", "epss"),
        ),
    ),
    UntriedKind(
        "Inspector2 Coverage",
        INSPECTOR,
        "Inspector2 Coverage",
        (
            *("scanStatus", "scanType", "eventTimestamp", "version"),
            *("provider", "providerAccountId", "providerRegion"),
        ),
    ),
)
"""What ECR and Inspector are documented to send beyond pushes, deletes and basic scans."""


def untried_kinds(patterns: Iterable[Pattern]) -> tuple[UntriedKind, ...]:
    """The kinds without a contract that any of some patterns may let through."""
    patterns = tuple(patterns)
    untried = _without_contract()
    return tuple(kind for kind in untried if any(map(kind.may_match, patterns)))


def _without_contract() -> Sequence[UntriedKind]:
    return [kind for kind in FAMILY if not _has_contract(kind)]


def _has_contract(kind: UntriedKind) -> bool:
    """Whether a kind has got a contract since its row was written."""
    for name in kind_names():
        discriminator = dict(reader.contract(name).discriminator)
        known = (discriminator.get("$.source"), discriminator.get("$.detail-type"))
        action = discriminator.get("$.detail.action-type")
        actions = kind.values.get("detail.action-type", (action,))
        if known == (kind.source, kind.detail_type) and (action is None or action in actions):
            return True
    return False
