"""Files that are there as a whole or not at all, and folders that one run at a time changes."""

from __future__ import annotations

import os
import sys
import threading
import time
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ecr_contracts.core import whole_files
from ecr_contracts.core.whole_files import held, put, put_new

posix = pytest.mark.skipif(sys.platform == "win32", reason="folders cannot be locked there")


@pytest.fixture(scope="module")
def place(tmp_path_factory):
    return tmp_path_factory.mktemp("whole")


@given(content=st.binary(max_size=100), name=st.text("aé.-", min_size=1, max_size=60))
def test_a_file_holds_what_was_put_and_nothing_else_is_there(place, content, name):
    path = place / "inner" / f"f{name}"
    put(path, content)
    assert path.read_bytes() == content
    path.unlink()
    put_new(path, content)
    with pytest.raises(FileExistsError) as caught:
        put_new(path, b"other")
    assert caught.value.filename == str(path)
    assert path.read_bytes() == content
    assert os.listdir(path.parent) == [path.name]
    path.unlink()


def test_a_reader_sees_the_old_bytes_or_the_new(tmp_path):
    path = tmp_path / "file"
    contents = {bytes([number]) * 100_000 for number in range(40)}
    put(path, min(contents))
    writer = threading.Thread(target=lambda: [put(path, content) for content in contents])
    writer.start()
    seen = set()
    while writer.is_alive():
        seen.add(path.read_bytes())
    writer.join()
    assert seen <= contents


def test_what_killed_runs_left_is_removed_and_nothing_else(tmp_path, monkeypatch):
    old, new = (tmp_path / f".f.{name}.ecr-contracts-part" for name in ("abcdefgh", "12345678"))
    others = [tmp_path / "f.ecr-contracts-part", tmp_path / ".f.abcdefgh.part"]
    for path in (old, new, *others):
        path.touch()
    for path in (old, *others):
        os.utime(path, (time.time() - 3600,) * 2)
    put(tmp_path / "f", b"")
    assert sorted(tmp_path.iterdir()) == sorted([tmp_path / "f", new, *others])


@pytest.mark.skipif(sys.platform == "win32", reason="modes of POSIX")
def test_a_private_file_is_for_its_user_alone(tmp_path):
    before = os.umask(0o022)
    try:
        put_new(tmp_path / "private", b"", private=True)
        put_new(tmp_path / "other", b"")
    finally:
        os.umask(before)
    assert (tmp_path / "private").stat().st_mode & 0o777 == 0o600
    assert (tmp_path / "other").stat().st_mode & 0o777 == 0o644


def test_a_folder_that_goes_meanwhile_is_made_again(tmp_path, monkeypatch):
    replace, calls = os.replace, []

    def losing(part, target):
        calls.append(target)
        if len(calls) == 1:
            os.unlink(part)
            os.rmdir(tmp_path / "inner")
        replace(part, target)

    monkeypatch.setattr(os, "replace", losing)
    put(tmp_path / "inner" / "file", b"x")
    assert (tmp_path / "inner" / "file").read_bytes() == b"x"
    assert len(calls) == 2


@posix
def test_a_folder_is_held_by_one_at_a_time(tmp_path, monkeypatch):
    import fcntl

    other = os.open(tmp_path, os.O_RDONLY)  # as another run has it
    fcntl.flock(other, fcntl.LOCK_EX)
    let_go = []
    timer = threading.Timer(0.05, lambda: let_go.append(os.close(other)))
    timer.start()
    with held(tmp_path):
        assert let_go
        monkeypatch.setattr(whole_files, "_PATIENCE", 0.05)
        began = time.monotonic()
        with held(tmp_path):  # whoever holds it for ever holds nobody up for ever
            assert time.monotonic() - began < 5
    timer.join()
    with held(tmp_path / "missing"):
        pass


@posix
def test_a_folder_that_was_made_anew_is_another(tmp_path):
    folder = Path(tmp_path, "f")
    folder.mkdir()
    descriptor = os.open(folder, os.O_RDONLY)
    folder.rmdir()
    (tmp_path / "taken").mkdir()  # so that its number is not given again
    folder.mkdir()
    assert not whole_files._is_same(descriptor, folder)
    os.close(descriptor)
