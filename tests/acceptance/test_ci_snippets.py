"""The pipelines in the documents: their lines are run as their hosts do, and their keys exist."""

from __future__ import annotations

import re

from ruamel.yaml import YAML

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
