"""UDP sockets where the kernel makes none: sockets that lead nowhere stand for them.

A consumer may make one when it is loaded (clients of StatsD do), and shall be refused only when it
sends, as anywhere in the sandbox.
"""

from __future__ import annotations

import socket
from typing import Any

__all__ = ["stand_in"]


def stand_in() -> None:
    """Give Python code a socket without a network, for good, where it may not have a UDP socket."""
    make = socket.socket.__init__

    def __init__(  # noqa: N807 - it takes the place of the method
        self: socket.socket,
        family: int = -1,
        type: int = -1,  # noqa: A002 - as the method names it
        proto: int = -1,
        fileno: Any = None,
    ) -> None:
        try:
            make(self, family, type, proto, fileno)
        except PermissionError:
            if fileno is not None or not _is_udp(family, type):
                raise
            with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as other:
                make(self, family, type, proto, other.detach())

    setattr(socket.socket, "__init__", __init__)  # noqa: B010 - mypy lets no method be assigned


def _is_udp(family: int, type_and_flags: int) -> bool:
    kind = type_and_flags & ~(socket.SOCK_NONBLOCK | socket.SOCK_CLOEXEC)
    return family in (socket.AF_INET, socket.AF_INET6) and kind == socket.SOCK_DGRAM
