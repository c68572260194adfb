"""How the bytes of one draw become a whole event: each choice and each value has its own bytes.

**What it is called.** A generator that is a function of bytes is a *parametric generator* (Padhye
and others, Zest, 2019); here the bytes are called the event's genome, as in evolutionary search.
One draw gives all of them: a draw for each facet costs three times as much, and shrinks no better.

**Layout.** First one byte for each facet that varies, in the order of the schema: which choice it
has. Then up to six bytes for each facet that has values to choose from: which value it has.

    choices  | id | account | region | ... | image-tag | ...
    values   | id (6 bytes) | account (6) | time (6) | region (1) | ... | repository-name (6) | ...

**From a byte to a choice.** A table of 256 labels, in shares that follow from weights
(`_weights`), the baseline's choice first. So zero is the baseline's choice.

**Where choices exclude each other**, the facet that is decided last gives way: its byte is read by
a table that lacks what the others exclude. So these keep their share, and no draw is thrown away. A
facet is decided after what it lies within, and has no choice where that is hollow. A condition that
excludes one thing alone is decided after that (an empty digest, after the result). A *selector*,
which excludes several things, is decided before them: few events would ever be what it excludes
nothing of (`_Order`).

**Choices that hang on several others** (a tag in the parameters of one sort of call) would be rare
where each of these is drawn for itself. Where there are such choices, one byte more, behind those
of the choices, is the *focus*: in most of the events it names one of them, which then stands
together with what it hangs on, whatever the bytes of these facets are (`_foci`).

**From bytes to a value.** The bytes are one number, whose digits choose the value (`Digits`); zero
is the plainest one. Six bytes do not reach the end of a word of 300 characters: the digits that
are missing follow from the last bytes, stretched by a constant of the facet (`_digits`).

**What it promises.** Every choice of every facet is reached. Hypothesis shrinks bytes towards zero
one after the other, so an event shrinks towards the baseline: its choices first, then its values,
each of which stays as it is while others shrink.

**Example.** A push, all of whose other bytes are zero:

    bytes                                       event
    none                                        push/ordinary: the baseline
    200 for image-tag                           push/no-tag: 200 lies in the share of "absent"
    200 for image-digest                        push/no-digest: 200 stands for "empty", which a
                                                result of SUCCESS excludes; the digest gives way,
                                                and its second table has "absent" there
    200 for image-digest, 200 for the result    push/failure+empty-digest: FAILURE admits it
    5 for the first byte of repository-name     the repository "ba" instead of "my-repo"
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence, Set
from dataclasses import dataclass, field
from functools import cached_property
from hashlib import shake_256

from ecr_contracts.events.constraints import full_assignment
from ecr_contracts.events.model import Choice, Constraint, Contract, Facet, Labels
from ecr_contracts.events.regexes import Digits
from ecr_contracts.events.shapes import (
    EXAMPLE_SHARE,
    Absent,
    Exactly,
    Items,
    Object,
    OneOf,
    Ranges,
    Shape,
    Whole,
    Word,
)

_VALUE_BYTES = 6
"""The bytes of a value of which there are many; a long word's other digits follow from them."""

_SMALL = 240
"""What the first byte of a value counts up to: divided by every small number.

So the number of elements of an array stays when Hypothesis takes away all but the first byte.
"""

_PLAIN_BITS = 24
"""Numbers of a value below two to the power of this are not stretched."""

_UNFOCUSED = 112
"""The values of the byte of the focus, from zero on, that name none: in seven of 16 events."""

_HANGING = 2
"""On how many other facets a choice hangs that is a focus."""

_RARE = 4
"""In one of how many events a selector leaves room for a choice that is a focus by it alone."""

_Table = tuple[str, ...]
"""The label that each byte stands for."""


@dataclass(frozen=True, slots=True)
class _Exclusion:
    """Labels of a facet that are excluded where other facets, decided before, have some labels."""

    labels: frozenset[str]
    others: tuple[tuple[str, frozenset[str]], ...]

    def holds(self, labels: Labels) -> bool:
        """Whether the others have these labels."""
        return all(labels.get(path) in wanted for path, wanted in self.others)


