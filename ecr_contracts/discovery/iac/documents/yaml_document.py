"""A text of YAML as data that knows on which line each key stands; a tag `!Ref x` as in JSON.

What AWS's tools read differently or refuse is refused at its line: a key that stands twice,
several documents, keys that are no scalars. The data are built from the events of ruamel's parser
with bounds on their number, so that no text takes more memory or time than its length lets expect:
aliases of aliases count with all that they stand for.
"""

from __future__ import annotations

import contextlib
import importlib.util
import itertools
import re
from collections.abc import Iterable
from functools import cached_property
from typing import Any, NamedTuple

from ecr_contracts.core.limits import NESTED_LEVELS, YAML_VALUES
from ecr_contracts.core.text import shortened
from ecr_contracts.discovery.iac.documents.block import Block, TemplateError

__all__ = ["yaml_value"]

_MERGE = "<<"
_SHOWN = 60  # characters of a name
_STANDARD = "tag:yaml.org,2002:"
_TEXT = f"{_STANDARD}str"
_NO_KEY = "a key is a text, not a mapping or a list"
_LINE_ENDS = re.compile("\r\n|[\n\r\x85\u2028\u2029]")

_WORDS = {
    **dict.fromkeys(("", "~", "null", "Null", "NULL"), None),
    **dict.fromkeys(("true", "True", "TRUE"), True),
    **dict.fromkeys(("false", "False", "FALSE"), False),
}
_FIRST_OF_NUMBERS = frozenset("0123456789+-.")
_INTEGERS = (
    (re.compile(r"[-+]?(?:[1-9][0-9_]*|0)"), 10),
    (re.compile(r"[-+]?0b[01_]+"), 2),
    (re.compile(r"[-+]?0o[0-7_]+"), 8),
    (re.compile(r"[-+]?0x[0-9a-fA-F_]+"), 16),
)
"""Digits behind a zero are none of these: they stay text, as they are account ids."""
_FLOAT = re.compile(
    r"[-+]?[0-9][0-9_]*\.[0-9_]*(?:[eE][-+]?[0-9]+)?|[-+]?[0-9][0-9_]*[eE][-+]?[0-9]+"
    r"|[-+]?\.[0-9_]+(?:[eE][-+][0-9]+)?"
)
_SPECIAL = re.compile(r"[-+]?\.(?:inf|Inf|INF)|\.(?:nan|NaN|NAN)")

_UNFORESEEN = (
    ArithmeticError,
    AssertionError,
    AttributeError,
    LookupError,
    RecursionError,
    TypeError,
    ValueError,
)
"""Errors of ruamel's parser that are no YAMLError."""


def yaml_value(file: str, text: str) -> Any:
    """What a text of YAML says; None where it is empty.

    Raises TemplateError, with the line, for what is broken, too large or ambiguous.
    """
    # Imported late: most runs read no YAML.
    from ruamel.yaml import YAML
    from ruamel.yaml.error import YAMLError

    if importlib.util.find_spec("_ruamel_yaml") is not None:
        # Its parser in C reads four times as fast. What that refuses the other decides, so that the
        # same is refused everywhere, and in the same words.
        with contextlib.suppress(YAMLError):
            return _Document(file, text).value(YAML(typ="safe").parse(text))
    document = _Document(file, text)
    try:
        return document.value(YAML(typ="safe", pure=True).parse(text))
    except YAMLError as error:
        problem = getattr(error, "problem", None) or str(error).partition("\n")[0]
        line = _line(error, text)
    except _UNFORESEEN as error:
        # What the parser has not thought of: "\\U0011FFFF" is a ValueError, `%YAML 1.13` another.
        problem, line = str(error), document.line
    raise TemplateError(file, line, f"it is not YAML: {problem}")


def _line(error: Any, text: str) -> int:
    """The line of an error of the parser, 0 if it has none."""
    if isinstance(position := getattr(error, "position", None), int):
        return text.count("\n", 0, position) + 1
    begin = getattr(error, "context_mark", None)
    mark = getattr(error, "problem_mark", None) or begin
    if begin is not None and "end" in str(error.problem):  # of the text; it says where to look
        mark = begin
    return mark.line + 1 if mark else 0


