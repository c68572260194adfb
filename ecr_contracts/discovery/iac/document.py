"""Documents in YAML or JSON, as data that knows on which line each key stands.

It knows the notation and CloudFormation's tags, and nothing of what a document says.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from ecr_contracts.core.errors import EcrContractsError

__all__ = [
    "SUFFIXES",
    "Block",
    "TemplateError",
    "as_block",
    "as_list",
    "blocks",
    "json_within",
    "read",
    "read_value",
    "split_name",
]

SUFFIXES = (".yaml", ".yml", ".json", ".template")
"""How the names of templates and documents end."""

_MAX_DEPTH = 60


class TemplateError(EcrContractsError):
    """A document that cannot be read or used; `line` counts from one, 0 is the file as a whole."""

    def __init__(self, file: str, line: int, problem: str, advice: str = "") -> None:
        self.file, self.line, self.problem, self.advice = file, line, problem, advice
        super().__init__(file, line, problem, advice)

    def __str__(self) -> str:
        place = f"{self.file}:{self.line}" if self.line else self.file
        text = f"{place}: {self.problem}"
        return f"{text}\n  {self.advice}" if self.advice else text


class Block(dict[str, Any]):
    """A mapping of a document that knows where its keys stand; `lines` are counted from one.

    `texts` are the lines in which the values that are texts begin, and by how many columns they are
    indented.
    """

    def __init__(self) -> None:
        super().__init__()
        self.lines: dict[str, int] = {}
        self.texts: dict[str, tuple[int, int]] = {}


def as_block(value: Any) -> Block:
    """A value if it is a block, else an empty block."""
    return value if isinstance(value, Block) else Block()


def as_list(value: Any) -> list[Any]:
    """A value if it is a list, else an empty list."""
    return value if isinstance(value, list) else []


def blocks(value: Any) -> Iterator[tuple[str, Block]]:
    """The entries of a mapping that are blocks themselves, none of what is no mapping."""
    if isinstance(value, Mapping):
        for name, inner in value.items():
            if isinstance(inner, Block):
                yield name, inner


def split_name(text: str) -> tuple[str, str]:
    """The file and the name in `template.yaml:Name`; the name is empty where only a file stands."""
    place, _, name = text.rpartition(":")
    if text.endswith(SUFFIXES) or not place:
        return text, ""
    return place, name


def read(file: Path) -> Block:
    """A document as data, in which a tag such as `!Ref` is a mapping as it is in JSON.

    Raises TemplateError for a file that cannot be read, is broken, or holds no mapping.
    """
    content = read_value(file)
    if not isinstance(content, Block):
        raise TemplateError(str(file), 1, "it is no template: not a mapping")
    return content


def read_value(file: Path) -> Any:
    """A document as `read` gives it, which may be other than a mapping.

    Raises TemplateError for a file that cannot be read or is broken.
    """
    try:
        text = file.read_text("utf-8-sig")
    except OSError as error:
        raise TemplateError(str(file), 0, error.strerror or str(error)) from None
    except UnicodeDecodeError:
        raise TemplateError(str(file), 0, "it is not UTF-8") from None
    is_json = text.lstrip().startswith("{")
    return _read_json(file, text) if is_json else _read_yaml(file, text)


# JSON
# --------------------------------------------------------------------------------------------------


def _read_json(file: Path, text: str) -> Any:
    try:
        return json_within(text, 0)
    except RecursionError:
        raise TemplateError(str(file), 0, "it is too deeply nested") from None
    except ValueError as error:
        if file.suffix != ".json":
            return _read_yaml(file, text)
        line = getattr(error, "lineno", 0)
        raise TemplateError(str(file), line, f"it is not JSON: {error}") from None


def json_within(text: str, lines_above: int) -> Any:
    """A JSON text as data, its objects as blocks; its first line stands below so many others.

    Raises ValueError and RecursionError as json does.
    """
    return _KeyFinder(text, lines_above).with_lines(json.loads(text))


class _KeyFinder:
    """Finds the lines of keys in a JSON text, asked for in the order in which they stand there."""

    def __init__(self, text: str, lines_above: int) -> None:
        self._text, self._lines_above = text, lines_above
        self._position = 0

    def with_lines(self, value: Any) -> Any:
        """The value, its objects as blocks that know the lines of their keys."""
        if isinstance(value, list):
            return [self.with_lines(inner) for inner in value]
        if not isinstance(value, dict):
            return value
        block = Block()
        for key, inner in value.items():
            pattern = re.compile(re.escape(json.dumps(key)) + r"\s*:")
            if match := pattern.search(self._text, self._position):
                self._position = match.end()
            line = self._text.count("\n", 0, self._position) + 1 + self._lines_above
            block.lines[key] = line
            block.texts[key] = line, 0
            block[key] = self.with_lines(inner)
        return block


# YAML
# --------------------------------------------------------------------------------------------------


def _read_yaml(file: Path, text: str) -> Any:
    # Imported late: most runs read no YAML.
    from ruamel.yaml import YAML
    from ruamel.yaml.error import YAMLError

    try:
        return _node_value(YAML(typ="safe", pure=True).compose(text), 0)
    except YAMLError as error:
        mark = getattr(error, "problem_mark", None)
        line = mark.line + 1 if mark else 0
        problem = getattr(error, "problem", None) or str(error).partition("\n")[0]
        raise TemplateError(str(file), line, f"it is not YAML: {problem}") from None
    except RecursionError:
        raise TemplateError(str(file), 0, "it is too deeply nested") from None


def _node_value(node: Any, depth: int) -> Any:
    """A node of YAML as data; one with a tag of CloudFormation is a block with one key."""
    if depth > _MAX_DEPTH:
        raise RecursionError
    if node is None:
        return None
    tag = str(node.tag)
    if not tag.startswith("!") or tag == "!":
        return _content(node, depth, text=False)
    name = tag.removeprefix("!")
    value = _content(node, depth, text=True)
    if name == "GetAtt" and isinstance(value, str):
        value = value.split(".", 1)
    if name not in ("Ref", "Condition"):
        name = f"Fn::{name}"
    block = Block()
    block[name] = value
    block.texts[name] = _text_start(node)
    return block


def _content(node: Any, depth: int, *, text: bool) -> Any:
    """What a node holds; scalars stay as they are written where `text` is wanted."""
    if isinstance(node.value, str):
        if text or node.style:
            return node.value
        return _scalar(str(node.tag), node.value)
    if node.value and not isinstance(node.value[0], tuple):
        return [_node_value(inner, depth + 1) for inner in node.value]
    if str(node.tag).endswith(":seq") or type(node).__name__ == "SequenceNode":
        return []
    return _mapping_block(node, depth)


def _mapping_block(node: Any, depth: int) -> Block:
    block = Block()
    for key, value in node.value:
        name = str(key.value)
        inner = _node_value(value, depth + 1)
        if name == "<<" and isinstance(inner, Block):
            for inherited in inner.keys() - block.keys():
                block[inherited] = inner[inherited]
                block.lines[inherited] = inner.lines[inherited]
                block.texts[inherited] = inner.texts[inherited]
            continue
        block[name] = inner
        block.lines[name] = key.start_mark.line + 1
        block.texts[name] = _text_start(value)
    return block


def _text_start(node: Any) -> tuple[int, int]:
    """The line and the indentation of a text; that of a block stands below its `|`."""
    mark = node.start_mark
    if getattr(node, "style", None) not in ("|", ">"):
        return mark.line + 1, 0
    if not mark.buffer:
        return mark.line + 2, 0
    position = mark.pointer if hasattr(mark, "pointer") else mark.index
    below = mark.buffer[position:].split("\n")[1:]
    first = next((line for line in below if line.strip()), "")
    return mark.line + 2, len(first) - len(first.lstrip(" "))


def _scalar(tag: str, text: str) -> Any:
    """The value of a plain scalar; digits behind a zero stay text, as they are account ids."""
    kind = tag.rpartition(":")[2]
    if kind == "bool":
        return text.lower() in ("true", "yes", "on")
    if kind == "null":
        return None
    try:
        if kind == "int" and not re.fullmatch(r"0\d+", text):
            return int(text.replace("_", ""), 0)
        if kind == "float":
            return float(text.replace("_", ""))
    except ValueError:
        return text
    return text
