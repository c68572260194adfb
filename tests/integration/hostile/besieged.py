"""A check of an attacking handler: what it is aimed at, the run, and what came of it."""

from __future__ import annotations

import contextlib
import hashlib
import os
import re
import signal
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any, NamedTuple

from tests.integration.hostile.handlers import Attack
from tests.integration.planted import ways

SECONDS, MEGABYTES = 10, 500
LINES = 600
"""With `-v`, which shows the 2000 characters that are kept of a message, and a traceback."""
_HANGS = 60
"""Seconds on the wall after which a run is ended."""
_CHARACTERS = 200_000
_KEPT = ("PATH", "LANG", "VIRTUAL_ENV")
ROOT = Path(__file__).parents[3]
WORDS = (
    *("check", "app.py:handler", "--kind", "push", "--probe", "0", "--examples", "0"),
    *("--case", "push/ordinary", "--case", "push/no-tag", "--case", "push/failure"),
    *("--timeout", "1"),
)
FORMS = {"text": ["-v"], "json": ["--format", "json"]}

# What it takes is its own, neither its worker's nor that of the process that started it.
_LAUNCH = """
import os, sys
os.environ['HOSTILE_PARENT'] = str(os.getpid())
measure = os.environ.pop('HOSTILE_MEASURE')
from ecr_contracts.frontends.cli.main import main
try:
    code = main()
finally:
    with open('/proc/self/status') as status, open(measure, 'w') as file:
        file.write(next(line for line in status if line.startswith('VmHWM')))
sys.exit(code)
"""

ENVIRONMENT = {**ways.ENVIRONMENT, **ways.UNNAMED}
_STORES = {
    ".aws/credentials": "[default]\naws_secret_access_key = planted/store/aws/4711\n",
    ".ssh/id_ed25519": "planted-store-ssh-4712\n",
    ".netrc": "machine example.invalid login me password planted-store-netrc-4713\n",
    ".docker/config.json": '{"auths": {"x": {"auth": "planted-store-docker-4714"}}}\n',
    ".git-credentials": "https://me:planted-store-git-4715@example.invalid\n",
    ".npmrc": "//registry.example.invalid/:_authToken=planted-store-npm-4716\n",
    ".kube/config": "users: [{user: {token: planted-store-kube-4717}}]\n",
}
_OF_VICTIM = {"VICTIM_TOKEN": "planted-of-process-beside-43"}
_PLANTED = [
    *_OF_VICTIM.values(),
    *ENVIRONMENT.values(),
    *("planted/store/aws/4711", "planted-store-ssh-4712", "planted-store-netrc-4713"),
    *("planted-store-docker-4714", "planted-store-git-4715", "planted-store-npm-4716"),
    *("planted-store-kube-4717", "planted-by-dotenv-6"),
]
_PROJECT = {
    "pyproject.toml": "[tool.ecr-contracts]\n",
    "keep.txt": "what the owner keeps\n",
    "folder/keep.txt": "what the owner keeps as well\n",
    ".env": "DOTENV_TOKEN=planted-by-dotenv-6\n",
}


class Run(NamedTuple):
    """What came of a run: exit code, what it showed, seconds of the processor, megabytes."""

    code: int
    shown: str
    seconds: float
    megabytes: int


