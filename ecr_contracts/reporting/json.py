"""The report of a verdict for programs: `report.schema.json` in the package says what keys mean."""

from __future__ import annotations

from typing import Any

from ecr_contracts.core.findings import Boundary, Condition, Finding, Location
from ecr_contracts.engine.checks.catalog import CHECKS
from ecr_contracts.engine.reach import Reach
from ecr_contracts.engine.shielded import ShieldedFault
from ecr_contracts.engine.unchecked import Unchecked
from ecr_contracts.engine.verdict import Verdict
from ecr_contracts.reporting.accepted import accepted_as_json, gone_as_json
from ecr_contracts.reporting.mends import mend
from ecr_contracts.reporting.verdicts import example_outcome, guarantee, repeat_command
from ecr_contracts.runtime.effects import Effect
from ecr_contracts.runtime.outcome import MadeUpVariable

FORMAT = 1
"""The version of the JSON reports; it changes when a program that reads one could break."""


def verdict_as_json(verdict: Verdict) -> dict[str, Any]:
    """A verdict as the document that `check --format json` prints."""
    return {
        "format": FORMAT,
        "consumer": verdict.consumer,
        "kinds": list(verdict.kinds),
        "via": list(verdict.via),
        "cases_run": len(verdict.trials),
        "cases_planned": verdict.planned,
        "strength": verdict.strength,
        "events_drawn": verdict.drawn,
        "probes": verdict.probes,
        "guarantee": guarantee(verdict),
        "seconds": round(verdict.seconds, 3),
        "findings": [_finding_as_json(verdict, finding) for finding in verdict.findings],
        "accepted": accepted_as_json(verdict),
        "no_longer_found": gone_as_json(verdict),
        "shaped": verdict.shaped or None,
        "notes": list(verdict.notes),
        "made_up": [_variable_as_json(variable) for variable in verdict.made_up],
        "unchecked": [_unchecked_as_json(one) for one in verdict.unchecked],
        "rules": [rule.name for rule in verdict.world.rules],
        "reach": _reach_as_json(verdict.reach),
        "shielded": [_shielded_as_json(fault) for fault in verdict.shielded],
        "held": None if verdict.containment is None else verdict.containment.as_json(),
    }


def _reach_as_json(reach: Reach) -> dict[str, Any]:
    """How far events got; None for what is not known."""
    places: list[dict[str, Any]] = []
    for point in reach.turned_back:
        location = point.location
        place = {"file": location.file, "line": location.line, "way_on": point.way_on}
        places.append({**place, "source": location.source})
    known: dict[str, Any] = dict.fromkeys(("effects", "branches", "entered", "not_entered"))
    if reach.is_known:
        branches = [
            {
                "file": branch.file,
                "line": branch.line,
                "condition": branch.condition,
                "defensive": branch.is_defensive,
            }
            for branch in reach.not_entered
        ]
        known = {
            "effects": list(reach.effects),
            "branches": reach.branches,
            "entered": reach.entered,
            "not_entered": branches,
        }
    return {
        "events": reach.events,
        "acted": reach.acted,
        "late": reach.late,
        **known,
        "turned_back": places,
    }


def _variable_as_json(variable: MadeUpVariable) -> dict[str, Any]:
    file, _, line = variable.place.rpartition(":")
    return {
        "name": variable.name,
        "value": variable.value,
        "location": {"file": file, "line": int(line)},
    }


def _unchecked_as_json(unchecked: Unchecked) -> dict[str, Any]:
    return {
        "answer": unchecked.answer,
        "asked_at": _place_as_json(unchecked.made_at),
        "exception": unchecked.exception,
        "message": unchecked.message,
        "location": _place_as_json(unchecked.location),
        "stopped": unchecked.stopped,
        "given": unchecked.given,
        "advice": unchecked.advice,
    }


def _place_as_json(location: Location | None) -> dict[str, Any] | None:
    return {"file": location.file, "line": location.line} if location else None


def _shielded_as_json(fault: ShieldedFault) -> dict[str, Any]:
    location = fault.location
    return {
        "check": fault.check,
        "code": CHECKS[fault.check].code,
        "kind": fault.kind,
        "exception": fault.exception,
        "location": {"file": location.file, "line": location.line} if location else None,
        "causes": [_condition_as_json(one) for one in fault.causes],
    }


def _finding_as_json(verdict: Verdict, finding: Finding) -> dict[str, Any]:
    location = finding.location
    outcome = example_outcome(verdict, finding)
    return {
        "check": finding.check,
        "code": CHECKS[finding.check].code,
        "severity": finding.severity.value,
        "kind": finding.kind,
        "via": finding.via,
        "cause": [_condition_as_json(one) for one in finding.cause],
        "explained": finding.explained,
        "doubt": finding.doubt or None,
        "exception": finding.exception,
        "message": finding.detail,
        "mend": mend(finding),
        "location": _place_as_json(location),
        "places": [_place_as_json(place) for place in finding.places],
        "evidence": finding.evidence.value,
        "failed": len(finding.failed),
        "alike": finding.alike,
        "passed": finding.passed,
        "failed_cases": list(finding.failed),
        "case": finding.case,
        "example": finding.example,
        "nearest_case": finding.nearest_case or None,
        "nearest": finding.nearest,
        "repeat": repeat_command(verdict, finding),
        "group": finding.group,
        "through": finding.through or None,
        "rule": finding.rule or None,
        "effects": [_effect_as_json(effect) for effect in outcome.effects] if outcome else [],
        "effects_left_out": outcome.effects.more if outcome else 0,
    }


def _condition_as_json(condition: Condition) -> dict[str, Any]:
    """A condition: its choices, or the name of a set of them that needs no list."""
    written: dict[str, Any] = {
        "path": condition.path,
        "is": list(condition.choices),
        "words": condition.words,
        "choice": " or ".join(condition.choices),
    }
    if condition.boundary is not None:
        written["boundary"] = _boundary_as_json(condition.boundary)
    if condition.compared:
        written["compared"] = condition.compared
    if condition.others:
        written["or"] = [_condition_as_json(other) for other in condition.others]
    return written


def _boundary_as_json(boundary: Boundary) -> dict[str, Any]:
    known: dict[str, Any] = {"measure": boundary.measure}
    if boundary.low is not None:
        known["from"] = boundary.low
    if boundary.high is not None:
        known["to"] = boundary.high
    if boundary.text:
        known["class" if boundary.is_class else "text"] = boundary.text
    if boundary.is_negated:
        known["not"] = True
    return known


def _effect_as_json(effect: Effect) -> dict[str, Any]:
    return {
        "sort": effect.sort.value,
        "name": effect.name,
        "content": effect.content,
        "changes": effect.changes,
        "refused": effect.refused,
        "answer": effect.answer,
        "origin": effect.origin.value or None,
    }
