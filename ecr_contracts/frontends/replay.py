"""Known failures of a consumer: saved beside its code, run first next time, or kept as fixtures.

They are a cache, as Hypothesis' example database is: what cannot be read is forgotten, what cannot
be written is not saved, and neither is an error. Fixtures are made on request, and committed.
"""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Collection, Iterable, Iterator, Mapping
from contextlib import suppress
from dataclasses import replace
from pathlib import Path
from typing import Any, TypeGuard

from ecr_contracts.core import json_text, limits, whole_files
from ecr_contracts.core.errors import (
    EcrContractsError,
    FixtureError,
    ImpossibleCaseError,
    UnknownNameError,
)
from ecr_contracts.core.findings import Finding
from ecr_contracts.core.foreign_text import in_json
from ecr_contracts.core.plain_files import read_plain_file
from ecr_contracts.engine.trial import KnownFailure, distinct
from ecr_contracts.eventbridge.envelopes.registry import ENVELOPES
from ecr_contracts.events import validation
from ecr_contracts.events.compile import reader
from ecr_contracts.events.generate import cases
from ecr_contracts.events.generate.case_names import row_of
from ecr_contracts.events.generate.cases import VALUED, Case
from ecr_contracts.frontends import fixtures
from ecr_contracts.frontends.fixtures import Fixture

FOLDER = ".ecr-contracts"
"""The name of the cache's folder, which git ignores by a file of its own."""

_FORMAT = 1
_FAILURES = "failures"
_IGNORE, _EVERYTHING = ".gitignore", b"*\n"
_FIELDS = {"consumer": str, "case": str, "via": str, "check": str, "kind": str, "event": dict}
# Windows has 260 characters for a whole path.
_CONSUMER_LENGTH, _CASE_LENGTH = 40, 60
_DIGEST_LENGTH = 8
_MADE_ANYWAY = 2
"""The strength of the arrays that most runs make."""


# --- loading --------------------------------------------------------------------------------------


def load_failures(root: Path, consumer: str) -> tuple[KnownFailure, ...]:
    """The failures that were last saved of a consumer of this name, in the order of case ids.

    Files that are not ours, or whose event is none of its kind any more, are passed over.
    """
    failures = []
    for record in _records(_consumer_folder(root, consumer)):
        case = recorded_case(record) if record["consumer"] == consumer else None
        if case is not None:
            exception = record.get("exception")
            failures.append(KnownFailure(case, record["via"], record["check"], exception))
    return tuple(sorted(failures, key=lambda failure: (failure.case.id, failure.via)))


def find_case(root: Path, case_id: str) -> Case | None:
    """The case of this id that some consumer failed; None when no such failure is saved.

    For ids whose values are not the plainest: they do not give the event, the saved failure does.
    """
    with suppress(OSError):
        for folder in _entries(root / FOLDER / _FAILURES):
            for record in _records(folder):
                case = recorded_case(record) if record["case"] == case_id else None
                if case is not None:
                    return case
    return None


def named_case(case_id: str, root: Path | None = None) -> Case:
    """The case of an id; one that its id alone does not give is one of the saved failures.

    Those are looked for in a folder, unless told otherwise the working directory. Raises
    UnknownNameError for an id that no case can have, ImpossibleCaseError for one whose event is not
    saved.
    """
    if VALUED not in case_id:
        return cases.case(case_id)
    case = find_case(root or Path.cwd(), case_id)
    if case is None:
        problem = (
            f"its values are not remembered here, in {FOLDER}; check the handler again to find them"
        )
        raise ImpossibleCaseError(case_id, problem)
    return case


def _records(folder: Path) -> Iterator[dict[str, Any]]:
    """The content of a folder's files, in the order of their names, without those not ours."""
    with suppress(OSError):
        for file in _json_files(folder):
            record = None
            with suppress(OSError, ValueError, RecursionError):
                record = json.loads(read_plain_file(file, limits.OWN_FILE_BYTES))
            if is_record(record):
                yield record


