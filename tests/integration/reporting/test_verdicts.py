"""Sentences about a verdict: what was tried is told as it was, and each finding can be repeated."""

from __future__ import annotations

import pytest

from ecr_contracts import check
from ecr_contracts.core.findings import (
    Evidence,
)
from ecr_contracts.events.compile import reader
from ecr_contracts.events.generate.cases import combinations, edge_cases
from ecr_contracts.reporting.verdicts import guarantee, repeat_command
from tests.integration.reporting.runs import APP, DRAWN, checked, said, uncounted


@pytest.mark.parametrize(("strength", "together"), [(1, "choices"), (2, "pairs"), (3, "triples")])
@pytest.mark.parametrize("kind", ["push", "scan"])
def test_how_many_choices_met_is_told(kind, strength, together):
    verdict = checked("fine", kinds=[kind], strength=strength)
    single = len(edge_cases(kind)) - 2
    more = len(edge_cases(kind, strength)) - len(edge_cases(kind))
    tried = {
        1: f"AWS's sample, the ordinary {kind} and {single} single deviations",
    }.get(
        strength,
        f"AWS's sample, the ordinary {kind}, {single} single deviations and {more} more events",
    )
    facets = len(reader.contract(kind).varying)
    held = f"all {combinations(reader.contract(kind), strength):,} {together} of {facets} facets"
    assert guarantee(verdict) == f"{tried}: {held}"
    assert len(verdict.trials) == len(edge_cases(kind, strength))


def test_stronger_cases_hold_more():
    push = reader.contract("push")
    assert combinations(push, 1) < combinations(push, 2) < combinations(push, 3)
    assert len({guarantee(checked("fine", kinds=["push"], strength=one)) for one in (1, 2, 3)}) == 3


@pytest.mark.parametrize("evidence", list(Evidence))
def test_on_which_evidence_the_events_rest_is_told(evidence):
    verdict = checked("fine", kinds=["push"], evidence=evidence)
    facets = len(reader.contract("push").varying)
    held = f"all {combinations(reader.contract('push'), 2, evidence):,} pairs of {facets} facets"
    assert guarantee(verdict).endswith(f": {held} that rest on no less than {evidence} evidence")
    more = len(edge_cases("push", 2, evidence)) - len(edge_cases("push", 1, evidence))
    assert f"and {more} more events: " in guarantee(verdict)


def test_what_was_tried_beside_the_cases_is_told_if_anything_was():
    assert "events of other values" not in guarantee(checked("no_digest", kinds=["push"]))
    assert "calls" not in guarantee(checked("no_digest", kinds=["push"], examples=1, probe=0))
    assert guarantee(checked("no_digest", kinds=["push"], examples=1, probe=1)).endswith(
        "; 1 event of other values; 1 more call to tell the causes"
    )


def test_chosen_cases_are_counted_apart_from_those_that_tell_the_cause():
    text = said("handler", case_ids=["scan/sample", "push/no-tag"])
    tried = "tried: 1 chosen scan and 1 chosen push events, N more calls to explain, in "
    assert tried in uncounted(" ".join(text.split()))
    assert text.startswith("2 faults in app.py:handler: 1 of 1 scan and 1 of 1 push events fail")
    assert "\ngiven: scan and push events\n" in text


@pytest.mark.parametrize(
    ("handler", "arguments", "command"),
    [
        ("handler", {}, "ecr-contracts check app.py:handler --case scan/no-tags"),
        (
            "handler",
            {"via": ["lambda"], "strength": 1},
            "ecr-contracts check app.py:handler --case scan/no-tags --via lambda",
        ),
        ("stuck", {"kinds": ["scan"], "timeout": 0.05}, None),
        ("fine", {"kinds": ["scan"]}, None),
        (
            "handler",
            {"kinds": ["scan"], "via": ["event-bus"]},
            "ecr-contracts check app.py:handler --case scan/no-tags --via event-bus",
        ),
        ("idle", {"kinds": ["scan"]}, "ecr-contracts check app.py:idle --kind scan"),
        (
            "idle",
            {"kinds": ["push"], "via": ["sqs"]},
            "ecr-contracts check app.py:idle --kind push --via sqs",
        ),
        (
            "once",
            {"kinds": ["push"], "strength": 1},
            "ecr-contracts check app.py:once --case push/leading-zero-account",
        ),
        (
            "picky",
            {"kinds": ["push"], "examples": DRAWN},
            "ecr-contracts check app.py:picky --kind push",
        ),
        (
            "picky",
            {
                "kinds": ["push"],
                "via": ["lambda"],
                "strength": 1,
                "examples": 300,
                "evidence": Evidence.INFERRED,
            },
            "ecr-contracts check app.py:picky --kind push --strength 1 --examples 300 "
            "--evidence inferred --via lambda",
        ),
    ],
)
def test_a_finding_can_be_seen_again(handler, arguments, command):
    verdict = checked(handler, **arguments)
    if handler == "stuck":
        command = "ecr-contracts check app.py:stuck --case scan/ordinary --timeout 0.05"
    assert [repeat_command(verdict, finding) for finding in verdict.findings[:1]] == [command] * (
        handler != "fine"
    )


def test_names_that_a_shell_would_take_apart_are_quoted(tmp_path):
    (tmp_path / "my app").mkdir()
    (tmp_path / "my app" / "it's.py").write_text(APP, "utf-8")
    verdict = check("my app/it's.py:handler", kinds=["scan"], strength=1, examples=0)
    assert repeat_command(verdict, verdict.findings[0]) == (
        """ecr-contracts check 'my app/it'"'"'s.py:handler' --case scan/no-tags"""
    )
