"""Values that a handler compares with a field, and that no valid event has there."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from textwrap import indent
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ecr_contracts.core.json_path import Steps
from ecr_contracts.discovery.dead_comparisons import dead_comparisons, may_hold
from ecr_contracts.discovery.source.comparisons.values.event_fields import forms_of
from ecr_contracts.discovery.target import Target
from ecr_contracts.eventbridge.rules.matching.conditions import (
    EqualsIgnoreCase,
    Exact,
    Exists,
    Prefix,
    Suffix,
    Wildcard,
    literal_of,
)
from ecr_contracts.events.generate.strategies import ecr_events
from ecr_contracts.events.kinds import kind_names

START = """
import json
import boto3
sns = boto3.client("sns")

def handler(event, context):
    detail = event["detail"]
    name = detail["repository-name"]
    counts = detail.get("finding-severity-counts") or {}
"""
ACTS = "sns.publish(Message=name)"


def _dead(
    folder: Path, body: str, kinds: tuple[str, ...] = ("push", "scan")
) -> list[tuple[Any, str, bool]]:
    """The literals of a handler's body that no event has, with what is meant, and if it is sure."""
    file = folder / "app.py"
    file.write_text(START + indent(body, "    "))
    found = dead_comparisons(Target.parse(f"{file}:handler"), kinds)
    return [(dead.comparison.literal, dead.meant, dead.is_sure) for dead in found]


@pytest.mark.parametrize(
    ("body", "literal", "meant"),
    [
        (f'if detail["result"] != "Success":\n    return\n{ACTS}', "Success", "SUCCESS"),
        (f'if detail["scan-status"] == "COMPLETED":\n    {ACTS}', "COMPLETED", "COMPLETE"),
        (f'if detail["action-type"] == "push":\n    {ACTS}', "push", "PUSH"),
        (f'if detail["action-type"] == "PUSHED":\n    {ACTS}', "PUSHED", "PUSH"),
        (f'if detail["result"].lower() == "SUCCESS":\n    {ACTS}', "SUCCESS", "success"),
        (f'if detail["scan-status"].lower() == "completed":\n    {ACTS}', "completed", "complete"),
        (f'if detail["result"] == "Failure":\n    return\n{ACTS}', "Failure", "FAILURE"),
        (
            f'if event["detail-type"] != "ECR Image scan":\n    return\n{ACTS}',
            "ECR Image scan",
            "ECR Image Scan",
        ),
        (f'if event["source"] != "AWS.ECR":\n    return\n{ACTS}', "AWS.ECR", "aws.ecr"),
        (f'if event["account"] != 123456789012:\n    return\n{ACTS}', 123456789012, "123456789012"),
        (f'if name == "Shop/API":\n    {ACTS}', "Shop/API", "shop/api"),
        (f'if counts.get("MODERATE", 0):\n    {ACTS}', "MODERATE", "MEDIUM"),
        (f'if counts.get("critical"):\n    {ACTS}', "critical", "CRITICAL"),
        (
            f'for level in counts:\n    if level == "Critical":\n        {ACTS}',
            "Critical",
            "CRITICAL",
        ),
        (
            f'{{"COMPLETED": print, "FAILED": print}}[detail["scan-status"]](name)\n{ACTS}',
            "COMPLETED",
            "COMPLETE",
        ),
        (
            f'match detail["result"]:\n    case "success":\n        {ACTS}',
            "success",
            "SUCCESS",
        ),
    ],
)
def test_a_literal_that_no_event_has_is_dead(
    tmp_path: Path, body: str, literal: object, meant: str
) -> None:
    """And what was meant is said."""
    assert _dead(tmp_path, body) == [(literal, meant, True)]


def test_a_form_that_a_field_never_has_needs_no_word_that_was_meant(tmp_path: Path) -> None:
    """A pattern leaves no room: nothing can be added to it."""
    assert _dead(tmp_path, f'if name.startswith("Prod-"):\n    {ACTS}') == [
        ("Prod-", "prod-", True)
    ]
    digest = f'if detail["image-digest"].startswith("sha-256:"):\n    {ACTS}'
    assert _dead(tmp_path, digest) == [("sha-256:", "", True)]


def test_a_value_that_nobody_knows_is_a_warning_where_code_waits_for_it(tmp_path: Path) -> None:
    """AWS may add a value; where the code goes on without it, it is a precaution."""
    assert _dead(tmp_path, f'if detail["result"] == "PARTIAL":\n    {ACTS}') == [
        ("PARTIAL", "", False)
    ]
    assert _dead(tmp_path, f'if detail["result"] == "PARTIAL":\n    return\n{ACTS}') == []


