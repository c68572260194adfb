"""SIGKILL of a run, or of its worker, at any moment: no orphan, no half of a file, and the next run
works and leaves no folder of either.
"""

from __future__ import annotations

import contextlib
import json
import os
import random
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from ecr_contracts.frontends.fixtures import MANIFEST

ROOT = Path(__file__).parents[2]
MOMENTS = 50

pytestmark = pytest.mark.skipif(
    sys.platform != "linux", reason="processes are found by what Linux tells of them"
)

# Each worker leaves a process behind, as far as it can; some events fail.
CONSUMER = """
import os, signal
if os.fork() == 0:
    os.setsid()
    os.closerange(0, 64)
    while True:
        signal.pause()
def handler(event, context):
    return event["detail"]["image-tag"]
"""
CHECK = ("check", "app.py:handler", "--kind", "push", "--probe", "0", "--examples", "0")
COMMANDS = {
    "check": [*CHECK, "--keep", "kept"],
    "fixtures": ["fixtures", "fixtures", "--kind", "push"],
    "models": ["models", "--output", "models.py"],
}


@pytest.fixture
def project(tmp_path):
    """A folder with a consumer; beside it a temporary folder whose path is a short one."""
    (tmp_path / "app.py").write_text(CONSUMER)
    with tempfile.TemporaryDirectory(prefix="kills", dir="/tmp") as temporary:
        yield Project(tmp_path, Path(temporary))


@dataclass(frozen=True)
class Project:
    """Where runs work, and the temporary folder that they have."""

    work: Path
    temporary: Path


def started(project: Project, command: list[str]) -> subprocess.Popen[bytes]:
    main = "import sys; from ecr_contracts.frontends.cli.main import main; sys.exit(main())"
    environment = os.environ | {
        "PYTHONPATH": str(ROOT),
        "TMPDIR": str(project.temporary),
        "KILLS": str(project.work),
    }
    return subprocess.Popen(
        [sys.executable, "-c", main, *command],
        cwd=project.work,
        env=environment,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
    )


def marked(project: Project) -> list[int]:
    """The processes of a project that live, by the variable that all of them began with."""
    mark = b"KILLS=" + os.fsencode(project.work) + b"\0"
    living = []
    for folder in Path("/proc").iterdir():
        with contextlib.suppress(OSError, ValueError):
            if mark in (folder / "environ").read_bytes():
                living.append(int(folder.name))
    return living


def in_time(is_so: Callable[[], bool], seconds: float = 15.0) -> bool:
    deadline = time.monotonic() + seconds
    while not is_so():
        if time.monotonic() > deadline:
            return False
        time.sleep(0.02)
    return True


def torn(project: Project) -> Iterator[Path]:
    """Files that hold half of what they should, or are left of an attempt to write one."""
    for path in project.work.rglob("*"):
        if path.is_file() and path.suffix == ".json":
            try:
                json.loads(path.read_bytes())
            except ValueError:
                yield path
        if path.name == "models.py":
            compile(path.read_bytes(), path, "exec")


def length_of(project: Project, command: list[str]) -> float:
    """Seconds that a command takes when it is left alone."""
    began = time.monotonic()
    run = started(project, command)
    run.communicate(timeout=60)
    assert run.returncode in (0, 1)
    return time.monotonic() - began


def try_kill(project: Project, command: list[str], after: float, *, worker: bool) -> None:
    """Kill a run after some seconds, or what it started, and see what is left.

    A folder that nobody had begun to use is left to the next run.
    """
    run = started(project, command)
    time.sleep(after)
    victims = [run.pid]
    if worker:
        victims = [process for process in marked(project) if process != run.pid]
    for victim in random.sample(victims, min(1, len(victims))):
        with contextlib.suppress(OSError):
            os.kill(victim, signal.SIGKILL)
    said, _ = run.communicate(timeout=60)
    assert in_time(lambda: not marked(project)), f"after {after} s there is an orphan"
    assert not [*torn(project)], f"after {after} s"
    if worker:  # one that dies while it is loaded cannot be used, which is told
        assert run.returncode in (0, 1, 2), f"after {after} s: {said!r}"
        assert b"Traceback" not in said, f"after {after} s"


@pytest.fixture
def short_paths(monkeypatch):
    """Scratch folders stand in the temporary folder of the test, however long its path is."""


@pytest.mark.long
@pytest.mark.parametrize("worker", [False, True], ids=["run", "worker"])
def test_a_kill_at_any_moment_leaves_nothing_behind(project, worker):
    draw = random.Random(16)
    lengths = {name: length_of(project, command) for name, command in COMMANDS.items()}
    names = ["check"] if worker else [*COMMANDS, "check"]
    for number in range(MOMENTS):
        name = names[number % len(names)]
        after = draw.uniform(0.0, lengths[name])
        try_kill(project, COMMANDS[name], after, worker=worker)
    for name, command in COMMANDS.items():
        run = started(project, command)
        said, _ = run.communicate(timeout=60)
        assert run.returncode == (1 if name == "check" else 0), said
    assert not any(project.temporary.iterdir())
    assert json.loads((project.work / "fixtures" / MANIFEST).read_text())["files"]
