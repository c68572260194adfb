"""The consumers of a pyproject.toml as tests: an item for each of their cases and envelopes."""

from __future__ import annotations

import contextlib
import sys
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from functools import cached_property
from pathlib import Path
from typing import Any

import pytest

from ecr_contracts.core import json_text
from ecr_contracts.core.errors import ConsumerError, EcrContractsError, SetupError
from ecr_contracts.core.findings import Evidence, Finding, Location, Severity
from ecr_contracts.core.own_faults import own_fault
from ecr_contracts.core.text import encodable, shortened
from ecr_contracts.engine.causes.grouping import Diagnosis
from ecr_contracts.engine.checks.catalog import CHECKS, REFUSES, UNREACHED, Scope
from ecr_contracts.engine.checks.outcome import Symptom
from ecr_contracts.engine.plan import planned
from ecr_contracts.engine.session import Session
from ecr_contracts.engine.trial import PATIENCE, Trial
from ecr_contracts.engine.unchecked import note_of
from ecr_contracts.engine.verdict import Verdict
from ecr_contracts.events.generate.cases import Case
from ecr_contracts.events.model import Contract
from ecr_contracts.frontends import config, replay
from ecr_contracts.frontends.config import Configured
from ecr_contracts.frontends.pytest import marker, node_ids, xdist
from ecr_contracts.frontends.pytest.marker import CaseParam

__all__ = [
    "EXPLORE",
    "EcrCase",
    "EcrConsumers",
    "EcrExplore",
    "UnreachedWarning",
    "case_param_of",
    "packed_exploration",
]

EXPLORE = "explore"
"""What stands in place of a case in the name of the item that looks beyond them."""

_EVENT_LINES, _EVENT_COLUMNS = 60, 120  # of an event in a failure


class EcrConsumers(pytest.File):
    """A pyproject.toml with consumers; `added` says whether we named it as an argument."""

    def __init__(self, *, added: bool, **keywords: Any) -> None:
        super().__init__(**keywords)
        self.added = added
        self._runs: list[ConsumerRun] = []

    def collect(self) -> Iterable[EcrCase | EcrExplore]:
        """The items of all consumers, in the file's order."""
        # Pytest collects whatever is named as an argument, but this may have been our argument.
        if self.added and self.ihook.pytest_ignore_collect(
            collection_path=self.path, config=self.config
        ):
            return []
        items: dict[str, EcrCase | EcrExplore] = {}
        try:
            for number, consumer in enumerate(config.read(self.path)):
                run = ConsumerRun(consumer, number, self.config)
                self._runs.append(run)
                self._add_items(run, items)
        except EcrContractsError as error:
            raise self.CollectError(str(error)) from None
        return list(items.values())

    def _add_items(self, run: ConsumerRun, items: dict[str, EcrCase | EcrExplore]) -> None:
        """An item for each case and envelope of a consumer, and one that looks beyond them.

        If no event reaches it, there is only the latter, which says so.
        """
        target = run.consumer.target
        params: list[CaseParam] = []
        with contextlib.suppress(SetupError):
            params = run.case_params()
        for param in params:
            name = f"{target}[{param.id}]"
            if name in items:
                place = f"{self.path.name}, tool.ecr-contracts.consumers"
                raise self.CollectError(f"{place}: {name} is there twice")
            # Read from its text, as --lf does: pytest 9.2 would take the brackets for a part of the
            # name.
            nodeid = f"{self.nodeid}::{name}"
            items[name] = EcrCase.from_parent(self, name=name, nodeid=nodeid, run=run, param=param)
        label, number = EXPLORE, 1
        while f"{target}[{label}]" in items:  # the same handler in another entry
            number += 1
            label = f"{EXPLORE}-{number}"
        name = f"{target}[{label}]"
        nodeid = f"{self.nodeid}::{name}"
        items[name] = EcrExplore.from_parent(self, name=name, nodeid=nodeid, run=run, label=label)

    def close(self) -> None:
        """End the processes of the consumers."""
        for run in self._runs:
            run.close()


