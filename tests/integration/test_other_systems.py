"""What other systems lack is asked of none: modules of POSIX at import, fork to start workers."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys

import pytest

from tests.conftest import ROOT

WITHOUT = """
import asyncio, importlib, multiprocessing.popen_spawn_posix, os, pkgutil, signal, socket
import subprocess, sys
import hypothesis.strategies, jsonschema, jsonschema_rs, pydantic, pytest, rich.console, ruamel.yaml

for name in ("fcntl", "grp", "pty", "pwd", "readline", "resource", "syslog", "termios", "tty"):
    sys.modules[name] = None
for module, names in {
    os: "fork forkpty getegid geteuid getgid getpgid getuid killpg mkfifo setpgid setsid uname",
    signal: "SIGALRM SIGCHLD SIGHUP SIGKILL SIGPIPE SIGQUIT SIGSTOP SIGUSR1 alarm setitimer",
    socket: "AF_UNIX",
}.items():
    for name in names.split():
        if hasattr(module, name):
            delattr(module, name)

import ecr_contracts

for found in pkgutil.walk_packages(ecr_contracts.__path__, "ecr_contracts."):
    if found.name.endswith("__main__"):
        continue
    try:
        importlib.import_module(found.name)
    except ModuleNotFoundError as error:
        if error.name not in OTHERS:
            raise ImportError(f"{found.name}: {error}") from error
    print(found.name)
"""


def test_every_module_can_be_imported_without_what_posix_has():
    """As on Windows: `os.name` decides within functions, not what a module imports."""
    others = {"boto3", "botocore", "moto", "hcl2", "msgspec"}  # extras, and what consumers bring
    done = subprocess.run(
        [sys.executable, "-c", f"OTHERS = {others!r}\n{WITHOUT}"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    assert "ecr_contracts.runtime.sandbox.kernel.loopback" in done.stdout.split()


CHECK = """
import multiprocessing, sys

if __name__ == "__main__":
    if sys.argv[1] == "spawn":
        multiprocessing.get_all_start_methods = lambda: ["spawn"]
    from ecr_contracts.frontends.cli.main import main

    handler = "examples/scan_to_chat/naive.py:handler"
    sys.exit(main(["check", handler, "--format", "json", "--strength", "1", "--examples", "0"]))
"""


def findings(report):
    """What a report says of each fault: what goes wrong, why, and where."""
    return [(one["check"], one["cause"], one["location"]) for one in report["findings"]]


@pytest.mark.long
def test_a_worker_that_is_started_anew_finds_what_one_that_is_forked_does(tmp_path):
    if not hasattr(os, "fork"):
        pytest.skip("this system cannot fork")
    script = tmp_path / "run.py"
    script.write_text(CHECK, "utf-8")
    reports = {}
    for way in ("fork", "spawn"):
        # What failed is remembered where it ran, and comes first the next time.
        shutil.copytree(ROOT / "examples", tmp_path / way / "examples")
        done = subprocess.run(
            [sys.executable, str(script), way],
            cwd=tmp_path / way,
            capture_output=True,
            text=True,
            check=False,
        )
        assert done.returncode == 1, done.stderr
        reports[way] = json.loads(done.stdout)
    assert findings(reports["fork"])
    assert findings(reports["spawn"]) == findings(reports["fork"])
