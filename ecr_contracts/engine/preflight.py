"""Whether a consumer can be judged at all: what fails because of an answer that we made up is no fault of its own."""

from __future__ import annotations

import json
import os
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Any

from ecr_contracts.core import json_path
from ecr_contracts.core.errors import ConsumerError, SetupError
from ecr_contracts.core.findings import MISSING, Location
from ecr_contracts.core.text import plural
from ecr_contracts.engine.subject import Baselines, Running
from ecr_contracts.engine.trial import Carry, ordinary_case
from ecr_contracts.eventbridge.envelopes import registry
from ecr_contracts.eventbridge.rules.transformer import UNDELIVERED
from ecr_contracts.events.generate import cases
from ecr_contracts.events.generate.cases import SAMPLE
from ecr_contracts.runtime.effects import Effect, Origin, Sort
from ecr_contracts.runtime.load_errors import variable_advice
from ecr_contracts.runtime.loader import source_texts
from ecr_contracts.runtime.outcome import Outcome, Status
from ecr_contracts.runtime.sandbox.aws.advice import came_from_sandbox, explain_answer
from ecr_contracts.runtime.worker.parent import Worker


@dataclass(frozen=True, slots=True)
class _Trouble:
    """How the ordinary event of a kind fails right after a call that we answered, or did not let happen."""

    effect: Effect
    exception: str
    message: str
    location: Location | None


def prepare(
    worker: Worker, runs: Sequence[tuple[str, str]], carry: Carry = registry.carry
) -> Baselines:
    """See that a consumer deals with the ordinary event of each run (kind and envelope), as far as that is up to us.

    `carry` is the way that events take to it. Lists in made-up answers hold one element, or none,
    whichever it can deal with: the worker is left with the settings that serve, and what it did
    with them is returned. Raises SetupError when it fails right after an answer that was made up,
    or for what the sandbox did not let happen, on AWS's sample and the ordinary event both;
    ConsumerError when it cannot be loaded.
    """
    load(worker)
    first = _Attempt(worker, runs, carry)
    settings = worker.settings
    if first.is_well:
        return first.usual
    if first.failing and first.unset and not settings.env_auto:
        worker.restart(replace(settings, env_auto=True))
        if _Attempt(worker, runs, carry).failing < first.failing:
            raise _unset(worker, first.unset)
        worker.restart(settings)
    if first.depends:
        worker.restart(replace(settings, filled=not settings.filled))
        second = _Attempt(worker, runs, carry)
        if second.is_better_than(first) and not second.troubles:
            return second.usual
        worker.restart(settings)
    for trouble in first.troubles:
        raise _misuse(worker, trouble)
    return first.usual


def load(worker: Worker) -> None:
    """Load a consumer that makes calls when it is imported, with lists empty where filled ones do harm."""
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
    running: Running | Worker, runs: Sequence[tuple[str, str]], carry: Carry
) -> Baselines:
    """What a subject does with the ordinary event of each run."""
    return {
        (kind, envelope): _called(running, carry, ordinary_case(kind).event, envelope)
        for kind, envelope in runs
    }


def fitting(running: Running, kind: str, envelopes: Sequence[str], carry: Carry) -> str:
    """The first of some envelopes in which a subject deals with the ordinary event of a kind, else the first."""
    running.load()
    event = ordinary_case(kind).event
    fits = envelopes[0]
    for envelope in envelopes:
        if _passes(_called(running, carry, event, envelope)):
            fits = envelope
            break
    # It may remember the event, and leave it alone the next time.
    running.forget()
    return fits


def let_through(running: Running, baselines: Baselines, carry: Carry) -> tuple[str, ...]:
    """The kinds of which a subject lets an event pass, the ordinary one or AWS's sample; none if it lets all pass."""
    passing = {kind for (kind, _), outcome in baselines.items() if _passes(outcome)}
    for kind, envelope in baselines:
        if kind in passing:
            continue
        sample = cases.case(f"{kind}/{SAMPLE}").event
        if _passes(_called(running, carry, sample, envelope)):
            passing.add(kind)
    kinds = tuple(dict.fromkeys(kind for kind, _ in baselines))
    if passing == set(kinds):
        return ()
    return tuple(kind for kind in kinds if kind in passing)


def _called(running: Running | Worker, carry: Carry, event: Any, envelope: str) -> Outcome:
    """What a subject does with an event; nothing if the event is not delivered."""
    payload = carry([event], envelope)
    return Outcome(Status.RETURNED) if payload is UNDELIVERED else running.call(payload)


def _passes(outcome: Outcome) -> bool:
    return outcome.status is Status.RETURNED and not any(caught.ends for caught in outcome.caught)


