"""Programs and addresses on the command line and in pytest: what is said of them."""

from __future__ import annotations

import io
import json
import os
import shlex
import subprocess
import sys
from contextlib import chdir, redirect_stderr, redirect_stdout
from dataclasses import dataclass
from pathlib import Path

import jsonschema
import pytest

from ecr_contracts.frontends.cli.main import main
from tests import oracle

pytestmark = pytest.mark.skipif(not hasattr(os, "fork"), reason="programs are started by a fork")

REPORT = json.loads(
    (oracle.SCHEMAS.parent / "ecr_contracts" / "report.schema.json").read_text("utf-8")
)
TAGS = """
import json, sys
for line in sys.stdin:
    detail = json.loads(line)["detail"]
    print(json.dumps(detail["repository-name"] + ":" + detail["image-tag"]), flush=True)
"""
RUN = f"{shlex.quote(sys.executable)} run.py"
QUICK = ("--strength", "1", "--examples", "0")
HEADLINE = "KeyError when image-tag is absent"
UNSEEN = "seen from outside alone"


@dataclass(frozen=True)
class Printed:
    """What a command line came to."""

    code: int
    out: str
    err: str


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "run.py").write_text(TAGS)
    return tmp_path


def _check(folder: Path, *words: str) -> Printed:
    out, err = io.StringIO(), io.StringIO()
    with chdir(folder), redirect_stdout(out), redirect_stderr(err):
        code = main(["check", *words])
    return Printed(code, out.getvalue(), err.getvalue())


def test_a_fault_of_a_program_is_told_with_its_line_and_shown_again(folder: Path) -> None:
    said = _check(folder, "--command", RUN, "--kind", "push", *QUICK)
    assert said.code == 1
    assert HEADLINE in said.out
    assert "run.py:5" in said.out
    assert said.out.count(UNSEEN) == 1
    [line] = [row for row in said.out.splitlines() if "ecr-contracts check" in row]
    program, command, *again = shlex.split(line)
    assert (program, command) == ("ecr-contracts", "check")
    repeated = _check(folder, *again)
    assert repeated.code == 1
    assert HEADLINE in repeated.out


def test_the_report_for_programs_describes_it(folder: Path) -> None:
    words = ("--command", RUN, "--kind", "push", "--via", "lambda", *QUICK)
    said = _check(folder, *words, "--format", "json")
    report = json.loads(said.out)
    jsonschema.validate(report, REPORT)
    [finding] = report["findings"]
    assert (finding["check"], finding["exception"]) == ("raises", "KeyError")
    assert finding["location"] == {"file": "run.py", "line": 5}
    assert report["consumer"] == RUN
    assert any(UNSEEN in note for note in report["notes"])


def test_pytest_says_the_same_of_an_entry_with_a_command(folder: Path) -> None:
    entry = f'{{ command = {json.dumps(RUN)}, kinds = "push", strength = 1, examples = 0 }}'
    (folder / "pyproject.toml").write_text(f"[tool.ecr-contracts]\nconsumers = [{entry}]\n")
    words = [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", "pyproject.toml"]
    run = subprocess.run(words, cwd=folder, capture_output=True, text=True, check=False)
    assert run.returncode == 1, run.stdout
    assert HEADLINE in run.stdout
    assert f"{RUN}[push]" in run.stdout


def test_an_envelope_that_it_does_not_open_is_no_finding(folder: Path) -> None:
    said = _check(folder, "--command", RUN, "--via", "sqs", "--kind", "push", *QUICK)
    assert (said.code, said.out) == (2, "")
    assert "different events ends in the same way" in said.err
    assert "run.py:4  KeyError: 'detail'" in said.err


@pytest.mark.parametrize(
    ("words", "problem"),
    [
        (("--command", "no-such-program"), "there is no program no-such-program"),
        (("--command", RUN, "--answer", "sns.Publish={}"), "--answer says nothing about a program"),
        (("--command", RUN, "--url", "http://127.0.0.1/"), "is to be checked already"),
        (("--url", "http://127.0.0.1/", "--env", "A=b"), "--env says nothing about an address"),
        (("--url", "https://example.invalid/"), "--allow-net example.invalid:443"),
        (("node run.mjs",), "say --command 'node run.mjs'"),
        (("main.go:handler",), "--command ./run"),
    ],
    ids=["not-there", "answer", "both", "env", "elsewhere", "command", "go"],
)
def test_what_cannot_be_checked_is_told_in_words(
    folder: Path, words: tuple[str, ...], problem: str
) -> None:
    said = _check(folder, *words)
    assert (said.code, said.out) == (2, "")
    assert problem in " ".join(said.err.split())
