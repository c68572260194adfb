"""The files of a consumer: read anew whenever somebody asks, or once for many who ask."""

from __future__ import annotations

import pytest

from ecr_contracts.core.plain_files import read_plain_file
from ecr_contracts.discovery.source import modules
from ecr_contracts.discovery.source.modules import reading_once, sources
from ecr_contracts.discovery.target import Target


@pytest.fixture
def read(tmp_path, monkeypatch):
    """A target with a file beside it, and the names of the files that are read."""
    (tmp_path / "near.py").write_text("NEAR = 1\n", "utf-8")
    file = tmp_path / "app.py"
    file.write_text(
        "from near import NEAR\n\n\ndef handler(event, context):\n    return NEAR\n", "utf-8"
    )
    names: list[str] = []

    def noted(path, most):
        names.append(path.name)
        return read_plain_file(path, most)

    monkeypatch.setattr(modules, "read_plain_file", noted)
    return Target.parse(f"{file}:handler"), names


def test_files_are_read_once_where_many_ask_for_them(read):
    target, names = read
    with reading_once():
        first = list(sources(target))
        with reading_once():
            assert list(sources(target)) == first
        assert next(sources(target)) is first[0]
    assert names == ["app.py", "near.py"]


def test_files_are_read_anew_afterwards_and_for_another_target(read):
    target, names = read
    with reading_once():
        list(sources(target))
        list(sources(Target.parse(target.text)))
    list(sources(target))
    assert names == ["app.py", "near.py"] * 3


def test_what_was_read_is_forgotten_where_an_exception_ends_it(read):
    target, names = read

    def ask_and_fail():
        with reading_once():
            list(sources(target))
            raise KeyError

    with pytest.raises(KeyError):
        ask_and_fail()
    list(sources(target))
    assert names == ["app.py", "near.py"] * 2
