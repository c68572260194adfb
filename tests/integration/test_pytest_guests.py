"""The pytest plugin beside others that a suite has: each keeps what it promises, and so do we."""

from __future__ import annotations

import json
from pathlib import Path

import coverage
import pytest

from tests.integration.pytest_projects import ONE_TEST, Project

pytest_plugins = ["pytester"]


@pytest.fixture
def project(pytester, monkeypatch):
    return Project(pytester, monkeypatch)


BRANCHES = """
import os

LEVEL = os.environ.get("LEVEL", "info")


def handler(event, context):
    detail = event["detail"]
    if detail.get("image-tags"):
        name = detail["image-tags"][0]
    else:
        name = "untagged"
    if detail["scan-status"] == "NEVER":
        name = "never"
    return name


def unused():
    return 1
"""


def measured(project, *options):
    """What pytest-cov reports of the handler, and the context of each of its lines."""
    report = ("--cov-report=json:cov.json", "--cov-report=")
    plugins = ("-p", "pytest_cov")
    result = project.pytest_apart(*plugins, "--cov=src", *report, *options)
    result.assert_outcomes(passed=2)
    if "xdist" not in options:  # a process of which may get no consumer at all
        assert "No data was collected" not in result.stdout.str() + result.stderr.str()
    data = coverage.CoverageData(str(project.path / ".coverage"))
    data.read()
    [file] = data.measured_files()
    files = json.loads(Path(project.path, "cov.json").read_text())["files"]
    return files["src/app.py"], data.contexts_by_lineno(file)


@pytest.mark.parametrize(
    "options",
    [
        ["-p", "no:xdist"],
        pytest.param(["-p", "xdist", "-n", "2"], marks=pytest.mark.long),
        ["-p", "randomly"],
    ],
    ids=" ".join,
)
def test_pytest_cov_sees_the_lines_of_a_handler(project, options):
    project.consumer(BRANCHES).write(test_a=ONE_TEST)
    report, _ = measured(project, *options)
    assert report["missing_lines"] == [14, 19]
    assert sorted(path.name for path in project.path.glob(".coverage*")) == [".coverage"]


def test_pytest_cov_sees_its_branches_and_which_test_ran_it(project):
    project.consumer(BRANCHES).write(test_a=ONE_TEST)
    report, contexts = measured(project, "--cov-branch", "--cov-context=test")
    assert report["missing_branches"] == [[13, 14]]
    assert {name for line in (4, 10, 12) for name in contexts[line]} == {
        "pyproject.toml::src/app.py:handler[scan]|run"
    }


def test_lines_of_a_process_that_is_ended_are_seen(project):
    """The consumer hangs with one event, and is replaced: what it ran until then counts."""
    hanging = "import time\n\ndef handler(event, context):\n    while True:\n        pass\n"
    project.consumer(hanging, timeout=0.2).write(test_a=ONE_TEST)
    report = ("-p", "pytest_cov", "--cov=src", "--cov-report=json:cov.json")
    project.pytest_apart(*report).assert_outcomes(failed=1, passed=1)
    files = json.loads(Path(project.path, "cov.json").read_text())["files"]
    assert files["src/app.py"]["missing_lines"] == []


def test_coverage_run_sees_them_as_well(project, monkeypatch):
    project.consumer(BRANCHES)
    monkeypatch.setenv("COVERAGE_FILE", str(project.path / "data"))
    command = ("-m", "coverage", "run", "--source=src", "-m", "pytest", "-p", "ecr_contracts")
    assert project.python(*command).ret == 0
    data = coverage.CoverageData(str(project.path / "data"))
    data.read()
    [file] = data.measured_files()
    assert {10, 12, 15} <= set(data.lines(file))


DRAWN = """
from hypothesis import given, settings
from ecr_contracts import ecr_events

def first(event):
    tags = event["detail"].get("image-tags")
    if not tags:
        raise ValueError("none")

@settings(database=None, derandomize=True)
@given(ecr_events("scan", image_tags=[]))
def test_drawn(event):
    first(event)

@settings(database=None, derandomize=True)
@given(ecr_events("scan"))
def test_explained(event):
    first(event)
"""


def test_hypothesis_names_the_case_of_its_example(project):
    project.write(test_a=DRAWN)
    result = project.pytest_apart("-p", "hypothesispytest", "--hypothesis-show-statistics")
    result.assert_outcomes(failed=2)
    told = result.stdout.str()
    assert "scan/no-tags (documented)" in told
    assert "scan: no-tags" in told.partition("Hypothesis Statistics")[2]
    explanation = told.partition("Explanation:")[2].partition("Hypothesis Statistics")[0]
    assert "test_a.py:8" in explanation
    assert "ecr_contracts/" not in explanation
