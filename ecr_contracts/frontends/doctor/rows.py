"""What was looked at, and how it is."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

__all__ = ["Row", "Section", "State"]


class State(StrEnum):
    """How something is."""

    FINE = "fine"
    ABSENT = "absent"
    """It is not here, and nothing here needs it."""
    MISSING = "missing"
    """It is not here, and something here needs it: less is checked."""
    WRONG = "wrong"
    """Something cannot be checked as it is."""


@dataclass(frozen=True, slots=True)
class Row:
    """One thing: what it is, how it is, in words, and a line to copy that changes it."""

    subject: str
    state: State
    text: str
    line: str = ""

    def as_json(self) -> dict[str, str]:
        """The row as data."""
        return {
            "subject": self.subject,
            "state": self.state.value,
            "text": self.text,
            "line": self.line,
        }


@dataclass(frozen=True, slots=True)
class Section:
    """Rows of one sort, under a heading."""

    heading: str
    rows: tuple[Row, ...]
