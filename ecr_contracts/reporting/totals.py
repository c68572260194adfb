"""What a verdict came to, in one line: how many faults, and on which of the events.

`6 faults, 1 warning in app.py:handler: 58 of 99 scan events fail, AWS's own sample among them`
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from ecr_contracts.core.findings import Finding, Severity
from ecr_contracts.core.text import counted, listed, plural
from ecr_contracts.engine.checks.catalog import DEAD_COMPARISON, FUTURE_EVENT, is_of_run
from ecr_contracts.engine.checks.policy import is_weakly_grounded
from ecr_contracts.engine.verdict import Verdict
from ecr_contracts.events.generate.cases import ORDINARY, SAMPLE
from ecr_contracts.reporting.faults import faults
from ecr_contracts.reporting.kind_lists import MOST_LISTED, events_of
from ecr_contracts.reporting.sentences import is_deliberate, takes_several_events

__all__ = ["events_that_show", "numbers_of_faults", "verdict_line"]

_Given = set[tuple[str, str]]
"""Events that were given: the id of the case, and the envelope."""


def verdict_line(verdict: Verdict) -> str:
    """How many faults a consumer has, on what events, and whether AWS's own sample is one."""
    if not verdict.findings and verdict.accepted:
        return f"nothing new in {verdict.consumer}: {_accepted(verdict)}"
    if not verdict.findings:
        return f"nothing found in {verdict.consumer}: {_all_that_pass(verdict)}"
    numbers = numbers_of_faults(verdict.findings)
    if verdict.accepted:
        numbers += f", {_number_of_accepted(verdict)} accepted"
    return f"{numbers} in {verdict.consumer}: {_events_that_fail(verdict)}"


def _number_of_accepted(verdict: Verdict) -> int:
    return len(faults(finding for finding, _ in verdict.accepted))


def _accepted(verdict: Verdict) -> str:
    """How many findings are accepted, and how many of the events show them."""
    number = counted(_number_of_accepted(verdict), "accepted finding")
    given = {(trial.case.id, trial.via) for trial in verdict.trials}
    failing = given & events_that_show([finding for finding, _ in verdict.accepted])
    if not failing:
        return f"{number}; {_all_that_pass(verdict)}"
    return f"{number}, on {len(failing)} of {len(given)} {_events(verdict, len(given))}"


def numbers_of_faults(findings: Sequence[Finding]) -> str:
    """How many faults there are, and warnings: `6 faults, 1 warning`, `no fault, 2 warnings`."""
    errors = warnings = refusals = 0
    for alternatives in faults(findings):
        if alternatives[0].severity is Severity.ERROR:
            errors += 1
        elif is_deliberate(alternatives[0]):
            refusals += 1
        else:
            warnings += 1
    numbers = counted(errors, "fault") if errors else "no fault"
    if warnings:
        numbers += f", {counted(warnings, 'warning')}"
    if refusals:
        numbers += f", {counted(refusals, 'deliberate refusal')}"
    return numbers


def _all_that_pass(verdict: Verdict) -> str:
    number = len(verdict.trials)
    verb = "pass" if number > 1 else "passes"
    is_ended = verdict.is_stopped or verdict.is_interrupted
    if is_ended and number < verdict.planned:
        events = _events(verdict, verdict.planned)
        return f"{number} of {verdict.planned} {events} were given, and pass"
    given = {(trial.case.id, trial.via) for trial in verdict.trials}
    if failing := given & events_that_show(verdict.unwanted):
        off = listed(sorted({finding.check for finding in verdict.unwanted}), "and")
        passing = f"{number - len(failing)} of {number} {_events(verdict, number)} pass"
        verb = "shows" if len(failing) == 1 else "show"
        return f"{passing}, {len(failing)} {verb} only what is turned off ({off})"
    every = "all " if number > 1 else ""
    return f"{every}{number} {_events(verdict, number)} {verb}"


def _events(verdict: Verdict, number: int) -> str:
    return events_of(verdict.kinds, plural(number, "event"))


def _events_that_fail(verdict: Verdict) -> str:
    """How many events fail, of which kinds; the words where none of the cases does."""
    others = [finding for finding in verdict.findings if not is_deliberate(finding)]
    shown_by = (
        events_that_show(verdict.errors)
        or events_that_show(others)
        or events_that_show(verdict.findings)
    )
    given = {(trial.case.id, trial.via) for trial in verdict.trials}
    failing = given & shown_by
    if not failing and shown_by:
        return f"{_all_that_pass(verdict)}, but some of other values fail"
    if not failing:
        but = ", but does the wrong thing" if verdict.errors else ""
        return f"it fails on none of {len(given)} {_events(verdict, len(given))}{but}"
    kinds = [kind for kind in verdict.kinds if _of_kind(failing, kind)]
    if len(kinds) > MOST_LISTED:
        words = f"{len(failing)} of {counted(len(given), 'event')} of {len(kinds)} kinds"
    else:
        words = listed(list(_numbers_by_kind(failing, given, kinds)), "and")
        words += f" {plural(len(given), 'event')}"
    verb = "fails" if len(failing) == 1 else "fail"
    refused = given & events_that_show([one for one in verdict.findings if is_deliberate(one)])
    if all(is_weakly_grounded(finding) for finding in verdict.findings):
        return f"{words} {verb}, which nobody has seen"
    if all(is_deliberate(finding) for finding in verdict.findings):
        return f"{words} {'is' if len(failing) == 1 else 'are'} refused on purpose"
    words += f" {verb}"
    if number := len(refused - failing):
        words += f", {number} {'is' if number == 1 else 'are'} refused on purpose"
    return f"{words}{_about_known_events(failing, given, kinds)}"


def _numbers_by_kind(failing: _Given, given: _Given, kinds: Sequence[str]) -> Iterator[str]:
    for kind in kinds:
        yield f"{len(_of_kind(failing, kind))} of {len(_of_kind(given, kind))} {kind}"


def _about_known_events(failing: _Given, given: _Given, kinds: Sequence[str]) -> str:
    """Whether AWS's own sample is among the events that fail; nothing where it was not given.

    Where it passes, it is told whether the ordinary event fails.
    """
    samples = {f"{kind}/{SAMPLE}" for kind in kinds}
    failing_ids = {case_id for case_id, _ in failing}
    if samples & failing_ids:
        return ", AWS's own sample among them"
    if not samples & {case_id for case_id, _ in given}:
        return ""
    too = ""
    if failing_ids & {f"{kind}/{ORDINARY}" for kind in kinds}:
        too = ", the ordinary one among them"
    return f"{too}; AWS's own sample passes"


def _of_kind(events: _Given, kind: str) -> _Given:
    return {one for one in events if one[0].startswith(f"{kind}/")}


def events_that_show(findings: Sequence[Finding]) -> _Given:
    """The events that show one of these findings by themselves."""
    events: _Given = set()
    for finding in findings:
        is_of_all = is_of_run(finding.check) or finding.check in (DEAD_COMPARISON, FUTURE_EVENT)
        if not is_of_all and not takes_several_events(finding):
            events |= {(case_id, finding.via) for case_id in finding.failed}
    return events
