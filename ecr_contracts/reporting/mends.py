"""What the owner of a consumer can do about a finding, said of the field at hand.

Most checks have one advice, which their row of `engine/checks/catalog` says. What raises on some
events is mended where its field is read: the advice names that field, or what of AWS's answer is
lacking, or how much AWS takes.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from types import MappingProxyType

from ecr_contracts.core import json_path
from ecr_contracts.core.findings import MISSING, Condition, Finding
from ecr_contracts.core.text import listed, with_article
from ecr_contracts.engine.checks.catalog import CHECKS, mend_of
from ecr_contracts.events.conditions import short_path
from ecr_contracts.reporting.misspelt_keys import misspelt_key
from ecr_contracts.reporting.sentences import cause_in_words, deciding_difference

_WITH_EVENTS = frozenset({"raises"})
"""The checks whose findings one event's fields bring about, and a look at them mends."""

_LONGEST_NOUN = 60  # characters of a field and what it is like
_MOST_NAMES = 6  # of fields to look at
_PRESENT, _NOT_EMPTY = "present", "not empty"
_WANTED = MappingProxyType(
    {
        "is absent": (_PRESENT,),
        "is empty": (_NOT_EMPTY,),
        "is absent or empty": (_PRESENT, _NOT_EMPTY),
        "is empty or absent": (_PRESENT, _NOT_EMPTY),
    }
)
"""What a field has to be, by the words of the condition with which it fails."""

_TOO_LONG = re.compile(
    r"(?P<name>\w+) \(of more than (?P<most>\d+ \w+)\)"
    r"|(?P<name2>\w[\w ]*?) exceeds the maximum length of (?P<most2>\d+ \w+)"
    r"|at '(?P<name3>\w+)' failed to satisfy .*length less than or equal to (?P<most3>\d+)"
)
"""How AWS says that a text is too long."""

_KEY = re.compile(r"'(?P<key>[\w.-]+)'")
"""The message of a KeyError whose key is a name."""

_ANSWER = re.compile(
    r"(?P<lack>no answer of \w+ has '[^']*'[^:]*): did you mean (?P<meant>[^?]+)\?"
)
"""What is said of a key that no answer of AWS has."""


def mend(finding: Finding, *others: Finding) -> str:
    """What its owner can do about a finding; empty for a check that is not in the table.

    `others` are findings that are told with it, as one fault.
    """
    if finding.check not in CHECKS:
        return ""
    if finding.check not in _WITH_EVENTS:
        return mend_of(finding.check, _fields(finding))
    if not finding.explained:
        return _of_the_unexplained(finding)
    if not finding.cause:
        if misspelt := misspelt_key(finding):
            key, meant = misspelt
            return f'did you mean "{meant}"? no such event has "{key}"'
        if answer := _ANSWER.search(finding.detail):
            return f"did you mean {answer['meant']}? {answer['lack']}"
        return "repair this line: every event gets here"
    other_way = "skip them"
    if finding.rule and not finding.rule_asks:
        other_way = "narrow your rule"
    return f"{_first_way(finding, others)}, or, if you do not need such events, {other_way}"


def _fields(finding: Finding) -> list[str]:
    """The fields that a finding is about: those of its cause, else those its check looks at.

    Of the latter only those in which the two events that were compared differ, or that they have.
    """
    names = [short_path(one.path) for one in finding.cause]
    if names:
        return names
    apart: list[str] = []
    known: list[str] = []
    for name in CHECKS[finding.check].looks_at:
        steps = ("detail", name)
        sides = []
        for event in (finding.nearest, finding.example):
            sides.append(MISSING if event is None else json_path.at(event, steps))
        if any(side is not MISSING for side in sides):
            known.append(name)
            if finding.nearest is not None and sides[0] != sides[1]:
                apart.append(name)
    return apart or known


