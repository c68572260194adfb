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
    Hold.ATTRIBUTES: "modes and times of files",
    Hold.SECRETS: "keys in the home folder",
    Hold.PROCESSES: "other processes",
    Hold.CALLS: "system calls that no handler needs",
}


def held(containment: Containment | None) -> str:
    """What was held back by the operating system, and what by Python alone; nothing if unknown."""
    if containment is None:
        return ""
    by_system = [words for hold, words in _WORDS.items() if containment.held(hold)]
    by_python = [words for hold, words in _WORDS.items() if not containment.held(hold)]
    if not by_system:
        return "held back by Python alone, which code in C gets past (README: the sandbox)"
    text = f"held back by the operating system too: {listed(by_system, 'and')}"
    if by_python:
        text += f"; by Python alone: {listed(by_python, 'and')}"
    return text
