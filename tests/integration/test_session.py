"""A handler checked from end to end: the right cases in the right envelopes, in a process."""

from __future__ import annotations

import json
import os
import textwrap
from dataclasses import replace

import pytest

from ecr_contracts import check
from ecr_contracts.core.errors import (
    ConsumerError,
    ImpossibleCaseError,
    SetupError,
    StrengthError,
    UnknownNameError,
)
from ecr_contracts.core.findings import Condition, Evidence, Severity
from ecr_contracts.engine.plan import USUAL
from ecr_contracts.engine.subjects.handler import TIMEOUT
from ecr_contracts.engine.trial import distinct
from ecr_contracts.engine.verdict import Verdict
from ecr_contracts.events.compile import reader
from ecr_contracts.events.generate.cases import Case, case, edge_cases, of_event
from ecr_contracts.events.kinds import usual_kinds
from ecr_contracts.runtime.sandbox.settings import Settings

WRITES = Settings(allow_write=(".",))
"""What lets the consumers here write down what they are given, for the tests to read."""

APP = """
import json
import os
import signal
import time


def handler(event, context):
    detail = event["detail"]
    return detail["image-tags"][0], detail["finding-severity-counts"]


def worker(event, context):
    for record in event["Records"]:
        handler(json.loads(record["body"]), context)


def fanned_out(event, context):
    for record in event["Records"]:
        handler(json.loads(json.loads(record["body"])["Message"]), context)


def any_kind(event, context):
    if event["account"].startswith("0"):
        raise ValueError(int(event["account"]))


def tags_then_id(event, context):
    event["detail"]["image-tags"][0]
    id_version(event, context)


def id_version(event, context):
    if event["id"][14] != "4" or event["id"][19] not in "89ab":
        raise ValueError


def digest_of_71(event, context):
    if len(event["detail"].get("image-digest", "x" * 71)) != 71 and event["detail"]["image-digest"]:
        raise ValueError


def sleeper(event, context):
    time.sleep(60)


def one_after_another(event, context):
    with open("calls.txt", "a") as file:
        file.write(context.aws_request_id + "\\n")
    return event


def mutating(event, context):
    event["detail"]["seen"] = True


def fine(event, context):
    return event


def idle(event, context):
    return None


def noting(event, context):
    with open("events.txt", "a") as file:
        file.write(json.dumps(event) + "\\n")
    return event


def noting_and_picky(event, context):
    noting(event, context)
    return event["detail"]["image-tag"]


def no_digest(event, context):
    return event["detail"]["image-digest"]


def all_three(event, context):
    detail, account = event["detail"], event["account"]
    if "image-digest" not in detail and "/" in detail["repository-name"] and account[0] == "0":
        raise LookupError


def dies(event, context):
    if "image-digest" not in event["detail"]:
        os.kill(os.getpid(), signal.SIGKILL)
    return event["detail"]["image-tag"]


def hangs(event, context):
    while "image-digest" not in event["detail"]:
        pass
    return event["detail"]["image-tag"]


def starting_with_a(event, context):
    if ord(event["detail"]["repository-name"][0]) == 97:  # which no analysis follows
        raise ValueError


CALLS = []


def once(event, context):
    CALLS.append(event)
    if len(CALLS) == 4:
        raise RuntimeError
"""


@pytest.fixture(autouse=True)
def app(tmp_path, monkeypatch):
    """A folder with some handlers, to work in."""
    monkeypatch.chdir(tmp_path)
    (tmp_path / "app.py").write_text(textwrap.dedent(APP), "utf-8")


def causes(verdict: Verdict) -> set[tuple[str, tuple[tuple[str, str], ...]]]:
    return {
        (one.kind, tuple((condition.path, *condition.choices) for condition in one.cause))
        for one in verdict.findings
    }


TAGS, COUNTS = "$.detail.image-tags", "$.detail.finding-severity-counts"
OF_HANDLER = {
    ("scan", ((TAGS, "empty"),)),
    ("scan", ((TAGS, "absent"),)),
    ("scan", ((COUNTS, "absent"),)),
}


