"""The summary: what the failures of each consumer, or of a marked test, come to."""

from __future__ import annotations

import contextlib
import shlex
import textwrap
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import chain
from typing import Any, NamedTuple

import pytest

from ecr_contracts.core.errors import EcrContractsError
from ecr_contracts.core.findings import Finding, Severity
from ecr_contracts.core.foreign_text import one_line
from ecr_contracts.engine.causes import grouping
from ecr_contracts.engine.checks.catalog import FUTURE_EVENT, is_of_run
from ecr_contracts.engine.checks.policy import is_weakly_grounded
from ecr_contracts.engine.session import Session
from ecr_contracts.engine.trial import Trial
from ecr_contracts.events.generate import cases
from ecr_contracts.events.generate.cases import Case
from ecr_contracts.frontends import replay
from ecr_contracts.frontends.config import Configured, read
from ecr_contracts.frontends.pytest import fault_text, node_ids, xdist
from ecr_contracts.reporting.faults import faults
from ecr_contracts.reporting.lines import (
    COLOURS,
    PREFIXES,
    STYLES,
    Line,
    Role,
)
from ecr_contracts.reporting.verdicts import made_up

Markup = Mapping[str, bool]
"""How pytest's terminal is told about colours, as in `{"bold": True}`."""

_MARKUP_WORDS = {"dim": "light", "magenta": "purple"}
"""What pytest calls a style that rich calls otherwise."""


class Source(NamedTuple):
    """A consumer, with the number of its entry in the configuration, or (None) a marked test."""

    consumer: str
    entry: int | None


@dataclass
class Collected:
    """What reports carry, by source: packed trials by item; what finished sessions came to."""

    trials: dict[Source, dict[str, list[dict[str, Any]]]] = field(default_factory=dict)
    findings: dict[Source, list[Finding]] = field(default_factory=dict)
    reach: dict[Source, str] = field(default_factory=dict)

    def add_trial(self, nodeid: str, trial: dict[str, Any]) -> None:
        """Note the packed trial of an item."""
        items = self.trials.setdefault(Source(trial["consumer"], trial["entry"]), {})
        items.setdefault(nodeid, []).append(trial)

    @property
    def in_order(self) -> list[Source]:
        """The sources of trials by name and entry: xdist brings reports in any order."""
        return sorted(self.trials, key=lambda source: (source.consumer, source.entry or 0))

    def is_repeated(self, source: Source) -> bool:
        """Whether the configuration has the consumer in several entries."""
        return sum(other.consumer == source.consumer for other in self.trials) > 1

    def add_explored(self, nodeid: str, explored: dict[str, Any]) -> None:
        """Note what an item that finished its consumer's session came to."""
        for trial in explored["trials"]:
            self.add_trial(nodeid, trial)
        if explored["findings"] is not None:
            source = Source(explored["consumer"], explored["entry"])
            self.findings[source] = [*map(xdist.unpacked_finding, explored["findings"])]
            self.reach[source] = explored["reach"]


def write(
    terminalreporter: pytest.TerminalReporter,
    collected: Collected,
    failed: Collection[str],
    *,
    is_headed: bool = False,
) -> None:
    """Write a page for each consumer, or marked test, that has items which failed."""
    pages: dict[object, list[_Page]] = {}
    for source in collected.in_order:
        page = _page(terminalreporter.config, source, collected, failed)
        if page is not None:
            # A test may have further parameters, which mostly make no difference.
            name = source.consumer.partition("[")[0]
            pages.setdefault((name, source.entry, page.signature), []).append(page)
    if pages and not is_headed:
        terminalreporter.write_sep("=", "ecr-contracts")
    for number, alike in enumerate(pages.values()):
        lines = list(_lines(terminalreporter.config, alike))
        if number:
            lines.insert(0, ("", {}))
        for line, markup in lines:
            terminalreporter.write_line(one_line(line), **markup)


def write_head(terminalreporter: pytest.TerminalReporter) -> None:
    """Write the head of our section."""
    terminalreporter.write_sep("=", "ecr-contracts")


def write_lines(terminalreporter: pytest.TerminalReporter, lines: Iterable[str]) -> None:
    """Write some lines as they are."""
    for line in lines:
        terminalreporter.write_line(one_line(line), light=True)


