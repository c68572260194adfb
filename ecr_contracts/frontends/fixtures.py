"""Fixture files: their names and bytes, how a folder of them is written, whether it drifted.

The same version writes the same bytes everywhere. A manifest beside the files says which of them
are ours.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from ecr_contracts.core import json_text, limits, whole_files
from ecr_contracts.core.errors import FixtureError
from ecr_contracts.core.findings import Severity, Violation
from ecr_contracts.core.foreign_text import in_json
from ecr_contracts.core.plain_files import read_plain_file
from ecr_contracts.eventbridge.envelopes.registry import envelope
from ecr_contracts.eventbridge.quotas import oversize
from ecr_contracts.events.generate.cases import SAMPLE, Case, InvalidCase

MANIFEST = "ecr-contracts.json"
"""The name of the manifest: a JSON object with `format` and, by file name, facts and SHA-256."""

_FORMAT = 1
_EARLIER = "earlier"
"""The key of a manifest for the digests of a file that a run which is not done may replace."""


@dataclass(frozen=True, slots=True)
class Fixture:
    """One file: its name relative to the folder (`scan/no-tags@sqs.json`) and its bytes.

    `about` is what the manifest says of it, beside its digest.
    """

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
    """The files for some cases, in each envelope.

    The bare sample is AWS's bytes, everything else indented JSON. What the manifest says of an
    event near the limits of its size tells that. Raises FixtureError for one beyond them,
    UnknownNameError for an envelope that there is not.
    """
    files: dict[str, Fixture] = {}
    for case in cases:
        large = oversize(case.event)
        if large and large.severity is Severity.ERROR:
            raise FixtureError(
                case.id, f"it has {large.value}, and EventBridge takes {large.expected}"
            )
        for name in via:
            file = _fixture(case, name, large)
            files.setdefault(file.name, file)
    return tuple(files.values())


def _fixture(case: Case | InvalidCase, via: str, large: Violation | None) -> Fixture:
    """The file for a case in an envelope; `large` is what there is to say of its size."""
    about: dict[str, Any] = {"case": case.id, "via": via, "valid": isinstance(case, Case)}
    if isinstance(case, Case):
        about["evidence"] = case.evidence.value
    else:
        about["wrong"] = case.path
    if large:
        about["size"] = f"{large.value}: {large.hint}"
    name = f"{case.id}.json" if via == "lambda" else f"{case.id}@{via}.json"
    payload = envelope(via).wrap([case.event])
    if via == "lambda" and isinstance(case, Case) and case.id.endswith(f"/{SAMPLE}"):
        text = case.text
    else:
        text = in_json(json_text.indented(payload)) + "\n"
    return Fixture(name, text.encode(), about)


def write(folder: str | Path, files: Sequence[Fixture]) -> tuple[str, ...]:
    """Write the files and their manifest, and remove files that only an earlier manifest lists.

    Each file appears at once or not at all. The names that were written, changed or removed are
    returned. Raises FixtureError, before anything is written, where a file stands in the way that
    is not ours or was changed by hand.
    """
    root = Path(folder)
    with whole_files.held(root):
        return _written(root, files)


def _written(root: Path, files: Sequence[Fixture]) -> tuple[str, ...]:
    digests = _manifest(root)
    wanted = {file.name: file for file in files}
    for name in sorted({*wanted, *digests, MANIFEST}):
        refuse_obstacle(root, name)
    for name in sorted({*wanted, *digests}):
        _refuse_foreign(root, name, digests, wanted.get(name))
    changed = [name for name in wanted if _content(root / name) != wanted[name].content]
    manifest = _manifest_of(files)
    is_listed = _content(root / MANIFEST) == manifest
    if digests and changed and not is_listed:
        # Whoever is killed from here on leaves files of ours, old ones and new ones.
        put(root / MANIFEST, _manifest_of(files, digests))
    touched = []
    for name, file in wanted.items():
        if name in changed:
            put(root / name, file.content)
            touched.append(name)
    for name in sorted(digests.keys() - wanted.keys()):
        if (root / name).exists():
            _remove(root, name)
            touched.append(name)
    if not is_listed:
        put(root / MANIFEST, manifest)
        touched.append(MANIFEST)
    return tuple(touched)


def add(folder: str | Path, files: Sequence[Fixture]) -> tuple[str, ...]:
    """Write files beside those of the manifest, without entering them: `write` leaves them alone.

    The names that were written are returned; a file that is there with the same bytes is left as it
    is. Raises FixtureError, before anything is written, where something else stands in the way.
    """
    root = Path(folder)
    for file in files:
        refuse_obstacle(root, file.name)
    missing = []
    for file in files:
        content = _content(root / file.name)
        if content is None:
            missing.append(file)
        elif content != file.content:
            problem = "it holds another event, so it is left alone; move it away first"
            raise FixtureError(str(root / file.name), problem)
    for file in missing:
        put(root / file.name, file.content)
    return tuple(file.name for file in missing)


def drift(folder: str | Path, files: Sequence[Fixture]) -> Drift:
    """How the folder differs from what `write` would leave there; nothing is written.

    Raises FixtureError for a manifest that is not ours.
    """
    root = Path(folder)
    wanted = {file.name: file.content for file in files} | {MANIFEST: _manifest_of(files)}
    missing, changed = [], []
    for name in sorted(wanted):
        content = _content(root / name)
        if content is None:
            missing.append(name)
        elif content != wanted[name]:
            changed.append(name)
    listed = sorted(_manifest(root).keys() - wanted.keys())
    left_over = [name for name in listed if (root / name).exists()]
    return Drift(tuple(missing), tuple(changed), tuple(left_over))


# --- the manifest ---------------------------------------------------------------------------------


def _manifest_of(
    files: Sequence[Fixture], earlier: Mapping[str, frozenset[str]] | None = None
) -> bytes:
    """The bytes of the manifest that lists these files.

    With the digests of `earlier` files it holds while these are being written.
    """
    listed: dict[str, dict[str, Any]] = {}
    for file in sorted(files, key=lambda file: file.name):
        listed[file.name] = {**file.about, "sha256": _digest(file.content)}
    for name, digests in sorted((earlier or {}).items()):
        listed.setdefault(name, {})[_EARLIER] = sorted(digests)
    document = in_json(json.dumps({"format": _FORMAT, "files": listed}, indent=2))
    return f"{document}\n".encode()


def _manifest(root: Path) -> Mapping[str, frozenset[str]]:
    """The digests of the files that an earlier run wrote, by name; none without a manifest.

    A run that was killed leaves several of a file.
    """
    content = _content(root / MANIFEST)
    if content is None:
        return {}
    try:
        listed = json.loads(content)["files"]
        digests = {name: _digests(about) for name, about in listed.items()}
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError):
        problem = "this is no manifest of ours; name another folder, or remove it"
        raise FixtureError(str(root / MANIFEST), problem) from None
    for name in digests:
        if Path(name).is_absolute() or ".." in Path(name).parts or not name.isprintable():
            problem = f"it lists {name!r}, which is no file of this folder"
            raise FixtureError(str(root / MANIFEST), problem)
    return digests


def _digests(about: Mapping[str, Any]) -> frozenset[str]:
    """The digests that a file may have, of its entry in a manifest. Raises KeyError, TypeError."""
    digests = [*about.get(_EARLIER, ())]
    if "sha256" in about or not digests:
        digests.append(about["sha256"])
    return frozenset(digests)


# --- what is left alone ---------------------------------------------------------------------------


def refuse_obstacle(root: Path, name: str) -> None:
    """Refuse what would lead the name out of the folder, or keep a file from being made.

    Raises FixtureError.
    """
    path = root / name
    folders = [folder for folder in path.parents if folder == root or root in folder.parents]
    for folder in folders:
        if folder.exists() and not folder.is_dir():
            problem = "this is no folder; name another, or move it away first"
            raise FixtureError(str(folder), problem)
    for part in (path, *folders):
        if part != root and part.is_symlink():
            problem = "this is a symbolic link, so it is left alone; move it away first"
            raise FixtureError(str(part), problem)


def _refuse_foreign(
    root: Path, name: str, digests: Mapping[str, frozenset[str]], wanted: Fixture | None
) -> None:
    """Refuse to replace or remove a file that is neither wanted as it is nor as we wrote it."""
    content = _content(root / name)
    if content is None or (wanted is not None and content == wanted.content):
        return
    if name not in digests:
        reason = "it was not made by this command"
    elif _digest(content) not in digests[name]:
        reason = "it was changed by hand"
    else:
        return
    raise FixtureError(str(root / name), f"{reason}, so it is left alone; move it away first")


# --- files ----------------------------------------------------------------------------------------


def _content(path: Path) -> bytes | None:
    try:
        return read_plain_file(path, limits.OWN_FILE_BYTES)
    except (FileNotFoundError, NotADirectoryError):
        return None
    except OSError as error:
        raise FixtureError(str(path), error.strerror or str(error)) from error


def _remove(root: Path, name: str) -> None:
    path = root / name
    try:
        path.unlink()
    except OSError as error:
        raise FixtureError(str(path), error.strerror or str(error)) from error
    if path.parent != root:
        with suppress(OSError):  # others are in it
            path.parent.rmdir()


def put(path: Path, content: bytes) -> None:
    """Put a file in its place at once: readers see the old bytes or the new, never half of them.

    Folders are made on the way. Raises FixtureError where that cannot be.
    """
    try:
        whole_files.put(path, content)
    except OSError as error:
        raise FixtureError(str(path), error.strerror or str(error)) from error


def _digest(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()
