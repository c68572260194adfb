"""A mapping of a document that knows on which lines its keys stand, and the error of a document."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from ecr_contracts.core.errors import EcrContractsError
from ecr_contracts.core.foreign_text import one_line

__all__ = ["Block", "TemplateError", "as_block", "as_list", "blocks"]


class TemplateError(EcrContractsError):
    """A document that cannot be read or used; `line` counts from one, 0 is the file as a whole."""

    def __init__(self, file: str, line: int, problem: str, advice: str = "") -> None:
        self.file, self.line, self.problem, self.advice = file, line, problem, advice
        super().__init__(file, line, problem, advice)

    def __str__(self) -> str:
        place = f"{self.file}:{self.line}" if self.line else self.file
        text = one_line(f"{place}: {self.problem}")
        return f"{text}\n  {one_line(self.advice)}" if self.advice else text


class Block(dict[str, Any]):
    """A mapping of a document that knows where its keys stand; `lines` are counted from one.

    `texts` are the lines in which the values that are texts begin, and by how many columns they are
    indented.
    """

    __slots__ = ("lines", "texts")

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
