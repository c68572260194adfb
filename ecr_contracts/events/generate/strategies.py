"""From contracts to Hypothesis strategies for whole events, valid or wrong in one way."""

from __future__ import annotations

from collections.abc import Mapping, Set
from dataclasses import dataclass
from hashlib import shake_256
from typing import Any

from hypothesis import strategies as st
from hypothesis.strategies import SearchStrategy

from ecr_contracts.core import json_path
from ecr_contracts.core.errors import PinError, UnknownNameError
from ecr_contracts.core.findings import MISSING, Severity
from ecr_contracts.events import validation
from ecr_contracts.events.compile import reader
from ecr_contracts.events.constraints import full_assignment
from ecr_contracts.events.kinds import kind_names
from ecr_contracts.events.model import Choice, Constraint, Contract, Facet, Labels
from ecr_contracts.events.regexes import Digits
from ecr_contracts.events.shapes import (
    EXAMPLE_SHARE,
    Absent,
    Exactly,
    Items,
    Object,
    OneOf,
    Shape,
    Whole,
    Word,
)

_VALUE_BYTES = 6  # for a value that has many; what a long word needs beyond them follows from them
_SMALL = 240  # divided by every small number, so that the number of elements stays when all but the first byte go
_PLAIN_BITS = 24  # numbers of a value that stay as they are


def ecr_events(kind: str | None = None, **fixed: Any) -> SearchStrategy[dict[str, Any]]:
    """Valid events of a kind (of every kind without one), as EventBridge delivers them.

    `fixed` holds fields that every event shall have, by keyword (`image_tags=[]`,
    `scan_status="FAILED"`) or by path (`**{"$.detail.finding-severity-counts.HIGH": 0}`), to a
    value, to a strategy, or to `MISSING` for an absent key; what hangs together with them (a
    repository's ARN, the counts of a failed scan) follows.

    Shrinks towards the kind's baseline: its choices first, then the plainest values. Reaches every
    choice of every facet; never draws an event that the schema refuses, unknown fields, or choices
    that exclude each other.

    Raises UnknownNameError for a kind or keyword that does not exist, PinError for a value that no
    valid event has.
    """
    if kind is None:
        return st.one_of([ecr_events(name, **fixed) for name in kind_names()])
    contract = reader.contract(kind)
    named = {_steps(contract, name, value): name for name, value in fixed.items()}
    pins = {
        steps: fixed[named[steps]] for steps in sorted(named, key=len)
    }  # what lies within another one goes over it
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
    genome = _genome(contract, free)
    genes = genome.strategy

    # A composite, not `map`, since Hypothesis reports what `map` gives as a call with the bytes it
    # was made from.
    @st.composite
    def events(draw: st.DrawFn) -> dict[str, Any]:
        start, digits = genome.read(draw(genes), base)
        if drawn:
            here = {
                steps: draw(drawn[steps]) if steps in drawn else value
                for steps, value in pins.items()
            }
            return _pinned(contract, here, named, start, digits)
        built: dict[str, Any] = contract.build(
            full_assignment(contract, known, start), digits, pins
        )
        return built

    return events()


def invalid_events(kind: str | None = None) -> SearchStrategy[dict[str, Any]]:
    """Events that the contract refuses, each wrong in exactly one way and otherwise as `ecr_events` draws them.

    Shrinks towards the baseline with its first mutation. Raises UnknownNameError for a kind that does
    not exist.
    """
    if kind is None:
        return st.one_of([invalid_events(name) for name in kind_names()])
    contract = reader.contract(kind)
    genome = _genome(contract, contract.varying)
    genes = genome.strategy

    @st.composite
    def events(draw: st.DrawFn) -> dict[str, Any]:
        mutation = draw(st.sampled_from(contract.mutations))
        start, digits = genome.read(draw(genes), contract.ordinary)
        return mutation.applied(
            contract.build(full_assignment(contract, mutation.needs, start), digits)
        )

    return events()


