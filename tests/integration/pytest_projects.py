"""Small projects with handlers under contract, and runs of pytest in them."""

from __future__ import annotations

import json
import os
import re
import sys
from pathlib import Path

# What a run in this process imports first is forgotten after it, and classes would have doubles:
# import it here.
from ecr_contracts.events.generate import cases
from ecr_contracts.frontends.pytest import consumers as _consumers  # noqa: F401
from ecr_contracts.frontends.pytest import coverage as _coverage  # noqa: F401
from ecr_contracts.frontends.pytest import kind_summary as _kind_summary  # noqa: F401
from ecr_contracts.frontends.pytest import listing as _listing  # noqa: F401
from ecr_contracts.frontends.pytest import subtests as _subtests  # noqa: F401
from ecr_contracts.frontends.pytest import summary as _summary  # noqa: F401

SCANS = [case.id for case in cases.edge_cases("scan")]

GOOD = "def handler(event, context):\n    return event['detail']['repository-name']\n"
NO_TAGS = """
import json

def handler(event, context):
    print("looking at", event["id"])
    return {"tag": event["detail"].get("image-tags", ["none"])[0]}
"""
BROKEN = "import no_such_library\n\ndef handler(event, context):\n    pass\n"
ONE_TEST = "def test_one():\n    pass\n"
MARKED = """
import pytest

@pytest.mark.ecr_contract("scan")
def test_marked(ecr_event):
    assert ecr_event["detail"]
"""


SINGLE = {"strength": 1, "examples": 0}  # what a consumer is given, in most tests
USUAL = dict.fromkeys(SINGLE)  # what it is given where its entry does not say


def table_of(*handlers, **keys):
    """The table of a pyproject.toml that puts handlers under contract."""
    keys = {"kinds": ["scan"], **SINGLE, **keys}
    entry = ", ".join(
        f"{key} = {json.dumps(value)}" for key, value in keys.items() if value is not None
    )
    entries = ", ".join(f'{{ handler = "{handler}", {entry} }}' for handler in handlers)
    return f"[tool.ecr-contracts]\nconsumers = [{entries}]\n"


class Project:
    """A small project in a folder of its own, and pytest in it with no plugin but ours.

    `options` are those of every run.
    """

    def __init__(self, pytester, monkeypatch, *options):
        self._pytester, self._options = pytester, ("-p", "ecr_contracts", *options)
        self.path = Path(pytester.mkdir("project"))
        os.chdir(self.path)
        monkeypatch.setenv("PYTEST_DISABLE_PLUGIN_AUTOLOAD", "1")
        monkeypatch.setenv("COLUMNS", "80")
        for name in ("PYTEST_ADDOPTS", "PYTEST_PLUGINS", "CI"):
            monkeypatch.delenv(name, raising=False)

    def write(self, **files):
        """Writes files; `__` in a name stands for a slash, and the suffix is .py unless it is given
        as `_toml`.
        """
        for name, text in files.items():
            file = self.path / re.sub(r"_(toml|ini)$", r".\1", name.replace("__", "/"))
            file = file if file.suffix else file.with_suffix(".py")
            file.parent.mkdir(parents=True, exist_ok=True)
            file.write_text(text)
        return self

    def consumer(self, code, **keys):
        """Puts a handler in src/app.py under contract: with single deviations alone, unless keys
        ask for more.
        """
        return self.write(src__app=code, pyproject_toml=table_of("src/app.py:handler", **keys))

    def pytest(self, *arguments, cwd=None):
        """Runs pytest in this process."""
        if cwd is not None:
            os.chdir(self.path / cwd)
        return self._pytester.runpytest_inprocess(*self._options, *arguments)

    def pytest_apart(self, *arguments):
        """Runs pytest in a process of its own, where plugins may be loaded that cannot be twice in
        one.
        """
        return self._pytester.runpytest_subprocess(*self._options, *arguments)

    def python(self, *arguments):
        """Runs Python in the project."""
        return self._pytester.run(sys.executable, *arguments)

    def ids(self, *arguments, cwd=None):
        """The node ids that a run would have."""
        result = self.pytest("--collect-only", "-q", *arguments, cwd=cwd)
        return [line for line in result.outlines if "::" in line]


def item(case_id, handler="src/app.py:handler"):
    return f"pyproject.toml::{handler}[{case_id}]"


def summary(result):
    """The lines of our section of the summary."""
    lines = result.outlines
    starts = [
        number for number, line in enumerate(lines) if re.fullmatch("=+ ecr-contracts =+", line)
    ]
    if not starts:
        return []
    ends = (
        number for number, line in enumerate(lines) if number > starts[0] and line.startswith("===")
    )
    return lines[starts[0] + 1 : next(ends)]
