"""From a contract and what a consumer compares with its fields to one with these values as choices.

A consumer that does nothing for other repositories than `shop/api` is not judged by events of
`my-repo`. So what its own code compares with a field becomes a choice of that facet:

1. Each comparison is a wish upon its facet, and the choices of the facet are *divided* by it, as by
   a rule (`narrow.divided`): into parts of which each value meets the same wishes. Nothing is
   dropped, since every event still reaches the consumer.
2. The *base* is an event that the comparisons let on: in the order of the code, each that turns the
   base back moves it to another choice, if those before it still let it on. What contradicts an
   earlier one is left out, and so is what no event of the kind meets. One that another comparison
   of the field contradicts, and which lets the base on, is another way on: the base stays.
3. A facet with many more choices than the schema has is combined with others in a few of them; the
   rest is tried alone, so that the covering array stays small.

Example: `if repo != "shop/api": return`. The repository-name has the choice `shop/api`, which is
the base; all others are left, and `my-repo`, the base of the schema, is one of them.
"""

from __future__ import annotations

import itertools
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property, lru_cache
from typing import Any, cast

from ecr_contracts.core import json_path, json_text
from ecr_contracts.core.findings import MISSING, Evidence
from ecr_contracts.core.placeholders import beginning, ending
from ecr_contracts.eventbridge.rules.matching.conditions import (
    Condition,
    Exact,
    Exists,
    Prefix,
    Suffix,
    Wildcard,
    any_of,
)
from ecr_contracts.eventbridge.rules.matching.regular import Matches
from ecr_contracts.eventbridge.rules.narrowing import composed
from ecr_contracts.eventbridge.rules.narrowing.demands import Aspect, Demand, Wish
from ecr_contracts.eventbridge.rules.narrowing.narrow import Narrowing, demands_upon, divided
from ecr_contracts.eventbridge.rules.narrowing.parts import parts_of
from ecr_contracts.eventbridge.rules.narrowing.witnesses import texts_matched
from ecr_contracts.events.constraints import full_assignment
from ecr_contracts.events.model import Choice, Contract, Facet, Labels
from ecr_contracts.events.shapes import Absent, Exactly, Items, OneOf, Ranges, Whole, Word

__all__ = ["FieldComparison", "with_own_values"]

MOST_COMPARISONS = 60
"""How many comparisons are followed, in the order of the code."""

MOST_ATTEMPTS = 200
"""How many events are built to find one that a comparison lets on."""

MOST_FURTHER = 4
"""Choices of a facet beyond as many as the schema has that are combined with other facets."""

_MOST_REMEMBERED = 128  # contracts, each with some comparisons
_LONG = 64  # characters that make a value unusual
_LONGEST_NATURAL = 100  # characters; a longer value is there for its length alone
_UNNAMED = 1_000  # the place of a value that no comparison names, behind all that are named


