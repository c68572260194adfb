"""The files of a handler for Node: its own, and those near it that it imports or requires."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from ecr_contracts.core import limits
from ecr_contracts.core.plain_files import read_plain_file
from ecr_contracts.discovery.javascript.tokens import Sort, Token, tokens
from ecr_contracts.discovery.target import JAVASCRIPT, Target

__all__ = ["Source", "calls_out", "sources"]

_MAX_DEPTH = 3  # imports that are followed
_MAX_FILES = 40
_SDK = ("@aws-sdk/client-", "@aws-sdk/lib-", "aws-sdk/")
_CALLING = frozenset(["aws-sdk", "https", "node:https", "axios", "got", "node-fetch", "undici"])


@dataclass(frozen=True, slots=True)
class Source:
    """A file of a handler, its text and its tokens."""

    file: Path
    text: str
    tokens: Sequence[Token]


def sources(target: Target) -> Iterator[Source]:
    """The files of a handler, its own first; what cannot be read is left out."""
    if target.file is None:
        return
    seen: set[Path] = set()
    todo = [(target.file, 0)]
    while todo and len(seen) < _MAX_FILES:
        file, depth = todo.pop(0)
        if file in seen:
            continue
        seen.add(file)
        try:
            text = _decoded(read_plain_file(file, limits.SOURCE_BYTES))
        except OSError:
            continue
        source = Source(file, text, tokens(text))
        yield source
        if depth < _MAX_DEPTH:
            todo += [(near, depth + 1) for near in _imported(source)]


def calls_out(target: Target) -> bool:
    """Whether a handler's files have AWS's SDK, or what makes requests."""
    for source in sources(target):
        for token in source.tokens:
            is_package = token.text.startswith(_SDK) or token.text in _CALLING
            if (token.sort is Sort.TEXT and is_package) or token.text == "fetch":
                return True
    return False


def _decoded(content: str | bytes) -> str:
    return content if isinstance(content, str) else content.decode("utf-8", "replace")


def _imported(source: Source) -> Iterator[Path]:
    """The files beside a source that it imports by a relative path."""
    before: Token | None = None
    for token in source.tokens:
        is_path = token.sort is Sort.TEXT and token.text.startswith(("./", "../"))
        if is_path and before is not None and before.text in ("from", "(", "import"):
            place = source.file.parent / token.text
            yield from _files_of(place)
        before = token


def _files_of(place: Path) -> Iterator[Path]:
    """The file that a path means, with its suffix or without, or that of a folder."""
    candidates = [place, *(place.with_name(place.name + suffix) for suffix in JAVASCRIPT)]
    candidates += [place / f"index{suffix}" for suffix in JAVASCRIPT]
    for file in candidates:
        if file.name.endswith(JAVASCRIPT) and file.is_file():
            yield file
            return
