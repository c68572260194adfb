"""Which entries of configurations are meant by what somebody names, and all that there are."""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator
from pathlib import Path

from ecr_contracts.discovery.iac.stack import SUFFIXES
from ecr_contracts.discovery.target import JAVASCRIPT, Target
from ecr_contracts.frontends.config.entries import (
    Configured,
    ProjectSettings,
    project_settings,
    read,
)
from ecr_contracts.frontends.config.finding import all_below, nearest

__all__ = [
    "configurations",
    "configured",
    "entries_named",
    "entry_of",
    "name_from",
    "nearest_of",
    "nearest_to",
    "settings_named",
]


def configurations(folder: str | Path) -> tuple[Path, ...]:
    """The configuration that a folder belongs to, and all below the folder, from the top down."""
    above = nearest(folder)
    found = {above: None} if above is not None else {}
    return tuple(found | dict.fromkeys(all_below(folder)))


def configured(folder: str | Path) -> Iterator[Configured]:
    """The consumers of these configurations, in their order."""
    for file in configurations(folder):
        yield from read(file)


def nearest_to(name: str, folder: str | Path) -> Path | None:
    """The configuration of what is named in a folder: of its file, else of the folder."""
    place = _place(name)
    return nearest(folder if place is None else Path(folder, place))


def entries_named(name: str, folder: str | Path, sort: str = "handler") -> tuple[Configured, ...]:
    """The entries about what is named in a folder; none where no configuration has it.

    A file is looked for in its nearest configuration, whatever else by its text: in that of the
    folder, else in all that are below it.
    """
    place = _place(name) if sort == "handler" else None
    if place is None:
        above = nearest(folder)
        own = [] if above is None else _of_text(read(above), name, sort)
        return tuple(own or _of_text(configured(folder), name, sort))
    file = nearest(Path(folder, place))
    if file is None:
        return ()
    meant = _meant(name, folder)
    found = []
    for entry in read(file):
        if entry.sort == sort and _meant(entry.target.text, entry.folder) == meant:
            found.append(entry)
    return tuple(found)


def _of_text(entries: Iterable[Configured], name: str, sort: str) -> list[Configured]:
    return [entry for entry in entries if (entry.sort, entry.target.text) == (sort, name)]


def settings_named(name: str, folder: str | Path) -> tuple[ProjectSettings, Configured | None]:
    """What the configuration says of a handler that is named in a folder, and its entry.

    Where it has several, it is the first; without any, the settings are those of all consumers.
    """
    for entry in entries_named(name, folder):
        return entry.project_settings(), entry
    return project_settings(nearest_to(name, folder)), None


def nearest_of(target: Target) -> Path | None:
    """The configuration of a function that is here: of its file, else of the working directory."""
    found = None if target.file is None else nearest(target.file)
    return found or nearest(".")


def entry_of(target: Target) -> Configured | None:
    """The only entry about a function that is here; None where there is none, or several."""
    file = nearest_of(target)
    if file is None or target.file is None:
        return None
    found = [entry for entry in read(file) if _is_about(entry, target.name, target.file)]
    return found[0] if len(found) == 1 else None


def _is_about(entry: Configured, name: str, file: Path) -> bool:
    """Whether an entry names what is called so in a file, or in the module that the file is."""
    if entry.sort != "handler" or entry.target.name != name:
        return False
    if entry.target.file is not None:
        return os.path.realpath(entry.folder / entry.target.file) == os.path.realpath(file)
    parts = (entry.target.module or "").split(".")
    return list(file.with_suffix("").parts[-len(parts) :]) == parts


def name_from(entry: Configured, folder: str | Path) -> str:
    """How the consumer of an entry is named in a folder."""
    text = entry.target.text
    place = _place(text) if entry.sort == "handler" else None
    if place is None or os.path.samefile(entry.folder, folder):
        return text
    path = os.path.relpath(entry.folder / place, folder)
    return Path(path).as_posix() + text.removeprefix(place)


def _place(name: str) -> str | None:
    """The file that a name begins with; None for a module."""
    if name.endswith(SUFFIXES):
        return name
    place = name.rpartition(":")[0]
    if place.endswith((".py", *JAVASCRIPT, *SUFFIXES)) or "/" in place or os.sep in place:
        return place
    return None


def _meant(name: str, folder: str | Path) -> tuple[str, str]:
    """What tells one handler of a file from others: the file itself, and what is named of it."""
    place = _place(name)
    if place is None:
        return "", name
    return os.path.realpath(Path(folder, place)), name.removeprefix(place)
