"""Files of environment variables are read as those who write them mean them."""

from __future__ import annotations

import json
from io import StringIO
from time import monotonic

import pytest
from dotenv import dotenv_values
from dotenv.parser import parse_stream
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
        (r"'it is \n as \" it stands\\' # comment", 'it is \\n as \\" it stands\\'),
        (r"'it\'s'", "it's"),
        (r'"escapes of Python: \t, others stay: \d"', "escapes of Python: \t, others stay: \\d"),
        ('"of several\nlines"', "of several\nlines"),
        ("''", ""),
        ('""', ""),
        ("a'b", "a'b"),
    ],
)
def test_a_value_is_read_as_its_quotes_say(folder, written, value):
    assert read_env_file(write(folder, "x.env", f"A={written}\n")) == {"A": value}


@pytest.mark.parametrize("written", ['"', "'", '"open', "'it\"", "\"it'"])
def test_a_quote_that_is_not_closed_is_told(folder, written):
    write(folder, "x.env", f"A={written}\n")
    with pytest.raises(EnvFileError, match=rf"^x\.env:1: the quote {written[0]} is not closed$"):
        read_env_file("x.env")


@given(st.text(st.sampled_from("AB_=\n #'\"\\x.ü"), max_size=40))
@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=300)
def test_a_file_is_read_as_python_dotenv_reads_it_or_refused(folder, text):
    """What dotenv cannot parse it leaves out with a warning; we say where it is."""
    file = write(folder, "x.env", text)
    bindings = list(parse_stream(StringIO(text)))
    known = [binding for binding in bindings if binding.key is not None]
    is_fine = all(
        one.value is not None and one.key.replace(".", "_").isidentifier() for one in known
    )
    variables, line = read_or_line(file)
    if variables is None:
        assert not is_fine or any(binding.error for binding in bindings)
        assert 1 <= line <= text.count("\n") + 1
    else:
        assert is_fine
        assert variables == dotenv_values(stream=StringIO(text), interpolate=False)


def read_or_line(file):
    """The variables of a file, or None and the line that cannot be read."""
    try:
        return read_env_file(file), 0
    except EnvFileError as error:
        return None, error.line


@pytest.mark.parametrize(
    ("text", "values"),
    [
        ("A=1\nB=${A}2\n", {"B": "12"}),
        ("B=${A}2\nA=1\n", {"B": "${A}2"}),
        ('HOST=h\nURL="https://${HOST}/${PATH_}"\n', {"URL": "https://h/${PATH_}"}),
        ("B=${A:-usual}\n", {"B": "usual"}),
        ("A=1\nB=$A $${A\n", {"B": "$A $${A"}),
    ],
)
def test_names_of_the_same_file_are_put_into_values(folder, monkeypatch, text, values):
    monkeypatch.setenv("PATH_", "of this machine")
    variables = read_env_file(write(folder, "x.env", text))
    assert {name: variables[name] for name in values} == values


@pytest.mark.parametrize(
    "text",
    [
        "A0=xxxxxxxxxxxxxxxx\n" + "".join(f"A{n + 1}=${{A{n}}}${{A{n}}}\n" for n in range(60)),
        "A=" + "${" * 400_000 + "\n",
        "A=" + "${A:-" * 150_000 + "\n",
        "A=b" + " " * 900_000 + "c\n",
        "A='" * 300_000,
        'A="' + "\\" * 900_000,
    ],
    ids=["doubling", "opening", "defaults", "blanks", "quotes", "escapes"],
)
def test_no_file_takes_long(folder, text):
    file = write(folder, "x.env", text)
    began = monotonic()
    variables, line = read_or_line(file)
    assert line >= 1 or sum(map(len, variables.values())) <= MOST
    assert monotonic() - began < 5


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
        ("x.env", "\n\nA='one' two\n", "x.env:3: behind the quote ' that closes nothing may stand"),
        ("x.env", "\n # two\n\n  my-key=1\n", "x.env:4: a line is NAME=value, not 'my-key=1'"),
        ("x.env", "A=1\nB=2" + " " * 200 + "\n", "x.env:2: there are 200 blanks or more in a row"),
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
