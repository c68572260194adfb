"""The network of a namespace of its own: loopback, and nothing that leads anywhere."""

from __future__ import annotations

import socket
import struct

__all__ = ["MEANS", "bring_up"]

MEANS = "network namespace"

_GET_FLAGS, _SET_FLAGS, _SET_ADDRESS = 0x8913, 0x8914, 0x8916
_UP = 1
_OWN_ADDRESS = "192.0.2.1"
"""An address for documentation (RFC 5737): look-ups of `localhost` want one beside loopback's."""


def bring_up() -> None:
    """Switch loopback on, as it is everywhere. Raises OSError."""
    import fcntl  # POSIX only

    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as sock:
        request = fcntl.ioctl(sock, _GET_FLAGS, struct.pack("16sH22x", b"lo", 0))
        _, flags = struct.unpack("16sH22x", request)
        fcntl.ioctl(sock, _SET_FLAGS, struct.pack("16sH22x", b"lo", flags | _UP))
        address = socket.inet_aton(_OWN_ADDRESS)
        alias = struct.pack("16sHH4s16x", b"lo:1", socket.AF_INET, 0, address)
        fcntl.ioctl(sock, _SET_ADDRESS, alias)
