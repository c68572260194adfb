"""Unread: a consumer that never reads its event does the same for a push and for a failed one.

It is told in one finding in the place of all that follows from it. A consumer that its rules give
successful pushes alone need not read them: nothing is said of it.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from ecr_contracts.core import json_path
from ecr_contracts.engine.checks.catalog import UNREAD
from ecr_contracts.engine.relations.actions import action_blind
from ecr_contracts.engine.relations.probe import EffectsProbe
from ecr_contracts.engine.relations.sources import view_of
from ecr_contracts.engine.relations.violation import RelationViolation
from ecr_contracts.engine.trial import Trial


def is_unread(probe: EffectsProbe, trials: Sequence[Trial]) -> bool:
    """Whether a consumer does the same with each event, and reads no value of one."""
    first = probe(probe.source)
    for trial in trials:
        view = view_of(trial)
        if not view.ok or view.calls != first.calls or view.texts != first.texts:
            return False
    return len(trials) > 1 and bool(first.calls) and probe.reads_nothing(probe.source)


def unread_violation(probe: EffectsProbe) -> RelationViolation | None:
    """That an event is never read, where that matters.

    It does where another action, or one that failed, is so treated as the usual one.
    """
    blind = next(action_blind(probe, True), None)
    if blind is None:
        return None
    calls = ", ".join(sorted(probe(probe.source).calls))
    detail = f"{calls} each time, whatever the event says"
    for cause in blind.cause:
        value = json_path.at(blind.example.event, json_path.parse(cause.path))
        detail += f": when {cause.path} is {value} too"
    return replace(blind, check=UNREAD, detail=detail, cause=(), group=f"{probe.via}#{UNREAD}")
