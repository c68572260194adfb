"""Trials: every case is payloads once, in order, until the consumer stops answering."""

from __future__ import annotations

import copy
import json

import pytest

from ecr_contracts.core.errors import UnknownNameError
from ecr_contracts.engine.trial import (
    PATIENCE,
    BaselineCache,
    Prober,
    distinct,
    ordinary_case,
    run_trial,
    run_trials,
    swallowed,
)
from ecr_contracts.events.compile import reader
from ecr_contracts.events.generate.cases import edge_cases, of_event
from ecr_contracts.runtime import invoke
from ecr_contracts.runtime.effects import Effect, Effects, Sort
from ecr_contracts.runtime.outcome import CaughtException, Outcome, Status

CASES = edge_cases("scan")
FINE, LATE = Outcome(Status.RETURNED), Outcome(Status.TIMED_OUT)


def test_every_case_is_given_once_and_in_order():
    payloads = []
    trials = list(run_trials(lambda payload: payloads.append(payload) or FINE, CASES, "lambda"))
    assert payloads == [distinct(case).event for case in CASES]
    assert [trial.case.id for trial in trials] == [case.id for case in CASES]
    assert {trial.via for trial in trials} == {"lambda"}
    assert not any(trial.failed or trial.symptoms for trial in trials)


def test_events_arrive_in_their_envelope():
    payloads = []
    list(run_trials(lambda payload: payloads.append(payload) or FINE, CASES, "sqs"))
    assert [
        [json.loads(record["body"]) for record in payload["Records"]] for payload in payloads
    ] == [[distinct(case).event] for case in CASES]


def test_no_two_cases_have_an_event_id_in_common_and_nothing_else_changes():
    distinct_cases = [distinct(case) for case in CASES]
    assert len({case.event["id"] for case in distinct_cases}) == len(CASES)
    assert [case.labels for case in distinct_cases] == [case.labels for case in CASES]
    for case, before in zip(distinct_cases, CASES, strict=True):
        assert reader.contract("scan").recognise(case.event) == reader.contract("scan").recognise(
            before.event
        )
        assert case.event | {"id": ""} == before.event | {"id": ""}


def test_trials_come_as_they_go():
    calls = []
    trials = run_trials(lambda payload: calls.append(payload) or FINE, CASES, "lambda")
    next(trials)
    assert len(calls) == 1


def test_what_a_consumer_does_to_an_event_stays_with_that_call():
    before = [copy.deepcopy(case.event) for case in CASES]

    def handler(event, context):
        event["detail"].clear()

    trials = list(run_trials(lambda payload: invoke.call(handler, payload), CASES, "lambda"))
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
    assert run_trial(lambda payload: outcome, CASES[0], "lambda").failed is failed


def test_a_consumer_that_never_answers_is_given_up_after_five_calls():
    calls = []
    trials = list(run_trials(lambda payload: calls.append(payload) or LATE, CASES, "lambda"))
    assert len(trials) == len(calls) == 5


def test_calls_that_do_not_answer_are_counted_though_others_do():
    answers = iter([LATE, FINE] * len(CASES))
    trials = list(run_trials(lambda payload: next(answers), CASES, "lambda"))
    assert [trial.failed for trial in trials] == [True, False] * 4 + [True]


def test_four_late_answers_are_borne():
    answers = iter([LATE] * 4 + [FINE] * len(CASES))
    assert len(list(run_trials(lambda payload: next(answers), CASES, "lambda"))) == len(CASES)


def deviations(case):
    return {
        choice
        for choice in case.labels.items()
        if choice not in reader.contract(case.kind).ordinary.items()
    }


def test_cases_with_all_that_was_not_answered_are_left_out():
    cases = edge_cases("scan", 2)

    def without_digest(payload):
        return FINE if "image-digest" in payload["detail"] else LATE

    trials = list(run_trials(without_digest, cases, "lambda"))
    ran = [trial.case.id for trial in trials]
    late = [trial.case for trial in trials if trial.is_late]
    assert late[0].id == "scan/no-digest"
    left_out = [case for case in cases if case.id not in ran]
    assert left_out
    assert all(any(deviations(hung) <= deviations(case) for hung in late) for case in left_out)
    # Nothing else is: what has only some of it might be answered.
    assert [case.id for case in cases if case not in left_out] == ran
    assert len(late) < PATIENCE


def test_a_case_that_is_not_answered_once_takes_no_others_with_it():
    def no_tags_and_no_digest(payload):
        detail = payload["detail"]
        return LATE if "image-digest" not in detail and detail.get("image-tags") == [] else FINE

    trials = list(run_trials(no_tags_and_no_digest, CASES, "lambda"))
    assert [trial.case.id for trial in trials] == [case.id for case in CASES]
    assert not any(trial.is_late for trial in trials)


def test_the_ordinary_event_leaves_nothing_out_though_every_event_has_all_of_it():
    ordinary = next(case for case in CASES if case.id == "scan/ordinary")
    answers = iter([LATE] + [FINE] * len(CASES))
    cases = [ordinary, *(case for case in CASES if case != ordinary)]
    assert len(list(run_trials(lambda payload: next(answers), cases, "lambda"))) == len(CASES)


