"""The environment variables that a template sets for a consumer: known values, and mere forms."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from ecr_contracts.discovery.iac.cloudformation.functions import Function
from ecr_contracts.discovery.surroundings import functions_around
from ecr_contracts.discovery.target import Target

__all__ = ["TemplateVariables", "template_variables"]


@dataclass(frozen=True, slots=True)
class TemplateVariables:
    """What a template says of the environment of a function.

    `known` are the values that it writes out, or that follow from what it does. `forms` are values
    like those that a deployment gives: the ARN of a topic for `!Ref Topic`.
    """

    known: Mapping[str, str] = field(default_factory=dict)
    forms: Mapping[str, str] = field(default_factory=dict)

    def without(self, made_up: Iterable[str]) -> dict[str, str]:
        """All values but the forms of variables that are made up elsewhere."""
        left_out = set(made_up)
        forms = {name: form for name, form in self.forms.items() if name not in left_out}
        return {**forms, **self.known}


def template_variables(target: Target) -> TemplateVariables:
    """What the template that a consumer is named by says, else the one around its file."""
    if target.function is not None:
        return _of_function(target.function)
    for function in functions_around(target):
        return _of_function(function)
    return TemplateVariables()


def _of_function(function: Function) -> TemplateVariables:
    known: dict[str, str] = {}
    forms: dict[str, str] = {}
    for name, value in function.environment.items():
        values = forms if name in function.guessed else known
        values[name] = value
    return TemplateVariables(known, forms)
