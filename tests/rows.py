"""Rows of parametrised tests: many as a loop in one test, or a few now and the rest in the long
tier.

A test with a hundred rows is a hundred items, and each item costs a report and a message between
processes. Where nobody would ever run one row by its id, the rows are a loop:

    @in_one_test
    @pytest.mark.parametrize("case", CASES, ids=lambda case: case.id)
    def test_every_case_is_valid(case): ...

All rows run, whatever comes of the others; the test fails with the error of the first that failed,
and names every row that did. Fixtures of such a test are made once, not once a row.
"""

from __future__ import annotations

import functools
import inspect
import itertools
from collections import Counter
from collections.abc import Callable, Hashable, Iterable, Iterator, Mapping
from typing import Any

import pytest

_SHOWN = 20
"""How many failing rows are named."""


def in_one_test(function: Callable[..., None]) -> Callable[..., None]:
    """The test as a loop over the rows that its `parametrize` marks give."""
    marks = [mark for mark in getattr(function, "pytestmark", ()) if mark.name == "parametrize"]
    assert marks, f"{function.__name__} is not parametrised"
    tables = [list(_rows(mark)) for mark in reversed(marks)]
    names = {name for table in tables for _, values in table for name in values}

    @functools.wraps(function)
    def test(**fixtures: Any) -> None:
        failures = {}
        for rows in itertools.product(*tables):
            label = "-".join(label for label, _ in rows)
            values = {name: value for _, row in rows for name, value in row.items()}
            try:
                function(**fixtures, **values)
            except (Exception, pytest.fail.Exception) as error:  # noqa: BLE001 - it is raised below
                failures[label] = error
        if failures:
            first, error = next(iter(failures.items()))
            labels = list(failures)
            left_out = len(labels) - _SHOWN
            more = f" and {left_out} more" if left_out > 0 else ""
            error.add_note(
                f"This is row {first}. Rows that fail: {', '.join(labels[:_SHOWN])}{more}"
            )
            raise error

    signature = inspect.signature(function)
    left = [one for name, one in signature.parameters.items() if name not in names]
    test.__signature__ = signature.replace(parameters=left)
    test.pytestmark = [mark for mark in function.pytestmark if mark.name != "parametrize"]
    return test


def _rows(mark: pytest.Mark) -> Iterator[tuple[str, Mapping[str, Any]]]:
    """The rows of a `parametrize` mark: a label for each, and its values by name."""
    argnames, argvalues = mark.args
    names = (
        [name.strip() for name in argnames.split(",")] if isinstance(argnames, str) else argnames
    )
    ids = mark.kwargs.get("ids")
    rows = list(argvalues)
    assert rows, "a table without rows proves nothing"
    for place, row in enumerate(rows):
        parameters = pytest.param(row) if len(names) == 1 else pytest.param(*row)
        if isinstance(row, type(parameters)):
            parameters = row
        assert not parameters.marks, "a row with a mark needs an item of its own"
        values = dict(zip(names, parameters.values, strict=True))
        yield _label(parameters, ids, place), values


def _label(parameters: Any, ids: Any, place: int) -> str:
    """What a row is called: its own id, that of the table, or its values."""
    if parameters.id is not None:
        return str(parameters.id)
    if callable(ids):
        return "-".join(str(ids(value)) for value in parameters.values)
    if ids is not None:
        return str(list(ids)[place])
    return "-".join(repr(value)[:60] for value in parameters.values)


def long_but(kept: Callable[[Any], bool], rows: Iterable[Any]) -> list[Any]:
    """Rows for `parametrize`, of which those that are not `kept` are left to the long tier.

    A row is a value, or a tuple of them. At least one is kept, and at least one is not.
    """
    rows = list(rows)
    choice = [kept(row) for row in rows]
    assert any(choice), "nothing would be left of this test in the test command of the README"
    assert not all(choice), "no row is long"
    return [
        pytest.param(
            *(row if isinstance(row, tuple) else (row,)),
            marks=() if is_kept else pytest.mark.long,
        )
        for row, is_kept in zip(rows, choice, strict=True)
    ]


def first_of_each(
    rows: Iterable[Any], group: Callable[[Any], Hashable], count: int = 1
) -> list[Any]:
    """The first `count` rows of each group."""
    chosen: list[Any] = []
    seen: Counter[Hashable] = Counter()
    for row in rows:
        seen[group(row)] += 1
        if seen[group(row)] <= count:
            chosen.append(row)
    return chosen


def keeping(kept: Callable[..., bool]) -> Callable[[Callable[..., None]], Callable[..., None]]:
    """Leaves to the long tier those rows of the `parametrize` mark right under it that are not
    kept.
    """

    def decorate(function: Callable[..., None]) -> Callable[..., None]:
        *others, mark = function.pytestmark
        names, rows = mark.args
        several = len(names.split(",") if isinstance(names, str) else names) > 1
        few = long_but(lambda row: kept(*row) if several else kept(row), rows)
        function.pytestmark = [*others, pytest.mark.parametrize(names, few, **mark.kwargs).mark]
        return function

    return decorate
