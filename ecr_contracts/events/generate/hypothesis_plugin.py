"""Tells Hypothesis how to draw the classes of events; imports nothing heavy before one is drawn.

`register` is the `hypothesis` entry point, so it runs in every project that has this package beside
Hypothesis.
"""

from __future__ import annotations

import sys
from collections.abc import Mapping
from functools import cache, partial
from typing import TYPE_CHECKING, Any

from ecr_contracts.core import json_path
from ecr_contracts.core.package import is_own_file

if TYPE_CHECKING:
    from hypothesis.strategies import SearchStrategy

NOT_VENDORED = (
    "# --- What follows is for ecr-contracts itself; `ecr-contracts models` leaves it out. ---"
)
"""The line of `types.py` and `models.py` at which the text to vendor ends."""

Places = Mapping[type, tuple[str, json_path.Steps]]


def register() -> None:
    """Makes `from_type` know the typed dictionaries, and the models if they have been imported.

    Hypothesis calls it when it is imported itself.
    """
    from ecr_contracts.events import types

    _leave_us_unexplained()
    _register(types.PLACES)
    # Models that are imported later register themselves, and so do those whose import is still
    # under way.
    _register(getattr(sys.modules.get("ecr_contracts.events.models"), "PLACES", {}))


def _leave_us_unexplained() -> None:
    """Have the explanation of a failure name lines of the user's code, and none that draw events.

    Hypothesis has a list of files for that which plugins cannot add to; a version that asks in
    another way explains as if we were not here.
    """
    from hypothesis.internal import scrutineer

    is_explained = getattr(scrutineer, "should_trace_file", None)
    if callable(is_explained):
        scrutineer.should_trace_file = cache(
            lambda file: not is_own_file(file) and is_explained(file)
        )


def register_models(places: Places) -> None:
    """Makes `from_type` know the models if Hypothesis has been imported; else `register` will."""
    if "hypothesis" in sys.modules:
        _register(places)


def _register(places: Places) -> None:
    from hypothesis import strategies as st

    for cls, (kind, steps) in places.items():
        st.register_type_strategy(cls, partial(_drawn, kind, steps))


def _drawn(kind: str, steps: json_path.Steps, cls: type) -> SearchStrategy[Any]:
    """The strategy of a class: events of the kind, or the part of them that the class describes."""
    from ecr_contracts.events.generate.strategies import ecr_events, parts_of

    values = parts_of(kind, steps) if steps else ecr_events(kind)
    from_event = getattr(cls, "from_event", None)
    return values if from_event is None else values.map(from_event)
