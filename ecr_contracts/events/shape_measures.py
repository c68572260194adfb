"""Whether all values of a choice meet a boundary, or none, or some: read off the choice's shape.

The texts of a pattern are judged by its syntax tree: how often a character can occur, how long they
can be, what they can begin and end with. Nothing is drawn for that, so "all" and "none" are exact.
Of texts that are drawn under conditions (`events.languages`), and of what three characters or more
occur in, samples are judged.
"""

from __future__ import annotations

import string
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, replace
from enum import Enum
from functools import cached_property, lru_cache

from ecr_contracts.core.findings import Boundary
from ecr_contracts.events.measures import OTHER_THAN_DIGITS, is_met, members, occurrences
from ecr_contracts.events.model import TEMPLATE_FIELD, Choice
from ecr_contracts.events.regexes import Digits, Either, Node, One, Pattern, Repeat, Sequence
from ecr_contracts.events.shapes import Exactly, Items, OneOf, Ranges, Shape, Whole, Word

__all__ = ["Share", "Texts", "share", "texts_of"]

_RARE = 1 / 1_000  # of the texts of a choice: what less of them have, they have by chance
_SAMPLES = 40
_STEP = 7_368_787  # between the numbers of samples: any odd number will do that is large enough
_SHORTEST_LITERAL = 3  # characters of a text that all words contain
_LONGEST_START = 40  # characters of a common beginning that are looked at
_ANY = "".join(chr(code) for code in range(ord(" "), ord("~") + 1))
_FIELDS = {
    "|choice": Repeat(One(f"{string.ascii_lowercase}-"), 3, 12, unbounded=False),
    "$.account": Repeat(One(string.digits), 12, 12, unbounded=False),
    "$.region": Repeat(One(f"{string.ascii_lowercase}{string.digits}-"), 8, 16, unbounded=False),
}
"""What stands for the fields of frames: a partition, an account, a region."""
_FIELD = Repeat(One(_ANY), 1, 256, unbounded=False)  # any other field


class Share(Enum):
    """How many values of a choice meet a boundary."""

    ALL = "all"
    MOST = "all but so few that they do not by chance"
    SOME = "some"
    RARE = "so few that they do by chance"
    NONE = "none"

    @property
    def negated(self) -> Share:
        """How many do not."""
        return _NEGATED[self]

    @property
    def is_all(self) -> bool:
        """Whether all do, or all but a few."""
        return self in (Share.ALL, Share.MOST)

    @property
    def is_none(self) -> bool:
        """Whether none does, or a few by chance."""
        return self in (Share.NONE, Share.RARE)


_NEGATED = {
    Share.ALL: Share.NONE,
    Share.MOST: Share.RARE,
    Share.SOME: Share.SOME,
    Share.RARE: Share.MOST,
    Share.NONE: Share.ALL,
}


def share(boundary: Boundary, choice: Choice) -> Share:
    """How many values of a choice meet a boundary."""
    match choice.shape:
        case Whole(low, _, reach):
            return _ranges_share(boundary, [(low, reach)])
        case Ranges(ranges, is_open):
            last = (ranges[-1][0], None if is_open else ranges[-1][1])
            return _ranges_share(boundary, [*ranges[:-1], last])
        case Items(low, _, reach):
            return _of_measure(boundary, "elements", (low, reach))
        case Exactly(value) if not isinstance(value, str):
            return Share.ALL if is_met(boundary, value) else Share.NONE
        case Exactly() | OneOf() | Word():
            texts = texts_of(choice.shape)
            if boundary.measure == "elements" or texts is None:
                return _listed_share(boundary, choice)
            return texts.share(boundary)
        case _:
            return Share.NONE


def _listed_share(boundary: Boundary, choice: Choice) -> Share:
    """How many of the listed values of a choice, none of which is a text, meet a boundary."""
    return _combined(
        Share.ALL if is_met(boundary, value) else Share.NONE for value in choice.values
    )


def _combined(shares: Iterable[Share]) -> Share:
    """The share of all values together, from those of their parts; none where there is no part."""
    different = set(shares)
    if len(different) == 1:
        return different.pop()
    if not different:
        return Share.NONE
    if all(one.is_none for one in different):
        return Share.RARE
    return Share.MOST if all(one.is_all for one in different) else Share.SOME


