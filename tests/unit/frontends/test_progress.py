"""What is shown while a check works."""

from __future__ import annotations

import io
import sys

import pytest

from ecr_contracts.engine.phases import Effort
from ecr_contracts.engine.plan import Request
from ecr_contracts.engine.progress import Progress
from ecr_contracts.engine.session import Session
from ecr_contracts.engine.subjects.handler import Function
from ecr_contracts.frontends.cli import progress as progress_module
from ecr_contracts.frontends.cli.progress import progress_display

QUICK = Request(kinds=("push",), effort=Effort(strength=1, examples=20))


class Terminal(io.StringIO):
    encoding = "utf-8"

    def isatty(self):
        return True


@pytest.fixture
def now(monkeypatch):
    """The time, which a test sets."""
    time = [0.0]
    monkeypatch.setattr(progress_module, "monotonic", lambda: time[0])
    return time


def shown_at(times, now, **options):
    with progress_display(**options) as show:
        for number, now[0] in enumerate(times):
            show(Progress(number, 300, "giving the cases of push"))


def test_elsewhere_a_line_is_shown_every_ten_seconds(now, capsys):
    shown_at([1, 9, 10.5, 11, 19, 21, 22], now, is_shown=True)
    out, told = capsys.readouterr()
    assert out == ""
    assert told.splitlines() == [
        "ecr-contracts: after 10 s: 2 of about 300 events given, giving the cases of push",
        "ecr-contracts: after 21 s: 5 of about 300 events given, giving the cases of push",
    ]


def test_a_report_for_programs_has_none(now, capsys):
    shown_at([1, 20, 40], now, is_shown=False)
    assert capsys.readouterr() == ("", "")


def test_a_terminal_has_a_bar_that_is_gone_at_the_end(now, monkeypatch):
    monkeypatch.setattr(sys, "stderr", Terminal())
    monkeypatch.setenv("TERM", "xterm")
    shown_at([0.2, 1.9], now, is_shown=True)
    assert sys.stderr.getvalue() == ""
    shown_at([2.1, 2.15, 4.2], now, is_shown=True)
    text = sys.stderr.getvalue()
    assert "giving the cases of push" in text
    assert "2/300" in text
    assert "1/300" not in text
    assert text.endswith("\x1b[2K")


def test_each_call_of_a_session_is_told_with_what_it_is_for():
    told = []
    calls = []

    def handler(event, context):
        calls.append(event)
        return event["detail"]["image-tag"]

    with Session(Function(handler), QUICK, on_progress=told.append) as session:
        session.report()
    assert [one.calls for one in told] == sorted(one.calls for one in told)
    assert told[-1].calls >= len(calls) - 5
    assert all(one.calls <= one.expected for one in told)
    assert "giving the cases of push" in {one.doing for one in told}


def test_an_interrupted_session_tells_what_was_found_by_then():
    given = []

    def handler(event, context):
        given.append(event)
        return event["detail"]["image-tag"]

    def interrupt(progress):
        if progress.doing.startswith("other values"):
            raise KeyboardInterrupt

    with Session(Function(handler), QUICK, on_progress=interrupt) as session:
        verdict = session.report(keeps_interrupted=True)
    before = len(given)
    assert verdict.is_interrupted
    assert [finding.check for finding in verdict.errors] == ["raises"]
    assert len(verdict.trials) == verdict.planned
    assert verdict.notes[0].startswith(f"interrupted: {verdict.planned} of {verdict.planned} cases")
    assert len(given) == before


def test_who_does_not_ask_for_that_is_interrupted():
    def interrupt(progress):
        if progress.doing.startswith("other values"):
            raise KeyboardInterrupt

    handler = Function(lambda event, context: event["id"])
    with (
        Session(handler, QUICK, on_progress=interrupt) as session,
        pytest.raises(KeyboardInterrupt),
    ):
        session.report()
