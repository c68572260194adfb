"""What a check does with the time that it may take, by a clock that goes on with each call."""

from __future__ import annotations

import re
from contextlib import contextmanager
from dataclasses import replace
from itertools import groupby

import pytest

from ecr_contracts.core.errors import SetupError
from ecr_contracts.engine import time_limit
from ecr_contracts.engine.plan import Request
from ecr_contracts.engine.session import Session
from ecr_contracts.engine.subject import Inference, InProcess
from ecr_contracts.engine.time_limit import in_turns
from ecr_contracts.events.generate.cases import edge_cases
from ecr_contracts.reporting.totals import verdict_line
from ecr_contracts.runtime.outcome import Outcome, Status
from tests.judging import judged

FINE = Outcome(Status.RETURNED)
PUSHES = len(edge_cases("push", 2))
SCANS = len(edge_cases("scan", 2))


class Clock:
    """A clock that says how many seconds of calls there were."""

    now = 0.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def clock(monkeypatch):
    clock = Clock()
    monkeypatch.setattr(time_limit, "monotonic", clock)
    return clock


class Slow:
    """A subject that takes a second for each call; it notes all that it is given."""

    name, arguments, levels, timeout = "slow", (), {}, 5.0
    is_watched = False

    def __init__(self, clock, does=lambda event: FINE):
        self.given, self._clock, self._does = [], clock, does

    def inference(self, *, needs_kinds=True):
        return Inference(kinds=("scan",), kinds_reason="it says so")

    @contextmanager
    def start(self, events=()):
        def call(payload, *, trace=False, ecr_payload=None):
            self._clock.now += 1
            self.given.append(payload)
            return self._does(payload)

        yield InProcess(call)

    def notes(self):
        return iter(())

    def modules(self):
        return ()


def refuses_long_names(event):
    if len(event["detail"].get("repository-name", "")) > 17:
        return replace(FINE, status=Status.RAISED, exception="ValueError", message="too long")
    return FINE


def test_without_a_limit_time_is_no_matter(clock):
    clock.now = 5.0
    verdict = judged(Slow(clock), kinds=["push"], examples=30)
    assert (len(verdict.trials), verdict.is_stopped) == (PUSHES, False)
    assert not any("stopped" in note for note in verdict.notes)


def test_the_cases_come_first_and_each_kind_has_as_many(clock):
    verdict = judged(Slow(clock), kinds=["push", "scan"], max_time=130)
    kinds = [trial.case.kind for trial in verdict.trials]
    assert abs(kinds.count("push") - kinds.count("scan")) <= 1
    assert 125 <= len(kinds) <= 130
    assert verdict.is_stopped
    told = f"stopped after 130 s, as asked: {len(kinds)} of {PUSHES + SCANS} cases were given"
    assert f"{told}, and no others" in verdict.notes
    assert verdict.drawn == verdict.probes == 0
    first = verdict_line(verdict)
    assert f"{len(kinds)} of {PUSHES + SCANS} push and scan events were given, and pass" in first


def test_what_fails_is_told_though_the_time_is_over(clock):
    verdict = judged(Slow(clock, refuses_long_names), kinds=["push"], max_time=PUSHES - 1)
    assert [finding.exception for finding in verdict.findings] == ["ValueError"]
    assert "push/longest-repository" in verdict.findings[0].failed


def test_then_other_values_are_drawn_as_many_as_there_is_time_for(clock):
    verdict = judged(Slow(clock), kinds=["push"], examples=100, max_time=PUSHES + 40)
    assert len(verdict.trials) == PUSHES
    assert 35 <= verdict.drawn <= 41
    told = f"stopped after {PUSHES + 40} s, as asked: pairs whole, {verdict.drawn} of 100 drawn"
    assert told in verdict.notes


