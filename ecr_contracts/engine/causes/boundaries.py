"""Where values of a field begin to fail: a length, a number, a character, a beginning.

Two values are given, of which one fails and one does not. What of a text matters is found by delta
debugging: each of its characters is replaced by a plain one as long as the answer stays the same.
What is left is named, moved to other places, and exchanged for characters of the same sort, so that
a boundary comes of it. Of lengths, numbers and counts the two sides are brought together by halves.

If the shortest plain text fails, then something is missing from it that the other text has: the
same is done with the text that passes, and the boundary is negated.

What it promises: a boundary agrees with every value that was tried, and with fresh values on both
sides. There is none where no such boundary agrees.

An example. "v1.4.2" fails and "main-4f2a9c1" does not. Neither "kkkkkk" nor "v1kkk2" fails, but
"kk.kkk" does; so do "kk.kk" and "kk.", and "kk-kkk" does not: the boundary is `contains "."`.
"""

from __future__ import annotations

import string
from collections.abc import Callable, Iterable, Iterator, Sequence
from copy import deepcopy
from dataclasses import dataclass, replace
from typing import Any

from ecr_contracts.core import json_text
from ecr_contracts.core.findings import Boundary
from ecr_contracts.engine.causes.reduce import minimal_subset
from ecr_contracts.events.measures import OTHER_THAN_DIGITS, is_met, members
from ecr_contracts.events.model import Facet
from ecr_contracts.events.regexes import Digits
from ecr_contracts.events.shapes import OneOf, Ranges, Whole, Word, scalar_value

__all__ = ["BoundarySearch"]

_PLAIN = "kbxqzjw"
"""Characters that mean nothing: one that the text in question lacks stands for all plain ones."""

_SHORT = 3  # characters of the shortest plain text that is tried
_FRESH = 3  # values of each choice that a boundary is held against
_MOST_ELEMENTS = 12
_FAR = 1_000_000  # how far beyond a number it is looked whether that fails, too
_LONGEST_OPEN = 400  # characters that are tried of texts without a longest length
_SORTS = ("digit", "upper-case letter", "lower-case letter", "letter")
_MEMBERS = {"digit": "073", "upper-case letter": "QAZ", "lower-case letter": "kbx"}
_MARKS = "._-/:@+ "
_FOR_OUTSIDE = 2  # characters that a set may be shorter than the one of all others
_STEP = 48_271  # between the numbers of fresh values: any odd number will do that is large enough

Trial = Callable[[Any], bool | None]
"""Whether the field's value fails, all else equal; None where that cannot be told."""


@dataclass(frozen=True, slots=True)
class _Reason:
    """What of a text matters: a run of its characters, or several of one character."""

    text: str
    place: int
    count: int = 1


