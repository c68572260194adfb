"""What the last lines of a report say of how far events got."""

from __future__ import annotations

from types import SimpleNamespace

import pytest

from ecr_contracts.core.findings import Location
from ecr_contracts.engine.reach import Reach, TurningPoint
from ecr_contracts.reporting.verdicts import reach


@pytest.mark.parametrize(
    ("ended_early", "words"), [(96, "the others did not get past"), (30, "30 others did not get")]
)
def test_those_that_failed_are_not_said_to_have_turned_back(ended_early, words):
    point = TurningPoint(Location("app.py", 9), "it goes on only where it is ours")
    known = Reach(
        events=100,
        acted=4,
        is_known=True,
        held_up=(point,),
        ended_early=ended_early,
        has_code=True,
    )
    said = reach(SimpleNamespace(findings=(), reach=known))
    assert said.startswith(f"4 of 100 events reached an effect; {words}")
