"""What can be proved of an event pattern over all kinds: what it lets through, and what it cannot.

Each positive claim has a *witness*, an event that the matcher confirms; each negative one the
obstacle, a leaf that no event meets. Nothing is found by trial: all follows from the contracts
narrowed to the pattern (`narrowing`), and so holds for every event that the contracts know.

    {"source": ["aws.ecr"], "detail": {"result": ["SUCCESS", "OK"], "version": [...]}}

A *condition* is one value or operator in a leaf's array; it is idle if no event meets it together
with the other leaves (`"OK"`). A leaf is redundant if whatever meets the other leaves meets it too.
An *alternative* is an object in an `$or`, as it is written; it is unreachable if no event meets it,
and redundant if the rest of the pattern lets the same events through without it.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any, cast

from ecr_contracts.core.errors import PatternError
from ecr_contracts.core.json_path import Steps
from ecr_contracts.eventbridge.rules.corrections import written
from ecr_contracts.eventbridge.rules.matching.conditions import Condition, Exact, Prefix, Suffix
from ecr_contracts.eventbridge.rules.narrowing.demands import (
    NamedPattern,
    Wish,
    facets_by_name,
)
from ecr_contracts.eventbridge.rules.narrowing.guessed import is_guessed
from ecr_contracts.eventbridge.rules.narrowing.narrow import Narrowing, narrow
from ecr_contracts.eventbridge.rules.narrowing.obstacles import Obstacle
from ecr_contracts.eventbridge.rules.narrowing.parts import parts_of
from ecr_contracts.eventbridge.rules.pattern import Branch, Leaf, Pattern
from ecr_contracts.eventbridge.rules.senders import may_be_of_others
from ecr_contracts.eventbridge.rules.undescribed import Undescribed, undescribed
from ecr_contracts.events.compile import reader
from ecr_contracts.events.generate import cases
from ecr_contracts.events.kinds import kind_names
from ecr_contracts.events.languages import LanguageTooLargeError
from ecr_contracts.events.model import Contract, Facet
from ecr_contracts.events.shapes import Items

__all__ = ["Alternative", "IdleCondition", "KindProof", "Proof", "narrowed", "prove", "witness_of"]

MOST_CONDITIONS = 30
"""How many conditions of one leaf are tried one by one, so that time is bounded."""

MOST_ALTERNATIVES = 30
"""How many alternatives of a pattern are tried one by one."""


@dataclass(frozen=True)
class KindProof:
    """What a pattern makes of one kind: the narrowed contract, and an event that is let through.

    `witness` is None where no event of the kind is; `obstacle` then says why. What `is_undecided`
    has branches that were not followed up, and none of the others lets anything through.
    """

    kind: str
    narrowing: Narrowing
    witness: Mapping[str, Any] | None
    is_undecided: bool = False

    @property
    def is_reached(self) -> bool:
        """Whether any event of the kind is let through."""
        return self.witness is not None

    @property
    def is_whole(self) -> bool:
        """Whether every event of the kind is let through."""
        return self.is_reached and not self.narrowing.is_changed

    @property
    def is_guessed(self) -> bool:
        """Whether it is reached by a value alone that is none of those known of the kind."""
        return self.is_reached and is_guessed(reader.contract(self.kind), self.contract)

    @property
    def contract(self) -> Contract:
        """The contract of the events that are let through; the whole one where none is."""
        return self.narrowing.contract or reader.contract(self.kind)

    @property
    def obstacle(self) -> Obstacle | None:
        """The first reason why no event of the kind is let through."""
        if self.is_reached or not self.narrowing.obstacles:
            return None
        return self.narrowing.obstacles[0]

    @property
    def choices(self) -> dict[str, tuple[str, ...]]:
        """The choices of each facet that are let through, by path, where not all of them are."""
        if not self.is_reached:
            return {}
        whole = reader.contract(self.kind)
        admitted = {}
        for facet in self.contract.facets:
            if facet is not whole.by_path.get(facet.path):
                admitted[facet.path] = tuple(choice.label for choice in facet.choices)
        return admitted


@dataclass(frozen=True)
class IdleCondition:
    """A condition that no event meets, while others of its leaf are met.

    `leaf` has this condition alone, which stands at `place` in the pattern. `is_impossible` tells
    that no event meets it even without the other leaves.
    """

    leaf: Leaf
    place: Steps
    is_impossible: bool


@dataclass(frozen=True)
class Alternative:
    """An object in an `$or` that adds nothing: its path in the pattern, and why it adds nothing.

    `proofs` are those of its own; with a witness it is redundant, without one unreachable.
    """

    place: Steps
    proofs: tuple[KindProof, ...]
    is_unreachable: bool


@dataclass(frozen=True)
class Proof:
    """What is proved of a pattern, given as data."""

    data: Mapping[str, Any]
    pattern: Pattern
    kinds: tuple[KindProof, ...]

    @cached_property
    def untried(self) -> tuple[Undescribed, ...]:
        """The events without a contract that it may let through."""
        return undescribed([self.pattern])

    @property
    def reached(self) -> tuple[KindProof, ...]:
        """The kinds of which any event is let through."""
        return tuple(kind for kind in self.kinds if kind.is_reached)

    @property
    def witness(self) -> Mapping[str, Any] | None:
        """An event that is let through; None where there is none of a kind with a contract."""
        return self.reached[0].witness if self.reached else None

    def names(self, path: str) -> bool:
        """Whether any branch asks for something at a path."""
        return any(_asks(branch, path) for branch in self.pattern.branches)

    def always_names(self, path: str) -> bool:
        """Whether every branch asks for something at a path."""
        return all(_asks(branch, path) for branch in self.pattern.branches)

    @property
    def is_dead(self) -> bool:
        """Whether it lets through nothing of ECR and its scanner that is known."""
        return self._reaches_nothing and not self.is_undecided and not self.admits_others

    @property
    def is_of_others(self) -> bool:
        """Whether it lets through nothing of ECR and its scanner, and was hardly meant to."""
        return self._reaches_nothing and not self.is_undecided and self.admits_others

    @cached_property
    def admits_others(self) -> bool:
        """Whether it may be meant for events of other senders, of which nothing is known."""
        return any(map(may_be_of_others, self.pattern.branches))

    @property
    def _reaches_nothing(self) -> bool:
        return not self.reached and not self.untried

    @property
    def is_undecided(self) -> bool:
        """Whether it is not known if anything gets through: it has too many alternatives."""
        return self._reaches_nothing and any(kind.is_undecided for kind in self.kinds)

    @cached_property
    def idle_conditions(self) -> tuple[IdleCondition, ...]:
        """The conditions that no event meets, of leaves that some event meets."""
        return tuple(_idle_conditions(self))

    @cached_property
    def idle_alternatives(self) -> tuple[Alternative, ...]:
        """The alternatives that no event meets, and those that add nothing."""
        return tuple(_idle_alternatives(self))

    @cached_property
    def redundant_leaves(self) -> tuple[Leaf, ...]:
        """The leaves without which the same events are let through."""
        if len(self.pattern.branches) > 1 or not self.reached or self.admits_others:
            return ()
        (branch,) = self.pattern.branches
        return tuple(leaf for leaf in branch if _is_redundant(self, branch, leaf))


def _asks(branch: Branch, path: str) -> bool:
    return any(leaf.path == path for leaf in branch)


def prove(data: Mapping[str, Any]) -> Proof:
    """What can be proved of a pattern. Raises PatternError for what EventBridge refuses."""
    pattern = Pattern.parse(data)
    return Proof(data, pattern, tuple(_kind_proofs(pattern)))


def narrowed(kind: str, pattern: Pattern) -> Narrowing:
    """What a pattern makes of a kind."""
    return narrow(reader.contract(kind), [NamedPattern(pattern)])


def witness_of(narrowing: Narrowing, pattern: Pattern) -> Mapping[str, Any] | None:
    """The ordinary event of a narrowed contract, None without one; the matcher confirms it."""
    if narrowing.contract is None:
        return None
    event = cases.ordinary_case(narrowing.contract).event
    if not pattern.matches(event):
        raise AssertionError(f"the pattern does not match {event}")
    return cast(Mapping[str, Any], event)


def _kind_proofs(pattern: Pattern) -> Iterator[KindProof]:
    for kind in kind_names():
        narrowing = narrowed(kind, pattern)
        undecided = narrowing.contract is None and _is_undecided(kind, pattern, narrowing)
        yield KindProof(kind, narrowing, witness_of(narrowing, pattern), undecided)


def _is_undecided(kind: str, pattern: Pattern, narrowing: Narrowing) -> bool:
    """Whether any branch that was not followed up has no obstacle of its own."""
    if not narrowing.left_out:
        return False
    if len(pattern.branches) > MOST_ALTERNATIVES:
        return True
    for branch in pattern.branches:
        alone = narrowed(kind, Pattern((branch,)))
        if alone.left_out and not alone.obstacles:
            return True
    return False


# --- conditions -----------------------------------------------------------------------------------


def _idle_conditions(proof: Proof) -> Iterator[IdleCondition]:
    """The conditions that no event meets, each within the alternative in which it stands."""
    if proof.admits_others:
        return
    idle = [alternative.place for alternative in proof.idle_alternatives]
    for place, conditions in written.leaves(proof.data):
        if not 1 < len(conditions) <= MOST_CONDITIONS:
            continue
        if any(place[: len(other)] == other for other in idle) or not _is_apart(proof, place):
            continue
        for number, condition in enumerate(conditions):
            data = written.replaced(proof.data, place, [condition])
            only = _parsed(written.with_only(data, place))
            if only is None or _lets_anything_through(only):
                continue
            alone = _parsed(written.only_leaf(place, [condition]))
            if alone is not None:
                (leaf,) = alone.branches[0]
                yield IdleCondition(leaf, (*place, number), not _is_ever_met(alone))


def _is_apart(proof: Proof, place: Steps) -> bool:
    """Whether the alternative in which something stands is one by itself.

    It is not where a key behind the `$or` replaces one of the alternative's.
    """
    only = _parsed(written.with_only(proof.data, place))
    return only is not None and set(only.branches) <= set(proof.pattern.branches)


def _is_ever_met(alone: Pattern) -> bool:
    """Whether a condition is met in any kind."""
    return any(narrowed(kind, alone).contract is not None for kind in kind_names())


def _parsed(data: Mapping[str, Any]) -> Pattern | None:
    """A changed copy of a pattern, None where it is none."""
    try:
        return Pattern.parse(data)
    except PatternError:
        return None


def _lets_anything_through(pattern: Pattern) -> bool:
    if undescribed([pattern]):
        return True
    return any(kind.is_reached or kind.is_undecided for kind in _kind_proofs(pattern))


# --- leaves ---------------------------------------------------------------------------------------


def _is_redundant(proof: Proof, branch: Branch, leaf: Leaf) -> bool:
    rest = tuple(other for other in branch if other is not leaf)
    if not rest:
        return False
    if not all(_is_always_met(kind, rest, leaf) for kind in _kinds_of(rest)):
        return False
    return undescribed([Pattern((rest,))]) == proof.untried


def _kinds_of(branch: Branch) -> list[KindProof]:
    """The kinds that a branch lets through."""
    return [kind for kind in _kind_proofs(Pattern((branch,))) if kind.is_reached]


def _is_always_met(kind: KindProof, rest: Branch, leaf: Leaf) -> bool:
    """Whether every event of a kind that meets the rest of a branch meets a leaf too."""
    whole = reader.contract(kind.kind)
    facet = facets_by_name(whole).get(leaf.name)
    if facet is None:
        return leaf.admits_absence
    if any(isinstance(choice.shape, Items) for choice in facet.declared):
        return False  # of the elements of arrays it is not told
    if _may_have_no_holder(kind.contract, facet) and not leaf.admits_absence:
        return False
    wishes = [Wish(other.conditions) for other in rest if other.name == leaf.name]
    wishes.append(Wish(leaf.conditions))
    if sum(len(wish.conditions) for wish in wishes) > MOST_CONDITIONS:
        return False  # it would take too long to tell
    left = {choice.schema_label for choice in kind.contract.by_path[facet.path].choices}
    try:
        parts = parts_of(facet, wishes)
    except LanguageTooLargeError:
        return False
    return all(part.signature[-1] for part in parts if part.choice.schema_label in left)


def _may_have_no_holder(contract: Contract, facet: Facet) -> bool:
    """Whether the object around a key may be empty or absent."""
    parent = facet.parent
    while parent is not None:
        holder = contract.by_path[parent]
        if not all(contract.is_filled({parent: choice.label}, parent) for choice in holder.choices):
            return True
        parent = holder.parent
    return facet.path not in contract.by_path


# --- alternatives ---------------------------------------------------------------------------------


def _idle_alternatives(proof: Proof) -> Iterator[Alternative]:
    places = list(written.alternatives(proof.data))
    if len(places) > MOST_ALTERNATIVES or len(proof.pattern.branches) < 2:
        return
    dropped: set[Steps] = set()
    for place in places:
        only = _parsed(written.with_only(proof.data, place))
        if only is None or not _is_apart(proof, place):
            continue
        if any(map(may_be_of_others, only.branches)):
            continue
        proofs = tuple(_kind_proofs(only))
        may_match = any(kind.is_reached or kind.is_undecided for kind in proofs)
        if not may_match and not undescribed([only]):
            yield Alternative(place, proofs, is_unreachable=True)
            dropped.add(place)
            continue
        left = written.without(proof.data, {*dropped, place})
        rest = None if left is None else _parsed(left)
        if rest is not None and _lies_in(only, rest):
            yield Alternative(place, proofs, is_unreachable=False)
            dropped.add(place)


def _lies_in(pattern: Pattern, other: Pattern) -> bool:
    """Whether each branch of a pattern lies within one branch of another one."""
    return all(
        any(_branch_lies_in(branch, outer) for outer in other.branches)
        for branch in pattern.branches
    )


def _branch_lies_in(branch: Branch, outer: Branch) -> bool:
    """Whether every event that meets a branch meets another one.

    It is not told of every pair of conditions on one key, only of plain ones.
    """
    own = {leaf.name: leaf for leaf in branch}
    unsure: list[Leaf] = []
    for leaf in outer:
        mine = own.get(leaf.name)
        if mine is None:
            unsure.append(leaf)
        elif not all(_implies(condition, leaf) for condition in mine.conditions):
            return False
    if not unsure:
        return True
    if undescribed([Pattern((branch,))]):
        return False
    kinds = _kinds_of(branch)
    return bool(kinds) and all(
        _is_always_met(kind, branch, leaf) for kind in kinds for leaf in unsure
    )


def _implies(condition: Condition, leaf: Leaf) -> bool:
    """Whether what meets a condition meets a leaf on the same key."""
    if condition in leaf.conditions:
        return True
    match condition:
        case Exact(value=str() | bool() | None as value):
            return leaf.admits(value)
        case Prefix(text=text, ignore_case=False):
            return any(
                isinstance(other, Prefix) and not other.ignore_case and text.startswith(other.text)
                for other in leaf.conditions
            )
        case Suffix(text=text, ignore_case=False):
            return any(
                isinstance(other, Suffix) and not other.ignore_case and text.endswith(other.text)
                for other in leaf.conditions
            )
    return False
