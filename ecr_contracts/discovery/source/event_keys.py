"""The keys that a handler reads off what it is given, or off each element of it.

Functions of the same file, and methods of the same object, are followed where the handler hands
them the whole, or an element. What
is assigned to other names is not followed: then nothing is known, and nothing is claimed.
"""

from __future__ import annotations

import ast
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from ecr_contracts.discovery.source.entry_functions import (
    FunctionNode,
    entry_functions,
    parameters_of,
)

__all__ = ["EventKeys", "event_keys"]

_OF_DICT = frozenset(dir(dict))
_MOST_CALLS = 20  # functions that are followed


@dataclass(frozen=True, slots=True)
class EventKeys:
    """Keys read off what a handler is given (`whole`), or off each element of it (`each`).

    `attributes` are read off the whole as off an object, `message.body`; methods of dictionaries
    are none.
    """

    whole: frozenset[str] = frozenset()
    each: frozenset[str] = frozenset()
    attributes: frozenset[str] = frozenset()


@dataclass(slots=True)
class _Reading:
    """What is read while functions are followed, and which were."""

    functions: dict[str, FunctionNode]
    methods: dict[str, FunctionNode]
    whole: set[str] = field(default_factory=set)
    each: set[str] = field(default_factory=set)
    attributes: set[str] = field(default_factory=set)
    seen: set[tuple[FunctionNode, int, bool]] = field(default_factory=set)

    def follow(self, function: FunctionNode | None, number: int, is_each: bool) -> None:
        """Read a function whose parameter of a number is the whole, or an element of it."""
        if function is None or len(self.seen) == _MOST_CALLS:
            return
        call = (function, number, is_each)
        parameters = parameters_of(function)
        if call in self.seen or number >= len(parameters):
            return
        self.seen.add(call)
        parameter = parameters[number]
        elements = set() if is_each else set(_elements(function, parameter))
        for node in ast.walk(function):
            if is_each:
                self._read(node, {parameter}, self.each, is_each=True)
            else:
                self._read(node, {parameter}, self.whole, is_each=False)
                self.attributes.update(_attributes_of(node, parameter))
                self._read(node, elements, self.each, is_each=True)
                self.each.update(_keys_of_numbered(node, parameter))

    def _read(self, node: ast.AST, names: set[str], keys: set[str], *, is_each: bool) -> None:
        """Take down a key that is read off one of some names, and follow what they are given to."""
        keys.update(_keys_of(node, names))
        if isinstance(node, ast.Call):
            for number, argument in enumerate(node.args):
                if _is_name(argument, names):
                    self.follow(self._called(node.func), number, is_each)

    def _called(self, function: ast.expr) -> FunctionNode | None:
        """The function that is called by its name, or as a method of the same object."""
        match function:
            case ast.Name(id=name):
                return self.functions.get(name)
            case ast.Attribute(value=ast.Name(id="self" | "cls"), attr=name):
                return self.methods.get(name)
            case _:
                return None


def event_keys(statements: Sequence[ast.stmt], handler: str) -> EventKeys:
    """The keys that a function of some statements reads off its first parameter."""
    functions: dict[str, FunctionNode] = {}
    methods: dict[str, FunctionNode] = {}
    for statement in statements:
        if isinstance(statement, FunctionNode):
            functions[statement.name] = statement
        elif isinstance(statement, ast.ClassDef):
            within = [node for node in statement.body if isinstance(node, FunctionNode)]
            methods.update({node.name: node for node in within})
    reading = _Reading(functions, methods)
    for function in sorted(entry_functions([statements], handler), key=lambda node: node.lineno):
        reading.follow(function, 0, is_each=False)
    return EventKeys(
        frozenset(reading.whole), frozenset(reading.each), frozenset(reading.attributes)
    )


def _elements(function: FunctionNode, parameter: str) -> Iterator[str]:
    """The names of loops over a parameter."""
    for node in ast.walk(function):
        match node:
            case (
                ast.For(target=ast.Name(id=name), iter=looped)
                | ast.AsyncFor(target=ast.Name(id=name), iter=looped)
                | ast.comprehension(target=ast.Name(id=name), iter=looped)
            ) if _is_name(looped, {parameter}):
                yield name


def _keys_of(node: ast.AST, names: set[str]) -> Iterator[str]:
    """The key that an expression reads off one of some names."""
    match node:
        case ast.Subscript(value=holder, slice=ast.Constant(value=str(key)), ctx=ast.Load()):
            if _is_name(holder, names):
                yield key
        case ast.Call(
            func=ast.Attribute(value=holder, attr="get"), args=[ast.Constant(value=str(key)), *_]
        ):
            if _is_name(holder, names):
                yield key
        case ast.Compare(left=ast.Constant(value=str(key)), ops=[ast.In()], comparators=[holder]):
            if _is_name(holder, names):
                yield key


def _attributes_of(node: ast.AST, parameter: str) -> Iterator[str]:
    """The attribute that an expression such as `message.body` reads."""
    match node:
        case ast.Attribute(value=holder, attr=name) if name not in _OF_DICT:
            if _is_name(holder, {parameter}):
                yield name


def _keys_of_numbered(node: ast.AST, parameter: str) -> Iterator[str]:
    """The key that an expression such as `event[0]["Data"]` reads."""
    match node:
        case ast.Subscript(
            value=ast.Subscript(value=holder, slice=ast.Constant(value=int())),
            slice=ast.Constant(value=str(key)),
        ):
            if _is_name(holder, {parameter}):
                yield key


def _is_name(node: ast.expr, names: set[str]) -> bool:
    return isinstance(node, ast.Name) and node.id in names
