"""From contracts to Hypothesis strategies for whole events, valid or wrong in one way."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from hypothesis import strategies as st
from hypothesis.strategies import SearchStrategy

from ecr_contracts import catalog, paths, reading, validation
from ecr_contracts.errors import PinError, UnknownNameError
from ecr_contracts.facets import Contract, Facet, Items, Labels, Object, settled
from ecr_contracts.findings import MISSING, Severity
from ecr_contracts.patterns import Digits

# Bytes for the values within the choices: enough for every value of the largest kind to be drawn afresh.
_SPARE_BYTES = 64


def ecr_events(kind: str | None = None, **fixed: Any) -> SearchStrategy[dict[str, Any]]:
    """Valid events of a kind (of every kind without one), as EventBridge delivers them.

    `fixed` holds fields that every event shall have, by keyword (`image_tags=[]`, `scan_status="FAILED"`) or by path
    (`**{"$.detail.finding-severity-counts.HIGH": 0}`), to a value, to a strategy, or to `MISSING` for an absent key;
    what hangs together with them (a repository's ARN, the counts of a failed scan) follows.

    Shrinks towards the kind's baseline: its choices first, then the plainest values. Reaches every choice of every
    facet; never draws an event that the schema refuses, unknown fields, or choices that exclude each other.

    Raises UnknownNameError for a kind or keyword that does not exist, PinError for a value that no valid event has.
    """
    if kind is None:
        return st.one_of([ecr_events(name, **fixed) for name in catalog.kinds()])
    contract = reading.contract(kind)
    pins = {_steps(contract, name): value for name, value in fixed.items()}
    drawn = {steps: value for steps, value in pins.items() if isinstance(value, SearchStrategy)}
    settled_pins = {steps: value for steps, value in pins.items() if steps not in drawn}
    known = _refuse_impossible(contract, settled_pins)
    free = tuple(
        facet
        for facet in contract.varying
        if facet.path not in known and not any(facet.steps[: len(steps)] == steps for steps in pins)
    )
    base = dict(contract.ordinary) | known

    # A composite, not `map`, since Hypothesis reports what `map` gives as a call with the bytes it was made from.
    @st.composite
    def events(draw: st.DrawFn) -> dict[str, Any]:
        genes = draw(_genes(free))
        fixed_here = settled_pins | {steps: draw(values) for steps, values in drawn.items()}
        wanted = known if not drawn else known | _labels_of(contract, fixed_here)
        start, digits = _decoded(free, genes, base)
        try:
            assignment = settled(contract, wanted, start)
        except ValueError as reason:
            raise PinError(kind, ", ".join(fixed), list(fixed_here.values()), str(reason)) from None
        built: dict[str, Any] = contract.build(assignment, digits, fixed_here)
        return built

    return events()


def invalid_events(kind: str | None = None) -> SearchStrategy[dict[str, Any]]:
    """Events that the contract refuses, each wrong in exactly one way and otherwise as `ecr_events` draws them.

    Shrinks towards the baseline with its first flaw. Raises UnknownNameError for a kind that does not exist.
    """
    if kind is None:
        return st.one_of([invalid_events(name) for name in catalog.kinds()])
    contract = reading.contract(kind)

    @st.composite
    def events(draw: st.DrawFn) -> dict[str, Any]:
        flaw = draw(st.sampled_from(contract.flaws))
        start, digits = _decoded(contract.varying, draw(_genes(contract.varying)), contract.ordinary)
        return flaw.applied(contract.build(settled(contract, flaw.needs, start), digits))

    return events()


def _genes(facets: tuple[Facet, ...]) -> SearchStrategy[bytes]:
    """One byte a facet and some for the values: one draw for the whole event.

    A draw for each facet costs three times as much, and shrinks no better: Hypothesis brings byte after byte to zero,
    and zero is the baseline's choice and the plainest value.
    """
    size = len(facets) + _SPARE_BYTES
    return st.binary(min_size=size, max_size=size)


def _decoded(facets: tuple[Facet, ...], genes: bytes, base: Labels) -> tuple[dict[str, str], Digits]:
    start = dict(base)
    for facet, gene in zip(facets, genes, strict=False):
        start[facet.path] = facet.choices[gene * len(facet.choices) >> 8].label
    return start, Digits(int.from_bytes(genes[len(facets) :], "little"))


def _steps(contract: Contract, name: str) -> paths.Steps:
    """Where a field that is to be fixed stands: a path as it is, a keyword by the key that it spells."""
    if name.startswith("$"):
        try:
            return paths.parse(name)
        except ValueError as problem:
            raise PinError(contract.kind, name, "", str(problem)) from None
    spelt: dict[str, paths.Steps] = {}
    for facet in contract.facets:
        if isinstance(key := facet.steps[-1], str):
            spelt[key.replace("-", "_").lower()] = facet.steps
    if name.lower() not in spelt:
        raise UnknownNameError(f"field of a {contract.kind} event", name, spelt)
    return spelt[name.lower()]


def _refuse_impossible(contract: Contract, pins: Mapping[paths.Steps, Any]) -> dict[str, str]:
    """The choices that fixed values settle. Raises PinError where no valid event has these values."""
    names = ", ".join(paths.show(steps) for steps in pins)
    values = next(iter(pins.values())) if len(pins) == 1 else list(pins.values())
    known = _labels_of(contract, pins)
    try:
        example = contract.build(settled(contract, known), pins=pins)
    except (ValueError, KeyError, TypeError) as reason:
        raise PinError(contract.kind, names, values, str(reason)) from None
    for violation in validation.validate(example, contract.kind):
        if violation.severity is Severity.ERROR:
            raise PinError(contract.kind, names, values, f"{violation.path} must be {violation.expected}")
    return known


def _labels_of(contract: Contract, pins: Mapping[paths.Steps, Any]) -> dict[str, str]:
    """The choices of the facets that pins settle: those at and below them, and what has to be there to hold them."""
    known: dict[str, str] = {}
    for steps, value in pins.items():
        for facet in contract.facets:
            if facet.steps[: len(steps)] == steps:
                found = paths.at(value, facet.steps[len(steps) :])
                label = _recognised(facet, found)
                if label is not None:
                    known[facet.path] = label
            elif steps[: len(facet.steps)] == facet.steps and value is not MISSING and len(facet.choices) > 1:
                known[facet.path] = _holding(facet)
    return known


def _recognised(facet: Facet, value: Any) -> str | None:
    return next((choice.label for choice in facet.declared if choice.recognises(value)), None)


def _holding(facet: Facet) -> str:
    """The choice of an object or array in which something can stand."""
    for choice in facet.choices:
        match choice.shape:
            case Object(empty=False):
                return choice.label
            case Items(low=low) if low:
                return choice.label
    return facet.baseline.label


__all__ = ["ecr_events", "invalid_events"]

