"""Code that a call only prepares: of a generator, of an asynchronous generator, of a coroutine.

Whoever calls such a function runs it on: it is run to its end here too. Lambda does not: it takes
what the call gives for the answer, so that the code never runs.
"""

from __future__ import annotations

import functools
import inspect
from collections.abc import AsyncGenerator, Awaitable, Callable
from types import AsyncGeneratorType, CodeType, CoroutineType, GeneratorType
from typing import Any

from ecr_contracts.core import limits
from ecr_contracts.runtime.plain_values import plain

__all__ = ["is_deferred", "is_expression", "left_alone", "run_on"]

_KINDS = {
    GeneratorType: ("a generator", "gi_code"),
    AsyncGeneratorType: ("an asynchronous generator", "ag_code"),
    CoroutineType: ("a coroutine", "cr_code"),
}


def is_deferred(function: Any) -> bool:
    """Whether a call of a function only prepares its code, as far as the function tells."""
    while isinstance(function, functools.partial):
        function = function.func
    called = inspect.unwrap(function)
    if not inspect.isroutine(called):
        called = type(called).__call__
    tells = (
        inspect.isgeneratorfunction,
        inspect.isasyncgenfunction,
        inspect.iscoroutinefunction,
    )
    return any(tell(called) for tell in tells)


def is_expression(value: Any) -> bool:
    """Whether a value is a generator that an expression makes, by a function that did run."""
    code = getattr(value, "gi_code" if type(value) is GeneratorType else "ag_code", None)
    is_generator = type(value) in (GeneratorType, AsyncGeneratorType)
    return is_generator and getattr(code, "co_name", "") == "<genexpr>"


def left_alone(value: Any) -> tuple[str, CodeType | None]:
    """What a value is whose code has not run, with that code; an empty text for any other value.

    It is closed, so that Python says nothing of its own.
    """
    known = _KINDS.get(type(value))
    if known is None or is_expression(value):
        return "", None
    name, attribute = known
    code = getattr(value, attribute, None)
    if isinstance(value, GeneratorType | CoroutineType):
        value.close()
    return name, code


def run_on(value: Any, awaited: Callable[[Awaitable[Any]], Any]) -> Any:
    """What a call gave, or what comes of it once its code has run to the end.

    Of a generator that is the list of its values as plain data (what it returns if it gives none):
    nobody says that they are JSON. It is closed where it gives more than anybody does for one
    event. `awaited` gives what comes of a coroutine.
    """
    if inspect.isawaitable(value):
        value = awaited(value)
    if type(value) is AsyncGeneratorType:
        return plain(awaited(_values_of(value)))
    if type(value) is not GeneratorType:
        return value
    values: list[Any] = []
    try:
        while len(values) < limits.GENERATED_VALUES:
            values.append(next(value))
    except StopIteration as end:
        return plain(values or end.value)
    value.close()
    return plain(values)


async def _values_of(generator: AsyncGenerator[Any, None]) -> list[Any]:
    """The values of an asynchronous generator until its end, or as many as are taken."""
    values: list[Any] = []
    async for value in generator:
        values.append(value)
        if len(values) >= limits.GENERATED_VALUES:
            await generator.aclose()
            break
    return values
