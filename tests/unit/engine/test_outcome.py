"""Checks of one call: each sees its own symptom in an outcome, and no other's."""

from __future__ import annotations

import datetime
import sys
import time
from dataclasses import replace

import pytest

from ecr_contracts.core.findings import Location
from ecr_contracts.engine.checks.catalog import CHECKS, Scope
from ecr_contracts.engine.checks.outcome import effect_before_failure, symptoms
from ecr_contracts.runtime.effects import Effect, Effects, Sort
from ecr_contracts.runtime.invoke import call
from ecr_contracts.runtime.outcome import CaughtException, Outcome, Status, Stop, WrongCall

WHERE = Location("app.py", 3)


def seen(outcome: Outcome) -> dict[str, str]:
    """What each check says of an outcome."""
    return {symptom.check: symptom.message for symptom in symptoms(outcome)}


ENDED = {"exception": "KeyError", "message": "'Messages'", "at": ["app.py", 3, "main", "", "", 0]}


def polled_outcome(failures, *caught, **counts):
    """What a poll loop has done with its messages."""
    returned = {"batchItemFailures": failures, "polled": {"received": 1, **counts}}
    return Outcome(Status.RETURNED, returned=returned, caught=caught)


LEFT = [{"itemIdentifier": "1"}]
LOST = CaughtException("KeyError", "'x'", WHERE, WHERE, 0, True, True)
MADE_UP = CaughtException(
    "KeyError", "'x'", WHERE, WHERE, 0, True, True, Stop(Effect(Sort.AWS, "s3.GetObject"), None)
)


@pytest.mark.parametrize(
    ("outcome", "checks"),
    [
        (polled_outcome([]), set()),
        (polled_outcome(LEFT), {"left-in-queue"}),
        (polled_outcome(LEFT, LOST), {"left-in-queue"}),
        (polled_outcome(LEFT, MADE_UP), set()),
        (polled_outcome(LEFT, **{"given-back": True}), set()),
        (polled_outcome(LEFT, LOST, **{"given-back": True}), {"left-in-queue"}),
        (polled_outcome([], **{"ended-by": ENDED}), {"empty-queue"}),
    ],
)
def test_a_poll_loop_is_judged_by_what_becomes_of_its_messages(outcome, checks):
    assert seen(outcome).keys() == checks


def test_a_message_that_is_left_is_told_by_the_exception_or_by_who_asked_for_it():
    [of_exception] = symptoms(polled_outcome(LEFT, LOST))
    assert (of_exception.exception, of_exception.location) == ("KeyError", WHERE)
    [of_nothing] = symptoms(polled_outcome(LEFT, at=["app.py", 3, "", "", "", 0]))
    assert (of_nothing.exception, of_nothing.location) == (None, WHERE)


def test_every_check_of_one_call_has_code_that_sees_it():
    caught = CaughtException("KeyError", "'x'", WHERE, WHERE, 0, True, True)
    outcomes = [
        *map(Outcome, Status),
        Outcome(Status.REFUSED, "KeyError", returned={"status": 202, "by": "its framework"}),
        Outcome(Status.RETURNED, unserialisable="$ is a set", mutated=True),
        Outcome(Status.RETURNED, never_ran="a generator"),
        Outcome(Status.RETURNED, swallowed=caught),
        Outcome(Status.RETURNED, returned={"error": "no tag"}),
        Outcome(Status.RETURNED, returned={"batchItemFailures": [{"itemIdentifier": "1"}]}),
        polled_outcome([{"itemIdentifier": "1"}]),
        polled_outcome([], **{"ended-by": ENDED}),
        Outcome(Status.RETURNED, wrong_calls=(WrongCall("KeyError", "'x'", WHERE),)),
    ]
    detected = {check for outcome in outcomes for check in seen(outcome)}
    assert detected == {row.id for row in CHECKS.values() if row.scope is Scope.CALL}


@pytest.mark.parametrize(
    ("outcome", "said"),
    [
        (Outcome(Status.RETURNED), {}),
        (
            Outcome(Status.RETURNED, returned={"statusCode": 200}, output="x" * 9999, seconds=4.9),
            {},
        ),
        (Outcome(Status.RAISED, "KeyError", "'x'"), {"raises": "'x'"}),
        (Outcome(Status.RAISED, "KeyError", ""), {"raises": ""}),
        (Outcome(Status.EXITED, "SystemExit", "exit code 1"), {"exits": "exit code 1"}),
        (
            Outcome(Status.DIED, message="the process was killed by SIGKILL"),
            {"exits": "the process was killed by SIGKILL"},
        ),
        (
            Outcome(Status.TIMED_OUT, message="no answer within 5 s"),
            {"late": "no answer within 5 s"},
        ),
        (Outcome(Status.TIMED_OUT), {"late": "no answer in time"}),
        (Outcome(Status.RETURNED, unserialisable="$ is a set"), {"unserialisable": "$ is a set"}),
        (Outcome(Status.RETURNED, mutated=True), {"mutates": "the event was changed in place"}),
        (
            Outcome(Status.RETURNED, mutated=True, unserialisable="$ is a set"),
            {"unserialisable": "$ is a set", "mutates": "the event was changed in place"},
        ),
        (
            Outcome(Status.RAISED, "KeyError", "'x'", mutated=True),
            {"raises": "'x'", "mutates": "the event was changed in place"},
        ),
    ],
)
def test_every_sort_of_outcome_is_seen_by_its_own_check(outcome, said):
    assert seen(outcome) == said


