"""An event pattern: which events a rule takes, and why it does not take another.

A pattern is an object of keys and *leaves*, non-empty arrays of values and operators. An event
matches if for each leaf any of its conditions holds for any value at that key (`event_leaves` says
what an event's values are, and which belong together). `$or` lists alternatives. It multiplies out:
a pattern becomes *branches* without `$or`, and an event matches if it meets any branch.

    pattern = Pattern.parse('{"source": ["aws.ecr"], "detail": {"result": [{"prefix": "S"}]}}')
    pattern.matches(event)    # True or False
    pattern.explain(event)    # the leaves that are not met, empty if it matches

`$or` is special where it lists two or more objects without reserved words (the names of operators)
among their keys. If a pattern is refused so, it is read once more with `$or` as the name of a field
like any other, which it was before AWS introduced it. Within a branch, a key that stands twice has
its last leaf; that goes for a key outside and inside of `$or` too, which is not what one expects:
the alternative replaces the leaf outside.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

from ecr_contracts.core import json_path
from ecr_contracts.core.errors import PatternError
from ecr_contracts.core.findings import MISSING
from ecr_contracts.core.json_path import Steps
from ecr_contracts.core.limits import PATTERN_BRANCHES, PATTERN_LEAVES
from ecr_contracts.eventbridge.rules.matching import event_leaves, operators, pattern_text
from ecr_contracts.eventbridge.rules.matching.conditions import Condition, Exists, any_of, as_json
from ecr_contracts.eventbridge.rules.matching.event_leaves import Leaves
from ecr_contracts.eventbridge.rules.matching.pattern_text import (
    Array,
    Member,
    Node,
    Object,
    Places,
    Refusal,
)
from ecr_contracts.eventbridge.rules.matching.plan import Plan

OR = "$or"

RESERVED = frozenset(
    {
        *operators.OPERATORS,
        *("=", "<", "<=", ">", ">=", "html", "regex", "not-wildcard", "not-equals-ignore-case"),
        *("date-after", "date-on-or-after", "date-before", "date-on-or-before", "in-date-range"),
        *("ip-address-in-range", "ip-address-not-in-range"),
    }
)
"""The words that no key within `$or` may be, or it is an ordinary field."""


@dataclass(frozen=True)
class Leaf:
    """What a pattern wants at one key: any of its conditions.

    `name` is its path joined by dots, `steps` the path as it is written. `line` and `column` are
    the place of the key in the text of the pattern, 0 where that was given as data.
    """

    name: str
    conditions: tuple[Condition, ...]
    steps: tuple[str, ...] = field(compare=False)
    line: int = field(default=0, compare=False)
    column: int = field(default=0, compare=False)

    @property
    def path(self) -> str:
        """The path as `$.detail.image-tags`."""
        return json_path.show(self.steps)

    @property
    def wanted(self) -> str:
        """The array of the leaf as JSON text."""
        return f"[{', '.join(map(as_json, self.conditions))}]"

    @cached_property
    def admits_absence(self) -> bool:
        """Whether it is met where no value is present."""
        return Exists(False) in self.conditions

    @cached_property
    def test(self) -> Callable[[Any], bool]:
        """Whether any condition holds for a value that is present."""
        return any_of(self.conditions)

    def admits(self, value: Any) -> bool:
        """Whether any condition holds for a value that is present."""
        return self.test(value)


Branch = tuple[Leaf, ...]
"""Leaves that are all to be met, in the order of their names."""


@dataclass(frozen=True, slots=True)
class Mismatch:
    """A leaf that an event does not meet.

    `seen` are the values at its key; none where the key is absent, and the object or the empty
    array itself where one stands there. `apart` tells that a value meets the leaf, but not together
    with what meets the other leaves: in another element of an array.
    """

    leaf: Leaf
    seen: tuple[Any, ...]
    apart: bool = False


@dataclass(frozen=True)
class Pattern:
    """An event pattern, ready to be matched. Two are equal if they want the same of events."""

    branches: tuple[Branch, ...]

    @classmethod
    def parse(cls, pattern: str | Mapping[str, Any]) -> Pattern:
        """The pattern of a JSON text, or of data as `json.loads` gives it.

        Raises PatternError for what EventBridge refuses.
        """
        places = Places(pattern if isinstance(pattern, str) else "")
        try:
            if isinstance(pattern, str):
                node = pattern_text.read(pattern)
            else:
                node = pattern_text.from_data(pattern)
            branches = _branches(node)
        except Refusal as refusal:
            line, column = places.at(refusal.offset)
            path = json_path.show(refusal.steps)
            raise PatternError(path, refusal.problem, line, column) from None
        return cls(_placed(branches, places))

    def matches(self, event: Mapping[str, Any]) -> bool:
        """Whether an event matches: data as `json.loads` or `event_leaves.read_event` gives it."""
        in_common = self._common_plan.decides(event)
        if in_common is False:
            return False
        for plan, branch in self._plans:
            verdict = in_common if plan is None else plan.decides(event)
            if verdict is False:
                continue
            if verdict and in_common:
                return True
            leaves = event_leaves.leaves_of(event, [leaf.name for leaf in branch])
            if event_leaves.first_unmet(branch, leaves) < 0:
                return True
        return False

    def explain(self, event: Mapping[str, Any]) -> tuple[Mismatch, ...]:
        """The leaves that an event does not meet, in the order of names; none if it matches.

        With `$or` they are those of the branch that lacks least.
        """
        nearest: tuple[Mismatch, ...] = ()
        for branch in self.branches:
            mismatches = _mismatches(branch, event)
            if not mismatches:
                return ()
            if not nearest or len(mismatches) < len(nearest):
                nearest = mismatches
        return nearest

    @cached_property
    def _in_common(self) -> frozenset[int]:
        """Which leaves all branches share, by identity."""
        return frozenset.intersection(*(frozenset(map(id, branch)) for branch in self.branches))

    @cached_property
    def _common_plan(self) -> Plan:
        return Plan.of([leaf for leaf in self.branches[0] if id(leaf) in self._in_common])

    @cached_property
    def _plans(self) -> tuple[tuple[Plan | None, Branch], ...]:
        """Each branch with the plan of what it has beyond the others, None for nothing."""
        plans: list[tuple[Plan | None, Branch]] = []
        for branch in self.branches:
            rest = [leaf for leaf in branch if id(leaf) not in self._in_common]
            plans.append((Plan.of(rest) if rest else None, branch))
        return tuple(plans)


def _mismatches(branch: Branch, event: Mapping[str, Any]) -> tuple[Mismatch, ...]:
    """The leaves of a branch that an event does not meet."""
    leaves = event_leaves.leaves_of(event, [leaf.name for leaf in branch])
    unmet = event_leaves.first_unmet(branch, leaves)
    if unmet < 0:
        return ()
    alone = [leaf for leaf in branch if not _is_met_alone(leaf, leaves)]
    if not alone:
        return (Mismatch(branch[unmet], _seen(branch[unmet], leaves, event), apart=True),)
    return tuple(Mismatch(leaf, _seen(leaf, leaves, event)) for leaf in alone)


def _is_met_alone(leaf: Leaf, leaves: Leaves) -> bool:
    """Whether a leaf is met where no other is asked for."""
    occurrences = leaves[leaf.name]
    if leaf.admits_absence and not occurrences:
        return True
    for occurrence in occurrences:
        if leaf.admits(occurrence.value):
            return True
        if leaf.admits_absence and occurrence.membership:
            return True  # it may be absent from the element that another leaf chooses
    return False


def _seen(leaf: Leaf, leaves: Leaves, event: Mapping[str, Any]) -> tuple[Any, ...]:
    values = tuple(occurrence.value for occurrence in leaves[leaf.name])
    if values:
        return values
    standing = json_path.at(event, leaf.steps)
    return () if standing is MISSING else (standing,)


# --- reading --------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class _WrittenLeaf:
    """A leaf as it is read, with the offset of its key."""

    steps: tuple[str, ...]
    conditions: tuple[Condition, ...]
    offset: int


_Written = dict[str, _WrittenLeaf]
"""A branch as it is read: its leaves by their names."""


def _placed(branches: list[_Written], places: Places) -> tuple[Branch, ...]:
    """The branches, their leaves in order, with lines and columns; branches share equal leaves."""
    leaves: dict[int, Leaf] = {}
    for written in branches:
        for name, leaf in written.items():
            if id(leaf) not in leaves:
                line, column = places.at(leaf.offset)
                leaves[id(leaf)] = Leaf(name, leaf.conditions, leaf.steps, line, column)
    placed = []
    for written in branches:
        names = sorted(written, key=_order)
        placed.append(tuple(leaves[id(written[name])] for name in names))
    return tuple(placed)


def _order(name: str) -> bytes:
    """How EventBridge orders names: by their units of UTF-16."""
    return name.encode("utf-16-be", "surrogatepass")


def _branches(node: Node) -> list[_Written]:
    """The branches of a whole pattern. Raises Refusal."""
    if not isinstance(node, Object):
        raise Refusal(node.offset, (), "a pattern is a JSON object")
    reading = _Reading(with_or=True)
    try:
        return reading.within(node, (), (), [{}], is_alternative=False)
    except Refusal:
        if not reading.has_met_or:
            raise
        try:
            return _Reading(with_or=False).within(node, (), (), [{}], is_alternative=False)
        except Refusal:
            pass
        raise


class _Reading:
    """One reading of a pattern, in which `$or` is special or an ordinary key."""

    def __init__(self, *, with_or: bool) -> None:
        self._with_or = with_or
        self.has_met_or = False

    def within(
        self,
        node: Object,
        steps: tuple[str, ...],
        place: Steps,
        branches: list[_Written],
        *,
        is_alternative: bool,
    ) -> list[_Written]:
        """The branches that come of some by adding what an object wants.

        `steps` are the keys on the way; `place` is the path in the pattern, in which `$or` and the
        number of the alternative stand too.
        """
        if not node.members:
            raise Refusal(
                node.offset, place, "an empty object wants nothing; EventBridge refuses it"
            )
        for member in node.members:
            here = (*place, member.key)
            if member.key == OR and self._with_or:
                self.has_met_or = True
                branches = self._alternatives(member.node, steps, here, branches)
                continue
            if is_alternative and member.key in RESERVED:
                problem = f"{member.key!r} is a reserved word, and no key within {OR}"
                raise Refusal(member.offset, here, problem)
            inner = (*steps, member.key)
            if isinstance(member.node, Object):
                branches = self.within(
                    member.node, inner, here, branches, is_alternative=is_alternative
                )
            else:
                leaf = _leaf(member, inner, here)
                for branch in branches:
                    branch[".".join(inner)] = leaf
        return branches

    def _alternatives(
        self, node: Node, steps: tuple[str, ...], place: Steps, branches: list[_Written]
    ) -> list[_Written]:
        """The branches that come of some by adding each alternative of `$or`."""
        if not isinstance(node, Array) or len(node.items) < 2:
            raise Refusal(node.offset, place, f"{OR} takes an array of two objects or more")
        multiplied: list[_Written] = []
        leaves = 0
        for index, item in enumerate(node.items):
            here = (*place, index)
            if not isinstance(item, Object):
                raise Refusal(item.offset, here, f"an alternative of {OR} is an object")
            copies = [dict(branch) for branch in branches]
            added = self.within(item, steps, here, copies, is_alternative=True)
            multiplied.extend(added)
            leaves += sum(map(len, added))
            if len(multiplied) > PATTERN_BRANCHES or leaves > PATTERN_LEAVES:
                problem = (
                    f"the alternatives of {OR} multiply out to more than {PATTERN_BRANCHES} "
                    f"combinations, or to more than {PATTERN_LEAVES} leaves"
                )
                raise Refusal(node.offset, place, problem)
        return multiplied


def _leaf(member: Member, steps: tuple[str, ...], place: Steps) -> _WrittenLeaf:
    if not isinstance(member.node, Array):
        problem = 'a value stands in an array, as in ["aws.ecr"]'
        raise Refusal(member.node.offset, place, problem)
    if not member.node.items:
        problem = "an empty array wants nothing; EventBridge refuses it"
        raise Refusal(member.node.offset, place, problem)
    conditions = [
        operators.condition(item, (*place, index)) for index, item in enumerate(member.node.items)
    ]
    return _WrittenLeaf(steps, tuple(conditions), member.offset)
