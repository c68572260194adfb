"""Consumers that keep what they were given, or leave it to chance: what came before is told."""

from __future__ import annotations

import random
from collections.abc import Callable
from typing import Any

import pytest
from rich.console import Console

from ecr_contracts.core.findings import Location
from ecr_contracts.engine.plan import Effort, Request
from ecr_contracts.engine.session import judge
from ecr_contracts.engine.verdict import Verdict
from ecr_contracts.events.kinds import kind_names
from ecr_contracts.reporting.text import show
from ecr_contracts.runtime.outcome import Outcome, Status
from tests.unit.engine.test_session import Fake

FINE = Outcome(Status.RETURNED)
FAILURES = [
    Outcome(Status.RAISED, name, "'x'", Location("app.py", line, "handler", "x"))
    for name, line in (("LookupError", 3), ("LookupError", 5), ("ValueError", 7))
]
Consumer = Callable[[Any], Outcome]


def every(number: int) -> Consumer:
    """Each so many-th call fails."""
    calls = iter(range(1, 1_000_000))
    return lambda event: FINE if next(calls) % number else FAILURES[0]


def by_chance(chance: random.Random, share: float) -> Consumer:
    """Some calls fail, at lines by chance."""
    return lambda event: chance.choice(FAILURES) if chance.random() < share else FINE


def of_changes(chance: random.Random) -> Consumer:
    """A call fails if a field, or how long the whole event is, is otherwise than before."""
    key = chance.choice(["image-digest", "image-tags", "repository-name", "result", None])
    before: list[Any] = [None]

    def call(event: Any) -> Outcome:
        detail = event.get("detail") or {}
        now = len(str(detail)) if key is None else detail.get(key)
        changed, before[0] = before[0] != now, now
        return chance.choice(FAILURES) if changed else FINE

    return call


def of_digests(chance: random.Random) -> Consumer:
    """What fails is about what AWS prints alone; where it fails is by chance."""

    def call(event: Any) -> Outcome:
        digest = (event.get("detail") or {}).get("image-digest")
        if digest is not None and len(str(digest)) != 71:
            return chance.choice(FAILURES)
        return FAILURES[0] if chance.random() < 0.02 else FINE

    return call


def verdict_on(consumer: Consumer, kind: str) -> Verdict:
    """The verdict, which can be shown."""
    request = Request(kinds=(kind,), effort=Effort(strength=1, examples=5, probe=50))
    verdict = judge(Fake(consumer), request)
    console = Console(width=80)
    with console.capture() as capture:
        show(verdict, console, verbose=True)
    assert capture.get()
    return verdict


@pytest.mark.parametrize("number", [2, 3, 5])
def test_what_came_before_decides_and_that_is_told(number):
    verdict = verdict_on(every(number), "scan")
    assert verdict.findings
    assert {finding.doubt for finding in verdict.findings} == {"flaky"}


def judge_drawn(seed: int) -> None:
    chance = random.Random(seed)
    kind = chance.choice(sorted(kind_names()))
    consumer = chance.choice(
        [
            every(chance.randrange(2, 9)),
            by_chance(chance, chance.choice([0.02, 0.1, 0.5, 0.9])),
            of_changes(chance),
            of_digests(chance),
        ]
    )
    assert isinstance(verdict_on(consumer, kind), Verdict)


@pytest.mark.parametrize("seed", range(8))
def test_whatever_a_consumer_does_there_is_a_verdict(seed):
    judge_drawn(seed)


@pytest.mark.long
@pytest.mark.parametrize("first", range(0, 400, 100))
def test_whatever_many_consumers_do_there_is_a_verdict(first):
    for seed in range(first, first + 100):
        judge_drawn(seed)
