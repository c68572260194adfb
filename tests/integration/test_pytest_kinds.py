"""The pytest plugin where a consumer has one item for each kind and envelope: what is collected,
what a failure shows, and that nothing is given twice.
"""

from __future__ import annotations

import json
import re
import signal
import subprocess
import sys
import time
import xml.etree.ElementTree as ElementTree

import pytest

from ecr_contracts.engine import session
from ecr_contracts.events.generate.cases import edge_cases
from ecr_contracts.runtime.sandbox.settings import Settings
from tests.integration.pytest_projects import (
    BROKEN,
    GOOD,
    MARKED,
    NO_TAGS,
    SCANS,
    SINGLE,
    Project,
    item,
    summary,
    table_of,
)

pytest_plugins = ["pytester"]

NO_TAGS_FAULT = "IndexError when image-tags is empty"
SCAN, PUSH = item("scan"), item("push")
BOTH = {"kinds": ["push", "scan"]}

FIVE = """\
LEVELS = ["CRITICAL", "HIGH", "MEDIUM", "LOW", "UNDEFINED"]

def handler(event, context):
    detail = event["detail"]
    counts = detail["finding-severity-counts"]
    for level in counts:
        LEVELS.index(level)
    if "/" in detail["repository-name"]:
        raise ValueError("no room for a slash")
    return detail["image-tags"][0], counts["CRITICAL"]
"""
"""A handler with five faults, which hide one another."""


@pytest.fixture
def project(pytester, monkeypatch):
    """A project as it is run by default."""
    return Project(pytester, monkeypatch)


def in_short(result):
    """The lines of the short summary: what failed, by its name."""
    lines = result.outlines
    [start] = [number for number, line in enumerate(lines) if "= short test summary" in line]
    return [line for line in lines[start + 1 : -1] if not line.startswith("=")]


# What is collected
# --------------------------------------------------------------------------------------------------


def test_a_consumer_is_one_item_for_each_kind_and_envelope(project):
    project.consumer(GOOD, kinds=["push", "scan"], via=["lambda", "sns"])
    ids = project.ids()
    assert ids == [item(label) for label in ("push", "scan", "push-sns", "scan-sns")]
    assert max(map(len, ids)) < 60
    assert project.ids("-k", "scan-sns") == [ids[3]]
    assert project.ids("-m", "ecr_contract", "--ecr-kind", "push") == [ids[0], ids[2]]
    assert project.ids(ids[1]) == [ids[1]]
    assert set(project.ids("--ecr-cases")) > {item("scan/no-tags"), item("explore")}


def test_the_same_kind_of_a_handler_twice_is_an_error_in_words(project):
    project.write(
        src__app=GOOD, pyproject_toml=table_of("src/app.py:handler", "src/app.py:handler")
    )
    words = "tool.ecr-contracts.consumers: src/app.py:handler[scan] is there twice"
    assert any(words in line for line in project.pytest().outlines)


def test_the_list_has_the_events_of_each_item(project):
    lines = project.consumer(GOOD, **BOTH).pytest("--ecr-list", "-k", "scan").outlines
    assert f"scan via lambda, {len(SCANS)} events for src/app.py:handler" in lines
    assert not any(line.startswith("push via") for line in lines)


# What a person sees
# --------------------------------------------------------------------------------------------------


def test_a_good_consumer_is_silent(project):
    result = project.consumer(GOOD, **BOTH).pytest()
    result.assert_outcomes(passed=2)
    assert summary(result) == []
    assert not (project.path / ".ecr-contracts").exists()


def test_five_faults_end_in_five_failures_and_sixty_lines(project):
    result = project.consumer(FIVE).pytest()
    result.assert_outcomes(failed=5)
    assert len(result.outlines) <= 60
    names = [
        "IndexError when image-tags is empty",
        "KeyError when CRITICAL is absent",
        "KeyError when finding-severity-counts is absent",
        "ValueError when INFORMATIONAL is present",
        'ValueError when repository-name contains "/"',
    ]
    assert sorted(in_short(result)) == [f"SUBFAILED[{name}] {SCAN}" for name in names]
    assert any(
        re.fullmatch(r"5 faults.* in src/app.py:handler: \d+ of \d+ scan events fail.*", line)
        for line in summary(result)
    )
    for name in names:
        [start] = [
            number
            for number, line in enumerate(result.outlines)
            if line.strip("_ ") == f"src/app.py:handler[scan] [{name}]"
        ]
        told = result.outlines[start + 1 : start + 9]
        assert told[0].startswith(name)
        assert any(line.startswith("mend: ") for line in told)
        assert any(line.startswith("pytest --ecr-cases 'pyproject.toml::src/app") for line in told)
    assert "Traceback" not in result.stdout.str()


