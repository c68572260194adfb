"""Whether a consumer can be judged at all, found out with the ordinary event of each kind.

Which made-up answers serve best is found out here: what stops at one is no fault of the consumer's.
"""

from __future__ import annotations

import json
import os
from collections.abc import Iterable, Sequence
from dataclasses import replace
from itertools import chain
from typing import Any

from ecr_contracts.core.errors import ConsumerError, SetupError
from ecr_contracts.core.text import plural
from ecr_contracts.engine.checks import batch_response
from ecr_contracts.engine.entrances.opened import is_passing
from ecr_contracts.engine.subject import Baselines, Running
from ecr_contracts.engine.trial import Carry
from ecr_contracts.engine.unchecked import reason_of
from ecr_contracts.eventbridge.envelopes import registry
from ecr_contracts.eventbridge.rules.transformer import UNDELIVERED
from ecr_contracts.eventbridge.rules.world import WHOLE_WORLD, World
from ecr_contracts.runtime.effects import Origin, Sort
from ecr_contracts.runtime.load_errors import variable_advice
from ecr_contracts.runtime.loader import source_texts
from ecr_contracts.runtime.outcome import Outcome, Status, Stop
from ecr_contracts.runtime.sandbox.aws.advice import (
    came_from_sandbox,
    explain_answer,
    suggested,
)
from ecr_contracts.runtime.worker.parent import Worker


def prepare(
    worker: Worker,
    runs: Sequence[tuple[str, str]],
    carry: Carry = registry.carry,
    world: World = WHOLE_WORLD,
) -> Baselines:
    """See that a consumer deals with the ordinary event of each run, as far as that is up to us.

    A run is a kind and an envelope. `carry` makes its payloads, of the events of a `world`. Lists
    in made-up answers hold one element, or none, whichever it can deal with: the worker is left
    with the settings that serve, and the outcomes with these are returned. Those that stop at an
    answer all the same say so (`Outcome.stopped`). Raises SetupError for variables that are
    missing; ConsumerError when it cannot be loaded.
    """
    load(worker)
    first = _Attempt(worker, runs, carry, world)
    settings = worker.settings
    if first.is_well:
        return first.usual
    if first.failing and first.unset and not settings.env_auto:
        worker.restart(replace(settings, env_auto=True))
        if _Attempt(worker, runs, carry, world).failing < first.failing:
            raise _unset_variables(worker, first.unset)
        worker.restart(settings)
    if first.depends:
        worker.restart(replace(settings, filled=not settings.filled))
        second = _Attempt(worker, runs, carry, world)
        if second.is_better_than(first):
            return second.usual
        worker.restart(settings)
    return first.usual


def load(worker: Worker) -> None:
    """Load a consumer; where that fails by made-up answers, with empty lists in these, or filled.

    Raises ConsumerError or SetupError.
    """
    settings = worker.settings
    try:
        worker.start()
    except SetupError:
        worker.restart(replace(settings, filled=not settings.filled))
        try:
            worker.start()
        except (ConsumerError, SetupError):
            worker.restart(settings)
            worker.start()


def baselines(
    running: Running | Worker,
    runs: Sequence[tuple[str, str]],
    carry: Carry,
    world: World = WHOLE_WORLD,
) -> Baselines:
    """What a subject does with the ordinary event of each run."""
    outcomes: Baselines = {}
    for kind, envelope in runs:
        event = world.ordinary_case(kind).event
        outcomes[kind, envelope] = _called(running, carry, event, envelope)
    return outcomes


def passing_kinds(
    running: Running, baselines: Baselines, carry: Carry, world: World = WHOLE_WORLD
) -> tuple[str, ...]:
    """The kinds whose ordinary event, or AWS's sample, a subject accepts.

    None of them, if it accepts all.
    """
    passing = {kind for (kind, _), outcome in baselines.items() if is_passing(outcome)}
    for kind, envelope in baselines:
        if kind in passing:
            continue
        if is_passing(_called(running, carry, world.sample(kind), envelope)):
            passing.add(kind)
    kinds = dict.fromkeys(kind for kind, _ in baselines)
    if passing == set(kinds):
        return ()
    return tuple(kind for kind in kinds if kind in passing)


def _called(running: Running | Worker, carry: Carry, event: Any, envelope: str) -> Outcome:
    """What a subject does with an event; nothing if the event is not delivered."""
    payload = carry([event], envelope)
    if payload is UNDELIVERED:
        return Outcome(Status.RETURNED)
    return running.call(payload)


def inspect(worker: Worker, outcomes: Iterable[Outcome]) -> None:
    """Raise SetupError for calls that failed by the set-up.

    That is, for a variable that is missing, or for what the user said wrongly.
    """
    for outcome in outcomes:
        if outcome.misuse:
            raise SetupError(
                worker.target.text,
                outcome.misuse,
                "",
                "put it right, in pyproject.toml or --answer",
            )
        if batch_response.received_nothing(outcome.returned):
            raise _nothing_received(worker.target.text, outcome)
        exceptions = [(outcome.exception, outcome.message)]
        exceptions += [(caught.exception, caught.message) for caught in outcome.caught]
        for name in outcome.missing:
            if ("KeyError", repr(name)) in exceptions:
                raise _unset_variables(worker, outcome.missing)


