"""Exported schemas as files: written at once, and nothing of somebody else's is replaced."""

from __future__ import annotations

import json

import pytest

from ecr_contracts.core.errors import FixtureError
from ecr_contracts.events.exports.documents import FORMS, Document, documents
from ecr_contracts.frontends import exports

ONE, OTHER = {"title": "one", "x-losses": ["é"]}, {"title": "other"}


def bytes_of(folder):
    return {path.name: path.read_bytes() for path in folder.iterdir()}


@pytest.mark.parametrize("form", FORMS)
def test_what_is_written_is_the_document_and_who_made_it(tmp_path, form):
    files = documents(form, ["scan", "push"])
    assert exports.write(tmp_path / "new" / "folder", files) == tuple(one.name for one in files)
    for document in files:
        written = json.loads((tmp_path / "new" / "folder" / document.name).read_bytes())
        assert written.pop(exports.MADE_BY)["tool"] == "ecr-contracts kinds --export"
        assert written == document.content


def test_the_same_documents_change_nothing(tmp_path):
    files = documents("jsonschema", ["scan", "push"])
    exports.write(tmp_path, files)
    before = bytes_of(tmp_path)
    assert exports.write(tmp_path, files) == ()
    assert bytes_of(tmp_path) == before


def test_what_an_earlier_version_made_is_replaced(tmp_path):
    exports.write(tmp_path, [Document("a.json", ONE), Document("b.json", ONE)])
    assert exports.write(tmp_path, [Document("a.json", OTHER), Document("b.json", ONE)]) == (
        "a.json",
    )
    assert json.loads((tmp_path / "a.json").read_bytes())["title"] == "other"


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        (b"", "it was not made by this command"),
        (b"[]", "it was not made by this command"),
        (b"\xff", "it was not made by this command"),
        (b"[" * 100_000, "it was not made by this command"),
        (b'{"title": "one"}', "it was not made by this command"),
        (b'{"x-made-by": 7}', "it was not made by this command"),
        (b'{"x-made-by": {"tool": "another"}}', "it was not made by this command"),
        (exports.text(ONE).replace("one", "uno").encode(), "it was changed by hand"),
        (exports.text(ONE).encode() + b"\n", "it was changed by hand"),
    ],
)
def test_a_file_that_is_not_ours_any_more_is_left_alone(tmp_path, content, reason):
    (tmp_path / "b.json").write_bytes(content)
    with pytest.raises(FixtureError, match=reason):
        exports.write(tmp_path, [Document("a.json", OTHER), Document("b.json", OTHER)])
    assert bytes_of(tmp_path) == {"b.json": content}


def test_what_leads_out_of_the_folder_is_refused(tmp_path):
    (tmp_path / "elsewhere.json").write_text(exports.text(ONE))
    folder = tmp_path / "folder"
    folder.mkdir()
    (folder / "a.json").symlink_to(tmp_path / "elsewhere.json")
    with pytest.raises(FixtureError, match="symbolic link"):
        exports.write(folder, [Document("a.json", OTHER)])
    with pytest.raises(FixtureError, match="no folder"):
        exports.write(tmp_path / "elsewhere.json", [Document("a.json", OTHER)])
    (folder / "b.json").mkdir()
    with pytest.raises(FixtureError, match="directory"):
        exports.write(folder, [Document("b.json", OTHER)])
