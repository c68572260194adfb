"""Whether a pattern may be about the events of other senders than ECR and its scanner.

Of these nothing is known here: another service sends what it likes, and so do applications, through
PutEvents, under any source that does not begin with `aws.`. So no condition on their events is
wrong. A source that is spelled otherwise (`ecr`, `aws.ECR`) is taken for the one that is meant.
"""

from __future__ import annotations

from collections.abc import Iterator

from ecr_contracts.eventbridge.rules.corrections.meant import plain
from ecr_contracts.eventbridge.rules.matching.conditions import Condition, Exact
from ecr_contracts.eventbridge.rules.pattern import Branch, Leaf, Pattern

__all__ = ["may_be_of_others", "other_senders"]

_OURS = ("awsecr", "ecr", "amazonecr", "awsinspector2", "inspector2")
_BEGINNINGS = ("ecr", "inspector2")


def may_be_of_others(branch: Branch) -> bool:
    """Whether other senders may send events that a branch is meant for."""
    source = _leaf(branch, "source")
    detail_type = _leaf(branch, "detail-type")
    is_ours = detail_type is not None and all(map(_is_our_title, detail_type.conditions))
    if source is None:
        return not is_ours
    if all(map(_is_our_sender, source.conditions)):
        return False
    return not is_ours or any(map(_is_application, source.conditions))


def other_senders(pattern: Pattern) -> Iterator[str]:
    """Those whose events a pattern may be meant for, beside ECR and its scanner, in words."""
    for branch in pattern.branches:
        if may_be_of_others(branch):
            named = list(_senders_named(_leaf(branch, "source")))
            yield from (f"events of {sender}" for sender in named)
            if not named:
                yield "events of other senders"


def _senders_named(leaf: Leaf | None) -> Iterator[str]:
    for condition in leaf.conditions if leaf else ():
        match condition:
            case Exact(value=str(text)) if not _is_our_sender(condition):
                yield text


def _leaf(branch: Branch, name: str) -> Leaf | None:
    for leaf in branch:
        if leaf.name == name:
            return leaf
    return None


def _is_our_sender(condition: Condition) -> bool:
    """Whether a source is ECR or its scanner, however it is spelled."""
    match condition:
        case Exact(value=str(text)):
            return plain(text) in _OURS
    return False


def _is_application(condition: Condition) -> bool:
    """Whether a source is the name of an application."""
    match condition:
        case Exact(value=str(text)):
            return not _is_our_sender(condition) and not text.lower().startswith("aws.")
    return False


def _is_our_title(condition: Condition) -> bool:
    """Whether a `detail-type` speaks of ECR or its scanner; those of CloudTrail are everybody's."""
    match condition:
        case Exact(value=str(text)):
            return plain(text).startswith(_BEGINNINGS)
    return False
