"""The lines of one fault as pytest shows them: wrapped, or cut, at the edge of the terminal."""

from __future__ import annotations

import shutil
import textwrap
from collections.abc import Iterable, Iterator, Sequence

from ecr_contracts.core import foreign_text
from ecr_contracts.core.findings import Finding
from ecr_contracts.core.text import shortened
from ecr_contracts.frontends.pytest.settings_text import (
    in_configuration,
    sandbox_in_configuration,
)
from ecr_contracts.reporting.headlines import code_mark, plain_headline, without_places
from ecr_contracts.reporting.lines import UNBROKEN, Role, finding_lines

__all__ = ["fault_lines", "name_and_text", "width"]

_WIDEST = 120  # columns, however wide the terminal
_LONGEST_NAME = 72  # characters


def width() -> int:
    """The columns that a line may have."""
    return min(shutil.get_terminal_size().columns, _WIDEST)


def fault_lines(
    alternatives: Sequence[Finding],
    among: Sequence[Sequence[Finding]],
    *,
    envelopes: Iterable[str] = (),
    head: str = "",
    margin: int = 0,
) -> Iterator[tuple[Role, str]]:
    """The lines of a fault, each with its role; `envelopes` are all in which events were given.

    `head` stands before the first, and the others are indented by a margin.
    """
    space = " " * margin
    wrapper = textwrap.TextWrapper(width(), break_long_words=False, break_on_hyphens=False)
    headline, *lines = finding_lines(*alternatives, among=among, envelopes=envelopes)
    wrapper.subsequent_indent = space
    told = head + headline.text + code_mark(alternatives[0])
    for text in wrapper.wrap(foreign_text.one_line(told)):
        yield headline.role, text
    for line in lines:
        if line.role in UNBROKEN:
            yield line.role, shortened(foreign_text.one_line(space + line.text), width())
            continue
        told = line.text
        if line.role is Role.MEND:
            told = in_configuration(told)
        elif line.role is Role.MESSAGE:
            told = sandbox_in_configuration(told)
        wrapper.subsequent_indent = space + " " * line.hanging_indent
        for text in wrapper.wrap(foreign_text.one_line(space + told)):
            yield line.role, text


def name_and_text(
    alternatives: Sequence[Finding],
    among: Sequence[Sequence[Finding]],
    envelopes: Iterable[str] = (),
) -> tuple[str, str]:
    """The name of a fault, short enough for a list of failures, and all that is said of it."""
    brief = [without_places(finding) for finding in alternatives]
    name = plain_headline(brief, among, envelopes)
    lines = [text for _, text in fault_lines(alternatives, among, envelopes=envelopes)]
    return shortened(foreign_text.one_line(name), _LONGEST_NAME), foreign_text.lines(
        "\n".join(lines)
    )
