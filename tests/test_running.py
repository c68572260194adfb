"""The loop: every case is given once, in order, wrapped as it arrives, until the consumer stops answering."""

from __future__ import annotations

import copy
import json

import pytest

from ecr_contracts import calling, reading, running
from ecr_contracts.calling import Outcome, Status
from ecr_contracts.cases import edge_cases
from ecr_contracts.errors import UnknownNameError

CASES = edge_cases("scan")
FINE, LATE = Outcome(Status.RETURNED), Outcome(Status.TIMED_OUT)


def test_every_case_is_given_once_and_in_order():
    given = []
    trials = list(running.trials(lambda payload: given.append(payload) or FINE, CASES, "lambda"))
    assert given == [running.distinct(case).event for case in CASES]
    assert [trial.case.id for trial in trials] == [case.id for case in CASES]
    assert {trial.via for trial in trials} == {"lambda"}
    assert not any(trial.failed or trial.symptoms for trial in trials)


def test_events_arrive_in_their_envelope():
    given = []
    list(running.trials(lambda payload: given.append(payload) or FINE, CASES, "sqs"))
    assert [[json.loads(record["body"]) for record in payload["Records"]] for payload in given] == [
        [running.distinct(case).event] for case in CASES
    ]


def test_no_two_cases_have_an_event_id_in_common_and_nothing_else_changes():
    told_apart = [running.distinct(case) for case in CASES]
    assert len({case.event["id"] for case in told_apart}) == len(CASES)
    assert [case.labels for case in told_apart] == [case.labels for case in CASES]
    for case, before in zip(told_apart, CASES, strict=True):
        assert reading.contract("scan").recognise(case.event) == reading.contract("scan").recognise(before.event)
        assert case.event | {"id": ""} == before.event | {"id": ""}


def test_trials_come_as_they_go():
    calls = []
    trials = running.trials(lambda payload: calls.append(payload) or FINE, CASES, "lambda")
    next(trials)
    assert len(calls) == 1


def test_what_a_consumer_does_to_an_event_stays_with_that_call():
    before = [copy.deepcopy(case.event) for case in CASES]

    def handler(event, context):
        event["detail"].clear()

    trials = list(running.trials(lambda payload: calling.call(handler, payload), CASES, "lambda"))
    assert [case.event for case in CASES] == before
    assert all([symptom.check for symptom in trial.symptoms] == ["mutates"] for trial in trials)
    assert not any(trial.failed for trial in trials)


@pytest.mark.parametrize(
    ("outcome", "failed"),
    [
        (FINE, False),
        (Outcome(Status.RETURNED, mutated=True), False),
        (Outcome(Status.RETURNED, unserialisable="$ is a set"), False),
        (Outcome(Status.RAISED, "KeyError"), True),
        (Outcome(Status.EXITED, "SystemExit"), True),
        (Outcome(Status.DIED), True),
        (LATE, True),
    ],
)
def test_a_trial_failed_when_the_call_did_not_end_as_it_should(outcome, failed):
    assert running.trial(lambda payload: outcome, CASES[0], "lambda").failed is failed


def test_a_consumer_that_never_answers_is_given_up_after_five_calls():
    calls = []
    trials = list(running.trials(lambda payload: calls.append(payload) or LATE, CASES, "lambda"))
    assert len(trials) == len(calls) == 5


def test_calls_that_do_not_answer_are_counted_though_others_do():
    answers = iter([LATE, FINE] * len(CASES))
    trials = list(running.trials(lambda payload: next(answers), CASES, "lambda"))
    assert [trial.failed for trial in trials] == [True, False] * 4 + [True]


def test_four_late_answers_are_borne():
    answers = iter([LATE] * 4 + [FINE] * len(CASES))
    assert len(list(running.trials(lambda payload: next(answers), CASES, "lambda"))) == len(CASES)


def test_any_number_of_other_faults_is_borne():
    raised = Outcome(Status.RAISED, "KeyError")
    assert len(list(running.trials(lambda payload: raised, CASES, "lambda"))) == len(CASES)


def test_an_unknown_envelope_is_refused_before_the_call():
    calls = []
    with pytest.raises(UnknownNameError, match="no envelope is called 'pigeon'; there are: lambda, sqs"):
        running.trial(calls.append, CASES[0], "pigeon")
    assert calls == []