def _of_the_unexplained(finding: Finding) -> str:
    if finding.doubt == "flaky":
        return "keep nothing from one event to the next, and leave nothing to chance"
    if deciding := deciding_difference(finding):
        return f"look at {deciding[0]} before this line, or skip such events"
    return "see what this line does with the event that fails, and allow for it"


def _first_way(finding: Finding, others: Sequence[Finding]) -> str:
    """How to deal with the events of a cause."""
    if too_long := _TOO_LONG.search(finding.detail):
        name, most = (part for part in too_long.groups() if part)
        return f"shorten {name} to {most if ' ' in most else f'{most} characters'}"
    if finding.through:
        return _of_answer(finding)
    if look := _look_before(finding, others):
        return look
    about_presence = [one for one in others if _about_presence(one)]
    if not about_presence:
        return _allowance(finding)
    look = _look_before(about_presence[0], about_presence[1:])
    return f"{_allowance(finding)}, and {look}"


def _of_answer(finding: Finding) -> str:
    """What an answer of AWS lacks, by the message of the exception."""
    answer = f"the answer of {finding.through}"
    key = _KEY.fullmatch(finding.detail.strip())
    if finding.exception == "KeyError" and key:
        return f"check that {answer} has {key['key']}"
    return f"check what {answer} holds before this line"


# --- fields that are to be there ------------------------------------------------------------------


def _look_before(finding: Finding, others: Sequence[Finding]) -> str:
    """Which fields have to be there, or have something in them; nothing where that is no matter."""
    looked_at: dict[str, set[str]] = {}
    for one in (finding, *others):
        condition = _about_presence(one)
        if condition is None and one is finding:
            return ""
        for part in condition.alternatives if condition else ():
            looked_at.setdefault(part.path, set()).update(_WANTED[part.words])
    paths = sorted(looked_at, key=lambda path: path.count("."))
    names = [short_path(path) for path in paths]
    if len(names) > _MOST_NAMES:
        return "check that every such field is present"
    outer, *inner = paths
    if inner and all(path.startswith(f"{outer}.") for path in inner):
        return f"check {names[0]}, then {listed(names[1:], 'and')}"
    wanted = set[str]().union(*looked_at.values())
    state = " and ".join(word for word in (_PRESENT, _NOT_EMPTY) if word in wanted)
    return f"check that {listed(names, 'and')} {'are' if inner else 'is'} {state}"


def _about_presence(finding: Finding) -> Condition | None:
    """The first condition of a cause that a look at whether fields are there keeps away."""
    for condition in finding.cause:
        if all(one.words in _WANTED for one in condition.alternatives):
            return condition
    return None


# --- values that are to be dealt with -------------------------------------------------------------


def _allowance(finding: Finding) -> str:
    """Which values the code should deal with: `allow an image-tag longer than 63 characters`."""
    noun = _noun(finding.cause[0]) if len(finding.cause) == 1 else ""
    if noun and len(noun) <= _LONGEST_NOUN:
        return noun
    words = f"events where {cause_in_words(finding)}"
    if not noun and len(words) <= _LONGEST_NOUN:
        return f"handle {words}"
    names: dict[str, None] = {}
    for condition in finding.cause:
        names |= dict.fromkeys(short_path(one.path) for one in condition.alternatives)
    if len(names) <= _MOST_NAMES:
        return f"check {listed(list(names), 'and')} before this line"
    return "handle such events"


def _noun(condition: Condition) -> str:
    """What to do with a field that meets a condition; empty where several differ in their words."""
    alike = [one for one in condition.alternatives if one.words == condition.words]
    if len(alike) < len(condition.alternatives):
        return ""
    names = [short_path(one.path) for one in alike]
    words = condition.words
    if words == "is present":
        return f"handle {listed(names, 'and')} too"
    if words.startswith('is "'):
        return f"handle {listed(names, 'or')} {words.removeprefix('is ')} too"
    name = with_article(listed(names, "or"))
    if words.startswith(("is longer than ", "is shorter than ")):
        return f"allow {name} {words.removeprefix('is ')}"
    return f"allow {name} that {words}"
