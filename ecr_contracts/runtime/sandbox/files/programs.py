"""Programs know nothing of copies: those that are let through are given the paths of them."""

from __future__ import annotations

import os
from collections.abc import Callable
from typing import Any

from ecr_contracts.discovery.user_code import is_below
from ecr_contracts.runtime.sandbox.files.callers import Caller
from ecr_contracts.runtime.sandbox.files.places import TEMPORARY, exact
from ecr_contracts.runtime.sandbox.files.redirection import Redirection
from ecr_contracts.runtime.sandbox.hooks import Patches

__all__ = ["redirect_programs"]

_LONGEST = 4096
"""Characters of a path."""


def redirect_programs(redirection: Redirection, patches: Patches) -> None:
    """Have `subprocess` start programs with the copies of the files that its arguments name."""
    try:
        import subprocess

        started: Callable[..., Any] = subprocess._fork_exec  # type: ignore[attr-defined]
    except (ImportError, AttributeError):
        return  # as on Windows

    def start(arguments: Any, executables: Any, *rest: Any) -> Any:
        close, keep, folder, *others = rest
        if redirection.callers.caller() is not Caller.OTHER:
            arguments = [_word(redirection, word) for word in arguments]
            folder = None if folder is None else _word(redirection, folder)
        return started(arguments, executables, close, keep, folder, *others)

    patches.set(subprocess, "_fork_exec", start)


def _word(redirection: Redirection, word: Any) -> Any:
    """A word of a command line; where it is the path of a copy, that of the copy."""
    text = exact(word)
    if not text:
        return word
    option, is_option, path = text.rpartition("=")
    if not is_option or not option.startswith("-"):
        option, path = "", text
    overlay = redirection.overlay
    if not (path.startswith("/") or overlay.is_touched) or len(path) > _LONGEST or "\0" in path:
        return word
    try:
        view, system = overlay.located(overlay.absolute(path))
    except OSError:
        return word
    if is_below(view, TEMPORARY) and not overlay.exists(view):
        system = overlay.upper(view)  # what the program makes there is in the temporary folder
    if system == view:
        return word
    system = f"{option}={system}" if option else system
    return os.fsencode(system) if isinstance(word, bytes) else system
