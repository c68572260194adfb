"""Kinds: which exist, and their schemas as they are written."""

import json

import pytest

from ecr_contracts.core.errors import UnknownNameError, UnreadableSchemaError
from ecr_contracts.events import kinds
from tests import oracle


@pytest.fixture
def folder(tmp_path, monkeypatch):
    """An empty folder that is taken for the schemas."""
    monkeypatch.setattr(kinds, "files", lambda package: tmp_path)
    kinds.schema_documents.cache_clear()
    kinds.kind_names.cache_clear()
    yield tmp_path
    kinds.schema_documents.cache_clear()
    kinds.kind_names.cache_clear()


def test_the_kinds_are_the_schemas_that_declare_a_baseline_in_order():
    assert kinds.kind_names() == ("delete", "push", "scan")


def test_documents_are_the_files_as_they_lie_there():
    assert kinds.schema_documents() == oracle.documents()
    assert "envelope.schema.json" in kinds.schema_documents()


@pytest.mark.parametrize("kind", oracle.KINDS)
def test_a_schema_is_its_file(kind):
    assert kinds.schema_of(kind) == json.loads(
        (oracle.SCHEMAS / f"{kind}.schema.json").read_text("utf-8")
    )


@pytest.mark.parametrize("kind", oracle.KINDS)
def test_a_sample_is_its_bytes(kind):
    assert (
        kinds.sample_bytes(f"{kind}.sample.json")
        == (oracle.SCHEMAS / f"{kind}.sample.json").read_bytes()
    )


@pytest.mark.parametrize(
    ("name", "words"),
    [
        ("pusj", "no kind is called 'pusj'; did you mean 'push'?"),
        ("Scan", "no kind is called 'Scan'; did you mean 'scan'?"),
        ("replication", "no kind is called 'replication'; there are: delete, push, scan"),
        ("envelope", "no kind is called 'envelope'; there are"),
        ("", "no kind is called ''; there are"),
    ],
)
def test_an_unknown_kind_is_named_with_those_that_exist(name, words):
    with pytest.raises(UnknownNameError, match=words.replace("?", r"\?")) as raised:
        kinds.schema_of(name)
    assert (raised.value.what, raised.value.name, raised.value.known) == (
        "kind",
        name,
        kinds.kind_names(),
    )


def test_files_are_read_once(folder):
    (folder / "a.schema.json").write_text("{}")
    assert list(kinds.schema_documents()) == ["a.schema.json"]
    (folder / "b.schema.json").write_text("{}")
    assert list(kinds.schema_documents()) == ["a.schema.json"]


def test_files_come_in_the_order_of_their_names_and_others_are_left_alone(folder):
    for name in ("b.schema.json", "a.schema.json", "__init__.py", "a.sample.json", "c.json"):
        (folder / name).write_text(
            '{"x-ecr": {"baseline": {}}}' if name.endswith(".schema.json") else "no JSON"
        )
    assert list(kinds.schema_documents()) == ["a.schema.json", "b.schema.json"]
    assert kinds.kind_names() == ("a", "b")


@pytest.mark.parametrize(
    "text",
    ["{}", '{"x-ecr": {}}', '{"x-ecr": true}', '{"x-ecr": "baseline"}', '{"x-ecr": {"noun": "a"}}'],
)
def test_a_schema_without_a_baseline_is_no_kind(folder, text):
    (folder / "parts.schema.json").write_text(text)
    assert kinds.kind_names() == ()


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("{", "broken.schema.json: not JSON: Expecting property name"),
        ("", "broken.schema.json: not JSON: Expecting value"),
        ("[]", "broken.schema.json: a schema is an object here, not a list"),
        ("true", "broken.schema.json: a schema is an object here, not a bool"),
    ],
)
def test_a_broken_file_is_named(folder, text, words):
    (folder / "broken.schema.json").write_text(text)
    with pytest.raises(UnreadableSchemaError, match=words):
        kinds.kind_names()


def test_a_file_that_is_no_text_is_named(folder):
    (folder / "broken.schema.json").write_bytes(b"\xff")
    with pytest.raises(UnreadableSchemaError, match=r"broken.schema.json: not JSON: 'utf-8' codec"):
        kinds.kind_names()


def test_a_missing_sample_is_an_error_of_the_file():
    with pytest.raises(FileNotFoundError, match=r"nothing\.sample\.json"):
        kinds.sample_bytes("nothing.sample.json")
