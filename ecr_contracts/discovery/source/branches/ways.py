"""Which answer of a test leads on to more of the code, and which one turns back.

A way acts if it does more than to return something plain, to skip, to fail or to log. Of
`if name != "shop": return` the way on is that of the other answer: what follows the `if`.
"""

from __future__ import annotations

import ast
from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import NamedTuple

from ecr_contracts.discovery.source.branches.needed_answers import NeededAnswers, written_truth
from ecr_contracts.discovery.source.flow import called_name
from ecr_contracts.discovery.source.words import LOGGING

__all__ = ["Way", "Ways", "acts", "is_idle"]

_PAUSING = ("sleep",)
_PLAIN_CALLS = ("dumps", "str", "format", "int", "len", "get", "repr")
_EXITS = ("exit", "_exit", "quit")
_PASSING_ON = ("any", "bool", "next", "filter", "list", "set", "all", "sorted", "tuple")
_FUNCTIONS = (ast.FunctionDef, ast.AsyncFunctionDef, ast.Lambda)
_LOOPS = (ast.For, ast.AsyncFor, ast.While)
_MOST_STEPS = 60

Callers = Callable[[ast.AST], Iterable[ast.Call]]
"""The calls of a function."""


class Way(NamedTuple):
    """Whether code hangs on a test's being true, and on its being false.

    `needed` is the answer without which nothing is done, None where either will do.
    """

    if_true: bool
    if_false: bool
    needed: bool | None = None

    def flipped(self) -> Way:
        """The same of the opposite test."""
        needed = None if self.needed is None else not self.needed
        return Way(self.if_false, self.if_true, needed)

    @property
    def leads_on(self) -> bool | None:
        """The answer that leads on: true where both do, for the false one is what is usual."""
        if self.if_true:
            return True
        return False if self.if_false else None


_NEITHER = Way(False, False)


def acts(body: Iterable[ast.stmt]) -> bool:
    """Whether statements do more than to return something plain, to skip, to fail or to log."""
    return not all(map(is_idle, body))


def is_idle(statement: ast.stmt) -> bool:
    """Whether a statement does nothing but return something plain, skip, fail or log."""
    match statement:
        case ast.Pass() | ast.Continue() | ast.Break() | ast.Raise():
            return True
        case ast.Return(value=value):
            return value is None or not _calls(value)
        case ast.Expr(value=ast.Call() as call):
            return called_name(call) in (*LOGGING, *_PAUSING) or _exits(call)
        case ast.Expr(value=ast.Constant()):
            return True
    return False


def _calls(value: ast.expr) -> bool:
    """Whether an expression calls something that may do more than to build a value."""
    for node in ast.walk(value):
        if isinstance(node, ast.Call) and called_name(node) not in _PLAIN_CALLS:
            return True
    return False


def _exits(call: ast.Call) -> bool:
    return called_name(call) in _EXITS


