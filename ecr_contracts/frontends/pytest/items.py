"""The consumers of a pyproject.toml as tests: an item for each of their cases and envelopes."""

from __future__ import annotations

import contextlib
import sys
from collections.abc import Collection, Iterable, Sequence
from dataclasses import replace
from functools import cached_property
from pathlib import Path
from typing import Any

import pytest

from ecr_contracts.core import json_text
from ecr_contracts.core.errors import ConsumerError, EcrContractsError, SetupError
from ecr_contracts.core.findings import Evidence, Finding, Location, Severity
from ecr_contracts.core.text import encodable, shortened
from ecr_contracts.engine import phases
from ecr_contracts.engine import trial as running
from ecr_contracts.engine.causes import grouping
from ecr_contracts.engine.checks.catalog import CHECKS, Scope
from ecr_contracts.engine.checks.levels import effective_severity
from ecr_contracts.engine.checks.outcome import Symptom
from ecr_contracts.engine.phases import Examined, examine
from ecr_contracts.engine.preflight import prepare
from ecr_contracts.engine.trial import Carry, Knowing, Trial
from ecr_contracts.events.generate.cases import edge_cases
from ecr_contracts.frontends import config, replay
from ecr_contracts.frontends.config import Configured
from ecr_contracts.frontends.pytest import marker, node_ids, xdist
from ecr_contracts.frontends.pytest.marker import Given
from ecr_contracts.runtime.outcome import Outcome, Status
from ecr_contracts.runtime.worker.parent import Worker

__all__ = ["EXPLORE", "EcrCase", "EcrConsumers", "EcrExplore", "given_to"]

EXPLORE = "explore"
"""What stands in place of a case in the name of the item that looks beyond them."""

_EVENT_LINES, _EVENT_COLUMNS = 60, 120  # of an event in a failure


class EcrConsumers(pytest.File):
    """A pyproject.toml with consumers; `added` says whether it is us who named it as an argument."""

    def __init__(self, *, added: bool, **keywords: Any) -> None:
        super().__init__(**keywords)
        self.added = added
        self._runs: list[_Run] = []

    def collect(self) -> Iterable[EcrCase | EcrExplore]:
        """The items of all consumers, in the file's order."""
        # Pytest takes what is named as an argument for wanted, but this may have been our argument.
        if self.added and self.ihook.pytest_ignore_collect(
            collection_path=self.path, config=self.config
        ):
            return []
        items: dict[str, EcrCase | EcrExplore] = {}
        try:
            for consumer in config.read(self.path):
                run = _Run(consumer)
                self._runs.append(run)
                for via, case in consumer.plan():
                    given = Given(case, via)
                    name = f"{consumer.target}[{given.id}]"
                    if name in items:
                        raise self.CollectError(
                            f"{self.path.name}, tool.ecr-contracts.consumers: {name} is there twice"
                        )
                    # Read from its text, as --lf does: pytest 9.2 would take the brackets for a
                    # part of the name.
                    nodeid = f"{self.nodeid}::{name}"
                    items[name] = EcrCase.from_parent(
                        self, name=name, nodeid=nodeid, run=run, given=given
                    )
                if consumer.effort.examples:
                    name = f"{consumer.target}[{EXPLORE}]"
                    explore = EcrExplore.from_parent(
                        self, name=name, nodeid=f"{self.nodeid}::{name}", run=run
                    )
                    items.setdefault(name, explore)
        except EcrContractsError as error:
            raise self.CollectError(str(error)) from None
        return list(items.values())

    def close(self) -> None:
        """End the processes of the consumers."""
        for run in self._runs:
            run.close()


class _Run:
    """One configured consumer at work: its process, and what makes the rest of its items pointless."""

    def __init__(self, consumer: Configured) -> None:
        self.consumer = consumer
        self.late = 0
        self.usual: dict[tuple[str, str], Outcome] = {}
        self._worker: Worker | None = None
        self._refused: tuple[str, ConsumerError | SetupError] | None = None

    @cached_property
    def carry(self) -> Carry:
        """The way that events take to the consumer."""
        return self.consumer.carry()

    def call(self, payload: Any, *, asker: str, kinds: Collection[str], **how: Any) -> Outcome:
        """Give the consumer a payload. Raises ConsumerError or SetupError to the first who asks, if it cannot be."""
        if self._refused is not None:
            first, error = self._refused
            if first == asker:
                raise error
            pytest.skip(
                f"{self.consumer.target} cannot be {_REFUSED[type(error)]}, as {first} says"
            )
        if self.late >= running.PATIENCE:
            pytest.skip(f"{self.consumer.target} did not answer {running.PATIENCE} times")
        try:
            # Names and complaints are relative to the configuration, wherever pytest was started.
            with contextlib.chdir(self.consumer.folder):
                if self._worker is None:
                    settings, timeout = self.consumer.settings, self.consumer.timeout
                    self._worker = Worker(self.consumer.target, timeout=timeout, settings=settings)
                    runs = [run for run in self.consumer.runs() if not kinds or run[0] in kinds]
                    self.usual = prepare(self._worker, runs, self.carry)
                self._worker.start()
        except (ConsumerError, SetupError) as error:
            self._refused = asker, error
            raise
        return self._worker.call(payload, **how)

    def close(self) -> None:
        """End the process."""
        if self._worker is not None:
            self._worker.close()