def is_record(record: Any) -> TypeGuard[dict[str, Any]]:
    """Whether a value, read from a file, is the record of a failure as this version writes it."""
    if not isinstance(record, dict):
        return False
    for field, field_type in _FIELDS.items():
        if not isinstance(record.get(field), field_type):
            return False
    return (
        record.get("format") == _FORMAT
        and isinstance(record.get("exception"), str | None)
        and record["via"] in ENVELOPES
    )


def recorded_case(record: dict[str, Any]) -> Case | None:
    """The case of a record; None when no such event of its kind comes, or the kind is none of ours.

    A newer schema may know that choices which an older one let stand together never do.
    """
    case_id, kind, event = record["case"], record["kind"], record["event"]
    if not case_id.startswith(f"{kind}/"):
        return None
    # First what takes no time, since most cases are plain. The array of pairs is made in most runs
    # anyway; those of greater strength take long, so that such an event is known by its choices.
    row = row_of(case_id.partition("/")[2])
    if row is None or row.strength <= _MADE_ANYWAY:
        plain_case = _plain_case(case_id, event)
        if plain_case is not None:
            return plain_case
    with suppress(UnknownNameError):
        if validation.is_valid(event, kind):
            contract = reader.contract(kind)
            labels = contract.recognise(event)
            known = {path: label for path, label in labels.items() if label is not None}
            if not all(rule.holds(known) for rule in contract.constraints):
                return None  # older schemas had such events
            evidence = contract.weakest_evidence(labels)
            return Case(case_id, kind, labels, evidence, json_text.compact(event))
    return None


def _plain_case(case_id: str, event: dict[str, Any]) -> Case | None:
    """The case that the id alone gives, if it has this event.

    The event may have the event id that a run gives it instead of the case's own.
    """
    try:
        case = cases.case(case_id)
    except EcrContractsError:
        return None
    text = json_text.compact(event)
    for variant in (case, distinct(case)):
        if json_text.compact(variant.event) == text:
            return case
    return None


# --- saving ---------------------------------------------------------------------------------------


def save_failures(
    root: Path,
    consumer: str,
    findings: Iterable[Finding],
    runs: Collection[tuple[str, str]] | None = None,
) -> bool:
    """Replace what is saved of a consumer by the examples of these findings.

    One file for each case and envelope; a finding without an example has none. Failures of other
    consumers stay. With `runs`, the ids and envelopes of the cases that were run, so do those of
    this consumer whose case was not run. Without findings nothing is made, and folders that become
    empty go. Returns whether it could be done.
    """
    wanted: dict[str, bytes] = {}
    for finding in findings:
        if finding.example is not None:
            text = in_json(json.dumps(record_of(consumer, finding), indent=2)) + "\n"
            wanted.setdefault(_file_name(finding.case, finding.via), text.encode("ascii"))
    with whole_files.held(root):
        return _saved(root, consumer, wanted, runs)


def _saved(
    root: Path,
    consumer: str,
    wanted: Mapping[str, bytes],
    runs: Collection[tuple[str, str]] | None,
) -> bool:
    folder = _consumer_folder(root, consumer)
    if folder.is_symlink():
        return False  # what it leads to is not ours to clean
    try:
        if wanted:
            keep_from_git(root)
        present = {file.name: file for file in _json_files(folder)}
        for name, content in wanted.items():
            if name not in present or present[name].read_bytes() != content:
                fixtures.put(folder / name, content)
        not_run = set() if runs is None else _names_not_run(root, consumer, runs)
        for name in present.keys() - wanted.keys() - not_run:
            present[name].unlink(missing_ok=True)
    except (OSError, FixtureError):
        return False
    if not wanted:
        remove_empty_folders(root, folder, folder.parent)
    return True


