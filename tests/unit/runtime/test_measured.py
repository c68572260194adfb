"""What a worker ran, handed to the coverage of its parent."""

from __future__ import annotations

import json
import warnings

import pytest

from ecr_contracts.core import limits
from ecr_contracts.runtime.scratch import Scratch
from ecr_contracts.runtime.worker.measured import Measured, hand_over

coverage = pytest.importorskip("coverage")


@pytest.fixture
def parent(tmp_path):
    """A coverage that measures this process, as far as it can beside one that does already."""
    file = str(tmp_path / "data")
    measuring = coverage.Coverage(data_file=file, config_file=False, include=["never"])
    with measuring.collect():
        yield measuring


def lines_of(parent):
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # that nothing was measured
        return parent.get_data().lines("/app.py")


def content(lines):
    return json.dumps({"arcs": False, "contexts": {"": {"/app.py": lines}}}).encode()


def test_lines_are_added(parent, tmp_path):
    measured = Measured(Scratch(str(tmp_path)))
    (tmp_path / "measured.json").write_bytes(content([1, 2]))
    measured.take_over()
    assert sorted(lines_of(parent)) == [1, 2]


@pytest.mark.parametrize(
    "nonsense", [b"", b"no JSON", b"[]", b'{"arcs": 1, "contexts": {"": {"/app.py": 3}}}']
)
def test_nonsense_of_a_worker_is_left_out(parent, tmp_path, nonsense):
    measured = Measured(Scratch(str(tmp_path)))
    (tmp_path / "measured.json").write_bytes(nonsense)
    measured.take_over()
    assert lines_of(parent) is None


def test_what_is_too_much_is_left_out(parent, tmp_path, monkeypatch):
    monkeypatch.setattr(limits, "MEASURED_BYTES", len(content([1, 2])) - 1)
    measured = Measured(Scratch(str(tmp_path)))
    (tmp_path / "measured.json").write_bytes(content([1, 2]))
    measured.take_over()
    assert lines_of(parent) is None


def test_where_nothing_is_measured_nothing_is_written(tmp_path):
    if coverage.Coverage.current() is not None:
        pytest.skip("this process is measured")
    Measured(Scratch(str(tmp_path))).take_over()
    hand_over(Scratch(str(tmp_path)))
    assert list(tmp_path.iterdir()) == []
