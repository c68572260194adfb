"""Several checks at a time: what each came to, in their order, whatever becomes of a process."""

from __future__ import annotations

import os
import signal
import time
from contextlib import nullcontext
from dataclasses import dataclass
from types import SimpleNamespace
from typing import Any

import pytest

from ecr_contracts.core.errors import ConsumerError
from ecr_contracts.core.own_faults import OwnFaultError
from ecr_contracts.engine.progress import untold
from ecr_contracts.frontends.cli.check.jobs import at_a_time, results_of

WRONG = ConsumerError("app.py:f", "it is not there", "write it")


@dataclass(frozen=True)
class Made:
    """A task that does what its name says."""

    name: str

    @property
    def asked(self) -> Any:
        return SimpleNamespace(name=self.name)

    def verdict(self, on_progress: Any = untold) -> Any:
        match self.name:
            case "misuse":
                raise WRONG
            case "fault":
                raise RuntimeError("planted")
            case "killed":
                os.kill(os.getpid(), signal.SIGKILL)
            case "gone":
                os._exit(7)
            case "slow":
                time.sleep(0.3)
            case "interrupted":
                raise KeyboardInterrupt
        # A verdict is what is no error: what one is made of does not matter here.
        return SimpleNamespace(told=self.name, process=os.getpid())


def results(names: str, jobs: int) -> list[Any]:
    tasks: Any = [Made(name) for name in names.split()]
    return list(results_of(tasks, jobs, lambda: nullcontext(untold)))


@pytest.mark.parametrize("jobs", [1, 2, 3])
def test_results_come_in_the_order_of_the_tasks(jobs):
    first, second, third, fourth, fifth = results("slow a misuse fault b", jobs)
    assert [first.told, second.told, fifth.told] == ["slow", "a", "b"]
    assert str(third) == str(WRONG)
    assert isinstance(fourth, OwnFaultError)
    assert "RuntimeError" in str(fourth)


def test_a_process_does_one_task_and_one_job_needs_none():
    in_processes = {result.process for result in results("a b c", 2)}
    assert len(in_processes) == 3
    assert os.getpid() not in in_processes
    assert {result.process for result in results("a b c", 1)} == {os.getpid()}


@pytest.mark.parametrize(("name", "how"), [("killed", "by signal 9"), ("gone", "exit code 7")])
def test_a_process_that_ends_before_it_tells_anything_is_told(name, how):
    first, second, third = results(f"a {name} b", 2)
    assert (first.told, third.told) == ("a", "b")
    assert isinstance(second, ConsumerError)
    assert how in str(second)
    assert "--jobs 1" in str(second)


def test_what_an_interruption_came_before_is_not_begun():
    first, second, third = results("a interrupted b", 1)
    assert (first.told, second, third) == ("a", None, None)


def test_nobody_needs_more_processes_than_there_are_tasks():
    assert at_a_time(8, 3) == 3
    assert at_a_time(1, 3) == 1
    assert 1 <= at_a_time(None, 100) <= 4
