"""Event patterns as a template has them: what of them is known before it is deployed.

A leaf of which something is not known admits any value, and its path is named. Where a condition
cannot be told, a list of values has those of both branches; what stands around more than a value
makes several patterns, one for each way in which the conditions may turn out, and events of all of
them are delivered.

For example, `{"detail": {"scan-status": ["COMPLETE", {"Ref": "Status"}]}}` is
`{"detail": {"scan-status": [{"exists": true}]}}` where the parameter has no default, with the path
`$.detail.scan-status`.
"""

from __future__ import annotations

import contextlib
import json
import re
from collections.abc import Iterator, Mapping
from typing import Any, NamedTuple

from ecr_contracts.discovery.iac.values.conditions import alternatives
from ecr_contracts.discovery.iac.values.known_values import (
    NO_VALUE,
    PLACE,
    UNKNOWN,
    KnownValues,
    has_marks,
    intrinsic,
)

__all__ = ["KnownPattern", "known_patterns"]

_MAX_PATTERNS = 8  # of one rule
_MAX_DEPTH = 100
_ANY = {"exists": True}
_ABSENT = {"exists": False}
_TEXT = re.compile(r'"(?:[^"\\]|\\.)*"', re.DOTALL)
_MARKS = re.compile(f"[{PLACE}{UNKNOWN}]+")
_PLACES = re.compile(rf"(?:(?<!\\)\*)?{PLACE}+\*?")
_SPECIAL = re.compile(r"[\\*]")


class KnownPattern(NamedTuple):
    """A pattern, and the paths in it whose values are known only to a deployment."""

    pattern: Mapping[str, Any]
    unresolved: tuple[str, ...] = ()


def known_patterns(written: Any, values: KnownValues) -> tuple[KnownPattern, ...]:
    """What is known of a pattern as it is written; nothing of what is no pattern.

    It is a mapping, a JSON text, or a function that gives one of them. Raises RecursionError for
    one that is too deeply nested.
    """
    found: list[KnownPattern] = []
    for world in _worlds(written, values):
        content = _evaluated(written, world)
        if isinstance(content, str):
            content = _parsed(content)
        if isinstance(content, Mapping):
            reader = _Reader()
            pattern = reader.pattern(content, "$", 0)
            known = KnownPattern(pattern, tuple(dict.fromkeys(reader.unresolved)))
            if known not in found:
                found.append(known)
    return tuple(found)


def _parsed(text: str) -> Any:
    """The pattern in a JSON text, None if there is none; an unknown part may be a whole value."""
    quoted = ""
    end = 0
    for match in _TEXT.finditer(text):
        quoted += _MARKS.sub(f'"{UNKNOWN}"', text[end : match.start()]) + match[0]
        end = match.end()
    quoted += _MARKS.sub(f'"{UNKNOWN}"', text[end:])
    with contextlib.suppress(ValueError):
        return json.loads(quoted)
    return None


# Conditions
# --------------------------------------------------------------------------------------------------


def _worlds(written: Any, values: KnownValues) -> list[KnownValues]:
    """The ways in which the conditions around parts of a pattern may turn out."""
    settled: list[KnownValues] = []
    open_worlds = [values]
    while open_worlds:
        world = open_worlds.pop(0)
        doubt = _doubt(written, world)
        if doubt is None or len(settled) + len(open_worlds) + 2 > _MAX_PATTERNS:
            settled.append(world)
        else:
            open_worlds += [world.assuming(doubt, True), world.assuming(doubt, False)]
    return settled


def _doubt(value: Any, world: KnownValues, *, in_leaf: bool = False, depth: int = 0) -> Any:
    """The first doubtful condition around more than an element of a list of values.

    `in_leaf` holds within the conditions of a leaf, such as `{"anything-but": [...]}`.
    """
    _check(depth)
    match intrinsic(value):
        case "Fn::If", [condition, chosen, other]:
            holds = world.holds(condition)
            if holds is None:
                return world.doubt(condition)
            branch = chosen if holds else other
            return _doubt(branch, world, in_leaf=in_leaf, depth=depth + 1)
        case (_, _):
            return None
    if isinstance(value, list):
        return _doubt_of_items(value, world, in_leaf=in_leaf, in_branches=False, depth=depth)
    if isinstance(value, Mapping):
        for key, inner in value.items():
            if key == "$or" and isinstance(inner, list):
                doubt = _doubt_of_items(inner, world, in_leaf=False, in_branches=True, depth=depth)
            else:
                doubt = _doubt(inner, world, in_leaf=in_leaf, depth=depth + 1)
            if doubt is not None:
                return doubt
    return None


def _doubt_of_items(
    items: list[Any], world: KnownValues, *, in_leaf: bool, in_branches: bool, depth: int
) -> Any:
    """The first doubtful condition in a list of values, or of the branches of `$or`."""
    for item in items:
        candidates = [item] if in_leaf else _variants(item, world)
        for candidate in candidates:
            doubt = _doubt(candidate, world, in_leaf=not in_branches, depth=depth + 1)
            if doubt is not None:
                return doubt
    return None


