"""Words of a pattern that meet conditions: whether there are any, the shortest one, and all others.

Worked example. Wanted are the tags `^[A-Za-z0-9_][A-Za-z0-9._-]{0,126}$` that end with `-rc`. The
pattern and the condition are automata; both read a text side by side, and a pair of their states is
a state of the *product*: after `A` the pattern is past its first character, the suffix has not
begun; after `A-` the suffix may have begun; and so on. Characters that no automaton tells apart are
followed once. States are visited from the first one on, then the distances to the nearest end
are counted backwards: `A` is 3 characters from an end, `A-` is 2. There is a word if the first
state has a distance of at most the longest length. A word is drawn by steps that keep the end in
reach of the length that is left, so that no drawing is in vain; without any digits each step is
one towards the nearest end.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cache, cached_property

from ecr_contracts.events.languages import automata
from ecr_contracts.events.languages.automata import Automaton
from ecr_contracts.events.languages.globs import Glob, GlobStates
from ecr_contracts.events.languages.product import Product
from ecr_contracts.events.regexes import Digits, One, Pattern, Repeat

_LONGEST = 1_000  # characters, where nothing else is said
_SHORT = 8  # words are mostly at most so much longer than the shortest
_PLAIN = "abcdefghijklmnopqrstuvwxyz0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ-_./"
_PRINTABLE = "".join(dict.fromkeys(_PLAIN + "".join(map(chr, range(ord("!"), ord("~") + 1))) + " "))
_ANY_TEXT = Repeat(One(_PRINTABLE), 0, _SHORT, unbounded=True)


@dataclass(frozen=True, slots=True)
class _Steps:
    """The characters that lead on from a state, the plainest first, and where each of them leads.

    `distances` are those of the states that they lead to; `furthest` is the largest of them.
    """

    characters: str
    states: list[int]
    distances: list[int]
    furthest: int

    def within(self, length: int) -> _Steps:
        """The steps after which a word may end within a length."""
        if self.furthest <= length:
            return self
        kept = [index for index, distance in enumerate(self.distances) if distance <= length]
        return _steps([(self.characters[i], self.states[i], self.distances[i]) for i in kept])


class Language:
    """The words of a pattern that none of other patterns has and whose matched globs are accepted.

    `within` None stands for any text of printable ASCII. `accepts` is asked with whether a word
    matches each of the globs; it has to be a pure function. Words have at most `longest`
    characters; repetitions without a bound are read up to there.

    Where the conditions are too many or too entangled for a second, only words near the shortest
    are drawn; `is_empty` and `shortest` stay exact. Raises LanguageTooLargeError where no word is
    near enough to be seen.
    """

    def __init__(
        self,
        within: Pattern | None,
        globs: Sequence[Glob] = (),
        accepts: Callable[[tuple[bool, ...]], bool] = all,
        without: Sequence[Pattern] = (),
        longest: int = _LONGEST,
    ) -> None:
        self._within = within
        self._globs = tuple(globs)
        self._accepts = accepts
        self._without = tuple(without)
        pattern, self._longest = _automaton(within, longest)
        conditions = GlobStates(globs, accepts, "".join(pattern.signatures), self._longest)
        unwanted = [other for other in without if other.lengths()[0] <= self._longest]
        self._product = Product(pattern, conditions, automata.of_any(tuple(unwanted)))
        self._distances = self._product.distances
        self._steps: dict[int, _Steps] = {}

    @property
    def is_empty(self) -> bool:
        """Whether there is no word."""
        return not 0 <= self._distances[0] <= self._longest

    def shortest(self) -> str:
        """The shortest word, of several the one with the plainest characters.

        Raises ValueError where there is none.
        """
        return self._walk(self._shortest, Digits())

    def like(self, example: str) -> str:
        """A word that looks as people write it: an example, or one that stands in a glob's runs.

        Where neither is a word, it is the shortest one. Raises ValueError where there is none.
        """
        for text in (example, *[glob.filled(example) for glob in self._globs]):
            if self.matches(text):
                return text
        return self.shortest()

    def word(self, digits: Digits) -> str:
        """The word that the digits choose: without any it is the shortest.

        Most words are little longer than that, one in nine is of any length. Raises ValueError
        where there is none.
        """
        spare = self._most - self._shortest
        allowed = self._shortest + digits.take(min(spare, _SHORT) + 1)
        if allowed == self._shortest + _SHORT:
            allowed += digits.take(spare - _SHORT + 1)
        return self._walk(allowed, digits)

    def lengths(self) -> tuple[int, int]:
        """The lengths of the shortest and the longest word that `word` gives.

        Raises ValueError where there is no word.
        """
        return self._shortest, self._longest_drawn

    def matches(self, value: object) -> bool:
        """Whether the value is one of the words."""
        if not isinstance(value, str) or len(value) > self._longest or not self._is_within(value):
            return False
        if any(pattern.matches(value) for pattern in self._without):
            return False
        return bool(self._accepts(tuple([glob.matches(value) for glob in self._globs])))

    def _is_within(self, value: str) -> bool:
        if self._within is None:
            return all(" " <= character <= "~" for character in value)
        return self._within.matches(value)

    @property
    def _shortest(self) -> int:
        if self.is_empty:
            raise ValueError("there is no word in an empty language")
        return self._distances[0]

    @property
    def _most(self) -> int:
        """The most characters that words are drawn with: unbounded repetitions end early."""
        drawn = self._within.root.lengths()[1] if self._within is not None else 0
        return min(self._longest, max(drawn, self._shortest + _SHORT))

    @cached_property
    def _longest_drawn(self) -> int:
        """The length of the longest word that has at most `_most` characters.

        Counted through are the states that texts of each length lead to. They depend on those of
        the length before only, so that where some come again, all turns from there on are alike.
        """
        states = frozenset([0])
        length, longest = 0, self._shortest
        seen: dict[frozenset[int], int] = {}
        while states and length <= self._most:
            if states in seen:
                turn = length - seen.pop(states)
                turns = (self._most + 1 - length) // turn
                length += max(turns - 1, 0) * turn  # the last turn is counted through again
            seen[states] = length
            if any(self._distances[state] == 0 for state in states):
                longest = length
            states = self._after(states)
            length += 1
        return longest

    def _after(self, states: frozenset[int]) -> frozenset[int]:
        """The states one character after some."""
        following: set[int] = set()
        for state in states:
            following.update(self._steps_from(state).states)
        return frozenset(following)

    def _walk(self, allowed: int, digits: Digits) -> str:
        """A word of at most so many characters, each of them chosen by the digits."""
        characters: list[str] = []
        state = 0
        while True:
            steps = self._steps_from(state).within(allowed - len(characters) - 1)
            count = len(steps.characters)
            chosen = digits.take(count + (self._distances[state] == 0))
            if chosen == count:
                return "".join(characters)
            characters.append(steps.characters[chosen])
            state = steps.states[chosen]

    def _steps_from(self, state: int) -> _Steps:
        steps = self._steps.get(state)
        if steps is None:
            distances = self._distances
            followers = self._product.followers(state)
            steps = _steps([(c, s, distances[s]) for c, s in followers if distances[s] >= 0])
            self._steps[state] = steps
        return steps


def _steps(followers: list[tuple[str, int, int]]) -> _Steps:
    """The steps along characters, each with the state that it leads to and the distance of that."""
    characters = "".join([character for character, _, _ in followers])
    states = [state for _, state, _ in followers]
    distances = [distance for _, _, distance in followers]
    return _Steps(characters, states, distances, max(distances, default=0))


def _automaton(within: Pattern | None, longest: int) -> tuple[Automaton, int]:
    """The automaton of a pattern, and how long its words may be."""
    if within is None:
        return _any_text(), longest
    automaton, most = automata.of_pattern(within)
    return automaton, longest if most is None else min(longest, most)


@cache
def _any_text() -> Automaton:
    return Automaton(_ANY_TEXT)
