"""Severities that are told: none is left out while a less grave one is told of.

To tell of grave ones alone is common and right. What is not: to tell of HIGH and never of CRITICAL,
or to look for a word that no event has (`INFORMAL`) where INFORMATIONAL is meant.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from difflib import SequenceMatcher

from ecr_contracts.core import json_path
from ecr_contracts.core.findings import Severity
from ecr_contracts.core.text import listed
from ecr_contracts.engine.relations.effects_view import EffectsView
from ecr_contracts.engine.relations.probe import EffectsProbe, Event, Violations, with_value
from ecr_contracts.engine.relations.severities import (
    GRAVE,
    MANY,
    SEVERITIES,
    all_clear,
    counted,
    has_counts,
)
from ecr_contracts.engine.relations.sources import COUNTS
from ecr_contracts.events.conditions import condition

_BY_GRAVITY = SEVERITIES[:5]  # nobody can say how grave an undefined one is
_VERY_MANY = 1_000  # findings of one severity, above any limit that somebody sets
_ALIKE = 0.75  # how alike two words are, of which one may be a misspelling of the other
_SHORT = 4  # letters of a word that may be short for another


def severity_unread(probe: EffectsProbe, is_repeatable: bool) -> Violations:
    """A finding of any severity is told of, if one of a less grave severity is."""
    if not (is_repeatable and has_counts(probe)):
        return
    severities = [severity for severity in SEVERITIES if _path(severity) in probe.contract.by_path]
    told = [severity for severity in severities if _is_told(probe, severity, severities)]
    untold = [severity for severity in severities if _is_untold(probe, severity, severities)]
    if not (told and untold):
        return
    keys = list(_unknown_keys(probe))
    for severity in untold:
        misspelt = [key for key in keys if _is_meant(severity, key)]
        is_passed_over = any(_is_graver(severity, other) for other in told)
        if (is_passed_over or misspelt) and not _changes_when_many(probe, severity):
            is_sure = severity in GRAVE and (bool(misspelt) or len(told) > 1)
            detail = f"one {severity} finding changes nothing that it does: {_others(told)}"
            if misspelt:
                detail += f" (it looks for {listed([repr(key) for key in misspelt], 'and')})"
            event = counted(probe, {severity: 1})
            facet = probe.contract.by_path[_path(severity)]
            choice = facet.recognise(event)
            yield probe.violation(
                "severity-unread",
                counted(probe, {}),
                event,
                detail,
                severity=Severity.ERROR if is_sure else Severity.WARNING,
                cause=None if choice is None else condition(facet, {choice.label}),
            )


def _others(told: Sequence[str]) -> str:
    verb = "does" if len(told) == 1 else "do"
    return f"{listed(told, 'and')} {verb}"


def _path(severity: str) -> str:
    return json_path.show((*COUNTS, severity))


def _is_graver(severity: str, other: str) -> bool:
    if severity not in _BY_GRAVITY or other not in _BY_GRAVITY:
        return False
    return _BY_GRAVITY.index(severity) < _BY_GRAVITY.index(other)


def _is_told(probe: EffectsProbe, severity: str, severities: Sequence[str]) -> bool:
    """Whether findings of a severity change what is done, other than to say that there are none."""
    alone = probe(counted(probe, {severity: 1}))
    if alone.ok and all_clear(alone.text):
        return False
    return any(
        few.ok and more.ok and _differ(few, more)
        for few, more in _pairs(probe, severity, severities)
    )


def _is_untold(probe: EffectsProbe, severity: str, severities: Sequence[str]) -> bool:
    """Whether findings of a severity change nothing, whatever others there are.

    Who says there are no findings at all is told of by another relation.
    """
    if all_clear(probe(counted(probe, {severity: 1})).text):
        return False
    pairs = list(_pairs(probe, severity, severities))
    return all(few.ok and more.ok and not _differ(few, more) for few, more in pairs)


def _pairs(
    probe: EffectsProbe, severity: str, severities: Sequence[str]
) -> Iterator[tuple[EffectsView, EffectsView]]:
    """The effects without findings of a severity, and with some, beside others and alone."""
    yield probe(counted(probe, {})), probe(counted(probe, {severity: 1}))
    for other in severities:
        if other != severity:
            few = counted(probe, {other: 1})
            yield probe(few), probe(counted(probe, {other: 1, severity: MANY}))


def _changes_when_many(probe: EffectsProbe, severity: str) -> bool:
    """Whether very many findings of a severity change something, alone or beside all others."""
    alone = counted(probe, {severity: _VERY_MANY})
    beside: Event = with_value(probe.source, (*COUNTS, severity), _VERY_MANY)
    for few, many in ((counted(probe, {}), alone), (probe.source, beside)):
        before, after = probe(few), probe(many)
        if not (before.ok and after.ok) or _differ(before, after):
            return True
    return False


def _differ(view: EffectsView, other: EffectsView) -> bool:
    return view.calls != other.calls or view.texts != other.texts


def _unknown_keys(probe: EffectsProbe) -> Iterator[str]:
    """The keys that are looked for among the counts, and that no event has there."""
    for steps in probe.steps_read(probe.source):
        is_known = steps[-1:] == ("*",) or json_path.show(steps) in probe.contract.by_path
        if steps[:-1] == COUNTS and isinstance(steps[-1], str) and not is_known:
            yield steps[-1]


def _is_meant(severity: str, key: str) -> bool:
    """Whether a key that no event has is a severity's word misspelt."""
    word = key.strip().upper()
    if word == severity or (len(word) >= _SHORT and severity.startswith(word)):
        return True
    likeness = {other: SequenceMatcher(None, word, other).ratio() for other in SEVERITIES}
    return likeness[severity] >= _ALIKE and max(likeness, key=likeness.__getitem__) == severity
