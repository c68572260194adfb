"""The consumer's own code, told apart from the standard library, installed packages, and ours."""

from __future__ import annotations

import contextlib
import functools
import linecache
import os
import textwrap
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from types import CodeType, FrameType

from ecr_contracts.core.findings import Location
from ecr_contracts.core.package import is_own_file
from ecr_contracts.core.text import shortened

__all__ = [
    "UserCode",
    "holds",
    "import_root",
    "is_below",
    "is_installed",
    "is_standard",
    "location",
]

_STANDARD_LIBRARY = os.path.dirname(os.path.abspath(contextlib.__file__))
_INSTALLED = frozenset({"site-packages", "dist-packages", "node_modules"})

_AROUND = 1  # lines that are shown on each side of one
_MAX_WIDTH = 200  # characters of a line that is shown


@dataclass(frozen=True, slots=True)
class UserCode:
    """The files of a consumer's own code, so that a fault is shown in a line that its owner wrote.

    Own are the files below one of `roots` that nobody installed there. `start` is the folder that
    shown paths are relative to.
    """

    roots: tuple[str, ...]
    start: str

    @classmethod
    def around(cls, file: str | Path | None, start: str | None = None) -> UserCode:
        """The code around `file`: the folder its imports start from, and the working directory."""
        start = start or os.getcwd()
        if file is None or is_standard(os.path.abspath(file)):
            return cls((start,), start)
        path = Path(os.path.abspath(file))
        root, names = import_root(path)
        if root.name in _INSTALLED:
            root = root / names[0] if (root / names[0]).is_dir() else path
        return cls((str(root), start) if is_below(str(path), start) else (str(root),), start)

    def owns(self, filename: str) -> bool:
        """Whether a code object's file is the consumer's own: not installed, standard or ours."""
        path = os.path.abspath(filename)
        if filename.startswith("<") or is_own_file(path) or is_standard(path):
            return False
        inside = [root for root in self.roots if path == root or is_below(path, root)]
        if any(path in _vendored(root) for root in inside):
            return False
        return any(not is_installed(path[len(root) :]) for root in inside)

    def location(self, frames: Iterable[tuple[FrameType, int]]) -> Location | None:
        """The innermost own line of some frames, which come with their lines from the outermost."""
        innermost: tuple[CodeType, int] | None = None
        for frame, line in frames:
            if self.owns(frame.f_code.co_filename):
                innermost = frame.f_code, line
        if innermost is None:
            return None
        return self.line_of(*innermost)

    def line_of(self, code: CodeType, line: int) -> Location:
        """A line of some code as a location."""
        return location(code.co_filename, line, self.shown(code.co_filename), code.co_qualname)

    def shown(self, filename: str) -> str:
        """The file as people know it: relative to `start` where it lies below."""
        path = os.path.abspath(filename)
        if is_below(path, self.start):
            path = os.path.relpath(path, self.start)
        return Path(path).as_posix()


def location(filename: str, line: int, shown: str, function: str = "") -> Location:
    """A line of a file with its neighbours; the file is called as it is to be `shown`."""
    first = max(1, line - _AROUND)
    while first < line and not linecache.getline(filename, first).strip():
        first += 1
    lines = []
    for number in range(first, line + _AROUND + 1):
        lines.append(shortened(linecache.getline(filename, number).rstrip(), _MAX_WIDTH))
    written = linecache.getline(filename, line).rstrip()
    source = shortened(written.strip(), _MAX_WIDTH)
    around = textwrap.dedent("\n".join(lines)).rstrip()
    return Location(shown, line, function, source, around, first, _column(written))


def _column(written: str) -> int:
    """Where the code of a line begins, from 1 on; 0 for a line that has none."""
    return len(written) - len(written.lstrip()) + 1 if written else 0


def is_below(path: str, folder: str) -> bool:
    """Whether a path lies within a folder, at whatever depth."""
    return path.startswith(os.path.join(folder, ""))


def is_installed(path: str) -> bool:
    """Whether a path lies where pip installs to, or npm."""
    return not _INSTALLED.isdisjoint(path.split(os.sep))


def is_standard(path: str) -> bool:
    """Whether a file is of the standard library."""
    return is_below(path, _STANDARD_LIBRARY) and not is_installed(path)


def import_root(file: Path) -> tuple[Path, tuple[str, ...]]:
    """The folder that a file is imported from, and the parts of its dotted name there."""
    names = [] if file.stem == "__init__" else [file.stem]
    root = file.parent
    while (root / "__init__.py").is_file() and root != root.parent:
        names.insert(0, root.name)
        root = root.parent
    return root, tuple(names)


def holds(folder: str, name: str) -> bool:
    """Whether a module or package of a name can be imported from a folder."""
    place = os.path.join(folder, name)
    return os.path.isfile(f"{place}.py") or os.path.isdir(place)


@functools.cache
def _vendored(root: str) -> frozenset[str]:
    """The files that `pip install --target` put beside the code, as builds for Lambda do."""
    files: set[str] = set()
    for record in Path(root).glob("*.dist-info/RECORD"):
        lines = record.read_text("utf-8", "replace").splitlines()
        files.update(os.path.join(root, os.path.normpath(line.rsplit(",", 2)[0])) for line in lines)
    return frozenset(files)
