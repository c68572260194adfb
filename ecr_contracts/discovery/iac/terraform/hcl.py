"""Files in HCL, Terraform's notation, as blocks and expressions that know their lines.

It is the only module that knows python-hcl2, which it loads when a file is read; what an
expression gives is `expressions`.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import lru_cache
from pathlib import Path
from typing import Any

from ecr_contracts.core.limits import TERRAFORM_BYTES
from ecr_contracts.core.plain_files import TooLargeError, read_plain_file
from ecr_contracts.discovery.iac.documents.document import TemplateError

__all__ = [
    "NAME_A_PLAN",
    "Argument",
    "Body",
    "HclBlock",
    "children",
    "expression",
    "line_of",
    "read_body",
    "read_text",
    "source_of",
]

"""How large a file may be: python-hcl2 reads about 200,000 bytes a second."""

NAME_A_PLAN = "name a plan instead: terraform show -json PLAN > plan.json"
"""The advice where files of Terraform cannot be read."""

_NOISE = ("new_line_or_comment", "NL_OR_COMMENT")


@dataclass(frozen=True, slots=True)
class Argument:
    """An argument of a block: its expression, as python-hcl2 has it, and its line from one."""

    expression: Any
    line: int


@dataclass(slots=True)
class Body:
    """The arguments and the blocks within a file or a block."""

    arguments: dict[str, Argument] = field(default_factory=dict)
    blocks: list[HclBlock] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class HclBlock:
    """A block such as `resource "aws_sqs_queue" "pushes" {}`: its type, its labels, its body."""

    type: str
    labels: tuple[str, ...]
    body: Body
    file: Path
    line: int


def read_text(file: Path) -> str:
    """The text of a file; raises TemplateError if it cannot be read, or is too large for HCL."""
    try:
        return read_plain_file(file, TERRAFORM_BYTES).decode("utf-8-sig")
    except TooLargeError:
        problem = f"it has more than {TERRAFORM_BYTES:,} bytes, which would take too long to read"
        raise TemplateError(str(file), 0, problem, NAME_A_PLAN) from None
    except OSError as error:
        raise TemplateError(str(file), 0, error.strerror or str(error)) from None
    except UnicodeDecodeError:
        raise TemplateError(str(file), 0, "it is not UTF-8") from None


def read_body(file: Path) -> Body:
    """What stands in a file, parsed once for each text that it has.

    Raises TemplateError where it cannot be read, is no HCL, or python-hcl2 is not installed.
    """
    text = read_text(file)
    _python_hcl2(file)
    return _read_text_once(text, file)


@lru_cache(64)
def _read_text_once(text: str, file: Path) -> Body:
    return _body(_parsed(text, file), file)


@lru_cache(4096)
def expression(text: str, file: Path, line: int) -> Any:
    """The expression in a text that begins on a line of a file; raises TemplateError."""
    try:
        tree = _parsed(f"x = (\n{text}\n)", file)
    except TemplateError as error:
        raise TemplateError(str(file), line, error.problem, error.advice) from None
    body = next(iter(children(tree)))
    attribute = next(iter(children(body)))
    return children(attribute)[-1]


def children(tree: Any) -> list[Any]:
    """The parts of a piece of HCL, without comments and line ends."""
    return [part for part in tree.children if _kind(part) not in _NOISE]


def source_of(tree: Any) -> str:
    """The text of a piece of HCL, on one line."""
    text, end = "", 0
    for token in tree.scan_values(lambda part: True):
        if text:
            text += " " * (token.start_pos - end)
        text += str(token)
        end = token.end_pos
    return text


def line_of(tree: Any) -> int:
    """The line in which a piece of HCL begins, 0 where that is not known."""
    return int(getattr(tree.meta, "line", 0)) if hasattr(tree, "meta") else int(tree.line or 0)


def _kind(part: Any) -> str:
    return str(part.data) if hasattr(part, "data") else str(part.type)


def _python_hcl2(file: Path) -> Any:
    """The module of python-hcl2; raises TemplateError, for a file, if it is not installed."""
    try:
        import hcl2
    except ImportError:
        problem = "reading Terraform takes python-hcl2, which is not here"
        advice = "install it: python -m pip install 'ecr-contracts[templates]'"
        raise TemplateError(str(file), 0, problem, advice) from None
    return hcl2


def _parsed(text: str, file: Path) -> Any:
    """The tree of python-hcl2 for a text."""
    hcl2 = _python_hcl2(file)
    from lark.exceptions import LarkError

    try:
        return hcl2.parses_to_tree(text)
    except LarkError as error:
        line = getattr(error, "line", 0)
        # At the end of the file lark has no line.
        line = line if isinstance(line, int) and line > 0 else text.count("\n") + 1
        raise TemplateError(str(file), line, f"it is not HCL: {_reason(error)}") from None
    except RecursionError:
        raise TemplateError(str(file), 0, "it is too deeply nested") from None


def _reason(error: Exception) -> str:
    """What python-hcl2 met, in a few words."""
    token = getattr(error, "token", None)
    if token is not None:
        shown = str(token).split()
        return f"{shown[0][:40]!r} is not expected here" if shown else "it ends too early"
    return "a sign is not expected here"


def _body(tree: Any, file: Path) -> Body:
    """The arguments and blocks of a tree."""
    inner = tree if tree.data == "body" else next(iter(children(tree)))
    body = Body()
    for part in children(inner):
        if part.data == "attribute":
            name, *_, value = children(part)
            body.arguments[_name(name)] = Argument(value, line_of(part))
        elif part.data == "block":
            body.blocks.append(_block(part, file))
    return body


def _block(tree: Any, file: Path) -> HclBlock:
    names: list[str] = []
    body = Body()
    for part in children(tree):
        if not hasattr(part, "data"):
            continue
        if part.data == "body":
            body = _body(part, file)
        else:
            names.append(_name(part))
    return HclBlock(names[0], tuple(names[1:]), body, file, line_of(tree))


def _name(tree: Any) -> str:
    """The text of an identifier, a keyword, or a string without templates in it."""
    return "".join(_tokens(tree)).strip('"')


def _tokens(tree: Any) -> Iterator[str]:
    for part in tree.children:
        if hasattr(part, "data"):
            yield from _tokens(part)
        else:
            yield str(part)
