"""What failed before: failing cases beside the code that they break, to be run first next time or kept as fixtures.

The memory is a cache: what cannot be read is forgotten, what cannot be written is not remembered,
and neither is an error. Fixtures are not: they are asked for, and committed.
"""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Collection, Iterable, Iterator
from contextlib import suppress
from dataclasses import replace
from pathlib import Path
from typing import Any

from ecr_contracts.core import json_text
from ecr_contracts.core.errors import (
    EcrContractsError,
    FixtureError,
    ImpossibleCaseError,
    UnknownNameError,
)
from ecr_contracts.core.findings import Finding
from ecr_contracts.engine import trial
from ecr_contracts.engine.trial import KnownFailure
from ecr_contracts.eventbridge.envelopes.registry import ENVELOPES
from ecr_contracts.events import validation
from ecr_contracts.events.compile import reader
from ecr_contracts.events.generate import cases
from ecr_contracts.events.generate.cases import VALUED, Case
from ecr_contracts.frontends import fixtures
from ecr_contracts.frontends.fixtures import Fixture

FOLDER = ".ecr-contracts"
"""The name of the memory's folder, which git ignores by a file of its own."""

_FORMAT = 1
_FAILURES = "failures"
_IGNORE, _EVERYTHING = ".gitignore", b"*\n"
_FIELDS = {"consumer": str, "case": str, "via": str, "check": str, "kind": str, "event": dict}
_CONSUMER_LENGTH, _CASE_LENGTH, _KEPT_LENGTH = (
    40,
    60,
    150,
)  # Windows has 260 characters for a whole path
_DIGEST_LENGTH = 8


# --- recalling ------------------------------------------------------------------------------------


def load_failures(root: Path, consumer: str) -> tuple[KnownFailure, ...]:
    """What failed when a consumer of this name was last remembered, in the order of the cases' ids.

    Files that are not ours, or whose event is none of its kind any more, are passed over.
    """
    found = (
        KnownFailure(case, record["via"], record["check"], record.get("exception"))
        for record in _records(_place(root, consumer))
        if record["consumer"] == consumer and (case := _case(record)) is not None
    )
    return tuple(sorted(found, key=lambda one: (one.case.id, one.via)))


def find_case(root: Path, case_id: str) -> Case | None:
    """The case of this id that some consumer failed; None when nothing is remembered of it.

    For ids whose values are not the plainest: they do not give the event, the memory does.
    """
    with suppress(OSError):
        for place in _inside(root / FOLDER / _FAILURES):
            for record in _records(place):
                if record["case"] == case_id and (case := _case(record)) is not None:
                    return case
    return None


def named_case(case_id: str) -> Case:
    """The case of an id; one that its id alone does not give comes from the memory.

    The memory is that of the working directory. Raises UnknownNameError for an id that no case can
    have, ImpossibleCaseError for one that is not remembered.
    """
    if VALUED not in case_id:
        return cases.case(case_id)
    case = find_case(Path.cwd(), case_id)
    if case is None:
        problem = (
            f"its values are not remembered here, in {FOLDER}; check the handler again to find them"
        )
        raise ImpossibleCaseError(case_id, problem)
    return case


def _records(place: Path) -> Iterator[dict[str, Any]]:
    """What the files of a consumer's folder say, in the order of their names, leaving out those that are not ours."""
    with suppress(OSError):
        for file in _files(place):
            record = None
            with suppress(OSError, ValueError, RecursionError):
                record = json.loads(file.read_bytes())
            if isinstance(record, dict) and _is_ours(record):
                yield record


def _is_ours(record: dict[str, Any]) -> bool:
    return (
        record.get("format") == _FORMAT
        and all(isinstance(record.get(key), sort) for key, sort in _FIELDS.items())
        and isinstance(record.get("exception"), str | None)
        and record["via"] in ENVELOPES
    )


def _case(record: dict[str, Any]) -> Case | None:
    """The case of a record; None when its event is none of its kind, or the kind none of ours."""
    case_id, kind, event = record["case"], record["kind"], record["event"]
    if not case_id.startswith(f"{kind}/"):
        return None
    # First what takes no time, since most cases are plain.
    if (plain := _plain(case_id, event)) is not None:
        return plain
    with suppress(UnknownNameError):
        if validation.is_valid(event, kind):
            contract = reader.contract(kind)
            labels = contract.recognise(event)
            return Case(
                case_id, kind, labels, cases.weakest(contract, labels), json_text.compact(event)
            )
    return None


def _plain(case_id: str, event: dict[str, Any]) -> Case | None:
    """The case that the id alone gives, if that is this event, be it with the event id that a run gives it."""
    try:
        plain = cases.case(case_id)
    except EcrContractsError:
        return None
    same = json_text.compact(event) in (
        json_text.compact(plain.event),
        json_text.compact(trial.distinct(plain).event),
    )
    return plain if same else None


# --- remembering ----------------------------------------------------------------------------------


