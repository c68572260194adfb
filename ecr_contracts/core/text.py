"""Text for people: foreign objects shown safely; words counted, listed and shortened."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence

__all__ = [
    "counted",
    "encodable",
    "exception_mark",
    "last_part",
    "listed",
    "message",
    "plural",
    "shortened",
    "shown",
    "some_of",
    "type_name",
    "with_article",
]

_MESSAGE_LIMIT = 2_000
_MARK_LENGTH = 12


# --- foreign objects, whatever their own code does ------------------------------------------------


def type_name(kind: type) -> str:
    """The name of a type, qualified unless it is built in."""
    module = str(kind.__module__)
    if module == "builtins":
        return kind.__qualname__
    return f"{module}.{kind.__qualname__}"


def message(error: BaseException) -> str:
    """The message of an exception, or why it cannot be read."""
    try:
        return shortened(str.__str__(str(error)), _MESSAGE_LIMIT)
    except Exception as broken:  # noqa: BLE001 - an exception's own __str__ may raise anything
        return f"(its message cannot be read: {type(broken).__name__})"


def exception_mark(error: BaseException) -> str:
    """What tells an exception from others, by its type and message, without showing either whole.

    It is plain text, so that it can be kept when the exception is gone.
    """
    digest = hashlib.sha256(message(error).encode("utf-8", "replace")).hexdigest()
    return f"{type_name(type(error))}#{digest[:_MARK_LENGTH]}"


def shown(value: object) -> str:
    """An object as Python writes it, or what sort of object it is."""
    try:
        return shortened(str.__str__(repr(value)), _MESSAGE_LIMIT)
    except Exception:  # noqa: BLE001 - an object's own __repr__ may raise anything
        return with_article(type(value).__name__)


def encodable(text: str, encoding: str | None = "utf-8") -> str:
    """The text without what an encoding cannot carry: lone surrogates, which break xdist."""
    return text.encode(encoding or "utf-8", "backslashreplace").decode(encoding or "utf-8")


# --- length ---------------------------------------------------------------------------------------


def shortened(text: str, limit: int) -> str:
    """The text, or as much of its beginning as a limit of characters leaves."""
    if len(text) <= limit:
        return text
    return f"{text[: limit - 1]}…"


def last_part(text: str, limit: int) -> str:
    """The text, or as much of its end as a limit of characters leaves."""
    if len(text) <= limit:
        return text
    return f"…{text[1 - limit :]}"


# --- words ----------------------------------------------------------------------------------------


def with_article(noun: str) -> str:
    """A noun after "a" or "an"."""
    article = "an" if noun[:1].lower() in "aeiou" else "a"
    return f"{article} {noun}"


def plural(count: int, noun: str) -> str:
    """A noun with an s unless there is exactly one."""
    return noun if count == 1 else f"{noun}s"


def counted(count: int, noun: str) -> str:
    """How many of something: "1 error", "2 errors"."""
    return f"{count} {plural(count, noun)}"


def listed(words: Sequence[str], conjunction: str) -> str:
    """The words of a list in a sentence: "a, b and c" or "a, b or c"; nothing for none."""
    if len(words) < 2:
        return "".join(words)
    return f"{', '.join(words[:-1])} {conjunction} {words[-1]}"


def some_of(words: Sequence[str], limit: int, separator: str = ", ") -> str:
    """The first words of a list that may be long: "a, b and 3 more"."""
    text = separator.join(words[:limit])
    if len(words) > limit:
        text += f" and {len(words) - limit} more"
    return text
