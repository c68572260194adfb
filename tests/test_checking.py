"""A consumer checked from end to end: the right cases, in the right envelopes, in a process of its own."""

from __future__ import annotations

import os
import textwrap

import pytest

from ecr_contracts import catalog, check
from ecr_contracts.cases import edge_cases
from ecr_contracts.checking import TIMEOUT, Verdict, is_whole, selected
from ecr_contracts.errors import ConsumerError, ImpossibleCaseError, UnknownNameError
from ecr_contracts.findings import Cause, Evidence, Severity
from ecr_contracts.running import distinct

APP = """
import json
import time


def handler(event, context):
    detail = event["detail"]
    return detail["image-tags"][0], detail["finding-severity-counts"]


def worker(event, context):
    for record in event["Records"]:
        handler(json.loads(record["body"]), context)


def any_kind(event, context):
    if event["account"].startswith("0"):
        raise ValueError(int(event["account"]))


def tags_then_id(event, context):
    event["detail"]["image-tags"][0]
    id_version(event, context)


def id_version(event, context):
    if event["id"][14] != "4":
        raise ValueError


def digest_of_71(event, context):
    if len(event["detail"].get("image-digest", "x" * 71)) != 71 and event["detail"]["image-digest"]:
        raise ValueError


def sleeper(event, context):
    time.sleep(60)


def one_after_another(event, context):
    with open("calls.txt", "a") as file:
        file.write(context.aws_request_id + "\\n")


def mutating(event, context):
    event["detail"]["seen"] = True


def fine(event, context):
    return None
"""


@pytest.fixture(autouse=True)
def app(tmp_path, monkeypatch):
    """A folder with some handlers, to work in."""
    monkeypatch.chdir(tmp_path)
    (tmp_path / "app.py").write_text(textwrap.dedent(APP), "utf-8")


def causes(verdict: Verdict) -> set[tuple[str, tuple[tuple[str, str], ...]]]:
    return {(one.kind, tuple((cause.path, cause.choice) for cause in one.cause)) for one in verdict.findings}


TAGS, COUNTS = "$.detail.image-tags", "$.detail.finding-severity-counts"
OF_HANDLER = {("scan", ((TAGS, "empty"),)), ("scan", ((TAGS, "absent"),)), ("scan", ((COUNTS, "absent"),))}


def test_a_handler_gets_every_case_of_the_kinds_that_its_code_speaks_of():
    verdict = check("app.py:handler")
    assert (verdict.kinds, verdict.via, verdict.inferred, verdict.via_inferred) == (("scan",), ("lambda",), True, True)
    assert [trial.case.text for trial in verdict.trials] == [distinct(one).text for one in edge_cases("scan")]
    assert verdict.planned == len(verdict.trials)
    assert verdict.words == ("finding-severity-counts", "image-tags")
    assert causes(verdict) == OF_HANDLER
    assert verdict.failed
    assert 0 < verdict.seconds < 30
    assert verdict.timeout == TIMEOUT


def test_a_worker_of_a_queue_gets_records():
    verdict = check("app.py:worker")
    assert (verdict.kinds, verdict.via) == (("scan",), ("sqs",))
    assert causes(verdict) == OF_HANDLER
    assert {finding.via for finding in verdict.findings} == {"sqs"}


def test_code_that_names_no_kind_gets_all_kinds():
    verdict = check("app.py:any_kind")
    assert verdict.kinds == catalog.kinds()
    assert verdict.words == ()
    assert causes(verdict) == {(kind, (("$.account", "leading-zero"),)) for kind in catalog.kinds()}


def test_kinds_and_envelopes_may_be_told():
    verdict = check("app.py:fine", kinds=["push", "delete", "push"], via=["sqs", "lambda", "sqs"])
    assert (verdict.kinds, verdict.via, verdict.inferred) == (("push", "delete"), ("sqs", "lambda"), False)
    assert verdict.planned == len(verdict.trials) == 2 * (len(edge_cases("push")) + len(edge_cases("delete")))
    assert not verdict.failed
    assert verdict.findings == ()


def test_a_handler_that_is_given_the_wrong_envelope_fails_on_every_event():
    verdict = check("app.py:handler", kinds=["scan"], via=["sqs"])
    [finding] = verdict.findings
    assert (finding.cause, finding.explained, finding.detail) == ((), True, "'detail'")


@pytest.mark.parametrize("evidence", list(Evidence))
def test_evidence_leaves_out_what_rests_on_less(evidence):
    order = list(Evidence)
    verdict = check("app.py:fine", kinds=["push"], evidence=evidence)
    ran = [{one.id: one for one in edge_cases("push")}[trial.case.id] for trial in verdict.trials]
    left_out = [one for one in edge_cases("push") if one not in ran]
    assert all(order.index(one.evidence) <= order.index(evidence) for one in ran)
    assert all(order.index(one.evidence) > order.index(evidence) for one in left_out)
    assert tuple(ran) == selected("push", evidence)
    assert is_whole(ran, "push") is (evidence is Evidence.INFERRED)


