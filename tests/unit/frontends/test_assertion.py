"""The contract as one assertion in a test: what it gives a handler, how it fails, and that it stays
in the process.
"""

from __future__ import annotations

import asyncio
import functools
import importlib
import json
import os
import subprocess
import sys
import textwrap
import time
import unittest
from types import SimpleNamespace
from unittest import mock

import pytest
from hypothesis import Phase, given, settings
from hypothesis import strategies as st

import ecr_contracts
from ecr_contracts import EcrContractsError
from ecr_contracts.core.errors import ConsumerError, StrengthError, UnknownNameError
from ecr_contracts.core.findings import Condition, Evidence, Severity
from ecr_contracts.discovery.iac.documents.document import TemplateError
from ecr_contracts.eventbridge.envelopes.registry import envelope
from ecr_contracts.events.generate.cases import edge_cases
from ecr_contracts.events.kinds import usual_kinds
from ecr_contracts.frontends import assertion
from ecr_contracts.frontends.assertion import ContractViolation
from tests.writing import write

pytest_plugins = ["pytester"]

QUICK = {"strength": 1, "examples": 0}

told = []


def tell(text):
    told.append(text)


def right(event, context):
    return event["detail"]["repository-name"]


def no_tags(event, context):
    return event["detail"].get("image-tags", ["none"])[0]


def telling(event, context):
    tell(event["detail"]["repository-name"])


def of_values(event, context):
    last = event["detail"].get("image-digest", "")[-1:] or "-"
    if ord(last) in (48, 49):  # as no case has it, nor can be read off the code
        raise ValueError("a digit")
    return event["detail"]["repository-name"]


def of_two_choices(event, context):
    detail = event["detail"]
    if detail.get("image-tags") == [] and detail["scan-status"] == "FAILED":
        raise ValueError("both")
    return detail["repository-name"]


def inferred_alone(event, context):
    if event.get("resources") == []:
        raise ValueError("no resources")
    return event["id"]


def ungrateful(event, context):
    event["detail"].clear()


def idle(event, context):
    return None


class Handler:
    def __init__(self, key):
        self.key = key

    def __call__(self, event, context):
        return event["detail"][self.key]

    def method(self, event, context):
        return event["detail"][self.key]

    @classmethod
    def of_class(cls, event, context):
        return cls("finding-severity-counts").method(event, context)

    @staticmethod
    def static(event):
        return event["detail"]["finding-severity-counts"]


def keyed(event, context, key):
    return event["detail"][key]


async def asynchronous(event, context):
    await asyncio.sleep(0)
    return event["detail"]["finding-severity-counts"]


def check(handler, *kinds, **keys):
    """Checks handlers of this file, which imports too much for its source to say anything of
    envelopes.
    """
    return assertion.check(handler, *kinds, **{"via": "lambda", **keys})


@pytest.fixture
def untraced():
    """No tracing, not even for the measuring of coverage."""
    before = sys.gettrace()
    sys.settrace(None)
    yield
    sys.settrace(before)


@pytest.fixture
def app(folder, monkeypatch):
    """Imports a module of some source, from a folder that is the working directory."""
    monkeypatch.syspath_prepend(folder)

    def imported(source, name="contracted_app"):
        write(folder, f"{name}.py", source)
        importlib.invalidate_caches()
        return importlib.import_module(name)

    return imported


def violation(handler, *kinds, **keys):
    with pytest.raises(ContractViolation) as caught:
        check(handler, *kinds, **{**QUICK, **keys})
    return caught.value


# What it says
# --------------------------------------------------------------------------------------------------


def test_a_right_handler_passes_and_what_was_tried_is_returned():
    examined = check(right, "scan", examples=20)
    assert [trial.case.id for trial in examined.trials] == [
        case.id for case in edge_cases("scan", 2)
    ]
    assert examined.findings == ()
    assert examined.drawn == 20


def test_it_is_part_of_the_package():
    assert ecr_contracts.frontends.assertion.check is assertion.check
    assert assertion.ContractViolation is ContractViolation


