"""The summary: what the failures of each consumer, or of a marked test, come to."""

from __future__ import annotations

import shutil
import textwrap
from collections.abc import Collection, Iterator, Mapping
from typing import Any, NamedTuple

import pytest

from ecr_contracts import cases, explaining, pytest_naming, pytest_trials, report, wording
from ecr_contracts.findings import Finding, Severity

_WIDEST = 120  # columns, however wide the terminal

_MARKUP = {
    "place": {"cyan": True},
    "code": {"light": True},
    "here": {"bold": True},
    "note": {"light": True},
    "before": {"red": True},
    "after": {"green": True},
}


def write(
    terminalreporter: pytest.TerminalReporter,
    tried: Mapping[str, Mapping[str, dict[str, Any]]],
    failed: Collection[str],
) -> None:
    """Write the pages of the packed trials that were `tried`, by consumer and by the id of their item."""
    pages: dict[object, list[_Page]] = {}
    for consumer, trials in sorted(tried.items()):  # xdist brings reports in any order
        if page := _page(consumer, trials, failed):
            # A test may have further parameters, which mostly make no difference.
            pages.setdefault((consumer.partition("[")[0], page.signature), []).append(page)
    if pages:
        terminalreporter.write_sep("=", "ecr-contracts")
    for number, alike in enumerate(pages.values()):
        lines = list(_lines(terminalreporter.config, alike))
        for line, markup in [("", {}), *lines] if number else lines:
            terminalreporter.write_line(wording.encodable(line), **markup)


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
        told = ((one.check, one.via, one.cause, one.exception, one.location, one.failed) for one in findings)
        return self.failures, self.trials, *told


def _page(consumer: str, tried: Mapping[str, dict[str, Any]], failed: Collection[str]) -> _Page | None:
    """A page, or nothing where a failure speaks for itself."""
    failures = sum(nodeid in failed for nodeid in tried)
    configured = any(packed["configured"] for packed in tried.values())
    if failures < (1 if configured else 2) or len(tried) == 1:
        return None
    trials = {nodeid: pytest_trials.unpacked(packed) for nodeid, packed in tried.items()}
    kinds = dict.fromkeys(trial.case.kind for trial in trials.values())
    place = {case.id: number for kind in kinds for number, case in enumerate(cases.edge_cases(kind))}
    ordered = sorted(trials, key=lambda nodeid: (place[trials[nodeid].case.id], nodeid))
    findings = explaining.findings(trials[nodeid] for nodeid in ordered)
    nodeids = {(trials[nodeid].case.id, trials[nodeid].via): nodeid for nodeid in ordered}
    return _Page(consumer, failures, len(tried), report.faults(findings), nodeids)


def _lines(config: pytest.Config, alike: list[_Page]) -> Iterator[tuple[str, dict[str, bool]]]:
    """Pages that say the same of one test, as one, with the colours of each line."""
    page = alike[0]
    name = page.consumer.removeprefix("pyproject.toml::")
    if len(alike) > 1:
        name = f"{name.partition('[')[0]}, {len(alike)} variants alike"
    yield f"{name}: {page.failures} of {page.trials} events fail", {"bold": True}
    width = min(shutil.get_terminal_size().columns, _WIDEST)
    for number, alternatives in enumerate(page.faults, 1):
        first = alternatives[0]
        error = first.severity is Severity.ERROR
        margin = " " * len(f"{number}  ")
        wrapped = textwrap.TextWrapper(width, subsequent_indent=margin, break_long_words=False, break_on_hyphens=False)
        (_, head), *rest = report.finding_lines(*alternatives)
        yield "", {}
        for line in wrapped.wrap(f"{number}  {'' if error else 'warning: '}{head}"):
            yield line, {"bold": True, "red" if error else "yellow": True}
        for sort, line in rest:
            if sort in report.UNBROKEN:
                line = margin + line
                yield line if len(line) <= width else f"{line[: width - 1]}…", _MARKUP.get(sort, {})
            else:
                yield from ((part, _MARKUP.get(sort, {})) for part in wrapped.wrap(margin + line))
        # Never broken, since it is there to be copied.
        yield margin + pytest_naming.repeat(config, page.nodeids[first.case, first.via]), {"light": True}
