"""Writes consumers into a project's configuration, and harms nothing that stands there.

Text is only put in, never parsed and written anew: comments, order and layout stay. What comes of
it is read before it is written: all that the file said it has to say still, and the new consumers
beside it. Where no place is found for them, nothing is written.
"""

from __future__ import annotations

import copy
import json
import os
import re
import tomllib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from ecr_contracts.core import foreign_text, limits, whole_files
from ecr_contracts.core.errors import ConfigurationError
from ecr_contracts.core.plain_files import read_plain_file
from ecr_contracts.frontends.config.finding import OWN, PROJECT, TABLE, nearest

__all__ = ["Entry", "Table", "table_of"]

_HEADER = re.compile(
    r"^\s*\[\s*tool\s*\.\s*(?:ecr-contracts|\"ecr-contracts\")\s*\].*$", re.MULTILINE
)
_CONSUMERS = re.compile(r"^\s*consumers\s*=", re.MULTILINE)
_MARGIN = "    "
_MOST_BRACKETS = 300
"""Closing brackets that are tried: each list within a table of consumers has one."""


@dataclass(frozen=True, slots=True)
class Entry:
    """A consumer as a table has it, with the comment above it."""

    handler: str
    comment: str = ""

    def lines(self) -> list[str]:
        """The lines of TOML, without a margin."""
        comment = [f"# {_comment(self.comment)}"] if self.comment else []
        return [*comment, f"{{ handler = {_toml_text(self.handler)} }},"]


@dataclass(frozen=True, slots=True)
class Table:
    """The table of a project: its file, its text (None where there is no file), what it says.

    `is_own` is said of a file that is ours alone, whose keys stand at its top.
    """

    file: Path
    text: str | None
    content: dict[str, Any]
    is_own: bool

    @property
    def listed(self) -> list[str]:
        """What the consumers are called that it lists already."""
        names: list[str] = []
        for entry in self._consumers():
            if isinstance(entry, dict):
                names += [value for value in entry.values() if isinstance(value, str)]
        return names

    def _consumers(self) -> list[Any]:
        consumers = _own_table(self.content, is_own=self.is_own).get("consumers", [])
        return consumers if isinstance(consumers, list) else []

    def lines_for(self, entries: Sequence[Entry]) -> list[str]:
        """The lines that say the same, as somebody would write them by hand."""
        head = [] if self.is_own else [f"[tool.{TABLE}]"]
        return [*head, *_array(entries)]

    def with_entries(self, entries: Sequence[Entry]) -> str:
        """The text of the file with these consumers besides.

        Raises ConfigurationError where no place is found for them.
        """
        old, new = self._consumers(), [{"handler": entry.handler} for entry in entries]
        wanted = [self._content_with([*old, *new]), self._content_with([*new, *old])]
        for text in self._texts(entries):
            try:
                if tomllib.loads(text) in wanted:
                    return text
            except (ValueError, RecursionError, OverflowError):
                continue
        problem = "no place was found to write consumers into"
        raise ConfigurationError(self.file.name, "consumers", f"{problem}; add them by hand")

    def _content_with(self, consumers: list[Any]) -> dict[str, Any]:
        """What the file says, with these consumers in place of its own."""
        content = copy.deepcopy(self.content)
        table = content if self.is_own else content.setdefault("tool", {}).setdefault(TABLE, {})
        table["consumers"] = consumers
        return content

    def _texts(self, entries: Sequence[Entry]) -> Iterator[str]:
        """Texts of the file that may be the right one: each has the entries in another place."""
        text = self.text or ""
        array = "\n".join(_array(entries))
        for match in _CONSUMERS.finditer(text):
            yield from _in_array(text, match.end(), entries)
        if self._consumers():
            yield _ended(text) + _array_of_tables(entries, is_own=self.is_own)
            return
        if self.is_own:
            yield array + "\n" + (f"\n{text}" if text else "")
            return
        for match in _HEADER.finditer(text):
            yield f"{text[: match.end()]}\n{array}{text[match.end() :]}"
        yield f"{_ended(text)}[tool.{TABLE}]\n{array}\n"

    def write(self, text: str) -> None:
        """Put the text in the place of the file at once. Raises ConfigurationError."""
        if self.text is not None and "\r\n" in self.text:
            text = text.replace("\r\n", "\n").replace("\n", "\r\n")
        try:
            whole_files.put(self.file, text.encode())
        except OSError as error:
            problem = f"the file cannot be written: {error.strerror or error}"
            raise ConfigurationError(self.file.name, "consumers", problem) from None


