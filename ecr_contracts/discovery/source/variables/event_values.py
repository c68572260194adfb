"""What expressions of a handler's code stand for while it handles one known event.

A client of the data flow, and a small evaluator: fields of the event are looked up where the flow
says that they come from, and what is built of them (pieces of a text, formatted texts, names that
hold such a value) is worked out. Nothing is run. What is not understood has no value.
"""

from __future__ import annotations

import ast
from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any

from ecr_contracts.discovery.source.entry_functions import FunctionNode, parameters_of
from ecr_contracts.discovery.source.flow import (
    ANY_KEY,
    ITEM,
    Flow,
    Origins,
    Stage,
    Value,
    called_name,
)

__all__ = ["EVENT", "Evaluator", "event_origins"]

EVENT = ("the event",)
"""The origin of the values that come from the event; those of variables are texts."""

_MAX_DEPTH = 6  # expressions within expressions, and names of names
_TEXT_METHODS: Mapping[str, Callable[..., Any]] = {
    name: getattr(str, name)
    for name in (
        "casefold",
        "lower",
        "lstrip",
        "partition",
        "removeprefix",
        "removesuffix",
        "replace",
        "rpartition",
        "rsplit",
        "rstrip",
        "split",
        "strip",
        "title",
        "upper",
    )
}
_FUNCTIONS: Mapping[str, Callable[..., Any]] = {
    "float": float,
    "frozenset": list,
    "int": int,
    "len": len,
    "list": list,
    "set": list,
    "sorted": sorted,
    "str": str,
    "sum": sum,
    "tuple": list,
}
_FAILURES = (TypeError, ValueError, LookupError, AttributeError, OverflowError)


def event_origins(entries: Iterable[FunctionNode], flow: Flow) -> Origins:
    """Where values of the event begin: the first parameter of the handler, and parsed messages.

    `entries` are the functions that are given the event. What is parsed of no value
    that is known is taken for an event that came within another (in a message of SNS or SQS).
    """
    names = {"event"}
    for function in entries:
        names.update(parameters_of(function)[:1])

    def origins(node: ast.expr, known: set[Value]) -> Iterable[Value]:
        if known:
            return ()
        if isinstance(node, ast.Name) and node.id in names:
            return (Value(EVENT, Stage.DATA),)
        if isinstance(node, ast.Attribute) and node.attr == "detail":
            return (Value(EVENT, Stage.DATA, ("detail",)),)
        if isinstance(node, ast.Call) and flow.parses(node):
            return (Value(EVENT, Stage.DATA),)
        return ()

    return origins