class ConsumerRun:
    """One configured consumer at work: its session, and why its items cannot run, if so.

    `number` is that of its entry in the file. `selected` are the ids of the cases that have an item
    in this run.
    """

    def __init__(self, consumer: Configured, number: int, pytest_config: pytest.Config) -> None:
        self.consumer, self.number = consumer, number
        self.selected: set[str] = set()
        self._options = pytest_config.option
        self._refused: tuple[str, ConsumerError | SetupError] | None = None

    def case_params(self) -> list[CaseParam]:
        """The events that it is given one by one: those of its plan that its rules let through.

        Nothing is called for that. What only calls can tell is found out by the first item.
        """
        plan = planned(self.consumer.subject(), self.consumer.request())
        params: list[CaseParam] = []
        for envelope in plan.envelopes:
            for case in plan.cases:
                params.append(CaseParam(case, envelope, plan.world.contract(case.kind)))
        return params

    @cached_property
    def session(self) -> Session:
        """The session that all items share, with what the options of pytest leave of the events."""
        consumer = self.consumer
        request = consumer.request()
        effort = request.effort
        if self._options.ecr_evidence is not None:
            least = Evidence(self._options.ecr_evidence)
            effort = replace(effort, evidence=max(least, effort.evidence or Evidence.INFERRED))
        if self._options.ecr_future:
            effort = replace(effort, future=True)
        remembered: list[tuple[Case, str]] = []
        for failure in replay.load_failures(consumer.folder, str(consumer.target)):
            if failure.case.is_valued:
                remembered.append((failure.case, failure.via))
        request = replace(
            request,
            effort=effort,
            remembered=tuple(remembered),
            confined_to=tuple(self._options.ecr_kind or ()),
        )
        return Session(consumer.subject(), request)

    def give(self, param: CaseParam, nodeid: str) -> Trial:
        """What the consumer does with an event, for the item of that id."""
        target = self.consumer.target
        with self._refusing(nodeid):
            plan = self.session.settle()
            if param.case.kind not in plan.kinds:
                pytest.skip(f"{target} gets no {param.case.kind} events: {plan.kinds_reason}")
            # Where several envelopes are possible, calls have told which it is.
            envelope = param.via if param.via in plan.envelopes else plan.envelopes[0]
            trial = self.session.give(param.case, envelope)
        if trial is None and self.session.is_given_up:
            pytest.skip(f"{target} did not answer {PATIENCE} times")
        if trial is None:
            pytest.skip(f"{target} did not answer another event that has the same choices")
        return trial

    def report(self, nodeid: str) -> Verdict:
        """What all of the events come to, for the item of that id."""
        with self._refusing(nodeid):
            return self.session.report()

    @contextlib.contextmanager
    def _refusing(self, nodeid: str) -> Iterator[None]:
        """Have the first item that cannot run the consumer say why, and skip the others."""
        if self._refused is not None:
            first, error = self._refused
            if first != nodeid:
                reason = f"cannot be {_REFUSED[type(error)]}, as {first} says"
                pytest.skip(f"{self.consumer.target} {reason}")
            raise error
        try:
            yield
        except (ConsumerError, SetupError) as error:
            self._refused = nodeid, error
            raise

    def close(self) -> None:
        """End the consumer's process."""
        if "session" in vars(self):
            self.session.close()


class _ConsumerFailure(Exception):  # noqa: N818 - it is a failed test, no error
    """How an item of ours fails.

    Its text is shown in full; `summary` is one line of it, `location` the line of the consumer.
    """

    def __init__(self, text: str, summary: str, location: Location | None) -> None:
        super().__init__(text)
        self.summary, self.location = summary, location

    @classmethod
    def of_refusal(cls, error: ConsumerError | SetupError) -> _ConsumerFailure:
        """The failure of an item whose consumer cannot be loaded or judged."""
        if isinstance(error, ConsumerError):
            summary = error.cause
        else:
            summary = error.problem.partition("\n")[0]
        return cls(str(error), summary, None)


