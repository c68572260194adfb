"""The table of checks: each sees its own symptom in an outcome, and no other's."""

from __future__ import annotations

import datetime
import sys
import time

import pytest

from ecr_contracts import calling
from ecr_contracts.calling import Outcome, Status
from ecr_contracts.checks import CHECKS, symptoms
from ecr_contracts.findings import Location, Severity

WHERE = Location("app.py", 3)


def seen(outcome: Outcome) -> dict[str, str]:
    """What each check says of an outcome."""
    return {symptom.check: symptom.message for symptom in symptoms(outcome)}


@pytest.mark.parametrize("check", CHECKS.values(), ids=CHECKS)
def test_each_check_says_what_it_is_good_for_and_how_to_mend_it(check):
    assert check.purpose.endswith(".")
    assert check.mend[0].islower()
    assert not check.mend.endswith(".")
    assert CHECKS[check.id] is check


def test_nobody_changes_the_table():
    with pytest.raises(TypeError, match="does not support item assignment"):
        CHECKS["raises"] = CHECKS["late"]  # type: ignore[index]


@pytest.mark.parametrize(
    ("outcome", "said"),
    [
        (Outcome(Status.RETURNED), {}),
        (Outcome(Status.RETURNED, returned={"statusCode": 200}, output="x" * 9999, seconds=4.9), {}),
        (Outcome(Status.RAISED, "KeyError", "'x'"), {"raises": "'x'"}),
        (Outcome(Status.RAISED, "KeyError", ""), {"raises": ""}),
        (Outcome(Status.EXITED, "SystemExit", "exit code 1"), {"exits": "exit code 1"}),
        (
            Outcome(Status.DIED, message="the process was killed by SIGKILL"),
            {"exits": "the process was killed by SIGKILL"},
        ),
        (Outcome(Status.TIMED_OUT, message="no answer within 5 s"), {"late": "no answer within 5 s"}),
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
    assert [symptom.ends for symptom in symptoms(Outcome(status))] == [True] * (status is not Status.RETURNED)


def test_what_may_be_a_matter_of_taste_is_advice_and_all_else_is_an_error():
    advice = {check.id for check in CHECKS.values() if check.severity is Severity.WARNING}
    assert advice == {"mutates", "error-return", "side-effects-before-failure", "action-blind"}


def test_where_a_call_ended_is_told_of_what_ended_it_only():
    outcome = Outcome(Status.RAISED, "KeyError", "'x'", location=WHERE, mutated=True)
    told = {symptom.check: (symptom.exception, symptom.location) for symptom in symptoms(outcome)}
    assert told == {"raises": ("KeyError", WHERE), "mutates": (None, None)}


# --- consumers --------------------------------------------------------------------------------------------------------


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
    assert seen(calling.call(consumer, {"detail": {"tag": "latest"}})) == said


def test_a_slow_call_in_this_process_is_no_fault_as_long_as_it_ends():
    assert seen(calling.call(lambda event: time.sleep(0.01), {}, timeout=0.001)) == {}
