"""What event patterns admit, as far as they are read: which kinds, which values, which events.

Exact values are read, and the operators `anything-but`, `prefix` and `exists`. Whatever else stands
in a pattern (`$or`, other operators on a field that is there) is taken to admit everything: it is
better to give an event that the rule keeps away than to leave out one that it delivers.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any

from ecr_contracts.core import json_path
from ecr_contracts.core.findings import MISSING
from ecr_contracts.discovery.iac.rules import Rule
from ecr_contracts.events.compile import reader
from ecr_contracts.events.kinds import kind_names

__all__ = ["admitted_values", "kinds_of", "lets_through", "value_filter"]


def kinds_of(rule: Rule) -> tuple[str, ...]:
    """The kinds of which a rule's pattern admits events."""
    return tuple(kind for kind in kind_names() if _admits_kind(rule.pattern, kind))


def admitted_values(rules: Iterable[Rule]) -> dict[str, tuple[str, ...]]:
    """The only values that rules admit for keys that stand directly in the detail, by path.

    Only lists of exact texts are read. A path is there if each rule that delivers a kind with this
    key has such a list for it; keys further within are not looked at.
    """
    rules = list(rules)
    keys: set[str] = set()
    for rule in rules:
        keys.update(_detail(rule.pattern))
    found: dict[str, tuple[str, ...]] = {}
    for key in sorted(keys):
        conditions = [_detail(rule.pattern).get(key) for rule in rules if _concerns(rule, key)]
        if conditions and all(map(_are_exact, conditions)):
            values: dict[str, None] = {}
            for of_rule in conditions:
                values |= dict.fromkeys(of_rule or ())
            found[f"$.detail.{key}"] = tuple(values)
    return found


def value_filter(
    admits: Mapping[str, Sequence[str]],
) -> Callable[[Mapping[str, Any]], bool] | None:
    """Whether an event has admitted values only, which are given by path; None if all are.

    An absent value is admitted, and a list with one admitted value in it.
    """
    if not admits:
        return None
    wanted = {json_path.parse(path): values for path, values in admits.items()}

    def delivers(event: Mapping[str, Any]) -> bool:
        for steps, values in wanted.items():
            value = json_path.at(event, steps)
            if value is MISSING:
                continue
            items = value if isinstance(value, list) else [value]
            if not any(item in values for item in items):
                return False
        return True

    return delivers


def lets_through(pattern: Mapping[str, Any], event: Any) -> bool:
    """Whether a pattern lets an event through, as far as it is read.

    `$or`, and any other key that begins with a dollar sign, is not read: such a key is no field.
    """
    for key, conditions in pattern.items():
        if str(key).startswith("$"):  # YAML has keys that are no texts
            continue
        value = event.get(key, MISSING) if isinstance(event, Mapping) else MISSING
        if isinstance(conditions, Mapping):
            if not lets_through(conditions, value):
                return False
        elif isinstance(conditions, list) and not any(_holds(one, value) for one in conditions):
            return False
    return True


def _holds(condition: Any, value: Any) -> bool:
    """Whether a condition holds for a value, which may be missing or a list."""
    if value is MISSING:
        return _takes_absent(condition)
    values = value if isinstance(value, list) else [value]
    return any(not isinstance(item, str) or _is_met(condition, item) for item in values)


def _admits_kind(pattern: Mapping[str, Any], kind: str) -> bool:
    """Whether a pattern admits events of a kind."""
    for path, value in reader.contract(kind).discriminator:
        if not _admits(_conditions(pattern, path), str(value)):
            return False
    for key, conditions in _detail(pattern).items():
        if _is_foreign(key, kind) and not _takes_absent(conditions):
            return False
    return True


def _is_foreign(key: str, kind: str) -> bool:
    """Whether other kinds have a key, and this one has not."""
    if key in _keys(kind):
        return False
    return any(key in _keys(other) for other in kind_names())


def _concerns(rule: Rule, key: str) -> bool:
    """Whether a rule delivers events of a kind that has a key."""
    return any(key in _keys(kind) for kind in kinds_of(rule))


def _keys(kind: str) -> tuple[str, ...]:
    return reader.contract(kind).known_keys.get("$.detail", ())


def _detail(pattern: Mapping[str, Any]) -> Mapping[str, Any]:
    detail = pattern.get("detail")
    return detail if isinstance(detail, Mapping) else {}


def _conditions(pattern: Any, path: str) -> Any:
    """What a pattern asks of a path, None if nothing."""
    for step in path.split(".")[1:]:
        pattern = pattern.get(step) if isinstance(pattern, Mapping) else None
    return pattern


def _are_exact(conditions: Any) -> bool:
    """Whether conditions are a list of values that are texts."""
    return isinstance(conditions, list) and all(isinstance(value, str) for value in conditions)


def _admits(conditions: Any, value: str) -> bool:
    """Whether the conditions of a field let a value through; unless they say otherwise they do."""
    return not isinstance(conditions, list) or any(_is_met(one, value) for one in conditions)


def _takes_absent(conditions: Any) -> bool:
    """Whether conditions let an event through that has no such field."""
    match conditions:
        case {"exists": False}:
            return True
        case dict():
            return any(map(_takes_absent, conditions.values()))
        case list():
            return any(map(_takes_absent, conditions))
    return False


def _is_met(condition: Any, value: str) -> bool:
    match condition:
        case {"anything-but": str(other)}:
            return value != other
        case {"anything-but": list() as others}:
            return value not in others
        case {"prefix": str(start)}:
            return value.startswith(start)
        case {"exists": exists}:
            return exists is not False
        case dict():
            return True
    return bool(condition == value)
