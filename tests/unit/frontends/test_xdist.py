"""What xdist carries between processes comes out as it went in."""

from __future__ import annotations

import json

import pytest

from ecr_contracts.core.findings import Boundary, Condition, Location, Severity
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


def test_a_finding_with_conditions_of_every_sort_comes_out_as_it_went_in():
    length = Boundary("length", low=64)
    tags = Condition("$.detail.image-tags", ("empty", "absent"), "is empty or absent")
    finding = with_(
        cause=(
            Condition("$.detail.repository-name", ("longest",), "is long", length, (tags,), "a:9"),
            tags,
        ),
        places=(Location("app.py", 12), Location("app.py", 31, "handler", "x[0]")),
        rule="rule.json:1",
        rule_asks=True,
    )
    unpacked = xdist.unpacked_finding(xdist.packed_finding(finding))
    assert unpacked == finding
    assert [one.words for one in unpacked.cause] == ["is long", "is empty or absent"]
    assert unpacked.cause[0].compared == "a:9"
