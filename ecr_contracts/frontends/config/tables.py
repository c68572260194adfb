"""The tables of a configuration as they stand in its file, before their values are read."""

from __future__ import annotations

import tomllib
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from ecr_contracts.core import limits
from ecr_contracts.core.errors import did_you_mean
from ecr_contracts.core.plain_files import read_plain_file
from ecr_contracts.frontends.config.finding import OWN, TABLE, misspelt_table
from ecr_contracts.frontends.config.keys import (
    CONSUMER_KEYS,
    CONSUMERS,
    SHARED_KEYS,
    SUBJECT_KEYS,
)
from ecr_contracts.frontends.config.places import Key
from ecr_contracts.frontends.config.values import in_sentence, one_line

__all__ = ["Entry", "Table"]

_TOP_KEYS = (CONSUMERS, *SHARED_KEYS)
_ENTRY_KEYS = (*CONSUMER_KEYS, *SHARED_KEYS)


@dataclass(frozen=True, slots=True)
class Entry:
    """One table of the list of consumers: no key in it is unknown, and `sort` names what it is.

    `line` is where it stands in its file, counted from one, `number` its place in the list, from
    zero.
    """

    values: Mapping[str, Any]
    key: Key
    sort: str
    line: int
    number: int

    @property
    def name(self) -> Any:
        """What stands at the key that says what the consumer is."""
        return self.values[self.sort]


@dataclass(frozen=True, slots=True)
class Table:
    """Our table of a file: no key in it is unknown. Empty where the file has none."""

    values: Mapping[str, Any]
    key: Key
    text: str

    @classmethod
    def of(cls, file: Path) -> Table:
        """The table of a file. Raises ConfigurationError for one that cannot be used."""
        text = _text(file)
        key = Key(file)
        values = _parsed(text, key)
        if file.name == OWN and "tool" in values:
            raise key.inner("tool").error(f"the keys of an {OWN} stand at its top, without a table")
        if file.name != OWN:
            tools = values.get("tool", {})
            if not isinstance(tools, dict):
                raise key.error(f"tool is a table, not {in_sentence(tools)}")
            if TABLE not in tools and (name := misspelt_table(tools)):
                raise key.error(f"it has a table [tool.{name}]; did you mean [tool.{TABLE}]?")
            values = tools.get(TABLE, {})
        if not isinstance(values, dict):
            raise key.error(f"tool.{TABLE} is a table, not {in_sentence(values)}")
        _refuse_unknown(values, key, _TOP_KEYS)
        return cls(values, key, text)

    def entries(self) -> Iterator[Entry]:
        """The consumers that it lists. Raises ConfigurationError for what is no entry."""
        key = self.key.inner(CONSUMERS)
        listed = self.values.get(CONSUMERS, [])
        if not isinstance(listed, list):
            example = 'consumers = [{ handler = "app.py:handler" }]'
            raise key.error(f"it is a list, as in {example}, not {in_sentence(listed)}")
        seen: list[Any] = []
        for number, values in enumerate(listed):
            place = Key(key.file, f"{key.name}[{number}]")
            sort = _sort(values, place)
            line = self._line(values[sort], seen.count(values[sort]))
            seen.append(values[sort])
            yield Entry(values, place, sort, line, number)

    def _line(self, name: Any, earlier: int) -> int:
        """The line that names a consumer, after `earlier` others; 1 if it is written otherwise."""
        lines = self.text.splitlines()
        named = [number for number, line in enumerate(lines, 1) if str(name) in line]
        if not named:
            return 1
        return named[min(earlier, len(named) - 1)]


def _text(file: Path) -> str:
    """The text of a file. Raises ConfigurationError for one that cannot be read."""
    try:
        content = read_plain_file(file, limits.SETTINGS_BYTES)
        return content.decode("utf-8")
    except OSError as error:
        problem = f"the file cannot be read: {error.strerror or error}"
    except UnicodeDecodeError as error:
        line = content.count(b"\n", 0, error.start) + 1
        problem = f"the file is not UTF-8, as TOML is (line {line}); save it as UTF-8"
    raise Key(file).error(problem)


def _parsed(text: str, key: Key) -> dict[str, Any]:
    """The whole table of a file. Raises ConfigurationError for what is not TOML."""
    try:
        return tomllib.loads(text)
    except RecursionError:
        raise key.error("the file is too deeply nested") from None
    except (ValueError, OverflowError) as error:
        # Beside TOMLDecodeError: an escape of no character, a year 0.
        raise key.error(f"the file is not TOML: {one_line(str(error))}") from None


def _sort(values: Any, key: Key) -> str:
    """The one key of an entry that says what the consumer is."""
    if not isinstance(values, dict):
        example = '{ handler = "app.py:handler" }'
        raise key.error(f"it is a table, as in {example}, not {in_sentence(values)}")
    _refuse_unknown(values, key, _ENTRY_KEYS)
    named = [name for name in SUBJECT_KEYS if name in values]
    if not named:
        problem = "it is missing; write handler = 'path/to/app.py:handler'"
        raise key.inner("handler").error(f"{problem}, or a command or a url")
    if len(named) > 1:
        problem = f"the entry has a {named[0]} already: write an entry for each consumer"
        raise key.inner(named[1]).error(problem)
    return named[0]


def _refuse_unknown(table: Mapping[str, Any], key: Key, known: Collection[str]) -> None:
    for name in table:
        if name in known:
            continue
        if name in CONSUMER_KEYS:
            problem = f"it is said of one consumer: write it into an entry of {CONSUMERS}"
        elif name == CONSUMERS:
            problem = "no entry has consumers of its own: write it above all of them"
        else:
            problem = f"no such key{did_you_mean(name, known)}"
            of_one = did_you_mean(name, CONSUMER_KEYS)
            if "did you mean" in of_one and "did you mean" not in problem:
                problem = f"no such key{of_one} That stands in an entry of {CONSUMERS}"
            elif "there are" not in problem:
                problem += f" (there are: {', '.join(known)})"
        raise key.inner(name).error(problem)
