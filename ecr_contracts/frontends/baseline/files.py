"""Reading the file of a baseline, and changing it: whole or not at all, one run at a time."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

from ecr_contracts.core import limits, whole_files
from ecr_contracts.core.errors import BaselineError
from ecr_contracts.core.findings import Finding
from ecr_contracts.core.plain_files import read_plain_file
from ecr_contracts.engine.accepted.baseline import Baseline
from ecr_contracts.engine.accepted.entries import entry_of
from ecr_contracts.engine.verdict import Verdict
from ecr_contracts.frontends.baseline.document import baseline_of, text_of
from ecr_contracts.reporting.headlines import plain_headline, without_places

__all__ = ["USUAL_NAME", "accept", "is_complete", "judged", "prune", "read_baseline"]

USUAL_NAME = "ecr-baseline.toml"
"""The file that is written where none is named."""


def read_baseline(file: Path) -> Baseline:
    """The baseline of a file. Raises BaselineError where it is not there, or cannot be used."""
    try:
        return baseline_of(read_plain_file(file, limits.OWN_FILE_BYTES).decode("utf-8"), str(file))
    except FileNotFoundError:
        problem = "there is no such file"
        advice = "make it: ecr-contracts check HANDLER --update-baseline --reason WHY"
        raise BaselineError(str(file), "", problem, advice) from None
    except UnicodeDecodeError:
        problem = "it is not UTF-8, as TOML is"
        raise BaselineError(str(file), "", problem, "save it as UTF-8") from None
    except OSError as error:
        problem = f"it cannot be read: {error.strerror or error}"
        raise BaselineError(str(file), "", problem, "name another file") from None


def judged(
    verdict: Verdict,
    baseline: Baseline,
    consumer: str,
    *,
    is_whole: bool,
    is_of_chosen: bool = False,
) -> Verdict:
    """A verdict whose accepted findings are apart.

    What is gone is told only where the run `is_whole`: any other may not have come by it. Of chosen
    events no cause is known: what they show is accepted where each of them meets an entry's cause.
    """

    def shown_by(finding: Finding) -> Iterator[Mapping[str, Any]]:
        for trial in verdict.trials:
            if trial.case.id in finding.failed and trial.via == finding.via:
                yield trial.case.event

    result = baseline.sort(verdict.findings, consumer, shown_by if is_of_chosen else None)
    gone = result.gone if is_whole and is_complete(verdict) else ()
    return replace(
        verdict,
        findings=result.new,
        accepted=(*verdict.accepted, *result.accepted),
        gone=(*verdict.gone, *gone),
    )


def is_complete(verdict: Verdict) -> bool:
    """Whether all events that were planned were given."""
    if verdict.is_interrupted or verdict.is_stopped:
        return False
    return len(verdict.trials) >= verdict.planned


def accept(file: Path, findings: Iterable[Finding], consumer: str, reason: str) -> Baseline:
    """Add findings to a file, which is made where there is none; gives what is there then.

    Raises BaselineError.
    """
    new = []
    for finding in findings:
        says = plain_headline([without_places(finding)])
        new.append(entry_of(finding, consumer, reason, says))
    with whole_files.held(file.parent):
        before = read_baseline(file) if file.exists() else Baseline()
        after = before.with_new(new)
        _write(file, after)
    return after


def prune(file: Path, findings: Iterable[Finding], consumer: str) -> Baseline:
    """Remove from a file what covers none of all findings of a consumer. Raises BaselineError."""
    with whole_files.held(file.parent):
        after = read_baseline(file).pruned(findings, consumer)
        _write(file, after)
    return after


def _write(file: Path, baseline: Baseline) -> None:
    content = text_of(baseline).encode("utf-8")
    try:
        if not file.exists() or file.read_bytes() != content:
            whole_files.put(file, content)
    except OSError as error:
        problem = f"it cannot be written: {error.strerror or error}"
        raise BaselineError(str(file), "", problem, "name another file: --baseline FILE") from None