def test_each_fault_is_told_by_the_item_of_its_kind_alone(project):
    code = "def handler(event, context):\n    return event['detail']['image-tag']\n"
    result = project.consumer(code, kinds=["push", "scan"]).pytest()
    result.assert_outcomes(failed=2)
    names = [line.partition(" - ")[0] for line in in_short(result)]
    assert names == [
        f"SUBFAILED[KeyError when image-tag is absent] {PUSH}",
        f"SUBFAILED[KeyError on every scan] {SCAN}",
    ]


def test_the_last_line_of_a_fault_shows_its_event_when_it_is_pasted(project):
    result = project.consumer(NO_TAGS).pytest()
    [pasted] = [line for line in result.outlines if line.startswith("pytest --ecr-cases ")]
    options = pasted.replace("'", "").split()[1:]
    again = project.pytest(*options)
    again.assert_outcomes(failed=1)
    assert any(line.startswith("IndexError: ") for line in again.outlines)
    assert any('"image-tags": []' in line for line in again.outlines)


def test_where_nobody_knows_subtests_the_failure_is_the_whole_report(project):
    code = NO_TAGS.replace("    print", "    event['detail']['finding-severity-counts']\n    print")
    result = project.consumer(code).pytest("-p", "no:subtests")
    result.assert_outcomes(failed=1)
    shown = result.stdout.str()
    assert "2 faults in src/app.py:handler: " in shown
    blocks = shown[shown.index("\n____") : shown.index("= ecr-contracts =")]
    for fault in (NO_TAGS_FAULT, "KeyError when finding-severity-counts is absent"):
        assert f"\n{fault}" in blocks
    assert f"\npytest '{SCAN}'" in blocks
    [line] = in_short(result)
    assert line.startswith(f"FAILED {SCAN} - 2 faults: ")


def test_one_line_a_fault(project):
    lines = project.consumer(NO_TAGS).pytest("--tb=line").outlines
    assert f"src/app.py:6: {NO_TAGS_FAULT}" in lines
    assert not any(line.startswith("mend: ") for line in lines)


def test_what_events_show_that_nobody_has_seen_is_a_line_and_no_failure(project):
    code = "def handler(event, context):\n    return event['detail']['image-digest']\n"
    result = project.consumer(code, kinds=["push", "scan"]).pytest("-W", "error")
    result.assert_outcomes(passed=2)
    told = " ".join(" ".join(summary(result)).split())
    assert told.startswith("src/app.py:handler: warning: KeyError when image-digest is absent")
    assert told.count("KeyError") == 1  # for both kinds
    project.consumer(code, strict=True).pytest().assert_outcomes(failed=1)


def test_junit_has_each_fault_and_the_report(project):
    project.consumer(NO_TAGS).pytest("--junitxml=junit.xml")
    [case] = ElementTree.parse(project.path / "junit.xml").getroot().iter("testcase")
    assert case.get("name") == "src/app.py:handler[scan]"
    failures = case.findall("failure")
    assert {failure.get("message") for failure in failures} == {NO_TAGS_FAULT}
    assert failures[-1].text.startswith("1 fault in src/app.py:handler: 2 of ")


def test_a_consumer_that_cannot_be_loaded_is_one_failure(project):
    result = project.consumer(BROKEN, **BOTH).pytest("-ra")
    result.assert_outcomes(failed=1, skipped=1)
    assert result.stdout.str().count("it needs the module 'no_such_library'") == 1
    result.stdout.fnmatch_lines(
        ["SKIPPED [[]1] pyproject.toml:2: src/app.py:handler cannot be loaded, as *[[]push] says"]
    )


def test_a_fault_of_ours_is_told_in_one_line(project, monkeypatch):
    def fails(*_, **__):
        raise AssertionError("a fault of ours")

    monkeypatch.setattr(session.Session, "report_run", fails)
    result = project.consumer(GOOD).pytest()
    result.assert_outcomes(failed=1)
    assert any("AssertionError: a fault of ours; please report it" in x for x in result.outlines)
    assert "Traceback" not in result.stdout.str()


def test_a_consumer_that_no_event_reaches_says_so(project):
    pattern = {"source": ["aws.ecr"], "detail": {"scan-status": ["SUCCESS"]}}
    project.consumer(NO_TAGS, kinds=None)
    (project.path / "src" / "pattern.json").write_text(json.dumps(pattern))
    assert project.ids() == ["pyproject.toml::src/app.py:handler"]
    result = project.pytest()
    result.assert_outcomes(failed=1)
    assert "nothing was checked" in result.stdout.str()


def test_variables_that_were_made_up_are_named_once(project):
    code = "import os\ndef handler(event, context):\n    return os.environ['TABLE'], event['id']\n"
    result = project.consumer(code, **BOTH).pytest()
    result.assert_outcomes(passed=2)
    assert (
        len([line for line in summary(result) if "1 environment variable made up (TABLE)" in line])
        == 1
    )


