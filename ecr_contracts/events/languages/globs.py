r"""Texts with runs of any characters in them, as the conditions of an event pattern describe them.

A prefix is a text and a run, a suffix a run and a text, an exact text has no run, a wildcard has
one wherever its `*` stands.
"""

from __future__ import annotations

import itertools
import re
import string
from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass
from typing import Final

_TOKEN = re.compile(r"\\[*\\]|\*|\\|[^*\\]+")
_LOWER = str.maketrans(string.ascii_uppercase, string.ascii_lowercase)

DEAD: Final = -1
"""The state of what no further text makes a word."""

DECIDED: Final = 0
"""The state in which the conditions are met, whatever follows."""

_BOTH = frozenset((True, False))
_MOST_OPEN = 6  # globs that may still match, of which every outcome is looked at
_MOST_GLOBS = 40  # globs of which it is seen, in each state, which may still match


@dataclass(frozen=True, slots=True)
class Glob:
    """Certain texts in order, with a run of any characters (or none) between two of them.

    With `ignore_case` a letter stands for its lower and for its upper case. That is exact for
    ASCII; any other character stands for itself alone.
    """

    texts: tuple[str, ...]
    ignore_case: bool = False

    @classmethod
    def exact(cls, text: str, *, ignore_case: bool = False) -> Glob:
        """The text and no other."""
        return cls((text,), ignore_case)

    @classmethod
    def prefix(cls, text: str, *, ignore_case: bool = False) -> Glob:
        """What begins with the text."""
        return cls((text, ""), ignore_case)

    @classmethod
    def suffix(cls, text: str, *, ignore_case: bool = False) -> Glob:
        """What ends with the text."""
        return cls(("", text), ignore_case)

    @classmethod
    def wildcard(cls, text: str, *, ignore_case: bool = False) -> Glob:
        r"""What a wildcard stands for: `*` is a run, `\*` and `\\` are the characters themselves.

        Raises ValueError where a backslash stands before anything else.
        """
        texts = [""]
        for token in _TOKEN.findall(text):
            if token == "\\":
                raise ValueError(
                    f"a backslash stands only before * and \\, in the wildcard {text!r}"
                )
            if token == "*":
                texts.append("")
            else:
                texts[-1] += token.removeprefix("\\") if token[0] == "\\" else token
        if len(texts) > 1:  # runs without a text between them are one
            texts[1:-1] = filter(None, texts[1:-1])
        return cls(tuple(texts), ignore_case)

    def matches(self, value: str) -> bool:
        """Whether a value is one of the texts that the glob stands for; in linear time."""
        first, *others = self._folded_texts()
        value = self._folded(value)
        if not others:
            return value == first
        *middle, last = others
        end = len(value) - len(last)
        position = len(first)
        if not value.startswith(first) or not value.endswith(last) or end < position:
            return False
        for text in middle:
            start = value.find(text, position, end)
            if start < 0:
                return False
            position = start + len(text)
        return True

    def filled(self, text: str) -> str:
        """The match that has a text in each of its runs."""
        return text.join(self.texts)

    def least_length(self) -> int:
        """How many characters the shortest match has."""
        return sum(map(len, self.texts))

    def characters(self, position: str) -> str:
        """The characters that a character of the texts stands for."""
        if self.ignore_case and position.isascii() and position.isalpha():
            return position.lower() + position.upper()
        return position

    def _folded_texts(self) -> list[str]:
        return [self._folded(text) for text in self.texts]

    def _folded(self, text: str) -> str:
        return text.translate(_LOWER) if self.ignore_case else text


