"""The terminal, by way of rich: lines that are never broken, and words that are wrapped."""

from __future__ import annotations

import os
import re
import sys
from contextvars import ContextVar
from typing import TYPE_CHECKING, Literal, TextIO

from ecr_contracts.core import foreign_text
from ecr_contracts.core.text import encodable
from ecr_contracts.core.wrapping import breaks

if TYPE_CHECKING:
    from rich.console import Console
    from rich.text import Text

Span = tuple[str, str]
"""Words and their style, in the words of rich."""

COLOURS = ("auto", "always", "never")
"""When there are colours: on a terminal, unless the environment says otherwise, or as is asked."""

_NARROWEST = 20  # columns that wrapped words get, however wide the margin
_USUAL_WIDTH = 80  # of a report that goes to no terminal

_WIDTH = re.compile(r"0*[1-9][0-9]{0,4}")

_colour: ContextVar[str] = ContextVar("colour", default="auto")


def choose_colour(when: str) -> None:
    """Say when there are to be colours, one of `COLOURS`, whatever the environment says."""
    _colour.set(when)


def wants_colour(stream: TextIO) -> bool:
    """Whether what is written there has colours.

    What was asked for by `choose_colour` comes first, then `NO_COLOR`, then `FORCE_COLOR`, if they
    are not empty, then whether it is a terminal that can show colours.
    """
    when = _colour.get()
    if when != "auto":
        return when == "always"
    if os.environ.get("NO_COLOR"):
        return False
    if forced := os.environ.get("FORCE_COLOR"):
        return forced != "0"
    return stream.isatty() and os.environ.get("TERM", "") not in ("dumb", "unknown")


def columns(stream: TextIO) -> int | None:
    """How wide lines may be there, as `COLUMNS` or the terminal says; None where neither does."""
    told = os.environ.get("COLUMNS", "")
    if _WIDTH.fullmatch(told):
        return int(told)
    try:
        if not stream.isatty():
            return None
        width = os.get_terminal_size(stream.fileno()).columns
    except (OSError, ValueError, AttributeError):
        return None
    return width or None


def console(file: TextIO | None = None) -> Console:
    """The terminal as rich sees it, or 80 columns without one (see `columns`, `wants_colour`).

    Raises BrokenPipeError where nobody reads any more.
    """
    from rich.console import Console

    class Screen(Console):
        def on_broken_pipe(self) -> None:
            # Rich would end the process, as if there were findings.
            raise

    out = file or sys.stdout
    is_coloured = wants_colour(out)
    return Screen(
        file=out,
        highlight=False,
        emoji=False,
        markup=False,
        width=columns(out) or _USUAL_WIDTH,
        soft_wrap=False,
        force_terminal=True if is_coloured else None,
        color_system=_colour_system(out) if is_coloured else None,
        no_color=not is_coloured,
    )


def _colour_system(stream: TextIO) -> Literal["auto", "standard"]:
    """What rich finds out about a terminal; plain colours where it would find none."""
    is_known = stream.isatty() and os.environ.get("TERM", "") not in ("", "dumb", "unknown")
    return "auto" if is_known else "standard"


def write_line(screen: Console, *spans: Span) -> None:
    """Print a line that is never broken, since it is there to be copied."""
    screen.print(_text(screen, *spans), soft_wrap=True)


def write_wrapped(screen: Console, *spans: Span, margin: int = 0, head: Span = ("", "")) -> None:
    """Print words, broken at the edge of the screen where `wrapping` breaks them, behind a margin.

    The head stands in the margin of the first line.
    """
    text = _text(screen, *spans)
    for line in text.divide(breaks(text.plain, max(screen.width - margin, _NARROWEST))):
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
