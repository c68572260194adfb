"""What somebody asks for as a consumer, and what was meant by a text that names none."""

from __future__ import annotations

import ast
import os
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from ecr_contracts.errors import ConsumerError

__all__ = ["FORMS", "Target"]

FORMS = "write 'path/to/app.py:handler' or 'package.module:handler'"
"""The advice where there is nothing to guess from."""


@dataclass(frozen=True, slots=True)
class Target:
    """What somebody names as a consumer: an attribute of a file or of a module.

    Exactly one of `file` and `module` is given; `attribute` may be dotted, `text` is what was written.
    """

    text: str
    attribute: str
    file: Path | None = None
    module: str | None = None

    @classmethod
    def parse(cls, text: str) -> Target:
        """Read `path/to/app.py:handler` or `package.module:handler`.

        Nothing is opened but to guess what was meant. Raises `ConsumerError` when the text has neither form.
        """
        place, _, attribute = text.rpartition(":")
        if not place or not _is_dotted(attribute):
            raise ConsumerError(text, "it does not name a function", _meant(text))
        if place.endswith(".py") or "/" in place or os.sep in place:
            return cls(text, attribute, file=Path(place))
        if not _is_dotted(place):
            raise ConsumerError(text, f"{place!r} is neither a .py file nor a module", _meant(text))
        return cls(text, attribute, module=place)

    def __str__(self) -> str:
        return self.text


def _is_dotted(text: str) -> bool:
    return all(part.isidentifier() for part in text.split("."))


def _meant(text: str) -> str:
    """The likely target behind a text that is none; the forms when there is nothing to guess from."""
    for place, wanted in _readings(text):
        if not os.path.isfile(place):
            continue
        names = _function_names(place)
        if names:
            likely = wanted if wanted in names else names[0]
            others = [name for name in names if name != likely]
            return f"did you mean {place}:{likely}?" + (f" There are also: {', '.join(others)}" if others else "")
    return FORMS


def _readings(text: str) -> Iterator[tuple[str, str]]:
    """Files and functions that somebody may have meant, Lambda's own `src/app.handler` among them."""
    place, _, wanted = text.partition(".py")
    yield f"{place}.py", wanted.strip(":.()")
    place, _, wanted = text.partition(":")
    yield f"{place}.py", wanted.strip("()")
    place, _, wanted = text.rpartition(".")
    yield f"{place}.py", wanted
    yield f"{place.replace('.', '/')}.py", wanted


def _function_names(file: str | Path) -> list[str]:
    """The public top-level functions of a source file, those that look most like a handler first."""
    try:
        body = ast.parse(Path(file).read_bytes()).body
    except (OSError, SyntaxError, ValueError):
        return []
    functions = [node for node in body if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)]
    functions.sort(key=lambda node: ("handler" not in node.name, len(node.args.args) != 2))
    return [node.name for node in functions if not node.name.startswith("_")]
