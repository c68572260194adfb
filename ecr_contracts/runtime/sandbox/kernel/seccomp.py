"""seccomp: a filter of the system calls that this process and all that it starts may make.

https://docs.kernel.org/userspace-api/seccomp_filter.html. The filter is a program of classic BPF
that sees the number of a call and its arguments, not what these point to. What it denies fails
with an error; nothing is killed for it.

    load the number of the call
    is it that of ptrace? then fail with EPERM, else go on
    is it that of kill? then: is the process one that is kept? fail with EPERM, else allow it
    …
    allow it
"""

from __future__ import annotations

import ctypes
import errno
import os
import socket
import struct
from collections.abc import Sequence

from ecr_contracts.runtime.sandbox.kernel.bounds import Bounds
from ecr_contracts.runtime.sandbox.kernel.containment import Hold
from ecr_contracts.runtime.sandbox.kernel.system_calls import AUDIT_ARCH, call, number

__all__ = ["MEANS", "restrict"]

MEANS = "seccomp"

_DENIED = (
    # other processes' memory, and what they have open
    *("ptrace", "process_vm_readv", "process_vm_writev", "process_madvise", "process_mrelease"),
    *("pidfd_getfd", "kcmp", "migrate_pages", "move_pages", "perf_event_open"),
    # system calls that are made without one
    *("io_uring_setup", "io_uring_enter", "io_uring_register"),
    # keys of the kernel's own stores
    *("add_key", "request_key", "keyctl"),
    # the view of the machine, which other parts of this package rest on
    *("mount", "umount2", "pivot_root", "chroot", "setns", "unshare", "move_mount", "open_tree"),
    *("open_tree_attr", "fsopen", "fsconfig", "fsmount", "fspick", "mount_setattr"),
    "open_by_handle_at",
    # the machine itself
    *("bpf", "userfaultfd", "init_module", "finit_module", "delete_module", "kexec_load"),
    *("kexec_file_load", "reboot", "swapon", "swapoff", "acct", "quotactl", "quotactl_fd"),
    *("settimeofday", "clock_settime", "sethostname", "setdomainname", "syslog", "iopl", "ioperm"),
)
_OF_PROCESS = {
    "kill": 0,
    "tkill": 0,
    "tgkill": 0,
    "rt_sigqueueinfo": 0,
    "rt_tgsigqueueinfo": 0,
    "pidfd_open": 0,
    "sched_setaffinity": 0,
    "sched_setattr": 0,
    "sched_setparam": 0,
    "sched_setscheduler": 0,
    "setpriority": 1,
    "ioprio_set": 1,
}
"""Calls that change a process, and which argument says which."""
_FAST_OPEN = {"sendto": 3, "sendmsg": 2, "sendmmsg": 3}
"""Calls that can connect while they send, and which argument has the flags."""
_MSG_FASTOPEN = 0x20000000
_TIOCSTI, _TIOCLINUX = 0x5412, 0x541C
"""Requests that type into a terminal."""
_STREAM, _DATAGRAM, _TYPE_MASK = 1, 2, 0xF
_TCP, _UDP = 6, 17
_EVERYONE = -1

_LOAD, _EQUAL, _ANY_BIT, _AT_LEAST, _AND, _RETURN = 0x20, 0x15, 0x45, 0x35, 0x54, 0x06
_NUMBER_AT, _ARCH_AT, _ARGUMENTS_AT = 0, 4, 16
_ALLOW, _FAIL = 0x7FFF0000, 0x00050000
_X32_BIT = 0x40000000
_SET_FILTER, _ALL_THREADS = 1, 1

_Instruction = tuple[int, int, int, int]
"""Operation, instructions to skip if so, and if not, and the operand."""


class _Program(ctypes.Structure):
    _fields_ = (("length", ctypes.c_ushort), ("filter", ctypes.c_char_p))


def restrict(bounds: Bounds, *, datagrams: bool) -> frozenset[Hold]:
    """Put the filter around all threads of this process; what is held by that.

    `datagrams`: let UDP sockets be made. Needs no_new_privs. Raises OSError where the kernel
    refuses.
    """
    instructions = _filter(bounds, datagrams)
    code = b"".join(struct.pack("=HBBI", *instruction) for instruction in instructions)
    program = _Program(len(instructions), code)
    address = ctypes.addressof(program)
    if call("seccomp", _SET_FILTER, _ALL_THREADS, address):
        raise OSError(errno.ESRCH, "seccomp: a thread cannot be restricted")
    holds = {Hold.CALLS}
    return frozenset(holds if datagrams else holds | {Hold.DATAGRAMS})


