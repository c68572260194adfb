"""What can vary in a kind of event: facets with their closed lists of choices, and how an event is built from them.

Knows no JSON Schema keyword (`reading` does) and draws nothing at random: a choice's value comes
from `Digits`.
"""

from __future__ import annotations

import re
from collections.abc import Container, Iterator, Mapping, Sequence, Set
from copy import deepcopy
from dataclasses import dataclass, field, replace
from functools import cached_property
from itertools import pairwise
from typing import Any, assert_never

from ecr_contracts.core import json_path
from ecr_contracts.core.findings import MISSING, Evidence
from ecr_contracts.events.regexes import Digits, Pattern

EXAMPLE_SHARE = 4  # one value in four of a choice is its plainest

Labels = Mapping[str, str]
"""An assignment: the label of the choice that each facet has, by the facet's path."""


@dataclass(frozen=True, slots=True)
class Absent:
    """The key is not there."""


@dataclass(frozen=True, slots=True)
class Exactly:
    """One JSON value."""

    value: Any


@dataclass(frozen=True, slots=True)
class OneOf:
    """One of several JSON values; the first is the plainest."""

    values: tuple[Any, ...]


@dataclass(frozen=True, slots=True)
class Word:
    """A string of a pattern (None: any string); `draw` is the part of it that values are drawn from."""

    pattern: Pattern | None
    draw: Pattern
    example: str


@dataclass(frozen=True, slots=True)
class Whole:
    """An integer drawn from `low` to `high`, recognised up to `reach` (None: however great)."""

    low: int
    high: int
    reach: int | None
    example: int


@dataclass(frozen=True, slots=True)
class Object:
    """A JSON object, filled by the facets below it; `empty` when it has no key at all."""

    empty: bool


@dataclass(frozen=True, slots=True)
class Items:
    """A JSON array of `low` to `high` elements, recognised up to `reach` (None: however many).

    The first element is a facet of its own; the others are of the choice `others` of that facet. A
    `template` gives all elements instead, out of other fields of the event.
    """

    low: int
    high: int
    reach: int | None
    others: str
    template: tuple[str, ...] | None


Shape = Absent | Exactly | OneOf | Word | Whole | Object | Items


@dataclass(frozen=True, slots=True)
class Choice:
    """One way a facet can be.

    `label` is unique within the facet, `token` (its name in case ids) within the kind; `evidence`
    says how it is known to be real, `note` what is worth knowing of it.
    """

    label: str
    token: str
    shape: Shape
    evidence: Evidence
    note: str = ""

    @property
    def values(self) -> tuple[Any, ...]:
        """The values of a choice that lists them; none where a pattern or a range describes it."""
        match self.shape:
            case Exactly(value):
                return (value,)
            case OneOf(values):
                return values
            case _:
                return ()

    def recognises(self, value: Any) -> bool:
        """Whether a value, of a foreign event too, is of this choice (`MISSING` stands for an absent key)."""
        match self.shape:
            case Absent():
                return value is MISSING
            case Exactly(wanted):
                return same(value, wanted)
            case OneOf(values):
                return any(same(value, wanted) for wanted in values)
            case Word(pattern):
                return isinstance(value, str) if pattern is None else pattern.matches(value)
            case Whole(low, _, reach):
                return _is_whole(value) and low <= value and (reach is None or value <= reach)
            case Object(empty):
                return isinstance(value, dict) and (not value) == empty
            case Items(low, _, reach):
                return (
                    isinstance(value, list)
                    and low <= len(value)
                    and (reach is None or len(value) <= reach)
                )
            case _:
                assert_never(self.shape)


@dataclass(frozen=True, slots=True)
class Facet:
    """One place of an event that can vary: a path with its choices, the baseline's choice first.

    `declared` holds the choices in the schema's order, in which they are recognised. `parent` is
    the path of the facet that this one lies within, if that can be without it. `expected` says in a
    few words what belongs here; `advised` that anything which no choice recognises deserves a
    warning.
    """

    path: str
    steps: json_path.Steps
    noun: str
    title: str
    choices: tuple[Choice, ...]
    declared: tuple[Choice, ...]
    parent: str | None
    expected: str
    advised: bool

    def __getitem__(self, label: str) -> Choice:
        for choice in self.choices:
            if choice.label == label:
                return choice
        raise KeyError(label)

    @property
    def baseline(self) -> Choice:
        """The choice that the baseline event has."""
        return self.choices[0]

    def recognise(self, event: Any) -> Choice | None:
        """The choice that an event has here, or None for something unknown."""
        value = json_path.at(event, self.steps)
        for choice in self.declared:
            if choice.recognises(value):
                return choice
        return None


