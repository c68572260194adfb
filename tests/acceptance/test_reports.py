"""`check --report FORMAT=FILE`: several reports of one run, each whole or not there."""

from __future__ import annotations

import json

import pytest

from ecr_contracts.frontends.cli.main import main

APP = """
def handler(event, context):
    return event["detail"]["image-tags"][0]
"""

QUICK = ("--strength", "1", "--examples", "0", "--probe", "5", "--kind", "scan")


@pytest.fixture(autouse=True)
def folder(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "app.py").write_text(APP)
    (tmp_path / ".git").mkdir()
    return tmp_path


def test_several_reports_tell_of_the_same_run(folder, capsys):
    words = ("--report", "json=out/report.json", "--report", "text=out/report.txt")
    assert main(["check", "app.py:handler", *QUICK, *words]) == 1
    shown = capsys.readouterr().out
    document = json.loads((folder / "out/report.json").read_text())
    assert document["findings"][0]["code"] == "ECR101"
    assert (folder / "out/report.txt").read_text() == shown
    assert sorted(file.name for file in (folder / "out").iterdir()) == ["report.json", "report.txt"]


def test_a_finding_that_is_shown_again_is_written_too(folder, capsys):
    main(["check", "app.py:handler", *QUICK])
    assert main(["check", "--replay", "1", "--report", "json=again.json"]) == 1
    assert len(json.loads((folder / "again.json").read_text())["findings"]) >= 1


def test_a_finding_that_is_mended_is_no_finding_in_the_report(folder, capsys):
    main(["check", "app.py:handler", *QUICK])
    (folder / "app.py").write_text("def handler(event, context):\n    return event['id']\n")
    assert main(["check", "--replay", "1", "--report", "json=again.json"]) == 0
    assert "finding 1 does not show any more" in capsys.readouterr().out
    assert json.loads((folder / "again.json").read_text())["findings"] == []


def test_what_cannot_be_judged_is_in_the_reports(folder, capsys):
    assert main(["check", "lost.py:handler", "--report", "json=report.json"]) == 2
    [unjudged] = json.loads((folder / "report.json").read_text())["unjudged"]
    assert unjudged["consumer"] == "lost.py:handler"
    assert unjudged["why"] in capsys.readouterr().err


@pytest.mark.parametrize(
    ("reports", "words"),
    [
        (["xml=a"], "no format is called 'xml'"),
        (["jsn=a"], "did you mean 'json'"),
        (["json"], "is no FORMAT=FILE"),
        (["json=-"], "to print one: --format"),
        (["json=."], "it is a folder"),
        (["json=a", "text=./a"], "json is to be written there already"),
    ],
)
def test_reports_that_cannot_be_written_are_refused_before_anything_runs(
    folder, capsys, reports, words
):
    flags = [word for report in reports for word in ("--report", report)]
    try:
        code = main(["check", "app.py:handler", *flags])
    except SystemExit as end:
        code = end.code
    assert code == 2
    output = capsys.readouterr()
    assert words in " ".join(output.err.split())
    assert output.out == ""


def test_a_report_that_cannot_be_written_leaves_the_others(folder, capsys):
    (folder / "closed").write_text("")
    words = ("--report", "json=closed/report.json", "--report", "text=report.txt")
    assert main(["check", "app.py:handler", *QUICK, *words]) == 2
    said = capsys.readouterr().err
    assert said.startswith("ecr-contracts: cannot use '--report json=closed/report.json'")
    assert "it cannot be written: closed: File exists" in said
    assert (folder / "report.txt").exists()