def _filter(bounds: Bounds, datagrams: bool) -> list[_Instruction]:
    refusal = _fails(errno.EPERM)
    program = [
        _load(_ARCH_AT),
        (_EQUAL, 1, 0, AUDIT_ARCH),
        refusal,
        _load(_NUMBER_AT),
        (_AT_LEAST, 0, 1, _X32_BIT),
        refusal,
    ]
    for name in _DENIED:
        program += _when_called(name, [refusal])
    for name, position in _OF_PROCESS.items():
        program += _when_called(name, _unless(position, _kept(bounds), errno.EPERM))
    program += _when_called("prlimit64", _own_limits())
    program += _when_called("ioctl", _unless(1, (_TIOCSTI, _TIOCLINUX), errno.EPERM))
    for name, position in _FAST_OPEN.items():
        program += _when_called(name, _without_fast_open(position))
    program += _when_called("socket", _sockets(datagrams))
    return [*program, _allows()]


def _kept(bounds: Bounds) -> tuple[int, ...]:
    """The processes that are kept, and their groups, as calls name them."""
    groups: set[int] = set()
    for process in bounds.others:
        try:
            groups.add(-os.getpgid(process))
        except OSError:
            continue
    groups.discard(-os.getpgrp())
    return (*bounds.others, *sorted(groups), _EVERYONE)


# Parts of the program
# --------------------------------------------------------------------------------------------------


def _when_called(name: str, body: Sequence[_Instruction]) -> list[_Instruction]:
    """Run a body, which returns, when a call is made; nothing where the machine has no such."""
    its_number = number(name)
    if its_number is None:
        return []
    return [(_EQUAL, 0, len(body), its_number), *body]


def _unless(position: int, values: Sequence[int], code: int) -> list[_Instruction]:
    """Fail where an argument, a number of 32 bits, is one of some values."""
    body = [_load_argument(position)]
    for value in values:
        body += [(_EQUAL, 0, 1, value & 0xFFFFFFFF), _fails(code)]
    return [*body, _allows()]


def _own_limits() -> list[_Instruction]:
    """Let limits be read, and set for the process itself."""
    low, high = _load_argument(2), (_LOAD, 0, 0, _ARGUMENTS_AT + 2 * 8 + 4)
    return [
        _load_argument(0),
        (_EQUAL, 0, 1, 0),
        _allows(),
        (_EQUAL, 0, 1, os.getpid()),
        _allows(),
        low,
        (_EQUAL, 0, 3, 0),
        high,
        (_EQUAL, 0, 1, 0),
        _allows(),
        _fails(errno.EPERM),
    ]


def _without_fast_open(position: int) -> list[_Instruction]:
    return [
        _load_argument(position),
        (_ANY_BIT, 0, 1, _MSG_FASTOPEN),
        _fails(errno.EACCES),
        _allows(),
    ]


def _sockets(datagrams: bool) -> list[_Instruction]:
    """Let sockets of Unix, TCP and UDP be made, and the one that reads the machine's addresses."""
    refusal = _fails(errno.EACCES)
    types: list[_Instruction] = [
        _load_argument(1),
        (_AND, 0, 0, _TYPE_MASK),
        (_EQUAL, 2, 0, _STREAM),
        (_EQUAL, 1 if datagrams else 0, 0, _DATAGRAM),
        refusal,
    ]
    protocols: list[_Instruction] = [
        _load_argument(2),
        (_EQUAL, 3, 0, 0),
        (_EQUAL, 2, 0, _TCP),
        (_EQUAL, 1, 0, _UDP),
        refusal,
        _allows(),
    ]
    internet = [*types, *protocols]
    addresses = [_load_argument(2), (_EQUAL, 1, 0, 0), refusal, _allows()]
    return [
        _load_argument(0),
        (_EQUAL, 0, 1, socket.AF_UNIX),
        _allows(),
        (_EQUAL, 0, len(addresses), socket.AF_NETLINK),
        *addresses,
        (_EQUAL, 2, 0, socket.AF_INET),
        (_EQUAL, 1, 0, socket.AF_INET6),
        refusal,
        *internet,
    ]


def _load(offset: int) -> _Instruction:
    return _LOAD, 0, 0, offset


def _load_argument(position: int) -> _Instruction:
    """Load the lower half of an argument, as much as the kernel reads of a number."""
    return _load(_ARGUMENTS_AT + 8 * position)


def _fails(code: int) -> _Instruction:
    return _RETURN, 0, 0, _FAIL | code


def _allows() -> _Instruction:
    return _RETURN, 0, 0, _ALLOW