@dataclass(frozen=True, slots=True)
class Constraint:
    """Choices that never occur together: an event in which every term holds does not exist.

    `terms` are pairs of a facet's path and labels of it. `structural` constraints follow from the
    nesting of JSON; the others are declared, with their evidence and reason. Constraints shape what
    is generated and refuse no event.
    """

    terms: tuple[tuple[str, frozenset[str]], ...]
    because: str
    evidence: Evidence | None = None

    @property
    def structural(self) -> bool:
        """Whether it follows from the nesting of JSON alone."""
        return self.evidence is None

    def holds(self, labels: Labels) -> bool:
        """Whether an assignment keeps to the constraint; facets that are not assigned count as keeping to it."""
        return not all(labels.get(path) in forbidden for path, forbidden in self.terms)


@dataclass(frozen=True, slots=True)
class Flaw:
    """One way in which an event is wrong: `value` at `steps` (`MISSING`: the key is taken away).

    `needs` are the choices that an event must have for the flaw to fit in.
    """

    name: str
    steps: json_path.Steps
    value: Any
    needs: Labels = field(default_factory=dict)

    @property
    def path(self) -> str:
        """Where the event is wrong."""
        return json_path.show(self.steps)

    def applied(self, event: Mapping[str, Any]) -> dict[str, Any]:
        """A copy of the event with this flaw. The event must have what the flaw needs."""
        wrong: dict[str, Any] = deepcopy(dict(event))
        place(wrong, self.steps, self.value)
        return wrong


@dataclass(frozen=True)
class Contract:
    """All that is known of a kind, ready for use: what varies, what excludes what, what is wrong.

    `discriminator` holds the paths and values by which an event of this kind is told from others;
    `known_keys` the keys that the schema names, by the path of their object; `expectations` what
    belongs at a path, in words.
    """

    kind: str
    title: str
    description: str
    facets: tuple[Facet, ...]
    constraints: tuple[Constraint, ...]
    flaws: tuple[Flaw, ...]
    baseline: Mapping[str, Any]
    sample: str | None
    discriminator: tuple[tuple[str, Any], ...]
    known_keys: Mapping[str, tuple[str, ...]]
    expectations: Mapping[str, str]

    @cached_property
    def by_path(self) -> Mapping[str, Facet]:
        """Every facet by its path, those with a single choice included."""
        return {facet.path: facet for facet in self.facets}

    @cached_property
    def varying(self) -> tuple[Facet, ...]:
        """The facets that have more than one choice, in the order of the event's keys."""
        return tuple(facet for facet in self.facets if len(facet.choices) > 1)

    @cached_property
    def by_token(self) -> Mapping[str, tuple[Facet, Choice]]:
        """Every choice of the varying facets by its name in case ids."""
        return {choice.token: (facet, choice) for facet in self.varying for choice in facet.choices}

    @cached_property
    def ordinary(self) -> Labels:
        """The choices of the baseline event; none for what lies within something that it lacks."""
        return {
            facet.path: facet.baseline.label
            for facet in self.facets
            if facet.baseline.recognises(json_path.at(self.baseline, facet.steps))
        }

    def recognise(self, event: Any) -> dict[str, str | None]:
        """The choices of any event of the kind, by path; None where it has something that no choice describes.

        Facets within something absent are left out, unless they can be absent themselves.
        """
        found: dict[str, str | None] = {}
        for facet in self.varying:
            choice = facet.recognise(event)
            if choice is not None:
                found[facet.path] = choice.label
            elif json_path.at(event, facet.steps) is not MISSING or facet.parent is None:
                found[facet.path] = None
        return found

    def build(
        self,
        labels: Labels,
        digits: Digits | Mapping[str, Digits] | None = None,
        pins: Mapping[json_path.Steps, Any] | None = None,
    ) -> Any:
        """The event of an assignment. Without digits every value is the plainest of its choice.

        The values use up the digits one after another, or each its own, by the facet's path. `pins`
        are values to stand at their paths whatever the labels say; facets at or below a pin are not
        asked. The assignment must keep to the constraints (see `settled`).
        """
        shared = digits if isinstance(digits, Digits) else Digits()
        own = digits if isinstance(digits, Mapping) else {}
        event: dict[str, Any] = {}
        templates: list[tuple[json_path.Steps, Items]] = []
        others: list[tuple[Facet, int, str]] = []
        pinned = pins or {}
        for facet in self.facets:
            if any(facet.steps[: len(steps)] == steps for steps in pinned):
                continue
            label = labels.get(facet.path)
            if label is None:
                continue
            shape = facet[label].shape
            mine = own.get(facet.path, shared)
            match shape:
                case Absent():
                    continue
                case Object():
                    place(event, facet.steps, {})
                case Items(low, high, _, wanted, template):
                    if template is not None:
                        place(event, facet.steps, [])
                        templates.append((facet.steps, shape))
                        continue
                    count = low + mine.take(high - low + 1)
                    place(event, facet.steps, [])
                    if count > 1:
                        others.append((facet, count - 1, wanted))
                case _:
                    place(event, facet.steps, _scalar(shape, mine))
        for steps, value in pinned.items():
            place(event, steps, deepcopy(value))
        for facet, count, wanted in reversed(
            others
        ):  # inner arrays first: the outer ones copy them
            self._add_others(event, facet, count, wanted, own.get(facet.path, shared))
        for steps, items in templates:
            place(
                event, steps, [self._filled(template, event) for template in items.template or ()]
            )
        return self._in_order(event) if pinned else event

    def _in_order(self, event: dict[str, Any]) -> dict[str, Any]:
        """The event's top-level keys as the schema orders them; keys that it does not name come last."""
        known = self.known_keys["$"]
        ordered = {key: event[key] for key in known if key in event}
        return ordered | event

    def _add_others(self, event: Any, facet: Facet, count: int, label: str, digits: Digits) -> None:
        elements = json_path.at(event, facet.steps)
        item = self.by_path.get(json_path.show((*facet.steps, 0)))
        for _ in range(count):
            if item is None or not label:
                elements.append(deepcopy(elements[0]))
                continue
            shape = item[label].shape
            value = _scalar(shape, digits)
            attempt = 0
            while value in elements and isinstance(shape, Word):
                value = shape.draw.word(Digits(attempt))
                attempt += 1
            elements.append(value)

    def _filled(self, template: str, event: Any) -> str:
        def value(match: re.Match[str]) -> str:
            path, label_only = match.groups()
            if label_only:
                facet = self.by_path[path]
                return (facet.recognise(event) or facet.baseline).label
            return str(json_path.at(event, json_path.parse(path)))

        return TEMPLATE_FIELD.sub(value, template)


