"""Files of a run: where they lie in the repository, and which one a consumer is named by."""

from __future__ import annotations

import pytest

from ecr_contracts.reporting.formats.run import Run
from tests.unit.reporting.formats.made import run


@pytest.mark.parametrize(
    ("file", "path"),
    [
        ("app.py", "svc/app.py"),
        ("../lib/x.py", "lib/x.py"),
        ("/repo/lib/x.py", "lib/x.py"),
        ("/repository/x.py", ""),
        ("../../x.py", ""),
    ],
)
def test_files_are_named_from_the_root_of_the_repository(file, path):
    assert run().in_repository(file) == path


@pytest.mark.parametrize(
    ("consumer", "file"),
    [
        ("app.py:handler", "app.py"),
        ("pkg.app:handler", "pkg/app.py"),
        ("lib.app:handler", "src/lib/app.py"),
        ("pkg:handler", "pkg/__init__.py"),
        ("node 'run me.mjs'", "run me.mjs"),
        ("node 'run me.mjs", ""),
        ("http://127.0.0.1:9000/x", ""),
    ],
)
def test_the_file_of_a_consumer_is_found_by_its_name(tmp_path, consumer, file):
    for name in ("app.py", "pkg/app.py", "pkg/__init__.py", "src/lib/app.py", "run me.mjs"):
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text("")
    assert Run((), folder=str(tmp_path), root=str(tmp_path)).file_of(consumer) == file
