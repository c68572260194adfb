"""The command: draws mutants, judges them, prints each of them and the score."""

from __future__ import annotations

import argparse
import itertools
import sys
import tempfile
import threading
import time
from collections.abc import Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from benchmarks.mutants.judging import (
    KILLED,
    NOT_JUDGED,
    SURVIVED,
    TIMED_OUT,
    Judge,
    Judgement,
    frozen_copy,
)
from benchmarks.mutants.sampling import EQUIVALENTS, Mutant, equivalents, mutants_at, sample
from benchmarks.mutants.selection import Selection

CHECKOUT = Path(__file__).parents[2]
WANTED = 0.9


def main(arguments: list[str] | None = None) -> int:
    """Prints what became of each mutant, and the score: 1 where it is below 90 %, or none is."""
    options = _parser().parse_args(arguments)
    listed = equivalents(options.equivalents)
    with tempfile.TemporaryDirectory(prefix="ecr-contracts-mutants-") as folder:
        frozen = frozen_copy(options.checkout, Path(folder) / "frozen")
        drawn: Iterable[Mutant] = itertools.islice(
            sample(frozen, options.seed, listed), options.count
        )
        if options.at:
            module, _, line = options.at.rpartition(":")
            drawn = mutants_at(frozen, module, int(line))
        judged = list(judgements(frozen, drawn, options.minutes, options.jobs))
    return _concluded(judged)


def judgements(
    frozen: Path, mutants: Iterable[Mutant], minutes: float, jobs: int
) -> Iterator[Judgement]:
    """What became of each mutant, in the order of the sample; each is printed when it is done."""
    ends = time.monotonic() + 60 * minutes
    selection = Selection(frozen)
    own = threading.local()

    def judge(mutant: Mutant) -> Judgement:
        if time.monotonic() >= ends:
            return Judgement(mutant, NOT_JUDGED)
        if not hasattr(own, "judge"):
            own.judge = Judge(frozen, Path(tempfile.mkdtemp(dir=frozen.parent)), ends)
        judgement: Judgement = own.judge.judge(mutant, selection.stages(mutant.module))
        print(told(judgement), flush=True)
        return judgement

    with ThreadPoolExecutor(jobs) as pool:
        yield from pool.map(judge, mutants)


def told(judgement: Judgement) -> str:
    """A mutant in three lines: where, what became of it, what was changed."""
    mutant = judgement.mutant
    by = f" by {judgement.test}" if judgement.test else ""
    changes = (("-", mutant.before), ("+", mutant.after))
    lines = [f"  {sign} {line}" for sign, text in changes for line in text.split("\n")]
    head = f"{mutant.place}: {judgement.verdict}{by} ({judgement.seconds:.0f} s)"
    return "\n".join([head, *lines])


def _concluded(judged: list[Judgement]) -> int:
    """Prints the survivors and the score."""
    by_verdict = {
        verdict: [each for each in judged if each.verdict == verdict]
        for verdict in (KILLED, TIMED_OUT, SURVIVED, NOT_JUDGED)
    }
    for survivor in by_verdict[SURVIVED]:
        print(f"SURVIVED: {told(survivor)}")
    print(", ".join(f"{len(rows)} {verdict}" for verdict, rows in by_verdict.items()))
    noticed = len(by_verdict[KILLED]) + len(by_verdict[TIMED_OUT])
    count = noticed + len(by_verdict[SURVIVED])
    if not count:
        print("no mutant was judged: give it more --minutes")
        return 1
    score = noticed / count
    print(f"mutation score: {score:.0%} of {count} judged, {WANTED:.0%} are wanted")
    return 0 if score >= WANTED else 1


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser("python -m benchmarks.mutants", description=__doc__)
    parser.add_argument("--seed", type=int, default=1, help="which mutants are drawn")
    parser.add_argument("--count", type=int, default=40, help="how many of them")
    parser.add_argument(
        "--minutes", type=float, default=6, help="what is not judged by then is not"
    )
    parser.add_argument("--jobs", type=int, default=2, help="how many are judged at once")
    parser.add_argument("--at", metavar="FILE:LINE", help="every change of a line, and no sample")
    parser.add_argument("--checkout", type=Path, default=CHECKOUT, help="whose package and tests")
    parser.add_argument(
        "--equivalents", type=Path, default=EQUIVALENTS, help="changes that make no difference"
    )
    return parser


if __name__ == "__main__":
    sys.exit(main())
