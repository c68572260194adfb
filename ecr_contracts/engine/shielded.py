"""What would go wrong with events that a consumer's rules keep away from it.

No finding is about such events, since they never come. But whoever widens the rule should know. So
after a run behind rules, each single deviation that the rules let through nothing of is given once:
the ordinary event that does reach the consumer, changed in that alone. What fails then is told in
one line of the report, and counts for nothing.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from copy import deepcopy
from dataclasses import dataclass

from ecr_contracts.core import json_path, json_text
from ecr_contracts.core.findings import Condition, Finding, Location
from ecr_contracts.core.text import listed
from ecr_contracts.engine.checks.behaviour import Behaviour, behaviours
from ecr_contracts.engine.checks.outcome import Symptom
from ecr_contracts.engine.phases import Run
from ecr_contracts.engine.trial import PATIENCE, BaselineCache, run_trial
from ecr_contracts.eventbridge.rules.world import World
from ecr_contracts.events.compile import reader
from ecr_contracts.events.conditions import condition
from ecr_contracts.events.generate import cases
from ecr_contracts.events.generate.cases import ORDINARY, SAMPLE, Case, InvalidCase

__all__ = ["ShieldedFault", "shielded_faults", "why_kept_away"]


@dataclass(frozen=True, slots=True)
class ShieldedFault:
    """A fault that shows only with events which the rules keep away.

    `causes` are the choices with which it shows, each alone.
    """

    kind: str
    check: str
    exception: str | None
    location: Location | None
    causes: tuple[Condition, ...]


def shielded_faults(
    call: BaselineCache, world: World, runs: Sequence[Run], findings: Iterable[Finding] = ()
) -> tuple[ShieldedFault, ...]:
    """The faults that events which no rule lets through would show, and no finding tells of."""
    told: set[Behaviour] = set().union(*map(behaviours, findings))
    unshielded = call.unshielded()
    faults: dict[tuple[str, str, str | None, Location | None], dict[Condition, None]] = {}
    for kind, envelope in runs:
        late = 0
        for cause, case in _kept_away(world, kind):
            if late >= PATIENCE:
                break
            trial = run_trial(unshielded, case, envelope)
            late += trial.is_late
            for symptom in trial.symptoms:
                behaviour = (symptom.check, symptom.exception, symptom.location)
                if symptom.ends and behaviour not in told:
                    known = faults.setdefault(_key(kind, symptom), {})
                    known[cause] = None
    return tuple(ShieldedFault(*key, tuple(causes)) for key, causes in faults.items())


def why_kept_away(world: World, case: Case | InvalidCase) -> str:
    """Which key of which rule keeps a case away: the ordinary event that has what it has, told."""
    event = case.event
    if isinstance(case, Case):
        changed = _changed(
            world.contract(case.kind).baseline, case, [path for path, _ in _deviations(case)]
        )
        event = event if world.admits(changed) else changed
    refusals = [(rule, rule.pattern.explain(event)) for rule in world.rules]
    rule, mismatches = min(refusals, key=lambda refusal: len(refusal[1]))
    mismatch = mismatches[0]
    seen = listed([json_text.one_line(value) for value in mismatch.seen], "and") or "absent"
    return f"its rule, {rule.name}, wants {mismatch.leaf.path} {mismatch.leaf.wanted}, not {seen}"


def _deviations(case: Case) -> list[tuple[str, str]]:
    """The choices of a case that the ordinary event of its kind does not have."""
    ordinary = reader.contract(case.kind).ordinary
    deviations: list[tuple[str, str]] = []
    for path, label in case.labels.items():
        if label is not None and label != ordinary.get(path):
            deviations.append((path, label))
    return deviations


def _key(kind: str, symptom: Symptom) -> tuple[str, str, str | None, Location | None]:
    return kind, symptom.check, symptom.exception, symptom.location


def _kept_away(world: World, kind: str) -> Iterator[tuple[Condition, Case]]:
    """The single deviations of which the rules let nothing through, with what differs."""
    whole, narrowed = reader.contract(kind), world.contract(kind)
    reached = set()
    for facet in narrowed.facets:
        reached |= {(facet.path, choice.schema_label) for choice in facet.choices}
    for case in cases.cases_of(whole):
        if case.id in (f"{kind}/{SAMPLE}", f"{kind}/{ORDINARY}"):
            continue
        deviations = _deviations(case)
        kept_away = [deviation for deviation in deviations if deviation not in reached]
        if not kept_away:
            continue
        event = _changed(narrowed.baseline, case, [path for path, _ in deviations])
        if not world.admits(event):
            path, label = kept_away[0]
            yield condition(whole.by_path[path], {label}), cases.of_event(whole, event)


def _changed(baseline: object, case: Case, paths: Sequence[str]) -> dict[str, object]:
    """The baseline with what a case has at some paths; what lies within another one follows it."""
    changed = deepcopy(dict(baseline))  # type: ignore[call-overload]
    done: list[json_path.Steps] = []
    event = case.event
    for path in paths:
        steps = json_path.parse(path)
        if any(steps[: len(outer)] == outer for outer in done):
            continue
        json_path.put(changed, steps, json_path.at(event, steps))
        done.append(steps)
    result: dict[str, object] = changed
    return result
