"""Deliberate refusals in source code: an own exception, raised behind a test of the event.

Nothing is run. An exception class of the code's own says that somebody named this case; a `raise`
behind a test of a field, or of what was read from one, says that they decided it. What is raised
where another exception is handled is no decision: it passes on that something broke.

    counts = event["detail"].get("finding-severity-counts")
    if counts is None:
        raise NotDecided("no counts: nothing is let through")    # a refusal

Which names hold something of the event is a data flow (a *taint analysis*, with the flow of control
in it): the handler's first parameter does, and so does what is assigned from such a name, or within
a branch that a test of one leads to; what a function is given, what it returns, and the attributes
of objects that are made of such values. Rounds are made until none adds anything. Names mean one
thing within a function, and methods are told by their names alone.
"""

from __future__ import annotations

import ast
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence

from ecr_contracts.discovery.source.entry_functions import entry_functions
from ecr_contracts.discovery.source.flow import called_name

__all__ = ["Refusals"]

_MAX_ROUNDS = 8  # each carries values through one more function
_MOST_CALLERS = 3  # calls that a raise within helpers is followed back through
_SELF = ("self", "cls")
_ADDING = frozenset(["add", "append", "extend", "insert", "setdefault", "update"])

_Function = ast.FunctionDef | ast.AsyncFunctionDef | ast.Lambda
_Leaving = ast.Return | ast.Raise | ast.Continue | ast.Break
_Branching = ast.If | ast.While | ast.Match


