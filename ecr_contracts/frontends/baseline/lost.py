"""Entries of a baseline whose consumer is not there any more: it was renamed, moved or removed."""

from __future__ import annotations

import re
from collections import Counter
from pathlib import Path

from ecr_contracts.frontends.baseline.files import read_baseline

__all__ = ["lost_consumers"]

_FILE = re.compile(r"(?P<file>.+\.(?:py|js|mjs|cjs)):(?P<name>[\w.]+)")


def lost_consumers(file: Path) -> dict[str, int]:
    """The consumers of a baseline that are not there any more, with the number of their entries.

    A consumer is lost where its file is gone, or nothing in it has its name. Raises BaselineError.
    """
    numbers = Counter(entry.consumer for entry in read_baseline(file).entries)
    return {name: number for name, number in numbers.items() if _is_lost(name, file.parent)}


def _is_lost(consumer: str, folder: Path) -> bool:
    match = _FILE.fullmatch(consumer)
    if match is None:
        return False
    try:
        code = (folder / match["file"]).read_text(encoding="utf-8", errors="replace")
    except FileNotFoundError:
        return True
    except OSError:
        return False
    name = match["name"].rpartition(".")[2]
    return re.search(rf"\b{re.escape(name)}\b", code) is None
