"""A pattern as it is written, data with `$or` in it: its leaves, its alternatives, changed copies.

Paths are those in the pattern, in which `$or` and the number of the alternative stand too.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence, Set
from typing import Any

from ecr_contracts.core.json_path import Steps
from ecr_contracts.eventbridge.rules.pattern import OR

__all__ = [
    "alternatives",
    "event_steps",
    "is_alternatives",
    "leaves",
    "only_leaf",
    "replaced",
    "with_leaf",
    "with_only",
    "within",
    "without",
    "without_leaf",
]


def leaves(pattern: Mapping[str, Any], place: Steps = ()) -> Iterator[tuple[Steps, list[Any]]]:
    """The arrays of conditions of a pattern, each with its path, in its order."""
    for key, value in pattern.items():
        here = (*place, key)
        if is_alternatives(key, value):
            for number, alternative in enumerate(value):
                yield from leaves(alternative, (*here, number))
        elif isinstance(value, Mapping):
            yield from leaves(value, here)
        elif isinstance(value, list):
            yield here, value


def alternatives(pattern: Mapping[str, Any], place: Steps = ()) -> Iterator[Steps]:
    """The paths of all objects in any `$or` of a pattern."""
    for key, value in pattern.items():
        here = (*place, key)
        if is_alternatives(key, value):
            for number, alternative in enumerate(value):
                yield (*here, number)
                yield from alternatives(alternative, (*here, number))
        elif isinstance(value, Mapping):
            yield from alternatives(value, here)


def event_steps(place: Steps) -> tuple[str, ...]:
    """The keys of an event that a path in a pattern leads to."""
    return tuple(step for step in place if isinstance(step, str) and step != OR)


def only_leaf(place: Steps, conditions: list[Any]) -> dict[str, Any]:
    """The pattern of a single leaf."""
    return within(event_steps(place), conditions)


def within(steps: Sequence[str], value: Any) -> dict[str, Any]:
    """A pattern in which an object stands at a path, and nothing else."""
    for step in reversed(steps):
        value = {step: value}
    content: dict[str, Any] = value
    return content


def with_leaf(
    pattern: Mapping[str, Any], steps: Sequence[str], conditions: list[Any]
) -> dict[str, Any] | None:
    """A copy with a leaf, beside all `$or`; None where conditions stand on the way to it."""
    first, *rest = steps
    copy = dict(pattern)
    if not rest:
        copy[first] = conditions
        return copy
    inner = copy.get(first, {})
    changed = with_leaf(inner, rest, conditions) if isinstance(inner, Mapping) else None
    if changed is None:
        return None
    copy[first] = changed
    return copy


def without_leaf(pattern: Mapping[str, Any], place: Steps) -> dict[str, Any]:
    """A copy without a leaf, nor the objects that would be empty without it."""
    first, *rest = place
    copy = dict(pattern)
    if isinstance(first, int):
        raise AssertionError("leaves of alternatives are not taken away")
    inner = without_leaf(copy[first], tuple(rest)) if rest else {}
    if inner:
        copy[first] = inner
    else:
        del copy[first]
    return copy


def replaced(pattern: Any, place: Steps, value: Any) -> Any:
    """A copy with another value at a path that is there."""
    if not place:
        return value
    first, *rest = place
    if isinstance(first, int):
        return [
            replaced(item, tuple(rest), value) if number == first else item
            for number, item in enumerate(pattern)
        ]
    copy = dict(pattern)
    copy[first] = replaced(pattern[first], tuple(rest), value)
    return copy


def with_only(pattern: Mapping[str, Any], place: Steps) -> dict[str, Any]:
    """A copy in which an alternative stands in the place of its `$or`, and of those around it."""
    if OR not in place:
        return dict(pattern)
    number = place.index(OR)
    outer, index, inner = place[:number], place[number + 1], place[number + 2 :]
    holder = dict(_at(pattern, outer))
    chosen = holder.pop(OR)[index]
    # Within a branch the alternative replaces a leaf outside that has the same key.
    merged = _merged(holder, with_only(chosen, inner))
    copy: dict[str, Any] = replaced(pattern, outer, merged)
    return copy


def without(pattern: Mapping[str, Any], places: Set[Steps]) -> dict[str, Any] | None:
    """A copy without some alternatives; None where an `$or` would be left without any.

    An `$or` of a single alternative is replaced by it, since EventBridge refuses that.
    """
    return _without(pattern, places, ())


def _without(node: Mapping[str, Any], places: Set[Steps], place: Steps) -> dict[str, Any] | None:
    copy: dict[str, Any] = {}
    single: dict[str, Any] | None = None
    for key, value in node.items():
        here = (*place, key)
        if is_alternatives(key, value):
            kept = []
            for number, alternative in enumerate(value):
                inner = (*here, number)
                if inner in places:
                    continue
                left = _without(alternative, places, inner)
                if left is not None:
                    kept.append(left)
            if not kept:
                return None
            if len(kept) == 1:
                single = kept[0]
            else:
                copy[key] = kept
        elif isinstance(value, Mapping):
            left = _without(value, places, here)
            if left is None:
                return None
            copy[key] = left
        else:
            copy[key] = value
    return copy if single is None else _merged(copy, single)


def _merged(outer: Mapping[str, Any], inner: Mapping[str, Any]) -> dict[str, Any]:
    """Two objects as one; of a key in both the inner one's leaf stands."""
    merged = dict(outer)
    for key, value in inner.items():
        known = merged.get(key)
        if isinstance(known, Mapping) and isinstance(value, Mapping):
            merged[key] = _merged(known, value)
        else:
            merged[key] = value
    return merged


def _at(pattern: Any, place: Steps) -> Any:
    for step in place:
        pattern = pattern[step]
    return pattern


def is_alternatives(key: str, value: Any) -> bool:
    """Whether an `$or` is one, and not a field of that name."""
    if key != OR or not isinstance(value, list) or len(value) < 2:
        return False
    return all(isinstance(item, Mapping) for item in value)
