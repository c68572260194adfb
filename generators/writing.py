"""The one place that writes generated files, and compares them with what they should be."""

from __future__ import annotations

import difflib
import os
from collections.abc import Mapping
from pathlib import Path

from generators import models, named, records, structs, typeddicts
from generators.classes import Schemas

_MODULES = (models, named, records, structs, typeddicts)


def texts(schemas: Schemas) -> dict[str, str]:
    """Every generated file: its name, from the root of the checkout, and its text."""
    return {module.NAME: module.text(schemas) for module in _MODULES}


def write(root: Path, files: Mapping[str, str]) -> list[str]:
    """Writes the files that differ, each at once or not at all, and says which these were."""
    changed = [name for name, text in files.items() if _current(root / name) != text]
    for name in changed:
        unfinished = (root / name).with_suffix(".unfinished")
        unfinished.write_text(files[name], "utf-8", newline="\n")
        os.replace(unfinished, root / name)
    return changed


def drift(root: Path, files: Mapping[str, str]) -> str:
    """What writing would change, as a unified diff: empty when nothing."""
    diff = ""
    for name, text in files.items():
        current = _current(root / name).splitlines(True)
        for line in difflib.unified_diff(current, text.splitlines(True), f"a/{name}", f"b/{name}"):
            diff += line if line.endswith("\n") else f"{line}\n\\ No newline at end of file\n"
    return diff


def _current(file: Path) -> str:
    if not file.exists():
        return ""
    return file.read_bytes().decode("utf-8", "backslashreplace")
