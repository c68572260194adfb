"""How wide a screen is, and whether it has colours."""

from __future__ import annotations

import io
import os
import pty
import struct
from contextlib import closing

import pytest

from ecr_contracts.reporting import terminal
from ecr_contracts.reporting.terminal import (
    choose_colour,
    columns,
    console,
    wants_colour,
    write_wrapped,
)


@pytest.fixture(autouse=True)
def _plain_environment(monkeypatch):
    for name in ("COLUMNS", "NO_COLOR", "FORCE_COLOR"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("TERM", "xterm")
    monkeypatch.setattr(terminal, "_colour", terminal.ContextVar("colour", default="auto"))


@pytest.fixture
def screen():
    """A terminal of 57 columns."""
    import fcntl
    import termios

    leader, follower = pty.openpty()
    fcntl.ioctl(follower, termios.TIOCSWINSZ, struct.pack("HHHH", 20, 57, 0, 0))
    with closing(os.fdopen(follower, "w")) as stream:
        yield stream
    os.close(leader)


def test_a_terminal_says_how_wide_it_is_unless_columns_does(screen, monkeypatch):
    assert columns(screen) == 57
    assert console(screen).width == 57
    monkeypatch.setenv("COLUMNS", "100")
    assert columns(screen) == 100
    assert columns(io.StringIO()) == 100


@pytest.mark.parametrize("value", ["", "0", "-3", "wide", "9" * 50, "٣"])
def test_what_is_no_number_of_columns_says_nothing(screen, monkeypatch, value):
    monkeypatch.setenv("COLUMNS", value)
    assert columns(screen) == 57
    assert columns(io.StringIO()) is None
    assert console(io.StringIO()).width == 80


@pytest.mark.parametrize(
    ("when", "environment", "on_terminal", "elsewhere"),
    [
        ("auto", {}, True, False),
        ("auto", {"TERM": "dumb"}, False, False),
        ("auto", {"NO_COLOR": "1"}, False, False),
        ("auto", {"NO_COLOR": ""}, True, False),
        ("auto", {"FORCE_COLOR": "1"}, True, True),
        ("auto", {"FORCE_COLOR": "0"}, False, False),
        ("auto", {"FORCE_COLOR": "1", "NO_COLOR": "1"}, False, False),
        ("always", {"NO_COLOR": "1", "TERM": "dumb"}, True, True),
        ("never", {"FORCE_COLOR": "1"}, False, False),
    ],
)
def test_who_decides_on_colours(screen, monkeypatch, when, environment, on_terminal, elsewhere):
    for name, value in environment.items():
        monkeypatch.setenv(name, value)
    choose_colour(when)
    assert (wants_colour(screen), wants_colour(io.StringIO())) == (on_terminal, elsewhere)
    out = io.StringIO()
    write_wrapped(console(out), ("a fault", "bold red"))
    assert ("\x1b[1;31m" in out.getvalue()) == elsewhere
    assert ("\x1b" in out.getvalue()) == elsewhere