def write_made_up(
    terminalreporter: pytest.TerminalReporter, variables: Mapping[str, Sequence[str]]
) -> None:
    """Write a line for each consumer for which environment variables were made up."""
    for consumer, names in variables.items():
        name = node_ids.consumer_name(consumer)
        line = f"{name}: {made_up(names, 'give real ones with env in pyproject.toml')}"
        terminalreporter.write_line(one_line(line), light=True)


def write_unchecked(
    terminalreporter: pytest.TerminalReporter,
    stopped: Mapping[tuple[str, str], int],
) -> None:
    """Write a line for each answer of the sandbox that events did not get beyond."""
    for (consumer, answer), number in stopped.items():
        name = node_ids.consumer_name(consumer)
        events = "1 event stops" if number == 1 else f"{number} events stop"
        line = f"{name}: not checked beyond {answer}: {events} there"
        terminalreporter.write_line(one_line(line), light=True)


def write_warnings(
    terminalreporter: pytest.TerminalReporter,
    weak: Sequence[Mapping[str, Any]],
    *,
    is_headed: bool = False,
) -> None:
    """Write a line for each fault that only events show which nobody has seen."""
    examples: dict[str, Case] = {}
    for packed in weak:
        trial = xdist.unpacked(dict(packed))
        consumer = node_ids.consumer_name(packed["consumer"]).partition("[")[0]
        symptom = trial.symptoms[0]
        fault = (symptom.exception or symptom.check).rpartition(".")[2]
        at = ""
        if symptom.location is not None:
            at = f" at {symptom.location.file}:{symptom.location.line}"
        words = f"{consumer}: warning: {fault}{at}"
        example = examples.setdefault(words, trial.case)
        if len(trial.case.id) < len(example.id):
            examples[words] = trial.case
    if not is_headed and examples:
        terminalreporter.write_sep("=", "ecr-contracts")
    for words, example in examples.items():
        line = f"{words} ({example.id}, {example.evidence})"
        terminalreporter.write_line(one_line(line), yellow=True)


class _Page(NamedTuple):
    """What the trials of a consumer, or of a marked test, come to.

    `place` is where its entry stands, if the configuration has the consumer in several. `reach`
    says in words how far events got, where the whole of its session was run.
    """

    consumer: str
    place: str
    failures: int
    trials: int
    faults: list[list[Finding]]
    nodeids: dict[tuple[str, str], str]
    reach: str

    @property
    def signature(self) -> tuple[object, ...]:
        """What the page says, without its consumer's name: equal for pages that say the same."""
        facts: list[object] = [self.failures, self.trials]
        for finding in chain.from_iterable(self.faults):
            facts += [finding.check, finding.via, finding.cause, finding.exception]
            facts += [finding.location, finding.failed]
        return tuple(facts)


def _page(
    config: pytest.Config, source: Source, collected: Collected, failed: Collection[str]
) -> _Page | None:
    """A page, or nothing where a failure speaks for itself."""
    items = collected.trials[source]
    failures = sum(nodeid in failed for nodeid in items)
    fewest = 2 if source.entry is None else 1
    if failures < fewest or len(items) == 1:
        return None
    entry = _entry(config, source)
    session = _session(entry)
    trials: list[Trial] = []
    nodeids: dict[tuple[str, str], str] = {}
    for nodeid, trial in _unpacked_in_order(items, session):
        trials.append(trial)
        nodeids[trial.case.id, trial.via] = nodeid
    findings = collected.findings.get(source)
    if findings is None:
        findings = _explained(session, trials)
    if entry is not None:
        errors = [
            finding
            for finding in findings
            if finding.severity is Severity.ERROR and finding.check != FUTURE_EVENT
        ]
        runs = {(trial.case.id, trial.via) for trial in trials}
        replay.save_failures(entry.folder, str(entry.target), errors, runs)
    place = ""
    if entry is not None and collected.is_repeated(source):
        place = f" (line {entry.line})"
    reach = collected.reach.get(source, "")
    return _Page(source.consumer, place, failures, len(items), faults(findings), nodeids, reach)


def _session(entry: Configured | None) -> Session | None:
    """A session for an entry of the configuration, not started; None where there can be none."""
    if entry is not None:
        with contextlib.suppress(EcrContractsError):
            return Session(entry.subject(), entry.request())
    return None


