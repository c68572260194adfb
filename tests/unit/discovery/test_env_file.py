"""Files of environment variables are read as those who write them mean them."""

from __future__ import annotations

import json

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from ecr_contracts.core.errors import EnvFileError
from ecr_contracts.core.limits import SETTINGS_BYTES as MOST
from ecr_contracts.discovery.env_file import read_env_file
from tests.writing import write


def test_lines_are_read(folder):
    file = write(
        folder,
        "x.env",
        """
        # a comment
        A=1
        export B = two words # and a comment
        C="quoted # no comment\\n" # comment
        D='as $it is'
        E=
        F=a=b
        """,
    )
    assert read_env_file(file) == {
        "A": "1",
        "B": "two words",
        "C": "quoted # no comment\n",
        "D": "as $it is",
        "E": "",
        "F": "a=b",
    }


@given(st.text(st.sampled_from("ab n\\\"\n#='"), max_size=8))
@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_a_quoted_value_is_read_as_json_reads_it(folder, value):
    """What json writes of such characters has the escapes of these files, and no others."""
    file = write(folder, "x.env", f"A={json.dumps(value)} # comment\nB=2\n")
    assert read_env_file(file) == {"A": value, "B": "2"}


@pytest.mark.parametrize(
    ("written", "value"),
    [
        (r"'it is \n as \" it stands\\' # comment", r"it is \n as \" it stands\\"),
        (r'"other escapes stay: \t \d"', r"other escapes stay: \t \d"),
        ("''", ""),
        ('""', ""),
        ("a'b", "a'b"),
    ],
)
def test_a_value_is_read_as_its_quotes_say(folder, written, value):
    assert read_env_file(write(folder, "x.env", f"A={written}\n")) == {"A": value}


@pytest.mark.parametrize("written", ['"', "'", '"open', r'"escaped\"', "'it\"", "\"it'"])
def test_a_quote_that_is_not_closed_is_told(folder, written):
    write(folder, "x.env", f"A={written}\n")
    with pytest.raises(EnvFileError, match=rf"^x\.env:1: the quote {written[0]} is not closed$"):
        read_env_file("x.env")


@pytest.mark.parametrize(
    ("content", "values"),
    [
        ({"Parameters": {"A": "all"}}, {"A": "all"}),
        ({"Fn": {"A": "one"}, "Parameters": {"A": "all", "B": "b"}}, {"A": "one", "B": "b"}),
        ({"Fn": {"N": 3, "T": True}}, {"N": "3", "T": "true"}),
        ({"A": "plain"}, {"A": "plain"}),
    ],
)
def test_json_is_read_as_sam_reads_it(folder, content, values):
    file = write(folder, "env.json", json.dumps(content))
    assert read_env_file(file) == values


@pytest.mark.parametrize(
    ("name", "text", "complaint"),
    [
        ("x.env", "A=1\nnonsense\n", "x.env:2: a line is NAME=value, not 'nonsense'"),
        ("x.env", "KEY=\nMIIEplanted0123456789\n", "x.env:2: a line is NAME=value, not '***'"),
        ("x.json", '{"A_TOKEN": ["planted"]}', "x.json: the value of A_TOKEN is text, not ***"),
        ("x.env", "A='open\n", "x.env:1: the quote ' is not closed"),
        ("x.json", '{\n"A": }', "x.json:2: it is not JSON"),
        ("x.json", "[]", "x.json: it is an object"),
        ("x.json", '{"A": {"B": []}}', "x.json: the value of B is text"),
        ("x.json", "[" * 100_000, "x.json: it is too deeply nested"),
        ("x.json", '{"A": ' + "9" * 10_000 + "}", "x.json: it is not JSON: "),
        ("x.env", "\n" + "x" * 500_000, "x.env:2: a line is NAME=value, not 'xxxxxxx"),
        (
            "x.env",
            "#" * 2_000_000,
            f"x.env: it is too large: more than {MOST:,} bytes",
        ),
    ],
)
def test_what_cannot_be_read_is_told_with_its_line(folder, name, text, complaint):
    write(folder, name, text)
    with pytest.raises(EnvFileError) as caught:
        read_env_file(name)
    assert str(caught.value).startswith(complaint)


def test_a_missing_file_is_told(folder):
    with pytest.raises(EnvFileError, match=r"^no\.env: No such file"):
        read_env_file("no.env")
