"""The table of formats: what each is for, and the module that writes it.

To add a format, add a module beside this one, with a function `document` that makes a text of a
`Run`, and a row here: `--format`, `--report` and their help follow from it.
"""

from __future__ import annotations

import importlib
from dataclasses import dataclass
from types import MappingProxyType
from typing import TYPE_CHECKING, cast

from ecr_contracts.core.errors import UnknownNameError

if TYPE_CHECKING:
    from ecr_contracts.reporting.formats.run import Run

__all__ = ["FORMATS", "Format", "document"]


@dataclass(frozen=True, slots=True)
class Format:
    """One row of the table: `about` ends "a report is …", `ending` is that of its files."""

    name: str
    about: str
    ending: str


_ROWS = (
    Format("text", "for people, as on a terminal", ".txt"),
    Format("json", "for programs", ".json"),
    Format("github", "annotations of GitHub Actions", ".log"),
    Format("sarif", "SARIF 2.1.0, for code scanning and editors", ".sarif"),
    Format("junit", "JUnit's XML, for pipelines", ".xml"),
    Format("markdown", "a comment on a pull request", ".md"),
    Format("html", "one page for a browser, with what was tried", ".html"),
)

FORMATS = MappingProxyType({row.name: row for row in _ROWS})
"""Every format by its name, in the order in which help lists them."""


def document(name: str, run: Run) -> str:
    """What a run came to, in a format; a text that ends with a line break.

    Raises UnknownNameError for a format that does not exist.
    """
    if name not in FORMATS:
        raise UnknownNameError("format", name, FORMATS)
    # Few runs need any, and none needs all.
    module = importlib.import_module(f"ecr_contracts.reporting.formats.{name}")
    return cast("str", module.document(run))
