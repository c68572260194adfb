"""The privileges of this process: which it has, and how it gives them up for good."""

from __future__ import annotations

import ctypes
import struct

from ecr_contracts.runtime.sandbox.kernel.system_calls import call

__all__ = ["gain_no_more", "give_up", "may_administrate"]

_SET_NO_NEW_PRIVILEGES = 38
_VERSION = 0x20080522
_SYSTEM_ADMINISTRATION = 21
_HARMLESS = (0, 1, 3, 4, 6, 7, 10)
"""What a superuser in a container needs for its own files, users and ports: CAP_CHOWN,
CAP_DAC_OVERRIDE, CAP_FOWNER, CAP_FSETID, CAP_SETGID, CAP_SETUID, CAP_NET_BIND_SERVICE."""


def may_administrate() -> bool:
    """Whether this process may make namespaces and mounts as the superuser does."""
    effective, _, _ = _capabilities()
    return bool(effective >> _SYSTEM_ADMINISTRATION & 1)


def gain_no_more() -> None:
    """Let no program that is started have more privileges than this process."""
    call("prctl", _SET_NO_NEW_PRIVILEGES, 1, 0, 0, 0)


def give_up(*, in_user_namespace: bool) -> None:
    """Give up what could undo a sandbox; all of it in a user namespace, which gave it."""
    effective, permitted, _ = _capabilities()
    kept = 0 if in_user_namespace else sum(1 << number for number in _HARMLESS)
    effective, permitted = effective & kept, permitted & kept
    low = (effective & 0xFFFFFFFF, permitted & 0xFFFFFFFF, 0)
    high = (effective >> 32, permitted >> 32, 0)
    call("capset", struct.pack("=Ii", _VERSION, 0), struct.pack("=6I", *low, *high))


def _capabilities() -> tuple[int, int, int]:
    """Those in effect, those permitted and those inherited, a bit each."""
    data = ctypes.create_string_buffer(24)
    call("capget", struct.pack("=Ii", _VERSION, 0), ctypes.addressof(data))
    low, high = struct.unpack("=3I", data.raw[:12]), struct.unpack("=3I", data.raw[12:])
    effective, permitted, inherited = (a | b << 32 for a, b in zip(low, high, strict=True))
    return effective, permitted, inherited
