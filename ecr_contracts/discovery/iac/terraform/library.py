"""Terraform's functions of values, as far as rules and functions use them.

A row is the name and a function of known values. Where an argument is unknown so is the result,
but for the functions that say more of it (`join`, `format`, `lower`).
"""

from __future__ import annotations

import base64
import json
import math
import posixpath
import re
from collections.abc import Callable, Mapping
from typing import Any

from ecr_contracts.core.limits import TERRAFORM_TEXT
from ecr_contracts.discovery.iac.documents.document import Block, as_list
from ecr_contracts.discovery.iac.terraform.values import (
    MAX_ITEMS,
    Encoded,
    Partial,
    Unknown,
    is_known,
    joined,
    lifted,
    plain_text,
)

__all__ = ["MissingValueError", "call"]

_FORMAT = re.compile(r"%(%|[-+ 0#]*\d{0,2}(?:\.\d{1,2})?[a-zA-Z])")
_REPETITION = re.compile(r"[*+?{]")
_REPEATED_GROUP = re.compile(r"\)\s*[*+?{]")
_MAX_REPETITIONS = 4
_MAX_SEARCHED = 300


class MissingValueError(Exception):
    """A value cannot be had: a key that is not there, or a function that has no such argument."""


def call(name: str, arguments: list[Any]) -> Any:
    """What a function gives; unknown for a function that is not in the table.

    Raises MissingValueError for arguments that the function does not take.
    """
    if name not in _FUNCTIONS:
        return Unknown()
    return lifted(lambda *values: _called(name, values), arguments)


def _called(name: str, values: tuple[Any, ...]) -> Any:
    if name not in _OF_UNKNOWN:
        values = tuple(_as_text(value) for value in values)
        if any(isinstance(value, Unknown | Partial) for value in values):
            return Unknown()
    try:
        result = _FUNCTIONS[name](*values)
    except (TypeError, ValueError, LookupError, ArithmeticError, AttributeError):
        raise MissingValueError(name) from None
    if isinstance(result, list | Mapping) and len(result) > MAX_ITEMS:
        return Unknown()
    return result


def _as_text(value: Any) -> Any:
    """A value, its text where it is JSON."""
    if not isinstance(value, Encoded):
        return value
    text = plain_text(value)
    return Unknown() if text is None else text


# Texts
# --------------------------------------------------------------------------------------------------


def _of_text(function: Callable[[str], str]) -> Callable[[Any], Any]:
    """A function of a text; of a text with unknown parts it changes the known ones."""

    def changed(value: Any) -> Any:
        if isinstance(value, Partial):
            return Partial(tuple(function(p) if isinstance(p, str) else p for p in value.parts))
        return value if isinstance(value, Unknown) else function(_text(value))

    return changed


def _text(value: Any) -> str:
    text = plain_text(value)
    if text is None:
        raise TypeError
    return text


def _format(form: str, *values: Any) -> Any:
    parts: list[Any] = []
    position, remaining = 0, iter(values)
    for match in _FORMAT.finditer(form):
        parts.append(form[position : match.start()])
        position = match.end()
        verb = match.group(1)
        if verb == "%":
            parts.append("%")
            continue
        value = next(remaining)
        parts.append(value if verb in ("s", "v", "d") else _formatted(verb, value))
    parts.append(form[position:])
    return joined(["", *parts])


def _formatted(verb: str, value: Any) -> Any:
    """A value in a form with a width or a precision, or in quotes."""
    if not is_known(value):
        return Unknown()
    if verb == "q":
        return json.dumps(_text(value))
    if verb[-1] in "vst":
        return f"%{verb[:-1]}s" % _text(value)
    return f"%{verb}" % value


def _join(separator: str, *lists: Any) -> Any:
    parts: list[Any] = [""]
    for items in lists:
        if not isinstance(items, list):
            return Unknown()
        for item in items:
            parts += [separator, item] if len(parts) > 1 else [item]
    return joined(parts) if len(parts) > 1 else ""