def resting_on(contract: Contract, evidence: Evidence) -> Contract:
    """The contract with only those choices that rest on this evidence or stronger, and those of the baseline."""
    facets = (
        replace(
            facet,
            choices=tuple(
                choice
                for choice in facet.choices
                if choice is facet.baseline or choice.evidence >= evidence
            ),
        )
        for facet in contract.facets
    )
    return replace(contract, facets=tuple(facets))


TEMPLATE_FIELD = re.compile(r"\{(\$[^}|]*)(\|choice)?\}")


def place(event: Any, steps: json_path.Steps, value: Any) -> None:
    """Puts a value at a path of an event, making the objects on the way; takes the key away for `MISSING`."""
    if value is MISSING and json_path.at(event, steps) is MISSING:
        return  # nothing to take away, and nothing to make on the way there
    for step, following in pairwise(steps):
        if isinstance(step, int):
            event = event[step]
        else:
            event = event.setdefault(step, [] if isinstance(following, int) else {})
    last = steps[-1]
    if isinstance(last, int):
        event[last : last + 1] = [] if value is MISSING else [value]
    elif value is MISSING:
        event.pop(last, None)
    else:
        event[last] = value


def _scalar(shape: Shape, digits: Digits) -> Any:
    match shape:
        case Exactly(value):
            return deepcopy(value) if isinstance(value, (dict, list)) else value
        case OneOf(values):
            return values[digits.take(len(values))]
        case Word(_, draw, example):
            return draw.word(digits) if digits.take(EXAMPLE_SHARE) else example
        case Whole(low, high, _, example):
            return low + digits.take(high - low + 1) if digits.take(EXAMPLE_SHARE) else example
        case Absent() | Object() | Items():
            raise AssertionError(f"{shape} is no scalar")
        case _:
            assert_never(shape)


def _is_whole(value: Any) -> bool:
    return (isinstance(value, int) and not isinstance(value, bool)) or (
        isinstance(value, float) and value.is_integer()
    )


