"""The verdicts on a table of rules, right and wrong, and what they claim held against the matcher.

Each row of `rule_verdicts.jsonl` has a pattern and the verdicts expected of it. Where they stand
there, `path` is what the first is about, `kind` the kind, and `mended` the pattern that is proposed
instead (null: none is).
"""

from __future__ import annotations

import json
from functools import cache
from typing import Any

import pytest

from ecr_contracts.core.findings import Severity
from ecr_contracts.eventbridge.rules.pattern import Pattern
from ecr_contracts.eventbridge.rules.proofs import prove
from ecr_contracts.eventbridge.rules.verdicts import Cause, Code, Judgement, Name, judge_pattern
from ecr_contracts.events.compile import reader
from ecr_contracts.events.generate.cases import cases_of
from ecr_contracts.events.kinds import kind_names
from ecr_contracts.events.validation import kind_of
from tests.conftest import ROOT
from tests.drawing import all_cases, drawn_events
from tests.rows import in_one_test

TABLE = ROOT / "tests" / "unit" / "eventbridge" / "rule_verdicts.jsonl"
ROWS = [json.loads(line) for line in TABLE.read_text("utf-8").splitlines()]
KEEPING_AWAY = {Name.DEAD, Name.UNREACHABLE_BRANCH}
KEPT_AWAY = {Cause.ALL_WANTED, Cause.ZERO_IS_LEFT_OUT, Cause.VALUE_MEANT}
"""The verdicts and causes whose witness is an event that the pattern does not let through."""


def named(row: dict[str, Any]) -> str:
    return row["id"]


@cache
def judgement_of(text: str) -> Judgement:
    return judge_pattern(json.loads(text))


def judged(row: dict[str, Any]) -> Judgement:
    return judgement_of(json.dumps(row["pattern"]))


def rows_with(verdict: str) -> list[dict[str, Any]]:
    return [row for row in ROWS if verdict in row["verdicts"]]


def test_the_table_has_every_verdict_often():
    assert len(ROWS) >= 60
    assert len({row["id"] for row in ROWS}) == len(ROWS)
    for verdict in Name:
        assert len(rows_with(verdict)) >= 2, verdict


@in_one_test
@pytest.mark.parametrize("row", ROWS, ids=named)
def test_each_rule_has_its_verdicts(row):
    judgement = judged(row)
    assert [verdict.name for verdict in judgement.verdicts] == row["verdicts"]
    if "path" in row:
        assert judgement.gravest.path == row["path"]
    if "kind" in row:
        assert judgement.gravest.kind == row["kind"]


@in_one_test
@pytest.mark.parametrize("row", [row for row in ROWS if "mended" in row], ids=named)
def test_each_rule_is_mended_as_it_was_meant(row):
    correction = judged(row).gravest.correction
    if row["mended"] is None:
        assert correction is None
        return
    assert correction is not None
    assert correction.data == row["mended"]
    assert any(line.startswith(("- ", "+ ")) for line in correction.diff)


@in_one_test
@pytest.mark.parametrize("row", ROWS, ids=named)
def test_the_matcher_confirms_every_witness(row):
    judgement = judged(row)
    if judgement.proof is not None:
        pattern = Pattern.parse(row["pattern"])
        for kind in judgement.proof.kinds:
            assert kind.is_reached != bool(kind.obstacle)
            if kind.is_reached:
                assert pattern.matches(kind.witness)
                assert kind_of(kind.witness) == kind.kind
        for verdict in judgement.verdicts:
            is_lost = verdict.name in KEEPING_AWAY or verdict.cause in KEPT_AWAY
            if verdict.witness is not None:
                assert pattern.matches(verdict.witness) != is_lost
    for verdict in judgement.verdicts:
        if verdict.correction is not None:
            mended = Pattern.parse(verdict.correction.data)
            assert mended.matches(verdict.correction.witness)


@in_one_test
@pytest.mark.parametrize("row", ROWS, ids=named)
def test_what_is_proposed_deserves_fewer_verdicts(row):
    names = [verdict.name for verdict in judged(row).verdicts]
    for verdict in judged(row).verdicts:
        if verdict.correction is not None:
            again = judge_pattern(verdict.correction.data)
            left = [one.name for one in again.verdicts]
            assert not again.has_failed
            assert left.count(verdict.name) < names.count(verdict.name)


