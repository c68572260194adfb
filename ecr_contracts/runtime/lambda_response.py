"""The JSON that Lambda's runtime makes of what a handler returns."""

from __future__ import annotations

import json
import math
from decimal import Decimal
from typing import Any

from ecr_contracts.core.json_path import show
from ecr_contracts.core.text import type_name, with_article

__all__ = ["lambda_json"]


def lambda_json(value: Any) -> tuple[Any, str]:
    """A returned value as Lambda's JSON, or None and why not: `$.when is a datetime`.

    Lambda's runtime writes more than the json module does: decimals, bytes that are UTF-8, named
    tuples as objects, and bytes alone as they are. It writes NaN too, which is no JSON; that is
    told here.
    """
    if isinstance(value, bytes):
        return None, ""
    try:
        return _plain(value, [], set()), ""
    except _NotJsonError as error:
        return None, str(error)
    except RecursionError:
        return None, "$ is nested too deeply"
    except Exception as error:  # noqa: BLE001 - a container's own methods may raise anything
        return None, f"$ cannot be read: {type_name(type(error))}"


def _plain(value: Any, steps: list[str | int], within: set[int]) -> Any:
    """A value at a path as JSON; `within` are the ids of the containers around it."""
    # The base types' own methods, for subclasses (enums and worse) may override theirs.
    if value is None or value is True or value is False:
        return value
    if isinstance(value, str):
        return str.__str__(value)
    if isinstance(value, bytes):
        return _decoded(value, steps)
    if isinstance(value, int):
        return int.__int__(value)
    if isinstance(value, float | Decimal):
        return _number(value, steps)
    if isinstance(value, tuple) and hasattr(value, "_asdict"):
        value = value._asdict()
    if isinstance(getattr(value, "_ecr_path", None), str):
        return str(value)  # a stub: nobody knows what its module would give
    if not isinstance(value, dict | list | tuple):
        raise _NotJsonError(steps, f"is {with_article(type(value).__name__)}")
    if id(value) in within:
        raise _NotJsonError(steps, "contains itself")
    within.add(id(value))
    plain = _plain_container(value, steps, within)
    within.remove(id(value))
    return plain


def _plain_container(
    value: dict[Any, Any] | list[Any] | tuple[Any, ...], steps: list[str | int], within: set[int]
) -> Any:
    if not isinstance(value, dict):
        return [_plain(inner, [*steps, index], within) for index, inner in enumerate(value)]
    plain = {}
    for key, inner in value.items():
        name = _key(key, steps)
        plain[name] = _plain(inner, [*steps, name], within)
    return plain


def _decoded(value: bytes, steps: list[str | int]) -> str:
    try:
        return value.decode("utf-8")
    except UnicodeDecodeError:
        raise _NotJsonError(steps, "is bytes that are not UTF-8") from None


def _number(value: float | Decimal, steps: list[str | int]) -> int | float:
    number: int | float
    if isinstance(value, float):
        number = float.__float__(value)
    elif value.is_nan():
        number = math.nan
    else:
        number = json.loads(str(value))
    if math.isnan(number):
        raise _NotJsonError(steps, "is NaN")
    if math.isinf(number):
        raise _NotJsonError(steps, f"is {json.dumps(number)}")
    return number


def _key(key: Any, steps: list[str | int]) -> str:
    if isinstance(key, str):
        return str.__str__(key)
    if isinstance(key, bytes):
        return _decoded(key, steps)
    if key is None or key is True or key is False:
        return {None: "null", True: "true", False: "false"}[key]
    if isinstance(key, int):
        return int.__repr__(key)
    if isinstance(key, float):
        return json.dumps(float.__float__(key))
    raise _NotJsonError(steps, f"has a key that is {with_article(type(key).__name__)}")


class _NotJsonError(Exception):
    """A value that JSON cannot carry: where it is, and what it is."""

    def __init__(self, steps: list[str | int], problem: str) -> None:
        super().__init__(f"{show(steps)} {problem}")
