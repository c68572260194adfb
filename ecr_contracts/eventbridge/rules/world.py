"""The events that reach a consumer: those of each kind that its rules let through.

A consumer without rules is reached by every event of every kind (`WHOLE_WORLD`). With rules, the
contract of each kind is narrowed to what they let through (`narrowing`), and `admits` tells of any
event whether they do. What its own code compares with fields makes further choices, of which none
is kept away.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from ecr_contracts.core import json_path
from ecr_contracts.eventbridge.rules.narrowing.demands import NamedPattern
from ecr_contracts.eventbridge.rules.narrowing.narrow import Narrowing, narrow
from ecr_contracts.eventbridge.rules.narrowing.own_values import FieldComparison, with_own_values
from ecr_contracts.eventbridge.rules.senders import other_senders
from ecr_contracts.eventbridge.rules.undescribed import Undescribed, undescribed
from ecr_contracts.events.compile import reader
from ecr_contracts.events.generate import cases
from ecr_contracts.events.generate.cases import SAMPLE, Case
from ecr_contracts.events.kinds import kind_names
from ecr_contracts.events.model import Contract
from ecr_contracts.events.validation import kind_or_violation

__all__ = ["WHOLE_WORLD", "World"]


@dataclass(frozen=True)
class World:
    """Which events reach a consumer.

    `rules` are the patterns of its rules; it has none where `narrowings` are empty. Those are what
    the rules make of each kind. `whole` are kinds of which every event is given all the same, since
    somebody asked for them. `comparisons` are what the consumer's own code compares with fields:
    they keep no event away, but make choices of their values (`narrowing.own_values`).
    """

    rules: tuple[NamedPattern, ...] = ()
    narrowings: Mapping[str, Narrowing] = field(default_factory=dict)
    whole: frozenset[str] = frozenset()
    comparisons: tuple[FieldComparison, ...] = ()

    @classmethod
    def behind(cls, rules: Sequence[NamedPattern]) -> World:
        """What rules let through, of all kinds; everything if there are none."""
        if not rules:
            return WHOLE_WORLD
        narrowings = {kind: narrow(reader.contract(kind), rules) for kind in kind_names()}
        return cls(tuple(rules), narrowings)

    @property
    def is_whole(self) -> bool:
        """Whether there are no rules, so that every event reaches the consumer."""
        return not self.rules

    @property
    def kinds(self) -> tuple[str, ...]:
        """The kinds of which any event reaches the consumer."""
        return tuple(kind for kind in kind_names() if self._is_reached_by(kind))

    def with_whole(self, kinds: Iterable[str]) -> World:
        """The same with every event of some kinds."""
        return replace(self, whole=self.whole | set(kinds)) if self.rules else self

    def comparing(self, comparisons: Iterable[FieldComparison]) -> World:
        """The same with what the consumer's own code compares with fields."""
        return replace(self, comparisons=tuple(comparisons))

    def without_rules(self) -> World:
        """Every event of every kind, with the consumer's own values."""
        return WHOLE_WORLD.comparing(self.comparisons)

    def contract(self, kind: str) -> Contract:
        """What the events of a kind that reach the consumer are like, with its own values.

        It is the whole contract where none does: then nothing of the kind is to be given.
        """
        contract = self.let_through(kind)
        if not self.comparisons:
            return contract
        narrowing = self.narrowings.get(kind)
        is_narrowed = narrowing is not None and narrowing.contract is contract
        return with_own_values(contract, self.comparisons, narrowing if is_narrowed else None)

    def has_own_contract(self, kind: str) -> bool:
        """Whether its rules, or its own values, make another contract of a kind."""
        return self.contract(kind) is not reader.contract(kind)

    def let_through(self, kind: str) -> Contract:
        """The contract of those events of a kind that the rules let through; else the whole one."""
        narrowing = self.narrowings.get(kind)
        if narrowing is None or narrowing.contract is None or kind in self.whole:
            return reader.contract(kind)
        return narrowing.contract

    def own_values(self, kind: str) -> Iterator[tuple[str, Any, str]]:
        """Where the ordinary event of a kind has another value since the consumer compares it.

        Each is a path with the value there and the place in the code ("app.py:9").
        """
        usual, own = self.let_through(kind).baseline, self.contract(kind).baseline
        known: set[json_path.Steps] = set()
        for comparison in self.comparisons:
            steps = comparison.steps
            value = json_path.at(own, steps)
            is_let_on = comparison.needed is not None and comparison.lets_on(own)
            if is_let_on and steps not in known and value != json_path.at(usual, steps):
                known.add(steps)
                yield json_path.show(steps), value, comparison.place

    def ordinary_case(self, kind: str) -> Case:
        """The ordinary one of the events of a kind that reach the consumer."""
        return cases.ordinary_case(self.contract(kind))

    def sample(self, kind: str) -> dict[str, Any]:
        """AWS's sample of a kind, or the ordinary event where that does not reach the consumer."""
        contract = self.contract(kind)
        if contract.sample is None:
            return self.ordinary_case(kind).event
        return cases.case_of(contract, f"{kind}/{SAMPLE}").event

    @property
    def untried(self) -> tuple[Undescribed, ...]:
        """The events of ECR and its scanner without a contract that the rules may let through."""
        return undescribed(rule.pattern for rule in self.rules)

    @property
    def other_senders(self) -> tuple[str, ...]:
        """Other services and applications whose events the rules may let through, in words."""
        senders: dict[str, None] = {}
        for rule in self.rules:
            senders |= dict.fromkeys(other_senders(rule.pattern))
        return tuple(senders)

    @property
    def left_out(self) -> int:
        """How many alternatives of the rules were not followed up."""
        return sum(narrowing.left_out for narrowing in self.narrowings.values())

    def obstacle(self) -> str:
        """Why the rules let no event through of any kind, as far as one reason says it."""
        for kind, narrowing in self._likeliest_first():
            if narrowing.contract is None and narrowing.obstacles:
                return narrowing.obstacles[0].in_words(reader.contract(kind))
        return ""

    def _likeliest_first(self) -> list[tuple[str, Narrowing]]:
        """The kinds with those first that the rules are about, by what tells kinds apart."""

        def distance(item: tuple[str, Narrowing]) -> int:
            contract = reader.contract(item[0])
            told_by = {path.removeprefix("$.") for path, _ in contract.discriminator}
            unmet = 0
            for rule in self.rules:
                for mismatch in rule.pattern.explain(contract.baseline):
                    unmet += mismatch.leaf.name in told_by
            return unmet

        return sorted(self.narrowings.items(), key=distance)

    def asks_for(self, path: str) -> bool:
        """Whether any rule names a path, or what lies around or within it."""
        name = ".".join(str(step) for step in json_path.parse(path) if isinstance(step, str))
        for rule in self.rules:
            for branch in rule.pattern.branches:
                if any(leaf.name == name for leaf in branch):
                    return True
        return False

    def admits(self, event: Mapping[str, Any]) -> bool:
        """Whether an event reaches the consumer.

        What is no event may reach it all the same: rules are for events.
        """
        if "detail-type" not in event:
            return True
        if not self.rules:
            return True
        kind = kind_or_violation(event) if self.whole else None
        if isinstance(kind, str) and kind in self.whole:
            return True
        return any(rule.pattern.matches(event) for rule in self.rules)

    def _is_reached_by(self, kind: str) -> bool:
        narrowing = self.narrowings.get(kind)
        return narrowing is None or kind in self.whole or narrowing.contract is not None


WHOLE_WORLD = World()
"""Every event of every kind."""