@pytest.mark.parametrize("status", list(Status))
def test_only_a_call_that_returned_in_time_goes_on(status):
    assert [symptom.ends for symptom in symptoms(Outcome(status))] == [True] * (
        status is not Status.RETURNED
    )


def test_where_a_call_ended_is_told_of_what_ended_it_only():
    outcome = Outcome(Status.RAISED, "KeyError", "'x'", location=WHERE, mutated=True)
    told = {symptom.check: (symptom.exception, symptom.location) for symptom in symptoms(outcome)}
    assert told == {"raises": ("KeyError", WHERE), "mutates": (None, None)}


# --- consumers ------------------------------------------------------------------------------------


def right(event, context):
    return {"statusCode": 200, "body": [None, 1.5, event["detail"]["tag"]]}


def raises(event, context):
    return event["detail"]["no such key"]


def exits(event, context):
    sys.exit("enough")


def returns_a_date(event, context):
    return {"when": datetime.datetime(2026, 3, 1, tzinfo=datetime.UTC)}


def changes_the_event(event, context):
    event["detail"].pop("tag")


@pytest.mark.parametrize(
    ("consumer", "said"),
    [
        (right, {}),
        (raises, {"raises": "'no such key'"}),
        (exits, {"exits": "exit code 'enough'"}),
        (returns_a_date, {"unserialisable": "$.when is a datetime"}),
        (changes_the_event, {"mutates": "the event was changed in place"}),
    ],
)
def test_each_wrong_consumer_is_caught_by_its_own_check_and_by_no_other(consumer, said):
    assert seen(call(consumer, {"detail": {"tag": "latest"}})) == said


def test_a_slow_call_in_this_process_is_no_fault_as_long_as_it_ends():
    assert seen(call(lambda event: time.sleep(0.01), {}, timeout=0.001)) == {}


ERRORS = [
    {"statusCode": 400},
    {"statusCode": "500", "body": "no"},
    {"StatusCode": 404},
    {"status": "error"},
    {"status": "failed", "reason": "x"},
    {"error": "no tag"},
    {"errorMessage": "no tag"},
    {"success": False},
    {"ok": False},
    "Error: no tag",
    "ERROR",
]
NO_ERRORS = [
    None,
    {},
    "",
    [],
    {"statusCode": 200, "body": "{}"},
    {"statusCode": 202},
    {"status": "FAILED"},  # as a scan's status is
    {"status": "FAILURE"},
    {"status": "skipped"},
    {"error": None},
    {"error": ""},
    {"success": True},
    {"ok": None},
    {"code": True},
    {"code": "ECR"},
    "errors: 0",
    "no error",
    "Erroneous",
    500,
]


@pytest.mark.parametrize("value", ERRORS, ids=repr)
def test_what_says_error_is_one(value):
    assert "error-return" in seen(Outcome(Status.RETURNED, returned=value))


@pytest.mark.parametrize("value", NO_ERRORS, ids=repr)
def test_what_says_nothing_of_an_error_is_none(value):
    assert seen(Outcome(Status.RETURNED, returned=value)) == {}


CAUGHT = CaughtException(
    "KeyError", "'HIGH'", Location("app.py", 7), Location("app.py", 9), 0, True, True
)


def test_what_is_swallowed_is_told_once_with_its_exception_and_both_its_lines():
    outcome = Outcome(Status.RETURNED, returned={"statusCode": 500}, swallowed=CAUGHT)
    (symptom,) = symptoms(outcome)
    assert (symptom.check, symptom.exception, symptom.location) == (
        "swallowed",
        "KeyError",
        Location("app.py", 7),
    )
    assert symptom.message == "'HIGH'; caught at app.py:9, and nothing is done about it"
    assert symptom.ends


DONE = [
    (Effect(Sort.AWS, "sns.Publish"), "sns.Publish was done by then: each retry does it again"),
    (
        Effect(Sort.HTTP, "POST https://a.example.invalid"),
        "POST https://a.example.invalid was done by then",
    ),
    (Effect(Sort.EMAIL, "a@example.invalid"), "an e-mail to a@example.invalid was done by then"),
    (Effect(Sort.AWS, "ecs.RunTask"), "ecs.RunTask was done by then"),
    (Effect(Sort.AWS, "s3.PutObject"), None),
    (Effect(Sort.AWS, "ecr.DescribeImages", reads=True), None),
    (Effect(Sort.HTTP, "PUT https://a.example.invalid"), None),
    (Effect(Sort.FILE, "out.txt"), None),
    (Effect(Sort.LOG, "ERROR"), None),
    (Effect(Sort.PROCESS, "docker", refused=True), None),
]


@pytest.mark.parametrize(("effect", "told"), DONE, ids=[one[0].name for one in DONE])
def test_what_was_done_before_it_raised_is_done_again(effect, told):
    outcome = Outcome(Status.RAISED, "KeyError", effects=Effects([effect]))
    said = effect_before_failure(outcome)
    assert (said or "").startswith(told or "")
    assert (said is None) is (told is None)
    assert effect_before_failure(replace(outcome, status=Status.RETURNED)) is None
