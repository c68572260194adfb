"""Fixture files: what they are called and hold, how a folder of them is written, and whether it has drifted.

The same version writes the same bytes everywhere. A manifest beside the files says which of them
are ours.
"""

from __future__ import annotations

import hashlib
import json
import os
import tempfile
from collections.abc import Iterable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from ecr_contracts.core import json_text
from ecr_contracts.core.errors import FixtureError
from ecr_contracts.core.findings import Severity
from ecr_contracts.eventbridge.envelopes.registry import envelope
from ecr_contracts.eventbridge.quotas import oversize
from ecr_contracts.events.generate.cases import Case, InvalidCase

MANIFEST = "ecr-contracts.json"
"""The name of the manifest: a JSON object with `format` and, by file name, what each file is and its SHA-256."""

_FORMAT = 1


@dataclass(frozen=True, slots=True)
class Fixture:
    """One file: its name relative to the folder (`scan/no-tags@sqs.json`), its bytes, and what the manifest says."""

    name: str
    content: bytes = field(repr=False)
    about: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Drift:
    """How a folder differs from what would be written: names of files, each list sorted."""

    missing: tuple[str, ...]
    changed: tuple[str, ...]
    left_over: tuple[str, ...]

    def __bool__(self) -> bool:
        return bool(self.missing or self.changed or self.left_over)


def fixtures(
    cases: Iterable[Case | InvalidCase], via: Sequence[str] = ("lambda",)
) -> tuple[Fixture, ...]:
    """The files for some cases, in each envelope. The bare sample is AWS's bytes, everything else indented JSON.

    What the manifest says of an event near the limits of its size tells that. Raises FixtureError
    for one beyond them.
    """
    found = []
    for case in cases:
        large = oversize(case.event)
        if large and large.severity is Severity.ERROR:
            raise FixtureError(
                case.id, f"it has {large.value}, and EventBridge takes {large.expected}"
            )
        for name in via:
            bare = name == "lambda"
            payload = envelope(name).wrap([case.event])
            exact = bare and isinstance(case, Case) and case.id.endswith("/sample")
            content = case.text.encode() if exact else (json_text.indented(payload) + "\n").encode()
            about: dict[str, Any] = {"case": case.id, "via": name, "valid": isinstance(case, Case)}
            if isinstance(case, Case):
                about["evidence"] = case.evidence.value
            else:
                about["wrong"] = case.path
            if large:
                about["size"] = f"{large.value}: {large.hint}"
            found.append(Fixture(f"{case.id}{'' if bare else '@' + name}.json", content, about))
    return tuple({file.name: file for file in found}.values())


def write(folder: str | Path, files: Sequence[Fixture]) -> tuple[str, ...]:
    """Write the files and their manifest, and take away what an earlier manifest lists and nobody asks for any more.

    Each file appears at once or not at all. The names that were written, changed or removed are
    returned. Raises FixtureError, before anything is written, where a file stands in the way that
    is not ours or was changed by hand.
    """
    root = Path(folder)
    known = _manifest(root)
    wanted = {file.name: file for file in files}
    for name in sorted({*wanted, *known, MANIFEST}):
        _refuse_obstacle(root, name)
    for name in sorted({*wanted, *known}):
        _refuse_foreign(root, name, known, wanted.get(name))
    touched = []
    for name, file in wanted.items():
        if _content(root / name) != file.content:
            put(root / name, file.content)
            touched.append(name)
    for name in sorted(set(known) - set(wanted)):
        if (root / name).exists():
            _remove(root, name)
            touched.append(name)
    listing = _listing(files)
    if _content(root / MANIFEST) != listing:
        put(root / MANIFEST, listing)
        touched.append(MANIFEST)
    return tuple(touched)


def add(folder: str | Path, files: Sequence[Fixture]) -> tuple[str, ...]:
    """Write files beside those that the manifest lists, into which they are not entered: `write` leaves them alone.

    The names that were written are returned; a file that is there with the same bytes is left as it
    is. Raises FixtureError, before anything is written, where something else stands in the way.
    """
    root = Path(folder)
    for file in files:
        _refuse_obstacle(root, file.name)
    there = {file.name: _content(root / file.name) for file in files}
    for file in files:
        if there[file.name] not in (None, file.content):
            raise FixtureError(
                str(root / file.name),
                "it holds another event, so it is left alone; move it away first",
            )
    missing = [file for file in files if there[file.name] is None]
    for file in missing:
        put(root / file.name, file.content)
    return tuple(file.name for file in missing)