class _Fault(Exception):  # noqa: N818 - it is what was found, and nobody catches it
    """How an item of ours fails: what is shown, the line that sums it up, and the line of the consumer's code."""

    def __init__(self, text: str, summary: str, location: Location | None) -> None:
        super().__init__(text)
        self.summary, self.location = summary, location


class _OfConsumer(pytest.Item):
    """An item of a configured consumer, which runs in a process of its own."""

    def __init__(self, *, run: _Run, **keywords: Any) -> None:
        super().__init__(**keywords)
        self.run = run

    def _call(self, payload: Any, **how: Any) -> Outcome:
        return self.run.call(
            payload, asker=self.nodeid, kinds=self.config.option.ecr_kind or (), **how
        )

    def repr_failure(self, excinfo: pytest.ExceptionInfo[BaseException], style: Any = None) -> Any:
        """What was found, without a traceback of ours."""
        fault = excinfo.value
        if not isinstance(fault, _Fault):
            return super().repr_failure(excinfo, style)
        shown = excinfo.getrepr(style="value", chain=False)
        if (crash := shown.reprcrash) is not None:
            crash.message = fault.summary
            crash.path, crash.lineno = (
                node_ids.from_here(self.config, self.path),
                self.run.consumer.line,
            )
            if fault.location is not None:
                crash.path, crash.lineno = fault.location.file, fault.location.line
        return shown

    def reportinfo(self) -> tuple[Path, int, str]:
        """Where the consumer is configured."""
        return self.path, self.run.consumer.line - 1, self.name


class EcrCase(_OfConsumer):
    """One case, given to a configured consumer."""

    def __init__(self, *, given: Given, **keywords: Any) -> None:
        super().__init__(**keywords)
        self.given = given
        self.trial: Trial | None = None
        self.add_marker(pytest.mark.ecr_contract(given.case.kind, via=given.via))

    def runtest(self) -> None:
        """Call the consumer, and fail by what the checks call an error."""
        self.trial = None
        try:
            call = Knowing(self._call, self.run.usual, self.run.carry)
            trial = running.trial(call, self.given.case, self.given.via)
            sys.stdout.write(encodable(trial.outcome.output, sys.stdout.encoding))
            self.run.late += trial.outcome.status is Status.TIMED_OUT
            self.trial = trial = phases.without_misprints(call, trial)
        except (ConsumerError, SetupError) as error:
            raise _Fault(str(error), _summary(error), None) from None
        errors = self._errors(trial)
        if not errors:
            return
        if None in trial.case.labels.values():
            pytest.skip("it fails for what AWS misprints in its sample, and no event has")
        option = self.config.getoption
        style = option("tbstyle", "auto")
        verbose = option("verbose", 0) > 0 or style in ("long", "native")
        text, summary = _told(trial, errors, verbose=verbose)
        if style == "line":
            text = summary
        elif option("showcapture", "all") != "all":
            text = f"{text}\n\n{node_ids.repeat(self.config, self.nodeid)}"
        raise _Fault(text, summary, errors[0].location)

    def _errors(self, trial: Trial) -> list[Symptom]:
        effort = self.run.consumer.effort
        found = [
            (one, effective_severity(one.check, one.severity, effort.levels, strict=effort.strict))
            for one in trial.symptoms
        ]
        return [symptom for symptom, severity in found if severity is Severity.ERROR]