@dataclass(frozen=True)
class FieldComparison:
    """That a consumer's code compares a field with values.

    It holds where any of the `conditions` does, for the value at the `steps` of the event (or for
    any element of an array there). `place` is where it stands, as "app.py:9". `leads_on` says
    whether code hangs on its holding (True), or else on its not holding (False). `needed` is the
    answer without which nothing is done; None where either will do. Those of one `group` stand in
    one test, or in one chain of alternatives. With `is_with_base` what it is compared with is
    made up so that it is the base's own value, whatever that is; or a `part` of it, its beginning
    ("prefix") or its end ("suffix").
    """

    steps: json_path.Steps
    conditions: tuple[Condition | Matches, ...]
    place: str
    leads_on: bool | None = None
    needed: bool | None = None
    group: int = 0
    is_with_base: bool = False
    part: str = ""

    def in_contract(self, contract: Contract) -> FieldComparison:
        """The same with the value of the base, where that is what it is compared with."""
        if not self.is_with_base:
            return self
        value = json_path.at(contract.baseline, self.steps)
        if not isinstance(value, str):
            return replace(self, conditions=(), needed=None)
        condition: Condition = Exact(value)
        if self.part == "prefix":
            condition = Prefix(beginning(value))
        elif self.part == "suffix":
            condition = Suffix(ending(value))
        return replace(self, conditions=(condition,), needed=None)

    def holds(self, event: Mapping[str, Any]) -> bool:
        """Whether it holds for an event."""
        value = json_path.at(event, self.steps)
        if value is MISSING:
            return Exists(False) in self.conditions
        values = value if isinstance(value, list) else [value]
        return any(not isinstance(one, list | dict) and self.admits(one) for one in values)

    def lets_on(self, event: Mapping[str, Any]) -> bool:
        """Whether anything is done for an event, as far as it decides that."""
        return self.needed is None or self.holds(event) == self.needed

    @cached_property
    def admits(self) -> Callable[[Any], bool]:
        """Whether it holds for a value that is present."""
        return any_of(cast("tuple[Condition, ...]", self.conditions))

    @cached_property
    def wish(self) -> Wish:
        """What it demands of its facet, but for regular expressions."""
        kept = [one for one in self.conditions if not isinstance(one, Matches)]
        return Wish(tuple(kept))

    @property
    def endings(self) -> Iterator[Suffix]:
        """Ends of texts that its regular expressions match, behind a slash as names in ARNs are."""
        for condition in self.conditions:
            if isinstance(condition, Matches):
                for text in itertools.islice(texts_matched(condition), 1):
                    rest = text.partition("/")[2]
                    yield from (Suffix(f"/{part}") for part in (rest, text) if part)

    def wish_upon(self, facet: Facet) -> Wish:
        """What it demands of a facet: of each regular expression a text that it matches.

        There is none where the plainest text of a choice is one already.
        """
        texts: dict[Exact, None] = {}
        for condition in self.conditions:
            if isinstance(condition, Matches):
                plainest = [_plainest(choice) for choice in facet.choices]
                if not any(map(condition.holds, plainest)):
                    texts |= dict.fromkeys(_matched(facet, condition))
        return Wish((*self.wish.conditions, *texts))


def _matched(facet: Facet, condition: Matches) -> Iterator[Exact]:
    """The first text that a regular expression matches and a choice of a facet has."""
    shortest, longest = facet.lengths
    for text in texts_matched(condition):
        is_short = longest is None or len(text) <= longest
        is_known = any(choice.recognises(text) for choice in facet.declared)
        if is_short and len(text) >= shortest and is_known:
            yield Exact(text)
            return


def _plainest(choice: Choice) -> Any:
    """The plainest value of a choice; None for what is no text, number or the like."""
    match choice.shape:
        case Exactly(value):
            return value
        case OneOf(values):
            return values[0]
        case Word(example=example) | Whole(example=example) | Ranges(example=example):
            return example
    return None


@dataclass(frozen=True)
class _Guard:
    """A comparison with the ways to meet it in events of a kind.

    `demands` divide the choices; `ways` are wishes upon facets, of which one is to be met.
    """

    comparison: FieldComparison
    demands: tuple[Demand, ...]
    is_composed: bool = False

    @property
    def paths(self) -> frozenset[str]:
        """The facets that it is upon."""
        return frozenset(itertools.chain.from_iterable(one.wishes for one in self.demands))

    def lets_on(self, event: Mapping[str, Any]) -> bool:
        """Whether anything is done for an event, as far as it decides that."""
        return self.comparison.lets_on(event)


@lru_cache(_MOST_REMEMBERED)
def with_own_values(
    contract: Contract,
    comparisons: tuple[FieldComparison, ...],
    narrowing: Narrowing | None = None,
) -> Contract:
    """The contract in which values that code compares with fields are choices, none left out.

    It is the same object where no event of the kind is told from others by any comparison. Where
    rules have made it, it is the contract of that `narrowing`.
    """
    whole = contract
    if narrowing is not None and narrowing.whole is not None:
        whole = narrowing.whole
    guards = list(_guards(contract, whole, comparisons[:MOST_COMPARISONS]))
    if not guards:
        return contract
    demands = [demand for guard in guards for demand in _dividing(contract, whole, guard)]
    made = divided(contract, demands, narrowing)
    usual = _usual(made, contract)
    labels = _base(made, guards, usual)
    if made is contract and labels == usual:
        return contract
    made = _with_base(_with_places(made, contract, guards), labels, usual)
    return _with_few_combined(made, contract, guards)


