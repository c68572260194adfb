"""Fixtures that several test modules share, and how Hypothesis searches."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from hypothesis import settings

from ecr_contracts.runtime import loader

ROOT = Path(__file__).parents[1]

# The same examples in every run, so that a red run is the fault of the change;
# `--hypothesis-profile=search` explores.
settings.register_profile("tests", deadline=None, derandomize=True)
settings.register_profile("search", deadline=None, max_examples=2000, print_blob=True)
settings.register_profile("lane", deadline=None, derandomize=True, max_examples=10)
settings.load_profile("tests")


@pytest.fixture(scope="session", autouse=True)
def temporary_folder(tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    """A temporary folder for what the tests leave behind, gone with this process; no screen.

    Its path is short, as those of sockets have to be. pytest's own folders are kept where they are.
    """
    tmp_path_factory.getbasetemp()
    with (
        tempfile.TemporaryDirectory(prefix="ecr-", ignore_cleanup_errors=True) as folder,
        pytest.MonkeyPatch.context() as patch,
    ):
        Path(folder).chmod(0o755)  # some tests become another user
        patch.setattr(tempfile, "tempdir", folder)
        for name in ("TMPDIR", "TEMP", "TMP"):
            patch.setenv(name, folder)
        for name in ("COLUMNS", "FORCE_COLOR", "NO_COLOR"):  # a worker of xdist is given a width
            patch.delenv(name, raising=False)
        yield


@dataclass(frozen=True)
class ProjectCopy:
    """A copy of the package and its schemas, to add kinds to without touching the real ones."""

    root: Path

    @property
    def schemas(self) -> Path:
        """The folder of the copy's schemas."""
        return self.root / "ecr_contracts" / "schemas"

    def python(self, *arguments: str, **environment: str) -> subprocess.CompletedProcess[str]:
        """Runs Python in the copy's folder, with the copy before the installed package."""
        inherited = {
            key: value for key, value in os.environ.items() if not key.startswith(("COV", "PYTEST"))
        }
        return subprocess.run(
            [sys.executable, *arguments],
            cwd=self.root,
            env=inherited
            | {"PYTHONPATH": str(self.root), "PYTHONDONTWRITEBYTECODE": "1"}
            | environment,
            capture_output=True,
            text=True,
            timeout=120,
            check=False,
        )


@pytest.fixture
def project_copy(tmp_path: Path) -> ProjectCopy:
    """A copy of the package with its schemas, as it lies in a wheel."""
    copy = ProjectCopy(tmp_path / "copy")
    no_caches = shutil.ignore_patterns("__pycache__")
    shutil.copytree(ROOT / "ecr_contracts", copy.root / "ecr_contracts", ignore=no_caches)
    shutil.copytree(ROOT / "schemas", copy.schemas, ignore=no_caches)
    for file in copy.schemas.rglob("*"):
        file.chmod(0o755 if file.is_dir() else 0o644)
    return copy


@pytest.fixture
def folder(tmp_path, monkeypatch):
    """The working directory of the test, and everything that loading changes put back after it."""
    monkeypatch.chdir(tmp_path)
    path, argv, modules, bytecode = (
        sys.path[:],
        sys.argv[:],
        dict(sys.modules),
        sys.dont_write_bytecode,
    )
    yield tmp_path
    sys.path[:], sys.argv[:], sys.dont_write_bytecode = path, argv, bytecode
    for name in set(sys.modules) - set(modules):
        if (loader._origin(sys.modules[name]) or str(tmp_path)).startswith(str(tmp_path)):
            del sys.modules[name]
    sys.modules.update(modules)
