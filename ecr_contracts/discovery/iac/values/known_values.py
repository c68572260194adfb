"""What is known of a template's values before it is deployed, and whether its conditions hold.

A text of which only a deployment knows a part has a mark where this part stands: `PLACE` for what
every deployment has of its own (its account, region, stack), `UNKNOWN` for anything else. Both are
characters that no text has. `Resolver` makes values up instead; here nothing is made up.
"""

from __future__ import annotations

import contextlib
import copy
import json
import re
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from ecr_contracts.discovery.iac.values.made_text import DYNAMIC, TextBudget

__all__ = [
    "NO_VALUE",
    "PLACE",
    "UNKNOWN",
    "KnownValues",
    "as_mapping",
    "has_marks",
    "intrinsic",
]

PLACE, UNKNOWN = "\ufdd0", "\ufdd1"
NO_VALUE = object()
"""What `Ref: AWS::NoValue` gives: the key or the element that has it is not there."""

_MAX_DEPTH = 60
_REPOSITORY = "AWS::ECR::Repository"
_PSEUDO_PARAMETERS = {
    "AWS::AccountId": PLACE,
    "AWS::NoValue": NO_VALUE,
    # Other partitions have accounts of their own; nearly all templates are for this one.
    "AWS::Partition": "aws",
    "AWS::Region": PLACE,
    "AWS::StackId": PLACE,
    "AWS::StackName": PLACE,
    "AWS::URLSuffix": PLACE,
}


def intrinsic(value: Any) -> tuple[str, Any] | None:
    """The name and the argument of a function that stands for a value, as in `{"Ref": "Topic"}`."""
    if isinstance(value, Mapping) and len(value) == 1:
        (name, argument), *_ = value.items()
        if name in ("Ref", "Condition") or str(name).startswith("Fn::"):
            return str(name), argument
    return None


def has_marks(value: Any) -> bool:
    """Whether a part of a value, however deep in it, is known only to a deployment."""
    match value:
        case str():
            return PLACE in value or UNKNOWN in value
        case Mapping():
            return any(map(has_marks, value)) or any(map(has_marks, value.values()))
        case list():
            return any(map(has_marks, value))
    return False


def as_mapping(value: Any) -> Mapping[str, Any]:
    """A value if it is a mapping, else an empty one."""
    return value if isinstance(value, Mapping) else {}


