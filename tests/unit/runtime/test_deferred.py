"""Generators and asynchronous functions: run to their end, unless it is Lambda that calls them."""

from __future__ import annotations

import asyncio
import contextlib
import functools

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ecr_contracts.core import limits
from ecr_contracts.core.errors import ConsumerError
from ecr_contracts.discovery.target import Target
from ecr_contracts.engine.checks.outcome import symptoms
from ecr_contracts.runtime.entries.deferred import is_deferred
from ecr_contracts.runtime.invoke import call
from ecr_contracts.runtime.loader import Consumer, load
from ecr_contracts.runtime.outcome import Status
from tests.writing import EVENT, write


def generating(event):
    """A generator whose values are no JSON."""
    yield event["region"]
    yield {event["region"]}


def returning(event):
    """A generator without values, as a function with an unused `yield` is."""
    if not event:
        yield None
    return event["region"]


async def asynchronous(event):
    await asyncio.sleep(0)
    return event["region"]


async def generating_later(event):
    await asyncio.sleep(0)
    yield event["region"]


async def giving_a_generator(event):
    return generating(event)


class Job:
    def __call__(self, event):
        yield event["region"]

    async def run(self, event):
        yield event["region"]


def failing(event):
    yield 1
    raise LookupError(event["region"])


async def failing_later(event):
    yield 1
    raise LookupError(event["region"])


def failing_at_close(event):
    try:
        while True:
            yield event
    finally:
        raise LookupError("closed")


@pytest.mark.parametrize(
    ("function", "value"),
    [
        (generating, ["us-east-1", ["us-east-1"]]),
        (returning, "us-east-1"),
        (asynchronous, "us-east-1"),
        (generating_later, ["us-east-1"]),
        (giving_a_generator, ["us-east-1", ["us-east-1"]]),
        (Job(), ["us-east-1"]),
        (Job().run, ["us-east-1"]),
        (lambda event: (key for key in ["a"]), ["a"]),
        (functools.partial(generating), ["us-east-1", ["us-east-1"]]),
    ],
)
def test_code_that_a_call_prepares_is_run_to_its_end(function, value):
    outcome = call(function, EVENT)
    assert (outcome.status, outcome.returned, outcome.unserialisable, outcome.never_ran) == (
        Status.RETURNED,
        value,
        "",
        "",
    )


@pytest.mark.parametrize("function", [failing, failing_later, failing_at_close])
def test_what_such_code_raises_is_what_the_call_did(function):
    outcome = call(function, EVENT)
    assert (outcome.status, outcome.exception) == (Status.RAISED, "LookupError")
    assert outcome.location is not None
    assert outcome.location.function == function.__name__


@given(st.integers(0, 30))
def test_all_of_a_generator_is_run(length):
    done = []

    def generator(event):
        for number in range(length):
            done.append(number)
            yield number

    assert call(generator, EVENT).returned == (list(range(length)) or None)
    assert done == list(range(length))


def test_a_generator_without_an_end_is_closed(monkeypatch):
    monkeypatch.setattr(limits, "GENERATED_VALUES", 5)
    seen = []

    def endless(event):
        try:
            while True:
                yield event["region"]
        finally:
            seen.append("closed")

    async def endless_later(event):
        try:
            while True:
                yield event["region"]
        finally:
            seen.append("closed later")

    assert call(endless, EVENT).returned == ["us-east-1"] * 5
    assert call(endless_later, EVENT).returned == ["us-east-1"] * 5
    assert seen == ["closed", "closed later"]


# On Lambda
# --------------------------------------------------------------------------------------------------

TEMPLATE = """
Resources:
  Function:
    Type: AWS::Serverless::Function
    Properties: {CodeUri: ., Handler: app.handler, Runtime: python3.12}
"""
SORTS = {
    "a generator": "def handler(event, context):\n    yield event",
    "a coroutine": "async def handler(event, context):\n    return event",
    "an asynchronous generator": "async def handler(event, context):\n    yield event",
}


@pytest.mark.parametrize("sort", SORTS)
@pytest.mark.parametrize("target", ["app.py:handler", "template.yaml:Function", "app:handler"])
@pytest.mark.filterwarnings("error")
def test_lambda_does_not_run_such_code(folder, sort, target):
    write(folder, "app.py", f"ran = []\n{SORTS[sort]}\n")
    write(folder, "template.yaml", TEMPLATE)
    with contextlib.chdir("."):
        outcome = call(load(Target.parse(target)), EVENT)
    assert (outcome.never_ran, outcome.returned) == (sort, None)
    (symptom,) = symptoms(outcome)
    assert (symptom.check, symptom.message) == (
        "never-runs",
        f"it returns {sort}, which Lambda does not run",
    )
    assert symptom.location is not None
    assert (symptom.location.file, symptom.location.line) == ("app.py", 2)


def test_a_function_is_lambdas_by_the_name_in_its_documentation(folder):
    write(folder, "app.py", "def lambda_handler(event, context):\n    yield event\n")
    with contextlib.chdir("."):
        outcome = call(load(Target.parse("app.py:lambda_handler")), EVENT)
    assert outcome.never_ran == "a generator"


def test_a_coroutine_that_the_handler_runs_itself_is_run():
    def lambda_handler(event, context):
        return asyncio.run(asynchronous(event))

    assert call(lambda_handler, EVENT).returned == "us-east-1"


@pytest.mark.parametrize("function", [generating, Job(), Job().run, functools.partial(generating)])
def test_a_function_tells_that_it_only_prepares(function):
    assert is_deferred(function)
    assert not is_deferred(call)


# The second argument
# --------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("signature", "count"),
    [
        ("event, context", 2),
        ("event, ctx", 2),
        ("event, anything", 2),
        ("event, context=None", 2),
        ("event, _=None", 2),
        ("event, _ctx=None", 2),
        ("event, lambda_context=None", 2),
        ("event, *rest", 2),
        ("event, retries=3", 1),
        ("event, client=None, *, dry=False", 1),
        ("message, table=None, topic=None", 1),
        ("event", 1),
        ("event, **more", 1),
    ],
)
def test_a_second_parameter_with_a_default_is_the_context_only_if_it_is_called_so(signature, count):
    made: dict[str, object] = {}
    exec(f"def process({signature}): pass\ndef handler({signature}): pass", made)
    assert Consumer.of(made["process"]).arguments == count
    assert Consumer.of(made["handler"]).arguments == (
        2 if "," in signature and "**" not in signature else 1
    )


def test_a_function_of_a_template_is_given_what_lambda_gives(folder):
    write(folder, "template.yaml", TEMPLATE)
    write(folder, "app.py", "def handler(event): return 1")
    with contextlib.chdir("."), pytest.raises(ConsumerError) as caught:
        load(Target.parse("app.py:handler"))
    assert caught.value.cause == (
        "it cannot be called with an event and a context: its arguments are (event)"
    )
    write(folder, "app.py", "def handle(event): return 1")
    with contextlib.chdir("."):
        assert load(Target.parse("app.py:handle")).arguments == 1


def test_what_lambda_calls_is_given_two_arguments_or_is_refused():
    def lambda_handler(event): ...

    with pytest.raises(ConsumerError) as caught:
        Consumer.of(lambda_handler)
    assert caught.value.advice == "Lambda calls it with (event, context)"

    def handle(event, client=None): ...

    assert Consumer.of(handle, is_lambda=True).arguments == 2
