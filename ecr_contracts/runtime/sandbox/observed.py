"""One call in a sandbox: what the consumer did, and what the sandbox observed of it."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from ecr_contracts.runtime.invoke import call
from ecr_contracts.runtime.loader import Consumer
from ecr_contracts.runtime.outcome import Outcome
from ecr_contracts.runtime.sandbox.sandbox import OBSERVED_PACKAGES, Sandbox

__all__ = ["call_observed"]


def call_observed(
    sandbox: Sandbox,
    consumer: Consumer,
    payload: Any,
    *,
    ecr_payload: Any = None,
    **options: Any,
) -> Outcome:
    """The outcome of a call with all that the sandbox observed.

    ECR answers it as if the payload were `ecr_payload`, where that is given. `options` are those of
    `invoke.call`.
    """
    sandbox.begin_call(payload if ecr_payload is None else ecr_payload)
    outcome = call(consumer, payload, aside=OBSERVED_PACKAGES, **options)
    observations = sandbox.observations()
    return replace(
        outcome,
        effects=observations.effects,
        caught=observations.caught,
        missing=observations.missing,
        unset=observations.unset,
        misuse=observations.misuse,
        entered=observations.entered,
    )