class Evaluator:
    """Evaluates expressions of some files for one event."""

    def __init__(self, flow: Flow, trees: Iterable[ast.AST], event: Mapping[str, Any]) -> None:
        self._flow, self._event = flow, event
        self._assigned: dict[tuple[ast.AST, str], list[ast.expr]] = defaultdict(list)
        for tree in trees:
            for node in ast.walk(tree):
                match node:
                    case ast.Assign(targets=[ast.Name(name)], value=value):
                        self._assigned[tree, name].append(value)
                    case ast.AnnAssign(target=ast.Name(name), value=ast.expr() as value):
                        self._assigned[tree, name].append(value)

    def value(self, node: ast.expr, tree: ast.AST) -> Any:
        """What an expression stands for, None where that is not known."""
        return self._value(node, tree, 0)

    def field(self, node: ast.expr, tree: ast.AST) -> tuple[str | int, ...]:
        """The steps to the field of the event that an expression is; none if it is no field."""
        known = self.value(node, tree)
        for value in self._flow.values_of(node, tree):
            if value.origin != EVENT or value.stage is not Stage.DATA or known is None:
                continue
            steps = tuple(0 if step == ITEM else step for step in value.path)
            for start in ((), ("detail",)):
                if _at(self._event, (*start, *value.path)) == known:
                    return (*start, *steps)
        return ()

    def _value(self, node: ast.expr, tree: ast.AST, depth: int) -> Any:
        if depth > _MAX_DEPTH:
            return None
        try:
            value = self._built(node, tree, depth + 1)
        except _FAILURES:
            return None
        return self._field(node, tree) if value is None else value

    def _field(self, node: ast.expr, tree: ast.AST) -> Any:
        """The field of the event that an expression is, None if it is none."""
        for value in self._flow.values_of(node, tree):
            if value.origin != EVENT or value.stage is not Stage.DATA:
                continue
            for start in (self._event, self._event.get("detail")):
                found = _at(start, value.path)
                if found is not None:
                    return found
        return None

    def _built(self, node: ast.expr, tree: ast.AST, depth: int) -> Any:
        """What an expression makes of others, None if it is a field or nothing that is known."""
        match node:
            case ast.Constant(value=value):
                return value
            case ast.Name(id=name):
                return self._first(self._assigned[tree, name], tree, depth)
            case ast.JoinedStr(values=parts):
                return self._joined(parts, tree, depth)
            case ast.BinOp(left=left, op=ast.Add(), right=right):
                return self._value(left, tree, depth) + self._value(right, tree, depth)
            case ast.List(elts=items) | ast.Tuple(elts=items) | ast.Set(elts=items):
                return [self._value(item, tree, depth) for item in items]
            case ast.Dict(keys=keys):
                return {self._value(key, tree, depth): None for key in keys if key is not None}
            case ast.BoolOp(op=ast.Or(), values=alternatives):
                return self._first(alternatives, tree, depth)
            case ast.IfExp(body=body, orelse=other):
                return self._first([body, other], tree, depth)
            case ast.Subscript(value=holder, slice=ast.Slice(lower=low, upper=high)):
                start = None if low is None else self._value(low, tree, depth)
                end = None if high is None else self._value(high, tree, depth)
                return self._built(holder, tree, depth)[start:end]
            case ast.Subscript(value=ast.Call() as holder, slice=key):
                return self._built(holder, tree, depth)[self._index(key)]
            case ast.Call():
                return self._called(node, tree, depth)
        return None

    def _first(self, nodes: Sequence[ast.expr], tree: ast.AST, depth: int) -> Any:
        """The first value that is known of some expressions."""
        for node in nodes:
            value = self._value(node, tree, depth)
            if value is not None:
                return value
        return None

    def _joined(self, parts: Sequence[ast.expr], tree: ast.AST, depth: int) -> str | None:
        texts: list[str] = []
        for part in parts:
            inner = part.value if isinstance(part, ast.FormattedValue) else part
            value = self._value(inner, tree, depth)
            if value is None:
                return None
            texts.append(str(value))
        return "".join(texts)

    def _called(self, call: ast.Call, tree: ast.AST, depth: int) -> Any:
        """What a function or a method of texts makes of values."""
        name = called_name(call)
        arguments = [self._value(argument, tree, depth) for argument in call.args]
        if isinstance(call.func, ast.Attribute):
            if name not in _TEXT_METHODS and name != "values":
                return None
            receiver = self._value(call.func.value, tree, depth)
            if name == "values" and isinstance(receiver, Mapping):
                return list(receiver.values())
            return _TEXT_METHODS[name](receiver, *arguments) if isinstance(receiver, str) else None
        if name not in _FUNCTIONS or None in arguments:
            return None
        return _FUNCTIONS[name](*arguments)

    def _index(self, key: ast.expr) -> int:
        """The number that an index is; a LookupError if it is no literal."""
        match ast.literal_eval(key):
            case int(number):
                return number
        raise LookupError(ast.unparse(key))


def _at(start: Any, path: Iterable[str]) -> Any:
    """What stands at a path of keys, None if nothing does."""
    value = start
    for step in path:
        if step == ITEM and isinstance(value, list) and value:
            value = value[0]
        elif step == ANY_KEY and isinstance(value, Mapping) and value:
            value = next(iter(value.values()))
        elif isinstance(value, Mapping) and step in value:
            value = value[step]
        else:
            return None
    return value
