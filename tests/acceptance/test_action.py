"""`action.yml` run as GitHub's runner would, with everything of GitHub's replaced by notes."""

from __future__ import annotations

import json
import shutil
import sys
from pathlib import Path

import pytest
from ruamel.yaml import YAML

from tests.acceptance.actions import Action
from tests.conftest import ROOT

DEFINITION = YAML(typ="safe").load(ROOT / "action.yml")
RIGHT = """\
import boto3


def handler(event, context):
    boto3.client("sns").publish(
        TopicArn="arn:aws:sns:us-east-1:123456789012:x", Message=event["detail"]["repository-name"]
    )
"""
WRONG = RIGHT.replace('["repository-name"]', '["image-tags"][0]')
NOTED = """\
import json, os, pathlib, sys
noted = pathlib.Path(os.environ["NOTES"])
with noted.open("a") as stream:
    stream.write(json.dumps(sys.argv[1:]) + "\\n")
"""
"""A program that notes what it is called with."""


@pytest.fixture
def action(tmp_path):
    """The action on a checkout with a handler, with `ecr-contracts`, `pip` and `gh` on the path."""
    if shutil.which("bash") is None:
        pytest.skip("the steps of the action are for bash, and there is none here")
    checkout, scripts = tmp_path / "checkout", tmp_path / "bin"
    scripts.mkdir()
    (checkout / ".git").mkdir(parents=True)
    (tmp_path / "temp").mkdir()
    (scripts / "noted.py").write_text(NOTED)

    def script(name: str, text: str) -> None:
        (scripts / name).write_text(f"#!/bin/sh\n{text}\n")
        (scripts / name).chmod(0o755)

    script("ecr-contracts", f'exec "{sys.executable}" -m ecr_contracts "$@"')
    script("python", f'exec "{sys.executable}" "{scripts}/noted.py" python "$@"')
    script(
        "gh",
        f'"{sys.executable}" "{scripts}/noted.py" gh "$@"; '
        'case "$*" in *--jq*) printf "%b" "$EARLIER"; exit "$REFUSED";; esac; exit "$REFUSED"',
    )

    def made(source: str, *, earlier: str = "", refused: str = "0", **event: str) -> Action:
        (checkout / "app.py").write_text(source)
        environment = {
            "PATH": f"{scripts}:/usr/bin:/bin",
            "PYTHONPATH": str(ROOT),
            "NOTES": str(tmp_path / "notes"),
            "EARLIER": earlier,
            "REFUSED": refused,
        }
        names = {"event_name": "push", **{key.replace("__", "."): event[key] for key in event}}
        return Action(DEFINITION, checkout, tmp_path, ROOT, names, environment)

    return made


PULL = {"event_name": "pull_request", "event__pull_request__number": "7"}
QUICK = "--kind\nscan\n--case\nscan/ordinary\n--case\nscan/no-tags"


def calls(action: Action, program: str) -> list[list[str]]:
    """What a program was called with."""
    notes = action.scratch / "notes"
    lines = notes.read_text().splitlines() if notes.exists() else []
    noted = [json.loads(line) for line in lines]
    return [words[1:] for words in noted if words[0] == program]


def test_findings_are_annotated_summed_up_and_kept(action):
    ran = action(WRONG).run(handlers="app.py:handler", options=QUICK, upload_sarif="true")
    assert ran.code == 1, ran.said
    assert "::error file=app.py,line=6," in ran.said
    assert ran.outputs["exit-code"] == "1"
    assert "IndexError" in ran.summary
    assert json.loads(Path(ran.outputs["sarif"]).read_text())["version"] == "2.1.0"
    assert [name.partition("@")[0] for name, _ in ran.used] == [
        "github/codeql-action/upload-sarif",
        "actions/upload-artifact",
    ]
    assert ran.used[0][1]["sarif_file"] == ran.outputs["sarif"]
    assert ran.used[1][1] == {"name": "ecr-contracts", "path": ran.outputs["html"]}
    assert "<html" in Path(ran.outputs["html"]).read_text()
    assert calls(ran, "python") == [
        ["-m", "pip", "install", "--quiet", "--disable-pip-version-check", f"{ROOT}[templates]"]
    ]
    assert calls(ran, "gh") == []


@pytest.mark.long
def test_nothing_found_is_green_and_writes_no_comment(action):
    ran = action(RIGHT, **PULL).run(
        handlers="app.py:handler", options=QUICK, comment="true", install="false", summary="false"
    )
    assert (ran.code, ran.outputs["exit-code"]) == (0, "0"), ran.said
    assert ran.summary == ""
    assert calls(ran, "python") == []
    assert [words[1:2] for words in calls(ran, "gh")] == [["--paginate"]]


@pytest.mark.long
@pytest.mark.parametrize(
    ("source", "earlier", "method", "place"),
    [
        (WRONG, "", "POST", "repos/shop/images/issues/7/comments"),
        (WRONG, "41\\n42\\n", "PATCH", "repos/shop/images/issues/comments/41"),
        (RIGHT, "41\\n", "PATCH", "repos/shop/images/issues/comments/41"),
    ],
    ids=["first", "again", "mended"],
)
def test_one_comment_says_how_it_is_now(action, source, earlier, method, place):
    ran = action(source, earlier=earlier, **PULL).run(
        handlers="app.py:handler", options=QUICK, comment="true"
    )
    (words,) = [words for words in calls(ran, "gh") if "--method" in words]
    assert words[:5] == ["api", "--silent", "--method", method, place]
    body = Path(words[-1].removeprefix("body=@")).read_text()
    assert body.startswith("<!-- ecr-contracts: ecr-contracts -->\n")
    assert ("IndexError" in body) == (source is WRONG)
    assert len(body) < 65_536


@pytest.mark.long
def test_a_token_that_may_not_write_is_told_and_hides_no_finding(action):
    ran = action(WRONG, refused="1", **PULL).run(
        handlers="app.py:handler", options=QUICK, comment="true"
    )
    assert ran.code == 1
    assert "::warning::the comments cannot be read" in ran.said


@pytest.mark.long
def test_what_cannot_be_judged_fails_with_its_own_code(action):
    ran = action(RIGHT).run(handlers="nowhere.py:handler")
    assert ran.code == 2
    assert "nowhere.py" in ran.said


def test_a_name_cannot_become_a_command(action, tmp_path):
    owned = f"touch {tmp_path}/owned"
    hostile = f'app.py:handler"; {owned}; "$({owned})`{owned}`'
    ran = action(RIGHT).run(handlers=hostile, artifact_name=f"$({owned})")
    assert ran.code == 2
    assert not (tmp_path / "owned").exists()


def test_every_input_is_used_and_described():
    text = (ROOT / "action.yml").read_text("utf-8")
    for name, one in DEFINITION["inputs"].items():
        assert f"inputs.{name}" in text
        assert one["description"].endswith(".")
    assert DEFINITION["runs"]["using"] == "composite"
