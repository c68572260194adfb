"""Programs know nothing of copies: those that are let through are given the paths of them."""

from __future__ import annotations

import os
from collections.abc import Callable
from typing import Any

from ecr_contracts.discovery.user_code import is_below
from ecr_contracts.runtime.sandbox.files.callers import Caller
from ecr_contracts.runtime.sandbox.files.places import Place, exact, make_folders
from ecr_contracts.runtime.sandbox.files.redirection import Redirection
from ecr_contracts.runtime.sandbox.hooks import Patches

__all__ = ["redirect_programs"]

_LONGEST = 4096
"""Characters of a path."""
_FOLDER = 4
"""The position of the working folder among what `_fork_exec` is given; the first are the words."""


def redirect_programs(redirection: Redirection, patches: Patches) -> None:
    """Have `subprocess` start programs with the copies of the files that its arguments name."""
    try:
        import subprocess

        started: Callable[..., Any] = subprocess._fork_exec  # type: ignore[attr-defined]
    except (ImportError, AttributeError):
        return  # as on Windows

    def start(*given: Any) -> Any:
        if len(given) <= _FOLDER or redirection.callers.caller() is Caller.OTHER:
            return started(*given)
        where, folder = _folder(redirection, given[_FOLDER])
        arguments = [_word(redirection, word, where) for word in given[0]]
        return started(arguments, *given[1:_FOLDER], folder, *given[_FOLDER + 1 :])

    patches.set(subprocess, "_fork_exec", start)


def _folder(redirection: Redirection, folder: Any) -> tuple[str | None, Any]:
    """Where a program begins, as the consumer sees it, if that is known, and where its copy lies.

    In the temporary folder that is always the copy: what the program makes beside it goes there.
    """
    text = "." if folder is None else exact(folder)
    overlay = redirection.overlay
    if not text or len(text) > _LONGEST or "\0" in text:
        return None, folder
    try:
        view, system = overlay.located(overlay.absolute(text))
    except OSError:
        return None, folder
    if _is_temporary(redirection, view) and overlay.is_folder(view):
        system = overlay.upper(view)
        make_folders(system)
    if system == view:
        return view, folder
    return view, os.fsencode(system) if isinstance(folder, bytes) else system


def _word(redirection: Redirection, word: Any, where: str | None) -> Any:
    """A word of a command line; where it is the path of a copy, that of the copy.

    `where` the program begins, as the consumer sees it. A word that is no path from the root may be
    any word: it is one only where there is such a file.
    """
    text = exact(word)
    if not text:
        return word
    option, is_option, path = text.rpartition("=")
    if not is_option or not option.startswith("-"):
        option, path = "", text
    overlay = redirection.overlay
    is_from_root = path.startswith("/")
    if not (is_from_root or overlay.is_touched) or len(path) > _LONGEST or "\0" in path:
        return word
    if not is_from_root and where is None:
        return word
    try:
        view, system = overlay.located(
            overlay.absolute(path if is_from_root else f"{where}/{path}")
        )
    except OSError:
        return word
    if not overlay.exists(view):
        if not is_from_root or not _is_temporary(redirection, view):
            return word
        system = overlay.upper(view)  # what the program makes there is in the temporary folder
    if system == view:
        return word
    system = f"{option}={system}" if option else system
    return os.fsencode(system) if isinstance(word, bytes) else system


def _is_temporary(redirection: Redirection, view: str) -> bool:
    """Whether a view path is in the temporary folder that code names, and not in a project there.

    The folder of its copies may lie there too: what is in it already is as it should be.
    """
    places = redirection.overlay.places
    is_in_it = view == places.temporary or is_below(view, places.temporary)
    return is_in_it and places.of(view) is Place.COPY and not places.is_with_project(view)
