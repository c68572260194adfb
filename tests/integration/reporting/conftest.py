"""Each test of this folder works in a folder with the handlers of `runs`."""

from __future__ import annotations

import textwrap

import pytest

from tests.integration.reporting.runs import APP


@pytest.fixture(autouse=True)
def app(tmp_path, monkeypatch):
    """A folder with some handlers, to work in, and no wish for colours."""
    monkeypatch.chdir(tmp_path)
    (tmp_path / "app.py").write_text(textwrap.dedent(APP), "utf-8")
    for name in ("FORCE_COLOR", "NO_COLOR", "COLUMNS", "TTY_COMPATIBLE", "TTY_INTERACTIVE"):
        monkeypatch.delenv(name, raising=False)