def _ranges_share(boundary: Boundary, ranges: Iterable[tuple[int, int | None]]) -> Share:
    return _combined(_of_measure(boundary, "number", bounds) for bounds in ranges)


def _of_measure(boundary: Boundary, measure: str, bounds: tuple[int, int | None]) -> Share:
    """The share of values that a measure tells apart, by the least and the most of it."""
    if boundary.measure != measure:
        return Share.NONE
    found = _bounds_share(boundary, *bounds)
    return found.negated if boundary.is_negated else found


def _bounds_share(boundary: Boundary, low: int, high: int | None) -> Share:
    """How many numbers from `low` to `high` (None: without an end) a boundary admits."""
    if boundary.high is not None and low > boundary.high:
        return Share.NONE
    if boundary.low is not None and high is not None and high < boundary.low:
        return Share.NONE
    ends_within = boundary.high is None or (high is not None and high <= boundary.high)
    if ends_within and (boundary.low is None or low >= boundary.low):
        return Share.ALL
    return Share.SOME


# --- texts ----------------------------------------------------------------------------------------


def texts_of(shape: Shape) -> Texts | None:
    """The texts of a shape; None for a shape of which none is a text."""
    match shape:
        case Exactly(value) if isinstance(value, str):
            return Texts((value,), ())
        case OneOf(values) if all(isinstance(value, str) for value in values):
            return Texts(tuple(values), ())
        case Word():
            return _words(shape)
        case _:
            return None


@lru_cache(512)
def _words(word: Word) -> Texts:
    """The texts that are drawn of a word: the whole ones, with its frame."""
    parts: list[Node] = []
    samples: list[str] = [word.example]
    if isinstance(word.draw, Pattern):
        parts.append(word.draw.root)
    else:
        samples += [word.draw.word(Digits(number * _STEP)) for number in range(_SAMPLES)]
    if not word.frame:
        return Texts(tuple(dict.fromkeys(samples)), tuple(parts))
    framed = [_framed(word.frame, part) for part in parts]
    framed += [_framed(word.frame, _literal(text)) for text in dict.fromkeys(samples)]
    return Texts((), tuple(framed))


def _framed(frame: str, part: Node) -> Node:
    """A part with the whole around it, in which other values of the event may be any."""
    before, _, after = frame.partition("{}")
    return Sequence((*_template(before), part, *_template(after)))


def _template(text: str) -> Iterator[Node]:
    end = 0
    for match in TEMPLATE_FIELD.finditer(text):
        yield _literal(text[end : match.start()])
        yield _FIELDS.get(match[2] or match[1], _FIELD)
        end = match.end()
    yield _literal(text[end:])


def _literal(text: str) -> Node:
    return Sequence(tuple(One(character) for character in text))


@dataclass(frozen=True, eq=False)
class Texts:
    """Texts: those that are listed, and those of syntax trees."""

    listed: tuple[str, ...]
    trees: tuple[Node, ...]

    def share(self, boundary: Boundary) -> Share:
        """How many meet a boundary."""
        shares = []
        for text in set(self.listed):
            shares.append(Share.ALL if is_met(boundary, text) else Share.NONE)
        positive = replace(boundary, is_negated=False)
        for tree in self.trees:
            found = _tree_share(positive, tree)
            shares.append(found.negated if boundary.is_negated else found)
        return _combined(shares)

    @property
    def plainest(self) -> str:
        """The first of them."""
        return self.listed[0] if self.listed else self.trees[0].word(Digits())

    @cached_property
    def lengths(self) -> tuple[int, int]:
        """The fewest and the most characters of any of them."""
        bounds = [(len(text), len(text)) for text in self.listed]
        bounds += [tree.lengths() for tree in self.trees]
        return min(low for low, _ in bounds), max(high for _, high in bounds)

    @cached_property
    def beginning(self) -> str:
        """The text that all of them begin with."""
        return _common([*self.listed, *map(_common_beginning, self.trees)])

    @cached_property
    def ending(self) -> str:
        """The text that all of them end with."""
        backward = [text[::-1] for text in self.listed]
        backward += [_common_beginning(_reversed(tree)) for tree in self.trees]
        return _common(backward)[::-1]

    @cached_property
    def literals(self) -> tuple[str, ...]:
        """Texts that all of them contain, as far as they are known."""
        if self.listed or not self.trees:
            return ()
        found = [text for text in _literals(self.trees[0]) if len(text) >= _SHORTEST_LITERAL]
        return tuple(text for text in found if all(text in _joined(one) for one in self.trees))

    @cached_property
    def samples(self) -> tuple[str, ...]:
        """Some of them."""
        drawn = [text for tree in self.trees for text in _tree_samples(tree)]
        return (*self.listed, *drawn)


