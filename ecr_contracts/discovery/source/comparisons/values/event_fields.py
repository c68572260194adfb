"""Which facets of the kinds a path means that code reads: a value, an element, or a key.

Code does not say whether `x in value` looks for an element, a key or a part of a text; the
contracts of the kinds do.
"""

from __future__ import annotations

from collections.abc import Iterable
from enum import Enum
from functools import cache

from ecr_contracts.core.json_path import Steps
from ecr_contracts.discovery.source.comparisons.values.atoms import ITEM, KEYS, event_path
from ecr_contracts.events.compile import reader
from ecr_contracts.events.kinds import kind_names
from ecr_contracts.events.shapes import Items, Object

__all__ = ["Form", "forms_of", "steps_of"]


class Form(Enum):
    """What stands at a facet."""

    SCALAR = "a text, a number, true, false or null"
    LIST = "an array"
    OBJECT = "an object"


@cache
def _forms() -> dict[Steps, frozenset[Form]]:
    """The forms of all facets of all kinds."""
    forms: dict[Steps, set[Form]] = {}
    for kind in kind_names():
        for facet in reader.contract(kind).facets:
            known = forms.setdefault(facet.steps, set())
            for choice in facet.choices:
                if isinstance(choice.shape, Object):
                    known.add(Form.OBJECT)
                elif isinstance(choice.shape, Items):
                    known.add(Form.LIST)
                    known_item = forms.setdefault((*facet.steps, 0), set())
                    known_item.update([Form.SCALAR] if choice.shape.template else [])
            if not known:
                known.add(Form.SCALAR)
    return {steps: frozenset(known) for steps, known in forms.items()}


def forms_of(steps: Steps) -> frozenset[Form]:
    """The forms of a facet over all kinds; none where no kind has it."""
    return _forms().get(steps, frozenset())


def steps_of(path: Iterable[str]) -> tuple[Steps, bool] | None:
    """The facet that a path leads to, and whether it is the keys of it that are meant.

    None where the path does not lead into an event, or to no facet of any kind.
    """
    within = event_path(path)
    if within is None:
        return None
    steps: list[str | int] = []
    are_keys = False
    for step in within:
        is_object = Form.OBJECT in forms_of(tuple(steps))
        if step == KEYS or (step == ITEM and is_object):
            are_keys = True
        elif are_keys:
            return None
        else:
            steps.append(0 if step == ITEM else step)
    if not forms_of(tuple(steps)):
        return None
    return tuple(steps), are_keys
