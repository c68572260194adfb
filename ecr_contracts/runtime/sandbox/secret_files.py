"""Learns the secrets of the files that a consumer reads, so that no report shows them.

A file that is opened is read here as well, before the consumer has it. What lies in the folders
around a consumer to hold secrets, `.env` above all, is read beforehand: programs that a consumer
starts, and libraries in C, announce nothing. What the event in hand has is no secret, though it
looks like one: consumers write events to files and read them back.
"""

from __future__ import annotations

import json
import os
import stat
import sys
import threading
from collections.abc import Callable, Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any

from ecr_contracts.core import json_text, limits
from ecr_contracts.core.secrets.found import is_file_of_secrets, secrets_of_file
from ecr_contracts.core.secrets.looks import looks_secret

__all__ = ["SecretFiles", "secrets_around"]

_LIBRARIES = ("site-packages", "dist-packages", "__pycache__")
_NO_TEXT = (".py", ".pyc", ".pyi", ".so", ".zip", ".whl", ".gz", ".png", ".jpg", ".dylib", ".pyd")
_PYTHON = (os.path.join(os.path.realpath(sys.base_prefix), "lib"), os.path.dirname(os.__file__))

# Taken before any consumer, or the sandbox, can replace them.
_open, _close, _read, _fstat, _stat = os.open, os.close, os.read, os.fstat, os.stat
_FLAGS = os.O_RDONLY | getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_BINARY", 0)


class SecretFiles:
    """Reads what the consumer reads; `learn` is called with the secrets of each file.

    `payload` gives what the consumer is called with just now.
    """

    def __init__(
        self,
        learn: Callable[[frozenset[str]], None],
        payload: Callable[[], Any] = lambda: None,
    ) -> None:
        self._learn, self._payload = learn, payload
        self._seen: set[tuple[str, int, int]] = set()
        self._here = threading.local()

    def opened(self, path: Any) -> None:
        """Learn the secrets of a file that is just opened for reading."""
        if isinstance(path, int) or getattr(self._here, "busy", False):
            return
        self._here.busy = True
        try:
            name = os.fsdecode(path)
            if _may_hold_secrets(name):
                self._look_into(name)
        except (OSError, ValueError, TypeError):
            return  # the consumer's own attempt says what is wrong with it
        finally:
            self._here.busy = False

    def _look_into(self, name: str) -> None:
        state = _stat(name)
        mark = (os.path.abspath(name), state.st_mtime_ns, state.st_size)
        if not stat.S_ISREG(state.st_mode) or mark in self._seen:
            return
        self._seen.add(mark)
        self._learn(_secrets_in(name, self._payload()))


def secrets_around(target: Path | None, folder: str) -> frozenset[str]:
    """The secrets of the files that are there to hold some, in the folders around a consumer.

    These are the working directory, that of its own file, and those in between.
    """
    found: set[str] = set()
    count = 0
    for place in _folders(target, folder):
        try:
            names = sorted(os.listdir(place))
        except OSError:
            continue
        for name in filter(is_file_of_secrets, names):
            count += 1
            path = os.path.join(place, name)
            try:
                if count > limits.SECRET_FILES or not stat.S_ISREG(_stat(path).st_mode):
                    continue
                found |= _secrets_in(path)
            except OSError:
                continue
    return frozenset(found)


def _folders(target: Path | None, folder: str) -> Iterable[str]:
    own = os.path.abspath(folder)
    places = [own]
    if target is not None:
        place = os.path.dirname(os.path.join(own, target))
        while place.startswith(os.path.join(own, "")):
            places.append(place)
            place = os.path.dirname(place)
        if place != own:
            places.append(os.path.dirname(os.path.join(own, target)))
    return dict.fromkeys(places)


def _may_hold_secrets(path: str) -> bool:
    """Whether a path is that of data, not of code and of what libraries bring."""
    if path.endswith(_NO_TEXT) or any(part in path for part in _LIBRARIES):
        return False
    return not path.startswith((*_PYTHON, "/dev/", "/sys/"))


def _secrets_in(path: str, payload: Any = None) -> frozenset[str]:
    handle = _open(path, _FLAGS)
    try:
        chunks, size = [], 0
        while size < limits.SECRET_FILE_BYTES and (
            chunk := _read(handle, limits.SECRET_FILE_BYTES - size)
        ):
            chunks.append(chunk)
            size += len(chunk)
    finally:
        _close(handle)
    content = b"".join(chunks)
    if path.startswith("/proc/"):
        content = content.replace(b"\0", b"\n")  # the environment of a process
    if b"\0" in content[:1000]:
        return frozenset()
    text = content.decode("utf-8", "replace")
    for value in _looking_secret(payload):
        for form in {value, json.dumps(value)[1:-1], json_text.one_line(value)[1:-1]}:
            text = text.replace(form, "")
    return secrets_of_file(path, text)


def _looking_secret(payload: Any) -> Iterator[str]:
    """The texts of a payload that would be taken for secrets, by their look alone."""
    match payload:
        case str():
            if looks_secret(payload):
                yield payload
        case Mapping():
            for inner in payload.values():
                yield from _looking_secret(inner)
        case list():
            for inner in payload:
                yield from _looking_secret(inner)
