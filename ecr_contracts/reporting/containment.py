"""What the operating system held back of a consumer, in words."""

from __future__ import annotations

from ecr_contracts.core.text import listed
from ecr_contracts.runtime.sandbox.kernel import Containment, Hold

__all__ = ["held"]

_WORDS = {
    Hold.NETWORK: "connections",
    Hold.DATAGRAMS: "datagrams",
    Hold.SOCKETS: "Unix sockets",
    Hold.WRITES: "writes of files",
    Hold.ATTRIBUTES: "modes of files",
    Hold.SECRETS: "keys in the home folder",
    Hold.PROCESSES: "other processes",
    Hold.CALLS: "rare system calls",
}
_PAST_PYTHON = "what gets past Python (code in C, programs)"
_HELD = f"{_PAST_PYTHON} is held back by the operating system"


def held(containment: Containment | None) -> str:
    """Whether the operating system holds back what Python cannot; nothing if that is unknown."""
    if containment is None:
        return ""
    open_ways = [words for hold, words in _WORDS.items() if not containment.held(hold)]
    if len(open_ways) == len(_WORDS):
        return f"{_PAST_PYTHON} is not held back: this system does not let us"
    if open_ways:
        return f"{_HELD}, but for {listed(open_ways, 'and')}"
    return _HELD