@pytest.mark.long
def test_a_handler_gets_every_case_of_the_kinds_that_its_code_speaks_of():
    verdict = check("app.py:handler")
    assert (verdict.kinds, verdict.via, verdict.inferred, verdict.via_inferred) == (
        ("scan",),
        ("lambda",),
        True,
        True,
    )
    assert [trial.case.text for trial in verdict.trials] == [
        distinct(one).text for one in edge_cases("scan", 2)
    ]
    assert (verdict.strength, verdict.evidence, verdict.drawn) == (2, None, USUAL.examples)
    assert 0 < verdict.probes <= USUAL.probe
    assert verdict.planned == len(verdict.trials)
    assert verdict.why == "its code reads finding-severity-counts, image-tags"
    assert causes(verdict) == OF_HANDLER
    assert verdict.failed
    assert 0 < verdict.seconds < 30
    assert verdict.timeout == TIMEOUT


def test_a_worker_of_a_queue_gets_records():
    verdict = check("app.py:worker")
    assert (verdict.kinds, verdict.via) == (("scan",), ("sqs",))
    raising = [finding for finding in verdict.findings if finding.check == "raises"]
    [retried] = [finding for finding in verdict.findings if finding.check != "raises"]
    assert causes(replace(verdict, findings=tuple(raising))) == OF_HANDLER
    assert (retried.check, retried.cause, retried.severity) == (
        "batch-retried",
        (),
        Severity.WARNING,
    )
    assert {finding.via for finding in verdict.findings} == {"sqs"}


@pytest.mark.long
def test_code_that_names_no_kind_gets_the_usual_kinds():
    verdict = check("app.py:any_kind")
    assert (verdict.kinds[0], sorted(verdict.kinds)) == ("push", sorted(usual_kinds()))
    assert verdict.why == ""
    assert causes(verdict) == {(kind, (("$.account", "leading-zero"),)) for kind in usual_kinds()}


def test_of_the_envelopes_that_code_may_read_that_is_taken_which_it_can_deal_with():
    verdict = check("app.py:fanned_out")
    assert (verdict.via, verdict.via_why) == (("sns-sqs",), "its code reads Records, body, Message")
    raising = [finding for finding in verdict.findings if finding.check == "raises"]
    assert causes(replace(verdict, findings=tuple(raising))) == OF_HANDLER


def test_kinds_and_envelopes_may_be_told():
    verdict = check("app.py:fine", kinds=["push", "delete", "push"], via=["sqs", "lambda", "sqs"])
    assert (verdict.kinds, verdict.via, verdict.inferred) == (
        ("push", "delete"),
        ("sqs", "lambda"),
        False,
    )
    assert (
        verdict.planned
        == len(verdict.trials)
        == 2 * (len(edge_cases("push", 2)) + len(edge_cases("delete", 2)))
    )
    assert not verdict.failed
    assert verdict.findings == ()


def test_a_handler_that_is_given_the_wrong_envelope_is_no_finding():
    with pytest.raises(SetupError, match='something else: it looks for "detail"') as error:
        check("app.py:handler", kinds=["scan"], via=["sqs"])
    assert "--via lambda" in error.value.advice


@pytest.mark.parametrize("evidence", list(Evidence))
def test_evidence_leaves_out_what_rests_on_less(evidence):
    verdict = check("app.py:noting", settings=WRITES, kinds=["push"], evidence=evidence)
    ran = [trial.case for trial in verdict.trials]
    wanted = edge_cases("push", 2, evidence)
    assert [one.id for one in ran] == [one.id for one in wanted]
    assert {one.id for one in edge_cases("push", 1) if one.evidence >= evidence} <= {
        one.id for one in ran
    }
    whole = {one.id for one in edge_cases("push", 2)} <= {one.id for one in ran}
    assert whole is (evidence is Evidence.INFERRED)
    assert (verdict.strength, verdict.evidence) == (2, evidence)
    seen = noted("push")
    assert len(seen) == len(ran) + verdict.drawn + verdict.compared
    assert all(one.evidence >= evidence for one in seen[2:])


