"""What programs and addresses have in common as subjects: they are seen from outside alone.

What they answer is all that is known of a call: no effects, no caught exceptions, no branches. An
event in which they fail is a finding. Where they fail on every ordinary event in the same way,
nothing is known of single events, and it may be given something else than it takes: that is a
matter of set-up.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from types import MappingProxyType
from typing import Any

from ecr_contracts.core.errors import SetupError
from ecr_contracts.core.text import shortened
from ecr_contracts.discovery.iac.cloudformation.rules import Rule
from ecr_contracts.discovery.purpose import Behind
from ecr_contracts.engine import preflight
from ecr_contracts.engine.checks.catalog import REPEATED
from ecr_contracts.engine.checks.levels import OFF
from ecr_contracts.engine.reach import OwnModule
from ecr_contracts.engine.subject import Baselines, Inference, InProcess
from ecr_contracts.engine.trial import PATIENCE, Call, Carry
from ecr_contracts.engine.unchecked import answered_by
from ecr_contracts.eventbridge.envelopes.registry import ENVELOPES
from ecr_contracts.eventbridge.rules.transformer import UNDELIVERED
from ecr_contracts.eventbridge.rules.world import WHOLE_WORLD, World
from ecr_contracts.events.generate.cases import cases_of
from ecr_contracts.events.kinds import usual_kinds
from ecr_contracts.runtime.effects import Sort
from ecr_contracts.runtime.outcome import Outcome, Status, Stop

__all__ = ["Outside", "RunningOutside"]

_LONGEST_MESSAGE = 300  # characters
_UNSEEN = (
    "seen from outside alone: what it does with an event (its effects, what it catches, which of "
    "its code runs) is not known here, only what it answers"
)
_ADVICE = (
    "is it given what it takes? Say how events reach it (--via), or give it what it needs (--env); "
    "else mend this first, then check it again"
)


class Outside:
    """A subject of which nothing is known but its answers. `rules` are those that feed it."""

    is_watched = False
    # Whether anything was done by then is not known.
    levels: Mapping[str, str] = MappingProxyType({REPEATED: OFF})

    name: str
    envelope = "lambda"

    def __init__(self, rules: Sequence[Rule] = ()) -> None:
        self._rules = tuple(rules)

    def inference(self, *, needs_kinds: bool = True) -> Inference:
        """What the named rules deliver; else the usual kinds, of which calls tell which pass."""
        envelopes = {self.envelope: ""}
        if not self._rules:
            return Inference(kinds=usual_kinds(), envelopes=envelopes, filters_itself=True)
        behind = Behind.of(self._rules)
        first = self._rules[0]
        if first.envelope in ENVELOPES and first.envelope != "lambda":
            envelopes = {first.envelope: str(first)}
        return Inference(
            kinds=behind.world.kinds,
            kinds_reason=behind.why,
            envelopes=envelopes,
            world=behind.world,
            problem=behind.problem,
            unresolved=tuple(path for rule in self._rules for path in rule.unresolved),
            transformer=first.transformer,
        )

    def notes(self) -> Iterator[str]:
        """What cannot be seen of it."""
        yield _UNSEEN

    def modules(self) -> Sequence[OwnModule]:
        """Nothing: none of its lines is known."""
        return ()


class RunningOutside(InProcess):
    """A subject at work that is seen from outside, called by `call`."""

    def __init__(self, name: str, call: Call) -> None:
        super().__init__(call)
        self._name = name

    def rehearse(
        self, runs: Sequence[tuple[str, str]], carry: Carry, world: World = WHOLE_WORLD
    ) -> Baselines:
        """Give it the ordinary event of each run.

        Raises SetupError where each of them ends in the same way, and so do all events that differ
        from the first of them in one thing.
        """
        self.load()
        baselines = preflight.baselines(self, runs, carry, world)
        self._refuse_if_alike(baselines, carry, world)
        return baselines

    def _refuse_if_alike(self, baselines: Baselines, carry: Carry, world: World) -> None:
        """Raise SetupError where the ordinary events fail alike, and all that differ from one."""
        ends = {_way_of_failure(outcome) for outcome in baselines.values()}
        if len(ends) != 1 or "" in ends:
            return
        (kind, envelope), outcome = next(iter(baselines.items()))
        contract = world.contract(kind)
        given = len(baselines)
        cases = cases_of(contract, 1)
        if outcome.status is Status.TIMED_OUT:
            cases = cases[:PATIENCE]
        for case in cases:
            payload = carry([case.event], envelope)
            if payload is UNDELIVERED or not world.admits(case.event):
                continue
            given += 1
            if _way_of_failure(self.call(payload)) not in ends:
                return
        problem = f"each of {given} different events ends in the same way: nothing tells them apart"
        raise SetupError(self._name, problem, _in_words(outcome), _ADVICE)

    def advice(self, stop: Stop, outcome: Outcome, payload: Any = None) -> str:
        """How it gets to what it wants to reach."""
        if stop.effect.sort is Sort.PROCESS:
            return f"install {stop.effect.name}, or put a stand-in of that name on the path"
        return (
            "it has no network here. Let it reach a stand-in, such as moto_server or LocalStack: "
            "--env AWS_ENDPOINT_URL=http://127.0.0.1:5000 --allow-net 127.0.0.1:5000"
        )

    def setup_error(self, stop: Stop, outcome: Outcome, payload: Any = None) -> SetupError:
        """That every event stops at something that is not to be had here."""
        problem = f"every event stops at {answered_by(stop.effect)}"
        advice = self.advice(stop, outcome, payload)
        return SetupError(self._name, problem, _in_words(outcome), advice)


def _way_of_failure(outcome: Outcome) -> str:
    """How a call failed, without the values in its message; empty where it did not.

    What stops at something that is refused here is no failure.
    """
    if outcome.status is Status.RETURNED or outcome.stop is not None:
        return ""
    parts = [outcome.status.value, outcome.exception or ""]
    if outcome.location is not None:
        parts += [outcome.location.file, str(outcome.location.line)]
    else:
        parts.append(re.sub(r"\"[^\"]*\"|'[^']*'|[0-9a-f]{6,}|\d+", "", outcome.message))
    return "\n".join(parts)


def _in_words(outcome: Outcome) -> str:
    """How a call ended, in one line."""
    message = outcome.message.partition("\n")[0]
    told = ": ".join(part for part in (outcome.exception, message) if part)
    if outcome.location is not None:
        told = f"{outcome.location.file}:{outcome.location.line}  {told}"
    return shortened(told, _LONGEST_MESSAGE)
