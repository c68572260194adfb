"""One fault at several lines of one function is one finding, with all of its places.

Code that does the same wrong thing in each branch of an `if` fails at two lines: with the same
exception, and under the same conditions but for the one that chooses the branch. Whoever mends it
mends both, so it is told once. The condition that chooses the branch is put together, and drops out
where the branches are all that there are:

    line 7: status is "COMPLETE" and image-tags is empty
    line 9: status is "FAILED" and image-tags is empty
    together: image-tags is empty, in lines 7 and 9

Two lines that differ in their only condition are two faults: nothing shows that they have anything
in common.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import replace

from ecr_contracts.core.findings import Condition, Finding, Severity
from ecr_contracts.events.conditions import condition
from ecr_contracts.events.model import Contract

__all__ = ["told_once"]

_INNER = re.compile(r"\.<locals>\.<\w+>")
"""What names a comprehension or a lambda within its function."""

_TELLS_KEY = ("KeyError",)
"""Exceptions whose message says what was looked for: another message is another fault."""


def told_once(contract: Contract, findings: Iterable[Finding]) -> tuple[Finding, ...]:
    """The findings of one kind and envelope, each fault of a function once."""
    kept: list[Finding] = []
    for finding in findings:
        kept = _with(contract, kept, finding)
    return tuple(kept)


def _with(contract: Contract, kept: Sequence[Finding], finding: Finding) -> list[Finding]:
    """Some findings with one more, which may be put together with one of them."""
    for place, other in enumerate(kept):
        cause = _common_cause(contract, other, finding)
        if cause is not None:
            merged = _merged(other, finding, cause)
            rest = [*kept[:place], *kept[place + 1 :]]
            return [*rest[:place], *_with(contract, rest[place:], merged)]
    return [*kept, finding]


def _common_cause(contract: Contract, one: Finding, other: Finding) -> tuple[Condition, ...] | None:
    """The cause of two findings that are one fault; None of others."""
    if not (one.explained and other.explained) or _behaviour(one) != _behaviour(other):
        return None
    if one.location is None or other.location is None or one.location == other.location:
        return None
    if set(one.cause) == set(other.cause):
        return one.cause
    alone = [condition for condition in one.cause if condition not in other.cause]
    others = [condition for condition in other.cause if condition not in one.cause]
    if len(alone) != 1 or len(others) != 1:
        return None
    return _united(contract, one.cause, alone[0], others[0])


def _behaviour(finding: Finding) -> tuple[object, ...]:
    """What the findings of one fault of a function have in common, whatever their lines."""
    location = finding.location
    function = (location.file, _INNER.sub("", location.function)) if location else None
    message = finding.detail if finding.exception in _TELLS_KEY else ""
    run = (finding.kind, finding.via)
    return run, finding.check, finding.exception, finding.through, function, message


def _united(
    contract: Contract, cause: tuple[Condition, ...], one: Condition, other: Condition
) -> tuple[Condition, ...] | None:
    """A cause with the choices of two conditions on one field; without it, where these are all.

    None where neither condition is of choices alone, or where nothing of the cause would be left
    that both findings have, but for all events.
    """
    is_plain = not (one.boundary or other.boundary or one.others or other.others)
    facet = contract.by_path.get(one.path)
    if one.path != other.path or not is_plain or facet is None:
        return None
    labels = {*one.choices, *other.choices}
    rest = tuple(each for each in cause if each is not one)
    if labels >= set(facet.labels):
        return rest
    if not rest:
        return None
    union = condition(facet, labels)
    return tuple(union if each is one else each for each in cause)


def _merged(one: Finding, other: Finding, cause: tuple[Condition, ...]) -> Finding:
    """Two findings as one: the louder one, with what the other one adds."""
    first, second = sorted((one, other), key=_loudness)
    failed = tuple(dict.fromkeys((*first.failed, *second.failed)))
    passing = [each.alike - len(each.failed) for each in (first, second)]
    # The events that have the same cause are the same.
    passing_alike = max(passing) if set(first.cause) == set(second.cause) else sum(passing)
    places = [*first.places, second.location, *second.places]
    return replace(
        first,
        cause=cause,
        failed=failed,
        alike=len(failed) + passing_alike,
        passed=min(first.passed, second.passed),
        places=tuple(dict.fromkeys(place for place in places if place is not None)),
    )


def _loudness(finding: Finding) -> tuple[bool, int, int]:
    line = finding.location.line if finding.location else 0
    return finding.severity is Severity.WARNING, finding.evidence.rank, line