def _replace(text: str, old: str, new: str) -> Any:
    longest = (len(text) + 1) * (len(new) + 1)
    if longest > TERRAFORM_TEXT and len(text) + text.count(old) * len(new) > TERRAFORM_TEXT:
        return Unknown()
    if len(old) < 2 or not (old.startswith("/") and old.endswith("/")):
        return text.replace(old, new)
    pattern = _expression(old[1:-1], text)
    if pattern is None or "$" in new or longest > TERRAFORM_TEXT:
        return Unknown()
    return pattern.sub(lambda _: new, text)


def _expression(pattern: str, text: str) -> re.Pattern[str] | None:
    """A regular expression, None for one that might search a text for ever.

    Those of Terraform take linear time, which Python's do with few repetitions in a short text.
    """
    repetitions = len(_REPETITION.findall(pattern))
    is_nested = _REPEATED_GROUP.search(pattern) is not None
    if is_nested or repetitions > _MAX_REPETITIONS or len(text) > _MAX_SEARCHED:
        return None
    try:
        return re.compile(pattern)
    except (re.error, RecursionError, OverflowError):
        return None


def _regex(pattern: str, text: str) -> Any:
    """The first match, its groups if there are any; raises ValueError without a match."""
    expression = _expression(pattern, text)
    if expression is None:
        return Unknown()
    match = expression.search(text)
    if match is None:
        raise ValueError
    return _groups(match)


def _regex_all(pattern: str, text: str) -> Any:
    expression = _expression(pattern, text)
    if expression is None:
        return Unknown()
    return [_groups(match) for match in expression.finditer(text)]


def _groups(match: re.Match[str]) -> Any:
    if match.re.groupindex:
        return dict(match.groupdict())
    return list(match.groups()) if match.re.groups else match.group()


def _split(separator: str, text: str) -> list[str]:
    return text.split(separator) if separator else list(text)


def _substr(text: str, start: int, length: int) -> str:
    end = None if length < 0 else start + length
    return text[start:end]


# Lists and mappings
# --------------------------------------------------------------------------------------------------


def _concat(*lists: Any) -> list[Any]:
    result: list[Any] = []
    for items in lists:
        result += items
    return result


def _merge(*mappings: Any) -> Block:
    result = Block()
    for mapping in mappings:
        if mapping is None:
            continue
        result.update(mapping)
        if isinstance(mapping, Block):
            result.lines.update(mapping.lines)
            result.texts.update(mapping.texts)
    return result


def _flatten(items: list[Any]) -> list[Any]:
    result: list[Any] = []
    for item in items:
        result += _flatten(item) if isinstance(item, list) else [item]
        if len(result) > MAX_ITEMS:
            raise ValueError
    return result


def _distinct(items: Any) -> list[Any]:
    result: list[Any] = []
    for item in _to_list(items):
        if item not in result:
            result.append(item)
    return result


def _to_set(items: Any) -> list[Any]:
    distinct = _distinct(items)
    return sorted(distinct) if all(isinstance(item, str) for item in distinct) else distinct


def _format_list(form: str, *values: Any) -> list[Any]:
    count = max((len(value) for value in values if isinstance(value, list)), default=1)
    rows: list[Any] = []
    for index in range(count):
        row = [value[index] if isinstance(value, list) else value for value in values]
        rows.append(_format(form, *row))
    return rows


def _to_text(value: Any) -> Any:
    return value if isinstance(value, Unknown | Partial) else _text(value)


def _set_of(keep: Callable[[Any, list[Any]], bool]) -> Callable[..., list[Any]]:
    """A function of two sets: the elements of the first that are kept."""

    def chosen(one: list[Any], other: list[Any]) -> list[Any]:
        if not is_known(other):
            raise ValueError
        return _to_set([item for item in one if keep(item, other)])

    return chosen


def _to_list(value: Any) -> list[Any]:
    if isinstance(value, list):
        return value
    raise TypeError


def _compact(items: list[Any]) -> list[Any]:
    return [item for item in items if item not in (None, "")]


def _coalesce(*values: Any) -> Any:
    for value in values:
        if value not in (None, ""):
            return value
    raise ValueError


def _coalesce_list(*values: Any) -> Any:
    return next((value for value in values if value), [])


def _lookup(mapping: Mapping[str, Any], key: str, *default: Any) -> Any:
    if key in mapping or not default:
        return mapping[key]
    return default[0]


def _element(items: list[Any], index: int) -> Any:
    return items[index % len(items)]


