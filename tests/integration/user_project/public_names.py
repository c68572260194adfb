"""What a user writes with the public names: read by type checkers, never run."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given

import ecr_contracts
from ecr_contracts import (
    MISSING,
    Boundary,
    Case,
    Condition,
    ContractViolation,
    EcrContractsError,
    Effect,
    Effects,
    Evidence,
    Finding,
    InvalidCase,
    Location,
    Pattern,
    PayloadError,
    Settings,
    Severity,
    UndescribedEventError,
    Verdict,
    Violation,
    case,
    check,
    contract,
    delivery,
    ecr_events,
    edge_cases,
    future_events,
    invalid_case,
    invalid_cases,
    invalid_events,
    is_valid,
    kind_of,
    kinds,
    models,
    named,
    types,
    validate,
)


def handler(event: dict[str, Any], context: object) -> dict[str, Any]:
    return {"kind": kind_of(event)}


@given(ecr_events("scan", matching={"source": ["aws.ecr"]}))
def test_scan(event: dict[str, Any]) -> None:
    assert is_valid(event)
    for violation in validate(event):
        print(violation, violation.severity is Severity.ERROR, violation.value is MISSING)


@given(named.scan_events())
def test_typed(event: types.ScanEvent) -> None:
    tags: list[str] = event["detail"].get("image-tags", [])
    model = models.ScanEvent.from_event(event)
    counts = model.detail.finding_severity_counts
    if counts is not None:
        total: int = counts.get("CRITICAL", 0)
        print(total, counts.critical, tags)


@given(future_events("push"), invalid_events())
def test_more(event: dict[str, Any], wrong: object) -> None:
    assert event != wrong


@pytest.mark.parametrize("one", edge_cases("scan", strength=1))
def test_case(one: Case) -> None:
    event = one.event
    wrapped = delivery.carry([event], "sqs")
    for inner in delivery.unwrap(wrapped):
        assert inner == event


@pytest.mark.parametrize("wrong", invalid_cases("scan"))
def test_invalid(wrong: InvalidCase) -> None:
    assert not is_valid(wrong.event)
    assert invalid_case(wrong.id).event == wrong.event


@pytest.mark.ecr_contract("scan", via="sqs")
def test_marked(ecr_event: Any, ecr_effects: Effects) -> None:
    handler(ecr_event, None)
    effects: list[Effect] = list(ecr_effects)
    assert not effects


def test_all() -> None:
    verdict: Verdict = check("app.py:handler", kinds=["scan"], settings=Settings(env={"A": "b"}))
    findings: list[Finding] = list(verdict.findings)
    for finding in findings:
        condition: Condition
        for condition in finding.cause:
            boundary: Boundary | None = condition.boundary
            print(boundary)
        location: Location | None = finding.location
        print(location, finding.evidence >= Evidence.REGISTRY)
    with pytest.raises(ContractViolation):
        contract.check(handler, "scan", via="sns")
    with pytest.raises((PayloadError, UndescribedEventError, EcrContractsError)):
        delivery.unwrap({})
    assert Pattern.parse({"source": ["aws.ecr"]}).matches(case("push/ordinary").event)
    names: tuple[str, ...] = kinds()
    violation: Violation = validate({})[0]
    print(names, violation, ecr_contracts.kinds())
