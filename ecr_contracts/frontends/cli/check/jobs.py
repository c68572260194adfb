"""Several checks at a time, each in a process of ours; what they came to is told in their order."""

from __future__ import annotations

import contextlib
import multiprocessing
import multiprocessing.connection
import os
import signal
import sys
import warnings
from collections.abc import Callable, Iterator, Sequence
from contextlib import AbstractContextManager
from typing import Any

from ecr_contracts.core.errors import ConsumerError, EcrContractsError
from ecr_contracts.core.own_faults import OwnFaultError, own_fault
from ecr_contracts.engine.progress import OnProgress, untold
from ecr_contracts.engine.verdict import Verdict
from ecr_contracts.frontends.cli.check.task import Task

__all__ = ["MOST_BY_ITSELF", "Result", "at_a_time", "results_of"]

ShownProgress = Callable[[], AbstractContextManager[OnProgress]]
"""What shows the progress of one check while a block runs."""

MOST_BY_ITSELF = 4
"""Checks at a time where nobody says how many: each takes two processes, and memory for both."""

Result = Verdict | EcrContractsError | OwnFaultError | None
"""What a check came to, or why it came to nothing; None where an interruption came before it."""


def at_a_time(asked: int | None, tasks: int) -> int:
    """How many checks run at a time."""
    if asked is None:
        asked = min(_cores(), MOST_BY_ITSELF)
    return max(1, min(asked, tasks))


def results_of(tasks: Sequence[Task], jobs: int, progress: ShownProgress) -> Iterator[Result]:
    """What each of the tasks came to, in their order, as soon as it is known.

    An interruption has those that run tell what they have found so far; the others are not begun.
    The progress of a task that runs alone is shown.
    """
    if jobs == 1:
        yield from _one_by_one(tasks, progress)
        return
    crew = _Crew(tasks, jobs)
    try:
        yield from crew.results()
    finally:
        crew.end()


def _one_by_one(tasks: Sequence[Task], progress: ShownProgress) -> Iterator[Result]:
    is_interrupted = False
    for task in tasks:
        result: Result = None
        if not is_interrupted:
            try:
                with progress() as on_progress:
                    result = _result(task, on_progress)
            except KeyboardInterrupt:
                is_interrupted = True
        yield result
        is_interrupted = is_interrupted or _was_interrupted(result)


def _result(task: Task, on_progress: OnProgress = untold) -> Result:
    """What a task comes to here. Raises KeyboardInterrupt where nothing is known yet."""
    try:
        return task.verdict(on_progress)
    except EcrContractsError as misuse:
        return misuse
    except Exception as error:  # noqa: BLE001 - the other consumers are judged all the same
        return own_fault(error)


def _was_interrupted(result: Result) -> bool:
    return isinstance(result, Verdict) and result.is_interrupted


def _cores() -> int:
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1


class _Crew:
    """The processes that work on tasks, at most `jobs` of them at a time."""

    def __init__(self, tasks: Sequence[Task], jobs: int) -> None:
        self._tasks, self._jobs = tasks, jobs
        self._results: dict[int, Result] = {}
        self._running: dict[multiprocessing.connection.Connection, tuple[int, Any]] = {}
        self._next = 0
        self._is_interrupted = False
        forks = "fork" in multiprocessing.get_all_start_methods()
        self._context: Any = multiprocessing.get_context("fork" if forks else "spawn")

    def results(self) -> Iterator[Result]:
        """What each task came to, in their order."""
        for place in range(len(self._tasks)):
            while place not in self._results:
                try:
                    self._begin()
                    if not self._running:
                        break
                    self._take()
                except KeyboardInterrupt:
                    self._interrupt()
            yield self._results.pop(place, None)

    def end(self) -> None:
        """End what still runs."""
        for connection, (_, process) in self._running.items():
            process.kill()
            process.join()
            connection.close()
        self._running.clear()

    def _begin(self) -> None:
        """Start as many processes as may run."""
        while len(self._running) < self._jobs and self._next < len(self._tasks):
            if self._is_interrupted:
                return
            ours, theirs = self._context.Pipe(duplex=False)
            inherited = [ours, *self._running]
            arguments = (
                self._tasks[self._next],
                theirs,
                inherited if _forks(self._context) else [],
            )
            process = self._context.Process(target=_work, args=arguments)
            sys.stdout.flush()
            with warnings.catch_warnings():
                # The child takes up none of the parent's locks but those that Python renews.
                message = r"This process \(pid=\d+\) is multi-threaded"
                warnings.filterwarnings("ignore", message, DeprecationWarning)
                process.start()
            theirs.close()
            self._running[ours] = self._next, process
            self._next += 1

    def _take(self) -> None:
        """Wait until a process tells what it came to."""
        ready = multiprocessing.connection.wait(list(self._running))
        for connection in ready:
            assert isinstance(connection, multiprocessing.connection.Connection)
            place, process = self._running[connection]
            try:
                result: Result = connection.recv()
            except (EOFError, OSError):
                process.join()
                result = None if self._is_interrupted else _lost(self._tasks[place], process)
            self._results[place] = result
            del self._running[connection]
            connection.close()
            process.join()

    def _interrupt(self) -> None:
        """Have what runs tell what it has found so far; the second time nobody waits for that."""
        if self._is_interrupted:
            self.end()
            return
        self._is_interrupted = True
        for _, process in self._running.values():
            with contextlib.suppress(OSError):
                os.kill(process.pid, signal.SIGINT)


def _forks(context: Any) -> bool:
    return bool(context.get_start_method() == "fork")


def _lost(task: Task, process: Any) -> ConsumerError:
    """That a process ended before it told anything."""
    code = process.exitcode or 0
    how = f"by signal {-code}" if code < 0 else f"with exit code {code}"
    problem = f"the process that checked it ended {how}, before it told anything"
    advice = "if memory ran out, check fewer at a time: --jobs 1"
    return ConsumerError(task.asked.name, problem, advice)


def _work(task: Task, connection: Any, inherited: Sequence[Any]) -> None:
    """In a process of its own: carry out a task, and send what it came to."""
    for other in inherited:
        other.close()
    if hasattr(os, "setpgid"):
        # The terminal interrupts all processes of a group; ours is told by its parent, once.
        with contextlib.suppress(OSError):
            os.setpgid(0, 0)
    try:
        result = _result(task)
    except KeyboardInterrupt:
        result = None
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    try:
        connection.send(result)
    except Exception as error:  # noqa: BLE001 - it is told as what it is
        connection.send(own_fault(error))
