"""Patterns: what every engine reads alike is recognised and enumerated, everything else is refused
in words.
"""

import math
import re
import string
import warnings
from unittest import mock

import jsonschema_rs
import pytest
from hypothesis import assume, example, given
from hypothesis import strategies as st

from ecr_contracts.core.limits import EXPRESSION_GROUPS as GROUPS
from ecr_contracts.core.limits import REPEATED_CHARACTERS as MOST
from ecr_contracts.events import regexes
from ecr_contracts.events.regexes import Digits, Pattern
from tests import oracle
from tests.gen_patterns import PATTERN_LIKE, PATTERNS
from tests.rows import in_one_test

NUMBERS = st.integers(0, 2**512)


@given(PATTERNS, NUMBERS)
def test_every_word_is_one_of_its_own_pattern(made, number):
    text = f"^{made.text}$"
    word = Pattern(text).word(Digits(number))
    assert re.fullmatch(text, word)
    assert re.search(text, word)
    assert Pattern(text).matches(word)


@given(PATTERNS, NUMBERS)
def test_the_rust_engine_reads_every_word_alike(made, number):
    text = f"^{made.text}$"
    assert jsonschema_rs.is_valid({"pattern": text}, Pattern(text).word(Digits(number)))


@given(PATTERNS, st.text(string.ascii_letters + string.digits + string.punctuation + " "))
def test_matching_is_that_of_python(made, text):
    pattern = Pattern(f"^{made.text}$")
    assert pattern.matches(text) == bool(re.fullmatch(made.text, text))
    assert pattern.matches(text) == bool(re.search(f"^{made.text}$", text))


@given(PATTERNS, NUMBERS)
def test_lengths_bound_every_word(made, number):
    pattern = Pattern(f"^{made.text}$")
    shortest, longest = pattern.lengths()
    assert (shortest, longest) == (made.shortest, made.longest)
    assert shortest <= len(pattern.word(Digits(number))) <= longest


@given(PATTERNS)
def test_number_0_gives_the_plainest_word(made):
    assert Pattern(f"^{made.text}$").word(Digits()) == made.plainest


@given(PATTERNS, NUMBERS)
def test_words_are_the_same_character_by_character(made, number):
    pattern = Pattern(f"^{made.text}$")
    together, alone = Digits(number), Digits(number)
    word = pattern.word(together)
    with mock.patch.object(regexes, "_TOGETHER", 1):
        assert pattern.word(alone) == word
    assert alone.left == together.left


@pytest.mark.parametrize(
    ("text", "words"),
    [
        (
            "^(a|b[cd]?){1,2}$",
            {
                "".join(p + q)
                for p in [("a",), ("b",), ("bc",), ("bd",)]
                for q in [(), ("a",), ("b",), ("bc",), ("bd",)]
            },
        ),
        ("^[0-2]{2}$", {f"{a}{b}" for a in range(3) for b in range(3)}),
        ("^x(y|)$", {"x", "xy"}),
    ],
)
def test_counting_up_gives_every_word(text, words):
    pattern = Pattern(text)
    assert {pattern.word(Digits(number)) for number in range(1000)} == words


def test_a_repetition_without_bound_stops_8_beyond_its_minimum():
    assert {len(Pattern("^a{3,}$").word(Digits(number))) for number in range(100)} == set(
        range(3, 12)
    )


def test_only_strings_match():
    assert not Pattern("^[0-9]$").matches(7)
    assert not Pattern("^(None)?$").matches(None)


@pytest.mark.parametrize("ending", ["\n", "\r", " ", "a", "é"])
def test_nothing_may_follow_a_word(ending):
    assert Pattern("^a$").matches("a")
    assert not Pattern("^a$").matches("a" + ending)


@given(st.lists(st.integers(1, 300)), st.integers(0))
def test_digits_give_an_option_for_every_number(options, number):
    digits = Digits(number)
    assert all(digits.take(count) in range(count) for count in options)


@given(st.lists(st.integers(1, 4), max_size=5))
def test_digits_give_every_combination_of_options_once(options):
    seen = set()
    for number in range(math.prod(options)):
        digits = Digits(number)
        seen.add(tuple(digits.take(count) for count in options))
    assert len(seen) == math.prod(options)


