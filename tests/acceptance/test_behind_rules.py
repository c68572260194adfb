"""A handler behind a rule is judged on what that lets through: all of it, and nothing else.

What a rule lets through is told by the matcher alone here, from the events of the whole contract.
"""

from __future__ import annotations

import itertools
import json
from functools import cache
from pathlib import Path
from typing import Any

import pytest

from ecr_contracts import Pattern
from ecr_contracts.core.errors import SetupError
from ecr_contracts.discovery.iac.cloudformation.rules import Rule
from ecr_contracts.engine.phases import Effort
from ecr_contracts.engine.plan import Request
from ecr_contracts.engine.session import judge
from ecr_contracts.engine.subjects.handler import Handler
from ecr_contracts.events.compile import reader
from ecr_contracts.events.generate.cases import cases_of
from ecr_contracts.events.kinds import kind_names
from ecr_contracts.runtime.sandbox.settings import Settings
from tests.acceptance.handlers.expected import HANDLERS
from tests.acceptance.rules_of_all_sorts import RULES
from tests.acceptance.zoo.expected import ROWS
from tests.rows import keeping

HERE = Path(__file__).parent
NAMES = list(RULES)
QUICK = Effort(strength=1, examples=10, probe=10)
EACH = 1
"""Rules that each consumer stands behind in turn."""

CONSUMERS = [
    ("handlers", handler.target, dict(handler.env), handler.timeout) for handler in HANDLERS
]
CONSUMERS += [
    ("zoo", f"{row.module}.py:{row.name}", dict(row.env), row.timeout)
    for row in ROWS
    if row.family != "time"
]
TURNS = [
    (consumer, NAMES[(EACH * number + turn) % len(NAMES)])
    for number, consumer in enumerate(CONSUMERS)
    for turn in range(EACH)
]


VARIED = (
    {},
    {"repository-name": "shop/api"},
    {"repository-name": "web"},
    {"image-tag": "latest"},
    {"image-tag": "v1-rc1"},
    {"repository-name": "shop/api", "image-tag": "prod"},
    {"region": "eu-west-1"},
    {"HIGH": 12},
)
"""Values that some of the rules want, and that no case has by chance."""


@cache
def let_through(name: str) -> dict[str, set[tuple[str, str]]]:
    """The kinds that a rule lets through, each with the choices that it lets through of it."""
    pattern = Pattern.parse(RULES[name])
    kinds: dict[str, set[tuple[str, str]]] = {}
    for kind in kind_names():
        for event, choices in _events(kind):
            if pattern.matches(event):
                kinds.setdefault(kind, set()).update(choices)
    return kinds


@cache
def _events(kind: str) -> tuple[tuple[dict[str, Any], set[tuple[str, str]]], ...]:
    """The cases of the whole contract, also with other values; each with its choices."""
    contract = reader.contract(kind)
    events = []
    for case, values in itertools.product(cases_of(contract, 2), VARIED):
        event = _varied(case.event, values)
        labels = {path: label for path, label in contract.recognise(event).items() if label}
        if not any(contract.by_path[path][label].hypothetical for path, label in labels.items()):
            events.append((event, set(labels.items())))
    return tuple(events)


def _varied(event: dict[str, Any], values: dict[str, Any]) -> dict[str, Any]:
    """An event with other values, as far as it has any there, and with the ARN that fits them.

    What is an ARN itself stays as it is.
    """
    detail = event["detail"]
    has_own_arn = event["resources"] == [_arn_of(event)]
    for key, value in values.items():
        holder = detail
        if key == "region":
            holder = event if event["region"].startswith("us-e") else {}
        elif key == "HIGH":
            holder = detail.get("finding-severity-counts", {})
        if holder.get(key) and not str(holder[key]).startswith("arn:"):
            holder[key] = value
    if has_own_arn:
        event["resources"] = [_arn_of(event)]
    return event


def _arn_of(event: dict[str, Any]) -> str:
    """The ARN of the repository that an event names, in the partition `aws`."""
    place = f"{event['region']}:{event['account']}"
    return f"arn:aws:ecr:{place}:repository/{event['detail'].get('repository-name')}"


def assert_judged_behind(consumer, name: str) -> None:
    """That a consumer is given what a rule lets through, and found wrong by nothing else."""
    _, target, env, timeout = consumer
    rule = Rule(name, RULES[name], "", "rules.json", 1)
    settings = Settings(env=env)
    pattern = Pattern.parse(RULES[name])
    admitted = let_through(name)
    subject = Handler(target, timeout=timeout, settings=settings, rules=[rule])
    if not admitted:
        with pytest.raises(SetupError, match="lets"):
            judge(subject, Request(effort=QUICK))
        return
    try:
        verdict = judge(subject, Request(effort=QUICK))
    except SetupError as error:
        if "lets" in error.problem:  # else it is its set-up that is at fault
            raise
        return
    for trial in (*verdict.trials, *verdict.others):
        assert pattern.matches(trial.case.event), trial.case.id
    for finding in verdict.findings:
        if finding.example:
            assert pattern.matches(finding.example), finding
    if verdict.failed:
        return
    named = " ".join(verdict.notes)
    for kind in admitted:
        assert kind in verdict.kinds or kind in named, f"{kind} was neither tried nor named"
    if len(verdict.trials) < verdict.planned:
        return  # it did not answer, and this is said
    for kind in verdict.kinds:
        whole = reader.contract(kind)
        tried = set()
        for trial in verdict.trials:
            if trial.case.kind == kind:
                for path, label in whole.recognise(trial.case.event).items():
                    tried.add((path, label))
        wanted = admitted.get(kind, set())  # nothing, if only what was never seen gets through
        assert wanted <= tried, (kind, wanted - tried)


@keeping(lambda consumer, name: consumer[1].startswith(("scan_pager", "push_ecs_deploy")))
@pytest.mark.parametrize(
    ("consumer", "name"), TURNS, ids=[f"{one[1]} behind {name}" for one, name in TURNS]
)
def test_a_consumer_is_judged_on_what_its_rule_lets_through(consumer, name, monkeypatch):
    monkeypatch.chdir(HERE / consumer[0])
    assert_judged_behind(consumer, name)


def test_there_are_fifty_rules_that_differ():
    assert len({json.dumps(rule, sort_keys=True) for rule in RULES.values()}) >= 49
    assert [name for name in NAMES if not let_through(name)] == NAMES[-3:]
    assert {kind for name in NAMES for kind in let_through(name)} == set(kind_names())


def every_pair() -> list[tuple[tuple, str]]:
    """Each consumer behind each rule."""
    return list(itertools.product(CONSUMERS, NAMES))
