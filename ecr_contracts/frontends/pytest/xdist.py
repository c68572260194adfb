"""Trials of marked tests, and trials and findings as data that xdist can carry."""

from __future__ import annotations

import contextlib
import json
import traceback
from dataclasses import asdict
from typing import Any

import pytest

from ecr_contracts.core import limits
from ecr_contracts.core.findings import Boundary, Condition, Evidence, Finding, Location, Severity
from ecr_contracts.core.foreign_text import in_json, one_line
from ecr_contracts.core.text import encodable, shortened
from ecr_contracts.discovery.user_code import UserCode
from ecr_contracts.engine.checks.outcome import Symptom
from ecr_contracts.engine.trial import Trial
from ecr_contracts.engine.unchecked import beyond
from ecr_contracts.events.generate.cases import Case
from ecr_contracts.frontends.pytest.marker import CaseParam
from ecr_contracts.runtime.effects import Effect, Sort
from ecr_contracts.runtime.outcome import Outcome, Status, Stop


def trial_of_test(
    item: pytest.Item, call: pytest.CallInfo[None], report: pytest.TestReport, param: CaseParam
) -> Trial | None:
    """What a marked test did with its event; None if it was skipped, or failed as xfail wants."""
    if report.passed:
        return Trial(param.case, param.via, Outcome(Status.RETURNED), ())
    if not report.failed or call.excinfo is None:
        return None
    user_code = UserCode.around(item.path, str(item.config.rootpath))
    location = user_code.location(traceback.walk_tb(call.excinfo.tb))
    message = ""
    # What an assertion says differs from event to event; where it stands does not.
    if not call.excinfo.errisinstance(AssertionError):
        with contextlib.suppress(Exception):  # an exception's own __str__ may raise anything
            message = shortened(str(call.excinfo.value), limits.MESSAGE_CHARACTERS)
    symptom = Symptom("raises", Severity.ERROR, call.excinfo.typename, location, message, ends=True)
    return Trial(param.case, param.via, Outcome(Status.RAISED), (symptom,))


def packed(trial: Trial, consumer: str, entry: int | None) -> dict[str, Any]:
    """A trial as data that xdist can carry, for it knows exact built-in types alone.

    `entry` is the number of the consumer's entry in the configuration; None for a marked test.
    """
    return {
        "consumer": consumer,
        "entry": entry,
        "case": trial.case.id,
        "kind": trial.case.kind,
        "evidence": trial.case.evidence.value,
        "text": in_json(trial.case.text),
        "labels": dict(trial.case.labels),
        "via": trial.via,
        "status": trial.outcome.status.value,
        "symptoms": [_packed_symptom(symptom) for symptom in trial.symptoms],
        "made_up": [variable.name for variable in trial.outcome.made_up],
        "stopped": {one_line(beyond(trial)): 1} if trial.stop is not None else {},
    }


def _packed_symptom(symptom: Symptom) -> dict[str, Any]:
    values = asdict(symptom)
    values["severity"] = symptom.severity.value
    values["message"] = encodable(symptom.message)
    location = values["location"]
    if location is not None:
        for name, value in location.items():
            if isinstance(value, str):
                location[name] = encodable(value)
    return values


def _unpacked_symptom(packed: dict[str, Any]) -> Symptom:
    values = dict(packed)
    values["severity"] = Severity(values["severity"])
    if values["location"] is not None:
        values["location"] = Location(**values["location"])
    return Symptom(**values)


def packed_finding(finding: Finding) -> str:
    """A finding as text that xdist can carry."""
    return json.dumps(asdict(finding))


def unpacked_finding(packed: str) -> Finding:
    """The finding that was packed."""
    values = json.loads(packed)
    values["severity"] = Severity(values["severity"])
    values["evidence"] = Evidence(values["evidence"])
    if values["location"] is not None:
        values["location"] = Location(**values["location"])
    values["cause"] = tuple(map(_unpacked_condition, values["cause"]))
    values["failed"] = tuple(values["failed"])
    values["places"] = tuple(Location(**place) for place in values["places"])
    return Finding(**values)


def _unpacked_condition(packed: dict[str, Any]) -> Condition:
    boundary = packed["boundary"] and Boundary(**packed["boundary"])
    others = tuple(map(_unpacked_condition, packed["others"]))
    choices = tuple(packed["choices"])
    return Condition(**packed | {"choices": choices, "boundary": boundary, "others": others})


def unpacked(packed: dict[str, Any]) -> Trial:
    """The trial that was packed, without what only the item itself needed."""
    evidence = Evidence(packed["evidence"])
    case = Case(packed["case"], packed["kind"], packed["labels"], evidence, packed["text"])
    symptoms = tuple(_unpacked_symptom(symptom) for symptom in packed["symptoms"])
    # What an event stopped at is told in words; here it matters that it did.
    stop = None
    for answer in packed["stopped"]:
        stop = Stop(Effect(Sort.HTTP, answer), None)
    return Trial(case, packed["via"], Outcome(Status(packed["status"]), stop=stop), symptoms)
