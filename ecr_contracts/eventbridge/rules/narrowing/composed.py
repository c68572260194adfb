"""Wishes upon a text that is composed of other fields, as demands upon these fields.

Two sorts of texts are: an element that a template gives (an ARN among the `resources`), and a text
within a frame (a repository's ARN, of which the name alone is drawn). A template may name a field
whose text stands in a frame itself. So a text is first written out as a *composition*: what stands
there as it is, and fields that vary each for itself.

    {$.detail.repository-name}, in a frame of its own
    arn:  {label of $.region}  :ecr:  {$.region}  :  {$.account}  :repository/  {part of the name}

Where a facet has choices with frames and others without, there is a composition for each sort, and
a demand that is met by way of one of them is within the choices of that sort.
"""

from __future__ import annotations

import itertools
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from ecr_contracts.core import json_path
from ecr_contracts.eventbridge.rules.narrowing import filled_texts
from ecr_contracts.eventbridge.rules.narrowing.demands import Aspect, Demand, Wish
from ecr_contracts.eventbridge.rules.narrowing.filled_texts import Field, TemplatePart
from ecr_contracts.events.constraints import full_assignment
from ecr_contracts.events.frames import PART
from ecr_contracts.events.languages import automata
from ecr_contracts.events.model import TEMPLATE_FIELD, Choice, Contract, Facet
from ecr_contracts.events.regexes import Pattern
from ecr_contracts.events.shapes import Items, Word, listed_values

__all__ = ["Surroundings", "has_frame", "is_composed", "surroundings", "upon_composed"]

MOST_DEEP = 4
"""How many frames may stand within each other."""

Surroundings = tuple[str, str]
"""What stands before and after the part of a text within a frame."""

_PIECE = re.compile(rf"{re.escape(PART)}|{TEMPLATE_FIELD.pattern}")


def is_composed(contract: Contract, facet: Facet) -> bool:
    """Whether the texts of a facet, or the elements of an array, follow from other fields."""
    item = contract.by_path.get(json_path.show((*facet.steps, 0)))
    return has_frame(facet) or _has_template(facet) or (item is not None and has_frame(item))


def has_frame(facet: Facet) -> bool:
    """Whether any choice of a facet is a text within a frame."""
    return any(_frame(choice) for choice in facet.choices)


def surroundings(contract: Contract, facet: Facet) -> Mapping[str, Surroundings]:
    """What stands around the part, by the choices that have a frame, in events as plain as can be.

    What parts there are does not depend on what stands around them.
    """
    around: dict[str, Surroundings] = {}
    for choice in facet.choices:
        if frame := _frame(choice):
            event = contract.build(full_assignment(contract, {facet.path: choice.label}))
            before, _, after = frame.partition(PART)
            around[choice.label] = (contract.filled(before, event), contract.filled(after, event))
    return around


def upon_composed(
    contract: Contract, demands: Sequence[Demand], facet: Facet, wish: Wish
) -> tuple[list[Demand], int]:
    """Demands with a wish upon a composed text, and how many ways to meet it are left out."""
    if has_frame(facet):
        return _upon_framed(contract, demands, facet, wish)
    if _has_template(facet):
        return _upon_elements(contract, demands, facet, wish)
    # Elements that each have a frame are in no schema.
    return [], 1


def _upon_framed(
    contract: Contract, demands: Sequence[Demand], facet: Facet, wish: Wish
) -> tuple[list[Demand], int]:
    """Demands with a wish upon a text that has a frame in some of its choices."""
    upon, left_out = _along(contract, demands, wish, _of_value(contract, facet, {}, 0))
    unframed = {choice.label for choice in facet.choices if not _frame(choice)}
    if unframed:
        upon += [demand.plus(facet.path, wish).within(facet.path, unframed) for demand in demands]
    elif facet.is_open and not upon:
        # A text that no choice has: the schema admits it.
        upon = [demand.plus(facet.path, wish) for demand in demands]
    return upon, left_out


def _upon_elements(
    contract: Contract, demands: Sequence[Demand], facet: Facet, wish: Wish
) -> tuple[list[Demand], int]:
    """Demands with a wish upon the elements of an array that a template gives."""
    upon: list[Demand] = []
    left_out = 0
    hollow: set[str] = set()
    for choice in facet.choices:
        if choice.hypothetical:
            continue
        match choice.shape:
            case Items(template=(str(template), *_)):
                of_choice = [demand.within(facet.path, {choice.label}) for demand in demands]
                made_of = _of_template(contract, template, None, {}, 0)
                found, lost = _along(contract, of_choice, wish, made_of)
                upon += found
                left_out += lost
            case _ if wish.admits_absence:
                hollow.add(choice.label)
    if hollow:
        upon += [demand.within(facet.path, hollow) for demand in demands]
    return upon, left_out


