"""One fault of a function is one finding, with all of its places.

Code that does the same wrong thing in each branch of an `if` fails at two lines: with the same
exception, and under the same conditions but for the one that chooses the branch. Whoever mends it
mends both, so it is told once. The condition that chooses the branch is put together, and drops out
where the branches are all that there are:

    line 7: status is "COMPLETE" and image-tags is empty
    line 9: status is "FAILED" and image-tags is empty
    together: image-tags is empty, in lines 7 and 9

Two lines that differ in their only condition are two faults: nothing shows that they have anything
in common. One line that does is one, whatever the messages say: "not enough values" without tags is
"too many values" with several. What no event has decides too: where each event that meets the
conditions of one line meets those of another (a failed scan has no counts), the latter are told.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from contextlib import suppress
from dataclasses import replace
from functools import partial
from itertools import product
from math import prod

from ecr_contracts.core import json_path
from ecr_contracts.core.findings import Condition, Finding, Severity
from ecr_contracts.engine.causes.model import UNLISTED, CaseLabels, Doubt, meets
from ecr_contracts.engine.trial import Trial
from ecr_contracts.events.conditions import condition
from ecr_contracts.events.constraints import full_assignment
from ecr_contracts.events.model import Contract

__all__ = ["of_one_state", "told_once"]

_INNER = re.compile(r"\.<locals>\.<\w+>")
"""What names a comprehension or a lambda within its function."""

_MOST_CONJUNCTIONS = 40
"""How many combinations of the choices of a cause are looked at for what they imply."""

_TELLS_KEY = ("KeyError",)
"""Exceptions whose message says what was looked for: another message is another fault."""


def told_once(
    contract: Contract, findings: Iterable[Finding], trials: Iterable[Trial] = ()
) -> tuple[Finding, ...]:
    """The findings of one kind and envelope, each fault of a function once.

    `trials` are those that show them: what no cause is known of is told by another finding where
    each event that shows it meets the cause of that, which one line brings about with another
    message ("no push; no tag" beside "no push" and "no tag").
    """
    kept: list[Finding] = []
    for finding in _with_one_doubt_a_line(list(findings)):
        kept = _with(contract, kept, finding)
    labels = {trial.case.id: trial.case.labels for trial in trials}
    return tuple(one for one in kept if not _is_told_by_others(one, kept, labels))


def of_one_state(findings: Sequence[Finding], known: Iterable[Finding] = ()) -> list[Finding]:
    """The findings of several kinds and envelopes, a doubt about a line told by what came before.

    One consumer keeps what it was given, whatever the kind of event: where the same event of one
    kind does not always fail at a line, what decides there with another kind is no value. `known`
    are findings of runs before.
    """
    all_known = (*known, *findings)
    by_state = {_line(finding) for finding in all_known if finding.doubt == Doubt.FLAKY}
    told: list[Finding] = []
    for finding in findings:
        if not finding.explained and finding.location and _line(finding) in by_state:
            finding = replace(finding, doubt=Doubt.FLAKY.value)
        told.append(finding)
    return told


def _line(finding: Finding) -> tuple[object, ...]:
    return finding.check, finding.exception, finding.location


def _with_one_doubt_a_line(findings: Sequence[Finding]) -> list[Finding]:
    """Findings without those that a line shows beside a finding of what came before.

    Where the same event does not always fail at a line, it does not show what else decides there.
    Two doubts about one line are one.
    """
    kept: list[Finding] = []
    for finding in findings:
        for place, other in enumerate(kept):
            if _is_one_doubt(other, finding):
                first, second = sorted((other, finding), key=_rank_of_doubt)
                failed = tuple(dict.fromkeys((*first.failed, *second.failed)))
                kept[place] = replace(
                    first,
                    failed=failed,
                    alike=max(first.alike, len(failed)),
                    passed=min(first.passed, second.passed),
                )
                break
        else:
            kept.append(finding)
    return kept


_DOUBTS = (Doubt.FLAKY, Doubt.VALUE, Doubt.UNKNOWN)
"""Which doubt about a line is told, if there are several."""


def _rank_of_doubt(finding: Finding) -> int:
    """The place of a finding's doubt among those that tell most; a cause comes last."""
    doubts = [doubt.value for doubt in _DOUBTS]
    return doubts.index(finding.doubt) if finding.doubt in doubts else len(doubts)


def _is_one_doubt(one: Finding, other: Finding) -> bool:
    """Whether two findings of one exception of one line are told by the doubt of one of them."""
    if one.location is None or one.location != other.location:
        return False
    if (one.check, one.exception, one.via) != (other.check, other.exception, other.via):
        return False
    if not (one.explained or other.explained) and _behaviour(one) == _behaviour(other):
        return True
    return Doubt.FLAKY in (one.doubt, other.doubt)


def _is_told_by_others(
    finding: Finding, findings: Iterable[Finding], labels: Mapping[str, CaseLabels]
) -> bool:
    """Whether the same line fails on each event of an unexplained finding by a known cause."""
    if finding.doubt not in (Doubt.UNKNOWN, Doubt.VALUE) or finding.location is None:
        return False
    causes: list[tuple[Condition, ...]] = []
    for other in findings:
        is_alike = _behaviour(other)[:-1] == _behaviour(finding)[:-1]
        if other.explained and is_alike and finding.location in (other.location, *other.places):
            causes.append(other.cause)
    for case_id in finding.failed:
        if case_id not in labels or not any(meets(cause, labels[case_id]) for cause in causes):
            return False
    return True


