"""Consumers under a debugger: breakpoints, `--pdb`, and handlers in pytest's own process."""

from __future__ import annotations

import sys

import pytest

from tests.integration.pytest_projects import GOOD, NO_TAGS, Project, item, summary

pytest_plugins = ["pytester"]

HERE = "--ecr-in-process"


@pytest.fixture
def project(pytester, monkeypatch):
    return Project(pytester, monkeypatch)


STOPS = """
def handler(event, context):
    detail = event["detail"]
    {}
    return detail.get("image-tags", ["none"])[0]
"""

SURROUNDED = """
import json, os, sys
import boto3, helper
TABLE = os.environ["TABLE"]
print("loading", __name__)

def handler(event, context):
    import late
    boto3.client("dynamodb").put_item(TableName=TABLE, Item={"a": {"S": helper.NAME}})
    print("at work")
    assert os.environ["AWS_LAMBDA_FUNCTION_NAME"]
    return late.tag(event)
"""
LATE = "def tag(event):\n    return event['detail']['image-tags'][0]\n"

RIGHT_OUTSIDE = """
import os, sys

def test_nothing_of_the_handler_is_left():
    assert "helper" not in sys.modules
    assert "late" not in sys.modules
    assert not any(path.endswith("src") for path in sys.path)
    assert os.getcwd() == {folder!r}
    assert "TABLE" not in os.environ
    import urllib.request
    assert urllib.request.urlopen.__module__ == "urllib.request"
"""


@pytest.mark.parametrize("call", ["breakpoint()", "import pdb; pdb.set_trace()"])
def test_a_breakpoint_that_was_left_is_passed_over_and_named(project, call):
    project.consumer(STOPS.format(call))
    result = project.pytest_apart()
    result.assert_outcomes(failed=1)
    assert "BdbQuit" not in result.stdout.str()
    assert "IndexError when image-tags is empty" in result.stdout.str()
    assert summary(result)[0] == (
        "breakpoint passed over: src/app.py:4 "
        "(in Lambda it ends the call; pytest --ecr-in-process stops there)"
    )


@pytest.mark.parametrize("code", [GOOD, NO_TAGS, SURROUNDED], ids=["good", "no tags", "surrounded"])
def test_in_this_process_the_verdict_is_that_of_a_worker(project, code):
    project.consumer(code).write(src__helper="NAME = 'x'", src__late=LATE)
    folder = str(project.path)
    project.write(test_a=RIGHT_OUTSIDE.format(folder=folder))
    alone, here = project.pytest_apart(), project.pytest_apart(HERE)
    assert here.parseoutcomes() == alone.parseoutcomes()
    assert faults(here) == faults(alone)
    assert here.parseoutcomes()["passed"] >= 1


def faults(result):
    """The lines of the failures, without the last, which has the time.

    Which variables were made up is told of workers alone.
    """
    lines = [line for line in result.outlines if "variable made up" not in line]
    starts = [number for number, line in enumerate(lines) if "FAILURES" in line]
    return lines[starts[0] : -1] if starts else []


def test_a_breakpoint_stops_where_it_is(project, pytester):
    project.consumer(STOPS.format("breakpoint()"))
    keys = b"p 'status', detail['scan-status']\nc\n"
    options = ("-p", "ecr_contracts", "--ecr-cases", HERE, item("scan/no-tags"))
    result = pytester.run(sys.executable, "-m", "pytest", *options, stdin=keys)
    result.assert_outcomes(failed=1)
    assert "('status', 'COMPLETE')" in result.stdout.str()
    assert "IndexError: list index out of range" in result.stdout.str()


def test_who_leaves_the_debugger_ends_the_run(project, pytester):
    project.consumer(STOPS.format("breakpoint()"))
    result = pytester.run(sys.executable, "-m", "pytest", "-p", "ecr_contracts", HERE, stdin=b"q\n")
    assert "Quitting debugger" in result.stdout.str()
    assert "fault of ecr-contracts" not in result.stdout.str()
    assert "FAILURES" not in result.stdout.str()


def test_pdb_begins_at_the_line_that_failed(project, pytester):
    project.consumer(NO_TAGS)
    options = ("-p", "ecr_contracts", HERE, "--pdb")
    keys = b"p 'tags', event['detail']['image-tags']\nq\n"
    result = pytester.run(sys.executable, "-m", "pytest", *options, stdin=keys)
    assert "('tags', [])" in result.stdout.str()


def test_it_wants_the_terminal(project):
    pytest.importorskip("xdist")
    result = project.consumer(GOOD).pytest_apart(HERE, "-p", "xdist", "-n", "2")
    assert result.ret == pytest.ExitCode.USAGE_ERROR
    assert "--ecr-in-process is for a debugger at this terminal: leave out -n" in (
        result.stderr.str()
    )
