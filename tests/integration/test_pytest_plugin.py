"""The pytest plugin, through small projects: what is collected, what a failure shows, and whom it
leaves alone. Consumers have an item for each case here; `test_pytest_kinds.py` has the others.
"""

from __future__ import annotations

import json
import os
import re
import shutil
import signal
import subprocess
import sys
import textwrap
import time
import xml.etree.ElementTree as ElementTree
from pathlib import Path

import pytest

from ecr_contracts.core.findings import Evidence, Severity
from ecr_contracts.engine import session
from ecr_contracts.engine.trial import distinct
from ecr_contracts.events import coverage
from ecr_contracts.events.generate import cases
from ecr_contracts.events.generate.novelties import novelties
from ecr_contracts.events.kinds import kind_names, usual_kinds
from ecr_contracts.reporting.coverage import coverage_lines
from ecr_contracts.reporting.faults import faults
from ecr_contracts.reporting.lines import UNBROKEN, finding_lines
from tests.integration.pytest_projects import (
    BROKEN,
    GOOD,
    MARKED,
    NO_TAGS,
    ONE_TEST,
    SCANS,
    SINGLE,
    USUAL,
    Project,
    item,
    summary,
    table_of,
)
from tests.rows import keeping, long_but

pytest_plugins = ["pytester"]

OURS = os.path.join("ecr_contracts", "frontends", "pytest", "")
PLUGIN = {
    "ecr_contracts",
    "ecr_contracts.frontends",
    "ecr_contracts.frontends.config",
    "ecr_contracts.frontends.config.finding",
    "ecr_contracts.frontends.pytest",
    "ecr_contracts.frontends.pytest.collection",
    "ecr_contracts.frontends.pytest.environment",
    "ecr_contracts.frontends.pytest.own_faults",
    "ecr_contracts.frontends.pytest.plugin",
}
"""The modules that every run loads, whether it uses the plugin or not."""


@pytest.fixture
def project(pytester, monkeypatch):
    """A project whose consumers have an item for each case."""
    return Project(pytester, monkeypatch, "--ecr-cases")


EXPLORE = item("explore")
CONSUMED = [*map(item, SCANS), EXPLORE]
"""The items of a consumer of scans."""


# The marker
# --------------------------------------------------------------------------------------------------


def test_a_marked_test_is_an_item_for_each_case(project):
    project.write(test_a=MARKED)
    assert project.ids() == [f"test_a.py::test_marked[{case_id}]" for case_id in SCANS]


def test_the_event_is_that_of_the_case(project):
    project.write(
        test_a="""
        import pytest
        from ecr_contracts import delivery
        from ecr_contracts.events.generate import cases

        @pytest.mark.ecr_contract("scan", "push", via=["sqs", "lambda"])
        def test_it(ecr_event, request):
            case_id, _, via = request.node.name[len("test_it["):-1].partition("@")
            event = cases.case(case_id).event
            assert ecr_event == (delivery.envelope(via).wrap([event]) if via else event)
        """.replace("\n        ", "\n")
    )
    result = project.pytest("-q")
    wanted = 2 * len(cases.edge_cases("scan") + cases.edge_cases("push"))
    result.assert_outcomes(passed=wanted)


def test_envelopes_are_named_in_ids_but_for_the_bare_event(project):
    project.write(
        test_a=MARKED.replace('"scan"', '"scan", via=("sqs", "lambda")').replace('["detail"]', "")
    )
    ids = project.ids()
    assert ids == [
        f"test_a.py::test_marked[{one}{suffix}]" for suffix in ("@sqs", "") for one in SCANS
    ]
    project.pytest(ids[3], ids[-1]).assert_outcomes(passed=2)


@pytest.mark.parametrize("marker", ["ecr_contract", "ecr_contract()"])
def test_without_kinds_it_is_every_usual_kind(project, marker):
    project.write(test_a=MARKED.replace('ecr_contract("scan")', marker))
    every = [case.id for kind in usual_kinds() for case in cases.edge_cases(kind)]
    assert project.ids() == [f"test_a.py::test_marked[{case_id}]" for case_id in every]


def test_each_test_has_a_copy_of_its_own(project):
    project.write(
        test_a=MARKED.replace(
            'assert ecr_event["detail"]', 'assert ecr_event.pop("detail"); ecr_event.clear()'
        )
        + MARKED.replace("test_marked", "test_again")
    )
    project.pytest().assert_outcomes(passed=2 * len(SCANS))


@pytest.mark.long
def test_classes_and_modules_may_be_marked(project):
    project.write(
        test_a="""
import pytest

pytestmark = pytest.mark.ecr_contract("push")

def test_module(ecr_event): pass
def test_without_events(): pass

@pytest.mark.ecr_contract("delete")
class TestClass:
    def test_class(self, ecr_event): pass
    @pytest.mark.ecr_contract("scan", via="sqs")
    @pytest.mark.ecr_contract("push")
    def test_own(self, ecr_event): pass
"""
    )
    ids = project.ids()
    kinds = {}
    for nodeid in ids:
        test, _, case_id = nodeid.removesuffix("]").partition("[")
        kinds.setdefault(test, []).append(case_id.partition("/")[0] + "@" * ("@" in case_id))
    assert {test: list(dict.fromkeys(met)) for test, met in kinds.items()} == {
        "test_a.py::test_module": ["push"],
        "test_a.py::test_without_events": [""],
        "test_a.py::TestClass::test_class": ["delete"],
        "test_a.py::TestClass::test_own": ["scan@", "push"],
    }
    project.pytest().assert_outcomes(passed=len(ids))


def future_ids(project, *options):
    return [nodeid for nodeid in project.ids(*options) if "/future/" in nodeid]


def test_events_of_tomorrow_are_given_where_they_are_asked_for(project):
    project.write(test_a=MARKED)
    expected = [f"scan/future/{novelty.name}" for novelty in novelties("scan")]
    assert future_ids(project) == []
    assert future_ids(project, "--ecr-future") == [
        f"test_a.py::test_marked[{case}]" for case in expected
    ]
    project.write(test_a=MARKED.replace('"scan"', '"scan", future=True'))
    assert len(future_ids(project)) == len(expected)
    project.write(test_a=MARKED.replace('"scan"', '"scan", future=False'))
    assert future_ids(project, "--ecr-future") == []


def test_consumers_are_given_events_of_tomorrow_beyond_their_cases(project):
    code = """
KNOWN = {"COMPLETE": 1, "FAILED": 2}

def handler(event, context):
    return KNOWN[event["detail"]["scan-status"]]
"""
    project.consumer(code, kinds=["scan"], strict=True)
    project.pytest("-k", "explore").assert_outcomes(passed=1)
    result = project.pytest("--ecr-future", "-k", "explore")
    result.assert_outcomes(failed=1)
    words = " ".join(result.stdout.str().split())
    assert 'KeyError on what AWS may add when scan-status is "SOMETHING_NEW"' in words
    assert not Path(project.path, ".ecr-contracts").exists()


def test_further_parameters_keep_their_ids(project):
    project.write(
        test_a=MARKED.replace(
            "def test", "@pytest.mark.parametrize('colour', ['red', 'dark-blue'])\ndef test"
        ).replace("(ecr_event", "(colour, ecr_event")
    )
    ids = project.ids()
    assert len(ids) == 2 * len(SCANS)
    assert (
        "test_a.py::test_marked[scan/no-tags-dark-blue]" in ids
        or "test_a.py::test_marked[dark-blue-scan/no-tags]" in ids
    )


def test_a_fixture_may_take_the_event(project):
    project.write(
        test_a="""
import pytest

@pytest.fixture
def detail(ecr_event):
    return ecr_event["detail"]

@pytest.mark.ecr_contract("scan")
def test_it(detail):
    assert "repository-name" in detail
"""
    )
    project.pytest().assert_outcomes(passed=len(SCANS))


def test_a_project_may_wrap_the_fixture(project):
    project.write(
        conftest="import pytest\n\n@pytest.fixture\ndef ecr_event(ecr_event):\n"
        "    return {'mine': ecr_event}\n",
        test_a=MARKED.replace('["detail"]', '["mine"]["detail"]'),
    )
    project.pytest().assert_outcomes(passed=len(SCANS))


def test_asynchronous_tests(project):
    pytest.importorskip("pytest_asyncio")
    project.write(test_a=MARKED.replace("def test", "@pytest.mark.asyncio\nasync def test"))
    result = project.pytest_apart(
        "-p", "asyncio", "-W", "ignore", "-o", "asyncio_default_fixture_loop_scope=function"
    )
    result.assert_outcomes(passed=len(SCANS))


@pytest.mark.parametrize(
    ("code", "words"),
    [
        (
            "def test_it(ecr_event): pass",
            "ecr_event has no event to give: mark the test, as in "
            "@pytest.mark.ecr_contract('scan')",
        ),
        (
            "@pytest.mark.ecr_contract('scan')\ndef test_it(): pass",
            "marked ecr_contract, but no event reaches it, for it takes no ecr_event: name it as "
            "an argument",
        ),
        (
            "@pytest.mark.ecr_contract('scan')\n"
            "class TestIt(unittest.TestCase):\n"
            "    def test_it(self): pass",
            "for it takes no ecr_event: make it a plain function, for unittest has no fixtures",
        ),
        (
            "@pytest.fixture\ndef late(request): return request.getfixturevalue('ecr_event')\n\n"
            "@pytest.mark.ecr_contract('scan')\nclass TestIt:\n    def test_it(self, late): pass",
            "ecr_event has no event to give: name it as an argument of the test, or of a fixture "
            "that the test names",
        ),
    ],
)
def test_a_test_that_no_event_reaches_is_an_error(project, code, words):
    project.write(test_a=f"import pytest, unittest\n\n{code}\n\ndef test_other(): pass")
    result = project.pytest("-q")
    result.assert_outcomes(errors=1, passed=1)
    assert any(line.endswith(words) for line in result.outlines)
    assert not any(OURS in line for line in result.outlines)


