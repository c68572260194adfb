"""What is said of foreign objects and exceptions: never too long, whatever their own code does."""

from __future__ import annotations

__all__ = ["bounded", "encodable", "message", "shown", "type_name", "with_article"]

_MESSAGE_LIMIT = 2_000


def type_name(kind: type) -> str:
    """The name of a type, qualified unless it is built in."""
    module = str(kind.__module__)
    return kind.__qualname__ if module == "builtins" else f"{module}.{kind.__qualname__}"


def message(error: BaseException) -> str:
    """The message of an exception, or why it cannot be read."""
    try:
        return bounded(str.__str__(str(error)), _MESSAGE_LIMIT)
    except Exception as broken:  # noqa: BLE001 - an exception's own __str__ may raise anything
        return f"(its message cannot be read: {type(broken).__name__})"


def shown(value: object) -> str:
    """An object as Python writes it, or what sort of object it is."""
    try:
        return bounded(str.__str__(repr(value)), _MESSAGE_LIMIT)
    except Exception:  # noqa: BLE001 - an object's own __repr__ may raise anything
        return with_article(type(value).__name__)


def bounded(text: str, limit: int) -> str:
    """The text, or as much of it as a limit leaves."""
    return text if len(text) <= limit else text[: limit - 1] + "…"


def with_article(noun: str) -> str:
    """A noun after "a" or "an"."""
    return f"{'an' if noun[:1].lower() in 'aeiou' else 'a'} {noun}"


def encodable(text: str, encoding: str | None = "utf-8") -> str:
    """The text without what an encoding cannot carry: lone surrogates, which xdist stumbles over."""
    return text.encode(encoding or "utf-8", "backslashreplace").decode(encoding or "utf-8")
