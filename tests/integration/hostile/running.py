"""The tool run on a hostile input, with bounds on its time and memory, and judged."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from collections.abc import Sequence
from contextlib import closing
from pathlib import Path
from typing import Any, NamedTuple

SECONDS = 10
MEGABYTES = 500
LINES = 300
_CHARACTERS = 100_000
_SHOWN = 4_000
_CHECKOUT = Path(__file__).parents[3]
_KEPT = ("PATH", "LANG", "VIRTUAL_ENV")
_HANGS = 60
"""Seconds on the wall after which a run that takes no time of the processor is ended."""


class Run(NamedTuple):
    """What came of a run: exit code, what it wrote, time of the processor, memory."""

    code: int
    written: str
    seconds: float
    megabytes: int


class Tool:
    """The tool, loaded once; each input is given to a copy of it (`started`)."""

    def __init__(self) -> None:
        self._process = subprocess.Popen(
            [sys.executable, "-m", "tests.integration.hostile.started"],
            cwd=_CHECKOUT,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )

    def close(self) -> None:
        """End it."""
        self._process.communicate(timeout=60)

    def attacked(self, words: Sequence[str], folder: Path) -> Run:
        """Run a command line in a folder, with a home of its own beside it."""
        order = _order(words, folder)
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        self._process.stdin.write(json.dumps(order) + "\n")
        self._process.stdin.flush()
        return _run(order, json.loads(self._process.stdout.readline()))


def attacked(words: Sequence[str], folder: Path) -> Run:
    """Run a command line as a user does, in a process that loads the tool."""
    with closing(Tool()) as tool:
        return tool.attacked(words, folder)


def _order(words: Sequence[str], folder: Path) -> dict[str, Any]:
    home = folder.parent / f"{folder.name}-home"
    home.mkdir()
    environment = {
        **{name: os.environ[name] for name in _KEPT if name in os.environ},
        "HOME": str(home),
        "TMPDIR": str(home),
        "COLUMNS": "100",
        "NO_COLOR": "1",
        "PYTHONPATH": str(_CHECKOUT),
    }
    return {
        "words": list(words),
        "folder": str(folder),
        "output": str(folder.parent / f"{folder.name}-output"),
        "environment": environment,
        "limits": {"RLIMIT_CPU": SECONDS * 2, "RLIMIT_FSIZE": 300 * 2**20},
        "hangs": _HANGS,
    }


def _run(order: dict[str, Any], answer: dict[str, Any]) -> Run:
    with open(order["output"], "rb") as stream:
        written = stream.read(2 * _CHARACTERS).decode("utf-8", "replace")
    scale = 2**20 if sys.platform == "darwin" else 2**10
    return Run(answer["code"], written, answer["seconds"], answer["memory"] // scale)


def flaws(run: Run) -> list[str]:
    """What is wrong with a run, in words; nothing of one that is as it should be."""
    found: list[str] = []
    if run.code not in (0, 1, 2):
        found.append(f"exit code {run.code}")
    if re.search(r"^Traceback|^  File ", run.written, re.MULTILINE):
        found.append("a traceback")
    if run.seconds > SECONDS:
        found.append(f"{run.seconds:.0f} s")
    if run.megabytes > MEGABYTES:
        found.append(f"{run.megabytes} MB")
    if run.written.count("\n") > LINES or len(run.written) > _CHARACTERS:
        found.append(f"{run.written.count(chr(10))} lines, {len(run.written)} characters")
    if any(len(line) > _SHOWN for line in run.written.split("\n")):
        found.append("a line without end")
    return found
