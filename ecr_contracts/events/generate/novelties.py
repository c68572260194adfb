"""What AWS may add to the events of a kind one day, read off its schema: each a change of an event.

A constant that tells the kind from others may get another value: that is an event of a kind which
nobody knows yet. Within the kind, a field that lists words and stays valid with any other may get
one more, an object one more key, and an object of numbers the number of something new, such as
another severity.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from copy import deepcopy
from dataclasses import dataclass, replace
from enum import Enum
from functools import cache
from typing import Any

from ecr_contracts.core import json_path
from ecr_contracts.core.json_path import Steps
from ecr_contracts.events import validation
from ecr_contracts.events.compile import reader
from ecr_contracts.events.model import Contract, Facet
from ecr_contracts.events.shapes import Absent, listed_values

__all__ = ["NewThing", "Novelty", "novelties"]

_SOURCE: Steps = ("source",)
_COUNTS = "counts"  # how the name of an object ends that counts what its keys name
_NUMBER = re.compile(r"[0-9]+(?=[^0-9]*$)")
_WORDS = re.compile(r"[A-Z]?[a-z0-9]+|[A-Z]+")


class NewThing(Enum):
    """What is new in an event."""

    KIND = "a constant that tells its kind: the event is of a kind that nobody knows"
    WORD = "a word of an open list: the event is still a valid one of its kind"
    KEY = "a key: the event is still a valid one of its kind"


@dataclass(frozen=True, slots=True)
class Novelty:
    """One thing that is new in an event: a value at a path that no schema has there.

    `name` is what follows `future/` in the id of a case.
    """

    name: str
    steps: Steps
    value: Any
    what: NewThing

    @property
    def path(self) -> str:
        """Where the new thing stands."""
        return json_path.show(self.steps)

    @property
    def is_in_envelope(self) -> bool:
        """Whether the new thing is a constant outside the detail, such as a detail-type."""
        return self.what is NewThing.KIND and len(self.steps) == 1

    def fits(self, event: Any) -> bool:
        """Whether an event has what is around the new thing, and the word that it replaces."""
        around = json_path.at(event, self.steps[:-1])
        if not isinstance(around, dict):
            return False
        return self.what is NewThing.KEY or isinstance(around.get(self.steps[-1]), str)

    def applied(self, event: Mapping[str, Any]) -> dict[str, Any]:
        """A copy of an event with the new thing, which has what is around that."""
        changed: dict[str, Any] = deepcopy(dict(event))
        json_path.put(changed, self.steps, deepcopy(self.value))
        return changed


@cache
def novelties(kind: str) -> tuple[Novelty, ...]:
    """What AWS may add to events of a kind: new kinds first, then values, keys of objects last."""
    contract = reader.contract(kind)
    found: dict[str, Novelty] = {}
    for novelty in _all(contract):
        name = novelty.name
        if name in found:
            outer = [_slug(step) for step in novelty.steps if isinstance(step, str)]
            name = f"new-{'-'.join(outer)}"
        found.setdefault(name, replace(novelty, name=name))
    return tuple(found.values())


def _all(contract: Contract) -> Iterator[Novelty]:
    told_by = {json_path.parse(path): value for path, value in contract.discriminator}
    for steps, value in told_by.items():
        if steps != _SOURCE and isinstance(value, str):
            yield Novelty(f"new-{_slug(steps[-1])}", steps, _another(value), NewThing.KIND)
    for facet in contract.facets:
        if facet.steps not in told_by:
            yield from _new_value(contract, facet)
    for path in contract.known_keys:
        yield from _new_key(contract, json_path.parse(path))


def _new_value(contract: Contract, facet: Facet) -> Iterator[Novelty]:
    """One more word of a field whose schema lists words, and leaves the list open."""
    usual = json_path.at(contract.baseline, facet.steps)
    if not isinstance(usual, str) or not usual:
        return
    for choice in facet.declared:
        is_listed = bool(listed_values(choice.shape)) or isinstance(choice.shape, Absent)
        if not is_listed:
            return
    names = [step for step in facet.steps if isinstance(step, str)]
    novelty = Novelty(f"new-{_slug(names[-1])}", facet.steps, _another(usual), NewThing.WORD)
    if validation.is_valid(novelty.applied(contract.baseline), contract.kind):
        yield novelty


def _new_key(contract: Contract, steps: Steps) -> Iterator[Novelty]:
    """One more key of an object that the ordinary event has."""
    around = json_path.at(contract.baseline, steps)
    if not isinstance(around, dict) or not around:
        return
    keys = [key for key in contract.known_keys[json_path.show(steps)] if key in around]
    names = [step for step in steps if isinstance(step, str)]
    key = _another_key(keys, contract.known_keys.get(json_path.show(steps[:1]), ()))
    value: Any = key
    name = f"new-{_slug(names[-1])}-field" if names else "new-field"
    if all(isinstance(inner, int) and not isinstance(inner, bool) for inner in around.values()):
        value, name = 1, f"new-{_counted(names[-1])}"
    novelty = Novelty(name, (*steps, key), value, NewThing.KEY)
    if validation.is_valid(novelty.applied(contract.baseline), contract.kind):
        yield novelty


# --- words ----------------------------------------------------------------------------------------


def _another(value: str) -> str:
    """A word that looks like another one of the same list."""
    if " " in value:
        return f"{value.partition(' ')[0]} Something New"
    if value.isupper():
        return "SOMETHING_NEW"
    if _NUMBER.search(value):
        return _NUMBER.sub("99", value)
    head, slash, _ = value.rpartition("/")
    return f"{head}{slash}something-new" if value.islower() else "SomethingNew"


def _another_key(keys: Sequence[str], around: Sequence[str]) -> str:
    """A key that looks like the others of an object, and like those further out."""
    if all(key.isupper() for key in keys):
        return "SOMETHING_NEW"
    is_camel_case = any(key != key.lower() for key in (*keys, *around))
    return "somethingNew" if is_camel_case else "something-new"


def _counted(name: str) -> str:
    """What an object of numbers counts: `severity` for `finding-severity-counts`."""
    words = _slug(name).split("-")
    return words[-2] if words[-1] == _COUNTS and len(words) > 1 else "-".join((*words, "key"))


def _slug(step: str | int) -> str:
    return "-".join(word.lower() for word in _WORDS.findall(str(step)))
