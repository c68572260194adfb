"""Scratch folders: made, locked, removed whatever is in them, and swept after runs that died."""

from __future__ import annotations

import json
import os
import stat
import sys
import tempfile

import pytest

from ecr_contracts.discovery.user_code import UserCode
from ecr_contracts.runtime import scratch as module
from ecr_contracts.runtime.sandbox.files.files import Files
from ecr_contracts.runtime.sandbox.files.watch import Watch
from ecr_contracts.runtime.sandbox.recorder import Recorder
from ecr_contracts.runtime.sandbox.settings import Settings
from ecr_contracts.runtime.scratch import Scratch, lock, make, sweep

posix = pytest.mark.skipif(sys.platform == "win32", reason="modes and locks of POSIX")


@pytest.fixture
def place(tmp_path, monkeypatch):
    """The folder that scratch folders are made in."""
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    monkeypatch.setattr(module, "_LONGEST_PLACE", 10_000)
    return tmp_path


def test_a_scratch_folder_is_made_for_its_user_alone(place):
    scratch, _ = make()
    assert os.path.dirname(scratch.folder) == os.path.realpath(place)
    assert sorted(os.listdir(scratch.folder)) == ["files", "home", "tmp"]
    for folder in (scratch.folder, scratch.tmp, scratch.home, scratch.files):
        assert os.listdir(folder) == [] or folder == scratch.folder
        assert sys.platform == "win32" or stat.S_IMODE(os.stat(folder).st_mode) == 0o700
    assert make()[0] != scratch


@pytest.mark.parametrize("ascii_only", [True, False])
@pytest.mark.parametrize("folder", ["/t/ecr-contracts-a.scratch", "/t/é/x", 'C:\\t\\"x"'])
def test_in_general_its_folders_are_those_of_everybody(folder, ascii_only):
    scratch = Scratch(folder)
    said = {
        f"in {scratch.home}": [f"{scratch.tmp}/x", f"{scratch.home}/y {scratch.tmp}"],
        "other": [f"{folder}/else", "/tmp", 1],
    }
    message = json.dumps(said, ensure_ascii=ascii_only).encode()
    assert json.loads(scratch.in_general(message)) == {
        "in ~": ["/tmp/x", "~/y /tmp"],
        "other": [f"{folder}/else", "/tmp", 1],
    }


@posix
def test_the_paths_of_sockets_in_a_scratch_folder_are_short_enough(tmp_path, monkeypatch):
    deep = tmp_path / ("d" * 60)
    deep.mkdir()
    monkeypatch.setattr(tempfile, "tempdir", str(deep))
    scratch, _ = make()
    scratch.remove()
    assert len(os.path.join(scratch.tmp, "pymp-12345678", "listener-12345678")) <= 104


@posix
def test_it_is_removed_whatever_is_in_it(place, tmp_path):
    kept = tmp_path / "kept"
    kept.mkdir()
    (kept / "file").touch()
    scratch, _ = make()
    closed = os.path.join(scratch.tmp, "closed")
    os.makedirs(os.path.join(closed, "inner"))
    with open(os.path.join(closed, "inner", "file"), "w"):
        pass
    os.symlink(kept, os.path.join(scratch.home, "link"))
    os.symlink("nowhere", os.path.join(closed, "dangling"))
    os.mkfifo(os.path.join(scratch.files, "pipe"))
    os.chmod(os.path.join(closed, "inner"), 0)
    os.chmod(closed, 0)
    os.chmod(scratch.folder, 0)
    scratch.remove()
    assert not os.path.exists(scratch.folder)
    assert (kept / "file").exists()
    scratch.remove()  # what is gone is no fault


@posix
def test_a_folder_deeper_than_any_path_is_removed(place):
    scratch, _ = make()
    folder = os.open(scratch.tmp, os.O_RDONLY)
    name = "d" * 200
    for _ in range(40):  # twice the longest path of Linux
        os.mkdir(name, dir_fd=folder)
        inner = os.open(name, os.O_RDONLY, dir_fd=folder)
        os.close(folder)
        folder = inner
    os.close(folder)
    scratch.remove()
    assert os.listdir(place) == []


