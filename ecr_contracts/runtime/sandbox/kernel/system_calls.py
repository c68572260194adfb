"""System calls of Linux by number: those that Python does not offer, and those that are denied."""

from __future__ import annotations

import functools
import os
import platform
import sys
from importlib.util import find_spec
from typing import Any

__all__ = ["AUDIT_ARCH", "call", "is_known_system", "number"]

# By machine: the tables of x86_64 (arch/x86/entry/syscalls/syscall_64.tbl) and of all newer ones
# (include/uapi/asm-generic/unistd.h), which agree from 424 on. None where there is no such call.
_NUMBERS: dict[str, tuple[int | None, int | None]] = {
    "acct": (163, 89),
    "add_key": (248, 217),
    "bpf": (321, 280),
    "capget": (125, 90),
    "capset": (126, 91),
    "chroot": (161, 51),
    "clock_settime": (227, 112),
    "delete_module": (176, 106),
    "finit_module": (313, 273),
    "fsconfig": (431, 431),
    "fsmount": (432, 432),
    "fsopen": (430, 430),
    "fspick": (433, 433),
    "init_module": (175, 105),
    "io_uring_enter": (426, 426),
    "io_uring_register": (427, 427),
    "io_uring_setup": (425, 425),
    "ioctl": (16, 29),
    "ioperm": (173, None),
    "iopl": (172, None),
    "ioprio_set": (251, 30),
    "kcmp": (312, 272),
    "kexec_file_load": (320, 294),
    "kexec_load": (246, 104),
    "keyctl": (250, 219),
    "kill": (62, 129),
    "landlock_add_rule": (445, 445),
    "landlock_create_ruleset": (444, 444),
    "landlock_restrict_self": (446, 446),
    "migrate_pages": (256, 238),
    "mount": (165, 40),
    "mount_setattr": (442, 442),
    "move_mount": (429, 429),
    "move_pages": (279, 239),
    "open_by_handle_at": (304, 265),
    "open_tree": (428, 428),
    "open_tree_attr": (467, 467),
    "perf_event_open": (298, 241),
    "pidfd_getfd": (438, 438),
    "pidfd_open": (434, 434),
    "pivot_root": (155, 41),
    "prctl": (157, 167),
    "prlimit64": (302, 261),
    "process_madvise": (440, 440),
    "process_mrelease": (448, 448),
    "process_vm_readv": (310, 270),
    "process_vm_writev": (311, 271),
    "ptrace": (101, 117),
    "quotactl": (179, 60),
    "quotactl_fd": (443, 443),
    "reboot": (169, 142),
    "request_key": (249, 218),
    "rt_sigqueueinfo": (129, 138),
    "rt_tgsigqueueinfo": (297, 240),
    "sched_setaffinity": (203, 122),
    "sched_setattr": (314, 274),
    "sched_setparam": (142, 118),
    "sched_setscheduler": (144, 119),
    "seccomp": (317, 277),
    "sendmmsg": (307, 269),
    "sendmsg": (46, 211),
    "sendto": (44, 206),
    "setdomainname": (171, 162),
    "sethostname": (170, 161),
    "setns": (308, 268),
    "setpriority": (141, 140),
    "settimeofday": (164, 170),
    "socket": (41, 198),
    "swapoff": (168, 225),
    "swapon": (167, 224),
    "syslog": (103, 116),
    "tgkill": (234, 131),
    "tkill": (200, 130),
    "umount2": (166, 39),
    "unshare": (272, 97),
    "userfaultfd": (323, 282),
}
_MACHINES = {"x86_64": (0, 0xC000003E), "aarch64": (1, 0xC00000B7)}
"""By machine: the column of `_NUMBERS`, and what the kernel's audit calls the machine."""
_COLUMN, AUDIT_ARCH = _MACHINES.get(platform.machine(), (0, 0))


def is_known_system() -> bool:
    """Whether this is a Linux whose system calls are known here."""
    is_64_bit = sys.maxsize > 2**32
    is_little = sys.byteorder == "little"
    is_known = sys.platform == "linux" and is_64_bit and is_little and bool(AUDIT_ARCH)
    # Some builds of Python lack ctypes.
    return is_known and find_spec("_ctypes") is not None


def number(name: str) -> int | None:
    """The number of a system call on this machine; None where it has no such call."""
    return _NUMBERS[name][_COLUMN]


def call(name: str, *arguments: int | bytes | str | None) -> int:
    """Make a system call. Numbers are passed as they are, texts and bytes by their address.

    Raises OSError where the kernel refuses.
    """
    import ctypes

    passed = [_passed(argument) for argument in arguments]
    result: int = _syscall()(ctypes.c_long(number(name) or -1), *passed)
    if result < 0:
        code = ctypes.get_errno()
        raise OSError(code, f"{name}: {os.strerror(code)}")
    return result


@functools.cache
def _syscall() -> Any:
    import ctypes

    function = ctypes.CDLL(None, use_errno=True).syscall
    function.restype = ctypes.c_long
    return function


def _passed(argument: int | bytes | str | None) -> Any:
    import ctypes

    if isinstance(argument, str):
        argument = os.fsencode(argument)
    if isinstance(argument, int):
        return ctypes.c_long(argument)
    return ctypes.c_char_p(argument)
