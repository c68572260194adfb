"""A probe: it calls a consumer with events that a relation makes, and views the effects."""

from __future__ import annotations

import copy
import json
from collections import Counter
from collections.abc import Iterator, Sequence
from typing import Any

from ecr_contracts.core import json_path
from ecr_contracts.core.findings import MISSING, Condition, Evidence, Severity
from ecr_contracts.engine.causes.model import weakest_evidence
from ecr_contracts.engine.relations.effects_view import EffectsView, strict_view
from ecr_contracts.engine.relations.violation import RelationViolation
from ecr_contracts.engine.trial import BaselineCache, distinct, payload_of
from ecr_contracts.events.compile import reader
from ecr_contracts.events.generate import cases
from ecr_contracts.events.generate.cases import Case
from ecr_contracts.events.model import Contract, Facet
from ecr_contracts.events.siblings import siblings
from ecr_contracts.events.validation import kind_or_violation

Event = dict[str, Any]
Violations = Iterator[RelationViolation]


class EffectsProbe:
    """Calls a consumer with events, each with an id of its own, and views the effects.

    Relations start from its `source`, some also from the events of `further_cases`. An event that
    was given before is given anew by `again` alone.
    """

    def __init__(
        self,
        call: BaselineCache,
        via: str,
        evidence: Evidence,
        kinds: Sequence[str],
        source: Case,
        further_cases: Sequence[Case] = (),
    ) -> None:
        self.kind, self.via, self.kinds = source.kind, via, kinds
        self.contract = call.world.contract(source.kind)
        self.ordinary = call.world.ordinary_case(source.kind)
        self.source_case, self.further_cases = source, further_cases
        self.source: Event = source.event
        self.calls = 0
        self._call = call
        self._evidence = evidence
        self._views: dict[str, EffectsView] = {}

    def __call__(self, event: Event) -> EffectsView:
        """The effects of one event."""
        view = self._views.get(json.dumps(event))
        return self.again(event) if view is None else view

    def again(self, event: Event) -> EffectsView:
        """The effects of one event, which is given whether it was before or not."""
        view = self._views[json.dumps(event)] = self.batch([event])
        return view

    def batch(self, events: Sequence[Event]) -> EffectsView:
        """The effects of events in one envelope.

        No call is made if one rests on too little, or is one that no rule lets through.
        """
        if not all(map(self._may_be_given, events)):
            return EffectsView(False, Counter(), (), was_called=False)
        fresh = [self._with_own_id(event, number) for number, event in enumerate(events)]
        payload = payload_of(self._call, fresh, self.via)
        self.calls += 1
        return strict_view(self._call(payload), fresh[0])

    def steps_read(self, event: Event) -> Iterator[json_path.Steps]:
        """The paths that are looked up in an event which comes as it is, not within a text."""
        if not self._may_be_given(event):
            return
        self.calls += 1
        payload = payload_of(self._call, [self._with_own_id(event, 0)], self.via)
        trace = self._call(payload, trace=True).trace
        for path in () if trace is None else trace.paths_read:
            yield json_path.parse(path)

    def reads_nothing(self, event: Event) -> bool:
        """Whether the consumer is known to read no value of what it is given with an event.

        To look whether there is something, or how much, is not to read it.
        """
        self.calls += 1
        payload = payload_of(self._call, [self._with_own_id(event, 0)], self.via)
        trace = self._call(payload, trace=True).trace
        if trace is None:
            return False
        for path in trace.paths_read:
            steps = json_path.parse(path)
            value = json_path.at(payload, steps)
            # Who looks within the detail for what is not there has read what sort of event it is.
            is_outer = value is MISSING and len(steps) == 1
            is_around = isinstance(value, dict | list) or steps[-1:] == ("*",)
            if not (is_outer or is_around):
                return False
        return True

    def _may_be_given(self, event: Event) -> bool:
        if not self._call.world.admits(event):
            return False
        return case_of(event, self.contract).evidence >= self._evidence

    def _with_own_id(self, event: Event, number: int) -> Event:
        """The event with an id that no other call has: consumers may skip what they have seen."""
        case = Case(f"relation/{self.calls}", self.kind, {}, Evidence.INFERRED, json.dumps(event))
        return distinct(case, number + 1).event

    def violation(
        self,
        check: str,
        source: Event,
        follow_up: Event,
        detail: str,
        *,
        severity: Severity | None = None,
        cause: Condition | None = None,
        rests_on_both: bool = False,
    ) -> RelationViolation:
        """Two events whose effects do not agree: the follow-up shows it, the source does not.

        Where neither of them is wrong alone, it `rests_on_both`.
        """
        example = cases.of_event(self.contract, follow_up)
        compared = case_of(source, self.contract)
        evidence = example.evidence
        if cause is not None:
            evidence = weakest_evidence(self.contract, [(cause.path, cause.choices[0])])
        if rests_on_both:
            evidence = min(evidence, compared.evidence)
        return RelationViolation(
            check,
            example,
            detail,
            compared=compared,
            severity=severity,
            cause=() if cause is None else (cause,),
            evidence=evidence,
        )


def case_of(event: Event, contract: Contract) -> Case:
    """The case of an event, which may be of a sibling of the contract's kind."""
    kind = kind_or_violation(event)
    if isinstance(kind, str) and kind in siblings(contract.kind):
        contract = reader.contract(kind)
    return cases.of_event(contract, event)


def with_value(event: Event, steps: json_path.Steps, value: Any) -> Event:
    """A copy of an event with a value at some place; without it where that is `MISSING`."""
    changed = copy.deepcopy(event)
    json_path.put(changed, steps, value)
    return changed


def plainest_with(probe: EffectsProbe, facet: Facet, value: str) -> Event | None:
    """The plainest event that has a value in a facet."""
    for case in cases.cases_of(probe.contract):
        if json_path.at(case.event, facet.steps) == value:
            return case.event
    return None