def noted(kind: str) -> list[Case]:
    """The events that were written down, as cases."""
    with open("events.txt") as file:
        return [of_event(reader.contract(kind), json.loads(line)) for line in file]


def test_what_only_events_of_weaker_evidence_show_is_not_told():
    assert check("app.py:no_digest", kinds=["push"], evidence=Evidence.DOCUMENTED).findings == ()
    [finding] = check("app.py:no_digest", kinds=["push"], evidence=Evidence.REGISTRY).findings
    assert finding.cause == (Condition("$.detail.image-digest", ("absent",)),)


@pytest.mark.parametrize("strength", [1, 2, 3])
def test_so_many_choices_meet_as_are_asked_for(strength):
    verdict = check("app.py:all_three", kinds=["push"], strength=strength, examples=0)
    assert (verdict.strength, verdict.drawn) == (strength, 0)
    assert [trial.case.id for trial in verdict.trials] == [
        one.id for one in edge_cases("push", strength)
    ]
    assert verdict.findings or strength < 3
    if strength == 3:
        [finding] = verdict.findings
        assert finding.cause == (
            Condition("$.account", ("leading-zero",)),
            Condition("$.detail.repository-name", ("namespaced", "deep")),
            Condition("$.detail.image-digest", ("absent",)),
        )


@pytest.mark.parametrize("strength", [0, 5, -1])
def test_a_strength_that_there_is_not_is_refused_before_anything_is_run(strength):
    with pytest.raises(StrengthError, match=f"1, 2, 3 or 4, not {strength}"):
        check("app.py:noting", settings=WRITES, kinds=["push"], strength=strength)
    assert not os.path.exists("events.txt")


@pytest.mark.long
def test_events_of_other_values_are_drawn_after_the_cases():
    verdict = check("app.py:noting", settings=WRITES, kinds=["push"], examples=30)
    seen = noted("push")
    count = len(edge_cases("push", 2))
    assert verdict.drawn == len(seen) - count - verdict.compared == 30
    assert any(one.is_valued for one in seen[count:])
    assert check("app.py:starting_with_a", kinds=["push"], examples=0).findings == ()
    drawn = check("app.py:starting_with_a", kinds=["push"])
    [finding] = drawn.findings
    [condition] = finding.cause
    assert (condition.path, condition.words) == ("$.detail.repository-name", 'starts with "a"')
    assert (finding.explained, finding.doubt, finding.nearest_case) == (True, "", "push/ordinary")
    assert all(trial.case.id != finding.case for trial in drawn.trials)
    assert any(trial.case.id == finding.case for trial in drawn.others)


def test_without_drawn_events_only_the_cases_and_what_tells_causes_are_run():
    verdict = check("app.py:noting_and_picky", settings=WRITES, kinds=["push"], examples=0)
    assert verdict.drawn == 0
    assert len(noted("push")) == len(verdict.trials) + verdict.probes + verdict.compared
    assert not any(trial.case.is_valued for trial in verdict.trials)


@pytest.mark.parametrize("handler", ["handler", "any_kind", "no_digest"])
def test_without_further_calls_causes_are_told_by_what_sets_the_cases_apart(handler):
    with_calls = check(f"app.py:{handler}", kinds=["scan"], examples=0)
    without = check(f"app.py:{handler}", kinds=["scan"], examples=0, probe=0)
    assert with_calls.probes > 0
    assert (without.probes, without.others) == (0, ())
    assert causes(without) == causes(with_calls)
    assert all(finding.explained for finding in without.findings)


def test_no_more_further_calls_are_made_than_are_allowed():
    for limit in (1, 5):
        assert check("app.py:no_digest", kinds=["push"], examples=0, probe=limit).probes <= limit


def test_what_comes_and_goes_has_no_cause():
    [finding] = check("app.py:once", kinds=["push"], examples=0).findings
    assert (finding.explained, finding.doubt, finding.cause) == (False, "flaky", ())
    assert finding.failed == (edge_cases("push")[3].id,)


