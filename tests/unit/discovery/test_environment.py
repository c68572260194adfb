"""Environment variables: which a consumer's source reads, what values suit it."""

from __future__ import annotations

import json
import re
import shlex

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ecr_contracts.discovery.source.variables.advice import advice_for
from ecr_contracts.discovery.source.variables.environment import (
    Variable,
    missing_variables,
    value_of,
    variables,
)
from ecr_contracts.discovery.target import Target
from tests.writing import write

TARGET = Target.parse("app.py:handler")


@pytest.fixture
def read(folder):
    """The variables that a source reads, by name."""

    def told(source: str, **files: str) -> dict[str, Variable]:
        for name, text in ({"app.py": source} | files).items():
            write(folder, name, text)
        found = variables(TARGET)
        assert len({one.name for one in found}) == len(found)
        return {one.name: one for one in found}

    return told


@pytest.mark.parametrize(
    ("prelude", "expression", "required", "default"),
    [
        ("import os", "os.environ['X']", True, None),
        ("import os as o", "o.environ['X']", True, None),
        ("from os import environ", "environ['X']", True, None),
        ("from os import environ as env", "env['X']", True, None),
        ("import os\nenv = os.environ", "env['X']", True, None),
        ("import os", "os.environ.pop('X')", True, None),
        ("import os\nNAME = 'X'", "os.environ[NAME]", True, None),
        ("import os", "[os.environ[n] for n in ('X',)]", True, None),
        ("import os\nNEEDED = ['X']", "{n: os.environ[n] for n in NEEDED}", True, None),
        ("import os\ndef env(name):\n    return os.environ[name]", "env('X')", True, None),
        ("import os", "os.environ.get('X')", False, None),
        ("import os", "os.environ.get('X', None)", False, None),
        ("import os", "os.getenv('X')", False, None),
        ("from os import getenv", "getenv('X')", False, None),
        ("import os", "os.getenv('X', 'y')", False, "y"),
        ("import os", "os.getenv('X', default='y')", False, "y"),
        ("import os", "os.environ.setdefault('X', 'y')", False, "y"),
        (
            "import os\ndef env(name, default=None):\n    return os.getenv(name, default)",
            "env('X', 'y')",
            False,
            "y",
        ),
    ],
)
@pytest.mark.parametrize("place", ["module", "function"])
def test_look_ups_are_found(read, prelude, expression, required, default, place):
    body = (
        f"VALUE = {expression}\ndef handler(event, context):\n    return VALUE\n"
        if place == "module"
        else f"def handler(event, context):\n    return {expression}\n"
    )
    found = read(f"{prelude}\n{body}")
    assert list(found) == ["X"]
    assert (found["X"].required, found["X"].default) == (required, default)
    assert found["X"].has_default is (default is not None)
    line = prelude.count("\n") + (2 if place == "module" else 3)
    assert found["X"].location == f"app.py:{line}"


@pytest.mark.parametrize(
    "body",
    [
        "if 'X' in os.environ:\n        return os.environ['X']",
        "try:\n        return os.environ['X']\n    except KeyError:\n        return None",
    ],
)
def test_what_the_code_is_ready_to_miss_is_not_required(read, body):
    found = read(f"import os\ndef handler(event, context):\n    {body}\n")
    assert not found["X"].required


def test_a_look_up_whose_failure_is_told_otherwise_is_required(read):
    found = read(
        """
        import os
        try:
            X = os.environ["X"]
        except KeyError as error:
            raise RuntimeError("set X") from error
        def handler(event, context): ...
        """
    )
    assert found["X"].required


def test_only_what_is_run_counts(read):
    found = read(
        """
        import os
        UNUSED = os.environ["AT_IMPORT"]
        def neighbour(event, context):
            return os.environ["OTHERS"]
        def used():
            return os.environ["USED"]
        def handler(event, context):
            return used()
        if __name__ == "__main__":
            print(os.environ["SCRIPT"])
        """
    )
    assert list(found) == ["AT_IMPORT", "USED"]


def test_own_modules_are_followed_and_libraries_are_not(read):
    found = read(
        "import config, json\n"
        "def handler(event, context):\n"
        "    return json.loads(config.SERVICES)['a']\n",
        **{"config.py": "import os\nSERVICES = os.environ['SERVICES']\n"},
    )
    assert [(one.name, one.location) for one in found.values()] == [("SERVICES", "config.py:2")]
    assert json.loads(value_of(found["SERVICES"])) == {"a": "placeholder"}


