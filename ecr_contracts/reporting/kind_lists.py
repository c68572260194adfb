"""Several kinds of events in a sentence: few are all named, of many those that are met most often.

delete and push events
events of 12 kinds (delete, push, scan and 9 more)
"""

from __future__ import annotations

from collections.abc import Sequence

from ecr_contracts.core.text import listed, some_of
from ecr_contracts.events.kinds import usual_kinds

__all__ = ["MOST_LISTED", "MOST_NAMED", "events_of", "kinds_in_words"]

MOST_LISTED = 4
"""How many kinds are all named."""

MOST_NAMED = 3
"""How many are named where there are more."""


def events_of(kinds: Sequence[str], noun: str = "events") -> str:
    """Events of some kinds, in words."""
    if len(kinds) <= MOST_LISTED:
        return f"{listed(kinds, 'and')} {noun}"
    return f"{noun} of {kinds_in_words(kinds)}"


def kinds_in_words(kinds: Sequence[str]) -> str:
    """How many kinds there are, and the names of those that are met most often."""
    usual_first = sorted(kinds, key=lambda kind: kind not in usual_kinds())
    return f"{len(kinds)} kinds ({some_of(usual_first, MOST_NAMED)})"
