"""The worst severity that is told stays the worst when less grave findings are added.

What a text says of the worst is found by comparing lines: with one CRITICAL finding a line says
`Worst: CRITICAL`, and no other severity; with some LOW findings more the same line says
`Worst: LOW`, and CRITICAL nowhere. A list in which CRITICAL only has another place is no such line.
"""

from __future__ import annotations

import re
from itertools import combinations

from ecr_contracts.engine.relations.effects_view import EffectsView
from ecr_contracts.engine.relations.probe import EffectsProbe, Violations
from ecr_contracts.engine.relations.severities import MANY, SEVERITIES, counted, has_counts

_RANKED = SEVERITIES[:5]  # nobody can say how grave an undefined one is
_WORD = re.compile(rf"(?<![A-Za-z])(?:{'|'.join(SEVERITIES)})(?![A-Za-z])", re.IGNORECASE)
_NUMBER = re.compile(r"\d+")
_PLACE = re.compile(r"^\d+:|\[\d+\]")
_MOST = re.compile(
    r"\bmost\b(?!\W+(?:severe|grave|serious|urgent|\{\}))|common|frequen|major|\btop\b|largest"
    r"|\blast\b|dominant|predominan",
    re.IGNORECASE,
)
"""Words of who speaks of how many there are, or of which came last, and not of the worst."""

_Lines = dict[tuple[str, str], set[str]]
"""The severities that a line names, by its place and its words without them and without numbers."""


def severity_words(probe: EffectsProbe, is_repeatable: bool) -> Violations:
    """Less grave findings more do not change which severity is told as the worst."""
    if not (is_repeatable and has_counts(probe)):
        return
    for severity, lower in combinations(_RANKED, 2):
        alone, follow_up = ({severity: 1}, {severity: 1, lower: MANY})
        source, more = counted(probe, alone), counted(probe, follow_up)
        line = _replaced(probe(source), probe(more), severity, lower)
        if line is None:
            continue
        # Who goes by the order of keys is told of by another relation.
        turned = probe(counted(probe, {lower: MANY, severity: 1}))
        if _replaced(probe(source), turned, severity, lower) is not None:
            detail = (
                f"with one {severity} finding it says {line}, with {MANY} {lower} ones more it "
            )
            detail += f"says {lower} there"
            yield probe.violation("severity-words", source, more, detail)


def _replaced(few: EffectsView, more: EffectsView, severity: str, lower: str) -> str | None:
    """A line that says one severity, in the place of which a lower one stands with more findings.

    None if there is no such line.
    """
    if not (few.ok and more.ok):
        return None
    after = _lines(more)
    for (place, words), named in _lines(few).items():
        instead = after.get((place, words), set())
        is_about_number = _MOST.search(words) or _MOST.search(place)
        if named == {severity} and instead == {lower} and not is_about_number:
            return f'"{words.replace("{}", severity)}"'
    return None


def _lines(view: EffectsView) -> _Lines:
    lines: _Lines = {}
    for place, text in view.texts:
        for line in text.splitlines():
            named = {word.upper() for word in _WORD.findall(line)}
            words = _NUMBER.sub("#", _WORD.sub("{}", line)).strip()
            if named:
                lines.setdefault((_PLACE.sub("", place), words), set()).update(named)
    return lines
