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
    named = {_steps(contract, name, value): name for name, value in fixed.items()}
    pins = {steps: fixed[named[steps]] for steps in sorted(named, key=len)}  # what lies within another one goes over it
    drawn = {steps: value for steps, value in pins.items() if isinstance(value, SearchStrategy)}
    settled_pins = {steps: value for steps, value in pins.items() if steps not in drawn}
    _pinned(contract, settled_pins, named)
    known = _labels_of(contract, settled_pins)
    free = tuple(
        facet
        for facet in contract.varying
        if facet.path not in known and not any(facet.steps[: len(steps)] == steps for steps in pins)
    )
    base = dict(contract.ordinary) | known

    # A composite, not `map`, since Hypothesis reports what `map` gives as a call with the bytes it was made from.
    @st.composite
    def events(draw: st.DrawFn) -> dict[str, Any]:
        start, digits = _decoded(free, draw(_genes(free)), base)
        if drawn:
            here = {steps: draw(drawn[steps]) if steps in drawn else value for steps, value in pins.items()}
            return _pinned(contract, here, named, start, digits)
        built: dict[str, Any] = contract.build(settled(contract, known, start), digits, pins)
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
    outer = {facet.parent for facet in facets}
    for facet, gene in zip(facets, genes, strict=False):
        choices = facet.choices
        if facet.path in outer:
            # Half of the events have the baseline's choice here, so that what lies within it is reached soon enough.
            choices = (*(choices[0] for _ in choices[1:]), *choices[1:])
        start[facet.path] = choices[gene * len(choices) >> 8].label
    return start, Digits(int.from_bytes(genes[len(facets) :], "little"))


def _steps(contract: Contract, name: str, value: Any) -> paths.Steps:
    """Where a field that is to be fixed stands: a path as it is, a keyword by the key that it spells."""
    if name.startswith("$"):
        try:
            return paths.parse(name)
        except ValueError as problem:
            raise PinError(contract.kind, name, value, str(problem)) from None
    spelt: dict[str, list[Facet]] = {}
    for facet in contract.facets:
        if isinstance(key := facet.steps[-1], str):
            spelt.setdefault(key.replace("-", "_").lower(), []).append(facet)
    places = spelt.get(name.replace("-", "_").lower(), [])
    if not places:
        raise UnknownNameError(f"field of a {contract.kind} event", name, spelt)
    if len(places) > 1:
        where = " and ".join(facet.path for facet in places)
        raise PinError(contract.kind, name, value, f"there are {where}; say which, by its path")
    return places[0].steps


def _pinned(
    contract: Contract,
    pins: Mapping[paths.Steps, Any],
    named: Mapping[paths.Steps, str],
    start: Labels | None = None,
    digits: Digits | None = None,
) -> dict[str, Any]:
    """An event with fixed values. Raises PinError where no valid event has these values."""

    def refusal(why: str) -> PinError:
        values = list(pins.values())
        return PinError(
            contract.kind, ", ".join(map(named.__getitem__, pins)), values[0] if len(pins) == 1 else values, why
        )

    try:
        assignment = settled(contract, _labels_of(contract, pins), start)
    except ValueError as reason:
        raise refusal(str(reason)) from None
    try:
        built: dict[str, Any] = contract.build(assignment, digits, pins)
    except (AttributeError, IndexError, TypeError):
        raise refusal("nothing can stand there") from None
    if not all(_stands(built, steps, pins) for steps in pins):
        raise refusal("nothing can stand there")
    for violation in validation.validate(built, contract.kind):
        if violation.severity is Severity.ERROR:
            raise refusal(f"{violation.path} must be {violation.expected}")
    return built


def _stands(event: Any, steps: paths.Steps, pins: Mapping[paths.Steps, Any]) -> bool:
    """Whether a fixed value stands where it was to stand, others within it aside."""
    found, value = paths.at(event, steps), pins[steps]
    if value is not MISSING and any(other[: len(steps)] == steps for other in pins if other != steps):
        return found is not MISSING
    return found is value or bool(found == value)


def _labels_of(contract: Contract, pins: Mapping[paths.Steps, Any]) -> dict[str, str]:
    """The choices of the facets that pins settle: those at and below them, and what has to be there to hold them."""
    known: dict[str, str] = {}
    for steps, value in pins.items():
        for facet in contract.facets:
            if facet.steps[: len(steps)] == steps:
                found = paths.at(value, facet.steps[len(steps) :])
                label = _recognised(facet, found)
                # An object of unknown keys alone lacks all known ones and is not empty all the same.
                if label is not None and not (found is MISSING and facet.parent is not None and facet.steps != steps):
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
