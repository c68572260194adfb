"""Which functions of the code are given the event: those that a target's attribute stands for.

The event goes to `lambda_handler`, `main`, `Handler.__call__` and `App.run` where a file says
`handler = lambda_handler`, `handler = traced(main)`, `handler = Handler()`, `handler = App().run`;
and to `Service.handle` where a target names `Service.handle`, `make_service().handle`, a method of
an object of that class, or of a class that it derives from.
"""

from __future__ import annotations

import ast
from collections.abc import Iterable, Iterator, Sequence
from typing import NamedTuple

__all__ = ["FunctionNode", "entry_functions", "parameters_of"]

FunctionNode = ast.FunctionDef | ast.AsyncFunctionDef

_CALL = "__call__"
_MOST_STEPS = 30
"""Names that are looked up: names may stand for each other in a circle."""

_Holding = ast.stmt | ast.excepthandler | ast.match_case
"""What may hold the statement that defines a function: no expression does."""

_Scope = ast.FunctionDef | ast.AsyncFunctionDef | ast.Lambda | ast.ClassDef


class _Defined(NamedTuple):
    """A function of the code: in which file, of which class (or none), and its whole name."""

    node: FunctionNode
    file: int
    owner: str
    qualified: str


class _Entry(NamedTuple):
    """A function that is given the event: `owner` is its class, empty where that is not known."""

    name: str
    owner: str = ""
    is_method: bool = False


def entry_functions(files: Sequence[Iterable[ast.stmt]], handler: str) -> frozenset[FunctionNode]:
    """The functions and methods that are given the event.

    `files` are the statements at the top of each file, those of the handler's own file first.
    `handler` is the attribute that a target names: dotted where it is a method, with `()` behind
    names that are called; or the qualified name of a function within another. A call that gives the
    handler is taken to hand the event on to its only argument.
    """
    statements = [list(each) for each in files]
    defined: list[_Defined] = []
    for number, each in enumerate(statements):
        for statement in each:
            defined += _functions_in(statement, number, "", "")
    if "<locals>" in handler:
        name = handler.replace("<locals>.", "")
        return frozenset(one.node for one in defined if one.qualified == name and one.file == 0)
    found: set[FunctionNode] = set()
    for entry in _Meaning(statements).entries(handler):
        found.update(one.node for one in _chosen(defined, entry))
    return frozenset(found)


def parameters_of(function: FunctionNode) -> list[str]:
    """The parameters of a function by position, without the `self` of a method."""
    names = [argument.arg for argument in (*function.args.posonlyargs, *function.args.args)]
    return names[1:] if names[:1] in (["self"], ["cls"]) else names


def _functions_in(node: ast.AST, file: int, owner: str, around: str) -> Iterator[_Defined]:
    """The functions within a statement; `around` is the whole name of what it stands in."""
    todo = [(node, owner, around)]
    while todo:
        node, owner, around = todo.pop()
        if isinstance(node, FunctionNode):
            qualified = f"{around}{node.name}"
            yield _Defined(node, file, owner, qualified)
            owner, around = "", f"{qualified}."
        elif isinstance(node, ast.ClassDef):
            owner, around = node.name, f"{around}{node.name}."
        inner = (child for child in ast.iter_child_nodes(node) if isinstance(child, _Holding))
        todo += [(child, owner, around) for child in inner]


def _chosen(defined: Sequence[_Defined], entry: _Entry) -> list[_Defined]:
    """The functions that an entry may be: those that are likeliest, if there are several."""
    alike = [one for one in defined if one.node.name == entry.name]
    of_owner = [one for one in alike if entry.owner and one.owner == entry.owner]
    of_sort = [one for one in alike if bool(one.owner) == entry.is_method]
    for group in (of_owner, of_sort, alike):
        if group:
            return [one for one in group if one.file == group[0].file]
    return []


