"""The overlay against the file system itself: what is done to copies looks as if it were done."""

from __future__ import annotations

import errno
import os
import shutil
import stat
import tempfile
from contextlib import nullcontext
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ecr_contracts.discovery.user_code import UserCode
from ecr_contracts.runtime.sandbox.files.calls import Calls
from ecr_contracts.runtime.sandbox.files.kept import Kept
from ecr_contracts.runtime.sandbox.files.opening import Opening
from ecr_contracts.runtime.sandbox.files.overlay import Overlay
from ecr_contracts.runtime.sandbox.files.places import Places
from ecr_contracts.runtime.sandbox.files.redirection import Redirection
from ecr_contracts.runtime.sandbox.files.secret_stores import SecretStores
from ecr_contracts.runtime.sandbox.files.watch import Watch
from ecr_contracts.runtime.sandbox.recorder import Recorder

pytestmark = pytest.mark.skipif(os.name != "posix", reason="on Windows, nothing is redirected")

NAMES = ("a", "b", "d", "d/a", "d/e", "d/e/f", "l", "l/a", "n", "d/n", "d/../b", "x/y")
PATHS = st.sampled_from(NAMES)
TARGETS = st.sampled_from(["a", "d", "../b", "missing", "l", "d/e"])


class Copies:
    """The functions of the system as a consumer has them."""

    def __init__(self, scratch):
        self.overlay = Overlay(Places(str(scratch)))
        self.overlay.places.make()
        user_code = UserCode((str(scratch.parent),), str(scratch.parent))
        watch = Watch(Recorder(), user_code, whole=True)
        redirection = Redirection(self.overlay, watch.callers, SecretStores((), user_code), watch)
        opening = Opening(redirection)
        vars(self).update(Calls(redirection).replacements())
        self.open_file, self.open = opening.open_file, opening.open


class System:
    """The functions of the system."""

    open_file = staticmethod(open)

    def __getattr__(self, name):
        return getattr(os, name)


OPERATIONS = st.one_of(
    st.tuples(st.sampled_from(["write", "append", "update", "new", "read"]), PATHS),
    st.tuples(st.sampled_from(["remove", "mkdir", "rmdir", "truncate", "chmod"]), PATHS),
    st.tuples(st.sampled_from(["rename", "link"]), PATHS, PATHS),
    st.tuples(st.just("symlink"), TARGETS, PATHS),
    st.tuples(st.sampled_from(["list", "scan", "stat", "lstat", "readlink", "temporary"]), PATHS),
)


def done(functions, base, operation):
    """What one operation gives: a value, or its error without the folder."""
    action, *names = operation
    paths = [f"{base}/{name}" for name in names]
    try:
        match action:
            case "write" | "append" | "update" | "new":
                mode = {"write": "w", "append": "a", "update": "r+", "new": "x"}[action]
                with functions.open_file(paths[0], mode) as file:
                    file.write(action)
                    assert file.name == paths[0]
            case "read":
                with functions.open_file(paths[0]) as file:
                    return file.read()
            case "truncate":
                functions.truncate(paths[0], 1)
            case "chmod":
                functions.chmod(paths[0], 0o640)
            case "symlink":
                functions.symlink(names[0], paths[1])
            case "list":
                return sorted(functions.listdir(paths[0]))
            case "scan":
                with functions.scandir(paths[0]) as entries:
                    return sorted((one.name, one.path, one.is_dir()) for one in entries) and None
            case "stat":
                return stat.S_IFMT(functions.stat(paths[0]).st_mode)
            case "lstat":
                return stat.S_IFMT(functions.lstat(paths[0]).st_mode)
            case "temporary":
                os.close(functions.open(paths[0], os.O_RDWR | os.O_TMPFILE, 0o600))
            case _:
                return getattr(functions, action)(*paths)
    except OSError as error:
        return f"{type(error).__name__}: {error}".replace(base, "")
    return None