class BoundarySearch:
    """The search for a boundary of one field's values.

    `fails` tries a value, each once; a value that no choice of the facet has is not tried.
    """

    def __init__(self, facet: Facet, fails: Trial) -> None:
        self._facet = facet
        self._fails = fails
        self._elements: list[Any] = []
        self.tried: dict[str, tuple[Any, bool | None]] = {}

    def boundary(self, failing: Any, passing: Any) -> Boundary | None:
        """The boundary between two values of one type; None where none holds."""
        found = None
        if self.result(failing) is not True or self.result(passing) is not False:
            return None
        if isinstance(failing, str) and isinstance(passing, str):
            found = self._of_number_texts(failing, passing)
            if found is not None and self._is_borne_out(found):
                return found
            found = self._of_texts(failing, passing)
        elif isinstance(failing, list) and isinstance(passing, list):
            self._elements = failing or passing
            found = self._of_counts("elements", len(failing), len(passing), self._array)
        elif _is_number(failing) and _is_number(passing):
            found = self._of_counts("number", failing, passing, int)
        return found if found is not None and self._is_borne_out(found) else None

    # --- trials -----------------------------------------------------------------------------------

    def result(self, value: Any) -> bool | None:
        """Whether a value fails; None for one that no event has, or that could not be tried."""
        key = json_text.compact(value)
        if key not in self.tried:
            self.tried[key] = (value, self._fails(value) if self._is_possible(value) else None)
        return self.tried[key][1]

    def failing_labels(self) -> frozenset[str]:
        """The labels of the choices of which some value was tried and fails."""
        labels = set()
        for value, result in self.tried.values():
            choice = next((one for one in self._facet.declared if one.recognises(value)), None)
            if result and choice is not None:
                labels.add(choice.label)
        return frozenset(labels)

    def _is_possible(self, value: Any) -> bool:
        if isinstance(value, str):
            fewest, most = self._facet.lengths
            if len(value) < fewest or (most is not None and len(value) > most):
                return False
        return any(choice.recognises(value) for choice in self._facet.choices)

    def _is_borne_out(self, boundary: Boundary) -> bool:
        """Whether fresh values on both sides, and all that were tried, are as a boundary says."""
        for value, result in self.tried.values():
            if result is not None and is_met(boundary, value) != result:
                return False
        for value in (*_near(boundary), *self._beside(boundary), *self._fresh()):
            result = self.result(value)
            if result is not None and is_met(boundary, value) != result:
                return False
        return {True, False} <= {result for _, result in self.tried.values()}

    def _beside(self, boundary: Boundary) -> Iterator[Any]:
        """Values just within the ends of a boundary, and just beyond them."""
        ends = [end for end in (boundary.low, boundary.high) if end is not None]
        for number in (end + step for end in ends for step in (-2, -1, 0, 1, 2)):
            match boundary.measure:
                case "number":
                    yield from (number, str(number), "k" * len(str(number)))
                case "elements" if 0 <= number <= _MOST_ELEMENTS:
                    yield self._array(number)
                case "length" if number >= 0:
                    yield "q" * number

    def _fresh(self) -> Iterator[Any]:
        """Values of each choice, and plain texts, that were not tried."""
        yield from ("bb", "b" * 12)
        yield from (value for _, value in self.fresh_values())

    def fresh_values(self) -> Iterator[tuple[str, Any]]:
        """Some values of each choice, with its label."""
        for choice in self._facet.choices:
            if isinstance(choice.shape, Word | Whole | Ranges | OneOf):
                if isinstance(choice.shape, Word) and choice.shape.frame:
                    continue
                for number in range(1, _FRESH + 1):
                    value = scalar_value(choice.shape, Digits((_STEP * number) ** 24))
                    yield choice.label, value

    # --- lengths, numbers, counts -----------------------------------------------------------------

    def _of_counts(
        self, measure: str, failing: int, passing: int, made: Callable[[int], Any]
    ) -> Boundary | None:
        """The boundary between a number that fails and one that does not."""
        last, _ = self._brought_together(failing, passing, made)
        farthest = self._farthest(measure, failing, upwards=failing > passing)
        end = None
        if self.result(made(farthest)) is False:
            end, _ = self._brought_together(failing, farthest, made)
        if failing > passing:
            return Boundary(measure, last, end)
        return Boundary(measure, end, last)

    def _of_number_texts(self, failing: str, passing: str) -> Boundary | None:
        """The boundary between two numbers that are texts of digits."""
        digits = set(string.digits)
        if not (digits.issuperset(failing) and digits.issuperset(passing)):
            return None
        if not failing or not passing or len(failing) == len(passing) == 1:
            return None
        return self._of_counts("number", int(failing), int(passing), str)

    def _brought_together(
        self, failing: int, passing: int, made: Callable[[int], Any]
    ) -> tuple[int, int]:
        """Two neighbours between two numbers, of which one fails and the other does not."""
        while abs(failing - passing) > 1:
            middle = (failing + passing) // 2
            result = self.result(made(middle))
            if result is None:
                break
            if result:
                failing = middle
            else:
                passing = middle
        return failing, passing

    def _farthest(self, measure: str, number: int, *, upwards: bool) -> int:
        """The number that is as far from the other side as can be."""
        if measure == "elements":
            return max(_MOST_ELEMENTS, number) if upwards else 0
        if measure == "number":
            return number + _FAR if upwards else min(number, *self._lowest_numbers())
        fewest, most = self._facet.lengths
        if upwards:
            return max(number, most or _LONGEST_OPEN)
        return max(fewest, 1)

    def _lowest_numbers(self) -> list[int]:
        numbers = [1_000_000_000]
        for choice in self._facet.choices:
            match choice.shape:
                case Whole(low=low):
                    numbers.append(low)
                case Ranges(ranges=ranges):
                    numbers.append(ranges[0][0])
            numbers += [value for value in choice.values if _is_number(value)]
        return numbers

    def _array(self, count: int) -> list[Any]:
        """An array of so many elements, different ones where they are texts."""
        if isinstance(self._elements[0], str):
            return [f"k{number}" for number in range(count)]
        return [deepcopy(self._elements[0]) for _ in range(count)]

    # --- texts ------------------------------------------------------------------------------------

    def _of_texts(self, failing: str, passing: str) -> Boundary | None:
        """The boundary between a text that fails and one that does not."""
        shortest = max(self._facet.lengths[0], 1)
        for length in dict.fromkeys((max(shortest, _SHORT), shortest)):
            plain = _plain_text(length, failing + passing)
            result = self.result(plain)
            if result is not None:
                return self._with_plain_text(failing, passing, plain, plain_fails=result)
        return self._by_reason(failing, passing, is_failing=True)

    def _with_plain_text(
        self, failing: str, passing: str, plain: str, *, plain_fails: bool
    ) -> Boundary | None:
        """The boundary, where it is known what the shortest plain text does."""
        text = passing if plain_fails else failing
        character = plain[:1]
        longer = character * len(text)
        if self.result(longer) is (not plain_fails):
            counts = (len(longer), len(plain)) if not plain_fails else (len(plain), len(longer))
            return self._of_counts("length", *counts, character.__mul__)
        return self._by_reason(text, longer, is_failing=not plain_fails)

    def _by_reason(self, text: str, base: str, *, is_failing: bool) -> Boundary | None:
        """The boundary that a text has and a base of other characters lacks."""
        if len(text) != len(base):
            return None

        def holds(other: str) -> bool:
            return self.result(other) is is_failing

        def mixed(kept: Iterable[int]) -> str:
            places = set(kept)
            return "".join(
                text[place] if place in places else base[place] for place in range(len(text))
            )

        differing = [place for place in range(len(text)) if text[place] != base[place]]
        kept = minimal_subset(differing, lambda places: holds(mixed(places)))
        if not kept or not holds(mixed(kept)):
            return None
        reason = _reason(text, base, sorted(kept))
        if reason is None:
            return None
        boundary = self._named(reason, mixed(kept), base[:1], holds)
        if boundary is None or is_failing:
            return boundary
        return replace(boundary, is_negated=not boundary.is_negated)

    def _named(
        self, reason: _Reason, text: str, plain: str, holds: Callable[[str], bool]
    ) -> Boundary | None:
        """The boundary that a reason comes to, by what it does at other places."""
        if reason.count > 1:
            return Boundary("contains", reason.count, text=reason.text)
        is_whole = len(reason.text) == len(text) and len(text) > 1
        if is_whole and not holds(f"{text}{plain}") and not holds(f"{plain}{text}"):
            return self._of_whole(text, holds)
        measure = self._measure(reason, plain, holds)
        if measure is None:
            return None
        if len(reason.text) > 1:
            return Boundary(measure, text=reason.text)
        return self._of_sort(measure, reason, text, holds)

    def _measure(self, reason: _Reason, plain: str, holds: Callable[[str], bool]) -> str | None:
        """Whether it matters where a run of characters stands."""
        pad = plain * 2
        places = {
            "starts with": f"{reason.text}{pad}",
            "contains": f"{pad}{reason.text}{pad}",
            "ends with": f"{pad}{reason.text}",
        }
        held = {name: holds(text) for name, text in places.items() if self.result(text) is not None}
        if held.get("contains", all(held.values())):
            return "contains" if all(held.values()) else None
        standing = [name for name, is_held in held.items() if is_held]
        return standing[0] if len(standing) == 1 else None

    def _of_whole(self, text: str, holds: Callable[[str], bool]) -> Boundary:
        """The boundary of a text all of which matters: it, or what all of its characters are."""
        alike, _ = self._exchanged(text, 0, holds)
        if len(alike) == 1 or not all(map(members(f"[{_as_set(alike)}]"), text)):
            return Boundary("is", text=text)
        name = f"[^{_as_set(alike)}]"
        if _as_set(alike) == "0-9":
            name = OTHER_THAN_DIGITS
        return Boundary("contains", text=name, is_class=True, is_negated=True)

    def _exchanged(
        self, text: str, place: int, holds: Callable[[str], bool]
    ) -> tuple[set[str], set[str]]:
        """The characters that do the same at a place of a text, and those that do not."""
        alike, other = {text[place]}, set[str]()
        candidates = [*_MARKS, *(one for some in _MEMBERS.values() for one in some[:2])]
        for character in candidates:
            changed = f"{text[:place]}{character}{text[place + 1 :]}"
            if character not in alike and self.result(changed) is not None:
                (alike if holds(changed) else other).add(character)
        return alike, other

    def _of_sort(
        self, measure: str, reason: _Reason, text: str, holds: Callable[[str], bool]
    ) -> Boundary:
        """The boundary of a single character, or of all of its sort where these do the same."""
        alike, other = self._exchanged(text, reason.place, holds)
        return _of_characters(measure, reason.text, alike, other)


