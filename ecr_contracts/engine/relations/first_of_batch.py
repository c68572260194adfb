"""Of several events in one envelope each is dealt with, not the first alone."""

from __future__ import annotations

from ecr_contracts.core import json_path
from ecr_contracts.engine.relations.probe import (
    EffectsProbe,
    Violations,
    plainest_with,
    with_value,
)
from ecr_contracts.engine.relations.sources import FAILING
from ecr_contracts.engine.relations.violation import RelationViolation
from ecr_contracts.eventbridge.envelopes.registry import envelope

_DIGEST: json_path.Steps = ("detail", "image-digest")
_REPOSITORY: json_path.Steps = ("detail", "repository-name")


def first_only(probe: EffectsProbe, is_repeatable: bool) -> Violations:
    """Of several events in one envelope, each is dealt with."""
    if not envelope(probe.via).batches:
        return
    events = []
    for number, name in enumerate(("first-repo", "second-repo", "third-repo")):
        event = with_value(probe.source, _REPOSITORY, name)
        if isinstance(json_path.at(probe.source, _DIGEST), str):
            # Images of one digest may be taken for one.
            event = with_value(event, _DIGEST, f"sha256:{str(number) * 64}")
        events.append(event)
    together = probe.batch(events)
    alone = [probe(event) for event in events]
    if together.ok and all(view.ok and view.calls for view in alone):
        # Who counts what came together says something else than of the first alone.
        is_first = together.mentions("first-repo")
        if is_repeatable:
            is_first = together.texts == alone[0].texts
        has_others = together.mentions("second-repo") or together.mentions("third-repo")
        if together.calls == alone[0].calls and is_first and not has_others:
            calls = ", ".join(sorted(together.calls))
            detail = f"a batch of 3 events brings about what its first alone does: {calls}"
            yield probe.violation("first-only", events[0], events[1], detail)
            return
    hidden = _hidden(probe)
    if hidden is not None:
        yield hidden


def _hidden(probe: EffectsProbe) -> RelationViolation | None:
    """An event that comes to nothing because one before it in the batch is left alone."""
    usual = probe(probe.source)
    left_alone = [with_value(probe.source, _REPOSITORY, "first-repo")]
    for path, value in FAILING:
        facet = probe.contract.by_path.get(path)
        failed = plainest_with(probe, facet, value) if facet else None
        if failed is not None:
            left_alone.append(failed)
    for event in left_alone:
        alone = probe(event)
        if not usual.calls or not alone.ok or alone.calls:
            continue
        together = probe.batch([event, probe.source])
        if together.ok and not together.calls:
            calls = ", ".join(sorted(usual.calls))
            detail = f"behind such an event, an ordinary one no longer gets {calls}"
            return probe.violation("first-only", probe.source, event, detail)
    return None