def seen(functions, base, path=""):
    """All that is below a folder, as these functions show it."""
    found = {}
    for name in sorted(functions.listdir(f"{base}{path}")):
        inner = f"{path}/{name}"
        mode = functions.lstat(f"{base}{inner}").st_mode
        if stat.S_ISDIR(mode):
            found |= {inner: "folder", **seen(functions, base, inner)}
        elif stat.S_ISLNK(mode):
            found[inner] = "to " + functions.readlink(f"{base}{inner}")
        else:
            with functions.open_file(f"{base}{inner}") as file:
                found[inner] = (stat.S_IMODE(mode), file.read())
    return found


def make_tree(base):
    for name in ("a", "b", "d/a", "d/e/f"):
        path = Path(base, name)
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(f"this is {name}")
    os.symlink("d", Path(base, "l"))


@settings(max_examples=150, deadline=None)
@given(st.lists(OPERATIONS, max_size=12), st.booleans())
def test_what_is_done_to_copies_looks_as_if_it_were_done(operations, in_place_of_tmp):
    # Files below /tmp have their copies in the temporary folder, all others in a folder for these.
    with tempfile.TemporaryDirectory(dir="/tmp" if in_place_of_tmp else "/var/tmp") as folder:
        really, virtually = f"{folder}/really", f"{folder}/virtually"
        make_tree(really)
        make_tree(virtually)
        scratch = Path(folder, "scratch")
        scratch.mkdir()
        copies = Copies(scratch)
        before = seen(System(), virtually)
        for operation in operations:
            expected = done(System(), really, operation)
            assert done(copies, virtually, operation) == expected, operation
        assert seen(copies, virtually) == seen(System(), really)
        assert seen(System(), virtually) == before


@settings(max_examples=40, deadline=None)
@given(st.lists(OPERATIONS, max_size=6), st.lists(OPERATIONS, max_size=6))
def test_each_call_begins_with_what_loading_left(loading, calling):
    with tempfile.TemporaryDirectory() as folder:
        make_tree(f"{folder}/tree")
        scratch = Path(folder, "scratch")
        scratch.mkdir()
        copies = Copies(scratch)
        for operation in loading:
            done(copies, f"{folder}/tree", operation)
        kept = Kept(copies.overlay)
        kept.keep()
        before = seen(copies, f"{folder}/tree")
        for operation in calling:
            done(copies, f"{folder}/tree", operation)
        Path(copies.overlay.places.tmp, "more").write_text("by a library")
        copies.overlay.note_change()
        kept.restore()
        assert seen(copies, f"{folder}/tree") == before
        assert not Path(copies.overlay.places.tmp, "more").exists()


def test_a_file_that_loading_left_open_goes_on(tmp_path):
    copies = Copies(tmp_path)
    log = copies.open_file(str(tmp_path / "log"), "a")
    kept = Kept(copies.overlay)
    kept.keep()
    for _ in range(2):
        kept.restore()
        log.write("line\n")
        log.flush()
        copies.overlay.note_change()
    with copies.open_file(str(tmp_path / "log")) as file:
        assert file.read() == "line\nline\n"
    log.close()
    assert not (tmp_path / "log").exists()


@pytest.mark.parametrize("beyond", [0, 1])
def test_a_folder_of_too_many_files_is_not_renamed(tmp_path, monkeypatch, beyond):
    monkeypatch.setattr("ecr_contracts.core.limits.COPIED_FILES", 5 - beyond)
    folder = tmp_path / "folder"
    folder.mkdir()
    for number in range(4):
        (folder / str(number)).touch()
    copies = Copies(tmp_path)
    renaming = pytest.raises(OSError, match="--allow-write") if beyond else nullcontext()
    with renaming:
        copies.rename(str(folder), str(tmp_path / "new"))
    assert folder.exists()
    shutil.rmtree(copies.overlay.places.files)


def test_there_is_no_copy_of_what_is_too_large(tmp_path, monkeypatch):
    monkeypatch.setattr("ecr_contracts.core.limits.COPIED_BYTES", 3)
    (tmp_path / "large").write_text("four")
    copies = Copies(tmp_path)
    with pytest.raises(OSError, match="--allow-write") as raised:
        copies.open_file(str(tmp_path / "large"), "a")
    assert raised.value.errno == errno.EROFS
    with copies.open_file(str(tmp_path / "large"), "w") as file:
        file.write("none of it is copied")
    assert (tmp_path / "large").read_text() == "four"
    shutil.rmtree(copies.overlay.places.files)
