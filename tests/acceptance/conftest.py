"""The fixture that all tests of the whole tool share."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.acceptance.tool import Tool, in_folder


@pytest.fixture
def tool(tmp_path: Path) -> Tool:
    """The tool in an empty folder."""
    return in_folder(tmp_path)
