"""How much time a check may take, and what it does with it.

What is planned comes first: the cases, each kind's and envelope's in turns, so that all are tried
as thoroughly; then what tells their causes, and what compares them. What is left is spent on events
of other values, as many as were asked for, then on cases of a higher strength, and on further
values, until it is over.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from itertools import zip_longest
from time import monotonic

from ecr_contracts.events.generate.cases import Case

__all__ = ["TimeIsOver", "TimeLimit", "in_turns"]


class TimeIsOver(BaseException):
    """Ends a search at once; no Exception, so that Hypothesis does not take it for a fault."""


@dataclass
class TimeLimit:
    """The seconds that a check may take from now on; None for as long as it takes.

    `deeper` counts the cases of a higher strength that were given in the time that was left, as the
    strength and their number.
    """

    seconds: float | None = None
    deeper: dict[int, int] = field(default_factory=dict)
    _began: float = field(init=False)

    def __post_init__(self) -> None:
        self._began = monotonic()

    @property
    def is_set(self) -> bool:
        """Whether there is a limit."""
        return self.seconds is not None

    @property
    def is_over(self) -> bool:
        """Whether there is a limit, and no time is left."""
        return self.seconds is not None and monotonic() - self._began >= self.seconds

    def told(
        self, *, given: int, planned: int, strength: int, drawn: int, asked: int
    ) -> Iterator[str]:
        """Why it stopped, and how far it was by then; nothing where it ended by itself.

        `given` of the `planned` cases of a `strength`, and `drawn` events of other values, of so
        many that were `asked` for.
        """
        if not self.is_over:
            return
        begin = f"stopped after {self.seconds:g} s, as asked: "
        if given < planned:
            yield f"{begin}{given} of {planned} cases were given, and no others"
            return
        parts = [f"{_TOGETHER[strength]} whole"]
        for deeper, number in self.deeper.items():
            parts.append(f"{number:,} more events of {_TOGETHER[deeper]}")
        of_asked = f" of {asked:,}" if drawn < asked else ""
        parts.append(f"{drawn:,}{of_asked} drawn")
        yield begin + ", ".join(parts)


_TOGETHER = {1: "choices", 2: "pairs", 3: "triples", 4: "quadruples"}


def in_turns(cases: Sequence[Case], envelopes: Sequence[str]) -> Iterator[tuple[Case, str]]:
    """Cases with their envelopes: the first of each kind in each envelope, then the second."""
    by_kind: dict[str, list[Case]] = {}
    for case in cases:
        by_kind.setdefault(case.kind, []).append(case)
    for row in zip_longest(*by_kind.values()):
        for case in row:
            if case is not None:
                for envelope in envelopes:
                    yield case, envelope
