"""Files that nobody here wrote, hostile ones: one clear line, in bounded time and memory.

The inputs are made when a test runs (`tests/integration/hostile/`): ways in which the tool reads a
file with contents that are wrong for it (a third of all that there are), and machines, scripts,
templates and rules that multiply, nest or never end.
"""

from __future__ import annotations

import os
import zlib
from collections.abc import Iterator
from contextlib import closing
from typing import Any

import pytest

from tests.integration.hostile import machines, scripts, templates
from tests.integration.hostile.running import Tool, flaws
from tests.integration.hostile.ways import file_inputs

_SHARE = 3
KEPT = ("env-file-fifo", "pyproject-utf-16", "rules-alias-bomb", "validate-brackets-open")
"""Those that the default tier runs."""

INPUTS: dict[str, Any] = {}
for _name, _input in file_inputs():
    if _name in KEPT or zlib.crc32(_name.encode()) % _SHARE == 0:
        INPUTS[_name] = _input
for _family, _rows in (
    ("machine", machines.ROWS),
    ("script", scripts.ROWS),
    ("template", templates.ROWS),
):
    INPUTS.update({f"{_family}:{name}": row for name, row in _rows.items()})


@pytest.fixture(scope="module")
def tool() -> Iterator[Tool]:
    """The tool, loaded once for all inputs."""
    with closing(Tool()) as loaded:
        yield loaded


def _rows() -> list[Any]:
    rows = []
    for name in INPUTS:
        marks = () if name in KEPT else (pytest.mark.long,)
        rows.append(pytest.param(name, id=name, marks=marks))
    return rows


@pytest.mark.skipif(not hasattr(os, "wait4"), reason="time and memory are measured by POSIX")
@pytest.mark.parametrize("name", _rows())
def test_a_hostile_input_takes_no_more_than_its_bounds(tmp_path, tool, name):
    folder = tmp_path / "here"
    folder.mkdir()
    INPUTS[name].write(folder)
    run = tool.attacked(INPUTS[name].words, folder)
    assert flaws(run) == [], run.written[:1000]


def test_there_are_as_many_inputs_as_are_promised():
    assert len(INPUTS) >= 600
