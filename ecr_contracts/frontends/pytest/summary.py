"""The summary: what the failures of each consumer, or of a marked test, come to."""

from __future__ import annotations

import contextlib
import shlex
import shutil
import textwrap
from collections.abc import Collection, Iterator, Mapping, Sequence
from typing import Any, NamedTuple

import pytest

from ecr_contracts.core.errors import ConsumerError, EcrContractsError, SetupError
from ecr_contracts.core.findings import Finding, Severity
from ecr_contracts.core.text import encodable, shortened
from ecr_contracts.engine.causes import grouping
from ecr_contracts.engine.checks.levels import with_levels
from ecr_contracts.engine.preflight import prepare
from ecr_contracts.engine.trial import Knowing, Prober, Trial
from ecr_contracts.events.generate import cases
from ecr_contracts.frontends import replay
from ecr_contracts.frontends.config import Configured, read
from ecr_contracts.frontends.pytest import node_ids, xdist
from ecr_contracts.reporting.faults import faults
from ecr_contracts.reporting.lines import (
    COLOURS,
    PREFIXES,
    STYLES,
    UNBROKEN,
    Line,
    Role,
    finding_lines,
)
from ecr_contracts.runtime.worker.parent import Worker

_WIDEST = 120  # columns, however wide the terminal

Markup = Mapping[str, bool]
"""How pytest's terminal is told about colours, as in `{"bold": True}`."""

_MARKUP_WORDS = {"dim": "light", "magenta": "purple"}
"""What pytest calls a style that rich calls otherwise."""


def write(
    terminalreporter: pytest.TerminalReporter,
    tried: Mapping[str, Mapping[str, Sequence[dict[str, Any]]]],
    failed: Collection[str],
) -> None:
    """Write the pages of packed trials; `tried` has them by consumer and by the id of the item."""
    pages: dict[object, list[_Page]] = {}
    for consumer, trials in sorted(tried.items()):  # xdist brings reports in any order
        if page := _page(terminalreporter.config, consumer, trials, failed):
            # A test may have further parameters, which mostly make no difference.
            pages.setdefault((consumer.partition("[")[0], page.signature), []).append(page)
    if pages:
        terminalreporter.write_sep("=", "ecr-contracts")
    for number, alike in enumerate(pages.values()):
        lines = list(_lines(terminalreporter.config, alike))
        for line, markup in [("", {}), *lines] if number else lines:
            terminalreporter.write_line(encodable(line), **markup)


class _Page(NamedTuple):
    """What the trials of a consumer, or of a marked test, come to."""

    consumer: str
    failures: int
    trials: int
    faults: list[list[Finding]]
    nodeids: dict[tuple[str, str], str]

    @property
    def signature(self) -> tuple[object, ...]:
        findings = [finding for alternatives in self.faults for finding in alternatives]
        told = (
            (one.check, one.via, one.cause, one.exception, one.location, one.failed)
            for one in findings
        )
        return self.failures, self.trials, *told


def _page(
    config: pytest.Config,
    consumer: str,
    tried: Mapping[str, Sequence[dict[str, Any]]],
    failed: Collection[str],
) -> _Page | None:
    """A page, or nothing where a failure speaks for itself."""
    failures = sum(nodeid in failed for nodeid in tried)
    configured = any(packed["configured"] for several in tried.values() for packed in several)
    if failures < (1 if configured else 2) or len(tried) == 1:
        return None
    unpacked = (
        (nodeid, xdist.unpacked(packed)) for nodeid, several in tried.items() for packed in several
    )
    kinds = {packed["kind"] for several in tried.values() for packed in several}
    place = {
        case.id: number for kind in kinds for number, case in enumerate(cases.edge_cases(kind))
    }
    # xdist brings reports in any order.
    ordered = sorted(unpacked, key=lambda pair: (place.get(pair[1].case.id, len(place)), pair[0]))
    nodeids = {(trial.case.id, trial.via): nodeid for nodeid, trial in ordered}
    trials = [trial for _, trial in ordered]
    entry = _consumer(config, consumer) if configured else None
    found = _findings(entry, trials)
    if entry is not None:
        errors = [finding for finding in found if finding.severity is Severity.ERROR]
        replay.save_failures(
            entry.folder,
            str(entry.target),
            errors,
            {(trial.case.id, trial.via) for trial in trials},
        )
    return _Page(consumer, failures, len(tried), faults(found), nodeids)


