"""Languages: emptiness is decided exactly, and every word that is drawn is in the language.

Patterns are judged by `re`, and small languages by trying all texts of their alphabet.
"""

import itertools
import random
import re

import pytest
from hypothesis import assume, event, given
from hypothesis import strategies as st

from ecr_contracts.core import limits
from ecr_contracts.events.languages import Glob, Language, LanguageTooLargeError
from ecr_contracts.events.regexes import Digits, Pattern
from tests.gen_patterns import PATTERNS

NUMBERS = st.integers(0, 2**512)
SOME_NUMBERS = [random.Random(seed).getrandbits(256) for seed in range(200)]
LONGEST = 4
ALPHABET = "abA"
ALL_TEXTS = [
    "".join(characters)
    for length in range(LONGEST + 1)
    for characters in itertools.product(ALPHABET, repeat=length)
]


def _glob_regex(glob):
    """The glob as a regular expression, to be judged by `re`."""
    flags = "(?i:" if glob.ignore_case else "(?:"
    return flags + ".*".join(map(re.escape, glob.texts)) + ")"


TEXTS = st.text(ALPHABET, max_size=3)
GLOBS = st.builds(
    Glob, st.lists(TEXTS, min_size=1, max_size=4).map(tuple), ignore_case=st.booleans()
)


def _small(inner):
    sequences = st.lists(inner, max_size=3).map("".join)
    groups = st.lists(sequences, min_size=1, max_size=3).map(lambda parts: f"({'|'.join(parts)})")
    quantifiers = st.sampled_from(["", "?", "*", "+", "{2}", "{1,}", "{0,2}", "{1,3}"])
    return st.tuples(inner | groups, quantifiers).map(_quantified)


def _quantified(parts):
    text, quantifier = parts
    return f"(?:{text}){quantifier}"


def _pattern_or_none(text):
    try:
        return Pattern(f"^{text}$")
    except ValueError:  # a repetition of nothing
        return None


SMALL_PATTERNS = (
    st.lists(
        st.recursive(st.sampled_from(["a", "b", "[ab]", "[abA]", "[aA]"]), _small, max_leaves=3),
        max_size=3,
    )
    .map("".join)
    .map(_pattern_or_none)
    .filter(bool)
)


@st.composite
def _small_languages(draw):
    """A language over the alphabet, and all its words by trying each text."""
    within = draw(SMALL_PATTERNS)
    globs = draw(st.lists(GLOBS, max_size=3))
    without = draw(st.lists(SMALL_PATTERNS, max_size=2))
    longest = draw(st.integers(0, LONGEST))
    table = draw(st.integers(0, 2**2 ** len(globs) - 1))

    def accepts(matched):
        return bool(table >> sum(bit << place for place, bit in enumerate(matched)) & 1)

    words = []
    for text in ALL_TEXTS:
        matched = tuple(bool(re.fullmatch(_glob_regex(glob), text)) for glob in globs)
        unwanted = any(re.fullmatch(pattern.text, text) for pattern in without)
        if len(text) <= longest and re.fullmatch(within.text, text) and not unwanted:
            words.extend([text] * accepts(matched))
    return Language(within, globs, accepts, without, longest), words


SMALL_LANGUAGES = _small_languages()


@given(SMALL_LANGUAGES)
def test_emptiness_is_decided_exactly(small):
    language, words = small
    event(f"empty: {not words}")
    assert language.is_empty == (not words)


@pytest.mark.long
@given(SMALL_LANGUAGES)
def test_the_shortest_word_is_a_shortest_one(small):
    language, words = small
    assume(words)
    assert language.shortest() in words
    assert len(language.shortest()) == min(map(len, words))
    assert language.word(Digits()) == language.shortest()


@given(SMALL_LANGUAGES, NUMBERS)
def test_every_word_is_in_the_language(small, number):
    language, words = small
    assume(words)
    assert language.word(Digits(number)) in words


