"""Another action, and an action that failed, are told from the one that ended well."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterator
from contextlib import suppress

from ecr_contracts.core import json_path
from ecr_contracts.core.findings import MISSING
from ecr_contracts.engine.relations.effects_view import EffectsView
from ecr_contracts.engine.relations.probe import (
    EffectsProbe,
    Event,
    Violations,
    plainest_with,
    with_value,
)
from ecr_contracts.engine.relations.sources import FAILING, ended_badly
from ecr_contracts.events.conditions import condition
from ecr_contracts.events.constraints import full_assignment
from ecr_contracts.events.generate.cases import Case
from ecr_contracts.events.kinds import usual_kinds
from ecr_contracts.events.model import Facet
from ecr_contracts.events.siblings import siblings, told_within, turned_into


def action_blind(probe: EffectsProbe, _: bool) -> Violations:
    """Another action, and an action that failed, are told from the source's.

    What is done may hang on a value, so that further sources are tried until each shows something.
    """
    blind: set[str] = set()
    for source in (probe.source_case, *probe.further_cases):
        if ended_badly(source):
            continue
        usual = probe(source.event)
        for kind in _later_siblings(probe.kind):
            if kind in probe.kinds and usual.calls and kind not in blind:
                for violation in _sibling_blind(probe, source.event, usual, kind):
                    blind.add(kind)
                    yield violation
        for path, value in FAILING:
            facet = probe.contract.by_path.get(path)
            if facet is not None and f"{path}={value}" not in blind:
                for violation in _failure_blind(probe, source, usual, facet, value):
                    blind.add(f"{path}={value}")
                    yield violation


def _sibling_blind(probe: EffectsProbe, source: Event, usual: EffectsView, kind: str) -> Violations:
    """Another action is told from the source's."""
    other = turned_into(source, kind)
    view = probe(other)
    if view.ok and usual.calls == view.calls and _is_alike(usual, view):
        action, own = (json.dumps(told_within(one)[0][1]) for one in (kind, probe.kind))
        detail = f"{', '.join(sorted(usual.calls))}: with {action} as with {own}"
        yield probe.violation("action-blind", other, source, detail)


def _later_siblings(kind: str) -> Iterator[str]:
    """The siblings of a kind with which it makes a pair that no sibling before it has made.

    The usual kinds come first. Siblings with the same action are no pair: to tell an archive from a
    restore is nobody's duty.
    """
    action = told_within(kind)[:1]
    order = sorted((kind, *siblings(kind)), key=lambda name: (name not in usual_kinds(), name))
    for other in order[order.index(kind) + 1 :]:
        if told_within(other)[:1] != action:
            yield other


def _failure_blind(
    probe: EffectsProbe, source_case: Case, usual: EffectsView, facet: Facet, failure: str
) -> Violations:
    """An action that failed is told from one that ended well."""
    event = _failed(probe, source_case, facet, failure)
    choice = facet.recognise(event) if event else None
    if event is None or choice is None:
        return
    failed = probe(event)
    # Who looks at it does something else with the same event that ended well.
    success = json_path.at(source_case.event, facet.steps)
    source = with_value(event, facet.steps, success)
    succeeded = probe(source)
    if succeeded.ok:
        is_same = failed.calls == succeeded.calls and _is_alike(failed, succeeded)
    else:
        source = source_case.event
        is_same = failed.calls == usual.calls
    is_told = failed.mentions("fail") or failed.mentions("error")
    if failed.ok and failed.calls and is_same and not is_told:
        usual_word = "absent" if success is MISSING else json.dumps(success)
        detail = f"{', '.join(sorted(failed.calls))}: as when it is {usual_word}"
        cause = condition(facet, {choice.label})
        yield probe.violation("action-blind", source, event, detail, cause=cause)


def _failed(probe: EffectsProbe, source: Case, facet: Facet, failure: str) -> Event | None:
    """The event nearest to a source event that ended so badly; None where there can be none."""
    plainest = plainest_with(probe, facet, failure)
    choice = facet.recognise(plainest) if plainest else None
    if choice is None or source.id == probe.ordinary.id:
        return plainest
    start = {path: label for path, label in source.labels.items() if label is not None}
    with suppress(ValueError):
        labels = full_assignment(probe.contract, {facet.path: choice.label}, start)
        event: Event = probe.contract.build(labels)
        return event
    return None


def _is_alike(view: EffectsView, other: EffectsView) -> bool:
    """Whether two views say the same, but for words with digits, which may vary each time."""
    return _lasting_words(view) == _lasting_words(other)


def _lasting_words(view: EffectsView) -> Counter[str]:
    lasting: Counter[str] = Counter()
    for word, count in view.words.items():
        if not any(map(str.isdigit, word)):
            lasting[word] = count
    return lasting