class GlobStates:
    """Several globs read side by side, one character after another.

    It is the subset construction: a state is the set of places in the globs that the text so far
    may have come to, as the bits of a number. Two things keep the states few. Of a glob that has
    come to a run, the places before the run are forgotten: whatever they lead to, the run leads to
    as well. And once the verdict is the same whatever follows, nothing is left but that, DECIDED or
    DEAD: since no further character can change which globs match, or since those that may still
    match change nothing.
    """

    def __init__(
        self,
        globs: Sequence[Glob],
        accepts: Callable[[tuple[bool, ...]], bool],
        alphabet: str,
        longest: int,
    ) -> None:
        self._accepts = accepts
        self._finals: list[int | None] = []  # the last place of each glob; None: it matches nothing
        self._ended: dict[int, int] = {}  # the glob of each last place
        self._places: list[int] = []  # those of each glob, as a mask; 0: it matches nothing
        self._earlier: dict[int, int] = {}  # of each run, the first place of its glob
        self._verdicts: dict[int, bool] = {}
        self._to_come: dict[tuple[tuple[bool, ...], tuple[int, ...]], frozenset[bool]] = {}
        self._masks: list[int] = [0]  # that of DECIDED is not used
        self._numbers: dict[int, int] = {}
        fitting = _Fitting(alphabet, longest)
        expected: dict[str, list[int]] = {character: [] for character in alphabet}
        begin: list[int] = []
        self.size = 0
        """How many places the globs have together."""
        for glob in globs:
            if fitting.may_match(glob):
                begin.append(self.size)
                self._add(glob, expected)
            else:
                self._finals.append(None)
                self._places.append(0)
        # The places that each character leads on from, those with a run, the last ones, and those
        # of them from which a glob matches whatever follows.
        self._expected = {character: _mask(places) for character, places in expected.items()}
        self._runs = _mask(self._earlier)
        self._ending = _mask([final for final in self._finals if final is not None])
        self._settled = self._ending & self._runs
        self.start = self._number(_mask(begin))

    def signature(self, character: str) -> int:
        """What tells a character from others, as far as the globs see it."""
        return self._expected[character]

    def ends(self, state: int) -> bool:
        """Whether a text that ends in this state meets the conditions."""
        if state in (DEAD, DECIDED):
            return state == DECIDED
        return self._verdict(self._masks[state])

    def after(self, state: int, signatures: Sequence[int]) -> list[int]:
        """The states after a character, for each signature of one."""
        if state in (DEAD, DECIDED):
            return [state] * len(signatures)
        mask = self._masks[state]
        staying = mask & self._runs
        following = []
        for signature in signatures:
            moved = (mask & signature) << 1
            reached = moved | staying
            if arrived := moved & self._runs:
                reached = self._without_earlier(reached, arrived)
            following.append(self._number(reached))
        return following

    def _add(self, glob: Glob, expected: dict[str, list[int]]) -> None:
        """Lays out the places of a glob after those of the others."""
        begin = self.size
        for index, text in enumerate(glob.texts):
            if index:
                self._earlier[self.size] = begin
            for place in text:
                for character in glob.characters(place):
                    if character in expected:
                        expected[character].append(self.size)
                self.size += 1
        self._ended[self.size] = len(self._finals)
        self._finals.append(self.size)
        self.size += 1
        self._places.append((1 << self.size) - (1 << begin))

    def _without_earlier(self, mask: int, arrived: int) -> int:
        while arrived:
            bit = arrived.bit_length() - 1
            arrived ^= 1 << bit
            begin = self._earlier[bit]
            mask &= ~((1 << bit) - (1 << begin))
        return mask

    def _number(self, mask: int) -> int:
        number = self._numbers.get(mask)
        if number is None:
            number = self._new_number(mask)
            self._numbers[mask] = number
        return number

    def _new_number(self, mask: int) -> int:
        verdicts = self._verdicts_to_come(mask)
        if len(verdicts) > 1:
            self._masks.append(mask)
            return len(self._masks) - 1
        return DECIDED if True in verdicts else DEAD

    def _verdicts_to_come(self, mask: int) -> frozenset[bool]:
        """The verdicts that texts may have which go on from a mask: both, where it is not known."""
        if not mask & ~self._settled:
            return frozenset((self._verdict(mask),))
        if len(self._finals) > _MOST_GLOBS:
            return _BOTH
        open_globs: list[int] = []
        matched: list[bool] = []
        for number, (final, places) in enumerate(zip(self._finals, self._places, strict=True)):
            reached = mask & places
            is_settled = final is not None and bool(mask & self._settled & 1 << final)
            matched.append(is_settled)
            if reached and not is_settled:
                open_globs.append(number)
        if len(open_globs) > _MOST_OPEN:
            return _BOTH
        key = (tuple(matched), tuple(open_globs))
        known = self._to_come.get(key)
        if known is None:
            known = self._to_come[key] = self._possible_verdicts(matched, open_globs)
        return known

    def _possible_verdicts(self, matched: list[bool], open_globs: list[int]) -> frozenset[bool]:
        """The verdicts where each of some globs may match or not."""
        verdicts = set()
        for answers in itertools.product((True, False), repeat=len(open_globs)):
            for number, answer in zip(open_globs, answers, strict=True):
                matched[number] = answer
            verdicts.add(bool(self._accepts(tuple(matched))))
        return frozenset(verdicts)

    def _verdict(self, mask: int) -> bool:
        matched = mask & self._ending
        verdict = self._verdicts.get(matched)
        if verdict is None:
            matches = [False] * len(self._finals)
            left = matched
            while left:  # few have come to their ends
                place = left.bit_length() - 1
                left ^= 1 << place
                matches[self._ended[place]] = True
            verdict = bool(self._accepts(tuple(matches)))
            self._verdicts[matched] = verdict
        return verdict


@dataclass(frozen=True, slots=True)
class _Fitting:
    """Which globs may match any text of some characters that is at most so long."""

    alphabet: str
    longest: int

    def may_match(self, glob: Glob) -> bool:
        if glob.least_length() > self.longest:
            return False
        places = set("".join(glob.texts))
        return all(set(glob.characters(place)) & set(self.alphabet) for place in places)


def _mask(places: Collection[int]) -> int:
    """The number whose bits are the places."""
    last = max(places, default=0)
    octets = bytearray(last // 8 + 1)
    for place in places:
        octets[place // 8] |= 1 << place % 8
    return int.from_bytes(octets, "little")
