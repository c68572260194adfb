"""The sentences of findings: what goes wrong, when, how often, on what ground, how to mend.

What one check says comes from its row of `engine/checks/catalog`, but for a few headlines that have
other words here. What happened is the finding's `detail`, worded where it was seen.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from ecr_contracts.core import json_path
from ecr_contracts.core.findings import Condition, Evidence, Finding, Severity
from ecr_contracts.core.text import counted, listed, plural, shortened
from ecr_contracts.engine.causes.model import UNLISTED
from ecr_contracts.engine.checks.catalog import (
    BATCH_ANSWER,
    CHECKS,
    DEAD,
    DEAD_COMPARISON,
    REFUSES,
    REPEATED,
    UNREACHED,
    UNREAD,
    VACUOUS,
    is_relation,
)
from ecr_contracts.engine.checks.policy import GROUNDS, is_weakly_grounded
from ecr_contracts.events.compile import reader
from ecr_contracts.events.conditions import in_words, short_path
from ecr_contracts.events.generate.cases import SAMPLE
from ecr_contracts.reporting.values import field_name, quoted

_OWN_NAMES = frozenset({"account", "region", "repository-name"})
_LONGEST_LINE = 150  # characters of a line of what happened
_MOST_LINES = 3  # lines of them
_LONGEST_ID = 45  # characters of a case's id in a sentence
_VALUE = 28  # characters of a value in a headline
_STEP_FUNCTIONS = "States."  # how the names of Step Functions' errors begin
_LONGEST_CAUSES = 100  # characters of the conditions of several causes
_WITHOUT_GROUND = (VACUOUS, DEAD, UNREACHED, UNREAD, DEAD_COMPARISON, REPEATED)
"""The checks of all events, or of none, and the one that follows from another finding."""


# --- what goes wrong ------------------------------------------------------------------------------


def headline(finding: Finding) -> str:
    """What goes wrong, in the fewest words: `IndexError`, `ends the process`."""
    exception = _short_name(finding.exception)
    match finding.check:
        case "raises" if exception.startswith(_STEP_FUNCTIONS) and finding.location:
            return f"{exception} in {finding.location.function}"
        case "given-back" if not exception:
            return "answers that the record failed"
        case "left-in-queue" if not exception:
            return "leaves the message in the queue"
        case "batch" if not exception:
            exception = "goes wrong"
        case "action-blind" if not finding.cause:
            return "makes the same calls on"
        case "future-event" if not exception:
            return "acts on what it does not know"
        case "lost-path" if finding.severity is Severity.WARNING:
            return "puts an empty text"
    if finding.check not in CHECKS:
        return finding.check
    return CHECKS[finding.check].headline.format(exception=exception or "an exception")


def message_lines(finding: Finding) -> list[str]:
    """What happened: the finding's detail, such as an exception's message, cut where it is long."""
    lines: list[str] = []
    for line in finding.detail.splitlines():
        if line.strip() and len(lines) < _MOST_LINES:
            lines.append(shortened(line.strip(), _LONGEST_LINE))
    if finding.exception and finding.check not in ("exits", REPEATED):
        exception = _short_name(finding.exception)
        return [": ".join([exception, *lines[:1]]), *lines[1:]]
    if finding.check == "unserialisable":
        return [f"of what it returns, {line}" for line in lines]
    return lines


def _short_name(exception: str | None) -> str:
    """The name of an exception without its module; an error of Step Functions has none."""
    if not exception:
        return ""
    return exception if exception.startswith(_STEP_FUNCTIONS) else exception.rpartition(".")[2]


# --- when -----------------------------------------------------------------------------------------


def circumstances(*alternatives: Finding) -> str:
    """When a fault shows: `when $.detail.image-tags is empty`, `on every push`."""
    first = alternatives[0]
    kinds = listed(_kinds_of(alternatives), "and")
    if first.check in (VACUOUS, DEAD):
        return f"with every {kinds} event"
    if first.check == UNREAD:
        return f"({kinds})"
    if first.check == UNREACHED:
        return f"with any {listed(_kinds_of(alternatives), 'or')} event"
    if first.check == DEAD_COMPARISON:
        return ""
    if takes_several_events(first) and not first.cause:
        other = first.nearest_case.partition("/")[0] if first.nearest_case else ""
        if is_relation(first.check) and other not in ("", *_kinds_of(alternatives)):
            return f"{listed([*_kinds_of(alternatives), other], 'and')} events"
        return f"({kinds})"
    if explained := _one_for_each_cause(alternatives):
        return _conditions(explained, kinds)
    words = _doubtful(first, kinds)
    return words if kinds == first.kind else with_brackets(words, kinds)


def is_deliberate(finding: Finding) -> bool:
    """Whether a finding is a warning about what its owner has decided: to refuse such events."""
    return finding.check == REFUSES and finding.severity is Severity.WARNING


def is_told_in_one_line(finding: Finding) -> bool:
    """Whether a fault takes one line: what nobody has seen, and what was decided so."""
    return is_weakly_grounded(finding) or is_deliberate(finding)


def takes_several_events(finding: Finding) -> bool:
    """Whether no single event shows a fault: calls are compared, or a batch is judged."""
    return is_relation(finding.check) or finding.group.endswith(f"#{BATCH_ANSWER}")


def case_name(case_id: str) -> str:
    """A case by its id, or by its kind where the id is long."""
    if len(case_id) <= _LONGEST_ID:
        return case_id
    return f"one {case_id.partition('/')[0]} event"


def _kinds_of(findings: Sequence[Finding]) -> list[str]:
    return list(dict.fromkeys(finding.kind for finding in findings))


def _one_for_each_cause(findings: Sequence[Finding]) -> list[Finding]:
    """The first finding of each known cause."""
    by_cause: dict[tuple[Condition, ...], Finding] = {}
    for finding in findings:
        if finding.explained:
            by_cause.setdefault(finding.cause, finding)
    return list(by_cause.values())


def _conditions(explained: Sequence[Finding], kinds: str) -> str:
    """The known causes of a fault: the conditions of each, or of the first where they are many."""
    first = explained[0]
    if not first.cause:
        return f"on every {kinds}"
    causes = [cause_in_words(finding) for finding in explained]
    told = len(causes)
    while told > 1 and len(", or ".join(causes[:told])) > _LONGEST_CAUSES:
        told -= 1
    words = ", or ".join(causes[:told])
    if told < len(causes):
        words += f", or {counted(len(causes) - told, 'other condition')} (-v)"
    if kinds != first.kind:
        words = with_brackets(words, kinds)
    return f"when {words}"


def with_brackets(words: str, within: str) -> str:
    """Words with others in brackets behind them: in the same brackets, where they end with such."""
    return f"{words[:-1]}; {within})" if words.endswith(")") else f"{words} ({within})"


def cause_in_words(finding: Finding) -> str:
    """The conditions of a finding's cause as the end of a sentence."""
    conditions = []
    for condition in finding.cause:
        if UNLISTED in condition.choices:
            value = json_path.at(finding.example, json_path.parse(condition.path))
            condition = replace(condition, words=f"is {quoted(value)}")
        conditions.append(condition)
    return in_words(reader.contract(finding.kind), conditions)