@dataclass(frozen=True, slots=True)
class _Genome:
    """How the bytes of a whole event are read: one for each facet's choice, then some for each value.

    One draw for all: a draw for each facet costs three times as much, and shrinks no better.
    Hypothesis brings byte after byte to zero, and zero is the baseline's choice and the plainest
    value. Each value has bytes of its own, so that it stays as it is while others shrink.

    `tables` hold the label that each byte stands for. `exceptions` hold, for a condition that may
    have to give way, the labels which its byte stands for then. `values` says where the bytes of a
    facet's value are, and what makes enough digits of them.
    """

    tables: tuple[tuple[str, tuple[str, ...]], ...]
    exceptions: tuple[tuple[int, Constraint, tuple[str, ...]], ...]
    values: tuple[tuple[str, int, int, int], ...]
    size: int

    @property
    def strategy(self) -> SearchStrategy[bytes]:
        """As many bytes as there are to be read."""
        return st.binary(min_size=self.size, max_size=self.size)

    def read(self, genes: bytes, base: Labels) -> tuple[dict[str, str], dict[str, Digits]]:
        """The choices, near to what can be, and the values within them."""
        labels = dict(base)
        for (path, table), gene in zip(self.tables, genes, strict=False):
            labels[path] = table[gene]
        for index, rule, table in self.exceptions:
            if not rule.holds(labels):
                labels[rule.terms[0][0]] = table[genes[index]]
        return labels, {
            path: _digits(genes[start:end], stretch) for path, start, end, stretch in self.values
        }


def _genome(contract: Contract, free: tuple[Facet, ...]) -> _Genome:
    tables = {facet.path: _table(facet, _weights(contract, facet)) for facet in free}
    exceptions: list[tuple[int, Constraint, tuple[str, ...]]] = []
    for rule in contract.constraints:
        (path, forbidden), *_ = rule.terms
        if not rule.structural and path in tables:
            exceptions.append((list(tables).index(path), rule, _without(tables[path], forbidden)))
    values: list[tuple[str, int, int, int]] = []
    end = len(tables)
    for facet in contract.facets:
        needs, longest = map(
            max, zip(*(_need(contract, facet, choice) for choice in facet.choices), strict=True)
        )
        if needs:
            stretch = int.from_bytes(shake_256(facet.path.encode()).digest(longest), "little")
            values.append((facet.path, end, end + needs, stretch))
            end += needs
    return _Genome(tuple(tables.items()), tuple(exceptions), tuple(values), end)


def _weights(contract: Contract, facet: Facet) -> list[int]:
    """How often each choice of a facet is drawn, so that what breaks code together meets within a hundred events.

    Code breaks where something is not there rather than at the sixth sort of name: among several
    choices, what is absent or empty counts twice, unless it is often so by lying within something
    absent. A condition counts twice too, since it gives way to what it excludes, and so, once more,
    does a choice that lets a condition stand. Choices that others lie within get together the mean
    of what the choices without any get and of the number of choices that the others have: the more
    those are, the rarer is each.
    """
    conditions: set[str] = set()
    weights = {choice.label: 1 for choice in facet.choices}
    for rule in contract.constraints:
        if not rule.structural:
            (condition, given), *others = rule.terms
            conditions |= given if condition == facet.path else set()
            for path, excluded in others:
                if path == facet.path:
                    weights |= {
                        label: 2 * weight
                        for label, weight in weights.items()
                        if label not in excluded
                    }
    several = len(facet.choices) > 2 and facet.parent is None
    for choice in facet.choices:
        if choice.label in conditions or (several and _is_nothing(choice.shape)):
            weights[choice.label] *= 2
    inner = max(
        (len(other.choices) for other in contract.facets if other.parent == facet.path), default=0
    )
    filled = {label for label in weights if contract.is_filled({facet.path: label}, facet.path)}
    if inner and filled:
        hollow = sum(weight for label, weight in weights.items() if label not in filled)
        weights = {
            label: hollow + inner if label in filled else 2 * len(filled) * weight
            for label, weight in weights.items()
        }
    return list(weights.values())


def _is_nothing(shape: Shape) -> bool:
    """Whether a choice leaves a place empty, or nothing but the place."""
    match shape:
        case Absent() | Object(empty=True) | Items(high=0):
            return True
        case Exactly(value):
            return value is None or value == ""
        case _:
            return False