def test_only_documented_events_still_tell_a_cause_that_rests_on_less():
    # AWS's sample has such an id; that alone would not tell it from all else that is odd there.
    [finding] = check("app.py:id_version", kinds=["scan"], evidence=Evidence.DOCUMENTED).findings
    assert finding.cause == (Cause("$.id", "not-v4"),)
    assert "scan/sample" in finding.failed
    assert finding.severity is Severity.ERROR


def test_chosen_cases_are_the_only_ones_that_are_judged():
    verdict = check("app.py:handler", case_ids=["scan/no-tags", "push/ordinary", "scan/zero-high", "scan/no-tags"])
    assert [trial.case.id for trial in verdict.trials] == ["scan/no-tags", "scan/zero-high", "push/ordinary"]
    assert (verdict.kinds, verdict.inferred, verdict.words) == (("scan", "push"), False, ())
    assert causes(verdict) == {("scan", ((TAGS, "empty"),)), ("push", ())}
    assert {trial.case.id for trial in verdict.controls} == {"scan/ordinary"}


def test_a_chosen_case_that_passes_needs_no_simpler_one():
    verdict = check("app.py:handler", case_ids=["scan/zero-high+deep-repository"])
    assert (verdict.findings, verdict.controls, verdict.planned) == ((), (), 1)


def test_what_only_simpler_cases_do_wrong_is_not_told():
    verdict = check("app.py:tags_then_id", case_ids=["scan/sample"])
    assert causes(verdict) == {("scan", ((TAGS, "empty"),))}
    assert any(trial.failed and trial.case.id == "scan/not-v4-id" for trial in verdict.controls)
    assert {"scan/no-tags", "scan/ordinary", "scan/not-v4-id"} <= {trial.case.id for trial in verdict.controls}
    assert all(trial.case.id != "scan/sample" for trial in verdict.controls)


def test_a_fault_that_only_the_misprinted_digest_brings_about_does_not_fail_the_check():
    verdict = check("app.py:digest_of_71", kinds=["push"])
    assert [finding.severity for finding in verdict.findings] == [Severity.WARNING]
    assert not verdict.failed


def test_a_warning_does_not_fail_the_check():
    verdict = check("app.py:mutating", kinds=["scan"])
    assert [finding.check for finding in verdict.findings] == ["mutates"]
    assert not verdict.failed


def test_a_consumer_that_never_answers_is_given_up():
    verdict = check("app.py:sleeper", kinds=["push"], timeout=0.05)
    assert len(verdict.trials) == 5
    assert verdict.planned == len(edge_cases("push"))
    assert verdict.controls == ()
    [finding] = verdict.findings
    assert (finding.check, finding.cause, finding.explained) == ("late", (), True)
    assert finding.location is not None
    assert finding.location.source == "time.sleep(60)"


def test_calls_are_made_one_after_another_with_the_same_request_ids_each_time():
    check("app.py:one_after_another", kinds=["delete"])
    check("app.py:one_after_another", kinds=["delete"])
    with open("calls.txt") as file:
        ids = file.read().split()
    count = len(edge_cases("delete"))
    assert len(ids) == 2 * count
    assert ids[:count] == ids[count:]
    assert len(set(ids)) == count


def test_the_process_that_asks_is_left_as_it_was():
    before = os.getcwd(), dict(os.environ)
    check("app.py:handler")
    assert (os.getcwd(), dict(os.environ)) == before


@pytest.mark.parametrize(
    ("arguments", "error", "words"),
    [
        ({"kinds": ["scam"]}, UnknownNameError, "no kind is called 'scam'; did you mean 'scan'"),
        ({"via": ["pigeon"]}, UnknownNameError, "no envelope is called 'pigeon'; there are: lambda, sqs"),
        ({"case_ids": ["scan/no-tag"]}, UnknownNameError, "no choice of a scan event is called 'no-tag'"),
        ({"case_ids": ["scan"]}, UnknownNameError, "no case is called 'scan'"),
        ({"case_ids": ["scan/failed+zero-high"]}, ImpossibleCaseError, "no event can be 'scan/failed.zero-high'"),
    ],
)
def test_wrong_names_are_refused_before_anything_is_run(arguments, error, words):
    with pytest.raises(error, match=words):
        check("nowhere.py:handler", **arguments)


def test_a_consumer_that_is_not_there_is_refused():
    with pytest.raises(ConsumerError, match=r"cannot use 'app\.py:handle': app\.py has no 'handle'"):
        check("app.py:handle")


def test_unknown_kinds_have_no_cases():
    with pytest.raises(UnknownNameError, match="no kind is called 'nope'"):
        selected("nope")
