"""A configured consumer in many items (`--ecr-cases`): one for each case and envelope of it."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from typing import Any

import pytest

from ecr_contracts.core import foreign_text, json_text
from ecr_contracts.core.findings import Evidence, Finding
from ecr_contracts.core.foreign_text import in_json, one_line
from ecr_contracts.core.text import encodable, shortened
from ecr_contracts.engine.causes.grouping import Diagnosis
from ecr_contracts.engine.checks.catalog import CHECKS, REFUSES, Scope
from ecr_contracts.engine.checks.outcome import Symptom
from ecr_contracts.engine.trial import PATIENCE, Trial
from ecr_contracts.engine.unchecked import note_of
from ecr_contracts.engine.verdict import Verdict
from ecr_contracts.events.model import Contract
from ecr_contracts.frontends.pytest import marker, node_ids, xdist
from ecr_contracts.frontends.pytest.consumer_item import ConsumerFailure, ConsumerItem
from ecr_contracts.frontends.pytest.marker import CaseParam
from ecr_contracts.frontends.pytest.settings_text import sandbox_in_configuration

__all__ = ["EXPLORE", "EcrCase", "EcrExplore", "packed_exploration"]

EXPLORE = "explore"
"""What stands in place of a case in the name of the item that looks beyond them."""

_EVENT_LINES, _EVENT_COLUMNS = 60, 120  # of an event in a failure


class EcrCase(ConsumerItem):
    """One case, given to a configured consumer."""

    def __init__(self, *, param: CaseParam, **keywords: Any) -> None:
        super().__init__(**keywords)
        self.param = param
        self.trial: Trial | None = None
        self.add_marker(pytest.mark.ecr_contract(param.case.kind, via=param.via))

    def run(self) -> None:
        """Give the event, and fail by what counts as an error.

        What would be one if its event were better known is told as an expected failure.
        """
        self.trial = None
        trial = self.judged.give(self.param, self.nodeid)
        output = foreign_text.lines(trial.outcome.output.expandtabs())
        sys.stdout.write(encodable(output, sys.stdout.encoding))
        self.trial = trial
        errors = self.judged.session.errors_of(trial)
        if reason := self.judged.accepted.reason_for(trial, errors):
            pytest.xfail(one_line(f"accepted: {reason}"))
        if errors:
            self._fail(trial, errors)
        elif trial.stop is not None:
            pytest.skip(one_line(note_of(trial)))
        elif weak := self.judged.session.errors_on(trial, Evidence.DOCUMENTED):
            pytest.xfail(_weak_reason(trial, weak[0]))

    def _fail(self, trial: Trial, errors: Sequence[Symptom]) -> None:
        if None in trial.case.labels.values():
            pytest.skip("it fails for what AWS misprints in its sample, and no event has")
        option = self.config.getoption
        style = option("tbstyle", "auto")
        verbose = option("verbose", 0) > 0 or style in ("long", "native")
        contract = self.judged.session.plan.world.contract(trial.case.kind)
        text, summary = _failure_texts(trial, errors, contract, verbose=verbose)
        if style == "line":
            text = summary
        elif option("showcapture", "all") != "all":
            text = f"{text}\n\n{node_ids.repeat(self.config, self.nodeid)}"
        raise ConsumerFailure(text, summary, errors[0].location)


class EcrExplore(ConsumerItem):
    """What no item of a case shows: other values, combinations, relations, batches, vacuity."""

    def __init__(self, *, label: str, **keywords: Any) -> None:
        super().__init__(**keywords)
        self.label = label
        self.verdict: Verdict | None = None
        self.add_marker(pytest.mark.ecr_contract)

    def run(self) -> None:
        """Finish the consumer's session, and fail by what no case shows.

        What a case shows, its own item says.
        """
        self.verdict = None
        plan = self.judged.session.plan
        if not plan.cases:
            kinds = self.config.option.ecr_kind or plan.inference.kinds
            pytest.skip(
                one_line(f"no {' or '.join(kinds)} events reach {self.judged.consumer.target}")
            )
        if self.judged.session.is_given_up:
            pytest.skip(one_line(f"{self.judged.consumer.target} did not answer {PATIENCE} times"))
        self.verdict = self.judged.report(self.nodeid)
        findings = self.findings()
        if findings:
            # Late: a run without failures does without.
            from ecr_contracts.reporting.lines import plain_text

            text = foreign_text.lines(plain_text(findings, str(self.judged.consumer.target)))
            raise ConsumerFailure(text, text.partition("\n")[0], findings[0].location)
        self.warn_of_effects_unreached(self.verdict)

    def findings(self) -> list[Finding]:
        """The errors that no item of this run shows."""
        if self.verdict is None:
            return []
        shown: set[tuple[str, str]] = set()
        for trial in self.verdict.trials:
            is_red = self.judged.session.errors_on(trial, trial.case.evidence)
            if is_red and trial.case.id in self.judged.selected_cases:
                shown.add((trial.case.id, trial.via))
        unseen: list[Finding] = []
        for finding in self.verdict.errors:
            is_of_calls = CHECKS[finding.check].scope is Scope.CALL or finding.check == REFUSES
            if not is_of_calls or shown.isdisjoint(_failing_runs(finding)):
                unseen.append(finding)
        return unseen

    def trials(self) -> list[Trial]:
        """The trials that show them."""
        if self.verdict is None:
            return []
        runs: set[tuple[str, str]] = set()
        for finding in self.findings():
            runs |= _failing_runs(finding)
        trials = (*self.verdict.trials, *self.verdict.others)
        return [trial for trial in trials if (trial.case.id, trial.via) in runs]


def _failing_runs(finding: Finding) -> set[tuple[str, str]]:
    """The cases that show a finding, each with its envelope."""
    return {(case_id, finding.via) for case_id in finding.failed}


def _weak_reason(trial: Trial, symptom: Symptom) -> str:
    """Why what goes wrong with an event is a warning, in one line."""
    words = marker.warning(trial.case)
    fault = symptom.exception.rpartition(".")[2] if symptom.exception else symptom.check
    where = (
        "" if symptom.location is None else f" at {symptom.location.file}:{symptom.location.line}"
    )
    return one_line(f"{words}: {fault}{where}")


def _failure_texts(
    trial: Trial, errors: Sequence[Symptom], contract: Contract, *, verbose: bool
) -> tuple[str, str]:
    """A failed trial in full, the finding before the payload, and in one line."""
    # Late: a run without failures does without.
    from ecr_contracts.reporting.sentences import headline

    findings = Diagnosis(contract, trial.via, [trial]).findings()
    headlines = {finding.check: headline(finding) for finding in findings}
    summary = ""
    lines: list[str] = []
    for symptom in errors:
        message = sandbox_in_configuration(symptom.message)
        head = ": ".join(filter(None, (headlines[symptom.check], message)))
        summary = summary or head
        lines.append(head)
        if symptom.location is not None:
            at = symptom.location
            lines.append(one_line(f"{at.file}:{at.line}  {at.source}".rstrip()))
        lines.append("")
    if verbose and trial.outcome.traceback:
        lines += [trial.outcome.traceback.rstrip(), ""]
    lines += [marker.description(CaseParam(trial.case, trial.via, contract)), ""]
    event = _json_lines(trial.case.event).split("\n")
    lines += [shortened(line, _EVENT_COLUMNS) for line in event[:_EVENT_LINES]]
    if len(event) > _EVENT_LINES:
        lines.append("…")
    return foreign_text.lines("\n".join(lines)), one_line(summary.partition("\n")[0])


def _json_lines(value: Any, margin: int = 0, before: int = 0) -> str:
    """JSON with each object and array on one line if it fits there.

    `margin` is the indentation, `before` the width of what stands on the line already.
    """
    text = in_json(json_text.one_line(value))
    fits = margin + before + len(text) < _EVENT_COLUMNS
    if fits or not value or not isinstance(value, dict | list):
        return text
    margin += 2
    parts: list[str] = []
    if isinstance(value, dict):
        first, last = "{}"
        for name, part in value.items():
            key = f"{in_json(json_text.one_line(name))}: "
            parts.append(key + _json_lines(part, margin, len(key)))
    else:
        first, last = "[]"
        for part in value:
            parts.append(_json_lines(part, margin))
    indent = " " * margin
    inner = f",\n{indent}".join(parts)
    return f"{first}\n{indent}{inner}\n{indent[2:]}{last}"


def packed_exploration(item: EcrExplore) -> dict[str, Any]:
    """What an item that looked beyond the cases came to, as data that xdist can carry.

    `trials` are those that show what no case does; `findings` are all of the consumer's, None where
    the item could not come to any. `reach` says in words how far events got, where there is an
    effect to get to.
    """
    consumer = node_ids.without_event(item.nodeid, item.label)
    findings = None
    reach = ""
    if item.verdict is not None:
        from ecr_contracts.reporting import verdicts  # late, as above

        if item.verdict.reach.says_anything:
            reach = one_line(verdicts.reach(item.verdict))
        findings = [xdist.packed_finding(finding) for finding in item.verdict.findings]
    return {
        "consumer": consumer,
        "entry": item.judged.number,
        "trials": [xdist.packed(trial, consumer, item.judged.number) for trial in item.trials()],
        "findings": findings,
        "reach": reach,
    }
