"""The environment variables that a source in JavaScript looks up, and whether it can do without."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from ecr_contracts.discovery.javascript.sources import sources
from ecr_contracts.discovery.javascript.tokens import Sort
from ecr_contracts.discovery.target import Target

__all__ = ["SourceVariable", "variables_of_source"]

_INSTEAD = ("||", "??")
_NUMBERS = ("Number", "parseInt", "parseFloat")


@dataclass(frozen=True, slots=True)
class SourceVariable:
    """A look-up of `process.env`; `has_default`: another value stands right behind it."""

    name: str
    file: Path
    line: int
    has_default: bool
    is_number: bool


def variables_of_source(target: Target) -> Iterator[SourceVariable]:
    """Each look-up of a variable in the files of a handler, in their order."""
    for source in sources(target):
        found = source.tokens
        for position, token in enumerate(found):
            if token.text != "env" or position < 2 or found[position - 2].text != "process":
                continue
            opening = found[position + 1 : position + 3]
            if len(opening) < 2 or not opening[0].is_mark(".", "["):
                continue
            if opening[1].sort is Sort.MARK:
                continue
            end = position + (3 if opening[0].is_mark(".") else 4)
            after = found[end : end + 1]
            before = [one.text for one in found[max(0, position - 4) : position - 2]]
            yield SourceVariable(
                opening[1].text,
                source.file,
                token.line,
                bool(after) and after[0].is_mark(*_INSTEAD),
                any(word in _NUMBERS for word in before),
            )
