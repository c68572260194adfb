"""Consumers are put into a project's configuration, and all that stands there stays."""

from __future__ import annotations

import tomllib
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ecr_contracts.core.errors import ConfigurationError
from ecr_contracts.frontends.project_table import Entry, Table, table_of

NEW = [Entry("src/app.py:handler", "scan events, by template.yaml, rule Scan"), Entry("b.py:run")]


def written(folder, entries=NEW):
    table = table_of(folder)
    table.write(table.with_entries(entries))
    return table.file.read_bytes().decode()


def handlers(content):
    return [entry["handler"] for entry in content["tool"]["ecr-contracts"]["consumers"]]


def test_a_project_without_any_file_gets_one_of_ours(tmp_path):
    text = written(tmp_path)
    assert (tmp_path / "ecr-contracts.toml").read_text() == text
    assert text == (
        "consumers = [\n"
        "    # scan events, by template.yaml, rule Scan\n"
        '    { handler = "src/app.py:handler" },\n'
        '    { handler = "b.py:run" },\n'
        "]\n"
    )


PROJECTS = {
    "empty": "",
    "without our table": '[project]\nname = "shop"  # ours\n\n[tool.ruff]\nline-length = 100\n',
    "no line end": "[tool.ruff]\nline-length = 100",
    "a table of ours": "[tool.ecr-contracts]\nstrict = true\n\n[tool.ruff]\nselect = []\n",
    "some consumers": '[tool.ecr-contracts]\nconsumers = [\n  { handler = "a.py:f" },\n]\n',
    "no comma": '[tool.ecr-contracts]\nconsumers = [{ handler = "a.py:f", kinds = ["scan"] }]\n',
    "a comment last": '[tool.ecr-contracts]\nconsumers = [\n  { handler = "a.py:f" } # ]\n]\n'
    "[x]\ny = [1]\n",
    "no consumers": "[tool.ecr-contracts]\nconsumers = []\n",
    "tables": '[[tool.ecr-contracts.consumers]]\nhandler = "a.py:f"\n\n[tool.x]\na = 1\n',
    "a decoy": 'text = """\n[tool.ecr-contracts]\nconsumers = [\n"""\n',
}


@pytest.mark.parametrize("text", PROJECTS.values(), ids=PROJECTS)
@pytest.mark.parametrize("end", ["\n", "\r\n"], ids=["LF", "CRLF"])
def test_all_that_a_project_says_stays(tmp_path, text, end):
    before = text.replace("\n", end)
    (tmp_path / "pyproject.toml").write_bytes(before.encode())
    after = written(tmp_path)
    old, new = tomllib.loads(before), tomllib.loads(after)
    was = old.get("tool", {}).get("ecr-contracts", {}).pop("consumers", [])
    assert set(handlers(new)) == {
        *(one["handler"] for one in was),
        "src/app.py:handler",
        "b.py:run",
    }
    del new["tool"]["ecr-contracts"]["consumers"]
    if not old.get("tool", {}).get("ecr-contracts"):
        for content in (old, new):
            content.get("tool", {}).pop("ecr-contracts", None)
            if not content.get("tool"):
                content.pop("tool", None)
    assert new == old
    kept = [line for line in before.splitlines() if line.strip()]
    lines = iter(after.splitlines())
    assert all(any(line.startswith(one.rstrip("]} ")) for line in lines) for one in kept)
    assert ("\r\n" in after) == (end == "\r\n" and "\n" in text)


TEXT = st.text(st.characters(exclude_categories=["Cs"]))


@given(TEXT, TEXT)
def test_any_name_and_any_comment_are_read_back(handler, comment):
    content = {"tool": {"ecr-contracts": {"consumers": []}}}
    text = "[tool.ecr-contracts]\nconsumers = []\n"
    table = Table(Path("pyproject.toml"), text, content, is_own=False)
    entry = Entry(handler, comment)
    assert handlers(tomllib.loads(table.with_entries([entry]))) == [handler]


def test_nothing_is_written_where_no_place_is_found(tmp_path):
    text = "tool = { ecr-contracts = { strict = true } }\n"
    (tmp_path / "pyproject.toml").write_text(text)
    with pytest.raises(ConfigurationError, match="add them by hand"):
        written(tmp_path)
    assert (tmp_path / "pyproject.toml").read_text() == text


def test_a_file_of_ours_goes_before_that_of_the_project(tmp_path):
    (tmp_path / "pyproject.toml").write_text("[tool.ruff]\n")
    (tmp_path / "ecr-contracts.toml").write_text(
        "strict = true # so\n\n[checks]\nraises = 'error'\n"
    )
    text = written(tmp_path)
    assert tomllib.loads(text)["consumers"] == [{"handler": entry.handler} for entry in NEW]
    assert tomllib.loads(text)["strict"] is True
    assert "strict = true # so" in text
    assert (tmp_path / "pyproject.toml").read_text() == "[tool.ruff]\n"


def test_two_tables_in_one_folder_are_refused(tmp_path):
    (tmp_path / "pyproject.toml").write_text("[tool.ecr-contracts]\n")
    (tmp_path / "ecr-contracts.toml").write_text("strict = true\n")
    with pytest.raises(ConfigurationError, match="keep one of them"):
        table_of(tmp_path)


@pytest.mark.parametrize(
    ("content", "problem"),
    [
        (b"[tool\n", "not TOML"),
        (b"[tool]\necr-contracts = 3\n", "is a table"),
        (b"tool = 3\n", "is a table"),
        (b"\xff\n", "not UTF-8"),
    ],
)
def test_what_cannot_be_read_is_refused(tmp_path, content, problem):
    (tmp_path / "pyproject.toml").write_bytes(content)
    with pytest.raises(ConfigurationError, match=problem):
        table_of(tmp_path)


def test_consumers_are_known_by_whatever_names_them(tmp_path):
    (tmp_path / "ecr-contracts.toml").write_text(
        'consumers = [{ handler = "a.py:f", kinds = ["scan"] }, { command = "node run.mjs" }]'
    )
    assert table_of(tmp_path).listed == ["a.py:f", "node run.mjs"]
