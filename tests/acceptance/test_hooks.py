"""Hooks for pre-commit: what of changed files they judge, and that pre-commit runs them."""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from ruamel.yaml import YAML

from ecr_contracts import delivery
from ecr_contracts.frontends.cli import hook
from tests.conftest import ROOT

REPOS = Path(__file__).parent / "repos"
HOOKS = YAML(typ="safe").load(ROOT / ".pre-commit-hooks.yaml")

EVENT = {
    "version": "0",
    "id": "85fc3613-e913-7fc4-a80c-a3753e4aa9ae",
    "detail-type": "ECR Image Action",
    "source": "aws.ecr",
    "account": "123456789012",
    "time": "2019-10-29T02:36:48Z",
    "region": "us-east-1",
    "resources": [],
    "detail": {
        "action-type": "PUSH",
        "result": "SUCCESS",
        "repository-name": "shop/api",
        "image-digest": f"sha256:{'0' * 64}",
        "image-tag": "latest",
    },
}


@pytest.fixture
def repository(tmp_path, monkeypatch):
    """A fresh clone of the repository for SAM, with a configuration; the working directory."""
    folder = tmp_path / "clone"
    shutil.copytree(REPOS / "sam_scan_alert", folder)
    (folder / ".git").mkdir()
    (folder / "ecr-contracts.toml").write_text(
        'consumers = [{ handler = "template.yaml:ScanAlertFunction", examples = 0 }]\n'
    )
    monkeypatch.chdir(folder)
    return folder


# --- events ---------------------------------------------------------------------------------------


