"""A set of choices of a facet as a condition in words: "is empty or absent", "is not "SUCCESS"".

The words need no baseline: they say what an event has, in the shortest way that is true of the
choices which are meant and of none of the others.
"""

from __future__ import annotations

from collections.abc import Collection

from ecr_contracts.core import json_text
from ecr_contracts.core.findings import Condition
from ecr_contracts.core.text import listed
from ecr_contracts.events.model import Choice, Facet
from ecr_contracts.events.shapes import Absent, Exactly, Items, Object


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
        _words(meant, apart),
        compared=listed(places, "and") if places else "",
    )


def _words(meant: tuple[Choice, ...], apart: tuple[Choice, ...]) -> str:
    if apart and all(isinstance(choice.shape, Absent) for choice in apart):
        return "is present"
    if len(apart) == 1 and _word(apart[0]) and len(meant) > 1:
        return f"is not {_word(apart[0])}"
    return f"is {listed([_word(choice) or choice.label for choice in meant], 'or')}"


def _word(choice: Choice) -> str:
    """The only value of a choice, as a word of a sentence; empty where it stands for several."""
    match choice.shape:
        case Absent():
            return "absent"
        case Exactly(""):
            return "empty"
        case Exactly(value):
            return json_text.one_line(value)
        case Object(empty=True) | Items(high=0):
            return "empty"
        case _:
            return ""
