"""The outcome of one call as plain values: how it ended, what it returned, did and caught."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from ecr_contracts.core.findings import Location, Severity
from ecr_contracts.runtime.effects import NONE, Effect, Effects
from ecr_contracts.runtime.tracing import Trace

__all__ = [
    "CaughtException",
    "Entered",
    "Fault",
    "MadeUpVariable",
    "Outcome",
    "Status",
    "Stop",
    "WrongCall",
]

Entered = tuple[tuple[str, bytes], ...]
"""The blocks of its own code that a call entered, by file: a byte for each, 1 if it was entered."""


class Status(StrEnum):
    """How one call ended."""

    RETURNED = "returned"
    RAISED = "raised"
    EXITED = "exited"
    TIMED_OUT = "timed-out"
    DIED = "died"
    REFUSED = "refused"
    """A web app answered its request with an error, or failed after it had answered."""
    NOT_LOADED = "not-loaded"
    """It cannot be imported by its own doing, so that each call fails before it begins."""


@dataclass(frozen=True, slots=True)
class Stop:
    """What a call could not go on from: a value that the sandbox made up, or what it refused.

    `effect` is the call that was answered with it or refused, `made_at` the consumer's line that
    made that call. `path` leads from the answer to the value that an exception was raised on, and
    `missing` is the key that was looked for there, if one was. `wanted` is what the code compares
    that with. `filled` are the paths of what else was looked up in the answer, and made up then,
    with its text.
    """

    effect: Effect
    made_at: Location | None
    path: tuple[str | int, ...] = ()
    missing: str | int | None = None
    wanted: Any = None
    filled: tuple[tuple[tuple[str | int, ...], str], ...] = ()


@dataclass(frozen=True, slots=True)
class WrongCall:
    """A call of AWS that fails whatever AWS answers, although nothing was raised in the end.

    botocore refuses it, has no such operation, or knows that no answer has the key that was read.
    """

    exception: str
    message: str
    location: Location | None


@dataclass(frozen=True, slots=True)
class CaughtException:
    """An exception that the consumer's own code caught without asking which it is.

    `exception` is the type's name, `raised` the innermost of the consumer's own lines it came from,
    `where` the line that caught it (None if it ended a thread). `after` is the number of effects
    that the call had by then. `ends`: the block that caught it only logs, prints or returns a
    constant, and so does what follows it in its function. `outermost`: none of the consumer's own
    functions is further out. `stop` says what answer of the sandbox it is about, if it is.
    """

    exception: str
    message: str
    raised: Location | None
    where: Location | None
    after: int
    ends: bool
    outermost: bool
    stop: Stop | None = None


@dataclass(frozen=True, slots=True)
class Fault:
    """A problem that is reported with an outcome, beside how the call ended.

    A subject that is no Python code reports what is wrong with itself; of a handler, `engine.trial`
    reports what is wrong with its answer to Firehose. `check` is the id of the check that it
    belongs to; `severity` is that of the check unless it is given.
    """

    check: str
    message: str
    exception: str | None = None
    location: Location | None = None
    severity: Severity | None = None


@dataclass(frozen=True, slots=True)
class MadeUpVariable:
    """An environment variable that nobody gave, the value that we made up, and who read it first.

    `place` is that first look-up, `app.py:12`.
    """

    name: str
    value: str
    place: str


@dataclass(frozen=True, slots=True)
class Outcome:
    """What one call did, as plain data, without judgement.

    `exception` is the type's name (qualified unless built in), `message` its text as raised,
    `location` the innermost of the consumer's own lines, `traceback` the text without our frames.
    `returned` is the value if JSON can carry it, else None, and `unserialisable` then says what
    stands in the way (`$.when is a datetime`); of a refused request it says the `status` of the
    answer, `by` whom ("its own code" or "its framework"), and which keys the body `lacks`.
    `never_ran` is what it is that was returned where its code has not run and Lambda does not run
    it (`a generator`), and `location` that code. `mutated`: the event was changed in place.
    `output` is the end of what was written to standard output and standard error. `trace` is what
    the call read of the event and ran, if the call was traced.

    In a sandbox, `effects` are what it did to the world, `caught` the exceptions that its own code
    caught without asking which they are, `missing` the environment variables that it looked up in
    vain so far, `unset` those that it asked for and can do without, `made_up` those that it got
    from us in their stead, and `misuse` says which setting of the user the sandbox cannot use.
    `swallowed` is the one of `caught` that ended the call early: `engine.trial` finds it, which
    takes more than one call. `faults` are the problems that the subject itself, or `engine.trial`,
    reports with it. `entered` are the blocks of its own code that it entered
    (`discovery.source.branches.blocks`); nothing where that is not known.

    `chain` are the marks of the exception that ended the call and of those that it was raised from,
    or while handling (`core.text.exception_mark`). `stop` says what answer of the sandbox the
    exception is about, if it is. `wrong_calls` are calls of AWS that fail whatever it answers.
    """

    status: Status
    exception: str | None = None
    message: str = ""
    location: Location | None = None
    traceback: str = ""
    returned: Any = None
    unserialisable: str = ""
    mutated: bool = False
    output: str = ""
    seconds: float = 0.0
    trace: Trace | None = None
    effects: Effects = NONE
    caught: tuple[CaughtException, ...] = ()
    missing: tuple[str, ...] = ()
    unset: tuple[str, ...] = ()
    made_up: tuple[MadeUpVariable, ...] = ()
    misuse: str = ""
    swallowed: CaughtException | None = None
    faults: tuple[Fault, ...] = ()
    entered: Entered = ()
    chain: tuple[str, ...] = ()
    stop: Stop | None = None
    wrong_calls: tuple[WrongCall, ...] = ()
    never_ran: str = ""

    @property
    def stopped(self) -> Stop | None:
        """What answer of the sandbox the call could not go on from, whether it raised or not."""
        if self.stop is not None:
            return self.stop
        for caught in self.caught:
            if caught.stop is not None and caught.ends:
                return caught.stop
        return None
