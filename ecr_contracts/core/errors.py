"""Misuse: one exception for each way to go wrong, its facts as fields, its sentence built last.

A fault *found* in an event or a consumer is a value (see `findings`), never one of these. Fields
hold foreign text as it is; sentences show it (see `foreign_text`).
"""

from __future__ import annotations

from collections.abc import Iterable
from difflib import get_close_matches
from typing import Any

from ecr_contracts.core.findings import Violation
from ecr_contracts.core.foreign_text import lines, one_line
from ecr_contracts.core.text import listed, some_of, with_article


class EcrContractsError(Exception):
    """Something asked of ecr-contracts cannot be done; the message says what to do instead."""


class UnknownNameError(EcrContractsError):
    """A kind, case, envelope or field was named that does not exist.

    `what` says which sort of name, `name` is the one given, `known` are those that exist.
    """

    def __init__(self, what: str, name: str, known: Iterable[str]) -> None:
        self.what, self.name, self.known = what, name, tuple(known)
        super().__init__(what, name, self.known)

    def __str__(self) -> str:
        return one_line(
            f"no {self.what} is called {self.name!r}{did_you_mean(self.name, self.known)}"
        )


class ImpossibleCaseError(EcrContractsError):
    """A case was asked for whose choices exclude each other; `why` says which and why they do."""

    def __init__(self, case_id: str, why: str) -> None:
        self.case_id, self.why = case_id, why
        super().__init__(case_id, why)

    def __str__(self) -> str:
        return one_line(f"no event can be {self.case_id!r}: {self.why}")


class UndeliveredCaseError(EcrContractsError):
    """A case was asked for as a consumer gets it, which the consumer's rules keep away from it.

    `why` says which key of which rule does.
    """

    def __init__(self, case_id: str, consumer: str, why: str) -> None:
        self.case_id, self.consumer, self.why = case_id, consumer, why
        super().__init__(case_id, consumer, why)

    def __str__(self) -> str:
        advice = "mend the rule if it should, or leave the handler out to see such an event"
        told = one_line(f"{self.case_id} never reaches {self.consumer}: {self.why}")
        return f"{told}\n  {advice}"


class StrengthError(EcrContractsError):
    """A covering array was asked for of a strength that none has; `known` are those that exist."""

    def __init__(self, strength: int, known: Iterable[int]) -> None:
        self.strength, self.known = strength, tuple(known)
        super().__init__(strength, self.known)

    def __str__(self) -> str:
        known = listed([str(strength) for strength in self.known], "or")
        return f"the strength is how many choices are to meet: {known}, not {self.strength}"


class UnreadableSchemaError(EcrContractsError):
    """A schema says something that is not understood, at `path` (a JSON pointer) of `schema`."""

    def __init__(self, schema: str, path: str, problem: str) -> None:
        self.schema, self.path, self.problem = schema, path, problem
        super().__init__(schema, path, problem)

    def __str__(self) -> str:
        return one_line(f"{self.schema}.schema.json{self.path}: {self.problem}")


class SchemaSetError(EcrContractsError):
    """Schemas that were to be compared cannot be used; `place` is the file and where in it."""

    def __init__(self, place: str, problem: str, advice: str) -> None:
        self.place, self.problem, self.advice = place, problem, advice
        super().__init__(place, problem, advice)

    def __str__(self) -> str:
        return one_line(f"{self.place}: {self.problem}: {self.advice}")


class UndescribedEventError(EcrContractsError, ValueError):
    """The kind of an event was asked for that no contract here describes.

    `violation` says what keeps every kind from it, and where (`violation.path`).
    """

    def __init__(self, violation: Violation) -> None:
        self.violation = violation
        super().__init__(violation)

    def __str__(self) -> str:
        return one_line(f"the event is of no kind known here: {self.violation}")


class PinError(EcrContractsError):
    """A field of a strategy was fixed to a value that no valid event of the kind has."""

    def __init__(self, kind: str, field: str, value: Any, why: str) -> None:
        self.kind, self.field, self.value, self.why = kind, field, value, why
        super().__init__(kind, field, value, why)

    def __str__(self) -> str:
        field = f"{self.field}={self.value!r}"
        return one_line(f"{field} cannot be fixed in {with_article(self.kind)} event: {self.why}")