def save_failures(
    root: Path,
    consumer: str,
    findings: Iterable[Finding],
    ran: Collection[tuple[str, str]] | None = None,
) -> bool:
    """Make the memory hold the examples of these findings, and nothing else of this consumer.

    One file for each case and envelope; a finding without an example has none. What another
    consumer failed stays, and with `ran`, the ids and envelopes of the cases that were run, what is
    of none of those. Without findings nothing is made, and folders that become empty go. Returns
    whether it could be done.
    """
    wanted: dict[str, bytes] = {}
    for finding in findings:
        if finding.example is not None:
            wanted.setdefault(_name(finding.case, finding.via), _content(consumer, finding))
    place = _place(root, consumer)
    if place.is_symlink():
        return False  # what it leads to is not ours to clean
    try:
        if wanted and not (root / FOLDER / _IGNORE).exists():
            fixtures.put(root / FOLDER / _IGNORE, _EVERYTHING)
        there = {file.name: file for file in _files(place)}
        for name, content in wanted.items():
            if name not in there or there[name].read_bytes() != content:
                fixtures.put(place / name, content)
        kept = (
            set()
            if ran is None
            else {_name(one.case.id, one.via) for one in load_failures(root, consumer)}
        )
        kept -= {_name(case_id, via) for case_id, via in ran or ()}
        for name in there.keys() - wanted.keys() - kept:
            there[name].unlink(missing_ok=True)
    except (OSError, FixtureError):
        return False
    if not wanted:
        _tidy(root / FOLDER, place)
    return True


def _content(consumer: str, finding: Finding) -> bytes:
    record = {
        "format": _FORMAT,
        "consumer": consumer,
        "case": finding.case,
        "via": finding.via,
        "check": finding.check,
        "exception": finding.exception,
        "kind": finding.kind,
        "event": finding.example,
    }
    return (json.dumps(record, indent=2) + "\n").encode("ascii")


def _tidy(memory: Path, place: Path) -> None:
    """Take away those folders of the memory that hold nothing any more."""
    for folder in (place, place.parent):
        with suppress(OSError):  # others are in it
            folder.rmdir()
    with suppress(OSError):
        ignore = memory / _IGNORE
        if _inside(memory) == [ignore] and ignore.read_bytes() == _EVERYTHING:
            ignore.unlink()
        memory.rmdir()


# --- keeping --------------------------------------------------------------------------------------


def keep_fixtures(folder: str | Path, findings: Iterable[Finding]) -> tuple[str, ...]:
    """Write the examples of findings as fixture files to commit, each as its envelope delivers it.

    They are called and look as `fixtures` has them, so that both may share a folder; what is there
    already stays. The names of those that were written are returned. Raises FixtureError, before
    anything is written, where a file with another event stands in the way, or for an event that no
    file can hold.
    """
    files: dict[str, Fixture] = {}
    for finding in findings:
        if finding.example is not None:
            try:
                file = _kept(finding.case, finding.kind, finding.via, dict(finding.example))
            except UnicodeEncodeError:
                problem = f"the event of {finding.case!r} holds half a character, which no fixture file can"
                raise FixtureError(str(folder), problem) from None
            files.setdefault(file.name, file)
    return fixtures.add(folder, tuple(files.values()))


def _kept(case_id: str, kind: str, via: str, event: dict[str, Any]) -> Fixture:
    """The file of an event: only an event that the id alone gives may be called by it."""
    case = _plain(case_id, event) or cases.of_event(reader.contract(kind), event)
    [file] = fixtures.fixtures([case], [via])
    folder, _, stem = case.id.replace(VALUED, "-").partition("/")
    ending = file.name.removeprefix(case.id)
    if len(stem) + len(ending) > _KEPT_LENGTH:
        digest = _digest(case.id)
        stem = f"{stem[: _KEPT_LENGTH - len(ending) - len(digest) - 1]}-{digest}"
    return replace(file, name=f"{folder}/{stem}{ending}")


# --- files and their names ------------------------------------------------------------------------


def _place(root: Path, consumer: str) -> Path:
    return root / FOLDER / _FAILURES / _slug(consumer, _CONSUMER_LENGTH)


def _name(case_id: str, via: str) -> str:
    return f"{_slug(f'{case_id}@{via}', _CASE_LENGTH)}.json"


def _slug(text: str, length: int) -> str:
    """A name that every file system takes, and that no other text has: the words are for people, the digest tells."""
    words = re.sub(r"[^a-z0-9]+", "-", text.lower())[:length].strip("-")
    return f"{words}-{_digest(text)}" if words else _digest(text)


def _digest(text: str) -> str:
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()[:_DIGEST_LENGTH]


def _files(place: Path) -> list[Path]:
    return [file for file in _inside(place) if file.suffix == ".json" and file.is_file()]


def _inside(folder: Path) -> list[Path]:
    """What a folder holds, in the order of the names; nothing where there is none. Raises OSError."""
    try:
        return sorted(folder.iterdir())
    except (FileNotFoundError, NotADirectoryError):
        return []
