"""Whether a consumer's code names an environment variable anywhere, as text and in any way.

It asks for less than a look-up: a settings class has a field of that name, a name may be put
together of a prefix and the rest, and a module may be imported in a way that nobody can follow.
"""

from __future__ import annotations

import os
import re
from collections.abc import Collection, Iterable, Iterator
from pathlib import Path

__all__ = ["unnamed_variables"]

_WORD = re.compile(r"[A-Za-z_][A-Za-z0-9_]*")
_PREFIX = re.compile(r"""['"{}](\w{2,}_)['"{}]""")
_SUFFIX = re.compile(r"""['"{}](_\w{3,})['"{}]""")
_MOST_FILES = 300
"""Python files around a consumer that are looked through, and of each so many bytes."""
_MOST_BYTES = 200_000
_NOT_SOURCES = frozenset({"node_modules", "site-packages", "dist-packages", "__pycache__"})


def unnamed_variables(
    names: Collection[str], sources: Iterable[str], folder: Path | None
) -> frozenset[str]:
    """Those names of variables that no text of a consumer's sources has, in either case.

    What else lies below the consumer's `folder` is only looked through for names that its modules
    do not have.
    """
    left = set(names)
    for text in sources:
        left -= _named(left, text)
    if left and folder is not None:
        for text in _texts_below(folder):
            left -= _named(left, text)
            if not left:
                break
    return frozenset(left)


def _named(names: Collection[str], text: str) -> set[str]:
    """The names that a text has as words, or as a prefix and a word, or a word and a suffix."""
    words = {word.upper() for word in _WORD.findall(text)}
    prefixes = {prefix.upper() for prefix in _PREFIX.findall(text)}
    suffixes = tuple({suffix.upper() for suffix in _SUFFIX.findall(text)})
    named = set()
    for name in names:
        plain = name.upper()
        rests = {plain.removeprefix(prefix) for prefix in prefixes if plain.startswith(prefix)}
        if plain in words or not rests.isdisjoint(words) or plain.endswith(suffixes):
            named.add(name)
    return named


def _texts_below(folder: Path) -> Iterator[str]:
    """The Python files below a folder, without those that are installed there."""
    count = 0
    for place, folders, files in os.walk(folder):
        folders[:] = sorted(name for name in folders if _may_hold_sources(place, name))
        for name in sorted(files):
            if not name.endswith(".py"):
                continue
            count += 1
            if count > _MOST_FILES:
                return
            try:
                with open(os.path.join(place, name), "rb") as file:
                    yield file.read(_MOST_BYTES).decode("utf-8", "replace")
            except OSError:
                continue


def _may_hold_sources(place: str, name: str) -> bool:
    is_environment = os.path.exists(os.path.join(place, name, "pyvenv.cfg"))
    return not (name.startswith(".") or name in _NOT_SOURCES or is_environment)
