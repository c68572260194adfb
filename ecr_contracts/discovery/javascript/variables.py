"""The environment variables that a source in JavaScript looks up, and whether it can do without.

Read are `process.env.NAME`, `process.env["NAME"]`, names for the environment, patterns
(`const { NAME = "a" } = process.env`), and calls of functions that look up their argument. What is
done with a value is `variable_uses`' affair.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from ecr_contracts.discovery.javascript.sources import sources
from ecr_contracts.discovery.javascript.tokens import Sort, Token
from ecr_contracts.discovery.javascript.variable_uses import Use, closing, opening, use_of
from ecr_contracts.discovery.target import Target

__all__ = ["SourceVariable", "variables_of_source"]

_NUMBERS = ("Number", "parseInt", "parseFloat")
_ADDRESSES = ("URL", "fetch")
_DECLARING = ("const", "let", "var")
_PROCESSES = ("process", "node:process")
_MOST_BACK = 12  # tokens between a function's name and its parameters


@dataclass(frozen=True, slots=True)
class SourceVariable:
    """A look-up of `process.env`.

    `has_default`: the code has another value where it is not set. `compared`: it is compared with
    texts that are written there, and no more. `is_empty`: it is taken for an empty text. `form` is
    a text that suits what it is used for, empty where any will do.
    """

    name: str
    file: Path
    line: int
    has_default: bool
    compared: bool
    is_empty: bool = False
    form: str = ""


@dataclass(frozen=True, slots=True)
class _Lookup:
    """A look-up whose tokens stand from `start` to `end`, and what its pattern says instead."""

    name: str
    start: int
    end: int
    has_default: bool = False
    given_to: str = ""


def variables_of_source(target: Target) -> Iterator[SourceVariable]:
    """Each look-up of a variable in the files of a handler, in their order."""
    for source in sources(target):
        reader = _Reader(source.tokens)
        for lookup in sorted(reader.lookups(), key=lambda lookup: lookup.start):
            use = reader.use(lookup)
            line = source.tokens[lookup.start].line
            yield SourceVariable(
                lookup.name,
                source.file,
                line,
                lookup.has_default or use is Use.DEFAULT,
                use is Use.COMPARED,
                use is Use.EMPTY,
                reader.form(lookup),
            )


class _Reader:
    """Reads the look-ups of one file."""

    def __init__(self, found: Sequence[Token]) -> None:
        self._found = found
        self._holders = list(self._environments())
        self._names = {token.text for token in found if token.sort is Sort.NAME}

    def _text(self, position: int) -> str:
        return self._found[position].text if 0 <= position < len(self._found) else ""

    def _is_mark(self, position: int, *marks: str) -> bool:
        return 0 <= position < len(self._found) and self._found[position].is_mark(*marks)

    def _is_name(self, position: int) -> bool:
        return 0 <= position < len(self._found) and self._found[position].sort is Sort.NAME

    def _environments(self) -> Iterator[tuple[int, int]]:
        """Where the environment stands: `process.env`, and the names that it is given."""
        aliases: set[str] = set()
        for position, token in enumerate(self._found):
            if token.sort is not Sort.NAME or token.text != "env":
                continue
            if self._text(position - 2) == "process" and self._is_mark(position - 1, ".", "?."):
                yield position - 2, position + 1
                is_whole = not self._is_mark(position + 1, ".", "?.", "[")
                if is_whole and self._is_mark(position - 3, "=") and self._is_name(position - 4):
                    aliases.add(self._text(position - 4))
            elif self._is_mark(position - 1, "{", ",") and self._is_mark(position + 1, "}", ","):
                end = closing(self._found, opening(self._found, position))
                after = [one.text for one in self._found[end + 1 : end + 5]]
                if any(word in _PROCESSES for word in after) and after[:1] in (["="], ["from"]):
                    aliases.add("env")
        for position, token in enumerate(self._found):
            is_own = token.sort is Sort.NAME and not self._is_mark(position - 1, ".", "?.")
            if is_own and token.text in aliases:
                yield position, position + 1

    def lookups(self) -> Iterator[_Lookup]:
        """The look-ups of the file, in no order."""
        for start, end in self._holders:
            if self._is_mark(start - 1, "=") and self._is_mark(start - 2, "}"):
                yield from self._of_pattern(opening(self._found, start - 2), start - 2)
                continue
            dotted = self._is_mark(end, ".", "?.") and self._is_name(end + 1)
            if dotted:
                yield _Lookup(self._text(end + 1), start, end + 2)
                continue
            at = end + 1 if self._is_mark(end, "?.") else end
            if not self._is_mark(at, "[") or not self._is_mark(at + 2, "]"):
                continue
            key = self._found[at + 1]
            if key.sort is Sort.TEXT:
                yield _Lookup(key.text, start, at + 3)
            elif key.sort is Sort.NAME:
                yield from self._of_key(key.text, start, at + 3)

    def _of_pattern(self, first: int, last: int) -> Iterator[_Lookup]:
        """`const { NAME, OTHER: name = "a" } = process.env`."""
        depth = 0
        for position in range(first, last):
            if self._is_mark(position, "{", "[", "("):
                depth += 1
            elif self._is_mark(position, "}", "]", ")"):
                depth -= 1
            token = self._found[position]
            is_key = depth == 1 and self._is_mark(position - 1, "{", ",")
            if not is_key or token.sort not in (Sort.NAME, Sort.TEXT):
                continue
            at, name = position + 1, token.text
            if self._is_mark(at, ":") and self._is_name(at + 1):
                at, name = at + 2, self._text(at + 1)
            yield _Lookup(token.text, position, position + 1, self._is_mark(at, "="), name)

    def _of_key(self, key: str, start: int, end: int) -> Iterator[_Lookup]:
        """Of `process.env[key]`: what a constant names, or the calls of the function around it."""
        for position, token in enumerate(self._found):
            is_constant = token.text == key and self._text(position - 1) in _DECLARING
            if is_constant and self._is_mark(position + 1, "="):
                value = self._found[position + 2 : position + 3]
                if value and value[0].sort is Sort.TEXT:
                    yield _Lookup(value[0].text, start, end)
                return
        function = self._function_of(key, start)
        has_default = use_of(self._found, start, end) is Use.DEFAULT
        for position, token in enumerate(self._found):
            is_call = token.text == function and self._is_mark(position + 1, "(")
            name = self._found[position + 2 : position + 3]
            if not is_call or not name or name[0].sort is not Sort.TEXT:
                continue
            has_second = self._is_mark(position + 3, ",") and not self._is_mark(position + 4, ")")
            is_nothing = self._text(position + 4) in ("undefined", "null", "")
            instead = has_second and not is_nothing
            # A second argument is what stands there in most such functions.
            is_literal = has_default and self._found[end + 1].sort is not Sort.NAME
            last = closing(self._found, position + 1) + 1
            yield _Lookup(name[0].text, position, last, instead or is_literal)

    def _function_of(self, parameter: str, before: int) -> str:
        """The name of the function before a place that has a parameter of a name."""
        for position in range(before, -1, -1):
            is_parameter = self._text(position) == parameter and (
                self._is_mark(position - 1, "(", ",", "=") or self._text(position - 1) == "async"
            )
            if not is_parameter or not self._is_mark(position + 1, ")", ",", "=", "=>"):
                continue
            for at in range(position - 1, max(-1, position - _MOST_BACK), -1):
                is_declared = self._text(at - 1) in (*_DECLARING, "function")
                if is_declared and self._is_name(at):
                    return self._text(at)
        return ""

    # --- what its value is used for ---------------------------------------------------------------

    def use(self, lookup: _Lookup) -> Use:
        """What is done with the value of a look-up, also under the name that it is given."""
        if not lookup.given_to:
            use = use_of(self._found, lookup.start, lookup.end)
            if use is not Use.OTHER:
                return use
        return self._use_of_name(lookup)

    def _places(self, lookup: _Lookup) -> list[int]:
        """Where the name stands that a value is given, and nothing else with it."""
        name = lookup.given_to
        if not name:
            before = lookup.start - 1
            is_given = self._is_mark(before, "=") and self._text(before - 2) in _DECLARING
            ends = self._is_mark(lookup.end, ";", ",") or self._is_next_statement(lookup.end)
            if not is_given or not ends or self._text(before - 3) == "export":
                return []
            name = self._text(before - 1)
        return [
            position
            for position, token in enumerate(self._found)
            if token.sort is Sort.NAME
            and token.text == name
            and not self._is_mark(position - 1, ".", "?.")
            and self._text(position - 1) not in _DECLARING
            and not (self._is_mark(position + 1, ":") and self._is_mark(position - 1, "{", ","))
            and position not in range(lookup.start, lookup.start + 3)
        ]

    def _is_next_statement(self, position: int) -> bool:
        """Whether a statement ends before a token, which stands in a line of its own."""
        if position >= len(self._found):
            return True
        token = self._found[position]
        return token.line > self._found[position - 1].line and token.sort is not Sort.MARK

    def _use_of_name(self, lookup: _Lookup) -> Use:
        uses = set()
        for position in self._places(lookup):
            if self._is_mark(position + 1, "="):
                return Use.DEFAULT
            uses.add(use_of(self._found, position, position + 1))
        if not uses or Use.OTHER in uses or Use.EMPTY in uses:
            return Use.OTHER
        return Use.DEFAULT if Use.DEFAULT in uses else Use.COMPARED

    def form(self, lookup: _Lookup) -> str:
        """A text that suits the uses of a value: a number, an address, a key of a table."""
        for position in (lookup.start, *self._places(lookup)):
            if not self._is_mark(position - 1, "(", "["):
                continue
            before = self._text(position - 2)
            if before in _NUMBERS:
                return "10"
            is_parse = before == "parse" and self._text(position - 4) == "url"
            if self._is_mark(position - 1, "(") and (before in _ADDRESSES or is_parse):
                return "https://placeholder.example.invalid/"
            if self._is_mark(position - 1, "[") and (key := self._first_key(before)):
                return key
        return ""

    def _first_key(self, table: str) -> str:
        """The first key of the object that a name is given: `const hooks = { dev: "…" }`."""
        for position, token in enumerate(self._found):
            is_table = token.text == table and self._text(position - 1) in _DECLARING
            if is_table and self._is_mark(position + 1, "=") and self._is_mark(position + 2, "{"):
                key = self._found[position + 3 : position + 4]
                is_key = bool(key) and key[0].sort in (Sort.NAME, Sort.TEXT)
                return key[0].text if is_key and self._is_mark(position + 4, ":", ",") else ""
        return ""