@dataclass(frozen=True, slots=True)
class _Decision:
    """How the choice of a facet is read, when those before it are known.

    `byte` is where its gene lies, None for a facet with one choice. `holder` is the path around it,
    and `holding` the labels of that in which there is something; without these the facet has the
    label `unheld`, or none. `tables` are those that were needed, by the labels they lack.
    """

    path: str
    byte: int | None
    table: _Table
    holder: str | None
    holding: frozenset[str]
    unheld: str | None
    exclusions: tuple[_Exclusion, ...]
    tables: dict[frozenset[str], _Table] = field(default_factory=dict)

    def label(
        self, genes: bytes, labels: Labels, barred: frozenset[str] = frozenset()
    ) -> str | None:
        """The label that the genes stand for, None where nothing is around the facet.

        It is none of those that are `barred`.
        """
        if self.holder is not None and labels.get(self.holder) not in self.holding:
            return self.unheld
        if self.byte is None:
            return self.table[0]
        if not self.exclusions and not barred:
            return self.table[genes[self.byte]]
        excluded = barred
        for exclusion in self.exclusions:
            if exclusion.holds(labels):
                excluded |= exclusion.labels
        table = self.tables.get(excluded)
        if table is None:
            table = self.tables[excluded] = _table_without(self.table, excluded)
        return table[genes[self.byte]]


@dataclass(frozen=True, slots=True)
class _ValueBytes:
    """Where the bytes of a facet's value are, and what stretches them to enough digits."""

    path: str
    start: int
    end: int
    stretch: int


@dataclass(frozen=True, slots=True)
class Genome:
    """How `size` bytes are read as the choices and the values of an event.

    `tables` hold what the byte of each facet's choice stands for, by the facet's path; `decisions`
    are in the order in which the choices follow from each other. The byte behind the choices is for
    the `foci`, if there are any; `barred` are the labels, by their facets' paths, that each of
    these leaves no room for.
    """

    tables: tuple[tuple[str, _Table], ...]
    foci: tuple[Labels, ...]
    barred: tuple[Mapping[str, frozenset[str]], ...]
    decisions: tuple[_Decision, ...]
    values: tuple[_ValueBytes, ...]
    size: int

    @classmethod
    def of(cls, contract: Contract, free: Sequence[Facet]) -> Genome:
        """The genome of a contract in which the choices of some facets are free."""
        order = _Order(contract)
        tables = {facet.path: _table(facet, _weights(order, facet)) for facet in free}
        foci = tuple(_foci(order, tables))
        values = []
        end = len(tables) + bool(foci)
        for facet in contract.facets:
            size, longest = _largest_need(contract, facet)
            if size:
                values.append(_ValueBytes(facet.path, end, end + size, _stretch(facet, longest)))
                end += size
        decisions = tuple(_decisions(contract, order, tables))
        barred = tuple(order.barred(focus) for focus in foci)
        return cls(tuple(tables.items()), foci, barred, decisions, tuple(values), end)

    def read(self, genes: bytes, base: Labels) -> tuple[dict[str, str], dict[str, Digits]]:
        """The choices that the bytes stand for, over those of `base`, and the digits of values.

        The choices keep to the constraints, except where those of `base` leave no other way.
        """
        labels = dict(base)
        number = self._focus(genes)
        focus: Labels = {} if number is None else self.foci[number]
        barred = {} if number is None else self.barred[number]
        nothing: frozenset[str] = frozenset()
        for decision in self.decisions:
            label = focus.get(decision.path)
            if label is None:
                label = decision.label(genes, labels, barred.get(decision.path, nothing))
            if label is None:
                labels.pop(decision.path, None)
            else:
                labels[decision.path] = label
        digits = {}
        for value in self.values:
            digits[value.path] = _digits(genes[value.start : value.end], value.stretch)
        return labels, digits

    def _focus(self, genes: bytes) -> int | None:
        """The number of the focus that a byte names; none for a low one."""
        if not self.foci:
            return None
        named = genes[len(self.tables)] - _UNFOCUSED
        return None if named < 0 else named * len(self.foci) // (256 - _UNFOCUSED)


# --- the order of decisions -----------------------------------------------------------------------


