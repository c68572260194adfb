"""How a shell reads scripts: what does not parse, their words, and what quotes protect."""

from __future__ import annotations

import shlex
import shutil
import subprocess

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ecr_contracts.discovery.iac.ssm.shell import Quoting, quoting, shell_words, syntax_error


@pytest.mark.parametrize(
    ("script", "how"),
    [
        ("echo MARK", Quoting.BARE),
        ("echo repo:MARK", Quoting.BARE),
        ("TAG=MARK ./run", Quoting.BARE),
        ('echo "MARK"', Quoting.DOUBLE),
        ('echo "it\'s MARK"', Quoting.DOUBLE),
        ("echo 'MARK'", Quoting.SINGLE),
        ("echo 'say \"MARK\"'", Quoting.SINGLE),
        ('echo "a" MARK "b"', Quoting.BARE),
        ('echo "MARK" MARK', Quoting.BARE),
        ("# MARK\nls", None),
        ("ls", None),
        ("cat <<EOF\nMARK\nEOF\nls", None),
        ("cat <<'EOF'\nit's\nEOF\necho MARK", Quoting.BARE),
        ("echo 'open MARK", None),
        ("ls # it's MARK\n", None),
    ],
)
def test_how_a_value_is_quoted(script, how):
    assert quoting(script, "MARK") is how


@given(
    st.lists(st.sampled_from(["MARK", "'", '"', " ", "a", "\\", "x=", "\n"]), max_size=8).map(
        "".join
    )
)
@settings(max_examples=100)
def test_what_is_said_to_be_in_quotes_holds_blanks_together(script):
    how = quoting(script, "MARK")
    if how is not None and how is not Quoting.BARE:
        assert len(shell_words(script.replace("MARK", "two words"))) == len(shell_words(script))


@given(st.text(st.characters(exclude_characters="\0\n", exclude_categories=["Cs"]), min_size=1))
@settings(max_examples=50)
def test_a_quoted_value_is_one_word(value):
    assert shell_words(f"docker pull {shlex.quote(value)}") == ("docker", "pull", value)


def test_what_nobody_here_can_parse_is_not_judged(monkeypatch):
    assert syntax_error("#!/usr/bin/env python3\nprint('") is None
    syntax_error.cache_clear()
    monkeypatch.setattr(shutil, "which", lambda name: None)
    assert syntax_error("echo 'open") is None
    syntax_error.cache_clear()


def test_a_shell_that_hangs_is_not_waited_for(monkeypatch):
    def hangs(*args, **options):
        raise subprocess.TimeoutExpired("bash", options["timeout"])

    syntax_error.cache_clear()
    monkeypatch.setattr(subprocess, "run", hangs)
    monkeypatch.setattr(shutil, "which", lambda name: "/bin/bash")
    assert syntax_error("ls") is None
    syntax_error.cache_clear()