class UnmatchedPatternError(EcrContractsError):
    """A pattern lets through none of the events that were asked for; `why` may be empty."""

    def __init__(self, kind: str, why: str) -> None:
        self.kind, self.why = kind, why
        super().__init__(kind, why)

    def __str__(self) -> str:
        text = f"the pattern lets no {self.kind} event through"
        return one_line(f"{text}: {self.why}" if self.why else text)


class ConsumerError(EcrContractsError):
    """A consumer could not be found, loaded or called at all.

    `target` is what was asked for, `cause` why it cannot be, `advice` what to do.
    """

    def __init__(self, target: str, cause: str, advice: str) -> None:
        self.target, self.cause, self.advice = target, cause, advice
        super().__init__(target, cause, advice)

    def __str__(self) -> str:
        told = one_line(f"cannot use {self.target!r}: {self.cause}")
        return f"{told}\n  {lines(self.advice)}"


class SetupError(EcrContractsError):
    """A consumer cannot be judged as the sandbox is set up; none of this is a fault of its own.

    `target` is what was asked for, `problem` what stands in the way, `happened` what came of it
    (may be empty), `advice` what to say or allow.
    """

    def __init__(self, target: str, problem: str, happened: str, advice: str) -> None:
        self.target, self.problem, self.happened, self.advice = target, problem, happened, advice
        super().__init__(target, problem, happened, advice)

    def __str__(self) -> str:
        told = one_line(f"cannot judge {self.target!r}: ") + lines(self.problem)
        rows = [told, f"  {lines(self.happened)}", f"  {lines(self.advice)}"]
        return "\n".join(row for row in rows if row.strip())


class EnvFileError(EcrContractsError):
    """A file of environment variables that cannot be read.

    `line` is counted from one, 0 for the file as a whole.
    """

    def __init__(self, file: str, line: int, problem: str) -> None:
        self.file, self.line, self.problem = file, line, problem
        super().__init__(file, line, problem)

    def __str__(self) -> str:
        place = f"{self.file}:{self.line}" if self.line else self.file
        return one_line(f"{place}: {self.problem}")


class EnvelopeError(EcrContractsError):
    """Events that an envelope cannot carry, or a payload that is not of it.

    `problem` says what is wrong and where.
    """

    def __init__(self, envelope: str, problem: str) -> None:
        self.envelope, self.problem = envelope, problem
        super().__init__(envelope, problem)

    def __str__(self) -> str:
        return one_line(f"not a payload of the envelope {self.envelope!r}: {self.problem}")


class PayloadError(EcrContractsError, ValueError):
    """A payload that not all could be read of.

    `problems` are pairs of a place (`$.Records[0].body`) and what is wrong there, in the order of
    the payload; `events` are those that could be read.
    """

    def __init__(self, problems: Iterable[tuple[str, str]], events: Iterable[Any] = ()) -> None:
        self.problems, self.events = tuple(problems), list(events)
        super().__init__(self.problems, self.events)

    def __str__(self) -> str:
        return one_line("; ".join(f"{place} {problem}" for place, problem in self.problems))


class ShapingError(EcrContractsError):
    """An input transformer (`Input`, `InputPath`) that EventBridge refuses, `value` at `place`."""

    def __init__(self, place: str, value: Any, problem: str, advice: str) -> None:
        self.place, self.value, self.problem, self.advice = place, value, problem, advice
        super().__init__(place, value, problem, advice)

    def __str__(self) -> str:
        told = one_line(f"{self.place}: {self.value!r}: {self.problem}")
        return f"{told}\n  {lines(self.advice)}"


