"""What it costs to hold a consumer: whole checks with all holds and without, in turn.

    python -m benchmarks.holding

The holds are those that no finding needs: the operating system's, the copies of files that are
changed, the bound on memory, and the masking of secrets. Time of the processor counts, of this
process and of its workers, the least of several rounds: others on the machine disturb that least.
Imports are aside.
"""

from __future__ import annotations

import resource
import sys
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from typing import Any
from unittest.mock import patch

from benchmarks.checking import FAULTY, HANDLERS, TRIVIAL
from ecr_contracts.engine import session
from ecr_contracts.runtime.sandbox.files.files import Files
from ecr_contracts.runtime.sandbox.kernel.containment import Containment
from ecr_contracts.runtime.worker import child, parent

ROUNDS = 9
MOST = 1.10
"""Times what it costs without: more is too much."""
CONSUMERS = {
    "a trivial handler": TRIVIAL,
    "a faulty handler, explained": FAULTY,
    "an ordinary handler": f"{HANDLERS / 'scan_levels' / 'lambda_function.py'}:lambda_handler",
}


@contextmanager
def held_by_nothing() -> Iterator[None]:
    """Workers that start within hold nothing that a check could do without."""

    def nothing(*_: Any, **__: Any) -> None:
        return None

    def as_it_is(outcome: Any, *_: Any, **__: Any) -> Any:
        return outcome

    with ExitStack() as stack:
        for owner, name, replacement in (
            (child, "contain", lambda _: Containment()),
            (child, "bound", nothing),
            (parent, "masked_outcome", as_it_is),
            (Files, "install", nothing),
        ):
            stack.enter_context(patch.object(owner, name, replacement))
        yield


def seconds_of(target: str) -> tuple[float, float]:
    """Seconds of the processor, and of the clock, for one check."""
    used, began = _used(), time.perf_counter()
    session.check(target, kinds=["scan"])
    return _used() - used, time.perf_counter() - began


def _used() -> float:
    return sum(
        usage.ru_utime + usage.ru_stime
        for usage in map(resource.getrusage, (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN))
    )


def main() -> int:
    """Print the figures; 1 when holding costs too much."""
    missed = []
    for name, target in CONSUMERS.items():
        session.check(target, kinds=["scan"])  # imports, and what is made once
        held, free = [], []
        for _ in range(ROUNDS):
            held.append(seconds_of(target))
            with held_by_nothing():
                free.append(seconds_of(target))
        (with_all, clock_with_all), (without, clock_without) = (
            [min(figures) for figures in zip(*rounds, strict=True)] for rounds in (held, free)
        )
        ratio = with_all / without
        print(
            f"{name:<30} {with_all:5.2f} s held, {without:5.2f} s not: {ratio:.2f} times"
            f" (by the clock {clock_with_all / clock_without:.2f})"
        )
        if ratio > MOST:
            missed.append(f"{name}: {ratio:.2f} times, at most {MOST} are wanted")
    for line in missed:
        print(f"MISSED: {line}")
    return 1 if missed else 0


if __name__ == "__main__":
    sys.exit(main())
