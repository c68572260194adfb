"""The methods beside a handler in its class which it never calls: they are other handlers.

Their words, comparisons and variables are none of the handler that a target names, as those of
other functions of its file are none.
"""

from __future__ import annotations

import ast
from collections.abc import Iterable, Iterator, Sequence

from ecr_contracts.discovery.source.entry_functions import (
    FunctionNode,
    entry_functions,
    parameters_of,
)

__all__ = ["empty_siblings"]

_LOOKING_UP = frozenset({"getattr", "attrgetter", "methodcaller"})
_LISTING = frozenset({"getmembers", "vars", "dir", "eval"})
"""What may call a method without saying its name."""
_PLAIN_BASES = frozenset({"object", "ABC", "Protocol", "Generic"})


def empty_siblings(tree: ast.Module, attribute: str, used: Sequence[ast.stmt]) -> bool:
    """Take the statements out of methods beside the one that an attribute of a file names.

    `used` are the statements of the file that the attribute leads to; what they may call stays
    as it is, and so does all of a class of which that cannot be told. In a class that does not hold
    the handler, only what takes the same as it is taken for another one. Says whether any method
    was emptied.
    """
    entries = entry_functions([tree.body], attribute)
    classes = {one.name: one for one in tree.body if isinstance(one, ast.ClassDef)}
    is_changed = False
    for node in classes.values():
        if not entries or not _has_plain_bases(node, classes):
            continue
        named = [one for one in node.body if one in entries]
        for method in _uncalled(node, named, used):
            if named or any(_takes_the_same(method, entry) for entry in entries):
                method.body = [ast.copy_location(ast.Pass(), method.body[0])]
                is_changed = True
    return is_changed


def _takes_the_same(method: FunctionNode, entry: FunctionNode) -> bool:
    """Whether a method takes what a handler is given, by the names of its parameters."""
    own, taken = parameters_of(method), parameters_of(entry)
    return bool(own) and own == taken[: len(own)]


def _uncalled(
    node: ast.ClassDef, named: Sequence[ast.stmt], used: Iterable[ast.stmt]
) -> list[FunctionNode]:
    """The methods of a class that nothing calls which those that are named lead to."""
    methods = {one.name: one for one in node.body if isinstance(one, FunctionNode)}
    open_ones = {
        one
        for one in node.body
        if isinstance(one, FunctionNode) and one not in named and _may_be_idle(one, set(methods))
    }
    around = [one for one in used if one is not node and not _is_for_running(one)]
    todo: list[ast.AST] = [*around, *(one for one in node.body if one not in open_ones)]
    for one in open_ones:  # they run when the class is made
        todo += [*one.decorator_list, one.args]
    while todo:
        statement = todo.pop()
        said: set[str] = set()
        for inner in ast.walk(statement):
            if _calls_any(inner):
                return []
            said.update(_said(inner))
            if not named and isinstance(inner, ast.Attribute):
                said.add(inner.attr)  # its object may be held by another: `self.handlers.push`
        called = {one for one in open_ones if one.name in said}
        open_ones -= called
        todo += called
    return [one for one in node.body if isinstance(one, FunctionNode) and one in open_ones]


def _has_plain_bases(node: ast.ClassDef, classes: dict[str, ast.ClassDef]) -> bool:
    """Whether all that a class derives from stands in its file, or calls none of its methods."""
    todo, seen = [*node.bases], {node.name}
    while todo:
        base = todo.pop()
        name = ast.unparse(base.value if isinstance(base, ast.Subscript) else base)
        name = name.rpartition(".")[2]
        if name in classes and name not in seen:
            seen.add(name)
            todo += classes[name].bases
        elif name not in (*_PLAIN_BASES, *seen):
            return False
    return True


def _may_be_idle(method: FunctionNode, methods: set[str]) -> bool:
    """Whether a method runs only where something says its name."""
    is_special = method.name.startswith("__") and method.name.endswith("__")
    if is_special and method.name != "__call__":
        return False
    for decorator in method.decorator_list:
        for inner in ast.walk(decorator):
            match inner:
                case ast.Constant(value=str()):  # it registers what it decorates: `@on("push")`
                    return False
                case ast.Name(id=name) if name in methods:  # `@handle.register`
                    return False
    return True


def _is_for_running(statement: ast.stmt) -> bool:
    """Whether a statement is `if __name__ == "__main__":`, which nobody runs who imports a file."""
    match statement:
        case ast.If(test=ast.Compare(left=ast.Name(id="__name__"))):
            return True
    return False


def _said(node: ast.AST) -> Iterator[str]:
    """The names that a node may call a method by."""
    match node:
        case ast.Attribute(value=ast.Name() | ast.Call(), attr=name):
            yield name
        case ast.Attribute(value=ast.Attribute(attr="__class__"), attr=name):
            yield name
        case ast.Name(id=name):
            yield name
        case ast.Call(func=ast.Name(id=name) | ast.Attribute(attr=name), args=args):
            if name in _LOOKING_UP:
                yield from (str(one.value) for one in args if isinstance(one, ast.Constant))
            if name == "self":
                yield "__call__"


def _calls_any(node: ast.AST) -> bool:
    """Whether a node may call a method whose name is made up as it runs."""
    match node:
        case ast.Attribute(attr="__dict__"):
            return True
        case ast.Call(func=ast.Name(id=name) | ast.Attribute(attr=name), args=args):
            names = [one.value for one in args if isinstance(one, ast.Constant)]
            is_said = any(isinstance(one, str) for one in names)
            return name in _LISTING or (name in _LOOKING_UP and not is_said)
    return False
