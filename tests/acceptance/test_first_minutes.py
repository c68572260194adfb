"""From nothing to the first useful red, in eight repositories as people have them: `repos/`.

Each is of another sort, and has the faults that code of its sort has. Three commands are all:
`pip install` of the wheel, `ecr-contracts init --write`, `ecr-contracts check`.
"""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
import sysconfig
import time
import tomllib
import venv
from dataclasses import dataclass
from pathlib import Path

import pytest

from tests.conftest import ROOT
from tests.rows import keeping

HERE = Path(__file__).parent / "repos"


@dataclass(frozen=True)
class Repository:
    """A repository: what `init` writes where, and one fault that `check` is to find.

    The fault is its exception, its place, and the key whose absence or emptiness it comes from
    (none where every event shows it).
    """

    name: str
    file: str
    handler: str
    exception: str
    place: str
    path: str


REPOSITORIES = [
    Repository(
        "sam_scan_alert",
        "ecr-contracts.toml",
        "template.yaml:ScanAlertFunction",
        "KeyError",
        "scan_alert/app.py:20",
        "$.detail.finding-severity-counts.CRITICAL",
    ),
    Repository(
        "serverless_push_slack",
        "ecr-contracts.toml",
        "serverless.yml:notify",
        "KeyError",
        "handler.py:21",
        "$.detail.image-tag",
    ),
    Repository(
        "terraform_scan_gate",
        "ecr-contracts.toml",
        "terraform/lambda.tf:gate",
        "KeyError",
        "lambda/gate/main.py:21",
        "$.detail.finding-severity-counts.CRITICAL",
    ),
    Repository(
        "src_layout_imagewatch",
        "pyproject.toml",
        "src/imagewatch/handlers.py:on_image_action",
        "IndexError",
        "src/imagewatch/models.py:24",
        "$.detail.image-digest",
    ),
    Repository(
        "powertools_queue",
        "pyproject.toml",
        "template.yaml:Rollout",
        "KeyError",
        "functions/rollout/rollout/app.py:23",
        "$.detail.image-tag",
    ),
    Repository(
        "chalice_scan_ticket",
        "ecr-contracts.toml",
        "app.py:on_scan",
        "IndexError",
        "app.py:23",
        "$.detail.image-tags",
    ),
    Repository(
        "fastapi_scan_board",
        "pyproject.toml",
        "app/main.py:app",
        "IndexError",
        "app/routers/hooks.py:23",
        "$.detail.image-tags",
    ),
    Repository(
        "sqs_worker_mirror",
        "ecr-contracts.toml",
        "worker/loop.py:main",
        "KeyError",
        "worker/loop.py:29",
        "",
    ),
]


@pytest.fixture
def checkout(tmp_path):
    """Makes a fresh clone of a repository."""

    def cloned(name: str) -> Path:
        folder = tmp_path / name
        shutil.copytree(HERE / name, folder, ignore=shutil.ignore_patterns("__pycache__"))
        (folder / ".git").mkdir()
        return folder

    return cloned


def listed(folder: Path, repository: Repository) -> list[str]:
    """The consumers that the configuration of a repository lists."""
    content = tomllib.loads((folder / repository.file).read_text("utf-8"))
    table = content if repository.file == "ecr-contracts.toml" else content["tool"]["ecr-contracts"]
    return [entry["handler"] for entry in table["consumers"]]


def shows_the_fault(document: dict, repository: Repository) -> bool:
    """Whether the findings of a report have the fault of the repository."""
    for finding in document["findings"]:
        place = finding["location"] or {}
        told = f"{place.get('file')}:{place.get('line')}"
        paths = {condition["path"] for condition in finding["cause"]}
        for condition in finding["cause"]:
            paths |= {other["path"] for other in condition.get("or", [])}
        is_there = told == repository.place and finding["exception"] == repository.exception
        if is_there and (not repository.path or repository.path in paths):
            return finding["severity"] == "error"
    return False


every = pytest.mark.parametrize("repository", REPOSITORIES, ids=lambda one: one.name)


def test_each_repository_is_named_here():
    assert sorted(one.name for one in REPOSITORIES) == sorted(
        place.name for place in HERE.iterdir() if place.is_dir()
    )