def let_through(finding: Finding) -> str:
    """Why a rule lets the events of a finding through; nothing where there is none to blame."""
    paths = listed([short_path(one.path) for one in finding.cause], "and")
    if not finding.rule or not paths or finding.rule_asks:
        return ""
    return f"your rule, {finding.rule}, lets such events through: it does not ask for {paths}"


def _doubtful(finding: Finding, kinds: str) -> str:
    """When a fault shows whose cause is not known."""
    shown = f"some {finding.kind} events"
    if len(finding.failed) == 1:
        shown = case_name(finding.failed[0])
    match finding.doubt:
        case "flaky":
            case_id = case_name(finding.failed[0])
            return f"at random, or depending on what came before: {case_id} does not always fail"
        case "value":
            if deciding := deciding_difference(finding):
                name, passing, failing = deciding
                told = f"{quoted(failing, _VALUE)} fails, {quoted(passing, _VALUE)} passes"
                return f"where some value of {name} decides: {told}"
            return f"on {shown}, but not on every such event: some value decides"
        case _:
            return f"on {shown}; no choice explains it"


def deciding_difference(finding: Finding) -> tuple[str, Any, Any] | None:
    """The field whose value decides, and its values in the passing and in the failing event.

    None where the two events differ in more than one field and what is made of it, as the ARN is of
    the name of a repository.
    """
    if finding.doubt != "value" or finding.nearest is None:
        return None
    apart = list(json_path.differences(finding.nearest, finding.example))
    # Each event has an id of its own, which matters only where nothing else differs.
    apart = [one for one in apart if one[0] != ("id",)] or apart
    for steps, passing, failing in apart:
        others = [one[2] for one in apart if one[0] != steps]
        if all(_is_made_of(other, failing) for other in others):
            return field_name(steps), passing, failing
    return None


