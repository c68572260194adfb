"""The adapter to write for what is not called with an event: a command, a program, a client in it.

It is one line, which gets the event in where the consumer looks for it.
"""

from __future__ import annotations

import ast
import inspect
import json
import re
import textwrap
from collections.abc import Iterator, Sequence
from typing import Any, NoReturn

from ecr_contracts.core.errors import ConsumerError
from ecr_contracts.core.text import some_of
from ecr_contracts.runtime.entries.chalice_apps import ADAPTER, functions_of_chalice
from ecr_contracts.runtime.lambda_context import LambdaContext

__all__ = ["adapter_advice", "refuse_other_calls"]

_MOST_NAMES = 6
"""Functions of an app that are named at most."""

_EVENT = "json.dumps(event)"
_INPUT = "io.StringIO(json.dumps(event))"
_CONTEXT = re.compile(r"cont|ctx|lambda|unused|ignore|aws|^_|^.$", re.IGNORECASE)
"""What an argument is called that is Lambda's context, or that says nothing of what it is."""

_OF_CONTEXT = frozenset(dir(LambdaContext()))
_WORDS = ("parse_args", "argv")
_VARIABLES = ("environ", "getenv")
_OF_EVENTS = re.compile("EVENT|MESSAGE|PAYLOAD|DETAIL|INPUT|BODY")


def refuse_other_calls(function: Any, name: str) -> None:
    """Raise ConsumerError for what can be called, but never is with an event.

    That is an app of Chalice, a command of click, and a function whose second argument is something
    else than a context of Lambda, by what its own code does with it.
    """
    if (of_events := functions_of_chalice(function)) is not None:
        _refuse_app_of_chalice(name, of_events)
    if _is_of_click(function):
        cause = "it is a command of click, which is called with words and not with an event"
        raise ConsumerError(name, cause, _to_write(_call_of_command(function, _own_name(name))))
    others = _arguments_for_others(function)
    if others:
        cause = f"it is not called with an event alone: {', '.join(others)} comes from its caller"
        raise ConsumerError(name, cause, _to_write(_call_with(_own_name(name), others)))


def adapter_advice(function: Any, name: str) -> str:
    """The adapter for a function that cannot be called with an event; empty where none is known.

    By what the function reads in place of an event, or asks for beside it.
    """
    called = _own_name(name)
    required = _required(function)
    if required:
        return _to_write(_call_with(called, required[1:])) if len(required) > 1 else ""
    read = {name for node in _nodes(function) for name in _names(node)}
    if "current_request" in read:
        return f"write an adapter and check that: {ADAPTER}"
    if "stdin" in read:
        program = "name the program that reads it, --command 'python app.py'"
        return f"{program}, or {_to_write(f'sys.stdin = {_INPUT}; {called}()')}"
    if not read.isdisjoint(_WORDS):
        return _to_write(f"sys.argv[1:] = [{_EVENT}]; {called}()")
    variable = "" if read.isdisjoint(_VARIABLES) else _variable(function)
    if variable:
        return _to_write(f"os.environ[{json.dumps(variable)}] = {_EVENT}; {called}()")
    return ""


def _refuse_app_of_chalice(name: str, of_events: Sequence[str]) -> NoReturn:
    cause = "it is an app of Chalice, which API Gateway calls with requests, and with no event"
    if of_events:
        prefix = name.rpartition(":")[0]
        targets = [f"{prefix}:{function}" for function in of_events]
        raise ConsumerError(name, cause, f"name its function: {some_of(targets, _MOST_NAMES)}")
    raise ConsumerError(name, cause, f"write an adapter and check that: {ADAPTER}")


def _to_write(statement: str) -> str:
    return f"write an adapter and check that: def adapter(event): {statement}"


def _own_name(name: str) -> str:
    """What a target calls its function, without the file that it stands in."""
    return name.rpartition(":")[2] or name


# --- commands -------------------------------------------------------------------------------------


def _is_of_click(function: Any) -> bool:
    """Whether something is a command of click, or of what is built on it. Nothing is imported."""
    return any(
        base.__module__.partition(".")[0] in ("click", "typer") and base.__name__ == "Command"
        for base in type(function).__mro__
    )


def _call_of_command(command: Any, called: str) -> str:
    """The call of a command with an event where it wants its text."""
    words: list[str] = []
    for parameter in command.params:
        if getattr(parameter, "required", False):
            is_option = getattr(parameter, "param_type_name", "") == "option"
            words += [json.dumps(parameter.opts[0]), _EVENT] if is_option else [_EVENT]
    if not words:
        return f"sys.stdin = {_INPUT}; return {called}.main([], standalone_mode=False)"
    return f"return {called}.main([{', '.join(words)}], standalone_mode=False)"


# --- arguments that are no event ------------------------------------------------------------------


def _call_with(called: str, others: list[str]) -> str:
    given = "".join(f", {name}=…" for name in others)
    return f"return {called}(event{given})"


def _arguments_for_others(function: Any) -> list[str]:
    """The required arguments behind the event that are no context, where a second one is none.

    It is none if the function reads something of it that Lambda's context does not have, or, where
    it is no handler by its name, hands it on.
    """
    required = _required(function)
    if len(required) != 2 or _CONTEXT.search(required[1]):
        return []
    is_handler = "handler" in str(getattr(function, "__name__", "")).lower()
    for node in _nodes(function):
        match node:
            case ast.Attribute(value=ast.Name(id=read), attr=name) if name not in _OF_CONTEXT:
                if read == required[1]:
                    return required[1:]
            case ast.Call(args=arguments, keywords=keywords) if not is_handler:
                passed = [*arguments, *(keyword.value for keyword in keywords)]
                names = [node.id for node in passed if isinstance(node, ast.Name)]
                if required[1] in names:
                    return required[1:]
    return []


def _required(function: Any) -> list[str]:
    """The arguments that a function cannot be called without, in their order."""
    try:
        parameters = inspect.signature(function).parameters.values()
    except (TypeError, ValueError):
        return []
    kinds = (
        inspect.Parameter.POSITIONAL_ONLY,
        inspect.Parameter.POSITIONAL_OR_KEYWORD,
        inspect.Parameter.KEYWORD_ONLY,
    )
    return [
        parameter.name
        for parameter in parameters
        if parameter.default is parameter.empty and parameter.kind in kinds
    ]


# --- what its code reads --------------------------------------------------------------------------


def _nodes(function: Any) -> Iterator[ast.AST]:
    """The nodes of a function's own code; none where it cannot be read."""
    try:
        tree = ast.parse(textwrap.dedent(inspect.getsource(inspect.unwrap(function))))
    except (OSError, TypeError, SyntaxError, ValueError):
        return
    yield from ast.walk(tree)


def _names(node: ast.AST) -> Iterator[str]:
    """The name that a node reads, of a variable or of an attribute."""
    if isinstance(node, ast.Name):
        yield node.id
    elif isinstance(node, ast.Attribute):
        yield node.attr


def _variable(function: Any) -> str:
    """The first text in a function that can be the name of a variable with an event in it."""
    for node in _nodes(function):
        text = node.value if isinstance(node, ast.Constant) else None
        if isinstance(text, str) and text.isupper() and _OF_EVENTS.search(text):
            return text
    return ""