# Which events are given
# --------------------------------------------------------------------------------------------------

WRITES = {"allow-write": ["src"]}
NOTING = """
import json

def handler(event, context):
    with open("events", "a") as file:
        print(json.dumps(event), file=file)
    return event["id"]
"""


def noted(project):
    """The events that a consumer was given since this was asked the last time."""
    file = project.path / "src" / "events"
    events = [json.loads(line) for line in file.read_text().splitlines()]
    file.unlink()
    return events


def test_each_item_gives_its_own_events_and_all_together_those_of_the_command(project):
    project.consumer(NOTING, **WRITES, examples=5, kinds=["push", "scan"])
    project.pytest().assert_outcomes(passed=2)
    together = noted(project)
    settings = Settings(allow_write=("src",))
    kinds = ["push", "scan"]
    session.check("src/app.py:handler", kinds=kinds, strength=1, examples=5, settings=settings)
    assert together == noted(project)
    project.pytest("-k", "scan").assert_outcomes(passed=1, deselected=1)
    alone = noted(project)
    assert {event["detail-type"] for event in alone} == {"ECR Image Scan"}
    assert len(alone) >= len(SCANS) + 5


IDLE = "def handler(event, context):\n    return None\n"


def test_what_all_events_show_together_only_a_whole_run_can_tell(project):
    project.consumer(IDLE, **BOTH)
    result = project.pytest()
    result.assert_outcomes(failed=1, passed=1)
    assert any(line.startswith("SUBFAILED[does the same with every") for line in in_short(result))
    for one in ("push", "scan"):
        project.pytest("-k", one).assert_outcomes(passed=1, deselected=1)
    project.pytest("--ecr-kind", "push").assert_outcomes(failed=1, deselected=1)  # as asked


CANARY = """\
import hashlib, boto3
def handler(event, context):
    name = event["detail"]["repository-name"]
    if hashlib.sha256(name.encode()).hexdigest() != "0":
        return
    boto3.client("sns").publish(TopicArn="topic", Message=name)
"""
"""A handler that no event gets through, with a line to name."""


def test_the_last_item_that_has_events_tells_what_all_show(project):
    """Only calls tell here that the events are scans alone, and another item is the last."""
    goes_on = (
        "    if not event['detail-type'].endswith('Scan'):\n        raise KeyError('no scan')\n"
    )
    project.consumer(CANARY.replace("    name", f"{goes_on}    name"), kinds=None)
    ids = project.ids()
    assert ids[-1] != SCAN
    result = project.pytest("-rs", "-W", "default")
    result.assert_outcomes(passed=1, skipped=len(ids) - 1, warnings=1)
    assert "src/app.py:handler gets no push events" in result.stdout.str()


def test_an_effect_that_no_event_reaches_is_a_warning_of_the_whole_run(project):
    result = project.consumer(CANARY, **BOTH).pytest("-W", "default")
    result.assert_outcomes(passed=2, warnings=1)
    assert any("UnreachedWarning" in line for line in result.outlines)
    assert any(" warning: reaches none of its effects" in line for line in summary(result))


def test_events_that_stop_at_an_answer_of_ours_are_not_checked_beyond_it(project):
    code = """
import socket

def handler(event, context):
    if event["detail-type"].endswith("Scan"):
        socket.create_connection(("example.invalid", 5432))
    return event["id"]
"""
    result = project.consumer(code, **BOTH).pytest("-rs")
    result.assert_outcomes(passed=1, skipped=1)
    [line] = [line for line in summary(result) if "not checked beyond" in line]
    assert line.endswith(f"{len(SCANS)} events stop there")


# What is remembered
# --------------------------------------------------------------------------------------------------


def test_what_failed_is_remembered_until_it_passes(project):
    saved = project.path / ".ecr-contracts" / "failures"
    project.consumer(NO_TAGS, **BOTH).pytest()
    before = sorted(saved.rglob("*.json"))
    assert before
    project.consumer(GOOD, **BOTH).pytest("-k", "push")
    assert sorted(saved.rglob("*.json")) == before  # scans were not given
    project.pytest("-k", "scan")
    assert not saved.exists()


@pytest.mark.long
def test_last_failed_and_first_failure(project):
    project.write(src__app=NO_TAGS, src__good=GOOD)
    project.write(pyproject_toml=table_of("src/good.py:handler", "src/app.py:handler", **BOTH))
    project.pytest().assert_outcomes(failed=1, passed=3)
    project.pytest("--lf").assert_outcomes(failed=1)
    project.consumer(NO_TAGS.replace("[0]", "[1]"), **BOTH)
    project.pytest("-x").assert_outcomes(failed=1)


