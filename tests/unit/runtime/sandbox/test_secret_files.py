"""Files that a consumer reads, and those around it, say what must not be shown."""

from __future__ import annotations

import json
import os
from pathlib import Path

import pytest

from ecr_contracts.runtime.sandbox.secret_files import SecretFiles, secrets_around


@pytest.fixture
def learned(tmp_path, monkeypatch):
    """What was learned, by a reader of files in an empty folder."""
    monkeypatch.chdir(tmp_path)
    found: set[str] = set()
    return SecretFiles(found.update), found


def test_a_file_that_is_opened_tells_its_secrets(learned):
    files, found = learned
    Path("a.yaml").write_text("password: planted-1\nrepo: shop/api\n")
    files.opened("a.yaml")
    assert "planted-1" in found
    assert "shop/api" not in found


def test_a_file_that_changed_is_read_again(learned):
    files, found = learned
    for value in ("planted-1", "planted-longer-2"):
        Path(".env").write_text(f"A_TOKEN={value}")
        files.opened(b".env")
        assert value in found


@pytest.mark.parametrize("path", ["no-such-file", "", "\0", 3, None, "/dev/zero", "."])
def test_what_cannot_be_read_is_passed_over(learned, path):
    files, found = learned
    files.opened(path)
    assert found == set()


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="there are no named pipes")
def test_a_pipe_is_not_waited_for(learned):
    files, found = learned
    os.mkfifo("secrets.env")
    files.opened("secrets.env")
    assert found == set()
    assert secrets_around(None, ".") == frozenset()


def test_only_the_beginning_of_a_large_file_is_looked_through(learned):
    files, found = learned
    with open("large.ini", "w") as file:
        file.write("token=planted-1\n")
        file.truncate(3_000_000_000)
    files.opened("large.ini")
    assert "planted-1" not in found or len(found) < 100


def test_files_of_secrets_in_the_folders_up_to_the_working_directory(learned):
    Path("a/b").mkdir(parents=True)
    Path("a/c").mkdir()
    for name in (".env", "a/.env.local", "a/b/prod.env", "a/c/.env", "a/b/notes.txt"):
        Path(name).write_text(f"A_TOKEN=planted-{name}\n")
    found = secrets_around(Path("a/b/app.py"), ".")
    assert {value for value in found if value.startswith("planted-") and "%" not in value} >= {
        "planted-.env",
        "planted-a/.env.local",
        "planted-a/b/prod.env",
    }
    assert "planted-a/c/.env" not in found
    assert "planted-a/b/notes.txt" not in found


def test_what_the_event_in_hand_has_is_no_secret(tmp_path, monkeypatch):
    """Consumers write events to files and read them back: values of events must not be masked."""
    monkeypatch.chdir(tmp_path)
    random, secret = "tag-3ax6Xnjp29Jd6fdS4gc373sGvjXteol0", "Zq7wXr2Lk9Vb4Tn8Yc3Hm6Pd1Sf5"
    payload = {"detail": {"image-tags": [random, "v1"]}}
    found: set[str] = set()
    files = SecretFiles(found.update, lambda: payload)
    Path("state.json").write_text(json.dumps({"last": payload, "mine": secret}))
    files.opened("state.json")
    assert secret in found
    assert not any("3ax6Xnjp29Jd6" in value for value in found)


def test_the_same_value_is_a_secret_where_no_event_has_it(learned):
    files, found = learned
    Path("state.json").write_text('{"last": "tag-3ax6Xnjp29Jd6fdS4gc373sGvjXteol0"}')
    files.opened("state.json")
    assert "tag-3ax6Xnjp29Jd6fdS4gc373sGvjXteol0" in found
