"""Positions are judged by json itself: what it parses at an offset, and which texts it takes at
all.
"""

from __future__ import annotations

import json
import sys
from typing import Any

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from ecr_contracts.audit import json_diagnostics
from ecr_contracts.core import json_path
from ecr_contracts.core.findings import Severity

text_of_keys = st.one_of(
    st.sampled_from(["a", "b", "image-tags", "", '"', "\\", "\n", "é", "😀", "]}"]),
    st.text(max_size=5),
)
scalars = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(),
    st.floats(allow_nan=False, allow_infinity=False),
    st.text(max_size=8),
    st.sampled_from(['{"a": [1, 2]}', '"', "\\", '":', "[", "\ud800"]),
)
json_values = st.recursive(
    scalars,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(text_of_keys, inner, max_size=4),
    max_leaves=12,
)


@st.composite
def formatted(draw: st.DrawFn, values: st.SearchStrategy[Any] = json_values) -> tuple[Any, str]:
    """A value and one of the many ways to write it down."""
    value = draw(values)
    text = json.dumps(
        value,
        indent=draw(st.sampled_from([None, 0, 2, "\t"])),
        separators=(
            draw(st.sampled_from([",", ", ", "\n,", " \r ,\t"])),
            draw(st.sampled_from([":", ": ", " : ", "\n:\n"])),
        ),
        ensure_ascii=draw(st.booleans()),
    )
    return value, text


def same(left: Any, right: Any) -> bool:
    """Equal also where Python takes 1, 1.0 and True for the same."""
    return json.dumps(left) == json.dumps(right)


def steps_of(value: Any, steps: json_path.Steps = ()) -> list[json_path.Steps]:
    inner = (
        value.items()
        if isinstance(value, dict)
        else enumerate(value)
        if isinstance(value, list)
        else ()
    )
    return [steps, *(path for step, child in inner for path in steps_of(child, (*steps, step)))]


@given(formatted())
def test_every_path_leads_to_where_json_reads_the_value(written):
    value, text = written
    decoder = json.JSONDecoder()
    for steps in steps_of(value):
        assert same(
            decoder.raw_decode(text, json_diagnostics.offset_of(text, steps))[0],
            json_path.at(value, steps),
        )
        key = decoder.raw_decode(text, json_diagnostics.offset_of(text, steps, key=True))[0]
        assert same(
            key, steps[-1] if steps and isinstance(steps[-1], str) else json_path.at(value, steps)
        )


@given(formatted(), st.lists(text_of_keys | st.integers(0, 5), max_size=3))
def test_a_path_that_leads_nowhere_ends_at_the_last_value_on_the_way(written, steps):
    value, text = written
    there = 0
    while there < len(steps) and json_path.at(value, steps[: there + 1]) is not json_path.MISSING:
        there += 1
    assert json_diagnostics.offset_of(text, tuple(steps)) == json_diagnostics.offset_of(
        text, tuple(steps[:there])
    )


def test_of_a_repeated_key_the_last_counts():
    text = '{"a": 1, "b": 2, "a": 3}'
    assert text[json_diagnostics.offset_of(text, ("a",))] == "3"
    assert json_diagnostics.offset_of(text, ("a",), key=True) == 17


def test_leading_white_space_is_not_part_of_a_value():
    assert json_diagnostics.offset_of(" \n[1]", ()) == 2


def test_text_that_is_no_json_is_searched_as_far_as_it_goes():
    assert json_diagnostics.offset_of('{"a": 1, "b"', ("b",)) == 0


@given(st.text(alphabet="ab\n"), st.data())
def test_lines_and_columns_are_those_of_a_split(text, data):
    offset = data.draw(st.integers(0, len(text)))
    start = data.draw(st.integers(0, offset))
    before = text[:offset].split("\n")
    assert json_diagnostics.line_and_column(text, offset) == (len(before), len(before[-1]) + 1)
    line, column = json_diagnostics.line_and_column(text, start)
    assert json_diagnostics.line_and_column(
        text, offset, start=start, line=line, column=column
    ) == (
        len(before),
        len(before[-1]) + 1,
    )


def errors(text: str) -> list[json_diagnostics.Flaw]:
    return [flaw for flaw in json_diagnostics.flaws(text) if flaw.severity is Severity.ERROR]


def refuse(constant: str) -> None:
    raise ValueError(constant)


pieces_of_json = st.lists(
    st.sampled_from(
        [
            *'{}[],:"\\ \n',
            '"a"',
            '"a":',
            '"\\u00e9"',
            '"\\u00"',
            "0",
            "-1",
            "1.5e3",
            "01",
            "true",
            "nul",
            "NaN",
            "-Infinity",
            "'",
            "/",
        ]
    ),
    max_size=12,
).map("".join)


