"""The JSON that Lambda's runtime makes of what a handler returns."""

from __future__ import annotations

import json
import math
from decimal import Decimal
from typing import Any

from ecr_contracts.core import limits
from ecr_contracts.core.json_path import show
from ecr_contracts.core.text import shortened, type_name, with_article

__all__ = ["Unwritable", "lambda_json"]


class Unwritable:
    """A value of another language that its own JSON cannot carry, and what that says of it."""

    def __init__(self, problem: str) -> None:
        self.problem = problem


def lambda_json(value: Any) -> tuple[Any, str]:
    """A returned value as Lambda's JSON, or None and why not: `$.when is a datetime`.

    Lambda's runtime writes more than the json module does: decimals, bytes that are UTF-8, named
    tuples as objects, and bytes alone as they are. It writes NaN too, which is no JSON; that is
    told here. What is larger than Lambda takes is told as soon as that is certain.
    """
    if issubclass(type(value), bytes):
        return None, ""
    if type(value) is Unwritable:
        return None, f"$ cannot be written: {value.problem}"
    try:
        return _Plain().whole(value), ""
    except _NotJsonError as error:
        return None, str(error)
    except RecursionError:
        return None, "$ is nested too deeply"
    except BaseException as error:  # noqa: BLE001 - a container's own methods may raise anything
        return None, f"$ cannot be read: {type_name(type(error))}"


class _Plain:
    """The making of plain JSON of one value: the containers around, and the bytes it may have."""

    def __init__(self) -> None:
        self._within: set[int] = set()
        self._left = limits.RESPONSE_BYTES

    def whole(self, value: Any) -> Any:
        """The value as JSON that is no larger than Lambda takes."""
        plain = self.of(value, [])
        # What was counted is the least that it has: without its escapes, as one byte a character.
        if self._left < limits.RESPONSE_BYTES * 5 // 6:
            text = json.dumps(plain, ensure_ascii=False, separators=(",", ":"))
            if len(text.encode("utf-8", "surrogatepass")) > limits.RESPONSE_BYTES:
                raise _NotJsonError([], _TOO_LARGE)
        return plain

    def of(self, value: Any, steps: list[str | int]) -> Any:
        """The value at a path as JSON."""
        # The base types' own methods, for subclasses (enums and worse) may override theirs, and
        # `isinstance` believes what they say of their class.
        self._take(1)
        if value is None or value is True or value is False:
            return value
        kind = type(value)
        if issubclass(kind, str):
            self._take(str.__len__(value))
            return str.__str__(value)
        if issubclass(kind, bytes):
            self._take(bytes.__len__(value))
            return _decoded(value, steps)
        if issubclass(kind, int):
            return _whole_number(int.__int__(value), steps)
        if issubclass(kind, float | Decimal):
            return _number(value, steps)
        if issubclass(kind, tuple) and hasattr(value, "_asdict"):
            value = value._asdict()
        if isinstance(getattr(value, "_ecr_path", None), str):
            return str(value)  # a stub: nobody knows what its module would give
        if not issubclass(type(value), dict | list | tuple):
            raise _NotJsonError(steps, f"is {_described(value)}")
        if id(value) in self._within:
            raise _NotJsonError(steps, "contains itself")
        if len(steps) >= limits.VALUE_LEVELS:
            raise RecursionError
        self._within.add(id(value))
        plain = self._container(value, steps)
        self._within.remove(id(value))
        return plain

    def _container(self, value: Any, steps: list[str | int]) -> Any:
        self._take(1)
        kind = type(value)
        if not issubclass(kind, dict):
            base: Any = list if issubclass(kind, list) else tuple
            self._check(2 * base.__len__(value))
            elements = []
            for index, inner in enumerate(value):
                self._take(1)
                elements.append(self.of(inner, [*steps, index]))
            return elements
        self._check(5 * dict.__len__(value))
        members = {}
        for key, inner in value.items():
            name = _key(key, steps)
            self._take(len(name) + 4)
            members[name] = self.of(inner, [*steps, name])
        return members

    def _take(self, count: int) -> None:
        """Count bytes that the JSON has at least."""
        self._left -= count
        self._check(0)

    def _check(self, count: int) -> None:
        """Raise `_NotJsonError` where as many bytes more are too many."""
        if count > self._left:
            raise _NotJsonError([], _TOO_LARGE)


_TOO_LARGE = "is larger than the 6 MB that Lambda takes"


def _described(value: Any) -> str:
    return with_article(shortened(type(value).__name__, 200))


def _decoded(value: bytes, steps: list[str | int]) -> str:
    try:
        return bytes.decode(value, "utf-8")
    except UnicodeDecodeError:
        raise _NotJsonError(steps, "is bytes that are not UTF-8") from None


def _whole_number(number: int, steps: list[str | int]) -> int:
    """A number that Python writes: it refuses those of more than 4300 digits."""
    digits = math.ceil(number.bit_length() * math.log10(2))
    if digits > limits.DIGITS:
        raise _NotJsonError(steps, f"is a number of about {digits} digits")
    return number


def _number(value: float | Decimal, steps: list[str | int]) -> int | float:
    number: int | float
    if isinstance(value, float):
        number = float.__float__(value)
    elif Decimal.is_nan(value):
        number = math.nan
    else:
        number = json.loads(Decimal.__str__(value))
    if math.isnan(number):
        raise _NotJsonError(steps, "is NaN")
    if math.isinf(number):
        raise _NotJsonError(steps, f"is {json.dumps(number)}")
    return number


def _key(key: Any, steps: list[str | int]) -> str:
    kind = type(key)
    if issubclass(kind, str):
        return str.__str__(key)
    if issubclass(kind, bytes):
        return _decoded(key, steps)
    if key is None or key is True or key is False:
        return {None: "null", True: "true", False: "false"}[key]
    if issubclass(kind, int):
        return int.__repr__(key)
    if issubclass(kind, float):
        return json.dumps(float.__float__(key))
    raise _NotJsonError(steps, f"has a key that is {_described(key)}")


class _NotJsonError(Exception):
    """A value that JSON cannot carry: where it is, and what it is."""

    def __init__(self, steps: list[str | int], problem: str) -> None:
        super().__init__(f"{shortened(show(steps), 500)} {problem}")
