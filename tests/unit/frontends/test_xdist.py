"""What xdist carries between processes comes out as it went in."""

from __future__ import annotations

import json

import pytest

from ecr_contracts.core.findings import Cause, Evidence, RuleChoice, Severity
from ecr_contracts.engine.checks.outcome import Symptom
from ecr_contracts.engine.trial import Trial
from ecr_contracts.eventbridge.rules.narrowing.demands import NamedPattern
from ecr_contracts.eventbridge.rules.pattern import Pattern
from ecr_contracts.eventbridge.rules.world import World
from ecr_contracts.events.generate.cases import cases_of
from ecr_contracts.frontends.pytest import xdist
from ecr_contracts.runtime.outcome import Outcome, Status
from tests.unit.reporting.made import with_

PATTERN = {"detail": {"repository-name": ["shop/api", {"prefix": "shop/web"}]}}
NARROWED = World.behind([NamedPattern(Pattern.parse(PATTERN), "rule.json:1")])


@pytest.mark.parametrize("kind", NARROWED.kinds)
def test_a_trial_behind_a_rule_comes_out_as_it_went_in(kind):
    symptom = Symptom("raises", Severity.ERROR, "KeyError", None, "x", ends=True)
    for case in cases_of(NARROWED.contract(kind)):
        trial = Trial(case, "sqs", Outcome(Status.RAISED), (symptom,))
        packed = json.loads(json.dumps(xdist.packed(trial, "app.py:handler", 0)))
        assert xdist.unpacked(packed) == trial


def test_a_finding_with_choices_of_a_rule_comes_out_as_it_went_in():
    path = "$.detail.repository-name"
    finding = with_(
        cause=(Cause(path, "shop/api"), Cause("$.detail.image-tags", "empty")),
        rule="rule.json:1",
        rule_asks=True,
        made=(
            RuleChoice(path, "shop/api", Evidence.DOCUMENTED, value='"shop/api"'),
            RuleChoice(path, "deep", Evidence.INFERRED, is_open=True),
        ),
    )
    unpacked = xdist.unpacked_finding(xdist.packed_finding(finding))
    assert unpacked == finding
    assert unpacked.made == finding.made
