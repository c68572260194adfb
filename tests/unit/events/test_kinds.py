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
    (tmp_path / "ecr").mkdir()
    forget()
    yield tmp_path
    forget()


def forget():
    for function in (kinds.schema_documents, kinds.kind_names, kinds._paths):
        function.cache_clear()


def test_the_kinds_are_the_schemas_in_folders_in_order():
    assert kinds.kind_names() == oracle.KINDS
    assert {"delete", "push", "scan"} <= set(kinds.kind_names())


def test_documents_are_the_files_as_they_lie_there():
    assert kinds.schema_documents() == oracle.documents()
    assert "envelope.schema.json" in kinds.schema_documents()


@pytest.mark.parametrize("kind", oracle.KINDS)
def test_a_schema_is_its_file(kind):
    assert kinds.schema_of(kind) == json.loads(
        (oracle.SCHEMAS / kinds.schema_path(kind)).read_text("utf-8")
    )


@pytest.mark.parametrize("kind", oracle.SAMPLED)
def test_a_sample_is_its_bytes(kind):
    name = oracle.schema(kind)["x-ecr"]["sample"]
    assert kinds.sample_bytes(name) == oracle.sample(kind).read_bytes()


@pytest.mark.parametrize(
    ("name", "words"),
    [
        ("pusj", "no kind is called 'pusj'; did you mean 'push'?"),
        ("Scan", "no kind is called 'Scan'; did you mean 'scan'?"),
        ("billing", "no kind is called 'billing'; there are: "),
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
    assert dict(kinds.schema_documents()) == {"a.schema.json": {}}
    (folder / "a.schema.json").write_text('{"title": "changed"}')
    (folder / "b.schema.json").write_text("{}")
    assert dict(kinds.schema_documents()) == {"a.schema.json": {}}


def test_only_what_is_asked_for_is_read(folder):
    (folder / "parts.schema.json").write_text("{}")
    (folder / "ecr" / "broken.schema.json").write_text("{")
    (folder / "ecr" / "push.schema.json").write_text("{}")
    assert kinds.kind_names() == ("broken", "push")
    assert kinds.documents_of("push") == {"parts.schema.json": {}, "ecr/push.schema.json": {}}
    assert "ecr/broken.schema.json" in kinds.schema_documents()
    assert len(kinds.schema_documents()) == 3
    with pytest.raises(UnreadableSchemaError, match=r"broken\.schema\.json: not JSON"):
        kinds.schema_of("broken")


def test_two_schemas_of_one_name_are_refused(folder):
    (folder / "other").mkdir()
    for group in ("ecr", "other"):
        (folder / group / "push.schema.json").write_text("{}")
    with pytest.raises(UnreadableSchemaError, match=r"ecr/push\.\S+ and other/push\."):
        kinds.kind_names()


def test_files_come_in_the_order_of_their_names_and_others_are_left_alone(folder):
    for name in ("b.schema.json", "a.schema.json", "__init__.py", "a.sample.json", "c.json"):
        (folder / "ecr" / name).write_text("no JSON")
    assert list(kinds.schema_documents()) == ["ecr/a.schema.json", "ecr/b.schema.json"]
    assert kinds.kind_names() == ("a", "b")


def test_a_schema_beside_the_folders_is_no_kind(folder):
    (folder / "parts.schema.json").write_text('{"x-ecr": {"baseline": {}}}')
    assert kinds.kind_names() == ()
    assert list(kinds.schema_documents()) == ["parts.schema.json"]


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
    (folder / "ecr" / "broken.schema.json").write_text(text)
    with pytest.raises(UnreadableSchemaError, match=words):
        kinds.schema_of("broken")


def test_a_file_that_is_no_text_is_named(folder):
    (folder / "ecr" / "broken.schema.json").write_bytes(b"\xff")
    with pytest.raises(UnreadableSchemaError, match=r"broken.schema.json: not JSON: 'utf-8' codec"):
        kinds.schema_of("broken")


def test_a_missing_sample_is_an_error_of_the_file():
    with pytest.raises(FileNotFoundError, match=r"nothing\.sample\.json"):
        kinds.sample_bytes("nothing.sample.json")
