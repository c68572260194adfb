"""Which attempts of a consumer the operating system holds back, and by which of its means."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Self

__all__ = ["Containment", "Hold"]


class Hold(StrEnum):
    """An attempt that is held back, whatever the language of the code that makes it."""

    NETWORK = "network"
    """Connections to other hosts and to other processes' ports (TCP)."""
    DATAGRAMS = "datagrams"
    """The same by UDP."""
    SOCKETS = "unix-sockets"
    """Connections to Unix sockets of processes that ran when the worker began."""
    WRITES = "file-writes"
    """Files written, removed, moved or made outside the folders that are the worker's own."""
    ATTRIBUTES = "file-attributes"
    """Modes, owners and times of files outside of them changed."""
    SECRETS = "home-secrets"
    """Keys and passwords of the home folder read."""
    PROCESSES = "processes"
    """Other processes signalled, traced, or their memory read."""
    CALLS = "system-calls"
    """System calls that no Lambda function needs: io_uring, ptrace, mount, raw sockets, …"""


@dataclass(frozen=True, slots=True)
class Containment:
    """The means by which the system holds each attempt back; none where it does not."""

    means: tuple[tuple[Hold, tuple[str, ...]], ...] = ()

    @classmethod
    def of(cls, means: Mapping[str, Iterable[str]]) -> Self:
        """From the means by what they hold; what is no hold is left out."""
        by_hold = [(hold, tuple(means.get(hold, ()))) for hold in Hold]
        return cls(tuple((hold, its_means) for hold, its_means in by_hold if its_means))

    @classmethod
    def of_texts(cls, texts: Iterable[str]) -> Self:
        """From what `as_texts` gives."""
        means: dict[str, list[str]] = {}
        for text in texts:
            hold, _, its_means = text.partition("=")
            means.setdefault(hold, []).append(its_means)
        return cls.of(means)

    def as_texts(self) -> tuple[str, ...]:
        """As plain texts, `hold=means`."""
        return tuple(f"{hold}={mean}" for hold, means in self.means for mean in means)

    def as_json(self) -> dict[str, list[str]]:
        """Every hold, in plain data, with the means that there are."""
        means = dict(self.means)
        return {hold.value: list(means.get(hold, ())) for hold in Hold}

    def held(self, hold: Hold) -> bool:
        """Whether an attempt is held back."""
        return hold in dict(self.means)
