"""Text for people: foreign objects shown safely; words counted, listed and shortened."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from typing import Any

from ecr_contracts.core import limits
from ecr_contracts.core.validation_text import by_field

__all__ = [
    "counted",
    "encodable",
    "exception_mark",
    "is_large",
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

_MOST_SHOWN = 3
_MARK_LENGTH = 12


# --- foreign objects, whatever their own code does ------------------------------------------------


def type_name(kind: type) -> str:
    """The name of a type, qualified unless it is built in.

    It is what the type itself holds, whatever its metaclass answers.
    """
    name = shortened(_qualname(kind), limits.NAME_CHARACTERS)
    try:
        module = _module(kind)
    except AttributeError:
        return name
    if type(module) is not str:
        module = shown(module)
    if module == "builtins":
        return name
    return f"{shortened(module, limits.NAME_CHARACTERS)}.{name}"


_qualname: Any = type.__dict__["__qualname__"].__get__
_module: Any = type.__dict__["__module__"].__get__
_name: Any = type.__dict__["__name__"].__get__
_args: Any = BaseException.__dict__["args"].__get__


def message(error: BaseException) -> str:
    """The message of an exception, or why it cannot be read."""
    try:
        return shortened(str.__str__(_written(error)), limits.MESSAGE_CHARACTERS)
    except BaseException as broken:  # noqa: BLE001 - an exception's own __str__ may raise anything
        return f"(its message cannot be read: {type_name(type(broken))})"


def _written(error: BaseException) -> str:
    """An exception as text; one that is too large is not written whole."""
    arguments = _args(error)
    if type(error).__str__ in _WRITING_ARGUMENTS and is_large(arguments):
        if len(arguments) == 1 and type(arguments[0]) is str:
            return str.__getitem__(arguments[0], slice(limits.MESSAGE_CHARACTERS + 1))
        return f"({', '.join(map(shown, arguments[:_MOST_SHOWN]))})"
    if type(error).__name__ == _OF_PYDANTIC:
        return by_field(str(error))
    return str(error)


_OF_PYDANTIC = "ValidationError"
_WRITING_ARGUMENTS = (BaseException.__str__, KeyError.__str__)
"""Methods that write an exception by writing what it was made with."""


def exception_mark(error: BaseException) -> str:
    """What tells an exception from others, by its type and message, without showing either whole.

    It is plain text, so that it can be kept when the exception is gone.
    """
    digest = hashlib.sha256(message(error).encode("utf-8", "replace")).hexdigest()
    return f"{type_name(type(error))}#{digest[:_MARK_LENGTH]}"


def shown(value: object) -> str:
    """An object as Python writes it, or what sort of object it is.

    Of what is long, it is the beginning; of what is too large to be written at all, only the sort.
    """
    if type(value) in (str, bytes):
        value = value[: limits.MESSAGE_CHARACTERS + 1]  # type: ignore[index]
    noun = with_article(shortened(_name(type(value)), limits.NAME_CHARACTERS))
    if is_large(value):
        return f"{noun} that is too large to be shown"
    try:
        return shortened(str.__str__(repr(value)), limits.MESSAGE_CHARACTERS)
    except BaseException:  # noqa: BLE001 - an object's own __repr__ may raise anything
        return noun


def is_large(value: object) -> bool:
    """Whether it would take long to write an object, for what its containers and texts hold."""
    left = limits.WRITTEN_SIZE
    pending: list[Any] = [value]
    while pending:
        part = pending.pop()
        kind = type(part)
        if issubclass(kind, str | bytes | bytearray):
            left -= next(base for base in _TEXTS if issubclass(kind, base)).__len__(part)
        elif kind is int:
            left -= part.bit_length()
        elif issubclass(kind, _CONTAINERS):
            base: Any = next(base for base in _CONTAINERS if issubclass(kind, base))
            left -= base.__len__(part)
            if left > 0:
                pending += base.__iter__(part)
                pending += base.values(part) if base is dict else ()
        left -= 1
        if left < 0:
            return True
    return False


_TEXTS: Any = (str, bytes, bytearray)
_CONTAINERS = (dict, list, tuple, set, frozenset)


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