def _names_not_run(root: Path, consumer: str, runs: Collection[tuple[str, str]]) -> set[str]:
    """The files of saved failures whose case was not run."""
    saved = {_file_name(failure.case.id, failure.via) for failure in load_failures(root, consumer)}
    return saved - {_file_name(case_id, via) for case_id, via in runs}


def record_of(consumer: str, finding: Finding) -> dict[str, Any]:
    """A failure as JSON: what `is_record` knows, and `recorded_case` makes a case of."""
    return {
        "format": _FORMAT,
        "consumer": consumer,
        "case": finding.case,
        "via": finding.via,
        "check": finding.check,
        "exception": finding.exception,
        "kind": finding.kind,
        "event": finding.example,
    }


def keep_from_git(root: Path) -> None:
    """See that git ignores what is saved in a working directory. Raises FixtureError, OSError."""
    if not (root / FOLDER / _IGNORE).exists():
        fixtures.put(root / FOLDER / _IGNORE, _EVERYTHING)


def remove_empty_folders(root: Path, *folders: Path) -> None:
    """Remove folders of the cache, and the cache, where nothing is in them any more."""
    for folder in folders:
        with suppress(OSError):  # others are in it
            folder.rmdir()
    cache = root / FOLDER
    with suppress(OSError):
        ignore = cache / _IGNORE
        if _entries(cache) == [ignore] and ignore.read_bytes() == _EVERYTHING:
            ignore.unlink()
        cache.rmdir()


# --- fixtures -------------------------------------------------------------------------------------


def keep_fixtures(folder: str | Path, findings: Iterable[Finding]) -> tuple[str, ...]:
    """Write the examples of findings as fixture files to commit, each as its envelope delivers it.

    They are called and look as `fixtures` has them, so that both may share a folder; what is there
    already stays. The names of those that were written are returned. Raises FixtureError, before
    anything is written, where a file with another event stands in the way, or for an event that no
    file can hold.
    """
    files: dict[str, Fixture] = {}
    for finding in findings:
        if finding.example is None:
            continue
        try:
            file = _fixture(finding.case, finding.kind, finding.via, dict(finding.example))
        except UnicodeEncodeError:
            problem = (
                f"the event of {finding.case!r} holds half a character, which no fixture file can"
            )
            raise FixtureError(str(folder), problem) from None
        files.setdefault(file.name, file)
    return fixtures.add(folder, tuple(files.values()))


def _fixture(case_id: str, kind: str, via: str, event: dict[str, Any]) -> Fixture:
    """The file of an event: only an event that the id alone gives may be called by it."""
    case = _plain_case(case_id, event)
    if case is None:
        case = cases.of_event(reader.contract(kind), event)
    [file] = fixtures.fixtures([case], [via])
    folder, _, stem = case.id.replace(VALUED, "-").partition("/")
    ending = file.name.removeprefix(case.id)
    return replace(file, name=f"{folder}/{stem}{ending}")


# --- files and their names ------------------------------------------------------------------------


def _consumer_folder(root: Path, consumer: str) -> Path:
    return root / FOLDER / _FAILURES / _slug(consumer, _CONSUMER_LENGTH)


def _file_name(case_id: str, via: str) -> str:
    return f"{_slug(f'{case_id}@{via}', _CASE_LENGTH)}.json"


def _slug(text: str, length: int) -> str:
    """A name that every file system takes, and that no other text has.

    Its words are for people; its digest tells texts apart.
    """
    words = re.sub(r"[^a-z0-9]+", "-", text.lower())[:length].strip("-")
    return f"{words}-{_digest(text)}" if words else _digest(text)


def _digest(text: str) -> str:
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()[:_DIGEST_LENGTH]


def _json_files(folder: Path) -> list[Path]:
    return [path for path in _entries(folder) if path.suffix == ".json" and path.is_file()]


def _entries(folder: Path) -> list[Path]:
    """What a folder holds, in the order of names; nothing where there is none. Raises OSError."""
    try:
        return sorted(folder.iterdir())
    except (FileNotFoundError, NotADirectoryError):
        return []