def drift(folder: str | Path, files: Sequence[Fixture]) -> Drift:
    """How the folder differs from what `write` would leave there; nothing is written."""
    root = Path(folder)
    wanted = {file.name: file.content for file in files} | {MANIFEST: _listing(files)}
    there = {name: _content(root / name) for name in wanted}
    return Drift(
        missing=tuple(sorted(name for name, content in there.items() if content is None)),
        changed=tuple(
            sorted(name for name, content in there.items() if content not in (None, wanted[name]))
        ),
        left_over=tuple(
            sorted(name for name in set(_manifest(root)) - set(wanted) if (root / name).exists())
        ),
    )


def _listing(files: Sequence[Fixture]) -> bytes:
    listed = {file.name: {**file.about, "sha256": _digest(file.content)} for file in files}
    return (
        json.dumps({"format": _FORMAT, "files": dict(sorted(listed.items()))}, indent=2) + "\n"
    ).encode()


def _manifest(root: Path) -> Mapping[str, str]:
    """The digests of the files that an earlier run wrote, by name; none without a manifest."""
    content = _content(root / MANIFEST)
    if content is None:
        return {}
    try:
        listed = json.loads(content)["files"]
        digests = {name: about["sha256"] for name, about in listed.items()}
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError):
        raise FixtureError(
            str(root / MANIFEST), "this is no manifest of ours; name another folder, or remove it"
        ) from None
    for name in digests:
        if Path(name).is_absolute() or ".." in Path(name).parts or not name.isprintable():
            raise FixtureError(
                str(root / MANIFEST), f"it lists {name!r}, which is no file of this folder"
            )
    return digests


def _refuse_obstacle(root: Path, name: str) -> None:
    """Refuse what would lead the name out of the folder, or keep a file from being made."""
    path = root / name
    folders = [folder for folder in path.parents if folder == root or root in folder.parents]
    for folder in folders:
        if folder.exists() and not folder.is_dir():
            raise FixtureError(
                str(folder), "this is no folder; name another, or move it away first"
            )
    for place in (path, *folders):
        if place != root and place.is_symlink():
            raise FixtureError(
                str(place), "this is a symbolic link, so it is left alone; move it away first"
            )


def _refuse_foreign(
    root: Path, name: str, known: Mapping[str, str], wanted: Fixture | None
) -> None:
    content = _content(root / name)
    if (
        content is None
        or (wanted is not None and content == wanted.content)
        or _digest(content) == known.get(name)
    ):
        return
    what = "it was changed by hand" if name in known else "it was not made by this command"
    raise FixtureError(str(root / name), f"{what}, so it is left alone; move it away first")


def _content(path: Path) -> bytes | None:
    try:
        return path.read_bytes()
    except (FileNotFoundError, NotADirectoryError):
        return None
    except OSError as problem:
        raise FixtureError(str(path), problem.strerror or str(problem)) from problem


def _remove(root: Path, name: str) -> None:
    path = root / name
    try:
        path.unlink()
    except OSError as problem:
        raise FixtureError(str(path), problem.strerror or str(problem)) from problem
    if path.parent != root:
        with suppress(OSError):  # others are in it
            path.parent.rmdir()


def put(path: Path, content: bytes) -> None:
    """Put a file in its place at once: readers see the old bytes or the new, never half of them.

    Folders are made on the way. Raises FixtureError where that cannot be.
    """
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        handle, temporary = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.")
        try:
            with os.fdopen(handle, "wb") as file:
                file.write(content)
            os.chmod(temporary, 0o666 & ~_umask())
            os.replace(temporary, path)
        except BaseException:
            with suppress(FileNotFoundError):
                os.unlink(temporary)
            raise
    except OSError as problem:
        raise FixtureError(str(path), problem.strerror or str(problem)) from problem


def _umask() -> int:
    mask = os.umask(0)
    os.umask(mask)
    return mask


def _digest(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()
