"""The sentences about rules, over the whole table of verdicts."""

from __future__ import annotations

import io
import json
from functools import cache

import jsonschema
import pytest

from ecr_contracts.core import limits
from ecr_contracts.eventbridge.rules.pattern import Pattern
from ecr_contracts.eventbridge.rules.verdicts import Cause, Name, judge_pattern
from ecr_contracts.reporting.rules import (
    JudgedRule,
    delivery,
    mismatch_in_words,
    rules_as_json,
    sentence,
)
from ecr_contracts.reporting.rules_text import show_rules
from ecr_contracts.reporting.terminal import console
from tests.conftest import ROOT
from tests.unit.eventbridge.test_rule_verdicts import ROWS, judged

SCHEMA = json.loads((ROOT / "ecr_contracts" / "rules.schema.json").read_text("utf-8"))


@cache
def rules() -> list[JudgedRule]:
    """The whole table, judged where a test wants it: that takes seconds."""
    return [JudgedRule("t.yaml", 1, row["id"], row["pattern"], judged(row)) for row in ROWS]


def told(row_id: str) -> str:
    (row,) = [row for row in ROWS if row["id"] == row_id]
    return sentence(judged(row).gravest)


def delivered(row_id: str) -> str:
    (row,) = [row for row in ROWS if row["id"] == row_id]
    return delivery(judged(row).proof)


@pytest.mark.parametrize(
    ("row_id", "words"),
    [
        ("source-without-brackets", "EventBridge refuses it at $.source: a value stands in"),
        ("keys-with-underscores", "has no $.detail.action_type; did you mean action-type?"),
        ("severity-beside-the-counts", "did you mean $.detail.finding-severity-counts.CRITICAL?"),
        (
            "status-success",
            '"COMPLETE" or "FAILED" in every scan event, never ["SUCCESS"]; did you',
        ),
        ("two-severities-at-once", "it wants CRITICAL and HIGH at once, so a scan with only one"),
        ("zero-that-is-left-out", "is mostly left out where there are no findings"),
        (
            "failed-among-results",
            '"FAILED" never occurs at $.detail.result in push events; did you',
        ),
        ("scans-among-actions", '"ECR Image Scan" at $.detail-type is never delivered: a scan'),
        ("everything-of-ecr", "it asks for no kind ($.detail-type), and so delivers delete, push,"),
        ("every-image-action", "it asks for no action ($.detail.action-type), and so delivers"),
        ("every-push", '$.detail.result may be "FAILURE", and it is not asked for'),
        ("tag-exists", '$.detail.image-tag may be there and empty, "", which gets through too'),
        ("count-exists", "may be there and be 0, which gets through too"),
        ("no-counts", "is an object, which EventBridge takes for absent"),
        ("branch-within-another", "alternative 2 of $.detail"),
        ("result-that-never-occurs", '"OK" never occurs at $.detail.result'),
        ("version-exists", "$.version is always so where the other conditions hold"),
        ("pushes-of-anybody", 'ask for the source "aws.ecr"'),
        (
            "scans-of-instances",
            "no contract here describes what it delivers: Inspector2 Scan events",
        ),
        ("scans-of-inspector", "it may deliver Inspector2 Scan events without repository-name too"),
        (
            "findings-of-instances",
            "no contract here describes what it delivers: Inspector2 Finding",
        ),
        ("enabling-of-inspector", "no contract here describes what it delivers: Inspector2 AutoE"),
        ("failed-push", 'did you mean "FAILURE"? ("FAILED" is a word of replication events)'),
        ("failure-of-a-replication", 'mean "FAILED"? ("FAILURE" is a word of 5 other kinds)'),
        ("everything-of-ecr", "and so delivers delete, push, scan and 9 more"),
        ("every-image-action", "and so delivers delete, push, archive, restore"),
        ("events-of-an-application", "lets through nothing of ECR or its scanner"),
        ("events-of-another-service", "but events of aws.ecs: no contract here"),
    ],
)
def test_the_reason_of_a_verdict_in_words(row_id, words):
    assert words in told(row_id)


