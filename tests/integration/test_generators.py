"""The generators: what is committed is what the schemas give, on every machine, for every kind."""

import ast
import difflib
import json
import shutil
import typing

import pytest

from ecr_contracts.core import json_path
from ecr_contracts.events.compile import references
from ecr_contracts.events.kinds import kind_names
from generators import configuration, layout, models, named, typeddicts, writing
from generators.__main__ import main
from generators.classes import Classes

NAMES = [
    "ecr_contracts/events/generate/named.py",
    "ecr_contracts/events/models.py",
    "ecr_contracts/events/records.py",
    "ecr_contracts/events/structs.py",
    "ecr_contracts/events/types.py",
]


@pytest.fixture(scope="module")
def schemas():
    return {kind: references.merged_schema(kind) for kind in kind_names()}


@pytest.fixture(scope="module")
def files(schemas):
    return writing.texts(schemas)


@pytest.fixture
def root(tmp_path, files):
    """A folder with the generated files as they should be."""
    (tmp_path / "ecr_contracts" / "events" / "generate").mkdir(parents=True)
    writing.write(tmp_path, files | configuration.texts())
    return tmp_path


@pytest.mark.parametrize("name", NAMES)
def test_what_is_committed_is_what_the_schemas_give(name, files):
    committed = (layout.ROOT / name).read_text("utf-8")
    diff = difflib.unified_diff(
        committed.splitlines(), files[name].splitlines(), "committed", "generated", lineterm=""
    )
    assert committed == files[name], "run python -m generators:\n" + "\n".join(diff)


def test_these_are_all_files(files):
    assert sorted(files) == NAMES


def test_the_schema_of_the_configuration_that_is_committed_is_what_its_table_gives():
    committed = (layout.ROOT / configuration.NAME).read_text("utf-8")
    assert configuration.texts() == {configuration.NAME: committed}


def test_generating_twice_gives_the_same(schemas, files):
    backwards = {kind: schemas[kind] for kind in reversed(schemas)}
    assert writing.texts(backwards) == files


@pytest.mark.parametrize("name", NAMES)
def test_the_tools_of_the_project_change_nothing(name, files):
    assert layout.formatted(name, files[name]) == files[name]


@pytest.mark.parametrize("name", NAMES)
def test_each_file_says_where_it_comes_from(name, files):
    first, second, *_ = files[name].splitlines()
    assert first == "# generated, do not edit: python -m generators"
    assert second.startswith("# fingerprint of the schemas: ")


def test_the_fingerprint_is_that_of_the_schemas(schemas):
    assert layout.heading(schemas) != layout.heading(
        schemas | {"push": schemas["push"] | {"title": "Other"}}
    )


def test_check_is_content_with_what_write_wrote(root, capsys):
    assert main(["--check"], root) == 0
    assert capsys.readouterr().out == ""


def test_check_shows_a_changed_byte_and_writes_nothing(root, capsys):
    file = root / "ecr_contracts/events/types.py"
    changed = file.read_text("utf-8").replace("generated, do", "generated, Do")
    file.write_text(changed, "utf-8")
    assert main(["--check"], root) == 1
    output = capsys.readouterr()
    assert output.out.startswith(
        "--- a/ecr_contracts/events/types.py\n+++ b/ecr_contracts/events/types.py\n@@ "
    )
    assert "\n-# generated, Do not edit" in output.out
    assert "\n+# generated, do not edit" in output.out
    assert "run python -m generators" in output.err
    assert file.read_text("utf-8") == changed


def test_check_looks_at_the_documents_too(root, capsys):
    shutil.copytree(layout.ROOT / "docs", root / "docs")
    page = root / "docs" / "reference" / "checks.md"
    page.write_text(page.read_text("utf-8").replace("`late` { #", "`slow` { #"), "utf-8")
    assert main(["--check"], root) == 1
    assert " `slow` { #late" in capsys.readouterr().out
    assert main([], root) == 0
    assert main(["--check"], root) == 0


SPOILS = {
    "no last newline": lambda text: text[:-1],
    "a newline more": lambda text: text + b"\n",
    "newlines of Windows": lambda text: text.replace(b"\n", b"\r\n"),
    "no UTF-8": lambda text: text.replace(b"events", b"\xff", 1),
    "empty": lambda text: b"",
}


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize("spoil", SPOILS)
def test_every_byte_counts(name, spoil, root, files):
    assert writing.drift(root, files) == ""
    (root / name).write_bytes(SPOILS[spoil]((root / name).read_bytes()))
    assert f"--- a/{name}\n+++ b/{name}\n" in writing.drift(root, files)