def _guards(
    contract: Contract, whole: Contract, comparisons: Iterable[FieldComparison]
) -> Iterator[_Guard]:
    """The comparisons that some event of a kind meets, with the ways to do so.

    These are upon the facets of the whole contract, as far as they are in that of the rules.
    """
    for comparison in (one.in_contract(contract) for one in comparisons):
        facet = _facet(whole, comparison.steps)
        known = _facet(contract, comparison.steps)
        if facet is None or known is None or not comparison.conditions:
            continue
        is_composed = composed.is_composed(whole, facet)
        wish = comparison.wish_upon(_element(contract, known))
        if is_composed:
            wish = Wish((*comparison.wish.conditions, *comparison.endings))
        demands = demands_upon(whole, facet, wish) if wish.conditions else []
        if not demands and not is_composed:
            demands = [Demand({facet.path: (wish,)})]  # what a choice is may meet it as it is
        ways = [one for one in demands if one.wishes.keys() <= contract.by_path.keys()]
        if ways:
            yield _Guard(comparison, tuple(ways), is_composed)


def _element(contract: Contract, facet: Facet) -> Facet:
    """The facet of the first element of an array; any other facet itself."""
    return contract.by_path.get(json_path.show((*facet.steps, 0)), facet)


def _dividing(contract: Contract, whole: Contract, guard: _Guard) -> Iterator[Demand]:
    """What a guard demands of a facet of which no choice of the schema already is as demanded.

    Where one is, as that of signatures for tags that begin with `sha256-`, events that meet the
    guard are tried anyway, and those of other choices that happen to meet it are far-fetched. A
    guard that lets on what does not meet it needs such a choice as well: `if count < 5: return`.
    """
    sides = [True] if guard.comparison.needed is not False else [True, False]
    for demand in guard.demands:
        facets = [facet for path in demand.wishes for facet in _with_element(whole, path)]
        has_choices = all(
            any(_has_choice(contract, facet, guard, is_met=side) for facet in facets)
            for side in sides
        )
        if guard.is_composed or not has_choices:
            yield demand


def _has_choice(contract: Contract, facet: Facet, guard: _Guard, *, is_met: bool) -> bool:
    """Whether all values of any choice of a facet meet a guard's wish, or none of them does.

    A choice that a contract does not have does not count.
    """
    known = contract.by_path.get(facet.path)
    if known is None or any(isinstance(choice.shape, Items) for choice in facet.choices):
        return False
    as_they_are = {choice.label for choice in known.choices if not choice.origin}
    for part in parts_of(facet, [guard.comparison.wish]):
        text = _plainest(part.choice)
        is_long = isinstance(text, str) and len(text) > _LONGEST_NATURAL
        is_whole = not part.choice.origin and part.choice.label in as_they_are
        is_there = is_whole and not isinstance(part.choice.shape, Absent)
        is_real = is_there and not is_long and not part.choice.hypothetical
        if is_real and part.signature == (is_met,):
            return True
    return False


def _facet(contract: Contract, steps: json_path.Steps) -> Facet | None:
    """The facet at a place; that of the array for its first element, which is divided with it."""
    outer = steps[:-1] if steps and steps[-1] == 0 else steps
    return contract.by_path.get(json_path.show(outer))


# --- the choices ----------------------------------------------------------------------------------


def _with_places(made: Contract, whole: Contract, guards: Sequence[_Guard]) -> Contract:
    """The divided contract, in which each new choice says where the code compares it.

    It rests on what the choice of the schema rests on that it is a part of.
    """
    facets = []
    for facet in made.facets:
        known = whole.by_path[facet.path]
        upon = [guard for guard in guards if facet.path in _paths_with_elements(whole, guard)]
        if facet is known or not upon:
            facets.append(facet)
            continue
        renamed = {choice.label: _with_place(choice, known, upon) for choice in facet.declared}
        facets.append(
            replace(
                facet,
                declared=tuple(renamed.values()),
                choices=tuple(renamed[choice.label] for choice in facet.choices),
            )
        )
    return replace(made, facets=tuple(facets))