def test_a_violation_is_an_assertion_that_says_what_when_where_how_surely_and_by_what(app):
    handler = app(
        """
        def handler(event, context):
            tags = event["detail"].get("image-tags", ["none"])
            return tags[0]
        """
    ).handler
    broken = violation(handler, "scan")
    assert isinstance(broken, AssertionError)
    assert not isinstance(broken, EcrContractsError)
    wanted = textwrap.dedent(
        """\
        IndexError when image-tags is empty (as in AWS's own sample) [ECR101]
           contracted_app.py:4  return tags[0]
           scan/no-tags fails with image-tags []; without it, it passes
           mend: check that image-tags is not empty, or, if you do not need such events, skip them
           see ecr-contracts sample scan/no-tags"""
    )
    assert str(broken) == wanted
    (finding,) = broken.findings
    assert finding.cause == (Condition("$.detail.image-tags", ("empty",)),)
    assert finding.location.line == 4


def test_several_findings_are_numbered_in_one_message():
    def handler(event, context):
        event["detail"]["image-tags"][0], event["detail"]["finding-severity-counts"]

    broken = violation(handler, "scan")
    heads = [line for line in str(broken).splitlines() if not line.startswith(" ") and line]
    assert heads == [
        "1  IndexError when image-tags is empty (as in AWS's own sample) [ECR101]",
        "2  KeyError when finding-severity-counts is absent (scans do fail, and one that failed "
        "has nothing to count) [ECR101]",
    ]
    assert len(broken.findings) == 2


def test_warnings_do_not_raise():
    examined = check(ungrateful, "scan", **QUICK)
    assert {finding.severity for finding in examined.findings} == {Severity.WARNING}


def test_warnings_are_not_told_beside_errors():
    def handler(event, context):
        event["seen"] = True
        return event["detail"].get("image-tags", ["none"])[0]

    broken = violation(handler, "scan")
    assert {finding.severity for finding in broken.findings} == {Severity.ERROR}
    assert "changes the event" not in str(broken)


def test_an_event_of_other_values_is_in_the_message():
    """No name gives such an event again, so it is told itself."""
    broken = violation(of_values, "scan", examples=60)
    assert str(broken).startswith("ValueError where some value of ")
    (finding,) = broken.findings
    last = str(broken).splitlines()[-1]
    assert json.loads(last.partition(": ")[2]) == finding.example
    with pytest.raises(ValueError, match="a digit"):
        of_values(finding.example, None)


@pytest.mark.parametrize(
    ("handler", "words"),
    [
        (lambda event, context: sys.exit(2), "ends the process on every delete"),
        (lambda event, context: {event["id"]}, "returns what JSON cannot carry on every delete"),
        (lambda event, context: event["detail"]["nothing"], "KeyError on every delete"),
    ],
)
def test_whatever_a_handler_does_is_a_finding(handler, words):
    assert str(violation(handler, "delete")).startswith(words)


# What it is given
# --------------------------------------------------------------------------------------------------


def test_a_function_within_a_test_has_the_values_of_its_own_code_alone():
    """And not those of others in the module that are called the same."""

    def handler(event, context):
        assert event["detail"]["repository-name"] != "own/repository"

    assert "own/repository" in str(violation(handler, "push"))
    examined = check(lambda event, context: event["detail"]["repository-name"], "push", **QUICK)
    assert {trial.case.id for trial in examined.trials} == {
        case.id for case in edge_cases("push", 1)
    }


@pytest.mark.parametrize("strength", [1, 2])
def test_so_many_choices_meet(strength):
    examined = check(right, "delete", strength=strength, examples=0)
    assert [trial.case.id for trial in examined.trials] == [
        case.id for case in edge_cases("delete", strength)
    ]
    assert examined.drawn == 0


def test_what_takes_two_choices_takes_strength_two():
    check(of_two_choices, "scan", **QUICK)
    (finding,) = violation(of_two_choices, "scan", strength=2).findings
    assert finding.cause == (
        Condition("$.detail.scan-status", ("failed",)),
        Condition("$.detail.image-tags", ("empty",)),
    )


def test_so_many_events_are_drawn():
    assert check(right, "delete", strength=1, examples=7).drawn == 7
    check(of_values, "scan", **QUICK)
    assert violation(of_values, "scan", examples=60)


