"""The pipelines in the documents: their lines are run as their hosts do, and their keys exist."""

from __future__ import annotations

import re
import shutil
import sys
import xml.etree.ElementTree
from pathlib import Path

import pytest
from ruamel.yaml import YAML

from tests.acceptance.tool import Tool
from tests.conftest import ROOT

PAGE = (ROOT / "docs" / "guides" / "ci.md").read_text("utf-8")
SNIPPETS = {
    name: YAML(typ="safe").load(body)
    for name, body in re.findall(r"^```yaml\n# (\S+)\n(.*?)^```$", PAGE, re.M | re.S)
}
GITHUB = SNIPPETS[".github/workflows/ecr-contracts.yml"]
GITLAB = SNIPPETS[".gitlab-ci.yml"]["ecr-contracts"]
CODEBUILD = SNIPPETS["buildspec.yml"]


def yaml(name):
    return YAML(typ="safe").load(ROOT / name)


@pytest.fixture
def repository(tmp_path):
    """A repository with a fault, and its configuration; `pip` only notes what it is asked for."""
    tool = Tool(tmp_path / "clone")
    shutil.copytree(Path(__file__).parent / "repos" / "serverless_push_slack", tool.folder)
    (tool.folder / ".git").mkdir()
    tool.write("ecr-contracts.toml", 'consumers = [{ handler = "serverless.yml:notify" }]\n')
    ours = f'#!/bin/sh\nexec "{sys.executable}" -m ecr_contracts "$@"\n'
    for name, text in {"ecr-contracts": ours, "pip": '#!/bin/sh\necho "$@" >>pip.txt\n'}.items():
        tool.write(f"bin/{name}", text).chmod(0o755)
    return tool


@pytest.mark.long
@pytest.mark.parametrize(
    "lines",
    [
        GITLAB["script"],
        CODEBUILD["phases"]["install"]["commands"] + CODEBUILD["phases"]["build"]["commands"],
    ],
    ids=["GitLab", "CodeBuild"],
)
def test_the_lines_of_a_pipeline_fail_and_leave_their_reports(repository, lines):
    codes = [repository.shell(line).returncode for line in lines]
    assert codes == [0, 1]
    assert (repository.folder / "pip.txt").read_text().startswith("install -r requirements.txt")
    page = repository.folder / "reports" / "ecr-contracts.html"
    assert "KeyError" in page.read_text("utf-8")
    results = xml.etree.ElementTree.parse(repository.folder / "reports" / "ecr-contracts.xml")
    assert results.findall(".//failure")


def test_the_paths_that_a_pipeline_keeps_are_those_that_it_writes():
    line = GITLAB["script"][-1]
    assert CODEBUILD["phases"]["build"]["commands"] == [line]
    written = set(re.findall(r"--report \w+=(\S+)", line))
    assert {*GITLAB["artifacts"]["paths"], GITLAB["artifacts"]["reports"]["junit"]} == written
    report = CODEBUILD["reports"]["ecr-contracts"]
    kept = {f"{report['base-directory']}/{name}" for name in report["files"]}
    assert kept | set(CODEBUILD["artifacts"]["files"]) == written


def test_the_workflow_gives_the_action_what_it_takes():
    action = yaml("action.yml")
    steps = GITHUB["jobs"]["contracts"]["steps"]
    [ours] = [step for step in steps if "ecr-contracts@" in step.get("uses", "")]
    assert ours["with"].keys() <= action["inputs"].keys()
    table = re.findall(r"^\| (`[\w`, -]+) \|", PAGE, re.M)
    named = {name for row in table for name in re.findall(r"`([\w-]+)`", row)}
    assert named == action["inputs"].keys() - {"token"}
    # What the comment and code scanning need is granted, and nothing else.
    assert GITHUB["permissions"] == {
        "contents": "read",
        "pull-requests": "write",
        "security-events": "write",
    }


def test_the_hooks_of_the_page_are_those_that_there_are():
    [repository] = SNIPPETS[".pre-commit-config.yaml"]["repos"]
    hooks = yaml(".pre-commit-hooks.yaml")
    assert [one["id"] for one in repository["hooks"]] == [one["id"] for one in hooks]
