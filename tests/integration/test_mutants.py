"""The score of mutants is that of tests which are run: planted mutants are killed, or survive."""

from __future__ import annotations

import os
import subprocess
import sys

import pytest

from tests.conftest import ROOT

BOUNDS = """
def is_large(size):
    return size > 10


def shown(size):
    return f"{size} bytes"
"""
MODULE = "ecr_contracts/core/bounds.py"

TESTS = {
    "killed by tests/unit/core/test_bounds.py::test_it": "def test_it():\n    assert {}\n",
    "killed by tests/unit/core/test_bounds.py": "import ecr_contracts.core.bounds\nassert {}\n",
    "timed out by tests/unit/core/test_bounds.py::test_it": (
        "import time\ndef test_it():\n    while not ({}):\n        time.sleep(0.01)\n"
    ),
    "survived": "def test_it():\n    {}\n    assert bounds.is_large(11)\n",
}
CLAIM = "bounds.shown(3) == '3 bytes'"


def run(folder, tests, *options):
    """The tool on a small checkout whose tests are these."""
    files = {MODULE: BOUNDS, "tests/unit/core/test_bounds.py": tests}
    for name, text in files.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text(text, "utf-8")
    subprocess.run(["git", "init", "--quiet"], cwd=folder, check=True)
    before = {file: file.read_bytes() for file in folder.rglob("*.py")}
    code = "import sys; from benchmarks.mutants import __main__ as tool, judging;"
    code += " judging.LONGEST_TEST = 5; sys.exit(tool.main(sys.argv[1:]))"
    done = subprocess.run(
        [sys.executable, "-c", code, "--checkout", str(folder), "--jobs", "1", *options],
        cwd=ROOT,
        env=os.environ | {"PYTEST_DISABLE_PLUGIN_AUTOLOAD": "1"},  # the package is a planted one
        capture_output=True,
        text=True,
        timeout=100,
        check=False,
    )
    assert done.stderr == ""
    assert {file: file.read_bytes() for file in folder.rglob("*.py")} == before
    return done


@pytest.mark.long
@pytest.mark.parametrize("verdict", TESTS)
def test_a_planted_mutant_gets_the_verdict_of_the_tests(tmp_path, verdict):
    tests = "from ecr_contracts.core import bounds\n" + TESTS[verdict].format(CLAIM)
    done = run(tmp_path, tests, "--at", f"{MODULE}:7")
    told = f"{MODULE}:7: {verdict} ("
    lines = done.stdout.splitlines()
    assert lines[0].startswith(told)
    assert lines[1:3] == ['  - return f"{size} bytes"', "  + return None"]
    assert ("SURVIVED" in done.stdout) == (verdict == "survived") == (done.returncode == 1)


@pytest.mark.long
def test_a_test_that_fails_without_the_mutant_too_kills_nothing(tmp_path):
    tests = "def test_red():\n    assert False\n\ndef test_green():\n    assert True\n"
    done = run(tmp_path, tests, "--count", "1")
    assert "1 survived" in done.stdout
    assert "mutation score: 0% of 1 judged" in done.stdout
    assert done.returncode == 1


def test_without_time_nothing_is_judged_and_that_is_no_success(tmp_path):
    done = run(tmp_path, "", "--count", "2", "--minutes", "0")
    assert "2 not judged" in done.stdout
    assert done.stdout.endswith("no mutant was judged: give it more --minutes\n")
    assert done.returncode == 1
