"""What tells some choices of a facet from others: boundaries that all values of the first meet.

Candidates are read off the values themselves: how long or how large they are, which characters they
have, what they begin and end with. They come in the order in which people would say them.
"""

from __future__ import annotations

import string
from collections.abc import Collection, Iterator, Sequence
from dataclasses import replace

from ecr_contracts.core.findings import Boundary
from ecr_contracts.events.measures import FORMATS, OTHER_THAN_DIGITS
from ecr_contracts.events.model import Choice
from ecr_contracts.events.shape_measures import Texts, share, texts_of
from ecr_contracts.events.shapes import Exactly, Items, OneOf, Ranges, Whole

__all__ = ["separators"]

_CLASSES = ("digit", "upper-case letter", "letter")

_Bounds = tuple[float, float | None]


def separators(
    meant: Sequence[Choice], apart: Sequence[Choice], measures: Collection[str] | None = None
) -> Iterator[Boundary]:
    """The boundaries that all values of some choices meet, and none of others (or by chance).

    They are of some `measures`, or of any where none are named.
    """
    for boundary in dict.fromkeys(_candidates(meant, apart, measures)):
        has_all = all(share(boundary, choice).is_all for choice in meant)
        if has_all and all(share(boundary, choice).is_none for choice in apart):
            yield boundary


def _candidates(
    meant: Sequence[Choice], apart: Sequence[Choice], measures: Collection[str] | None
) -> Iterator[Boundary]:
    yield from _ranges("number", [_numbers(one) for one in meant], [_numbers(one) for one in apart])
    yield from _ranges(
        "elements", [_elements(one) for one in meant], [_elements(one) for one in apart]
    )
    if measures is not None:
        return
    texts = [texts_of(choice.shape) for choice in meant]
    others = [texts_of(choice.shape) for choice in apart]
    known = [one for one in texts if one is not None]
    if len(known) == len(texts):
        yield from _of_texts(known, [one for one in others if one is not None])


def _numbers(choice: Choice) -> _Bounds | None:
    """The least and the largest number of a choice; None where it has others than numbers."""
    match choice.shape:
        case Whole(low, _, reach):
            return low, reach
        case Ranges(ranges, is_open):
            return ranges[0][0], None if is_open else ranges[-1][1]
        case Exactly() | OneOf():
            values = choice.values
            if all(isinstance(one, int) and not isinstance(one, bool) for one in values):
                return min(values), max(values)
    return None


def _elements(choice: Choice) -> _Bounds | None:
    """The fewest and the most elements of a choice; None where it is no array."""
    match choice.shape:
        case Items(low, _, reach):
            return low, reach
    return None


def _ranges(
    measure: str, meant: Sequence[_Bounds | None], apart: Sequence[_Bounds | None]
) -> Iterator[Boundary]:
    """The ranges of a measure that are just wide enough for what is meant."""
    bounds = [one for one in meant if one is not None]
    if not bounds or len(bounds) < len(meant):
        return
    low = int(min(low for low, _ in bounds))
    ends = [high for _, high in bounds]
    high = None if None in ends else int(max(end for end in ends if end is not None))
    if low == high:
        yield Boundary(measure, low, high)
    yield Boundary(measure, low)
    if high is None:
        return
    beyond = [int(low) for low, _ in filter(None, apart) if low > high]
    if measure == "length" and beyond:
        yield Boundary(measure, None, min(beyond) - 1)
    else:
        yield Boundary(measure, None, high)
    yield Boundary(measure, low, high)


def _of_texts(meant: Sequence[Texts], apart: Sequence[Texts]) -> Iterator[Boundary]:
    characters = _marks([*meant, *apart])
    for text in characters:
        yield Boundary("contains", text=text)
    for text in meant[0].literals:
        if all(text in one.literals for one in meant):
            yield Boundary("contains", text=text)
    yield from _beginnings_and_ends(meant)
    yield Boundary("contains", text=OTHER_THAN_DIGITS, is_class=True, is_negated=True)
    for measure in ("starts with", "contains"):
        for name in _CLASSES:
            yield Boundary(measure, text=name, is_class=True)
    for name in FORMATS:
        yield Boundary("is", text=name, is_class=True)
        yield Boundary("is", text=name, is_class=True, is_negated=True)
    for text in characters:
        yield Boundary("contains", text=text, is_negated=True)
    for other in apart:
        for boundary in _beginnings_and_ends([other]):
            yield replace(boundary, is_negated=True)
        for text in other.literals:
            yield Boundary("contains", text=text, is_negated=True)
    for measure in ("starts with", "contains"):
        for name in _CLASSES:
            yield Boundary(measure, text=name, is_class=True, is_negated=True)
    yield from _ranges("length", [one.lengths for one in meant], [one.lengths for one in apart])
    for text in characters:
        yield Boundary("contains", low=2, text=text)
        yield Boundary("contains", low=1, high=1, text=text)


def _marks(texts: Sequence[Texts]) -> list[str]:
    """The punctuation marks that occur in texts, the more telling ones first."""
    seen = {character for one in texts for text in one.samples for character in text}
    order = "/.:_,@+ -"
    marks = [mark for mark in order if mark in seen]
    return marks + sorted(seen.intersection(string.punctuation).difference(order))


def _beginnings_and_ends(texts: Sequence[Texts]) -> Iterator[Boundary]:
    """What all texts begin with, and what they end with, the shorter ones first."""
    beginning = _common([one.beginning for one in texts])
    for end in range(1, len(beginning) + 1):
        if end == len(beginning) or not beginning[end - 1].isalnum():
            yield Boundary("starts with", text=beginning[:end])
    ending = _common([one.ending[::-1] for one in texts])[::-1]
    for start in range(len(ending) - 1, -1, -1):
        if not start or not ending[start].isalnum():
            yield Boundary("ends with", text=ending[start:])


def _common(texts: Sequence[str]) -> str:
    """The beginning that all of some texts have."""
    shortest, longest = min(texts), max(texts)
    for index, character in enumerate(shortest):
        if longest[index] != character:
            return shortest[:index]
    return shortest
