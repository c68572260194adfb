"""Small repositories, each with a command and what is right: `cases/*/case.toml`.

Each stands for a kind of fault that was met in code of others. `[expect]` says what is right: the
exit code, findings that must be there (`findings`), that must not (`none`), whether others may be
errors (`only`), and words that are said or not. Of several `[[expect]]` any one is right.
"""

from __future__ import annotations

import json
import re
import shutil
import sys
import tomllib
from pathlib import Path
from typing import Any

import pytest

from tests.acceptance.tool import Tool
from tests.rows import keeping

HERE = Path(__file__).parent / "cases"
CASES = sorted(file.parent for file in HERE.glob("*/case.toml"))


@pytest.fixture
def tool(tmp_path):
    return Tool(tmp_path / "work")


def as_list(value: Any) -> list[Any]:
    return value if isinstance(value, list) else [value]


def fits(finding: dict[str, Any], wanted: dict[str, Any]) -> bool:
    """Whether a finding has all that is wanted; a list stands for any of its values."""
    place = finding["location"] or {}
    conditions = list(finding["cause"])
    for condition in finding["cause"]:
        conditions += condition.get("or", [])
    has = {
        "check": [finding["check"]],
        "severity": [finding["severity"]],
        "kind": [finding["kind"]],
        "exception": [str(finding["exception"]).rpartition(".")[2]],
        "line": [place.get("line")],
        "file": [Path(place.get("file", "")).name],
        "path": [condition["path"] for condition in conditions],
    }
    return all(
        any(value in has[name] for value in as_list(values)) for name, values in wanted.items()
    )


def judge(expect: Any, code: int, said: str, findings: list[dict[str, Any]]) -> None:
    alternatives = [one for one in as_list(expect) if code in as_list(one["exit"])]
    assert len(alternatives) == 1, said
    judge_alternative(alternatives[0], code, said, findings)


def judge_alternative(
    expect: dict[str, Any], code: int, said: str, findings: list[dict[str, Any]]
) -> None:
    assert code in as_list(expect["exit"]), said
    wanted = expect.get("findings", [])
    for want in wanted:
        assert any(fits(finding, want) for finding in findings), (want, findings)
    for finding in findings:
        assert not any(fits(finding, never) for never in expect.get("none", [])), finding
        is_wanted = any(fits(finding, want) for want in wanted)
        assert is_wanted or not expect.get("only") or finding["severity"] != "error", finding
    for words in expect.get("says", []):
        assert re.search(words, said, re.IGNORECASE), said
    for words in expect.get("says_not", []):
        assert not re.search(words, said, re.IGNORECASE), said


APART = ("rule-and-pytest-agree", "guard-swallowed-fault")
"""The cases whose commands are processes of their own, as their owners run them."""


@pytest.fixture
def command(tool, run, monkeypatch):
    """Runs a command in the repository; gives its exit code, its results, its complaints."""

    def ran(apart: bool, *words: str) -> tuple[int, str, str]:
        if apart:
            done = tool(*words)
            return done.returncode, done.stdout, done.stderr
        monkeypatch.chdir(tool.folder)
        code, out, complaints = run("", *words)
        assert "Traceback" not in complaints
        return code, out, complaints

    return ran


@keeping(lambda case: case.name in APART)
@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_what_is_right_comes_out(case, tool, command):
    specification = tomllib.loads((case / "case.toml").read_text("utf-8"))
    words, expect = specification["command"], specification["expect"]
    shutil.copytree(case, tool.folder, ignore=shutil.ignore_patterns("case.toml", "__pycache__"))
    (tool.folder / ".git").mkdir()  # here the repository ends
    if words[0] == "pytest":
        whole = [sys.executable, "-m", "pytest", "-p", "no:cacheprovider", *words[1:]]
        ran = tool.run(whole, b"", {})
        judge(expect, ran.returncode, (ran.stdout + ran.stderr).decode(), [])
        return
    is_apart = case.name in APART
    code, results, complaints = command(is_apart, *words, "--format", "json")
    findings = json.loads(results).get("findings", []) if results else []
    said = results + complaints
    if any("says" in one or "says_not" in one for one in as_list(expect)):
        _, *told = command(is_apart, *words)  # what its owner reads, whatever the lines' width
        said += " ".join("".join(told).split())
    judge(expect, code, said, findings)
