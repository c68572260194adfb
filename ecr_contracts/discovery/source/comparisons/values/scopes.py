"""The scopes of a handler's code: its modules, classes and functions, and the names each binds.

A name means what it means in its own function, as in Python: it is looked for outwards, and not in
the classes around.
"""

from __future__ import annotations

import ast
from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from ecr_contracts.discovery.source.comparisons.values.atoms import Function, Module
from ecr_contracts.discovery.source.comparisons.values.code_files import CodeFile

__all__ = ["Scope", "Scopes", "defaults", "parameters"]

_Scoped = (ast.FunctionDef, ast.AsyncFunctionDef, ast.Lambda, ast.ClassDef)


@dataclass(eq=False, slots=True)
class Scope:
    """A module, class or function with the names that it binds itself."""

    node: ast.AST
    outer: Scope | None
    number: int
    file: int
    names: dict[str, set[Any]] = field(default_factory=lambda: defaultdict(set))
    elsewhere: set[str] = field(default_factory=set)

    @property
    def is_class(self) -> bool:
        """Whether it is one of a class."""
        return isinstance(self.node, ast.ClassDef)


class Scopes:
    """The scopes of some files.

    `modules` are those of the files, by their names, and `functions` those of functions, by their
    numbers. `attributes` are the names that are set on objects, of whichever class, with what is
    known of each. `nodes` are all that is used of the code, each with its file.
    """

    def __init__(self, files: Sequence[CodeFile]) -> None:
        self.modules: dict[str, Scope] = {}
        self.functions: list[Scope] = []
        self.number_of: dict[ast.AST, int] = {}
        self.attributes: dict[str, set[Any]] = defaultdict(set)
        self.nodes: list[tuple[ast.AST, CodeFile]] = []
        self._all: list[Scope] = []
        self._scope_of: dict[ast.AST, Scope] = {}
        for number, file in enumerate(files):
            scope = self._new_scope(file.tree, None, number)
            self.modules.setdefault(_module_name(file.file), scope)
            for statement in file.statements:
                self._visit(statement, scope, file)

    def of(self, node: ast.AST) -> Scope:
        """The scope in which a node of the code stands."""
        return self._scope_of[node]

    def numbered(self, number: int) -> Scope:
        """The scope of a number, as a `Module` has it."""
        return self._all[number]

    def classes(self) -> Iterator[Scope]:
        """The scopes of all classes."""
        return (scope for scope in self._all if scope.is_class)

    def binding(self, name: ast.Name) -> Scope | None:
        """The scope that binds a name, from the one outwards in which it stands; None if none does.

        None as well for a name that is no node of the code.
        """
        first = scope = self._scope_of.get(name)
        while scope is not None:
            is_visible = scope is first or not scope.is_class
            if is_visible and name.id in scope.names and name.id not in scope.elsewhere:
                return scope
            scope = scope.outer
        return None

    def _new_scope(self, node: ast.AST, outer: Scope | None, file: int) -> Scope:
        scope = Scope(node, outer, len(self._all), file)
        self._all.append(scope)
        return scope

    def _visit(self, node: ast.AST, scope: Scope, file: CodeFile) -> None:
        """Note the scope of each node, and the scopes that begin there."""
        todo: list[tuple[ast.AST, Scope]] = [(node, scope)]
        while todo:
            node, scope = todo.pop()
            self._scope_of[node] = scope
            self.nodes.append((node, file))
            inner = scope
            if isinstance(node, _Scoped):
                inner = self._new_scope(node, scope, scope.file)
                if isinstance(node, ast.ClassDef):
                    scope.names[node.name].add(Module(inner.number))
                else:
                    self.number_of[node] = len(self.functions)
                    self.functions.append(inner)
                    if not isinstance(node, ast.Lambda):
                        scope.names[node.name].add(Function(self.number_of[node]))
            else:
                self._declare(node, scope)
            todo += [(child, inner) for child in ast.iter_child_nodes(node)]

    def _declare(self, node: ast.AST, scope: Scope) -> None:
        """Note the names that a node binds: what they stand for is not known yet."""
        match node:
            case ast.Global(names=names) | ast.Nonlocal(names=names):
                scope.elsewhere.update(names)
            case ast.Name(id=name, ctx=ast.Store()):
                scope.names[name]
            case ast.Attribute(attr=name, ctx=ast.Store()):
                self.attributes[name]
            case ast.ExceptHandler(name=str(name)) | ast.MatchAs(name=str(name)):
                scope.names[name]
            case ast.MatchStar(name=str(name)) | ast.MatchMapping(rest=str(name)):
                scope.names[name]
            case ast.Import(names=aliases) | ast.ImportFrom(names=aliases):
                for alias in aliases:
                    scope.names[alias.asname or alias.name.partition(".")[0]]


def parameters(node: ast.AST) -> list[str]:
    """The names of the parameters of a function; none of anything else."""
    arguments = getattr(node, "args", None)
    if not isinstance(arguments, ast.arguments):
        return []
    named = [*arguments.posonlyargs, *arguments.args, *arguments.kwonlyargs]
    return [argument.arg for argument in named]


def defaults(node: ast.AST) -> Iterator[tuple[str, ast.expr]]:
    """The parameters that have a default, with it."""
    arguments = getattr(node, "args", None)
    if not isinstance(arguments, ast.arguments):
        return
    positional = [*arguments.posonlyargs, *arguments.args]
    for argument, default in zip(reversed(positional), reversed(arguments.defaults), strict=False):
        yield argument.arg, default
    for argument, own in zip(arguments.kwonlyargs, arguments.kw_defaults, strict=True):
        if own is not None:
            yield argument.arg, own


def _module_name(file: Path) -> str:
    return file.parent.name if file.stem == "__init__" else file.stem
