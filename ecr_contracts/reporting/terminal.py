"""The terminal, by way of rich: lines that are never broken, and words that are wrapped."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING, TextIO

from ecr_contracts.core import foreign_text
from ecr_contracts.core.text import encodable

if TYPE_CHECKING:
    from rich.console import Console
    from rich.text import Text

Span = tuple[str, str]
"""Words and their style, in the words of rich."""

_NARROWEST = 20  # columns that wrapped words get, however wide the margin


def console(file: TextIO | None = None) -> Console:
    """The terminal as rich sees it, or 80 columns without one.

    Colours are only where they are wanted (`NO_COLOR`). Raises BrokenPipeError where nobody reads
    any more.
    """
    from rich.console import Console

    class Screen(Console):
        def on_broken_pipe(self) -> None:
            # Rich would end the process, as if there were findings.
            raise

    out = file or sys.stdout
    width = None if out.isatty() else 80
    return Screen(
        file=out, highlight=False, emoji=False, markup=False, width=width, soft_wrap=False
    )


def write_line(screen: Console, *spans: Span) -> None:
    """Print a line that is never broken, since it is there to be copied."""
    screen.print(_text(screen, *spans), soft_wrap=True)


def write_wrapped(screen: Console, *spans: Span, margin: int = 0, head: Span = ("", "")) -> None:
    """Print words, broken at the edge of the screen, behind a margin.

    The head stands in the margin of the first line.
    """
    lines = _text(screen, *spans).wrap(screen, max(screen.width - margin, _NARROWEST))
    for line in lines:
        line.rstrip()
        words, style = head
        begin = _text(screen, (words.ljust(margin), style))
        screen.print(begin + _unlike_a_command(line), soft_wrap=True)
        head = ("", "")


def _text(screen: Console, *spans: Span) -> Text:
    from rich.text import Text

    text = Text()
    for words, style in spans:
        text.append(_showable(words, screen), style=style or None)
    return text


def _unlike_a_command(line: Text) -> Text:
    """A line as it was broken, whose first word GitHub does not take for a command."""
    escaped = foreign_text.one_line(line.plain)
    if escaped == line.plain:
        return line
    from rich.text import Text

    return Text(escaped, spans=line.spans)


def _showable(words: str, screen: Console) -> str:
    """The words with escapes for what the terminal cannot show, or must not act on."""
    encoding = screen.encoding or "utf-8"
    shown = foreign_text.one_line(words)
    if not encoding.startswith("utf"):
        shown = shown.replace("…", "...")
    return encodable(shown, encoding)
