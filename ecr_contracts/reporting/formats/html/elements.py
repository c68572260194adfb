"""Elements of HTML from foreign text: whatever is not made here is escaped."""

from __future__ import annotations

from collections.abc import Iterable
from html import escape

from ecr_contracts.core.foreign_text import one_line

__all__ = ["Html", "element", "joined", "preformatted", "text"]

_VOID = frozenset({"meta", "br", "hr"})


class Html(str):
    """A text that is HTML already; any other one is escaped."""

    __slots__ = ()


def text(words: str) -> Html:
    """Words as they may stand in an element or an attribute, in ASCII."""
    return Html(escape(one_line(words)).encode("ascii", "xmlcharrefreplace").decode("ascii"))


def element(tag: str, *children: str, **attributes: str | int | None) -> Html:
    """An element; an attribute without a value is left out.

    Attributes are called as they are in HTML, with `_` for `-`, and behind a word of Python
    (`class_`).
    """
    written = [tag]
    for name, value in attributes.items():
        if value is not None:
            written.append(f'{name.rstrip("_").replace("_", "-")}="{text(str(value))}"')
    start = f"<{' '.join(written)}>"
    if tag in _VOID:
        return Html(start)
    return Html(f"{start}{joined(children)}</{tag}>")


def joined(parts: Iterable[str], between: str = "") -> Html:
    """Parts one after the other."""
    return Html(between.join(part if isinstance(part, Html) else text(part) for part in parts))


def preformatted(rows: Iterable[str], **attributes: str | int | None) -> Html:
    """Lines as they are, which can be scrolled to their ends by keyboard."""
    return element("pre", element("code", joined(rows, "\n")), tabindex=0, **attributes)