def test_only_documented_events_still_tell_a_cause_that_rests_on_less():
    # Further calls tell it. AWS's sample has such an id; that alone would not tell it from all else
    # that is odd there.
    [finding] = check("app.py:id_version", kinds=["scan"], evidence=Evidence.DOCUMENTED).findings
    assert finding.cause == (Condition("$.id", ("not-v4",)),)
    assert "scan/sample" in finding.failed
    assert finding.severity is Severity.ERROR


def test_chosen_cases_are_the_only_ones_that_are_judged():
    verdict = check(
        "app.py:handler",
        case_ids=["scan/no-tags", "push/ordinary", "scan/zero-high", "scan/no-tags"],
    )
    assert [trial.case.id for trial in verdict.trials] == [
        "scan/no-tags",
        "scan/zero-high",
        "push/ordinary",
    ]
    assert (verdict.kinds, verdict.inferred, verdict.why) == (("scan", "push"), False, "")
    assert causes(verdict) == {("scan", ((TAGS, "empty"),)), ("push", ())}
    assert (verdict.strength, verdict.drawn) == (0, 0)
    assert {"scan/ordinary"} < {trial.case.id for trial in verdict.others}


def test_a_case_may_be_chosen_that_its_id_does_not_give():
    drawn = of_event(
        reader.contract("scan"), case("scan/no-tags").event | {"account": "314159265358"}
    )
    assert drawn.is_valued
    verdict = check("app.py:handler", case_ids=[drawn, "scan/ordinary"])
    assert [trial.case.id for trial in verdict.trials] == [drawn.id, "scan/ordinary"]
    assert verdict.trials[0].case.event == drawn.event
    assert causes(verdict) == {("scan", ((TAGS, "empty"),))}


def test_a_chosen_case_that_passes_needs_no_further_calls():
    verdict = check("app.py:handler", case_ids=["scan/zero-high+deep-repository"])
    assert (verdict.findings, verdict.others, verdict.probes, verdict.planned) == ((), (), 0, 1)


def test_a_chosen_case_that_passes_does_not_tell_that_nothing_is_done():
    assert check("app.py:idle", case_ids=["scan/ordinary", "scan/no-tags"]).findings == ()


def test_what_only_further_calls_do_wrong_is_not_told():
    verdict = check("app.py:tags_then_id", case_ids=["scan/sample"])
    assert causes(verdict) == {("scan", ((TAGS, "empty"),))}
    assert any(trial.failed and trial.case.id == "scan/not-v4-id" for trial in verdict.others)
    assert {"scan/no-tags", "scan/ordinary", "scan/not-v4-id"} <= {
        trial.case.id for trial in verdict.others
    }
    assert all(trial.case.id != "scan/sample" for trial in verdict.others)


def test_some_cases_may_come_before_the_others():
    drawn = of_event(
        reader.contract("push"), case("push/ordinary").event | {"account": "314159265358"}
    )
    elsewhere = [(case("scan/ordinary"), "lambda"), (case("push/no-tag"), "sqs")]
    verdict = check(
        "app.py:fine",
        kinds=["push"],
        first=[(drawn, "lambda"), *elsewhere, (case("push/no-tag"), "lambda")],
    )
    ran = [trial.case.id for trial in verdict.trials]
    assert ran[:3] == [drawn.id, "push/no-tag", "push/sample"]
    assert sorted(ran[1:]) == sorted(one.id for one in edge_cases("push", 2))


def test_a_fault_that_only_the_misprinted_digest_brings_about_does_not_fail_the_check():
    verdict = check("app.py:digest_of_71", kinds=["push"])
    assert [finding.severity for finding in verdict.findings] == [Severity.WARNING]
    assert not verdict.failed


def test_a_warning_does_not_fail_the_check():
    verdict = check("app.py:mutating", kinds=["scan"])
    assert [finding.check for finding in verdict.findings] == ["mutates"]
    assert not verdict.failed


