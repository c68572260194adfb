"""A set of choices of a facet as a condition in words: "is empty or absent", "is not "SUCCESS"".

The words need no baseline: they say what an event has, in the shortest way that is true of the
choices which are meant and of none of the others. Where the values that are meant have names, these
are listed ("is 0 or absent"), or those of the others are ("is not "SUCCESS""); else it is looked
for what all values that are meant have in common and no other has (`contains "/"`). Which of these
is said decides the length.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from typing import Any

from ecr_contracts.core import json_path, json_text
from ecr_contracts.core.findings import Boundary, Condition
from ecr_contracts.core.text import listed, shortened
from ecr_contracts.events.frames import PART
from ecr_contracts.events.measures import boundary_words, is_met, number_word, text_word
from ecr_contracts.events.model import TEMPLATE_FIELD, Choice, Contract, Facet
from ecr_contracts.events.separators import separators
from ecr_contracts.events.shape_measures import share
from ecr_contracts.events.shapes import Absent, Exactly, Items, Object, OneOf, Ranges, Whole, Word

__all__ = ["condition", "holds", "in_words", "is_told_by_names", "short_path"]

UNLISTED_WORDS = "is what no choice of the contract describes"

_PLURALS = {
    "is": "are",
    "has": "have",
    "does": "do",
    "contains": "contain",
    "holds": "hold",
    "starts": "start",
    "ends": "end",
}
_COUNTS = ("number", "elements")
_FEWEST_OF_ALL = 3  # fields of an object that "every" may stand for
_MOST_NAMED = 6  # choices that are listed by their names
_MOST_PARTS = 5  # boundaries of which any may hold
_LONGEST_EXAMPLE = 24  # characters of an example
_FOR_NEGATION = 4  # characters that a sentence without "not" may be longer
_LONG_LIST = 80  # characters of a list of values: instead of more it is said what they are like
_FOR_TWO_ENDS = 15  # characters that a range with one end may be longer than one with two
_FOR_ALTERNATIVES = 12  # characters that one boundary may be longer than several
_FOR_EXAMPLES = 80  # characters that anything exact may be longer than examples


def condition(facet: Facet, labels: Collection[str], others: Collection[str] = ()) -> Condition:
    """The condition that an event has one of some choices of a facet.

    `others` are the labels of the choices that are known not to meet it: all that remain, where
    none are named. What is neither is not known, and the words may include it.
    """
    meant = tuple(choice for choice in facet.choices if choice.label in labels)
    apart = tuple(choice for choice in facet.choices if choice.label in others)
    if not others:
        apart = tuple(choice for choice in facet.choices if choice.label not in labels)
    places = list(dict.fromkeys(choice.compared for choice in meant if choice.compared))
    return Condition(
        facet.path,
        tuple(choice.label for choice in meant) or tuple(labels),
        _words(meant, apart) if meant else UNLISTED_WORDS,
        compared=listed(places, "and") if places else "",
    )


def holds(
    contract: Contract,
    condition: Condition,
    event: Mapping[str, Any],
    labels: Mapping[str, str | None],
) -> bool:
    """Whether an event meets a condition, or any of its others.

    Where there is a boundary the value at the path decides, else the choice that the event has
    there (`labels`, as `Contract.recognise` gives them).
    """
    for one in condition.alternatives:
        if one.boundary is not None:
            facet = contract.by_path.get(one.path)
            steps = json_path.parse(one.path) if facet is None else facet.steps
            if is_met(one.boundary, json_path.at(event, steps)):
                return True
        elif (labels.get(one.path) or "unlisted") in one.choices:
            return True
    return False


def in_words(contract: Contract, conditions: Iterable[Condition]) -> str:
    """A whole cause as one clause: `CRITICAL and HIGH are absent and image-tags is empty`.

    Fields of one object with the same words are told together, "every severity is absent or 0"
    where they are all that the object has of their sort. What lies around something that is told is
    not told itself: that a count is 0 says that there are counts.
    """
    told = _without_surroundings(contract, list(conditions))
    clauses: dict[tuple[str, str], list[Condition]] = {}
    for one in _of_one_field_together(told):
        key = (one.path, "") if one.others else (_parent(contract, one.path), one.words)
        clauses.setdefault(key, []).append(one)
    return listed([_clause(contract, group) for group in clauses.values()], "and")


def _of_one_field_together(conditions: Iterable[Condition]) -> list[Condition]:
    """The conditions, those on one field as one: `starts with "a-" and contains two "-"`."""
    together: dict[tuple[str, int], Condition] = {}
    for number, one in enumerate(conditions):
        key = (one.path, number if one.others else -1)
        first = together.get(key)
        together[key] = one if first is None else replace(first, words=_both(first, one))
    return list(together.values())


def _both(first: Condition, second: Condition) -> str:
    return first.words if first.words == second.words else f"{first.words} and {second.words}"


def _without_surroundings(contract: Contract, conditions: list[Condition]) -> list[Condition]:
    """The conditions without those which say no more than that there is something around others."""
    told: list[Condition] = []
    for one in conditions:
        is_filled = one.boundary is None and all(
            contract.is_filled({one.path: label}, one.path) for label in _known(contract, one)
        )
        inner = (f"{one.path}.", f"{one.path}[")
        has_inner = any(other.path.startswith(inner) for other in conditions)
        if not (is_filled and has_inner and not one.others):
            told.append(one)
    return told


def _known(contract: Contract, one: Condition) -> list[str]:
    """The labels of a condition that the contract has."""
    facet = contract.by_path.get(one.path)
    return [label for label in one.choices if facet is not None and label in facet.labels]


def _clause(contract: Contract, group: Sequence[Condition]) -> str:
    """Conditions with the same words as one clause, or one condition with its others."""
    first = group[0]
    if first.others:
        return _clause_of_any(contract, first)
    subject, is_plural = _subject(contract, group, "and", "every")
    compared = f" (compared in {first.compared})" if first.compared else ""
    return f"{subject} {_plural_verb(first.words) if is_plural else first.words}{compared}"


def _clause_of_any(contract: Contract, one: Condition) -> str:
    """A condition with its others: `INFORMATIONAL or UNDEFINED is present`."""
    by_words: dict[tuple[str, str], list[Condition]] = {}
    for other in one.alternatives:
        by_words.setdefault((_parent(contract, other.path), other.words), []).append(other)
    parts = []
    for group in by_words.values():
        subject, _ = _subject(contract, group, "or", "any")
        compared = f" (compared in {group[0].compared})" if group[0].compared else ""
        parts.append(f"{subject} {group[0].words}{compared}")
    return " or ".join(parts)


def _subject(
    contract: Contract, group: Sequence[Condition], joined_by: str, all_of: str
) -> tuple[str, bool]:
    """What some conditions with the same words are about, and whether its verb is a plural."""
    names = [short_path(one.path) for one in group]
    noun = _noun_of_all(contract, [one.path for one in group])
    if noun:
        return f"{all_of} {noun}", False
    return listed(names, joined_by), len(names) > 1 and joined_by == "and"


def _noun_of_all(contract: Contract, paths: Sequence[str]) -> str:
    """What the keys of an object name, if the paths are all of those keys; else nothing."""
    parent = contract.by_path.get(_parent(contract, paths[0]))
    if parent is None or not parent.each or len(paths) < _FEWEST_OF_ALL:
        return ""
    inner = [facet for facet in contract.facets if facet.parent == parent.path]
    alike = [facet.path for facet in inner if facet.labels == contract.by_path[paths[0]].labels]
    return parent.each if set(alike) == set(paths) else ""


def _parent(contract: Contract, path: str) -> str:
    facet = contract.by_path.get(path)
    return (facet.parent if facet is not None else None) or path


def short_path(path: str) -> str:
    """The name of a field, as it stands in a sentence: `image-tags`, `image-tags[0]`."""
    return path.rpartition(".")[2]


def _plural_verb(words: str) -> str:
    """Words of one thing said of several: "is absent" as "are absent"."""
    for singular, plural in _PLURALS.items():
        if words.startswith(f"{singular} "):
            words = f"{plural}{words.removeprefix(singular)}"
            break
    return words.replace(" or has ", " or have ").replace(" or is ", " or are ")


def is_told_by_names(meant: Sequence[Choice], apart: Sequence[Choice]) -> bool:
    """Whether a list of values says which choices are meant, or all values but those of a list."""
    return any(True for _ in _lists_of_names(tuple(meant), tuple(apart)))


# --- the words of one condition -------------------------------------------------------------------


def _words(meant: tuple[Choice, ...], apart: tuple[Choice, ...]) -> str:
    """The shortest words that are true of all choices that are meant, and of none that is apart."""
    if not apart:
        return "is present" if not any(map(_is_absent, meant)) else "is present or absent"
    if all(map(_is_absent, apart)):
        return "is present"
    options = [(words, cost + len(words)) for words, cost in _options(meant, apart)]
    return min(options, key=lambda option: option[1])[0]


def _options(meant: tuple[Choice, ...], apart: tuple[Choice, ...]) -> Iterator[tuple[str, int]]:
    """Words that are true of what is meant alone, and how many characters they count for more."""
    listed_names = list(_lists_of_names(meant, apart))
    yield from listed_names
    is_short = any(len(words) <= _LONG_LIST for words, _ in listed_names)
    boundaries = list(separators(meant, apart, _COUNTS if is_short else None))
    for boundary in boundaries:
        yield boundary_words(boundary), _cost(boundary)
    if not is_short and not boundaries:
        yield from _alternatives(meant, apart)
        yield f"is like {_examples(meant)}", _FOR_EXAMPLES
        yield f"is not like {_examples(apart)}", _FOR_EXAMPLES + _FOR_NEGATION


def _lists_of_names(
    meant: tuple[Choice, ...], apart: tuple[Choice, ...]
) -> Iterator[tuple[str, int]]:
    """What is meant as a list of values, or as all but a shorter list of values."""
    names, other_names = _names(meant), _names(apart)
    if names is not None and len(names) <= _MOST_NAMED:
        yield f"is {_any_of(names)}", 0
    if not other_names or len(other_names) > _MOST_NAMED:
        return
    if names is None or len(other_names) < len(names):
        yield f"is {_none_of(other_names)}", _FOR_NEGATION


def _cost(boundary: Boundary) -> int:
    """For how many characters more a boundary counts: it is said less readily than others."""
    cost = 0
    if boundary.is_negated or boundary.measure == "contains":
        cost += _FOR_NEGATION
    if None not in (boundary.low, boundary.high) and boundary.low != boundary.high:
        cost += _FOR_TWO_ENDS
    return cost


def _is_absent(choice: Choice) -> bool:
    return isinstance(choice.shape, Absent)


def _names(choices: Iterable[Choice]) -> list[str] | None:
    """The only value of each choice, as a word of a sentence; None where one has several values."""
    names: list[str] = []
    for choice in choices:
        word = _name(choice)
        if not word:
            return None
        names += word
    return names


def _name(choice: Choice) -> list[str]:
    """The values of a choice as words of a sentence; none where they are many."""
    match choice.shape:
        case Absent():
            return ["absent"]
        case Exactly("") | Object(empty=True) | Items(high=0):
            return ["empty"]
        case Exactly(value):
            return [_value_word(value)]
        case OneOf(values) if len(values) <= 1:
            return [_value_word(value) for value in values]
        case _:
            return []


def _value_word(value: Any) -> str:
    if isinstance(value, str):
        return text_word(value)
    if isinstance(value, int | float) and not isinstance(value, bool):
        return number_word(value)
    return json_text.one_line(value)


def _in_order(names: Sequence[str]) -> tuple[list[str], list[str]]:
    """The texts among some names, and the other names: what is not there at all comes last."""
    texts = [name for name in names if name.startswith('"')]
    others = [name for name in names if not name.startswith('"')]
    return texts, sorted(others, key=lambda name: (name == "absent", name == "empty"))


def _any_of(names: Sequence[str]) -> str:
    """`"NO" or absent`; of more than two texts `one of "a", "b", "c"`."""
    texts, others = _in_order(names)
    if len(texts) > 2:
        texts = [f"one of {', '.join(texts)}"]
    return listed([*texts, *others], "or")


def _none_of(names: Sequence[str]) -> str:
    """`not "NO"`, `neither "NO" nor absent`, `none of "a", "b", "c"`."""
    texts, others = _in_order(names)
    if len(texts) > 2:
        which = "one" if others else "none"
        texts = [f"{which} of {', '.join(texts)}"]
    words = [*texts, *others]
    if len(words) > 1:
        return f"neither {', '.join(words[:-1])} nor {words[-1]}"
    return words[0] if len(texts) == 1 and texts[0].startswith("none of") else f"not {words[0]}"


def _alternatives(
    meant: tuple[Choice, ...], apart: tuple[Choice, ...]
) -> Iterator[tuple[str, int]]:
    """Words for what is meant, of which any one may hold; some of them say what does not hold."""
    named = tuple(choice for choice in meant if _name(choice))
    empty = tuple(choice for choice in meant if set(_name(choice)) & {"empty", "absent"})
    for kept in dict.fromkeys([(), empty, named]):
        boundaries = _cover([choice for choice in meant if choice not in kept], apart)
        if boundaries and (kept or len(boundaries) > 1):
            yield _in_alternatives(_names(kept) or [], boundaries), _FOR_ALTERNATIVES
    if any(map(_is_absent, [*meant, *apart])):
        return
    starts = _cover(apart, meant) or []
    if len(starts) > 1 and all(map(_is_plain_start, starts)):
        texts = ", ".join(text_word(boundary.text) for boundary in starts)
        yield f"starts with none of {texts}", _FOR_ALTERNATIVES


def _is_plain_start(boundary: Boundary) -> bool:
    is_negated_or_class = boundary.is_class or boundary.is_negated
    return boundary.measure == "starts with" and not is_negated_or_class


def _in_alternatives(names: Sequence[str], boundaries: Sequence[Boundary]) -> str:
    """That a value is one of some names, or meets a boundary: "is absent or 300 or more"."""
    starts = [text_word(one.text) for one in boundaries if _is_plain_start(one)]
    words = [boundary_words(one) for one in boundaries if not _is_plain_start(one)]
    if starts:
        words.insert(0, f"starts with {listed(starts, 'or')}")
    if not names:
        return " or ".join(words)
    words[0] = words[0].removeprefix("is ")
    separator = ", or " if len(names) > 1 else " or "
    return f"is {_any_of(names)}{separator}{' or '.join(words)}"


def _cover(meant: Sequence[Choice], apart: Sequence[Choice]) -> list[Boundary] | None:
    """A few boundaries of which each choice that is meant meets one, and none that is apart any."""
    left = list(meant)
    boundaries: list[Boundary] = []
    while left:
        if len(boundaries) == _MOST_PARTS:
            return None
        for number in range(len(left), 0, -1):
            found = next(iter(separators(left[:number], apart)), None)
            if found is not None:
                break
        else:
            return None
        boundaries.append(found)
        left = [choice for choice in left if not share(found, choice).is_all]
    return boundaries


def _examples(choices: Sequence[Choice]) -> str:
    """Values of choices, as examples of what they are like."""
    words: list[str] = []
    for choice in choices:
        words += _name(choice) or [_example(choice)]
    return listed(words, "or")


def _example(choice: Choice) -> str:
    """The plainest text of a choice, or what of it is its own."""
    match choice.shape:
        case Word(example=example, frame=frame):
            before, _, _ = frame.partition(PART)
            start = re.split(TEMPLATE_FIELD, before)[-1]
            beginning = f"…{start}" if before and start != before else before
            return json_text.one_line(shortened(f"{beginning}{example}", _LONGEST_EXAMPLE))
        case OneOf(values):
            return _value_word(values[0])
        case Whole(example=example) | Ranges(example=example):
            return number_word(example)
        case _:
            return choice.label