class EcrExplore(_OfConsumer):
    """The search beyond the cases: values within the choices, and whether the consumer does anything at all."""

    def __init__(self, **keywords: Any) -> None:
        super().__init__(**keywords)
        self.examined: Examined | None = None
        self.add_marker(pytest.mark.ecr_contract)

    def runtest(self) -> None:
        """Examine the consumer, and fail by what no case shows: what they do show, they say themselves."""
        self.examined = None
        envelopes, kinds = self.run.consumer.purpose()
        asked = self.config.option.ecr_kind or kinds
        effort = self.run.consumer.effort
        if (evidence := self.config.option.ecr_evidence) is not None:
            limit = max(Evidence(evidence), effort.evidence or Evidence.INFERRED)
            effort = replace(effort, evidence=limit)
        plan = [
            case
            for kind in kinds
            if kind in asked
            for case in edge_cases(kind, effort.strength, effort.evidence)
        ]
        before = replay.load_failures(self.run.consumer.folder, str(self.run.consumer.target))
        plan = [
            *(one.case for one in before if one.case.is_valued and one.case.kind in asked),
            *plan,
        ]
        if not plan:
            pytest.skip(f"no {' or '.join(asked)} events reach {self.run.consumer.target}")
        try:
            feeds = self.run.consumer.feeds()
            self.examined = examine(
                self._call, plan, envelopes, effort, carry=self.run.carry, feeds=feeds
            )
        except (ConsumerError, SetupError) as error:
            raise _Fault(str(error), _summary(error), None) from None
        if found := self.found():
            # Late: a run without failures does without.
            from ecr_contracts.reporting.lines import plain_text

            text = encodable(plain_text(found))
            raise _Fault(text, text.partition("\n")[0], found[0].location)

    def found(self) -> list[Finding]:
        """What is wrong that no case shows: it takes other values, more choices together, or all events at once."""
        if self.examined is None:
            return []
        cases = {
            (trial.case.id, trial.via) for trial in self.examined.trials if not trial.case.is_valued
        }
        return [
            finding
            for finding in self.examined.findings
            if finding.severity is Severity.ERROR
            and (
                CHECKS[finding.check].scope is not Scope.CALL
                or cases.isdisjoint((case, finding.via) for case in finding.failed)
            )
        ]

    def shown(self) -> list[Trial]:
        """The trials that show it."""
        wanted = {(case, finding.via) for finding in self.found() for case in finding.failed}
        tried = (*self.examined.trials, *self.examined.others) if self.examined else ()
        return [trial for trial in tried if (trial.case.id, trial.via) in wanted]


def given_to(item: pytest.Item) -> Given | None:
    """What an item of ours, or a marked test, gets."""
    if isinstance(item, EcrCase):
        return item.given
    callspec = getattr(item, "callspec", None)
    given = callspec.params.get("ecr_event") if callspec is not None else None
    return given if isinstance(given, Given) else None


_REFUSED: dict[type[EcrContractsError], str] = {ConsumerError: "loaded", SetupError: "judged"}


def _summary(error: ConsumerError | SetupError) -> str:
    return error.cause if isinstance(error, ConsumerError) else error.problem.partition("\n")[0]


def _told(trial: Trial, errors: Sequence[Symptom], *, verbose: bool) -> tuple[str, str]:
    """A failed trial in full, the finding before the payload, and in one line."""
    # Late: a run without failures does without.
    from ecr_contracts.reporting.sentences import headline

    words = {finding.check: headline(finding) for finding in grouping.findings([trial])}
    heads: list[str] = []
    lines: list[str] = []
    for symptom in errors:
        heads.append(": ".join(filter(None, (words[symptom.check], symptom.message))))
        lines.append(heads[-1])
        if symptom.location is not None:
            lines.append(
                f"{symptom.location.file}:{symptom.location.line}  {symptom.location.source}".rstrip()
            )
        lines.append("")
    if verbose and trial.outcome.traceback:
        lines += [trial.outcome.traceback.rstrip(), ""]
    lines += [marker.which(Given(trial.case, trial.via)), ""]
    event = _compact(trial.case.event).splitlines()
    lines += [shortened(line, _EVENT_COLUMNS) for line in event[:_EVENT_LINES]]
    if len(event) > _EVENT_LINES:
        lines.append("…")
    return encodable("\n".join(lines)), encodable(heads[0].partition("\n")[0])


def _compact(value: Any, margin: int = 0, before: int = 0) -> str:
    """JSON with each object and array that fits on a line on one line, `before` what stands on the line already."""
    text = json_text.one_line(value)
    if (
        not isinstance(value, dict | list)
        or not value
        or margin + before + len(text) < _EVENT_COLUMNS
    ):
        return text
    margin += 2
    if isinstance(value, dict):
        keys = [f"{json_text.one_line(key)}: " for key in value]
        parts = [
            key + _compact(part, margin, len(key))
            for key, part in zip(keys, value.values(), strict=True)
        ]
    else:
        parts = [_compact(part, margin) for part in value]
    first, last = "{}" if isinstance(value, dict) else "[]"
    inner = f",\n{' ' * margin}".join(parts)
    return f"{first}\n{' ' * margin}{inner}\n{' ' * (margin - 2)}{last}"


def explored(item: Any) -> list[dict[str, Any]]:
    """What an item that looked beyond the cases found, as data that xdist can carry."""
    consumer = node_ids.without_event(item.nodeid, EXPLORE)
    return [xdist.packed(trial, consumer, configured=True) for trial in item.shown()]
