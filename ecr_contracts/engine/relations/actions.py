"""Another action, and an action that failed, are told from the one that ended well."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterator

from ecr_contracts.core import json_path
from ecr_contracts.core.findings import MISSING, Cause
from ecr_contracts.engine.relations.effects_view import EffectsView
from ecr_contracts.engine.relations.probe import (
    EffectsProbe,
    Violations,
    plainest_with,
    with_value,
)
from ecr_contracts.events.kinds import usual_kinds
from ecr_contracts.events.model import Facet
from ecr_contracts.events.siblings import siblings, told_within, turned_into

FAILING = (
    ("$.detail.result", "FAILURE"),
    ("$.detail.result", "FAILED"),
    ("$.detail.scan-status", "FAILED"),
    ("$.detail.sync-status", "FAILURE"),
    ("$.detail.errorCode", "RepositoryNotFoundException"),
    ("$.detail.errorCode", "RepositoryAlreadyExistsException"),
)
"""Where an event says that it ended badly, and in which words: pushes and copies have different."""


def action_blind(probe: EffectsProbe, _: bool) -> Violations:
    """Another action, and an action that failed, are told from the baseline's."""
    usual = probe(probe.baseline)
    for kind in _later_siblings(probe.kind):
        if kind not in probe.kinds or not usual.calls:
            continue
        other = turned_into(probe.baseline, kind)
        view = probe(other)
        if view.ok and usual.calls == view.calls and _is_alike(usual, view):
            action, own = (json.dumps(told_within(one)[0][1]) for one in (kind, probe.kind))
            detail = f"{', '.join(sorted(usual.calls))}: with {action} as with {own}"
            yield probe.violation("action-blind", other, probe.baseline, detail)
    for path, value in FAILING:
        facet = probe.contract.by_path.get(path)
        if facet is not None:
            yield from _failure_blind(probe, usual, facet, value)


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
    probe: EffectsProbe, usual: EffectsView, facet: Facet, failure: str
) -> Violations:
    """An action that failed is told from one that ended well."""
    event = plainest_with(probe, facet, failure)
    choice = facet.recognise(event) if event else None
    if event is None or choice is None:
        return
    failed = probe(event)
    # Who looks at it does something else with the same event that ended well.
    success = json_path.at(probe.baseline, facet.steps)
    source = with_value(event, facet.steps, success)
    succeeded = probe(source)
    if succeeded.ok:
        is_same = failed.calls == succeeded.calls and _is_alike(failed, succeeded)
    else:
        source = probe.baseline
        is_same = failed.calls == usual.calls
    is_told = failed.mentions("fail") or failed.mentions("error")
    if failed.ok and failed.calls and is_same and not is_told:
        usual_word = "absent" if success is MISSING else json.dumps(success)
        detail = f"{', '.join(sorted(failed.calls))}: as when it is {usual_word}"
        cause = Cause(facet.path, choice.label)
        yield probe.violation("action-blind", source, event, detail, cause=cause)


def _is_alike(view: EffectsView, other: EffectsView) -> bool:
    """Whether two views say the same, but for words with digits, which may vary each time."""
    return _lasting_words(view) == _lasting_words(other)


def _lasting_words(view: EffectsView) -> Counter[str]:
    lasting: Counter[str] = Counter()
    for word, count in view.words.items():
        if not any(map(str.isdigit, word)):
            lasting[word] = count
    return lasting
