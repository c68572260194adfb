"""Calling: what one call of a consumer did, whatever that was."""

from __future__ import annotations

import asyncio
import functools
import io
import json
import os
import pickle
import sys
from unittest import mock

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ecr_contracts.core import limits, text
from ecr_contracts.discovery import target, user_code
from ecr_contracts.runtime import (
    invoke,
    lambda_context,
    lambda_response,
    load_errors,
    loader,
    raised,
)
from ecr_contracts.runtime.invoke import call, output_text
from ecr_contracts.runtime.outcome import Outcome, Status
from tests.writing import EVENT, one, sleepy

OURS = os.path.join("ecr_contracts", "calling.py")


def test_each_call_has_its_own_copy_of_the_payload():
    seen = []

    def handler(event, context):
        seen.append(event)
        event["detail"]["image-tags"].append("latest")

    payload = json.loads(json.dumps(EVENT))
    outcomes = [call(handler, payload), call(handler, payload)]
    assert payload == EVENT
    assert seen[0] is not seen[1]
    assert [outcome.mutated for outcome in outcomes] == [True, True]


class Incomparable:
    def __eq__(self, other):
        raise ValueError("ambiguous")


def raising(error):
    raise error


@pytest.mark.parametrize(
    ("change", "mutated"),
    [
        (lambda event: event.pop("region"), True),
        (lambda event: event.setdefault("region", "other"), False),
        (lambda event: event["detail"].update(region="x"), True),
        (lambda event: event.update(me=event), True),
        (lambda event: event.update(region=Incomparable()), True),
        (lambda event: dict(event, region="x"), False),
        (lambda event: (event.pop("region"), raising(ValueError())), True),
        (lambda event: (event.pop("region"), sys.exit(1)), True),
    ],
)
def test_a_changed_event_is_noticed(change, mutated):
    assert call(change, EVENT).mutated is mutated


def test_a_given_context_is_handed_over():
    assert call(lambda event, context: context, EVENT, "given").returned == "given"
    assert call(lambda event, context: context, EVENT, 0).returned == 0


class OwnError(Exception):
    class InnerError(Exception):
        def __str__(self):
            raise RuntimeError("no text")


class Subclassed(str):
    __slots__ = ()

    def __getitem__(self, index):
        raise RuntimeError

    def __str__(self):
        return self


@pytest.mark.parametrize(
    ("error", "exception", "message"),
    [
        (KeyError("HIGH"), "KeyError", "'HIGH'"),
        (IndexError("list index out of range"), "IndexError", "list index out of range"),
        (
            json.JSONDecodeError("bad", "{", 1),
            "json.decoder.JSONDecodeError",
            "bad: line 1 column 2 (char 1)",
        ),
        (OwnError("x"), f"{__name__}.OwnError", "x"),
        (
            OwnError.InnerError(),
            f"{__name__}.OwnError.InnerError",
            "(its message cannot be read: RuntimeError)",
        ),
        (ValueError("x" * 3000), "ValueError", "x" * 1999 + "…"),
        (ValueError(Subclassed("odd")), "ValueError", "odd"),
        (KeyboardInterrupt(), "KeyboardInterrupt", ""),
        (GeneratorExit("x"), "GeneratorExit", "x"),
        (BaseException("x"), "BaseException", "x"),
        (
            ExceptionGroup("several", [ValueError(1), KeyError(2)]),
            "ExceptionGroup",
            "several (2 sub-exceptions)",
        ),
        (type("Boom", (Exception,), {"__module__": 5})("x"), "5.Boom", "x"),
    ],
)
def test_what_is_raised_is_recorded(error, exception, message):
    outcome = call(lambda event: raising(error), EVENT)
    assert (outcome.status, outcome.exception, outcome.message) == (
        Status.RAISED,
        exception,
        message,
    )
    assert outcome.location is not None
    assert outcome.location.source == "raise error"
    assert outcome.location.function == "raising"
    assert type(outcome.message) is str


@pytest.mark.parametrize(
    ("code", "message"),
    [
        (None, "exit code None"),
        (0, "exit code 0"),
        (2, "exit code 2"),
        ("no tags", "exit code 'no tags'"),
        (Incomparable, "exit code <class"),
    ],
)
def test_an_exit_is_recorded_with_its_code(code, message):
    outcome = call(lambda event: sys.exit(code), EVENT)
    assert (outcome.status, outcome.exception) == (Status.EXITED, "SystemExit")
    assert outcome.message.startswith(message)


def test_an_exit_code_that_cannot_be_shown_is_named():
    class Mute:
        def __repr__(self):
            raise RuntimeError

    assert call(lambda event: sys.exit(Mute()), EVENT).message == "exit code a Mute"


def test_the_function_around_a_consumer_is_so_short_that_it_survives_a_lack_of_memory():
    instructions = len(invoke._returned.__code__.co_code) // 2
    assert instructions <= 256  # Python makes no numbers up to that


def test_recursion_without_end_is_recorded():
    def handler(event, context):
        return handler(event, context)

    outcome = call(handler, EVENT)
    assert (outcome.status, outcome.exception) == (Status.RAISED, "RecursionError")
    assert "repeated" in outcome.traceback
    assert len(outcome.traceback) < 2_000


def test_the_traceback_begins_in_the_consumers_code():
    def handler(event, context):
        try:
            raise KeyError("HIGH")
        except KeyError as error:
            raise ValueError("no counts") from error

    text = call(handler, EVENT).traceback
    assert text.startswith("Traceback (most recent call last):\n")
    assert text.endswith("ValueError: no counts\n")
    assert "KeyError: 'HIGH'" in text
    assert "The above exception was the direct cause" in text
    assert OURS not in text