def _is_number(value: Any) -> bool:
    return isinstance(value, int) and not isinstance(value, bool)


def _plain_text(length: int, text: str) -> str:
    """A text of one character that another text lacks."""
    character = next((one for one in _PLAIN if one not in text), _PLAIN[0])
    return character * length


def _reason(text: str, base: str, kept: Sequence[int]) -> _Reason | None:
    """What the places of a text that matter have in common: one run, or one character."""
    first, last = kept[0], kept[-1]
    between = set(range(first, last + 1)).difference(kept)
    if all(text[place] == base[place] for place in between):
        return _Reason(text[first : last + 1], first)
    characters = {text[place] for place in kept}
    if len(characters) == 1:
        return _Reason(characters.pop(), first, len(kept))
    return None


def _of_characters(measure: str, known: str, alike: set[str], other: set[str]) -> Boundary:
    """The boundary of the characters that do the same: a single one, a sort, or a set of them."""
    if alike == {known}:
        return Boundary(measure, text=known)
    for name in _SORTS:
        is_member = members(name)
        if all(map(is_member, alike)) and not any(map(is_member, other)):
            return Boundary(measure, text=name, is_class=True)
        is_of_others = all(map(is_member, other)) and not any(map(is_member, alike))
        if measure != "contains" and other and is_of_others:
            return Boundary(measure, text=name, is_class=True, is_negated=True)
    kept = _as_set(other)
    found = _as_set(alike)
    if kept and len(kept) <= len(found) + _FOR_OUTSIDE:
        return Boundary(measure, text=f"[^{kept}]", is_class=True)
    return Boundary(measure, text=f"[{found}]", is_class=True)