# --- further calls --------------------------------------------------------------------------------


def test_a_prober_makes_as_many_calls_as_it_may():
    payloads = []
    prober = Prober(lambda payload: payloads.append(payload) or FINE, "scan", "sqs", 3)
    assert not prober.is_spent
    trials = [prober(case) for case in CASES[:5]]
    assert [trial and trial.case.id for trial in trials] == [case.id for case in CASES[:3]] + [
        None,
        None,
    ]
    assert (prober.calls, prober.is_spent, len(payloads)) == (3, True, 3)
    assert prober.trials == trials[:3]
    assert {trial.via for trial in prober.trials} == {"sqs"}
    assert prober.again(CASES[0]) is None


def test_a_prober_that_may_make_no_calls_makes_none():
    prober = Prober(lambda payload: pytest.fail("called"), "scan", "lambda", 0)
    assert prober.is_spent
    assert prober(CASES[0]) is None
    assert (prober.calls, prober.trials) == (0, [])


def test_an_event_that_is_given_again_has_another_id_and_nothing_else():
    prober = Prober(lambda payload: FINE, "scan", "lambda", 10)
    tried = [
        run_trial(lambda payload: FINE, CASES[1], "lambda"),
        *(prober.again(CASES[1], n) for n in (1, 2, 1)),
    ]
    events = [trial.case.event for trial in tried if trial]
    assert len({event["id"] for event in events}) == 3
    assert events[1] == events[3]
    assert all(event | {"id": ""} == CASES[1].event | {"id": ""} for event in events)
    assert all(
        reader.contract("scan").recognise(event)["$.id"] == CASES[1].labels["$.id"]
        for event in events
    )
    assert (prober.calls, prober.trials) == (3, [])


@pytest.mark.parametrize(("late", "calls"), [(0, 5), (3, 2), (4, 1), (5, 0)])
def test_a_prober_gives_up_when_too_few_calls_are_answered(late, calls):
    prober = Prober(lambda payload: LATE, "scan", "lambda", 100, late=late)
    assert sum(prober(case) is not None for case in CASES) == prober.calls == calls
    assert prober.is_spent


def test_an_event_of_other_values_keeps_its_id_the_first_time():
    drawn = of_event(reader.contract("scan"), CASES[1].event | {"account": "314159265358"})
    assert drawn.is_valued
    assert distinct(drawn) == drawn
    again = distinct(drawn, 3)
    assert (again.id, again.event["id"] == drawn.event["id"]) == (drawn.id, False)
    assert again.event | {"id": ""} == drawn.event | {"id": ""}


def test_any_number_of_other_faults_is_borne():
    raised = Outcome(Status.RAISED, "KeyError")
    assert len(list(run_trials(lambda payload: raised, CASES, "lambda"))) == len(CASES)


def test_an_unknown_envelope_is_refused_before_the_call():
    calls = []
    with pytest.raises(
        UnknownNameError, match="no envelope is called 'pigeon'; there are: lambda, sqs"
    ):
        run_trial(calls.append, CASES[0], "pigeon")
    assert calls == []


# --- leaving out what would hang again ------------------------------------------------------------


def test_cases_that_have_all_choices_of_one_that_hung_are_left_out():
    path, label = "$.detail.image-tags", "empty"
    cases = edge_cases("scan", 2)
    payloads = []

    def call(event):
        payloads.append(event)
        return LATE if event["detail"].get("image-tags") == [] else FINE

    trials = list(run_trials(call, cases[1:], "lambda"))
    assert [trial.case.id for trial in trials if trial.is_late] == ["scan/no-tags"]
    assert [trial.case.id for trial in trials] == [
        case.id for case in cases[1:] if case.labels.get(path) != label or case.id == "scan/no-tags"
    ]
    assert len(payloads) == len(trials) < len(cases) - 1


def test_nothing_is_left_out_when_the_ordinary_event_hangs():
    ordinary = next(case for case in CASES if case.id == "scan/ordinary")
    first = distinct(ordinary).event
    trials = list(run_trials(lambda event: LATE if event == first else FINE, CASES, "lambda"))
    assert len(trials) == len(CASES)


# --- further calls --------------------------------------------------------------------------------


def test_a_prober_without_calls_is_spent():
    prober = Prober(lambda payload: pytest.fail("nothing may be called"), "scan", "lambda", 0)
    assert prober.is_spent
    assert prober(CASES[1]) is None


@pytest.mark.parametrize("late", range(6))
def test_a_prober_bears_as_many_late_answers_as_are_left(late):
    prober = Prober(lambda payload: LATE, "scan", "lambda", 100, late=late)
    while prober(CASES[1]) is not None:
        pass
    assert prober.calls == PATIENCE - late


