"""Look-ups of environment variables in one file: which names, and whether the code can do without.

It knows the ways in which Python reads its environment; what is done with the values is the flow's.
"""

from __future__ import annotations

import ast
from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import NamedTuple

from ecr_contracts.discovery.source.flow import called_name, literal_text

__all__ = ["Lookup", "lookups", "written_names"]

_Function = ast.FunctionDef | ast.AsyncFunctionDef


@dataclass(frozen=True, slots=True)
class Lookup:
    """A look-up of one name, the expression `node`.

    `required`: it fails where the name is not set. `default` is what is used instead, None if
    nothing is written there. `tested`: it only asks whether the name is set. `of_copy`: it is made
    in a copy of the environment, so that the variable has to be there before.
    """

    name: str
    node: ast.expr
    required: bool
    default: ast.expr | None = None
    tested: bool = False
    of_copy: bool = False


def written_names(tree: ast.Module) -> set[str]:
    """The names of variables that a file sets itself, and so finds where they were not given."""
    finder = _Finder(tree)
    return {name for key in finder.written_keys() for name in finder.names(key)}


def lookups(tree: ast.Module, reached: Collection[ast.stmt]) -> list[Lookup]:
    """The look-ups of a file in the order of its lines, of what runs if some statements are used.

    One that may look up several names comes once for each.
    """
    return list(_Finder(tree).lookups(set(_running(tree, set(reached)))))


class _Reading(NamedTuple):
    """A look-up whose name is still an expression."""

    node: ast.expr
    key: ast.expr
    required: bool
    default: ast.expr | None = None
    tested: bool = False


class _Finder:
    """Finds the look-ups of one file."""

    def __init__(self, tree: ast.Module) -> None:
        self._nodes = list(ast.walk(tree))
        self._parents: dict[ast.AST, ast.AST] = {}
        for node in self._nodes:
            for child in ast.iter_child_nodes(node):
                self._parents[child] = node
        self._modules, self._environs, self._getters = {"os"}, set[str](), set[str]()
        self._copies: set[str] = set()
        self._texts: dict[str, list[str]] = defaultdict(list)
        for node in self._nodes:
            self._learn(node)

    def _learn(self, node: ast.AST) -> None:
        """Note what a statement calls the environment, and which texts its names hold."""
        match node:
            case ast.Import(names=aliases):
                self._modules |= _aliases(aliases, "os")
            case ast.ImportFrom(module="os", names=aliases):
                self._environs |= _aliases(aliases, "environ")
                self._getters |= _aliases(aliases, "getenv")
            case ast.Assign(targets=[ast.Name(name)], value=value):
                if self._is_environ(value):
                    self._environs.add(name)
                    if self._is_copy(value):
                        self._copies.add(name)
                else:
                    self._texts[name] += _texts(value)
            case (
                ast.For(target=ast.Name(name), iter=over)
                | ast.comprehension(target=ast.Name(name), iter=over)
            ):
                held = self._texts.get(over.id, []) if isinstance(over, ast.Name) else _texts(over)
                self._texts[name] += held

    def _is_environ(self, node: ast.AST) -> bool:
        match node:
            case ast.Attribute(value=ast.Name(module), attr="environ"):
                return module in self._modules
            case ast.Name(name):
                return name in self._environs
        return self._is_copy(node)

    def _is_copy(self, node: ast.AST) -> bool:
        """Whether an expression copies the environment."""
        match node:
            case ast.Call(func=ast.Name("dict"), args=[holder]):
                return self._is_environ(holder)
            case ast.Call(func=ast.Attribute(value=holder, attr="copy")):
                return self._is_environ(holder)
            case ast.Dict(keys=[None], values=[holder]):
                return self._is_environ(holder)
        return False

    def _reads_copy(self, node: ast.expr) -> bool:
        """Whether a look-up is made in a copy of the environment."""
        match node:
            case ast.Subscript(value=holder) | ast.Call(func=ast.Attribute(value=holder)):
                is_named = isinstance(holder, ast.Name) and holder.id in self._copies
                return is_named or self._is_copy(holder)
        return False

    def lookups(self, running: Collection[ast.AST]) -> Iterator[Lookup]:
        """The look-ups among some nodes; those that the code is ready to miss are not required."""
        readings = [reading for node in self._nodes if (reading := self._reading(node))]
        readings += self._of_wrappers(readings)
        readings = [reading for reading in readings if reading.node in running]
        readings.sort(key=lambda reading: (reading.node.lineno, reading.node.col_offset))
        tested: set[str] = set()
        for reading in readings:
            if reading.tested:
                tested.update(self.names(reading.key))
        for reading in readings:
            guarded = self._is_guarded(reading.node)
            for name in self.names(reading.key):
                required = reading.required and name not in tested and not guarded
                of_copy = self._reads_copy(reading.node)
                yield Lookup(name, reading.node, required, reading.default, reading.tested, of_copy)

    def written_keys(self) -> Iterator[ast.expr]:
        """The expressions for the names of variables that are set."""
        for node in self._nodes:
            match node:
                case ast.Subscript(value=holder, slice=key, ctx=ast.Store()):
                    if self._is_environ(holder):
                        yield key
                case ast.Call(func=ast.Attribute(holder, "setdefault"), args=[key, *_]):
                    if self._is_environ(holder):
                        yield key

    def _alternative(self, node: ast.AST) -> ast.expr | None:
        """The literal that is taken where a look-up gives nothing: the last of `a or b or "c"`."""
        around = self._parents.get(node)
        if isinstance(around, ast.BoolOp) and isinstance(around.op, ast.Or):
            last = around.values[-1]
            is_literal = isinstance(last, ast.Constant) and last.value not in (None, "", False)
            if is_literal and last is not node:
                return last
        return None

    def _reading(self, node: ast.AST) -> _Reading | None:
        """The look-up that a node is, if it is one."""
        match node:
            case ast.Subscript(value=holder, slice=key, ctx=ast.Load()):
                if self._is_environ(holder):
                    return _Reading(node, key, required=True)
            case ast.Compare(left=key, ops=[ast.In() | ast.NotIn()], comparators=[holder]):
                if self._is_environ(holder):
                    return _Reading(node, key, required=False, tested=True)
            case ast.Call(args=[key, *_]) if self._is_getter(node.func):
                rest = _behind(node, 0)
                required = called_name(node) == "pop" and not rest
                default = _default(rest) or self._alternative(node)
                return _Reading(node, key, required, default)
        return None

    def _is_getter(self, function: ast.expr) -> bool:
        """Whether a function looks up its first argument."""
        match function:
            case ast.Attribute(value=holder, attr="get" | "pop" | "setdefault"):
                return self._is_environ(holder)
            case ast.Attribute(value=ast.Name(module), attr="getenv"):
                return module in self._modules
            case ast.Name(name):
                return name in self._getters
        return False

    def _of_wrappers(self, readings: Iterable[_Reading]) -> Iterator[_Reading]:
        """The calls of functions that look up an argument: `def env(n): return environ[n]`."""
        for reading in readings:
            function = self._function_around(reading.node)
            if function is None or not isinstance(reading.key, ast.Name) or reading.tested:
                continue
            parameters = _parameters(function)
            if reading.key.id in parameters:
                index = parameters.index(reading.key.id)
                yield from self._calls(function.name, index, reading, parameters)

    def _calls(
        self, function: str, index: int, reading: _Reading, parameters: Collection[str]
    ) -> Iterator[_Reading]:
        """The calls of a function that looks up its argument with an index."""
        for node in self._nodes:
            if not isinstance(node, ast.Call) or called_name(node) != function:
                continue
            if len(node.args) <= index:
                continue
            default = _default([reading.default])
            if isinstance(reading.default, ast.Name) and reading.default.id in parameters:
                default = _default(_behind(node, index)) or default
            yield _Reading(node, node.args[index], reading.required, default)

    def names(self, key: ast.expr) -> list[str]:
        """The names that a key may stand for, none where only a call tells."""
        match key:
            case ast.Constant(value=str(name)):
                return [name]
            case ast.Name(name):
                function = self._function_around(key)
                if function is None or name not in _parameters(function):
                    return list(dict.fromkeys(self._texts.get(name, ())))
        return []

    def _function_around(self, node: ast.AST) -> _Function | None:
        while node in self._parents:
            node = self._parents[node]
            if isinstance(node, _Function):
                return node
        return None

    def _is_guarded(self, node: ast.AST) -> bool:
        """Whether a look-up stands in a `try` that catches its failure."""
        while node in self._parents:
            inner, node = node, self._parents[node]
            if isinstance(node, ast.Try) and inner in node.body:
                return _catches_failure(node)
            if isinstance(node, _Function):
                return False
        return False


