"""What failed is given again: by the memory of failing cases, and by the command that a finding
ends with.
"""

from __future__ import annotations

import os
import shutil
import subprocess
from pathlib import Path

import pytest

from ecr_contracts.engine import session
from ecr_contracts.engine.trial import distinct
from ecr_contracts.frontends.replay import FOLDER, load_failures, save_failures
from ecr_contracts.reporting.verdicts import repeat_command
from tests.conftest import ROOT
from tests.unit.frontends.test_replay import APP, TWO, files


def test_what_is_run_again_is_what_failed(tmp_path):
    """The examples of a real check, whose events were given ids of their own."""
    consumer = f"{ROOT / 'examples' / 'scan_to_chat' / 'naive.py'}:handler"
    found = session.check(consumer, kinds=["scan"], strength=1, examples=20).findings
    assert len(found) > 1
    assert save_failures(tmp_path, consumer, found)
    again = {one.case.id: distinct(one.case).event for one in load_failures(tmp_path, consumer)}
    assert again == {one.case: one.example for one in found}


@pytest.mark.skipif(shutil.which("git") is None, reason="there is no git")
def test_git_sees_nothing_of_the_memory(tmp_path):
    def git(*words: str) -> str:
        own = {key: value for key, value in os.environ.items() if not key.startswith("GIT_")}
        own |= {
            "GIT_CONFIG_GLOBAL": os.devnull,
            "GIT_CONFIG_SYSTEM": os.devnull,
            "XDG_CONFIG_HOME": str(tmp_path / "x"),
        }
        return subprocess.run(
            ["git", *words], cwd=tmp_path, env=own, capture_output=True, text=True, check=True
        ).stdout

    git("init", "--quiet")
    save_failures(tmp_path, APP, TWO)
    assert len(files(tmp_path)) == 2
    assert git("status", "--porcelain", "--untracked-files=all") == ""
    (tmp_path / FOLDER / ".gitignore").unlink()
    assert git("status", "--porcelain") != ""
    save_failures(tmp_path, APP, TWO)
    assert git("status", "--porcelain") == ""


def test_the_command_shows_again_what_takes_a_batch(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    Path("app.py").write_text(
        "def handler(event, context):\n"
        "    return {'records': [event['records'][0] | {'result': 'Ok'}]}\n"
    )
    verdict = session.check(
        "app.py:handler", kinds=["scan"], via="firehose", strength=1, examples=0
    )
    [finding] = verdict.findings
    assert finding.check == "batch-answer"
    words = repeat_command(verdict, finding)
    assert words.startswith("ecr-contracts check app.py:handler --kind scan")
    assert "--case" not in words
