"""Exported schemas as files, each of which is replaced only while it is as we made it."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from ecr_contracts.core import json_text, limits
from ecr_contracts.core.errors import FixtureError
from ecr_contracts.core.foreign_text import in_json
from ecr_contracts.core.plain_files import read_plain_file
from ecr_contracts.events.exports.documents import Document
from ecr_contracts.frontends.fixtures import put, refuse_obstacle

MADE_BY = "x-made-by"
"""The key of a file that says who made it, with the SHA-256 of the rest."""

_TOOL = "ecr-contracts kinds --export"


def write(folder: str | Path, documents: Sequence[Document]) -> tuple[str, ...]:
    """Write documents as files of a folder, each at once or not at all.

    The names of those that were written are returned; what is there with the same bytes is left as
    it is. Raises FixtureError, before anything is written, where a file stands in the way that is
    not ours or was changed by hand.
    """
    root = Path(folder)
    wanted = {document.name: text(document.content).encode() for document in documents}
    for name, content in wanted.items():
        refuse_obstacle(root, name)
        _refuse_foreign(root / name, content)
    touched = []
    for name, content in wanted.items():
        if _bytes(root / name) != content:
            put(root / name, content)
            touched.append(name)
    return tuple(touched)


def text(content: Mapping[str, Any]) -> str:
    """The text of a file: indented JSON that ends by saying who made it."""
    made_by = {"tool": _TOOL, "sha256": _digest(content)}
    document = json_text.indented({**content, MADE_BY: made_by})
    return f"{in_json(document)}\n"


def _digest(content: Mapping[str, Any]) -> str:
    return hashlib.sha256(json.dumps(content, ensure_ascii=False).encode()).hexdigest()


def _refuse_foreign(path: Path, wanted: bytes) -> None:
    """Refuse to replace a file that is neither as it is wanted nor as we wrote it."""
    content = _bytes(path)
    if content is None or content == wanted:
        return
    reason = "it was not made by this command"
    try:
        rest = json.loads(content)
        if rest.pop(MADE_BY)["tool"] == _TOOL:
            reason = "it was changed by hand"
            if text(rest).encode() == content:
                return
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError):
        pass
    raise FixtureError(str(path), f"{reason}, so it is left alone; move it away first")


def _bytes(path: Path) -> bytes | None:
    try:
        return read_plain_file(path, limits.OWN_FILE_BYTES)
    except (FileNotFoundError, NotADirectoryError):
        return None
    except OSError as error:
        raise FixtureError(str(path), error.strerror or str(error)) from error