def _catches_failure(block: ast.Try) -> bool:
    """Whether a `try` is there for a look-up that fails, and goes on after it."""
    if any(isinstance(node, ast.Raise) for handler in block.handlers for node in ast.walk(handler)):
        return False
    caught = [ast.unparse(handler.type) for handler in block.handlers if handler.type]
    if any("KeyError" in name or name == "LookupError" for name in caught):
        return True
    # Around much else, a block that catches everything is not there for the look-up.
    catches_all = "Exception" in caught or any(not handler.type for handler in block.handlers)
    return catches_all and len(block.body) == 1


def _running(tree: ast.Module, reached: Collection[ast.stmt]) -> Iterator[ast.AST]:
    """The nodes of what runs: all that is reached, and of the rest what importing it runs."""
    todo: list[tuple[ast.AST, bool]] = []
    for statement in tree.body:
        if not is_script(statement):
            todo.append((statement, statement in reached))
    while todo:
        node, whole = todo.pop()
        yield node
        if whole or not isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.Lambda):
            todo += [(child, whole) for child in ast.iter_child_nodes(node)]


def is_script(node: ast.stmt) -> bool:
    """Whether a statement is `if __name__ == "__main__"`."""
    if not isinstance(node, ast.If):
        return False
    test = ast.unparse(node.test)
    return "__name__" in test and "__main__" in test


def _aliases(aliases: Iterable[ast.alias], name: str) -> set[str]:
    """The names that an import gives to something."""
    return {alias.asname or alias.name for alias in aliases if alias.name == name}


def _texts(node: ast.AST) -> list[str]:
    """The texts that a literal holds: of one, or of a list of them."""
    parts = node.elts if isinstance(node, ast.List | ast.Tuple | ast.Set) else [node]
    return [text for part in parts if (text := literal_text(part)) is not None]


def _behind(call: ast.Call, index: int) -> list[ast.expr | None]:
    """The arguments of a call behind one, those with keywords last."""
    return [*call.args[index + 1 :], *(keyword.value for keyword in call.keywords)]


def _default(values: Sequence[ast.expr | None]) -> ast.expr | None:
    """A default that is more than None: the first of some arguments."""
    value = values[0] if values else None
    if isinstance(value, ast.Constant) and value.value is None:
        return None
    return value


def _parameters(function: _Function) -> list[str]:
    return [argument.arg for argument in function.args.args]
