"""Event patterns of Terraform as templates have them, with marks for what is not known.

What the marks come to, `discovery.iac.event_patterns` decides for all tools.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from ecr_contracts.discovery.iac.documents.document import Block
from ecr_contracts.discovery.iac.terraform.values import (
    Either,
    Encoded,
    Partial,
    Unknown,
    plain_text,
)
from ecr_contracts.discovery.iac.values.known_values import UNKNOWN

__all__ = ["pattern_with_marks"]

_DOUBT = "Terraform::{}"
"""A condition that no template has: both branches are admitted."""


def pattern_with_marks(value: Any) -> Any:
    """The pattern that an argument is: a mapping or a JSON text with marks in it.

    One of several values is a condition that cannot be told. A pattern of which nothing is known
    asks for a source, whatever it is.
    """
    pattern = _Marking().marked(value)
    return {"source": [UNKNOWN]} if pattern == UNKNOWN else pattern


class _Marking:
    """Marks what is not known in one pattern."""

    def __init__(self) -> None:
        self._doubts = 0

    def marked(self, value: Any) -> Any:
        """A part of the pattern."""
        match value:
            case Unknown(form=str(form)):
                return form
            case Partial(parts):
                return "".join(part if isinstance(part, str) else part.form for part in parts)
            case Either(options):
                return self._one_of(options)
            case Encoded(inner):
                return self.marked(inner)
            case Mapping():
                return self._mapping(value)
            case list():
                return [self.marked(item) for item in value]
            case str():
                return plain_text(value)
        return value

    def _mapping(self, value: Mapping[str, Any]) -> Block:
        block = Block()
        for key, inner in value.items():
            block[key] = self.marked(inner)
        if isinstance(value, Block):
            block.lines, block.texts = value.lines, value.texts
        return block

    def _one_of(self, options: tuple[Any, ...]) -> Any:
        first, *others = options
        if not others:
            return self.marked(first)
        self._doubts += 1
        block = Block()
        condition = _DOUBT.format(self._doubts)
        block["Fn::If"] = [condition, self.marked(first), self._one_of(tuple(others))]
        return block
