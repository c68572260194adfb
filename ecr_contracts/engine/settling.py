"""What a plan leaves open, found out by calls before the first case: entrances, and kinds.

A subject that is given something else than it takes is refused here.
"""

from __future__ import annotations

from dataclasses import replace

from ecr_contracts.engine import preflight
from ecr_contracts.engine.entrances.misgiven import misgiven
from ecr_contracts.engine.entrances.opened import entrances_of, openings
from ecr_contracts.engine.entrances.refused import refused_everywhere
from ecr_contracts.engine.plan import BARE, Plan, reasons_together
from ecr_contracts.engine.subject import Baselines, InProcess, Running
from ecr_contracts.engine.trial import BaselineCache

__all__ = ["refuse_misgiven", "with_entrances", "with_kinds", "with_unruled"]


def with_entrances(plan: Plan, running: Running, *, is_watched: bool) -> Plan:
    """A plan with the envelopes that a subject opens, of those that its code speaks of.

    It may take bare events as well. `is_watched`: its calls tell what they read.
    """
    running.load()
    event = plan.world.ordinary_case(plan.kinds[0]).event
    reasons = {plan.envelopes[0]: plan.envelope_reason, **plan.others}
    if plan.may_take_bare_events:
        reasons.setdefault(BARE, "it opens bare events")
    opened = openings(running.call, event, [*reasons], plan.carry, traces=is_watched)
    # It may remember the event, and leave it alone the next time.
    running.forget()
    found = entrances_of(opened)
    if plan.transformer is not None:
        found = found[:1]  # what it makes of an event comes in one shape
    why = reasons_together(reasons[name] for name in found)
    return replace(plan, envelopes=found, envelope_reason=why, others={})


def with_unruled(plan: Plan, running: Running) -> Plan:
    """A plan with the envelopes that a subject opens, and no rule delivers."""
    names = plan.inference.unruled
    is_ruled = plan.envelopes_are_inferred and plan.transformer is None and plan.cases
    if not names or not is_ruled:
        return plan
    event = plan.world.ordinary_case(plan.kinds[0]).event
    opened = openings(running.call, event, [*plan.envelopes, *names], plan.carry, traces=True)
    running.forget()
    found = [name for name in entrances_of(opened) if name not in plan.envelopes]
    return replace(plan, unruled=tuple(found))


def with_kinds(plan: Plan, running: Running, baselines: Baselines) -> Plan:
    """A plan with the kinds that a subject lets through, by what it does with ordinary events."""
    passing = preflight.passing_kinds(running, baselines, plan.carry, plan.world)
    if not passing:
        return replace(plan, kinds_are_open=False)
    return replace(
        plan,
        kinds_are_open=False,
        cases=tuple(case for case in plan.cases if case.kind in passing),
        kinds_reason="it lets no other of AWS's samples through",
    )


def refuse_misgiven(name: str, plan: Plan, running: Running, call: BaselineCache) -> None:
    """Raise SetupError where a subject fails at its first look at all that a plan gives it.

    `call` knows what it does with the ordinary events.
    """
    if not plan.envelopes or plan.transformer is not None or plan.inference.carry is not None:
        return
    if refused := refused_everywhere(name, plan, call):
        raise refused
    tries_others = not isinstance(running, InProcess)
    error, was_called = misgiven(name, plan, call, running.call, tries_others=tries_others)
    if error is not None:
        raise error
    if was_called:
        running.forget()