@pytest.mark.long
@pytest.mark.parametrize(
    ("cwd", "argument", "file"),
    [
        (None, "svc1", "svc1/app.py"),
        ("svc1", ".", "app.py"),
        ("svc1/tests", "../pyproject.toml", "../app.py"),
    ],
)
def test_the_places_of_a_package_are_named_from_where_pytest_was_started(
    project, cwd, argument, file
):
    project.write(
        pyproject_toml="[tool.pytest.ini_options]\n",
        svc1__app=NO_TAGS,
        svc1__pyproject_toml=table_of("app.py:handler"),
        svc1__tests__test_one="",
    )
    told = project.pytest(argument, cwd=cwd).stdout.str()
    assert f"\n{file}:6  return" in told
    assert f"\n1 fault in {file}:handler: " in told
    assert f"\n{file}:6: {NO_TAGS_FAULT}" in project.pytest("--tb=line", argument).stdout.str()


def test_xdist_says_the_same(project):
    pytest.importorskip("xdist")
    project.consumer(FIVE, kinds=["scan", "push"]).write(test_a=MARKED)
    alone = project.pytest("-k", "handler")
    spread = project.pytest_apart("-p", "xdist", "-n", "2", "-k", "handler")
    assert spread.parseoutcomes()["failed"] == alone.parseoutcomes()["failed"] == 6
    assert summary(spread) == summary(alone) != []
    assert sorted(in_short(spread)) == sorted(in_short(alone))


@pytest.mark.long
def test_an_interrupted_run_shows_what_was_found_so_far(project):
    code = "import os, pathlib\nnumber = 0\n" + NO_TAGS.replace(
        "    print",
        "    global number\n    number += 1\n    if number > 60:\n"
        "        pathlib.Path('waits').touch()\n        os.read(os.pipe()[0], 1)\n    print",
    )
    project.consumer(code, timeout=100, strength=2, kinds=["scan", "push"])
    run = subprocess.Popen(
        [sys.executable, "-m", "pytest", "-p", "ecr_contracts"],
        cwd=project.path,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )
    try:
        deadline = time.monotonic() + 30
        while not (project.path / "src" / "waits").exists() and time.monotonic() < deadline:
            time.sleep(0.02)
        run.send_signal(signal.SIGINT)
        shown, _ = run.communicate(timeout=20)
    finally:
        run.kill()
    assert run.returncode == pytest.ExitCode.INTERRUPTED
    assert f"SUBFAILED[{NO_TAGS_FAULT}] {SCAN}" in shown
    assert re.search(r"! Interrupted: \d+ of \d+ cases were given", shown)
    assert PUSH not in shown


def test_coverage_counts_the_events_that_were_given(project):
    result = project.consumer(GOOD, **BOTH).pytest("--ecr-coverage", "-k", "scan")
    assert any(f"in {len(SCANS)} events" in line for line in result.outlines)
    broken = project.consumer(BROKEN).pytest("--ecr-coverage")
    assert any(line.endswith("more: no events") for line in broken.outlines)


def test_the_cases_of_the_options_are_those_that_are_given(project):
    project.consumer(NOTING, **WRITES, kinds=["delete"])
    project.pytest("--ecr-evidence", "documented").assert_outcomes(passed=1)
    given = noted(project)
    assert len(given) < len(edge_cases("delete"))
    assert SINGLE["strength"] == 1


READS_VARIABLES = """
import os

def handler(event, context):
    event["detail"]["repository-name"]
    assert os.environ.get("OF_CONFTEST") != "set"
    assert os.environ.get("OF_MODULE") != "set"
    assert os.environ.get("OF_FIXTURE") != "set"
    assert os.environ.get("OF_SHELL") == "set"
"""

SETS_VARIABLES = """
import os, pytest
os.environ["{0}"] = "set"
os.environ.pop("OF_SHELL", None)

@pytest.fixture(autouse=True, scope="session")
def variable():
    os.environ["OF_FIXTURE"] = "set"

def test_one():
    assert os.environ["{0}"] == "set"
    assert "OF_SHELL" not in os.environ
"""


@pytest.mark.parametrize(
    "options", [(), pytest.param(("-p", "xdist", "-n", "2"), marks=pytest.mark.long)], ids=len
)
def test_what_tests_set_in_the_environment_is_not_the_consumers(project, monkeypatch, options):
    monkeypatch.setenv("OF_SHELL", "set")
    project.consumer(READS_VARIABLES, **BOTH, env="auto")
    project.write(
        conftest=SETS_VARIABLES.format("OF_CONFTEST"), test_a=SETS_VARIABLES.format("OF_MODULE")
    )
    for arguments in ((), ("-k", "test_one"), ("test_a.py", "pyproject.toml")):
        result = project.pytest_apart(*options, *arguments)
        assert result.ret == 0, result.stdout.str()
