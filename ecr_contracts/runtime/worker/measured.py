"""Lines of the consumer that coverage measures in a worker, handed to the coverage of its parent.

A worker is forked off a process that coverage may measure, and is measured from then on as well;
but it ends without the exit handlers by which coverage would write that down. So it writes what it
ran into its scratch folder, and its parent adds that to its own data: coverage and pytest-cov need
no settings for it. The worker is not trusted, so this is JSON, and no file of coverage's, which is
a program in SQL.
"""

from __future__ import annotations

import contextlib
import json
import os
import sys
import warnings
from collections.abc import Iterator, Mapping
from typing import IO, Any

from ecr_contracts.core import limits
from ecr_contracts.runtime.scratch import Scratch

__all__ = ["Measured", "hand_over"]

_FILE = "measured.json"
_PARENTS_DATA: list[str] = []
"""The data file of the parent's coverage, if there is one, as a forked child has it too."""


def _coverage() -> Any:
    """The coverage that measures this process; None where none does."""
    coverage = sys.modules.get("coverage")
    return None if coverage is None else coverage.Coverage.current()


@contextlib.contextmanager
def _in_silence() -> Iterator[None]:
    """Keep to ourselves what coverage says, warns of, and fails by: no check depends on it.

    It would warn that nothing was measured at a time when nothing can have been.
    """
    with contextlib.suppress(Exception), warnings.catch_warnings():
        warnings.simplefilter("ignore")
        yield


class Measured:
    """What the worker with a scratch folder ran, for the coverage of its parent.

    Made before the worker is forked: what is measured so far is written down then, so that the
    worker does not have it again. The folder is gone once the worker is, but not the open file.
    """

    def __init__(self, scratch: Scratch) -> None:
        self._file: IO[bytes] | None = None
        current = _coverage()
        if current is not None:
            with _in_silence():
                _PARENTS_DATA[:] = [current.get_data().data_filename()]
                self._file = open(os.path.join(scratch.folder, _FILE), "xb+")  # noqa: SIM115 - see `take_over`

    def take_over(self) -> None:
        """Add it to what the parent ran. The worker is at its end."""
        if self._file is None:
            return
        with self._file as file, _in_silence():
            content = file.read(limits.MEASURED_BYTES)
            current = _coverage()
            if content and current is not None:
                current.get_data().update(_unpacked(content))


def hand_over(scratch: Scratch) -> None:
    """In a worker: write what it ran, for its parent."""
    current = _coverage()
    if current is None:
        return
    with _in_silence():
        data = current.get_data()
        content = json.dumps(_packed(data))
        if data.data_filename() not in _PARENTS_DATA:
            data.erase()  # in the folder of the parent's, which has it from us
        place = os.path.join(scratch.folder, _FILE)
        with open(place, "w", encoding="ascii") as file:
            file.write(content)


def _packed(data: Any) -> Mapping[str, Any]:
    """What was measured, by context and file: lines, or steps from line to line."""
    has_arcs = bool(data.has_arcs())
    contexts: dict[str, dict[str, Any]] = {}
    for name in data.measured_contexts():
        data.set_query_context(name)
        files: dict[str, Any] = {}
        for file in data.measured_files():
            measured = data.arcs(file) if has_arcs else data.lines(file)
            if measured:
                files[file] = measured
        contexts[name] = files
    return {"arcs": has_arcs, "contexts": contexts}


def _unpacked(content: bytes) -> Any:
    """The same as a collection of coverage's own, which knows of contexts."""
    measured = json.loads(content)
    data = sys.modules["coverage"].CoverageData(no_disk=True)
    for name, files in measured["contexts"].items():
        data.set_context(name)
        if measured["arcs"]:
            data.add_arcs({file: list(map(tuple, arcs)) for file, arcs in files.items()})
        else:
            data.add_lines(files)
    return data
