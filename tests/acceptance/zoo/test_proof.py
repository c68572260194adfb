"""What the zoo is declared to do is proved anew, with fewer events than `python -m
tests.acceptance.zoo.brute` takes.
"""

from __future__ import annotations

import pytest

from tests.acceptance.zoo import brute
from tests.acceptance.zoo.expected import KINDS, ROWS


@pytest.fixture(scope="module")
def events():
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(brute, "EVENTS", 600)
        patch.setattr(brute, "AIMED", 60)
        patch.setattr(brute, "SEEDS", 4)
        yield (
            {kind: brute.random_events(kind) for kind in KINDS},
            {kind: brute.drawn_events(kind) for kind in KINDS},
        )


@pytest.mark.search
@pytest.mark.parametrize("row", ROWS, ids=lambda row: row.name)
def test_a_declaration_holds(row, events):
    with brute.tamed():
        assert brute.prove(row, *events).problems == []