@pytest.mark.parametrize(
    ("marker", "words"),
    [
        ("'scam'", "no kind is called 'scam'; did you mean 'scan'?"),
        ("'scan', via='pigeon'", "no envelope is called 'pigeon'; there are: lambda, sqs"),
        (
            "['scan']",
            "takes names of kinds and via, an envelope or a list of them, as in "
            "ecr_contract('scan', 'push', via=",
        ),
        ("'scan', via=3", "not ecr_contract('scan', via=3)"),
        ("'scan', via=[]", "not ecr_contract('scan', via=[])"),
        ("'scan', future=1", "not ecr_contract('scan', future=1)"),
        ("'scan', envelope='sqs'", "not ecr_contract('scan', envelope='sqs')"),
    ],
)
def test_a_marker_that_asks_for_what_is_not_there(project, marker, words):
    project.write(test_a=MARKED.replace('"scan"', marker), test_b=ONE_TEST)
    result = project.pytest()
    result.assert_outcomes(errors=1)
    assert result.ret == pytest.ExitCode.INTERRUPTED
    complaint = next(
        line for line in result.outlines if line.startswith("test_a.py::test_marked: ")
    )
    assert words in complaint
    assert not any(OURS in line for line in result.outlines)


def test_unittest_is_left_alone(project):
    project.write(
        test_a="import unittest\n\nclass TestIt(unittest.TestCase):\n"
        "    def test_it(self): pass\n\n" + MARKED
    )
    project.pytest().assert_outcomes(passed=1 + len(SCANS))


def test_the_summary_names_variables_that_were_made_up(project):
    code = "import os\ndef handler(event, context): return f(event['id'])\n"
    code += "def f(name): return name, os.environ['TABLE'], os.environ['TOPIC']"
    result = project.consumer(code).pytest("-q")
    words = "src/app.py:handler: 2 environment variables made up (TABLE, TOPIC): give real ones "
    assert result.ret == 0
    assert [line for line in result.outlines if line.startswith(words)]
    project.consumer(code, env={"TABLE": "t", "TOPIC": "t"})
    assert not [line for line in project.pytest("-q").outlines if "made up" in line]


def test_a_failing_test_says_which_event_it_was_and_how_to_see_it_again(project):
    project.write(
        test_a=MARKED.replace(
            'assert ecr_event["detail"]', 'assert ecr_event["detail"]["image-tags"]'
        )
    )
    result = project.pytest("-k", "no-tags")
    result.assert_outcomes(failed=1)
    result.stdout.fnmatch_lines(
        [
            ">*assert ecr_event*",
            "-* ecr-contracts -*",
            "scan/no-tags (documented): $.detail.image-tags is empty",
            "pytest 'test_a.py::test_marked[[]scan/no-tags]'",
            "=* short test summary info =*",
        ],
        consecutive=False,
    )


# Options
# --------------------------------------------------------------------------------------------------


def test_kinds_may_be_chosen(project):
    project.consumer(GOOD, kinds=["scan", "push"]).write(
        test_a=MARKED + ONE_TEST, test_b=MARKED.replace("scan", "push")
    )
    assert {
        re.sub(r".*\[(\w+)/.*", r"\1", nodeid) for nodeid in project.ids("--ecr-kind", "push")
    } == {
        "push",
        EXPLORE,
        "test_a.py::test_one",
    }
    both = project.ids("--ecr-kind", "push", "--ecr-kind", "scan")
    assert both == project.ids()


def test_a_test_that_is_left_without_events_is_deselected(project):
    project.write(test_a=MARKED, test_b=ONE_TEST)
    result = project.pytest(
        "--ecr-kind", "push", "-W", "error", "-o", "empty_parameter_set_mark=fail_at_collect"
    )
    result.assert_outcomes(passed=1, deselected=len(SCANS))
    assert (
        project.pytest("--ecr-kind", "push", "test_a.py").ret == pytest.ExitCode.NO_TESTS_COLLECTED
    )


@pytest.mark.parametrize("evidence", list(Evidence))
def test_weak_evidence_may_be_left_out(project, evidence):
    project.consumer(GOOD).write(test_a=MARKED)
    strong_enough = list(Evidence)[: list(Evidence).index(evidence) + 1]
    wanted = [case.id for case in cases.edge_cases("scan") if case.evidence in strong_enough]
    assert [
        re.findall(r"\[(.*)\]", nodeid)[0] for nodeid in project.ids("--ecr-evidence", evidence)
    ] == [*wanted, "explore", *wanted]


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (
            ["--ecr-kind", "scam"],
            "ERROR: --ecr-kind: no kind is called 'scam'; did you mean 'scan'?",
        ),
        (
            ["--ecr-evidence", "rumour"],
            "ERROR: --ecr-evidence: no evidence is called 'rumour'; there are: documented, "
            "captured, handled, n",
        ),
    ],
)
def test_options_that_ask_for_what_is_not_there(project, arguments, words):
    result = project.write(test_a=ONE_TEST).pytest(*arguments)
    assert result.ret == pytest.ExitCode.USAGE_ERROR
    assert any(line.startswith(words) for line in result.errlines)


def test_the_options_are_explained(project):
    text = project.pytest("--help").stdout.str()
    words = " ".join(text[text.index("--ecr-list") :].split())
    assert f"on weaker evidence than this: {', '.join(Evidence)}" in words
    assert "--ecr-kind=KIND" in words or "--ecr-kind KIND" in words
    markers = project.pytest("--markers").stdout.str()
    assert (
        "@pytest.mark.ecr_contract(*kinds, via=None, future=False): run the test once for each "
        "edge case" in markers
    )


# The listing
# --------------------------------------------------------------------------------------------------


def test_the_list_of_what_would_run(project):
    project.consumer("def handler(event, context): 1 / 0").write(
        test_a=MARKED.replace("scan", "push"), test_b=ONE_TEST
    )
    result = project.pytest("--ecr-list", "-k", "no-tag or no-high", ".")
    assert result.ret == pytest.ExitCode.OK
    result.assert_outcomes(deselected=len(project.ids()) - 3)
    result.stdout.fnmatch_lines(
        [
            "scan via lambda, 2 events for src/app.py:handler",
            "  scan/no-high  documented  $.detail.finding-severity-counts.HIGH is absent",
            "  scan/no-tags  documented  $.detail.image-tags is empty",
            "push via lambda, 1 event for test_a.py::test_marked",
            "  push/no-tag  handled     $.detail.image-tag is absent",
        ]
    )


def test_the_list_of_everything_where_nothing_asks_for_events(project):
    result = project.write(test_a=ONE_TEST).pytest("--ecr-list", "-q")
    assert result.ret == pytest.ExitCode.OK
    assert "passed" not in result.stdout.str()
    listed = [line.split()[0] for line in result.outlines if line.startswith("  ")]
    assert listed == [case.id for kind in kind_names() for case in cases.edge_cases(kind)]
    assert any(
        re.fullmatch(r"  scan/sample +documented  AWS's own sample, .*no-tags", line)
        for line in result.outlines
    )
    assert any(
        re.fullmatch(r"  scan/ordinary +documented  the ordinary event", line)
        for line in result.outlines
    )


def test_the_list_may_be_narrowed_and_needs_no_test_at_all(project):
    result = project.pytest("--ecr-list", "--ecr-kind", "scan", "--ecr-evidence", "documented")
    assert result.ret == pytest.ExitCode.OK
    listed = [line.split()[0] for line in result.outlines if line.startswith("  ")]
    assert listed == [
        case.id for case in cases.edge_cases("scan") if case.evidence is Evidence.DOCUMENTED
    ]


def test_a_list_of_a_broken_suite_fails(project):
    assert project.write(test_a="1 / 0").pytest("--ecr-list").ret == pytest.ExitCode.TESTS_FAILED


def test_the_list_is_made_in_one_process(project):
    pytest.importorskip("xdist")
    result = project.write(test_a=MARKED).pytest_apart("-p", "xdist", "-n", "2", "--ecr-list")
    assert result.ret == pytest.ExitCode.OK
    result.stdout.fnmatch_lines(
        [f"scan via lambda, {len(SCANS)} events for test_a.py::test_marked"]
    )


def test_nothing_is_printed_without_a_terminal(project):
    result = project.write(test_a=MARKED).pytest("--ecr-list", "-p", "no:terminal")
    assert (result.ret, result.outlines) == (pytest.ExitCode.OK, [])


# Consumers: collection
# -----------------------------------------------------------------------------------------------


@pytest.fixture
def both(project):
    """A project with a configured consumer and tests in a folder."""
    return project.consumer(GOOD, examples=1).write(tests__test_a=ONE_TEST, tests__test_b=ONE_TEST)


TEST_A, TEST_B = "tests/test_a.py::test_one", "tests/test_b.py::test_one"


@pytest.mark.parametrize(
    ("arguments", "wanted"),
    [
        ([], {*CONSUMED, TEST_A, TEST_B}),
        (["."], {*CONSUMED, TEST_A, TEST_B}),
        (["tests"], {TEST_A, TEST_B}),
        (["tests/test_a.py"], {TEST_A}),
        (["src"], set()),
        ([TEST_A], {TEST_A}),
        ([TEST_A, "tests/test_b.py"], {TEST_A, TEST_B}),
        (["pyproject.toml"], set(CONSUMED)),
        (["../project"], {*CONSUMED, TEST_A, TEST_B}),
        (["tests", "pyproject.toml"], {*CONSUMED, TEST_A, TEST_B}),
        ([item("scan/no-tags")], {item("scan/no-tags")}),
        ([item("scan/no-tags"), TEST_B], {item("scan/no-tags"), TEST_B}),
        ([item("scan/no-tags"), "pyproject.toml"], set(CONSUMED)),
        (["pyproject.toml::src/app.py:handler"], set(CONSUMED)),
        (["--ignore=pyproject.toml"], {TEST_A, TEST_B}),
        (["--deselect=pyproject.toml"], {TEST_A, TEST_B}),
        (
            [f"--deselect={item('scan/no-tags')}", "pyproject.toml"],
            {*CONSUMED} - {item("scan/no-tags")},
        ),
        (["-k", "no-tags"], {item("scan/no-tags")}),
        (["-m", "ecr_contract"], set(CONSUMED)),
        (["-m", "not ecr_contract"], {TEST_A, TEST_B}),
        (["--pyargs", "tests/test_a.py"], {TEST_A}),
    ],
    ids=lambda value: " ".join(value) if isinstance(value, list) else "",
)
def test_when_consumers_are_collected(both, arguments, wanted):
    ids = both.ids(*arguments)
    assert set(ids) == wanted
    assert len(ids) == len(wanted)


def test_testpaths_are_no_hindrance(both):
    with (both.path / "pyproject.toml").open("a") as file:
        file.write('[tool.pytest.ini_options]\ntestpaths = ["tests"]\n')
    assert set(both.ids()) == {*CONSUMED, TEST_A, TEST_B}


def test_a_pytest_ini_is_no_hindrance(both):
    both.write(pytest_ini="[pytest]\ntestpaths = tests\n")
    assert set(both.ids()) == {*CONSUMED, TEST_A, TEST_B}


