"""State machines that never end, or go on for longer than is followed: told as which of the two."""

from __future__ import annotations

import functools
import itertools
import json
import time
from pathlib import Path
from types import MappingProxyType
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ecr_contracts.core import limits
from ecr_contracts.core.errors import ConsumerError
from ecr_contracts.engine.subjects.step_functions.engine import Engine
from ecr_contracts.engine.subjects.step_functions.machine import StateMachine
from ecr_contracts.engine.subjects.step_functions.way import BeyondError, CircleError, Way
from ecr_contracts.reporting.sentences import headline
from tests.integration.machines import DONE, choice, is_, machine, passing, task
from tests.judging import judged

WAIT = {"Type": "Wait", "Seconds": 5}


@pytest.fixture(autouse=True)
def _elsewhere(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)


def checked(definition: Any, answers: Any = MappingProxyType({})) -> Any:
    Path("m.asl.json").write_text(json.dumps(definition))
    subject = StateMachine("m.asl.json", answers=answers)
    return judged(subject, kinds=("push",), strength=1, examples=0)


def ending(definition: Any, event: Any = None, answer: Any = None) -> Any:
    with Engine(definition, lambda *_: answer) as engine:
        return engine.run({"a": 1} if event is None else event)


IS_HERE = is_("$.detail", IsPresent=True)
CIRCLES = {
    "itself": (machine("A", A=passing(Next="A")), "A"),
    "two states": (machine("A", A=passing(Next="B"), B=passing(Next="A")), "A"),
    "a wait": (machine("A", A={**WAIT, "Next": "A"}), "A"),
    "a choice of itself": (
        machine("A", A=choice(Default="A", Choices=[{**IS_HERE, "Next": "A"}])),
        "A",
    ),
    "a variable that stays": (machine("A", A=passing(Assign={"x": 1}, Next="A")), "A"),
    "a result that stays": (
        machine("A", A=passing(Result=1, ResultPath="$.x", Next="B"), B={**WAIT, "Next": "A"}),
        "A",
    ),
}


@pytest.mark.parametrize("name", CIRCLES)
def test_a_machine_that_never_ends_by_itself_is_a_finding(name):
    definition, state = CIRCLES[name]
    event = {"detail": {}}
    assert ending(definition, event).circle == state


def test_the_finding_names_the_state_that_it_comes_back_to():
    verdict = checked(CIRCLES["two states"][0])
    [finding] = verdict.findings
    assert finding.check == "late"
    assert headline(finding) == "does not answer in time"
    assert finding.location.function == "A"
    assert "comes back to this state with the same input for ever" in finding.detail
    assert verdict.notes == ()


def _counting(last: int) -> Any:
    """A loop that counts, and ends."""
    return machine(
        "A",
        A=passing(Result={"n": 0}, Next="B"),
        B=passing(Parameters={"n.$": "States.MathAdd($.n, 1)"}, Next="C"),
        C=choice(Default="D", Choices=[{**is_("$.n", NumericLessThan=last), "Next": "B"}]),
        D=DONE,
    )


@given(st.integers(1, 60))
def test_a_loop_that_ends_is_followed_to_its_end(last):
    found = ending(_counting(last))
    assert (found.failures, found.unread, found.circle) == ((), (), "")


LOOSE = {
    "a task may answer otherwise": machine(
        "A", A=task("sns:publish", ResultPath=None, Next="B"), B={**WAIT, "Next": "A"}
    ),
    "a random number": machine(
        "A", A=passing(Parameters={"x.$": "States.MathRandom(0, 2)"}, Next="A")
    ),
    "the time": machine("A", A=passing(Parameters={"x.$": "$$.State.EnteredTime"}, Next="A")),
    "a branch beside others": machine(
        "P",
        P={
            "Type": "Parallel",
            "Branches": [
                machine("A", A=passing(Next="A")),
                machine("F", F={"Type": "Fail", "Error": "X"}),
            ],
            "End": True,
        },
    ),
    "a text that grows": machine("A", A=passing(Parameters={"x.$": "States.Array($)"}, Next="A")),
    "a count that is long": _counting(10_000),
}


