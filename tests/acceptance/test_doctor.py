"""`ecr-contracts doctor` as its user sees it."""

from __future__ import annotations

import json

HANDLER = """\
import nowhere_installed

def handler(event, context):
    print(event["detail"]["image-tags"], event["detail"]["scan-status"])
"""


def test_all_is_told_and_what_is_wrong_gives_exit_code_2(run, tmp_path, monkeypatch):
    (tmp_path / ".git").mkdir()
    (tmp_path / "app.py").write_text(HANDLER)
    (tmp_path / "ecr-contracts.toml").write_text('consumers = [{ handler = "app.py:handler" }]')
    monkeypatch.chdir(tmp_path)
    code, told, complaints = run("doctor")
    assert (code, complaints) == (2, "")
    for heading in ("versions", "libraries", "programs", "configuration", "consumers", "sandbox"):
        assert f"{heading}\n" in told
    assert "wrong    app.py:handler  app.py:1 imports nowhere_installed" in told
    assert "           python -m pip install nowhere_installed\n" in told
    assert "a handler of ours  it ran in" in told
    assert told.endswith("1 thing to put right before a check\n")
    assert max(map(len, told.splitlines())) <= 80


def test_the_same_is_told_as_data(run, tmp_path, monkeypatch):
    (tmp_path / ".git").mkdir()
    monkeypatch.chdir(tmp_path)
    code, told, _ = run("doctor --format json")
    assert code == 0
    document = json.loads(told)
    assert document["format"] == 1
    assert document["sections"]["sandbox"][0]["state"] == "fine"
    assert document["sections"]["configuration"][0]["line"] == "ecr-contracts init --write"


def test_what_is_no_folder_is_refused(run):
    code, _, complaints = run("doctor no/such/folder")
    assert code == 2
    assert "it is no folder" in complaints