def test_conftest_may_ignore_them(both):
    both.write(conftest="collect_ignore = ['pyproject.toml']\n")
    assert set(both.ids()) == {TEST_A, TEST_B}


def test_duplicates_may_be_kept(both):
    assert len(both.ids("--keep-duplicates", "pyproject.toml", "pyproject.toml")) == 2 * len(
        CONSUMED
    )


def test_started_in_a_folder_below(both):
    with (both.path / "pyproject.toml").open("a") as file:
        file.write("[tool.pytest.ini_options]\n")
    both.write(src__app=NO_TAGS)
    result = both.pytest("-k", "no-tags or test_a", cwd="tests")
    result.assert_outcomes(failed=1, passed=1, deselected=len(CONSUMED))
    assert (
        "pytest --ecr-cases '../pyproject.toml::src/app.py:handler[scan/no-tags]'"
        in result.outlines
    )
    assert (
        'src/app.py:6  return {"tag": event["detail"].get("image-tags", ["none"])[0]}'
        in result.outlines
    )
    again = both.pytest("../pyproject.toml::src/app.py:handler[scan/no-tags]")
    again.assert_outcomes(failed=1)


def test_with_another_root(both, tmp_path_factory):
    elsewhere = tmp_path_factory.mktemp("elsewhere")
    os.chdir(elsewhere)
    result = both.pytest("--rootdir", str(both.path), str(both.path))
    result.assert_outcomes(passed=2 + len(CONSUMED))


def test_modules_are_looked_for_beside_the_file(project):
    table = "[tool.pytest.ini_options]\n" + table_of("app.web:handler")
    project.write(app____init__="", app__web=GOOD, below__test_a=ONE_TEST, pyproject_toml=table)
    result = project.pytest("-k", "no-tags", cwd="below")
    result.assert_outcomes(passed=1, deselected=len(CONSUMED))


@pytest.fixture
def monorepo(project):
    """Two services below a root that has pytest's settings, and a consumer of its own."""
    root = "[tool.pytest.ini_options]\n" + table_of("tool.py:handler")
    return project.write(
        tool=GOOD,
        tests__test_root=ONE_TEST,
        pyproject_toml=root,
        svc1__app=GOOD,
        svc1__pyproject_toml=table_of("app.py:handler"),
        svc1__tests__test_one=ONE_TEST,
        svc2__app=GOOD,
        **{"svc2__ecr-contracts_toml": table_of("app.py:handler").partition("\n")[2]},
    )


ROOTS, FIRST, SECOND = (
    "pyproject.toml::tool.py:handler[explore]",
    "svc1/pyproject.toml::app.py:handler[explore]",
    "svc2/ecr-contracts.toml::app.py:handler[explore]",
)


@pytest.mark.parametrize(
    ("arguments", "folder", "wanted"),
    [
        ([], None, {ROOTS, FIRST, SECOND}),
        (["svc1"], None, {FIRST}),
        (["svc1/tests", "svc2"], None, {SECOND}),
        (["svc1/pyproject.toml"], None, {FIRST}),
        (["tests"], None, set()),
        ([], "svc1", {FIRST}),
        ([], "svc1/tests", {FIRST}),
        ([], "tests", {ROOTS}),
        (["."], "svc1/tests", set()),
        (["../svc2"], "svc1", {SECOND}),
        (["--ignore=svc1"], None, {ROOTS, SECOND}),
        (["-o", "testpaths=svc1/tests svc2"], None, {ROOTS, FIRST, SECOND}),
        (["-o", "testpaths=tests"], None, {ROOTS}),
    ],
    ids=lambda value: " ".join(value) if isinstance(value, list) else value or "",
)
def test_each_package_of_a_repository_has_its_own_consumers(monorepo, arguments, folder, wanted):
    ids = monorepo.ids("-k", "explore", *arguments, cwd=folder)
    assert set(ids) == wanted
    assert len(ids) == len(wanted)


@pytest.mark.parametrize(
    ("arguments", "lines"),
    [
        (
            [],
            [
                "1 consumer in pyproject.toml, "
                "1 in svc1/pyproject.toml, 1 in svc2/ecr-contracts.toml"
            ],
        ),
        (
            ["svc1/tests"],
            [
                "1 consumer in pyproject.toml left out; to run it: pytest pyproject.toml",
                "1 consumer in svc1/pyproject.toml left out; to run it: pytest svc1/pyproject.toml",
            ],
        ),
        (["-q"], []),
    ],
    ids=["all", "a folder", "quiet"],
)
def test_the_head_says_which_consumers_were_found(monorepo, arguments, lines):
    found = monorepo.pytest("--collect-only", *arguments).outlines
    assert [line for line in found if "ecr-contracts:" in line] == [
        f"ecr-contracts: {line}" for line in lines
    ]


def test_the_head_says_so_where_other_processes_collect(monorepo):
    pytest.importorskip("xdist")
    found = monorepo.pytest("-p", "xdist", "-n", "2", "svc1", "-k", "ordinary", cwd=None).outlines
    [line] = [line for line in found if "ecr-contracts: 1 consumer" in line and "left" not in line]
    assert line.endswith("ecr-contracts: 1 consumer in svc1/pyproject.toml")


def test_above_the_folder_its_consumers_run_in_other_processes_too(monorepo):
    pytest.importorskip("xdist")
    os.chdir(monorepo.path / "svc1" / "tests")
    found = monorepo.pytest("-p", "xdist", "-n", "2", "-k", "ordinary or test_one")
    found.assert_outcomes(passed=2)


def test_two_configurations_in_a_folder_are_an_error_in_words(project):
    table = table_of("app.py:handler")
    both = {"pyproject_toml": table, "ecr-contracts_toml": table.partition("\n")[2]}
    result = project.write(app=GOOD, test_a=ONE_TEST, **both).pytest()
    assert result.ret != 0
    assert "pyproject.toml beside it has a table tool.ecr-contracts too" in result.stdout.str()
    assert "Traceback" not in result.stdout.str()


def test_settings_of_a_test_are_those_of_the_nearest_configuration(monorepo):
    reading = """
    import os

    def test_variable(ecr_effects):
        assert os.environ["OWN"] == "of svc1"
    """
    table = table_of("app.py:handler") + 'env = { OWN = "of svc1" }\n'
    monorepo.write(svc1__pyproject_toml=table, svc1__tests__test_env=textwrap.dedent(reading))
    monorepo.pytest("svc1/tests/test_env.py").assert_outcomes(passed=1)


def test_kinds_and_envelope_may_be_read_off_the_source(project):
    code = "import json\ndef handler(event, context):\n    for record in event['Records']:\n"
    code += "        json.loads(record['body'])['detail']['scan-status']\n"
    project.consumer(code, kinds=None)
    assert project.ids() == [*(item(f"{case_id}@sqs") for case_id in SCANS), EXPLORE]
    project.pytest().assert_outcomes(passed=len(CONSUMED))


@pytest.mark.parametrize(
    ("text", "words"),
    [
        (
            "consumers = [{ handler = 'src/app.py:handler', kinds = ['scam'] }]",
            "consumers[0].kinds: no kind is called 'scam'",
        ),
        (
            "consumers = [{ handler = 'app.handler' }]",
            "consumers[0].handler: 'app.handler': it does not name a function",
        ),
        ("consumer = []", "tool.ecr-contracts.consumer: no such key; did you mean 'consumers'?"),
        (
            "consumers = [{ handler = 'a.py:f', kinds = 'scan' }, { handler = 'a.py:f', kinds = "
            "['push', 'scan'] }]",
            "pyproject.toml, tool.ecr-contracts.consumers: a.py:f[scan/sample] is there twice",
        ),
    ],
)
def test_a_wrong_configuration_is_one_error_in_words(project, text, words):
    project.write(
        pytest_ini="[pytest]", pyproject_toml=f"[tool.ecr-contracts]\n{text}", test_a=ONE_TEST
    )
    result = project.pytest()
    result.assert_outcomes(errors=1)
    assert any(words in line for line in result.outlines)
    assert "Traceback" not in result.stdout.str()
    assert OURS not in result.stdout.str()
    project.pytest("test_a.py::test_one").assert_outcomes(passed=1)


@pytest.mark.parametrize("text", ["[project]\ndependencies = ['ecr-contracts']", "", None])
def test_a_file_without_the_table_is_none_of_ours(project, text):
    project.write(test_a=ONE_TEST, pytest_ini="[pytest]")
    if text is not None:
        project.write(pyproject_toml=text)
    assert project.ids() == ["test_a.py::test_one"]


# Consumers: what a person sees
# ---------------------------------------------------------------------------------------


def test_a_good_consumer_is_silent(project):
    result = project.consumer(GOOD).pytest()
    result.assert_outcomes(passed=len(CONSUMED))
    assert "ecr-contracts" not in "\n".join(
        line for line in result.outlines if not line.startswith(("plugins:", "ecr-contracts: 1 c"))
    )


def test_a_failure_from_top_to_bottom(project):
    result = project.consumer(NO_TAGS).pytest(item("scan/no-tags"))
    result.assert_outcomes(failed=1)
    shown = result.stdout.str()
    begin, end = shown.index("\n____"), shown.index("=== short test summary")
    lines = shown[begin + 1 : end].splitlines()
    assert "src/app.py:handler[scan/no-tags]" in lines[0]
    assert lines[1:8] == [
        "IndexError: list index out of range",
        'src/app.py:6  return {"tag": event["detail"].get("image-tags", ["none"])[0]}',
        "",
        "scan/no-tags (documented): $.detail.image-tags is empty",
        "",
        "{",
        '  "version": "0",',
    ]
    event = "\n".join(lines[6 : lines.index("}") + 1])
    assert '    "finding-severity-counts": {"CRITICAL": 1, "HIGH": 2, "MEDIUM"' in event
    assert json.loads(event) == distinct(cases.case("scan/no-tags")).event
    rest = lines[lines.index("}") + 1 :]
    assert [re.sub("-{3,}", "---", line) for line in rest[:-1]] == [
        "--- Captured stdout call ---",
        f"looking at {distinct(cases.case('scan/no-tags')).event['id']}",
        "--- ecr-contracts ---",
        "pytest --ecr-cases 'pyproject.toml::src/app.py:handler[scan/no-tags]'",
    ]
    assert "FAILED pyproject.toml::src/app.py:handler[scan/no-tags] - IndexError: list in" in shown
    assert OURS not in shown
    assert "Traceback" not in shown


