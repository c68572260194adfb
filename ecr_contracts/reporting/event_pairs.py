"""The event that fails next to one that passes: what is different in them, in a sentence.

`scan/no-tags fails with image-tags []; with ["latest"] it passes`
"""

from __future__ import annotations

import json
from collections.abc import Collection, Sequence
from typing import Any

from ecr_contracts.core import json_path
from ecr_contracts.core.findings import MISSING, Finding, Severity
from ecr_contracts.core.text import counted, listed
from ecr_contracts.engine.checks.catalog import CHECKS, is_relation
from ecr_contracts.reporting.sentences import case_name, takes_several_events
from ecr_contracts.reporting.values import field_name, quoted

__all__ = ["Difference", "differences", "events_apart", "verbs"]

Difference = tuple[json_path.Steps, Any, Any]
"""Where two events differ: the steps to it, what passes there, and what fails."""

_LONGEST_LINE = 76  # characters of a sentence that is to stand in one line
_LIMITS = (60, 40, 28, 16)  # characters of a value, tried in this order
_SHORTEST = 12  # characters of a value where no other limit gives a line
_MOST_DIFFERENCES = 3  # that are named
_FAILS = "fails"


def differences(finding: Finding) -> list[Difference]:
    """In what the failing event of a finding differs from the nearest that passes."""
    if finding.nearest is None or finding.example is None or finding.doubt == "flaky":
        return []
    apart = list(json_path.differences(finding.nearest, finding.example))
    if any(condition.path == "$.id" for condition in finding.cause):
        return apart
    # Each event has an id of its own, which matters only where nothing else differs.
    without_id = [difference for difference in apart if difference[0] != ("id",)]
    return without_id or apart


def events_apart(finding: Finding) -> tuple[str, str]:
    """What the failing event has, and what the passing one has instead.

    The second is empty where both are said in one sentence, or where no passing event is known.
    """
    apart = differences(finding)
    if is_relation(finding.check):
        return _compared(apart), ""
    if takes_several_events(finding) or finding.doubt == "flaky":
        return "", ""
    name = f"{case_name(finding.case)} {_verb(finding)}"
    if not apart:
        return _alone(finding, name), ""
    told, others = _told(finding, apart)
    passes = "it passes" if _verb(finding) == _FAILS else "it does not"
    if not told:
        nearest = "the nearest that passes" if passes == "it passes" else "the nearest other"
        return f"{name}; {nearest} differs in {len(others)} fields (-v)", ""
    rest = _rest(others)
    for limit in _LIMITS:
        failing, passing = _sides(name, passes, told, limit, _measured(finding))
        line = f"{failing}; {passing}{rest}"
        if len(line) <= _LONGEST_LINE:
            return line, ""
    if len(failing) > _LONGEST_LINE:
        failing, passing = _sides(name, passes, told, _SHORTEST, _measured(finding))
    # Without its rest the sentence would say that this value alone decides.
    return failing, f"{passing}{rest}"


def _verb(finding: Finding) -> str:
    """What an event does that shows a finding; with advice it does not fail."""
    is_advice = (
        finding.severity is Severity.WARNING
        and finding.check in CHECKS
        and not CHECKS[finding.check].ends
    )
    return "shows it" if is_advice else _FAILS


def verbs(finding: Finding) -> tuple[str, str]:
    """What the event does that shows a finding, and what the one does that does not."""
    if is_relation(finding.check) or _verb(finding) != _FAILS:
        return "shows it", "does not"
    return _FAILS, "passes"


def _rest(others: Sequence[Difference]) -> str:
    """That further fields differ: one by its name, several by their number."""
    if not others:
        return ""
    if len(others) == 1:
        return f" ({field_name(others[0][0])} differs too)"
    return f" ({len(others)} more fields differ)"


