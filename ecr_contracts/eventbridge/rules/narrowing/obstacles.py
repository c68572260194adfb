"""Why a branch of a pattern lets no event of a kind through, in words."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from ecr_contracts.core import json_text
from ecr_contracts.core.errors import did_you_mean
from ecr_contracts.core.text import listed, with_article
from ecr_contracts.eventbridge.rules.pattern import Leaf
from ecr_contracts.events.model import Contract, Facet
from ecr_contracts.events.shapes import Absent, Items, Object, listed_values

__all__ = ["NO_KEY", "NO_VALUE", "TOGETHER", "Obstacle"]

NO_KEY, NO_VALUE, TOGETHER = "no-key", "no-value", "together"
"""Whether there is no such key, it never has such a value, or not together with other leaves."""

_MOST_VALUES = 4  # that are named


@dataclass(frozen=True, slots=True)
class Obstacle:
    """Why a branch of a pattern lets no event of a kind through: a leaf that none meets.

    `reason` is one of the words above. `beside` are the leaves that the leaf contradicts, where it
    could be met without them.
    """

    leaf: Leaf
    reason: str
    beside: tuple[Leaf, ...] = ()

    def in_words(self, contract: Contract) -> str:
        """The reason as a sentence about the events of a kind, without its full stop."""
        kind = contract.kind
        if self.reason == NO_KEY:
            return f"{with_article(kind)} event has no {self.leaf.path}{self._meant(contract)}"
        if self.reason == TOGETHER:
            others = listed([_asked(leaf) for leaf in self.beside], "and")
            return f"no {kind} event has {_asked(self.leaf)} together with {others}"
        facet = _facet(contract, self.leaf)
        if facet is None:
            return f"no {kind} event has {_asked(self.leaf)}"
        return (
            f"{self.leaf.path} is {_usual(facet)} in every {kind} event, never {self.leaf.wanted}"
        )

    def _meant(self, contract: Contract) -> str:
        """The key that was meant instead of one that is not there."""
        *outer, key = self.leaf.steps
        path = "$" + "".join(f".{step}" for step in outer)
        return did_you_mean(key, contract.known_keys.get(path, ()))


def _asked(leaf: Leaf) -> str:
    return f"{leaf.path} {leaf.wanted}"


def _facet(contract: Contract, leaf: Leaf) -> Facet | None:
    for facet in contract.facets:
        if facet.steps == leaf.steps:
            return facet
    return None


def _usual(facet: Facet) -> str:
    """What a facet always is, in words."""
    shapes = [choice.shape for choice in facet.declared if not choice.hypothetical]
    if all(isinstance(shape, Absent) for shape in shapes):
        return "absent"
    if all(isinstance(shape, Items) and shape.high == 0 for shape in shapes):
        return "an empty list"
    if any(isinstance(shape, Object) for shape in shapes):
        return "an object, in which no condition sees a value,"
    values: dict[str, Any] = {}
    for shape in shapes:
        values |= {json_text.one_line(value): None for value in listed_values(shape)}
    if values and len(values) <= _MOST_VALUES and all(map(listed_values, shapes)):
        return listed(list(values), "or")
    return facet.expected