@pytest.mark.parametrize(
    ("row_id", "words"),
    [
        ("successful-pushes", 'delivers push events with result "SUCCESS"'),
        ("one-repository", 'repository-name "shop/api" and result "SUCCESS"'),
        ("version-tags", 'image-tag "v"… or …"-rc" and result "SUCCESS"'),
        ("all-tags-but-latest", 'image-tag not "latest"'),
        ("tags-in-any-letter-case", 'image-tag "LATEST" in any case'),
        ("untagged-pushes", 'image-tag "" or absent'),
        ("repositories-by-wildcard", 'repository-name like "shop/*/api"'),
        ("scans-with-critical-findings", "scan events with CRITICAL > 0"),
        ("few-critical-findings", "CRITICAL < 5"),
        ("every-push", "delivers every push event"),
        ("pushes-or-scans", "scan events with scan-status"),
        ("scans-of-inspector", "delivers every inspector-scan event, and Inspector2 Scan events w"),
        ("scans-of-instances", "delivers Inspector2 Scan events without repository-name"),
        ("everything-of-ecr", "delivers every event of 12 kinds (delete, push, scan and 9 more)"),
        (
            "everything-of-a-repository",
            'kinds (delete, push, scan and 5 more) with repository-name "s',
        ),
        ("status-success", "delivers nothing"),
        ("source-without-brackets", "delivers nothing"),
        ("events-of-an-application", "delivers events of others"),
    ],
)
def test_what_a_rule_delivers_in_words(row_id, words):
    assert words in delivered(row_id)


def test_every_verdict_of_the_table_has_a_sentence_and_evidence():
    causes = set()
    for rule in rules():
        for verdict in rule.judgement.verdicts:
            text = sentence(verdict)
            causes.add(verdict.cause)
            assert bool(text) == (verdict.name is not Name.FINE)
            assert "None" not in text
            assert not text.endswith(".")
            rests_on_reading = verdict.name in (Name.INVALID, Name.FINE)
            rests_on_reading |= verdict.cause in (Cause.ALTERNATIVE, Cause.OTHER_SENDERS)
            assert (verdict.evidence is None) == rests_on_reading
    assert set(Cause) - causes == {Cause.UNDECIDED}


def test_the_report_fits_eighty_columns():
    out = io.StringIO()
    show_rules(rules(), console(out))
    lines = out.getvalue().splitlines()
    wide = [line for line in lines if len(line) > 80]
    assert all(line.lstrip().startswith(("-", "+", '"', "{")) for line in wide)
    assert len(wide) < len(lines) / 20
    failed = sum(rule.judgement.has_failed for rule in rules())
    assert lines[-1].startswith(f"{len(rules())} rules: {failed} dead or invalid, ")


def test_a_key_without_end_takes_no_screens_without_end():
    pattern = {"source": ["aws.ecr"], "x" * 500_000: ["y"]}
    rule = JudgedRule("t.yaml", 1, "r", pattern, judged({**ROWS[0], "pattern": pattern}))
    out = io.StringIO()
    show_rules([rule], console(out))
    assert 100 < len(out.getvalue()) < 3 * limits.SENTENCE_CHARACTERS


def test_the_document_of_the_whole_table_keeps_to_its_schema():
    document = rules_as_json(rules())
    jsonschema.Draft202012Validator(SCHEMA).validate(json.loads(json.dumps(document)))
    for rule, row in zip(document["rules"], ROWS, strict=True):
        assert [verdict["verdict"] for verdict in rule["verdicts"]] == row["verdicts"]
        for kind in rule["kinds"]:
            assert kind["delivered"] == (kind["witness"] is not None)
            assert kind["delivered"] == (kind["offending"] is None)


def test_why_an_event_is_not_taken_is_told_with_what_was_seen():
    pattern = Pattern.parse({"detail": {"image-tags": ["v1"], "scan-status": ["COMPLETE"]}})
    mismatches = pattern.explain({"detail": {"image-tags": ["a", "b"]}})
    assert [mismatch_in_words(mismatch) for mismatch in mismatches] == [
        '$.detail.image-tags: wanted ["v1"], saw "a" and "b"',
        '$.detail.scan-status: wanted ["COMPLETE"], saw nothing',
    ]


def test_a_pattern_as_text_has_lines_and_its_correction():
    verdict = judge_pattern('{\n"source": "aws.ecr"}').gravest
    assert sentence(verdict).startswith("EventBridge refuses it at $.source (line 2, column 11)")
    assert verdict.correction.data == {"source": ["aws.ecr"]}
    assert judge_pattern('{"source": ').gravest.correction is None
