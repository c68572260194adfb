"""All sentences about the event patterns of rules: what they let through, and what is wrong."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, assert_never

from ecr_contracts.core import json_path, json_text
from ecr_contracts.core.json_path import Steps
from ecr_contracts.core.text import counted, listed, shortened, some_of
from ecr_contracts.eventbridge.rules.corrections.repair import Change
from ecr_contracts.eventbridge.rules.matching.conditions import (
    AnythingBut,
    Cidr,
    Condition,
    EqualsIgnoreCase,
    Exact,
    Exists,
    Numeric,
    Prefix,
    SameAddress,
    Suffix,
    Wildcard,
    as_json,
)
from ecr_contracts.eventbridge.rules.narrowing.obstacles import Obstacle
from ecr_contracts.eventbridge.rules.pattern import Branch, Leaf, Mismatch, Pattern
from ecr_contracts.eventbridge.rules.proofs import Proof, narrowed
from ecr_contracts.eventbridge.rules.verdicts import Cause, Judgement, Name, Verdict
from ecr_contracts.events.compile import reader
from ecr_contracts.events.kinds import kind_names
from ecr_contracts.reporting.kind_lists import MOST_LISTED, MOST_NAMED, events_of
from ecr_contracts.reporting.values import quoted

__all__ = ["JudgedRule", "delivery", "mismatch_in_words", "rules_as_json", "sentence"]

FORMAT = 1
"""The version of the JSON report on rules; it changes when a program that reads one could break."""

_MOST_OBSTACLES = 3  # that are named in a sentence
_MOST_BRANCHES = 3  # of a pattern that are told in words
_MOST_CONDITIONS = 4  # of a leaf that are told in words
_LONGEST_WORDS = 48  # characters of a condition


@dataclass(frozen=True, slots=True)
class JudgedRule:
    """A rule as it is reported: where it stands, its pattern, the verdicts on it.

    `unresolved` are the paths whose values are not known before it is deployed; one that is
    `disabled` delivers nothing. `undelivered` says what its function handles and it never delivers.
    """

    file: str
    line: int
    name: str
    pattern: Mapping[str, Any]
    judgement: Judgement
    unresolved: tuple[str, ...] = ()
    disabled: bool = False
    undelivered: tuple[str, ...] = ()

    @property
    def place(self) -> str:
        """The file and the line in which it stands."""
        return f"{self.file}:{self.line}"


# --- what is delivered ----------------------------------------------------------------------------


def delivery(proof: Proof | None) -> str:
    """What a pattern lets through, in words; nothing of an invalid one."""
    if proof is None or proof.is_dead:
        return "delivers nothing"
    if proof.is_undecided:
        return "delivers what is not told"
    if proof.is_of_others:
        return "delivers events of others"
    parts = []
    if proof.reached:
        parts.append(_of_kinds(proof))
    if proof.untried:
        titles = [events.title for events in proof.untried]
        parts.append(_some_events(titles))
    return f"delivers {', and '.join(parts)}"


def _of_kinds(proof: Proof) -> str:
    if all(kind.is_whole for kind in proof.reached):
        return f"every {events_of([kind.kind for kind in proof.reached], 'event')}"
    told = []
    branches = proof.pattern.branches
    for branch in branches[:_MOST_BRANCHES]:
        if words := _of_branch(branch):
            told.append(words)
    text = "; or ".join(dict.fromkeys(told))
    if len(branches) > _MOST_BRANCHES:
        text += f"; or {counted(len(branches) - _MOST_BRANCHES, 'more alternative')}"
    return text


def _of_branch(branch: Branch) -> str:
    """The events that a branch lets through, in words; nothing where it lets none through."""
    pattern = Pattern((branch,))
    kinds = []
    told_by = {"source", "detail-type"}
    for kind in (proved for proved in kind_names() if narrowed(proved, pattern).contract):
        kinds.append(kind)
        told_by |= {path.removeprefix("$.") for path, _ in reader.contract(kind).discriminator}
    if not kinds:
        return ""
    conditions = [_leaf_in_words(leaf) for leaf in branch if leaf.name not in told_by]
    text = events_of(kinds, "events")
    return f"{text} with {listed(conditions, 'and')}" if conditions else text


def _leaf_in_words(leaf: Leaf) -> str:
    conditions = [_condition_in_words(condition) for condition in leaf.conditions]
    key = leaf.name.removeprefix("detail.").replace("finding-severity-counts.", "")
    text = listed(conditions[:_MOST_CONDITIONS], "or")
    if len(conditions) > _MOST_CONDITIONS:
        text = some_of(conditions, _MOST_CONDITIONS)
    return f"{key} {text}"


def _condition_in_words(condition: Condition) -> str:
    match condition:
        case Exact():
            return shortened(as_json(condition), _LONGEST_WORDS)
        case SameAddress(text=text):
            return f"address {text}"
        case Prefix(text=text, ignore_case=ignore_case):
            return f"{json_text.one_line(text)}…{_in_any_case(ignore_case)}"
        case Suffix(text=text, ignore_case=ignore_case):
            return f"…{json_text.one_line(text)}{_in_any_case(ignore_case)}"
        case EqualsIgnoreCase(text=text):
            return f"{json_text.one_line(text)}{_in_any_case(True)}"
        case Wildcard(text=text):
            return f"like {json_text.one_line(text)}"
        case Numeric():
            return _bounds_in_words(condition)
        case Cidr(block=block):
            return f"in {block}"
        case AnythingBut(excluded=excluded):
            return f"not {listed([_condition_in_words(one) for one in excluded], 'nor')}"
        case Exists(wanted=wanted):
            return "present" if wanted else "absent"
        case _:
            assert_never(condition)


def _in_any_case(ignore_case: bool) -> str:
    return " in any case" if ignore_case else ""


def _bounds_in_words(numeric: Numeric) -> str:
    if numeric.lower is not None and numeric.lower == numeric.upper:
        return f"{numeric.lower:g}"
    parts = []
    if numeric.lower is not None:
        parts.append(f"{'>=' if numeric.with_lower else '>'} {numeric.lower:g}")
    if numeric.upper is not None:
        parts.append(f"{'<=' if numeric.with_upper else '<'} {numeric.upper:g}")
    return " and ".join(parts)


# --- verdicts -------------------------------------------------------------------------------------


def sentence(verdict: Verdict) -> str:
    """Why a verdict is as it is, without its evidence; nothing for `fine`."""
    match verdict.name:
        case Name.FINE:
            return ""
        case Name.INVALID:
            place = f" (line {verdict.line}, column {verdict.column})" if verdict.line else ""
            return f"EventBridge refuses it at {verdict.path}{place}: {verdict.problem}"
        case Name.DEAD:
            return _obstacles_in_words(verdict) or "no event meets all of its conditions"
        case Name.UNKNOWN_KIND:
            return _of_unknown_kinds(verdict)
        case Name.UNREACHABLE_BRANCH:
            reason = _obstacles_in_words(verdict) or "no event meets all of its conditions"
            return f"{_alternative(verdict.place)} lets nothing through: {reason}"
        case Name.TOO_NARROW:
            return _of_too_narrow(verdict)
        case Name.TOO_WIDE:
            return _of_too_wide(verdict)
        case Name.NO_SOURCE:
            return (
                "it does not say who sends the events: any application may put such an event on "
                f"the bus; ask for the source {listed(_quoted(verdict.subjects), 'or')}"
            )
        case Name.REDUNDANT:
            return _of_redundant(verdict)
        case _:
            assert_never(verdict.name)


def _quoted(words: Iterable[str]) -> list[str]:
    return [json_text.one_line(word) for word in words]


def _of_unknown_kinds(verdict: Verdict) -> str:
    if verdict.cause is Cause.UNDECIDED:
        return "it has too many alternatives: what it delivers is not told"
    if verdict.cause is Cause.OTHER_SENDERS:
        senders = some_of(verdict.subjects, MOST_NAMED)
        return f"it lets through nothing of ECR or its scanner, but {senders}: no contract here"
    titles = _some_events(verdict.subjects)
    if verdict.cause is Cause.ONLY_UNKNOWN:
        return f"no contract here describes what it delivers: {titles}"
    return f"it may deliver {titles} too, of which there is no contract here"


def _some_events(titles: Sequence[str]) -> str:
    if len(titles) <= MOST_NAMED:
        return listed(titles, "and")
    return some_of(titles, MOST_NAMED)


def _of_too_narrow(verdict: Verdict) -> str:
    value = _value(verdict)
    match verdict.cause:
        case Cause.ALL_WANTED:
            keys = listed(verdict.subjects, "and")
            return (
                f"it wants {keys} at once, so a {verdict.kind} with only one of them is not "
                "delivered: a severity without findings is left out"
            )
        case Cause.ZERO_IS_LEFT_OUT:
            return (
                f"{verdict.path} is mostly left out where there are no findings, "
                "and then it is not delivered"
            )
        case Cause.VALUE_MEANT:
            return (
                f"{value} never occurs at {verdict.path} in {verdict.kind} events"
                f"{_did_you_mean(_changed(verdict, verdict.path))}{_said_by(verdict)}"
            )
    reason = _obstacles_in_words(verdict) or "another condition keeps such events away"
    return f"{value} at {verdict.path} is never delivered: {reason}"


def _of_too_wide(verdict: Verdict) -> str:
    match verdict.cause:
        case Cause.FAILURES:
            return (
                f"failures get through too: {verdict.path} may be "
                f"{listed(_quoted(verdict.subjects), 'or')}, and it is not asked for"
            )
        case Cause.EMPTY_TEXT:
            return f'{verdict.path} may be there and empty, "", which gets through too'
        case Cause.ZERO:
            return f"{verdict.path} may be there and be 0, which gets through too"
        case Cause.OBJECT_IS_ABSENT:
            return (
                f"{verdict.path} is an object, which EventBridge takes for absent: "
                "this condition keeps no event away"
            )
    most = MOST_NAMED if len(verdict.subjects) > MOST_LISTED else MOST_LISTED
    names = some_of(verdict.subjects, most)
    what = "action" if verdict.cause is Cause.ACTIONS else "kind"
    return f"it asks for no {what} ({verdict.path}), and so delivers {names}"


def _of_redundant(verdict: Verdict) -> str:
    match verdict.cause:
        case Cause.ALTERNATIVE:
            return f"{_alternative(verdict.place)} lets through nothing that the rest does not"
        case Cause.VALUE_NEVER:
            return f"{_value(verdict)} never occurs at {verdict.path}"
    return f"{verdict.path} is always so where the other conditions hold"


def _alternative(place: Steps) -> str:
    *outer, number = place
    count = number + 1 if isinstance(number, int) else 1
    return f"alternative {count} of {json_path.show(outer)}"


def _value(verdict: Verdict) -> str:
    """The condition that a verdict is about."""
    if verdict.leaf is None:
        return ""
    return listed([as_json(condition) for condition in verdict.leaf.conditions], "or")


def _obstacles_in_words(verdict: Verdict) -> str:
    told = []
    for obstacle in verdict.obstacles[:_MOST_OBSTACLES]:
        told.append(_obstacle_in_words(verdict, obstacle))
    more = len(verdict.obstacles) - len(told)
    if more > 0:
        told.append(f"and {more} more")
    return "; ".join(told)


def _obstacle_in_words(verdict: Verdict, obstacle: Obstacle) -> str:
    text = obstacle.in_words(reader.contract(verdict.kind))
    changes = _changed(verdict, obstacle.leaf.path)
    if not changes:
        return text
    # What stands in the correction is surer than a word that is alike.
    text = text.partition("; ")[0] + _did_you_mean(changes)
    return f"{text}{_said_by(verdict)}" if obstacle.leaf == verdict.leaf else text


def _said_by(verdict: Verdict) -> str:
    """Which other kinds have the value that is wrong for the one that is meant."""
    if not verdict.said_by:
        return ""
    if len(verdict.said_by) > MOST_LISTED:
        return f" ({_value(verdict)} is a word of {len(verdict.said_by)} other kinds)"
    return f" ({_value(verdict)} is a word of {listed(verdict.said_by, 'and')} events)"


def _changed(verdict: Verdict, path: str) -> list[Change]:
    """What was meant by a leaf, if that can be told."""
    if verdict.correction is None:
        return []
    changes = verdict.correction.changes
    return [change for change in changes if change.path == path and change.meant]


def _did_you_mean(changes: Sequence[Change]) -> str:
    if not changes:
        return ""
    return f"; did you mean {shortened(changes[0].meant, _LONGEST_WORDS)}?"


def evidence_in_words(verdict: Verdict) -> str:
    """What a verdict rests on, in brackets."""
    return f" ({verdict.evidence})" if verdict.evidence else ""


# --- events ---------------------------------------------------------------------------------------


def mismatch_in_words(mismatch: Mismatch) -> str:
    """Why an event does not meet a leaf: the key, what is wanted, what is there."""
    leaf = mismatch.leaf
    seen = listed([quoted(value) for value in mismatch.seen], "and") or "nothing"
    text = f"{leaf.path}: wanted {shortened(leaf.wanted, 200)}, saw {seen}"
    if mismatch.apart:
        text += " (met by another element than the other conditions)"
    return text


# --- JSON -----------------------------------------------------------------------------------------


def rules_as_json(rules: Iterable[JudgedRule]) -> dict[str, Any]:
    """The report on rules for programs: `rules.schema.json` in the package says what keys mean."""
    return {"format": FORMAT, "rules": list(_rules_as_json(rules))}


def _rules_as_json(rules: Iterable[JudgedRule]) -> Iterator[dict[str, Any]]:
    for rule in rules:
        proof = rule.judgement.proof
        yield {
            "file": rule.file,
            "line": rule.line,
            "name": rule.name,
            "verdict": rule.judgement.gravest.name.value,
            "delivers": delivery(proof),
            "kinds": _kinds_as_json(proof),
            "untried": [events.title for events in proof.untried] if proof else [],
            "disabled": rule.disabled,
            "unresolved": list(rule.unresolved),
            "undelivered": list(rule.undelivered),
            "pattern": rule.pattern,
            "verdicts": [_verdict_as_json(verdict) for verdict in rule.judgement.verdicts],
        }


def _kinds_as_json(proof: Proof | None) -> list[dict[str, Any]]:
    kinds = []
    for kind in proof.kinds if proof else ():
        obstacle = kind.obstacle
        kinds.append(
            {
                "kind": kind.kind,
                "delivered": kind.is_reached,
                "whole": kind.is_whole,
                "choices": {path: list(labels) for path, labels in kind.choices.items()},
                "witness": kind.witness,
                "offending": obstacle.leaf.path if obstacle else None,
                "reason": obstacle.in_words(reader.contract(kind.kind)) if obstacle else None,
            }
        )
    return kinds


def _verdict_as_json(verdict: Verdict) -> dict[str, Any]:
    correction = verdict.correction
    return {
        "verdict": verdict.name.value,
        "severity": verdict.severity.value,
        "cause": verdict.cause.value if verdict.cause else None,
        "message": sentence(verdict) or None,
        "path": verdict.path or None,
        "place": json_path.show(verdict.place) if verdict.place else None,
        "kind": verdict.kind or None,
        "subjects": list(verdict.subjects),
        "evidence": verdict.evidence.value if verdict.evidence else None,
        "witness": verdict.witness,
        "correction": None
        if correction is None
        else {
            "pattern": correction.data,
            "diff": list(correction.diff),
            "witness": correction.witness,
        },
    }
