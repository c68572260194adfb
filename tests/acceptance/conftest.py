"""The fixtures that tests of the whole tool share."""

from __future__ import annotations

import shlex
from pathlib import Path

import pytest

from ecr_contracts.frontends.cli.main import main
from tests.acceptance.tool import Tool, in_folder

collect_ignore = ["cases", "repos"]  # small repositories: what is tests there is not ours


@pytest.fixture(autouse=True)
def no_progress(monkeypatch):
    """How often a line tells of progress depends on how busy the machine is."""
    monkeypatch.setattr("ecr_contracts.frontends.cli.progress._BETWEEN_LINES", 3600)


@pytest.fixture
def tool(tmp_path: Path) -> Tool:
    """The tool in an empty folder, in a process of its own."""
    return in_folder(tmp_path)


@pytest.fixture
def run(capsys):
    """Runs a command line in this process; gives its exit code, its results, its complaints."""

    def ran(line: str, *more: str) -> tuple[int, str, str]:
        try:
            code = main([*shlex.split(line), *more])
        except SystemExit as exit_:
            code = int(exit_.code or 0)
        captured = capsys.readouterr()
        return code, captured.out, captured.err

    return ran
