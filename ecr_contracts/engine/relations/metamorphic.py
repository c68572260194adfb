"""Metamorphic relations: two events that are related must have effects that are related.

No single call can be judged without knowing what it should have done; two calls can (Chen and
others, "Metamorphic testing", 1998). A relation says what must hold between the effects of a source
event and those of a follow-up event that is made from it: an unknown field more changes nothing,
one finding more takes no alarm away. A check that is violated says that the two do not agree. The
source is an event that the consumer acts upon (`sources`).

Only what a consumer does to the world is compared, so that one without effects is never spoken of.
Nothing is compared with a call that failed: other checks tell of that.

The relations stand in modules of their own, by what they are about: `more_information`,
`severities` (`severities_told`, `worst_severity`), `actions`, `passed_on`, `letter_case` and
`first_of_batch`; the `probe` makes their calls. To add one, write a generator of its violations
there, a row of `_RELATIONS`, and a row of the table of checks.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence

from ecr_contracts.core.findings import Condition, Evidence, Finding
from ecr_contracts.engine.checks.catalog import UNREAD
from ecr_contracts.engine.relations.actions import action_blind
from ecr_contracts.engine.relations.first_of_batch import first_only
from ecr_contracts.engine.relations.letter_case import case_changed
from ecr_contracts.engine.relations.more_information import key_order, media_types, unknown_fields
from ecr_contracts.engine.relations.passed_on import truncated
from ecr_contracts.engine.relations.probe import EffectsProbe, Violations
from ecr_contracts.engine.relations.severities import absent_is_zero, monotone
from ecr_contracts.engine.relations.severities_told import severity_unread
from ecr_contracts.engine.relations.sources import further_cases, source_cases
from ecr_contracts.engine.relations.unread import is_unread, unread_violation
from ecr_contracts.engine.relations.violation import RelationResult, RelationViolation
from ecr_contracts.engine.relations.worst_severity import severity_words
from ecr_contracts.engine.trial import BaselineCache, Trial

_AGAIN = 3  # times that the events of a violation are given again
_PAIRS = 50  # violations of one relation that are looked at


def check_relations(
    call: BaselineCache,
    kind: str,
    via: str,
    off: Sequence[str] = (),
    evidence: Evidence = Evidence.INFERRED,
    *,
    kinds: Sequence[str] = (),
    trials: Sequence[Trial] = (),
) -> RelationResult:
    """A finding for each relation that does not hold for a kind, and for each cause of it.

    Those that are `off` are not tried, nor events that rest on less than the `evidence`. `kinds`
    are all that the consumer is given. The relations start from an event that the consumer acts
    upon, by its `trials` of the kind in the envelope, and that it does the same with each time.
    """
    calls = 0
    for source in source_cases(call.world.ordinary_case(kind), trials):
        further = further_cases(source, trials)
        probe = EffectsProbe(call, via, evidence, kinds, source, further)
        first, second = probe(probe.source), probe.again(probe.source)
        if first.ok and second.ok and first.calls == second.calls:
            is_repeatable = first.texts == second.texts
            unread = UNREAD not in off and is_repeatable and is_unread(probe, trials)
            violations = _unread(probe) if unread else _violations(probe, off, is_repeatable)
            findings: list[Finding] = []
            for violation in violations:
                if _shows_again(probe, violation):
                    findings.append(violation.finding(via))
            return RelationResult(tuple(findings), calls + probe.calls, unread)
        calls += probe.calls
    return RelationResult((), calls)


def _shows_again(probe: EffectsProbe, violation: RelationViolation) -> bool:
    """Whether both events of a violation have the same effects each time.

    Else chance decides, or what came before, and not what the events differ in.
    """
    for case in filter(None, (violation.example, violation.compared)):
        before = probe(case.event)
        for _ in range(_AGAIN):
            view = probe.again(case.event)
            if (view.ok, view.calls) != (before.ok, before.calls):
                return False
    return True


def _unread(probe: EffectsProbe) -> Violations:
    """What there is to tell of a consumer that never reads its event."""
    violation = unread_violation(probe)
    if violation is not None:
        yield violation


def _violations(probe: EffectsProbe, off: Sequence[str], is_repeatable: bool) -> Violations:
    """Where the relations do not hold."""
    for check, relation in _RELATIONS.items():
        if check not in off:
            yield from _one_for_each_cause(relation(probe, is_repeatable))


def _one_for_each_cause(violations: Violations) -> Iterator[RelationViolation]:
    """Of violations that have one cause the gravest; those without a cause count as having one.

    The gravest rests on events that are well known.
    """
    gravest_first = sorted(violations, key=lambda violation: violation.is_advice)
    by_cause: dict[tuple[Condition, ...], RelationViolation] = {}
    for violation in reversed(gravest_first[:_PAIRS]):
        by_cause[violation.cause] = violation
    yield from by_cause.values()


_RELATIONS: Mapping[str, Callable[[EffectsProbe, bool], Violations]] = {
    "unknown-fields": unknown_fields,
    "key-order": key_order,
    "media-types": media_types,
    "absent-is-zero": absent_is_zero,
    "monotone": monotone,
    "severity-unread": severity_unread,
    "severity-words": severity_words,
    "action-blind": action_blind,
    "truncated": truncated,
    "case-changed": case_changed,
    "first-only": first_only,
}
"""The relation of each check, given the probe and whether the consumer is repeatable."""