def _told(
    finding: Finding, apart: Sequence[Difference]
) -> tuple[list[Difference], list[Difference]]:
    """The differences that are named, and those that are not: those of the cause, if there are any.

    What follows from these, as the ARN does from the name of a repository, is not counted.
    """
    paths = [one.path for condition in finding.cause for one in condition.alternatives]
    of_cause: list[Difference] = []
    for difference in apart:
        path = json_path.show(difference[0])
        if any(_is_around(path, other) or _is_around(other, path) for other in paths):
            of_cause.append(difference)
    told = of_cause or list(apart)
    if len(told) > _MOST_DIFFERENCES:
        return [], list(apart)
    rest = [one for one in apart if one not in told and not _follows(one, told)]
    return told, rest


def _follows(difference: Difference, told: Sequence[Difference]) -> bool:
    """Whether a value differs only in holding texts that are told, as an ARN holds a name."""
    _, before, after = difference
    if before is MISSING or after is MISSING:
        return False
    text = json.dumps(after)
    for _, passing, failing in told:
        if isinstance(passing, str) and isinstance(failing, str) and failing:
            text = text.replace(failing, passing)
    return text == json.dumps(before)


def _is_around(path: str, other: str) -> bool:
    """Whether a value is another one, or holds it."""
    return other == path or other.startswith((f"{path}.", f"{path}["))


def _alone(finding: Finding, name: str) -> str:
    """What the failing event has where no passing one is known; nothing where all fail."""
    if finding.example is None:
        return ""
    parts = []
    for condition in finding.cause[:_MOST_DIFFERENCES]:
        steps = json_path.parse(condition.path)
        parts.append(_holding(steps, json_path.at(finding.example, steps), _LIMITS[2]))
    return f"{name} {', '.join(parts)}" if parts else ""


def _sides(
    name: str,
    passes: str,
    apart: Sequence[Difference],
    limit: int,
    measured: Collection[str],
) -> tuple[str, str]:
    """What the failing event has, and what the passing one has instead.

    Of a text at a `measured` path whose middle is left out, the length is told.
    """
    failing = []
    for steps, _, after in apart:
        words = _holding(steps, after, limit)
        if "…" in words and isinstance(after, str) and json_path.show(steps) in measured:
            words += f" ({counted(len(after), 'character')})"
        failing.append(words)
    if len(apart) > 1:
        passing = [_holding(steps, before, limit) for steps, before, _ in apart]
        return f"{name} {', '.join(failing)}", f"{passes} {', '.join(passing)}"
    [(_, before, _)] = apart
    if before is MISSING:
        return f"{name} {failing[0]}", f"without it, {passes}"
    return f"{name} {failing[0]}", f"with {_shown(before, limit)} {passes}"


def _holding(steps: json_path.Steps, value: Any, limit: int) -> str:
    """What an event has at a place: `with image-tags []`, `without image-tags`."""
    name = field_name(steps)
    return f"without {name}" if value is MISSING else f"with {name} {_shown(value, limit)}"


def _compared(apart: Sequence[Difference]) -> str:
    """In what two events differ that were compared; nothing where that takes more than a line."""
    if not apart or len(apart) > _MOST_DIFFERENCES:
        return ""
    for limit in _LIMITS:
        parts = []
        for steps, before, after in apart:
            sides = f"{_shown(before, limit)} and {_shown(after, limit)}"
            parts.append(f"{field_name(steps)} ({sides})")
        line = f"the two events differ in {listed(parts, 'and')}"
        if len(line) <= _LONGEST_LINE:
            return line
    return ""


def _shown(value: Any, limit: int) -> str:
    """A value in few characters: of a long object it is said that it is one."""
    if value is MISSING:
        return "absent"
    text = quoted(value, limit)
    if "…" in text and isinstance(value, dict):
        return "{…}"
    return text


def _measured(finding: Finding) -> frozenset[str]:
    """The paths of the values whose length is what a condition of the cause is about."""
    paths: set[str] = set()
    for condition in finding.cause:
        for one in condition.alternatives:
            is_length = one.boundary is not None and one.boundary.measure == "length"
            if is_length or one.words.endswith(" characters"):
                paths.add(one.path)
    return frozenset(paths)