@given(st.lists(st.integers(1, 300)))
def test_digits_of_0_take_the_first_option_always(options):
    digits = Digits()
    assert all(digits.take(count) == 0 for count in options)


REFUSED = [
    # unanchored
    ("", "not anchored"),
    ("^", "not anchored"),
    ("a", "not anchored"),
    ("^a", "not anchored"),
    ("a$", "not anchored"),
    ("^a\\$", "not anchored"),
    ("^a\\\\\\$", "not anchored"),
    ("\\^a$", "not anchored"),
    ("^a|b$", "alternative outside a group at position 2"),
    ("^|$", "alternative outside a group at position 1"),
    # groups with a meaning
    ("^(?=a)a$", "group with a meaning that engines do not share at position 2"),
    ("^(?!a)b$", "group with a meaning"),
    ("^(?<=a)b$", "group with a meaning"),
    ("^(?<!a)b$", "group with a meaning"),
    ("^(?P<name>a)$", "group with a meaning"),
    ("^(?<name>a)$", "group with a meaning"),
    ("^(?i)a$", "group with a meaning"),
    ("^(?i:a)$", "group with a meaning"),
    ("^(?>a)$", "group with a meaning"),
    ("^(?#a)$", "group with a meaning"),
    ("^(?$", "group with a meaning"),
    # escapes
    ("^\\d$", "escape that engines read differently at position 2"),
    ("^a\\w$", "escape that engines read differently at position 3"),
    ("^\\s$", "escape"),
    ("^\\b$", "escape"),
    ("^\\B$", "escape"),
    ("^\\A$", "escape"),
    ("^a\\Z$", "escape"),
    ("^\\n$", "escape"),
    ("^\\x41$", "escape"),
    ("^\\u0041$", "escape"),
    ("^\\p{L}$", "escape"),
    ("^\\0$", "escape"),
    ("^(a)\\1$", "escape that engines read differently at position 5"),
    ("^[\\d]$", "escape that engines read differently at position 3"),
    ("^\\<a\\>$", "escape"),
    ("^\\-$", "escape"),
    ("^\\_$", "escape"),
    ("^[\\_]$", "escape"),
    ("^[a\\", "not anchored"),
    # quantifiers
    ("^a*?$", "quantifier upon a quantifier at position 3"),
    ("^a+?$", "quantifier upon a quantifier"),
    ("^a??$", "quantifier upon a quantifier"),
    ("^a{2}?$", "quantifier upon a quantifier"),
    ("^a*+$", "quantifier upon a quantifier"),
    ("^a**$", "quantifier upon a quantifier"),
    ("^a{2}{3}$", "quantifier upon a quantifier"),
    ("^*$", "bare '\\*' at position 1"),
    ("^(+a)$", "bare '\\+' at position 2"),
    ("^(a|?)$", "bare '\\?' at position 4"),
    ("^a{,3}$", "bare '{' at position 2"),
    ("^a{3,1}$", "repetition that ends before it begins at position 2"),
    ("^a{x}$", "bare '{'"),
    ("^a{1$", "bare '{'"),
    ("^a}$", "bare '}'"),
    ("^a{999999999}$", "repetition of more than 10000 characters at position 2"),
    ("^a{1,9999999999}$", "bare '{' at position 2"),
    (f"^a{{1,{MOST + 1}}}$", f"repetition of more than {MOST}"),
    ("^a{10001,}$", "repetition of more than 10000"),
    ("^(a{200}){200}$", "repetition of more than 10000 characters at position 9"),
    ("^(?:)?$", "repetition of nothing at position 5"),
    ("^(()|){2}$", "repetition of nothing"),
    ("^(((a{9999}b){1}){1}){2}$", "repetition of more than 10000"),
    ("^a{" + "9" * 5000 + "}$", "bare '{'"),
    # classes
    ("^[^a]$", "negated class at position 2"),
    ("^[]$", "empty class"),
    ("^[]a]$", "empty class"),
    ("^[z-a]$", "empty range z-a"),
    ("^[a$", "unclosed class"),
    ("^[a-$", "unclosed class"),
    ("^[[a]]$", "bare '\\['"),
    ("^[a&&b]$", "'&&' in a class"),
    ("^[a--b]$", "'--' in a class"),
    ("^[a~~b]$", "'~~' in a class"),
    ("^[a||b]$", "'\\|\\|' in a class"),
    # characters
    ("^.$", "bare '\\.' at position 1"),
    ("^a^$", "bare '\\^' at position 2"),
    ("^a$b$", "bare '\\$' at position 2"),
    ("^é$", "outside printable ASCII at position 1"),
    ("^[à-é]$", "outside printable ASCII"),
    ("^a\n$", "outside printable ASCII at position 2"),
    ("^\t$", "outside printable ASCII"),
    ("^\x7f$", "outside printable ASCII"),
    ("^[\x00]$", "outside printable ASCII"),
    ("^\ud800$", "outside printable ASCII"),
    # nesting
    ("^(a$", "unclosed group"),
    ("^a)$", "unopened group at position 2"),
    ("^]$", "bare ']'"),
    ("^" + "(" * 51 + "a" + ")" * 51 + "$", f"nested more than {GROUPS} deep at position 52"),
    ("^" + "(" * 5000 + "a" + ")" * 5000 + "$", "groups nested more than 50 deep"),
]


