"""The table of checks as people and programs get it."""

from __future__ import annotations

import io
import json

import pytest

from ecr_contracts.core.findings import Severity
from ecr_contracts.engine.checks.catalog import CHECKS
from ecr_contracts.frontends.cli.main import main
from ecr_contracts.reporting.checks import show_check, show_checks
from ecr_contracts.reporting.terminal import console

COLUMNS = 80


def told(show, *arguments) -> str:
    page = io.StringIO()
    show(*arguments, console(page))
    return page.getvalue()


def test_the_list_has_each_check_once_within_the_screen():
    page = told(show_checks)
    for check in CHECKS.values():
        assert page.count(f"  {check.code}  {check.id} ") == 1
    assert max(map(len, page.splitlines())) <= COLUMNS


@pytest.mark.parametrize("check", CHECKS.values(), ids=CHECKS)
def test_a_check_is_told_with_what_to_do_and_how_to_have_it_quiet(check):
    page = told(show_check, check)
    words = " ".join(page.split())
    for part in (check.code, check.id, check.purpose, check.policy, check.mend):
        assert " ".join(part.split()) in words
    assert f"--off {check.code}" in page
    assert f'checks = {{ {check.id} = "off: why" }}' in page
    assert "--update-baseline --reason" in page
    is_warning = check.severity is Severity.WARNING
    assert (f'checks = {{ {check.id} = "error" }}' in page) is is_warning
    copied = [line for line in page.splitlines() if line.startswith("  ")]
    others = [line for line in page.splitlines() if line not in copied]
    assert max(map(len, others)) <= COLUMNS


@pytest.mark.parametrize("words", [["checks", "ECR105", "swallowed"], ["explain", "ecr105"]])
def test_a_check_is_named_by_code_or_name_and_told_once(words, capsys):
    assert main(words) == 0
    assert capsys.readouterr().out == told(show_check, CHECKS["swallowed"])


def test_programs_get_all_rows_or_those_that_are_named(capsys):
    assert main(["checks", "--format", "json"]) == 0
    rows = json.loads(capsys.readouterr().out)
    assert [row["code"] for row in rows] == [check.code for check in CHECKS.values()]
    assert main(["explain", "ECR208", "--format", "json"]) == 0
    [row] = json.loads(capsys.readouterr().out)
    check = CHECKS["action-blind"]
    assert (row["check"], row["severity"], row["meaning"]) == (
        "action-blind",
        "warning",
        check.purpose,
    )


def test_what_is_no_check_is_misuse(capsys):
    assert main(["explain", "rases"]) == 2
    assert "did you mean 'raises'?" in capsys.readouterr().err