@in_one_test
@pytest.mark.parametrize("row", ROWS, ids=named)
def test_only_what_delivers_nothing_is_an_error(row):
    for verdict in judged(row).verdicts:
        assert (verdict.severity is Severity.ERROR) == (verdict.name in (Name.DEAD, Name.INVALID))


PUSHES = {"source": ["aws.ecr"], "detail-type": ["ECR Image Action"]}
EVERYTHING = {"source": ["aws.ecr"]}


def names_of(pattern, *, unresolved=(), code=None):
    return [verdict.name for verdict in judge_pattern(pattern, unresolved, code).verdicts]


@pytest.mark.parametrize(
    ("detail", "unresolved"),
    [
        ({"image-tag": [{"exists": True}]}, "$.detail.image-tag"),
        ({"repository-name": [{"exists": True}]}, "$.detail.repository-name"),
    ],
)
def test_what_only_a_deployment_knows_is_not_blamed(detail, unresolved):
    detail = {"action-type": ["PUSH"], "result": ["SUCCESS"]} | detail
    assert names_of(PUSHES | {"detail": detail}) != [Name.FINE]
    assert names_of(PUSHES | {"detail": detail}, unresolved=[unresolved]) == [Name.FINE]


def test_counts_that_only_a_deployment_knows_are_not_blamed():
    counts = {"CRITICAL": [{"numeric": [">", 0]}], "HIGH": [{"exists": True}]}
    pattern = EVERYTHING | {
        "detail-type": ["ECR Image Scan"],
        "detail": {"finding-severity-counts": counts},
    }
    path = "$.detail.finding-severity-counts.HIGH"
    assert names_of(pattern, unresolved=[path]) == [Name.FINE]


@pytest.mark.parametrize(
    ("words", "kinds", "expected"),
    [
        ({"image-tag"}, {"push", "delete"}, [Name.TOO_WIDE]),
        ({"image-tag", "action-type", "PUSH", "result"}, {"push", "delete"}, [Name.FINE]),
        ({"image-tag", "PUSH"}, {"push", "delete"}, [Name.TOO_WIDE]),
    ],
)
def test_actions_that_the_code_tells_apart_were_asked_for(words, kinds, expected):
    assert names_of(PUSHES, code=Code(frozenset(words), frozenset(kinds))) == expected


def test_kinds_that_the_code_speaks_of_were_asked_for():
    pattern = EVERYTHING | {"detail-type": [{"prefix": "ECR Image"}]}
    words = frozenset(("action-type", "scan-status", "result"))
    assert names_of(EVERYTHING) == [Name.TOO_WIDE]
    everything = judge_pattern(EVERYTHING, (), Code(words, frozenset(("push",))))
    assert everything.gravest.cause is Cause.KINDS
    known = Code(words, frozenset(("push", "delete", "scan")))
    assert names_of(EVERYTHING, code=known) == [Name.TOO_WIDE]
    assert names_of(pattern, code=known) == [Name.FINE]


def test_a_rule_that_is_too_wide_is_mended_for_the_one_kind_of_its_code():
    code = Code(frozenset(("image-tag", "PUSH")), frozenset(("push", "delete")))
    correction = judge_pattern(PUSHES, (), code).gravest.correction
    assert correction.data == PUSHES | {"detail": {"action-type": ["PUSH"]}}


@pytest.mark.parametrize("word", ["result", "FAILURE"])
def test_failures_that_the_code_speaks_of_were_asked_for(word):
    pattern = PUSHES | {"detail": {"action-type": ["PUSH"]}}
    code = Code(frozenset((word, "image-tag")), frozenset(("push",)))
    assert names_of(pattern) == [Name.TOO_WIDE]
    assert names_of(pattern, code=code) == [Name.FINE]


def test_no_case_and_none_of_ten_thousand_events_meets_a_dead_rule():
    drawn = list(drawn_events(10_000, seed=1))
    assert len(drawn) >= 10_000
    assert {kind_of(event) for event in drawn} == set(kind_names())
    events = [*all_cases(), *drawn]
    for row in rows_with(Name.DEAD):
        pattern = Pattern.parse(row["pattern"])
        assert not any(map(pattern.matches, events)), row["id"]