def table_of(folder: Path) -> Table:
    """The table of the project in a folder, or the one that would be made there.

    It is in `ecr-contracts.toml` where that is there, else in `pyproject.toml`; where neither is,
    in a new `ecr-contracts.toml`. Raises ConfigurationError for a file that cannot be read, and
    where both have a table.
    """
    found = nearest(folder)
    own, project = folder / OWN, folder / PROJECT
    file = project if project.exists() else own
    if found is not None and found.parent == Path(os.path.abspath(folder)):
        file = folder / found.name
    is_own = file.name == OWN
    if not file.exists():
        return Table(file, None, {}, is_own)
    try:
        # Other line ends than "\n" would be told as changes.
        text = read_plain_file(file, limits.SETTINGS_BYTES).decode("utf-8")
        content = tomllib.loads(text)
        _own_table(content, is_own=is_own)
    except OSError as error:
        problem = f"the file cannot be read: {error.strerror or error}"
    except UnicodeDecodeError:
        problem = "the file is not UTF-8, as TOML is; save it as UTF-8"
    except (ValueError, RecursionError, OverflowError) as error:
        problem = f"the file is not TOML: {' '.join(str(error).split())}"
    except TypeError as error:
        problem = str(error)
    else:
        return Table(file, text, content, is_own)
    raise ConfigurationError(file.name, "consumers", problem)


def _own_table(content: dict[str, Any], *, is_own: bool) -> dict[str, Any]:
    """Our table in what a file says. Raises TypeError where something else stands there."""
    if is_own:
        return content
    tools = content.get("tool", {})
    table = tools.get(TABLE, {}) if isinstance(tools, dict) else tools
    if not isinstance(table, dict):
        raise TypeError(f"tool.{TABLE} is a table, not {type(table).__name__}")
    return table


def _array(entries: Sequence[Entry]) -> list[str]:
    lines = ["consumers = ["]
    for entry in entries:
        lines += [_MARGIN + line for line in entry.lines()]
    return [*lines, "]"]


def _array_of_tables(entries: Sequence[Entry], *, is_own: bool) -> str:
    """The entries as tables of their own, where the others are written so."""
    name = "consumers" if is_own else f"tool.{TABLE}.consumers"
    tables = []
    for entry in entries:
        comment = f"# {_comment(entry.comment)}\n" if entry.comment else ""
        tables.append(f"{comment}[[{name}]]\nhandler = {_toml_text(entry.handler)}\n")
    return "\n".join(tables)


def _in_array(text: str, start: int, entries: Sequence[Entry]) -> Iterator[str]:
    """Texts with entries at the end of an array that begins behind a place.

    Which bracket closes it is for the reader of TOML to say: the right one gives what is wanted.
    """
    new = "".join(f"{line}\n" for line in _array(entries)[1:-1])
    begin = text.find("[", start) + 1
    end = text.find("]", start)
    tries = 0
    while end != -1 and tries < _MOST_BRACKETS:
        before, after = text[:end].rstrip(" \t"), text[end:]
        body = before.rstrip()
        # The last entry may end with a comma or without one; behind a comment neither helps.
        for comma in ("", ","):
            yield f"{body}{comma}\n{new}{after}"
        end = text.find("]", end + 1)
        tries += 1
    if begin:
        yield f"{text[:begin]}\n{new}{text[begin:]}"


def _ended(text: str) -> str:
    """A text with an empty line at its end, so that a table may follow; empty if it is."""
    if not text.strip():
        return text
    return f"{text}\n" if text.endswith("\n") else f"{text}\n\n"


def _toml_text(text: str) -> str:
    """A text of TOML: JSON's escapes are TOML's too, but for pairs of surrogates, and DEL."""
    return json.dumps(text, ensure_ascii=False).replace("\x7f", "\\u007f")


def _comment(text: str) -> str:
    """A comment in one line: TOML has no control characters in it."""
    return foreign_text.one_line(text)
