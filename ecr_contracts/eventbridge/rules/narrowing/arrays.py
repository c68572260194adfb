"""The choices of an array and of its first element, divided by the wishes upon its elements.

A rule that names `image-tags` wants that *any* element meets the wish. So an array meets it if

- its first element does, which is a facet of its own (with one element or with several), or
- a later one does: that is a choice of its own, in which the last element is what is wanted and the
  first is not, since code that reads the first element alone gets another one there, or
- all further elements do, whatever the first is, or
- it has no element, and the wish admits that nothing is there.
"""

from __future__ import annotations

import operator
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from ecr_contracts.core.findings import Evidence
from ecr_contracts.eventbridge.rules.narrowing.demands import Wish
from ecr_contracts.eventbridge.rules.narrowing.parts import Part, Signature, parts_of
from ecr_contracts.events.model import Choice, Constraint, Facet
from ecr_contracts.events.shapes import Items

__all__ = ["ArrayParts", "parts_of_array"]

_WITH_ONE_BETWEEN = 3  # elements: a first, another one, a last
_MOST_LATER = 6  # choices in which different wishes are met by a later element


@dataclass(frozen=True)
class ArrayParts:
    """The parts of an array and of its first element.

    The signature of a part of the array says which wishes it meets whatever the first element is.
    `hollow` are the labels of choices without elements.
    """

    path: str
    item_path: str
    parts: list[Part]
    items: list[Part]
    hollow: frozenset[str]

    def constraints(self) -> Iterator[Constraint]:
        """That what is wanted is not the first element too, where it is to be a later one."""
        for part in self.parts:
            shape = part.choice.shape
            if isinstance(shape, Items) and isinstance(shape.later, _Later):
                later = shape.later
                first = {
                    item.choice.label for item in self.items if later.is_met_by(item.signature)
                }
                terms = (
                    (self.path, frozenset({part.choice.label})),
                    (self.item_path, frozenset(first)),
                )
                yield Constraint(terms, "what is wanted comes later", Evidence.DOCUMENTED)

    def products(self, numbers: Sequence[int]) -> list[dict[str, frozenset[str]]]:
        """The labels of array and first element with which the wishes of these numbers are met."""
        alone, by_first = set(), set()
        for part in self.parts:
            if all(part.signature[number] for number in numbers):
                alone.add(part.choice.label)
            elif part.choice.label not in self.hollow:
                by_first.add(part.choice.label)
        first = set()
        for item in self.items:
            if all(item.signature[number] for number in numbers):
                first.add(item.choice.label)
        products = []
        if alone:
            products.append({self.path: frozenset(alone)})
        if by_first and first:
            products.append({self.path: frozenset(by_first), self.item_path: frozenset(first)})
        return products


def parts_of_array(facet: Facet, item: Facet, wishes: Sequence[Wish]) -> ArrayParts:
    """The parts of an array, and of its first element, by the wishes upon its elements."""
    items = parts_of(item, wishes)
    parts: list[Part] = []
    hollow: set[str] = set()
    for declared in facet.declared:
        choice = facet[declared.label]
        match choice.shape:
            case Items(high=high) as shape if high > 0:
                parts += _parts_with_elements(choice, shape, items, wishes)
            case _:
                hollow.add(choice.label)
                absence = tuple(wish.admits_absence for wish in wishes)
                parts.append(Part(choice, absence))
    return ArrayParts(facet.path, item.path, parts, items, frozenset(hollow))


def _parts_with_elements(
    choice: Choice, shape: Items, items: Sequence[Part], wishes: Sequence[Wish]
) -> list[Part]:
    """The parts of a choice with elements: as it is, and with what is wanted in the last place."""
    nothing: Signature = (False,) * len(wishes)
    if shape.high == 1 or not shape.others:
        return [Part(choice, nothing)]
    filler = _filler(shape.others, items)
    if filler is None:
        return [Part(choice, nothing)]
    whole = replace(choice, shape=replace(shape, other=filler.choice.shape))
    parts = [Part(whole, filler.signature)]
    if shape.low < 2:
        return parts
    always = [all(item.signature[number] for item in items) for number in range(len(wishes))]
    if any(map(operator.gt, filler.signature, always)):
        # What the other elements meet counts only where there is one beside the first and the last.
        if shape.high < _WITH_ONE_BETWEEN:
            return parts
        shape = replace(shape, low=max(shape.low, _WITH_ONE_BETWEEN))
    later_parts: dict[Signature, Part] = {}
    for item in sorted(items, key=lambda item: item.rank):
        met = _either(filler.signature, item.signature)
        if met != filler.signature and met not in later_parts and len(later_parts) < _MOST_LATER:
            number = len(later_parts) + 1
            later = _with_last(choice, shape, filler, item, _Later(tuple(wishes), met), number)
            later_parts[met] = Part(later, met, rank=(1,))
    # They are recognised before the choice that says nothing of the last element.
    return [*later_parts.values(), *parts]


def _either(one: Signature, other: Signature) -> Signature:
    """The wishes that either of two signatures meets."""
    return tuple(map(operator.or_, one, other))


def _filler(label: str, items: Sequence[Part]) -> Part | None:
    """The part of the choice of further elements that meets fewest wishes."""
    own = [item for item in items if item.choice.schema_label == label]
    return min(own, key=lambda item: sum(item.signature), default=None)


@dataclass(frozen=True, slots=True)
class _Later:
    """Arrays in which later elements meet some wishes (`met`) that the first does not all meet."""

    wishes: tuple[Wish, ...]
    met: Signature

    def matches(self, value: object) -> bool:
        """Whether a value is such an array."""
        if not isinstance(value, list) or self.is_met_by(self._signature(value[0])):
            return False
        later = (False,) * len(self.wishes)
        for element in value[1:]:
            later = _either(later, self._signature(element))
        return later == self.met

    def is_met_by(self, signature: Signature) -> bool:
        """Whether an element of this signature meets all of the wishes by itself."""
        return _either(signature, self.met) == signature

    def _signature(self, element: object) -> Signature:
        return tuple(wish.admits(element) for wish in self.wishes)


def _with_last(
    choice: Choice, shape: Items, filler: Part, last: Part, later: _Later, number: int
) -> Choice:
    """The choice of an array whose last element is what a rule wants, and whose others are not."""
    suffix = "" if number == 1 else f"-{number}"
    return Choice(
        label=f"{choice.label}-with-the-wanted-one-last{suffix}",
        token=f"{choice.token}-wanted-last{suffix}",
        shape=replace(shape, other=filler.choice.shape, last=last.choice.shape, later=later),
        evidence=max(choice.evidence, Evidence.REGISTRY),
        note="the element that the rule asks for is not the first",
        origin=choice.schema_label,
    )
