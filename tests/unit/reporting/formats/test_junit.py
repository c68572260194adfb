"""JUnit's XML: what is a case, and what is a failure, an error or skipped."""

from __future__ import annotations

from xml.etree import ElementTree

from ecr_contracts.core.findings import Severity
from ecr_contracts.reporting.formats.registry import document
from ecr_contracts.reporting.formats.run import Unjudged
from tests.unit.reporting.formats.made import run, verdict
from tests.unit.reporting.made import FINDING, with_


def suites(*verdicts, **changes):
    return list(ElementTree.fromstring(document("junit", run(*verdicts, **changes))))


def cases(suite):
    """The names of the cases of a suite, each with what came of it."""
    outcomes = {}
    for case in suite.iter("testcase"):
        tags = [child.tag for child in case if child.tag != "system-out"]
        outcomes[case.get("name")] = tags[0] if tags else "passes"
    return outcomes


def test_each_kind_and_way_is_a_case():
    elsewhere = with_(via="sqs", kind="push", group="other")
    [suite] = suites(verdict(FINDING, elsewhere))
    assert suite.get("name") == "app.py:handler"
    assert cases(suite) == {"scan via lambda": "failure", "push via sqs": "failure"}
    assert (suite.get("tests"), suite.get("failures"), suite.get("time")) == ("2", "2", "1.500")


def test_the_faults_of_a_case_are_one_failure():
    other = with_(check="exits", group="other")
    [suite] = suites(verdict(FINDING, other))
    [failure] = suite.iter("failure")
    assert failure.get("message").startswith("2 faults: ECR101 IndexError when image-tags is empty")
    assert failure.get("type") == "several"
    assert "ECR103 ends the process" in failure.text
    assert "  ecr-contracts check app.py:handler --case scan/no-tags" in failure.text


def test_advice_is_no_failure():
    advice = with_(check="mutates", severity=Severity.WARNING)
    [suite] = suites(verdict(advice))
    assert cases(suite) == {"scan via lambda": "passes"}
    assert "ECR110" in suite.find("testcase/system-out").text


def test_what_never_ran_is_no_case_that_passes():
    [suite] = suites(verdict(is_interrupted=True, findings=()))
    assert cases(suite) == {"scan via lambda": "skipped"}
    [suite] = suites(verdict(is_stopped=True, planned=9, findings=()))
    assert cases(suite) == {"scan via lambda": "skipped"}
    assert suite.find("testcase/skipped").get("message") == (
        "the time was over: 2 of 9 events were given"
    )
    [suite] = suites(verdict(trials=(), findings=(), is_interrupted=True))
    assert cases(suite) == {"events": "skipped"}


def test_what_could_not_be_judged_is_an_error():
    unjudged = Unjudged("lost.py:handler", "no such file\n  mend it")
    _, suite = suites(unjudged=(unjudged,))
    assert cases(suite) == {"can be judged": "error"}
    assert suite.find("testcase/error").get("message") == "no such file"
    assert suite.find("testcase/error").text == "no such file\n  mend it"


def test_the_report_stands_with_its_suite():
    [suite] = suites()
    assert suite.find("system-out").text.startswith("1 fault in app.py:handler")