class Siege:
    """What an attack is aimed at: a project, a home, listeners and a process, all made here."""

    def __init__(self, place: Path, attack: Attack) -> None:
        self.project, self.home = place / "project", place / "home"
        # A path that a Unix socket can have.
        self.temporary = Path(tempfile.mkdtemp(prefix="siege", dir="/tmp"))
        self._output, self._measure = place / "output", place / "measure"
        self._marked = str(place)
        self._name = f"siege-of-{self.temporary.name}"
        self._mark = os.fsencode(f"HOSTILE_MARK={place}\0")
        self._listeners = _listeners(self.temporary / "socket")
        self._victim = subprocess.Popen(
            ["sleep", "120"], env=_OF_VICTIM | {"PATH": os.environ["PATH"]}, start_new_session=True
        )
        tcp, udp, _, abstract = self._listeners
        aims = {
            "FOLDER": str(self.project),
            "HOME": str(self.home),
            "TCP": tcp.getsockname()[1],
            "UDP": udp.getsockname()[1],
            "SOCKET": str(self.temporary / "socket"),
            "ABSTRACT": abstract.getsockname()[1:].decode(),
            "VICTIM": self._victim.pid,
            "MARK": self._name,
        }
        source = attack.source(aims)
        _write(self.project, {**_PROJECT, "app.py": source})
        _write(self.home, {**_STORES, "notes.txt": "notes of the owner\n"})
        self.tmp = self.temporary / "tmp"
        self.tmp.mkdir()
        self._before = self._state()

    def close(self) -> None:
        """End and remove all of it."""
        for listener in self._listeners:
            listener.close()
        self._victim.kill()
        self._victim.wait()
        for process in self.left():
            with contextlib.suppress(OSError):
                os.kill(process, signal.SIGKILL)
        subprocess.run(["chmod", "-R", "u+rwX", self.temporary], check=False, capture_output=True)
        subprocess.run(["rm", "-rf", self.temporary], check=False)

    def run(self, form: str) -> Run:
        """Check the handler, with what is planted around it."""
        environment = {
            **{name: os.environ[name] for name in _KEPT if name in os.environ},
            **ENVIRONMENT,
            "HOME": str(self.home),
            "TMPDIR": str(self.tmp),
            "COLUMNS": "4000",
            "NO_COLOR": "1",
            "PYTHONPATH": str(ROOT),
            "PYTHONDONTWRITEBYTECODE": "1",
            "HOSTILE_MEASURE": str(self._measure),
            "HOSTILE_MARK": self._marked,
        }
        with self._output.open("wb") as stream:
            process = subprocess.Popen(
                [sys.executable, "-c", _LAUNCH, *WORDS, *FORMS[form]],
                cwd=self.project,
                env=environment,
                stdin=subprocess.DEVNULL,
                stdout=stream,
                stderr=stream,
                start_new_session=True,
            )
            status, usage = _waited_for(process)
        process.returncode = os.waitstatus_to_exitcode(status)
        with self._output.open("rb") as stream:
            shown = stream.read(2 * _CHARACTERS).decode("utf-8", "replace")
        megabytes = 0
        if self._measure.exists():
            megabytes = int(self._measure.read_text().split()[1]) // 1024
        seconds = usage.ru_utime + usage.ru_stime
        return Run(process.returncode, shown, seconds, megabytes)

    def flaws(self, run: Run) -> list[str]:
        """What is wrong with a run and with what it left, in words; nothing where all is right."""
        return [
            *_flaws_of_words(run),
            *(f"shows {secret}" for secret in leaks(run.shown)),
            *self._flaws_of_files(),
            *self._flaws_of_processes(),
        ]

    def reached(self) -> list[str]:
        """The listeners that something came to."""
        names = ("TCP", "UDP", "Unix socket", "abstract socket")
        return [
            name
            for name, listener in zip(names, self._listeners, strict=True)
            if _was_reached(listener)
        ]

    def left(self) -> list[int]:
        """Processes of the run that live, by the variable or the name that they began with."""
        living = []
        for folder in Path("/proc").iterdir():
            with contextlib.suppress(OSError, ValueError):
                seen = (folder / "environ").read_bytes() + (folder / "cmdline").read_bytes()
                if self._mark in seen or self._name.encode() in seen:
                    living.append(int(folder.name))
        return living

    def _flaws_of_processes(self) -> Iterator[str]:
        deadline = time.monotonic() + 5
        while (left := self.left()) and time.monotonic() < deadline:
            time.sleep(0.05)
        if left:
            yield f"leaves {len(left)} processes"
        if self._victim.poll() is not None:
            yield "ended a process beside it"

    def _flaws_of_files(self) -> Iterator[str]:
        after = self._state()
        for path in sorted(after.keys() | self._before.keys()):
            if after.get(path) != self._before.get(path):
                yield f"changed {path[-60:]}"
        left = sorted(os.listdir(self.tmp))
        if left:
            yield f"left {left[:3]} in the temporary folder"
        for folder in (self.project, self.home, self.temporary):
            for path in folder.rglob("*"):
                if path.is_file() and str(path) not in self._before:
                    text = f"{path.name}\n{path.read_bytes().decode('utf-8', 'replace')}"
                    yield from (f"{secret} in {path.name}" for secret in leaks(text))

    def _state(self) -> dict[str, str]:
        """What stands in the project and in the home: mode, time and content by path."""
        state = {}
        for folder in (self.project, self.home):
            for path in (folder, *folder.rglob("*")):
                if ".ecr-contracts" in path.relative_to(folder).parts or not os.path.lexists(path):
                    continue
                seen = path.lstat()
                text = f"{seen.st_mode:o}"
                if path.is_symlink():
                    text += os.readlink(path)
                elif path.is_file():
                    text += f" {seen.st_mtime_ns} "
                    text += hashlib.sha256(path.read_bytes()).hexdigest()
                state[str(path)] = text
        return state


