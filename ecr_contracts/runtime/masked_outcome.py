"""Outcomes without secrets: whatever of a consumer's own text is in one may hold them."""

from __future__ import annotations

import os
from dataclasses import replace

from ecr_contracts.core.findings import Location
from ecr_contracts.core.masking import masked, masked_text
from ecr_contracts.runtime.effects import Effect, Effects
from ecr_contracts.runtime.outcome import (
    CaughtException,
    Fault,
    MadeUpVariable,
    Outcome,
    Stop,
    WrongCall,
)
from ecr_contracts.runtime.tracing import Trace

__all__ = ["masked_location", "masked_outcome"]


def masked_outcome(outcome: Outcome, hidden: frozenset[str]) -> Outcome:
    """An outcome in which some secret values are masked, and tokens that are known by their look.

    Values that were made up are left, for they are no secrets.
    """
    return replace(
        outcome,
        exception=_text_or_none(outcome.exception, hidden),
        message=masked_text(outcome.message, hidden),
        location=masked_location(outcome.location, hidden),
        traceback=masked_text(outcome.traceback, hidden),
        returned=masked(outcome.returned, hidden, by_name=False),
        unserialisable=masked_text(outcome.unserialisable, hidden),
        never_ran=masked_text(outcome.never_ran, hidden),
        output=masked_text(outcome.output, hidden),
        trace=_trace(outcome.trace, hidden),
        effects=_effects(outcome.effects, hidden),
        caught=tuple([_caught(exception, hidden) for exception in outcome.caught]),
        missing=_texts(outcome.missing, hidden),
        unset=_texts(outcome.unset, hidden),
        made_up=tuple([_made_up(variable, hidden) for variable in outcome.made_up]),
        misuse=masked_text(outcome.misuse, hidden),
        faults=tuple([_fault(fault, hidden) for fault in outcome.faults]),
        chain=_texts(outcome.chain, hidden),
        stop=_stop(outcome.stop, hidden),
        wrong_calls=tuple([_wrong_call(call, hidden) for call in outcome.wrong_calls]),
    )


def masked_location(location: Location | None, hidden: frozenset[str]) -> Location | None:
    """A line of code without the secrets that are written in it and around it.

    The name of its file is masked as well, unless there is such a file.
    """
    if location is None:
        return None
    file = masked_text(location.file, hidden)
    if file != location.file and os.path.lexists(location.file):
        file = location.file
    return replace(
        location,
        file=file,
        function=masked_text(location.function, hidden),
        source=masked_text(location.source, hidden),
        around=masked_text(location.around, hidden),
    )


def _text_or_none(text: str | None, hidden: frozenset[str]) -> str | None:
    return None if text is None else masked_text(text, hidden)


def _texts(texts: tuple[str, ...], hidden: frozenset[str]) -> tuple[str, ...]:
    return tuple([masked_text(text, hidden) for text in texts])


def _trace(trace: Trace | None, hidden: frozenset[str]) -> Trace | None:
    if trace is None:
        return None
    return trace._replace(
        paths_read=_texts(trace.paths_read, hidden),
        side_effects=_texts(trace.side_effects, hidden),
    )


def _effects(effects: Effects, hidden: frozenset[str]) -> Effects:
    """The effects once more: a secret may have become known after an effect that holds it."""
    if not hidden or not effects:
        return effects
    return Effects([_effect(effect, hidden) for effect in effects], effects.more)


def _effect(effect: Effect, hidden: frozenset[str]) -> Effect:
    return replace(
        effect,
        name=masked_text(effect.name, hidden),
        content=masked(effect.content, hidden, by_name=False),
        answer=masked(effect.answer, hidden, by_name=False),
        handling=masked_text(effect.handling, hidden),
    )


def _caught(exception: CaughtException, hidden: frozenset[str]) -> CaughtException:
    return replace(
        exception,
        exception=masked_text(exception.exception, hidden),
        message=masked_text(exception.message, hidden),
        raised=masked_location(exception.raised, hidden),
        where=masked_location(exception.where, hidden),
        stop=_stop(exception.stop, hidden),
    )


def _made_up(variable: MadeUpVariable, hidden: frozenset[str]) -> MadeUpVariable:
    return replace(variable, name=masked_text(variable.name, hidden))


def _fault(fault: Fault, hidden: frozenset[str]) -> Fault:
    return replace(
        fault,
        message=masked_text(fault.message, hidden),
        exception=_text_or_none(fault.exception, hidden),
        location=masked_location(fault.location, hidden),
    )


def _wrong_call(call: WrongCall, hidden: frozenset[str]) -> WrongCall:
    return replace(
        call,
        exception=masked_text(call.exception, hidden),
        message=masked_text(call.message, hidden),
        location=masked_location(call.location, hidden),
    )


def _stop(stop: Stop | None, hidden: frozenset[str]) -> Stop | None:
    if stop is None:
        return None
    missing = masked_text(stop.missing, hidden) if isinstance(stop.missing, str) else stop.missing
    return replace(
        stop,
        effect=_effect(stop.effect, hidden),
        made_at=masked_location(stop.made_at, hidden),
        path=_path(stop.path, hidden),
        missing=missing,
        wanted=masked(stop.wanted, hidden, by_name=False),
        filled=tuple(
            [(_path(path, hidden), masked_text(text, hidden)) for path, text in stop.filled]
        ),
    )


def _path(path: tuple[str | int, ...], hidden: frozenset[str]) -> tuple[str | int, ...]:
    return tuple([masked_text(step, hidden) if isinstance(step, str) else step for step in path])