@lru_cache(512)
def _tree_samples(tree: Node) -> tuple[str, ...]:
    return tuple(tree.word(Digits(number**3 * _STEP)) for number in range(_SAMPLES))


def _joined(tree: Node) -> str:
    return "\n".join(_literals(tree))


def _common(texts: list[str]) -> str:
    """The beginning that all of some texts have."""
    shortest, longest = min(texts), max(texts)
    for index, character in enumerate(shortest):
        if longest[index : index + 1] != character:
            return shortest[:index]
    return shortest


def _tree_share(boundary: Boundary, tree: Node) -> Share:
    """How many words of a syntax tree meet a boundary."""
    match boundary.measure:
        case "length":
            return _bounds_share(boundary, *tree.lengths())
        case "number":
            return _number_share(boundary, tree)
        case "contains" if boundary.is_class or len(boundary.text) == 1:
            is_member = _is_member(boundary)
            found = _bounds_share(occurrences(boundary), *_counts(tree, is_member))
            is_simple = occurrences(boundary) == Boundary("contains", 1)
            if found is Share.SOME and is_simple and _chance_of_none(tree, is_member) < _RARE:
                return Share.MOST
            return found
        case "contains" if any(boundary.text in text for text in _literals(tree)):
            return Share.ALL
        case "contains" | "is":
            return _sampled_share(boundary, tree)
        case "starts with":
            return _start_share(boundary, tree)
        case _:
            turned = Boundary("starts with", text=boundary.text[::-1])
            if boundary.is_class:
                turned = Boundary("starts with", text=boundary.text, is_class=True)
            return _start_share(turned, _reversed(tree))


def _number_share(boundary: Boundary, tree: Node) -> Share:
    """How many words of a tree are numbers, written in digits, that a boundary admits."""
    is_other = members(OTHER_THAN_DIGITS)
    fewest, most = _counts(tree, is_other)
    if fewest:
        return Share.NONE
    if not most:
        return _bounds_share(boundary, 0, 10 ** tree.lengths()[1] - 1)
    return Share.RARE if _chance_of_none(tree, is_other) < _RARE else Share.SOME


def _is_member(boundary: Boundary) -> Callable[[str], bool]:
    if boundary.is_class:
        return members(boundary.text)
    return boundary.text.__eq__


def _sampled_share(boundary: Boundary, tree: Node) -> Share:
    """What the samples of a syntax tree say: where some of many meet it, so do some of all."""
    if boundary.measure == "is" and not boundary.is_class:
        is_only = (
            tree.lengths() == (len(boundary.text),) * 2 and tree.word(Digits(0)) == boundary.text
        )
        if is_only and _common_beginning(tree) == boundary.text:
            return Share.ALL
    met = {is_met(boundary, text) for text in _tree_samples(tree)}
    if met == {True}:
        return Share.ALL
    return Share.RARE if met == {False} else Share.SOME


def _counts(node: Node, is_member: Callable[[str], bool]) -> tuple[int, int]:
    """How many characters of a class a word of a node has, at least and at most."""
    match node:
        case One(characters):
            found = [is_member(character) for character in characters]
            return int(all(found)), int(any(found))
        case Sequence(parts):
            bounds = [_counts(part, is_member) for part in parts]
            return sum(low for low, _ in bounds), sum(high for _, high in bounds)
        case Either(parts):
            bounds = [_counts(part, is_member) for part in parts]
            return min(low for low, _ in bounds), max(high for _, high in bounds)
        case Repeat(part, low, high):
            least, most = _counts(part, is_member)
            return low * least, high * most