def _paths_with_elements(contract: Contract, guard: _Guard) -> frozenset[str]:
    """The facets that a guard is upon, and the first elements of those that are arrays."""
    items = (json_path.show((*contract.by_path[path].steps, 0)) for path in guard.paths)
    return guard.paths | frozenset(items)


def _with_place(choice: Choice, known: Facet, guards: Sequence[_Guard]) -> Choice:
    """A choice with the place of the first comparison that its values meet, if it is a new one."""
    if not choice.origin and choice == _choice_of(known, choice.label):
        return choice
    of_schema = _choice_of(known, choice.label) or _choice_of(known, choice.schema_label)
    changed = choice
    for guard in guards:
        if _is_met(choice, known.path, guard):
            place, like = guard.comparison.place, _in_words(guard.comparison)
            changed = replace(choice, compared=place, note=f"compared in {place}", like=like)
            break
    if of_schema is not None:
        changed = replace(changed, evidence=of_schema.evidence)
    return changed


def _in_words(comparison: FieldComparison) -> str:
    """What values have in common that meet a comparison; nothing where it says no single thing."""
    if len(comparison.conditions) > 1:
        return ""
    match comparison.conditions[0]:
        case Prefix(text=text):
            return json_text.one_line(f"{text}…")
        case Suffix(text=text):
            return json_text.one_line(f"…{text}")
        case Wildcard(text=text) if "\\" not in text:
            return json_text.one_line(text.replace("*", "…"))
    return ""


def _choice_of(facet: Facet, label: str) -> Choice | None:
    """The choice of a facet that has a label, if one has."""
    return next((choice for choice in facet.choices if choice.label == label), None)


def _is_met(choice: Choice, path: str, guard: _Guard) -> bool:
    """Whether all values of a choice meet a guard's wish upon their facet."""
    for demand in guard.demands:
        wishes = demand.wishes.get(path) or demand.wishes.get(path.removesuffix("[0]"), ())
        if wishes and _meets(choice, wishes, guard):
            return True
    return False


def _meets(choice: Choice, wishes: Sequence[Wish], guard: _Guard) -> bool:
    """Whether the values of a choice, which are alike in that, meet wishes of a guard."""
    if not guard.is_composed:
        comparison = guard.comparison
        return _holds(choice, comparison.admits, comparison.wish)
    labelled = [wish for wish in wishes if wish.aspect is Aspect.LABEL]
    others = [wish for wish in wishes if wish.aspect is not Aspect.LABEL]
    if not all(wish.admits(choice.schema_label) for wish in labelled):
        return False
    return all(_holds(choice, wish.admits, wish) for wish in others)


def _holds(choice: Choice, admits: Callable[[Any], bool], wish: Wish) -> bool:
    """Whether what admits a value does so for the values of a choice, or for their lack."""
    match choice.shape:
        case Absent():
            return wish.admits_absence
        case Items(last=last) if last is not None:
            return _holds(replace(choice, shape=last), admits, wish)
    value = _plainest(choice)
    return Exists(True) in wish.conditions if value is None else admits(value)


# --- the base -------------------------------------------------------------------------------------


def _usual(made: Contract, whole: Contract) -> Labels:
    """The choices that the base of the whole contract has in a divided one."""
    labels = dict(made.ordinary)
    for path, label in made.recognise(whole.baseline).items():
        if label is not None and path in labels:
            labels[path] = label
    return labels


def _base(contract: Contract, guards: Sequence[_Guard], usual: Labels) -> Labels:
    """The choices of an event that as many guards let on as can be, the first ones above all.

    As long as they let it on, it has the `usual` choices.
    """
    labels = usual
    event = contract.build(labels)
    accepted: list[_Guard] = []
    moved: dict[str, str] = {}
    for guard in guards:
        if guard.comparison.needed is None:
            continue
        if guard.lets_on(event):
            accepted.append(guard)
            continue
        if _has_other_way_on(contract, usual, guard, guards, event):
            continue
        for way_on in _ways_on(guard, guards):
            found = _moved_on(contract, labels, moved, [*accepted, way_on])
            if found is not None:
                moved, labels, event = found
                accepted.append(way_on)
                break
    return labels


