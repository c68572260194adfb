"""`ecr-contracts check` in a process: whatever a consumer does, there is a report and a code."""

from __future__ import annotations

import json
import os
import pty
import re
import select
import shlex
import signal
import subprocess
import sys
import time

import pytest

from tests.conftest import ROOT
from tests.rows import keeping, long_but

APP = """
import glob
import os
import select
import signal
import sys
import threading
import time


def handler(event, context):
    return event["detail"]["image-tags"][0]


def fine(event, context):
    return event["detail"]["repository-name"]


def noisy(event, context):
    print("\\x1b[2J garbage \\x00 \\ud800 é")
    print("to standard error", file=sys.stderr)
    os.write(1, b"\\xff\\xfe raw")
    for _ in range(200):
        print("x" * 1000)
    sys.stdout.close()
    os.close(1)
    os.close(2)
    return event["id"]


def accents(event, context):
    raise ValueError("déjà vu: 日本 \\ud800 …")


def stubborn(event, context):
    open("started", "w").close()
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    while True:
        signal.pause()


def slow(event, context):
    open(event["id"], "w").close()
    select.select([], [], [], 0.02)
    if len(glob.glob("????????-*")) > 20:
        open("started", "w").close()
        signal.pause()
    return event["detail"]["image-tags"][0]


def threads(event, context):
    threading.Thread(target=time.sleep, args=(60,)).start()
"""

NAIVE = "examples/scan_to_chat/naive.py:handler"
# What does not depend on how many events are given is tried with few, or with one.
ONE = ("--case", "scan/no-tags")
FEW = ("--kind", "scan", "--strength", "1", "--examples", "0")


def test_the_example_of_the_readme(tool):
    process = tool("check", str(ROOT / NAIVE))
    assert (process.returncode, process.stderr) == (1, "")
    assert "1  IndexError when image-tags is empty (as in AWS's own sample)" in process.stdout
    first = " ".join(process.stdout.partition("\n\n")[0].split())
    assert re.fullmatch(
        r"4 faults in \S+: \d+ of 99 scan events fail, AWS's own sample among them", first
    )


@pytest.mark.parametrize(
    ("handler", "code"),
    long_but(
        lambda row: row[0] in ("noisy", "nothing"),
        [("noisy", 0), ("threads", 0), ("nothing", 2), ("accents", 1)],
    ),
)
def test_results_on_standard_output_complaints_on_standard_error(tool, handler, code):
    tool.write("app.py", APP)
    process = tool("check", f"app.py:{handler}", *FEW)
    assert process.returncode == code
    assert bool(process.stderr) == (code == 2)
    assert bool(process.stdout) == (code != 2)
    assert "garbage" not in process.stdout
    assert "to standard error" not in process.stdout + process.stderr


@pytest.mark.long
def test_a_finding_can_be_seen_again_by_the_line_that_it_ends_with(tool):
    tool.write("my app/it's.py", APP)
    report = json.loads(tool("check", "my app/it's.py:handler", *FEW, "--format", "json").stdout)
    [first, second] = report["findings"]
    for finding in (first, second):
        assert shlex.split(finding["repeat"])[:2] == ["ecr-contracts", "check"]
        again = tool.shell(f"{finding['repeat']} --format json")
        assert again.returncode == (finding["severity"] == "error")
        [same] = json.loads(again.stdout)["findings"]
        for key in (
            "check",
            "kind",
            "via",
            "cause",
            "exception",
            "message",
            "location",
            "example",
            "repeat",
        ):
            assert same[key] == finding[key]


@keeping(lambda line: line.startswith("sample"))
@pytest.mark.parametrize("line", [f"check app.py:handler {' '.join(ONE)}", "sample scan/sample"])
def test_a_reader_that_has_seen_enough_is_no_trouble(tool, line):
    tool.write("app.py", APP)
    process = subprocess.Popen(
        [sys.executable, "-m", "ecr_contracts", *line.split()],
        cwd=tool.folder,
        env=tool.environment,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
    )
    assert process.stdout is not None
    assert process.stderr is not None
    process.stdout.close()
    assert process.wait(30) == 141
    assert process.stderr.read() == b""
    process.stderr.close()


@pytest.mark.parametrize(
    ("handler", "closed", "code"),
    long_but(
        lambda row: row[0] == "nothing" or "<&-" in row[1],
        [
            ("handler", ">&-", 1),
            ("fine", ">&-", 0),
            ("nothing", "2>&-", 2),
            ("handler", ">&- 2>&- <&-", 1),
        ],
    ),
)
def test_outputs_may_be_closed(tool, handler, closed, code):
    tool.write("app.py", APP)
    process = tool.shell(f"ecr-contracts check app.py:{handler} {' '.join(ONE)} {closed}")
    assert process.returncode == code
    assert (process.stdout, process.stderr) == ("", "")


def test_a_full_disk_is_told(tool):
    if not os.path.exists("/dev/full"):
        assert sys.platform != "linux"
        return
    process = tool.shell("ecr-contracts kinds scan >/dev/full")
    assert (process.returncode, process.stderr) == (
        2,
        "ecr-contracts: the output: No space left on device\n",
    )