def leaks(text: str) -> list[str]:
    """The planted secrets in a text, as they are or encoded."""
    flat = "".join(text.split())
    return [
        secret
        for secret in _PLANTED
        if any(form in text or form in flat for form in ways.forms(secret))
    ]


def _flaws_of_words(run: Run) -> Iterator[str]:
    if run.code not in (0, 1, 2):
        yield f"exit code {run.code}"
    # With -v a traceback of the handler is shown, indented.
    if re.search(r"^Traceback|^  File |fault of ecr-contracts", run.shown, re.MULTILINE):
        yield "a traceback"
    if run.seconds > SECONDS:
        yield f"{run.seconds:.0f} s"
    if run.megabytes > MEGABYTES:
        yield f"{run.megabytes} MB"
    if run.shown.count("\n") > LINES or len(run.shown) > _CHARACTERS:
        yield f"{run.shown.count(chr(10))} lines, {len(run.shown)} characters"
    if not run.shown.strip():
        yield "not a word"
    if re.search("[\x00-\x08\x0b-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069]", run.shown):
        yield "characters that steer a terminal"


def _waited_for(process: subprocess.Popen[bytes]) -> tuple[int, Any]:
    end = time.monotonic() + _HANGS
    while time.monotonic() < end:
        pid, status, usage = os.wait4(process.pid, os.WNOHANG)
        if pid:
            return status, usage
        time.sleep(0.01)
    os.killpg(process.pid, signal.SIGKILL)
    _, status, usage = os.wait4(process.pid, 0)
    return status, usage


def _write(folder: Path, files: dict[str, str]) -> None:
    for name, text in files.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)


def _listeners(path: Path) -> list[socket.socket]:
    made = []
    for family, kind, address in (
        (socket.AF_INET, socket.SOCK_STREAM, ("127.0.0.1", 0)),
        (socket.AF_INET, socket.SOCK_DGRAM, ("127.0.0.1", 0)),
        (socket.AF_UNIX, socket.SOCK_STREAM, str(path)),
        (socket.AF_UNIX, socket.SOCK_STREAM, f"\0hostile-{os.getpid()}-{time.monotonic_ns()}"),
    ):
        listener = socket.socket(family, kind)
        listener.bind(address)
        if kind == socket.SOCK_STREAM:
            listener.listen(64)
        listener.setblocking(False)
        made.append(listener)
    return made


def _was_reached(listener: socket.socket) -> bool:
    try:
        if listener.type == socket.SOCK_DGRAM:
            listener.recvfrom(100)
        else:
            listener.accept()[0].close()
    except BlockingIOError:
        return False
    return True