@pytest.mark.parametrize(
    ("use", "value"),
    [
        ("{}", "placeholder"),
        ("int({})", "10"),
        ("float({})", "10"),
        ("json.loads({})", "{}"),
        ("[s for s in json.loads({})]", "[]"),
        ("'a' in json.loads({})", "[]"),
        ("json.loads({})[0]", "[]"),
        ("json.loads({})['url']", '{"url": "https://example.invalid/url"}'),
        ("json.loads({}).get('a', {{}}).get('b')", '{"a": {"b": "placeholder"}}'),
        ("[s for s in json.loads({})['list']]", '{"list": []}'),
        ("urllib.request.urlopen({})", "https://example.invalid/x"),
        ("requests.post({}, json=1)", "https://example.invalid/x"),
        ("http.request('POST', {})", "https://example.invalid/x"),
        ("http.request('POST', url={})", "https://example.invalid/x"),
        ("requests.get(f'{{{}}}/path')", "https://example.invalid/x"),
        ("requests.get({} + '/path')", "https://example.invalid/x"),
        ("base64.b64decode({})", "cGxhY2Vob2xkZXI="),
        ("logging.getLogger().setLevel({})", "INFO"),
        ("getattr(logging, {})", "INFO"),
        ("{}.split(',')", "placeholder"),
        ("{}.split('/')[1]", "placeholder/placeholder"),
        ("int({}.strip())", "10"),
        ("int({} or 3)", "10"),
    ],
)
@pytest.mark.parametrize("named", [False, True])
def test_a_value_fits_its_use(read, use, value, named):
    lookup = 'os.environ["X"]'
    expression = use.format("raw" if named else lookup)
    found = read(
        "import os\n"
        f"raw = {lookup if named else None}\n"
        "def handler(event, context):\n"
        f"    return {expression}\n"
    )
    assert value_of(found["X"]) == value


def test_a_value_fits_how_it_is_unpacked(read):
    found = read(
        "import os\ndef handler(event, context):\n    owner, name = os.environ['REPO'].split('/')\n"
    )
    assert value_of(found["REPO"]).count("/") == 1


def test_a_name_may_tell_more_than_the_use(read):
    found = read(
        "import os\n"
        "def handler(event, context):\n"
        "    return os.environ['TOPIC_ARN'].split(':')[5]\n"
    )
    assert value_of(found["TOPIC_ARN"]) == "arn:aws:sns:us-east-1:123456789012:placeholder"


@pytest.mark.parametrize("source", ["def broken(:", "", "\0"])
def test_what_reads_nothing_has_no_variables(read, source):
    assert read(source) == {}


def made(*names: str) -> list[Variable]:
    return [Variable(name, "src/app.py", 7 + number, True) for number, name in enumerate(names)]


def test_missing_are_those_required_and_missing():
    found = [*made("A", "B"), Variable("C", "app.py", 1, False)]
    assert missing_variables(found, {"B": ""}) == (found[0],)


def test_the_advice_can_be_pasted():
    missing = made("TOPIC_ARN", "SLACK_URL", "X")
    text = advice_for(missing)
    pasted = (
        text.partition("give them values that suit it:")[2]
        .partition("or let")[0]
        .replace("\\\n", " ")
    )
    assert shlex.split(pasted)[1::2] == [f"{one.name}={value_of(one)}" for one in missing]
    assert set(shlex.split(pasted)[::2]) == {"--env"}
    assert "SLACK_URL (src/app.py:8)" in text
    assert "--env-auto" in text


@given(st.integers(1, 60), st.integers(1, 30))
def test_the_advice_is_never_long(count, width):
    missing = made(*[f"{'X' * width}_{number}" for number in range(count)])
    lines = advice_for(missing).splitlines()
    assert len(lines) <= 12
    assert max(map(len, lines)) <= 80 + width
    assert "--env-auto" in lines[-1]


@pytest.mark.parametrize("count", [1, 5, 9, 12, 40])
def test_the_advice_tells_how_many_it_leaves_out(count):
    text = advice_for(made(*[f"SOME_LONGER_NAME_{number:02}" for number in range(count)]))
    listed = text.count(" (src/app.py:")
    left = re.search(r"and (\d+) more", text)
    assert listed + (int(left[1]) if left else 0) == count


def test_a_block_that_catches_everything_is_there_for_a_look_up_only_if_it_holds_nothing_else(read):
    found = read(
        """
        import os
        try:
            A = os.environ["A"]
        except Exception:
            A = ""
        def handler(event, context):
            try:
                topic = os.environ["B"]
                print(topic)
            except Exception as error:
                print(error)
        """
    )
    assert {name: one.required for name, one in found.items()} == {"A": False, "B": True}