@given(SMALL_LANGUAGES, st.sampled_from(ALL_TEXTS))
def test_what_matches_is_what_is_in_the_language(small, text):
    language, words = small
    assert language.matches(text) == (text in words)
    assert all(map(language.matches, words))


@pytest.mark.long
@given(SMALL_LANGUAGES)
def test_counting_up_gives_every_word(small):
    language, words = small
    assume(0 < len(words) <= 40)
    most = (LONGEST + 1) * (len(ALPHABET) + 1) ** LONGEST
    drawn = {language.word(Digits(number)) for number in range(most)}
    assert drawn == set(words)


@pytest.mark.long
@given(SMALL_LANGUAGES)
def test_lengths_are_those_of_the_shortest_and_the_longest_word(small):
    language, words = small
    assume(words)
    assert language.lengths() == (min(map(len, words)), max(map(len, words)))


@pytest.mark.long
@given(PATTERNS, st.lists(st.text("aZ0_ -", max_size=2), min_size=1, max_size=3), NUMBERS)
def test_words_of_any_pattern_meet_the_conditions(made, texts, number):
    pattern = Pattern(f"^{made.text}$")
    glob = Glob(("", *texts, ""))
    language = Language(pattern, [glob])
    assume(not language.is_empty)
    word = language.word(Digits(number))
    assert re.fullmatch(made.text, word)
    assert re.fullmatch(_glob_regex(glob), word, re.DOTALL)
    assert language.lengths()[0] <= len(word) <= language.lengths()[1]


@given(PATTERNS, NUMBERS)
def test_without_conditions_a_language_is_its_pattern(made, number):
    pattern = Pattern(f"^{made.text}$")
    language = Language(pattern, longest=10_000)
    assert not language.is_empty
    assert len(language.shortest()) == made.shortest
    assert language.matches(pattern.word(Digits(number)))
    assert language.lengths()[1] >= made.longest or made.longest > 10_000


@given(PATTERNS, NUMBERS)
def test_nothing_is_left_of_a_pattern_without_its_words(made, number):
    pattern = Pattern(f"^{made.text}$")
    assert Language(pattern, without=[pattern]).is_empty
    word = pattern.word(Digits(number))
    assert Language(pattern, [Glob.exact(word)], without=[pattern]).is_empty
    assert Language(pattern, [Glob.exact(word)]).shortest() == word


TAG = Pattern("^[A-Za-z0-9_][A-Za-z0-9._-]{0,126}$")
REPOSITORY = Pattern("^[a-z0-9]+((\\.|_|__|-+)[a-z0-9]+)*(/[a-z0-9]+((\\.|_|__|-+)[a-z0-9]+)*)+$")


@pytest.mark.parametrize(
    ("within", "globs", "word"),
    [
        (TAG, [Glob.prefix("prod-")], "prod-"),
        (TAG, [Glob.suffix("-rc")], "A-rc"),
        (TAG, [Glob.suffix("-rc"), Glob.prefix("v")], "v-rc"),
        (TAG, [Glob.wildcard("v*.*")], "v."),
        (TAG, [Glob.exact("Latest")], "Latest"),
        (REPOSITORY, [Glob.wildcard("shop/*-api")], "shop/a-api"),
        (REPOSITORY, [Glob.suffix("--api")], "a/a--api"),
        (Pattern("^[a-z0-9]{256}$"), [Glob.suffix("z")], "a" * 255 + "z"),
        (None, [Glob.wildcard("*/*")], "/"),
        (None, [], ""),
    ],
)
def test_the_plainest_word_is_the_one_that_one_would_write(within, globs, word):
    assert Language(within, globs, longest=256).word(Digits()) == word


@pytest.mark.parametrize(
    ("glob", "example", "word"),
    [
        (Glob.prefix("prod-"), "main-4f2a9c1", "prod-main-4f2a9c1"),
        (Glob.prefix("prod-"), "prod-7", "prod-7"),
        (Glob.suffix("-rc"), "v1", "v1-rc"),
        (Glob.wildcard("v*-rc*"), "2", "v2-rc2"),
        (Glob.exact("Latest", ignore_case=True), "main", "Latest"),
        (Glob.prefix("prod-"), "a" * 127, "prod-"),
        (Glob.suffix("-rc"), "/", "A-rc"),
    ],
)
def test_an_example_is_kept_as_far_as_a_condition_admits(glob, example, word):
    assert Language(TAG, [glob]).like(example) == word