@pytest.mark.parametrize("probe", [0, 5])
def test_so_many_further_calls_are_made(probe):
    calls = []

    def handler(event, context):
        calls.append(event["id"])
        return event["detail"].get("image-tags", ["none"])[0]

    violation(handler, "scan", probe=probe)
    misprints = 1  # AWS's sample is tried again without them
    assert len(calls) <= len(edge_cases("scan")) + misprints + probe
    assert bool(probe) == (len(calls) > len(edge_cases("scan")) + misprints)


@pytest.mark.parametrize("evidence", ["documented", Evidence.CAPTURED])
def test_events_rest_on_some_evidence(evidence):
    (warning,) = check(inferred_alone, "scan").findings
    assert (warning.severity, warning.evidence) == (Severity.WARNING, Evidence.INFERRED)
    examined = check(inferred_alone, "scan", strength=2, examples=40, evidence=evidence)
    wanted = edge_cases("scan", 2, Evidence(evidence))
    assert [trial.case.id for trial in examined.trials] == [case.id for case in wanted]


def test_several_kinds_and_envelopes():
    examined = check(
        lambda event, context: str(event), "delete", "push", via=["sqs", "lambda"], **QUICK
    )
    met = dict.fromkeys((trial.via, trial.case.kind) for trial in examined.trials)
    assert list(met) == [
        ("sqs", "delete"),
        ("sqs", "push"),
        ("lambda", "delete"),
        ("lambda", "push"),
    ]


def test_what_is_named_twice_is_given_once():
    examined = check(
        lambda event, context: str(event), "delete", "delete", via=("sqs", "sqs"), **QUICK
    )
    assert len(examined.trials) == len(edge_cases("delete"))


def test_the_envelope_wraps_the_event():
    payloads = []

    def handler(event, context):
        payloads.append(event)
        return len(event["Records"])

    examined = check(handler, "delete", via="sqs", **QUICK)
    first = examined.trials[0].case.event
    assert payloads[0] == envelope("sqs").wrap([first])


SPEAKING = """
import json

def scanned(event, context):
    return event["detail"]["repository-name"], event["detail"]["scan-status"]

class Scanned:
    def __call__(self, event, context):
        return scanned(event, context)

    def method(self, event, context):
        return scanned(event, context)

def queued(event, context):
    for record in event["Records"]:
        scanned(json.loads(record["body"]), context)
    return len(event["Records"])
"""


@pytest.mark.parametrize(
    "handler",
    [
        lambda app: app.scanned,
        lambda app: functools.partial(app.scanned),
        lambda app: functools.partial(functools.partial(app.scanned), context=None),
        lambda app: functools.wraps(app.scanned)(lambda *arguments: app.scanned(*arguments)),
        lambda app: app.Scanned(),
        lambda app: app.Scanned().method,
        lambda app: functools.partial(app.Scanned().method),
    ],
    ids=[
        "plain",
        "partial",
        "partial of a partial",
        "decorated",
        "object",
        "method",
        "partial of a method",
    ],
)
def test_without_kinds_the_source_of_what_is_called_says_which(app, handler):
    examined = assertion.check(handler(app(SPEAKING)), **QUICK)
    assert {(trial.case.kind, trial.via) for trial in examined.trials} == {("scan", "lambda")}


def test_without_an_envelope_the_source_says_which(app):
    examined = assertion.check(app(SPEAKING).queued, **QUICK)
    assert {(trial.case.kind, trial.via) for trial in examined.trials} == {("scan", "sqs")}


def test_where_the_source_says_nothing_it_is_each_usual_kind(app):
    examined = assertion.check(
        app("def handler(event, context):\n    return event['id']\n").handler, **QUICK
    )
    assert {trial.case.kind for trial in examined.trials} == set(usual_kinds())


def test_where_there_is_no_source_it_is_each_usual_kind():
    examined = assertion.check(eval("lambda event, context: event['id']", {}), **QUICK)
    assert {trial.case.kind for trial in examined.trials} == set(usual_kinds())