@keeping(lambda environment, shown: len(environment) == 3)
@pytest.mark.parametrize(
    ("environment", "shown"),
    [
        ({"PYTHONIOENCODING": "ascii"}, r"d\xe9j\xe0 vu: \u65e5\u672c \ud800 ..."),
        ({"PYTHONIOENCODING": "latin-1"}, "d\ufffdj\ufffd vu: \\u65e5\\u672c \\ud800 ..."),
        (
            {"LC_ALL": "C", "PYTHONCOERCECLOCALE": "0", "PYTHONUTF8": "0"},
            r"d\xe9j\xe0 vu: \u65e5\u672c \ud800 ...",
        ),
    ],
)
def test_any_encoding_will_do(tool, environment, shown):
    tool.write("app.py", APP)
    process = tool("check", "app.py:accents", "--case", "scan/ordinary", "-v", **environment)
    assert process.returncode == 1
    assert f"ValueError: {shown}\n" in process.stdout


def test_ctrl_c_ends_it_in_a_word(tool):
    tool.write("app.py", APP)
    process = subprocess.Popen(
        [
            sys.executable,
            "-m",
            "ecr_contracts",
            "check",
            "app.py:stubborn",
            "--kind",
            "scan",
            "--timeout",
            "60",
        ],
        cwd=tool.folder,
        env=tool.environment,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
    )
    deadline = time.monotonic() + 30
    while not (tool.folder / "started").exists() and time.monotonic() < deadline:
        time.sleep(0.01)
    process.send_signal(signal.SIGINT)
    out, complaints = process.communicate(timeout=30)
    assert (process.returncode, out, complaints) == (130, b"", b"ecr-contracts: interrupted\n")


@pytest.mark.long
def test_what_was_found_until_it_was_interrupted_is_told(tool):
    tool.write("app.py", APP)
    words = ["check", "app.py:slow", "--kind", "scan", "--timeout", "60", "--format", "json"]
    words += ["--allow-write", ".", "--report", "junit=report.xml"]
    process = subprocess.Popen(
        [sys.executable, "-m", "ecr_contracts", *words],
        cwd=tool.folder,
        env=tool.environment,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
    )
    deadline = time.monotonic() + 30
    while not (tool.folder / "started").exists() and time.monotonic() < deadline:
        time.sleep(0.01)
    process.send_signal(signal.SIGINT)
    out, complaints = process.communicate(timeout=30)
    assert (process.returncode, complaints) == (130, b"")
    report = json.loads(out)
    assert "IndexError" in {finding["exception"] for finding in report["findings"]}
    assert re.match(r"interrupted: \d\d of \d\d cases were given", report["notes"][0])
    # An error is a failure; with advice alone, the case is none that passes either.
    outcome = re.search(
        r'failures="(\d)" .*skipped="(\d)"', (tool.folder / "report.xml").read_text()
    )
    assert sorted(outcome.groups()) == ["0", "1"]


def in_terminal(tool, line: str, columns: int, **environment: str) -> str:
    """What a terminal of so many columns shows of a command."""
    ours, theirs = pty.openpty()
    variables = {"TERM": "xterm-256color", "COLUMNS": str(columns)}
    process = subprocess.Popen(
        [sys.executable, "-m", "ecr_contracts", *line.split()],
        cwd=tool.folder,
        env=tool.environment | variables | environment,
        stdin=theirs,
        stdout=theirs,
        stderr=theirs,
    )
    os.close(theirs)
    shown = b""
    while select.select([ours], [], [], 30)[0]:
        try:
            piece = os.read(ours, 65536)
        except OSError:  # Linux's way to say that the other end was closed
            break
        if not piece:
            break
        shown += piece
    process.wait(30)
    os.close(ours)
    return shown.decode().replace("\r\n", "\n")


COLOUR = re.compile(r"\x1b\[[0-9;?]*[A-Za-z]")


@pytest.mark.parametrize(
    ("columns", "environment", "coloured"),
    long_but(lambda row: row[2], [(60, {"NO_COLOR": "1"}, False), (120, {}, True)]),
)
def test_a_terminal_has_colours_and_its_own_width(tool, columns, environment, coloured):
    line = f"check {ROOT / NAIVE} {' '.join(FEW)}"
    shown = in_terminal(tool, line, columns, **environment)
    assert bool(re.search(r"\x1b\[[0-9;]*31m", shown)) == coloured
    plain = COLOUR.sub("", shown)
    told = "1 IndexError when image-tags is empty (as in AWS's own sample)"
    assert told in " ".join(plain.split())  # however often it is broken
    broken = [line for line in plain.splitlines() if not re.match(r"/| *ecr-contracts check", line)]
    assert max(map(len, broken)) <= columns
    assert max(map(len, broken)) > columns - 25


@pytest.mark.long
def test_colours_can_be_forced_into_a_file(tool):
    process = tool("check", str(ROOT / NAIVE), *FEW, FORCE_COLOR="1", TERM="xterm")
    assert "\x1b[1;31mIndexError\x1b[0m" in process.stdout
    assert process.returncode == 1
