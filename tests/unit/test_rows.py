"""Rows that are a loop: none is left out, and one that fails is named."""

from __future__ import annotations

import inspect

import pytest

from tests.rows import first_of_each, in_one_test, keeping, long_but

SEEN = []


@in_one_test
@pytest.mark.parametrize("first", [1, pytest.param(2, id="two")])
@pytest.mark.parametrize(("second", "third"), [("a", "b"), ("c", "d")], ids=["ab", "cd"])
def test_every_row_is_run_once(first, second, third, tmp_path):
    assert tmp_path.is_dir()
    SEEN.append((first, second, third))
    assert len(set(SEEN)) == len(SEEN)


def test_all_rows_are_run_whatever_comes_of_the_others():
    calls = []

    @in_one_test
    @pytest.mark.parametrize("number", range(5), ids=lambda number: f"n{number}")
    def odd(number):
        calls.append(number)
        assert number % 2

    assert not inspect.signature(odd).parameters
    with pytest.raises(AssertionError) as failure:
        odd()
    assert calls == [0, 1, 2, 3, 4]
    assert failure.value.__notes__ == ["This is row n0. Rows that fail: n0, n2, n4"]


def test_many_failing_rows_are_counted():
    @in_one_test
    @pytest.mark.parametrize("number", range(23))
    def never(number):
        pytest.fail(str(number))

    with pytest.raises(pytest.fail.Exception) as failure:
        never()
    [note] = failure.value.__notes__
    assert note.endswith(", 19 and 3 more")


def takes(row):
    pass


def test_what_is_no_table_of_rows_is_refused():
    with pytest.raises(AssertionError, match="takes is not parametrised"):
        in_one_test(takes)


@pytest.mark.parametrize(
    ("rows", "words"),
    [([], "proves nothing"), ([pytest.param(1, marks=pytest.mark.search)], "item of its own")],
)
def test_rows_that_cannot_be_a_loop_are_refused(rows, words):
    @pytest.mark.parametrize("row", rows)
    def table(row):
        pass

    with pytest.raises(AssertionError, match=words):
        in_one_test(table)


def test_rows_that_are_not_kept_are_long():
    rows = long_but(lambda row: row == 2, [1, 2])
    assert [(row.values, [mark.name for mark in row.marks]) for row in rows] == [
        ((1,), ["long"]),
        ((2,), []),
    ]
    [first, _] = long_but(lambda row: row[0] == "a", [("a", 1), ("b", 2)])
    assert first.values == ("a", 1)


@pytest.mark.parametrize("kept", [lambda row: True, lambda row: False])
def test_some_rows_are_kept_and_some_are_not(kept):
    with pytest.raises(AssertionError):
        long_but(kept, [1, 2])


def test_the_first_of_each_group():
    assert first_of_each(["ab", "ac", "ba", "ad"], lambda word: word[0]) == ["ab", "ba"]
    assert first_of_each(["ab", "ac", "ba", "ad"], lambda word: word[0], 2) == ["ab", "ac", "ba"]


def test_rows_that_are_not_kept_of_the_mark_right_under_it_are_long():
    @keeping(lambda number, word: word == "two")
    @pytest.mark.parametrize(("number", "word"), [(1, "one"), (2, "two")], ids=["a", "b"])
    @pytest.mark.parametrize("other", [1, 2])
    def table(number, word, other):
        pass

    other, mark = table.pytestmark
    assert other.args == ("other", [1, 2])
    assert mark.kwargs == {"ids": ["a", "b"]}
    assert [bool(row.marks) for row in mark.args[1]] == [True, False]