def inspect(worker: Worker, outcomes: Iterable[Outcome]) -> None:
    """Raise SetupError for calls that failed for a variable that is missing, or for what the user said wrongly."""
    for outcome in outcomes:
        if outcome.misuse:
            raise SetupError(
                worker.target.text,
                outcome.misuse,
                "",
                "put it right, in pyproject.toml or --answer",
            )
        for name in outcome.missing:
            failed = [
                (outcome.exception, outcome.message),
                *((one.exception, one.message) for one in outcome.caught),
            ]
            if ("KeyError", repr(name)) in failed:
                raise _unset(worker, outcome.missing)


def _unset(worker: Worker, names: Sequence[str]) -> SetupError:
    variables = plural(len(names), "environment variable")
    problem = f"it needs the {variables} {', '.join(names)}"
    function = worker.target.function
    present = {*os.environ, *worker.settings.env, *(function.environment if function else ())}
    places = dict.fromkeys(names, (worker.target.text, 0))
    advice = variable_advice(worker.target, os.getcwd(), places, present)
    return SetupError(worker.target.text, problem, "", advice)


def depends(outcome: Outcome) -> bool:
    """Whether a call was told anything that we made up, or was refused anything."""
    return any(came_from_sandbox(effect) for effect in outcome.effects)


class _Attempt:
    """What a consumer does with the ordinary event of each run."""

    def __init__(self, worker: Worker, runs: Sequence[tuple[str, str]], carry: Carry) -> None:
        self.usual = baselines(worker, runs, carry)
        self.outcomes = list(self.usual.values())
        inspect(worker, self.outcomes)
        self.troubles = [
            trouble
            for (kind, via), outcome in self.usual.items()
            if (trouble := _trouble(worker, kind, via, outcome, carry))
        ]

    @property
    def failing(self) -> int:
        """How many runs do not return."""
        return sum(outcome.status is not Status.RETURNED for outcome in self.outcomes)

    @property
    def unset(self) -> list[str]:
        """The environment variables that were asked for, and are missing."""
        return list(dict.fromkeys(name for outcome in self.outcomes for name in outcome.unset))

    @property
    def depends(self) -> bool:
        """Whether any answer was made up."""
        return any(
            effect.origin is Origin.MADE_UP
            for outcome in self.outcomes
            for effect in outcome.effects
        )

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
    worker: Worker, kind: str, via: str, outcome: Outcome, carry: Carry
) -> _Trouble | None:
    """How a run fails because of us, if it does."""
    found = next(_failures(outcome), None)
    if found is None:
        return None
    sample = _called(worker, carry, cases.case(f"{kind}/{SAMPLE}").event, via)
    if all(one.location != found.location for one in _failures(sample)):
        return None
    ordinary = carry([ordinary_case(kind).event], via)
    if found.exception == "KeyError" and _is_of_event(worker, ordinary, found.message):
        return None
    return found


def _failures(outcome: Outcome) -> Iterator[_Trouble]:
    """Where a call failed right after something that we answered or refused."""
    effects = [effect for effect in outcome.effects if effect.sort not in (Sort.LOG, Sort.FILE)]
    if (
        outcome.status in (Status.RAISED, Status.EXITED)
        and effects
        and came_from_sandbox(effects[-1])
    ):
        yield _Trouble(effects[-1], outcome.exception or "", outcome.message, outcome.location)
    for caught in outcome.caught:
        before = [
            effect
            for effect in outcome.effects[: caught.after]
            if effect.sort not in (Sort.LOG, Sort.FILE)
        ]
        if caught.ends and before and came_from_sandbox(before[-1]):
            yield _Trouble(before[-1], caught.exception, caught.message, caught.raised)


def _is_of_event(worker: Worker, payload: Any, message: str) -> bool:
    """Whether a key that is missing was looked for in the event, and is missing there."""
    watched = worker.call(payload, trace=True).trace
    key = message.strip("'\"")
    ends = (f".{key}", f"[{json.dumps(key)}]")
    looked_up = (
        [path for path in watched.paths_read if path.endswith(ends)] if watched is not None else []
    )
    return any(json_path.at(payload, json_path.parse(path)) is MISSING for path in looked_up)


def _misuse(worker: Worker, trouble: _Trouble) -> SetupError:
    at = f"{trouble.location.file}:{trouble.location.line}  " if trouble.location else ""
    happened = f"{at}{trouble.exception.rpartition('.')[2]}: {trouble.message.partition(chr(10))[0]}".rstrip(
        ": "
    )
    exception = trouble.exception.rpartition(".")[2]
    why, advice = explain_answer(
        trouble.effect, worker.settings, source_texts(worker.target), exception, trouble.message
    )
    return SetupError(worker.target.text, f"it fails on every event, {why}", happened, advice)
