"""Functions of ours are broken on purpose: each front end tells it in one line, with code 3."""

from __future__ import annotations

import contextlib
import io
import json
import os
import random
import re
import subprocess
import sys
import tempfile
from pathlib import Path

import pytest

from ecr_contracts import contract
from ecr_contracts.core.own_faults import OwnFaultError
from ecr_contracts.frontends.cli.main import main
from ecr_contracts.frontends.pytest.collection import Collection
from ecr_contracts.runtime.worker.channel import WorkerEnd
from tests import breaking, foreign

WORDS = "a fault of ecr-contracts itself, which says nothing"
PLACES = 20
"""How many functions are broken, one after the other."""

COMMANDS = (
    "sample push/ordinary",
    "sample pish",
    "validate event.json",
    "validate lines.jsonl --format json",
    "rules rule.json",
    "coverage event.json",
    "kinds",
    "fixtures folder --kind push",
    "models",
    "--help",
    "nosuch",
)


@pytest.fixture(autouse=True)
def folder(tmp_path, monkeypatch):
    """A folder with files for all commands, in which traceback files lie too."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    monkeypatch.setenv("API_TOKEN", breaking.PLANTED)
    event = {"source": "aws.ecr", "detail-type": "ECR Image Action"}
    (tmp_path / "event.json").write_text(json.dumps(event))
    (tmp_path / "lines.jsonl").write_text('{"a": \n{"a": 1}\n')
    (tmp_path / "rule.json").write_text('{"source": ["aws.ecr"]}')
    (tmp_path / "app.py").write_text("def handler(event, context):\n    return event['id']\n")
    return tmp_path


def told(words):
    """The exit code of a command line, and what it wrote on both outputs."""
    out, complaints = io.StringIO(), io.StringIO()
    with contextlib.redirect_stdout(out), contextlib.redirect_stderr(complaints):
        try:
            code = main(words)
        except SystemExit as end:
            code = end.code
    return code, out.getvalue(), complaints.getvalue()


def drawn(codes, number):
    """Functions that are broken, each with a way to break it: the same ones in every run."""
    source = random.Random(f"{number} of {len(codes)}")
    for code in source.sample(codes, min(number, len(codes))):
        yield code, source.choice(breaking.WAYS)


def is_of_handler(place, way):
    """Whether an exception of our code in the worker is taken for what the handler brings about.

    Memory is its own there, and so are files and pipes that it has closed.
    """
    is_in_worker = "runtime" in place or "fetched_values" in place
    return is_in_worker and way.__name__ in ("_memory_error", "_os_error", "_broken_pipe")


def is_of_a_file(way):
    """Whether reading what a user wrote raises the like, so that it may be told as his fault."""
    return way.__name__ in ("_value_error", "_recursion_error", "_os_error", "_broken_pipe")


def judge(code, sound, text, where, way=None):
    """That a run which met a fault of ours says so in one line, and shows nothing else of it."""
    assert "Traceback" not in text, where
    assert foreign.faults(text) == [], where
    if code in (1, 2) and way is not None and is_of_a_file(way):
        return
    assert breaking.PLANTED not in text, where
    lines = [line for line in text.splitlines() if WORDS in line]
    assert len(lines) == (code == 3), where
    assert code in (3, sound), where
    for file in Path.cwd().glob("ecr-contracts-fault-*"):
        content = file.read_text("utf-8")
        assert breaking.PLANTED not in content, where
        assert foreign.faults(content) == [], where
        file.unlink()


OF_HYPOTHESIS = "hypothesis_plugin"
"""The end of the module that Hypothesis itself calls, before pytest begins."""

# These write results or read files of the user, whose errors are theirs.
OF_THE_USER = {
    "main",
    "print_text",
    "print_lines",
    "print_document",
    "complain",
    "complain_of",
    "flush_output",
    "read_plain_file",
}


@pytest.mark.parametrize("line", ["sample push/ordinary", "validate event.json", "--help"])
def test_a_command_tells_it_in_one_line(line):
    break_command(line, 6)


@pytest.mark.long
@pytest.mark.parametrize("line", COMMANDS)
def test_each_command_tells_it_in_one_line(line):
    break_command(line, PLACES)


def break_command(line, places):
    """Break functions that a command calls, one after the other, and judge what it says."""
    words = line.split()
    sound, _, _ = told(words)
    codes = breaking.called_functions(lambda: told(words))
    codes = [code for code in codes if code.co_name not in OF_THE_USER]
    faults = 0
    for code, way in drawn(codes, places):
        with breaking.broken(code, way):
            result, out, complaints = told(words)
        judge(result, sound, out + complaints, f"{code.co_name} {way.__name__}", way)
        faults += result == 3
    assert faults > places // 4


CHECK = ["check", "app.py:handler", "--kind", "push", "--strength", "1", "--examples", "0"]


# What is broken may be what closes something.
@pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning")
@pytest.mark.long
def test_a_check_tells_it_in_one_line():
    sound, _, _ = told(CHECK)
    codes = breaking.called_functions(lambda: told(CHECK))
    codes = [code for code in codes if code.co_name not in OF_THE_USER]
    results = []
    for code, way in drawn(codes, PLACES):
        if is_of_handler(code.co_filename, way):
            continue
        with breaking.broken(code, way):
            result, out, complaints = told(CHECK)
        judge(result, sound, out + complaints, f"{code.co_name} {way.__name__}", way)
        results.append(result)
    assert 3 in results


def repository(event, context):
    return event["detail"]["repository-name"]


@pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning")
@pytest.mark.long
def test_an_assertion_raises_it_in_one_line():
    def run():
        contract.check(repository, "push", strength=1, examples=0, probe=0)

    run()
    codes = [code for code in breaking.called_functions(run) if code.co_name != "check"]
    faults = 0
    for code, way in drawn(codes, PLACES):
        where = f"{code.co_name} {way.__name__}"
        fault = ""
        # A violation is something that was taken for what the handler does.
        with contextlib.suppress(contract.ContractViolation), breaking.broken(code, way):
            try:
                run()
            except OwnFaultError as error:
                fault = str(error)
        if fault:
            judge(3, 0, fault, where)
            faults += 1
    assert faults > PLACES // 4


# --- pytest ---------------------------------------------------------------------------------------

CONFTEST = """
import gc, importlib, json, os, sys
from tests import breaking

