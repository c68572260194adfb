"""What of the documents follows from the code: tables, and the pages of reference.

Each part stands between two comments, `<!-- generated: NAME -->` and `<!-- end -->`; nothing else
of a document is touched. `PARTS` says which part has which name; any document may have any part.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path
from types import MappingProxyType

from generators.documents import checks, commands, kinds, python, tables

PARTS: Mapping[str, Callable[[], str]] = MappingProxyType(
    {
        "evidence": tables.evidence,
        "rules for changes": tables.rules_for_changes,
        "checks": checks.sections,
        "commands": commands.sections,
        "configuration": tables.configuration,
        "kinds": kinds.sections,
        "python": python.sections,
    }
)
"""Each part of the documents that is generated, in Markdown."""

FOLDER = "docs"
_BEGIN = "<!-- generated: "
_END = "<!-- end -->\n"


def texts(root: Path) -> dict[str, str]:
    """The documents of a checkout that have generated parts, as they should be, by their names.

    Raises ValueError for a part that is unknown, not closed, or in no document at all where there
    are documents.
    """
    found: dict[str, str] = {}
    seen: set[str] = set()
    for file in sorted((root / FOLDER).rglob("*.md")):
        name = file.relative_to(root).as_posix()
        document = file.read_text("utf-8")
        if _BEGIN in document:
            found[name] = filled(name, document, seen)
    missing = PARTS.keys() - seen
    if found and missing:
        raise ValueError(f"no document of {FOLDER}/ has the part {', '.join(sorted(missing))}")
    return found


def filled(name: str, document: str, seen: set[str] | None = None) -> str:
    """A document with each of its parts as it should be; their names are added to `seen`.

    Raises ValueError for a part that is unknown or not closed.
    """
    pieces = document.split(_BEGIN)
    text = pieces[0]
    for piece in pieces[1:]:
        part, closed, rest = piece.partition(" -->\n")
        _, ended, after = rest.partition(_END)
        if part not in PARTS or not (closed and ended):
            where = f"{name}: {_BEGIN}{part.splitlines()[0]} -->"
            raise ValueError(f"{where} is no part of {', '.join(PARTS)}, or has no {_END.strip()}")
        if seen is not None:
            seen.add(part)
        text += f"{_BEGIN}{part} -->\n{PARTS[part]().rstrip()}\n{_END}{after}"
    return text
