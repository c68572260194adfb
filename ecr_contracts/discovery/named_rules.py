"""Rules that a user names by hand, `FILE` or `FILE:NAME`, where those found are not the right ones.

`NAME` is what the file calls the rule, or the function that the rule feeds. A rule that reaches the
consumer there keeps the envelope and the shape in which the consumer gets its events.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from pathlib import Path

from ecr_contracts.core.errors import did_you_mean
from ecr_contracts.core.text import some_of
from ecr_contracts.discovery.iac.cloudformation.functions import Function
from ecr_contracts.discovery.iac.cloudformation.rules import Rule
from ecr_contracts.discovery.iac.documents.document import TemplateError
from ecr_contracts.discovery.iac.other_tools import other_tool
from ecr_contracts.discovery.iac.stack import SUFFIXES, Stack, read_stack
from ecr_contracts.discovery.surroundings import is_function
from ecr_contracts.discovery.target import Target

__all__ = ["named_rules"]

_MOST_LISTED = 8  # rules of a file in an advice
_NAME = re.compile(r"(?P<file>.+?):(?P<name>[^/\\:]+)")

_HOLDERS = "a template, a Terraform or Serverless file, or a file with an event pattern"


def named_rules(names: Iterable[str], target: Target) -> tuple[Rule, ...]:
    """The rules of some names, as they deliver events to a consumer; each once.

    Raises TemplateError for a file that cannot be read or has no rule, for a name that it does not
    have, and where it has several rules and none is named.
    """
    found: dict[Rule, None] = {}
    for text in names:
        found |= dict.fromkeys(_rules_named(text, target))
    return tuple(found)


def _rules_named(text: str, target: Target) -> Sequence[Rule]:
    place, name = _split(text)
    if other := other_tool(place, name):
        raise TemplateError(place, 0, other.problem, other.advice)
    if not place.endswith(SUFFIXES):
        raise TemplateError(place, 0, "it is no file that rules are read from", f"name {_HOLDERS}")
    stack = read_stack(Path(place))
    rules = list(_as_delivered(stack, target))
    if not rules:
        raise TemplateError(place, 0, "there is no rule in it", f"name {_HOLDERS}")
    if name:
        return _called(place, name, rules, stack)
    return _only(place, rules, stack, target)


def _split(text: str) -> tuple[str, str]:
    """The file and the name in `template.yaml:Name`; the name is empty where only a file stands."""
    if text.endswith(SUFFIXES):
        return text, ""
    match = _NAME.fullmatch(text)
    return (match["file"], match["name"]) if match else (text, "")


def _called(place: str, name: str, rules: Sequence[Rule], stack: Stack) -> Sequence[Rule]:
    """The rules that are called by a name, else those of the function that is."""
    if named := [rule for rule in rules if rule.name == name]:
        return named
    functions = [function for function in stack.functions if name in _names(function)]
    for function in functions:
        if function.rules:
            return function.rules
        raise TemplateError(place, function.line, f"no rule delivers events to {name}")
    known = dict.fromkeys(rule.name for rule in rules if rule.name)
    for function in stack.functions:
        if function.rules:
            known[function.name] = None
    advice = did_you_mean(name, known).removeprefix("; ")
    raise TemplateError(place, 0, f"no rule in it is called {name!r}", advice)


def _only(place: str, rules: Sequence[Rule], stack: Stack, target: Target) -> Sequence[Rule]:
    """The rules of the consumer's own function, else the only rule, of those that are about ECR."""
    own: list[Rule] = []
    for function in stack.functions:
        if is_function(target, function):
            own += _relevant(function.rules)
    if own:
        return own
    for candidates in (_relevant(rules), rules):
        if len(_places(candidates)) == 1:
            return candidates
    places = _places(rules)
    names = [f"{place}:{rule.name}" for rule in places.values() if rule.name]
    listed = some_of(list(dict.fromkeys(names)), _MOST_LISTED)
    raise TemplateError(place, 0, f"it has {len(places)} rules", f"name one: {listed}")


def _relevant(rules: Iterable[Rule]) -> list[Rule]:
    """The rules that deliver events of ECR, or may do so."""
    return [rule for rule in rules if rule.is_about_ecr and not rule.disabled]


def _places(rules: Iterable[Rule]) -> dict[tuple[str, str], Rule]:
    """Rules by name and place: one that depends on conditions counts once."""
    return {(rule.name, rule.place): rule for rule in rules}


def _as_delivered(stack: Stack, target: Target) -> Iterator[Rule]:
    """The rules of a file, as the consumer gets their events if the file tells that.

    It tells it if a rule reaches the consumer's own function, or but one other target: a user who
    names the rule says that this is the consumer.
    """
    for rule in stack.rules:
        deliveries: list[Rule] = []
        own: list[Rule] = []
        for function in stack.functions:
            alike = [delivered for delivered in function.rules if _is_same(delivered, rule)]
            deliveries += alike
            if is_function(target, function):
                own += alike
        for _, delivered in stack.for_others or ():
            # Without a transformer it tells nothing: what lies behind the target is not here.
            if delivered.transformer is not None and _is_same(delivered, rule):
                deliveries.append(delivered)
        if own:
            yield from own
        elif len(set(deliveries)) == 1:
            yield replace(deliveries[0], disabled=rule.disabled)
        else:
            yield rule


def _is_same(rule: Rule, other: Rule) -> bool:
    return (rule.name, rule.place, rule.pattern) == (other.name, other.place, other.pattern)


def _names(function: Function) -> tuple[str, ...]:
    return (function.name, *function.aliases)