class _ConsumerItem(pytest.Item):
    """An item of a configured consumer, which runs in a process of its own."""

    def __init__(self, *, run: ConsumerRun, **keywords: Any) -> None:
        super().__init__(**keywords)
        self.run = run

    def repr_failure(self, excinfo: pytest.ExceptionInfo[BaseException], style: Any = None) -> Any:
        """What was found, without a traceback of ours."""
        failure = excinfo.value
        if not isinstance(failure, _ConsumerFailure):
            return super().repr_failure(excinfo, style)
        representation = excinfo.getrepr(style="value", chain=False)
        crash = representation.reprcrash
        if crash is not None:
            crash.message = failure.summary
            if failure.location is None:
                crash.path = node_ids.from_here(self.config, self.path)
                crash.lineno = self.run.consumer.line
            else:
                crash.path, crash.lineno = failure.location.file, failure.location.line
        return representation

    def reportinfo(self) -> tuple[Path, int, str]:
        """Where the consumer is configured."""
        return self.path, self.run.consumer.line - 1, self.name


@contextlib.contextmanager
def _own_faults() -> Iterator[None]:
    """Tell an exception that nobody meant in one line, as a fault of ours."""
    try:
        yield
    except (_ConsumerFailure, EcrContractsError):
        raise
    except Exception as error:  # noqa: BLE001 - whatever it is, it is no finding
        fault = own_fault(error)
        raise _ConsumerFailure(str(fault), str(fault), None) from None


class EcrCase(_ConsumerItem):
    """One case, given to a configured consumer."""

    def __init__(self, *, param: CaseParam, **keywords: Any) -> None:
        super().__init__(**keywords)
        self.param = param
        self.trial: Trial | None = None
        self.add_marker(pytest.mark.ecr_contract(param.case.kind, via=param.via))

    def runtest(self) -> None:
        """Give the event, and fail by what counts as an error.

        What would be one if its event were better known is told as an expected failure.
        """
        self.trial = None
        with _own_faults():
            self._run()

    def _run(self) -> None:
        try:
            trial = self.run.give(self.param, self.nodeid)
        except (ConsumerError, SetupError) as error:
            raise _ConsumerFailure.of_refusal(error) from None
        sys.stdout.write(encodable(trial.outcome.output, sys.stdout.encoding))
        self.trial = trial
        errors = self.run.session.errors_of(trial)
        if errors:
            self._fail(trial, errors)
        elif trial.stop is not None:
            pytest.skip(encodable(note_of(trial)))
        elif weak := self.run.session.errors_on(trial, Evidence.DOCUMENTED):
            pytest.xfail(_weak_reason(trial, weak[0]))

    def _fail(self, trial: Trial, errors: Sequence[Symptom]) -> None:
        if None in trial.case.labels.values():
            pytest.skip("it fails for what AWS misprints in its sample, and no event has")
        option = self.config.getoption
        style = option("tbstyle", "auto")
        verbose = option("verbose", 0) > 0 or style in ("long", "native")
        contract = self.run.session.plan.world.contract(trial.case.kind)
        text, summary = _failure_texts(trial, errors, contract, verbose=verbose)
        if style == "line":
            text = summary
        elif option("showcapture", "all") != "all":
            text = f"{text}\n\n{node_ids.repeat(self.config, self.nodeid)}"
        raise _ConsumerFailure(text, summary, errors[0].location)


class UnreachedWarning(pytest.PytestWarning):
    """No event got to any effect of a consumer, so that its tests pass over code that never ran."""