@every
def test_init_writes_the_one_consumer_and_harms_nothing(checkout, run, monkeypatch, repository):
    folder = checkout(repository.name)
    monkeypatch.chdir(folder)
    file = folder / repository.file
    before = file.read_text("utf-8") if file.exists() else ""
    code, told, complaints = run("init --write")
    assert (code, complaints) == (0, "")
    assert "not understood" not in told
    assert listed(folder, repository) == [repository.handler]
    assert file.read_text("utf-8").startswith(before)
    others = {path.name for path in folder.iterdir()} - {
        path.name for path in (HERE / repository.name).iterdir()
    }
    assert others - {".git"} <= {repository.file}
    # Asked again, it has nothing to add.
    after = file.read_text("utf-8")
    code, told, _ = run("init --write")
    assert (code, file.read_text("utf-8")) == (0, after)
    assert "listed already" in told


@keeping(lambda repository: repository.name == "sam_scan_alert")
@every
def test_the_consumer_that_init_names_shows_its_fault(checkout, run, monkeypatch, repository):
    folder = checkout(repository.name)
    monkeypatch.chdir(folder)
    run("init --write")
    (handler,) = listed(folder, repository)
    code, results, complaints = run("check --examples 0 --format json", handler)
    assert code == 1, complaints
    assert shows_the_fault(json.loads(results), repository)


# --- from the wheel -------------------------------------------------------------------------------


@dataclass(frozen=True)
class Installed:
    """An environment in which the wheel was installed, beside the libraries that are here."""

    scripts: Path

    def __call__(self, folder: Path, *words: str) -> subprocess.CompletedProcess[str]:
        """The finished command, run in a folder as its owner would."""
        inherited = {
            key: value
            for key, value in os.environ.items()
            if not key.startswith(("PYTHON", "PYTEST", "COV"))
        }
        path = f"{self.scripts}{os.pathsep}{inherited['PATH']}"
        return subprocess.run(
            words,
            cwd=folder,
            env={**inherited, "PATH": path},
            capture_output=True,
            text=True,
            timeout=300,
            check=False,
        )


@pytest.fixture(scope="module")
def installed(tmp_path_factory):
    """The wheel, built from a copy of the sources and installed by pip."""
    place = tmp_path_factory.mktemp("wheel")
    sources = place / "sources"
    for name in ("ecr_contracts", "schemas", "build_backend"):
        shutil.copytree(ROOT / name, sources / name, ignore=shutil.ignore_patterns("__pycache__"))
    for name in ("pyproject.toml", "README.md", "LICENSE"):
        shutil.copy(ROOT / name, sources)
    built = subprocess.run(
        [sys.executable, "-m", "pip", "wheel", "--quiet", "--no-deps", "-w", place, sources],
        capture_output=True,
        text=True,
        check=False,
    )
    assert built.returncode == 0, built.stderr
    [wheel] = place.glob("*.whl")
    environment = place / "environment"
    venv.create(environment, with_pip=True, symlinks=os.name != "nt")
    scripts = environment / ("Scripts" if os.name == "nt" else "bin")
    [packages] = environment.glob("[Ll]ib/**/site-packages")
    # What a user's own requirements bring: nothing is fetched for it.
    (packages / "beside.pth").write_text(sysconfig.get_path("purelib") + "\n")
    command = [scripts / "pip", "install", "--quiet", "--no-deps", "--force-reinstall", wheel]
    subprocess.run(command, check=True)
    return Installed(scripts)


@pytest.mark.long
@every
def test_two_commands_after_the_wheel_show_the_fault(checkout, installed, repository):
    folder = checkout(repository.name)
    began = time.perf_counter()
    written = installed(folder, "ecr-contracts", "init", "--write")
    assert written.returncode == 0, written.stderr
    checked = installed(folder, "ecr-contracts", "check")
    print(f"{repository.name}: {time.perf_counter() - began:.0f} s")
    assert checked.returncode == 1, checked.stderr
    told = " ".join(checked.stdout.split())
    assert f"{repository.exception} " in told
    assert f" {repository.place} " in told
    assert "Traceback" not in checked.stderr


@pytest.mark.long
def test_the_wheel_has_what_its_commands_need(installed, tmp_path):
    told = installed(tmp_path, "ecr-contracts", "doctor", "--format", "json")
    assert told.returncode == 0, told.stdout
    place = installed(
        tmp_path, "python", "-c", "import ecr_contracts; print(ecr_contracts.__file__)"
    )
    assert str(installed.scripts.parent) in place.stdout
