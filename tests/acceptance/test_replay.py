"""The line below a finding, pasted as it stands, shows that finding again."""

from __future__ import annotations

import json
import shlex
from pathlib import Path

import pytest

from ecr_contracts.frontends.cli.main import main
from tests.rows import long_but

APP = """
import os

import boto3

SEEN = []


def handler(event, context):
    tag = event["detail"]["image-tags"][0]
    counts = event["detail"]["finding-severity-counts"]
    return {"tag": tag, "critical": counts["CRITICAL"]}


def fine(event, context):
    return event["id"]


def picky(event, context):
    if ord(event["detail"]["repository-name"][0]) == ord("a"):
        raise ValueError("not that one")


def counting(event, context):
    SEEN.append(event["id"])
    if len(SEEN) == 4:
        raise RuntimeError("bad luck")


def with_token(event, context):
    if os.environ["SLACK_TOKEN"].startswith("xoxb-") and not event["detail"].get("image-tags"):
        raise ValueError("no tag to tell of")
    return event["id"]


def by_answer(event, context):
    owners = boto3.client("ssm").get_parameter(Name="owners")["Parameter"]["Value"].split(",")
    return owners[len(event["detail"]["image-tags"])]


def deploys(event, context):
    boto3.client("ecs").update_service(cluster="a", service=event["detail"]["image-tag"])
"""
FEW = "--strength 1 --examples 0 --probe 5"


@pytest.fixture
def run(tmp_path, monkeypatch, capsys):
    """A command line in a folder with consumers: its exit code, and both outputs."""
    monkeypatch.chdir(tmp_path)
    Path("app.py").write_text(APP, "utf-8")

    def run(line: str) -> tuple[int, str, str]:
        try:
            code = main(shlex.split(line.removeprefix("ecr-contracts ")))
        except SystemExit as stop:
            code = int(stop.code or 0)
        return (code, *capsys.readouterr())

    return run


def findings(run, line):
    return json.loads(run(f"{line} --format json")[1])["findings"]


@pytest.mark.parametrize(
    ("line", "is_by_number"),
    long_but(
        lambda row: "REGION" in row[0],
        [
            (f"check app.py:handler --kind scan {FEW}", False),
            (f"check app.py:handler --kind scan --via archive-replay {FEW}", True),
            (
                f"check app.py:handler --kind scan --env REGION=eu --off mutates --strict {FEW}",
                True,
            ),
            ("check app.py:picky --kind push --strength 1", True),
            (f"check app.py:counting --kind push {FEW}", True),
            (f"check app.py:deploys --kind push --kind delete {FEW}", None),
            (
                "check app.py:by_answer --kind scan --answer "
                """'ssm.GetParameter={"Parameter": {"Value": "a,b"}}' """ + FEW,
                True,
            ),
        ],
    ),
)
def test_the_line_below_a_finding_shows_it_again(run, line, is_by_number):
    """Whatever the options, and whatever it takes to show it, one event or all of them."""
    first = findings(run, line)
    assert first
    for finding in first:
        if is_by_number is not None:
            assert finding["repeat"].startswith("ecr-contracts check --replay ") is is_by_number
        again = findings(run, finding["repeat"])
        told = {(one["check"], one["kind"], one["exception"]) for one in again}
        assert (finding["check"], finding["kind"], finding["exception"]) in told
        by_number = finding["repeat"].startswith("ecr-contracts check --replay ")
        assert {one["repeat"] for one in again} == {finding["repeat"]} or not by_number


@pytest.mark.long
def test_a_finding_behind_a_rule_is_shown_again(run):
    pattern = {"source": ["aws.ecr"], "detail": {"repository-name": ["shop/api"]}}
    Path("rule.json").write_text(json.dumps(pattern))
    first = findings(run, f"check app.py:handler --kind scan --rule rule.json {FEW}")
    for finding in first:
        again = findings(run, finding["repeat"])
        assert finding["example"] in [one["example"] for one in again]
        assert finding["example"]["detail"]["repository-name"] == "shop/api"


def test_a_secret_is_never_written_and_the_line_says_which_option_to_give_again(run, tmp_path):
    given = "--env SLACK_TOKEN=xoxb-12345678 --strict --strength 1 --examples 0"
    line = f"check app.py:with_token --kind scan {given}"
    [finding, *_] = findings(run, line)
    assert finding["repeat"] == "ecr-contracts check --replay 1 --env SLACK_TOKEN=..."
    for file in (tmp_path / ".ecr-contracts").rglob("*"):
        assert not file.is_file() or b"xoxb-12345678" not in file.read_bytes()
    code, out, complaints = run(finding["repeat"])
    assert (code, out.startswith("finding 1 does not show any more: ValueError when")) == (0, True)
    assert "--env SLACK_TOKEN was given then, and is not kept" in complaints
    code, out, complaints = run(finding["repeat"].replace("...", "xoxb-87654321"))
    assert (code, complaints) == (1, "")
    assert "\n1  ValueError when image-tags is" in out


@pytest.mark.long
def test_a_number_belongs_to_the_last_report_of_the_folder(run):
    assert findings(run, f"check app.py:handler --kind scan --via archive-replay {FEW}")
    assert run(f"check app.py:fine --kind push {FEW}")[0] == 0
    code, out, complaints = run("check --replay 1")
    assert (code, out) == (2, "")
    assert complaints.startswith("ecr-contracts: cannot use '--replay 1': no report with findings")
    assert findings(run, f"check app.py:by_answer --kind scan {FEW}")
    # Chosen cases are a look at one finding: the numbers of the report stay what they are.
    assert run("check app.py:handler --case scan/no-critical")[0] == 1
    assert "app.py:by_answer" in run("check --replay 1")[1]


@pytest.mark.parametrize("number", ["0", "9", "-1", "99999999999999999999", "9" * 5000, "x", "1.5"])
def test_an_unknown_number_is_refused_in_a_line(run, number):
    run(f"check app.py:handler --kind scan {FEW}")
    code, out, complaints = run(f"check --replay {number}")
    assert (code, out) == (2, "")
    named = number if number in ("x", "1.5") else f"--replay {number}"
    assert complaints.startswith(f"ecr-contracts: cannot use '{named}': ")


def test_a_finding_that_was_mended_is_told_to_be_gone(run):
    run(f"check app.py:handler --kind scan --via archive-replay {FEW}")
    Path("app.py").write_text("def handler(event, context):\n    return len(event['id'])\n")
    code, out, complaints = run("check --replay 1")
    assert (code, complaints) == (0, "")
    assert out.startswith("finding 1 does not show any more: ")


def test_options_may_be_added_and_the_handler_may_be_named(run):
    run(f"check app.py:handler --kind scan --via archive-replay {FEW}")
    assert '"image-tags": ' in run("check --replay 1 -v")[1].replace("\\", "")
    assert run("check app.py:handler --replay 1")[0] == 1
    code, _, complaints = run("check app.py:picky --replay 1")
    assert code == 2
    assert "the last report of this folder is of `app.py:handler --kind" in complaints


def test_the_handler_may_stand_behind_the_option_as_before(run):
    run(f"check app.py:handler --kind scan --via archive-replay {FEW}")
    assert run("check --replay app.py:handler")[1].startswith("fails still  scan/")
