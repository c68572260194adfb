"""Diagnoses are judged by json itself: which texts it takes, and where it stops."""

from __future__ import annotations

import json
import sys

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from ecr_contracts.audit import json_diagnostics
from ecr_contracts.audit.json_places import skip_space
from ecr_contracts.core.findings import Severity
from ecr_contracts.core.limits import NESTED_LEVELS
from tests.unit.audit.json_texts import formatted, pieces_of_json


def flaws(text: str, cut: int | None = None) -> list[json_diagnostics.Flaw]:
    """What is wrong with the one value of a text."""
    start = skip_space(text, 0)
    attempt = json_diagnostics.Decoder().attempt(text, start)
    if attempt.end is not None and not attempt.doubtful:
        return []
    return list(json_diagnostics.flaws(text, start, attempt, cut))


def errors(text: str) -> list[json_diagnostics.Flaw]:
    return [flaw for flaw in flaws(text) if flaw.severity is Severity.ERROR]


def refuse(constant: str) -> None:
    raise ValueError(constant)


@given(pieces_of_json | formatted().map(lambda written: written[1]))
@example("")
@example("[1,]")
@example('{"a" 1}')
@example("-")
@example('"\t"')
@example("[1e5, -0.0, 1E+2]")
def test_a_text_is_free_of_errors_exactly_when_json_takes_it(text):
    try:
        _, end = json.JSONDecoder(parse_constant=refuse).raw_decode(text, skip_space(text, 0))
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


BEHIND = "take away what stands before the JSON on this line"
STRAIGHT = 'write straight double quotes (") in place of typographic ones'
VALUE = "text stands in double quotes"
KEY = "a key stands in double quotes"
COLON = "put one between a key and its value"
COMMA = 'put one there, or write \\" for a double quote inside a string'
BACKSLASH = "write \\\\ for a plain backslash"
STRING = "this string is not closed on its line", 'close it with ", or write \\n for a line break'

# Each text is wrong in one way; the words are what a user reads.
FLAWS = {
    '{"a":1,}': (6, "a comma before } is not JSON", "take the comma away"),
    "[1 ,\n]": (3, "a comma before ] is not JSON", "take the comma away"),
    "[1,,2]": (3, "',' begins no JSON value", VALUE),
    '{"a":}': (5, "'}' begins no JSON value", VALUE),
    "[,]": (1, "',' begins no JSON value", VALUE),
    "{,}": (1, "',' begins no key", KEY),
    "{a1:1}": (1, "'a1' begins no key", KEY),
    "{'a':1}": (1, '"\'" begins no key', KEY),
    '{"a":1,1:1}': (7, "'1' begins no key", KEY),
    '{"a" 1}': (5, "a colon is missing before '1'", COLON),
    '{"a"}': (4, "a colon is missing before '}'", COLON),
    '{"a"="b"}': (4, "a colon is missing before '='", COLON),
    "[1 2]": (3, "a comma or a closing bracket is missing before '2'", COMMA),
    '[{} "b"]': (4, "a comma or a closing bracket is missing before '\"'", COMMA),
    '{"a":"it"s"}': (9, "a comma or a closing bracket is missing before 's'", COMMA),
    '{"a": [1}': (8, "a comma or a closing bracket is missing before '}'", COMMA),
    "[1 /* x */]": (3, "a comma or a closing bracket is missing before '/'", COMMA),
    "[01]": (2, "a comma or a closing bracket is missing before '1'", COMMA),
    'at noon {"a": 1}': (0, "'at' begins no JSON value", BEHIND),
    'at noon\n{"a": 1}': (0, "'at' begins no JSON value", VALUE),
    "// x\n[]": (0, "'/' begins no JSON value", VALUE),
    "01": (0, "'01' begins no JSON value", VALUE),
    "1.": (0, "'1' begins no JSON value", VALUE),
    "[True]": (1, "'True' begins no JSON value", VALUE),
    "[nan]": (1, "'nan' begins no JSON value", VALUE),
    "[" + "x" * 99 + "]": (1, f"'{'x' * 40}' begins no JSON value", VALUE),
    "[‘a’]": (1, "'‘' begins no JSON value", STRAIGHT),  # noqa: RUF001 (that is the point)
    "\0": (0, "'\\x00' begins no JSON value", VALUE),
    "[\xa01]": (1, "'\\xa0' begins no JSON value", VALUE),
    "}": (0, "'}' begins no JSON value", VALUE),
    "": (0, "'' begins no JSON value", VALUE),
    "[\udcff]": (1, "the byte 0xff is not UTF-8", "save the file as UTF-8"),
    '["a\udce9"]': (3, "the byte 0xe9 is not UTF-8", "save the file as UTF-8"),
    '{"a\udce9":1}': (3, "the byte 0xe9 is not UTF-8", "save the file as UTF-8"),
    "[NaN]": (1, "NaN is not JSON", "write null or leave the key out"),
    "[Infinity]": (1, "Infinity is not JSON", "write null or leave the key out"),
    "[-Infinity]": (1, "-Infinity is not JSON", "write null or leave the key out"),
    '["a': (1, *STRING),
    '["a\n"]': (1, *STRING),
    '["a\\': (1, *STRING),
    '["a\tb"]': (3, "a string cannot hold '\\t' as it is", "write it as an escape"),
    '["a\\xb"]': (3, "this escape is not JSON", BACKSLASH),
    '["\\u12"]': (2, "this escape is not JSON", BACKSLASH),
}