@pytest.mark.long
@given(SMALL_LANGUAGES, st.sampled_from(ALL_TEXTS))
def test_what_is_like_an_example_is_in_the_language(small, example):
    language, words = small
    assume(words)
    word = language.like(example)
    assert word in words
    assert word == example or example not in words


@pytest.mark.parametrize(
    ("within", "glob"),
    [
        (TAG, Glob.prefix("-")),
        (TAG, Glob.wildcard("a*/*")),
        (TAG, Glob.exact("a" * 128)),
        (TAG, Glob.suffix("é")),
        (REPOSITORY, Glob.wildcard("shop/*-/api")),
        (REPOSITORY, Glob.prefix("shop//")),
        (REPOSITORY, Glob.prefix("a" * 255 + "/")),
        (Pattern("^[a-z0-9]{256}$"), Glob.wildcard("*-*")),
        (None, Glob.prefix("\t")),
        (None, Glob.exact("a" * 257)),
    ],
)
def test_conditions_that_no_word_meets_leave_nothing(within, glob):
    language = Language(within, [glob], longest=256)
    assert language.is_empty
    for draw in (
        language.shortest,
        language.lengths,
        lambda: language.like("a"),
        lambda: language.word(Digits(7)),
    ):
        with pytest.raises(ValueError, match="no word in an empty language"):
            draw()


def test_an_unbounded_repetition_goes_as_far_as_a_condition_asks():
    """Patterns alone stop 8 beyond the minimum."""
    language = Language(Pattern("^a+$"), [Glob.prefix("a" * 100)])
    assert language.shortest() == "a" * 100


@pytest.mark.parametrize(
    ("text", "longest", "lengths"),
    [
        ("^(ab)*a$", 4, (1, 3)),
        ("^(ab)*a$", 5, (1, 5)),
        ("^a(bab)*$", 12, (1, 10)),
        ("^(abb)*ab$", 12, (2, 11)),
        ("^(abb)*ab$", 13, (2, 11)),
        ("^c(abb)*$", 1000, (1, 25)),
        ("^(c|dd)$", 1000, (1, 2)),
    ],
)
def test_the_length_of_the_longest_word_is_exact_where_states_come_again(text, longest, lengths):
    assert Language(Pattern(text), longest=longest).lengths() == lengths


def test_the_longest_words_are_given_too():
    language = Language(TAG, [Glob.prefix("prod-")])
    lengths = {len(language.word(Digits(number))) for number in range(3000)}
    assert lengths == set(range(5, 128))
    assert language.lengths() == (5, 127)


@pytest.mark.parametrize("within", [TAG, REPOSITORY, None])
def test_different_digits_give_many_words(within):
    language = Language(within, [Glob.wildcard("v*2*")], longest=256)
    words = {language.word(Digits(number)) for number in SOME_NUMBERS}
    assert len(words) > 150
    assert all(map(language.matches, words))


@pytest.mark.parametrize("condition", [Glob.exact, Glob.prefix, Glob.suffix])
def test_a_thousand_conditions_are_read_side_by_side(condition):
    texts = [f"{number:03}-{'abcdefg'[number % 7]}" for number in range(1000)]
    globs = [condition(text) for text in texts]
    assert Language(TAG, globs, any).shortest() in texts
    assert Language(TAG, globs, lambda matched: sum(matched) == 2).is_empty
    refused = Language(TAG, globs, lambda matched: not any(matched))
    assert refused.word(Digits(12345)) not in texts


@given(GLOBS, st.text(ALPHABET + "B", max_size=8))
def test_a_glob_matches_as_its_regular_expression_does(glob, text):
    assert glob.matches(text) == bool(re.fullmatch(_glob_regex(glob), text))