def _contains(items: list[Any], value: Any) -> Any:
    if value in items:
        return True
    return False if is_known(items) else Unknown()


def _length(value: Any) -> int:
    if isinstance(value, str | list | Mapping):
        return len(value)
    raise TypeError


def _one(items: list[Any]) -> Any:
    return items[0] if items else None


def _range(*bounds: int) -> list[int]:
    numbers = range(*bounds)
    if len(numbers) > MAX_ITEMS:
        raise ValueError
    return list(numbers)


def _sorted(items: list[Any]) -> list[Any]:
    return sorted(items) if is_known(items) else items


def _zipmap(keys: list[str], values: list[Any]) -> Block:
    result = Block()
    result.update(zip(keys, values, strict=True))
    return result


def _set_union(*sets: Any) -> list[Any]:
    return _to_set(_concat(*sets))


# Conversions
# --------------------------------------------------------------------------------------------------


def _json_encode(value: Any) -> Encoded:
    return Encoded(value)


def _json_decode(value: Any) -> Any:
    if isinstance(value, Encoded):
        return value.value
    if not isinstance(value, str) or len(value) > TERRAFORM_TEXT:
        return Unknown()
    return json.loads(value)


def _to_number(value: Any) -> Any:
    if isinstance(value, str):
        return float(value) if "." in value else int(value)
    return value


def _to_bool(value: Any) -> bool:
    if value in (True, "true"):
        return True
    if value in (False, "false"):
        return False
    raise ValueError


def _itself(value: Any) -> Any:
    return value


def _base64(value: Any) -> str:
    return base64.b64encode(_text(value).encode()).decode()


_OF_UNKNOWN = (
    "coalesce",
    "format",
    "join",
    "jsondecode",
    "jsonencode",
    "lower",
    "nonsensitive",
    "one",
    "sensitive",
    "tostring",
    "upper",
)
"""The functions that take unknown values."""

_FUNCTIONS: dict[str, Callable[..., Any]] = {
    "abs": abs,
    "abspath": _itself,
    "base64encode": _base64,
    "alltrue": lambda items: all(map(_to_bool, items)),
    "anytrue": lambda items: any(map(_to_bool, items)),
    "basename": posixpath.basename,
    "ceil": math.ceil,
    "chomp": lambda text: text.rstrip("\r\n"),
    "coalesce": _coalesce,
    "coalescelist": _coalesce_list,
    "compact": _compact,
    "concat": _concat,
    "contains": _contains,
    "dirname": posixpath.dirname,
    "distinct": _distinct,
    "element": _element,
    "endswith": str.endswith,
    "flatten": _flatten,
    "floor": math.floor,
    "format": _format,
    "formatlist": _format_list,
    "index": list.index,
    "join": _join,
    "jsondecode": _json_decode,
    "jsonencode": _json_encode,
    "keys": lambda mapping: sorted(mapping.keys()),
    "length": _length,
    "list": lambda *items: list(items),
    "lookup": _lookup,
    "lower": _of_text(str.lower),
    "max": max,
    "merge": _merge,
    "min": min,
    "nonsensitive": _itself,
    "one": _one,
    "range": _range,
    "regex": _regex,
    "regexall": _regex_all,
    "replace": _replace,
    "reverse": lambda items: items[::-1],
    "sensitive": _itself,
    "setintersection": _set_of(lambda item, other: item in other),
    "setsubtract": _set_of(lambda item, other: item not in other),
    "setunion": _set_union,
    "slice": lambda items, start, end: as_list(items)[start:end],
    "sort": _sorted,
    "split": _split,
    "startswith": str.startswith,
    "strcontains": lambda text, part: part in text,
    "substr": _substr,
    "sum": sum,
    "title": str.title,
    "tobool": _to_bool,
    "tolist": _to_list,
    "tomap": _itself,
    "tonumber": _to_number,
    "toset": _to_set,
    "tostring": _to_text,
    "trim": str.strip,
    "trimprefix": str.removeprefix,
    "trimspace": str.strip,
    "trimsuffix": str.removesuffix,
    "upper": _of_text(str.upper),
    "values": lambda mapping: [mapping[key] for key in sorted(mapping)],
    "zipmap": _zipmap,
}
