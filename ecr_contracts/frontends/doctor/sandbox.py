"""The sandbox: whether a handler runs in it here, and what the operating system holds."""

from __future__ import annotations

import tempfile
import time
from pathlib import Path

from ecr_contracts.core.errors import EcrContractsError
from ecr_contracts.discovery.target import Target
from ecr_contracts.engine.plan import Request
from ecr_contracts.engine.session import judge
from ecr_contracts.engine.subjects.handler import Handler
from ecr_contracts.events.kinds import kind_names, place_of
from ecr_contracts.frontends.doctor.rows import Row, Section, State
from ecr_contracts.reporting.containment import held
from ecr_contracts.runtime.outcome import Status

__all__ = ["sandbox"]

_HANDLER = """\
def handler(event, context):
    return {"id": event["id"]}
"""


def sandbox() -> Section:
    """What comes of a handler of ours that is given one event in a worker."""
    began = time.perf_counter()
    kind = min(kind_names(), key=place_of)
    with tempfile.TemporaryDirectory(prefix="ecr-") as folder:
        file = Path(folder, "handler_of_doctor.py")
        file.write_text(_HANDLER, "utf-8")
        try:
            subject = Handler(Target.parse(f"{file}:handler"))
            verdict = judge(subject, Request(kinds=(kind,), cases=(f"{kind}/ordinary",)))
        except EcrContractsError as error:
            return Section("sandbox", (Row("a handler of ours", State.WRONG, str(error)),))
    seconds = time.perf_counter() - began
    returned = [trial.outcome.status is Status.RETURNED for trial in verdict.trials]
    if not returned or not all(returned):
        text = "it does not run as it should: please report this"
        return Section("sandbox", (Row("a handler of ours", State.WRONG, text),))
    rows = [Row("a handler of ours", State.FINE, f"it ran in {seconds:.1f} s")]
    if verdict.containment is not None:
        rows.append(Row("beyond Python", State.FINE, held(verdict.containment)))
    return Section("sandbox", tuple(rows))
