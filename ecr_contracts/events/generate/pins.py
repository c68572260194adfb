"""Fields of a strategy that are fixed: their places, the choices they settle, events with them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from ecr_contracts.core import json_path
from ecr_contracts.core.errors import PinError, UnknownNameError
from ecr_contracts.core.findings import MISSING, Severity
from ecr_contracts.core.json_path import Steps
from ecr_contracts.core.text import with_article
from ecr_contracts.events import validation
from ecr_contracts.events.constraints import full_assignment
from ecr_contracts.events.model import Contract, Facet, Labels
from ecr_contracts.events.regexes import Digits
from ecr_contracts.events.shapes import Items, Object

Pins = Mapping[Steps, Any]
"""Values by the path that they are to stand at, outer paths first."""


class PinnedFields:
    """The fields that a user fixed, by keyword or path, and the values of those that are settled.

    `values` holds them all, `names` what the user called each. Raises UnknownNameError for a
    keyword that no field has, PinError for a path that is none or a keyword that several have.
    """

    def __init__(self, contract: Contract, fixed: Mapping[str, Any]) -> None:
        self._contract = contract
        names = {_steps(contract, name, value): name for name, value in fixed.items()}
        self.names = {steps: names[steps] for steps in sorted(names, key=len)}
        self.values: Pins = {steps: fixed[name] for steps, name in self.names.items()}

    def covers(self, facet: Facet) -> bool:
        """Whether a facet lies at or below a fixed field."""
        return any(is_within(facet.steps, steps) for steps in self.values)

    def event(
        self,
        pins: Pins,
        start: Labels | None = None,
        digits: Mapping[str, Digits] | None = None,
    ) -> dict[str, Any]:
        """An event with values of fixed fields. Raises PinError where no valid event has them."""
        contract = self._contract
        try:
            assignment = full_assignment(contract, settled_labels(contract, pins), start)
        except ValueError as reason:
            raise self._refusal(pins, str(reason)) from None
        try:
            event: dict[str, Any] = contract.build(assignment, digits, pins)
        except (AttributeError, IndexError, TypeError):
            raise self._refusal(pins, "nothing can stand there") from None
        if not all(_stands(event, steps, pins) for steps in pins):
            raise self._refusal(pins, "nothing can stand there")
        for violation in validation.validate(event, contract.kind):
            if violation.severity is Severity.ERROR:
                raise self._refusal(pins, f"{violation.path} must be {violation.expected}")
        return event

    def _refusal(self, pins: Pins, reason: str) -> PinError:
        names = ", ".join(self.names[steps] for steps in pins)
        values: Sequence[Any] = list(pins.values())
        return PinError(
            self._contract.kind, names, values[0] if len(values) == 1 else values, reason
        )


def is_within(steps: Steps, outer: Steps) -> bool:
    """Whether a path lies at or below another."""
    return steps[: len(outer)] == outer


def settled_labels(contract: Contract, pins: Pins) -> dict[str, str]:
    """The choices of the facets that pins settle.

    Those are the facets at and below them, and what has to be there to hold them.
    """
    labels: dict[str, str] = {}
    for steps, value in pins.items():
        for facet in contract.facets:
            if is_within(facet.steps, steps):
                label = _label_within(facet, steps, value)
            elif is_within(steps, facet.steps) and value is not MISSING:
                label = _label_that_holds(facet) if len(facet.choices) > 1 else None
            else:
                label = None
            if label is not None:
                labels[facet.path] = label
        if value is MISSING:
            labels = _hollow_around(contract, steps) | labels
    return labels


def _hollow_around(contract: Contract, steps: Steps) -> dict[str, str]:
    """The choice of what is around a place that is always there, such that it is not."""
    facet = contract.by_path.get(json_path.show(steps))
    if facet is None or facet.parent is None or facet.absent_label is not None:
        return {}
    outer = contract.by_path[facet.parent]
    for choice in outer.choices:
        if not contract.is_filled({outer.path: choice.label}, outer.path):
            return {outer.path: choice.label}
    return _hollow_around(contract, outer.steps)


def _label_within(facet: Facet, steps: Steps, value: Any) -> str | None:
    """The choice of a facet at or below a pin, as its value has it; None where it says nothing."""
    part = json_path.at(value, facet.steps[len(steps) :])
    if part is MISSING and facet.parent is not None and facet.steps != steps:
        # An object of unknown keys alone lacks all known ones and is not empty all the same.
        return None
    for choice in facet.declared:
        if choice.recognises(part):
            return choice.label
    return None


def _label_that_holds(facet: Facet) -> str:
    """The choice of an object or array in which something can stand."""
    for choice in facet.choices:
        match choice.shape:
            case Object(empty=False):
                return choice.label
            case Items(low=low) if low:
                return choice.label
    return facet.baseline.label


def _stands(event: Any, steps: Steps, pins: Pins) -> bool:
    """Whether a fixed value stands where it was to stand, others within it aside."""
    present, value = json_path.at(event, steps), pins[steps]
    has_inner_pins = any(is_within(other, steps) and other != steps for other in pins)
    if value is not MISSING and has_inner_pins:
        return present is not MISSING
    return present is value or bool(present == value)


def _steps(contract: Contract, name: str, value: Any) -> Steps:
    """Where a fixed field stands: a path as it is, a keyword by the key that it spells."""
    if name.startswith("$"):
        try:
            return json_path.parse(name)
        except ValueError as problem:
            raise PinError(contract.kind, name, value, str(problem)) from None
    facets_of: dict[str, list[Facet]] = {}
    names = []
    for facet in contract.facets:
        key = facet.steps[-1]
        if isinstance(key, str):
            facets_of.setdefault(_as_keyword(key), []).append(facet)
            names.append(key.replace("-", "_"))
    places = facets_of.get(_as_keyword(name), [])
    if not places:
        raise UnknownNameError(
            f"field of {with_article(contract.kind)} event", name, dict.fromkeys(names)
        )
    if len(places) > 1:
        paths = " and ".join(facet.path for facet in places)
        raise PinError(contract.kind, name, value, f"there are {paths}; say which, by its path")
    return places[0].steps


def _as_keyword(key: str) -> str:
    return key.replace("-", "_").lower()
