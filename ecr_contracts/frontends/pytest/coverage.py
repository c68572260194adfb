"""The choices that the events of tests have: noted as each test runs, counted in the summary."""

from __future__ import annotations

import contextlib
import shutil
from collections.abc import Generator, Iterator
from itertools import chain
from typing import Any

import pytest

from ecr_contracts.core.foreign_text import one_line
from ecr_contracts.eventbridge.unwrap import Held, is_wrapped, opened
from ecr_contracts.events import coverage
from ecr_contracts.events.coverage import EventChoices
from ecr_contracts.events.generate.cases import Case
from ecr_contracts.frontends.pytest import own_faults
from ecr_contracts.frontends.pytest.cases import EcrCase
from ecr_contracts.frontends.pytest.kinds import EcrKind
from ecr_contracts.reporting.coverage import coverage_lines

__all__ = ["CoverageRecorder"]

_REPORT_ATTRIBUTE = "ecr_contracts_choices"
"""The attribute of a report with the choices of its test's events, as plain data for xdist."""

_CHOICES = pytest.StashKey[list[EventChoices]]()
_WIDEST = 120  # columns, however wide the terminal
_EVENT_KEYS = ("source", "detail-type")  # the keys that a dict must have to be looked at


class CoverageRecorder:
    """Notes the events of every test that runs, and tells at the end which choices they had."""

    def __init__(self) -> None:
        self._choices: dict[str, list[EventChoices]] = {}

    def pytest_runtest_call(self, item: pytest.Item) -> None:
        """Note what a test gets, before it can change that."""
        with own_faults.tell_later(item.config):
            item.stash[_CHOICES] = list(_choices_of_item(item))

    @pytest.hookimpl(wrapper=True)
    def pytest_runtest_makereport(
        self, item: pytest.Item, call: pytest.CallInfo[None]
    ) -> Generator[None, pytest.TestReport, pytest.TestReport]:
        """Have the report of a test that ran carry what it got."""
        report = yield
        with own_faults.tell_later(item.config):
            self._attach_choices(item, call, report)
        return report

    def _attach_choices(
        self, item: pytest.Item, call: pytest.CallInfo[None], report: pytest.TestReport
    ) -> None:
        # What could not be loaded got nothing.
        is_unloaded = isinstance(item, EcrCase) and item.trial is None
        choices = item.stash.get(_CHOICES, [])
        if isinstance(item, EcrKind):
            choices = list(_choices_of_kind(item))
        if call.when == "call" and choices and not is_unloaded:
            packed = [[event.kind, event.labels, event.sender] for event in choices]
            vars(report)[_REPORT_ATTRIBUTE] = packed

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        """Take what a test got out of its report, be it from another process.

        A rerun gets the same again.
        """
        packed = getattr(report, _REPORT_ATTRIBUTE, None)
        if packed:
            self._choices[report.nodeid] = [EventChoices(*event) for event in packed]

    def pytest_terminal_summary(self, terminalreporter: pytest.TerminalReporter) -> None:
        """Tell which choices all these events have, and which none of them has."""
        with own_faults.tell_later(terminalreporter.config):
            self._write(terminalreporter)

    def _write(self, terminalreporter: pytest.TerminalReporter) -> None:
        covered = coverage.coverage_of(chain.from_iterable(self._choices.values()))
        width = min(shutil.get_terminal_size().columns, _WIDEST)
        more = "" if terminalreporter.config.get_verbosity() > 0 else "-v"
        terminalreporter.write_sep("=", "ecr-contracts coverage")
        for line, style in coverage_lines(covered, width, more=more):
            terminalreporter.write_line(one_line(line), bold=style == "bold")


def _choices_of_kind(item: EcrKind) -> Iterator[EventChoices]:
    """The choices of the events that a consumer was given, once it was."""
    if item.judgement is not None:
        for trial in item.judgement.verdict.trials:
            yield coverage.choices_of(trial.case.event)


def _choices_of_item(item: pytest.Item) -> Iterator[EventChoices]:
    """The choices of an item's events: of its configuration, its marker, or any parameter."""
    if isinstance(item, EcrCase):
        # A rule has choices of its own, so those of the event are counted.
        yield coverage.choices_of(item.param.case.event)
        return
    callspec = getattr(item, "callspec", None)
    if callspec is None:
        return
    for value in callspec.params.values():
        for candidate in _candidates(value):
            # Parameters may be anything at all, and whatever they do when they are looked at is no
            # fault of the test.
            with contextlib.suppress(Exception):
                yield from _choices_of(candidate)


def _candidates(value: Any) -> list[Any]:
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
    return [record.event for record in opened(value) if isinstance(record, Held)]


def _is_event(value: Any) -> bool:
    return issubclass(type(value), dict) and all(key in value for key in _EVENT_KEYS)


def _choices_of(value: Any) -> Iterator[EventChoices]:
    """The choices of a case or an event; nothing for any other value."""
    if type(value) is Case:
        yield _choices_of_case(value)
    elif _is_event(value):
        choices = coverage.choices_of(value)
        if choices.kind is not None or choices.sender:
            yield choices


def _choices_of_case(case: Case) -> EventChoices:
    return EventChoices(case.kind, case.labels)
