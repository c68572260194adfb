"""The contract as one assertion in a test of one's own: `contract.check(handler, "scan")`.

The handler runs in the test's own process, so that what the test has patched stays patched and a
debugger can be used.
"""

from __future__ import annotations

import functools
import sys
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

from ecr_contracts.core.errors import UnknownNameError
from ecr_contracts.core.findings import Evidence, Finding, Severity
from ecr_contracts.discovery import purpose as inferring
from ecr_contracts.discovery.target import Target
from ecr_contracts.engine import session
from ecr_contracts.engine.phases import Effort, Examined, examine
from ecr_contracts.engine.trial import Carry
from ecr_contracts.eventbridge.envelopes import registry
from ecr_contracts.eventbridge.envelopes.registry import envelope
from ecr_contracts.eventbridge.rules.transformer import carrying
from ecr_contracts.reporting.lines import plain_text
from ecr_contracts.runtime import invoke
from ecr_contracts.runtime.loader import Consumer
from ecr_contracts.runtime.outcome import Outcome

__all__ = ["ContractViolation", "check"]


class ContractViolation(AssertionError):  # noqa: N818 - what a test fails with is no error of its own
    """A handler does not keep to the contract: its message is the findings, `findings` are they as values."""

    def __init__(self, text: str, findings: Sequence[Finding]) -> None:
        self.findings = tuple(findings)
        super().__init__(text)


def check(
    handler: Callable[..., Any],
    *kinds: str,
    via: str | tuple[str, ...] | list[str] = (),
    strength: int = session.USUAL.strength,
    examples: int = session.USUAL.examples,
    probe: int = session.USUAL.probe,
    evidence: str | None = None,
) -> Examined:
    """Give a handler every case of some kinds of events, and fail with what is wrong with it.

    Without kinds or envelopes, the handler's source says which. `strength` (1 to 4) is how many
    choices meet in every possible way, `examples` how many events of other values are drawn,
    `probe` how many further calls may be made to tell the causes of each fault, `evidence` the
    weakest that an event may rest on. What a handler prints is not shown. A handler that does not
    return is not stopped here, as `ecr-contracts check` would.

    Raises ContractViolation, an AssertionError, when there are findings; warnings are none. Raises
    UnknownNameError, StrengthError or ConsumerError for what cannot be asked.
    """
    __tracebackhide__ = True  # of pytest: what matters is the message
    consumer = Consumer.of(handler)
    wanted = [via] if isinstance(via, str) else list(via)
    envelopes = list(dict.fromkeys(envelope(name).name for name in wanted))
    chosen = tuple(dict.fromkeys(kinds))
    carry: Carry = registry.carry
    target = _target(handler)
    if not (chosen and envelopes):
        purpose = inferring.purpose(target)
        if not envelopes and purpose.transformer is not None:
            carry = carrying(purpose.transformer.shaping)
        chosen, envelopes = chosen or purpose.kinds, envelopes or [purpose.via]
    if evidence is not None and evidence not in list(Evidence):
        raise UnknownNameError("evidence", evidence, Evidence)
    effort = Effort(strength, examples, probe, None if evidence is None else Evidence(evidence))
    plan = [case for kind in chosen for case in session.selected(kind, effort.evidence, strength)]

    def call(payload: Any, *, trace: bool = False) -> Outcome:
        return invoke.call(consumer, payload, trace=trace)

    # A debugger, or the measuring of coverage, traces already.
    feeds = inferring.feeds(target)
    examined = examine(
        call, plan, envelopes, effort, watches=sys.gettrace() is None, carry=carry, feeds=feeds
    )
    errors = [finding for finding in examined.findings if finding.severity is Severity.ERROR]
    if errors:
        raise ContractViolation(plain_text(errors), errors)
    return examined


def _target(handler: Callable[..., Any]) -> Target:
    """Where the source of a handler is looked for."""
    while isinstance(handler, functools.partial):
        handler = handler.func
    name = getattr(handler, "__qualname__", type(handler).__qualname__)
    file = getattr(sys.modules.get(getattr(handler, "__module__", "")), "__file__", None)
    if file is None:
        return Target(name, name, module=name)
    return Target(name, name, file=Path(file))
