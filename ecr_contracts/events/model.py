"""What can vary in a kind of event: facets with closed lists of choices, and how an event is built.

Knows no JSON Schema keyword (`compile.reader` does) and draws nothing at random: a choice's value
comes from `Digits`. Which choices go together is the task of `constraints`.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from copy import deepcopy
from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import Any

from ecr_contracts.core import json_path
from ecr_contracts.core.findings import MISSING, Evidence
from ecr_contracts.events.regexes import Digits
from ecr_contracts.events.shapes import (
    Absent,
    Items,
    Object,
    Shape,
    Word,
    listed_values,
    recognises,
    scalar_value,
)

Labels = Mapping[str, str]
"""An assignment: the label of the choice that each facet has, by the facet's path."""

_MOST_ATTEMPTS = 100
"""How many words are tried for an element that no other of its array is equal to."""

TEMPLATE_FIELD = re.compile(r"\{(\$[^}|]*)(\|choice)?\}")
"""A field of a template: a path whose value stands there, or whose choice does."""


@dataclass(frozen=True, slots=True)
class Choice:
    """One way a facet can be.

    `label` is unique within the facet, `token` (its name in case ids) within the kind; `evidence`
    says how it is known to be real, `note` what is worth knowing of it. `origin` is the label of
    the schema's choice that it is a part of, where it is narrower than that. What is `hypothetical`
    was never seen where something else always was: code should bear it, but a rule that waits for
    it waits in vain. What is tried `alone` is one of many values that a rule names: it has a case
    of its own, and is not combined with the choices of other facets. `compared` is the place where
    the consumer's own code compares the field with its values ("app.py:9"), if they are so chosen,
    and `like` what these have in common there, where that is no single value (`"prod-…"`).
    """

    label: str
    token: str
    shape: Shape
    evidence: Evidence
    note: str = ""
    origin: str = ""
    hypothetical: bool = False
    alone: bool = False
    compared: str = ""
    like: str = ""

    @property
    def schema_label(self) -> str:
        """The label of the schema's choice that it is, or is a part of."""
        return self.origin or self.label

    @property
    def values(self) -> tuple[Any, ...]:
        """The values of a choice that lists them; none where a pattern or a range describes it."""
        return listed_values(self.shape)

    def recognises(self, value: Any) -> bool:
        """Whether any value, `MISSING` for an absent key, is of this choice."""
        return recognises(self.shape, value)


@dataclass(frozen=True, slots=True)
class Facet:
    """One place of an event that can vary: a path with its choices, the baseline's choice first.

    `declared` holds the choices in the schema's order, in which they are recognised. `parent` is
    the path of the facet that this one lies within, if that can be without it. `expected` says in a
    few words what belongs here; `advised` that anything which no choice recognises deserves a
    warning. `lengths` are the fewest and the most characters that the schema admits in a text, and
    `is_open` says that it admits texts which no choice has, without advice against them.
    `is_partial` says of an object that it is known to have keys which the schema does not name, and
    `each` what each of its keys names ("severity").
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
    lengths: tuple[int, int | None] = (0, None)
    is_open: bool = False
    is_partial: bool = False
    each: str = ""

    def __getitem__(self, label: str) -> Choice:
        for choice in self.choices:
            if choice.label == label:
                return choice
        raise KeyError(label)

    @property
    def baseline(self) -> Choice:
        """The choice that the baseline event has."""
        return self.choices[0]

    @property
    def labels(self) -> frozenset[str]:
        """The labels of all choices."""
        return frozenset(choice.label for choice in self.choices)

    @property
    def absent_label(self) -> str | None:
        """The label of the choice without the key; None where the key is always there."""
        for choice in self.choices:
            if isinstance(choice.shape, Absent):
                return choice.label
        return None

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
        """Whether an assignment keeps to the constraint; a facet that has no label keeps to it."""
        # A loop: solving asks this of every constraint, thousands of times for one event.
        for path, forbidden in self.terms:  # noqa: SIM110
            if labels.get(path) not in forbidden:
                return True
        return False


@dataclass(frozen=True, slots=True)
class Combination:
    """What is known of choices together, better than of each alone.

    `terms` are pairs of a facet's path and labels that the schema has there. Where an event has one
    of the labels of each term, the claim that it has them rests on `evidence`. An example: nobody
    has seen a scan that failed, nor a scan without counts, but scans do fail, and one that failed
    can have counted nothing.
    """

    terms: tuple[tuple[str, frozenset[str]], ...]
    because: str
    evidence: Evidence

    @property
    def paths(self) -> frozenset[str]:
        """The paths that it is about."""
        return frozenset(path for path, _ in self.terms)


@dataclass(frozen=True, slots=True)
class KeySet:
    """Which keys of an object real events have together, under one name.

    `token` is the name in case ids, `path` that of the object. `choices` say of each key that the
    schema names there, by its path, which of its labels an event of the set may have: only the one
    for an absent key, or all others. It is short for these choices, and no choice of its own.
    """

    token: str
    path: str
    choices: Mapping[str, frozenset[str]]
    note: str = ""

    def is_had(self, labels: Mapping[str, str | None]) -> bool:
        """Whether an assignment has just the keys of the set."""
        return all(labels.get(path) in admitted for path, admitted in self.choices.items())


@dataclass(frozen=True, slots=True)
class Mutation:
    """One way to make an event wrong: `value` at `steps` (`MISSING`: the key is taken away).

    `needs` are the choices that an event must have for the mutation to fit in.
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
        """A mutated copy of an event, which must have what the mutation needs."""
        mutant: dict[str, Any] = deepcopy(dict(event))
        json_path.put(mutant, self.steps, self.value)
        return mutant


