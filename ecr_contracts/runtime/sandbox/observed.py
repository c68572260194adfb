"""One call in a sandbox: what the consumer did, and what the sandbox observed of it."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from ecr_contracts.runtime.invoke import call
from ecr_contracts.runtime.lambda_context import LONGEST_CALL
from ecr_contracts.runtime.loader import Consumer
from ecr_contracts.runtime.outcome import Outcome, Status
from ecr_contracts.runtime.sandbox.sandbox import OBSERVED_PACKAGES, Sandbox

__all__ = ["call_observed"]


def call_observed(
    sandbox: Sandbox,
    consumer: Consumer,
    payload: Any,
    *,
    ecr_payload: Any = None,
    timeout: float = LONGEST_CALL,
    **options: Any,
) -> Outcome:
    """The outcome of a call with all that the sandbox observed.

    ECR answers it as if the payload were `ecr_payload`, where that is given. `timeout` are the
    seconds that Lambda gives it, which its sleeps use up. `options` are those of `invoke.call`.
    """
    sandbox.begin_call(payload if ecr_payload is None else ecr_payload, timeout=timeout)

    def explain(raised: BaseException, outcome: Outcome) -> Outcome:
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
    return replace(
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