def pytest_configure(config):
    if "BREAK" in os.environ:
        module, name, line, way = json.loads(os.environ["BREAK"])
        importlib.import_module(module)
        for one in gc.get_objects():
            code = getattr(one, "__code__", None) if type(one) is type(gc_of) else None
            if code and (code.co_name, code.co_firstlineno) == (name, line):
                if code.co_filename.replace(os.sep, ".").endswith(f"{module}.py"):
                    stack.enter_context(breaking.broken(code, getattr(breaking, way)))
                    return
        raise AssertionError("there is no such function")

import contextlib
stack = contextlib.ExitStack()
def gc_of(): pass

if "RECORD" in os.environ:
    codes = set()
    def note(frame, event, _):
        code = frame.f_code
        # A function within another one is there only once that was called.
        if event == "call" and breaking.is_ours(code) and "<locals>" not in code.co_qualname:
            codes.add((frame.f_globals["__name__"], frame.f_code.co_name,
                       frame.f_code.co_firstlineno))
    sys.setprofile(note)

    def pytest_unconfigure():
        sys.setprofile(None)
        with open(os.environ["RECORD"], "w") as file:
            json.dump(sorted(codes), file)
"""

SETTINGS = """
[tool.ecr-contracts]
consumers = [
    { handler = "app.py:handler", kinds = ["push"], strength = 1, examples = 0, probe = 0 },
]
"""

TESTS = """
import pytest

