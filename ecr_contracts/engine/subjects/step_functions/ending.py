"""How an execution of a state machine ends: what failed in it, and what could not be followed."""

from __future__ import annotations

from dataclasses import dataclass

__all__ = [
    "CONTEXT",
    "DISTRIBUTED",
    "GUESSED",
    "JSONATA",
    "UNDECIDED",
    "Ending",
    "Failure",
    "Unread",
    "UnreadableError",
]

UNDECIDED = "what it decides on is an answer that nobody told"
GUESSED = "it fails by an answer that nobody told"
CONTEXT = "what it decides on is of the execution itself, its start for one, and made up here"
JSONATA = "it is written in JSONata, which moto does not run"
DISTRIBUTED = "its items are read from elsewhere, come in batches, or may fail"
"""Why an execution is not followed any further."""


class UnreadableError(Exception):
    """A definition that the engine cannot read; the message says why."""


@dataclass(frozen=True, slots=True)
class Failure:
    """A state that failed and was not caught.

    `state` and `error` are names, `cause` is the service's text, and `path` the one that led
    nowhere, if one did.
    """

    state: str
    error: str
    cause: str
    path: str = ""


@dataclass(frozen=True, slots=True)
class Unread:
    """A state from which on an execution, or a branch of it, could not be followed, and why."""

    state: str
    why: str


@dataclass(frozen=True, slots=True)
class Ending:
    """How an execution ended: the states that failed, and those that could not be followed.

    `failed_on_purpose` is the name of the Fail state in which it ended, if it did; `circle` that of
    the state to which it comes back for ever, if it never ends by itself.
    """

    failures: tuple[Failure, ...]
    unread: tuple[Unread, ...]
    failed_on_purpose: str = ""
    circle: str = ""
