"""How many arguments a callable is given: the event and Lambda's context, or the event alone."""

from __future__ import annotations

import inspect
import re
from typing import Any

from ecr_contracts.core.errors import ConsumerError
from ecr_contracts.runtime.entries.adapters import adapter_advice, refuse_other_calls

__all__ = ["argument_count"]

_CONTEXT = re.compile(r"context|ctx|contexte|lambda|unused|ignore|^_+$|^_?c$|^_+[a-z]+$", re.I)
"""What a parameter is called that is the context of Lambda, or that nobody reads."""

_HANDLER = re.compile(r"handler", re.I)
"""What a function is called that Lambda calls, with two arguments, whatever they are for."""


def argument_count(function: Any, name: str, *, is_lambda: bool = False) -> int:
    """How many positional arguments to call it with: event and context, or the event alone.

    A second parameter with a default is the context if it is called so: `process(event, retries=3)`
    is no handler of Lambda, which gives two whatever they are called (`is_lambda`). Raises
    `ConsumerError`, in which the callable goes by `name`, when it cannot be called so.
    """
    if not is_lambda:
        refuse_other_calls(function, name)
    try:
        # What is called is the wrapper; what it wraps only decides where the wrapper takes
        # anything.
        outer = inspect.signature(function, follow_wrapped=False)
        inner = inspect.signature(function)
    except (TypeError, ValueError):
        return 2
    unbound = inspect.isfunction(function) and next(iter(outer.parameters), "") == "self"
    if is_lambda and not unbound:
        if _takes(outer, 2):
            return 2
        cause = f"it cannot be called with an event and a context: its arguments are {outer}"
        raise ConsumerError(name, cause, "Lambda calls it with (event, context)")
    if not unbound:
        counts = [count for count in (2, 1) if _takes(outer, count)]
        for count in counts:
            if _takes(inner, count):
                return 1 if count == 2 and _is_own_second(function, inner) else count
        if counts:
            return counts[0]
    advice = "Lambda calls it with (event, context)"
    if unbound:
        owner, _, method = str(function.__qualname__).rpartition(".")
        advice = f"give it as a method of an object: {owner or 'Service'}(…).{method}"
    elif required := _required_keywords(outer):
        advice += f"; give {', '.join(required)} a default"
    if not unbound and (adapter := adapter_advice(function, name)):
        advice = f"{advice}; {adapter}" if outer.parameters else adapter
    cause = f"it cannot be called with an event: its arguments are {outer}"
    raise ConsumerError(name, cause, advice)


def _is_own_second(function: Any, signature: inspect.Signature) -> bool:
    """Whether the second parameter is the function's own: with a default, and not for a context."""
    if _HANDLER.search(str(getattr(function, "__name__", ""))):
        return False
    positional = [
        parameter
        for parameter in signature.parameters.values()
        if parameter.kind in (parameter.POSITIONAL_ONLY, parameter.POSITIONAL_OR_KEYWORD)
    ]
    if len(positional) < 2:  # `*arguments` takes the context
        return False
    second = positional[1]
    return second.default is not second.empty and not _CONTEXT.search(second.name)


def _required_keywords(signature: inspect.Signature) -> list[str]:
    required = []
    for parameter in signature.parameters.values():
        has_default = parameter.default is not inspect.Parameter.empty
        if parameter.kind is inspect.Parameter.KEYWORD_ONLY and not has_default:
            required.append(parameter.name)
    return required


def _takes(signature: inspect.Signature, count: int) -> bool:
    try:
        signature.bind(*range(count))
    except TypeError:
        return False
    return True
