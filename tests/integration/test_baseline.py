"""The life of a baseline: made, read by all that judge, a new cause beside it, a mended one."""

from __future__ import annotations

import json
import re
import subprocess
import sys
import tomllib

import pytest

from ecr_contracts.frontends import baseline
from ecr_contracts.frontends.cli.main import main

HANDLER = """\
def handler(event, context):
    if event["detail"]["scan-status"] == "ACTIVE":
        return None
    tags = event["detail"].get("image-tags", ["none"])
    return {"scanned": tags[0], "at": event["time"]}
"""
MOVED = f"# one\n# two\n\n{HANDLER}"
WORSE = MOVED.replace(
    "    return {", '    1 / (event["detail"]["scan-status"] != "FAILED")\n    return {'
)
MENDED = HANDLER.replace("tags[0]", "tags[:1]")
NAME = baseline.USUAL_NAME
REASON = "our images have tags"
TAGS, STATUS = "$.detail.image-tags", "$.detail.scan-status"


@pytest.fixture
def project(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "app.py").write_text(HANDLER)
    return tmp_path


def checked(capsys, *words: str) -> tuple[int, dict]:
    """The exit code of a check of the handler, and its report."""
    code = main(["check", "app.py:handler", "--format", "json", *words])
    return code, json.loads(capsys.readouterr().out)


def paths(findings: list) -> set[str]:
    """Where events have what the errors rest on."""
    errors = [one for one in findings if one["severity"] == "error"]
    return {condition["path"] for one in errors for condition in one["cause"]}


def accepted_checks(file) -> list[tuple[str, str]]:
    tables = tomllib.loads(file.read_text()).get("accepted", [])
    return [(table["check"], table["reason"]) for table in tables]


def test_a_committed_baseline_is_green_a_new_cause_is_red_and_a_mended_one_is_pruned(
    project, capsys
):
    update = ("--update-baseline", "--reason", REASON)
    code, report = checked(capsys, *update)
    assert (code, report["findings"]) == (0, [])
    assert {one["reason"] for one in report["accepted"]} == {REASON}
    file = project / NAME
    committed = file.read_text()
    assert set(accepted_checks(file)) == {("ECR101", REASON)}
    assert TAGS in committed
    (project / "pyproject.toml").write_text(f'[tool.ecr-contracts]\nbaseline = "{NAME}"\n')

    (project / "app.py").write_text(MOVED)
    assert main(["check", "app.py:handler"]) == 0
    out = capsys.readouterr().out
    assert out.startswith("nothing new in app.py:handler: 1 accepted finding, on ")
    assert "accepted by the baseline: 1 finding (-v tells which, and why)" in out

    (project / "app.py").write_text(WORSE)
    code, report = checked(capsys)
    assert (code, paths(report["findings"])) == (1, {STATUS})
    assert report["accepted"]
    assert report["no_longer_found"] == []

    (project / "app.py").write_text(MENDED)
    assert main(["check", "app.py:handler"]) == 0
    assert (
        "no longer found, though accepted: IndexError when image-tags is empty"
        in capsys.readouterr().out
    )
    assert file.read_text() == committed
    code, report = checked(capsys, "--prune")
    assert (code, report["no_longer_found"]) == (0, [])
    assert accepted_checks(file) == []
    (project / "app.py").write_text(HANDLER)
    code, report = checked(capsys)
    assert (code, paths(report["findings"])) == (1, {TAGS})


@pytest.mark.long
def test_entries_of_a_handler_that_was_renamed_are_told_and_pruned(project, capsys):
    file = project / NAME
    quick = ["--examples", "0"]
    main(["check", "app.py:handler", *quick, "--update-baseline", "--reason", REASON])
    entry = 'consumers = [{ handler = "app.py:on_scan" }]'
    (project / "ecr-contracts.toml").write_text(f'baseline = "{NAME}"\n{entry}\n')
    capsys.readouterr()
    (project / "app.py").write_text(MENDED.replace("def handler", "def on_scan"))
    assert main(["check", *quick]) == 0
    told = " ".join(capsys.readouterr().err.split())
    number = len(accepted_checks(file))
    assert f"{NAME} accepts {number} finding" in told
    assert "of app.py:handler, which is not there any more" in told
    assert "--prune" in told
    assert main(["check", "app.py:on_scan", *quick]) == 0
    assert not capsys.readouterr().err
    assert main(["check", "--prune"]) == 0
    assert "pruned in" in capsys.readouterr().err
    assert accepted_checks(file) == []
    assert main(["check", *quick]) == 0
    assert not capsys.readouterr().err


@pytest.mark.long
def test_chosen_events_are_accepted_where_they_meet_an_accepted_cause(project, capsys):
    code, report = checked(capsys)
    assert code == 1
    failing = next(one["case"] for one in report["findings"] if one["severity"] == "error")
    checked(capsys, "--update-baseline", "--reason", REASON)
    code, report = checked(capsys, "--baseline", NAME, "--case", failing)
    assert (code, report["findings"], len(report["accepted"])) == (0, [], 1)
    (project / "app.py").write_text("def handler(event, context):\n    raise KeyError('other')\n")
    code, report = checked(capsys, "--baseline", NAME, "--case", "scan/ordinary")
    assert (code, len(report["accepted"])) == (1, 0)


CONFIGURED = f"""\
[tool.ecr-contracts]
baseline = "{NAME}"
consumers = [{{ handler = "app.py:handler" }}]
"""


def run_pytest(folder, *words: str) -> tuple[int, str]:
    """The exit code of pytest in a folder, in a process of its own, and what it says."""
    command = [
        sys.executable,
        "-m",
        "pytest",
        "-p",
        "no:randomly",
        "-p",
        "no:cacheprovider",
        *words,
    ]
    done = subprocess.run(command, cwd=folder, capture_output=True, text=True, check=False)
    return done.returncode, done.stdout


def test_pytest_takes_the_baseline_of_the_configuration(project, capsys):
    checked(capsys, "--update-baseline", "--reason", REASON)
    (project / "pyproject.toml").write_text(CONFIGURED)
    code, said = run_pytest(project)
    assert code == 0, said
    told = f"app.py:handler: accepted by the baseline: 1 finding ({NAME} says why)"
    assert told in " ".join(said.split())
    (project / "app.py").write_text(WORSE)
    code, said = run_pytest(project)
    assert code == 1, said
    assert "ZeroDivisionError" in said
    assert "IndexError" not in said


@pytest.mark.long
def test_pytest_tells_why_an_event_that_fails_is_accepted_and_what_is_gone(project, capsys):
    checked(capsys, "--update-baseline", "--reason", REASON)
    (project / "pyproject.toml").write_text(CONFIGURED)
    code, said = run_pytest(project, "--ecr-cases", "-rx", "-k", "no-tags or ordinary")
    assert code == 0, said
    assert re.search(rf"XFAIL .*scan/no-tags.*accepted: {REASON}", said)
    (project / "app.py").write_text(MENDED)
    code, said = run_pytest(project)
    assert code == 0, said
    said = " ".join(said.split())
    assert "no longer found, though accepted: IndexError when image-tags is empty" in said
    assert "ecr-contracts check app.py:handler --prune" in said