@given(pieces_of_json | formatted().map(lambda written: written[1]))
@example("")
@example("[1,]")
@example('{"a" 1}')
@example("-")
@example('"\t"')
@example("[1e5, -0.0, 1E+2]")
def test_a_text_is_free_of_errors_exactly_when_json_takes_it(text):
    try:
        _, end = json.JSONDecoder(parse_constant=refuse).raw_decode(
            text, json_diagnostics.skip_space(text, 0, len(text))
        )
        # raw_decode takes the 0 of 01 for a number.
        taken = not (
            text[end - 1].isalnum()
            and text[end : end + 1]
            and (text[end].isalnum() or text[end] in "+-._")
        )
    except ValueError:
        taken = False
    found = errors(text)
    assert (found == []) == taken
    assert all(0 <= flaw.offset <= len(text) for flaw in found)


@given(formatted(), st.data())
def test_a_truncated_value_is_refused_within_what_is_left(written, data):
    _, text = written
    text = "[" + text + "]"
    cut = text[: data.draw(st.integers(0, len(text) - 1))]
    (flaw,) = errors(cut)
    assert 0 <= flaw.offset <= len(cut)


# Each text is wrong in one way; the words are what a user reads.
FLAWS = {
    '{"a":1,}': (6, "a comma before } is not JSON", "take the comma away"),
    "[1 ,\n]": (3, "a comma before ] is not JSON", "take the comma away"),
    "[1,,2]": (3, "a value is missing before this ,", "write it, or take the , away"),
    "{,}": (1, "a key is missing before this ,", "write it, or take the , away"),
    '{"a":}': (5, "a value is missing before this }", "write it, or take the } away"),
    "{:1}": (1, "a key is missing before this :", "write it, or take the : away"),
    '{"a" 1}': (5, "a colon is missing before '1'", "put one between a key and its value"),
    '{"a"}': (4, "a colon is missing before '}'", "put one between a key and its value"),
    '{"a"="b"}': (4, "a colon is missing before '='", "put one between a key and its value"),
    "[1 2]": (3, "a comma is missing before '2'", "put one there"),
    '[{} "b"]': (4, "a comma is missing before '\"'", "put one there"),
    '{"a":"it"s"}': (
        9,
        "a comma is missing before 's'",
        'put one there, or write \\" for a double quote inside a string',
    ),
    '{"a":1;"b":2}': (6, "';' cannot stand here", "a comma or a closing bracket is wanted"),
    '{"a":<b>}': (5, "'<' cannot stand here", "a value is wanted"),
    "{a:1}": (1, "the key 'a' has no quotes", "put double quotes around it"),
    "{1:1}": (1, "the key '1' has no quotes", "put double quotes around it"),
    '{"a":1,b:1}': (7, "the key 'b' has no quotes", "put double quotes around it"),
    "{?}": (1, "'?' cannot stand here", "a key is wanted"),
    "{'a':1}": (1, "' is no quote in JSON", 'write "'),
    "{“a”:1}": (1, "“ is no quote in JSON", 'write "'),
    "[‘a’]": (1, "‘ is no quote in JSON", 'write "'),  # noqa: RUF001 (that is the point)
    "// x\n[]": (0, "a comment (//) is not JSON", "take it away"),
    "[1 /* x */]": (3, "a comment (/*) is not JSON", "take it away"),
    "[1, # x\n2]": (4, "a comment (#) is not JSON", "take it away"),
    "\0": (0, "a NUL character stands here", "is this UTF-16? save it as UTF-8"),
    "[\xa01]": (1, "the invisible character U+00A0 stands here", "take it away"),
    "[\x0c1]": (1, "the invisible character U+000C stands here", "take it away"),
    "[\udcff]": (1, "the byte 0xff is not UTF-8", "save the file as UTF-8"),
    '["a\udce9"]': (3, "the byte 0xe9 is not UTF-8", "save the file as UTF-8"),
    '{"a\udce9":1}': (3, "the byte 0xe9 is not UTF-8", "save the file as UTF-8"),
    "[NaN]": (1, "NaN is not JSON", "write null or leave the key out"),
    "[Infinity]": (1, "Infinity is not JSON", "write null or leave the key out"),
    "[-Infinity]": (1, "-Infinity is not JSON", "write null or leave the key out"),
    "[nan]": (1, "nan is not JSON", "write null or leave the key out"),
    "[+inf]": (1, "+inf is not JSON", "write null or leave the key out"),
    "[True]": (1, "True is not JSON", "write true"),
    "[None]": (1, "None is not JSON", "write null"),
    "[undefined]": (1, "undefined is not JSON", "write null"),
    "[truex]": (1, "'truex' is not JSON", "put text in double quotes"),
    "[" + "x" * 99 + "]": (1, f"'{'x' * 39}…' is not JSON", "put text in double quotes"),
    "01": (0, "'01' is no number in JSON", "no leading 0, no +, digits on both sides of the point"),
    "[1.]": (
        1,
        "'1.' is no number in JSON",
        "no leading 0, no +, digits on both sides of the point",
    ),
    "[.5]": (
        1,
        "'.5' is no number in JSON",
        "no leading 0, no +, digits on both sides of the point",
    ),
    "[+1]": (
        1,
        "'+1' is no number in JSON",
        "no leading 0, no +, digits on both sides of the point",
    ),
    "[0x1F]": (
        1,
        "'0x1F' is no number in JSON",
        "no leading 0, no +, digits on both sides of the point",
    ),
    "[-]": (1, "'-' cannot stand here", "a value is wanted"),
    '["a': (
        1,
        "this string is not closed on its line",
        'close it with ", or write \\n for a line break',
    ),
    '["a\n"]': (
        1,
        "this string is not closed on its line",
        'close it with ", or write \\n for a line break',
    ),
    '["a\\': (
        1,
        "this string is not closed on its line",
        'close it with ", or write \\n for a line break',
    ),
    '["a\\\n"]': (
        1,
        "this string is not closed on its line",
        'close it with ", or write \\n for a line break',
    ),
    '["a\tb"]': (3, "a string cannot hold the control character U+0009", "write \\u0009"),
    '["a\\xb"]': (3, "'x' cannot follow a backslash", "write \\\\ for a plain backslash"),
    '["\\u12"]': (2, "four hexadecimal digits must follow \\u", "write \\\\ for a plain backslash"),
    "}": (0, "no object is open that this } could close", "take the } away"),
    "]": (0, "no array is open that this ] could close", "take the ] away"),
    "": (0, "a value is missing here", "write one"),
}


