"""Whether a consumer can be judged at all, found out with the ordinary event of each kind.

What fails because of an answer that we made up is no fault of the consumer's.
"""

from __future__ import annotations

import json
import os
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import chain
from typing import Any

from ecr_contracts.core import json_path
from ecr_contracts.core.errors import ConsumerError, SetupError
from ecr_contracts.core.findings import MISSING, Location
from ecr_contracts.core.text import plural
from ecr_contracts.engine.subject import Baselines, Running
from ecr_contracts.engine.trial import Carry
from ecr_contracts.eventbridge.envelopes import registry
from ecr_contracts.eventbridge.rules.transformer import UNDELIVERED
from ecr_contracts.eventbridge.rules.world import WHOLE_WORLD, World
from ecr_contracts.runtime.effects import Effect, Origin, Sort
from ecr_contracts.runtime.load_errors import variable_advice
from ecr_contracts.runtime.loader import source_texts
from ecr_contracts.runtime.outcome import Outcome, Status
from ecr_contracts.runtime.sandbox.aws.advice import came_from_sandbox, explain_answer
from ecr_contracts.runtime.worker.parent import Worker


@dataclass(frozen=True, slots=True)
class _Trouble:
    """How the ordinary event of a kind fails right after an effect that we answered or refused."""

    effect: Effect
    exception: str
    message: str
    location: Location | None


def prepare(
    worker: Worker,
    runs: Sequence[tuple[str, str]],
    carry: Carry = registry.carry,
    world: World = WHOLE_WORLD,
) -> Baselines:
    """See that a consumer deals with the ordinary event of each run, as far as that is up to us.

    A run is a kind and an envelope. `carry` makes its payloads, of the events of a `world`. Lists
    in made-up answers hold one element, or none, whichever it can deal with: the worker is left
    with the settings that serve, and the outcomes with these are returned. Raises SetupError when
    it fails right after an answer that was made up, or for what the sandbox did not let happen, on
    AWS's sample and the ordinary event both; ConsumerError when it cannot be loaded.
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
        if second.is_better_than(first) and not second.troubles:
            return second.usual
        worker.restart(settings)
    for trouble in first.troubles:
        raise _made_up_failure(worker, trouble)
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


def fitting_envelope(
    running: Running,
    kind: str,
    envelopes: Sequence[str],
    carry: Carry,
    world: World = WHOLE_WORLD,
) -> str:
    """The first envelope in which the ordinary event of a kind passes, else the first of all."""
    running.load()
    event = world.ordinary_case(kind).event
    fitting = envelopes[0]
    for envelope in envelopes:
        if _passes(_called(running, carry, event, envelope)):
            fitting = envelope
            break
    # It may remember the event, and leave it alone the next time.
    running.forget()
    return fitting


def passing_kinds(
    running: Running, baselines: Baselines, carry: Carry, world: World = WHOLE_WORLD
) -> tuple[str, ...]:
    """The kinds whose ordinary event, or AWS's sample, a subject accepts.

    None of them, if it accepts all.
    """
    passing = {kind for (kind, _), outcome in baselines.items() if _passes(outcome)}
    for kind, envelope in baselines:
        if kind not in passing and _passes(_called(running, carry, world.sample(kind), envelope)):
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


def _passes(outcome: Outcome) -> bool:
    return outcome.status is Status.RETURNED and not any(caught.ends for caught in outcome.caught)


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
        exceptions = [(outcome.exception, outcome.message)]
        exceptions += [(caught.exception, caught.message) for caught in outcome.caught]
        for name in outcome.missing:
            if ("KeyError", repr(name)) in exceptions:
                raise _unset_variables(worker, outcome.missing)


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
        self.troubles: list[_Trouble] = []
        for (kind, envelope), outcome in self.usual.items():
            trouble = _trouble(worker, kind, envelope, outcome, carry, world)
            if trouble is not None:
                self.troubles.append(trouble)

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
        if self.troubles or (self.failing and self.unset):
            return False
        return self.acting == len(self.outcomes) or not self.depends

    def is_better_than(self, other: _Attempt) -> bool:
        """Whether fewer runs fail because of us, or as few and more of them do something."""
        return (-len(self.troubles), self.acting) > (-len(other.troubles), other.acting)


def _trouble(
    worker: Worker, kind: str, envelope: str, outcome: Outcome, carry: Carry, world: World
) -> _Trouble | None:
    """How a run fails because of us, if it does."""
    trouble = next(_failures(outcome), None)
    if trouble is None:
        return None
    sample = _called(worker, carry, world.sample(kind), envelope)
    if all(failure.location != trouble.location for failure in _failures(sample)):
        return None
    ordinary = carry([world.ordinary_case(kind).event], envelope)
    if trouble.exception == "KeyError" and _is_of_event(worker, ordinary, trouble.message):
        return None
    return trouble


def _failures(outcome: Outcome) -> Iterator[_Trouble]:
    """Where a call failed right after something that we answered or refused."""
    if outcome.status in (Status.RAISED, Status.EXITED):
        last = _last_exchange(outcome.effects)
        if last is not None and came_from_sandbox(last):
            yield _Trouble(last, outcome.exception or "", outcome.message, outcome.location)
    for caught in outcome.caught:
        last = _last_exchange(outcome.effects[: caught.after])
        if caught.ends and last is not None and came_from_sandbox(last):
            yield _Trouble(last, caught.exception, caught.message, caught.raised)


def _last_exchange(effects: Sequence[Effect]) -> Effect | None:
    """The last of some effects that may have been answered: logs and files are not."""
    for effect in reversed(effects):
        if effect.sort not in (Sort.LOG, Sort.FILE):
            return effect
    return None


def _is_of_event(worker: Worker, payload: Any, message: str) -> bool:
    """Whether a key that is missing was looked for in the event, and is missing there."""
    trace = worker.call(payload, trace=True).trace
    if trace is None:
        return False
    key = message.strip("'\"")
    for path in trace.paths_read:
        is_of_key = path.endswith((f".{key}", f"[{json.dumps(key)}]"))
        if is_of_key and json_path.at(payload, json_path.parse(path)) is MISSING:
            return True
    return False


def _made_up_failure(worker: Worker, trouble: _Trouble) -> SetupError:
    exception = trouble.exception.rpartition(".")[2]
    happened = f"{exception}: {trouble.message.partition(chr(10))[0]}"
    if trouble.location:
        happened = f"{trouble.location.file}:{trouble.location.line}  {happened}"
    why, advice = explain_answer(
        trouble.effect, worker.settings, source_texts(worker.target), exception, trouble.message
    )
    problem = f"it fails on every event, {why}"
    return SetupError(worker.target.text, problem, happened.rstrip(": "), advice)