def test_the_last_line_of_a_failure_can_be_pasted_back(project):
    result = project.consumer(NO_TAGS, via="sqs").pytest()
    pasted = next(line for line in result.outlines if line.startswith("pytest --ecr-cases '"))
    assert pasted == f"pytest --ecr-cases '{item('scan/sample@sqs')}'"
    project.pytest(pasted.removeprefix("pytest --ecr-cases '").removesuffix("'")).assert_outcomes(
        failed=1
    )


@pytest.mark.parametrize("option", ["-v", "--tb=long"])
def test_a_traceback_is_of_the_consumer_alone(project, option):
    shown = project.consumer(NO_TAGS).pytest(item("scan/no-tags"), option).stdout.str()
    assert "Traceback (most recent call last):" in shown
    assert "in handler" in shown
    assert (
        "ecr_contracts"
        not in shown[shown.index("Traceback") : shown.index("- Captured stdout call -")]
    )


def test_without_captured_output_the_command_is_shown_all_the_same(project):
    result = project.consumer(NO_TAGS).pytest(item("scan/no-tags"), "--show-capture=no")
    assert "looking at" not in result.stdout.str()
    assert (
        "pytest --ecr-cases 'pyproject.toml::src/app.py:handler[scan/no-tags]'" in result.outlines
    )


def test_output_is_seen_at_once_where_nothing_is_captured(project):
    result = project.consumer(GOOD.replace("return", "print('hello'); return")).pytest(
        item("scan/ordinary"), "-s"
    )
    result.assert_outcomes(passed=1)
    assert any("hello" in line for line in result.outlines)


def test_one_line_a_failure(project):
    result = project.consumer(NO_TAGS).pytest(item("scan/no-tags"), "--tb=line")
    assert any(
        "src/app.py:6: IndexError: list index out of range" in line for line in result.outlines
    )
    assert '"version"' not in result.stdout.str()


def test_long_events_are_cut(project, monkeypatch):
    monkeypatch.setattr("ecr_contracts.frontends.pytest.cases._EVENT_LINES", 5)
    monkeypatch.setattr("ecr_contracts.frontends.pytest.cases._EVENT_COLUMNS", 20)
    lines = project.consumer(NO_TAGS).pytest(item("scan/no-tags")).outlines
    event = lines[lines.index("{") :][:6]
    assert event[-1] == "…"
    assert all(len(line) <= 20 for line in event)
    assert event[3].endswith("…")


def test_every_error_of_a_call_is_told_and_advice_is_none(project):
    code = "def handler(event, context):\n    event.clear()\n    return {'when': {1, 2}}\n"
    result = project.consumer(code).pytest(item("scan/ordinary"))
    result.assert_outcomes(failed=1)
    assert "returns what JSON cannot carry: $.when is a set" in result.outlines
    assert "changes the event" not in result.stdout.str()
    project.consumer("def handler(event, context):\n    event.clear()\n").pytest().assert_outcomes(
        passed=len(CONSUMED)
    )


@pytest.mark.long
def test_a_consumer_that_ends_its_process_is_replaced(project):
    result = project.consumer("import os\ndef handler(event, context):\n    os._exit(3)\n").pytest(
        "-k", "no-tags or no-high"
    )
    result.assert_outcomes(failed=2, deselected=len(CONSUMED) - 2)
    assert "ends the process: the process ended with exit code 3" in result.outlines


def test_a_fault_of_ours_is_told_in_one_line_and_is_no_finding(project):
    (project.path / "conftest.py").write_text(
        "from ecr_contracts.engine.session import Session\n"
        "def give(*_):\n"
        "    raise AssertionError('a fault of ours')\n"
        "Session.give = give\n"
    )
    code = "def handler(event, context):\n    return 1\n"
    result = project.consumer(code).pytest_apart("-k", "no-tags")  # what it changes ends with it
    told = [line for line in result.outlines if "a fault of ecr-contracts itself" in line]
    assert told
    assert all("AssertionError: a fault of ours; please report it" in line for line in told[:1])
    assert "Traceback" not in result.stdout.str()


@pytest.mark.long
def test_a_consumer_that_does_not_answer_is_given_up(project):
    result = project.consumer(
        "import time\ndef handler(event, context):\n    time.sleep(60)\n", timeout=0.05
    ).pytest("-ra")
    result.assert_outcomes(failed=5, skipped=len(CONSUMED) - 5)
    assert "does not answer in time: no answer within 0.05 s" in result.outlines
    assert any("src/app.py:3  time.sleep(60)" in line for line in result.outlines)
    result.stdout.fnmatch_lines(
        [f"SKIPPED [[]{len(CONSUMED) - 5}] pyproject.toml:2: src/app.py:handler did not answer 5 *"]
    )


@pytest.mark.long
def test_a_consumer_that_cannot_be_loaded_is_one_error(project):
    result = project.consumer(BROKEN).pytest("-ra")
    result.assert_outcomes(failed=1, skipped=len(CONSUMED) - 1)
    assert result.stdout.str().count("it needs the module 'no_such_library'") == 1
    assert "Traceback" not in result.stdout.str()
    assert OURS not in result.stdout.str()
    result.stdout.fnmatch_lines(
        [
            "cannot use 'src/app.py:handler': it needs the module 'no_such_library', *",
            "  install it in this *",
        ]
    )
    result.stdout.fnmatch_lines(
        [f"SKIPPED [[]{len(CONSUMED) - 1}] pyproject.toml:2: src/app.py:handler cannot be loaded*"]
    )
    result = project.pytest("--tb=line")
    assert any(
        line.startswith("pyproject.toml:2: it needs the module 'no_such_library'")
        for line in result.outlines
    )


def test_a_missing_handler_is_named_with_the_likely_one(project):
    project.write(src__app=GOOD, pyproject_toml=table_of("app.py:handler"))
    result = project.pytest("-k", "no-tags")
    result.assert_outcomes(failed=1, deselected=len(CONSUMED) - 1)
    assert "  did you mean src/app.py:handler?" in result.outlines


def test_run_again_an_unloadable_consumer_fails_again(project):
    project.write(
        conftest="""
from _pytest.runner import runtestprotocol

def pytest_runtest_protocol(item, nextitem):
    runtestprotocol(item, nextitem=nextitem, log=False)
    for report in runtestprotocol(item, nextitem=nextitem, log=False):
        item.ihook.pytest_runtest_logreport(report=report)
    return True
"""
    )
    project.consumer(BROKEN).pytest("-k", "no-tags or no-high").assert_outcomes(
        failed=1, skipped=1, deselected=len(CONSUMED) - 2
    )


STRICT_DIGEST = """
import re

def handler(event, context):
    digest = event["detail"].get("image-digest")
    if digest is not None and not re.fullmatch("sha256:[0-9a-f]{64}", digest):
        raise ValueError(f"no digest: {digest}")
"""


def test_what_only_aws_misprints_makes_no_consumer_fail(project):
    result = project.consumer(STRICT_DIGEST).pytest("-rs")
    result.assert_outcomes(passed=len(CONSUMED) - 1, skipped=1)
    result.stdout.fnmatch_lines(
        ["SKIPPED [[]1] pyproject.toml:2: it fails for what AWS misprints in its sample*"]
    )


@pytest.mark.long
def test_unusual_text_hurts_nobody(project):
    code = "def handler(event, context):\n    print('\\ud800é')\n    int('\\ud800 ' + 'é')\n"
    message = "ValueError: invalid literal for int() with base 10: '\\ud800 é'"
    result = project.consumer(code).pytest(item("scan/ordinary"))
    assert message in result.outlines
    pytest.importorskip("xdist")
    spread = project.pytest_apart("-p", "xdist", "-n", "1", "-k", "no-tags or no-high")
    spread.assert_outcomes(failed=2)
    assert f"   {message}" in summary(spread)


# The summary
# --------------------------------------------------------------------------------------------------


NO_TAGS_FAULT = "IndexError when image-tags is empty (as in AWS's own sample) [ECR101]"


def test_thirty_failures_are_one_finding(project):
    code = "def handler(event, context):\n    return event['detail']['image-tag']\n"
    result = project.consumer(code).pytest()
    result.assert_outcomes(failed=len(SCANS), passed=1)
    assert summary(result) == [
        f"src/app.py:handler: {len(SCANS)} of {len(SCANS)} events fail",
        "",
        "1  KeyError on every scan [ECR101]",
        "   src/app.py:2  return event['detail']['image-tag']",
        "   no event gets any further, so what else may be wrong cannot be seen yet",
        "   mend: repair this line: every event gets here",
        f"   pytest --ecr-cases '{item('scan/ordinary')}'",
    ]


CANARY = """\
import hashlib, boto3
def handler(event, context):
    name = event["detail"]["repository-name"]
    if hashlib.sha256(name.encode()).hexdigest() != "0":
        return
    boto3.client("sns").publish(TopicArn="topic", Message=name)
"""
"""A handler that no event gets through, with a line to name."""


def test_an_effect_that_no_event_reaches_is_a_warning_and_an_error_where_it_is_strict(project):
    told = "no event got past src/app.py:4: it goes on only where"
    result = project.consumer(CANARY).pytest("-W", "default")
    result.assert_outcomes(passed=len(CONSUMED), warnings=1)
    [line] = [line for line in result.outlines if "UnreachedWarning" in line]
    assert told in line
    of_warnings = project.pytest("-W", "error")
    of_warnings.assert_outcomes(passed=len(CONSUMED) - 1, failed=1)
    assert told in "\n".join(of_warnings.outlines)
    strict = project.consumer(CANARY, strict=True).pytest()
    strict.assert_outcomes(passed=len(CONSUMED) - 1, failed=1)
    assert f"   {told}" in "\n".join(strict.outlines)
    assert "ecr-contracts check src/app.py:handler --kind scan" in "\n".join(strict.outlines)


def test_a_cause_is_found_among_those_that_pass(project):
    lines = summary(project.consumer(NO_TAGS).pytest())
    assert lines[0] == f"src/app.py:handler: 2 of {len(SCANS)} events fail"
    assert lines[2] == f"1  {NO_TAGS_FAULT}"
    assert lines[-1] == f"   pytest --ecr-cases '{item('scan/no-tags')}'"
    assert not any(line.startswith("2  ") for line in lines)