@pytest.mark.parametrize("text", FLAWS, ids=ascii)
def test_a_flaw_says_where_what_and_what_to_do(text):
    offset, problem, hint = FLAWS[text]
    assert list(json_diagnostics.flaws(text)) == [json_diagnostics.Flaw(offset, problem, hint)]


@pytest.mark.parametrize(
    ("text", "flaw"),
    [
        ('{"a":\n[1  \n', (8, "no ] closes the array that begins on line", 6)),
        ('{"a": 1', (7, "no } closes the object that begins on line", 0)),
        ('{"a": [1}', (8, "} cannot close the array that begins on line", 6)),
        ('{"a": 1]', (7, "] cannot close the object that begins on line", 0)),
    ],
)
def test_a_flaw_of_brackets_names_the_one_that_is_open(text, flaw):
    (found,) = json_diagnostics.flaws(text)
    assert (found.offset, found.problem, found.since) == flaw


def test_text_after_the_end_is_not_looked_at():
    assert list(json_diagnostics.flaws('x{"a": 1}x', 1, 9)) == []
    (flaw,) = json_diagnostics.flaws('x{"a": 1}x', 1, 8)
    assert flaw.offset == 8


def test_flaws_that_hide_no_end_are_told_together():
    found = list(json_diagnostics.flaws('[NaN, {"a": Infinity, "a": 1}, "\udcff", 1'))
    assert [flaw.offset for flaw in found] == [1, 12, 22, 32, 37]


def test_a_repeated_key_is_a_warning_that_names_the_first():
    found = list(json_diagnostics.flaws('{"a": 1, "\\u0061": {"a": 2}, "a": 3}'))
    assert [(flaw.offset, flaw.since, flaw.severity) for flaw in found] == [
        (9, 1, Severity.WARNING),
        (29, 1, Severity.WARNING),
    ]
    assert (
        found[0].problem == "the key 'a' stands twice and the last value wins; the first is on line"
    )


def test_a_key_is_shown_without_what_a_terminal_would_obey():
    (flaw,) = json_diagnostics.flaws('{"\\u001b[31m\\ud800": 1, "\\u001b[31m\\ud800": 1}')
    assert flaw.problem.startswith("the key '\\x1b[31m\\ud800' stands twice")


@pytest.mark.parametrize("opener", ["[", '{"a":'])
def test_depth_is_limited_and_does_not_recurse(opener):
    fine = (
        opener * (json_diagnostics.MAX_DEPTH - 1)
        + "[]"
        + {"[": "]"}.get(opener, "}") * (json_diagnostics.MAX_DEPTH - 1)
    )
    assert list(json_diagnostics.flaws(fine)) == []
    (flaw,) = json_diagnostics.flaws(opener * 10_000)
    assert flaw.offset == json_diagnostics.MAX_DEPTH * len(opener)
    assert flaw.problem == "this is nested more than 100 levels deep"


def test_a_number_is_too_long_when_python_says_so():
    limit = sys.get_int_max_str_digits()
    assert list(json_diagnostics.flaws(f"[{'1' * limit}, 1.{'1' * 5000}]")) == []
    (flaw,) = json_diagnostics.flaws(f"[{'1' * (limit + 1)}]")
    assert flaw == json_diagnostics.Flaw(
        1, f"a number of {limit + 1} digits is too long to be read", "write it as a string"
    )
