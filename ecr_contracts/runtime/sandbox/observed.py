"""One call in a sandbox: what the consumer did, and what the sandbox observed of it."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import Any

from ecr_contracts.runtime.effects import Effect, Sort
from ecr_contracts.runtime.invoke import call
from ecr_contracts.runtime.lambda_context import LONGEST_CALL
from ecr_contracts.runtime.loader import Consumer
from ecr_contracts.runtime.masked_outcome import masked_outcome
from ecr_contracts.runtime.outcome import Outcome, Status, Stop
from ecr_contracts.runtime.sandbox.aws.advice import came_from_sandbox
from ecr_contracts.runtime.sandbox.sandbox import OBSERVED_PACKAGES, Sandbox

__all__ = ["call_observed"]

_LONGEST_ROUND = 7200.0
"""Seconds that a poll loop has for its messages, and to sleep before it asks for the next."""


def call_observed(
    sandbox: Sandbox,
    consumer: Consumer,
    payload: Any,
    *,
    ecr_payload: Any = None,
    timeout: float = LONGEST_CALL,
    on_raised: Callable[[BaseException], None] | None = None,
    **options: Any,
) -> Outcome:
    """The outcome of a call with all that the sandbox observed, without secrets.

    ECR answers it as if the payload were `ecr_payload`, where that is given. `timeout` are the
    seconds that Lambda gives it, which its sleeps use up. `on_raised` is given the exception that
    ended the call. `options` are those of `invoke.call`.
    """
    if consumer.polls:
        timeout = max(timeout, _LONGEST_ROUND)
    sandbox.begin_call(payload if ecr_payload is None else ecr_payload, timeout=timeout)

    def explain(raised: BaseException, outcome: Outcome) -> Outcome:
        if on_raised is not None:
            on_raised(raised)
        if outcome.status is Status.TIMED_OUT:
            return replace(outcome, stop=_waited_for(sandbox.recorder.effects(), outcome))
        if outcome.status is not Status.RAISED:
            return replace(outcome, stop=sandbox.provenance.stop(raised))
        message = sandbox.provenance.message(raised)
        return replace(outcome, message=message, stop=sandbox.provenance.stop(raised))

    outcome = call(
        consumer,
        payload,
        aside=OBSERVED_PACKAGES,
        timeout=timeout,
        explain=explain,
        **options,
    )
    observations = sandbox.observations()
    observed = replace(
        outcome,
        effects=observations.effects,
        caught=observations.caught,
        missing=observations.missing,
        unset=observations.unset,
        made_up=observations.made_up,
        misuse=observations.misuse,
        entered=observations.entered,
        wrong_calls=observations.wrong_calls,
    )
    return masked_outcome(observed, sandbox.recorder.secrets)


def _waited_for(effects: Sequence[Effect], outcome: Outcome) -> Stop | None:
    """What a call that slept until its end has waited for, if that is an answer that we made up.

    It asked the same again and again, the last time right before its end.
    """
    exchanges = [effect for effect in effects if effect.sort not in (Sort.LOG, Sort.FILE)]
    if not exchanges or not came_from_sandbox(exchanges[-1]):
        return None
    last = exchanges[-1]
    times = sum(effect.name == last.name for effect in exchanges)
    return Stop(last, outcome.location) if times > 1 else None
