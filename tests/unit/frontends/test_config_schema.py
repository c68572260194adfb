"""The published schema of the configuration and its reader take the same, and refuse the same."""

from __future__ import annotations

import json
from importlib.resources import files
from typing import Any

import jsonschema
import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from ecr_contracts.core.errors import ConfigurationError
from ecr_contracts.engine.checks.catalog import CHECKS
from ecr_contracts.frontends import config
from ecr_contracts.frontends.config.keys import CONSUMER_KEYS, SHARED_KEYS, KeyRow
from generators import configuration
from generators.layout import ROOT

SCHEMA = json.loads(files("ecr_contracts").joinpath("config.schema.json").read_text("utf-8"))
JUDGE = jsonschema.Draft7Validator(SCHEMA)

# Characters that stand in a text of TOML as JSON writes them, but for that of a home, which may
# not be there.
LETTERS = st.characters(codec="utf-8", exclude_categories=["Cs", "Cc"], exclude_characters="~")
TEXTS = st.text(LETTERS, max_size=5)
# A whole number with a point is one for JSON Schema; a bound is no float either.
FLOATS = st.floats(-2, 2000, allow_nan=False).filter(lambda number: not number.is_integer())
SCALARS = st.booleans() | st.integers(-3, 1000) | FLOATS | TEXTS
ANYTHING = st.recursive(
    SCALARS,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(TEXTS, inner, max_size=3),
    max_leaves=5,
)
NO_TEXT = ANYTHING.filter(lambda value: not isinstance(value, str))

# What only a look at files, at homes or at several keys tells is the reader's alone.
LOOKED_AT: dict[str, st.SearchStrategy[Any]] = {
    "handler": st.sampled_from(["app.py:handler", "package.module:make().f"]) | NO_TEXT,
    "env-file": st.just("vars.env") | NO_TEXT,
    "rule": st.just([]) | st.just("") | st.just([3]) | NO_TEXT.filter(lambda value: value != []),
}


def like(schema: Any) -> st.SearchStrategy[Any]:
    """Values that a schema of the table takes, as far as it has the usual words."""
    if "anyOf" in schema:
        return st.one_of(*map(like, schema["anyOf"]))
    if "enum" in schema:
        return st.sampled_from(schema["enum"])
    match schema["type"]:
        case "string":
            return TEXTS | TEXTS.map(lambda text: schema.get("pattern", "").strip("^") + text)
        case "boolean":
            return st.booleans()
        case "integer" | "number":
            return st.integers(-1, 70) | FLOATS
        case "array":
            return st.lists(like(schema["items"]), max_size=3)
    inner = schema.get("additionalProperties")
    names = like(schema["propertyNames"]) if "propertyNames" in schema else TEXTS
    return st.dictionaries(names, like(inner) if inner else SCALARS, max_size=3)


def value_of(row: KeyRow) -> st.SearchStrategy[Any]:
    if row.name in LOOKED_AT:
        return LOOKED_AT[row.name]
    return like(row.schema) | like(row.schema) | like(row.schema) | ANYTHING


def tables(*groups: Any) -> st.SearchStrategy[dict[str, Any]]:
    """Tables with some of the keys of some groups, rarely with one that there is not."""
    rows = [row for group in groups for row in group.values()]
    row = st.sampled_from(rows).flatmap(lambda row: st.tuples(st.just(row.name), value_of(row)))
    pairs = row | row | row | row | row | st.tuples(st.just("hndler") | TEXTS, ANYTHING)
    return st.lists(pairs, max_size=3).map(dict)


ENTRIES = st.builds(
    lambda named, rest: {**rest, **named},
    st.sampled_from([{"handler": "app.py:handler"}] * 5 + [{"command": "node x"}, {}]),
    tables(CONSUMER_KEYS, SHARED_KEYS),
)
DOCUMENTS = st.builds(
    lambda consumers, rest: {**rest, **consumers},
    st.fixed_dictionaries({}, optional={"consumers": st.lists(ENTRIES, max_size=2) | ANYTHING}),
    tables(SHARED_KEYS),
)


def in_toml(value: Any) -> str:
    """A value as TOML writes it within a line."""
    match value:
        case dict():
            pairs = [f"{in_toml(name)} = {in_toml(one)}" for name, one in value.items()]
            return f"{{ {', '.join(pairs)} }}"
        case list():
            return f"[{', '.join(map(in_toml, value))}]"
        case float():
            return repr(value)
    return json.dumps(value, ensure_ascii=False)


def refusal(folder, document: dict[str, Any]) -> str:
    """Why the reader refuses a document; empty where it takes it."""
    lines = [f"{in_toml(name)} = {in_toml(value)}\n" for name, value in document.items()]
    file = folder / "ecr-contracts.toml"
    file.write_text("".join(lines), encoding="utf-8")
    try:
        config.read(file)
    except ConfigurationError as error:
        return str(error)
    return ""


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    """A folder with the files that configurations name."""
    folder = tmp_path_factory.mktemp("project")
    (folder / "vars.env").write_text("A=b\n")
    return folder


@settings(max_examples=300, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(document=DOCUMENTS)
@example(document={"consumers": [{"handler": "app.py:f", "kinds": []}]})
@example(document={"consumers": [{"handler": "app.py:f", "url": "http://127.0.0.1/"}]})
@example(document={"consumers": [{"command": " "}]})
@example(document={"consumers": [{"handler": "app.py:f", "timeout": 900}]})
@example(document={"consumers": [{"handler": "app.py:f", "timeout": 900.5}]})
@example(document={"consumers": [{"handler": "app.py:f", "strength": True}]})
@example(document={"kinds": "push"})
@example(document={"allow-write": ["a\0b"]})
@example(document={"env": {"A": 3}})
@example(document={"checks": {"raises": "offended"}})
@example(document={"checks": {next(iter(CHECKS.values())).code: "off: we know"}})
def test_the_schema_takes_what_the_reader_takes(folder, document):
    problems = [error.message for error in JUDGE.iter_errors(document)]
    assert bool(refusal(folder, document)) == bool(problems), problems


def test_the_schema_is_one_and_as_the_table_of_keys_has_it():
    jsonschema.Draft7Validator.check_schema(SCHEMA)
    [(name, text)] = configuration.texts().items()
    assert (ROOT / name).read_text("utf-8") == text, "run python -m generators"


def test_each_key_says_what_it_means():
    for row in (*CONSUMER_KEYS.values(), *SHARED_KEYS.values()):
        assert row.meaning.endswith(".")
        assert len(row.meaning) < 100