def test_a_missing_file_is_drift(root, files):
    (root / "ecr_contracts/events/generate/named.py").unlink()
    assert "+def push_events(" in writing.drift(root, files)


def test_writing_touches_only_what_differs(root, files, capsys):
    (root / "ecr_contracts/events/types.py").unlink()
    (root / "ecr_contracts/events/models.py").write_text("by hand", "utf-8")
    before = (root / "ecr_contracts/events/generate/named.py").stat().st_mtime_ns
    assert main([], root) == 0
    assert (
        capsys.readouterr().out
        == "wrote ecr_contracts/events/models.py\nwrote ecr_contracts/events/types.py\n"
    )
    assert (root / "ecr_contracts/events/generate/named.py").stat().st_mtime_ns == before
    written = [file for file in root.rglob("*") if file.is_file()]
    assert sorted(file.relative_to(root).as_posix() for file in written) == sorted(
        [*NAMES, configuration.NAME]
    )
    assert writing.drift(root, files) == ""


@pytest.fixture
def checkout(project_copy):
    """A copy of all that the generators need."""
    shutil.copytree(layout.ROOT / "generators", project_copy.root / "generators")
    shutil.copy(layout.ROOT / "pyproject.toml", project_copy.root)
    return project_copy


@pytest.mark.long
def test_generating_needs_none_of_its_outputs_and_no_luck(checkout, files):
    for name in NAMES:
        (checkout.root / name).unlink()
    ran = checkout.python("-W", "error", "-m", "generators", PYTHONHASHSEED="1")
    assert (ran.stderr, ran.returncode) == ("", 0)
    assert {name: (checkout.root / name).read_text("utf-8") for name in NAMES} == files


def test_no_generator_imports_what_it_generates():
    generated = {name.removesuffix(".py").replace("/", ".") for name in NAMES}
    for file in (layout.ROOT / "generators").glob("*.py"):
        for node in ast.walk(ast.parse(file.read_text("utf-8"))):
            if isinstance(node, ast.Import):
                assert not generated & {alias.name for alias in node.names}, file
            if isinstance(node, ast.ImportFrom):
                assert not generated & {
                    node.module,
                    *(f"{node.module}.{alias.name}" for alias in node.names),
                }, file


@pytest.mark.long
def test_a_new_kind_is_a_schema_and_nothing_else(checkout):
    schema = json.loads((checkout.schemas / "ecr" / "push.schema.json").read_text("utf-8"))
    schema["title"] = "Pull event"
    schema["x-ecr"]["baseline"]["detail"] |= {"action-type": "PULL", "pulled-by": "me"}
    detail = schema["properties"]["detail"]
    detail["title"] = "Pull detail"
    detail["required"].append("pulled-by")
    detail["properties"] |= {"action-type": {"const": "PULL"}, "pulled-by": {"type": "string"}}
    (checkout.schemas / "ecr" / "pull.schema.json").write_text(json.dumps(schema), "utf-8")
    drifted = checkout.python("-m", "generators", "--check")
    assert drifted.returncode == 1
    assert "+class PullDetail(EcrModel):" in drifted.stdout
    ran = checkout.python("-m", "generators")
    assert (ran.stderr, ran.returncode) == ("", 0)
    program = """
import typing
from hypothesis import given, strategies as st
from ecr_contracts import models, named, types
event = named.pull_events(pulled_by="you").example()
assert event["detail"]["pulled-by"] == "you"
assert models.PullEvent.from_event(event).to_event() == event
assert types.PullDetail.__required_keys__ >= {"pulled-by"}
union, _ = typing.get_args(types.EcrEvent)  # and by what a kind is told
assert types.PullEvent in typing.get_args(union)
assert st.from_type(models.PullDetail).example().action_type == "PULL"
assert st.from_type(types.PullEvent).example()["detail"]["action-type"] == "PULL"
assert typing.get_type_hints(named.pull_events)["return"].__args__ == (types.PullEvent,)
"""
    used = checkout.python("-W", "ignore", "-c", program)
    assert (used.stderr, used.returncode) == ("", 0)


def kind(title, detail_title="Detail", **properties):
    """The merged schema of a small kind."""
    detail = {"title": detail_title, "type": "object", "properties": properties}
    return {
        "title": title,
        "type": "object",
        "required": ["detail"],
        "properties": {"detail": detail},
    }


TEXT = {"type": "string"}
NUMBER = {"type": "integer"}


def executed(text):
    """What a generated text defines, up to where it speaks of this package."""
    namespace = {"__name__": "executed"}
    exec(text.partition(layout.NOT_VENDORED)[0], namespace)
    return namespace


