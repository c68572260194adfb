"""Where this package lies on the disk, to tell its own frames from those of the code under test."""

from __future__ import annotations

import os

__all__ = ["FOLDER", "is_own_file", "stands_for_system", "version"]

FOLDER = os.path.join(os.path.dirname(os.path.dirname(os.path.abspath(__file__))), "")
"""The folder of the package, with a separator at its end."""


def is_own_file(file: str) -> bool:
    """Whether a source file belongs to this package."""
    return file.startswith(FOLDER)


_SYSTEM = os.path.join(FOLDER, "runtime", "sandbox", "files", "")


def stands_for_system(file: str) -> bool:
    """Whether a source file has the functions that replace those of the system in a sandbox."""
    return file.startswith(_SYSTEM)


def version() -> str:
    """The version of the package as it was installed; "unknown" for a copy that was not."""
    from importlib import metadata  # few runs need it

    try:
        return metadata.version("ecr-contracts")
    except metadata.PackageNotFoundError:
        return "unknown"