@pytest.mark.parametrize("name", LOOSE)
def test_what_may_end_another_time_is_no_finding_but_not_followed_for_ever(name):
    found = ending(LOOSE[name], answer="RUNNING")
    assert found.circle == ""
    if not found.failures:
        [unread] = found.unread
        assert f"more than {limits.EXECUTION_STATES:,} states" in unread.why


def test_a_machine_that_goes_on_is_said_to_be_not_judged():
    start = time.process_time()
    verdict = checked(_counting(1_000_000))
    assert verdict.findings == ()
    [note, *_] = verdict.notes
    assert note.startswith("not checked from ")
    assert time.process_time() - start < 10  # one or two, where nothing else runs


def test_too_many_states_and_items_end_the_following():
    inner = machine("I", I=DONE)
    wide = {"Type": "Parallel", "Branches": [inner] * (limits.EXECUTION_STATES + 1), "End": True}
    assert ending(machine("P", P=wide)).unread[0].why.startswith("its execution enters more")


def test_a_range_is_measured_before_it_is_made():
    start = time.process_time()
    number = 10**12
    definition = machine("A", A=passing(Parameters={"x.$": f"States.ArrayRange(1, {number}, 1)"}))
    [failure] = ending(definition).failures
    assert failure.error == "States.IntrinsicFailure"
    assert "more than 1000 items" in failure.cause
    assert time.process_time() - start < 2


def test_an_intrinsic_function_computes_with_so_many_values():
    definition = machine("A", A=passing(Parameters={"x.$": "States.ArrayUnique($.x)"}))
    assert ending(definition, {"x": [1, 1, 2]}).unread == ()
    many = [[number] for number in range(limits.INTRINSIC_VALUES)]
    [unread] = ending(definition, {"x": many}).unread
    assert (unread.state, unread.why) == (
        "A",
        "it computes with more values than are followed here",
    )


@pytest.mark.parametrize(
    ("state", "words"),
    [
        (
            passing(Comment="x" * limits.DEFINITION_CHARACTERS),
            "it has more than 300,000 characters",
        ),
        (
            passing(Parameters={"x.$": f"States.Array({'1, ' * 5000}1)"}),
            rf"States\.Array\(1, .*… has more than {limits.INTRINSIC_CHARACTERS:,} characters",
        ),
    ],
)
def test_what_takes_the_parser_too_long_is_refused(state, words):
    with pytest.raises(ConsumerError, match=words):
        checked(machine("A", A=state))


# --- the way --------------------------------------------------------------------------------------


def entered(way: Way, content: Any) -> int:
    """How many states of an execution are followed whose inputs `content` gives."""
    way.begin()
    with way.within():
        for number in itertools.count():
            try:
                way.enter("A", functools.partial(content, number))
            except BeyondError:
                return number
    raise AssertionError


def test_ten_executions_beyond_the_bound_are_enough():
    way = Way()
    counts = [entered(way, int) for _ in range(10)]
    assert counts == [limits.EXECUTION_STATES] * 3 + [50] * 7
    with pytest.raises(BeyondError, match="executions before this one"):
        way.begin()


def test_large_inputs_count_as_many_states():
    assert entered(Way(), lambda number: f"{number:0100000}") < 20


@given(st.lists(st.integers(0, 2), max_size=8))
def test_a_circle_is_claimed_only_where_the_input_was_seen_before(values):
    way = Way()
    way.begin()
    seen = set()
    with way.within():
        for number, value in enumerate(values):
            content = functools.partial(int, value)
            if number and value in seen:
                with pytest.raises(CircleError):
                    way.enter("A", content)
                return
            way.enter("A", content)
            if number:
                seen.add(value)


def test_a_map_runs_its_items_once_however_many_may_run_at_once():
    items = {"StartAt": "I", "States": {"I": DONE}}
    for most in (1, 10**30):
        each = {"Type": "Map", "ItemsPath": "$.x", "MaxConcurrency": most, "End": True}
        result = ending(machine("M", M={**each, "Iterator": items}), {"x": [1, 2, 3]})
        assert (result.failures, result.unread) == ((), ())
