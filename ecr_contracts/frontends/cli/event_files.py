"""The events in the files that a command line names, and complaints about what cannot be read."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from ecr_contracts.audit import reader
from ecr_contracts.audit.reader import Complaint, Document
from ecr_contracts.core import limits
from ecr_contracts.core.findings import Severity
from ecr_contracts.core.text import plural
from ecr_contracts.eventbridge.envelopes.codec import LIMIT
from ecr_contracts.eventbridge.inner_events import InnerEvent, Records, events_in
from ecr_contracts.eventbridge.unwrap import Unread


@dataclass(frozen=True, slots=True)
class FileEvent:
    """An event of a file: the document that it is in, and where in that.

    `place` is its path in the document, through every envelope and whatever else it stands in;
    `outer` is the path of the value of the document whose text it was decoded from, empty where it
    was in no text. `is_inner` tells that it stands where no target puts an event. `optional` are
    the keys that may be missing in it, by what it stands in.
    """

    document: Document
    place: str
    outer: str
    event: Any
    is_inner: bool = False
    optional: frozenset[str] = frozenset()

    def locate(self, path: str = "$", *, key: bool = False) -> tuple[int, int]:
        """Line and column of what stands at a path of the event, or of the text that it is in."""
        return self.document.locate(self.outer or f"{self.place}{path[1:]}", key=key)


class Shown:
    """Which complaints about files are shown: so many of each file, whose others are counted."""

    def __init__(self, most: int = limits.ERRORS_OF_A_FILE) -> None:
        self._most = most
        self._shown: Counter[str] = Counter()
        self._others: dict[str, Counter[Severity]] = {}

    def takes(self, source: str, severity: Severity) -> bool:
        """Whether one more about a file is shown; counts it."""
        if self._shown[source] < self._most:
            self._shown[source] += 1
            return True
        self._others.setdefault(source, Counter())[severity] += 1
        return False

    def others(self) -> Mapping[str, Mapping[Severity, int]]:
        """How many of which severity are not shown, by the files that have such."""
        return self._others

    def sentences(self) -> Iterator[str]:
        """What is not shown, in a line for each file."""
        for source, counts in self._others.items():
            numbers = []
            for severity, count in counts.items():
                numbers.append(f"{count:,} more {plural(count, severity.value)}")
            yield f"{source}: not shown: {' and '.join(numbers)}"


def read_events(
    names: Iterable[str],
    *,
    max_length: int = limits.EVENT_CHARACTERS,
    limit: int = LIMIT,
    max_errors: int = limits.ERRORS_OF_A_FILE,
) -> Iterator[FileEvent | Complaint]:
    """The events of some files in their order, wherever they stand, and what cannot be read.

    `-` is standard input. One document may have `max_length` characters, and gzip within it may
    unpack to `limit` bytes. After `max_errors` complaints about a file the others say no more than
    their place.
    """
    for name in names:
        for document in reader.read(name, max_length=max_length, max_explained=max_errors):
            if isinstance(document, Complaint):
                yield document
                continue
            for part in events_in(document.value, limit=limit):
                if isinstance(part, Unread | Records):
                    yield _complaint(document, part)
                else:
                    is_inner = isinstance(part, InnerEvent)
                    yield FileEvent(
                        document, part.place, part.outer, part.event, is_inner, part.optional
                    )


def complaint_text(complaint: Complaint) -> str:
    """The problem, and what to do about it if that is known."""
    if not complaint.hint:
        return complaint.problem
    return f"{complaint.problem}; {complaint.hint}"


def _complaint(document: Document, unread: Unread | Records) -> Complaint:
    """A complaint about a part of a document, or the note that it has nothing to do with events."""
    line, column = document.locate(unread.outer or unread.place)
    if isinstance(unread, Records):
        problem = f"{unread.place} holds records of {unread.sender}: no event, and no contract here"
        return Complaint(document.source, line, column, problem, "", Severity.NOTE)
    severity = Severity.WARNING if unread.by_nature else Severity.ERROR
    problem = f"{unread.place} {unread.problem}"
    return Complaint(document.source, line, column, problem, "", severity)
