"""Type checkers and linters know the generated classes, and find nothing in a user's project.

`user_project/` is what a user writes: every public name, as the README says it. Beside it stand the
classes that `ecr-contracts models` prints.
"""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from mypy import api as mypy

import ecr_contracts
from ecr_contracts.frontends.cli import models
from generators.layout import ROOT

SAMPLE = """
from typing import assert_type

from hypothesis.strategies import SearchStrategy

from ecr_contracts import models, named, types

def right(
    push: types.PushEvent,
    any_event: types.EcrEvent,
    one_of_two: types.PushEvent | types.ScanEvent,
    scan: models.ScanEvent,
) -> str:
    assert_type(push["detail"].get("image-tag"), str | None)
    assert_type(any_event["region"], str)
    assert_type(one_of_two["detail"]["repository-name"], str)
    assert_type(named.push_events(), SearchStrategy[types.PushEvent])
    assert_type(scan.detail.image_tags, list[str] | None)
    counts = models.ScanEvent.from_event({}).detail.finding_severity_counts
    assert_type(counts, models.FindingSeverityCounts | None)
    models.PushDetail(
        result="SUCCESS", repository_name="my-repo", action_type="PUSH", image_tag="latest"
    )
    return push["detail"]["repository-name"]

def wrong(push: types.PushEvent, scan: models.ScanEvent) -> None:
    push["detail"]["image_tag"]  # typeddict-item
    push["detail"]["action-type"] = "PULL"  # typeddict-item
    scan.detail.image_tag  # attr-defined
    models.PushDetail(result=1, repository_name="my-repo", action_type="PUSH")  # arg-type
    models.PushDetail(repository_name="my-repo", action_type="PUSH")  # call-arg
"""


@pytest.mark.long
def test_type_checkers_know_the_classes(tmp_path, monkeypatch):
    monkeypatch.chdir(ROOT)
    (tmp_path / "sample.py").write_text(SAMPLE, "utf-8")
    options = ["--strict", "--no-error-summary", "--hide-error-context", "--cache-dir", os.devnull]
    complaints, problem, _ = mypy.run([*options, str(tmp_path / "sample.py")])
    wanted = {
        (number, line.split("# ")[1])
        for number, line in enumerate(SAMPLE.splitlines(), 1)
        if "# " in line
    }
    found = {
        (int(line.split(":")[1]), line.rpartition("[")[2].rstrip("]"))
        for line in complaints.splitlines()
        if ": error: " in line
    }
    assert found == wanted, complaints + problem


STYLES = ("typeddict", "pydantic", "dataclass", "msgspec")


@pytest.fixture(scope="module")
def user_project(tmp_path_factory):
    """A project of a user's, and the package as it is installed for it."""
    folder = tmp_path_factory.mktemp("user") / "project"
    shutil.copytree(Path(__file__).parent / "user_project", folder)
    for style in STYLES:
        (folder / f"ecr_{style}.py").write_text(models._classes(style) + "\n", "utf-8")
    site = folder.parent / "site"
    shutil.copytree(ROOT / "ecr_contracts", site / "ecr_contracts")
    return folder


def of(tool, *arguments, folder, **environment):
    """What a tool says of a project, and its exit code."""
    command = [Path(sys.executable).with_name(tool), *arguments]
    done = subprocess.run(
        command, cwd=folder, capture_output=True, text=True, env=os.environ | environment
    )
    return done.returncode, done.stdout + done.stderr


def test_every_public_name_is_used_in_the_user_s_project(user_project):
    text = (user_project / "public_names.py").read_text("utf-8")
    assert [name for name in ecr_contracts.__all__ if name not in text] == []


@pytest.mark.long
def test_mypy_has_nothing_to_say_of_a_user_s_project(user_project):
    options = ["--strict", "--config-file=", "--cache-dir", os.devnull]
    # As for an installed package: what it imports is followed, and not judged.
    options += ["--follow-imports=silent", "--ignore-missing-imports"]
    site = str(user_project.parent / "site")
    assert of("mypy", *options, ".", folder=user_project, MYPYPATH=site) == (
        0,
        "Success: no issues found in 5 source files\n",
    )


@pytest.mark.long
def test_pyright_has_nothing_to_say_of_a_user_s_project(user_project):
    if not Path(sys.executable).with_name("basedpyright").exists():
        pytest.skip("basedpyright is not installed")
    settings = {"typeCheckingMode": "strict", "extraPaths": ["../site"]}
    (user_project / "pyrightconfig.json").write_text(json.dumps(settings), "utf-8")
    code, said = of("basedpyright", "--pythonpath", sys.executable, folder=user_project)
    assert (code, said.splitlines()[-1]) == (0, "0 errors, 0 warnings, 0 notes"), said


@pytest.mark.parametrize("style", STYLES)
def test_linters_and_formatters_leave_what_is_printed_alone(user_project, style):
    file = f"ecr_{style}.py"
    for rules in ([], ["--select", "ALL"]):
        code, said = of(
            "ruff", "check", "--isolated", "--no-cache", *rules, file, folder=user_project
        )
        assert code == 0, said
    code, said = of(
        "ruff", "format", "--isolated", "--no-cache", "--check", file, folder=user_project
    )
    assert code == 0, said
