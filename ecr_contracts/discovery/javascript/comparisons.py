"""What a source in JavaScript compares with fields of the event, and whether code hangs on it.

Followed are `===` and `!==` with texts, variables of the environment and names for these,
`["a", "b"].includes(field)`, `field.startsWith("a")`, `switch (field)` and tables
(`const services = { a: … }`, `services[field]`). A test that returns
where it holds (or does not) says which events get on.
"""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from ecr_contracts.discovery.javascript.paths import (
    Steps,
    fields_of_names,
    operand_after,
    operand_before,
)
from ecr_contracts.discovery.javascript.sources import Source, sources
from ecr_contracts.discovery.javascript.tokens import Sort, Token
from ecr_contracts.discovery.javascript.words import parameter_of
from ecr_contracts.discovery.target import Target

__all__ = ["SourceComparison", "comparisons"]

_EQUAL, _UNEQUAL = ("===", "=="), ("!==", "!=")
_AFFIXES = {"startsWith": "prefix", "endsWith": "suffix"}
_MOST = 60
_ASKED = ([".", "get", "("], [".", "has", "("])
_LOGGING = ("console", "logger", "log")

Operand = tuple[tuple[str, ...], str]
"""What a field is compared with: texts, or the name of a variable of the environment."""


@dataclass(frozen=True, slots=True)
class SourceComparison:
    """That a field is compared with texts, or with a variable of the environment.

    `how` is "equal", "prefix", "suffix", or "item" of a variable that holds a list. `needed`: the
    answer without which nothing is done; None where either will do. `place` is "index.mjs:9".
    """

    steps: Steps
    texts: tuple[str, ...]
    variable: str
    how: str
    needed: bool | None
    place: str


def comparisons(target: Target) -> list[SourceComparison]:
    """What a handler's files compare with fields of the event, in the order of the code."""
    found: list[SourceComparison] = []
    files = list(sources(target))
    settings = {name: known for source in files for name, known in _settings(source.tokens)}
    for number, source in enumerate(files):
        parameter = parameter_of(source.tokens, target.attribute) if number == 0 else ""
        found += _Reader(source, parameter, settings).comparisons()
    return found[:_MOST]