def _ways_on(guard: _Guard, guards: Sequence[_Guard]) -> Iterator[_Guard]:
    """A guard, and before it the other branches of its chain that are upon the same field."""
    own = guard.comparison
    for other in guards:
        its = other.comparison
        is_branch = its.leads_on and own.needed and (its.group, its.steps) == (own.group, own.steps)
        if other is guard:
            yield guard
        elif is_branch:
            yield replace(other, comparison=replace(its, needed=True))


def _has_other_way_on(
    contract: Contract,
    usual: Labels,
    guard: _Guard,
    guards: Sequence[_Guard],
    event: Mapping[str, Any],
) -> bool:
    """Whether another guard of the same field leads an event on, and they contradict each other.

    They are then branches for different values, as in `if x == "a": … elif x == "b": …`.
    """
    for other in guards:
        its, own = other.comparison, guard.comparison
        is_alike = its.steps == own.steps and its.leads_on and own.needed
        if other is guard or not is_alike or not its.holds(event):
            continue
        needed = replace(other, comparison=replace(its, needed=True))
        if _moved_on(contract, usual, {}, [needed, guard]) is None:
            return True
    return False


def _moved_on(
    contract: Contract, labels: Labels, moved: Mapping[str, str], guards: Sequence[_Guard]
) -> tuple[dict[str, str], Labels, Any] | None:
    """The choices of an event that all of some guards let on, near to others; None for no event.

    Before them come those of them that were wanted, after them comes the event.
    """
    for attempt in itertools.islice(_attempts(contract, guards[-1]), MOST_ATTEMPTS):
        wanted = {**moved, **attempt}
        try:
            assignment = full_assignment(contract, wanted, labels)
        except ValueError:
            continue
        event = contract.build(assignment)
        if all(guard.comparison.lets_on(event) for guard in guards):
            return wanted, assignment, event
    return None


def _attempts(contract: Contract, guard: _Guard) -> Iterator[dict[str, str]]:
    """Choices with which a guard may let an event on, the most natural first."""
    ranked: list[tuple[Any, int, dict[str, str]]] = []
    for demand in guard.demands:
        fitting = [
            _options(contract, path, guard, wishes) for path, wishes in demand.wishes.items()
        ]
        combined: Iterable[tuple[_Option, ...]] = itertools.product(*fitting)
        if not guard.comparison.needed:
            combined = ((option,) for option in itertools.chain.from_iterable(fitting))
        for options in itertools.islice(combined, MOST_ATTEMPTS):
            strangeness = sorted((option.strangeness for option in options), reverse=True)
            attempt = {option.path: option.label for option in options}
            ranked.append((strangeness, len(ranked), attempt))
    for _, _, attempt in sorted(ranked, key=lambda one: one[:2]):
        yield attempt


def _with_element(contract: Contract, path: str) -> Iterator[Facet]:
    """The facet at a path, and before it that of its first element, if it is an array."""
    facet = contract.by_path[path]
    item = contract.by_path.get(json_path.show((*facet.steps, 0)))
    if item is not None:
        yield item
    yield facet


@dataclass(frozen=True, slots=True)
class _Option:
    """A choice with which a guard may let an event on, and how strange a base it makes."""

    path: str
    label: str
    strangeness: tuple[Any, ...]


def _options(contract: Contract, path: str, guard: _Guard, wishes: Sequence[Wish]) -> list[_Option]:
    """The choices of a facet, or of its first element, that a guard lets on by some wishes."""
    options: list[_Option] = []
    for facet in _with_element(contract, path):
        for choice in facet.choices:
            if _is_empty(choice) and choice.evidence <= Evidence.REGISTRY:
                continue  # nobody has seen such an event: what is usual would be the exception
            if _meets(choice, wishes, guard) == guard.comparison.needed:
                strangeness = _strangeness(facet, choice, wishes)
                options.append(_Option(facet.path, choice.label, strangeness))
    return options