@pytest.mark.long
def test_the_findings_are_those_of_the_command_in_its_order(project):
    code = (Path(__file__).parents[2] / "examples" / "scan_to_chat" / "naive.py").read_text()
    lines = summary(project.consumer(code).pytest())
    verdict = session.check("src/app.py:handler", kinds=["scan"], **SINGLE)
    every = faults(verdict.findings)
    wanted = [finding_lines(*alternatives) for alternatives in every]
    told = [" ".join(one.split()) for one in re.split(r"\n\n\d+  ", "\n".join(lines))[1:]]
    assert len(told) == len(wanted) > 1
    for one, alternatives, ((_, head), *rest) in zip(told, every, wanted, strict=True):
        if alternatives[0].severity is Severity.WARNING:
            assert one.startswith(f"warning: {head}")
            continue
        assert one.startswith(head)
        # Code may be cut, the rest is wrapped; the last line is a command.
        assert all(" ".join(line.split()) in one for role, line in rest if role not in UNBROKEN)
        assert re.search(
            r" (pytest --ecr-cases 'pyproject.toml::src/app.py:handler\[\S+\]'"
            r"|ecr-contracts check src/app.py:handler --case \S+ --via lambda)$",
            one,
        )


def test_advice_is_told_beside_errors(project):
    lines = summary(
        project.consumer(
            NO_TAGS.replace("    print", "    event['seen'] = True\n    print")
        ).pytest()
    )
    assert any(
        line.startswith("2  warning: changes the event it is given on every scan") for line in lines
    )


WITHOUT_DIGEST = """
def handler(event, context):
    return event["detail"]["image-digest"]
"""


def test_what_only_events_show_that_nobody_has_seen_is_an_expected_failure(project):
    result = project.consumer(WITHOUT_DIGEST).pytest("-rx")
    assert result.ret == pytest.ExitCode.OK
    result.assert_outcomes(xfailed=1, passed=len(CONSUMED) - 1)
    assert summary(result) == [
        "src/app.py:handler: warning: KeyError at src/app.py:3 (scan/no-digest, registry)"
    ]
    result.stdout.fnmatch_lines(["XFAIL *no-digest* - a warning, for AWS's schema registry*"])


def test_so_it_is_in_a_marked_test_unless_strict_says_otherwise(project):
    failing = MARKED.replace('ecr_event["detail"]', 'ecr_event["detail"]["image-digest"]')
    project.write(test_a=failing)
    result = project.pytest()
    assert result.ret == pytest.ExitCode.OK
    result.assert_outcomes(xfailed=1, passed=len(SCANS) - 1)
    project.write(pyproject_toml="[tool.ecr-contracts]\nstrict = true\n")
    project.pytest().assert_outcomes(failed=1, passed=len(SCANS) - 1)


def test_what_any_event_shows_fails_on_those_that_nobody_has_seen_too(project):
    project.write(test_a=MARKED.replace('assert ecr_event["detail"]', "assert not ecr_event"))
    project.pytest().assert_outcomes(failed=len(SCANS))


@pytest.mark.parametrize("arguments", [[item("scan/no-tags")], ["-k", "no-high or no-low"]])
def test_no_summary_where_there_is_nothing_to_add(project, arguments):
    assert summary(project.consumer(NO_TAGS).pytest(*arguments)) == []


def test_several_failures_of_a_marked_test_are_explained(project):
    project.write(
        test_a=MARKED.replace(
            'assert ecr_event["detail"]', 'assert ecr_event["detail"]["image-tags"]'
        )
    )
    lines = summary(project.pytest())
    assert lines[0] == f"test_a.py::test_marked: 2 of {len(SCANS)} events fail"
    assert "1  AssertionError when image-tags is empty (as in AWS's own sample); KeyError" in lines
    assert '   test_a.py:6  assert ecr_event["detail"]["image-tags"]' in lines
    assert "   pytest 'test_a.py::test_marked[scan/no-tags]'" in lines
    assert "KeyError when image-tags is absent" in " ".join(" ".join(lines).split())
    assert summary(project.pytest("-k", "no-tags or no-high")) == []


def test_variants_of_a_test_that_fail_alike_are_told_once(project):
    failing = MARKED.replace('assert ecr_event["detail"]', 'ecr_event["detail"]["image-tags"][0]')
    project.write(
        test_a=failing.replace(
            "def test", "@pytest.mark.parametrize('n', [1, 2, 3])\ndef test"
        ).replace("(ecr_event", "(n, ecr_event"),
        test_b=failing,
        # Two tests that fail at the same line, and are no variants of one.
        reading='def first_tag(event):\n    return event["detail"]["image-tags"][0]\n',
        test_c="from reading import first_tag\n"
        + "".join(
            MARKED.replace('assert ecr_event["detail"]', "first_tag(ecr_event)").replace(
                "test_marked", name
            )
            for name in ("test_one", "test_other")
        ),
    )
    lines = summary(project.pytest())
    assert [line for line in lines if "events fail" in line and line.startswith("test")] == [
        f"test_a.py::test_marked, 3 variants alike: 2 of {len(SCANS)} events fail",
        f"test_b.py::test_marked: 2 of {len(SCANS)} events fail",
        f"test_c.py::test_one: 2 of {len(SCANS)} events fail",
        f"test_c.py::test_other: 2 of {len(SCANS)} events fail",
    ]


def test_skipped_and_expected_failures_count_for_nothing(project):
    project.write(
        test_a=MARKED.replace(
            'assert ecr_event["detail"]',
            "pytest.xfail('x') if 'resources' in ecr_event else pytest.skip('y')",
        )
    )
    result = project.pytest("-q")
    assert result.ret == pytest.ExitCode.OK
    assert summary(result) == []


def test_failing_setups_are_no_findings(project):
    project.write(
        test_a=MARKED.replace("(ecr_event", "(broken, ecr_event")
        + "\n@pytest.fixture\ndef broken(): raise RuntimeError('no database')\n"
    )
    result = project.pytest()
    result.assert_outcomes(errors=len(SCANS))
    assert summary(result) == []
    assert "pytest 'test_a.py::test_marked[scan/no-tags]'" in result.outlines


def test_misprints_are_not_blamed_for_what_real_events_do_as_well(project):
    project.write(
        test_a=MARKED.replace(
            'assert ecr_event["detail"]', 'ecr_event["detail"].get("image-tags", "x")[0]'
        )
    )
    lines = summary(project.pytest())
    assert [line for line in lines if re.match("[0-9]  ", line)] == [f"1  {NO_TAGS_FAULT}"]


@pytest.mark.long
def test_xdist_says_the_same(project):
    pytest.importorskip("xdist")
    code = NO_TAGS.replace("    return", f"{FAULT}    return")
    project.consumer(code, examples=60, probe=20).write(
        test_a=MARKED.replace('["detail"]', '["detail"]["image-tags"]')
    )
    alone = project.pytest()
    shutil.rmtree(project.path / ".ecr-contracts")  # what failed would come first
    spread = project.pytest_apart("-p", "xdist", "-n", "2")
    spread.assert_outcomes(failed=5, xfailed=1, passed=2 * len(SCANS) + 1 - 6)
    assert summary(spread) == summary(alone)
    assert any("ValueError where some value of " in line for line in summary(spread))
    shown = spread.stdout.str()
    assert "IndexError: list index out of range\nsrc/app.py:8  return" in shown
    assert "looking at" in shown
    assert f"\npytest --ecr-cases '{item('scan/no-tags')}'" in shown


# Coverage
# --------------------------------------------------------------------------------------------------


def covered(result):
    """The lines of the coverage at the end, if there are any."""
    lines = result.outlines
    starts = [
        number
        for number, line in enumerate(lines)
        if re.fullmatch("=+ ecr-contracts coverage =+", line)
    ]
    if not starts:
        return []
    assert len(starts) == 1
    ends = (
        number for number, line in enumerate(lines) if number > starts[0] and line.startswith("===")
    )
    return lines[starts[0] + 1 : next(ends)]


def told(*events):
    """What is to be told of some events."""
    found = coverage.coverage_of(map(coverage.choices_of, events))
    return [line for line, _ in coverage_lines(found, 80, more="-v")]


def events_of(*ids):
    return [cases.case(name).event for name in ids]


PARAMETRISED = """
import json, pathlib
import pytest

EVENTS = json.loads(pathlib.Path("events.json").read_text())

@pytest.mark.parametrize("event", EVENTS)
def test_event(event):
    event["detail"].clear()
"""


def test_marked_tests_and_consumers_are_counted(project):
    project.consumer(NO_TAGS).write(
        test_a=MARKED.replace('"scan"', '"push", via=["lambda", "sqs"]')
    )
    result = project.pytest("--ecr-coverage", "-k", "no-tag or no-tags or ordinary")
    result.assert_outcomes(passed=3, failed=3, deselected=len(project.ids()) - 6)
    pushes = events_of("push/ordinary", "push/no-tag")
    assert covered(result) == told(*pushes, *pushes, *events_of("scan/ordinary", "scan/no-tags"))


def test_every_case_of_a_kind_is_every_choice(project):
    lines = covered(project.write(test_a=MARKED).pytest("--ecr-coverage"))
    assert lines == told(*(case.event for case in cases.edge_cases("scan")))
    assert lines[0].startswith("scan: 56 of 56 choices, ")
    assert lines[1:] == ["", "delete, push, archive, artifact-action and 10 more: no events"]


def test_parameters_of_any_test_are_counted_as_they_were_given(project):
    events = events_of("scan/ordinary", "push/failure")
    events[1]["id"] = "5d4ff3f4-0d0c-4d0e-8f5b-7e0d8a9f3c11"
    (project.path / "events.json").write_text(json.dumps(events))
    project.write(test_a=PARAMETRISED)
    result = project.pytest("--ecr-coverage")
    result.assert_outcomes(passed=2)
    assert covered(result) == told(*events)
    assert any(line.endswith(" more (-v)") for line in told(*events))
    every = covered(project.pytest("--ecr-coverage", "-v"))
    assert not any("(-v)" in line for line in every)
    assert len(every) > len(told(*events))


