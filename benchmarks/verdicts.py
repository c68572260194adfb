"""What it costs to prove what a rule lets through, and to judge it.

    python -m benchmarks.verdicts

Every rule of the table of verdicts is proved over all kinds, and judged with its advice and its
correction, once with nothing remembered of others: caches are emptied before each. The exit code is
1 if a limit on the median is missed.
"""

from __future__ import annotations

import json
import sys
import time
from collections.abc import Callable
from pathlib import Path
from statistics import median, quantiles
from typing import Any

from ecr_contracts.core.errors import PatternError
from ecr_contracts.eventbridge.rules import family
from ecr_contracts.eventbridge.rules.corrections import repair
from ecr_contracts.eventbridge.rules.narrowing import parts
from ecr_contracts.eventbridge.rules.proofs import prove
from ecr_contracts.eventbridge.rules.verdicts import judge_pattern

TABLE = Path(__file__).parents[1] / "tests" / "unit" / "eventbridge" / "rule_verdicts.jsonl"
PROOF_MILLISECONDS = 20.0
VERDICT_MILLISECONDS = 40.0

_CACHES = (parts._parts_once, repair._lets_through, family._may_hold_in_envelope)


def milliseconds(judge: Callable[[Any], Any], pattern: Any) -> float:
    """The time that a pattern takes, with nothing remembered."""
    for cache in _CACHES:
        cache.cache_clear()
    began = time.perf_counter()
    judge(pattern)
    return (time.perf_counter() - began) * 1e3


def proved(pattern: Any) -> None:
    """All that is proved of a pattern; nothing of one that is refused."""
    try:
        proof = prove(pattern)
    except PatternError:
        return
    _ = proof.untried, proof.idle_conditions, proof.idle_alternatives, proof.redundant_leaves


def main() -> int:
    """Print the table; 1 when a limit is missed."""
    patterns = [json.loads(line)["pattern"] for line in TABLE.read_text("utf-8").splitlines()]
    missed = []
    print(f"{len(patterns)} rules {'median ms':>14}{'nine in ten':>13}{'most':>9}")
    limits = {
        "proof": (proved, PROOF_MILLISECONDS),
        "verdict": (judge_pattern, VERDICT_MILLISECONDS),
    }
    for name, (judge, limit) in limits.items():
        judge(patterns[0])
        times = [milliseconds(judge, pattern) for pattern in patterns]
        print(
            f"{name:<10}{median(times):>13.1f}{quantiles(times, n=10)[-1]:>13.1f}{max(times):>9.1f}"
        )
        if median(times) > limit:
            missed.append(f"{name}: more than {limit:g} ms at the median")
    for line in missed:
        print(line, file=sys.stderr)
    return 1 if missed else 0


if __name__ == "__main__":
    sys.exit(main())
