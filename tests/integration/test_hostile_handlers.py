"""Handlers that attack: they reach nothing, learn nothing, and take no more than their bounds.

Each is checked as a process of its own (`tests/integration/hostile/besieged.py`), in a project,
with a home, listeners and a process beside it that are all made for it. There are more attacks than
are run here: some of each family, and those that once broke something.
"""

from __future__ import annotations

import json
import sys
import zlib
from typing import Any

import pytest

from ecr_contracts.runtime.sandbox.kernel import Hold
from tests.integration.hostile.besieged import Siege
from tests.integration.hostile.handlers import ATTACKS, Attack
from tests.rows import in_one_test

pytestmark = pytest.mark.skipif(
    sys.platform != "linux", reason="processes and their memory are found by what Linux tells"
)

_SHARE = 0.4
"""Of all attacks, in four minutes of a processor."""
KEPT = ("files: remove in C relative", "line: pickle in a frame", "secrets: raise aws")
"""Those that the default tier runs."""
BROKE = ("lies: datetime", "lies: objects of ours", "lies: frames of ours")
"""Those that broke something."""
NEEDED = {
    "files": (Hold.WRITES, Hold.ATTRIBUTES),
    "network": (Hold.NETWORK, Hold.DATAGRAMS, Hold.SOCKETS, Hold.PROCESSES),
    "processes": (Hold.PROCESSES, Hold.CALLS),
    "secrets": (Hold.SECRETS, Hold.PROCESSES),
}
"""By family of attacks: what the system has to hold back."""


def _rows() -> list[Any]:
    rows = []
    for name in ATTACKS:
        if name in KEPT:
            rows.append(pytest.param(name, id=name))
        elif name in BROKE or zlib.crc32(name.encode()) < _SHARE * 2**32:
            rows.append(pytest.param(name, id=name, marks=pytest.mark.long))
    return rows


ROWS = _rows()


@pytest.fixture
def siege_of(tmp_path):
    """What a check of an attack meets; ended and removed in the end."""
    sieges = []

    def make(name: str, attack: Attack) -> Siege:
        place = tmp_path / name
        place.mkdir()
        sieges.append(Siege(place, attack))
        return sieges[-1]

    yield make
    for siege in sieges:
        siege.close()


@pytest.mark.parametrize("name", ROWS)
def test_an_attack_reaches_nothing(siege_of, name):
    siege = siege_of("attack", ATTACKS[name])
    form = "json" if zlib.crc32(name.encode()) % 3 == 0 else "text"
    run = siege.run(form)
    flaws = [*siege.flaws(run), *(f"reached the {one}" for one in siege.reached())]
    if flaws and (missing := _not_held(siege_of, name)):
        pytest.skip(f"this system does not hold back {', '.join(missing)}: {flaws}")
    assert flaws == [], run.shown[:3000]


def _not_held(siege_of, name: str) -> list[str]:
    """What this system does not hold back of what it has to for an attack."""
    siege = siege_of("harmless", Attack("", "", "pass"))
    held = json.loads(siege.run("json").shown)["held"] or {}
    return [hold.value for hold in NEEDED.get(name.partition(":")[0], ()) if not held.get(hold)]


@in_one_test
@pytest.mark.parametrize("name", ATTACKS)
def test_every_attack_is_a_module(name):
    assert compile(ATTACKS[name].source({"FOLDER": "/nowhere"}), name, "exec")


def test_there_are_as_many_attacks_as_are_promised():
    assert len(ROWS) >= 150
    assert {*KEPT, *BROKE} <= ATTACKS.keys()


def test_what_an_attack_leaves_is_seen(siege_of):
    """The judge itself: each harm, done by the test, is told."""
    siege = siege_of("attack", Attack("", "", "pass"))
    run = siege.run("text")
    assert siege.flaws(run) == [], run.shown
    assert siege.reached() == []
    (siege.project / "keep.txt").write_text("harm")
    (siege.home / "stolen").write_text("planted-by-dotenv-6")
    (siege.tmp / "left").mkdir()
    told = siege.flaws(
        run._replace(code=3, shown="Traceback (most\nplanted-pat-0815", seconds=11.0)
    )
    for words in ("exit code 3", "a traceback", "11 s", "shows planted-pat-0815", "keep.txt"):
        assert any(words in flaw for flaw in told), words
    assert any("planted-by-dotenv-6 in stolen" in flaw for flaw in told)
    assert any("left ['left']" in flaw for flaw in told)
