"""The files of a mount namespace of its own: most can only be read, and some are not there.

Unlike Landlock this also keeps modes, owners and times, and Unix sockets. Nothing of it is seen
outside, and it is gone with the last process in there.
"""

from __future__ import annotations

import os
import struct
from collections.abc import Iterable, Iterator
from contextlib import suppress

from ecr_contracts.runtime.sandbox.kernel.bounds import Bounds
from ecr_contracts.runtime.sandbox.kernel.containment import Hold
from ecr_contracts.runtime.sandbox.kernel.system_calls import call

__all__ = ["MEANS", "restrict", "unix_sockets"]

MEANS = "mount namespace"

_READ_ONLY, _NO_SUID, _NO_DEVICES, _NO_PROGRAMS = 1, 2, 4, 8
_BIND, _RECURSIVE, _PRIVATE = 1 << 12, 1 << 14, 1 << 18
_AT_THIS_FOLDER, _AT_RECURSIVE = -100, 0x8000
_ATTRIBUTE_READ_ONLY = 1
_NOTHING = "/dev/null"
_MOST_SOCKETS = 500
_NAME_SERVICES = ("/run/systemd/resolve/", "/run/nscd/", "/var/run/nscd/", "/run/avahi-daemon/")
"""Where sockets lie that a look-up of a name may use."""


def restrict(bounds: Bounds, sockets: Iterable[str]) -> frozenset[Hold]:
    """Restrict the mount namespace of this process, a new one; what is held by that.

    `sockets`: the Unix sockets of others. Raises OSError where the kernel refuses.
    """
    # First of all: nothing of what follows may be seen outside.
    call("mount", None, "/", None, _RECURSIVE | _PRIVATE, None)
    holds: set[Hold] = set()
    with suppress(OSError):
        _hide(bounds.secrets)
        holds.add(Hold.SECRETS)
    with suppress(OSError):
        kept = [path for path in sockets if not _is_needed(path, bounds)]
        if len(kept) <= _MOST_SOCKETS:
            for path in kept:
                _cover(path)
            holds.add(Hold.SOCKETS)
    if bounds.writable is not None:
        with suppress(OSError):
            _keep_from_writing(bounds.writable)
            holds |= {Hold.WRITES, Hold.ATTRIBUTES}
    return frozenset(holds)


def unix_sockets() -> list[str]:
    """The paths of the Unix sockets that others listen at, in this network namespace."""
    return list(dict.fromkeys(_socket_paths()))


def _socket_paths() -> Iterator[str]:
    try:
        with open("/proc/net/unix", encoding="utf-8", errors="surrogateescape") as file:
            lines = file.read().splitlines()[1:]
    except OSError:
        return
    for line in lines:
        path = line.split(maxsplit=7)[7:]
        # What begins with @ has no file; the network namespace and Landlock keep it.
        if path and path[0].startswith("/"):
            yield path[0]


def _is_needed(path: str, bounds: Bounds) -> bool:
    """Whether a socket serves what the user lets through: looking up names."""
    return bounds.looks_up and path.startswith(_NAME_SERVICES)


def _hide(places: Iterable[str]) -> None:
    """Have an empty folder, or an empty file, in each of some places."""
    empty = ""
    for place in places:
        if not os.path.isdir(place):
            _cover(place)
        elif empty:
            call("mount", empty, place, None, _BIND, None)
        else:
            flags = _READ_ONLY | _NO_SUID | _NO_DEVICES | _NO_PROGRAMS
            call("mount", "tmpfs", place, "tmpfs", flags, "size=4k,nr_inodes=2,mode=755")
            empty = place


def _cover(path: str) -> None:
    """Have an empty file in the place of a file, unless that is gone."""
    with suppress(FileNotFoundError, NotADirectoryError, PermissionError):
        call("mount", _NOTHING, path, None, _BIND, None)


def _keep_from_writing(writable: Iterable[str]) -> None:
    """Let all be read only, except some places."""
    places = [place for place in writable if os.path.exists(place)]
    for place in places:
        call("mount", place, place, None, _BIND | _RECURSIVE, None)
    _set_attributes("/", on=_ATTRIBUTE_READ_ONLY)
    for place in places:
        # What was read only before stays so.
        with suppress(PermissionError):
            _set_attributes(place, off=_ATTRIBUTE_READ_ONLY)
    # The working directory is still seen as it was below what lies over it now.
    with suppress(OSError):
        os.chdir(os.getcwd())


def _set_attributes(path: str, on: int = 0, off: int = 0) -> None:
    attributes = struct.pack("=QQQQ", on, off, 0, 0)
    size = len(attributes)
    call("mount_setattr", _AT_THIS_FOLDER, path, _AT_RECURSIVE, attributes, size)
