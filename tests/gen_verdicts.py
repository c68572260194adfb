"""Verdicts for tests, with foreign text in every place that it can come from."""

from __future__ import annotations

from hypothesis import strategies as st

from ecr_contracts.core import json_path
from ecr_contracts.core.findings import Condition, Location, Severity
from ecr_contracts.engine.reach import Reach
from ecr_contracts.engine.trial import Trial
from ecr_contracts.engine.unchecked import Unchecked
from ecr_contracts.engine.verdict import Verdict
from ecr_contracts.events.generate.cases import ORDINARY, case
from ecr_contracts.runtime.effects import Effect, Effects, Origin, Sort
from ecr_contracts.runtime.outcome import MadeUpVariable, Outcome, Status
from tests import foreign
from tests.unit.reporting.made import FINDING, with_

TEXTS = foreign.texts()


@st.composite
def verdicts(draw):
    """Verdicts that have foreign text wherever it can be."""
    text = lambda: draw(TEXTS)  # noqa: E731 - a draw for each place
    ordinary = case("scan/ordinary")
    event = {**ordinary.event, text(): text(), "id": text(), "resources": [text()]}
    place = Location(text(), 3, source=text(), around=f"{text()}\n{text()}", function=text())
    condition = Condition(json_path.show(("detail", text())), (text(),), text())
    finding = with_(
        cause=(condition,),
        exception=text(),
        location=place,
        places=(place,),
        detail=text(),
        example=event,
        nearest={**event, text(): text()},
        severity=draw(st.sampled_from([Severity.ERROR, Severity.WARNING])),
        group=text(),
    )
    effects = Effects(
        [
            Effect(Sort.HTTP, f"POST https://{text()}", text()),
            Effect(
                Sort.AWS, f"ecr.{text()}", {text(): text()}, answer=text(), origin=Origin.MADE_UP
            ),
            Effect(Sort.FILE, text(), None),
        ]
    )
    outcome = Outcome(
        Status.RAISED,
        exception=text(),
        message=text(),
        traceback=text(),
        output=text(),
        location=place,
        effects=effects,
        made_up=(MadeUpVariable(text(), text(), f"{text()}:1"),),
    )
    trial = Trial(ordinary, "lambda", outcome, ())
    failing = Trial(case(FINDING.case), "lambda", outcome, ())
    unchecked = Unchecked(text(), place, text(), text(), place, 1, 2, f"{text()}\n    {text()}")
    assert ORDINARY in ordinary.id
    return Verdict(
        consumer=text(),
        kinds=("scan",),
        via=("lambda",),
        why=text(),
        via_why=text(),
        inferred=True,
        via_inferred=True,
        strength=2,
        evidence=None,
        others=(),
        probes=0,
        drawn=0,
        planned=2,
        seconds=1.0,
        shaped=text(),
        findings=(finding,),
        trials=(trial, failing),
        notes=(text(),),
        options=(text(),),
        unchecked=(unchecked,),
        reach=Reach(effects=(text(),), events=1),
    )