class _Order:
    """In which order the choices of a contract are decided, and why."""

    def __init__(self, contract: Contract) -> None:
        self.contract = contract
        self.declared = [rule for rule in contract.constraints if not rule.structural]
        excluding: dict[str, list[frozenset[str]]] = {}
        for rule in self.declared:
            path, labels = rule.terms[0]
            excluding.setdefault(path, []).append(labels)
        self.selectors: set[str] = set()
        """The paths of facets that exclude several things, or do so with several choices."""
        for path, conditions in excluding.items():
            if len(conditions) > 1 or len(conditions[0]) > 1:
                self.selectors.add(path)

    @cached_property
    def paths(self) -> list[str]:
        """The paths of all facets, each after those that it follows from."""
        before: dict[str, list[str]] = {facet.path: [] for facet in self.contract.facets}
        for facet in self.contract.facets:
            if facet.parent is not None:
                before[facet.path].append(facet.parent)
        for rule in self.declared:
            condition, *effects = (path for path, _ in rule.terms)
            for effect in effects:
                if condition in self.selectors:
                    before[effect].append(condition)
                else:
                    before[condition].append(effect)
        ordered: dict[str, None] = {}
        begun: set[str] = set()

        def place(path: str) -> None:
            if path in begun:
                return
            begun.add(path)
            for other in before[path]:
                place(other)
            ordered[path] = None

        for path in before:
            place(path)
        return list(ordered)

    def filling(self, path: str) -> frozenset[str]:
        """The labels of a facet in which there is something."""
        contract = self.contract
        labels = contract.by_path[path].labels
        return frozenset(one for one in labels if contract.is_filled({path: one}, path))

    def chances(self, path: str, label: str) -> int:
        """In one of how many events selectors leave room for a choice, roughly."""
        chances = 1
        for selector in self.selectors - {path}:
            count = len(self.contract.by_path[selector].choices)
            left = count - len(self._excluding(selector, path, label, around=()))
            chances *= count // max(left, 1)
        return chances

    def hangs_on(self, path: str, label: str) -> set[str]:
        """The paths of the facets of which a choice needs certain choices.

        Those are what lies around it, and selectors that exclude it with any of theirs. It is none
        where there is one such facet alone, beside selectors that mostly leave room for it, unless
        that is a selector which leaves room for it in one event of `_RARE` or fewer.
        """
        around = tuple(self._around(path))
        selectors: set[str] = set()
        strict: set[str] = set()
        is_rare = False
        for selector in self.selectors - {path}:
            excluding = self._excluding(selector, path, label, around)
            if excluding:
                selectors.add(selector)
            count = len(self.contract.by_path[selector].choices)
            if 2 * len(excluding) > count:
                strict.add(selector)
            is_rare |= bool(excluding) and count >= _RARE * (count - len(excluding))
        if len({*around, *strict}) < _HANGING and not is_rare:
            return set()
        return {*around, *selectors}

    def barred(self, focus: Labels) -> dict[str, frozenset[str]]:
        """The labels of other facets that constraints exclude where some choices stand."""
        barred: dict[str, frozenset[str]] = {}
        for rule in self.declared:
            open_terms = [term for term in rule.terms if focus.get(term[0]) not in term[1]]
            if len(open_terms) == 1 and open_terms[0][0] not in focus:
                path, labels = open_terms[0]
                barred[path] = barred.get(path, frozenset()) | labels
        return barred

    def _excluding(
        self, selector: str, path: str, label: str, around: Sequence[str]
    ) -> frozenset[str]:
        """The choices of a selector that exclude another choice, or anything that holds it."""
        labels: frozenset[str] = frozenset()
        for rule in self._upon(selector):
            (condition, excluding), *effects = rule.terms
            if condition != selector or len(effects) > 1:
                continue
            other, excluded = effects[0]
            is_hollowed = other in around and bool(excluded & self.filling(other))
            if is_hollowed or (other == path and label in excluded):
                labels |= excluding
        return labels

    def _around(self, path: str) -> Iterator[str]:
        parent = self.contract.by_path[path].parent
        while parent is not None:
            yield parent
            parent = self.contract.by_path[parent].parent

    # How many events it takes to see everything.

    def spread(self, path: str) -> int:
        """How many events it takes to have all choices of a facet, and of what lies within it."""
        labels = self.contract.by_path[path].labels
        return sum(self.spread_within(path, label) for label in labels)

    def spread_within(self, path: str, label: str) -> int:
        """The same of what lies within a facet that has a choice."""
        if not self.contract.is_filled({path: label}, path):
            return 1
        return max(map(self.spread, self._within[path]), default=1)

    def _upon(self, path: str) -> list[Constraint]:
        return self._declared_by_path.get(path, [])

    def _outermost(self, path: str) -> str:
        parent = self.contract.by_path[path].parent
        return path if parent is None else self._outermost(parent)

    @cached_property
    def _declared_by_path(self) -> dict[str, list[Constraint]]:
        rules: dict[str, list[Constraint]] = {}
        for rule in self.declared:
            for path, _ in rule.terms:
                rules.setdefault(path, []).append(rule)
        return rules

    @cached_property
    def _within(self) -> dict[str, list[str]]:
        within: dict[str, list[str]] = {facet.path: [] for facet in self.contract.facets}
        for facet in self.contract.facets:
            if facet.parent is not None:
                within[facet.parent].append(facet.path)
        return within


