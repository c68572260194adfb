"""A verdict on an event pattern: its name, what it is about, and how the pattern is mended."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from ecr_contracts.core.findings import Evidence, Severity
from ecr_contracts.core.json_path import Steps
from ecr_contracts.eventbridge.rules.corrections.repair import Change
from ecr_contracts.eventbridge.rules.narrowing.obstacles import Obstacle
from ecr_contracts.eventbridge.rules.pattern import Leaf

__all__ = ["GRAVITY", "Cause", "Correction", "Name", "Verdict"]


class Name(StrEnum):
    """The verdicts, the gravest first."""

    INVALID = "invalid"
    DEAD = "dead"
    UNKNOWN_KIND = "unknown-kind"
    UNREACHABLE_BRANCH = "unreachable-branch"
    TOO_NARROW = "too-narrow"
    TOO_WIDE = "too-wide"
    NO_SOURCE = "no-source"
    REDUNDANT = "redundant"
    FINE = "fine"


_ERRORS = frozenset((Name.INVALID, Name.DEAD))

GRAVITY = {name: number for number, name in enumerate(Name)}
"""The place of each verdict in the order of gravity, 0 for the gravest."""


class Cause(StrEnum):
    """What a verdict rests on, where its name does not tell."""

    ONLY_UNKNOWN = "only-unknown"
    ALSO_UNKNOWN = "also-unknown"
    UNDECIDED = "undecided"
    OTHER_SENDERS = "other-senders"
    KINDS = "kinds"
    ACTIONS = "actions"
    FAILURES = "failures"
    EMPTY_TEXT = "empty-text"
    ZERO = "zero"
    OBJECT_IS_ABSENT = "object-is-absent"
    ALL_WANTED = "all-wanted"
    ZERO_IS_LEFT_OUT = "zero-is-left-out"
    VALUE_MEANT = "value-meant"
    VALUE_NEVER = "value-never"
    VALUE_NOT_WITH_OTHERS = "value-not-with-others"
    LEAF = "leaf"
    ALTERNATIVE = "alternative"


@dataclass(frozen=True)
class Correction:
    """A pattern that does what was meant: as data, what was changed, and the difference in lines.

    It is proved: `witness` is an event that it lets through, which the matcher confirms.
    """

    data: Mapping[str, Any]
    changes: tuple[Change, ...]
    diff: tuple[str, ...]
    witness: Mapping[str, Any]


@dataclass(frozen=True)
class Verdict:
    """One verdict on a pattern.

    `path` is where in the event it is about, empty where it is about the whole; `place` where in
    the pattern, with `line` and `column` if they are known. `kind` is the kind that is meant or
    that it is about, `subjects` what is let through and was not asked for, or what is not let
    through (kinds, actions, values). `said_by` are other kinds, which have the value that the one
    that is meant has not. `obstacles` say why nothing is let through. `witness` is an
    event that shows it: one that is let through, or one that is not although it was meant to be.
    `evidence` is the weakest of what it rests on; None where it rests on how EventBridge reads
    patterns alone.
    """

    name: Name
    cause: Cause | None = None
    path: str = ""
    place: Steps = ()
    line: int = 0
    column: int = 0
    problem: str = ""
    kind: str = ""
    subjects: tuple[str, ...] = ()
    leaf: Leaf | None = None
    said_by: tuple[str, ...] = ()
    obstacles: tuple[Obstacle, ...] = ()
    evidence: Evidence | None = None
    witness: Mapping[str, Any] | None = None
    correction: Correction | None = None

    @property
    def severity(self) -> Severity:
        """An error where nothing is ever delivered; else advice."""
        return Severity.ERROR if self.name in _ERRORS else Severity.WARNING
