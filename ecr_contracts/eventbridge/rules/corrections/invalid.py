"""A pattern that EventBridge refuses, changed so that it is one: brackets, numbers, spellings."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from ecr_contracts.core.errors import PatternError
from ecr_contracts.eventbridge.rules.corrections.meant import plain
from ecr_contracts.eventbridge.rules.matching.operators import OPERATORS
from ecr_contracts.eventbridge.rules.pattern import OR, Pattern

__all__ = ["accepted"]

_BY_PLAIN = {plain(name): name for name in OPERATORS}
_BOOLEANS = {"true": True, "false": False}


def accepted(data: Any) -> dict[str, Any] | None:
    """A pattern as it was meant; None if that cannot be told."""
    if not isinstance(data, Mapping):
        return None
    try:
        changed = _object(data)
        Pattern.parse(changed)
    except (PatternError, RecursionError):
        return None
    return changed


def _object(node: Mapping[str, Any]) -> dict[str, Any]:
    changed: dict[str, Any] = {}
    for key, value in node.items():
        if key == OR and isinstance(value, list):
            alternatives = [_object(item) for item in value if isinstance(item, Mapping) and item]
            if len(alternatives) == 1:
                changed |= alternatives[0]
            elif alternatives:
                changed[key] = alternatives
        elif isinstance(value, Mapping) and _is_operator(value):
            changed[key] = [_condition(value)]
        elif isinstance(value, Mapping):
            changed[key] = _object(value)
        elif isinstance(value, list):
            changed[key] = [_condition(item) for item in value]
        else:
            changed[key] = [value]
    return changed


def _is_operator(node: Mapping[str, Any]) -> bool:
    """Whether an object is the operator that ought to stand in an array."""
    return len(node) == 1 and plain(str(next(iter(node)))) in _BY_PLAIN


def _condition(item: Any) -> Any:
    if not isinstance(item, Mapping) or not _is_operator(item):
        return item
    ((name, operand),) = item.items()
    operator = _BY_PLAIN[plain(str(name))]
    match operator:
        case "exists":
            return {operator: _BOOLEANS.get(str(operand).lower(), operand)}
        case "numeric" if isinstance(operand, list):
            return {operator: [_number(part) for part in operand]}
    return {operator: operand}


def _number(part: Any) -> Any:
    """A number that was written as a text."""
    if not isinstance(part, str):
        return part
    try:
        number = float(part)
    except ValueError:
        return part
    return int(number) if number.is_integer() else number