@dataclass(frozen=True, eq=False)
class Contract:
    """All that is known of a kind, ready for use: what varies, what excludes what, what is wrong.

    It may be narrowed to the events that a rule lets through (`eventbridge.rules.narrowing`).
    `discriminator` holds the paths and values by which an event of this kind is told from others,
    and `told_by_keys` groups of paths, of each of which an event of this kind has any, if not (an
    event that lacks them, and is of no kind, may have the `shared_keys` of the detail as well);
    `known_keys` the keys that the schema names, by the path of their object; `expectations` what
    belongs at a path, in words. `claimed` are choices of the baseline that have to be known like
    those of deviations, since a consumer's own code asks for them.
    """

    kind: str
    title: str
    description: str
    facets: tuple[Facet, ...]
    constraints: tuple[Constraint, ...]
    mutations: tuple[Mutation, ...]
    baseline: Mapping[str, Any]
    sample: str | None
    discriminator: tuple[tuple[str, Any], ...]
    known_keys: Mapping[str, tuple[str, ...]]
    expectations: Mapping[str, str]
    told_by_keys: tuple[tuple[str, ...], ...] = ()
    shared_keys: tuple[str, ...] = ()
    combinations: tuple[Combination, ...] = ()
    key_sets: tuple[KeySet, ...] = ()
    claimed: Labels = field(default_factory=dict)

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

    def key_set_of(self, labels: Mapping[str, str | None], path: str) -> KeySet | None:
        """The named set of keys that an assignment has in the object at a path, if it has one."""
        for key_set in self.key_sets:
            if key_set.path == path and self.is_filled(labels, path) and key_set.is_had(labels):
                return key_set
        return None

    @cached_property
    def ordinary(self) -> Labels:
        """The choices of the baseline event; none for what lies within something that it lacks."""
        return {
            facet.path: facet.baseline.label
            for facet in self.facets
            if facet.baseline.recognises(json_path.at(self.baseline, facet.steps))
        }

    def recognise(self, event: Any) -> dict[str, str | None]:
        """The choices of any event of the kind, by path; None for what no choice describes.

        Facets within something absent are left out, unless they can be absent themselves.
        """
        labels: dict[str, str | None] = {}
        for facet in self.varying:
            choice = facet.recognise(event)
            if choice is not None:
                labels[facet.path] = choice.label
            elif json_path.at(event, facet.steps) is not MISSING or facet.parent is None:
                labels[facet.path] = None
        return labels

    def weakest_evidence(self, labels: Mapping[str, str | None]) -> Evidence:
        """The weakest evidence of the choices that differ from the baseline's.

        It is `documented` when none does. What lies within something that is not there is no claim
        of its own. Choices that are known together count as that.
        """
        claims: dict[str, str] = {}
        for facet in self.varying:
            if facet.parent is not None and not self.is_filled(labels, facet.parent):
                continue
            label = labels.get(facet.path)
            if label is not None and self._is_claim(facet.path, label):
                claims[facet.path] = label
        return self._weakest(claims, labels)

    @cached_property
    def ordinary_evidence(self) -> Evidence:
        """What the ordinary event rests on: that of its detail, where nothing in it is described.

        `documented` elsewhere, as each of its parts is, or stands beside others that are.
        """
        detail = self.by_path.get("$.detail")
        return Evidence.DOCUMENTED if detail is None else detail.baseline.evidence

    def evidence_of(
        self, choices: Labels, among: Sequence[Mapping[str, str | None]] | None = None
    ) -> Evidence:
        """The evidence for there being any event with some choices: that of the best known one.

        The choices may be known as a part of a combination: there are scans without counts, for
        there are failed ones. It counts only where some event of those `among` which it is asked
        has all of it. The baseline's choices are no claims, but for those that are claimed.
        """
        choices = {**self.claimed, **choices}
        strongest = self._weakest(self._claims(choices), choices)
        for combination in self.combinations:
            if among is not None and not any(self._is_met(combination, one) for one in among):
                continue
            together = self._with_combination(choices, combination)
            if together is not None:
                weakest = self._weakest(self._claims(together), together)
                strongest = max(strongest, weakest)
        return strongest

    def _claims(self, choices: Labels) -> Labels:
        """The choices that are not those of the baseline."""
        claims: dict[str, str] = {}
        for path, label in choices.items():
            if self._is_claim(path, label):
                claims[path] = label
        return claims

    def _is_claim(self, path: str, label: str) -> bool:
        """Whether it has to be known that there are events with a choice."""
        return label != self.by_path[path].baseline.label or self.claimed.get(path) == label

    def _weakest(self, claims: Labels, labels: Mapping[str, str | None]) -> Evidence:
        """The weakest evidence of some claims about an event with these labels."""
        evidence = {path: self.by_path[path][label].evidence for path, label in claims.items()}
        for combination in self.combinations:
            if self._is_met(combination, labels):
                for path in combination.paths.intersection(evidence):
                    evidence[path] = max(evidence[path], combination.evidence)
        return min(evidence.values(), default=Evidence.DOCUMENTED)

    def _has(self, labels: Mapping[str, str | None], path: str, known: frozenset[str]) -> bool:
        """Whether a label at a path is, or is a part of, one of the schema's labels there."""
        label = labels.get(path)
        return label is not None and self.by_path[path][label].schema_label in known

    def _is_met(self, combination: Combination, labels: Mapping[str, str | None]) -> bool:
        """Whether an assignment has all that a combination is about."""
        return all(self._has(labels, path, known) for path, known in combination.terms)

    def _with_combination(self, choices: Labels, combination: Combination) -> Labels | None:
        """The choices with those of a combination that has some of them; None if none go together.

        A narrowed contract may have none of a combination's choices any more.
        """
        if combination.paths.isdisjoint(choices):
            return None
        together = dict(choices)
        for path, known in combination.terms:
            if path in together and self._has(together, path, known):
                continue
            labels = [one.label for one in self.by_path[path].choices if one.schema_label in known]
            if path in together or not labels:
                return None
            together[path] = labels[0]
        is_possible = all(constraint.holds(together) for constraint in self.constraints)
        return together if is_possible else None

    def with_evidence(self, limit: Evidence) -> Contract:
        """The contract with those choices alone that rest on this evidence or stronger.

        The baseline's choices stay, whatever they rest on.
        """
        return replace(self, facets=tuple(_with_evidence(facet, limit) for facet in self.facets))

    def in_combinations(self) -> Contract:
        """The contract without the choices that are tried alone."""
        if not any(choice.alone for facet in self.facets for choice in facet.choices):
            return self
        return replace(self, facets=tuple(map(_in_combinations, self.facets)))

    def is_filled(self, labels: Mapping[str, str | None], path: str) -> bool:
        """Whether, under an assignment, there is something within the facet at a path.

        A facet without a label is not filled, and neither is an array whose template gives it.
        """
        label = labels.get(path)
        return label is not None and self._fillings[path][label]

    @cached_property
    def _fillings(self) -> Mapping[str, Mapping[str, bool]]:
        """Whether there is something within a facet, by its path and the label of its choice."""
        fillings: dict[str, dict[str, bool]] = {}
        for facet in self.facets:
            fillings[facet.path] = {choice.label: _is_filling(choice) for choice in facet.choices}
        return fillings

    @cached_property
    def nested(self) -> tuple[tuple[str, str, str | None], ...]:
        """The facets that lie within others, in the order of the event's keys.

        Of each its path, that of the facet around it, and the label it has where it is absent.
        """
        return tuple(
            (facet.path, facet.parent, facet.absent_label)
            for facet in self.facets
            if facet.parent is not None
        )

    def filled(self, template: str, event: Any) -> str:
        """A template with its fields replaced by values, or labels of choices, of an event."""

        def value(match: re.Match[str]) -> str:
            path, label_only = match.groups()
            if label_only:
                facet = self.by_path[path]
                return (facet.recognise(event) or facet.baseline).schema_label
            return str(json_path.at(event, json_path.parse(path)))

        return TEMPLATE_FIELD.sub(value, template)

    def shape_of_others(self, facet: Facet, array: Items) -> Shape | None:
        """What the elements of an array behind the first are like; None where they are like it."""
        if array.other is not None:
            return array.other
        item = self.by_path.get(json_path.show((*facet.steps, 0)))
        return item[array.others].shape if item is not None and array.others else None

    def build(
        self,
        labels: Labels,
        digits: Digits | Mapping[str, Digits] | None = None,
        pins: Mapping[json_path.Steps, Any] | None = None,
    ) -> Any:
        """The event of an assignment. Without digits every value is the plainest of its choice.

        The values use up the digits one after another, or each its own, by the facet's path. `pins`
        are values to stand at their paths whatever the labels say; facets at or below a pin are not
        asked. The assignment must keep to the constraints (see `constraints.full_assignment`).
        """
        return _EventBuilder(self, digits, pins or {}).event(labels)