def _with(contract: Contract, kept: Sequence[Finding], finding: Finding) -> list[Finding]:
    """Some findings with one more, which may be put together with one of them."""
    for place, other in enumerate(kept):
        cause = _common_cause(contract, other, finding)
        if cause is not None:
            merged = _merged(contract, other, finding, cause)
            rest = [*kept[:place], *kept[place + 1 :]]
            return [*rest[:place], *_with(contract, rest[place:], merged)]
    return [*kept, finding]


def _common_cause(contract: Contract, one: Finding, other: Finding) -> tuple[Condition, ...] | None:
    """The cause of two findings that are one fault; None of others."""
    if not (one.explained and other.explained) or _behaviour(one) != _behaviour(other):
        return None
    # What is seen where calls are compared has no line.
    is_line = one.location == other.location
    if None in (one.location, other.location) and not (is_line and one.group == other.group):
        return None
    if _is_implied(contract, other.cause, by=one.cause):
        return other.cause
    if _is_implied(contract, one.cause, by=other.cause):
        return one.cause
    alone = [condition for condition in one.cause if condition not in other.cause]
    others = [condition for condition in other.cause if condition not in one.cause]
    if len(alone) != 1 or len(others) != 1:
        return None
    return _united(contract, one.cause, alone[0], others[0], may_be_alone=is_line)


def _is_implied(
    contract: Contract, cause: tuple[Condition, ...], *, by: tuple[Condition, ...]
) -> bool:
    """Whether each event that meets one cause meets another one too, as far as choices say.

    They must have a condition in common: else the lines may fail for reasons of their own.
    """
    left = [condition for condition in cause if condition not in by]
    if not left:
        return True
    if len(left) == len(cause) or any(map(_has_more_than_choices, (*left, *by))):
        return False
    if any(UNLISTED in one.choices for one in (*left, *by)):
        return False  # nothing can be made with what no choice describes
    met = [[(one.path, label) for label in one.choices] for one in by]
    if prod(map(len, met)) > _MOST_CONJUNCTIONS:
        return False
    for conjunction in product(*met):
        labels = dict(conjunction)
        if not all(_is_bound_to(contract, condition, labels) for condition in left):
            return False
    return True


def _is_bound_to(contract: Contract, condition: Condition, labels: Mapping[str, str]) -> bool:
    """Whether no event of some choices can do otherwise than meet a condition."""
    facet = contract.by_path.get(condition.path)
    if facet is None:
        return False
    if condition.path in labels:
        return labels[condition.path] in condition.choices
    possible: set[str] = set()
    for label in facet.labels:
        with suppress(ValueError):
            full_assignment(contract, {**labels, condition.path: label})
            possible.add(label)
    # With nothing around it, a field can be in no way at all.
    return bool(possible) and possible <= set(condition.choices)


def _has_more_than_choices(condition: Condition) -> bool:
    return condition.boundary is not None or bool(condition.others)


def _behaviour(finding: Finding) -> tuple[object, ...]:
    """What the findings of one fault of a function have in common, whatever their lines."""
    location = finding.location
    function = (location.file, _INNER.sub("", location.function)) if location else None
    # The lines of one key are those of one fault; each line tells it in its own words.
    message = finding.detail if finding.exception in _TELLS_KEY else ""
    run = (finding.kind, finding.via)
    return run, finding.check, finding.exception, finding.through, function, message


def _united(
    contract: Contract,
    cause: tuple[Condition, ...],
    one: Condition,
    other: Condition,
    *,
    may_be_alone: bool,
) -> tuple[Condition, ...] | None:
    """A cause with the choices of two conditions on one field; without it, where these are all.

    None where either condition is of more than choices, and, unless it `may_be_alone`, where it is
    all that there is and some events do not meet it.
    """
    facet = contract.by_path.get(one.path)
    if one.path != other.path or any(map(_has_more_than_choices, (one, other))) or facet is None:
        return None
    if (UNLISTED in one.choices) != (UNLISTED in other.choices):
        return None
    labels = {*one.choices, *other.choices}
    rest = tuple(each for each in cause if each is not one)
    if labels >= set(facet.labels):
        return rest
    if not rest and not may_be_alone:
        return None
    union = condition(facet, labels)
    return tuple(union if each is one else each for each in cause)


def _merged(
    contract: Contract, one: Finding, other: Finding, cause: tuple[Condition, ...]
) -> Finding:
    """Two findings as one: the louder one, with what the other one adds."""
    first, second = sorted((one, other), key=partial(_loudness, contract))
    failed = tuple(dict.fromkeys((*first.failed, *second.failed)))
    passing = [each.alike - len(each.failed) for each in (first, second)]
    # The events that have the same cause are the same.
    passing_alike = max(passing) if set(first.cause) == set(second.cause) else sum(passing)
    places = {*first.places, second.location, *second.places} - {first.location, None}
    return replace(
        first,
        cause=cause,
        failed=failed,
        alike=len(failed) + passing_alike,
        passed=min(first.passed, second.passed),
        places=tuple(sorted(filter(None, places), key=lambda place: place.line)),
    )


def _loudness(contract: Contract, finding: Finding) -> tuple[bool, int, int, int]:
    """How soon a finding is told: a sure one, then one that a plain event shows."""
    line = finding.location.line if finding.location else 0
    changed = len(list(json_path.differences(contract.baseline, finding.example)))
    return finding.severity is Severity.WARNING, finding.evidence.rank, changed, line
