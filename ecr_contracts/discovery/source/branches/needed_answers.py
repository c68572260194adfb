"""Which answer a test has to give for anything to be done, where one alone leads there.

A test is climbed from: through `not`, `and` and `or`, through names, and from what a function
returns to its calls, up to the statement that it decides. If one way alone acts from there on, its
answer is needed; of `a or b` neither is, for the other one will do. Where both ways act, or it
cannot be told, no answer is.
"""

from __future__ import annotations

import ast
from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import NamedTuple

from ecr_contracts.discovery.source.flow import called_name

__all__ = ["Implied", "NeededAnswers", "written_truth"]

_LOOPS = (ast.For, ast.AsyncFor, ast.While)
_FUNCTIONS = (ast.FunctionDef, ast.AsyncFunctionDef, ast.Lambda)
_PASSING_ON = ("any", "bool", "next", "filter", "list", "set", "sorted", "tuple")
_MOST_STEPS = 60
_BLOCKS = ("body", "orelse", "finalbody")


class Implied(NamedTuple):
    """What a test has answered where what it is a part of is true, and where that is false.

    None where it may have answered either.
    """

    by_true: bool | None = True
    by_false: bool | None = False

    def denied(self) -> Implied:
        """The same where the opposite of what it is a part of is asked for."""
        return Implied(self.by_false, self.by_true)


class NeededAnswers:
    """The answers that tests of some code have to give.

    `callers` gives the calls of a function; `acts` says whether statements do anything, `exits`
    whether a call ends the process.
    """

    def __init__(
        self,
        nodes: Iterable[ast.AST],
        callers: Callable[[ast.AST], Iterable[ast.Call]],
        acts: Callable[[Iterable[ast.stmt]], bool],
        exits: Callable[[ast.Call], bool],
    ) -> None:
        self._callers, self._acts, self._exits = callers, acts, exits
        self._parents: dict[ast.AST, ast.AST] = {}
        self._loads: dict[str, list[ast.Name]] = {}
        for node in nodes:
            for child in ast.iter_child_nodes(node):
                self._parents[child] = node
            if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Load):
                self._loads.setdefault(node.id, []).append(node)

    def of(self, node: ast.AST) -> bool | None:
        """The answer that an expression has to give, None where none has to be."""
        return self._of(node, Implied(), set())

    def of_case(self, case: ast.match_case) -> bool | None:
        """Whether a case of a `match` has to be taken, or another that acts: True, else None."""
        statement = self._parents.get(case)
        if not isinstance(statement, ast.Match) or not self._acts(case.body):
            return None
        others = (one for one in statement.cases if _takes_all(one))
        if any(self._acts(one.body) for one in others) or self._goes_on(statement, set()):
            return None
        return True

    def _of(self, node: ast.AST, implied: Implied, seen: set[ast.AST]) -> bool | None:
        """Climbs from a test, or from what holds its answer, to what it decides."""
        for _ in range(_MOST_STEPS):
            parent = self._parents.get(node)
            if parent is None or node in seen:
                return None
            seen.add(node)
            match parent:
                case ast.UnaryOp(op=ast.Not()):
                    implied = implied.denied()
                case ast.BoolOp(op=ast.And()):
                    implied = Implied(implied.by_true, None)
                case ast.BoolOp():
                    implied = Implied(None, implied.by_false)
                case ast.NamedExpr() | ast.Await() | ast.Starred():
                    pass
                case ast.Compare():
                    is_denied = _compared_with_truth(parent, node)
                    if is_denied is None:
                        return None
                    implied = implied.denied() if is_denied else implied
                case ast.Call() if called_name(parent) in _PASSING_ON and node is not parent.func:
                    pass
                case ast.GeneratorExp() | ast.ListComp() | ast.SetComp() if node is parent.elt:
                    pass
                case _:
                    return self._decided(parent, node, implied, seen)
            if implied == Implied(None, None):
                return None
            node = parent
        return None

    def _decided(
        self, parent: ast.AST, node: ast.AST, implied: Implied, seen: set[ast.AST]
    ) -> bool | None:
        """The answer that is needed at a statement, by what it does one way and the other."""
        match parent:
            case ast.If(test=test) if node is test:
                return self._of_if(parent, implied, seen)
            case ast.Assert(test=test) if node is test:
                return implied.by_true
            case ast.For(iter=items, body=body) if node is items:
                # What is empty where it is false is gone through no time.
                is_idle = not self._acts(body) or self._goes_on(parent, set())
                return None if is_idle else implied.by_true
            case ast.IfExp(test=test, body=body, orelse=other) if node is test:
                truths = written_truth(body), written_truth(other)
                if truths == (True, False):
                    return self._of(parent, implied, seen)
                if truths == (False, True):
                    return self._of(parent, implied.denied(), seen)
            case ast.Return():
                return self._of_result(parent, implied, seen)
            case ast.Assign(targets=[ast.Name(id=name)]) | ast.AnnAssign(target=ast.Name(id=name)):
                function = self._function_around(parent)
                for load in self._loads.get(name, ()):
                    if function is None or self._function_around(load) is function:
                        answer = self._of(load, implied, seen)
                        if answer is not None:
                            return answer
        return None

    def _of_if(self, node: ast.If, implied: Implied, seen: set[ast.AST]) -> bool | None:
        """The answer that is needed of a part of the test of an `if`."""
        truths = _returned(node.body), _returned([*node.orelse, *self._behind(node)])
        if truths in ((True, False), (False, True)) and not self._acts_here(node):
            is_truth = truths[0]
            return self._of_result(node, implied if is_truth else implied.denied(), seen)
        if_true, if_false = self._way(node.body, node), self._way(node.orelse, node)
        if if_true == if_false:
            return None
        return implied.by_true if if_true else implied.by_false

    def _of_result(self, statement: ast.AST, implied: Implied, seen: set[ast.AST]) -> bool | None:
        """The answer that all calls of the function around need, where it is what it returns."""
        function = self._function_around(statement)
        if function is None or function in seen:
            return None
        answers = {self._of(call, implied, {*seen, function}) for call in self._callers(function)}
        return answers.pop() if len(answers) == 1 else None

    # Whether a way acts
    # ----------------------------------------------------------------------------------------------

    def _acts_here(self, node: ast.If) -> bool:
        """Whether an `if` acts, or what follows it in its block."""
        return self._acts([*node.body, *node.orelse, *self._behind(node)])

    def _way(self, block: Sequence[ast.stmt], statement: ast.stmt) -> bool:
        """Whether a block of a statement acts, or what comes after it."""
        if self._acts(block):
            return True
        leaving = self._leaving(block)
        match leaving:
            case None:
                return self._goes_on(statement, set())
            case ast.Continue() | ast.Break():
                return self._goes_on_after_loop(statement)
            case ast.Return():
                return self._callers_go_on(statement, set())
        return False

    def _goes_on(self, statement: ast.AST, seen: set[ast.AST]) -> bool:
        """Whether what follows a statement acts, in its function and where that is called."""
        node = statement
        while node in self._parents and not isinstance(node, _FUNCTIONS):
            behind = self._behind(node)
            if self._acts(behind):
                return True
            if behind and self._leaving(behind) is not None:
                break
            node = self._parents[node]
        return self._callers_go_on(statement, seen)

    def _goes_on_after_loop(self, statement: ast.AST) -> bool:
        while statement in self._parents and not isinstance(statement, _LOOPS):
            statement = self._parents[statement]
        return self._goes_on(statement, set())

    def _callers_go_on(self, statement: ast.AST, seen: set[ast.AST]) -> bool:
        """Whether anything is done after a call of the function around a statement."""
        function = self._function_around(statement)
        if function is None or function in seen:
            return False
        return any(self._goes_on(call, {*seen, function}) for call in self._callers(function))

    def _leaving(self, block: Sequence[ast.stmt]) -> ast.stmt | None:
        """The statement by which a block ends what it stands in, None where it goes on."""
        if not block:
            return None
        match block[-1]:
            case ast.Return() | ast.Raise() | ast.Continue() | ast.Break() as last:
                return last
            case ast.Expr(value=ast.Call() as call) as last if self._exits(call):
                return last
            case ast.If(body=body, orelse=other):
                return self._leaving(other) and self._leaving(body)
            case ast.With(body=body):
                return self._leaving(body)
        return None

    # Around a node
    # ----------------------------------------------------------------------------------------------

    def _function_around(self, node: ast.AST) -> ast.AST | None:
        while node in self._parents:
            node = self._parents[node]
            if isinstance(node, _FUNCTIONS):
                return node
        return None

    def _behind(self, statement: ast.AST) -> Sequence[ast.stmt]:
        """The statements behind one, in its own block."""
        for block in _blocks(self._parents.get(statement)):
            if statement in block:
                return block[block.index(statement) + 1 :]
        return ()


