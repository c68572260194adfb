"""Whether a function whose code is not found here may be a handler in the project.

Templates speak of code that is uploaded, archived or built on the way, so that the file of a
handler is not where they say. A rule of another function would have the handler judged on events
that it never gets: in doubt a function is not meant, and the handler's own source decides.
"""

from __future__ import annotations

import contextlib
import itertools
import os
import re
from collections.abc import Iterator, Sequence
from pathlib import Path

from ecr_contracts.core import limits
from ecr_contracts.core.placeholders import words
from ecr_contracts.core.plain_files import read_plain_file
from ecr_contracts.discovery.iac.cloudformation.code_places import Where
from ecr_contracts.discovery.iac.cloudformation.functions import Function

__all__ = ["function_of_lost_code", "is_only_handler"]

_COMMON_WORDS = re.compile(
    "apps?|artifacts?|assets?|aws|backend|bucket|build|built|cdk|code|deploy|deployment|dist|ecr"
    "|events?|eventbridge|fn|func|functions?|handlers?|images?|index|key|lambdas?|latest|main|out"
    "|output|packages?|pkg|placeholder|project|py|python3?|release|sam|services?|sources?|src"
    "|stack|target|templates?|zip"
)
"""Words that folders, archives and functions of any purpose have in their names."""
_NOT_SOURCES = frozenset({"build", "cdk.out", "dist", "node_modules", "site-packages", "tests"})
_MAX_FOLDERS = 200
_MAX_FILES = 500


def function_of_lost_code(
    functions: Sequence[Function], file: Path, attribute: str
) -> Function | None:
    """The one function of a template that can only be a handler in a file; None if in doubt.

    Its code is not found where the template says, its handler is called as this one is, and nothing
    speaks against it. Of several the one is taken whose name or place speaks for it.
    """
    likely: list[Function] = []
    for function in functions:
        is_lost = function.problem and function.place is not None
        if is_lost and _is_called_alike(function, file, attribute) and _may_be(function, file):
            likely.append(function)
    if len(likely) > 1:
        likely = [function for function in likely if _speaks_for(function, file)]
    return likely[0] if len(likely) == 1 else None


def _is_called_alike(function: Function, file: Path, attribute: str) -> bool:
    return (function.file.name, function.attribute) == (file.name, attribute)


def _may_be(function: Function, file: Path) -> bool:
    """Whether the code of a function may be a file, as far as its place tells."""
    place = function.place
    if place is None:
        return False
    speaks_for = _speaks_for(function, file)
    is_named = speaks_for or bool(_own_words(file.stem))
    if place.folder is not None and place.folder.is_dir():
        # The code is made of this folder, and the file is not where it is to be.
        is_copied = place.where is Where.IMAGE and not _has_namesakes(function, file)
        return _is_within(file, place.folder) and (is_named or is_copied)
    if place.where in (Where.FOLDER, Where.ARCHIVE):
        is_only_one = not _speaks_against(function, file) and not _has_namesakes(function, file)
        return is_named or is_only_one
    # What is in a bucket may come from any project: its name is a reason for doubt.
    is_nameless = not _words_of_place(function)
    return speaks_for or (is_nameless and (is_named or _is_same(function.file, file)))


def _speaks_for(function: Function, file: Path) -> bool:
    """Whether the names around a function and those around a file have a word in common."""
    around = _words_of_place(function) | _own_words(function.name)
    return not around.isdisjoint(_words_of_file(file))


def _speaks_against(function: Function, file: Path) -> bool:
    """Whether the place of the code and the file have names, but no word in common."""
    place, own = _words_of_place(function), _words_of_file(file)
    return bool(place) and bool(own) and place.isdisjoint(own)


def _words_of_place(function: Function) -> frozenset[str]:
    name = function.place.name if function.place is not None else ""
    return _own_words(name.removeprefix("s3://").removesuffix(".zip"))


def _words_of_file(file: Path) -> frozenset[str]:
    """The words in the path of a file, from the folder on in which we are if it is in there."""
    path = Path(os.path.abspath(file))
    start = Path.cwd()
    parts = path.relative_to(start).parts if path.is_relative_to(start) else path.parts[-2:]
    return _own_words("/".join(parts).removesuffix(".py"))


def _own_words(name: str) -> frozenset[str]:
    """The words of a name that say something of one purpose."""
    found: set[str] = set()
    for word in words(name):
        if len(word) > 2 and not _COMMON_WORDS.fullmatch(word):
            found.add(word)
    return frozenset(found)


def is_only_handler(file: Path, attribute: str, folder: Path) -> bool:
    """Whether no other file in a folder, or not far below it, has a function of a name."""
    definition = re.compile(rf"^\s*(?:async\s+)?def\s+{re.escape(attribute)}\b", re.MULTILINE)
    for number, other in enumerate(_python_files(folder)):
        if number > _MAX_FILES:
            return False
        if _is_same(other, file):
            continue
        with contextlib.suppress(OSError):
            content = read_plain_file(other, limits.SOURCE_BYTES)
            if definition.search(content.decode(errors="replace")):
                return False
    return True


def _python_files(folder: Path) -> Iterator[Path]:
    for place in _source_folders(folder):
        yield from sorted(place.glob("*.py"))


def _has_namesakes(function: Function, file: Path) -> bool:
    """Whether other files of the same name lie around, of which the function may be as well."""
    for folder in _source_folders(function.template.parent):
        other = folder / file.name
        if other.is_file() and not _is_same(other, file):
            return True
    return False


def _source_folders(start: Path) -> Iterator[Path]:
    """A folder, those in it and those in them, as far as they may hold sources; not too many."""
    for place, names, _ in itertools.islice(os.walk(start), _MAX_FOLDERS):
        folder = Path(place)
        yield folder
        is_deep = len(folder.relative_to(start).parts) >= 2
        names[:] = [] if is_deep else sorted(filter(_may_hold_sources, names))


def _may_hold_sources(name: str) -> bool:
    return not name.startswith((".", "asset.")) and name not in _NOT_SOURCES


def _is_within(file: Path, folder: Path) -> bool:
    return Path(os.path.realpath(file)).is_relative_to(os.path.realpath(folder))


def _is_same(one: Path, other: Path) -> bool:
    return os.path.realpath(one) == os.path.realpath(other)
