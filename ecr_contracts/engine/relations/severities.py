"""Counts of severities: an absent one is 0, and a finding more takes no alarm away."""

from __future__ import annotations

import re
from collections.abc import Mapping
from itertools import permutations

from ecr_contracts.core import json_path, json_text
from ecr_contracts.engine.relations.effects_view import EffectsView, difference
from ecr_contracts.engine.relations.probe import EffectsProbe, Event, Violations, with_value
from ecr_contracts.engine.relations.sources import COUNTS

SEVERITIES = ("CRITICAL", "HIGH", "MEDIUM", "LOW", "INFORMATIONAL", "UNDEFINED")
GRAVE = SEVERITIES[:4]
_NOTHING = re.compile(
    r"(?P<of>\b(?:critical|high|medium|low|informational|undefined)\b\W{1,4})?"
    r"\b(?:no|zero|0) (?:known |new |security )?"
    r"(?:vulnerabilit(?:y|ies)|issues?|findings?|problems?|cves?)\b"
    r"(?!(?: (?:were|was|have been|has been|are))?(?: (?:found|detected|reported|present))?"
    r" (?:above|over|of|at|with|that|in|meet|meeting|exceed|exceeding|matching|beyond)\b)",
    re.IGNORECASE,
)
_LEDGERS = frozenset(
    {
        "cloudwatch.PutMetricData",
        "dynamodb.BatchWriteItem",
        "dynamodb.PutItem",
        "dynamodb.UpdateItem",
        "s3.PutObject",
        "timestream-write.WriteRecords",
    }
)
MANY = 9  # findings that are added


def has_counts(probe: EffectsProbe) -> bool:
    """Whether the source event counts findings."""
    return isinstance(json_path.at(probe.source, COUNTS), dict)


def counted(probe: EffectsProbe, counts: Mapping[str, int]) -> Event:
    """The source event with these counts and no others."""
    return with_value(probe.source, COUNTS, dict(counts))


def absent_is_zero(probe: EffectsProbe, _: bool) -> Violations:
    """A severity that is absent and one that is 0 say the same."""
    if not has_counts(probe):
        return
    pairs: list[tuple[dict[str, int], dict[str, int]]] = [({}, dict.fromkeys(SEVERITIES, 0))]
    for severity in SEVERITIES:
        others = {other: 1 for other in SEVERITIES if other != severity}
        pairs.append((others, others | {severity: 0}))
        pairs.append(({}, {severity: 0}))
    for without, with_zero in pairs:
        source, follow_up = counted(probe, without), counted(probe, with_zero)
        absent, zero = probe(source), probe(follow_up)
        differs = absent.ok and zero.ok and absent.calls != zero.calls
        if differs and not _stores_a_zero(absent, zero):
            detail = difference(absent, zero)
            yield probe.violation("absent-is-zero", source, follow_up, detail, rests_on_both=True)


def _stores_a_zero(absent: EffectsView, zero: EffectsView) -> bool:
    """Whether a call with a 0 only keeps it in a store of numbers, which is as good as none."""
    is_more = absent.calls <= zero.calls and set(zero.calls - absent.calls) <= _LEDGERS
    return is_more and any(text == "0" for _, text in zero.texts)


def monotone(probe: EffectsProbe, is_repeatable: bool) -> Violations:
    """A finding more takes no alarm away, and one grave finding is not nothing."""
    if not has_counts(probe):
        return
    clean = counted(probe, {})
    nothing = probe(clean)
    if not nothing.ok:
        return
    alone: dict[str, EffectsView] = {}
    for severity in SEVERITIES:
        event = counted(probe, {severity: 1})
        view = alone[severity] = probe(event)
        is_same = view.ok and view.texts == nothing.texts and view.calls == nothing.calls
        if is_repeatable and is_same and severity in GRAVE and (clear := all_clear(view.text)):
            detail = f"with one {severity} finding it still says {clear}"
            yield probe.violation("monotone", clean, event, detail)
    for severity, other in permutations(SEVERITIES, 2):
        source = counted(probe, {severity: 1})
        follow_up = counted(probe, {severity: 1, other: MANY})
        few, more = alone[severity], probe(follow_up)
        if not (few.ok and more.ok):
            continue
        if lost := few.calls - more.calls - nothing.calls:
            calls = ", ".join(sorted(lost))
            detail = (
                f"with one {severity} finding it calls {calls}, "
                f"with {MANY} {other} findings more it does not"
            )
            yield probe.violation("monotone", source, follow_up, detail)
        elif (clear := all_clear(more.text)) and not all_clear(few.text):
            detail = f"with {MANY} {other} findings more it says {clear}"
            yield probe.violation("monotone", source, follow_up, detail)


def all_clear(text: str) -> str | None:
    """The words that say there is nothing, if any do.

    Those that say it of one severity, or of what is above a limit, do not.
    """
    for match in _NOTHING.finditer(text):
        if not match["of"]:
            return json_text.one_line(match.group())
    return None
