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
from ecr_contracts.engine.subjects.step_functions import reference_path
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
    """Whether a rule holds for the input on top of the engine's stack.

    None where what decides is not known. Raises LostPathError for a path that leads nowhere,
    MadeUpError for one into the execution's own context.
    """
    comparison: comparison_type.Comparison = rule.comparison
    match comparison:
        case ComparisonCompositeNot():
            inner = decided(comparison.rule, env)
            return None if inner is None else not inner
        case ComparisonCompositeAnd():
            return _first_deciding(comparison.rules, env, decisive=False)
        case ComparisonCompositeOr():
            return _first_deciding(comparison.rules, env, decisive=True)
        case ComparisonVariable(comparison_function=ComparisonFuncValue()):
            return _compared(comparison, env)
    return None


def _first_deciding(rules: list[Any], env: Any, *, decisive: bool) -> bool | None:
    """What some rules come to together: the first that is `decisive` decides.

    That is False for And, True for Or. Where a rule before it is not known, neither is the whole.
    """
    for rule in rules:
        holds = decided(rule, env)
        if holds is None:
            return None
        if holds is decisive:
            return decisive
    return not decisive


def _compared(comparison: Any, env: Any) -> bool | None:
    """Whether a comparison of one variable holds, None where a value in it is not known."""
    function = comparison.comparison_function
    operator = function.operator_type.name
    path, value = _variable(comparison.variable.string_sampler, env)
    if operator == "IsPresent":
        is_present = value is not MISSING
        if is_present and not is_known(value):
            return None
        return is_present is function.value
    if value is MISSING:
        raise LostPathError(path)
    if operator.endswith("Path"):
        other_path = str(function.value)
        other = _at(other_path, env)
        if other is MISSING:
            raise LostPathError(other_path)
        if other_path.startswith("$$"):
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
        return reference_path.at(env.states.context_object.context_object_data, path[1:])
    return reference_path.at(env.stack[-1], path)