def _is_made_of(value: Any, part: Any) -> bool:
    """Whether a text, or one within a value, contains another text."""
    return isinstance(part, str) and any(part in text for text in json_path.texts(value))


# --- how often, and on what ground ----------------------------------------------------------------


def counts(alternatives: Sequence[Finding]) -> str:
    """How many events fail and how many do not, and why such events are to be expected."""
    if alternatives[0].check == DEAD_COMPARISON:
        return "by the contracts of all events that have the field"
    failed = len(set[str]().union(*(finding.failed for finding in alternatives)))
    passed = sum({finding.kind: finding.passed for finding in alternatives}.values())
    if not all(_has_conditions(finding) for finding in alternatives):
        total = failed + passed
        verb = "fail" if failed > 1 else "fails"
        numbers = f"{failed} of {counted(total, 'event')} {verb}"
    else:
        alike = failed + sum(finding.alike - len(finding.failed) for finding in alternatives)
        others = passed - (alike - failed)
        verb = "fail" if alike > 1 else "fails"
        numbers = f"{failed} of {alike} such {plural(alike, 'event')} {verb}, 0 of {others} others"
    return f"{numbers}; {_ground(alternatives)}"


def _has_conditions(finding: Finding) -> bool:
    """Whether choices are known that decide which events fail."""
    return finding.explained and bool(finding.cause)


def _ground(alternatives: Sequence[Finding]) -> str:
    """Why such an event is to be expected; of several alternatives, why the surest one is."""
    first = alternatives[0]
    if any(UNLISTED in cause.choices for cause in first.cause):
        return "only AWS's printed sample has such a value, no real event does"
    if any(f"{finding.kind}/{SAMPLE}" in finding.failed for finding in alternatives):
        return "AWS's documented sample is one"
    ground = _necessity(first) or GROUNDS[first.evidence].words
    surest = [finding for finding in alternatives if finding.evidence is first.evidence]
    if len(surest) == len(alternatives):
        return ground
    choices: dict[str, None] = {}
    for finding in surest:
        choices |= dict.fromkeys(cause.words for cause in finding.cause)
    return f"{ground} ({', '.join(choices)})" if choices else ground


def _necessity(finding: Finding) -> str:
    """Why there must be such events, in the words of the schema; nothing of other findings."""
    if finding.evidence is not Evidence.NECESSARY:
        return ""
    paths = {cause.path for cause in finding.cause}
    for combination in reader.contract(finding.kind).combinations:
        if combination.evidence is Evidence.NECESSARY and paths & combination.paths:
            return combination.because
    return ""


def _is_about_own_names(finding: Finding) -> bool:
    """Whether events are refused by names of its owner's: AWS documents nothing of these."""
    names = {short_path(condition.path) for condition in finding.cause}
    return is_deliberate(finding) and bool(names & _OWN_NAMES)


def short_ground(alternatives: Sequence[Finding]) -> str:
    """How surely such events come, in few words; empty where all events are meant, or several."""
    first = alternatives[0]
    if is_weakly_grounded(first):
        grounds = dict.fromkeys(GROUNDS[one.evidence].short for one in alternatives)
        return listed(list(grounds), "and")
    is_on_all = first.explained and not first.cause
    if first.check in _WITHOUT_GROUND or takes_several_events(first) or is_on_all:
        return ""
    if first.doubt == "flaky" or _is_about_own_names(first):
        return ""
    if any(UNLISTED in condition.choices for condition in first.cause):
        return "only AWS's printed sample has such a value, no real event does"
    if any(f"{finding.kind}/{SAMPLE}" in finding.failed for finding in alternatives):
        return "as in AWS's own sample"
    return _necessity(first) or GROUNDS[first.evidence].short