def test_what_is_left_is_spent_on_a_higher_strength_and_on_further_values(clock):
    subject = Slow(clock)
    verdict = judged(subject, kinds=["push"], examples=20, max_time=2000)
    assert clock.now <= 2002
    [note] = [note for note in verdict.notes if note.startswith("stopped after 2000 s")]
    triples = len({case.text for case in edge_cases("push", 3)}) - len(edge_cases("push", 1))
    more = int(re.search(r"pairs whole, (\d+) more events of triples, ", note)[1])
    assert triples - PUSHES < more <= triples
    assert verdict.drawn > 20
    assert note.endswith(f"{verdict.drawn:,} drawn")


def test_a_fault_of_three_choices_together_is_found_in_the_time_that_is_left(clock):
    def needs_three(event):
        names = event["detail"]
        failing = (
            "image-tag" not in names and names["result"] == "FAILURE" and not event["resources"]
        )
        return replace(FINE, status=Status.RAISED, exception="KeyError") if failing else FINE

    asked = {"kinds": ["push"], "examples": 0}
    in_pairs = judged(Slow(clock, needs_three), **asked, strength=1)
    assert in_pairs.findings == ()
    deeper = judged(Slow(clock, needs_three), **asked, strength=1, max_time=3000)
    assert [finding.exception for finding in deeper.findings] == ["KeyError"]


@pytest.mark.parametrize("seconds", [1, 10, 60])
def test_where_not_each_choice_was_tried_that_is_no_success(clock, seconds):
    with pytest.raises(SetupError) as caught:
        judged(Slow(clock), kinds=["push", "scan"], max_time=seconds)
    told = rf"after {seconds} s it was given (\d+) of {PUSHES + SCANS} events, and none fails"
    assert abs(int(re.search(told, str(caught.value))[1]) - seconds) <= 3


def test_what_was_found_counts_however_soon_the_time_is_over(clock):
    def broken(event):
        return replace(FINE, status=Status.RAISED, exception="KeyError")

    verdict = judged(Slow(clock, broken), kinds=["push", "scan"], max_time=4)
    assert {finding.exception for finding in verdict.findings} == {"KeyError"}


def test_chosen_cases_are_given_whatever_the_time(clock):
    cases = ["push/ordinary", "push/no-tag", "push/longest-repository"]
    subject = Slow(clock)
    verdict = judged(subject, cases=cases, max_time=1)
    assert [trial.case.id for trial in verdict.trials] == cases
    assert not verdict.is_stopped


def test_ctrl_c_while_cases_are_given_in_turns_tells_what_was_found(clock):
    def interrupted(event):
        if clock.now > 60:
            raise KeyboardInterrupt
        return refuses_long_names(event)

    request = Request(kinds=("push", "scan"))
    request = replace(request, effort=replace(request.effort, max_time=1000))
    with Session(Slow(clock, interrupted), request) as session:
        verdict = session.report(keeps_interrupted=True)
    assert verdict.is_interrupted
    assert len(verdict.trials) >= 55
    assert {finding.exception for finding in verdict.findings} == {"ValueError"}


def test_another_seed_draws_other_events_and_the_same_the_same(clock):
    def drawn(seed):
        subject = Slow(clock)
        judged(subject, kinds=["push"], strength=1, examples=40, seed=seed)
        return [event["detail"] for event in subject.given]

    assert drawn(3) == drawn(3)
    assert drawn(0) == drawn(0)
    assert drawn(0) != drawn(3)


def test_cases_take_turns_by_kind_and_envelope():
    cases = [*edge_cases("push", 1), *edge_cases("delete", 1)]
    turns = list(in_turns(cases, ["lambda", "sqs"]))
    assert len(turns) == len({(case.id, envelope) for case, envelope in turns}) == 2 * len(cases)
    first = [(case.kind, envelope) for case, envelope in turns[:4]]
    assert first == [("push", "lambda"), ("push", "sqs"), ("delete", "lambda"), ("delete", "sqs")]
    for kind in ("push", "delete"):
        own = [case for case, envelope in turns if case.kind == kind and envelope == "sqs"]
        assert own == [case for case in cases if case.kind == kind]
    assert len(list(groupby(turns, key=lambda turn: turn[0].kind))) > 10
