"""The files around a consumer, attacked: none is changed, and what was done is read back."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from itertools import takewhile
from pathlib import Path

import pytest

from tests.integration.sandbox.file_attacks import SECRET, attacks

pytestmark = pytest.mark.skipif(os.name != "posix", reason="on Windows, nothing is redirected")

HERE = Path(__file__).parent
EVERY_DAY = frozenset(takewhile(lambda name: name != "too long a name", attacks("ways")))
TOGETHER = 20
"""Attacks of one process: each is a fork of it."""


def parts(title):
    names = list(attacks(title))
    return [names[at : at + TOGETHER] for at in range(0, len(names), TOGETHER)]


def tried(title, names):
    """What came of some attacks, each in a process and on files of its own."""
    done = subprocess.run(
        [sys.executable, HERE / "file_attacks.py", title, *names],
        capture_output=True,
        text=True,
        timeout=120,
        check=True,
    )
    told = [json.loads(line) for line in done.stdout.splitlines()]
    assert [one["name"] for one in told] == names
    return told


@pytest.mark.parametrize("names", parts("ways"), ids=lambda names: names[0])
def test_no_real_file_is_changed(names):
    for told in tried("ways", names):
        assert told["changed"] == [], told
        assert told["given"] in (True, None), told
        refused = [effect for effect in told["effects"] if effect["refused"]]
        # What is refused is told, to the code and to the user; what is done every day never is.
        said = "Errno 30" in told["error"] or told["error"].startswith("DatabaseError")
        assert bool(refused) == said, told
        assert not refused or told["name"] not in EVERY_DAY, told


@pytest.mark.parametrize("names", parts("secrets"), ids=lambda names: names[0])
def test_stores_of_secrets_are_not_there(names):
    for told in tried("secrets", names):
        assert SECRET not in told["given"], told
        assert told["given"] in ("''", "None", "[]", "False"), told
        assert told["changed"] == [], told
