"""What the documents tell the reader to type works, in the order in which it stands there.

A page is followed as a reader follows it: a block of code that begins with the name of a file is
written to that file, lines behind `$` are typed into a shell, and what is shown below them must be
printed. What a page takes for granted stands in `tests/acceptance/documented/`.
"""

from __future__ import annotations

import json
import re
import shutil
import stat
import sys
from dataclasses import dataclass
from pathlib import Path

import pytest

from tests.acceptance.tool import in_folder
from tests.conftest import ROOT

PROJECT = Path(__file__).parent / "documented"
BLOCK = re.compile(r"^```(\w+)\n(.*?)^```$", re.MULTILINE | re.DOTALL)
FILE = re.compile(r"^(?:#|//) ([\w./-]+\.\w+)$")
FOLLOWED = [
    "README.md",
    *(path.relative_to(ROOT).as_posix() for path in sorted((ROOT / "docs").rglob("*.md"))),
]
FOLLOWED.remove("docs/reference/commands.md")
"""Every page but the one whose examples are those of the help, which `test_commands.py` runs."""

ELSEWHERE = (
    ("pip install", "it asks a package index"),
    ("mkdocs serve", "it serves until it is ended"),
    ("docker run", "it takes an engine and an image"),
    ("go build", "it takes Go"),
    ("ecr-contracts check --url", "the container of the line before has to run"),
)
"""Lines that are not typed here: how they begin, and why."""

FOUND = re.compile(r"\b\d+ (?:faults? in|breaking|dead or invalid)\b")
"""What a page shows of a run that finds something: that ends with 1."""

FINDS = {
    "ecr-contracts check examples/queue_to_deploy/naive.py:handler",
    "ecr-contracts check --state-machine examples/scan_state_machine/naive.asl.json",
    "ecr-contracts check src/app.py:handler --migrate v2",
    "ecr-contracts diff old/schemas installed --consumer src/app.py:handler",
    "ecr-contracts diff old/schemas installed --witnesses tests/events/new",
}
"""Lines that find something as well, of which the pages do not show it."""


@dataclass(frozen=True)
class Step:
    """Something that a page has the reader do: write a file, or type a line."""

    file: str = ""
    text: str = ""
    line: str = ""
    shown: str = ""


def steps(page):
    """What a page has the reader do, in order."""
    found: list[Step] = []
    for language, body in BLOCK.findall((ROOT / page).read_text("utf-8")):
        lines = body.splitlines()
        named = FILE.match(lines[0]) if lines else None
        if language == "console":
            found += _typed(lines)
        elif language == "text" and found and found[-1].line:
            found[-1] = Step(line=found[-1].line, shown=f"{found[-1].shown}{body}")
        elif named is not None:
            found.append(Step(file=named[1], text=body))
    return found


def _typed(lines):
    """The lines of a block behind `$`, each with what is shown below it."""
    typed: list[Step] = []
    for line in lines:
        if line.startswith("$ "):
            typed.append(Step(line=re.sub(r"\s+# .*$", "", line[2:])))
        else:
            typed[-1] = Step(line=typed[-1].line, shown=f"{typed[-1].shown}{line}\n")
    return typed


def is_printed(shown, output):
    """Whether what a page shows is in the output, with anything where it has dots."""
    parts = [re.escape(" ".join(part.split())) for part in re.split(r"…|\n\n", shown)]
    return re.search(".*".join(parts), " ".join(output.split()), re.DOTALL) is not None


@pytest.fixture
def reader(tmp_path):
    """A folder with what the pages take for granted, and a shell with our command."""
    shutil.copytree(PROJECT, tmp_path, dirs_exist_ok=True)
    shutil.copytree(ROOT / "examples", tmp_path / "examples")
    shutil.copytree(ROOT / "schemas", tmp_path / "old" / "schemas")
    scan = tmp_path / "old" / "schemas" / "ecr" / "scan.schema.json"
    schema = json.loads(scan.read_text("utf-8"))
    detail = schema["properties"]["detail"]
    detail["required"].append("finding-severity-counts")
    del detail["properties"]["finding-severity-counts"]["x-ecr"]["choices"]["absent"]
    scan.write_text(json.dumps(schema), "utf-8")
    command = tmp_path / "bin" / "ecr-contracts"
    command.parent.mkdir()
    command.write_text(f'#!/bin/sh\nexec "{sys.executable}" -m ecr_contracts "$@"\n')
    command.chmod(command.stat().st_mode | stat.S_IXUSR)
    return in_folder(tmp_path)


@pytest.mark.long
@pytest.mark.parametrize("page", [page for page in FOLLOWED if steps(page)])
def test_what_a_page_says_can_be_done(page, reader):
    for step in steps(page):
        if step.file:
            reader.write(step.file, step.text)
        elif not any(step.line.startswith(begin) for begin, _ in ELSEWHERE):
            process = reader.shell(step.line)
            expected = 1 if FOUND.search(step.shown) or step.line in FINDS else 0
            told = f"{page}: {step.line}\n{process.stdout}\n{process.stderr}"
            assert process.returncode == expected, told
            assert is_printed(step.shown, process.stdout), told


def test_the_pages_have_lines_to_type():
    """So that a change of their form does not empty the test above."""
    assert sum(bool(step.line) for page in FOLLOWED for step in steps(page)) >= 50


def test_every_line_that_finds_something_or_is_left_out_stands_in_a_page():
    typed = [step.line for page in FOLLOWED for step in steps(page)]
    assert FINDS - set(typed) == set()
    left_out = [begin for begin, _ in ELSEWHERE if begin != "mkdocs serve"]
    assert [begin for begin in left_out if not any(line.startswith(begin) for line in typed)] == []
