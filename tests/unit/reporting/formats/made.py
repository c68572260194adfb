"""A verdict made by hand, and a run of it."""

from __future__ import annotations

from ecr_contracts.engine.reach import Reach
from ecr_contracts.engine.trial import Trial
from ecr_contracts.engine.verdict import Verdict
from ecr_contracts.events.generate.cases import case
from ecr_contracts.reporting.formats.run import Run
from ecr_contracts.runtime.outcome import Outcome, Status
from tests.unit.reporting.made import FINDING

ORDINARY = Trial(case("scan/ordinary"), "lambda", Outcome(Status.RETURNED), ())
FAILING = Trial(
    case("scan/no-tags"),
    "lambda",
    Outcome(Status.RAISED, exception="IndexError", message="list index out of range"),
    (),
)


def verdict(*findings, **changes) -> Verdict:
    """A verdict on `app.py:handler`, which was given two scan events."""
    values = {
        "consumer": "app.py:handler",
        "kinds": ("scan",),
        "via": ("lambda",),
        "why": "",
        "via_why": "",
        "inferred": True,
        "via_inferred": True,
        "strength": 0,
        "evidence": None,
        "trials": (ORDINARY, FAILING),
        "others": (),
        "probes": 0,
        "drawn": 0,
        "planned": 2,
        "findings": findings or (FINDING,),
        "seconds": 1.5,
        "reach": Reach(events=2),
    }
    return Verdict(**values | changes)


def run(*verdicts, **changes) -> Run:
    """A run in the folder `svc` of a repository."""
    return Run(verdicts or (verdict(),), folder="/repo/svc", root="/repo", **changes)
