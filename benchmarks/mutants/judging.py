"""A mutant judged: the tests near it run on a copy of the checkout that has the change.

The checkout itself is never touched, and each judge has a copy of its own, which is first on
PYTHONPATH, so that worker processes have the change too. A test that fails kills a mutant only if
it passes on the code as it is, and fails again alone; any other is left out from then on.
"""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

from benchmarks.mutants.sampling import Mutant
from benchmarks.mutants.selection import Stage

LONGEST_TEST = 30.0  # seconds, after which a test hangs: the longest takes a fifth of that
STAGE = 75.0  # seconds of a stage, after which what it has not noticed counts as not noticed
_NOT_HANDED_ON = ("PYTEST_A", "PYTEST_C", "PYTEST_X", "COV", "PYTHONDONTWRITE")  # variables
_GLANCE = 0.05  # seconds between two looks at a run
_PLUGIN = Path(__file__).parent / "plugin" / "ecr_mutants_watch.py"
_LOG = "ECR_MUTANTS_LOG"  # the variable that tells the plugin where to write

KILLED, TIMED_OUT, SURVIVED, NOT_JUDGED = "killed", "timed out", "survived", "not judged"


@dataclass(frozen=True)
class Judgement:
    """What became of a mutant, and by which test."""

    mutant: Mutant
    verdict: str
    test: str = ""
    seconds: float = 0.0


@dataclass(frozen=True)
class _Run:
    """How a run of pytest ended."""

    passed: bool
    test: str = ""
    """The test that failed or hung; empty where none was reached."""
    hung: bool = False
    stopped: bool = False
    """Whether there was no time left."""


class Judge:
    """Judges mutants one after another on a copy of its own."""

    def __init__(self, frozen: Path, scratch: Path, ends: float = float("inf")) -> None:
        """Works on what `frozen_copy` made, in a folder of its own, up to a `time.monotonic()`."""
        self._copy, self._scratch, self._ends = scratch / "copy", scratch, ends
        self._log = scratch / "log"
        self._passes: dict[str, bool] = {}
        self._version = int(time.time())
        shutil.copytree(frozen, self._copy, symlinks=True)

    def judge(self, mutant: Mutant, stages: list[Stage]) -> Judgement:
        """The verdict of the first stage that notices the mutant."""
        began = time.monotonic()
        for stage in stages:
            killer = self._killer(mutant, stage)
            if killer is not None:
                verdict, test = killer
                return Judgement(mutant, verdict, test, time.monotonic() - began)
        return Judgement(mutant, SURVIVED, "", time.monotonic() - began)

    def _killer(self, mutant: Mutant, stage: Stage) -> tuple[str, str] | None:
        """The verdict and the test of a stage; None where it notices nothing."""
        while True:
            left_out = [test for test, passes in self._passes.items() if not passes]
            with self._changed(mutant):
                run = self._pytest(stage.tests, left_out, STAGE)
            if run.stopped and time.monotonic() >= self._ends:
                return NOT_JUDGED, ""
            if run.passed or run.stopped:
                return None
            if run.test in left_out or not (run.test or self._passes_as_it_is("", stage.tests)):
                return None  # tests that cannot be left out, or not even be loaded
            if not self._passes_as_it_is(run.test, stage.tests):
                continue
            if run.hung or not run.test or self._fails_alone(mutant, run.test):
                return TIMED_OUT if run.hung else KILLED, run.test or "loading the tests"
            self._passes[run.test] = False  # it fails at random, as on a busy machine

    def _fails_alone(self, mutant: Mutant, test: str) -> bool:
        with self._changed(mutant):
            run = self._pytest((test,), [], STAGE)
        return not run.passed

    def _passes_as_it_is(self, test: str, tests: tuple[str, ...]) -> bool:
        """Whether a test passes without the change; without a test, whether all can be loaded."""
        key = test or " ".join(tests)
        if key not in self._passes:
            only = (test,) if test else ("--collect-only", *tests)
            run = self._pytest(only, [], STAGE)
            if run.stopped:
                return False
            self._passes[key] = run.passed
        return self._passes[key]

    @contextmanager
    def _changed(self, mutant: Mutant) -> Iterator[None]:
        file = self._copy / mutant.module
        source = file.read_text("utf-8")
        self._write(file, mutant.code)
        try:
            yield
        finally:
            self._write(file, source)

    def _write(self, file: Path, text: str) -> None:
        """Writes a module with a time of its own: bytecode is known by time and size."""
        file.write_text(text, "utf-8")
        self._version += 2
        os.utime(file, (self._version, self._version))

    def _pytest(self, tests: tuple[str, ...], left_out: list[str], seconds: float) -> _Run:
        """Runs tests until one fails, one hangs, or the time is over."""
        self._log.write_text("", "utf-8")
        options = ["-x", "-q", "--no-header", "--tb=no", "-p", "no:randomly"]
        options += ["-p", "no:cacheprovider", "-p", _PLUGIN.stem]
        options += [f"--deselect={test}" for test in left_out]
        process = subprocess.Popen(
            [sys.executable, "-m", "pytest", *options, *tests],
            cwd=self._copy,
            env=self._environment(),
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            start_new_session=True,
        )
        try:
            return self._watched(process, seconds)
        finally:
            _end(process)

    def _watched(self, process: subprocess.Popen[bytes], seconds: float) -> _Run:
        ends = min(time.monotonic() + seconds, self._ends)
        seen, since = "", time.monotonic()
        while process.poll() is None:
            time.sleep(_GLANCE)
            now, log = time.monotonic(), self._log.read_text("utf-8")
            if log != seen:
                seen, since = log, now
            if now - since > LONGEST_TEST:
                return _Run(False, _last(seen, "began"), hung=True)
            if now > ends:
                return _Run(False, stopped=True)
        log = self._log.read_text("utf-8")
        passed = process.returncode in (0, 5)  # 5: all of them are left out
        return _Run(passed, _last(log, "failed"))

    def _environment(self) -> dict[str, str]:
        home = self._scratch / "home"
        home.mkdir(exist_ok=True)
        kept = {
            name: value for name, value in os.environ.items() if not name.startswith(_NOT_HANDED_ON)
        }
        path = os.pathsep.join((str(self._copy), str(_PLUGIN.parent)))
        return kept | {"PYTHONPATH": path, "HOME": str(home), _LOG: str(self._log)}


def frozen_copy(checkout: Path, copy: Path) -> Path:
    """A copy of what git knows of a checkout, or would know, as it stands there now."""
    listed = subprocess.run(
        ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"],
        cwd=checkout,
        capture_output=True,
        text=True,
        check=True,
    ).stdout
    for name in filter(None, listed.split("\0")):
        source, target = checkout / name, copy / name
        if source.exists() or source.is_symlink():
            target.parent.mkdir(parents=True, exist_ok=True)
            shutil.copy2(source, target, follow_symlinks=False)
    schemas = copy / "ecr_contracts" / "schemas"
    if not schemas.exists() and (copy / "schemas").is_dir():
        schemas.symlink_to("../schemas")
    return copy


def _last(log: str, sign: str) -> str:
    """The last test that the log has under a sign."""
    lines = [line.partition(" ") for line in log.splitlines()]
    return next((name for word, _, name in reversed(lines) if word == sign), "")


def _end(process: subprocess.Popen[bytes]) -> None:
    """Ends a run and what it started."""
    with suppress(ProcessLookupError):
        os.killpg(process.pid, signal.SIGKILL)
    process.wait()
