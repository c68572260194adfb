"""Plain files read up to a bound: a pipe, a device or a file without end never holds up a run."""

from __future__ import annotations

import errno
import os
import stat
from pathlib import Path

__all__ = ["TooLargeError", "read_plain_file"]

_FLAGS = os.O_RDONLY | getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_BINARY", 0)
_NO_PLAIN_FILE = "it is no file that can be read"


class TooLargeError(OSError):
    """A file is larger than is read; the message says so, with the bound."""


def read_plain_file(path: str | Path, most_bytes: int) -> bytes:
    """The content of a file.

    Raises OSError for what cannot be read, is no plain file (it is not waited for a pipe or a
    device), or is larger than `most_bytes` (TooLargeError); `strerror` says which. A NUL in the
    name is an OSError too.
    """
    try:
        # A pipe that nobody writes to would be waited for at its opening.
        handle = os.open(path, _FLAGS)
    except ValueError as error:  # a NUL in the name
        # Python's own words for it differ from version to version.
        raise OSError(errno.EINVAL, "embedded null byte", str(path)) from error
    with open(handle, "rb") as stream:
        mode = os.fstat(handle).st_mode
        if stat.S_ISDIR(mode):
            raise IsADirectoryError(errno.EISDIR, os.strerror(errno.EISDIR), str(path))
        if not stat.S_ISREG(mode):
            raise OSError(errno.EINVAL, _NO_PLAIN_FILE, str(path))
        content = stream.read(most_bytes + 1)
    if len(content) > most_bytes:
        problem = f"it is too large: more than {most_bytes:,} bytes"
        raise TooLargeError(errno.EFBIG, problem, str(path))
    return content
