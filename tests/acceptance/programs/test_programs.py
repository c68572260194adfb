"""Programs of several languages, as people write them: what is wrong with each is said by `check
--command`, and nothing else.

Each stands in a folder, and beside it a right one, which ends with `_right`.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

import pytest

from ecr_contracts.engine.phases import Effort
from ecr_contracts.engine.plan import Request
from ecr_contracts.engine.session import judge
from ecr_contracts.engine.subjects.command import Command
from tests.acceptance.handlers.expectation import (
    CRITICAL,
    DIGEST,
    RESOURCES,
    STATUS,
    SUCCEEDED,
    TAG,
    TAGS,
    WITHOUT_SLASH,
    Found,
    causes,
    raises,
)
from tests.acceptance.handlers.test_handlers import are_told, shown, tells_of
from tests.rows import long_but

HERE = Path(__file__).parent
RUST = "rustc -O -o {out} main.rs"
"""How the programs in Rust are built, in their folder."""


@dataclass(frozen=True, slots=True)
class Program:
    """A program, and what is said of it: `command` is typed in its folder.

    What runs it is the first word of the command, or that of the line that builds it (`{out}` is
    what is built).
    """

    name: str
    command: str
    kind: str
    findings: frozenset[Found] = frozenset()
    build: str = ""

    @property
    def tool(self) -> str:
        """The program without which it cannot be run here."""
        return (self.build or self.command).split()[0]


COMPLETE = (STATUS, "complete")
WRONG = (
    Program(
        "team_of_push",
        "sh on-push.sh",
        "push",
        frozenset(
            {raises("exit code 2", 'echo "notify $team', [SUCCEEDED, WITHOUT_SLASH])},
        ),
    ),
    Program(
        "lines_of_push",
        "node serve.js",
        "push",
        frozenset({raises("TypeError", ".split('-')", [SUCCEEDED, (TAG, "absent")])}),
    ),
    Program(
        "first_tag_of_scan",
        "node run.mjs",
        "scan",
        frozenset(
            {raises("TypeError", "[0].toLowerCase()", [COMPLETE, (TAGS, "empty", "absent")])}
        ),
    ),
    Program(
        "severities",
        "perl on-scan.pl",
        "scan",
        frozenset({raises("exit code 255", 'die "no critical', [COMPLETE, (CRITICAL, "absent")])}),
    ),
    Program(
        "digest_of_push",
        "{out}",
        "push",
        frozenset(
            {
                raises("panic", 'digest["sha256:".len()..]', (DIGEST, "empty")),
                Found("raises", "panic", ".unwrap();", causes((DIGEST, "absent")), advice=True),
            }
        ),
        build=RUST,
    ),
    Program(
        "queue_box",
        f"{sys.executable} worker.py",
        "push",
        frozenset(
            {
                Found(
                    "raises",
                    "KeyError",
                    'd["image-digest"]',
                    causes([SUCCEEDED, (DIGEST, "absent")]),
                    advice=True,
                )
            }
        ),
    ),
    Program(
        "account_of_scan",
        "java Gate.java",
        "scan",
        frozenset(
            {
                Found(
                    "raises",
                    "java.lang.ArrayIndexOutOfBoundsException",
                    'split(":repository/")[1]',
                    causes((RESOURCES, "empty")),
                    advice=True,
                )
            }
        ),
    ),
)
RIGHT = tuple(Program(f"{one.name}_right", one.command, one.kind, build=one.build) for one in WRONG)
ALL = (*WRONG, *RIGHT)
QUICK = {"lines_of_push", "lines_of_push_right"}

pytestmark = pytest.mark.skipif(not hasattr(os, "fork"), reason="programs are started by a fork")


def _command(program: Program, folder: Path, out: Path) -> str:
    """The command of a program, which is built first if need be."""
    if shutil.which(program.tool) is None:
        pytest.skip(f"{program.tool} is not here")
    if program.build:
        words = program.build.format(out=out).split()
        subprocess.run(words, cwd=folder, check=True)
    return program.command.format(out=out)


@pytest.mark.parametrize(
    "program",
    long_but(lambda one: one.name in QUICK, ALL),
    ids=lambda one: one.name,
)
def test_what_is_wrong_is_found_and_nothing_else(program: Program, tmp_path: Path) -> None:
    folder = HERE / program.name
    command = _command(program, folder, tmp_path / "run")
    subject = Command(command, timeout=10.0, folder=folder)
    examples = 30 if program in RIGHT and program.name not in QUICK else 0
    verdict = judge(subject, Request(kinds=(program.kind,), effort=Effort(examples=examples)))
    telling = {
        found: [one for one in verdict.findings if tells_of(one, found)]
        for found in program.findings
    }
    for found, findings in telling.items():
        assert findings, f"not found: {found}\n" + "\n".join(map(shown, verdict.findings))
        assert found.causes is not None
        assert are_told(findings, found.causes), "\n".join(map(shown, findings))
    told = [one for findings in telling.values() for one in findings]
    unexpected = [one for one in verdict.findings if one not in told]
    assert not unexpected, "\n".join(map(shown, unexpected))
    assert len(verdict.trials) > 50


def test_every_folder_is_in_the_table() -> None:
    folders = {path.name for path in HERE.iterdir() if path.is_dir() and path.name[0] not in "._"}
    assert folders == {one.name for one in ALL}