def test_each_repetition_has_an_event_id_of_its_own_and_is_the_same_otherwise():
    payloads = []
    prober = Prober(lambda payload: payloads.append(payload) or FINE, "scan", "lambda", 10)
    prober(CASES[2])
    for number in (1, 2):
        prober.again(CASES[2], number)
    assert len({event["id"] for event in payloads}) == 3
    assert len({json.dumps(event | {"id": ""}) for event in payloads}) == 1


def test_a_prober_wraps_events():
    payloads = []
    Prober(lambda payload: payloads.append(payload) or FINE, "scan", "sqs", 1)(CASES[1])
    assert [json.loads(record["body"])["detail-type"] for record in payloads[0]["Records"]] == [
        "ECR Image Scan"
    ]


# --- what is swallowed ----------------------------------------------------------------------------

PUBLISH, POST, READ = (
    Effect(Sort.AWS, "sns.Publish"),
    Effect(Sort.HTTP, "POST x"),
    Effect(Sort.AWS, "x.Get", reads=True),
)

DELETE = Effect(Sort.AWS, "sqs.DeleteMessage")


def caught(*, after=0, ends=True, outermost=True):
    return CaughtException("KeyError", "'a'", None, None, after, ends, outermost)


def returned(*effects, caught=(), status=Status.RETURNED):
    return Outcome(status, effects=Effects(effects), caught=tuple(caught))


LOST = {
    "what is usually done is not": (returned(caught=[caught()]), returned(PUBLISH)),
    "in a function further in": (returned(caught=[caught(outermost=False)]), returned(PUBLISH)),
    "one of two": (returned(POST, caught=[caught(after=1)]), returned(POST, PUBLISH)),
    "one of two alike": (returned(POST, caught=[caught(after=1)]), returned(POST, POST)),
    "reads do not matter": (returned(READ, caught=[caught()]), returned(READ, PUBLISH)),
    "nothing is ever done": (returned(caught=[caught()]), returned()),
    "only the message is deleted": (returned(DELETE, caught=[caught()]), returned(DELETE)),
    "and the work is not done": (returned(DELETE, caught=[caught()]), returned(PUBLISH, DELETE)),
    "not even that": (returned(caught=[caught(outermost=False)]), returned(DELETE)),
    "the ordinary event is lost too": (returned(caught=[caught()]), returned(caught=[caught()])),
}
KEPT = {
    "all is done": (returned(PUBLISH, caught=[caught(after=1)]), returned(PUBLISH)),
    "it goes on": (returned(caught=[caught(ends=False)]), returned(PUBLISH)),
    "something is done about it": (returned(POST, caught=[caught()]), returned(PUBLISH)),
    "nothing is ever done, and others may go on": (
        returned(caught=[caught(outermost=False)]),
        returned(),
    ),
    "the message is deleted, and others may go on": (
        returned(DELETE, caught=[caught(outermost=False)]),
        returned(DELETE),
    ),
    "the work was done before": (
        returned(PUBLISH, DELETE, caught=[caught(after=1)]),
        returned(PUBLISH, DELETE),
    ),
    "nothing was caught": (returned(), returned(PUBLISH)),
    "it raised after all": (returned(caught=[caught()], status=Status.RAISED), returned(PUBLISH)),
}


@pytest.mark.parametrize(("outcome", "usual"), LOST.values(), ids=LOST)
def test_an_event_is_lost_when_it_is_caught_and_nothing_is_done_about_it(outcome, usual):
    assert swallowed(outcome, usual) is outcome.caught[0]


@pytest.mark.parametrize(("outcome", "usual"), KEPT.values(), ids=KEPT)
def test_an_event_is_not_lost_when_all_is_done_or_something_else(outcome, usual):
    assert swallowed(outcome, usual) is None


def test_the_ordinary_event_is_asked_for_once_and_only_if_something_was_caught():
    payloads = []

    def call(payload, **options):
        payloads.append(payload)
        return (
            returned(PUBLISH)
            if payload == ordinary_case("scan").event
            else returned(caught=[caught()])
        )

    cache = BaselineCache(call)
    cases = [case for case in CASES if case.id not in ("scan/ordinary",)]
    trials = list(run_trials(cache, cases, "lambda"))
    assert len(payloads) == len(cases) + 1
    assert {symptom.check for trial in trials for symptom in trial.symptoms} == {"swallowed"}
    assert [trial.outcome for trial in run_trials(call, cases[:1], "lambda")] == [
        returned(caught=[caught()])
    ]


def test_what_is_known_of_the_ordinary_event_is_not_asked_again_but_the_next_time():
    payloads = []
    known = {("scan", "lambda"): returned(PUBLISH)}
    cache = BaselineCache(lambda payload, **options: payloads.append(payload) or FINE, known)
    ordinary = ordinary_case("scan")
    assert run_trial(cache, ordinary, "lambda").outcome == returned(PUBLISH)
    assert payloads == []
    assert run_trial(cache, ordinary, "lambda").outcome == FINE
    assert run_trial(cache, ordinary, "sqs").outcome == FINE
    assert len(payloads) == 2
