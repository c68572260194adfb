"""Landlock: rules that a process gives to itself, for files, TCP ports, signals and sockets.

https://docs.kernel.org/userspace-api/landlock.html. A ruleset handles some rights, which are denied
but for what its rules allow; a rule about a folder is one about all below it. So a secret that lies
below a home folder is kept by rules that allow everything beside it.
"""

from __future__ import annotations

import os
import stat
import struct
from collections.abc import Iterable

from ecr_contracts.runtime.sandbox.kernel.bounds import Bounds
from ecr_contracts.runtime.sandbox.kernel.containment import Hold
from ecr_contracts.runtime.sandbox.kernel.system_calls import call

__all__ = ["MEANS", "restrict", "version"]

MEANS = "Landlock"

_WRITE_FILE, _READ_FILE = 1 << 1, 1 << 2
_REMOVE, _MAKE = 1 << 4 | 1 << 5, sum(1 << bit for bit in range(6, 13))
_MAKE_DEVICES = 1 << 6 | 1 << 11
_REFER, _TRUNCATE = 1 << 13, 1 << 14
_OF_FILES = _WRITE_FILE | _READ_FILE | _TRUNCATE
"""The rights that a rule about a file, not a folder, may have."""
_CONNECT_TCP = 1 << 1
_ABSTRACT_SOCKETS, _SIGNALS = 1 << 0, 1 << 1
_VERSION, _PATH_RULE, _PORT_RULE = 1, 1, 2

_DEVICES = ("/dev/null", "/dev/zero", "/dev/full", "/dev/random", "/dev/urandom")
"""What may be written to without a trace."""
_DNS = 53
_MOST_ENTRIES = 5000
"""Entries beside secrets that get a rule each, which takes some microseconds."""


def version() -> int:
    """The version of Landlock that this kernel offers; 0 for none."""
    try:
        return call("landlock_create_ruleset", None, 0, _VERSION)
    except OSError:
        return 0


def restrict(bounds: Bounds, *, reads: bool, connections: bool) -> frozenset[Hold]:
    """Restrict this thread, and those that it starts; what is held by that.

    `reads`: keep it from reading secrets; `connections`: let it connect to the ports alone. Needs
    no_new_privs. Raises OSError where the kernel refuses.
    """
    offered = version()
    if not offered:
        return frozenset()
    holds = {Hold.PROCESSES} if offered >= 6 else set[Hold]()
    rights = _MAKE_DEVICES
    # Before version 2 no file may be moved to another folder at all.
    if bounds.writable is not None and offered >= 2:
        rights |= _WRITE_FILE | _REMOVE | _MAKE | _REFER
        rights |= _TRUNCATE if offered >= 3 else 0
        holds.add(Hold.WRITES)
    readable = _beside(bounds.secrets) if reads and bounds.secrets else []
    if readable and len(readable) <= _MOST_ENTRIES:
        rights |= _READ_FILE
        holds.add(Hold.SECRETS)
    ports = connections and offered >= 4
    if ports:
        holds.add(Hold.NETWORK)
    attributes = struct.pack(
        "=QQQ",
        rights,
        _CONNECT_TCP if ports else 0,
        _ABSTRACT_SOCKETS | _SIGNALS if offered >= 6 else 0,
    )
    ruleset = call("landlock_create_ruleset", attributes, _attributes_size(offered), 0)
    try:
        if Hold.WRITES in holds:
            for place in (*(bounds.writable or ()), *_DEVICES):
                _allow(ruleset, place, rights)
        if Hold.SECRETS in holds:
            for place in readable:
                _allow(ruleset, place, _READ_FILE)
        if ports:
            for port in (*bounds.ports, *([_DNS] if bounds.looks_up else [])):
                rule = struct.pack("=QQ", _CONNECT_TCP, port)
                call("landlock_add_rule", ruleset, _PORT_RULE, rule, 0)
        call("landlock_restrict_self", ruleset, 0)
    finally:
        os.close(ruleset)
    return frozenset(holds)


def _attributes_size(offered: int) -> int:
    """How much of the attributes a version knows."""
    if offered >= 6:
        return 24
    return 16 if offered >= 4 else 8


def _allow(ruleset: int, path: str, rights: int) -> None:
    """Allow rights for a file or folder, if it is there."""
    try:
        place = os.open(path, os.O_PATH | os.O_NOFOLLOW | os.O_CLOEXEC)
    except OSError:
        return
    try:
        mode = os.fstat(place).st_mode
        if stat.S_ISLNK(mode):
            return
        if not stat.S_ISDIR(mode):
            rights &= _OF_FILES
        call("landlock_add_rule", ruleset, _PATH_RULE, struct.pack("=Qi", rights, place), 0)
    finally:
        os.close(place)


def _beside(secrets: Iterable[str]) -> list[str]:
    """All that lies beside some paths, and beside the folders above them.

    Nothing where a folder cannot be listed: what lies there could not be read any more.
    """
    kept = set(secrets)
    above: set[str] = set()
    for path in kept:
        while path != "/":
            path = os.path.dirname(path)
            above.add(path)
    beside: list[str] = []
    for folder in sorted(above - kept):
        try:
            entries = os.listdir(folder)
        except OSError:
            return []
        paths = {os.path.join(folder, name) for name in entries}
        beside += sorted(paths - kept - above)
    return beside