def test_of_something_else():
    pass

@pytest.mark.ecr_contract("delete")
def test_marked(ecr_event):
    assert ecr_event["detail"]

def test_effects(ecr_effects):
    pass
"""


NO_PLUGINS = [
    word
    for name in ("asyncio", "cacheprovider", "pytest_cov", "randomly", "timeout")
    for word in ("-p", f"no:{name}")
]

CALLED_BY_PYTEST = {
    "collect",
    "ecr_effects",
    "ecr_event",
    "reportinfo",
    "repr_failure",
    "runtest",
}
"""Beside hooks, the functions that pytest itself calls: nothing of ours stands around them."""


def is_guard(place, name):
    """Whether a function notes the faults of all else, or carries them to another process."""
    return (
        name.startswith("pytest_")
        or name in CALLED_BY_PYTEST
        or place.endswith(("frontends.pytest.own_faults", "runtime.worker.channel"))
    )


def pytest_run(*options, **environment):
    """A run of pytest in the folder, with no plugin but ours: its exit code and what it wrote."""
    root = Path(__file__).parents[2]
    kept = {name: value for name, value in os.environ.items() if not name.startswith("PYTEST")}
    process = subprocess.run(
        [sys.executable, "-m", "pytest", "-q", *NO_PLUGINS, *options],
        env=kept | {"PYTHONPATH": str(root), "TMPDIR": str(Path.cwd()), **environment},
        capture_output=True,
        encoding="utf-8",
        timeout=60,
        check=False,
    )
    return process.returncode, process.stdout + process.stderr


def write_project(folder):
    """Write a project whose run breaks a function of ours, or records which there are."""
    for name, text in (
        ("conftest.py", CONFTEST),
        ("pyproject.toml", SETTINGS),
        ("test_app.py", TESTS),
    ):
        (folder / name).write_text(text)


def judge_pytest(result, text, where):
    """That a run of pytest which met a fault of ours says so in one line, and runs the rest."""
    assert "INTERNALERROR" not in text, where
    assert "Traceback (most recent" not in text, where
    assert breaking.PLANTED not in text, where
    assert result in (0, 2, 3, 4), where
    assert (result in (2, 3)) == (WORDS in text), where
    # Where something could not be collected, pytest runs nothing.
    is_collected = "ERROR test_app.py" not in text and result != 2
    assert not is_collected or re.search(r"\b[1-9]\d* passed", text), where


@pytest.mark.long
@pytest.mark.parametrize("options", [(), ("-n1",), ("--ecr-cases",), ("--ecr-coverage",)])
def test_pytest_tells_it_in_one_line_and_runs_the_rest(folder, options):
    write_project(folder)
    sound, text = pytest_run(*options)
    assert sound == 0, text
    pytest_run(*options, RECORD=str(folder / "codes.json"))
    codes = json.loads((folder / "codes.json").read_text())
    results = []
    for code, way in drawn([*map(tuple, codes)], PLACES // 4):
        where = f"{code} {way.__name__}"
        is_of_environment = "core.secrets" in code[0]  # which os.environ asks, for whoever sets one
        if (
            is_guard(*code[:2])
            or is_of_environment
            or is_of_handler(code[0], way)
            or code[0].endswith(OF_HYPOTHESIS)
        ):
            continue
        result, text = pytest_run(*options, BREAK=json.dumps([*code, way.__name__]))
        results.append(result)
        judge_pytest(result, text, where)
    assert {2, 3}.intersection(results)


@pytest.mark.long
@pytest.mark.parametrize("function", [WorkerEnd.close, Collection.__init__])
def test_pytest_tells_it_in_one_line_before_anything_of_ours_runs(folder, function):
    write_project(folder)
    code = (function.__module__, function.__name__, function.__code__.co_firstlineno)
    result, text = pytest_run(BREAK=json.dumps([*code, "_value_error"]))
    judge_pytest(result, text, code)
    assert result == 3