def test_events_are_found_in_what_holds_them_and_odd_objects_are_no_trouble(project):
    project.write(
        test_a="""
import pytest
from ecr_contracts import case, delivery

class Odd:
    @property
    def __class__(self): raise RuntimeError("unbound")
    def __getattr__(self, name): raise RuntimeError(name)
    def __eq__(self, other): raise RuntimeError("compared")
    __hash__ = None

class OddDict(dict):
    def __contains__(self, key): raise RuntimeError(key)
    def values(self): raise RuntimeError("values")

class OddList(list):
    def __iter__(self): raise RuntimeError("iterated")

def event(name, **more): return case(name).event | more

endless = []
endless.append(endless)
deep = event("scan/ordinary")
for _ in range(5000): deep = {"source": "aws.ecr", "detail-type": "ECR Image Scan", "detail": deep}

@pytest.mark.parametrize("value", [
    [event("scan/no-tags"), event("push/no-tag")],
    (event("scan/failed"), 3),
    {"event": event("scan/no-high"), "wanted": "high"},
    case("scan/no-digest"),
    [[event("delete/ordinary")]],
    delivery.carry([event("scan/zero-high"), event("push/failure")], "kinesis"),
    event("scan/ordinary", source="mine"),
    event("scan/ordinary", account=Odd()),
    event("scan/ordinary", account=object()),
    {"source": Odd(), "detail-type": 7},
    {"source": 1, "detail-type": 7}, {"source": 1}, {}, [], (), None, 7, "text", b"", int,
    OddDict(a=1), OddList([1]), [Odd()], {1: Odd()}, endless, deep,
], ids=lambda value: 'x')
def test_value(value): pass
"""
    )
    result = project.pytest("--ecr-coverage")
    assert result.ret == pytest.ExitCode.OK
    good = events_of("scan/no-tags", "push/no-tag", "scan/failed", "scan/no-high", "scan/no-digest")
    good += events_of("scan/zero-high", "push/failure")
    wrong = [cases.case("scan/ordinary").event | {"account": object()}] * 2
    foreign = cases.case("scan/ordinary").event | {"source": "mine"}
    assert covered(result) == told(*good, *wrong, foreign)


@pytest.mark.long
def test_what_did_not_run_is_not_counted(project):
    project.write(
        test_a=MARKED.replace("(ecr_event", "(choosy, ecr_event").replace(
            "assert", "pytest.skip('x') #"
        )
        + """
@pytest.fixture
def choosy(ecr_event):
    if "image-tags" not in ecr_event["detail"]:
        pytest.skip("no tags")
    assert ecr_event["region"] == "us-east-1"
""",
        test_b=MARKED.replace('"scan")', '"push")\n@pytest.mark.skip'),
    )
    result = project.pytest("--ecr-coverage")
    ran = [case.event for case in cases.edge_cases("scan")]
    ran = [
        event for event in ran if "image-tags" in event["detail"] and event["region"] == "us-east-1"
    ]
    assert covered(result) == told(*ran)
    assert 0 < len(ran) < len(SCANS)


def test_a_consumer_that_cannot_be_loaded_got_nothing(project):
    lines = covered(project.consumer(BROKEN).pytest("--ecr-coverage"))
    assert lines == ["delete, push, scan, archive and 11 more: no events"]


@pytest.mark.long
def test_coverage_is_the_same_from_several_processes(project):
    pytest.importorskip("xdist")
    (project.path / "events.json").write_text(
        json.dumps(events_of("scan/no-tags", "push/failure", "push/no-digest"))
    )
    project.consumer(NO_TAGS, kinds=["delete"]).write(test_a=PARAMETRISED, test_b=MARKED)
    alone = covered(project.pytest("--ecr-coverage"))
    assert covered(project.pytest_apart("-p", "xdist", "-n", "2", "--ecr-coverage")) == alone
    assert any(line.startswith("delete: ") for line in alone)
    assert f"in {len(SCANS) + 1} events" in "\n".join(alone)


@pytest.mark.parametrize(
    "arguments", [[], ["--ecr-coverage", "--collect-only"], ["--ecr-coverage", "--ecr-list"]]
)
def test_no_coverage_where_none_is_asked_for_or_nothing_runs(project, arguments):
    assert covered(project.write(test_a=MARKED).pytest(*arguments)) == []


STRANGERS = """
import json, pytest
from ecr_contracts import case

PUSH = case("push/ordinary").event

@pytest.mark.parametrize("event", [
    PUSH, PUSH | {"source": "com.acme"}, PUSH | {"detail-type": "ECR Foo Action"},
])
def test_it(event):
    assert event
"""


def test_coverage_names_events_that_no_contract_describes(project):
    lines = covered(project.write(test_a=STRANGERS).pytest("--ecr-coverage"))
    words = " ".join(lines)
    assert lines[0].startswith("push: ")
    assert "in 1 event" in lines[0]
    assert (
        "not counted: 2 events that no contract here describes, 1 of com.acme, "
        '1 of aws.ecr ("ECR Foo Action")'
    ) in words


def test_coverage_without_a_terminal_or_tests(project):
    kinds = f"delete, push, scan, archive and {len(kind_names()) - 4} more"
    assert covered(project.pytest("--ecr-coverage")) == [f"{kinds}: no events"]
    result = project.write(test_a=MARKED).pytest("--ecr-coverage", "-p", "no:terminal")
    assert (result.ret, covered(result)) == (pytest.ExitCode.OK, [])


@pytest.mark.long
def test_causes_are_told_by_further_calls(project):
    """The cases alone cannot tell which of their choices it takes."""
    code = """
def handler(event, context):
    detail = event["detail"]
    if "image-digest" not in detail and event["resources"] == [] and detail.get("image-tags") == []:
        raise ValueError("three")
    return event["id"]
"""
    project.consumer(code, strength=2, strict=True)
    result = project.pytest()
    words = " ".join(" ".join(summary(result)).split())
    exact = "resources is empty, image-digest is absent and image-tags is empty"
    assert f"1 ValueError when {exact}" in words
    assert " src/app.py:5 raise ValueError" in words
    assert " 2 " not in words.partition("src/app.py:5")[0]
    assert " ".join(result.stdout.str().split()).count(f"ValueError when {exact}") == 1
    project.consumer(code, strength=2, probe=0, strict=True)
    assert exact not in " ".join(" ".join(summary(project.pytest())).split())


def test_the_process_that_tells_causes_is_one_of_its_own_and_ends(project):
    code = NO_TAGS.replace("    print", "    open('pids', 'a').write(f'{os.getpid()} ')\n    print")
    project.consumer(f"import os\n{code}", **WRITES).write(
        conftest="""
import os, sys
import pytest

@pytest.hookimpl(wrapper=True)
def pytest_terminal_summary(terminalreporter):
    before = os.getcwd(), sys.path[:], sys.argv[:], set(sys.modules), dict(os.environ)
    yield
    after = os.getcwd(), sys.path[:], sys.argv[:], set(sys.modules), dict(os.environ)
    new = {name for name in after[3] - before[3] if name.partition(".")[0] in ("app", "src")}
    same = before[:3] + before[4:] == after[:3] + after[4:]
    terminalreporter.write_line(f"as it was: {same and not new}")
"""
    )
    result = project.pytest("-k", "not explore")
    assert "as it was: True" in result.outlines
    pids = list(dict.fromkeys(map(int, (project.path / "src" / "pids").read_text().split())))
    assert len(pids) == 2
    assert os.getpid() not in pids
    assert not any(map(is_alive, pids))


def test_a_consumer_that_can_be_loaded_once_is_explained_by_its_cases(project):
    once = "import pathlib\npathlib.Path('loaded').touch(exist_ok=False)\n"
    lines = summary(project.consumer(once + NO_TAGS).pytest())
    assert f"1  {NO_TAGS_FAULT}" in lines


# Beyond the cases
# --------------------------------------------------------------------------------------------------

# No case has such a digest.
# A digest that ends with 0 or 1; put so that no comparison names a value, which would be a case.
FAULT = """\
    if 48 <= ord(event['detail'].get('image-digest', 'none')[-1]) < 50:
        raise ValueError('a digit')
"""
VALUED = f"def handler(event, context):\n{FAULT}    return event['id']\n"
IDLE = "def handler(event, context):\n    return None\n"
DIGEST_DECIDES = "where some value of image-digest decides: "


SCANS_ALONE = """
def handler(event, context):
    open("called", "a").write(".")
    if not event["detail-type"].endswith("Scan"):
        raise KeyError("no scan")
"""


def test_collecting_calls_nobody_and_what_only_calls_can_tell_is_told_by_the_run(project):
    project.consumer(SCANS_ALONE, kinds=None)
    collected = project.ids()
    assert not (project.path / "src" / "called").exists()
    assert {*map(item, SCANS), EXPLORE} < set(collected)
    result = project.pytest("-rs", "-k", "ordinary or explore")
    result.assert_outcomes(passed=2, skipped=2, deselected=len(collected) - 4)
    result.stdout.fnmatch_lines(
        [
            "SKIPPED [[]1] pyproject.toml:2: src/app.py:handler gets no push events: it lets no "
            "other of AWS's samples through"
        ]
    )


def test_alone_the_item_for_what_is_beyond_fails_by_what_no_other_item_shows(project):
    project.consumer(NO_TAGS)
    result = project.pytest("-k", "explore")
    result.assert_outcomes(failed=1, deselected=len(SCANS))
    assert NO_TAGS_FAULT in result.outlines
    project.pytest("-k", "explore or no-tags or sample").assert_outcomes(
        passed=1, failed=2, deselected=len(SCANS) - 2
    )


def test_each_entry_of_a_handler_has_its_own_findings(project):
    code = "def handler(event, context):\n    event['detail']['image-tag']\n"
    rest = 'handler = "src/app.py:handler", strength = 1, examples = 0'
    scans, pushes = (f'{{ {rest}, kinds = ["{kind}"] }}' for kind in ("scan", "push"))
    table = f"[tool.ecr-contracts]\nconsumers = [\n  {scans},\n  {pushes},\n]\n"
    project.write(src__app=code, pyproject_toml=table)
    whole = summary(project.pytest())
    assert [line for line in whole if " events fail" in line and "(" in line] == [
        f"src/app.py:handler (line 3): {len(SCANS)} of {len(SCANS)} events fail",
        f"src/app.py:handler (line 4): 1 of {len(cases.edge_cases('push'))} events fail",
    ]
    part = summary(project.pytest("-k", "not explore-2"))
    assert [line for line in part if line[:3] == "1  "] == [
        "1  KeyError on every scan [ECR101]",
        "1  KeyError when image-tag is absent (AWS's own code handles such events)",
    ]


def test_an_event_that_is_left_out_says_why(project):
    code = """
import time

def handler(event, context):
    if "image-tags" not in event["detail"]:
        time.sleep(60)
"""
    project.consumer(code, strength=2, timeout=0.2)
    result = project.pytest("-rs", "-k", "absent-tags or pairs")
    reasons = {line.partition("handler ")[2] for line in result.outlines if "SKIPPED" in line}
    assert reasons == {"did not answer another event that has the same choices"}


RULE = """
{"source": ["aws.ecr"], "detail-type": ["ECR Image Scan"],
 "detail": {"repository-name": ["shop/api"]}}
"""