def _blocks(node: ast.AST | None) -> Iterator[list[ast.stmt]]:
    for name in _BLOCKS:
        block = getattr(node, name, None)
        if isinstance(block, list):
            yield block


def _takes_all(case: ast.match_case) -> bool:
    return isinstance(case.pattern, ast.MatchAs) and case.pattern.pattern is None


def _returned(block: Sequence[ast.stmt]) -> bool | None:
    """Whether what a block returns is taken for true; None where it is not known."""
    for statement in block:
        match statement:
            case ast.Return(value=None):
                return False
            case ast.Return(value=ast.expr() as value):
                return written_truth(value)
            case ast.If() | ast.For() | ast.While() | ast.Try() | ast.Match():
                return None
    return False


def written_truth(value: ast.expr) -> bool | None:
    """Whether a value that is written out is taken for true; None for what is not."""
    match value:
        case ast.Constant(value=constant):
            return bool(constant)
        case ast.Dict(keys=items) | ast.List(elts=items) | ast.Tuple(elts=items):
            return bool(items)
    return None


def _compared_with_truth(compare: ast.Compare, node: ast.AST) -> bool | None:
    """Whether a comparison of a test with True, False or None denies it; None for others."""
    match compare:
        case ast.Compare(left=left, ops=[operator], comparators=[ast.Constant(value=value)]):
            if left is not node or not (value is None or isinstance(value, bool)):
                return None
            return isinstance(operator, ast.Is | ast.Eq) != bool(value)
    return None
