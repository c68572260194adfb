"""How large the covering arrays are, beside the best sizes that are known, and how long they take.

    python -m benchmarks.covering

First models that the field compares pair generators on, written as numbers of levels: 3^4 is four
parameters of three levels each. Their best known sizes, and PICT's, are those of the table of
pairwise.org; of the triples they are those of the published tables of covering arrays. covertable
is run where it is installed (`pip install covertable`), as the kept generator for Python that
covers more than pairs; its constraints cannot say what those of events say, so the kinds are given
to it without. Then come the kinds, for which no size is published: `least` is the number of
combinations of the same facets, of which no two stand in one row.
"""

from __future__ import annotations

import sys
import time
from collections import Counter
from collections.abc import Sequence
from itertools import combinations
from math import prod

from ecr_contracts.core import json_path
from ecr_contracts.core.findings import Evidence
from ecr_contracts.events.compile import reader
from ecr_contracts.events.generate import cases
from ecr_contracts.events.generate.covering import covering
from ecr_contracts.events.kinds import kind_names
from ecr_contracts.events.model import Choice, Contract, Facet
from ecr_contracts.events.shapes import Exactly

Levels = tuple[int, ...]

# The levels, the strength, the best known size, and the size that PICT is published with (0: none
# is).
MODELS: tuple[tuple[str, Levels, int, int, int], ...] = (
    ("3^4", (3,) * 4, 2, 9, 9),
    ("3^13", (3,) * 13, 2, 15, 18),
    ("4^15 3^17 2^29", (4,) * 15 + (3,) * 17 + (2,) * 29, 2, 29, 37),
    ("4^1 3^39 2^35", (4,) + (3,) * 39 + (2,) * 35, 2, 21, 27),
    ("2^100", (2,) * 100, 2, 10, 15),
    ("10^20", (10,) * 20, 2, 180, 210),
    ("3^6", (3,) * 6, 3, 33, 0),
    ("2^10", (2,) * 10, 3, 12, 0),
    ("4^6", (4,) * 6, 3, 64, 0),
)
LIMIT = 1.25
_MOST_LEVELS = 190  # beyond which covertable takes minutes
SECONDS = {2: 1.0, 3: 5.0}


def model(levels: Sequence[int]) -> Contract:
    """A contract without constraints, of parameters that have so many levels."""

    def facet(number: int, count: int) -> Facet:
        choices = tuple(
            Choice(str(level), f"{number}-{level}", Exactly(level), Evidence.INFERRED)
            for level in range(count)
        )
        path = f"$.p{number}"
        return Facet(
            path, json_path.parse(path), path, "", choices, choices, None, "", advised=False
        )

    facets = tuple(facet(number, count) for number, count in enumerate(levels))
    return Contract("model", "", "", facets, (), (), {}, None, (), {}, {})


def missing(levels: Sequence[int], rows: Sequence[dict[str, str]], strength: int) -> int:
    """How many combinations no row holds."""
    total = sum(prod(some) for some in combinations(levels, strength))
    had = {frozenset(some) for row in rows for some in combinations(row.items(), strength)}
    return total - len(had)


def covertable(levels: Sequence[int], strength: int) -> str:
    """The size of covertable's array, if it is installed."""
    if sum(levels) > _MOST_LEVELS:
        return "slow"
    try:
        from covertable import make, sorters
    except ImportError:
        return "-"
    return str(
        len(make([list(range(count)) for count in levels], strength=strength, sorter=sorters.hash))
    )


def main() -> int:
    """Print the tables; 1 when a limit is missed."""
    worst: list[str] = []
    print(
        f"{'model':<18}{'t':>2}{'best':>6}{'PICT':>6}{'covertable':>12}"
        f"{'ours':>6}{'ratio':>7}{'s':>7}"
    )
    for name, levels, strength, best, pict in MODELS:
        began = time.perf_counter()
        rows = covering(model(levels), strength).rows
        seconds = time.perf_counter() - began
        if missing(levels, rows, strength):
            worst.append(f"{name}: combinations are missing")
        other = covertable(levels, strength)
        print(
            f"{name:<18}{strength:>2}{best:>6}{pict or '-':>6}{other:>12}{len(rows):>6}"
            f"{len(rows) / best:>7.2f}{seconds:>7.2f}"
        )
    print()
    print(
        f"{'kind':<10}{'t':>2}{'combinations':>14}{'least':>7}{'covertable':>12}"
        f"{'ours':>6}{'ratio':>7}{'more':>6}{'s':>7}"
    )
    for kind in kind_names():
        contract = reader.contract(kind)
        levels = [len(facet.choices) for facet in contract.varying]
        for strength in (1, 2, 3):
            began = time.perf_counter()
            array = covering(contract, strength)
            seconds = time.perf_counter() - began
            least = least_size(contract, strength)
            ratio = len(array.rows) / least
            more = len(cases.edge_cases(kind, strength)) - len(cases.edge_cases(kind))
            print(
                f"{kind:<10}{strength:>2}{array.combinations:>14,}{least:>7}"
                f"{covertable(levels, strength):>12}{len(array.rows):>6}"
                f"{ratio:>7.2f}{more:>6}{seconds:>7.2f}"
            )
            if ratio > LIMIT:
                worst.append(
                    f"{kind}, t = {strength}: {ratio:.2f} of the least size, at most {LIMIT} is "
                    "wanted"
                )
            if seconds > SECONDS.get(strength, 1.0):
                worst.append(f"{kind}, t = {strength}: {seconds:.1f} s")
    print()
    print("more: cases that come after sample, baseline and single deviations")
    for line in worst:
        print(f"MISSED: {line}")
    return 1 if worst else 0


def least_size(contract: Contract, strength: int) -> int:
    """The most combinations of the same facets, which exclude each other: so many rows at least."""
    from tests.unit.events.generate.test_covering import missing as recount

    possible, _ = recount(contract, strength, [])
    sizes = Counter(frozenset(wanted) for wanted in possible)
    for wanted in possible:
        for child in contract.varying:
            if (
                child.parent in wanted
                and not contract.is_filled(wanted, child.parent)
                and child.path not in wanted
            ):
                sizes[frozenset(wanted) - {child.parent} | {child.path}] += 1
    return max(sizes.values())


if __name__ == "__main__":
    sys.exit(main())