class Refusals:
    """The refusals in the files of a handler, of which the first holds its function."""

    def __init__(self, trees: Sequence[ast.Module], handler: str) -> None:
        self._trees = trees
        self._parents: dict[ast.AST, ast.AST] = {}
        self._functions: dict[str, list[_Function]] = defaultdict(list)
        self._classes: dict[str, ast.ClassDef] = {}
        self._calls: dict[str, list[ast.Call]] = defaultdict(list)
        for tree in trees:
            self._note(tree)
        self._names: set[tuple[ast.AST, str]] = set()
        self._attributes: set[str] = set()
        self._returning: set[str] = set()
        if trees:
            self._follow(handler)

    def defines(self, exception: str) -> bool:
        """Whether the code has a class of this name, qualified or not, that has a base class."""
        defined = self._classes.get(exception.rpartition(".")[2])
        return defined is not None and bool(defined.bases)

    def is_refusal(self, number: int, line: int) -> bool:
        """Whether a line of the file of a number raises something behind a test of the event."""
        for node in ast.walk(self._trees[number]):
            if isinstance(node, ast.Raise) and node.exc is not None:
                last = node.end_lineno or node.lineno
                if node.lineno <= line <= last and self._is_behind_test(node, ()):
                    return True
        return False

    # --- what stands where ------------------------------------------------------------------------

    def _note(self, tree: ast.Module) -> None:
        for node in ast.walk(tree):
            for child in ast.iter_child_nodes(node):
                self._parents[child] = node
            match node:
                case ast.FunctionDef(name=name) | ast.AsyncFunctionDef(name=name):
                    self._functions[name].append(node)
                case ast.ClassDef(name=name):
                    self._classes[name] = node
                case ast.Call():
                    self._calls[called_name(node)].append(node)

    def _ancestors(self, node: ast.AST) -> Iterator[tuple[ast.AST, ast.AST]]:
        """What a node stands in, from the inside out, each with the part that it stands in."""
        while node in self._parents:
            part, node = node, self._parents[node]
            yield node, part

    def _scopes(self, node: ast.AST) -> Iterator[ast.AST]:
        """The functions that a node stands in, from the inside out, then its module."""
        if isinstance(node, _Function | ast.Module):
            yield node
        for outer, _ in self._ancestors(node):
            if isinstance(outer, _Function | ast.Module):
                yield outer

    # --- what holds something of the event --------------------------------------------------------

    def _follow(self, handler: str) -> None:
        for function in entry_functions([tree.body for tree in self._trees], handler):
            self._give(function, 0)
        for _ in range(_MAX_ROUNDS):
            before = len(self._names), len(self._attributes), len(self._returning)
            for each in self._trees:
                for node in ast.walk(each):
                    self._carry(node)
            if before == (len(self._names), len(self._attributes), len(self._returning)):
                return

    def _carry(self, node: ast.AST) -> None:
        """Carry what is known through one statement or call."""
        match node:
            case ast.Assign(targets=targets, value=value):
                for target in targets:
                    self._assign(target, value)
            case (
                ast.AnnAssign(target=target, value=ast.expr() as value)
                | ast.AugAssign(target=target, value=value)
                | ast.NamedExpr(target=target, value=value)
                | ast.For(target=target, iter=value)
                | ast.AsyncFor(target=target, iter=value)
                | ast.comprehension(target=target, iter=value)
                | ast.withitem(context_expr=value, optional_vars=ast.expr() as target)
            ):
                self._assign(target, value)
            case ast.Match(subject=subject, cases=alternatives) if self._mentions(subject):
                for alternative in alternatives:
                    self._capture(alternative.pattern)
            case ast.Return(value=ast.expr() as value):
                if self._mentions(value) or self._is_within_branch(node):
                    scope = next(self._scopes(node))
                    self._returning.add(getattr(scope, "name", ""))
            case ast.Call():
                self._call(node)

    def _assign(self, target: ast.expr, value: ast.expr) -> None:
        if self._mentions(value) or self._is_within_branch(target):
            self._hold(target)

    def _hold(self, target: ast.expr) -> None:
        """Note that a name, or the attribute of an object, holds something of the event."""
        for node in ast.walk(target):
            if isinstance(node, ast.Attribute):
                self._attributes.add(node.attr)
                return
            if isinstance(node, ast.Name):
                self._names.add((next(self._scopes(node)), node.id))

    def _capture(self, pattern: ast.pattern) -> None:
        for node in ast.walk(pattern):
            match node:
                case ast.MatchAs(name=str(name)) | ast.MatchStar(name=str(name)):
                    self._names.add((next(self._scopes(pattern)), name))

    def _call(self, call: ast.Call) -> None:
        """Carry the arguments of a call into the function or class that it calls."""
        name = called_name(call)
        holder = call.func.value if isinstance(call.func, ast.Attribute) else None
        if isinstance(holder, ast.Name) and name in _ADDING and self._is_within_branch(call):
            self._hold(holder)
        by_position = [number for number, one in enumerate(call.args) if self._mentions(one)]
        by_name = [one.arg for one in call.keywords if self._mentions(one.value)]
        if name in self._classes and (by_position or by_name):
            self._attributes.update(filter(None, by_name))
            self._make(self._classes[name], by_position, by_name)
        for function in self._functions.get(name, ()):
            names = [argument.arg for argument in function.args.args]
            is_method = names[:1] != [] and names[0] in _SELF
            if is_method and holder is not None and self._mentions(holder):
                self._give(function, names[0])
            for number in by_position:
                self._give(function, number)
            for argument in by_name:
                self._give(function, argument or "")
        if by_position or by_name:
            for one in call.args:  # `map(parse, records)`
                if isinstance(one, ast.Name):
                    for function in self._functions.get(one.id, ()):
                        self._give(function, 0)

    def _make(
        self, made: ast.ClassDef, by_position: Sequence[int], by_name: Sequence[str | None]
    ) -> None:
        """Carry what an object is made of into its methods."""
        for function in made.body:
            if isinstance(function, ast.FunctionDef | ast.AsyncFunctionDef):
                for argument in function.args.args[:1]:
                    self._give(function, argument.arg)
                if function.name == "__init__":
                    for number in by_position:
                        self._give(function, number)
                    for name in by_name:
                        self._give(function, name or "")

    def _give(self, function: _Function, argument: int | str) -> None:
        """Note that an argument of a function, by its name or place, holds something."""
        arguments = function.args
        names = [one.arg for one in (*arguments.posonlyargs, *arguments.args)]
        if isinstance(argument, str):
            if argument in names or argument in [one.arg for one in arguments.kwonlyargs]:
                self._names.add((function, argument))
            return
        if names[:1] and names[0] in _SELF:
            del names[0]
        if argument < len(names):
            self._names.add((function, names[argument]))
        elif arguments.vararg is not None:
            self._names.add((function, arguments.vararg.arg))

    def _mentions(self, node: ast.AST) -> bool:
        """Whether an expression has something of the event in it."""
        for inner in ast.walk(node):
            match inner:
                case ast.Name(id=name):
                    if any((scope, name) in self._names for scope in self._scopes(inner)):
                        return True
                case ast.Attribute(attr=name) if name in self._attributes:
                    return True
                case ast.Call() if called_name(inner) in self._returning:
                    return True
        return False

    # --- what is behind a test --------------------------------------------------------------------

    def _is_within_branch(self, node: ast.AST) -> bool:
        """Whether a branch leads to a node that a test of the event decides on."""
        for outer, part in self._ancestors(node):
            if isinstance(outer, _Function | ast.ExceptHandler):
                return False
            if any(map(self._mentions, _tests_of(outer, part))):
                return True
        return False

    def _is_behind_test(self, node: ast.AST, callers: tuple[ast.AST, ...]) -> bool:
        """Whether tests of the event decide that a node is come to, here or where this is called.

        Not where an exception is handled.
        """
        is_tested = False
        for outer, part in self._ancestors(node):
            if isinstance(outer, ast.ExceptHandler):
                return False
            tests = [*_tests_of(outer, part), *_tests_before(outer, part)]
            is_tested = is_tested or any(map(self._mentions, tests))
            if isinstance(outer, _Function):
                return is_tested or self._is_called_behind_test(outer, callers)
        return False

    def _is_called_behind_test(self, function: _Function, callers: tuple[ast.AST, ...]) -> bool:
        calls = self._calls.get(getattr(function, "name", ""), [])
        if not calls or len(callers) >= _MOST_CALLERS or function in callers:
            return False
        return all(self._is_behind_test(call, (*callers, function)) for call in calls)