def _unpacked_in_order(
    items: Mapping[str, Sequence[dict[str, Any]]], session: Session | None
) -> list[tuple[str, Trial]]:
    """The trials of items in the order of their cases, each with the item's id.

    xdist brings reports in any order.
    """
    trials: list[tuple[str, Trial]] = []
    for nodeid, packed_trials in items.items():
        trials += [(nodeid, xdist.unpacked(packed)) for packed in packed_trials]
    order = _order_of_cases({trial.case.kind for _, trial in trials}, session)

    def place(pair: tuple[str, Trial]) -> tuple[int, str]:
        nodeid, trial = pair
        return order.get(trial.case.id, len(order)), nodeid

    return sorted(trials, key=place)


def _order_of_cases(kinds: Collection[str], session: Session | None) -> dict[str, int]:
    """The place of each case among those of its session, else of its kind."""
    if session is not None:
        return {case.id: number for number, case in enumerate(session.plan.cases)}
    order: dict[str, int] = {}
    for kind in kinds:
        order |= {case.id: number for number, case in enumerate(cases.edge_cases(kind))}
    return order


def _entry(config: pytest.Config, source: Source) -> Configured | None:
    """The entry of the configuration that a consumer's items come from; None of a marked test."""
    file = source.consumer.partition("::")[0]
    if source.entry is not None:
        with contextlib.suppress(EcrContractsError, OSError, IndexError):
            return read(config.rootpath / file)[source.entry]
    return None


def _explained(session: Session | None, trials: Sequence[Trial]) -> list[Finding]:
    """The findings of trials, with further calls in a session of ours where that can be."""
    if session is None:
        return list(grouping.findings(trials))
    with session:
        return list(session.explain(trials))


def _lines(config: pytest.Config, alike: list[_Page]) -> Iterator[tuple[str, Markup]]:
    """The lines of pages that say the same of one test, as one page; each with its markup."""
    page = alike[0]
    name = node_ids.consumer_name(page.consumer)
    if len(alike) > 1:
        name = f"{name.partition('[')[0]}, {len(alike)} variants alike"
    yield f"{name}{page.place}: {page.failures} of {page.trials} events fail", _markup("bold")
    if page.reach:
        for text in textwrap.wrap(
            f"reach: {page.reach}", fault_text.width(), break_on_hyphens=False
        ):
            yield text, {}
    for number, alternatives in enumerate(page.faults, 1):
        yield "", {}
        repeat = Line(Role.REPEAT, _repeat(config, page, alternatives[0]))
        yield from _fault_lines(f"{number}  ", alternatives, page.faults, repeat)


def _fault_lines(
    number: str,
    alternatives: Sequence[Finding],
    among: Sequence[Sequence[Finding]],
    repeat: Line,
) -> Iterator[tuple[str, Markup]]:
    """The lines of one fault behind its number, each with its markup."""
    severity = alternatives[0].severity
    margin = len(number)
    head = number + PREFIXES[severity]
    for role, text in fault_text.fault_lines(alternatives, among, head=head, margin=margin):
        style = STYLES[role]
        if role is Role.HEADLINE:
            style = f"{style} {COLOURS[severity]}"
        yield text, _markup(style)
    if not is_weakly_grounded(alternatives[0]):
        # Never broken, since it is there to be copied.
        yield " " * margin + repeat.text, _markup(STYLES[repeat.role])


def _markup(style: str) -> Markup:
    """The markup for a style in the words of rich."""
    return {_MARKUP_WORDS.get(word, word): True for word in style.split()}


def _repeat(config: pytest.Config, page: _Page, finding: Finding) -> str:
    """The command that shows a finding again.

    That of an item where there is one; else that of `check`, for a case tried to tell causes, or
    for all events of a kind.
    """
    target = page.consumer.rpartition("::")[2]
    if is_of_run(finding.check):
        return shlex.join(["ecr-contracts", "check", target, "--kind", finding.kind])
    for case in (finding.case, *finding.failed):
        nodeid = page.nodeids.get((case, finding.via))
        if nodeid:
            return node_ids.repeat(config, nodeid)
    return shlex.join(
        ["ecr-contracts", "check", target, "--case", finding.case, "--via", finding.via]
    )
