"""Which processes a consumer started: those below its own, and those that lost their parents."""

from __future__ import annotations

import os

__all__ = ["is_own_process"]

_MOST_STEPS = 1000
_EVERYONE = -1


def is_own_process(process: int, worker: int, warden: int | None = None) -> bool:
    """Whether a process belongs to the consumer in a worker; minus its number stands for a group.

    So does one that is not there: the system refuses it. What has lost its parent comes to the
    warden, which has no other children. Where the system does not say whose child a process is, all
    are the consumer's but the process above the worker, and its group.
    """
    above = _parent(worker) or os.getppid()
    if process == _EVERYONE:
        return False
    if process < 0:
        return not _is_group_of(above, -process) and is_own_process(-process, worker, warden)
    if process in (0, worker):
        return True
    if not os.path.exists("/proc/self/stat"):
        return process != above
    if not os.path.exists(f"/proc/{process}"):
        return True
    for _ in range(_MOST_STEPS):
        process = _parent(process)
        if process in (worker, warden):
            return True
        if process <= 1:
            break
    return False


def _is_group_of(process: int, group: int) -> bool:
    try:
        return group == os.getpgid(process)
    except OSError:
        return False


def _parent(process: int) -> int:
    """The parent of a process; 0 where the system does not say."""
    try:
        with open(f"/proc/{process}/stat", encoding="utf-8", errors="replace") as file:
            return int(file.read().rpartition(")")[2].split()[1])
    except (OSError, ValueError, IndexError):
        return 0