@posix
def test_what_a_dead_run_left_is_swept_and_nothing_else(place):
    dead, held_by_nobody = make()
    held_by_nobody.release()
    used, held = make()
    unlocked = place / "ecr-contracts-abcdefg1.scratch"  # its run was killed as soon as it was made
    unlocked.mkdir()
    others = [
        place / "ecr-contracts-checkout",
        place / "ecr-contracts-abcdefgh.scratched",
        place / "my-ecr-contracts-abcdefgh.scratch",
    ]
    for other in others:
        other.mkdir()
    target = place / "target"
    target.mkdir()
    link = place / "ecr-contracts-abcdefgh.scratch"
    link.symlink_to(target)
    file = place / "ecr-contracts-abcdefg2.scratch"
    file.touch()
    sweep()
    assert not os.path.exists(dead.folder)
    assert not unlocked.exists()
    kept = [used.folder, *map(str, others), str(target), str(link), str(file)]
    assert all(map(os.path.lexists, kept))
    assert lock(used) is None
    held.release()
    sweep()
    assert not os.path.exists(used.folder)


@posix
@pytest.mark.parametrize("by", ["sweep", "lock"])
def test_one_more_is_made_where_another_run_sweeps_it_first(place, monkeypatch, by):
    made, held_by_others = [], []
    make_folder = tempfile.mkdtemp

    def made_folder(*words):
        made.append(make_folder(*words))
        if len(made) == 1 and by == "sweep":
            sweep()
        if len(made) == 1 and by == "lock":
            held_by_others.append(lock(Scratch(made[0])))
        return made[-1]

    monkeypatch.setattr(tempfile, "mkdtemp", made_folder)
    scratch, held = make()
    assert [scratch.folder] == made[1:]
    assert sorted(os.listdir(scratch.folder)) == ["files", "home", "tmp"]
    assert lock(scratch) is None
    held.release()


@posix
def test_one_more_is_made_where_it_is_swept_as_it_is_locked(place, monkeypatch):
    mkdir, gone = os.mkdir, []

    def made_folder(path, *words):
        if str(path).endswith("tmp") and not gone:
            gone.append(os.path.dirname(path))
            os.rmdir(gone[0])
        mkdir(path, *words)

    monkeypatch.setattr(os, "mkdir", made_folder)
    scratch, _ = make()
    assert os.listdir(place) == [os.path.basename(scratch.folder)]
    assert gone != [scratch.folder]


@posix
def test_it_is_said_where_each_is_removed_at_once(place, monkeypatch):
    make_folder = tempfile.mkdtemp

    def removed(*words):
        folder = make_folder(*words)
        os.rmdir(folder)
        return folder

    monkeypatch.setattr(tempfile, "mkdtemp", removed)
    with pytest.raises(OSError, match="removed as soon as it is made"):
        make()


@posix
def test_where_folders_cannot_be_locked_none_is_swept(place, monkeypatch):
    import fcntl

    def refuse(*_):
        raise OSError("no locks available")

    monkeypatch.setattr(fcntl, "flock", refuse)
    scratch, _ = make()
    sweep()
    assert os.path.exists(scratch.folder)
    assert lock(Scratch(str(place / "missing"))) is None


def test_a_process_that_settles_has_it_as_its_temporary_folder_and_home(place, monkeypatch):
    scratch, _ = make()
    environment = {"XDG_CACHE_HOME": "/elsewhere", "HOME": "/elsewhere", "KEPT": "1"}
    monkeypatch.setattr(os, "environ", environment)
    monkeypatch.setattr(module.site, "ENABLE_USER_SITE", True)
    monkeypatch.setattr(module.site, "USER_BASE", "/packages")
    scratch.settle()
    assert tempfile.gettempdir() == scratch.tmp
    assert environment == {
        "KEPT": "1",
        "PYTHONUSERBASE": "/packages",
        **dict.fromkeys(("HOME", "USERPROFILE"), scratch.home),
        **dict.fromkeys(("TMPDIR", "TEMP", "TMP"), scratch.tmp),
    }


@posix
def test_no_other_run_sweeps_the_folder_of_a_sandbox_in_this_process(place):
    user_code = UserCode((str(place),), str(place))
    files = Files(Watch(Recorder(), user_code), Settings(), user_code)
    files.install()
    try:
        (folder,) = place.glob("*.scratch")
        sweep()
        assert folder.exists()
    finally:
        files.remove()
    assert list(place.iterdir()) == []
