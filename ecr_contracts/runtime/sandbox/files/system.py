"""The functions of the operating system as they were before any sandbox replaced them."""

from __future__ import annotations

import io
import os
from types import SimpleNamespace
from typing import Any

__all__ = ["ORIGINALS", "real"]

_NAMES = (
    "access",
    "chdir",
    "chflags",
    "chmod",
    "chown",
    "getcwd",
    "getcwdb",
    "getxattr",
    "lchflags",
    "lchmod",
    "lchown",
    "link",
    "listdir",
    "listxattr",
    "lstat",
    "mkdir",
    "mkfifo",
    "mknod",
    "open",
    "readlink",
    "remove",
    "removexattr",
    "rename",
    "replace",
    "rmdir",
    "scandir",
    "setxattr",
    "stat",
    "statvfs",
    "symlink",
    "truncate",
    "unlink",
    "utime",
)

ORIGINALS: dict[str, Any] = {name: getattr(os, name) for name in _NAMES if hasattr(os, name)}
"""By name, the functions of `os` that take paths; which there are depends on the system."""

real: Any = SimpleNamespace(**ORIGINALS)
"""The same as attributes."""
real.open_file = io.open
real.open_code = io.open_code