def test_a_rule_matches_no_event_of_a_kind_that_it_is_proved_not_to():
    events = [*all_cases(), *drawn_events(600)]
    kinds = [(event, kind_of(event)) for event in events]
    for row in ROWS:
        proof = judged(row).proof
        if proof is None:
            continue
        reached = {kind.kind for kind in proof.reached}
        for event, kind in kinds:
            assert kind in reached or not proof.pattern.matches(event), row["id"]


@in_one_test
@pytest.mark.parametrize("row", rows_with(Name.FINE), ids=named)
def test_every_case_of_a_narrowed_contract_matches(row):
    proof = prove(row["pattern"])
    for kind in proof.reached:
        for case in cases_of(kind.contract, 1):
            assert proof.pattern.matches(case.event), case.id
        assert kind.is_whole == (kind.contract is reader.contract(kind.kind))


def test_what_keeps_failures_away_keeps_no_other_kind_away():
    pattern = {
        "source": ["aws.ecr"],
        "$or": [
            {"detail-type": ["ECR Image Action"], "detail": {"action-type": ["PUSH"]}},
            {"detail-type": ["ECR Image Scan"]},
        ],
    }
    [told] = [one for one in judge_pattern(pattern).verdicts if one.path == "$.detail.result"]
    assert told.cause is Cause.FAILURES
    assert told.correction is None


@pytest.mark.parametrize(
    "pattern",
    [
        {
            "source": ["aws.ecr", "aws.codebuild"],
            "$or": [
                {"detail": {"action-type": ["PUSH"]}},
                {"detail": {"build-status": ["FAILED"]}},
            ],
        },
        {
            "detail-type": ["ECR Image Action", "My Custom Event"],
            "detail": {"action-type": ["PUSH"], "result": ["SUCCESS"]},
        },
    ],
)
def test_nothing_is_proposed_that_keeps_other_senders_away(pattern):
    verdicts = judge_pattern(pattern).verdicts
    assert {verdict.name for verdict in verdicts} & {Name.TOO_WIDE, Name.NO_SOURCE}
    assert all(verdict.correction is None for verdict in verdicts)


@pytest.mark.long
@pytest.mark.parametrize("operator", ["prefix", "equals-ignore-case", "wildcard", "anything-but"])
def test_thousands_of_conditions_are_judged_in_bounded_time(operator):
    texts = [f"r{number}*x*" if operator == "wildcard" else f"r{number}" for number in range(1500)]
    leaf = [{operator: texts}] if operator == "anything-but" else [{operator: one} for one in texts]
    pattern = {
        "source": ["aws.ecr"],
        "detail-type": ["ECR Image Action"],
        "detail": {"action-type": ["PUSH"], "result": ["SUCCESS"], "repository-name": leaf},
    }
    assert Name.DEAD not in {verdict.name for verdict in judge_pattern(pattern).verdicts}


@pytest.mark.parametrize(
    "excluded",
    [
        {"wildcard": [f"*{one}*{one}{one}*" for one in "abcdefghijklmnopqrst"]},
        [f"r{number}" for number in range(5000)],
    ],
    ids=["entangled", "many"],
)
def test_more_than_is_told_apart_is_not_told(excluded):
    """Each wildcard with three runs doubles the states; of thousands of texts few are followed."""
    leaf = [{"anything-but": excluded}]
    pattern = {"source": ["aws.ecr"], "detail": {"repository-name": leaf}}
    event = {"source": "aws.ecr", "detail": {"repository-name": "shop/-"}}
    assert Pattern.parse(pattern).matches(event)
    judgement = judge_pattern(pattern)
    assert judgement.gravest.cause is Cause.UNDECIDED
    assert not judgement.has_failed


def test_of_hundreds_of_conditions_that_no_event_meets_nothing_is_guessed():
    few, many = [[{"numeric": ["=", number]} for number in range(most)] for most in (3, 301)]
    told = [
        judge_pattern({"source": ["aws.ecr"], "detail": {"image-tag": one}}) for one in (few, many)
    ]
    assert [judgement.gravest.name for judgement in told] == [Name.DEAD, Name.DEAD]
    assert told[1].gravest.correction is None


def test_what_was_proved_before_is_judged_alike():
    assert judge_pattern(PUSHES, proof=prove(PUSHES)) == judge_pattern(PUSHES)