class EcrExplore(_ConsumerItem):
    """What no item of a case shows: other values, combinations, relations, batches, vacuity."""

    def __init__(self, *, label: str, **keywords: Any) -> None:
        super().__init__(**keywords)
        self.label = label
        self.verdict: Verdict | None = None
        self.add_marker(pytest.mark.ecr_contract)

    def runtest(self) -> None:
        """Finish the consumer's session, and fail by what no case shows.

        What a case shows, its own item says.
        """
        self.verdict = None
        with _own_faults():
            self._run()

    def _run(self) -> None:
        try:
            plan = self.run.session.plan
        except SetupError as error:
            raise _ConsumerFailure.of_refusal(error) from None
        if not plan.cases:
            kinds = self.config.option.ecr_kind or plan.inference.kinds
            pytest.skip(f"no {' or '.join(kinds)} events reach {self.run.consumer.target}")
        if self.run.session.is_given_up:
            pytest.skip(f"{self.run.consumer.target} did not answer {PATIENCE} times")
        try:
            self.verdict = self.run.report(self.nodeid)
        except (ConsumerError, SetupError) as error:
            raise _ConsumerFailure.of_refusal(error) from None
        findings = self.findings()
        if findings:
            # Late: a run without failures does without.
            from ecr_contracts.reporting.lines import plain_text

            text = encodable(plain_text(findings, str(self.run.consumer.target)))
            raise _ConsumerFailure(text, text.partition("\n")[0], findings[0].location)
        self._warn_of_effects_unreached()

    def _warn_of_effects_unreached(self) -> None:
        """Have pytest's summary of warnings say that no event got to an effect, if none did."""
        if self.verdict is None:
            return
        for finding in self.verdict.findings:
            if finding.check == UNREACHED and finding.severity is Severity.WARNING:
                # Late: few runs need it.
                from ecr_contracts.reporting.sentences import headline, message_lines

                words = "; ".join([headline(finding), *message_lines(finding)])
                text = encodable(f"{self.run.consumer.target} {words}")
                try:
                    self.warn(UnreachedWarning(text))
                except UnreachedWarning:  # the suite makes errors of warnings
                    raise _ConsumerFailure(text, text, finding.location) from None
                return

    def findings(self) -> list[Finding]:
        """The errors that no item of this run shows."""
        if self.verdict is None:
            return []
        shown: set[tuple[str, str]] = set()
        for trial in self.verdict.trials:
            is_red = self.run.session.errors_on(trial, trial.case.evidence)
            if is_red and trial.case.id in self.run.selected:
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


def case_param_of(item: pytest.Item) -> CaseParam | None:
    """The case that an item of ours, or a marked test, gets."""
    if isinstance(item, EcrCase):
        return item.param
    callspec = getattr(item, "callspec", None)
    if callspec is None:
        return None
    param = callspec.params.get("ecr_event")
    return param if isinstance(param, CaseParam) else None


_REFUSED: dict[type[EcrContractsError], str] = {ConsumerError: "loaded", SetupError: "judged"}


def _weak_reason(trial: Trial, symptom: Symptom) -> str:
    """Why what goes wrong with an event is a warning, in one line."""
    words = marker.warning(trial.case)
    fault = symptom.exception.rpartition(".")[2] if symptom.exception else symptom.check
    where = (
        "" if symptom.location is None else f" at {symptom.location.file}:{symptom.location.line}"
    )
    return encodable(f"{words}: {fault}{where}")


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
        head = ": ".join(filter(None, (headlines[symptom.check], symptom.message)))
        summary = summary or head
        lines.append(head)
        if symptom.location is not None:
            at = symptom.location
            lines.append(f"{at.file}:{at.line}  {at.source}".rstrip())
        lines.append("")
    if verbose and trial.outcome.traceback:
        lines += [trial.outcome.traceback.rstrip(), ""]
    lines += [marker.description(CaseParam(trial.case, trial.via, contract)), ""]
    event = _json_lines(trial.case.event).splitlines()
    lines += [shortened(line, _EVENT_COLUMNS) for line in event[:_EVENT_LINES]]
    if len(event) > _EVENT_LINES:
        lines.append("…")
    return encodable("\n".join(lines)), encodable(summary.partition("\n")[0])


def _json_lines(value: Any, margin: int = 0, before: int = 0) -> str:
    """JSON with each object and array on one line if it fits there.

    `margin` is the indentation, `before` the width of what stands on the line already.
    """
    text = json_text.one_line(value)
    fits = margin + before + len(text) < _EVENT_COLUMNS
    if fits or not value or not isinstance(value, dict | list):
        return text
    margin += 2
    parts: list[str] = []
    if isinstance(value, dict):
        first, last = "{}"
        for name, part in value.items():
            key = f"{json_text.one_line(name)}: "
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
            reach = encodable(verdicts.reach(item.verdict))
        findings = [xdist.packed_finding(finding) for finding in item.verdict.findings]
    return {
        "consumer": consumer,
        "entry": item.run.number,
        "trials": [xdist.packed(trial, consumer, item.run.number) for trial in item.trials()],
        "findings": findings,
        "reach": reach,
    }