def _table(facet: Facet, weights: list[int]) -> tuple[str, ...]:
    """The label for each byte, the baseline's for zero."""
    labels = [
        choice.label
        for choice, weight in zip(facet.choices, weights, strict=True)
        for _ in range(weight)
    ]
    return tuple(labels[gene * len(labels) >> 8] for gene in range(256))


def _without(table: tuple[str, ...], forbidden: Set[str]) -> tuple[str, ...]:
    """A table in which the bytes of some labels stand for the others, in the same shares."""
    freed = [gene for gene, label in enumerate(table) if label in forbidden]
    others = [label for label in table if label not in forbidden] or table
    changed = dict(
        zip(
            freed,
            (others[turn * len(others) // len(freed)] for turn in range(len(freed))),
            strict=True,
        )
    )
    return tuple(changed.get(gene, label) for gene, label in enumerate(table))


def _need(contract: Contract, facet: Facet, choice: Choice) -> tuple[int, int]:
    """How many bytes the values of a choice need, and how many characters they have at most."""
    match choice.shape:
        case Word(_, draw):
            return _VALUE_BYTES, draw.lengths()[1]
        case Items(high=high, others=others, template=None) if high > 1:
            item = contract.by_path.get(json_path.show((*facet.steps, 0)))
            one = _need(contract, item, item[others])[1] if item and others else 0
            return _VALUE_BYTES, (high - 1) * one
        case OneOf(values):
            return _bytes(len(values)), 0
        case Whole(low, high):
            return _bytes((high - low + 1) * EXAMPLE_SHARE), 0
        case _:
            return 0, 0


def _bytes(options: int) -> int:
    return ((options - 1).bit_length() + 7) // 8


def _digits(genes: bytes, stretch: int) -> Digits:
    """The digits of one value: the first byte decides on the first of them, the last ones on the end of a long word."""
    number = genes[0] + _SMALL * int.from_bytes(genes[1:], "little")
    return Digits(number + ((number >> _PLAIN_BITS) * stretch << 8 * _VALUE_BYTES))


def _steps(contract: Contract, name: str, value: Any) -> json_path.Steps:
    """Where a field that is to be fixed stands: a path as it is, a keyword by the key that it spells."""
    if name.startswith("$"):
        try:
            return json_path.parse(name)
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
    pins: Mapping[json_path.Steps, Any],
    named: Mapping[json_path.Steps, str],
    start: Labels | None = None,
    digits: Mapping[str, Digits] | None = None,
) -> dict[str, Any]:
    """An event with fixed values. Raises PinError where no valid event has these values."""

    def refusal(why: str) -> PinError:
        values = list(pins.values())
        return PinError(
            contract.kind,
            ", ".join(map(named.__getitem__, pins)),
            values[0] if len(pins) == 1 else values,
            why,
        )

    try:
        assignment = full_assignment(contract, _labels_of(contract, pins), start)
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


def _stands(event: Any, steps: json_path.Steps, pins: Mapping[json_path.Steps, Any]) -> bool:
    """Whether a fixed value stands where it was to stand, others within it aside."""
    found, value = json_path.at(event, steps), pins[steps]
    if value is not MISSING and any(
        other[: len(steps)] == steps for other in pins if other != steps
    ):
        return found is not MISSING
    return found is value or bool(found == value)


def _labels_of(contract: Contract, pins: Mapping[json_path.Steps, Any]) -> dict[str, str]:
    """The choices of the facets that pins settle: those at and below them, and what has to be there to hold them."""
    known: dict[str, str] = {}
    for steps, value in pins.items():
        for facet in contract.facets:
            if facet.steps[: len(steps)] == steps:
                found = json_path.at(value, facet.steps[len(steps) :])
                label = _recognised(facet, found)
                # An object of unknown keys alone lacks all known ones and is not empty all the
                # same.
                if label is not None and not (
                    found is MISSING and facet.parent is not None and facet.steps != steps
                ):
                    known[facet.path] = label
            elif (
                steps[: len(facet.steps)] == facet.steps
                and value is not MISSING
                and len(facet.choices) > 1
            ):
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