@pytest.mark.parametrize(
    ("kinds", "keys", "error", "words"),
    [
        (["scam"], {}, UnknownNameError, "no kind is called 'scam'; did you mean 'scan'?"),
        (
            ["scan"],
            {"via": "pigeon"},
            UnknownNameError,
            "no envelope is called 'pigeon'; there are: lambda, sqs",
        ),
        (["scan"], {"via": ["sqs", "pigeon"]}, UnknownNameError, "no envelope is called 'pigeon'"),
        (["scan"], {"evidence": "rumour"}, UnknownNameError, "no evidence is called 'rumour'"),
        (["scan"], {"strength": 0}, StrengthError, "1, 2, 3 or 4, not 0"),
        (["scan"], {"strength": 5}, StrengthError, "1, 2, 3 or 4, not 5"),
    ],
)
def test_what_cannot_be_asked_is_refused(kinds, keys, error, words):
    calls = []
    with pytest.raises(error) as caught:
        check(lambda event, context: calls.append(event), *kinds, **keys)
    assert words in str(caught.value)
    assert calls == []


@pytest.mark.parametrize("handler", [None, "src/app.py:handler", lambda: None, Handler.method])
def test_what_is_no_handler_is_refused(handler):
    with pytest.raises(ConsumerError):
        check(handler, "scan")


# Which handlers
# --------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "handler",
    [
        asynchronous,
        Handler("finding-severity-counts"),
        Handler("finding-severity-counts").method,
        Handler.of_class,
        Handler.static,
        functools.partial(keyed, key="finding-severity-counts"),
        lambda event, context: event["detail"]["finding-severity-counts"],
        lambda event: event["detail"]["finding-severity-counts"],
    ],
    ids=[
        "async",
        "object",
        "method",
        "class method",
        "static",
        "partial",
        "lambda",
        "one argument",
    ],
)
def test_whatever_can_be_called_is_a_handler(handler):
    (finding,) = violation(handler, "scan").findings
    assert (finding.exception, finding.cause) == (
        "KeyError",
        (Condition("$.detail.finding-severity-counts", ("absent",)),),
    )
    assert finding.location.file.endswith("test_assertion.py")


def test_within_a_loop_that_runs():
    async def test():
        return violation(asynchronous, "scan")

    assert "KeyError when finding-severity-counts is absent" in str(asyncio.run(test()))


# In the test's own process
# -------------------------------------------------------------------------------------------


def test_what_the_test_has_patched_stays_patched():
    told.clear()
    with mock.patch(f"{__name__}.tell") as patched:
        examined = check(telling, "scan", strength=1, examples=5)
    assert patched.call_count >= len(examined.trials) + 5
    assert told == []
    with mock.patch(f"{__name__}.tell", side_effect=RuntimeError("no channel")):
        assert "RuntimeError on every scan" in str(violation(telling, "scan"))


def test_no_process_is_started(monkeypatch):
    def started(*_, **__):
        raise AssertionError("a process is started")

    for place, name in ((os, "fork"), (os, "posix_spawn"), (subprocess, "Popen")):
        monkeypatch.setattr(place, name, started)
    pids = []

    def handler(event, context):
        pids.append(os.getpid())
        return event["detail"].get("image-tags", ["none"])[0]

    violation(handler, "scan", examples=5)
    assert set(pids) == {os.getpid()}


def test_what_a_handler_prints_is_not_shown(capfd):
    def handler(event, context):
        print("out of", event["id"])
        print("wrong with", event["id"], file=sys.stderr)

    check(handler, "delete", strength=1, examples=5)
    assert capfd.readouterr() == ("", "")


def test_the_process_is_left_as_it_was(untraced):
    before = os.getcwd(), sys.path[:], sys.argv[:], dict(os.environ)
    check(right, "delete", strength=1, examples=5)
    assert (os.getcwd(), sys.path, sys.argv, dict(os.environ)) == before
    assert sys.gettrace() is None


# Vacuity
# --------------------------------------------------------------------------------------------------


def test_a_handler_that_does_nothing_is_a_violation(untraced):
    broken = violation(idle, "delete")
    assert str(broken).startswith(
        "does the same with every delete event [ECR403]\n   returns null each time\n"
    )
    assert [finding.check for finding in broken.findings] == ["vacuous"]