def same(value: Any, wanted: Any) -> bool:
    """JSON's equality: true is not 1, although Python's True is."""
    if isinstance(value, bool) or isinstance(wanted, bool):
        return value is wanted
    return bool(value == wanted)


def settled(contract: Contract, wanted: Labels, start: Labels | None = None) -> dict[str, str]:
    """The full assignment near to `start` (the baseline) that has the wanted choices and keeps to every constraint.

    Facets are changed only where a constraint asks for it. Raises ValueError with the reason when
    no event can have the wanted choices together.
    """
    labels = (
        {facet.path: facet.baseline.label for facet in contract.facets}
        | dict(start or {})
        | dict(wanted)
    )
    rules = (*contract.constraints, *_held(contract, wanted))
    problem = _repaired(contract, rules, labels, frozenset(wanted))
    if problem is not None:
        raise ValueError(problem)
    return _standing(contract, labels, wanted)


def _held(contract: Contract, wanted: Labels) -> Iterator[Constraint]:
    """That there is something around a wanted choice to hold it."""
    for path, label in wanted.items():
        if isinstance(contract.by_path[path][label].shape, Absent):
            continue
        for outer in _around(contract, path):
            hollow = frozenset(choice.label for choice in _hollow(contract, outer))
            yield Constraint(
                ((outer.path, hollow), (path, frozenset({label}))),
                f"{path} lies within {outer.path}",
            )


def _around(contract: Contract, path: str) -> Iterator[Facet]:
    """The facets that a facet lies within, the innermost first."""
    parent = contract.by_path[path].parent
    while parent is not None:
        yield contract.by_path[parent]
        parent = contract.by_path[parent].parent


def _hollow(contract: Contract, facet: Facet) -> list[Choice]:
    """The choices of a facet with which there is nothing within it."""
    return [
        choice
        for choice in facet.choices
        if not is_filled(contract, {facet.path: choice.label}, facet.path)
    ]


def _standing(contract: Contract, labels: Labels, kept: Container[str]) -> dict[str, str]:
    """The assignment without what lies within something absent: it has no choice, unless being absent is one."""
    found = dict(labels)
    for facet in contract.facets:
        if facet.parent is None or facet.path in kept or is_filled(contract, found, facet.parent):
            continue
        absent = [choice.label for choice in facet.choices if isinstance(choice.shape, Absent)]
        if absent:
            found[facet.path] = absent[0]
        else:
            found.pop(facet.path, None)
    return found


def _repaired(
    contract: Contract, rules: Sequence[Constraint], labels: dict[str, str], fixed: Set[str]
) -> str | None:
    """Changes free facets until every constraint holds; the reason why not, or None when done."""
    standing = _standing(contract, labels, fixed)
    broken = next((rule for rule in rules if not rule.holds(standing)), None)
    if broken is None:
        return None
    # What nests follows what it lies within. Of choices that exclude each other the condition gives
    # way, so that it does not come along where the other one alone would do: what is drawn then
    # shrinks to that.
    for path, forbidden in reversed(broken.terms) if broken.structural else broken.terms:
        for changed, label in _ways_out(contract, path, forbidden):
            if changed in fixed:
                continue
            attempt = labels | {changed: label}
            if _repaired(contract, rules, attempt, fixed | {changed}) is None:
                labels.update(attempt)
                return None
    return f"{_in_words(broken)} ({broken.because})"


def _ways_out(contract: Contract, path: str, forbidden: Set[str]) -> Iterator[tuple[str, str]]:
    """Changes after which a facet has none of the labels: another choice of its own, or nothing around it."""
    for choice in contract.by_path[path].choices:
        if choice.label not in forbidden:
            yield path, choice.label
    for outer in _around(contract, path):
        for choice in _hollow(contract, outer):
            yield outer.path, choice.label


def _in_words(rule: Constraint) -> str:
    terms = [f"{path} is {' or '.join(sorted(forbidden))}" for path, forbidden in rule.terms]
    return (
        "not both: " + " and ".join(terms)
        if len(terms) == 2
        else "not together: " + " and ".join(terms)
    )


def is_filled(contract: Contract, labels: Labels, path: str) -> bool:
    """Whether, under an assignment, there is something within the facet at a path for others to vary."""
    facet = contract.by_path[path]
    label = labels.get(path)
    if label is None:
        return False
    match facet[label].shape:
        case Object(empty):
            return not empty
        case Items(low, _, _, _, template):
            return low > 0 and template is None
        case _:
            return False