def _along(
    contract: Contract, demands: Sequence[Demand], wish: Wish, made_of: Iterator[_Composition]
) -> tuple[list[Demand], int]:
    """Demands with the ways to meet a wish along some compositions."""
    upon: list[Demand] = []
    left_out = 0
    for composition in made_of:
        ways = filled_texts.alternatives(wish.conditions, composition.parts)
        left_out += ways is None
        for way, demand in itertools.product(ways or (), demands):
            together = demand
            for path, labels in composition.labels.items():
                together = together.within(path, labels)
            for upon_field, conditions in way.items():
                part_wish = Wish(conditions, aspect=upon_field.aspect, rule=wish.rule)
                together = together.plus(upon_field.path, part_wish)
            if all(together.labels.values()):
                upon.append(together)
    return upon, left_out


# --- compositions ---------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class _Composition:
    """What a text is made of, where facets are within some of their choices, by path."""

    parts: tuple[TemplatePart, ...]
    labels: Mapping[str, frozenset[str]] = field(default_factory=dict)

    def plus(self, other: _Composition) -> _Composition:
        """The composition with another one behind it."""
        labels = dict(self.labels)
        for path, allowed in other.labels.items():
            labels[path] = labels.get(path, allowed) & allowed
        return _Composition((*self.parts, *other.parts), labels)


def _of_template(
    contract: Contract,
    template: str,
    own: Field | None,
    within: Mapping[str, frozenset[str]],
    depth: int,
) -> Iterator[_Composition]:
    """The compositions of a template; `own` is what stands for the part, where that is not empty.

    They are within the choices `within`. Frames lie `depth` deep in others.
    """
    composed = [_Composition((), within)]
    end = 0
    for match in _PIECE.finditer(template):
        composed = [one.plus(_Composition((template[end : match.start()],))) for one in composed]
        end = match.end()
        pieces = list(_of_piece(contract, match, own, depth))
        composed = [one.plus(piece) for one in composed for piece in pieces]
    for one in composed:
        whole = one.plus(_Composition((template[end:],)))
        if all(whole.labels.values()):
            parts = tuple(part for part in whole.parts if part != "")
            yield _Composition(parts, whole.labels)


def _of_piece(
    contract: Contract, match: re.Match[str], own: Field | None, depth: int
) -> Iterator[_Composition]:
    """What a pair of braces in a template stands for."""
    path, label_only = match[1], match[2]
    if path is None:
        yield _Composition(() if own is None else (own,))
    elif label_only:
        yield _Composition((_label_field(contract.by_path[path]),))
    else:
        yield from _of_value(contract, contract.by_path[path], None, depth)


def _of_value(
    contract: Contract, facet: Facet, within: Mapping[str, frozenset[str]] | None, depth: int
) -> Iterator[_Composition]:
    """The compositions of a facet's value: with `within` of its framed choices alone."""
    framed: dict[tuple[str, bool], list[Choice]] = {}
    others: list[Choice] = []
    for choice in facet.choices:
        frame = _frame(choice)
        if frame and depth < MOST_DEEP:
            framed.setdefault((frame, _is_always_empty(choice)), []).append(choice)
        else:
            others.append(choice)
    for (frame, is_empty), choices in framed.items():
        own = None if is_empty else _field(facet, Aspect.PART, choices)
        labels = {facet.path: frozenset(choice.label for choice in choices)}
        yield from _of_template(contract, frame, own, labels, depth + 1)
    if within is None and others:
        labels = {facet.path: frozenset(choice.label for choice in others)}
        plain = _field(facet, Aspect.VALUE, others)
        yield _Composition((plain,), labels if framed else {})


def _label_field(facet: Facet) -> Field:
    """The label of a facet's choice as a field."""

    def label_of(value: str) -> str | None:
        for choice in facet.declared:
            if choice.recognises(value):
                return choice.schema_label
        return None

    return Field(facet.path, Aspect.LABEL, label_of=label_of)


def _field(facet: Facet, aspect: Aspect, choices: Sequence[Choice]) -> Field:
    """A facet as a field that has any of some choices."""
    return Field(
        facet.path,
        aspect,
        may_be_empty=any(map(_may_be_empty, choices)),
        may_hold_colon=any(_may_hold_colon(choice, aspect) for choice in choices),
    )


def _frame(choice: Choice) -> str:
    return choice.shape.frame if isinstance(choice.shape, Word) else ""


def _has_template(facet: Facet) -> bool:
    return any(
        isinstance(choice.shape, Items) and choice.shape.template is not None
        for choice in facet.choices
    )


def _is_always_empty(choice: Choice) -> bool:
    return isinstance(choice.shape, Word) and choice.shape.draw.lengths() == (0, 0)


def _may_be_empty(choice: Choice) -> bool:
    if isinstance(choice.shape, Word):
        return choice.shape.draw.lengths()[0] == 0
    return "" in choice.values


def _may_hold_colon(choice: Choice, aspect: Aspect) -> bool:
    """Whether a text of a choice may hold a colon, as far as its pattern tells."""
    match choice.shape:
        case Word(pattern, draw):
            whole = draw if aspect is Aspect.PART else pattern
            if not isinstance(whole, Pattern):
                return True
            automaton, _ = automata.of_pattern(whole)
            return ":" in automaton.signatures
        case shape:
            return any(isinstance(value, str) and ":" in value for value in listed_values(shape))