@in_one_test
@pytest.mark.parametrize(("text", "words"), REFUSED, ids=[text[:20] for text, _ in REFUSED])
def test_what_engines_read_differently_is_refused_by_name_and_place(text, words):
    with pytest.raises(ValueError, match=words):
        Pattern(text)


ADMITTED = [
    *(
        "^$",
        "^()$",
        "^(|a)$",
        "^a\\\\$",
        "^\\$$",
        "^[a-]$",
        "^[-a]$",
        "^[.$^(]$",
        "^\\/$",
        "^[\\-a]$",
        "^[\\]]$",
    ),
    *(
        "^" + "(" * 50 + "a" + ")" * 50 + "$",
        "^" + "(a)" * 60 + "$",
        "^a{10000}$",
        "^[a-z]{0,10000}$",
    ),
]


@pytest.mark.parametrize("text", ADMITTED, ids=[text[:20] for text in ADMITTED])
def test_what_looks_odd_but_is_read_alike_is_admitted(text):
    word = Pattern(text).word(Digits())
    assert re.fullmatch(text, word)
    assert jsonschema_rs.is_valid({"pattern": text}, word)


@given(st.text() | PATTERN_LIKE)
@example("^[a--b]$")
def test_any_text_is_a_pattern_or_refused(text):
    """Nothing but ValueError comes of it, and what is admitted compiles without a warning in both
    engines.
    """
    try:
        pattern = Pattern(text)
    except ValueError:
        with pytest.raises(ValueError, match=re.escape(repr(text))):
            Pattern(text)
        return
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        re.purge()
        re.compile(text)
    assert jsonschema_rs.is_valid({"pattern": text}, pattern.word(Digits()))


@given(PATTERN_LIKE, st.text(string.printable[:-6], max_size=6))
def test_admitted_patterns_mean_the_same_to_both_engines(text, value):
    try:
        pattern = Pattern(text)
    except ValueError:
        assume(False)
    assert pattern.matches(value) == jsonschema_rs.is_valid({"pattern": text}, value)


@pytest.mark.parametrize("name", sorted(oracle.documents()))
def test_every_pattern_of_the_schemas_is_read_in_no_time(name):
    """No value of a foreign event makes a pattern backtrack without end."""

    def patterns(node):
        for key, value in node.items() if isinstance(node, dict) else enumerate(node):
            if key in {"pattern", "draw"}:
                yield value
            elif isinstance(value, (dict, list)):
                yield from patterns(value)

    found = [Pattern(text) for text in patterns(oracle.documents()[name])]
    hostile = [
        "a" * 20000 + "!",
        "a-" * 10000 + "!",
        "a__" * 7000 + "!",
        "a/" * 10000 + "!",
        "-" * 20000,
        "0" * 20000 + "\n",
    ]
    assert not any(pattern.matches(value) for pattern in found for value in hostile)
