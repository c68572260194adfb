"""What tests did with their events, as trials, and trials as data that xdist can carry."""

from __future__ import annotations

import contextlib
import json
import traceback
from dataclasses import asdict, replace
from typing import Any

import pytest

from ecr_contracts.core.findings import Cause, Evidence, Finding, Location, Severity
from ecr_contracts.core.text import encodable
from ecr_contracts.discovery.user_code import UserCode
from ecr_contracts.engine.checks.outcome import Symptom
from ecr_contracts.engine.trial import Trial
from ecr_contracts.events.generate import cases
from ecr_contracts.events.generate.cases import Case
from ecr_contracts.frontends.pytest.marker import Given
from ecr_contracts.runtime.outcome import Outcome, Status

_MESSAGE_LIMIT = 2_000


def tried(
    item: pytest.Item, call: pytest.CallInfo[None], report: pytest.TestReport, given: Given
) -> Trial | None:
    """What a marked test did with its event; nothing if it was skipped, or failed as xfail wants it."""
    if report.passed:
        return Trial(given.case, given.via, Outcome(Status.RETURNED), ())
    if not report.failed or call.excinfo is None:
        return None
    user_code = UserCode.around(item.path, str(item.config.rootpath))
    location = user_code.location(traceback.walk_tb(call.excinfo.tb))
    message = ""
    # What an assertion says differs from event to event; where it stands does not.
    if not call.excinfo.errisinstance(AssertionError):
        with contextlib.suppress(Exception):  # an exception's own __str__ may raise anything
            message = str(call.excinfo.value)[:_MESSAGE_LIMIT]
    symptom = Symptom("raises", Severity.ERROR, call.excinfo.typename, location, message, ends=True)
    return Trial(given.case, given.via, Outcome(Status.RAISED), (symptom,))


def packed(trial: Trial, consumer: str, *, configured: bool) -> dict[str, Any]:
    """A trial as data that xdist can carry, for it knows exact built-in types alone."""
    symptoms = []
    for symptom in trial.symptoms:
        values = asdict(symptom) | {
            "severity": symptom.severity.value,
            "message": encodable(symptom.message),
        }
        if symptom.location is not None:
            values["location"] = {
                name: encodable(value) if isinstance(value, str) else value
                for name, value in asdict(symptom.location).items()
            }
        symptoms.append(values)
    return {
        "consumer": consumer,
        "configured": configured,
        "case": trial.case.id,
        "kind": trial.case.kind,
        "evidence": trial.case.evidence.value,
        "text": encodable(trial.case.text) if trial.case.is_valued else "",
        "labels": dict(trial.case.labels),
        "via": trial.via,
        "status": trial.outcome.status.value,
        "symptoms": symptoms,
    }


def packed_finding(finding: Finding) -> str:
    """A finding as text that xdist can carry."""
    return json.dumps(asdict(finding))


def unpacked_finding(packed: str) -> Finding:
    """The finding that was packed."""
    values = json.loads(packed)
    location = values["location"]
    values |= {
        "severity": Severity(values["severity"]),
        "evidence": Evidence(values["evidence"]),
        "location": None if location is None else Location(**location),
        "cause": tuple(Cause(**choice) for choice in values["cause"]),
        "except_for": tuple(Cause(**choice) for choice in values["except_for"]),
        "failed": tuple(values["failed"]),
    }
    return Finding(**values)


def unpacked(packed: dict[str, Any]) -> Trial:
    """The trial that was packed, without what only the item itself needed."""
    symptoms = [
        Symptom(
            **values
            | {
                "severity": Severity(values["severity"]),
                "location": Location(**values["location"]) if values["location"] else None,
            }
        )
        for values in packed["symptoms"]
    ]
    if packed["text"]:
        evidence = Evidence(packed["evidence"])
        case = Case(packed["case"], packed["kind"], packed["labels"], evidence, packed["text"])
    else:
        case = replace(cases.case(packed["case"]), labels=packed["labels"])
    return Trial(case, packed["via"], Outcome(Status(packed["status"])), tuple(symptoms))
