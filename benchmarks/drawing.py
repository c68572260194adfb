"""What drawn events cost, how soon they meet a bug, and how long a failing one takes to shrink.

The bugs are the consumers of the zoo (tests/zoo) that one to four choices break, and for shrinking
also those that every event breaks, or some values. Costs are told as medians of ratios to the cost
of `integers()` in the same run, so that they mean something on any machine.

    python benchmarks/drawing.py

The exit code is 1 if a limit is missed.
"""

from __future__ import annotations

import contextlib
import importlib
import statistics
import sys
import time
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any

from hypothesis import HealthCheck, Phase, given, seed, settings
from hypothesis import strategies as st
from hypothesis.strategies import SearchStrategy

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from ecr_contracts.events.generate.strategies import ecr_events
from tests.acceptance.zoo import brute
from tests.acceptance.zoo.expected import KINDS, Row, rows

COST_LIMIT = 2.5  # times the cost of integers()
FOUND_LIMIT = 0.95  # of the seeds, for each bug
SHRINK_LIMIT = 2.0  # seconds, at the median
ROUNDS, EXAMPLES = 15, 200  # of the cost
SEEDS, DRAWN = 20, 100  # of the finding

Event = dict[str, Any]


class Found(Exception):  # noqa: N818 - it is good news
    """An event that a consumer fails with."""


def quiet(count: int, *phases: Phase) -> settings:
    """Settings under which nothing but some phases is measured."""
    return settings(
        max_examples=count,
        database=None,
        deadline=None,
        phases=phases,
        print_blob=False,
        suppress_health_check=list(HealthCheck),
    )


def cost(strategy: SearchStrategy[Any], count: int = EXAMPLES) -> float:
    """The seconds that one example takes."""

    @seed(0)
    @quiet(count, Phase.generate)
    @given(strategy)
    def draw(example: object) -> None:
        pass

    began = time.perf_counter()
    draw()
    return (time.perf_counter() - began) / count


def costs() -> dict[str, float]:
    """How many times the cost of integers() an event of each kind has. Prints the table."""
    measured: dict[str, SearchStrategy[Any]] = {"integers()": st.integers()} | {
        kind: ecr_events(kind) for kind in KINDS
    }
    for strategy in measured.values():
        cost(strategy, 20)  # the first examples pay for what is made once
    turns = [{name: cost(strategy) for name, strategy in measured.items()} for _ in range(ROUNDS)]
    ratios: dict[str, float] = {}
    print(f"{'drawing':<28}{'us':>8}{'ratio':>8}")
    for name in measured:
        ratios[name] = statistics.median(turn[name] / turn["integers()"] for turn in turns)
        print(
            f"{name:<28}{statistics.median(turn[name] for turn in turns) * 1e6:>8.0f}"
            f"{ratios[name]:>8.2f}"
        )
    return ratios


def consumer(row: Row) -> Callable[[Event], bool]:
    """Whether a consumer fails with an event."""
    handler = getattr(importlib.import_module(f"tests.acceptance.zoo.{row.module}"), row.name)
    return lambda event: bool(brute.called(row, handler, event))


def found(row: Row, runs: Mapping[str, Sequence[Sequence[Event]]]) -> tuple[int, float]:
    """With how many seeds a consumer fails within 100 examples, and with what share of all."""
    fails = consumer(row)
    with brute.tamed():
        hits = [[fails(event) for event in run] for run in runs[row.kinds[0]]]
    return sum(map(any, hits)), sum(map(sum, hits)) / sum(map(len, hits))


def finding(chosen: Sequence[Row]) -> tuple[int, list[str]]:
    """How many bugs every seed finds, and the names of those too few find. Prints the table."""
    runs = {kind: brute.drawn_events(kind) for kind in KINDS}
    results = {row: found(row, runs) for row in chosen}
    print(f"\n{f'found in {DRAWN} examples':<28}{'seeds':>8}{'share':>8}")
    for row, (seeds, share) in results.items():
        if seeds < SEEDS:
            print(f"{row.name:<28}{f'{seeds}/{SEEDS}':>8}{share:>8.1%}")
    least, (_, share) = min(results.items(), key=lambda result: result[1][1])
    everywhere = sum(seeds == SEEDS for seeds, _ in results.values())
    print(
        f"{everywhere} of {len(chosen)} bugs are found with every seed; {least.name} is the "
        f"rarest: {share:.1%}"
    )
    return everywhere, [
        row.name for row, (seeds, _) in results.items() if seeds < FOUND_LIMIT * SEEDS
    ]


def shrinking(row: Row) -> float:
    """The seconds from the first failing event to the simplest one."""
    fails = consumer(row)
    began: list[float] = []

    @seed(0)
    @quiet(1000, Phase.generate, Phase.shrink, Phase.explain)
    @given(ecr_events(row.kinds[0]))
    def check(event: Event) -> None:
        if fails(event):
            began.append(time.perf_counter())
            raise Found

    with brute.tamed(), contextlib.suppress(Found):
        check()
    return time.perf_counter() - began[0] if began else float("inf")


def shrinks(chosen: Sequence[Row]) -> float:
    """The median of the seconds that the failing events take to shrink. Prints the table."""
    seconds = {row: shrinking(row) for row in chosen}
    middle = statistics.median(seconds.values())
    print(f"\n{'shrinking':<28}{'s':>8}")
    for row in sorted(chosen, key=seconds.__getitem__)[-3:]:
        print(f"{row.name:<28}{seconds[row]:>8.2f}")
    print(
        f"{len(chosen)} bugs: {middle:.2f} s at the median, {max(seconds.values()):.2f} s at the "
        "worst"
    )
    return middle


def main() -> int:
    """Measures everything; 0 when all is within its limits."""
    began = time.perf_counter()
    missed = [
        f"{name} costs {ratio:.2f} x integers()"
        for name, ratio in costs().items()
        if ratio > COST_LIMIT
    ]
    bugs = rows(("one", "pair", "three", "four", "either"))
    _, rare = finding(bugs)
    missed += [f"{name} is found too seldom" for name in rare]
    middle = shrinks((*bugs, *rows(("always", "value"))))
    if middle >= SHRINK_LIMIT:
        missed.append(f"shrinking takes {middle:.2f} s")
    print(f"\n{time.perf_counter() - began:.0f} s; " + ("; ".join(missed) or "within all limits"))
    return 1 if missed else 0


if __name__ == "__main__":
    sys.exit(main())
