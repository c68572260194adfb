"""The sdist: it holds what the repository holds, and is the same bytes each time.

The step `package` of `.ci/run` builds it, and the wheel; here is what can be told without that.
"""

from __future__ import annotations

import fnmatch
import importlib.util
import io
import os
import subprocess
import tarfile

import pytest

from tests.conftest import ROOT


def kept():
    """The files that the repository keeps; skips where it is none, as in an unpacked sdist."""
    if not (ROOT / ".git").exists():
        pytest.skip("no repository")
    command = ["git", "ls-files", "-z"]
    listed = subprocess.run(command, cwd=ROOT, capture_output=True, check=True, text=True)
    return [name for name in listed.stdout.split("\0") if name]


def manifest():
    """The folders and the patterns of files that MANIFEST.in puts into the sdist."""
    folders, patterns = [], []
    for line in (ROOT / "MANIFEST.in").read_text("utf-8").splitlines():
        command, *words = line.split()
        if command == "graft":
            folders += words
        elif command == "include":
            patterns += words
    return folders, patterns


def test_every_file_of_the_repository_is_in_the_sdist():
    folders, patterns = manifest()
    left_out = [
        name
        for name in kept()
        if name.partition("/")[0] not in folders
        and not any(
            fnmatch.fnmatch(name, pattern) and name.count("/") == pattern.count("/")
            for pattern in patterns
        )
    ]
    assert left_out == []


@pytest.fixture
def backend():
    pytest.importorskip("setuptools")
    file = ROOT / "build_backend" / "reproducible.py"
    spec = importlib.util.spec_from_file_location("reproducible", file)
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def an_sdist(path, time, owner, mode):
    """An sdist of three members, as a machine makes it at some time."""
    with tarfile.open(path, "w:gz") as archive:
        for name, content in (("x/b.py", b"b"), ("x/run", b"#!"), ("x/a.py", b"a\n")):
            member = tarfile.TarInfo(name)
            member.size, member.mtime, member.uname, member.uid = len(content), time, owner, time
            member.mode = mode | 0o100 if name == "x/run" else mode
            archive.addfile(member, io.BytesIO(content))
    os.utime(path, (time, time))


def test_an_sdist_is_the_same_bytes_each_time(tmp_path, backend):
    first, second = tmp_path / "first.tar.gz", tmp_path / "second.tar.gz"
    an_sdist(first, 1_700_000_000.25, "ann", 0o644)
    an_sdist(second, 1_800_000_000, "bob", 0o600)
    assert first.read_bytes() != second.read_bytes()
    for path in (first, second):
        backend.written_anew(path, 1_767_225_600)
    assert first.read_bytes() == second.read_bytes()
    with tarfile.open(first) as archive:
        found = {member.name: (member.mode, member.mtime) for member in archive.getmembers()}
        assert archive.extractfile("x/a.py").read() == b"a\n"
    time = 1_767_225_600
    assert found == {"x/a.py": (0o644, time), "x/b.py": (0o644, time), "x/run": (0o755, time)}
    assert sorted(path.name for path in tmp_path.iterdir()) == [first.name, second.name]