def _foci(order: _Order, tables: Mapping[str, _Table]) -> Iterator[Labels]:
    """Choices that hang on several others, each with these, as far as all of them are free."""
    for facet in order.contract.varying:
        for choice in facet.choices:
            if isinstance(choice.shape, Absent):
                continue
            hangs_on = order.hangs_on(facet.path, choice.label)
            needed = {facet.path, *hangs_on}
            if not hangs_on or not needed <= tables.keys():
                continue
            try:
                whole = full_assignment(order.contract, {facet.path: choice.label})
            except ValueError:
                continue  # no event has it
            if needed <= whole.keys():
                yield {path: whole[path] for path in sorted(needed)}


def _decisions(
    contract: Contract, order: _Order, tables: Mapping[str, _Table]
) -> Iterator[_Decision]:
    """The decisions on facets: those that are free, and those that have one choice or none."""
    bytes_of = {path: byte for byte, path in enumerate(tables)}
    rank = {path: number for number, path in enumerate(order.paths)}
    exclusions: dict[str, list[_Exclusion]] = {}
    for rule in order.declared:
        decided = [path for path, _ in rule.terms if path in tables]
        if decided:
            last = max(decided, key=rank.__getitem__)
            others = tuple(term for term in rule.terms if term[0] != last)
            exclusions.setdefault(last, []).append(_Exclusion(dict(rule.terms)[last], others))
    for path in order.paths:
        facet = contract.by_path[path]
        is_only = len(facet.choices) == 1 and facet.parent is not None
        if path in tables or is_only:
            yield _Decision(
                path,
                bytes_of.get(path),
                tables.get(path, (facet.baseline.label,)),
                facet.parent,
                order.filling(facet.parent) if facet.parent is not None else frozenset(),
                facet.absent_label,
                tuple(exclusions.get(path, ())),
            )


# --- choices --------------------------------------------------------------------------------------


def _weights(order: _Order, facet: Facet) -> list[int]:
    """How often each choice of a facet is drawn.

    What breaks code together shall meet within a hundred events. Code breaks where something is not
    there rather than at the sixth sort of name: among several choices, what is absent or empty
    counts twice, unless it is often so by lying within something absent. A condition counts twice
    too, since it gives way to what it excludes, and so, once more, does a choice that lets a
    condition stand. Choices that others lie within get together the mean of what the choices
    without any get and of the number of events that the others take: the more those are, the rarer
    is each. What selectors leave room
    for in one of several events counts so many times.
    """
    weights = {choice.label: 1 for choice in facet.choices}
    conditions: set[str] = set()
    for rule in order.declared:
        (condition, labels), *excluded = rule.terms
        if condition in order.selectors:
            continue
        if condition == facet.path:
            conditions |= labels
        for path, labels in excluded:
            if path == facet.path:
                _double(weights, set(weights) - labels)
    several = len(facet.choices) > 2 and facet.parent is None
    nothing = {choice.label for choice in facet.choices if _is_nothing(choice.shape)}
    _double(weights, conditions | nothing if several else conditions)
    for label in weights:
        weights[label] *= order.chances(facet.path, label)
    _weigh_what_lies_within(order, facet, weights)
    return list(weights.values())


