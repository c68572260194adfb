"""What the owner of a consumer can do about a finding, said of the field at hand.

Most checks have one advice, which their row of `engine/checks/catalog` says. What raises on some
events is mended where its field is read: the advice names that field.
"""

from __future__ import annotations

from collections.abc import Sequence

from ecr_contracts.core.findings import Condition, Finding
from ecr_contracts.core.text import listed, with_article
from ecr_contracts.engine.checks.catalog import CHECKS, mend_of
from ecr_contracts.events.conditions import short_path
from ecr_contracts.reporting.sentences import cause_in_words

_WITH_EVENTS = frozenset({"raises"})
"""The checks whose findings one event's fields bring about, and a look at them mends."""

_LONGEST_NOUN = 60  # characters of a field and what it is like
_MOST_NAMES = 3  # of fields to look at
_WHAT_TO_LOOK_FOR = {
    "is absent": "is there",
    "is empty": "is empty",
    "is absent or empty": "is there and not empty",
    "is empty or absent": "is there and not empty",
}
"""By the words of the condition with which it fails."""


def mend(finding: Finding, *others: Finding) -> str:
    """What its owner can do about a finding; empty for a check that is not in the table.

    `others` are findings that are told with it, as one fault.
    """
    if finding.check not in CHECKS:
        return ""
    if finding.check not in _WITH_EVENTS:
        return mend_of(finding.check, [short_path(one.path) for one in finding.cause])
    if not finding.explained:
        return _of_the_unexplained(finding)
    if not finding.cause:
        return "repair this line: every event gets here"
    other_way = "skip such events"
    if finding.rule and not finding.rule_asks:
        other_way = "narrow your rule"
    return f"{_of_fields(finding, others)}, or {other_way}"


def _of_the_unexplained(finding: Finding) -> str:
    if finding.doubt == "flaky":
        return "keep nothing from one event to the next, and leave nothing to chance"
    return "see what this line does with the event that fails, and allow for it"


def _of_fields(finding: Finding, others: Sequence[Finding]) -> str:
    """Which look at which field keeps a fault away."""
    for condition in finding.cause:
        look = _WHAT_TO_LOOK_FOR.get(condition.words)
        further = {one.words for other in others for one in other.cause if _is_same(one, condition)}
        if further and further | {condition.words} <= _WHAT_TO_LOOK_FOR.keys():
            look = _WHAT_TO_LOOK_FOR["is empty or absent"]
        is_alike = all(one.words == condition.words for one in condition.others)
        if look and is_alike:
            return f"look whether {_fields(condition)} {look}"
    noun = _noun(finding.cause[0]) if len(finding.cause) == 1 else ""
    if not noun:
        noun = f"events where {cause_in_words(finding)}"
    if len(noun) <= _LONGEST_NOUN:
        return f"allow for {noun}"
    names = list(dict.fromkeys(short_path(one.path) for one in finding.cause))
    if len(names) <= _MOST_NAMES:
        return f"look at {listed(names, 'and')} before this line"
    return "allow for such events"


def _fields(condition: Condition) -> str:
    """The fields of a condition that any of them meets: all are to be looked at."""
    names = [short_path(one.path) for one in condition.alternatives]
    return names[0] if len(names) == 1 else f"each of {listed(names, 'and')}"


def _is_same(one: Condition, condition: Condition) -> bool:
    """Whether a condition asks for something else of the same field."""
    return one.path == condition.path and one.words != condition.words


def _noun(condition: Condition) -> str:
    """A field that meets a condition: `an image-tag that is longer than 63 characters`.

    Empty where several fields do, with words of their own.
    """
    alike = [one for one in condition.alternatives if one.words == condition.words]
    name = listed([short_path(one.path) for one in alike], "or")
    if condition.words == "is present":
        return name
    if len(alike) < len(condition.alternatives):
        return ""
    return f"{with_article(name)} that {condition.words}"
