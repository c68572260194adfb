"""The command line in a process of its own, in a folder with some consumers."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from tests.conftest import ROOT

_OURS = (
    "COV",
    "PYTEST",
    "PYTHON",
    "COLUMNS",
    "LINES",
    "FORCE_COLOR",
    "NO_COLOR",
    "TERM",
    "LC_",
    "LANG",
)


_PROGRESS = re.compile(r"^ecr-contracts: after \d+ s: .*\n(?:  .*\n)*", re.MULTILINE)
"""A line about progress, and those that it is broken into."""


@dataclass(frozen=True)
class Tool:
    """Runs `ecr-contracts` in a folder."""

    folder: Path

    @property
    def environment(self) -> dict[str, str]:
        """What a shell gives: nothing of ours, and `ecr-contracts` on the path."""
        inherited = {key: value for key, value in os.environ.items() if not key.startswith(_OURS)}
        return inherited | {
            "PYTHONPATH": str(ROOT),
            "PYTHONDONTWRITEBYTECODE": "1",
            "PATH": f"{self.folder / 'bin'}{os.pathsep}{inherited['PATH']}",
            "LC_ALL": "C.UTF-8",
        }

    def __call__(
        self, *words: str, stdin: bytes = b"", **environment: str
    ) -> subprocess.CompletedProcess[Any]:
        """The finished process, its outputs as text."""
        process: Any = self.run([sys.executable, "-m", "ecr_contracts", *words], stdin, environment)
        process.stdout, process.stderr = (
            process.stdout.decode("utf-8", "replace"),
            process.stderr.decode("utf-8", "replace"),
        )
        assert "Traceback" not in process.stderr
        # How often progress is told depends on how busy the machine is.
        process.stderr = _PROGRESS.sub("", process.stderr)
        return process

    def run(
        self, command: list[str], stdin: bytes, environment: dict[str, str]
    ) -> subprocess.CompletedProcess[bytes]:
        """Any command, its outputs as bytes."""
        return subprocess.run(
            command,
            cwd=self.folder,
            env=self.environment | environment,
            input=stdin,
            capture_output=True,
            timeout=60,
            check=False,
        )

    def shell(self, line: str) -> subprocess.CompletedProcess[Any]:
        """A line as it is typed."""
        process: Any = self.run(["sh", "-c", line], b"", {})
        process.stdout, process.stderr = process.stdout.decode(), process.stderr.decode()
        return process

    def write(self, name: str, content: str | bytes) -> Path:
        """A file in the folder."""
        file = self.folder / name
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_bytes(
            content.encode("utf-8", "surrogatepass") if isinstance(content, str) else content
        )
        return file


def in_folder(folder: Path) -> Tool:
    """The tool in a new folder."""
    tool = Tool(folder)
    script = tool.write(
        "bin/ecr-contracts", f'#!/bin/sh\nexec "{sys.executable}" -m ecr_contracts "$@"\n'
    )
    script.chmod(0o755)
    return tool
