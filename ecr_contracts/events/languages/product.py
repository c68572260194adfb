"""Automata read side by side: which states a text may lead to, and how far they are from an end."""

from __future__ import annotations

from collections.abc import Iterator

from ecr_contracts.core import limits
from ecr_contracts.events.languages.automata import Automaton
from ecr_contracts.events.languages.globs import DEAD, GlobStates

_State = tuple[int, int, int]  # of the pattern, of the conditions, of what is unwanted


class LanguageTooLargeError(ValueError):
    """The conditions are too many, or too entangled, to tell whether any text meets them."""


class Product:
    """What `pattern` and `conditions` accept and `unwanted` does not.

    States are numbers, that of the empty text is 0. `distances` has, for each of them, how many
    characters it is from the nearest end, and -1 where no end can be reached. Characters that no
    automaton tells apart are a class, and followed once.

    Raises LanguageTooLargeError.
    """

    def __init__(self, pattern: Automaton, conditions: GlobStates, unwanted: Automaton) -> None:
        self._pattern = pattern
        self._conditions = conditions
        self._unwanted = unwanted
        self._classes: dict[str, int] = {}
        self._samples: list[str] = []  # a character of each class
        self._classify()
        self._signatures = [conditions.signature(character) for character in self._samples]
        self._pattern_rows: dict[int, list[tuple[int, int]]] = {}
        self._condition_rows: dict[int, list[int]] = {}
        self._unwanted_rows = {DEAD: [DEAD] * len(self._samples)}
        self._states: list[_State] = [(pattern.start, conditions.start, unwanted.start)]
        self._numbers = {self._states[0]: 0}
        self._visited = 0
        self.distances = self._distances_from_ends(self._explored())
        if self.distances[0] < 0 and self._visited < len(self._states):
            raise LanguageTooLargeError(
                "the conditions on a text are too many or too entangled: no text"
                " among the nearest meets them; use fewer conditions, or fewer * in wildcards"
            )

    def followers(self, state: int) -> Iterator[tuple[str, int]]:
        """The characters that lead on from a state, the plainest first, each with its state."""
        if state >= self._visited:
            return
        place, condition, unwanted = self._states[state]
        condition_row = self._condition_row(condition)
        unwanted_row = self._unwanted_row(unwanted)
        for character, following in self._pattern.following(place).items():
            number = self._classes[character]
            key = (following, condition_row[number], unwanted_row[number])
            if key in self._numbers:
                yield character, self._numbers[key]

    def _classify(self) -> None:
        unwanted = self._unwanted.signatures
        numbers: dict[tuple[int, ...], int] = {}
        for character, signature in self._pattern.signatures.items():
            key = (signature, self._conditions.signature(character), unwanted.get(character, 0))
            number = numbers.setdefault(key, len(numbers))
            if number == len(self._samples):
                self._samples.append(character)
            self._classes[character] = number

    def _explored(self) -> list[list[int]]:
        """Visits the states, the nearest first; gives, for each of them, those that lead to it.

        Of very many, only the nearest are visited. The shortest word is among them if any word is.
        """
        states, numbers = self._states, self._numbers
        leading: list[list[int]] = [[]]
        for number, (place, condition, unwanted) in enumerate(states):
            condition_row = self._condition_row(condition)
            unwanted_row = self._unwanted_row(unwanted)
            for kind, following in self._pattern_row(place):
                if condition_row[kind] == DEAD:
                    continue
                key = (following, condition_row[kind], unwanted_row[kind])
                follower = numbers.get(key)
                if follower is None:
                    follower = numbers[key] = len(states)
                    states.append(key)
                    leading.append([])
                leading[follower].append(number)
            self._visited = number + 1
            if self._is_too_large():
                break
        return leading

    def _is_too_large(self) -> bool:
        bits = len(self._condition_rows) * len(self._samples) * self._conditions.size
        return len(self._states) > limits.LANGUAGE_STATES or bits > limits.LANGUAGE_BITS

    def _distances_from_ends(self, leading: list[list[int]]) -> list[int]:
        layer = [number for number, state in enumerate(self._states) if self._ends(state)]
        distances = [-1] * len(self._states)
        for number in layer:
            distances[number] = 0
        distance = 0
        while layer:
            distance += 1
            farther = []
            for number in layer:
                for previous in leading[number]:
                    if distances[previous] < 0:
                        distances[previous] = distance
                        farther.append(previous)
            layer = farther
        return distances

    def _ends(self, state: _State) -> bool:
        place, condition, unwanted = state
        if not self._pattern.ends(place) or not self._conditions.ends(condition):
            return False
        return unwanted == DEAD or not self._unwanted.ends(unwanted)

    def _pattern_row(self, place: int) -> list[tuple[int, int]]:
        """The classes of characters that lead on in the pattern, each with the state after it."""
        row = self._pattern_rows.get(place)
        if row is None:
            following = self._pattern.following(place)
            row = [
                (kind, following[character])
                for kind, character in enumerate(self._samples)
                if character in following
            ]
            self._pattern_rows[place] = row
        return row

    def _condition_row(self, condition: int) -> list[int]:
        """The states of the conditions after each class of characters."""
        row = self._condition_rows.get(condition)
        if row is None:
            row = self._conditions.after(condition, self._signatures)
            self._condition_rows[condition] = row
        return row

    def _unwanted_row(self, unwanted: int) -> list[int]:
        """The states of what is unwanted after each class of characters."""
        row = self._unwanted_rows.get(unwanted)
        if row is None:
            following = self._unwanted.following(unwanted)
            row = [following.get(character, DEAD) for character in self._samples]
            self._unwanted_rows[unwanted] = row
        return row
