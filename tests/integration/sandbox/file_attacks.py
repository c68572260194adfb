"""Ways to change the files around a consumer, each tried in a process and on a tree of its own.

`python file_attacks.py ways NAME...` tries some (`secrets`: those to have a secret); without NAME,
all. It prints a line of JSON for each: what the way gave, what of the real tree has changed, and
the effects that were recorded. Everything happens below a folder that this process makes.
"""

from __future__ import annotations

import functools
import hashlib
import json
import os
import shutil
import signal
import stat
import sys
import tempfile
from dataclasses import asdict
from pathlib import Path

from ecr_contracts.discovery.user_code import UserCode
from ecr_contracts.runtime.effects import Sort
from ecr_contracts.runtime.sandbox.files.files import Files
from ecr_contracts.runtime.sandbox.files.watch import Watch
from ecr_contracts.runtime.sandbox.guard import Guard
from ecr_contracts.runtime.sandbox.recorder import Recorder
from ecr_contracts.runtime.sandbox.settings import Settings

SECONDS = 20
SECRET = "planted-secret"

# Real functions, as a consumer may have taken them before, or may find by the garbage collector.
TAKEN = {name: getattr(os, name) for name in dir(os) if callable(getattr(os, name))}
TAKEN["open_file"] = open


def attacks(title: str) -> dict[str, str]:
    """The attacks below a title of `file_attacks.txt`: Python code by name.

    Of the ways to change a file, what the code calls `back` says whether it reads back what it did.
    Those to have a secret are expressions.
    """
    text = Path(__file__).with_suffix(".txt").read_text("utf-8")
    found: dict[str, str] = {}
    for part in text.partition(f"#### {title}\n")[2].partition("#### ")[0].split("## ")[1:]:
        name, _, code = part.partition("\n")
        found[name] = code
    return found


class Liar(str):
    """A path that says it is another one, except to the system."""

    __slots__ = ()

    def __str__(self) -> str:
        return "/dev/null"

    def startswith(self, *_: object) -> bool:
        return True

    def rpartition(self, *_: object) -> tuple[str, str, str]:
        return "/dev", "/", "null"


def make_tree(base: Path) -> None:
    """What may not change."""
    for name in ("repo/a.txt", "repo/sub/b.txt", "repo/sub/deep/c.txt", "elsewhere/o.txt"):
        path = base / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(path.name)
    (base / "repo/empty").mkdir()
    (base / "repo/outside").symlink_to("../elsewhere")
    os.mkfifo(base / "repo/pipe")
    home = base / "home"
    for name in (".aws/credentials", ".ssh/id", ".netrc"):
        path = home / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(SECRET)
    (home / "plain").write_text("plain")
    (base / "repo/keys").symlink_to("../home/.aws/credentials")
    os.link(home / ".aws/credentials", base / "repo/hard")
    (base / "repo/d.db").write_bytes(database())


@functools.cache
def database() -> bytes:
    """A file of SQLite with a table `t` and a row."""
    import sqlite3

    with sqlite3.connect(":memory:") as connection:
        connection.execute("create table t (a)")
        connection.execute("insert into t values (1)")
    return connection.serialize()


def tree_of(base: Path) -> dict[str, object]:
    """All that there is to know of the files below a folder, times of reading apart."""
    found: dict[str, object] = {}
    for path in sorted(base.rglob("*")):
        status = path.lstat()
        content = ""
        if stat.S_ISREG(status.st_mode):
            content = hashlib.sha256(path.read_bytes()).hexdigest()
        elif stat.S_ISLNK(status.st_mode):
            content = os.readlink(path)
        attributes: list[str] = []
        if hasattr(os, "listxattr"):
            attributes = os.listxattr(path, follow_symlinks=False)
        found[str(path.relative_to(base))] = [
            *(status.st_mode, status.st_size, status.st_mtime_ns, status.st_nlink, status.st_uid),
            *(content, attributes),
        ]
    return found


def attempt(code: str, base: Path, scratch: str, *, is_expression: bool) -> dict[str, object]:
    """What some code gives in a sandbox, where it is the consumer's own."""
    repo = str(base / "repo")
    os.chdir(repo)
    os.environ["HOME"] = str(base / "home")
    recorder, user_code = Recorder(), UserCode((repo,), repo)
    watch = Watch(recorder, user_code, whole=True)
    guard = Guard(recorder, Settings(), user_code, watch)
    files = Files(watch, Settings(), user_code, scratch)
    tempfile.tempdir = scratch + "/tmp"
    names = {
        "os": os,
        "sys": sys,
        "stat": stat,
        "shutil": shutil,
        "tempfile": tempfile,
        "Path": Path,
        "TAKEN": TAKEN,
        "Liar": Liar,
        "REPO": repo,
        "HOME": str(base / "home"),
    }
    compiled = compile(code, f"{repo}/app.py", "eval" if is_expression else "exec")
    guard.install()
    files.install()
    given: object = None
    error = ""
    try:
        given = eval(compiled, names)
    except Exception as raised:  # noqa: BLE001 - each way fails in its own way
        error = f"{type(raised).__name__}: {raised}"
    files.remove()
    guard.remove()
    return {
        "given": repr(given) if is_expression else names.get("back"),
        "error": error,
        "effects": [asdict(one) for one in recorder.effects() if one.sort is Sort.FILE],
    }


def tried(name: str, code: str, *, is_expression: bool) -> dict[str, object]:
    """What a way gives and changes, in a process of its own."""
    base = Path(tempfile.mkdtemp(prefix="ecr-contracts-attacked-"))
    scratch = tempfile.mkdtemp(prefix="ecr-contracts-attacker-")
    try:
        make_tree(base)
        before = tree_of(base)
        reading, writing = os.pipe()
        child = os.fork()
        if not child:
            signal.alarm(SECONDS)
            os.close(reading)
            told = attempt(code, base, scratch, is_expression=is_expression)
            os.write(writing, json.dumps(told).encode())
            os._exit(0)
        os.close(writing)
        with open(reading, "rb") as pipe:
            answer = pipe.read()
        os.waitpid(child, 0)
        after = tree_of(base)
    finally:
        shutil.rmtree(base, ignore_errors=True)
        shutil.rmtree(scratch, ignore_errors=True)
    changed = [path for path in before.keys() | after.keys() if before.get(path) != after.get(path)]
    told = json.loads(answer) if answer else {"given": None, "error": "it died", "effects": []}
    return {"name": name, **told, "changed": sorted(changed)}


def main() -> None:
    """Try the ways of a table, all or those that are named."""
    title = sys.argv[1]
    table = attacks(title)
    for name in sys.argv[2:] or table:
        told = tried(name, table[name], is_expression=title == "secrets")
        sys.stdout.write(json.dumps(told) + "\n")


if __name__ == "__main__":
    main()
