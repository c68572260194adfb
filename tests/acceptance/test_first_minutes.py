"""From nothing to the first useful red, in eight repositories as people have them: `repos/`.

Each is of another sort, and has the faults that code of its sort has. Three commands are all:
`pip install` of the wheel, `ecr-contracts init --write`, `ecr-contracts check`.
"""

from __future__ import annotations

import json
import shutil
import tomllib
from dataclasses import dataclass
from pathlib import Path

import pytest

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
