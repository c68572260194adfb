"""The last reports made in a folder: their numbered findings, so that one can be seen again.

One command may report on several consumers; the numbers run over all of them. The file lies in the
cache beside the failures that are remembered, and is replaced by the next command's. It holds the
words of the command, but no secret, and of each fault the events that show it. What cannot be read
is as good as not there.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from ecr_contracts.core import limits, whole_files
from ecr_contracts.core.errors import FixtureError
from ecr_contracts.core.findings import Finding
from ecr_contracts.core.foreign_text import in_json
from ecr_contracts.core.plain_files import read_plain_file
from ecr_contracts.engine.checks.catalog import is_of_run
from ecr_contracts.engine.trial import KnownFailure
from ecr_contracts.frontends import fixtures, replay
from ecr_contracts.reporting.headlines import plain_headline
from ecr_contracts.reporting.sentences import takes_several_events

__all__ = ["Entry", "LastReport", "NumberedFault", "ShownBy", "load_reports", "save_report"]

_FORMAT = 2
_FILE = "report.json"
Entry = tuple[str, int]
"""A configuration by its path from the folder of the report, and the place of an entry in it."""

_Mark = tuple[str, str | None, str, str, str]
"""What findings of one fault have in common: check, exception, kind, code, paths of the cause."""


@dataclass(frozen=True, slots=True)
class ShownBy:
    """One finding of a fault: the event that shows it, and what tells it from other findings.

    `known` is None where the event is none of its kind any more. `code` is the line that fails, as
    it stands there, and `paths` are those of the cause.
    """

    known: KnownFailure | None
    check: str
    exception: str | None
    kind: str
    code: str
    paths: str

    def fits(self, finding: Finding, *, exactly: bool) -> bool:
        """Whether a finding of another run is this one, at the same line and of the same cause."""
        mark = _mark(finding)
        own = (self.check, self.exception, self.kind, self.code, self.paths)
        return mark == own if exactly else mark[:4] == own[:4] and bool(self.code)


@dataclass(frozen=True, slots=True)
class NumberedFault:
    """A fault of a report. `takes_all` says that no single event shows it."""

    told: str
    findings: tuple[ShownBy, ...]
    takes_all: bool

    def among(self, findings: Iterable[Finding]) -> tuple[Finding, ...]:
        """The findings of another run that are this fault; none where it does not show."""
        findings = tuple(findings)
        for exactly in (True, False):
            same: list[Finding] = []
            for finding in findings:
                if any(one.fits(finding, exactly=exactly) for one in self.findings):
                    same.append(finding)
            if same:
                return tuple(same)
        return ()


@dataclass(frozen=True, slots=True)
class LastReport:
    """What the last command in a folder reported on one consumer.

    `words` are those of its command line behind `check`, without the options whose values are
    secrets: these are `withheld`, with dots in the place of the value. `entry` is where it is
    configured; None where it is not.
    """

    words: tuple[str, ...]
    withheld: tuple[str, ...]
    faults: tuple[NumberedFault, ...]
    entry: Entry | None = None


def save_report(
    root: Path,
    consumer: str,
    together: Sequence[Sequence[Finding]],
    words: Sequence[str],
    withheld: Sequence[str],
    *,
    entry: Entry | None = None,
    is_further: bool = False,
) -> bool:
    """Keep the faults of a report, in the place of those of the last command.

    One that `is_further` is of the same command, and is kept behind those before it: numbers run
    on. Without faults nothing is kept. Returns whether they can be shown again.
    """
    content = {
        "words": list(words),
        "withheld": list(withheld),
        "entry": None if entry is None else list(entry),
        "faults": [_fault_as_json(consumer, alternatives) for alternatives in together],
    }
    with whole_files.held(root):
        return _saved(root, content, is_further=is_further)


def _saved(root: Path, content: dict[str, Any], *, is_further: bool) -> bool:
    file = root / replay.FOLDER / _FILE
    try:
        if not content["faults"]:
            if not is_further:
                file.unlink(missing_ok=True)
                replay.remove_empty_folders(root)
            return False
        before = _written_reports(root) if is_further else []
        replay.keep_from_git(root)
        whole = {"format": _FORMAT, "reports": [*before, content]}
        text = in_json(json.dumps(whole, indent=1)) + "\n"
        fixtures.put(file, text.encode("ascii"))
    except (OSError, FixtureError):
        return False
    return True


def _fault_as_json(consumer: str, alternatives: Sequence[Finding]) -> dict[str, Any]:
    findings = []
    for finding in alternatives:
        _, _, _, code, paths = _mark(finding)
        record = replay.record_of(consumer, finding)
        findings.append({**record, "code": code, "paths": paths})
    return {
        "told": plain_headline(alternatives),
        "takes_all": any(_takes_all(finding) for finding in alternatives),
        "findings": findings,
    }


def _takes_all(finding: Finding) -> bool:
    """Whether a finding shows only where all events are given, in their order."""
    is_of_many = is_of_run(finding.check) or takes_several_events(finding)
    return is_of_many or finding.doubt == "flaky" or finding.example is None


def _mark(finding: Finding) -> _Mark:
    code = finding.location.source.strip() if finding.location else ""
    paths = " ".join(sorted(condition.path for condition in finding.cause))
    return finding.check, finding.exception, finding.kind, code, paths


def load_reports(root: Path) -> tuple[LastReport, ...]:
    """What the last command in a folder reported; nothing where that cannot be read."""
    try:
        return tuple(_report(content) for content in _written_reports(root))
    except (KeyError, TypeError, ValueError):  # somebody else wrote it
        return ()


def _written_reports(root: Path) -> list[Any]:
    """The reports of the file as they stand there."""
    content = None
    with suppress(OSError, ValueError, RecursionError):
        written = read_plain_file(root / replay.FOLDER / _FILE, limits.OWN_FILE_BYTES)
        content = json.loads(written)
    if not isinstance(content, dict) or content.get("format") != _FORMAT:
        return []
    reports = content.get("reports")
    return reports if isinstance(reports, list) else []


def _report(content: dict[str, Any]) -> LastReport:
    entry = content["entry"]
    if entry is not None:
        file, number = entry
        if not isinstance(file, str) or not isinstance(number, int):
            raise TypeError(f"a place in a file, not {entry!r}")
        entry = file, number
    return LastReport(
        _texts(content["words"]),
        _texts(content["withheld"]),
        tuple(_fault(fault) for fault in content["faults"]),
        entry,
    )


def _fault(fault: dict[str, Any]) -> NumberedFault:
    findings = []
    for record in fault["findings"]:
        [code, paths] = _texts([record["code"], record["paths"]])
        exception = record["exception"]
        known = None
        if replay.is_record(record):
            case = replay.recorded_case(record)
            if case is not None:
                known = KnownFailure(case, record["via"], record["check"], exception)
        shown = ShownBy(known, record["check"], exception, record["kind"], code, paths)
        findings.append(shown)
    return NumberedFault(str(fault["told"]), tuple(findings), bool(fault["takes_all"]))


def _texts(values: Any) -> tuple[str, ...]:
    """A list of texts as it is. Raises TypeError for anything else."""
    if not isinstance(values, list) or not all(isinstance(value, str) for value in values):
        raise TypeError(f"a list of texts, not {values!r}")
    return tuple(values)