def test_files_without_events_of_ecr_are_left_alone(run, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    files = {
        "package.json": '{"name": "shop"}',
        "broken.json": '{"name": ',
        "s3.json": '{"source": "aws.s3", "detail-type": "Object Created", "detail": {}}',
        "policy.json": '{"Principal": {"Service": "ecr.amazonaws.com"}}',
        "template.json": '{"Resources": {"R": {"Type": "x", "Source": ["aws.ecr"]}}}',
    }
    for name, text in files.items():
        Path(name).write_text(text)
    assert run("hook events", *files, "gone.json") == (0, "", "")
    assert run("hook events") == (0, "", "")


def in_a_queue(event):
    """The event in a message of SQS, as Lambda gets it."""
    return delivery.envelope("sqs").wrap([event])


@pytest.mark.parametrize("wrap", [dict, in_a_queue])
def test_an_event_that_is_wrong_stops_the_commit(run, tmp_path, monkeypatch, wrap):
    monkeypatch.chdir(tmp_path)
    wrong = json.loads(json.dumps(EVENT))
    wrong["detail"]["action-type"] = "Push"
    Path("right.json").write_text(json.dumps(wrap(EVENT)))
    Path("wrong.json").write_text(json.dumps(wrap(wrong)))
    Path("package.json").write_text("{}")
    code, told, _ = run("hook events right.json package.json")
    assert code == 0, told
    code, told, _ = run("hook events right.json wrong.json package.json")
    assert code == 1
    assert "wrong.json:1:" in told
    assert "package.json" not in told


def test_an_event_file_that_is_no_json_stops_the_commit(run, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    Path("scan.json").write_text(json.dumps(EVENT)[:-3])
    code, told, _ = run("hook events scan.json")
    assert code == 1
    assert told.startswith("scan.json:1:")


# --- rules ----------------------------------------------------------------------------------------


def test_rules_of_ecr_are_judged_and_other_files_left_alone(run, repository):
    template = (repository / "template.yaml").read_text()
    (repository / "dead.yaml").write_text(template.replace("COMPLETE", "SUCCESS"))
    assert run("hook rules events/scan.json samconfig.toml")[0] == 0
    code, told, _ = run("hook rules template.yaml events/scan.json")
    assert (code, "1 rule: 0 dead or invalid" in told) == (0, True)
    code, told, _ = run("hook rules dead.yaml template.yaml")
    assert code == 1
    assert "dead.yaml:37" in told
    (repository / "broken.yaml").write_text(template + "\t[")
    assert run("hook rules broken.yaml")[0] == 2


def test_all_files_of_a_terraform_module_are_judged_once(run, monkeypatch):
    monkeypatch.chdir(REPOS / "terraform_scan_gate")
    code, told, _ = run("hook rules terraform/events.tf terraform/lambda.tf terraform/main.tf")
    assert code == 0
    assert "1 rule: 0 dead or invalid" in told


# --- handlers -------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("changed", "is_touched"),
    [
        ("scan_alert/app.py", True),
        ("template.yaml", True),
        ("ecr-contracts.toml", True),
        ("nightly_report/app.py", False),
        ("events/scan.json", False),
        ("gone.py", False),
    ],
)
def test_a_consumer_is_checked_where_a_file_of_it_has_changed(
    run, repository, monkeypatch, changed, is_touched
):
    commands = []
    monkeypatch.setattr(hook, "_command", lambda words: commands.append(words) or 0)
    assert run("hook handlers README.md", changed)[0] == 0
    wanted = ["check", "--", "template.yaml:ScanAlertFunction"]
    assert commands == ([wanted] if is_touched else [])


@pytest.mark.long
def test_its_findings_stop_the_commit(run, repository, monkeypatch):
    monkeypatch.chdir(repository / "scan_alert")  # from wherever it is run
    code, told, _ = run("hook handlers app.py")
    assert code == 1
    assert "KeyError when CRITICAL is absent" in told


@pytest.mark.parametrize("changed", ["ecr-contracts.toml", "scan_alert/app.py"])
@pytest.mark.parametrize(
    ("named", "asked"),
    [
        ("scan_alert/app.py:lambda_handler", "lambdas/scan_alert/app.py:lambda_handler"),
        ("scan_alert.app:lambda_handler", "scan_alert.app:lambda_handler"),
    ],
)
def test_a_consumer_of_a_package_below_is_named_from_where_the_hook_runs(
    run, tmp_path, monkeypatch, changed, named, asked
):
    package = tmp_path / "lambdas"
    (package / "scan_alert").mkdir(parents=True)
    (package / "scan_alert" / "app.py").write_text("def lambda_handler(event, _):\n    pass\n")
    (package / "ecr-contracts.toml").write_text(f'consumers = [{{ handler = "{named}" }}]\n')
    monkeypatch.chdir(tmp_path)
    commands = []
    monkeypatch.setattr(
        hook, "_command", lambda words: commands.append((Path.cwd(), words[-1])) or 0
    )
    assert run("hook handlers", f"lambdas/{changed}")[0] == 0
    assert commands == [(package if asked == named else tmp_path, asked)]
    assert Path.cwd() == tmp_path


def test_a_configuration_that_cannot_be_used_stops_the_commit(run, repository):
    (repository / "ecr-contracts.toml").write_text("consumer = []\n")
    code, _, complaints = run("hook handlers scan_alert/app.py")
    assert code == 2
    assert "did you mean" in complaints


# --- pre-commit -----------------------------------------------------------------------------------


def test_each_hook_runs_a_command_of_ours_and_takes_the_files_that_it_is_for():
    names = {
        "ecr-events": (["tests/events/a.json", "a.jsonl"], ["a.py", "a.json.bak"]),
        "ecr-rules": (["template.yaml", "x.yml", "cdk.out/a.template.json", "m.tf"], ["a.py"]),
        "ecr-handlers": (["a.py", "index.mjs", "template.yaml", "pyproject.toml"], ["README.md"]),
    }
    assert {one["id"] for one in HOOKS} == names.keys()
    for one in HOOKS:
        taken, left = names[one["id"]]
        assert all(re.search(one["files"], name) for name in taken)
        assert not any(re.search(one["files"], name) for name in left)
        assert one["entry"] == f"ecr-contracts hook {one['id'].removeprefix('ecr-')}"


@pytest.mark.long
def test_pre_commit_runs_the_hooks(repository, tmp_path):
    """With the entries of our hooks, in the environment that is there: nothing is fetched."""
    pytest.importorskip("pre_commit")
    if shutil.which("git") is None:
        pytest.skip("there is no git here")
    local = [{**one, "language": "system", "additional_dependencies": []} for one in HOOKS]
    with (repository / ".pre-commit-config.yaml").open("w") as stream:
        YAML().dump({"repos": [{"repo": "local", "hooks": local}]}, stream)
    scripts = tmp_path / "bin"
    scripts.mkdir()
    script = scripts / "ecr-contracts"
    script.write_text(f'#!/bin/sh\nexec "{sys.executable}" -m ecr_contracts "$@"\n')
    script.chmod(0o755)
    environment = {key: value for key, value in os.environ.items() if not key.startswith("GIT_")}
    environment |= {
        "PATH": f"{scripts}{os.pathsep}{os.environ['PATH']}",
        "PYTHONPATH": str(ROOT),
        "PRE_COMMIT_HOME": str(tmp_path / "cache"),
    }

    def ran(*words: str) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            words, cwd=repository, env=environment, capture_output=True, text=True, check=False
        )

    (repository / ".git").rmdir()
    ran("git", "init", "-q")
    ran("git", "add", ".")
    done = ran(sys.executable, "-m", "pre_commit", "run", "--all-files")
    outcomes = dict(
        re.findall(r"^(.+?)\.{3,}(?:\(.*\))?(Passed|Failed|Skipped)$", done.stdout, re.M)
    )
    by_id = {one["id"]: outcomes.get(one["name"]) for one in HOOKS}
    assert by_id == {"ecr-events": "Passed", "ecr-rules": "Passed", "ecr-handlers": "Failed"}
    assert "KeyError when CRITICAL is absent" in done.stdout