def test_the_traceback_of_an_asynchronous_consumer_begins_in_its_code():
    async def handler(event, context):
        await asyncio.sleep(0)
        raise ValueError("late")

    outcome = call(handler, EVENT)
    assert outcome.location is not None
    assert outcome.location.source == 'raise ValueError("late")'
    assert "runners.py" not in outcome.traceback
    assert "no running event loop" not in outcome.traceback
    assert OURS not in outcome.traceback


def test_a_task_group_is_located_in_its_first_failure():
    async def fail():
        raise ValueError("inner")

    async def handler(event, context):
        async with asyncio.TaskGroup() as tasks:
            tasks.create_task(fail())

    outcome = call(handler, EVENT)
    assert outcome.exception == "ExceptionGroup"
    assert outcome.location is not None
    assert outcome.location.source == 'raise ValueError("inner")'


def test_a_failure_without_any_line_of_the_consumers_own_has_no_location():
    outcome = call(functools.partial(json.loads), EVENT)
    assert (outcome.status, outcome.exception, outcome.location) == (
        Status.RAISED,
        "TypeError",
        None,
    )
    assert "json" in outcome.traceback
    assert OURS not in outcome.traceback


def test_a_long_traceback_is_cut_at_its_beginning():
    outcome = call(lambda event: raising(ValueError("x" * 20_000)), EVENT)
    assert len(outcome.traceback) == limits.TRACEBACK_CHARACTERS
    assert outcome.traceback.startswith("…x")


def test_an_exception_that_breaks_while_it_is_shown_has_a_traceback_without_its_own_text(
    monkeypatch,
):
    monkeypatch.setattr(
        raised.traceback, "TracebackException", mock.Mock(side_effect=AttributeError)
    )
    outcome = call(lambda event: raising(ValueError("x")), EVENT)
    assert (outcome.status, outcome.message) == (Status.RAISED, "x")
    first, *_, last = outcome.traceback.splitlines()
    assert (first, last) == ("Traceback (most recent call last):", "ValueError: x")


def test_awaiting_works_while_a_loop_is_running():
    async def test():
        return (
            call(sleepy, EVENT),
            call(lambda event: failing(), EVENT),
            call(lambda event: leaving(), EVENT),
        )

    async def failing():
        raise ValueError

    async def leaving():
        sys.exit(4)

    fine, failed, left = asyncio.run(test())
    assert (fine.returned, failed.exception, left.message) == (
        "us-east-1",
        "ValueError",
        "exit code 4",
    )


def test_the_seconds_are_those_of_the_call(monkeypatch):
    times = iter([10.0, 12.5])
    monkeypatch.setattr(invoke, "perf_counter", lambda: next(times))
    assert call(one, EVENT).seconds == 2.5


# Output
# --------------------------------------------------------------------------------------------------


def test_what_is_printed_is_recorded_and_goes_nowhere_else(capsys):
    def handler(event, context):
        print("out")
        print("err", file=sys.stderr, end=" ")
        sys.stdout.buffer.write(b"bytes\n")
        context.log("log \ud800")

    assert call(handler, EVENT).output == "out\nerr bytes\nlog \\ud800"
    assert capsys.readouterr() == ("", "")


def test_without_capture_the_output_goes_where_it_goes(capsys):
    assert call(lambda event: print("out"), EVENT, capture=False).output == ""
    assert capsys.readouterr().out == "out\n"


@pytest.mark.parametrize(
    "meddling",
    [
        lambda: sys.stdout.close(),
        lambda: setattr(sys, "stdout", None),
        lambda: setattr(sys, "stderr", io.StringIO()),
    ],
)
def test_a_consumer_that_meddles_with_its_output_does_no_harm(meddling):
    before = sys.stdout, sys.stderr

    def handler(event, context):
        print("before")
        meddling()

    assert call(handler, EVENT).output == "before\n"
    assert (sys.stdout, sys.stderr) == before


def test_long_output_keeps_its_end():
    text = call(lambda event: print("x" * 50_000 + "end"), EVENT).output
    assert len(text) == limits.OUTPUT_CHARACTERS
    assert text[0] == "…"
    assert text.endswith("xend\n")


@given(st.text(max_size=100), st.integers(0, 3))
def test_output_text_reads_any_bytes(text, cut):
    written = text.encode("utf-8", "surrogatepass")[cut:]
    assert len(output_text(written)) <= len(written)
    assert output_text(b"x" * 9_999 + b"\xc3\xa9") == "x" * 9_999 + "é"


# Outcomes
# --------------------------------------------------------------------------------------------------


def test_an_outcome_is_plain_data_whatever_was_raised():
    def handler(event, context):
        class HiddenError(Exception):
            pass

        raise HiddenError(lambda: None)

    outcome = call(handler, EVENT)
    assert outcome.exception is not None
    assert outcome.exception.endswith(".<locals>.handler.<locals>.HiddenError")
    assert pickle.loads(pickle.dumps(outcome)) == outcome


def test_an_outcome_is_frozen():
    outcome = Outcome(Status.RETURNED)
    with pytest.raises(AttributeError):
        outcome.seconds = 1.0  # type: ignore[misc]


def test_the_public_names_are_there():
    modules = (
        lambda_response,
        invoke,
        loader,
        lambda_context,
        user_code,
        load_errors,
        target,
        text,
    )
    assert all(getattr(module, name).__doc__ for module in modules for name in module.__all__)
    assert [status.value for status in Status] == [
        "returned",
        "raised",
        "exited",
        "timed-out",
        "died",
        "refused",
        "not-loaded",
    ]
