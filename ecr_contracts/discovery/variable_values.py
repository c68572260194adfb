"""What variables demand of fields of an event that only the flow of their values tells of.

They are those that a library reads for the consumer: `if detail["repository-name"] not in
settings.repositories: return` demands that the field is one of the values of the variable, as a
literal in its place would. So do fields of data classes, and tables of pairs.
"""

from __future__ import annotations

import json
import os
from collections.abc import Iterator, Mapping
from typing import Any

from ecr_contracts.core.masking import holds_secret
from ecr_contracts.discovery.source.comparisons.finder import variables_compared
from ecr_contracts.discovery.source.flow import Stage
from ecr_contracts.discovery.source.variables.decisions import Decision, Relation
from ecr_contracts.discovery.source.variables.environment import variables
from ecr_contracts.discovery.target import Target
from ecr_contracts.discovery.template_variables import template_variables
from ecr_contracts.eventbridge.rules.matching.conditions import Exact
from ecr_contracts.eventbridge.rules.narrowing.own_values import FieldComparison

__all__ = ["variable_values"]

_MOST_PIECES = 20  # of a variable that are followed


def variable_values(
    target: Target, given: Mapping[str, str], event: Mapping[str, Any]
) -> Iterator[FieldComparison]:
    """The comparisons of fields with variables that no other reading of the code tells of.

    `given` are the variables that somebody set; those that are made up are the base's own value.
    `event` is any that reaches the consumer: it tells what is a field of it.
    """
    compared = variables_compared(target)
    known = {**template_variables(target).known, **os.environ, **given}
    told = {
        name
        for name, found in compared.items()
        if name in known or not all(any(one.frame) for one in found)
    }
    for variable in variables(target, [event]):
        for decision in variable.decisions if variable.name not in told else ():
            if decision.relation not in (Relation.EQUAL, Relation.HOLDS):
                continue
            is_given = variable.name in known
            conditions: tuple[Exact, ...] = ()
            if is_given and not holds_secret(variable.name, known[variable.name]):
                pieces = _pieces(decision, known[variable.name])[:_MOST_PIECES]
                conditions = tuple(Exact(piece) for piece in pieces)
            if conditions or not is_given:
                yield FieldComparison(
                    decision.field,
                    conditions,
                    decision.place,
                    leads_on=decision.holds,
                    needed=decision.holds,
                    is_with_base=not is_given,
                )


def _pieces(decision: Decision, text: str) -> list[str]:
    """What the field is compared with: the text, its pieces, or what it holds as JSON."""
    if decision.value.stage is Stage.PARTS:
        return [piece.strip() for piece in text.split(decision.value.path[0]) if piece.strip()]
    if decision.value.stage is not Stage.DATA:
        return [text]
    try:
        data = json.loads(text)
    except ValueError:
        return []
    items = data if isinstance(data, list | dict) else []
    return [item for item in items if isinstance(item, str)]