class KnownValues:
    """Evaluates the functions and conditions of a template by the defaults of its parameters.

    What is assumed beyond that (`assuming`) is an expression of its conditions, such as an
    `Fn::Equals` of a parameter that has no default.
    """

    def __init__(self, template: Mapping[str, Any]) -> None:
        self._parameters = as_mapping(template.get("Parameters"))
        self._resources = as_mapping(template.get("Resources"))
        self._mappings = as_mapping(template.get("Mappings"))
        self._conditions = as_mapping(template.get("Conditions"))
        self._assumed: dict[str, bool] = {}
        self._given: dict[str, str] = {}
        self._told: dict[str, bool | None] = {}
        self._budget = TextBudget()

    # Values
    # ----------------------------------------------------------------------------------------------

    def value(self, value: Any, depth: int = 0) -> Any:
        """A value with its functions evaluated; `NO_VALUE` if it is to be left out."""
        if depth > _MAX_DEPTH:
            return UNKNOWN
        if (function := intrinsic(value)) is not None:
            return self._evaluated(*function, depth + 1)
        match value:
            case str():
                return DYNAMIC.sub(UNKNOWN, value)
            case Mapping():
                entries = {key: self.value(inner, depth + 1) for key, inner in value.items()}
                return {key: inner for key, inner in entries.items() if inner is not NO_VALUE}
            case list():
                items = [self.value(item, depth + 1) for item in value]
                return [item for item in items if item is not NO_VALUE]
        return value

    def text(self, value: Any, depth: int = 0) -> str:
        """A value as text, with marks in it; what is no text, as lists are not, is unknown."""
        match self.value(value, depth):
            case bool() as truth:
                return str(truth).lower()
            case str() | int() | float() as scalar:
                return str(scalar)
        return UNKNOWN

    def _evaluated(self, function: str, argument: Any, depth: int) -> Any:
        match function, argument:
            case "Ref", str(name):
                return self._reference(name, depth)
            case "Fn::GetAtt", [str(name), str(attribute)]:
                return self._attribute(name, attribute, depth)
            case "Fn::GetAtt", str(both):
                return self._attribute(*both.partition(".")[::2], depth)
            case "Fn::Sub", str(text):
                return self._substituted(text, {}, depth)
            case "Fn::Sub", [str(text), Mapping() as values]:
                return self._substituted(text, values, depth)
            case "Fn::If", [condition, chosen, other]:
                return self._chosen(condition, chosen, other, depth)
            case "Fn::Join", [str(separator), parts]:
                texts = (self.text(part, depth) for part in self._items(parts, depth))
                return self._or_unknown(self._budget.joined(separator, texts))
            case "Fn::Split", [str(separator), text] if separator:
                whole = self.text(text, depth)
                return UNKNOWN if UNKNOWN in whole else whole.split(separator)
            case "Fn::Select", [index, values]:
                return self._selected(index, values, depth)
            case "Fn::FindInMap", [table, first, second, *options]:
                return self._in_map(table, first, second, options, depth)
            case "Fn::ToJsonString", content:
                return json.dumps(self.value(content, depth), ensure_ascii=False, default=str)
            case "Fn::Length", items:
                known = self.value(items, depth)
                return len(known) if isinstance(known, list) else UNKNOWN
        return UNKNOWN

    def _items(self, value: Any, depth: int) -> Sequence[Any]:
        """The elements of a list; one that is unknown if it is no list."""
        items = self.value(value, depth)
        return items if isinstance(items, list) else [UNKNOWN]

    def _chosen(self, condition: Any, chosen: Any, other: Any, depth: int) -> Any:
        holds = self.holds(condition, depth)
        if holds is not None:
            return self.value(chosen if holds else other, depth)
        values = self.value(chosen, depth), self.value(other, depth)
        return values[0] if values[0] == values[1] else UNKNOWN

    def _selected(self, index: Any, values: Any, depth: int) -> Any:
        try:
            return self._items(values, depth)[int(self.text(index, depth))]
        except (ValueError, LookupError):
            return UNKNOWN

    def _in_map(self, table: Any, first: Any, second: Any, options: list[Any], depth: int) -> Any:
        found: Any = self._mappings
        for key in (table, first, second):
            found = as_mapping(found).get(self.text(key, depth))
        if found is not None:
            return self.value(found, depth)
        for option in options:
            if "DefaultValue" in as_mapping(option):
                return self.value(option["DefaultValue"], depth)
        return UNKNOWN

    def _substituted(self, text: str, values: Mapping[str, Any], depth: int) -> str:
        def value(match: re.Match[str]) -> str:
            escaped, name = match.groups()
            if escaped:
                return f"${{{name}}}"
            if name in values:
                return self.text(values[name], depth)
            reference = {"Fn::GetAtt": name} if "." in name else {"Ref": name}
            return self.text(reference, depth)

        made = self._or_unknown(self._budget.substituted(value, text))
        return DYNAMIC.sub(UNKNOWN, made)

    def _or_unknown(self, made: str | None) -> str:
        return UNKNOWN if made is None else made

    def _reference(self, name: str, depth: int) -> Any:
        """What `Ref` gives, of a pseudo parameter, a parameter or a repository."""
        if name in _PSEUDO_PARAMETERS:
            return _PSEUDO_PARAMETERS[name]
        if name in self._parameters:
            return self._parameter(name)
        return self._repository(name, depth)

    def _parameter(self, name: str) -> Any:
        """A parameter's default, or the only value that it allows."""
        parameter = as_mapping(self._parameters[name])
        sort = str(parameter.get("Type", ""))
        allowed = parameter.get("AllowedValues")
        value = parameter.get("Default")
        if name in self._given:
            value = self._given[name]
        elif value is None and isinstance(allowed, list) and len(allowed) == 1:
            value = allowed[0]
        if sort.startswith("AWS::SSM::") or not isinstance(value, str | int | float):
            return UNKNOWN
        if isinstance(value, bool):
            return str(value).lower()
        if isinstance(value, str):
            value = DYNAMIC.sub(UNKNOWN, value)
        if sort == "CommaDelimitedList" or sort.startswith("List<"):
            return [item.strip() for item in str(value).split(",")]
        return _number(value) if sort == "Number" else value

    def _repository(self, name: str, depth: int) -> str:
        """The name of a repository, unknown if it has none of its own or is something else."""
        resource = as_mapping(self._resources.get(name))
        given = as_mapping(resource.get("Properties")).get("RepositoryName")
        return self.text(given, depth) if resource.get("Type") == _REPOSITORY else UNKNOWN

    def _attribute(self, name: str, attribute: str, depth: int) -> str:
        """What `Fn::GetAtt` gives; only of repositories anything is known."""
        if as_mapping(self._resources.get(name)).get("Type") != _REPOSITORY:
            return UNKNOWN
        repository = self._repository(name, depth)
        if attribute == "Arn":
            return f"arn:aws:ecr:{PLACE}:{PLACE}:repository/{repository}"
        if attribute == "RepositoryUri":
            return f"{PLACE}.dkr.ecr.{PLACE}.{PLACE}/{repository}"
        return UNKNOWN

    # Conditions
    # ----------------------------------------------------------------------------------------------

    def holds(self, condition: Any, depth: int = 0) -> bool | None:
        """Whether a condition holds; None where only a deployment knows.

        It is the name of one, or an expression as `Conditions` has them.
        """
        if depth > _MAX_DEPTH:
            return None
        if isinstance(condition, str):
            condition = {"Condition": condition}
        key = _key(condition)
        if key in self._assumed:
            return self._assumed[key]
        if key not in self._told:
            self._told[key] = self._evaluated_condition(condition, depth + 1)
        return self._told[key]

    def _evaluated_condition(self, condition: Any, depth: int) -> bool | None:
        match intrinsic(condition):
            case "Condition", str(name):
                expression = self._conditions.get(name)
                return None if isinstance(expression, str) else self.holds(expression, depth)
            case "Fn::Equals", [one, other]:
                return self._equal(one, other, depth)
            case "Fn::Not", [inner]:
                holds = self.holds(inner, depth)
                return None if holds is None else not holds
            case "Fn::And", list() as operands:
                return _all(self.holds(operand, depth) for operand in operands)
            case "Fn::Or", list() as operands:
                known = [self.holds(operand, depth) for operand in operands]
                found = _all(None if holds is None else not holds for holds in known)
                return None if found is None else not found
        return None

    def _equal(self, one: Any, other: Any, depth: int) -> bool | None:
        texts = self.text(one, depth), self.text(other, depth)
        if not any(map(has_marks, texts)):
            return texts[0] == texts[1]
        for reference, value in ((one, texts[1]), (other, texts[0])):
            allowed = self._allowed(reference)
            if allowed and not has_marks(value) and value not in allowed:
                return False
        return None

    def _allowed(self, reference: Any) -> list[str]:
        """The values that a parameter allows; none if it does not say, or it is no parameter."""
        match intrinsic(reference):
            case "Ref", str(name):
                allowed = as_mapping(self._parameters.get(name)).get("AllowedValues")
                return [self.text(value) for value in allowed] if isinstance(allowed, list) else []
        return []

    def doubt(self, condition: Any, depth: int = 0) -> Any:
        """The first expression that keeps a condition from being known; None if it is known."""
        if self.holds(condition) is not None:
            return None
        if isinstance(condition, str):
            condition = {"Condition": condition}
        if depth > _MAX_DEPTH:
            return condition
        inner: list[Any] = []
        match intrinsic(condition):
            case "Condition", str(name):
                inner = [self._conditions.get(name)]
            case "Fn::Not" | "Fn::And" | "Fn::Or", list() as operands:
                inner = operands
        for expression in inner:
            # A text in place of an expression is none, and would be taken for a name.
            found = None if isinstance(expression, str) else self.doubt(expression, depth + 1)
            if found is not None:
                return found
        return condition

    def assuming(self, expression: Any, holds: bool) -> KnownValues:
        """The same template where a doubtful expression holds, or does not.

        Where it holds and compares a parameter with a text, the parameter has this value.
        """
        other = copy.copy(self)
        other._assumed = {**self._assumed, _key(expression): holds}
        other._given, other._told = dict(self._given), {}
        match intrinsic(expression):
            case "Fn::Equals", [one, two] if holds:
                for reference, value in ((one, two), (two, one)):
                    text = self.text(value)
                    match intrinsic(reference):
                        case "Ref", str(name) if not has_marks(text):
                            other._given[name] = text
        return other


def _number(value: str | float) -> str | float:
    """A number that is perhaps written as text; the text if it is none."""
    if isinstance(value, str):
        for sort in (int, float):
            with contextlib.suppress(ValueError):
                return sort(value)
    return value


def _all(known: Iterable[bool | None]) -> bool | None:
    """Whether all hold; None where that is not known."""
    holds = list(known)
    if False in holds:
        return False
    return None if None in holds else True


def _key(expression: Any) -> str:
    return json.dumps(expression, sort_keys=True, default=str)