def _variants(item: Any, world: KnownValues) -> Iterator[Any]:
    """An element of a list, or what it may be where a condition cannot be told."""
    match intrinsic(item):
        case "Fn::If", [condition, chosen, other] if (holds := world.holds(condition)) is not None:
            yield from _variants(chosen if holds else other, world)
        case "Fn::If", [_, chosen, other]:
            yield from _variants(chosen, world)
            yield from _variants(other, world)
        case _:
            yield from alternatives(item)


def _evaluated(value: Any, world: KnownValues, *, in_leaf: bool = False, depth: int = 0) -> Any:
    """A part of a pattern without functions; UNKNOWN stands for what they do not tell.

    A mapping of which keys are not known has the key UNKNOWN.
    """
    _check(depth)
    match intrinsic(value):
        case "Fn::If", [condition, chosen, other]:
            holds = world.holds(condition)
            if holds is None:
                return UNKNOWN
            branch = chosen if holds else other
            return _evaluated(branch, world, in_leaf=in_leaf, depth=depth + 1)
        case "Ref", _:
            # A default that is empty stands for a value which each deployment gives.
            known = world.value(value)
            return UNKNOWN if known == "" else known
        case (_, _):
            return world.value(value)
    if isinstance(value, list):
        return _evaluated_items(value, world, in_leaf=in_leaf, in_branches=False, depth=depth)
    if not isinstance(value, Mapping):
        return world.value(value)
    content: dict[str, Any] = {}
    for key, inner in value.items():
        if str(key).startswith("Fn::"):
            content[UNKNOWN] = UNKNOWN
            continue
        if key == "$or" and isinstance(inner, list):
            known = _evaluated_items(inner, world, in_leaf=False, in_branches=True, depth=depth)
        else:
            known = _evaluated(inner, world, in_leaf=in_leaf, depth=depth + 1)
        if known is not NO_VALUE:
            content[key] = known
    return content


def _evaluated_items(
    items: list[Any], world: KnownValues, *, in_leaf: bool, in_branches: bool, depth: int
) -> list[Any]:
    found: list[Any] = []
    for item in items:
        candidates = [item] if in_leaf else list(_variants(item, world))
        for candidate in candidates:
            known = _evaluated(candidate, world, in_leaf=not in_branches, depth=depth + 1)
            is_repeated = candidate is not item and known in found
            if known is not NO_VALUE and not is_repeated:
                found.append(known)
    return found


def _check(depth: int) -> None:
    if depth > _MAX_DEPTH:
        raise RecursionError


# What is not known
# --------------------------------------------------------------------------------------------------


class _Reader:
    """Replaces what is not known in a pattern by what admits any value, and notes the paths."""

    def __init__(self) -> None:
        self.unresolved: list[str] = []

    def pattern(self, content: Mapping[str, Any], path: str, depth: int) -> dict[str, Any]:
        """A part of a pattern; keys that would admit everything are left out."""
        _check(depth)
        pattern: dict[str, Any] = {}
        for key, value in content.items():
            place = f"{path}.{key}"
            if has_marks(key):
                self.unresolved.append(path)
            elif key == "$or" and isinstance(value, list):
                branches = self._branches(value, path, depth + 1)
                if branches is not None:
                    pattern[key] = branches
            elif isinstance(value, Mapping):
                inner = self.pattern(value, place, depth + 1)
                if inner or not value:
                    pattern[key] = inner
            elif isinstance(value, list):
                pattern[key] = self._leaf(value, place)
            elif has_marks(value):
                self.unresolved.append(place)
                if key != "detail":  # what stands there is no leaf
                    pattern[key] = [dict(_ANY)]
            else:
                pattern[key] = value
        return pattern

    def _branches(self, branches: list[Any], path: str, depth: int) -> list[Any] | None:
        """The branches of an `$or`, None if one of them may admit everything."""
        found: list[Any] = []
        for branch in branches:
            if isinstance(branch, Mapping):
                known = self.pattern(branch, path, depth)
                if branch and not known:
                    return None
                found.append(known)
            elif has_marks(branch):
                self.unresolved.append(path)
                return None
            else:
                found.append(branch)
        return found

    def _leaf(self, conditions: list[Any], path: str) -> list[Any]:
        """The conditions of a leaf: any value if one of them is not known."""
        found: list[Any] = []
        for condition in conditions:
            known = _condition(condition)
            if known is None and condition is not None:  # null is a condition
                self.unresolved.append(path)
                return [dict(_ANY), *(dict(_ABSENT) for other in conditions if other == _ABSENT)]
            found.append(known)
        return found


def _condition(condition: Any) -> Any:
    """A condition that admits at least what is admitted once deployed; None if any value may be.

    Text with places of a deployment in it becomes a wildcard.
    """
    if not has_marks(condition):
        return condition
    match condition:
        case str():
            return _wildcard(_SPECIAL.sub(r"\\\g<0>", condition))
        case {"prefix": str(text), **others} if not others:
            return _wildcard(_SPECIAL.sub(r"\\\g<0>", text) + PLACE)
        case {"suffix": str(text), **others} if not others:
            return _wildcard(PLACE + _SPECIAL.sub(r"\\\g<0>", text))
        case {"wildcard": str(text), **others} if not others:
            return _wildcard(text)
    return None


def _wildcard(text: str) -> Any:
    """The wildcard of a text with places in it; None if they are all, or more is not known."""
    if UNKNOWN in text or not text.strip(f"{PLACE}*"):
        return None
    return {"wildcard": _PLACES.sub("*", text)}
