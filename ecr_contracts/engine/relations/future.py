"""What a consumer owes to events that AWS may send one day: to ignore them, and not to fail.

Each such event is the ordinary one with one thing that no schema has (`events/generate/novelties`).
An event of a kind that nobody knows is to be left alone; one of a known kind, with a word or a key
more, is to be dealt with or left alone. What fails already on the ordinary event is not looked at.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from ecr_contracts.core import json_text
from ecr_contracts.core.findings import Condition, Finding, Location
from ecr_contracts.engine.checks.catalog import FUTURE_EVENT
from ecr_contracts.engine.checks.finding import build_finding
from ecr_contracts.engine.checks.outcome import symptoms
from ecr_contracts.engine.relations.effects_view import EffectsView
from ecr_contracts.engine.relations.violation import RelationResult
from ecr_contracts.engine.trial import PATIENCE, BaselineCache, distinct, swallowed
from ecr_contracts.events.generate.cases import Case
from ecr_contracts.events.generate.novelties import NewThing, Novelty
from ecr_contracts.runtime.outcome import Outcome, Status

__all__ = ["NEW", "check_future"]

NEW = "new"
"""The choice of a cause that no schema has."""

_SWALLOWED = "swallowed"
_NO_ACTS = frozenset({"cloudwatch.PutMetricData", "logs.PutLogEvents", "xray.PutTraceSegments"})
"""Calls that count or log what comes, and act on nothing."""


@dataclass(frozen=True, slots=True)
class _Failing:
    """How a consumer fails an event: what tells this way from others, and in words."""

    exception: str | None
    location: Location | None
    detail: str
    check: str

    @property
    def group(self) -> str:
        """The same for events that it fails in the same way."""
        place = "" if self.location is None else f"{self.location.file}:{self.location.line}"
        return f"{self.check}:{self.exception or ''}:{place}"


def check_future(
    call: BaselineCache, cases: Sequence[Case], envelope: str, *, has_rule: bool = True
) -> RelationResult:
    """A finding for each thing that AWS may add, and that a consumer is not ready for.

    Findings of the same exception and line, or of effects, share a group. Without a rule that is
    known (`has_rule`) nothing says that a new detail-type reaches a consumer, and most leave that
    to their rule: then it may do with it what it does with the usual one.
    """
    findings: list[Finding] = []
    calls = late = 0
    for case in cases:
        usual = call.baseline(case.kind, envelope)
        usual = replace(usual, swallowed=swallowed(usual, usual))
        if case.novelty is None or usual.status is not Status.RETURNED or late >= PATIENCE:
            continue
        given = distinct(case)
        outcome = call(call.carry([given.event], envelope))
        calls += 1
        late += outcome.status is Status.TIMED_OUT
        outcome = replace(outcome, swallowed=swallowed(outcome, usual))
        failing = _failing(outcome, usual, given, case.novelty)
        is_left_to_rule = not has_rule and case.novelty.is_in_envelope
        if failing is not None and is_left_to_rule and failing.exception is None:
            failing = None
        if failing is not None:
            findings.append(_finding(given, case.novelty, failing, envelope))
    return RelationResult(tuple(findings), calls)


def _failing(outcome: Outcome, usual: Outcome, case: Case, novelty: Novelty) -> _Failing | None:
    """How an outcome shows that a consumer is not ready for what is new; None if it is."""
    known = {(symptom.check, symptom.exception, symptom.location) for symptom in symptoms(usual)}
    for symptom in symptoms(outcome):
        # Whoever catches what an unknown word raises, and does nothing, has ignored it.
        is_ignored = symptom.check == _SWALLOWED and novelty.what is not NewThing.KEY
        behaviour = (symptom.check, symptom.exception, symptom.location)
        if symptom.ends and not is_ignored and behaviour not in known:
            return _Failing(symptom.exception, symptom.location, symptom.message, symptom.check)
    if novelty.what is NewThing.KIND and (acts := list(_acts(outcome, case, novelty))):
        detail = f"{acts[0]} is called for an event of a kind that nobody knows"
        return _Failing(None, None, detail, f"acts:{acts[0]}")
    return None


def _acts(outcome: Outcome, case: Case, novelty: Novelty) -> Iterator[str]:
    """What is done about an event of an unknown kind, unless it is handed on as what it is."""
    if outcome.status is not Status.RETURNED:
        return
    view = EffectsView.from_outcome(outcome, case.event)
    if view.mentions(str(novelty.value)):
        return
    for name in view.calls:
        if name not in _NO_ACTS:
            yield name


def _finding(case: Case, novelty: Novelty, failing: _Failing, envelope: str) -> Finding:
    cause = Condition(novelty.path, (NEW,), f"is {json_text.one_line(novelty.value)}")
    return build_finding(
        FUTURE_EVENT,
        case,
        envelope,
        failing.detail,
        exception=failing.exception,
        location=failing.location,
        cause=(cause,),
        group=f"{case.kind}@{envelope}#{FUTURE_EVENT}#{failing.group}",
    )