class Ways:
    """Which answers of the tests of some code lead on."""

    def __init__(self, nodes: Iterable[ast.AST], callers: Callers) -> None:
        self._callers = callers
        nodes = list(nodes)
        self._needed = NeededAnswers(nodes, callers, acts, _exits)
        self._parents: dict[ast.AST, ast.AST] = {}
        self._loads: dict[str, list[ast.Name]] = {}
        for node in nodes:
            for child in ast.iter_child_nodes(node):
                self._parents[child] = node
            if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Load):
                self._loads.setdefault(node.id, []).append(node)

    def of(self, node: ast.AST) -> Way:
        """What hangs on a test, or on an expression that a test is a part of."""
        return self._of(node, set())._replace(needed=self._needed.of(node))

    def of_case(self, case: ast.match_case) -> Way:
        """What hangs on a case of a `match`."""
        return Way(acts(case.body), False, self._needed.of_case(case))

    def function_around(self, node: ast.AST) -> ast.AST | None:
        """The function that a node stands in, None in a module."""
        while node in self._parents:
            node = self._parents[node]
            if isinstance(node, _FUNCTIONS):
                return node
        return None

    def parent(self, node: ast.AST) -> ast.AST | None:
        """What a node is a part of."""
        return self._parents.get(node)

    def _of(self, node: ast.AST, seen: set[ast.AST]) -> Way:
        """Climbs from a test to what decides by it."""
        flips = False
        way = _NEITHER
        for _ in range(_MOST_STEPS):
            parent = self._parents.get(node)
            if parent is None or node in seen:
                break
            seen.add(node)
            match parent:
                case ast.UnaryOp(op=ast.Not()):
                    flips = not flips
                case ast.BoolOp(op=operator, values=values) if self._has_acting(values, node):
                    way = Way(True, False) if isinstance(operator, ast.And) else Way(False, True)
                    break
                case ast.BoolOp() | ast.NamedExpr() | ast.Await() | ast.Starred():
                    pass
                case ast.Compare():
                    flip = _compared_with_truth(parent, node)
                    if flip is None:
                        break
                    flips ^= flip
                case ast.Call() if called_name(parent) in _PASSING_ON and node is not parent.func:
                    pass
                case ast.GeneratorExp() | ast.ListComp() | ast.SetComp() if node is parent.elt:
                    pass
                case ast.comprehension():
                    way = Way(node in parent.ifs, False)
                    break
                case ast.Lambda():
                    way = Way(True, False)
                    break
                case _:
                    way = self._at(parent, node, seen)
                    break
            node = parent
        return way.flipped() if flips else way

    def _has_acting(self, values: Sequence[ast.expr], node: ast.AST) -> bool:
        """Whether something that acts follows a test in `test and do()`."""
        if node not in values:
            return False
        following = values[values.index(node) + 1 :]
        return isinstance(self._parents.get(self._parents[node]), ast.Expr) and any(
            isinstance(value, ast.Call) and not _exits(value) for value in following
        )

    def _at(self, parent: ast.AST, node: ast.AST, seen: set[ast.AST]) -> Way:
        """What hangs on a test that stands in a statement or a conditional expression."""
        match parent:
            case ast.If(test=test) if node is test:
                return self._of_if(parent, seen)
            case ast.IfExp(test=test, body=body, orelse=other) if node is test:
                way = Way(_calls(body), _calls(other))
                if way == _NEITHER and _are_opposite(body, other):
                    on = self._of(parent, seen)
                    return on if _truth(body) else on.flipped()
                return way
            case ast.While(test=test) if node is test:
                return Way(True, False)
            case ast.Assert(test=test) if node is test:
                return Way(True, False)
            case ast.match_case(guard=guard) if node is guard:
                return Way(acts(parent.body), False)
            case ast.Return():
                return self._of_result(parent, seen)
            case ast.Assign(targets=[ast.Name(id=name)]) | ast.AnnAssign(target=ast.Name(id=name)):
                return self._of_name(name, parent, seen)
            case ast.Expr(value=ast.BoolOp(op=operator, values=[*_, ast.Call() as last])):
                if _exits(last):
                    is_and = isinstance(operator, ast.And)
                    return Way(not is_and, is_and)
        return _NEITHER

    def _of_name(self, name: str, statement: ast.AST, seen: set[ast.AST]) -> Way:
        """What hangs on a test whose answer has a name."""
        function = self.function_around(statement)
        together = _NEITHER
        for load in self._loads.get(name, ()):
            if self.function_around(load) is function or function is None:
                way = self._of(load, seen)
                together = Way(together.if_true or way.if_true, together.if_false or way.if_false)
        return together

    def _of_result(self, statement: ast.AST, seen: set[ast.AST]) -> Way:
        """What hangs on a test whose answer a function returns: what its callers do with it."""
        function = self.function_around(statement)
        together = _NEITHER
        if function is None:
            return together
        for call in self._callers(function):
            way = self._of(call, seen)
            together = Way(together.if_true or way.if_true, together.if_false or way.if_false)
        return together

    def _of_if(self, node: ast.If, seen: set[ast.AST]) -> Way:
        """What hangs on the test of an `if`."""
        body_leaves, other_leaves = _leaves(node.body), _leaves(node.orelse)
        if_true, if_false = acts(node.body), acts(node.orelse)
        if body_leaves is not None and other_leaves is None:
            if_false = if_false or self._acts_behind(node, body_leaves)
        if other_leaves is not None and body_leaves is None:
            if_true = if_true or self._acts_behind(node, other_leaves)
        way = Way(if_true, if_false)
        if way == _NEITHER:
            return self._by_result(node, seen)
        return way

    def _by_result(self, node: ast.If, seen: set[ast.AST]) -> Way:
        """What hangs on an `if` that decides on nothing but what a function returns."""
        if_true = _returned_truth(node.body)
        if_false = _returned_truth([*node.orelse, *self._behind(node)])
        if if_true == if_false:
            return _NEITHER
        way = self._of_result(node, seen)
        return Way(_may_lead(if_true, way), _may_lead(if_false, way))

    def _behind(self, statement: ast.AST) -> Sequence[ast.stmt]:
        """The statements behind one, in its own block."""
        parent = self._parents.get(statement)
        for block in _blocks(parent):
            if statement in block:
                return block[block.index(statement) + 1 :]
        return ()

    def _acts_behind(self, statement: ast.AST, leaving: ast.stmt) -> bool:
        """Whether what follows a statement acts, as far as another way that leaves passes it over.

        One that goes on with the next turn of a loop passes over the rest of this turn alone.
        """
        ends_turn = isinstance(leaving, ast.Continue | ast.Break)
        while statement in self._parents and not isinstance(statement, _FUNCTIONS):
            if acts(self._behind(statement)):
                return True
            statement = self._parents[statement]
            if ends_turn and isinstance(statement, _LOOPS):
                return False
        return False


