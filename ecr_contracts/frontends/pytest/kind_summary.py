"""The end of a run of pytest: what each consumer came to, and what its failures do not tell."""

from __future__ import annotations

import contextlib
import textwrap
from collections.abc import Iterator, Sequence
from typing import Any, NamedTuple

import pytest

from ecr_contracts.core.errors import EcrContractsError
from ecr_contracts.core.findings import Finding, Severity
from ecr_contracts.core.foreign_text import one_line
from ecr_contracts.engine.checks.catalog import FUTURE_EVENT
from ecr_contracts.engine.checks.policy import is_weakly_grounded
from ecr_contracts.frontends import replay
from ecr_contracts.frontends.config import Configured, read
from ecr_contracts.frontends.pytest import fault_text, node_ids, xdist
from ecr_contracts.reporting.faults import faults
from ecr_contracts.reporting.headlines import code_mark
from ecr_contracts.reporting.lines import PREFIXES, finding_lines

__all__ = ["Judgement", "save", "write"]


Markup = dict[str, bool]
"""How pytest's terminal is told about colours, as in `{"bold": True}`."""


class Judgement(NamedTuple):
    """What an item of a kind came to; `packed` is as `kinds.packed_judgement` makes it."""

    nodeid: str
    has_failed: bool
    packed: dict[str, Any]

    @property
    def findings(self) -> list[Finding]:
        """What was found, of whatever severity."""
        return [*map(xdist.unpacked_finding, self.packed["findings"] or ())]


def write(
    terminalreporter: pytest.TerminalReporter,
    judgements: Sequence[Judgement],
    *,
    is_headed: bool = False,
) -> None:
    """Write the verdicts on what failed, and the warnings of each consumer.

    Errors stand above as failures, and below by their names.
    """
    lines: list[tuple[str, Markup]] = []
    for judgement in judgements:
        lines += _verdict_lines(judgement)
    for of_consumer in _by_consumer(judgements):
        lines += _warning_lines(of_consumer)
    if lines and not is_headed:
        terminalreporter.write_sep("=", "ecr-contracts")
    for line, markup in lines:
        terminalreporter.write_line(one_line(line), **markup)


def _by_consumer(judgements: Sequence[Judgement]) -> list[list[Judgement]]:
    """The judgements of each entry of the configuration."""
    entries: dict[tuple[str, int], list[Judgement]] = {}
    for judgement in judgements:
        key = judgement.packed["consumer"], judgement.packed["entry"]
        entries.setdefault(key, []).append(judgement)
    return list(entries.values())


def _verdict_lines(judgement: Judgement) -> Iterator[tuple[str, Markup]]:
    """The verdict in one sentence, and how far events got."""
    told, reach = judgement.packed["told"], judgement.packed["reach"]
    if not (told and judgement.has_failed):
        return
    for text in _wrapped(told):
        yield text, {"bold": True}
    if reach:
        for text in _wrapped(f"   reach: {reach}"):
            yield text, {}


def _warning_lines(judgements: Sequence[Judgement]) -> Iterator[tuple[str, Markup]]:
    """The warnings of one consumer, each once, of whatever kinds of events."""
    findings: list[Finding] = []
    for judgement in judgements:
        findings += judgement.findings
    for judgement in judgements:
        for line in judgement.packed["accepted"]:
            for text in _wrapped(line):
                yield text, {}
    together = faults(findings)
    name = node_ids.consumer_name(judgements[0].packed["consumer"])
    for alternatives in together:
        if alternatives[0].severity is Severity.WARNING:
            for text in _wrapped(f"{name}: {_warning(alternatives, together)}"):
                yield text, {"yellow": True}


def _wrapped(text: str) -> list[str]:
    return textwrap.wrap(
        text,
        fault_text.width(),
        subsequent_indent="   ",
        break_long_words=False,
        break_on_hyphens=False,
    )


def _warning(alternatives: Sequence[Finding], among: Sequence[Sequence[Finding]]) -> str:
    """A warning in one line, with its place."""
    words = PREFIXES[Severity.WARNING] + finding_lines(*alternatives, among=among)[0].text
    words += code_mark(alternatives[0])
    location = alternatives[0].location
    if location is None or is_weakly_grounded(alternatives[0]):
        return words
    place = f"{location.file}:{location.line}"
    return words if place in words else f"{words} ({place})"


def save(config: pytest.Config, judgements: Sequence[Judgement]) -> None:
    """Remember what failed of each consumer, as the command does, and forget what passes now."""
    complete = [one for one in judgements if one.packed["findings"] is not None]
    for of_consumer in _by_consumer(complete):
        packed = of_consumer[0].packed
        entry = _entry(config, packed["consumer"], packed["entry"])
        if entry is not None:
            _save(entry, of_consumer)


def _entry(config: pytest.Config, consumer: str, number: int) -> Configured | None:
    """The entry of the configuration that a consumer's items come from."""
    with contextlib.suppress(EcrContractsError, OSError, IndexError):
        return read(config.rootpath / consumer.partition("::")[0])[number]
    return None


def _save(entry: Configured, judgements: Sequence[Judgement]) -> None:
    errors: list[Finding] = []
    for judgement in judgements:
        for finding in judgement.findings:
            if finding.severity is Severity.ERROR and finding.check != FUTURE_EVENT:
                errors.append(finding)
    ran = {tuple(judgement.packed["run"] or ()) for judgement in judgements}
    target = str(entry.target)
    # All cases of these kinds were run: what is saved of others stays.
    runs: set[tuple[str, str]] = set()
    for failure in replay.load_failures(entry.folder, target):
        if (failure.case.kind, failure.via) in ran:
            runs.add((failure.case.id, failure.via))
    replay.save_failures(entry.folder, target, errors, runs)