@pytest.mark.parametrize(
    "body",
    [
        f'if detail["result"] in ("SUCCESS", "SUCCEEDED"):\n    {ACTS}',
        f'if detail["result"] == "SUCCESS" or detail["result"] == "Success":\n    {ACTS}',
        f'if detail["scan-status"] == "COMPLETE":\n    {ACTS}\n'
        f'elif detail["scan-status"] == "COMPLETED":\n    {ACTS}',
        f'if detail["scan-status"] in ("COMPLETE", "ACTIVE"):\n    {ACTS}',
        f'if detail["result"].lower() == "success":\n    {ACTS}',
        f'if detail["result"].upper() != "SUCCESS":\n    return\n{ACTS}',
        f'if detail["result"] in ("FAILED", "FAILURE"):\n    {ACTS}',
        f'if detail["result"] == "FAILED":\n    {ACTS}',
        f'status = detail.get("result") or detail.get("scan-status")\n'
        f'if status == "FAILURE":\n    {ACTS}',
        f'status = detail.get("result", "none")\nif status == "none":\n    {ACTS}',
        f'if detail.get("image-tag") == "Latest":\n    {ACTS}',
        f'if event["region"] == "xy-north-1":\n    {ACTS}',
        f'if event["source"] == "aws.codebuild":\n    {ACTS}',
        f'if event["detail-type"] == "ECR Image Push":\n    {ACTS}',
        f'if detail["eventName"] == "TagResource":\n    {ACTS}',
        f'if detail["no-such-key"] == "x":\n    {ACTS}',
        f'if counts.get("MEDIUM", 0) + counts.get("MODERATE", 0):\n    {ACTS}',
        f'if counts.get("NEGLIGIBLE"):\n    {ACTS}',
        f'state = sns.get_state()["result"]\nif state == "Success":\n    {ACTS}',
        f'if (detail["result"] if name else sns.x()) == "Success":\n    {ACTS}',
        f'detail["result"] = detail["result"].title()\n'
        f'if detail["result"] == "Success":\n    {ACTS}',
        f"for key in detail:\n    detail[key] = detail[key].lower()\n"
        f'if detail["result"] == "success":\n    {ACTS}',
        f'detail.update(other())\nif detail["result"] == "Success":\n    {ACTS}',
        f'detail.setdefault("result", "Success")\nif detail["result"] == "Success":\n    {ACTS}',
        f'if detail["result"].title() == "Success":\n    {ACTS}',
        f'if "late" in str(detail["image-tags"]):\n    {ACTS}',
        f'if counts.get("UNTRIAGED"):\n    {ACTS}',
        f'if detail["inspectorScore"] == 10:\n    {ACTS}',
        f'if detail["severity"] == "Severe":\n    {ACTS}',
        f'if detail["status"] == "SUCCEEDED":\n    {ACTS}',
        f'detail = build(detail)\nif detail["result"] == "Success":\n    {ACTS}',
        f"for level, n in {{k.lower(): v for k, v in counts.items()}}.items():\n"
        f'    if level == "critical":\n        {ACTS}',
        f'if event["source"] == "aws.batch" and detail["status"] == "SUCCEEDED":\n    {ACTS}',
    ],
)
def test_nothing_is_said_without_need(tmp_path: Path, body: str) -> None:
    """Of precautions, shared code, fields that are open, and what cannot be seen."""
    assert _dead(tmp_path, body) == []


def test_a_script_at_the_end_is_no_caller(tmp_path: Path) -> None:
    """What people try their handler with says nothing of what reaches it."""
    body = f'if detail["result"] == "Success":\n    {ACTS}\n'
    script = 'if __name__ == "__main__":\n    handler(json.load(open("event.json")), None)\n'
    file = tmp_path / "app.py"
    file.write_text(f"{START}{indent(body, '    ')}\n{script}")
    found = dead_comparisons(Target.parse(f"{file}:handler"), ["push"])
    assert [dead.meant for dead in found] == ["SUCCESS"]


def test_a_word_of_the_kinds_that_reach_it_is_meant(tmp_path: Path) -> None:
    """Two kinds have two words for one sense."""
    body = f'if detail["scan-status"] == "SUCCESS":\n    {ACTS}'
    assert _dead(tmp_path, body, ("scan",)) == [("SUCCESS", "COMPLETE", True)]
    assert _dead(tmp_path, body, ("inspector-scan",)) == [
        ("SUCCESS", "INITIAL_SCAN_COMPLETE", True)
    ]


# --- what an event has is never dead --------------------------------------------------------------


def _leaves(value: Any, steps: Steps = ()) -> Iterator[tuple[Steps, Any]]:
    """The values within a value; each element of an array stands at the number 0."""
    if isinstance(value, dict):
        for key, inner in value.items():
            yield from _leaves(inner, (*steps, key))
    elif isinstance(value, list):
        for inner in value:
            yield from _leaves(inner, (*steps, 0))
    else:
        yield steps, value


@given(st.data())
def test_no_value_of_any_event_is_dead(data: st.DataObject) -> None:
    """Nor its beginning, its end, what is in it, or its copy in other letters."""
    event = data.draw(ecr_events(data.draw(st.sampled_from(kind_names()))))
    for steps, value in _leaves(event):
        if not forms_of(steps):
            continue
        assert may_hold(steps, Exists(True)), steps
        assert may_hold(steps, Exact(literal_of(value))), (steps, value)
        if isinstance(value, str):
            assert may_hold(steps, EqualsIgnoreCase(value.upper())), (steps, value)
            assert may_hold(steps, Wildcard(f"*{value}" if "*" not in value else "*"))
    texts = [pair for pair in _leaves(event) if isinstance(pair[1], str) and forms_of(pair[0])]
    steps, text = data.draw(st.sampled_from(texts))
    cut = data.draw(st.integers(0, len(text)))
    assert may_hold(steps, Prefix(text[:cut])), (steps, text, cut)
    assert may_hold(steps, Suffix(text[cut:])), (steps, text, cut)
