"""The tool run on a hostile input, with bounds on its time and memory, and judged."""

from __future__ import annotations

import json
import os
import re
import signal
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import NamedTuple

SECONDS = 10
MEGABYTES = 500
LINES = 300
_CHARACTERS = 100_000
_SHOWN = 4_000
_KEPT = ("PATH", "LANG", "VIRTUAL_ENV")
_HANGS = 60
"""Seconds on the wall after which a run that takes no time of the processor is ended."""


_MEASURING = """
import json, os, sys
file, *words = sys.argv[1:]
child = os.fork()
if not child:
    os.execv(words[0], words)
_, status, usage = os.wait4(child, 0)
with open(file, "w") as stream:
    json.dump([status, usage.ru_utime + usage.ru_stime, usage.ru_maxrss], stream)
"""
"""Runs a command and writes what it took.

It is small: on Linux what is forked off a large process counts the memory of that as its own, even
when it runs another program.
"""


class Run(NamedTuple):
    """What came of a run: exit code, what it wrote, time of the processor, memory."""

    code: int
    written: str
    seconds: float
    megabytes: int


def attacked(words: Sequence[str], folder: Path) -> Run:
    """Run a command line in a folder, with a home of its own beside it."""
    import resource

    home = folder.parent / f"{folder.name}-home"
    home.mkdir()
    output = folder.parent / f"{folder.name}-output"
    environment = {
        **{name: os.environ[name] for name in _KEPT if name in os.environ},
        "HOME": str(home),
        "TMPDIR": str(home),
        "COLUMNS": "100",
        "NO_COLOR": "1",
        "PYTHONPATH": str(Path(__file__).parents[3]),
    }

    def bounded() -> None:
        resource.setrlimit(resource.RLIMIT_CPU, (SECONDS * 2, SECONDS * 2))
        resource.setrlimit(resource.RLIMIT_FSIZE, (300 * 2**20, 300 * 2**20))

    usage = folder.parent / f"{folder.name}-usage"
    launcher = [sys.executable, "-I", "-S", "-c", _MEASURING, str(usage)]
    with output.open("wb") as stream:
        process = subprocess.Popen(
            [*launcher, sys.executable, "-m", "ecr_contracts", *words],
            cwd=folder,
            env=environment,
            stdin=subprocess.DEVNULL,
            stdout=stream,
            stderr=stream,
            preexec_fn=bounded,
            start_new_session=True,
        )
        try:
            process.wait(_HANGS)
        except subprocess.TimeoutExpired:
            os.killpg(process.pid, signal.SIGKILL)
            process.wait()
    with output.open("rb") as stream:
        written = stream.read(2 * _CHARACTERS).decode("utf-8", "replace")
    if not usage.exists():
        return Run(-signal.SIGKILL, written, _HANGS, 0)
    status, seconds, memory = json.loads(usage.read_text())
    scale = 2**20 if sys.platform == "darwin" else 2**10
    return Run(os.waitstatus_to_exitcode(status), written, seconds, memory // scale)


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
