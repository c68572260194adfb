"""The faults of a run as every format tells them: a level, a headline, lines, places, a mark."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from enum import StrEnum

from ecr_contracts.core.findings import Condition, Finding, Location, Severity
from ecr_contracts.engine.checks.catalog import CHECKS
from ecr_contracts.engine.verdict import Verdict
from ecr_contracts.reporting.faults import faults
from ecr_contracts.reporting.formats.run import Run
from ecr_contracts.reporting.lines import Line, Role, finding_lines, locations_of
from ecr_contracts.reporting.sentences import is_deliberate
from ecr_contracts.reporting.verdicts import called_at, repeat_command

__all__ = ["Level", "Told", "told_faults"]


class Level(StrEnum):
    """How loud a fault is: an error makes a run fail, a decision of the owner is no fault."""

    ERROR = "error"
    WARNING = "warning"
    NOTE = "note"


@dataclass(frozen=True, slots=True)
class Told:
    """A fault of a verdict as it is told: its number there, its findings, its words.

    `lines` are those below the headline, without the `repeat` command. `places` are the lines of
    code where it stands, each once; where it stands nowhere, `beside` is the first line of the
    consumer's own file, if that is known: some formats take nothing that has no place.
    """

    number: int
    findings: tuple[Finding, ...]
    headline: str
    lines: tuple[Line, ...]
    places: tuple[Location, ...]
    beside: tuple[Location, ...]
    repeat: str

    @property
    def first(self) -> Finding:
        """The finding that the fault is told by."""
        return self.findings[0]

    @property
    def code(self) -> str:
        """The code of its check."""
        return CHECKS[self.first.check].code

    @property
    def level(self) -> Level:
        """How loud the fault is."""
        if self.first.severity is Severity.ERROR:
            return Level.ERROR
        return Level.NOTE if is_deliberate(self.first) else Level.WARNING

    @property
    def mend(self) -> str:
        """What to do about it; empty where nothing is known."""
        return "\n".join(line.text for line in self.lines if line.role is Role.MEND)

    def mark(self, run: Run, consumer: str) -> str:
        """What tells the fault from others in every run, whichever folder that ran in.

        It is made of its cause, and of no number of a line.
        """
        known = sorted({json.dumps(_identity(run, finding)) for finding in self.findings})
        text = "\n".join([_from_the_root(run, consumer), *known])
        return hashlib.sha256(text.encode("utf-8", "backslashreplace")).hexdigest()


def _from_the_root(run: Run, consumer: str) -> str:
    """The name of a consumer, by the path of its file from the root of the repository."""
    file = run.file_of(consumer)
    path = run.in_repository(file)
    return f"{path}:{consumer.rpartition(':')[2]}" if path else consumer


def _identity(run: Run, finding: Finding) -> list[str | list[str]]:
    """What a finding is about, whatever lines its code stands in."""
    place = finding.location
    code = ""
    if place is not None:
        code = f"{run.in_repository(place.file) or place.file} {place.function}"
    causes = sorted(_condition_identity(condition) for condition in finding.cause)
    return [finding.check, finding.kind, finding.via, finding.exception or "", code, causes]


def _condition_identity(condition: Condition) -> str:
    """A condition without the lines of code that compare its field."""
    alternatives = []
    for one in condition.alternatives:
        alternatives.append([one.path, *one.choices, repr(one.boundary)])
    return json.dumps(sorted(alternatives))


def told_faults(run: Run, verdict: Verdict) -> list[Told]:
    """The faults of a verdict in the order of its report, for a document of `run`."""
    together = faults(verdict.findings)
    told = []
    first = 1 + (verdict.saved.before if verdict.saved else 0)
    for place, alternatives in enumerate(together, first):
        number = (verdict.saved and verdict.saved.number) or place
        headline, *lines = finding_lines(*alternatives, among=together, envelopes=verdict.via)
        places = locations_of(alternatives) or list(_calls(verdict, alternatives[0]))
        file = "" if places else run.file_of(verdict.consumer)
        told.append(
            Told(
                number=number,
                findings=tuple(alternatives),
                headline=headline.text,
                lines=tuple(_with_calls(verdict, alternatives, lines)),
                places=tuple(places),
                beside=(Location(file, 1),) if file else (),
                repeat=repeat_command(verdict, alternatives[0]),
            )
        )
    return told


def _calls(verdict: Verdict, finding: Finding) -> Iterator[Location]:
    """Where its own code makes the calls that a finding is about."""
    for place in called_at(verdict, finding).split(", "):
        file, _, line = place.rpartition(":")
        if file and line.isdecimal():
            yield Location(file, int(line))


def _with_calls(
    verdict: Verdict, alternatives: Sequence[Finding], lines: Sequence[Line]
) -> Iterator[Line]:
    """The lines of a fault; the first message says where the calls stand that it is about."""
    places = called_at(verdict, alternatives[0])
    for line in lines:
        if places and line.role is Role.MESSAGE:
            line = line._replace(text=f"{line.text} ({places})")
            places = ""
        yield line