def _chance_of_none(node: Node, is_member: Callable[[str], bool]) -> float:
    """How likely it is at most that a word has no character of a class."""
    match node:
        case One(characters):
            return 1 - sum(map(is_member, characters)) / len(characters)
        case Sequence(parts):
            chance = 1.0
            for part in parts:
                chance *= _chance_of_none(part, is_member)
            return chance
        case Either(parts):
            return max(_chance_of_none(part, is_member) for part in parts)
        case Repeat(part, low):
            return _chance_of_none(part, is_member) ** low if low else 1.0


def _literals(node: Node) -> list[str]:
    """Texts that each word of a node contains."""
    match node:
        case One(characters):
            return [characters] if len(characters) == 1 else []
        case Repeat(part, low):
            return _literals(part) if low else []
        case Sequence(parts):
            texts: list[str] = []
            is_going_on = False
            for part in _flat(parts):
                fixed = part.characters if isinstance(part, One) else ""
                if len(fixed) == 1 and is_going_on:
                    texts[-1] += fixed
                else:
                    texts += _literals(part)
                is_going_on = len(fixed) == 1
            return texts
        case Either():
            return []


def _flat(parts: tuple[Node, ...]) -> Iterator[Node]:
    """Nodes one after another, without sequences within the sequence."""
    for part in parts:
        if isinstance(part, Sequence):
            yield from _flat(part.parts)
        else:
            yield part


# --- beginnings -----------------------------------------------------------------------------------

_Rest = tuple[Node, ...]
"""What of a word is still to come: nodes one after another."""


def _steps(rest: _Rest) -> Iterator[tuple[str, _Rest]]:
    """The characters that may come next, with what comes after each; ("", ()) for the end."""
    if not rest:
        yield "", ()
        return
    node, after = rest[0], rest[1:]
    match node:
        case One(characters):
            yield characters, after
        case Sequence(parts):
            yield from _steps((*parts, *after))
        case Either(parts):
            for part in parts:
                yield from _steps((part, *after))
        case Repeat(part, low, high, unbounded):
            if not low:
                yield from _steps(after)
            if high == 1:
                yield from _steps((part, *after))
            elif high:
                more = Repeat(part, max(low - 1, 0), high - 1, unbounded)
                yield from _steps((part, more, *after))


@lru_cache(512)
def _common_beginning(tree: Node) -> str:
    """The text that all words of a tree begin with."""
    beginning = ""
    rests: set[_Rest] = {(tree,)}
    while len(beginning) < _LONGEST_START:
        steps = [step for rest in rests for step in _steps(rest)]
        characters = {characters for characters, _ in steps}
        if len(characters) != 1 or len(first := characters.pop()) != 1:
            break
        beginning += first
        rests = {after for _, after in steps}
    return beginning


def _start_share(boundary: Boundary, tree: Node) -> Share:
    """How many words of a tree begin with a text, or with a character of a class."""
    if boundary.is_class:
        is_member = members(boundary.text)
        return _combined(_one_share(characters, is_member) for characters, _ in _steps((tree,)))
    if _common_beginning(tree)[: len(boundary.text)] == boundary.text:
        return Share.ALL
    chances: dict[_Rest, float] = {(tree,): 1.0}
    for character in boundary.text:
        following: dict[_Rest, float] = {}
        for rest, chance in chances.items():
            for characters, after in _steps(rest):
                if character in characters:
                    following[after] = following.get(after, 0) + chance / len(characters)
        chances = following
    chance = sum(chances.values())
    if not chance:
        return Share.NONE
    return Share.RARE if chance < _RARE else Share.SOME


def _one_share(characters: str, is_member: Callable[[str], bool]) -> Share:
    """How many of some characters are of a class; none of them where a word has ended."""
    return _combined(
        [Share.ALL if is_member(character) else Share.NONE for character in characters]
        or [Share.NONE]
    )


@lru_cache(512)
def _reversed(node: Node) -> Node:
    """The tree of the same words read backwards."""
    match node:
        case One():
            return node
        case Sequence(parts):
            return Sequence(tuple(_reversed(part) for part in reversed(parts)))
        case Either(parts):
            return Either(tuple(_reversed(part) for part in parts))
        case Repeat(part, low, high, unbounded):
            return Repeat(_reversed(part), low, high, unbounded)