def _double(weights: dict[str, int], labels: Set[str]) -> None:
    for label in labels & weights.keys():
        weights[label] *= 2


def _weigh_what_lies_within(order: _Order, facet: Facet, weights: dict[str, int]) -> None:
    """Makes the choices with something within them as frequent as what that has to show."""
    filled = order.filling(facet.path) & weights.keys()
    inner = max((order.spread_within(facet.path, label) for label in filled), default=1)
    if inner == 1:
        return
    hollow_weight = sum(weight for label, weight in weights.items() if label not in filled)
    for label, weight in weights.items():
        if label in filled:
            weights[label] = hollow_weight + inner
        else:
            weights[label] = 2 * len(filled) * weight


def _is_nothing(shape: Shape) -> bool:
    """Whether a choice leaves a place empty, or nothing but the place."""
    match shape:
        case Absent() | Object(empty=True) | Items(high=0):
            return True
        case Exactly(value):
            return value is None or value == ""
        case _:
            return False


def _table(facet: Facet, weights: Sequence[int]) -> _Table:
    """The label for each byte, the baseline's for zero."""
    labels: list[str] = []
    for choice, weight in zip(facet.choices, weights, strict=True):
        labels += [choice.label] * weight
    return tuple(labels[gene * len(labels) >> 8] for gene in range(256))


def _table_without(table: _Table, forbidden: Set[str]) -> _Table:
    """A table in which the bytes of some labels stand for the others, in the same shares."""
    freed = [gene for gene, label in enumerate(table) if label in forbidden]
    others = [label for label in table if label not in forbidden] or table
    changed = list(table)
    for turn, gene in enumerate(freed):
        changed[gene] = others[turn * len(others) // len(freed)]
    return tuple(changed)


# --- values ---------------------------------------------------------------------------------------


def _largest_need(contract: Contract, facet: Facet) -> tuple[int, int]:
    """How many bytes, and how many characters, the values of a facet's choices need at most."""
    needs = [_need(contract, facet, choice) for choice in facet.choices]
    return max(size for size, _ in needs), max(longest for _, longest in needs)


def _longest_word(shape: Shape | None) -> int:
    """How many characters the words of a shape have at most, 0 where they are not drawn."""
    return shape.draw.lengths()[1] if isinstance(shape, Word) else 0


def _need(contract: Contract, facet: Facet, choice: Choice) -> tuple[int, int]:
    """How many bytes the values of a choice need, and how many characters they have at most."""
    match choice.shape:
        case Word(_, draw):
            longest = draw.lengths()[1]
            return (_VALUE_BYTES if longest else 0), longest
        case Items(high=high, template=None) as array if high > 1:
            shapes = (contract.shape_of_others(facet, array), array.last)
            longest = max(map(_longest_word, shapes))
            return _VALUE_BYTES, (high - 1) * longest
        case OneOf(values):
            return _byte_count(len(values)), 0
        case Whole(low, high):
            return _byte_count((high - low + 1) * EXAMPLE_SHARE), 0
        case Ranges(ranges):
            widest = max(high - low + 1 for low, high in ranges)
            return _byte_count(len(ranges) * widest * EXAMPLE_SHARE), 0
        case _:
            return 0, 0


def _byte_count(options: int) -> int:
    """How many bytes it takes to tell so many options apart."""
    return ((options - 1).bit_length() + 7) // 8


def _stretch(facet: Facet, length: int) -> int:
    """A large constant number of a facet, with as many bytes as a word has characters."""
    return int.from_bytes(shake_256(facet.path.encode()).digest(length), "little")


def _digits(genes: bytes, stretch: int) -> Digits:
    """The digits of one value.

    The first byte decides on the first of them, the last bytes on the end of a long word.
    """
    number = genes[0] + _SMALL * int.from_bytes(genes[1:], "little")
    return Digits(number + ((number >> _PLAIN_BITS) * stretch << 8 * _VALUE_BYTES))