@given(st.lists(st.text(max_size=3), min_size=1, max_size=4), st.text(max_size=8))
def test_a_glob_matches_any_text_as_its_regular_expression_does(texts, text):
    glob = Glob(tuple(texts))
    assert glob.matches(text) == bool(re.fullmatch(_glob_regex(glob), text, re.DOTALL))
    assert glob.matches(text.join(texts))


@pytest.mark.parametrize(
    ("wildcard", "text", "matches"),
    [
        ("*ab*b*", "ab", False),
        ("*ab*b*", "abb", True),
        ("*ab*ab*", "abab", True),
        ("*aba*ba*", "aba", False),
        ("a*a", "a", False),
        ("a*a", "aa", True),
        ("a*b*b", "ab", False),
    ],
)
def test_texts_of_a_glob_do_not_share_characters(wildcard, text, matches):
    assert Glob.wildcard(wildcard).matches(text) == matches
    exact = [Glob.wildcard(wildcard), Glob.exact(text)]
    assert Language(None, exact).is_empty != matches


@pytest.mark.parametrize(
    ("glob", "texts"),
    [
        (Glob.exact("a*"), ("a*",)),
        (Glob.prefix("a"), ("a", "")),
        (Glob.suffix("a"), ("", "a")),
        (Glob.wildcard("a"), ("a",)),
        (Glob.wildcard(""), ("",)),
        (Glob.wildcard("*"), ("", "")),
        (Glob.wildcard("***"), ("", "")),
        (Glob.wildcard("a*b"), ("a", "b")),
        (Glob.wildcard("*a**b*"), ("", "a", "b", "")),
        (Glob.wildcard(r"a\*\\*b"), ("a*\\", "b")),
    ],
)
def test_conditions_become_texts_between_runs(glob, texts):
    assert glob.texts == texts


@pytest.mark.parametrize("text", ["\\", "a\\", "\\a", "*\\n"])
def test_a_wildcard_with_an_odd_escape_is_refused(text):
    with pytest.raises(ValueError, match=re.escape(f"in the wildcard {text!r}")):
        Glob.wildcard(text)


@given(st.text("aB-é", max_size=6))
def test_the_case_of_ascii_letters_is_ignored_where_asked(text):
    other = "".join(letter.swapcase() if letter.isascii() else letter for letter in text)
    assert Glob.exact(text, ignore_case=True).matches(other)
    assert Glob.exact(text).matches(other) == (text == other)


@pytest.mark.parametrize(("text", "other"), [("k", "\N{KELVIN SIGN}"), ("\N{KELVIN SIGN}", "k")])
def test_the_case_of_other_letters_is_not_ignored(text, other):
    glob = Glob.exact(text, ignore_case=True)
    assert glob.matches(text)
    assert not glob.matches(other)
    assert Language(None, [glob]).is_empty == (not text.isascii())


def test_what_would_take_more_memory_is_too_large(monkeypatch):
    language = Language(TAG, [Glob.wildcard("*a*a*")], any)
    assert language.shortest() == "aa"
    monkeypatch.setattr(limits, "LANGUAGE_BITS", 1)
    with pytest.raises(LanguageTooLargeError):
        Language(TAG, [Glob.wildcard("*b*b*")], any).shortest()


def test_conditions_that_are_too_many_are_decided_as_far_as_the_nearest_words(monkeypatch):
    """What is found is exact nevertheless; only where nothing is found can nothing be said."""
    monkeypatch.setattr(limits, "LANGUAGE_STATES", 50)
    globs = [Glob.wildcard(f"*{letter}*{letter}*") for letter in "abcdefgh"]
    language = Language(TAG, globs, any)
    assert language.shortest() == "aa"
    words = {language.word(Digits(number)) for number in SOME_NUMBERS}
    assert len(words) > 20
    assert all(map(language.matches, words))
    with pytest.raises(LanguageTooLargeError, match="fewer \\* in wildcards"):
        Language(TAG, globs)