def _tests_of(outer: ast.AST, part: ast.AST) -> Iterator[ast.expr]:
    """The tests by which a statement or expression decides whether a part of it is come to."""
    match outer:
        case ast.If(test=test) | ast.While(test=test) | ast.IfExp(test=test) if part is not test:
            yield test
        case ast.match_case(guard=ast.expr() as guard) if part is not guard:
            yield guard
        case ast.Match(subject=subject) if part is not subject:
            yield subject
        case ast.BoolOp(values=values):
            yield from values[: values.index(part)]  # type: ignore[arg-type]
        case ast.ListComp(elt=item) | ast.SetComp(elt=item) | ast.GeneratorExp(elt=item):
            if part is item:
                for comprehension in outer.generators:
                    yield from comprehension.ifs
        case ast.For(orelse=other) | ast.AsyncFor(orelse=other) if part in other:
            yield from _tests_that_leave(outer.body)


def _tests_before(outer: ast.AST, part: ast.AST) -> Iterator[ast.expr]:
    """The tests of the statements before a part that may leave it out."""
    for name in ("body", "orelse", "finalbody"):
        block = getattr(outer, name, None)
        if isinstance(block, list) and part in block:
            yield from _tests_that_leave(block[: block.index(part)])


def _tests_that_leave(block: Iterable[ast.AST]) -> Iterator[ast.expr]:
    """The tests within some statements behind which the way through them is left."""
    for statement in block:
        for node in ast.walk(statement):
            if isinstance(node, _Branching) and _leaves(node):
                yield node.subject if isinstance(node, ast.Match) else node.test


def _leaves(branching: ast.AST) -> bool:
    return any(isinstance(node, _Leaving) for node in ast.walk(branching))
