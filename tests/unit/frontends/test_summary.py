"""pytest's summary writes the lines of a fault: wrapped, cut or whole, each in its colour."""

from __future__ import annotations

import pytest

from ecr_contracts.core.findings import Location, Severity
from ecr_contracts.engine.checks.catalog import CHECKS
from ecr_contracts.frontends.pytest.summary import _fault_lines
from ecr_contracts.reporting.lines import Line, Role
from tests.unit.reporting.made import with_

REPEAT = Line(Role.REPEAT, "pytest 'pyproject.toml::app.py:handler[scan/no-tags]'")


@pytest.fixture(autouse=True)
def _narrow(monkeypatch):
    monkeypatch.setenv("COLUMNS", "60")


def written(**changes) -> list[tuple[str, set[str]]]:
    """The lines of a fault, each with the names of its colours."""
    finding = with_(**changes)
    lines = _fault_lines("1  ", [finding], [[finding]], REPEAT)
    return [(line, set(markup)) for line, markup in lines]


def test_how_to_mend_a_fault_stands_before_the_command_and_is_indented_behind_its_mark():
    *_, first, second, repeat = written()
    assert first == ("   mend: check that image-tags is not empty, or, if you do", {"purple"})
    assert second == ("         not need such events, skip them", {"purple"})
    assert repeat == (f"   {REPEAT.text}", {"light"})


@pytest.mark.parametrize(
    ("severity", "beginning", "colours"),
    [
        (Severity.ERROR, "1  IndexError when ", {"bold", "red"}),
        (Severity.WARNING, "1  warning: IndexError when ", {"bold", "yellow"}),
    ],
)
def test_a_headline_has_the_colour_of_its_severity(severity, beginning, colours):
    line, markup = written(severity=severity)[0]
    assert line.startswith(beginning)
    assert markup == colours


def test_code_is_cut_and_words_are_wrapped():
    lines = written(check="exits", location=Location("app.py", 8, source="x" * 99))
    assert ("   app.py:8  " + "x" * 46 + "…", {"cyan"}) in lines
    mend = " ".join(line.strip() for line, markup in lines if markup == {"purple"})
    assert mend == f"mend: {CHECKS['exits'].mend}"
    assert all(len(line) <= 60 for line, _ in lines[:-1])
