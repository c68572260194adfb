"""Choice rules, decided as Step Functions decides them where moto's engine is more lenient.

Source: Step Functions developer guide, Choice state: a path that is not in the input fails the
execution, whatever is compared; only IsPresent asks whether it is there. And and Or are decided
from left to right, as far as need be (inferred, and what guards with IsPresent rest on). A value of
another type than the operator's compares as false.
"""

from __future__ import annotations

from typing import Any

from moto.stepfunctions.parser.asl.component.common.string.string_expression import (
    StringContextPath,
    StringJsonPath,
)
from moto.stepfunctions.parser.asl.component.state.choice.comparison import comparison_type
from moto.stepfunctions.parser.asl.component.state.choice.comparison.comparison import (
    ComparisonCompositeAnd,
    ComparisonCompositeNot,
    ComparisonCompositeOr,
)
from moto.stepfunctions.parser.asl.component.state.choice.comparison.comparison_func import (
    ComparisonFuncValue,
)
from moto.stepfunctions.parser.asl.component.state.choice.comparison.comparison_variable import (
    ComparisonVariable,
)

from ecr_contracts.core.findings import MISSING
from ecr_contracts.engine.subjects.step_functions import jsonpath
from ecr_contracts.engine.subjects.step_functions.unknown import is_known

__all__ = ["LostPathError", "MadeUpError", "decided"]


class LostPathError(Exception):
    """A rule reads a path that is not in the input."""

    def __init__(self, path: str) -> None:
        self.path = path
        super().__init__(path)


class MadeUpError(Exception):
    """A rule compares with what the execution says of itself, which is made up here."""


def decided(rule: Any, env: Any) -> bool | None:
    """Whether a rule holds for the input on top of the engine's stack; None where what decides is not known.

    Raises LostPathError for a path that leads nowhere, MadeUpError for one into the execution's own
    context.
    """
    comparison: comparison_type.Comparison = rule.comparison
    match comparison:
        case ComparisonCompositeNot():
            inner = decided(comparison.rule, env)
            return None if inner is None else not inner
        case ComparisonCompositeAnd():
            return _first(comparison.rules, env, stop=False)
        case ComparisonCompositeOr():
            return _first(comparison.rules, env, stop=True)
        case ComparisonVariable(comparison_function=ComparisonFuncValue()):
            return _compared(comparison, env)
    return None


def _first(rules: list[Any], env: Any, *, stop: bool) -> bool | None:
    """What some rules come to of which the first that is `stop` decides."""
    known = True
    for rule in rules:
        holds = decided(rule, env)
        if holds is stop:
            # What an earlier, unknown rule would have stopped does not matter: it would have
            # stopped alike.
            return stop
        known = known and holds is not None
        if not known:
            return None
    return not stop


def _compared(comparison: Any, env: Any) -> bool | None:
    function = comparison.comparison_function
    operator = function.operator_type.name
    path, value = _variable(comparison.variable.string_sampler, env)
    if operator == "IsPresent":
        return (
            (value is not MISSING) is function.value
            if value is MISSING or is_known(value)
            else None
        )
    if value is MISSING:
        raise LostPathError(path)
    if operator.endswith("Path"):
        other = _at(str(function.value), env)
        if other is MISSING:
            raise LostPathError(str(function.value))
        if str(function.value).startswith("$$"):
            raise MadeUpError
        if not is_known(other):
            return None
    elif type(function) is not ComparisonFuncValue:
        return None  # a variable of the workflow, which takes JSONata
    if not is_known(value):
        return None
    env.stack.append(value)
    function.eval(env)
    return bool(env.stack.pop())


def _variable(sampler: Any, env: Any) -> tuple[str, Any]:
    """The path of a rule's variable, and what it leads to."""
    if isinstance(sampler, StringContextPath):
        return sampler.context_object_path, _at(sampler.context_object_path, env)
    if isinstance(sampler, StringJsonPath):
        return sampler.json_path, _at(sampler.json_path, env)
    sampler.eval(env)
    return sampler.literal_value, env.stack.pop()


def _at(path: str, env: Any) -> Any:
    if path.startswith("$$"):
        return jsonpath.at(env.states.context_object.context_object_data, path[1:])
    return jsonpath.at(env.stack[-1], path)
