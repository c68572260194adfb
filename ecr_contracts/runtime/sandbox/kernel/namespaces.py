"""Namespaces: a network and a view of the file system that belong to this process alone.

https://man7.org/linux/man-pages/man7/namespaces.7.html. An ordinary user may have them within a
user namespace, where the system lets it (`apparmor_restrict_unprivileged_userns` of Ubuntu, and
containers, mostly do not).
"""

from __future__ import annotations

import os
from contextlib import suppress

from ecr_contracts.runtime.sandbox.kernel.privileges import may_administrate
from ecr_contracts.runtime.sandbox.kernel.system_calls import call

__all__ = ["enter"]

NEW_NETWORK, NEW_MOUNTS, _NEW_USER = 0x40000000, 0x00020000, 0x10000000
_ID_MAP = "/proc/self/uid_map"


def enter(wanted: int) -> int:
    """Enter new namespaces of those wanted (`NEW_…`), as many as can be had; those entered.

    The process keeps its user and its group. It must have one thread only.
    """
    tries = dict.fromkeys((wanted, wanted & NEW_NETWORK, wanted & NEW_MOUNTS))
    for namespaces in tries:
        if namespaces and _entered(namespaces):
            return namespaces
    return 0


def _entered(namespaces: int) -> bool:
    if may_administrate():
        with suppress(OSError):
            call("unshare", namespaces)
            return True
        return False
    user, group = os.getuid(), os.getgid()
    # A superuser in a namespace of its own could not read others' files any more.
    is_plain = user == os.geteuid() and group == os.getegid() and user != 0
    if not is_plain or not os.access(_ID_MAP, os.W_OK):
        return False
    try:
        call("unshare", namespaces | _NEW_USER)
    except OSError:
        return False
    _write("/proc/self/setgroups", "deny")
    _write(_ID_MAP, f"{user} {user} 1")
    _write("/proc/self/gid_map", f"{group} {group} 1")
    return True


def _write(path: str, text: str) -> None:
    file = os.open(path, os.O_WRONLY | os.O_CLOEXEC)
    try:
        os.write(file, text.encode())
    finally:
        os.close(file)
