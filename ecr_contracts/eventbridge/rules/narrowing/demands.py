"""What rules demand of the facets of a kind: branches of patterns as wishes, by the facet's path.

A branch of a pattern names leaves by their keys. Here each leaf becomes a `Wish` upon the facet
that lies there. A leaf on a text that follows from other fields (an ARN among the `resources`)
becomes wishes upon these fields, which can be met in several ways (`composed`).
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from enum import Enum
from functools import cached_property
from typing import Any

from ecr_contracts.eventbridge.rules.matching.conditions import (
    Condition,
    Exact,
    Exists,
    any_of,
)
from ecr_contracts.eventbridge.rules.pattern import Leaf, Pattern
from ecr_contracts.events.model import Contract, Facet

__all__ = ["Aspect", "Demand", "NamedPattern", "Wish", "branches_of", "facets_by_name"]


@dataclass(frozen=True)
class NamedPattern:
    """The pattern of a rule, with what reports call the rule (`template.yaml:12, rule Pushed`)."""

    pattern: Pattern
    name: str = ""


class Aspect(Enum):
    """What of a facet a wish is upon.

    That is its value, the label of its choice (the partition of a region), or the part of its value
    that is drawn within a frame (the name within an ARN).
    """

    VALUE = "value"
    LABEL = "label"
    PART = "part"


@dataclass(frozen=True)
class Wish:
    """What is demanded of one aspect of a facet: that any condition holds.

    `rule` is the name of the rule that demands it.
    """

    conditions: tuple[Condition, ...]
    aspect: Aspect = Aspect.VALUE
    rule: str = field(default="", compare=False)

    @cached_property
    def admits_absence(self) -> bool:
        """Whether it is met where there is no value."""
        return Exists(False) in self.conditions

    @cached_property
    def admits(self) -> Callable[[Any], bool]:
        """Whether any condition holds for a value that is present."""
        return any_of(self.conditions)

    def texts(self, aspect: Aspect) -> tuple[str, ...]:
        """The texts that it names as they are, if it is upon an aspect."""
        if self.aspect is not aspect:
            return ()
        named = (one.value for one in self.conditions if isinstance(one, Exact))
        return tuple(value for value in named if isinstance(value, str))

    @property
    def is_of_exact_values(self) -> bool:
        """Whether it is met by values that it names, and by no others."""
        return all(isinstance(one, Exact | Exists) for one in self.conditions)


@dataclass(frozen=True)
class Demand:
    """What one branch of a pattern demands of events of a kind: all wishes are to be met.

    `wishes` are by the path of their facet; several upon one facet are to be met by one value.
    `labels` are the only ones of the schema's that some facets may have, by path.
    """

    wishes: Mapping[str, tuple[Wish, ...]]
    rule: str = ""
    labels: Mapping[str, frozenset[str]] = field(default_factory=dict)

    def plus(self, path: str, wish: Wish) -> Demand:
        """The same with one more wish."""
        wishes = dict(self.wishes)
        wishes[path] = (*wishes.get(path, ()), wish)
        return replace(self, wishes=wishes)

    def within(self, path: str, labels: Iterable[str]) -> Demand:
        """The same with labels that a facet may have."""
        allowed = frozenset(labels)
        allowed &= self.labels.get(path, allowed)
        return replace(self, labels={**self.labels, path: allowed})


def branches_of(rules: Iterable[NamedPattern]) -> Iterator[tuple[str, tuple[Leaf, ...]]]:
    """The branches of all patterns with their rule's name, alike ones put together.

    Branches that differ in one leaf alone are one branch in which that leaf has the conditions of
    all: an event meets it if it meets any of them.
    """
    merged: list[tuple[str, tuple[Leaf, ...]]] = []
    for rule in rules:
        for branch in rule.pattern.branches:
            for number, (name, other) in enumerate(merged):
                together = _together(other, branch)
                if together is not None:
                    merged[number] = (name, together)
                    break
            else:
                merged.append((rule.name, branch))
    yield from merged


def _together(branch: tuple[Leaf, ...], other: tuple[Leaf, ...]) -> tuple[Leaf, ...] | None:
    """Two branches as one, if they differ in no more than one leaf."""
    if [leaf.name for leaf in branch] != [leaf.name for leaf in other]:
        return None
    differing = [number for number, leaf in enumerate(branch) if leaf != other[number]]
    if not differing:
        return branch
    if len(differing) > 1:
        return None
    number = differing[0]
    leaf = branch[number]
    conditions = tuple(dict.fromkeys((*leaf.conditions, *other[number].conditions)))
    joined = Leaf(leaf.name, conditions, leaf.steps, leaf.line, leaf.column)
    return (*branch[:number], joined, *branch[number + 1 :])


def facets_by_name(contract: Contract) -> dict[str, Facet]:
    """The facets of a contract by the name that a pattern's leaf has for them.

    An array stands for its elements too, which have the same name.
    """
    facets: dict[str, Facet] = {}
    for facet in contract.facets:
        name = ".".join(str(step) for step in facet.steps if isinstance(step, str))
        facets.setdefault(name, facet)
    return facets
