"""Patterns as deterministic automata: where a text may stand in a pattern, character by character.

The construction is Glushkov's: each character class of a pattern, counted repetitions written out,
is a position; a state of the automaton is the set of positions that may come next, as the bits of a
number. Bit 0 says that the text may end here. States are made as they are asked for.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property, lru_cache
from typing import assert_never

from ecr_contracts.events.regexes import Either, Node, One, Pattern, Repeat, Sequence

_END = 1
_KEPT = 256  # automata


@dataclass(frozen=True, slots=True)
class _Fragment:
    """The positions that begin and that end the words of a node, and whether "" is one of them."""

    first: int
    last: int
    may_be_empty: bool


class Automaton:
    """Recognises the words of one syntax tree. States are numbers from 0 on."""

    start = 0

    def __init__(self, root: Node) -> None:
        self._characters = [""]  # of each position
        self._follows = [0]
        fragment = self._fragment(root)
        self._link(fragment.last, _END)
        self._masks = [fragment.first | (_END if fragment.may_be_empty else 0)]
        self._numbers = {self._masks[0]: 0}
        self._following: dict[int, dict[str, int]] = {}

    @cached_property
    def signatures(self) -> dict[str, int]:
        """Of each character that occurs in words, a number that tells it from others."""
        signatures: dict[str, int] = {}
        for number, characters in enumerate(dict.fromkeys(self._characters)):
            for character in characters:
                signatures[character] = signatures.get(character, 0) | 1 << number
        return signatures

    def ends(self, state: int) -> bool:
        """Whether a text that ends in this state is a word."""
        return bool(self._masks[state] & _END)

    def following(self, state: int) -> dict[str, int]:
        """The next state for each character that a word may go on with, the plainest first."""
        following = self._following.get(state)
        if following is None:
            masks: dict[str, int] = {}
            for position in _bits(self._masks[state] & ~_END):
                follows = self._follows[position]
                for character in self._characters[position]:
                    masks[character] = masks.get(character, 0) | follows
            following = {character: self._number(mask) for character, mask in masks.items()}
            self._following[state] = following
        return following

    def _number(self, mask: int) -> int:
        number = self._numbers.setdefault(mask, len(self._masks))
        if number == len(self._masks):
            self._masks.append(mask)
        return number

    def _fragment(self, node: Node) -> _Fragment:
        match node:
            case One(characters):
                self._characters.append(characters)
                self._follows.append(0)
                position = 1 << len(self._follows) - 1
                return _Fragment(position, position, may_be_empty=False)
            case Sequence(parts):
                return self._sequence(parts)
            case Either(parts):
                return self._either(parts)
            case Repeat(part, low, high, unbounded):
                return self._repeat(part, low, max(low, 1) if unbounded else high, unbounded)
            case _:
                assert_never(node)

    def _sequence(self, parts: tuple[Node, ...]) -> _Fragment:
        first, last, may_be_empty = 0, 0, True
        for part in parts:
            fragment = self._fragment(part)
            self._link(last, fragment.first)
            if may_be_empty:
                first |= fragment.first
            last = fragment.last | (last if fragment.may_be_empty else 0)
            may_be_empty &= fragment.may_be_empty
        return _Fragment(first, last, may_be_empty)

    def _either(self, parts: tuple[Node, ...]) -> _Fragment:
        first, last, may_be_empty = 0, 0, False
        for part in parts:
            fragment = self._fragment(part)
            first |= fragment.first
            last |= fragment.last
            may_be_empty |= fragment.may_be_empty
        return _Fragment(first, last, may_be_empty)

    def _repeat(self, part: Node, low: int, copies: int, unbounded: bool) -> _Fragment:
        """The copies of a part one after another, the optional ones each within the one before.

        Where the part may be "", a turn that gives nothing may as well be no turn.
        """
        first, last, previous = 0, 0, 0
        may_be_empty = low == 0
        for copy in range(1, copies + 1):
            fragment = self._fragment(part)
            self._link(previous, fragment.first)
            if copy == 1:
                first = fragment.first
                may_be_empty |= fragment.may_be_empty
            if copy >= low or may_be_empty:
                last |= fragment.last
            previous = fragment.last
        if unbounded:
            self._link(previous, fragment.first)
        return _Fragment(first, last, may_be_empty)

    def _link(self, lasts: int, firsts: int) -> None:
        for position in _bits(lasts):
            self._follows[position] |= firsts


@lru_cache(_KEPT)
def of_pattern(pattern: Pattern) -> tuple[Automaton, int | None]:
    """An automaton, and the most characters that a word of the pattern has (None: no limit).

    A last repetition that is only bounded above is recognised without that bound, where that most
    says the same: `[a-z][a-z0-9]{0,126}` has two states then instead of 128.
    """
    most = _most(pattern.root)
    root = pattern.root if most is None else _with_unbounded_tail(pattern.root)
    return Automaton(root), most


@lru_cache(_KEPT)
def of_any(patterns: tuple[Pattern, ...]) -> Automaton:
    """An automaton of the words of any of the patterns."""
    return Automaton(Either(tuple([pattern.root for pattern in patterns])))


def _most(node: Node) -> int | None:
    match node:
        case One():
            return 1
        case Sequence(parts):
            lengths = [_most(part) for part in parts]
            return None if None in lengths else sum(filter(None, lengths))
        case Either(parts):
            lengths = [_most(part) for part in parts]
            return None if None in lengths else max(length or 0 for length in lengths)
        case Repeat(part, _, high, unbounded):
            length = _most(part)
            if unbounded or length is None:
                return None
            return high * length
        case _:
            assert_never(node)


def _with_unbounded_tail(root: Node) -> Node:
    head: tuple[Node, ...] = ()
    tail = root
    if isinstance(root, Sequence) and root.parts:
        *others, tail = root.parts
        head = tuple(others)
    shortest, longest = Sequence(head).lengths()
    if shortest != longest or not isinstance(tail, Repeat) or not isinstance(tail.part, One):
        return root
    return Sequence((*head, Repeat(tail.part, tail.low, tail.high, unbounded=True)))


def _bits(mask: int) -> Iterator[int]:
    while mask:
        lowest = mask & -mask
        yield lowest.bit_length() - 1
        mask ^= lowest
