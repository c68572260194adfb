"""Side effects of a call as plain data: AWS calls, HTTP requests, e-mails, processes, files."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any, overload
from urllib.parse import urlsplit

__all__ = ["Effect", "Effects", "Origin", "Sort"]


class Sort(StrEnum):
    """What sort of thing an effect is."""

    AWS = "aws"
    HTTP = "http"
    EMAIL = "email"
    PROCESS = "process"
    FILE = "file"
    LOG = "log"
    NETWORK = "network"
    STUB = "stub"
    VARIABLE = "variable"
    """An environment variable that was made up: no call had it for an effect."""


class Origin(StrEnum):
    """Where the answer to a call comes from."""

    NONE = ""
    MADE_UP = "made-up"
    EVENT = "event"
    GIVEN = "given"
    LIMIT = "limit"


@dataclass(frozen=True, slots=True)
class Effect:
    """One thing that a call did.

    `name` says what, in the words of its sort: `sns.Publish`, `POST
    https://chat.example.invalid/hook`, the recipients of an e-mail, a command line, a file's path,
    a log line's level, `host:port`, the function of a stub. `content` is what went out, as plain
    JSON without secrets: the parameters of an AWS call; `{"headers": {…}, "body": …}` of an HTTP
    request, the body decoded where it is JSON or a form; `{"subject": …, "body": …}`; the text of a
    log line; `{"args": …, "kwargs": …}` of a stub.

    `reads`: it changes nothing out there (Get, Describe, List; GET, HEAD). `refused`: the sandbox
    did not let it happen. `answer` is what the consumer was given for it, and `origin` where that
    came from: made up to fit the operation, derived from the event in hand, given by the user, or
    the error with which AWS refuses what is beyond its limits.
    """

    sort: Sort
    name: str
    content: Any = None
    reads: bool = False
    refused: bool = False
    answer: Any = None
    origin: Origin = Origin.NONE
    handling: str = ""

    @property
    def changes(self) -> bool:
        """Whether it changed the world outside, as log lines, reads and refused effects do not.

        A file below the temporary folder is gone with the container.
        """
        if self.reads or self.refused or self.origin is Origin.LIMIT:
            return False
        return self.sort is not Sort.LOG


class Effects(Sequence[Effect]):
    """The effects of a call, in their order; of very many the first, and how many more."""

    def __init__(self, effects: Sequence[Effect] = (), more: int = 0) -> None:
        self._effects = tuple(effects)
        self._more = more

    @property
    def more(self) -> int:
        """How many effects the call had beside these, which are not kept."""
        return self._more

    @overload
    def __getitem__(self, index: int) -> Effect: ...
    @overload
    def __getitem__(self, index: slice) -> Effects: ...
    def __getitem__(self, index: int | slice) -> Effect | Effects:
        return Effects(self._all()[index]) if isinstance(index, slice) else self._all()[index]

    def __len__(self) -> int:
        return len(self._all())

    def __iter__(self) -> Iterator[Effect]:
        return iter(self._all())

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, Effects):
            return False
        return self._all() == other._all() and self.more == other.more

    def __hash__(self) -> int:
        return hash(tuple(effect.name for effect in self._all()))

    def __repr__(self) -> str:
        return f"Effects({list(self._all())!r})"

    def _all(self) -> tuple[Effect, ...]:
        return self._effects

    def of(self, sort: Sort) -> Effects:
        """Those of one sort."""
        return Effects([effect for effect in self._all() if effect.sort is sort])

    def aws(self, name: str | None = None) -> Effects:
        """The AWS calls, or those of a service (`sns`) or an operation (`sns.Publish`)."""
        calls = self.of(Sort.AWS)
        if name is None:
            return calls
        return Effects([call for call in calls if name in (call.name, call.name.partition(".")[0])])

    def http(self, host: str | None = None) -> Effects:
        """The HTTP requests, or those to a host."""
        requests = self.of(Sort.HTTP)
        if host is None:
            return requests
        return Effects([request for request in requests if host_of(request) == host])

    @property
    def emails(self) -> Effects:
        """The e-mails that were sent by SMTP; those of SES are AWS calls."""
        return self.of(Sort.EMAIL)

    @property
    def processes(self) -> Effects:
        """The child processes that were started, or were to be."""
        return self.of(Sort.PROCESS)

    @property
    def files(self) -> Effects:
        """The files that were written."""
        return self.of(Sort.FILE)

    @property
    def logs(self) -> Effects:
        """The log lines at ERROR and above."""
        return self.of(Sort.LOG)

    @property
    def refused(self) -> Effects:
        """Those that the sandbox refused."""
        return Effects([effect for effect in self._all() if effect.refused])

    @property
    def changing(self) -> Effects:
        """Those that change something outside."""
        return Effects([effect for effect in self._all() if effect.changes])


NONE = Effects()
"""The effects of a call that has none."""


def host_of(effect: Effect) -> str:
    """The host that an HTTP request went to."""
    return urlsplit(effect.name.partition(" ")[2]).hostname or ""
