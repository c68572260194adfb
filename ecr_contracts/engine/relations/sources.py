"""Source events: those that relations start from, which a consumer deals with and acts upon.

The ordinary event is the best one, where it is dealt with. A consumer that fails it, or leaves it
alone on purpose (`latest`), is compared on an event of its own: the first of the cases that is well
known, and that it acts upon.
"""

from __future__ import annotations

from collections.abc import Sequence

from ecr_contracts.core import json_path
from ecr_contracts.core.findings import Severity
from ecr_contracts.engine.checks.policy import severity_on
from ecr_contracts.engine.relations.effects_view import EffectsView, strict_view
from ecr_contracts.engine.trial import Trial
from ecr_contracts.events.generate.cases import ORDINARY, Case

FAILING = (
    ("$.detail.result", "FAILURE"),
    ("$.detail.result", "FAILED"),
    ("$.detail.scan-status", "FAILED"),
    ("$.detail.sync-status", "FAILURE"),
    ("$.detail.errorCode", "RepositoryNotFoundException"),
    ("$.detail.errorCode", "RepositoryAlreadyExistsException"),
)
"""Where an event says that it ended badly, and in which words: pushes and copies have different."""

COUNTS: json_path.Steps = ("detail", "finding-severity-counts")
"""Where an event counts findings by their severity."""

_TAGS: tuple[json_path.Steps, ...] = (("detail", "image-tag"), ("detail", "image-tags", 0))
_MOST = 2  # events of its own that a consumer is compared on, until one does the same each time
_LONGEST = "longest"  # the choice of a value that is as long as can be


def source_cases(ordinary: Case, trials: Sequence[Trial]) -> list[Case]:
    """The cases that relations may start from, the best one first.

    Where nothing is known to act, that is the ordinary one; none, where that fails.
    """
    acting: list[Trial] = []
    ordinary_fails = False
    for trial in trials:
        view = view_of(trial)
        is_ordinary = trial.case.id.endswith(f"/{ORDINARY}")
        if is_ordinary and not view.ok:
            ordinary_fails = True
        if view.ok and view.calls:
            if is_ordinary:
                return [ordinary]
            acting.append(trial)
    acting.sort(key=_rank)
    chosen = [trial.case for trial in acting[:_MOST]]
    if chosen or ordinary_fails:
        return chosen
    return [ordinary]


def further_cases(source: Case, trials: Sequence[Trial]) -> list[Case]:
    """A well known case with another tag, and one that is acted upon in another way, if any are.

    They are for relations to which it matters what a value is: who leaves `latest` alone may do
    something with any other tag.
    """
    acting: list[tuple[Case, frozenset[str]]] = []
    usual: frozenset[str] = frozenset()
    for trial in sorted(trials, key=_rank):
        view = view_of(trial)
        calls = frozenset(view.calls)
        if trial.case.id == source.id:
            usual = calls
        elif view.ok and calls and _is_well_known(trial.case) and not ended_badly(trial.case):
            acting.append((trial.case, calls))
    of_another_tag = [case for case, _ in acting if _tag(case) not in (None, _tag(source))]
    in_another_way = [case for case, calls in acting if calls != usual]
    further = {case.id: case for case in (*of_another_tag[:1], *in_another_way[:1])}
    return list(further.values())


def view_of(trial: Trial) -> EffectsView:
    """The effects of a trial as relations compare them."""
    return strict_view(trial.outcome, trial.case.event)


def ended_badly(case: Case) -> bool:
    """Whether an event says that an action failed."""
    event = case.event
    return any(json_path.at(event, json_path.parse(path)) == word for path, word in FAILING)


def _rank(trial: Trial) -> tuple[bool, bool, bool, bool]:
    """How far a case is from one that relations can start from; the sort keeps the order else."""
    case = trial.case
    has_counts = isinstance(json_path.at(case.event, COUNTS), dict)
    is_long = _LONGEST in case.labels.values()
    return (not _is_well_known(case), ended_badly(case), not has_counts, is_long)


def _is_well_known(case: Case) -> bool:
    return severity_on(case.evidence, Severity.ERROR) is Severity.ERROR


def _tag(case: Case) -> str | None:
    """The first tag of a case's image."""
    event = case.event
    for steps in _TAGS:
        tag = json_path.at(event, steps)
        if isinstance(tag, str) and tag:
            return tag
    return None