class _Value(NamedTuple):
    """A value, and the line and the column of its text; `line` is where it begins.

    `size` is the number of values in it, those of an alias each time, `height` how deep they are
    nested.
    """

    data: Any
    line: int
    start: tuple[int, int]
    size: int = 1
    height: int = 0


class _Open:
    """A mapping or a list that is being read; `data` is what has been read of it.

    `key` is the key whose value comes next in a mapping, None where a key comes next. `merged` are
    the values of the keys `<<`.
    """

    __slots__ = (
        "anchor",
        "data",
        "height",
        "is_merge",
        "key",
        "key_line",
        "line",
        "merged",
        "size",
        "tag",
    )

    def __init__(self, event: Any, data: Block | list[Any]) -> None:
        self.anchor, self.tag, self.data = event.anchor, event.tag, data
        self.line = event.start_mark.line + 1
        self.key: str | None = None
        self.key_line, self.is_merge = 0, False
        self.merged: list[Any] = []
        self.size, self.height = 1, 1


class _Document:
    """Builds the data of a document from the events of a parser; `line` is that of the last one."""

    def __init__(self, file: str, text: str) -> None:
        self._file, self._text = file, text
        self._open: list[_Open] = []
        self._anchors: dict[str, _Value] = {}
        self._result: Any = None
        self._documents = self._count = 0
        self.line = 0

    def value(self, events: Iterable[Any]) -> Any:
        """The data of the only document; raises TemplateError, and YAMLError as the parser does."""
        for event in events:
            self.line = event.start_mark.line + 1
            match type(event).__name__:
                case "ScalarEvent":
                    self._scalar(event)
                case "MappingStartEvent":
                    self._start(event, Block())
                case "SequenceStartEvent":
                    self._start(event, [])
                case "MappingEndEvent" | "SequenceEndEvent":
                    self._end()
                case "AliasEvent":
                    self._alias(event)
                case "DocumentStartEvent":
                    self._start_document(event.start_mark.line + 1)
        return self._result

    def _error(self, line: int, problem: str, advice: str = "") -> TemplateError:
        return TemplateError(self._file, line, problem, advice)

    # Events
    # ----------------------------------------------------------------------------------------------

    def _start_document(self, line: int) -> None:
        self._documents += 1
        if self._documents > 1:
            problem = "a second document begins here, and only one can be read"
            raise self._error(line, problem, "keep each in a file of its own")

    def _scalar(self, event: Any) -> None:
        line = event.start_mark.line + 1
        self._check_size(1, line)
        if self._wants_key():
            self._set_key(event.value, line, is_merge=event.value == _MERGE and not event.style)
            if event.anchor is not None:
                self._anchors[event.anchor] = _Value(event.value, line, (line, 0))
            return
        tag, start = event.tag, self._text_start(event)
        data: Any = event.value
        if _is_own(tag):
            data = _tagged(tag, data, line, start)
        elif not event.style and (tag is None or tag.startswith(_STANDARD)) and tag != _TEXT:
            data = _plain(data)
        value = _Value(data, line, start)
        if event.anchor is not None:
            self._anchors[event.anchor] = value
        self._add(value)

    def _start(self, event: Any, data: Block | list[Any]) -> None:
        opened = _Open(event, data)
        if self._wants_key():
            raise self._error(opened.line, _NO_KEY)
        self._check_size(1, opened.line)
        self._open.append(opened)
        self._check_height(0, opened.line)

    def _end(self) -> None:
        closed = self._open.pop()
        for inherited in closed.merged:
            self._merge(inherited, closed)
        data: Any = closed.data
        start = closed.line, 0
        if _is_own(closed.tag):
            data = _tagged(closed.tag, data, closed.line, start)
        value = _Value(data, closed.line, start, closed.size, closed.height)
        if closed.anchor is not None:
            self._anchors[closed.anchor] = value
        self._add(value)

    def _alias(self, event: Any) -> None:
        name, line = event.anchor, event.start_mark.line + 1
        shown = shortened(name, _SHOWN)
        if any(opened.anchor == name for opened in self._open):
            raise self._error(line, f"the alias *{shown} stands within what it stands for")
        if name not in self._anchors:
            raise self._error(line, f"no anchor stands before the alias *{shown}")
        value = self._anchors[name]
        self._check_size(value.size, line)
        if not self._wants_key():
            self._check_height(value.height, line)
            self._add(value)
        elif isinstance(value.data, Block | list):
            raise self._error(line, _NO_KEY)
        else:
            self._set_key(str(value.data), line, is_merge=False)

    # Mappings and lists
    # ----------------------------------------------------------------------------------------------

    def _wants_key(self) -> bool:
        """Whether a key comes next."""
        if not self._open:
            return False
        return isinstance(self._open[-1].data, Block) and self._open[-1].key is None

    def _set_key(self, name: str, line: int, *, is_merge: bool) -> None:
        holder = self._open[-1]
        if not is_merge and isinstance(holder.data, Block) and name in holder.data:
            first = holder.data.lines[name]
            problem = f"the key {shortened(name, _SHOWN)!r} stands twice, first in line {first}"
            raise self._error(line, problem, "keep one: tools differ in which of them counts")
        holder.key, holder.key_line, holder.is_merge = name, line, is_merge

    def _add(self, value: _Value) -> None:
        """Add a value to the mapping or the list that is open, else it is the whole document."""
        if not self._open:
            self._result = value.data
            return
        holder = self._open[-1]
        holder.size += value.size
        holder.height = max(holder.height, value.height + 1)
        if isinstance(holder.data, list):
            holder.data.append(value.data)
        elif holder.key is not None:
            if holder.is_merge:
                holder.merged.append(value.data)
            else:
                holder.data[holder.key] = value.data
                holder.data.lines[holder.key] = holder.key_line
                holder.data.texts[holder.key] = value.start
            holder.key = None

    def _merge(self, inherited: Any, holder: _Open) -> None:
        """Add what stands under `<<`, a mapping or a list of them; the mapping's own keys win."""
        for block in inherited if isinstance(inherited, list) else [inherited]:
            if not isinstance(block, Block) or not isinstance(holder.data, Block):
                problem = "<< takes a mapping, or a list of mappings"
                raise self._error(holder.line, problem)
            for key, value in block.items():
                if key not in holder.data:
                    holder.data[key] = value
                    holder.data.lines[key] = block.lines[key]
                    holder.data.texts[key] = block.texts[key]

    # Bounds and places
    # ----------------------------------------------------------------------------------------------

    def _check_size(self, more: int, line: int) -> None:
        self._count += more
        if self._count > YAML_VALUES:
            problem = f"it has more than {YAML_VALUES:,} values, those of each alias counted"
            raise self._error(line, problem)

    def _check_height(self, height: int, line: int) -> None:
        if len(self._open) + height > NESTED_LEVELS:
            raise self._error(line, f"it is too deeply nested: more than {NESTED_LEVELS} levels")

    def _text_start(self, event: Any) -> tuple[int, int]:
        """The line and the indentation of a text; that of a block stands below its `|`."""
        line = event.start_mark.line + 1
        if event.style not in ("|", ">"):
            return line, 0
        for below in itertools.islice(self._lines, line, None):
            if below.strip():
                return line + 1, len(below) - len(below.lstrip(" "))
        return line + 1, 0

    @cached_property
    def _lines(self) -> list[str]:
        return _LINE_ENDS.split(self._text)


