"""Progress: what a session is doing, for whoever shows it while it works."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from ecr_contracts.engine.trial import Call
from ecr_contracts.runtime.outcome import Outcome

__all__ = ["OnProgress", "Progress", "Tracker", "untold"]


@dataclass(frozen=True, slots=True)
class Progress:
    """How far a session is: `calls` were made, of about `expected`, and what they are made for."""

    calls: int
    expected: int
    doing: str


OnProgress = Callable[[Progress], None]
"""What is told of each call before it is made."""


def untold(_: Progress) -> None:
    """Show nothing."""


class Tracker:
    """Counts the calls of a session, and tells of each what it is for."""

    def __init__(self, on_progress: OnProgress) -> None:
        self._on_progress = on_progress
        self._calls = 0
        self.expected = 0
        self.doing = "loading it"

    def enter(self, doing: str) -> None:
        """Say what the next calls are for."""
        self.doing = doing
        self._tell()

    def counting(self, call: Call) -> Call:
        """The same way to call a subject, with each call counted."""

        def counted(payload: object, *, trace: bool = False, ecr_payload: object = None) -> Outcome:
            self._calls += 1
            self._tell()
            return call(payload, trace=trace, ecr_payload=ecr_payload)

        return counted

    def _tell(self) -> None:
        self._on_progress(Progress(self._calls, max(self.expected, self._calls), self.doing))