@pytest.mark.long
def test_a_consumer_that_never_answers_is_given_up():
    verdict = check("app.py:sleeper", kinds=["push"], timeout=0.05)
    assert len(verdict.trials) == 5
    assert verdict.planned == len(edge_cases("push", 2))
    assert (verdict.others, verdict.probes, verdict.drawn) == ((), 0, 0)
    [finding] = verdict.findings
    assert (finding.check, finding.cause, finding.explained) == ("late", (), True)
    assert finding.location is not None
    assert finding.location.source == "time.sleep(60)"


DIGEST, TAG = "$.detail.image-digest", "$.detail.image-tag"


@pytest.mark.long
def test_a_consumer_that_kills_its_process_is_given_the_rest_all_the_same():
    verdict = check("app.py:dies", kinds=["push"], examples=0)
    assert len(verdict.trials) == verdict.planned == len(edge_cases("push", 2))
    assert {(finding.check, finding.cause) for finding in verdict.findings} == {
        ("exits", (Condition(DIGEST, ("absent",)),)),
        ("raises", (Condition(TAG, ("absent",)),)),
    }


@pytest.mark.long
def test_a_consumer_that_does_not_return_from_some_events_is_given_the_others():
    verdict = check("app.py:hangs", kinds=["push"], timeout=0.2)
    late = [trial.case.id for trial in verdict.trials if trial.is_late]
    without_digest = [
        one.id for one in edge_cases("push", 2) if "image-digest" not in one.event["detail"]
    ]
    assert 1 <= len(late) < 5
    assert set(late) < set(without_digest)
    left_out = verdict.planned - len(verdict.trials)
    assert left_out == len(without_digest) - len(late)
    assert {(finding.check, finding.cause) for finding in verdict.findings} == {
        ("late", (Condition(DIGEST, ("absent",)),)),
        ("raises", (Condition(TAG, ("absent",)),)),
    }


def test_calls_are_made_one_after_another_with_the_same_request_ids_each_time():
    verdict = check("app.py:one_after_another", settings=WRITES, kinds=["delete"], examples=0)
    check("app.py:one_after_another", settings=WRITES, kinds=["delete"], examples=0)
    with open("calls.txt") as file:
        ids = file.read().split()
    count = len(edge_cases("delete", 2)) + verdict.compared
    assert len(ids) == 2 * count
    assert ids[:count] == ids[count:]
    # Each event has an id of its own, the ordinary one too that is given to see what is read of it.
    assert len(set(ids)) == count


def test_the_process_that_asks_is_left_as_it_was():
    before = os.getcwd(), dict(os.environ)
    check("app.py:handler")
    assert (os.getcwd(), dict(os.environ)) == before


@pytest.mark.parametrize(
    ("arguments", "error", "words"),
    [
        ({"kinds": ["scam"]}, UnknownNameError, "no kind is called 'scam'; did you mean 'scan'"),
        (
            {"via": ["pigeon"]},
            UnknownNameError,
            "no envelope is called 'pigeon'; there are: lambda, sqs",
        ),
        (
            {"case_ids": ["scan/no-tag"]},
            UnknownNameError,
            "no choice of a scan event is called 'no-tag'",
        ),
        ({"case_ids": ["scan"]}, UnknownNameError, "no case is called 'scan'"),
        (
            {"case_ids": ["scan/failed+zero-high"]},
            ImpossibleCaseError,
            "no event can be 'scan/failed.zero-high'",
        ),
    ],
)
def test_wrong_names_are_refused_before_anything_is_run(arguments, error, words):
    with pytest.raises(error, match=words):
        check("nowhere.py:handler", **arguments)


def test_a_consumer_that_is_not_there_is_refused():
    with pytest.raises(
        ConsumerError, match=r"cannot use 'app\.py:handle': app\.py has no 'handle'"
    ):
        check("app.py:handle")


def test_unknown_kinds_have_no_cases():
    with pytest.raises(UnknownNameError, match="no kind is called 'nope'"):
        check("app.py:handler", kinds=["nope"])