def test_where_something_traces_already_nothing_is_watched(untraced):
    def traced(frame, what, argument):
        return None

    sys.settrace(traced)
    try:
        check(idle, "delete", **QUICK)
        assert sys.gettrace() is traced
    finally:
        sys.settrace(None)


def test_a_handler_that_only_tells_a_mock_is_told_from_one_that_does_nothing(untraced):
    with mock.patch(f"{__name__}.tell"):
        check(telling, "delete", **QUICK)


# In whatever test
# --------------------------------------------------------------------------------------------------


class TestOfUnittest(unittest.TestCase):
    def test_it_passes(self):
        check(right, "delete", **QUICK)

    def test_it_fails(self):
        with pytest.raises(
            self.failureException, match=r"^IndexError when image-tags is empty \(as in"
        ):
            check(no_tags, "scan", **QUICK)

    def test_it_is_a_failure_and_no_error(self):
        class Inner(unittest.TestCase):
            def test(self):
                check(no_tags, "scan", **QUICK)

        result = unittest.TestResult()
        Inner("test").run(result)
        assert (len(result.failures), len(result.errors)) == (1, 0)
        assert "IndexError when image-tags is empty" in result.failures[0][1]


def test_within_a_test_of_hypothesis():
    prefixes = []

    @settings(max_examples=2, deadline=None, database=None, phases=[Phase.generate])
    @given(st.sampled_from(["a", "b"]))
    def test(prefix):
        prefixes.append(prefix)
        check(lambda event, context: prefix + event["account"], "delete", strength=1, examples=5)

    test()
    assert prefixes


def test_a_violation_within_a_test_of_hypothesis_comes_through():
    @settings(max_examples=1, deadline=None, database=None, phases=[Phase.generate])
    @given(st.just(of_values))
    def test(handler):
        check(handler, "scan", strength=1, examples=60)

    with pytest.raises(ContractViolation, match=r"^ValueError where some value of "):
        test()


def test_each_run_gives_the_same_events():
    def events():
        seen = []

        def handler(event, context):
            seen.append(event)
            return event["id"]

        check(handler, "delete", strength=1, examples=20)
        return seen

    assert events() == events()


@pytest.mark.parametrize("arguments", [[], ["--tb=short"], ["-v"]])
def test_pytest_shows_no_line_of_ours(pytester, monkeypatch, arguments):
    monkeypatch.setenv("PYTEST_DISABLE_PLUGIN_AUTOLOAD", "1")
    monkeypatch.delenv("PYTEST_ADDOPTS", raising=False)
    pytester.makepyfile(
        """
        from ecr_contracts import contract

        def handler(event, context):
            return event["detail"].get("image-tags", ["none"])[0]

        def test_handler():
            contract.check(handler, "scan", strength=1, examples=0)
        """
    )
    result = pytester.runpytest_inprocess("-p", "no:cacheprovider", *arguments)
    result.assert_outcomes(failed=1)
    shown = result.stdout.str()
    result.stdout.fnmatch_lines(["E*IndexError when image-tags is empty (as in *"])
    result.stdout.fnmatch_lines(["E*see ecr-contracts sample scan/no-tags"])
    assert "contract.check(handler" in shown
    assert not any(f"ecr_contracts{os.sep}" in line for line in result.outlines)
    result.stdout.fnmatch_lines(["FAILED *::test_handler - *"])


def test_a_slow_handler_is_not_stopped():
    """As it says itself; it has the time that it takes."""

    def handler(event, context):
        if event["detail"]["repository-name"].startswith("my"):
            time.sleep(0.001)
        return event["id"]

    check(handler, "delete", **QUICK)


RULE = """{
  "source": ["aws.ecr"],
  "detail": {"repository-name": ["shop/api"], "image-tag": [{"exists": true}]}
}"""


def wants_tag(event, context):
    return event["detail"]["repository-name"], event["detail"]["image-tag"]