def _nothing_received(name: str, outcome: Outcome) -> SetupError:
    """That a poll loop received nothing: it never asked, or there is no message in its envelope."""
    if batch_response.polled(outcome.returned).get("at"):
        return SetupError(
            name,
            "it asks a queue for messages, and this envelope has none: nothing was checked",
            "",
            "leave out --via, or give --via sqs-message (sns-sqs-message behind a topic)",
        )
    return SetupError(
        name,
        "it ended without asking a queue for messages: nothing was checked",
        "",
        "name the function that receives them, or set what it looks at before (--env NAME=VALUE)",
    )


def _unset_variables(worker: Worker, names: Sequence[str]) -> SetupError:
    variables = plural(len(names), "environment variable")
    problem = f"it needs the {variables} {', '.join(names)}"
    present = {*os.environ, *worker.settings.env}
    if worker.target.function:
        present.update(worker.target.function.environment)
    places = dict.fromkeys(names, (worker.target.text, 0))
    advice = variable_advice(worker.target, os.getcwd(), places, present)
    return SetupError(worker.target.text, problem, "", advice)


def depends_on_sandbox(outcome: Outcome) -> bool:
    """Whether a call got any answer that we made up, or was refused anything."""
    return any(came_from_sandbox(effect) for effect in outcome.effects)


class _Attempt:
    """What a consumer does with the ordinary event of each run."""

    def __init__(
        self, worker: Worker, runs: Sequence[tuple[str, str]], carry: Carry, world: World
    ) -> None:
        self.usual = baselines(worker, runs, carry, world)
        self.outcomes = list(self.usual.values())
        inspect(worker, self.outcomes)
        self.stopped = sum(outcome.stopped is not None for outcome in self.outcomes)

    @property
    def failing(self) -> int:
        """How many runs do not return."""
        return sum(outcome.status is not Status.RETURNED for outcome in self.outcomes)

    @property
    def unset(self) -> list[str]:
        """The environment variables that were asked for, and are missing."""
        names: dict[str, None] = {}
        for outcome in self.outcomes:
            names |= dict.fromkeys(outcome.unset)
        return list(names)

    @property
    def depends(self) -> bool:
        """Whether any answer was made up."""
        effects = chain.from_iterable(outcome.effects for outcome in self.outcomes)
        return any(effect.origin is Origin.MADE_UP for effect in effects)

    @property
    def acting(self) -> int:
        """In how many runs something was changed in the world."""
        return sum(bool(outcome.effects.changing) for outcome in self.outcomes)

    @property
    def is_well(self) -> bool:
        """Whether nothing speaks for trying other answers."""
        if self.stopped or (self.failing and self.unset):
            return False
        return self.acting == len(self.outcomes) or not self.depends

    def is_better_than(self, other: _Attempt) -> bool:
        """Whether fewer runs stop at an answer, or as few and more of them do something."""
        return (-self.stopped, self.acting) > (-other.stopped, other.acting)


def advice_for(worker: Worker, stop: Stop, outcome: Outcome, payload: Any = None) -> str:
    """What to set so that a call gets beyond an answer that was made up.

    An answer is proposed only if the call gets further with it; `payload` is what it is given.
    """
    advice = _explained(worker, stop, outcome)[1]
    is_pasted = not stop.effect.refused and stop.effect.sort is not Sort.VARIABLE
    if not is_pasted or _leads_further(worker, stop, outcome, payload):
        return advice
    name = json.dumps(_suggested(worker, stop, outcome)[0])
    at = reason_of(outcome)[2]
    where = f", so that {at.file}:{at.line} goes on" if at else ""
    return f"say what it really answers{where}: {name} among the answers in pyproject.toml"


def setup_error(worker: Worker, stop: Stop, outcome: Outcome, payload: Any = None) -> SetupError:
    """That nothing can be judged, since every event stops at an answer that was made up."""
    exception, message, location = reason_of(outcome)
    happened = f"{exception.rpartition('.')[2]}: {message}".rstrip(": ")
    if location:
        happened = f"{location.file}:{location.line}  {happened}"
    why, _ = _explained(worker, stop, outcome)
    advice = advice_for(worker, stop, outcome, payload)
    return SetupError(worker.target.text, f"it fails on every event, {why}", happened, advice)


def _explained(worker: Worker, stop: Stop, outcome: Outcome) -> tuple[str, str]:
    sources = source_texts(worker.target)
    return explain_answer(stop, worker.settings, sources, reason_of(outcome)[1])


def _suggested(worker: Worker, stop: Stop, outcome: Outcome) -> tuple[str, Any]:
    return suggested(stop, source_texts(worker.target), reason_of(outcome)[1])


def _leads_further(worker: Worker, stop: Stop, outcome: Outcome, payload: Any) -> bool:
    """Whether a call does not end where it did, once it is answered as is proposed."""
    if payload is None or payload is UNDELIVERED:
        return True
    settings = worker.settings
    key, value = _suggested(worker, stop, outcome)
    worker.restart(replace(settings, answers={**settings.answers, key: value}))
    try:
        tried = worker.call(payload)
    except (ConsumerError, SetupError):
        return False
    finally:
        worker.restart(settings)
    if tried.misuse:
        return False
    if tried.status is Status.RETURNED and tried.stopped is None:
        return True
    location = tried.location if tried.stopped is None else reason_of(tried)[2]
    return location != reason_of(outcome)[2]
