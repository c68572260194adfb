"""Workers whose consumer returns or raises too much, or lies: told in time, and in words."""

from __future__ import annotations

import os
import time
from textwrap import dedent

import pytest

from ecr_contracts.discovery.target import Target
from ecr_contracts.runtime.outcome import Status
from ecr_contracts.runtime.worker.parent import Worker

pytestmark = pytest.mark.skipif(not hasattr(os, "fork"), reason="a worker starts slowly elsewhere")

TOO_LARGE = "$ is larger than the 6 MB that Lambda takes"
TIMEOUT = 5.0


@pytest.fixture
def outcome_of(tmp_path, monkeypatch):
    """The outcome of a call whose handler has this body, which has to come in time."""
    monkeypatch.chdir(tmp_path)

    def outcome(body: str):
        lines = "".join(f"    {line}\n" for line in dedent(body).strip().splitlines())
        (tmp_path / "app.py").write_text(f"import sys\ndef handler(event, context):\n{lines}")
        with Worker(Target.parse("app.py:handler"), timeout=TIMEOUT) as worker:
            worker.start()
            began = time.monotonic()
            told = worker.call({"n": 1})
            assert time.monotonic() - began < TIMEOUT + 1
        return told

    return outcome


@pytest.mark.parametrize(
    ("body", "problem"),
    [
        ("return 'x' * 10**7", TOO_LARGE),
        ("return [0] * 10**7", TOO_LARGE),
        ("return 10**100_000", "$ is a number of about 100001 digits"),
        ("v = 1\nfor _ in range(10**5): v = [v]\nreturn v", "$ is nested too deeply"),
        ("v = 'x' * 1000\nfor _ in range(30): v = [v, v]\nreturn v", TOO_LARGE),
    ],
)
def test_what_is_returned_and_too_large_is_told(outcome_of, body, problem):
    outcome = outcome_of(body)
    assert (outcome.status, outcome.returned) == (Status.RETURNED, None)
    assert outcome.unserialisable == problem


CHAIN = """
    error = None
    for number in range(30_000):
        link = ValueError(number)
        link.{link} = error
        error = link
    raise error
"""


@pytest.mark.parametrize(
    ("body", "exception", "words"),
    [
        ("raise ValueError('x' * 10**7)", "ValueError", "xxx"),
        ("raise ValueError('line\\n' * 10**6)", "ValueError", "line\nline"),
        ("raise KeyError('x' * 10**7)", "KeyError", "xxx"),
        ("raise ValueError([0] * 10**7)", "ValueError", "a list that is too large to be shown"),
        (CHAIN.format(link="__cause__"), "ValueError", "29999"),
        (CHAIN.format(link="__context__"), "ValueError", "29999"),
        ("raise ExceptionGroup('g', [ValueError(1)] * 10**6)", "ExceptionGroup", "g (1000000 sub"),
        (
            "e = ValueError(1)\nfor _ in range(10**4): e = ExceptionGroup('g', [e])\nraise e",
            "ExceptionGroup",
            "g (1 sub-exception)",
        ),
        ("e = ValueError(1)\ne.__notes__ = ['note'] * 10**6\nraise e", "ValueError", "1"),
        ("sys.exit('x' * 10**7)", "SystemExit", f"exit code '{'x' * 1_900}"),
        ("sys.exit(['x'] * 10**7)", "SystemExit", "exit code a list that is too large to be shown"),
    ],
)
def test_what_is_raised_and_too_large_is_told(outcome_of, body, exception, words):
    outcome = outcome_of(body)
    assert outcome.exception == exception
    assert words in outcome.message
    assert len(outcome.message) <= 2_000
    assert 0 < len(outcome.traceback) <= 10_000
    assert outcome.location.file == "app.py"


@pytest.mark.parametrize(
    "body",
    [
        "class E(Exception):\n    def __str__(self): sys.exit(3)\nraise E",
        "class E(Exception):\n    __class__ = property(lambda self: 1 / 0)\nraise E",
        "class E(Exception):\n    __traceback__ = property(lambda self: 5)\nraise E",
        "class E(Exception):\n    __cause__ = __context__ = property(lambda self: 5)\nraise E",
        "class E(Exception):\n    def __getattribute__(self, name): return 'lie'\nraise E",
        "class E(Exception):\n    def __getattr__(self, name): sys.exit(2)\nraise E",
        "class E(Exception):\n    __eq__ = __hash__ = None\nraise E from E()",
        "class E(ExceptionGroup): exceptions = property(lambda self: 5)\n"
        "raise E('x', [ValueError()])",
        "class M(type):\n    def __getattribute__(c, n): sys.exit(2)\n"
        "class E(Exception, metaclass=M): pass\nraise E",
    ],
)
def test_a_class_that_lies_is_what_was_raised(outcome_of, body):
    outcome = outcome_of(body)
    assert outcome.status is Status.RAISED
    assert outcome.exception == "app.handler.<locals>.E"
    assert outcome.location.file == "app.py"