def test_a_rule_may_be_named_and_left_out(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "rule.json").write_text(RULE)
    verdict = check(wants_tag, "push", rule="rule.json", **QUICK)
    given = {trial.case.event["detail"]["repository-name"] for trial in verdict.trials}
    assert given == {"shop/api"}
    for keys in ({"rule": ["rule.json"], "unshielded": True}, {}):
        broken = violation(wants_tag, "push", **keys)
        assert "see ecr-contracts sample push/no-tag" in str(broken)
    with pytest.raises(TemplateError, match="No such file"):
        check(wants_tag, "push", rule="no.json")


def test_an_event_that_only_the_rule_gives_is_in_the_message(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "rule.json").write_text(RULE.replace("true", "false"))
    broken = violation(wants_tag, "push", rule="rule.json")
    [finding] = broken.findings
    last = str(broken).splitlines()[-1]
    assert json.loads(last.partition(": ")[2]) == finding.example
    assert finding.example["detail"]["repository-name"] == "shop/api"


def test_which_checks_count_the_project_says(tmp_path, monkeypatch):
    def refuses(event, context):
        raise ValueError(event["id"])

    monkeypatch.chdir(tmp_path)
    quick = {"strength": 1, "examples": 0}
    with pytest.raises(ContractViolation) as violation:
        assertion.check(refuses, "scan", **quick)
    assert type(violation.value).__module__ == "ecr_contracts.contract"
    table = '[tool.ecr-contracts]\nchecks = { raises = "off: it is a refusal" }\n'
    (tmp_path / "pyproject.toml").write_text(table)
    assert assertion.check(refuses, "scan", **quick).findings == ()


def test_what_is_left_out_the_entry_of_the_handler_says(app, folder):
    """As for `check app.py:handler`: kinds, envelopes, effort and levels."""
    module = app("def handler(event, context):\n    return event['Records'][0]['body']\n")
    name = f"{module.__name__}.py"
    entry = f"handler = '{name}:handler', kinds = 'push', via = 'sqs', examples = 3, probe = 0"
    table = f"[tool.ecr-contracts]\nconsumers = [{{ {entry}, strength = 1 }}]\n"
    write(folder, "pyproject.toml", table)
    verdict = assertion.check(module.handler)
    assert (verdict.kinds, verdict.via, verdict.strength) == (("push",), ("sqs",), 1)
    assert verdict.drawn == 3
    verdict = assertion.check(module.handler, "delete", examples=0)
    assert (verdict.kinds, verdict.via, verdict.drawn) == (("delete",), ("sqs",), 0)


# --- events of tomorrow ---------------------------------------------------------------------------


def of_known_actions(event, context):
    return {"PUSH": 1, "DELETE": 2}[event["detail"]["action-type"]]


def test_events_of_tomorrow_are_given_if_that_is_asked_for():
    assert assertion.check(of_known_actions, "push", **QUICK).findings == ()
    verdict = assertion.check(of_known_actions, "push", future=True, **QUICK)
    [finding] = verdict.findings
    assert (finding.check, finding.severity) == ("future-event", Severity.WARNING)
    assert finding.cause == (Condition("$.detail.action-type", ("new",)),)
    assert (finding.case, finding.exception) == ("push/future/new-action-type", "KeyError")
    assert verdict.future == 8


# --- effects that no event reaches ----------------------------------------------------------------


def only_for(name, client):
    """A handler that acts for a repository whose digest is that of a name."""

    def handler(event, context):
        digest = hash(event["detail"]["repository-name"])
        if digest != hash(name):
            return
        client.publish(Message=name)

    return handler


def test_an_effect_that_no_event_reaches_is_a_warning():
    calls = []
    client = SimpleNamespace(publish=lambda **parameters: calls.append(parameters))
    with pytest.warns(
        UserWarning, match=r"no event got past \S+test_assertion\.py:\d+: it goes on"
    ):
        verdict = assertion.check(only_for("nobody's", client), "push", examples=0)
    assert [finding.check for finding in verdict.findings] == ["unreached"]
    assert not calls


def test_an_effect_that_an_event_reaches_is_none():
    client = SimpleNamespace(publish=lambda **_: None)
    verdict = assertion.check(only_for("my-repo", client), "push", examples=0)
    assert not verdict.findings
    assert verdict.reach.is_known