def test_objects_that_are_alike_share_a_class():
    classes = Classes.from_schemas({"a": kind("A event", a=TEXT), "b": kind("B event", a=TEXT)})
    assert sorted(classes.definitions) == ["AEvent", "BEvent", "Detail"]
    assert classes.places["Detail"] == ("a", ("detail",))


def test_objects_that_differ_do_not_share_a_class():
    classes = Classes.from_schemas(
        {"b": kind("Event", a=NUMBER), "a": kind("Event", a=TEXT), "c-d": kind("Event", c=TEXT)}
    )
    assert classes.places == {
        "Detail": ("a", ("detail",)),
        "Event": ("a", ()),
        "BDetail": ("b", ("detail",)),
        "BEvent": ("b", ()),
        "CDDetail": ("c-d", ("detail",)),
        "CDEvent": ("c-d", ()),
    }
    assert classes.events == {"a": "Event", "b": "BEvent", "c-d": "CDEvent"}


def test_whole_events_never_share_a_class():
    assert Classes.from_schemas({"a": kind("Same"), "b": kind("Same")}).events == {
        "a": "Same",
        "b": "BSame",
    }


def test_titles_are_no_duty():
    bare = {
        "type": "object",
        "properties": {"detail": {"type": "object", "properties": {"x": TEXT}}},
    }
    assert Classes.from_schemas({"two-words": bare}).places == {
        "TwoWordsDetail": ("two-words", ("detail",)),
        "TwoWordsEvent": ("two-words", ()),
    }


def test_elements_of_arrays_have_a_place():
    item = {"title": "Layer", "type": "object", "properties": {"size": NUMBER}}
    schemas = {"a": kind("A event", layers={"type": "array", "items": item})}
    assert Classes.from_schemas(schemas).places["Layer"] == ("a", ("detail", "layers", 0))
    assert json_path.at({"detail": {"layers": [{"size": 1}]}}, ("detail", "layers", 0)) == {
        "size": 1
    }
    hints = typing.get_type_hints(executed(typeddicts.text(schemas))["Detail"])
    assert hints["layers"].__args__[0].__name__ == "Layer"


NASTY = (
    'Ends in a quote: "yes". Holds """ and \\d, \\N{nothing}, {braces}, '
    'ünïcödé \N{GRINNING FACE} and a "quote"'
)


@pytest.mark.parametrize("length", [1, 5])
def test_no_description_breaks_the_text(length):
    described = kind(
        "A event",
        **{
            "some-key": TEXT | {"description": NASTY * length},
            "plain": TEXT | {"description": "# x"},
        },
    )
    described["description"] = described["properties"]["detail"]["description"] = NASTY * length
    for module in (typeddicts, models):
        text = module.text({"a": described})
        assert executed(text)["AEvent"].__name__ == "AEvent"
        assert "ünïcödé" in text
    function = next(
        node
        for node in ast.parse(named.text({"a": described})).body
        if isinstance(node, ast.FunctionDef)
    )
    assert " ".join(NASTY.split()) in " ".join(ast.get_docstring(function).split())


def test_constrained_elements_need_no_wrapper():
    grid = {"type": "array", "items": {"type": "array", "items": NUMBER | {"minimum": 0}}}
    text = models.text(
        {"a": kind("A event", grid=grid, names={"type": "array", "items": TEXT | {"maxLength": 2}})}
    )
    assert "RootModel" not in text
    event = executed(text)["AEvent"].from_event({"detail": {"grid": [[1]], "names": ["x"]}})
    assert (event.detail.grid, event.detail.names) == ([[1]], ["x"])


def test_strategies_say_what_they_shrink_to_and_never_draw(schemas):
    tree = ast.parse(named.text(schemas))
    functions = [node for node in tree.body if isinstance(node, ast.FunctionDef)]
    assert [function.name for function in functions] == [
        f"{kind.replace('-', '_')}_events" for kind in sorted(schemas)
    ]
    for function in functions:
        docstring = ast.get_docstring(function)
        assert docstring.splitlines()[0].endswith(".")
        assert "Shrinks towards the ordinary" in docstring
        assert "Never draws" in docstring
        assert [type(node) for node in function.body] == [ast.Expr, ast.Return], (
            "a docstring and one line"
        )
    described = {function.name: function for function in functions}
    push = " ".join(ast.get_docstring(described["push_events"]).split())
    assert "an empty digest was seen on a failed push only" in push


def test_functions_are_named_after_kinds():
    assert "def two_words_events(" in named.text({"two-words": kind("Two words event")})