class PatternError(EcrContractsError):
    """An event pattern that EventBridge refuses: what the problem is, and where.

    `path` leads to the key or value within the pattern (`$.detail.image-tags[0]`). `line` and
    `column` are its place in the text of the pattern, both 0 where it was given as data.
    """

    def __init__(self, path: str, problem: str, line: int = 0, column: int = 0) -> None:
        self.path, self.problem, self.line, self.column = path, problem, line, column
        super().__init__(path, problem, line, column)

    def __str__(self) -> str:
        place = f"{self.line}:{self.column}: " if self.line else ""
        return one_line(f"{place}{self.path}: {self.problem}")


class EventTextError(EcrContractsError):
    """A text that holds no event: no JSON object, at `line` and `column` of the text."""

    def __init__(self, problem: str, line: int = 1, column: int = 1) -> None:
        self.problem, self.line, self.column = problem, line, column
        super().__init__(problem, line, column)

    def __str__(self) -> str:
        return one_line(f"{self.line}:{self.column}: {self.problem}")


class MatchCaseError(EcrContractsError):
    """A line of a file of cases that is no pattern with an event; lines are counted from one."""

    def __init__(self, file: str, line: int, problem: str) -> None:
        self.file, self.line, self.problem = file, line, problem
        super().__init__(file, line, problem)

    def __str__(self) -> str:
        return one_line(f"{self.file}:{self.line}: {self.problem}")


class ConfigurationError(EcrContractsError):
    """A configuration holds something unusable.

    `file` is as it is named from the working directory, `key` is one of our table; without one,
    the problem is with the file as a whole.
    """

    def __init__(self, file: str, key: str, problem: str) -> None:
        self.file, self.key, self.problem = file, key, problem
        super().__init__(file, key, problem)

    def __str__(self) -> str:
        table = "tool.ecr-contracts." if self.file.endswith("pyproject.toml") else ""
        key = f", {table}{self.key}" if self.key else ""
        return one_line(f"{self.file}{key}: {self.problem}")


class BaselineError(EcrContractsError):
    """A file of accepted findings cannot be used; `place` says where in it, `advice` what to do."""

    def __init__(self, file: str, place: str, problem: str, advice: str) -> None:
        self.file, self.place, self.problem, self.advice = file, place, problem, advice
        super().__init__(file, place, problem, advice)

    def __str__(self) -> str:
        where = f"{self.file}, {self.place}" if self.place else self.file
        return f"{one_line(f'{where}: {self.problem}')}\n  {one_line(self.advice)}"


class AnswerError(EcrContractsError):
    """A user's answer to a call does not fit it; `problem` says what is wrong with it."""

    def __init__(self, operation: str, problem: str) -> None:
        self.operation, self.problem = operation, problem
        super().__init__(operation, problem)

    def __str__(self) -> str:
        return one_line(f"answers[{self.operation!r}] cannot be used: {self.problem}")


class BackendError(EcrContractsError):
    """Who was to answer AWS calls cannot do so."""

    def __init__(self, backend: str, problem: str) -> None:
        self.backend, self.problem = backend, problem
        super().__init__(backend, problem)

    def __str__(self) -> str:
        return one_line(f"sandbox = {self.backend!r} cannot be used: {self.problem}")


class FixtureError(EcrContractsError):
    """A fixture folder cannot be written or compared; `path` is the file or folder in the way."""

    def __init__(self, path: str, problem: str) -> None:
        self.path, self.problem = path, problem
        super().__init__(path, problem)

    def __str__(self) -> str:
        return one_line(f"{self.path}: {self.problem}")


def did_you_mean(name: str, known: Iterable[str]) -> str:
    """The end of a sentence about a wrong name: the likely one, else those that exist.

    At most a dozen are named.
    """
    known = list(known)
    if near := likely(name, known):
        return f"; did you mean {near!r}?"
    if not known:
        return ""
    return f"; there are: {some_of(known, 12)}"


def likely(name: str, known: Iterable[str]) -> str:
    """The name that was likely meant by a wrong one; empty where none is near."""
    by_lower = {one.lower(): one for one in reversed(list(known))}
    near = get_close_matches(name.lower(), by_lower, n=1, cutoff=0.7)
    return by_lower[near[0]] if near else ""
