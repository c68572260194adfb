"""The way of one execution from state to state: how long it is, and whether it goes in a circle.

A state that is entered again with the input and the variables that it had before leads to all that
followed again, unless something in between may come out otherwise another time: a task's answer, a
random number, the time. Where nothing may, the execution never ends by itself.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

from ecr_contracts.core import limits

__all__ = ["BeyondError", "CircleError", "Way"]

_BEYOND = (
    f"its execution enters more than {limits.EXECUTION_STATES:,} states, or large ones, and is "
    "followed no further"
)
_TOO_MUCH = "it computes with more values than are followed here"
_AFTER_OTHERS = "the executions before this one went beyond what is followed"
_FULL_EXECUTIONS = 3
_EXECUTIONS = 10
_FEW_STATES = 50
"""So many states of an execution are followed once three went beyond the bound, none after ten."""
_UNWEIGHED = 100
"""So many states count once each, whatever they are given."""
_WEIGHT = 2_000
"""So many characters of a state's input count as one state more: copying them takes as long."""


class BeyondError(BaseException):
    """An execution goes beyond what is followed: no failure, so that no Catch may catch it."""

    def __init__(self, why: str) -> None:
        self.why, self.state = why, ""
        super().__init__(why)


class CircleError(BaseException):
    """An execution came back to where it was, and does so for ever; no Catch may catch it."""

    def __init__(self, state: str) -> None:
        self.state = state
        super().__init__(state)


class Way:
    """Follows one execution after the other."""

    def __init__(self) -> None:
        self._beyond = 0
        self.begin()

    def begin(self) -> None:
        """An execution begins. Raises BeyondError where those before it went beyond the bound."""
        if self._beyond >= _EXECUTIONS:
            raise BeyondError(_AFTER_OTHERS)
        self._entered = self._weight = self._open = self._loose = 0
        self._visits: dict[str, set[bytes]] = {}
        self._read: int | None = None

    @contextmanager
    def within(self) -> Iterator[None]:
        """Follow a program, the whole machine or a branch of it, while the block runs."""
        outer, self._visits = self._visits, {}
        self._open += 1
        try:
            yield
        finally:
            self._visits = outer
            self._open -= 1

    def loosen(self) -> None:
        """Something happens that may come out otherwise another time."""
        self._loose += 1

    def enter(self, state: str, content: Callable[[], Any]) -> None:
        """A state is entered; `content` gives its input and its variables, which are JSON.

        Raises BeyondError or CircleError.
        """
        self._entered += 1
        is_again = state in self._visits
        if is_again or self._entered > _UNWEIGHED:
            text = json.dumps(content(), default=str)
            self._weight += len(text) // _WEIGHT
        bound = limits.EXECUTION_STATES if self._beyond < _FULL_EXECUTIONS else _FEW_STATES
        if self._entered + self._weight > bound:
            raise self._too_much(_BEYOND)
        if not is_again:
            self._visits[state] = set()
            return
        mark = hashlib.blake2b(f"{self._loose} {text}".encode("utf-8", "surrogatepass")).digest()
        if mark in self._visits[state] and self._open == 1:
            raise CircleError(state)
        self._visits[state].add(mark)

    @contextmanager
    def computing(self) -> Iterator[None]:
        """Count what an intrinsic function is given while the block runs."""
        self._read = 0
        try:
            yield
        finally:
            self._read = None

    def read(self, value: Any) -> None:
        """A path is read. Raises BeyondError for too many values of one intrinsic function."""
        if self._read is None:
            return
        self._read += _size(value)
        if self._read > limits.INTRINSIC_VALUES:
            raise self._too_much(_TOO_MUCH)

    def _too_much(self, why: str) -> BeyondError:
        self._beyond += 1
        return BeyondError(why)


def _size(value: Any) -> int:
    """How many values there are in a value; a long text counts as several."""
    if isinstance(value, dict):
        return 1 + sum(map(_size, value.values()))
    if isinstance(value, list):
        return 1 + sum(map(_size, value))
    if isinstance(value, str):
        return 1 + len(value) // _WEIGHT
    return 1
