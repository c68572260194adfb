"""One configured consumer at work: its events, its session, and why it cannot run, if so."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator
from dataclasses import dataclass, replace
from functools import cached_property

import pytest

from ecr_contracts.core.errors import ConsumerError, EcrContractsError, SetupError
from ecr_contracts.core.findings import Evidence, Finding, Location
from ecr_contracts.core.foreign_text import one_line
from ecr_contracts.engine.phases import Run
from ecr_contracts.engine.plan import planned
from ecr_contracts.engine.session import Session
from ecr_contracts.engine.subject import Subject
from ecr_contracts.engine.trial import PATIENCE, Trial
from ecr_contracts.engine.verdict import Verdict
from ecr_contracts.events.generate.cases import Case
from ecr_contracts.frontends import replay
from ecr_contracts.frontends.config import Configured
from ecr_contracts.frontends.pytest.accepted import AcceptedFindings
from ecr_contracts.frontends.pytest.marker import CaseParam

__all__ = ["Judged", "JudgedConsumer"]

_REFUSED: dict[type[EcrContractsError], str] = {ConsumerError: "loaded", SetupError: "judged"}


@dataclass(frozen=True, slots=True)
class Judged:
    """What one kind in one envelope came to: its verdict, with the findings that its item tells.

    `whole` is the verdict on all runs of the consumer, where the item is the one that asks for it.
    """

    verdict: Verdict
    whole: Verdict | None = None


class JudgedConsumer:
    """A consumer with its session, which all of its items share, so that no event is given twice.

    `number` is that of its entry in the file. `selected_cases` are the ids of the cases that have
    an item in this run of pytest, `selected_runs` the kinds and envelopes that have one, in order.
    """

    def __init__(self, consumer: Configured, number: int, pytest_config: pytest.Config) -> None:
        self.consumer, self.number = consumer, number
        self.selected_cases: set[str] = set()
        self.selected_runs: list[Run] = []
        self._options = pytest_config.option
        self.accepted = AcceptedFindings(consumer)
        self._refused: tuple[str, ConsumerError | SetupError] | None = None

    @cached_property
    def case_params(self) -> list[CaseParam]:
        """The events that it is given one by one: those of its plan that its rules let through.

        Nothing is called for that. What only calls can tell is found out by the first item.
        Raises SetupError where its rules let none through.
        """
        plan = planned(self.consumer.subject(), self.consumer.request())
        params: list[CaseParam] = []
        for envelope in plan.envelopes:
            for case in plan.cases:
                params.append(CaseParam(case, envelope, plan.world.contract(case.kind)))
        return params

    @property
    def runs(self) -> list[Run]:
        """The kinds in their envelopes that it is given, in the order of the plan."""
        return list(dict.fromkeys((param.case.kind, param.via) for param in self.case_params))

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
            request, effort=effort, remembered=tuple(remembered), confined_to=self._kinds_left
        )
        return Session(self._subject, request)

    @cached_property
    def _subject(self) -> Subject:
        """What the entry names, in this process if pytest is asked for that."""
        consumer = self.consumer
        if not self._options.ecr_in_process or consumer.sort != "handler":
            return consumer.subject()
        from ecr_contracts.engine.subjects.here import HandlerHere

        return HandlerHere(
            consumer.target,
            timeout=consumer.timeout,
            settings=consumer.settings,
            folder=consumer.folder,
            rules=consumer.rules,
            passing=(pytest.exit.Exception,),
        )

    def raised_at(self, location: Location | None) -> BaseException | None:
        """An exception that was raised in a line, where that is in this process."""
        raised_at = getattr(self._subject, "raised_at", None)
        return raised_at and raised_at(location)

    @property
    def _kinds_left(self) -> tuple[str, ...]:
        """The only kinds that it is given, if the options and the selection leave some out."""
        if self.selected_runs and not self._is_whole:
            return tuple(dict.fromkeys(kind for kind, _ in self.selected_runs))
        return tuple(self._options.ecr_kind or ())

    @property
    def _is_whole(self) -> bool:
        """Whether every run that the options leave has an item."""
        left = [run for run in self.runs if not self._options.ecr_kind or self._is_asked_for(run)]
        return set(left) <= set(self.selected_runs)

    @property
    def _is_of_all_findings(self) -> bool:
        """Whether no option of pytest keeps findings away that a run of the command comes by."""
        options = self._options
        return not options.ecr_kind and options.ecr_evidence is None and self._is_whole

    def _is_asked_for(self, run: Run) -> bool:
        return run[0] in self._options.ecr_kind

    def judge(self, run: Run, nodeid: str) -> Judged:
        """What one kind in one envelope comes to, for the item of that id.

        The last of the items tells what all runs show together as well, if none is left out: a part
        of them cannot show that nothing ever happens.
        """
        with self._refusing(nodeid):
            verdict = self._report_of(run)
            kinds = self.session.plan.kinds
            left = [other for other in self.selected_runs if other[0] in kinds]
            if verdict.is_interrupted or run != left[-1] or not self._is_whole:
                return Judged(verdict)
            whole = self.accepted.apart(
                self.session.report(keeps_interrupted=True), is_whole=self._is_of_all_findings
            )
            told: list[Finding] = []
            for other in left[:-1]:
                told += self._report_of(other).findings
        findings = tuple(finding for finding in whole.findings if finding not in told)
        return Judged(replace(verdict, findings=findings), whole)

    def _report_of(self, run: Run) -> Verdict:
        """What the item of a run comes to, with the further entrances that calls have found.

        These have no items of their own: which there are is not known when items are collected.
        """
        kind, envelope = self._settled(run)
        verdict = self.session.report_run((kind, envelope), keeps_interrupted=True)
        is_first = run == next(other for other in self.runs if other[0] == kind)
        own = {via for _, via in self.runs}
        for other in self.session.plan.envelopes if is_first else ():
            if other != envelope and other not in own and not verdict.is_interrupted:
                further = self.session.report_run((kind, other), keeps_interrupted=True)
                verdict = verdict.with_run(further)
        return self.accepted.apart(verdict)

    def _settled(self, run: Run) -> Run:
        """A run as the settled plan has it; the test is skipped where it has none of its kind."""
        plan = self.session.settle()
        kind, envelope = run
        if kind not in plan.kinds:
            pytest.skip(
                one_line(f"{self.consumer.target} gets no {kind} events: {plan.kinds_reason}")
            )
        # Where several envelopes are possible, calls have told which it is.
        return kind, envelope if envelope in plan.envelopes else plan.envelopes[0]

    def give(self, param: CaseParam, nodeid: str) -> Trial:
        """What the consumer does with an event, for the item of that id."""
        target = one_line(str(self.consumer.target))
        with self._refusing(nodeid):
            _, envelope = self._settled((param.case.kind, param.via))
            trial = self.session.give(param.case, envelope)
        if trial is None and self.session.is_given_up:
            pytest.skip(f"{target} did not answer {PATIENCE} times")
        if trial is None:
            pytest.skip(f"{target} did not answer another event that has the same choices")
        return trial

    def report(self, nodeid: str) -> Verdict:
        """What all of the events come to, for the item of that id."""
        with self._refusing(nodeid):
            return self.accepted.apart(self.session.report(), is_whole=self._is_of_all_findings)

    @contextlib.contextmanager
    def _refusing(self, nodeid: str) -> Iterator[None]:
        """Have the first item that cannot run the consumer say why, and skip the others."""
        if self._refused is not None:
            first, error = self._refused
            if first != nodeid:
                reason = f"cannot be {_REFUSED[type(error)]}, as {first} says"
                pytest.skip(one_line(f"{self.consumer.target} {reason}"))
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
