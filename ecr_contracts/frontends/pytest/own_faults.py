"""Faults of ours in a run of pytest: told in one line each, and by the exit code 3, never 1.

An item that meets one fails by that line. A hook that meets one is noted, and the run goes on: what
else is tested says nothing less. Every run loads this module, so it loads none of the library.
"""

from __future__ import annotations

import contextlib
import sys
from collections.abc import Generator, Iterator
from typing import Any

import pytest

__all__ = ["OwnFaults", "failing", "mark", "tell_later"]

_MARK = "ecr_own_fault"
"""The attribute of a report whose test failed by a fault of ours; xdist carries it."""
_OF_WORKER = "ecr_own_faults"
"""The key under which a process of xdist hands over what it noted."""

_NOTED = pytest.StashKey["dict[str, bool]"]()
"""Lines that are to be told, each with whether it is misuse, which is no fault of ours."""

_PASSED = frozenset({pytest.ExitCode.OK, pytest.ExitCode.NO_TESTS_COLLECTED})


@contextlib.contextmanager
def tell_later(config: pytest.Config) -> Iterator[None]:
    """Have an exception that nobody meant told at the end, and go on behind the block.

    What pytest itself tells is passed on.
    """
    try:
        yield
    except pytest.UsageError:
        raise
    except Exception as error:  # noqa: BLE001 - whatever it is, it is no failure of a test
        from ecr_contracts.core.errors import EcrContractsError

        noted = config.stash.setdefault(_NOTED, {})
        is_misuse = isinstance(error, EcrContractsError)
        noted[str(error) if is_misuse else _told(error)] = is_misuse


@contextlib.contextmanager
def failing(kind: type[BaseException] | None = None) -> Iterator[None]:
    """Have the test, or what is collected, fail by an exception that nobody meant, in one line.

    `kind` is the exception to fail with, in place of that of `pytest.fail`.
    """
    __tracebackhide__ = True
    try:
        yield
    except Exception as error:  # noqa: BLE001 - as above
        from ecr_contracts.core.errors import EcrContractsError

        is_misuse = isinstance(error, EcrContractsError)
        line = str(error) if is_misuse else _told(error)
        failure = pytest.fail.Exception(line, pytrace=False) if kind is None else kind(line)
        vars(failure)["is_own_fault"] = not is_misuse
        raise failure from None


def _told(error: Exception) -> str:
    from ecr_contracts.core.own_faults import own_fault

    return str(own_fault(error))


def mark(report: Any, excinfo: pytest.ExceptionInfo[BaseException] | None) -> None:
    """Have the report of a failure say so, where that is a fault of ours."""
    if excinfo is None or not report.failed:
        return
    with contextlib.suppress(Exception):  # an exception's own code may raise anything
        if getattr(excinfo.value, "is_own_fault", False) is True:
            vars(report)[_MARK] = True


class OwnFaults:
    """Counts the failures that are faults of ours, and ends the run with a code that says so."""

    def __init__(self, config: pytest.Config) -> None:
        self._config = config
        self._failures = 0

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        """Count a failed test."""
        self._failures += getattr(report, _MARK, False)

    def pytest_collectreport(self, report: pytest.CollectReport) -> None:
        """Count what could not be collected."""
        self._failures += getattr(report, _MARK, False)

    @pytest.hookimpl(wrapper=True)
    def pytest_make_collect_report(self) -> Generator[None, Any, Any]:
        """Mark the report of what could not be collected."""
        report = yield
        call = getattr(report, "call", None)
        mark(report, getattr(call, "excinfo", None))
        return report

    @pytest.hookimpl(optionalhook=True)
    def pytest_testnodedown(self, node: Any) -> None:
        """Take over what a process of xdist noted."""
        noted = getattr(node, "workeroutput", {}).get(_OF_WORKER, {})
        self._config.stash.setdefault(_NOTED, {}).update(noted)

    @pytest.hookimpl(wrapper=True, tryfirst=True)
    def pytest_sessionfinish(self, session: pytest.Session) -> Generator[None, Any, Any]:
        """Tell what was noted, behind the summary, and set the exit code."""
        result = yield
        noted = self._config.stash.get(_NOTED, {})
        output = getattr(self._config, "workeroutput", None)
        if output is not None:
            output[_OF_WORKER] = noted
            return result
        for line in noted:
            self._write(line)
        has_only_own = 0 < session.testsfailed == self._failures
        if session.exitstatus == pytest.ExitCode.TESTS_FAILED and has_only_own:
            session.exitstatus = pytest.ExitCode.INTERNAL_ERROR
        elif noted and session.exitstatus in _PASSED:
            is_misuse = all(noted.values())
            code = pytest.ExitCode.USAGE_ERROR if is_misuse else pytest.ExitCode.INTERNAL_ERROR
            session.exitstatus = code
        return result

    def _write(self, line: str) -> None:
        reporter = self._config.pluginmanager.get_plugin("terminalreporter")
        if reporter is None:
            sys.stderr.write(f"ecr-contracts: {line}\n")
        else:
            reporter.write_line(f"ecr-contracts: {line}", red=True)