class _Reader:
    """Reads one file."""

    def __init__(self, source: Source, parameter: str, settings: Mapping[str, Operand]) -> None:
        self._tokens = source.tokens
        self._settings = settings
        self._tables = dict(_tables(source.tokens))
        self._fields = fields_of_names(source.tokens, parameter)
        self._values = dict(_values(source.tokens))
        path = os.path.relpath(os.path.abspath(source.file))
        self._file = Path(path).as_posix()

    def comparisons(self) -> Iterator[SourceComparison]:
        """The comparisons of the file."""
        for position, token in enumerate(self._tokens):
            if token.is_mark(*_EQUAL, *_UNEQUAL):
                yield from self._equality(position, is_equal=token.text in _EQUAL)
            elif token.text == "includes" and token.sort is Sort.NAME:
                yield from self._inclusion(position)
            elif token.text in _AFFIXES and token.sort is Sort.NAME:
                yield from self._affix(position)
            elif token.text in self._tables and token.sort is Sort.NAME:
                yield from self._table(position)
            elif token.text == "switch" and token.sort is Sort.NAME:
                yield from self._switch(position)

    def _made(
        self,
        position: int,
        steps: Steps,
        operand: Operand,
        how: str,
        is_equal: bool,
    ) -> SourceComparison:
        texts, variable = operand
        needed = self._needed(position, is_equal=is_equal)
        place = f"{self._file}:{self._tokens[position].line}"
        return SourceComparison(steps, texts, variable, how, needed, place)

    def _equality(self, position: int, *, is_equal: bool) -> Iterator[SourceComparison]:
        before = operand_before(self._tokens, position, self._fields)
        operand = self._operand(position + 1)
        if before is None:
            before, _ = operand_after(self._tokens, position + 1, self._fields)
            operand = self._operand_before(position)
        if before and operand is not None:
            yield self._made(position, before, operand, "equal", is_equal)

    def _inclusion(self, position: int) -> Iterator[SourceComparison]:
        """`["a", "b"].includes(field)`, and the same of a name for such a list."""
        steps, _ = operand_after(self._tokens, position + 2, self._fields)
        if not steps or position < 2:
            return
        holder = self._tokens[position - 2]
        texts: tuple[str, ...] = ()
        variable, start = "", position - 2
        if holder.is_mark("]"):
            while start and not self._tokens[start].is_mark("["):
                start -= 1
            inner = self._tokens[start : position - 1]
            texts = tuple(token.text for token in inner if token.sort is Sort.TEXT)
        elif holder.sort is Sort.NAME:
            is_member = start > 1 and self._tokens[start - 1].is_mark(".")
            known = self._settings if is_member else self._values
            texts, variable = known.get(holder.text, ((), ""))
            start -= 2 if is_member else 0
        if texts or variable:
            is_equal = not (start and self._tokens[start - 1].is_mark("!"))
            how = "item" if variable else "equal"
            yield self._made(position, steps, (texts, variable), how, is_equal)

    def _table(self, position: int) -> Iterator[SourceComparison]:
        """`services[field]`, `field in services`, `services.get(field)`, `services.has(field)`."""
        texts = self._tables[self._tokens[position].text]
        steps: Steps | None = None
        if self._tokens[position + 1 : position + 2] and self._tokens[position + 1].is_mark("["):
            steps, end = operand_after(self._tokens, position + 2, self._fields)
            if end >= len(self._tokens) or not self._tokens[end].is_mark("]"):
                return
        elif [one.text for one in self._tokens[position + 1 : position + 4]] in _ASKED:
            steps, _ = operand_after(self._tokens, position + 4, self._fields)
        elif position and self._tokens[position - 1].text == "in":
            steps = operand_before(self._tokens, position - 1, self._fields)
        if steps and texts:
            place = f"{self._file}:{self._tokens[position].line}"
            yield SourceComparison(steps, texts, "", "equal", None, place)

    def _affix(self, position: int) -> Iterator[SourceComparison]:
        """`field.startsWith("a")`."""
        steps = operand_before(self._tokens, position - 1, self._fields)
        operand = self._operand(position + 2)
        if steps and operand is not None:
            start = position
            line = self._tokens[position].line
            while start and self._tokens[start - 1].line == line and not self._is_opening(start):
                start -= 1
            is_equal = not any(token.is_mark("!") for token in self._tokens[start:position])
            how = _AFFIXES[self._tokens[position].text]
            yield self._made(position, steps, operand, how, is_equal)

    def _is_opening(self, position: int) -> bool:
        return self._tokens[position - 1].is_mark("(", "&&", "||", ";", "{")

    def _switch(self, position: int) -> Iterator[SourceComparison]:
        """Each case of a `switch (field)`."""
        steps, end = operand_after(self._tokens, position + 2, self._fields)
        if not steps or end >= len(self._tokens) or not self._tokens[end].is_mark(")"):
            return
        depth = 0
        for at in range(end + 1, len(self._tokens)):
            token = self._tokens[at]
            if token.is_mark("{"):
                depth += 1
            elif token.is_mark("}"):
                depth -= 1
                if depth == 0:
                    return
            elif depth == 1 and token.text == "case" and self._tokens[at + 1].sort is Sort.TEXT:
                place = f"{self._file}:{token.line}"
                texts = (self._tokens[at + 1].text,)
                yield SourceComparison(steps, texts, "", "equal", None, place)

    # --- operands ---------------------------------------------------------------------------------

    def _operand(self, position: int) -> Operand | None:
        """The texts, or the variable, that stand at a position."""
        if position >= len(self._tokens):
            return None
        token = self._tokens[position]
        if token.sort is Sort.TEXT:
            return (token.text,), ""
        if token.text == "process" and _is_environment(self._tokens, position):
            return (), _variable(self._tokens, position)
        following = self._tokens[position + 1 : position + 2]
        if token.sort is Sort.NAME and not (
            following and following[0].is_mark(".", "?.", "[", "(")
        ):
            return self._values.get(token.text)
        return None

    def _operand_before(self, position: int) -> Operand | None:
        token = self._tokens[position - 1]
        if token.sort is Sort.TEXT:
            return (token.text,), ""
        is_member = position > 1 and self._tokens[position - 2].is_mark(".", "?.")
        if token.sort is Sort.NAME and is_member and _is_environment(self._tokens, position - 5):
            return (), token.text
        return None if is_member else self._values.get(token.text)

    # --- what hangs on it -------------------------------------------------------------------------

    def _needed(self, position: int, *, is_equal: bool) -> bool | None:
        """The answer without which nothing is done, where a test leaves the function."""
        found = self._tokens
        depth, at = 0, position
        joined: set[str] = set()
        while at < len(found):
            token = found[at]
            if token.is_mark("(", "[", "{"):
                depth += 1
            elif token.is_mark(")", "]", "}"):
                depth -= 1
                if depth < 0:
                    break
            elif depth == 0 and token.is_mark("&&", "||", "?", ";"):
                joined.add(token.text)
            at += 1
        before, level = position, 0
        while before:
            before -= 1
            token = found[before]
            if token.is_mark(")", "]"):
                level += 1
            elif token.is_mark("(", "["):
                level -= 1
                if level < 0:
                    break
            elif level == 0 and token.is_mark("&&", "||"):
                joined.add(token.text)
        if not before or found[before - 1].text != "if" or at + 1 >= len(found):
            return None
        leaves = _leaves(found, at + 1)
        if leaves and joined <= {"||"}:
            return not is_equal
        return None


def _leaves(found: Sequence[Token], start: int) -> bool:
    """Whether a statement does nothing but return, log and leave the turn of a loop."""
    if not found[start].is_mark("{"):
        return found[start].text in ("return", "continue")
    for position in range(start + 1, min(start + 60, len(found))):
        token = found[position]
        if token.text in ("return", "continue"):
            return True
        is_statement = (
            found[position - 1].is_mark("{", ";") or token.line > found[position - 1].line
        )
        if is_statement and token.sort is Sort.NAME and token.text not in _LOGGING:
            return False
        if token.is_mark("}"):
            return False
    return False


