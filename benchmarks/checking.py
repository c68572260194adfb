"""What a check costs: seconds for a trivial handler, and for one with a fault.

    python -m benchmarks.checking

The seconds are medians of several whole checks in one process, imports aside, beside what the calls
alone take there: the same number of calls of the same worker, one after the other. What it costs to
explain a fault is measured in `explaining`.
"""

from __future__ import annotations

import json
import sys
import time
from collections.abc import Callable
from pathlib import Path
from statistics import median

from ecr_contracts.discovery.target import Target
from ecr_contracts.engine import plan, session
from ecr_contracts.events.generate.cases import edge_cases
from ecr_contracts.runtime.worker.parent import Worker

ACCEPTANCE = Path(__file__).parent.parent / "tests" / "acceptance"
ZOO, HANDLERS = ACCEPTANCE / "zoo", ACCEPTANCE / "handlers"
TRIVIAL, FAULTY = f"{ZOO / 'right.py'}:repository", f"{ZOO / 'choices.py'}:first_tag"
TIMES = 7
SECONDS = 0.5


def timed(work: Callable[[], object]) -> float:
    """Seconds, the median of several goes."""
    taken = []
    for _ in range(TIMES):
        began = time.perf_counter()
        work()
        taken.append(time.perf_counter() - began)
    return median(taken)


def calls(target: str, number: int) -> None:
    """So many calls of a consumer, and nothing else."""
    payload = json.loads(edge_cases("scan")[0].text)
    with Worker(Target.parse(target)) as worker:
        for _ in range(number):
            worker.call(payload)


def main() -> int:
    """Print the figures; 1 when a limit is missed."""
    missed = []
    session.check(TRIVIAL, kinds=["scan"])  # imports, and what is made once
    alone = timed(lambda: calls(TRIVIAL, len(edge_cases("scan", 2)) + plan.USUAL.examples))
    print(f"the calls of a check of scan alone            {alone:6.2f} s")
    for name, target, examples in (
        ("a trivial handler, cases only", TRIVIAL, 0),
        ("a trivial handler", TRIVIAL, plan.USUAL.examples),
        ("a faulty handler, explained", FAULTY, plan.USUAL.examples),
    ):
        taken = timed(
            lambda target=target, examples=examples: session.check(
                target, kinds=["scan"], examples=examples
            )
        )
        print(f"{name:<45} {taken:6.2f} s, {taken / alone:.1f} times the calls")
        if taken > SECONDS:
            missed.append(f"{name}: {taken:.2f} s, less than {SECONDS} s are wanted")
    for line in missed:
        print(f"MISSED: {line}")
    return 1 if missed else 0


if __name__ == "__main__":
    sys.exit(main())