@pytest.mark.parametrize("text", FLAWS, ids=ascii)
def test_a_flaw_says_where_what_and_what_to_do(text):
    offset, problem, hint = FLAWS[text]
    assert flaws(text) == [json_diagnostics.Flaw(offset, problem, hint)]


@pytest.mark.parametrize(
    ("text", "flaw"),
    [
        ('{"a":\n[1  \n', (8, "no ] closes the array that begins on line", 6)),
        ('{"a": 1', (7, "no } closes the object that begins on line", 0)),
        ('{"a": "x", ', (10, "no } closes the object that begins on line", 0)),
        ('[{"a": ', (6, "no } closes the object that begins on line", 1)),
    ],
)
def test_a_flaw_of_brackets_names_the_one_that_is_open(text, flaw):
    (found,) = flaws(text)
    assert (found.offset, found.problem, found.since) == flaw


def test_text_after_the_end_is_not_looked_at():
    assert [flaw.offset for flaw in flaws('{"a": NaN} NaN {"b": 1, "b": 2}')] == [6]


def test_a_value_that_runs_into_another_document_was_cut_short_before_it():
    (flaw,) = flaws('{"a":\n{"b": 1}\n{"c": 1}', cut=6)
    assert (flaw.offset, flaw.problem) == (5, "no } closes the object that begins on line")
    (flaw,) = flaws('{"a": x\n{"b": 1}', cut=8)
    assert (flaw.offset, flaw.problem) == (6, "'x' begins no JSON value")


def test_json_may_say_itself_that_a_comma_is_one_too_many():
    """Python 3.13 and later complain about the comma, earlier ones about the bracket."""
    for text, comma in (('{"a": 1 , \n}', 8), ("[1,]", 2)):
        for message, offset in (
            ("Illegal trailing comma before end of array", comma),
            ("Expecting value", len(text) - 1),
        ):
            attempt = json_diagnostics.Attempt(None, "", None, offset, message, offset)
            (flaw,) = json_diagnostics.flaws(text, 0, attempt)
            assert flaw.offset == comma
            assert flaw.problem == f"a comma before {text[-1]} is not JSON"


def test_what_a_later_json_may_say_is_told_as_it_is():
    attempt = json_diagnostics.Attempt(None, "", None, 1, "Something new", 1)
    (flaw,) = json_diagnostics.flaws("[?]", 0, attempt)
    assert (flaw.offset, flaw.problem) == (1, "this is not JSON: Something new")


def test_flaws_that_hide_no_end_are_told_together():
    found = list(flaws('[NaN, {"a": Infinity, "a": 1}, "\udcff", 1'))
    assert [flaw.offset for flaw in found] == [1, 12, 22, 32, 37]


def test_a_repeated_key_is_a_warning_that_names_the_first():
    found = list(flaws('{"a": 1, "\\u0061": {"a": 2}, "a": 3}'))
    assert [(flaw.offset, flaw.since, flaw.severity) for flaw in found] == [
        (9, 1, Severity.WARNING),
        (29, 1, Severity.WARNING),
    ]
    assert (
        found[0].problem == "the key 'a' stands twice and the last value wins; the first is on line"
    )


def test_a_key_is_shown_without_what_a_terminal_would_obey():
    (flaw,) = flaws('{"\\u001b[31m\\ud800": 1, "\\u001b[31m\\ud800": 1}')
    assert flaw.problem.startswith("the key '\\x1b[31m\\ud800' stands twice")


@pytest.mark.parametrize("opener", ["[", '{"a":'])
def test_depth_is_limited_and_does_not_recurse(opener):
    fine = opener * (NESTED_LEVELS - 1) + "[]" + {"[": "]"}.get(opener, "}") * (NESTED_LEVELS - 1)
    assert list(flaws(fine)) == []
    (flaw,) = flaws(opener * 10_000)
    assert flaw.offset == NESTED_LEVELS * len(opener)
    assert flaw.problem == "this is nested more than 100 levels deep"


def test_a_number_is_too_long_when_python_says_so():
    limit = sys.get_int_max_str_digits()
    assert list(flaws(f"[{'1' * limit}, 1.{'1' * 5000}]")) == []
    (flaw,) = flaws(f"[{'1' * (limit + 1)}]")
    assert flaw == json_diagnostics.Flaw(
        1, f"a number of {limit + 1} digits is too long to be read", "write it as a string"
    )
