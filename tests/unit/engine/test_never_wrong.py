"""What decides is drawn, and mostly no condition can say it: then no condition is claimed."""

from __future__ import annotations

from typing import NamedTuple

import pytest

from ecr_contracts.core.findings import Finding, Location
from ecr_contracts.engine.causes.grouping import Diagnosis
from ecr_contracts.engine.causes.model import explicit_choices
from ecr_contracts.engine.trial import Prober, Trial, run_trials
from ecr_contracts.events.compile import reader
from ecr_contracts.events.conditions import holds
from ecr_contracts.events.generate.cases import edge_cases
from ecr_contracts.runtime.outcome import Outcome, Status
from tests.unit.engine import drawn_predicates
from tests.unit.engine.drawn_predicates import FAMILIES, Event, Fault, drawn

FINE = Outcome(Status.RETURNED)
RAISED = Outcome(Status.RAISED, "LookupError", location=Location("app.py", 3))
DRAWN = 25
PROBE = 100
FEW, MANY = 3, 15
RARE = 0.1
"""Of the fresh events that meet a claimed cause, how many may pass: a rare value is never met."""

WRONG = 0.05
"""Of the claims about many drawn faults, how many may be refuted so."""


class Told(NamedTuple):
    """What is told of a drawn fault, and how many calls that took beside the cases."""

    findings: tuple[Finding, ...]
    trials: list[Trial]
    calls: int


def told_of(fault: Fault, drawn_events: int = DRAWN) -> Told:
    """What is told of a consumer that fails where a predicate holds."""

    def call(event) -> Outcome:
        return RAISED if fault.fails(event) else FINE

    given = [*edge_cases(fault.kind, 2), *drawn_predicates.drawn_cases(fault.kind, drawn_events)]
    trials = list(run_trials(call, given, "lambda"))
    prober = Prober(call, fault.kind, "lambda", PROBE)
    diagnosis = Diagnosis(reader.contract(fault.kind), "lambda", trials, prober)
    return Told(diagnosis.findings(), diagnosis.trials, prober.calls)


def is_claimed(finding: Finding, event: Event) -> bool:
    """Whether an event meets the cause that a finding claims."""
    contract = reader.contract(finding.kind)
    # Of what lies within something that is not there nothing is claimed.
    labels = dict(explicit_choices(contract, contract.recognise(event)))
    return finding.explained and all(
        holds(contract, condition, event, labels) for condition in finding.cause
    )


def is_refuted(fault: Fault, finding: Finding) -> bool:
    """Whether more than a rare one of the fresh events that meet a claimed cause passes."""
    aimed = drawn_predicates.aimed(fault.kind, finding.cause)
    events = [*drawn_predicates.fresh(fault.kind), *aimed]
    met = [event for event in events if is_claimed(finding, event)]
    passing = sum(not fault.fails(event) for event in met)
    return passing > max(1, RARE * len(met))


def refuted_by_known(told: Told, finding: Finding) -> list[str]:
    """The ids of the known trials that pass although they meet a claimed cause."""
    passing = [trial.case for trial in told.trials if not trial.failed]
    return [case.id for case in passing if is_claimed(finding, case.event)]


def wrong_and_all(family: str, numbers: range) -> tuple[list[str], int]:
    """The claims that fresh events refute, in words, and how many claims there are.

    No known event may refute any.
    """
    wrong, claims = [], 0
    for number in numbers:
        fault = drawn(family, number)
        told = told_of(fault)
        for finding in told.findings:
            words = f"{number}: {fault.words}: {[one.words for one in finding.cause]}"
            assert not refuted_by_known(told, finding), words
            claims += finding.explained
            if is_refuted(fault, finding):
                wrong.append(words)
    return wrong, claims


@pytest.mark.parametrize("family", FAMILIES)
def test_no_claim_about_what_no_condition_says_is_refuted(family):
    wrong, _ = wrong_and_all(family, range(FEW))
    assert not wrong


@pytest.mark.long
def test_hardly_any_of_many_claims_is_refuted():
    found = [wrong_and_all(family, range(FEW, MANY)) for family in FAMILIES]
    wrong = [words for some, _ in found for words in some]
    assert len(wrong) <= WRONG * sum(claims for _, claims in found), wrong
