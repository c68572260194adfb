"""Kinds in sentences: few are named, of many the first, and how many there are."""

from __future__ import annotations

from ecr_contracts.events.kinds import kind_names
from ecr_contracts.reporting.kind_lists import MOST_LISTED, events_of, kinds_in_words


def test_few_kinds_are_all_named():
    assert events_of(["push"]) == "push events"
    assert events_of(["delete", "push"], "event") == "delete and push event"
    assert events_of(["archive", "delete", "push", "restore"]).count(",") == MOST_LISTED - 2


def test_of_many_kinds_the_usual_ones_are_named_and_the_others_counted():
    kinds = kind_names()
    assert kinds_in_words(kinds) == f"{len(kinds)} kinds (delete, push, scan and 12 more)"
    assert events_of(kinds) == f"events of {kinds_in_words(kinds)}"
    assert len(events_of(kinds)) < 80