def _consumer(config: pytest.Config, name: str) -> Configured | None:
    """The entry of the configuration that a consumer's items come from."""
    file, _, target = name.partition("::")
    with contextlib.suppress(EcrContractsError, OSError):
        return next(
            (one for one in read(config.rootpath / file) if str(one.target) == target), None
        )
    return None


def _findings(consumer: Configured | None, trials: Sequence[Trial]) -> tuple[Finding, ...]:
    """What trials come to, with further calls in a process of ours where that can be."""
    if consumer is None:
        return grouping.findings(trials)
    runs: dict[tuple[str, str], list[Trial]] = {}
    for trial in trials:
        runs.setdefault((trial.case.kind, trial.via), []).append(trial)
    found: list[Finding] = []
    try:
        with (
            contextlib.chdir(consumer.folder),
            Worker(consumer.target, timeout=consumer.timeout, settings=consumer.settings) as worker,
        ):
            carry = consumer.carry()
            prepare(worker, list(runs), carry)
            call = Knowing(worker.call, carry=carry)
            for (kind, via), run in runs.items():
                late = sum(trial.is_late for trial in run)
                prober = Prober(call, kind, via, consumer.effort.probe, late=late)
                found += grouping.Diagnosis(kind, via, run, prober).findings()
    except (ConsumerError, SetupError):  # it could be loaded once, but not again
        found = list(grouping.findings(trials))
    effort = consumer.effort
    return grouping.ordered(with_levels(found, effort.levels, strict=effort.strict))


def _lines(config: pytest.Config, alike: list[_Page]) -> Iterator[tuple[str, Markup]]:
    """Pages that say the same of one test, as one, with the markup of each line."""
    page = alike[0]
    name = page.consumer.removeprefix("pyproject.toml::")
    if len(alike) > 1:
        name = f"{name.partition('[')[0]}, {len(alike)} variants alike"
    yield f"{name}: {page.failures} of {page.trials} events fail", _markup("bold")
    for number, alternatives in enumerate(page.faults, 1):
        yield "", {}
        repeat = Line(Role.REPEAT, _repeat(config, page, alternatives[0]))
        yield from _fault_lines(f"{number}  ", alternatives, repeat)


def _fault_lines(
    number: str, alternatives: Sequence[Finding], repeat: Line
) -> Iterator[tuple[str, Markup]]:
    """The lines of one fault behind its number, wrapped or cut at the edge of the terminal."""
    width = min(shutil.get_terminal_size().columns, _WIDEST)
    margin = " " * len(number)
    wrapper = textwrap.TextWrapper(width, break_long_words=False, break_on_hyphens=False)
    wrapper.subsequent_indent = margin
    headline, *lines = finding_lines(*alternatives)
    severity = alternatives[0].severity
    style = f"{STYLES[Role.HEADLINE]} {COLOURS[severity]}"
    for text in wrapper.wrap(number + PREFIXES[severity] + headline.text):
        yield text, _markup(style)
    for line in lines:
        markup = _markup(STYLES[line.role])
        if line.role in UNBROKEN:
            yield shortened(margin + line.text, width), markup
        else:
            wrapper.subsequent_indent = margin + " " * line.hanging_indent
            yield from ((text, markup) for text in wrapper.wrap(margin + line.text))
    # Never broken, since it is there to be copied.
    yield margin + repeat.text, _markup(STYLES[repeat.role])


def _markup(style: str) -> Markup:
    """The markup for a style in the words of rich."""
    return {_MARKUP_WORDS.get(word, word): True for word in style.split()}


def _repeat(config: pytest.Config, page: _Page, finding: Finding) -> str:
    """The command that shows a finding again.

    That of an item where there is one; else that of `check`, for a case tried to tell causes.
    """
    for case in (finding.case, *finding.failed):
        if nodeid := page.nodeids.get((case, finding.via)):
            return node_ids.repeat(config, nodeid)
    target = page.consumer.rpartition("::")[2]
    return shlex.join(
        ["ecr-contracts", "check", target, "--case", finding.case, "--via", finding.via]
    )