def _is_environment(found: Sequence[Token], position: int) -> bool:
    words = tuple(token.text for token in found[max(0, position) : position + 3])
    return words == ("process", ".", "env")


def _variable(found: Sequence[Token], position: int) -> str:
    """The name of the variable that `process.env` at a position is asked for."""
    after = found[position + 3 : position + 5]
    return after[1].text if len(after) == 2 and after[0].is_mark(".", "[") else ""


def _values(found: Sequence[Token]) -> Iterator[tuple[str, Operand]]:
    """The names that stand for texts, for lists of texts, or for variables of the environment."""
    for position, token in enumerate(found):
        if token.text not in ("const", "let", "var") or position + 3 >= len(found):
            continue
        name, start = found[position + 1], position + 3
        if name.is_mark("{"):
            yield from _taken_of_environment(found, position + 1)
        elif found[position + 2].is_mark("="):
            if found[start].sort is Sort.TEXT:
                yield name.text, ((found[start].text,), "")
            elif found[start].is_mark("["):
                texts: list[str] = []
                for inner in found[start + 1 :]:
                    if inner.is_mark("]"):
                        break
                    if inner.sort is Sort.TEXT:
                        texts.append(inner.text)
                yield name.text, (tuple(texts), "")
            elif (operand := _of_environment(found, start)) is not None:
                yield name.text, operand


def _of_environment(found: Sequence[Token], start: int) -> Operand | None:
    """`process.env.NAME`, `process.env.NAME || "a"`, `(process.env.NAME || "").split(",")`."""
    start += 1 if found[start].is_mark("(") else 0
    if not _is_environment(found, start) or not (name := _variable(found, start)):
        return None
    end = start + (5 if found[start + 3].is_mark(".") else 6)
    after = found[end : end + 2]
    has_default = len(after) > 1 and after[0].is_mark("||", "??") and after[1].sort is Sort.TEXT
    return ((after[1].text,) if has_default and after[1].text else ()), name


def _settings(found: Sequence[Token]) -> Iterator[tuple[str, Operand]]:
    """The keys of objects that hold variables: `{ repos: process.env.REPOS.split(",") }`."""
    for position, token in enumerate(found[:-3]):
        if token.sort is Sort.NAME and found[position + 1].is_mark(":"):
            operand = _of_environment(found, position + 2)
            if operand is not None:
                yield token.text, operand


def _tables(found: Sequence[Token]) -> Iterator[tuple[str, tuple[str, ...]]]:
    """The objects that names stand for, with their keys."""
    for position, token in enumerate(found[:-3]):
        if token.text not in ("const", "let", "var") or not found[position + 2].is_mark("="):
            continue
        words = tuple(other.text for other in found[position + 3 : position + 7])
        if words in (("new", "Map", "(", "["), ("new", "Set", "(", "[")):
            mark = "[" if words[1] == "Map" else ","
            yield found[position + 1].text, _members(found, position + 6, mark)
        if not found[position + 3].is_mark("{"):
            continue
        depth, names = 0, list[str]()
        for at in range(position + 3, len(found) - 1):
            if found[at].is_mark("{", "[", "(", "${"):
                depth += 1
            elif found[at].is_mark("}", "]", ")", "}$"):
                depth -= 1
                if depth == 0:
                    break
            elif depth == 1 and found[at - 1].is_mark("{", ",") and found[at + 1].is_mark(":"):
                names.append(found[at].text)
        if names:
            yield found[position + 1].text, tuple(names[:_MOST])


def _members(found: Sequence[Token], opening: int, mark: str) -> tuple[str, ...]:
    """The texts of a list that stand first in it, or behind a mark: keys of a map, or of a set."""
    depth, texts = 0, list[str]()
    for at in range(opening, len(found)):
        if found[at].is_mark("[", "(", "{"):
            depth += 1
        elif found[at].is_mark("]", ")", "}"):
            depth -= 1
            if depth == 0:
                break
        is_first = found[at - 1].is_mark("[", mark) and depth <= (2 if mark == "[" else 1)
        if found[at].sort is Sort.TEXT and is_first:
            texts.append(found[at].text)
    return tuple(texts[:_MOST])


def _taken_of_environment(found: Sequence[Token], opening: int) -> Iterator[tuple[str, Operand]]:
    """The names of `const { A, B } = process.env`."""
    names: dict[str, tuple[str, ...]] = {}
    for position in range(opening + 1, len(found)):
        if found[position].is_mark("}"):
            if _is_environment(found, position + 2):
                yield from ((name, (texts, name)) for name, texts in names.items())
            return
        if found[position].sort is Sort.NAME and found[position - 1].is_mark("{", ","):
            after = found[position + 1 : position + 3]
            has_default = len(after) > 1 and after[0].is_mark("=") and after[1].sort is Sort.TEXT
            names[found[position].text] = (after[1].text,) if has_default else ()