def test_a_rule_that_names_a_repository_hides_no_fault(project):
    project.consumer(NOTING, **WRITES, kinds=None, examples=5)
    (project.path / "src" / "pattern.json").write_text(RULE)
    project.pytest()
    given = noted(project)
    assert any(event["detail"].get("image-tags") == [] for event in given)
    assert any(event["detail"]["repository-name"] == "shop/api" for event in given)
    project.consumer(NO_TAGS, kinds=None)
    assert project.pytest().parseoutcomes()["failed"] >= 1


SHOPS = """{"source": ["aws.ecr"], "detail-type": ["ECR Image Scan"],
 "detail": {"repository-name": ["shop/api", {"prefix": "shop/web"}]}}
"""
OF_SHOPS = """
def handler(event, context):
    detail = event["detail"]
    if detail["repository-name"].startswith("shop/web"):
        raise ValueError("web")
    return detail["repository-name"], detail["image-tags"][0]
"""


def test_choices_that_a_rule_makes_are_told_in_every_report(project):
    project.consumer(OF_SHOPS, kinds=None, rule="rule.json")
    (project.path / "rule.json").write_text(SHOPS)
    result = project.pytest("--ecr-coverage")
    outcomes = result.parseoutcomes()
    assert "INTERNALERROR" not in result.stdout.str() + result.stderr.str()
    assert outcomes["failed"] >= 3
    told = " ".join(result.outlines)
    # Each item tells only in what its event differs from the others that reach the handler.
    assert "scan/deep-repository (documented): $.detail.repository-name is deep" in told
    assert "scan/no-tags (documented): $.detail.image-tags is empty" in told
    lines = summary(result)
    assert any('ValueError when repository-name is not "shop/api"' in line for line in lines)
    assert covered(result)
    assert covered(project.pytest("--ecr-coverage", "--tb=no", "-k", "no-tags")) != []
    listed = project.pytest("--ecr-list").stdout.str()
    assert re.search(r"scan/ordinary +documented +the ordinary event", listed)


@pytest.mark.long
def test_choices_that_a_rule_makes_are_carried_by_xdist(project):
    pytest.importorskip("xdist")
    project.consumer(OF_SHOPS, kinds=None, rule="rule.json", examples=20)
    (project.path / "rule.json").write_text(SHOPS)
    alone = project.pytest("--ecr-coverage")
    shutil.rmtree(project.path / ".ecr-contracts")  # what failed would come first
    spread = project.pytest_apart("-p", "xdist", "-n", "2", "--ecr-coverage")
    assert summary(spread) == summary(alone)
    assert covered(spread) == covered(alone)


def test_a_consumer_without_its_rule_has_the_items_of_the_whole_contract(project):
    project.consumer(OF_SHOPS, kinds=None, rule="rule.json", unshielded=True)
    (project.path / "rule.json").write_text(SHOPS)
    unshielded = project.ids()
    assert set(unshielded) >= set(CONSUMED)
    project.consumer(OF_SHOPS, kinds=None, rule="rule.json")
    assert not set(project.ids()) >= set(CONSUMED)
    (project.path / "rule.json").unlink()
    project.consumer(OF_SHOPS)  # whose own code compares a name
    assert unshielded == project.ids()


def test_a_rule_that_is_not_there_is_told_with_its_key(project):
    result = project.consumer(OF_SHOPS, rule="no.json").pytest()
    assert result.ret == pytest.ExitCode.INTERRUPTED
    assert "consumers[0].rule: no.json: No such file" in " ".join(result.outlines)


@pytest.mark.parametrize(
    ("detail", "words"),
    [
        ({"repository_name": ["shop/api"]}, "a scan event has no $.detail.repository_name"),
        ({"scan-status": ["SUCCESS"]}, "never"),
    ],
)
def test_a_rule_that_lets_nothing_through_is_no_green(project, detail, words):
    project.consumer(NO_TAGS, kinds=None)
    pattern = json.loads(RULE) | {"detail": detail}
    (project.path / "src" / "pattern.json").write_text(json.dumps(pattern))
    result = project.pytest()
    assert result.ret != 0
    assert result.parseoutcomes() == {"failed": 1}
    assert words in " ".join(result.outlines)
    assert "Traceback" not in result.stdout.str()


def test_a_consumer_that_nothing_reaches_does_not_keep_others_from_being_judged(project):
    pattern = json.loads(RULE) | {"detail": {"scan-status": ["SUCCESS"]}}
    project.consumer(NO_TAGS, kinds=None).write(test_a=ONE_TEST)
    (project.path / "src" / "pattern.json").write_text(json.dumps(pattern))
    table = table_of("src/app.py:handler", "good.py:handler", kinds=None)
    project.write(pyproject_toml=table, good=GOOD)
    result = project.pytest("-rA")
    assert result.parseoutcomes()["failed"] == 1
    assert result.parseoutcomes()["passed"] > 1
    assert f"FAILED {EXPLORE} - " in result.stdout.str()
    assert "PASSED test_a.py::test_one" in result.stdout.str()


@pytest.mark.parametrize(
    ("keys", "strength"),
    [
        (USUAL, 2),
        ({"strength": 1, "examples": 3}, 1),
        ({"strength": None, "examples": 0}, 2),  # relations and batches are checked all the same
    ],
    ids=["usual", "singles", "no other values"],
)
def test_a_consumer_has_an_item_for_each_case_and_one_for_what_is_beyond(project, keys, strength):
    wanted = [item(case.id) for case in cases.edge_cases("scan", strength)]
    assert project.consumer(GOOD, **keys).ids() == [*wanted, EXPLORE]


def test_a_right_consumer_passes_beyond_the_cases(project):
    result = project.consumer(GOOD, kinds=["delete"], examples=30).pytest()
    result.assert_outcomes(passed=len(cases.edge_cases("delete")) + 1)
    assert summary(result) == []


@pytest.mark.long
def test_what_only_other_values_show_is_found_beyond_the_cases(project):
    result = project.consumer(VALUED, examples=60).pytest()
    result.assert_outcomes(failed=1, passed=len(SCANS))
    lines = summary(result)
    assert lines[0] == f"src/app.py:handler: 1 of {len(SCANS) + 1} events fail"
    assert lines[2].startswith("1  ValueError where some value of ")
    assert "   src/app.py:3  raise ValueError('a digit')" in lines
    assert any(' fails with image-digest "sha25…' in line for line in lines)
    assert lines[-1] == f"   pytest --ecr-cases '{EXPLORE}'"
    assert OURS not in result.stdout.str()
    again = project.pytest(lines[-1].strip().removeprefix("pytest --ecr-cases '")[:-1])
    again.assert_outcomes(failed=1)
    told = next(line for line in again.outlines if line.startswith("   the event: "))
    event = json.loads(told.partition(": ")[2])
    assert event["detail"]["image-digest"][-1] in "01"
    assert f"pytest --ecr-cases '{EXPLORE}'" in again.outlines


def test_a_value_that_the_code_compares_is_found_by_a_case(project):
    code = VALUED.replace("if 48 <= ord(", "if (").replace("[-1]) < 50", ").endswith(('0', '1'))")
    result = project.consumer(code, examples=60).pytest()
    result.assert_outcomes(failed=1, passed=len(SCANS) + 1)  # one case more, and what is beyond
    told = " ".join(" ".join(summary(result)).split())
    assert "1 ValueError when image-digest ends with " in told
    assert "(compared in src/app.py:2" in told


def test_what_the_cases_show_is_not_told_again(project):
    project.consumer(NO_TAGS, examples=30).pytest().assert_outcomes(failed=2, passed=len(SCANS) - 1)


def test_a_consumer_that_does_nothing_fails_beyond_the_cases_alone(project):
    result = project.consumer(IDLE, kinds=["delete"], examples=1).pytest()
    result.assert_outcomes(failed=1, passed=len(cases.edge_cases("delete")))
    assert result.outlines.count("does the same with every delete event [ECR403]") == 1
    assert f"pytest --ecr-cases '{EXPLORE}'" in result.outlines


WRITES = {"allow-write": ["src"]}
NOTING = """
import json

def handler(event, context):
    with open("events", "a") as file:
        print(json.dumps(event), file=file)
    return event["id"]
"""


def noted(project):
    return [json.loads(line) for line in (project.path / "src" / "events").read_text().splitlines()]


def test_beyond_the_cases_kinds_may_be_chosen(project):
    project.consumer(NOTING, **WRITES, kinds=["scan", "push"], examples=5)
    result = project.pytest("--ecr-kind", "push")
    singles = len(cases.edge_cases("push"))
    result.assert_outcomes(passed=singles + 1, deselected=len(SCANS))
    events = noted(project)
    assert {event["detail-type"] for event in events} == {"ECR Image Action"}
    assert len(events) >= singles + 5  # each case is given once, then others
    result = project.pytest("--ecr-kind", "delete", "-rs")
    assert result.ret == pytest.ExitCode.OK
    result.stdout.fnmatch_lines(
        ["SKIPPED [[]1] pyproject.toml:2: no delete events reach src/app.py:handler"]
    )


@pytest.mark.parametrize(("key", "option"), [("inferred", "registry"), ("registry", "inferred")])
def test_beyond_the_cases_weak_evidence_may_be_left_out(project, key, option):
    """The stronger of what the configuration and the option ask for holds."""
    from ecr_contracts.events.compile import reader

    project.consumer(NOTING, **WRITES, kinds=["delete"], examples=30, evidence=key)
    project.pytest("--ecr-evidence", option, EXPLORE).assert_outcomes(passed=1)
    found = [cases.of_event(reader.contract("delete"), event) for event in noted(project)]
    found = [
        case for case in found if None not in case.labels.values()
    ]  # AWS's sample has misprints
    assert len(found) > 10
    assert all(case.evidence >= Evidence.REGISTRY for case in found)
    assert not all(case.evidence >= Evidence.DOCUMENTED for case in found)


def beside(project, code, **keys):
    """A run of a consumer's item beyond the cases, and of another consumer beside it."""
    project.write(src__app=code, src__other=GOOD)
    keys = {"kinds": ["scan"], "strength": 1, "examples": 100, **keys}
    project.write(pyproject_toml=table_of("src/app.py:handler", "src/other.py:handler", **keys))
    return project.pytest("-k", "explore or no-tags", "-rs")


def test_a_consumer_that_cannot_be_loaded_is_one_failure_beyond_the_cases_too(project):
    result = beside(project, BROKEN)
    result.assert_outcomes(failed=1, passed=2, skipped=1, deselected=2 * len(SCANS) - 2)
    assert result.stdout.str().count("it needs the module 'no_such_library'") == 1
    result.stdout.fnmatch_lines(
        ["SKIPPED [[]1] pyproject.toml:2: src/app.py:handler cannot be loaded, as *"]
    )
    alone = project.pytest(EXPLORE)
    alone.assert_outcomes(failed=1)
    assert (
        "cannot use 'src/app.py:handler': it needs the module 'no_such_library', "
        in alone.stdout.str()
    )
    assert OURS not in alone.stdout.str()