class _Meaning:
    """What expressions of the first of some files may stand for, as far as that is plain."""

    def __init__(self, files: Sequence[Sequence[ast.stmt]]) -> None:
        statements = files[0] if files else []
        self._assigned = dict(_assigned(statements))
        self._classes: dict[str, ast.ClassDef] = {}
        self._functions: dict[str, FunctionNode] = {}
        self._imported: set[str] = set()
        for statement in statements:
            match statement:
                case ast.ClassDef(name=name):
                    self._classes[name] = statement
                case ast.FunctionDef(name=name) | ast.AsyncFunctionDef(name=name):
                    self._functions[name] = statement
                case ast.ImportFrom(names=aliases):
                    self._imported.update(alias.asname or alias.name for alias in aliases)
        for other in files[1:]:
            for statement in other:
                if isinstance(statement, ast.ClassDef):
                    self._classes.setdefault(statement.name, statement)
        self._steps = 0

    def entries(self, handler: str) -> Iterator[_Entry]:
        """The functions that are given the event where a target names a handler."""
        try:
            node = ast.parse(handler, mode="eval").body
        except (SyntaxError, ValueError):
            return
        yield from self._of(node)

    def _of(self, node: ast.AST) -> Iterator[_Entry]:
        self._steps += 1
        if self._steps > _MOST_STEPS:
            return
        match node:
            case ast.Name(id=name):
                yield _Entry(name)
                if name in self._assigned:
                    yield from self._of(self._assigned[name])
                elif name in self._classes:
                    yield self._method(name, _CALL)
            case ast.Attribute(value=value, attr=name):
                yield self._method(self._class_of(value), name)
            case ast.Call(func=ast.Name(id=name)) if name in self._classes:
                yield self._method(name, _CALL)
            case ast.Call(func=ast.Name(id=name), args=[]) if name in self._functions:
                for returned in _returned(self._functions[name]):
                    yield from self._of(returned)
            case ast.Call(args=[ast.Name() as inner]):
                yield from self._of(inner)

    def _class_of(self, node: ast.AST) -> str:
        """The class of which an expression is an object, or that it is; empty if not known."""
        self._steps += 1
        if self._steps > _MOST_STEPS:
            return ""
        match node:
            case ast.Name(id=name) if name in self._classes or name in self._imported:
                return name
            case ast.Name(id=name) if name in self._assigned:
                return self._class_of(self._assigned[name])
            case ast.Call(func=ast.Name(id=name)) if name in self._functions:
                classes = map(self._class_of, _returned(self._functions[name]))
                return next(filter(None, classes), "")
            case ast.Call(func=ast.Name(id=name)):
                return self._class_of(ast.Name(name))
            case ast.Call(func=ast.Attribute(value=ast.Name(id=name))) if name in self._classes:
                return name
            case _:
                return ""

    def _method(self, owner: str, name: str) -> _Entry:
        """A method of a class: of the class that defines it, among those it derives from."""
        todo, seen = [owner], set[str]()
        while todo:
            class_name = todo.pop(0)
            node = self._classes.get(class_name)
            if node is None:  # it stands in a file that is not known
                if class_name in self._imported:
                    return _Entry(name, class_name, is_method=True)
                continue
            if _defines(node, name):
                return _Entry(name, class_name, is_method=True)
            seen.add(class_name)
            bases = [_last_name(base) for base in node.bases]
            todo += [base for base in bases if base not in seen]
        return _Entry(name, "", is_method=True)


def _assigned(statements: Iterable[ast.stmt]) -> Iterator[tuple[str, ast.expr]]:
    for statement in statements:
        match statement:
            case ast.Assign(targets=targets, value=value):
                for target in targets:
                    if isinstance(target, ast.Name):
                        yield target.id, value
            case ast.AnnAssign(target=ast.Name(id=name), value=ast.expr() as value):
                yield name, value


def _returned(function: FunctionNode) -> Iterator[ast.expr]:
    """What a function returns; names that it assigns once stand for what they are assigned."""
    todo: list[ast.AST] = list(function.body)
    values: list[ast.expr] = []
    while todo:
        node = todo.pop()
        if isinstance(node, ast.Return) and node.value is not None:
            values.append(node.value)
        if not isinstance(node, _Scope):
            todo += ast.iter_child_nodes(node)
    assigned = dict(_assigned(function.body))
    for value in values:
        is_known = isinstance(value, ast.Name) and value.id in assigned
        yield assigned[value.id] if isinstance(value, ast.Name) and is_known else value


def _defines(node: ast.ClassDef, name: str) -> bool:
    """Whether a class has a function of a name in its body."""
    return any(isinstance(one, FunctionNode) and one.name == name for one in node.body)


def _last_name(node: ast.expr) -> str:
    match node:
        case ast.Name(id=name) | ast.Attribute(attr=name):
            return name
        case ast.Subscript(value=value):
            return _last_name(value)
        case _:
            return ""
