"""The newest models that are published: botocore of PyPI, the service spec of npm.

Both are fetched by the registries' own clients into a temporary folder; nothing is installed.
"""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
import tarfile
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

_SECONDS = 120  # for one download
_SPEC = "@aws-cdk/aws-service-spec"
_DATABASE, _MANIFEST = "package/db.json.gz", "package/package.json"


class NotReachedError(Exception):
    """A package that was not to be had: which one, and why."""


@dataclass(frozen=True, slots=True)
class ServiceSpec:
    """A version of the service spec, with its compressed database."""

    version: str
    database: bytes


def newest_botocore(folder: Path) -> Path:
    """The wheel of the newest botocore, in a folder. Raises NotReachedError."""
    pip = [sys.executable, "-m", "pip", "--disable-pip-version-check", "--no-input"]
    _called(
        [*pip, "download", "--quiet", "--no-deps", "--dest", str(folder), "botocore"],
        folder,
        "botocore of PyPI",
    )
    wheels = sorted(folder.glob("botocore-*.whl"))
    if not wheels:
        raise NotReachedError("botocore of PyPI: pip gave no wheel")
    return wheels[-1]


def newest_service_spec(folder: Path) -> ServiceSpec:
    """The newest service spec, by way of a folder. Raises NotReachedError."""
    npm = shutil.which("npm")
    if npm is None:
        raise NotReachedError(f"{_SPEC}: npm is not at hand")
    _called([npm, "pack", "--silent", _SPEC], folder, f"{_SPEC} of npm")
    for file in sorted(folder.glob("*.tgz")):
        with tarfile.open(file) as package:
            database = package.extractfile(_DATABASE)
            manifest = package.extractfile(_MANIFEST)
            if database is not None and manifest is not None:
                version = json.loads(manifest.read())["version"]
                return ServiceSpec(version, database.read())
    raise NotReachedError(f"{_SPEC}: npm gave no package with {_DATABASE}")


def _called(command: Sequence[str], folder: Path, what: str) -> None:
    try:
        done = subprocess.run(
            command, cwd=folder, capture_output=True, text=True, timeout=_SECONDS, check=False
        )
    except subprocess.TimeoutExpired:
        raise NotReachedError(f"{what}: not there within {_SECONDS} s") from None
    except OSError as error:
        raise NotReachedError(f"{what}: {error}") from error
    if done.returncode:
        said = (done.stderr or done.stdout).strip().splitlines()
        raise NotReachedError(f"{what}: {said[-1].strip() if said else 'no reason given'}")