@pytest.mark.long
@pytest.mark.parametrize(
    ("fault", "keys", "words"),
    [
        ("time.sleep(60)", {"timeout": 0.3}, f"does not answer in time {DIGEST_DECIDES}"),
        ("os._exit(3)", {"probe": 5}, "ends the process on "),
        ("sys.exit(3)", {}, f"ends the process {DIGEST_DECIDES}"),
    ],
    ids=["hangs", "kills its process", "exits"],
)
def test_a_consumer_that_ends_badly_is_one_failure_beyond_the_cases(
    project, monkeypatch, fault, keys, words
):
    monkeypatch.setattr("ecr_contracts.engine.explore._SHRINKS", 5)  # each costs a process
    code = "import os, sys, time\n" + VALUED.replace("raise ValueError('a digit')", fault)
    result = beside(project, code, examples=60, strict=True, **keys)
    result.assert_outcomes(failed=1, passed=3, deselected=2 * len(SCANS) - 2)
    assert any(line.startswith(words) for line in result.outlines)
    assert any(line.startswith(f"1  {words}".rstrip()) for line in summary(result))
    assert OURS not in result.stdout.str()


@pytest.mark.long
def test_a_consumer_that_never_answers_is_given_up_beyond_the_cases_too(project):
    code = "import time\ndef handler(event, context):\n    time.sleep(60)\n"
    result = project.consumer(code, examples=50, timeout=0.05).pytest(EXPLORE)
    result.assert_outcomes(failed=1)
    assert "does not answer in time on every scan [ECR104]" in result.outlines
    assert "   no answer within 0.05 s" in result.outlines


def test_the_marker_selects_what_is_beyond_the_cases_too(project):
    assert EXPLORE in project.consumer(GOOD, examples=1).ids("-m", "ecr_contract")


# Guests and hosts
# --------------------------------------------------------------------------------------------------

HEAVY = {"hypothesis", "jsonschema", "jsonschema_rs", "pydantic", "rich"}


def loaded(folder, *arguments):
    """The modules that a run of pytest has loaded at its end."""
    code = (
        "import json, pytest, sys; code = pytest.main(sys.argv[1:]); "
        "print(json.dumps([code, *sys.modules]))"
    )
    environment = {
        key: value for key, value in os.environ.items() if not key.startswith(("PYTEST", "COV"))
    }
    finished = subprocess.run(
        [sys.executable, "-c", code, "-q", "-p", "no:cacheprovider", *arguments],
        cwd=folder,
        env=environment | {"PYTEST_DISABLE_PLUGIN_AUTOLOAD": "1"},
        capture_output=True,
        text=True,
        check=True,
    )
    code, *modules = json.loads(finished.stdout.splitlines()[-1])
    return code, {module for module in modules if not module.startswith("_")}


@keeping(lambda files, code: len(files) == 1)
@pytest.mark.parametrize(
    ("files", "code"),
    [
        ({}, 5),
        ({"test_a.py": ONE_TEST}, 0),
        (
            {
                "test_a.py": ONE_TEST,
                "pyproject.toml": "[project]\nname = 'x'\ndependencies = ['ecr-contracts']\n",
            },
            0,
        ),
    ],
    ids=["empty", "one test", "a dependency"],
)
def test_nothing_is_loaded_until_it_is_used(tmp_path, files, code):
    for name, text in files.items():
        (tmp_path / name).write_text(text)
    found, without = loaded(tmp_path)
    assert found == code
    found, with_us = loaded(tmp_path, "-p", "ecr_contracts")
    assert found == code
    assert not {module for module in with_us if module.partition(".")[0] in HEAVY}
    assert with_us - without <= PLUGIN | {
        module for module in with_us if module.startswith("importlib")
    }


@pytest.mark.long
def test_a_used_plugin_is_light_until_something_fails(project):
    project.consumer(GOOD).write(test_a=MARKED)
    found, modules = loaded(project.path, "-p", "ecr_contracts")
    assert found == 0
    assert "ecr_contracts.engine.session" in modules
    assert "ecr_contracts.frontends.pytest.coverage" not in modules
    assert not {module for module in modules if module.partition(".")[0] in HEAVY}


@pytest.mark.parametrize(
    "arguments",
    long_but(
        ["-W", "error"].__eq__,
        [
            ["-W", "error"],
            ["--strict-markers", "--strict-config"],
            ["-p", "no:cacheprovider"],
            ["--import-mode=importlib"],
            ["-p", "no:terminal"],
            ["-p", "no:skipping"],
        ],
    ),
    ids=" ".join,
)
def test_however_strict_or_bare_the_suite_is(project, arguments):
    project.consumer(NO_TAGS).write(tests__test_a=MARKED)
    result = project.pytest_apart(*arguments, "--junitxml=junit.xml")
    assert result.ret == pytest.ExitCode.TESTS_FAILED
    suite = ElementTree.parse(project.path / "junit.xml").getroot()[0]
    assert (suite.get("tests"), suite.get("failures"), suite.get("errors")) == (
        str(len(CONSUMED) + len(SCANS)),
        "2",
        "0",
    )
    assert {failure.get("message") for failure in suite.iter("failure")} == {
        "IndexError: list index out of range"
    }


def test_junit_has_the_finding_and_nothing_of_ours_beside(project):
    project.consumer(NO_TAGS).pytest(
        item("scan/no-tags"), "--junitxml=junit.xml", "-o", "junit_logging=all"
    )
    (case,) = ElementTree.parse(project.path / "junit.xml").getroot().iter("testcase")
    assert case.get("name") == "src/app.py:handler[scan/no-tags]"
    failure = case.find("failure")
    assert failure.get("message") == "IndexError: list index out of range"
    assert "$.detail.image-tags is empty" in failure.text
    assert "looking at" in case.find("system-out").text
    assert case.find("properties") is None


@pytest.mark.parametrize("plugin", ["randomly", "pytest_cov"])
def test_beside_other_plugins(project, plugin):
    pytest.importorskip({"randomly": "pytest_randomly"}.get(plugin, plugin))
    name, *options = {"randomly": ["randomly"], "pytest_cov": ["pytest_cov", "--cov=src"]}[plugin]
    project.consumer(NO_TAGS).write(test_a=MARKED.replace('["detail"]', '["detail"]["image-tags"]'))
    alone = project.pytest()
    beside = project.pytest_apart("-p", name, *options)
    assert beside.parseoutcomes() == alone.parseoutcomes()
    beside.assert_outcomes(failed=4, passed=len(CONSUMED) + len(SCANS) - 5, xfailed=1)
    assert summary(beside) == summary(alone) != []


@pytest.mark.long
def test_last_failed_and_first_failure(project):
    project.consumer(NO_TAGS)
    project.pytest().assert_outcomes(failed=2, passed=len(CONSUMED) - 2)
    project.pytest("--lf").assert_outcomes(failed=2)
    project.pytest("-x").assert_outcomes(failed=1)


@pytest.mark.long
def test_the_source_is_read_off_at_each_run(project):
    """A consumer is loaded afresh, so that a mended one is green at once."""
    project.consumer(NO_TAGS).pytest().assert_outcomes(failed=2, passed=len(CONSUMED) - 2)
    project.consumer(GOOD).pytest().assert_outcomes(passed=len(CONSUMED))


def is_alive(pid):
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    return True


def test_no_process_outlives_a_run(project):
    code = (
        "import os, pathlib\ndef handler(event, context):\n"
        "    pathlib.Path('pid').write_text(str(os.getpid()))\n"
    )
    project.consumer(code, **WRITES).pytest().assert_outcomes(passed=len(CONSUMED))
    pid = int((project.path / "src" / "pid").read_text())
    assert pid != os.getpid()
    assert not is_alive(pid)


@pytest.mark.long
def test_no_process_outlives_an_interrupted_run(project):
    code = (
        "import os, pathlib\ndef handler(event, context):\n"
        "    pathlib.Path('pid').write_text(str(os.getpid()))\n"
    )
    # Sleeps pass at once; this waits until the process ends.
    project.consumer(code + "    os.read(os.pipe()[0], 1)\n", **WRITES, timeout=100)
    run = subprocess.Popen(
        [sys.executable, "-m", "pytest", "-p", "ecr_contracts"],
        cwd=project.path,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )
    pid = project.path / "src" / "pid"
    try:
        deadline = time.monotonic() + 20
        while not (pid.exists() and pid.read_text()) and time.monotonic() < deadline:
            time.sleep(0.02)
        run.send_signal(signal.SIGINT)
        shown, _ = run.communicate(timeout=20)
    finally:
        run.kill()
    assert "KeyboardInterrupt" in shown
    assert not is_alive(int(pid.read_text()))


def test_exceptions_that_cannot_be_read_are_no_trouble(project):
    project.write(
        test_a="class Unreadable(Exception):\n    def __str__(self): raise self\n"
        + MARKED.replace('assert ecr_event["detail"]', "raise Unreadable")
    )
    lines = summary(project.pytest("--tb=no"))
    assert lines[2] == "1  Unreadable on every scan [ECR101]"


@pytest.mark.long
def test_consumers_of_the_same_name_are_told_apart(project):
    table = table_of("app.py:handler")
    project.write(
        pytest_ini="[pytest]", a__app=NO_TAGS, b__app="def handler(event, context): 1 / 0"
    )
    project.write(a__pyproject_toml=table, b__pyproject_toml=table)
    lines = summary(project.pytest("a/pyproject.toml", "b/pyproject.toml", "--tb=no"))
    assert [line for line in lines if "events fail" in line and not line.startswith(" ")] == [
        f"a/pyproject.toml::app.py:handler: 2 of {len(SCANS)} events fail",
        f"b/pyproject.toml::app.py:handler: {len(SCANS)} of {len(SCANS)} events fail",
    ]


def test_a_file_that_cannot_be_read_as_toml_is_one_error(project):
    """Where pytest itself does not read it."""
    project.write(pytest_ini="[pytest]", pyproject_toml="# ecr-contracts\nx = [", test_a=ONE_TEST)
    result = project.pytest("-c", "pytest.ini", "--rootdir", ".")
    result.assert_outcomes(errors=1)
    assert any("pyproject.toml: the file is not TOML: " in line for line in result.outlines)
