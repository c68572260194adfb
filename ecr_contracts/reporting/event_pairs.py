"""The event that fails next to one that passes: what is different in them, in a sentence.

`scan/no-tags fails with image-tags []; with ["latest"] it passes`
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from ecr_contracts.core import json_path
from ecr_contracts.core.findings import MISSING, Finding
from ecr_contracts.core.text import listed, plural
from ecr_contracts.engine.checks.catalog import CHECKS, is_relation
from ecr_contracts.reporting.sentences import case_name, takes_several_events
from ecr_contracts.reporting.values import quoted

__all__ = ["Difference", "differences", "events_apart"]

Difference = tuple[json_path.Steps, Any, Any]
"""Where two events differ: the steps to it, what passes there, and what fails."""

_LONGEST_LINE = 76  # characters of a sentence that is to stand in one line
_LIMITS = (60, 40, 28, 16)  # characters of a value, tried in this order
_MOST_DIFFERENCES = 3  # that are named


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

    The second is empty where both are said in one sentence, or where no event passes.
    """
    apart = differences(finding)
    if is_relation(finding.check):
        return _compared(apart), ""
    if takes_several_events(finding):
        return "", ""
    name = case_name(finding.case)
    if not apart:
        return _alone(finding, name), ""
    if len(apart) > _MOST_DIFFERENCES:
        number = f"{len(apart)} {plural(len(apart), 'field')}"
        passing = case_name(finding.nearest_case)
        return f"{name} fails; {passing}, which differs in {number}, passes (-v)", ""
    for limit in _LIMITS:
        failing, passing = _sides(name, apart, limit)
        if len(failing) + len(passing) + 2 <= _LONGEST_LINE:
            break
    together = f"{failing}; {passing}"
    return (together, "") if len(together) <= _LONGEST_LINE else (failing, passing)


def _alone(finding: Finding, name: str) -> str:
    """The failing event where none is known to compare it with."""
    if finding.doubt == "flaky":
        return ""
    is_on_all = finding.explained and not finding.cause and not finding.passed
    if is_on_all and finding.check in CHECKS and CHECKS[finding.check].ends:
        return "no event gets any further, so what else may be wrong cannot be seen yet"
    return f"{name} fails"


def _sides(name: str, apart: Sequence[Difference], limit: int) -> tuple[str, str]:
    """What the failing event has, and what the passing one has instead."""
    failing = [_holding(steps, after, limit) for steps, _, after in apart]
    if len(apart) > 1:
        passing = [_holding(steps, before, limit) for steps, before, _ in apart]
        return f"{name} fails {', '.join(failing)}", f"it passes {', '.join(passing)}"
    [(steps, before, after)] = apart
    if before is MISSING:
        return f"{name} fails {failing[0]}", "without it, it passes"
    if after is MISSING:
        return f"{name} fails {failing[0]}", f"{_holding(steps, before, limit)} it passes"
    return f"{name} fails {failing[0]}", f"with {quoted(before, limit)} it passes"


def _holding(steps: json_path.Steps, value: Any, limit: int) -> str:
    """What an event has at a place: `with image-tags []`, `without image-tags`."""
    name = field_name(steps)
    return f"without {name}" if value is MISSING else f"with {name} {quoted(value, limit)}"


def _compared(apart: Sequence[Difference]) -> str:
    """In what two events differ that were compared."""
    if not apart or len(apart) > _MOST_DIFFERENCES:
        return ""
    parts = []
    for steps, before, after in apart:
        sides = [_shown(before), _shown(after)]
        parts.append(f"{field_name(steps)} ({' and '.join(sides)})")
    return f"the two events differ in {listed(parts, 'and')}"


def _shown(value: Any) -> str:
    return "absent" if value is MISSING else quoted(value, _LIMITS[2])


def field_name(steps: Sequence[str | int]) -> str:
    """The name of a field by its steps, with the numbers of list elements: `resources[0]`."""
    first = 0
    for number, step in enumerate(steps):
        if isinstance(step, str):
            first = number
    return json_path.show(steps[first:])[1:].removeprefix(".") if steps else "the event"