# Tags and scalars
# --------------------------------------------------------------------------------------------------


def _is_own(tag: str | None) -> bool:
    """Whether a tag is one of a document's own, as those of CloudFormation are."""
    return tag is not None and tag.startswith("!") and tag != "!"


def _tagged(tag: str, data: Any, line: int, start: tuple[int, int]) -> Block:
    """What a tag of CloudFormation stands for: a block with one key."""
    name = tag.removeprefix("!")
    if name == "GetAtt" and isinstance(data, str):
        data = data.split(".", 1)
    if name not in ("Ref", "Condition"):
        name = f"Fn::{name}"
    block = Block()
    block[name] = data
    block.lines[name] = line
    block.texts[name] = start
    return block


def _plain(text: str) -> Any:
    """The value of a scalar without quotes, by the rules of YAML 1.2."""
    if text in _WORDS:
        return _WORDS[text]
    if text[0] not in _FIRST_OF_NUMBERS:
        return text
    try:
        for form, base in _INTEGERS:
            if form.fullmatch(text):
                return int(text.replace("_", ""), base)
        if _FLOAT.fullmatch(text):
            return float(text.replace("_", ""))
    except ValueError:
        return text
    if _SPECIAL.fullmatch(text):
        return float(text.replace(".", ""))
    return text
