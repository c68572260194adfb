"""The table of checks: what is asked of every call of a consumer, each a question about one outcome.

A check answers with a symptom. Which choices bring it about is for `explaining` to find, the words are for `report`.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from types import MappingProxyType

from ecr_contracts.calling import Outcome, Status
from ecr_contracts.findings import Location, Severity

VACUOUS = "vacuous"
"""The check of a whole run: see `vacuity`."""


@dataclass(frozen=True, slots=True)
class Symptom:
    """What one call did wrong: the check that saw it, where in the consumer, and what was said there."""

    check: str
    severity: Severity
    exception: str | None
    location: Location | None
    message: str
    ends: bool


@dataclass(frozen=True, slots=True)
class Check:
    """One question asked of every outcome, or of all of a run together (`sees` is then None).

    `purpose` says what it is good for and `mend` how a consumer is put right. A check that `ends` the call hides what
    would have come after it.
    """

    id: str
    purpose: str
    mend: str
    severity: Severity
    ends: bool
    sees: Callable[[Outcome], str | None] | None


def _raised(outcome: Outcome) -> str | None:
    return outcome.message if outcome.status is Status.RAISED else None


def _exited(outcome: Outcome) -> str | None:
    if outcome.status in {Status.EXITED, Status.DIED}:
        return outcome.message
    return None


def _late(outcome: Outcome) -> str | None:
    return outcome.message or "no answer in time" if outcome.status is Status.TIMED_OUT else None


def _unserialisable(outcome: Outcome) -> str | None:
    return outcome.unserialisable or None


def _mutated(outcome: Outcome) -> str | None:
    return "the event was changed in place" if outcome.mutated else None


CHECKS = MappingProxyType(
    {
        row.id: row
        for row in (
            Check(
                "raises",
                "A valid event makes the consumer raise: the target retries, then drops the event.",
                "treat the event as valid, or leave it alone on purpose",
                Severity.ERROR,
                True,
                _raised,
            ),
            Check(
                "exits",
                "A valid event ends the process: every other event that it was to handle is lost with it.",
                "return or raise instead of leaving the process",
                Severity.ERROR,
                True,
                _exited,
            ),
            Check(
                "late",
                "A valid event is not answered within the time limit.",
                "bound every wait, or give --timeout what the function really has",
                Severity.ERROR,
                True,
                _late,
            ),
            Check(
                "unserialisable",
                "The consumer returns what JSON cannot carry: Lambda then reports an error although all was done.",
                "return plain JSON values, or nothing",
                Severity.ERROR,
                False,
                _unserialisable,
            ),
            Check(
                "mutates",
                "The consumer changes the event that it is given: harmless alone, a trap when an event is used twice.",
                "copy what is changed",
                Severity.WARNING,
                False,
                _mutated,
            ),
            Check(
                VACUOUS,
                "The consumer does the same with every event and looks at nothing that tells one from another.",
                "see why it never gets to the event: a filter, an envelope, or a handler that was never written",
                Severity.ERROR,
                False,
                None,
            ),
        )
    }
)


def symptoms(outcome: Outcome) -> Iterator[Symptom]:
    """What every check of the table sees in an outcome."""
    for check in CHECKS.values():
        message = check.sees(outcome) if check.sees else None
        if message is None:
            continue
        # What a call does besides is not to be looked for where it ended.
        exception, location = (outcome.exception, outcome.location) if check.ends else (None, None)
        yield Symptom(check.id, check.severity, exception, location, message, check.ends)
