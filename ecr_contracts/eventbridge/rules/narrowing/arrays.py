"""The choices of an array and of its first element, divided by the wishes upon its elements.

A rule that names `image-tags` wants that *any* element meets the wish. So an array meets it if

- its first element does, which is a facet of its own (with one element or with several), or
- a later one does: that is a choice of its own, in which the last element is what is wanted and the
  first is not, since code that reads the first element alone gets another one there, or
- all further elements do, whatever the first is, or
- it has no element, and the wish admits that nothing is there.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from ecr_contracts.core.findings import Evidence
from ecr_contracts.eventbridge.rules.narrowing.demands import Wish
from ecr_contracts.eventbridge.rules.narrowing.parts import Part, Signature, parts_of
from ecr_contracts.events.model import Choice, Facet
from ecr_contracts.events.shapes import Items, Shape

__all__ = ["ArrayParts", "parts_of_array"]


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
    for choice in facet.declared:
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
    for number, wish in enumerate(wishes):
        wanted = [item for item in items if item.signature[number]]
        if not wanted or wish.admits_absence or filler.signature[number]:
            continue
        last = min(wanted, key=lambda item: item.rank)
        later = _with_last(choice, shape, filler.choice.shape, last)
        met = tuple(
            one or other for one, other in zip(filler.signature, last.signature, strict=True)
        )
        if all(part.choice.token != later.token for part in parts):
            # It is recognised before the choice that says nothing of the last element.
            parts.insert(0, Part(later, met, rank=(1,)))
    return parts


def _filler(label: str, items: Sequence[Part]) -> Part | None:
    """The part of the choice of further elements that meets fewest wishes."""
    own = [item for item in items if item.choice.schema_label == label]
    return min(own, key=lambda item: sum(item.signature), default=None)


def _with_last(choice: Choice, shape: Items, other: Shape, last: Part) -> Choice:
    """The choice of an array whose last element is what a rule wants, and whose others are not."""
    return Choice(
        label=f"{choice.label}-with-the-wanted-one-last",
        token=f"{choice.token}-wanted-last",
        shape=replace(shape, other=other, last=last.choice.shape),
        evidence=max(choice.evidence, Evidence.REGISTRY),
        note="the element that the rule asks for is not the first",
        origin=choice.schema_label,
    )