def _blocks(node: ast.AST | None) -> Iterator[list[ast.stmt]]:
    for name in ("body", "orelse", "finalbody"):
        block = getattr(node, name, None)
        if isinstance(block, list):
            yield block


def _leaves(block: Sequence[ast.stmt]) -> ast.stmt | None:
    """The statement by which a block ends what it stands in, None where it goes on."""
    if not block:
        return None
    last = block[-1]
    match last:
        case ast.Return() | ast.Raise() | ast.Continue() | ast.Break():
            return last
        case ast.Expr(value=ast.Call() as call) if _exits(call):
            return last
        case ast.If(body=body, orelse=other):
            return _leaves(other) and _leaves(body)
        case ast.With(body=body):
            return _leaves(body)
    return None


def _returned_truth(block: Sequence[ast.stmt]) -> bool | None:
    """Whether what a block returns first is taken for true; None where it returns nothing plain."""
    for statement in block:
        match statement:
            case ast.Return(value=None):
                return False
            case ast.Return(value=ast.expr() as value):
                return _truth(value)
            case _ if is_idle(statement):
                pass
            case _:
                return None
    return False


def _truth(value: ast.expr) -> bool | None:
    """Whether a value is taken for true; what is not written out is, but for a test (None)."""
    if isinstance(value, ast.Name | ast.Compare | ast.BoolOp):
        return None
    written = written_truth(value)
    return True if written is None else written


def _may_lead(truth: bool | None, way: Way) -> bool:
    """Whether a way on may be taken with a value of a truth (None: that is not known)."""
    if truth is None:
        return way.if_true or way.if_false
    return way.if_true if truth else way.if_false


def _are_opposite(one: ast.expr, other: ast.expr) -> bool:
    truths = {_truth(one), _truth(other)}
    return truths == {True, False}


def _compared_with_truth(compare: ast.Compare, node: ast.AST) -> bool | None:
    """Whether a comparison of a test with True, False or None turns its answer; None for others."""
    match compare:
        case ast.Compare(left=left, ops=[operator], comparators=[ast.Constant(value=value)]):
            if left is not node or not (value is None or isinstance(value, bool)):
                return None
            is_same = isinstance(operator, ast.Is | ast.Eq)
            return is_same != bool(value)
    return None
