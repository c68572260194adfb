"""What a report says of an answer that events did not get beyond."""

from __future__ import annotations

from ecr_contracts.engine.unchecked import Unchecked


def test_a_message_that_quotes_a_long_name_is_cut() -> None:
    message = "n" * 250
    told = Unchecked("REPOS, which is made up", None, "KeyError", message, None, 3, 9)
    assert told.note.startswith("not checked beyond REPOS, which is made up: 3 of 9 events stop, ")
    assert told.note.endswith("n…")
    assert len(told.note) < 200
    assert told.message == message
