"""Which envelopes a consumer opens: the ordinary event is given in each that may reach it.

One that takes its events by two entrances is judged in both. That it deals with a payload is no
sign of an entrance: it has to do something else with the event than with a decoy in its place.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any

from ecr_contracts.core import json_path
from ecr_contracts.core.findings import MISSING
from ecr_contracts.engine.checks import batch_response
from ecr_contracts.engine.entrances.decoys import decoys
from ecr_contracts.engine.entrances.first_look import look_of
from ecr_contracts.engine.plan import BARE
from ecr_contracts.engine.trial import Carry
from ecr_contracts.eventbridge.envelopes.registry import ENVELOPES
from ecr_contracts.eventbridge.rules.transformer import UNDELIVERED
from ecr_contracts.runtime.outcome import Outcome, Status
from ecr_contracts.runtime.tracing import Trace

__all__ = ["Opening", "entrances_of", "is_passing", "openings"]

Give = Callable[..., Outcome]


@dataclass(frozen=True, slots=True)
class Opening:
    """What a consumer does with the ordinary event in an envelope.

    `passes`: it deals with it. `gets_in`: what the event says makes a difference. `lines` are those
    that it runs, where that is known.
    """

    envelope: str
    passes: bool
    gets_in: bool
    lines: frozenset[tuple[str, int]] = frozenset()

    def is_apart_from(self, other: Opening) -> bool:
        """Whether the code does something else than in another envelope.

        It does where the two have nothing in common on the outside.
        """
        outer, other_outer = (ENVELOPES[one.envelope].layers[0] for one in (self, other))
        return outer is not other_outer or not self.lines <= other.lines


def entrances_of(opened: Sequence[Opening]) -> tuple[str, ...]:
    """The envelopes that a consumer takes, of those that were tried.

    The first is the first that it deals with, else the first of all. Bare events that it gets into
    and fails with are one more, since the code that opens them is told from all other; other
    envelopes that it fails with are not.
    """
    main = next((one for one in opened if one.passes and one.envelope != BARE), opened[0])
    bare = next((one for one in opened if one.envelope == BARE), None)
    if bare is not None and bare.passes and bare.gets_in and not main.passes:
        main = bare
    found = [main]
    for one in opened:
        is_taken = one.gets_in and (one.passes or one.envelope == BARE)
        if is_taken and one not in found and all(one.is_apart_from(other) for other in found):
            found.append(one)
    return tuple(one.envelope for one in found)


def openings(
    give: Give,
    event: Mapping[str, Any],
    envelopes: Sequence[str],
    carry: Carry,
    *,
    traces: bool = True,
) -> list[Opening]:
    """What a consumer does with an event in each of some envelopes, in their order.

    Without `traces` it is not watched what it runs and reads, and less is known.
    """
    give = partial(give, trace=traces)
    opened: list[Opening] = []
    for envelope in envelopes:
        payload = carry([event], envelope)
        if payload is UNDELIVERED:
            opened.append(Opening(envelope, passes=True, gets_in=False))
            continue
        outcome = give(payload)
        passes = is_passing(outcome)
        gets_in = False
        if passes or look_of(outcome) is not None:
            payloads = [one for one in decoys(event, envelope, carry) if one is not UNDELIVERED]
            empty = [give(one) for one in payloads]
            gets_in = bool(empty) and _gets_in(outcome, empty, payload, event)
        lines = frozenset(outcome.trace.lines) if outcome.trace else frozenset()
        opened.append(Opening(envelope, passes, gets_in, lines))
    return opened


def is_passing(outcome: Outcome) -> bool:
    """Whether a call went well, or as far as an answer of the sandbox let it."""
    if outcome.stopped is not None:
        return True
    if batch_response.polled(outcome.returned) and batch_response.reports_failure(outcome.returned):
        return False
    return outcome.status is Status.RETURNED and not any(caught.ends for caught in outcome.caught)


def _gets_in(outcome: Outcome, empty: Sequence[Outcome], payload: Any, event: Any) -> bool:
    """Whether a call does something else than those without an event, or reads parts of it."""
    if all(_done(outcome) != _done(one) for one in empty):
        return True
    return payload == event and _reads_parts(outcome.trace, event)


def _done(outcome: Outcome) -> tuple[Any, ...]:
    """What a call did, but for what it was given."""
    trace = outcome.trace.line_digest if outcome.trace else ""
    effects = tuple((effect.sort.value, effect.name) for effect in outcome.effects.changing)
    look = look_of(outcome)
    failure = (look.exception, look.message, look.location.line) if look else (outcome.exception,)
    return outcome.status, failure, trace, effects


def _reads_parts(trace: Trace | None, event: Mapping[str, Any]) -> bool:
    """Whether a call read something within the detail, and not just all that there is."""
    if trace is None:
        return False
    is_deep = False
    at_root: set[str] = set()
    for path in trace.paths_read:
        steps = json_path.parse(path)
        at_root.update(str(step) for step in steps[:1])
        has_value = json_path.at(event, steps) is not MISSING
        is_deep = is_deep or (steps[:1] == ("detail",) and len(steps) > 1 and has_value)
    return is_deep and not set(event) <= at_root
