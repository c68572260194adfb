"""A plugin of pytest that writes which test runs, and which one fails, for who waits outside."""

from __future__ import annotations

import os
from typing import Any

import pytest


def _write(sign: str, name: str) -> None:
    with open(os.environ["ECR_MUTANTS_LOG"], "a", encoding="utf-8") as log:
        log.write(f"{sign} {name}\n")


def pytest_runtest_logstart(nodeid: str, location: Any) -> None:
    """A test begins."""
    _write("began", nodeid)


def pytest_runtest_logreport(report: pytest.TestReport) -> None:
    """A test fails, or what is set up for it."""
    if report.failed:
        _write("failed", report.nodeid)


def pytest_collectreport(report: pytest.CollectReport) -> None:
    """A module of tests does not load."""
    if report.failed:
        _write("failed", report.nodeid)
