"""What a consumer is called in a baseline: alike, however and from where it is named.

A handler is its file beside the baseline, and its function there. So the command line, pytest and
an assertion agree, whether a file, a module or a template was named, and no path of a machine gets
into a file that is committed.
"""

from __future__ import annotations

import os
from pathlib import Path

from ecr_contracts.discovery.target import Target

__all__ = ["handler_name"]

_SOURCES = ("", "src")
"""Folders in which the packages of a project lie."""


def handler_name(target: Target, folder: Path, root: Path) -> str:
    """The name of a handler beside a baseline in `root`; its paths are relative to `folder`."""
    file = _file_of(target, folder)
    if file is None:
        return target.text
    try:
        beside = os.path.relpath(file.resolve(), root.resolve())
    except ValueError:  # it is on another drive
        return f"{file.name}:{target.attribute}"
    return f"{Path(beside).as_posix()}:{target.attribute}"


def _file_of(target: Target, folder: Path) -> Path | None:
    """The file of a handler; None of a module that is not found beside it."""
    if target.file is not None:
        return folder / target.file
    if target.module is None:
        return None
    parts = target.module.split(".")
    for source in _SOURCES:
        module = folder.joinpath(source, *parts)
        for file in (module.with_suffix(".py"), module / "__init__.py"):
            if file.is_file():
                return file
    return None
