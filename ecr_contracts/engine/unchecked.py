"""What was not checked, since calls could not go on from an answer that the sandbox made up.

That is a matter of set-up and no finding: what is wrong elsewhere is told beside it. Only where
every event stops so, and nothing else was found, there is no verdict.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from urllib.parse import urlsplit

from ecr_contracts.core.findings import Location
from ecr_contracts.core.text import counted, shortened
from ecr_contracts.engine.trial import Trial
from ecr_contracts.runtime.effects import Effect, Sort
from ecr_contracts.runtime.outcome import Outcome

__all__ = ["Unchecked", "answered_by", "beyond", "note_of", "reason_of", "unchecked"]

_LONGEST = 120
"""Characters of a message that are told: one may quote a long name."""

Advise = Callable[[Trial], str]
"""Gives what to do about the stop of a trial: the setting of another answer, as a rule."""


@dataclass(frozen=True, slots=True)
class Unchecked:
    """An answer that events did not get beyond, and where they stopped.

    `answer` names what was answered, `made_at` is the line that asked for it. `location` is the
    line that could not go on, with its exception and message. `stopped` events of `given` stopped
    there. `advice` says how to get beyond it.
    """

    answer: str
    made_at: Location | None
    exception: str
    message: str
    location: Location | None
    stopped: int
    given: int
    advice: str = ""

    @property
    def note(self) -> str:
        """It in one sentence."""
        asked = f" ({_place(self.made_at)})" if self.made_at else ""
        where = f" at {_place(self.location)}" if self.location else ""
        message = shortened(self.message, _LONGEST)
        happened = f"{self.exception.rpartition('.')[2]}: {message}".rstrip(": ")
        events = "every event stops"
        if self.stopped < self.given:
            events = f"{self.stopped} of {counted(self.given, 'event')} stop"
            if self.stopped == 1:
                events = f"1 of {counted(self.given, 'event')} stops"
        return f"not checked beyond {self.answer}{asked}: {events}{where}, {happened}"


def unchecked(trials: Iterable[Trial], advise: Advise) -> Iterator[Unchecked]:
    """What some trials did not get beyond, each answer and line once."""
    given = 0
    stops: dict[tuple[str, Location | None], list[Trial]] = {}
    for trial in trials:
        given += 1
        if trial.stop is not None:
            _, _, location = reason_of(trial.outcome)
            stops.setdefault((answered_by(trial.stop.effect), location), []).append(trial)
    for (answer, location), stopped in stops.items():
        first = stopped[0]
        assert first.stop is not None
        exception, message, _ = reason_of(first.outcome)
        advice = advise(first)
        made_at = first.stop.made_at
        yield Unchecked(answer, made_at, exception, message, location, len(stopped), given, advice)


def beyond(trial: Trial) -> str:
    """What a single trial did not get beyond, and where that was asked for; nothing if all."""
    if trial.stop is None:
        return ""
    asked = f" ({_place(trial.stop.made_at)})" if trial.stop.made_at else ""
    return f"{answered_by(trial.stop.effect)}{asked}"


def note_of(trial: Trial) -> str:
    """What a single trial did not get beyond, in one sentence; nothing if it did not stop."""
    stopped = list(unchecked([trial], lambda _: ""))
    return stopped[0].note.replace("every event stops", "it stops") if stopped else ""


def reason_of(outcome: Outcome) -> tuple[str, str, Location | None]:
    """The exception that stopped a call, its message in one line, and where it was raised."""
    if outcome.stop is not None:
        return outcome.exception or "", _first_line(outcome.message), outcome.location
    for caught in outcome.caught:
        if caught.stop is not None and caught.ends:
            return caught.exception, _first_line(caught.message), caught.raised or caught.where
    return "", "", None


def answered_by(effect: Effect) -> str:
    """What gave an answer, or was refused, in a few words."""
    if effect.refused:
        return f"what the sandbox refuses: {effect.name}"
    if effect.sort is Sort.VARIABLE:
        return f"{effect.name}, which is made up"
    if effect.sort is Sort.PROCESS:
        return f"the program {effect.name}, which is not here"
    if effect.sort is Sort.HTTP:
        host = urlsplit(effect.name.partition(" ")[2]).hostname
        return f"the answer of {host or effect.name}"
    return f"the answer of {effect.name}"


def _first_line(message: str) -> str:
    return message.partition("\n")[0]


def _place(location: Location | None) -> str:
    return f"{location.file}:{location.line}" if location else ""
