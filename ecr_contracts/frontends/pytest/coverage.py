"""What the events that reach tests have: noted where each test runs, counted where the summary is written."""

from __future__ import annotations

import contextlib
import shutil
from collections.abc import Generator, Iterator
from typing import Any

import pytest

from ecr_contracts.core.text import encodable
from ecr_contracts.eventbridge.unwrap import Held, is_wrapped, opened
from ecr_contracts.events import coverage
from ecr_contracts.events.coverage import EventChoices
from ecr_contracts.events.generate.cases import Case
from ecr_contracts.frontends.pytest.items import EcrCase
from ecr_contracts.reporting.coverage import coverage_lines

__all__ = ["Exercising"]

_MET = "ecr_contracts_met"  # the attribute of a report that carries what its test got, as plain data for xdist
_NOTED = pytest.StashKey[list[EventChoices]]()
_WIDEST = 120  # columns, however wide the terminal
_MARKS = ("source", "detail-type")  # the keys that a dict must have to be looked at


class Exercising:
    """Notes the events of every test that runs, and tells at the end which choices they had."""

    def __init__(self) -> None:
        self._met: dict[str, list[EventChoices]] = {}

    @pytest.hookimpl(tryfirst=True)
    def pytest_runtest_call(self, item: pytest.Item) -> None:
        """Note what a test gets, before it can change that."""
        item.stash[_NOTED] = list(_given_to(item))

    @pytest.hookimpl(wrapper=True)
    def pytest_runtest_makereport(
        self, item: pytest.Item, call: pytest.CallInfo[None]
    ) -> Generator[None, pytest.TestReport, pytest.TestReport]:
        """Have the report of a test that ran carry what it got."""
        made = yield
        met = item.stash.get(_NOTED, []) if call.when == "call" else []
        # What could not be loaded got nothing.
        if met and not (isinstance(item, EcrCase) and item.trial is None):
            vars(made)[_MET] = [[one.kind, one.labels] for one in met]
        return made

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        """Take what a test got out of its report, be it from another process; a rerun gets the same again."""
        if packed := getattr(report, _MET, None):
            self._met[report.nodeid] = [EventChoices(kind, labels) for kind, labels in packed]

    def pytest_terminal_summary(self, terminalreporter: pytest.TerminalReporter) -> None:
        """Tell which choices all these events have, and which none of them has."""
        found = coverage.coverage_of(one for met in self._met.values() for one in met)
        width = min(shutil.get_terminal_size().columns, _WIDEST)
        more = "" if terminalreporter.config.get_verbosity() > 0 else "-v"
        terminalreporter.write_sep("=", "ecr-contracts coverage")
        for line, style in coverage_lines(found, width, more=more):
            terminalreporter.write_line(encodable(line), bold=style == "bold")


def _given_to(item: pytest.Item) -> Iterator[EventChoices]:
    """What the events have that an item gets: from its configuration, its marker, or any parameter."""
    if isinstance(item, EcrCase):
        yield _of_case(item.given.case)
        return
    callspec = getattr(item, "callspec", None)
    for value in callspec.params.values() if callspec is not None else ():
        for candidate in _within(value):
            # Parameters may be anything at all, and whatever they do when they are looked at is no
            # fault of the test.
            with contextlib.suppress(Exception):
                yield from _met(candidate)


def _within(value: Any) -> list[Any]:
    """What is in a list, a tuple or a dict that is no event; else the value itself."""
    # A proxy may lie about its class, or raise where it is asked; `type` does not ask it.
    with contextlib.suppress(Exception):
        if issubclass(type(value), dict) and not _is_event(value):
            return _unwrapped(value) or list(value.values())
        if issubclass(type(value), list | tuple):
            return list(value)
    return [value]


def _unwrapped(value: dict[Any, Any]) -> list[Any]:
    """The events in what a target hands over."""
    if not is_wrapped(value):
        return []
    return [one.event for one in opened(value) if isinstance(one, Held)]


def _is_event(value: Any) -> bool:
    return issubclass(type(value), dict) and all(mark in value for mark in _MARKS)


def _met(value: Any) -> Iterator[EventChoices]:
    if type(value) is Case:
        yield _of_case(value)
    elif _is_event(value):
        met = coverage.choices_of(value)
        if met.kind is not None:
            yield met


def _of_case(case: Case) -> EventChoices:
    return EventChoices(case.kind, case.labels)
