"""The bound on the memory of a process, and a reserve to tell of it where the memory is used up."""

from __future__ import annotations

import contextlib
import mmap
import os

from ecr_contracts.core.limits import LEAST_MEGABYTES

__all__ = ["bound", "keep_reserve", "told", "use_reserve"]

_MEGABYTE = 1 << 20
_ADDRESSES = 4
"""Addresses that a process may take for each byte of memory: libraries map files, and reserve room
that they never fill."""
_RESERVE = 16 * _MEGABYTE
_reserve: mmap.mmap | None = None


def bound(megabytes: int, *, addresses_too: bool = True) -> None:
    """Let this process, and each that it starts, take so many megabytes beside what it has now.

    Only Linux says what a process has: nothing is bounded elsewhere. What a process shares with
    others counts as addresses alone, of which it may take four times as many; or as many as it
    likes without `addresses_too`, as Node does, which reserves gigabytes that it never fills.
    """
    try:
        import resource

        with open("/proc/self/statm", "rb") as file:
            pages = [int(number) for number in file.read().split()]
    except (ImportError, OSError):
        return
    addresses, data = (pages[position] * os.sysconf("SC_PAGE_SIZE") for position in (0, 5))
    room = max(megabytes, LEAST_MEGABYTES) * _MEGABYTE
    bounds = [(resource.RLIMIT_DATA, data + room)]
    if addresses_too:
        bounds.append((resource.RLIMIT_AS, addresses + _ADDRESSES * room))
    for kind, most in bounds:
        soft, hard = resource.getrlimit(kind)
        given = [limit for limit in (soft, hard) if limit != resource.RLIM_INFINITY]
        with contextlib.suppress(OSError, ValueError, OverflowError):
            resource.setrlimit(kind, (min([most, *given]),) * 2)
    keep_reserve()


def keep_reserve() -> None:
    """Set memory aside, if it is bounded; it takes none of the machine's until it is written to."""
    global _reserve
    if _reserve is None and hasattr(mmap, "MAP_PRIVATE"):
        with contextlib.suppress(OSError, ValueError):
            _reserve = mmap.mmap(-1, _RESERVE, flags=mmap.MAP_PRIVATE | mmap.MAP_ANONYMOUS)


def use_reserve() -> bool:
    """Give the memory back that was set aside; whether there was any."""
    global _reserve
    if _reserve is None:
        return False
    _reserve.close()
    _reserve = None
    return True


def told(message: str, megabytes: int) -> str:
    """The message of a MemoryError, with what the process may take and how it may take more."""
    most = f"it may take {megabytes} MB of memory, --memory MB gives it more"
    return f"{message} ({most})" if message else most