def _is_filling(choice: Choice) -> bool:
    """Whether there is something within what a choice describes."""
    match choice.shape:
        case Object(empty):
            return not empty
        case Items(low, _, _, _, template):
            return low > 0 and template is None
        case _:
            return False


def _with_evidence(facet: Facet, limit: Evidence) -> Facet:
    baseline, *others = facet.choices
    strong = [choice for choice in others if choice.evidence >= limit]
    return replace(facet, choices=(baseline, *strong))


def _in_combinations(facet: Facet) -> Facet:
    baseline, *others = facet.choices
    return replace(facet, choices=(baseline, *(one for one in others if not one.alone)))


class _EventBuilder:
    """Builds one event: facet by facet, then pins, frames, further elements, then templates.

    Frames come after pins, which they read. Elements come after both, since the first element is
    copied; inner arrays come before outer ones, which copy them. Templates come last, since they
    read the rest of the event.
    """

    def __init__(
        self,
        contract: Contract,
        digits: Digits | Mapping[str, Digits] | None,
        pins: Mapping[json_path.Steps, Any],
    ) -> None:
        self._contract = contract
        self._shared_digits = digits if isinstance(digits, Digits) else Digits()
        self._own_digits = digits if isinstance(digits, Mapping) else {}
        self._pins = pins
        self._event: dict[str, Any] = {}
        self._elements_missing: list[tuple[Facet, int, Items]] = []
        self._templates: list[tuple[Facet, tuple[str, ...]]] = []
        self._frames: list[tuple[Facet, str]] = []

    def event(self, labels: Labels) -> dict[str, Any]:
        """The event of an assignment; to be called once."""
        for facet in self._contract.facets:
            label = labels.get(facet.path)
            if label is None or (self._pins and self._is_pinned(facet)):
                continue
            self._put(facet, facet[label].shape)
        for steps, value in self._pins.items():
            json_path.put(self._event, steps, deepcopy(value))
        for facet, frame in self._frames:
            word = json_path.at(self._event, facet.steps)
            if word is not MISSING:
                framed = self._contract.filled(frame, self._event).replace("{}", word)
                json_path.put(self._event, facet.steps, framed)
        for facet, count, shape in reversed(self._elements_missing):
            self._add_elements(facet, count, shape)
        for facet, template in self._templates:
            elements = [self._contract.filled(text, self._event) for text in template]
            json_path.put(self._event, facet.steps, elements)
        return self._in_order() if self._pins else self._event

    def _is_pinned(self, facet: Facet) -> bool:
        return any(facet.steps[: len(steps)] == steps for steps in self._pins)

    def _digits(self, facet: Facet) -> Digits:
        return self._own_digits.get(facet.path, self._shared_digits)

    def _put(self, facet: Facet, shape: Shape) -> None:
        """Puts what a shape gives at the facet's place; of an array nothing but the array."""
        match shape:
            case Absent():
                return
            case Object():
                json_path.put(self._event, facet.steps, {})
            case Items():
                json_path.put(self._event, facet.steps, [])
                self._note_elements(facet, shape)
            case _:
                value = scalar_value(shape, self._digits(facet))
                json_path.put(self._event, facet.steps, value)
                if isinstance(shape, Word) and shape.frame:
                    self._frames.append((facet, shape.frame))

    def _note_elements(self, facet: Facet, shape: Items) -> None:
        """Notes what an array has to get later; its first element is a facet of its own."""
        if shape.template is not None:
            self._templates.append((facet, shape.template))
            return
        count = shape.low + self._digits(facet).take(shape.high - shape.low + 1)
        if count > 1:
            self._elements_missing.append((facet, count - 1, shape))

    def _add_elements(self, facet: Facet, count: int, array: Items) -> None:
        """Adds elements after the first: of a shape, each another, or copies of the first."""
        elements = json_path.at(self._event, facet.steps)
        shapes = [self._contract.shape_of_others(facet, array)] * count
        if array.last is not None:
            shapes[-1] = array.last
        for shape in shapes:
            if shape is None:
                elements.append(deepcopy(elements[0]))
                continue
            value = scalar_value(shape, self._digits(facet))
            attempt = 0
            while value in elements and isinstance(shape, Word) and attempt < _MOST_ATTEMPTS:
                value = shape.draw.word(Digits(attempt))
                attempt += 1
            elements.append(value)

    def _in_order(self) -> dict[str, Any]:
        """The event with its top-level keys as the schema orders them, unknown ones last."""
        known = self._contract.known_keys["$"]
        return {key: self._event[key] for key in known if key in self._event} | self._event
