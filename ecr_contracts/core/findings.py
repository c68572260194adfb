"""Faults found, as values: where an event departs from its contract, what a consumer does wrong.

Nothing here is raised, and sentences are made by the rooms above: only a violation is its own line.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any

from ecr_contracts.core.quoting import quoted


class Evidence(StrEnum):
    """How it is known that an event can look so, strongest first.

    Ordered by strength: `DOCUMENTED > INFERRED`, so `evidence >= limit` says that it is strong
    enough and `min` gives the weakest. The words compare too (`evidence >= "registry"`); any other
    text raises ValueError. What each word means, and how loud a finding is that rests on it, says
    the table in `engine/checks/policy`.
    """

    DOCUMENTED = "documented"
    CAPTURED = "captured"
    HANDLED = "handled"
    NECESSARY = "necessary"
    REGISTRY = "registry"
    INFERRED = "inferred"

    @property
    def rank(self) -> int:
        """Its place in the order, 0 for the strongest: what to sort by."""
        return _RANKS[self]

    def __lt__(self, other: str) -> bool:
        return self.rank > Evidence(other).rank

    def __le__(self, other: str) -> bool:
        return self.rank >= Evidence(other).rank

    def __gt__(self, other: str) -> bool:
        return self.rank < Evidence(other).rank

    def __ge__(self, other: str) -> bool:
        return self.rank <= Evidence(other).rank


_RANKS = {evidence: rank for rank, evidence in enumerate(Evidence)}


class Severity(StrEnum):
    """Only errors make a run fail; a warning is advice, a note is no fault at all.

    Findings are errors or warnings.
    """

    ERROR = "error"
    WARNING = "warning"
    NOTE = "note"


class _Missing:
    """The value of a key that is not there (`None` would be JSON's null)."""

    __slots__ = ()

    def __repr__(self) -> str:
        return "MISSING"

    def __reduce__(self) -> str:
        return "MISSING"


MISSING = _Missing()

STRANGER = "stranger"
"""The keyword of the note about an event that is not judged."""

KNOWN_KEY = "a key of the contract"
"""What is expected where a key is unknown."""


@dataclass(frozen=True, slots=True)
class Violation:
    """Where an event departs from its schema.

    `path` is written `$.detail.image-tags[0]`; `value` is what stands there (`MISSING` for an
    absent key), `expected` says what was wanted as a noun phrase, `hint` how to put it right (may
    be empty). `keyword` is the JSON Schema keyword that was violated, `advice` for a warning, or
    `stranger` for the note that no contract describes the event.

    As text it is one line: `$.account is 7; expected 12 digits (write it as a string)`.
    """

    path: str
    value: Any
    expected: str
    hint: str = ""
    severity: Severity = Severity.ERROR
    keyword: str = ""

    @property
    def is_about_key(self) -> bool:
        """Whether a key is what is wrong, rather than the value that stands there."""
        return self.keyword == "advice" and self.expected == KNOWN_KEY

    def __str__(self) -> str:
        if self.keyword == STRANGER:
            return self.hint
        if self.value is MISSING:
            text = f"{self.path} is missing; expected {self.expected}"
        elif self.is_about_key:
            text = f"{self.path} is no key of the contract"
        elif self.keyword == "size":
            text = f"{self.path} has {self.value}; expected {self.expected}"
        else:
            text = f"{self.path} is {quoted(self.value)}; expected {self.expected}"
        return f"{text} ({self.hint})" if self.hint else text


@dataclass(frozen=True, slots=True)
class Boundary:
    """Where a condition begins to hold, as data.

    `measure` says of what: `length` (characters of a text), `number`, `elements` (of a list),
    `contains`, `starts with`, `ends with`, `is`. The first three hold from `low` on and up to
    `high` (None: without an end). The others are about `text`, which is the text itself or the name
    of a class of characters (`digit`, `upper-case letter`), where `is_class`.
    """

    measure: str
    low: int | None = None
    high: int | None = None
    text: str = ""
    is_class: bool = False
    is_negated: bool = False


@dataclass(frozen=True, slots=True)
class Condition:
    """One condition of a cause: what events have at `path` where the fault shows.

    `choices` are the labels of the contract's choices with which it shows, all else equal, in the
    order of the facet. Where values decide and no choice does, `boundary` says which. `words` end a
    sentence that begins with the path: "is absent", "is longer than 63 characters". With `others`
    any one of these conditions does as well as this one. `compared` is where the consumer's own
    code compares the field with such values ("app.py:9"), if it does.
    """

    path: str
    choices: tuple[str, ...]
    words: str = field(default="", compare=False)
    boundary: Boundary | None = None
    others: tuple[Condition, ...] = ()
    compared: str = field(default="", compare=False)

    @property
    def alternatives(self) -> tuple[Condition, ...]:
        """The condition and its others: an event that meets any of them meets it."""
        return (self, *self.others)


@dataclass(frozen=True, slots=True)
class Location:
    """A line of the consumer's own code.

    `file` is relative to the working directory where it lies below that. `around` is the line with
    its neighbours, as they stand there but for their common indentation; `first` is the number of
    the first of these. `column` is where the code begins in its line, from 1 on; 0 where that is
    not known.
    """

    file: str
    line: int
    function: str = ""
    source: str = ""
    around: str = field(default="", compare=False)
    first: int = field(default=0, compare=False)
    column: int = field(default=0, compare=False)


@dataclass(frozen=True, slots=True)
class Finding:
    """One fault of a consumer, however many cases show it.

    `cause` is a conjunction of conditions; it is empty when nothing but the kind decides
    (`explained` is then true) or when nothing explains the failures (`explained` is false, and
    `doubt` says why: `flaky` when the same event does not always fail, `value` when not every event
    of the same choices does, `unknown` otherwise).

    `failed` are the ids of the failing cases, `alike` counts the events that have the cause,
    `passed` those that went well. `example` is the event of `case`, `nearest` that of
    `nearest_case`, which differs least from it of those that pass (None where all fail). `detail`
    is what happened: the message of an exception in the consumer's own words, else a sentence of
    the check that saw it (relations, batches, repeated effects). `through` is the AWS call whose
    answer, which agrees with the event, does the harm; the event alone does none. `rule` is the
    place of the rules that let such events through, where there are any; `rule_asks` says whether
    they ask for what the cause is about. `places` are further lines of the same function that fail
    in the same way.
    """

    check: str
    severity: Severity
    kind: str
    via: str
    cause: tuple[Condition, ...]
    explained: bool
    exception: str | None
    location: Location | None
    evidence: Evidence
    failed: tuple[str, ...]
    passed: int
    case: str
    example: Mapping[str, Any] | None
    detail: str
    group: str
    alike: int = 0
    doubt: str = ""
    nearest_case: str = ""
    nearest: Mapping[str, Any] | None = None
    through: str = ""
    rule: str = ""
    rule_asks: bool = False
    places: tuple[Location, ...] = ()
