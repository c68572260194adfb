"""Scripts are parsed by bash itself, which runs nothing of them."""

from __future__ import annotations

import shutil

import pytest

from ecr_contracts.discovery.iac.ssm.shell import syntax_error

bash = pytest.mark.skipif(shutil.which("bash") is None, reason="there is no bash here")


@bash
@pytest.mark.parametrize(
    "script",
    [
        "",
        "ls",
        "#!/bin/bash -e\n[[ a == b ]] && ls",
        "#!/usr/bin/env bash\nls",
        "if true; then ls; fi",
        "echo $(ls)",
    ],
)
def test_what_parses_has_no_flaw(script):
    assert syntax_error(script) == ""


@bash
@pytest.mark.parametrize(
    ("script", "said"),
    [
        ("echo 'open", "line 1: unexpected EOF"),
        ("ls\nif true; then", "syntax error"),
        ("echo )", "line 1: syntax error"),
    ],
)
def test_what_does_not_parse_is_told_in_the_words_of_bash(script, said):
    assert said in syntax_error(script)


@bash
def test_nothing_is_run(tmp_path):
    assert syntax_error(f"touch {tmp_path}/ran\necho $(touch {tmp_path}/ran)") == ""
    assert list(tmp_path.iterdir()) == []