def _is_empty(choice: Choice) -> bool:
    """Whether a choice is that there is nothing."""
    return isinstance(choice.shape, Absent) or choice.shape == Exactly("")


def _strangeness(facet: Facet, choice: Choice, wishes: Sequence[Wish]) -> tuple[Any, ...]:
    """How badly a choice serves as the base: one that is named best does, then plain texts do."""
    plainest: Any = None
    match choice.shape:
        case Exactly(value):
            plainest = value
        case Word(example=example):
            plainest = example
    text = plainest if isinstance(plainest, str) else ""
    named = list(itertools.chain.from_iterable(wish.texts(wish.aspect) for wish in wishes))
    return (
        choice.alone or choice.hypothetical,
        named.index(choice.label) if choice.label in named else _UNNAMED,
        isinstance(choice.shape, Absent) or plainest == "",
        isinstance(choice.shape, Items),
        len(text) > _LONG or text.isdigit(),
        choice.schema_label != facet.baseline.schema_label,
        choice.evidence is Evidence.INFERRED,
        len(text),
    )


def _with_base(contract: Contract, labels: Labels, usual: Labels) -> Contract:
    """The contract whose baseline has some choices, and other ones than is usual as claims."""
    facets = []
    for facet in contract.facets:
        label = labels.get(facet.path, facet.baseline.label)
        if label != facet.baseline.label:
            rest = [choice for choice in facet.choices if choice.label != label]
            facet = replace(facet, choices=(facet[label], *rest))
        facets.append(facet)
    contract = replace(contract, facets=tuple(facets))
    claimed = {path: label for path, label in labels.items() if usual.get(path) != label}
    return replace(contract, baseline=contract.build(labels), claimed=claimed)


# --- how many are combined ------------------------------------------------------------------------


def _with_few_combined(contract: Contract, whole: Contract, guards: Sequence[_Guard]) -> Contract:
    """The contract in which each divided facet has few choices that are combined with others."""
    facets = []
    for facet in contract.facets:
        known = whole.by_path[facet.path]
        limit = len(known.choices) + MOST_FURTHER
        if len(facet.choices) > limit:
            facet = _with_few_choices(contract, facet, known, guards, limit)
        facets.append(facet)
    return replace(contract, facets=tuple(facets))


def _with_few_choices(
    contract: Contract, facet: Facet, known: Facet, guards: Sequence[_Guard], limit: int
) -> Facet:
    """A facet of which so many choices are combined with others, those first that differ most.

    First come the base, the whole choices of the schema, and its base; then values that the code
    names, and those that meet other guards than the ones before; then what is let on.
    """
    seen: set[tuple[bool, ...]] = set()
    ranked: list[tuple[tuple[bool, ...], int]] = []
    for number, choice in enumerate(facet.choices):
        met = _met_by(contract, facet, choice, guards)
        is_usual = choice.schema_label == known.baseline.schema_label and not choice.compared
        is_named = bool(choice.compared) and isinstance(choice.shape, Exactly)
        is_first = number == 0 or is_usual or not choice.origin
        is_next = is_named or met not in seen
        seen.add(met)
        ranked.append(((choice.alone, not is_first, not is_next, not all(met)), number))
    combined = {number for _, number in sorted(ranked)[:limit]}
    choices = [
        choice if number in combined else replace(choice, alone=True)
        for number, choice in enumerate(facet.choices)
    ]
    by_label = {choice.label: choice for choice in choices}
    declared = tuple(by_label[choice.label] for choice in facet.declared)
    return replace(facet, choices=tuple(choices), declared=declared)


def _met_by(
    contract: Contract, facet: Facet, choice: Choice, guards: Sequence[_Guard]
) -> tuple[bool, ...]:
    """Which guards let the base on with another choice of a facet."""
    try:
        event = contract.build(full_assignment(contract, {facet.path: choice.label}))
    except ValueError:
        return ()
    return tuple([guard.lets_on(event) for guard in guards])