def _near(boundary: Boundary) -> Iterator[str]:
    """Texts that a boundary is put to the test with: its own at other places, and ones like it."""
    text = boundary.text
    if boundary.is_class or not text:
        return
    alike = [
        f"{text[:place]}{_neighbour(text[place])}{text[place + 1 :]}" for place in range(len(text))
    ]
    match boundary.measure:
        case "contains":
            count = boundary.low or 1
            yield f"kk{'kk'.join([text] * count)}kk"
            yield f"bbb{'b'.join([text] * count)}b"
            yield f"kk{'kk'.join([text] * (count - 1))}kk"
            yield from (f"kk{one}kk" for one in alike if len(text) > 1)
        case "starts with":
            yield f"{text}{text}k"
            yield from (f"{one}kk" for one in alike)
        case "ends with":
            yield f"k{text}{text}"
            yield from (f"kk{one}" for one in alike)
        case "is":
            yield from alike


def _neighbour(character: str) -> str:
    """Another character of the same sort."""
    for sort, some in _MEMBERS.items():
        if members(sort)(character):
            return next(one for one in some if one != character)
    return "-" if character != "-" else "_"


def _as_set(characters: Iterable[str]) -> str:
    """Characters as within the brackets of a regular expression, letters and digits as ranges."""
    parts = dict.fromkeys(_part_of_set(one) for one in characters)
    ranges = [part for part in ("a-z", "A-Z", "0-9") if part in parts]
    marks = [_escaped(part) for part in sorted(parts, key=_order) if len(part) == 1]
    return "".join([*ranges, *marks])


def _escaped(mark: str) -> str:
    return f"\\{mark}" if mark in "\\]^[" else mark


def _order(part: str) -> tuple[int, str]:
    """The usual marks first, in their order, and the hyphen last of all."""
    if part == "-":
        return len(_MARKS) + 1, part
    place = _MARKS.find(part)
    return (len(_MARKS) if place < 0 else place), part


def _part_of_set(character: str) -> str:
    if character in string.ascii_lowercase:
        return "a-z"
    if character in string.ascii_uppercase:
        return "A-Z"
    return "0-9" if character in string.digits else character
