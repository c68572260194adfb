"""A consumer's own values: what its code compares with fields of events, put together by place.

Code that compares a field with several values in one place (a set, a map, a tuple) goes on with any
of them. An environment variable that somebody gave, or a template, is a value of the code like one
that is written there.
"""

from __future__ import annotations

import json
import os
import re
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from ecr_contracts.core.json_path import Steps
from ecr_contracts.core.masking import holds_secret
from ecr_contracts.discovery.javascript import comparisons as javascript
from ecr_contracts.discovery.source.comparisons import field_conditions
from ecr_contracts.discovery.source.comparisons.comparison import Comparison, VariableComparison
from ecr_contracts.discovery.source.comparisons.field_conditions import FieldCondition
from ecr_contracts.discovery.source.comparisons.finder import comparisons, variables_compared
from ecr_contracts.discovery.target import Target, is_javascript
from ecr_contracts.discovery.template_variables import template_variables
from ecr_contracts.eventbridge.rules.matching.regular import Matches, Where
from ecr_contracts.eventbridge.rules.narrowing.own_values import FieldComparison

__all__ = ["own_values"]

_MOST_PIECES = 20
"""Of a variable that holds a list, in JavaScript."""


def own_values(target: Target, given: Mapping[str, str]) -> tuple[FieldComparison, ...]:
    """What a consumer's code compares with fields of its event, in the order of the code.

    `given` are environment variables that somebody set; they come before those of the process and
    of a template.
    """
    if is_javascript(target):
        return tuple(_of_javascript(target, given))
    variables = list(_with_variables(target, given))
    # Where the value of a variable is known, its default is not what is compared; where it is not,
    # the default is, and nothing is made up.
    settled = {_place(one) for one in variables if not one.is_with_base}
    written: list[Comparison] = []
    for comparison in comparisons(target):
        if comparison.is_sure or _place(comparison) not in settled:
            written.append(comparison)
    of_code = {_place(one) for one in written}
    return (
        *_put_together(written),
        *(one for one in variables if not (one.is_with_base and _place(one) in of_code)),
    )


def _of_javascript(target: Target, given: Mapping[str, str]) -> Iterator[FieldComparison]:
    """What a handler for Node compares with fields."""
    known = {**template_variables(target).known, **os.environ, **given}
    for one in javascript.comparisons(target):
        texts = one.texts
        if one.variable in known and not holds_secret(one.variable, known[one.variable]):
            value = known[one.variable]
            pieces = [piece.strip() for piece in value.split(",") if piece.strip()]
            texts = tuple(pieces[:_MOST_PIECES]) if one.how == "item" else (value,)
        how = "equal" if one.how == "item" else one.how
        conditions = [_condition(how, text) for text in texts]
        is_made_up = bool(one.variable) and not texts
        if texts or is_made_up:
            yield FieldComparison(
                one.steps,
                tuple(condition for condition in conditions if condition is not None),
                one.place,
                leads_on=one.needed,
                needed=one.needed,
                is_with_base=is_made_up,
                part=how if how != "equal" else "",
            )


def _place(comparison: Comparison | FieldComparison) -> tuple[Steps, str]:
    """The field that is compared, and where."""
    return comparison.steps, comparison.place


def _put_together(found: Iterable[Comparison]) -> Iterator[FieldComparison]:
    """Comparisons with those of the same field in the same place, that lead on alike, as one."""
    together: dict[tuple[object, ...], list[Comparison]] = {}
    for comparison in found:
        key = (comparison.steps, comparison.place, comparison.leads_on, comparison.needed)
        together.setdefault(key, []).append(comparison)
    for alike in together.values():
        first = alike[0]
        yield FieldComparison(
            first.steps,
            tuple(dict.fromkeys(one.condition for one in alike)),
            first.place,
            leads_on=first.leads_on,
            needed=first.needed,
            group=first.group,
        )


# --- environment variables ------------------------------------------------------------------------


def _with_variables(target: Target, given: Mapping[str, str]) -> Iterator[FieldComparison]:
    """The comparisons with variables, by their values, or by the base where these are made up.

    Secrets are left out: an event with one of them would be shown and kept.
    """
    compared = variables_compared(target)
    if not compared:
        return
    known = {**template_variables(target).known, **os.environ, **given}
    for name, found in compared.items():
        for comparison in found:
            conditions: tuple[FieldCondition, ...] = ()
            if name in known and not holds_secret(name, known[name]):
                conditions = _conditions(comparison, known[name])
            is_made_up = name not in known and _is_followed(comparison)
            if conditions or is_made_up:
                yield FieldComparison(
                    comparison.steps,
                    conditions,
                    comparison.place,
                    leads_on=comparison.leads_on,
                    needed=comparison.needed,
                    is_with_base=is_made_up,
                    part=comparison.how if comparison.how in ("prefix", "suffix") else "",
                )


def _is_followed(comparison: VariableComparison) -> bool:
    """Whether it is known which fields a variable lets on that is made up for the base."""
    if any(comparison.frame):
        return False
    if comparison.how in ("prefix", "suffix"):
        return not comparison.changes
    return comparison.how in ("equal", "key")


def _conditions(comparison: VariableComparison, value: str) -> tuple[FieldCondition, ...]:
    """What a comparison with a variable demands of the field, where the variable has a value."""
    conditions: dict[FieldCondition, None] = {}
    for operand in _operands(comparison, value):
        condition = _condition(comparison.how, operand)
        if condition is not None:
            on_field = field_conditions.undone(condition, comparison.changes)
            if on_field is not None:
                conditions[on_field] = None
    return tuple(conditions)


def _operands(comparison: VariableComparison, value: str) -> list[Any]:
    """What of a variable's value is compared: the whole, its pieces, or what is parsed of it."""
    if comparison.is_parsed:
        try:
            parsed = json.loads(value)
        except ValueError:
            return []
        return list(parsed) if isinstance(parsed, list | dict) else [parsed]
    pieces = [value]
    if comparison.separator:
        pieces = [piece.strip() for piece in value.split(comparison.separator) if piece.strip()]
    before, after = comparison.frame
    return [f"{before}{piece}{after}" for piece in pieces]


def _condition(how: str, operand: Any) -> FieldCondition | None:
    """The condition that a way of comparing with an operand makes."""
    if how in ("equal", "key"):
        return field_conditions.equals(operand)
    if not isinstance(operand, str) or not operand:
        return None
    match how:
        case "prefix":
            return field_conditions.begins(operand)
        case "suffix":
            return field_conditions.ends(operand)
        case "within":
            return field_conditions.holds_within(operand)
        case "glob":
            return field_conditions.globs(operand)
        case "pattern" if _compiles(operand):
            return Matches(operand, Where.ANYWHERE)
    return None


def _compiles(expression: str) -> bool:
    try:
        Matches(expression).holds("")
    except (re.error, OverflowError, RecursionError):
        return False
    return True
