"""The blocks of a module's functions: code of which all runs once its head was entered.

A block (a *basic block*, but for exceptions) begins where a function or a branch does, behind a
statement with branches, and at a statement with an effect. The blocks of a tree are numbered in
the order in which they are read, so that the numbers of one process hold in another that has the
same source. `mark` puts a mark at the head of each, which is how a process learns which of them
a call entered. Code of the module itself, which runs at its import, is in no block.

    def handler(event, context):             # 0, of the function
        name = event["detail"]["repository-name"]
        if not name.startswith("prod-"):
            return                           # 1, a branch
        ecs.update_service(service=name)     # 2, behind it
"""

from __future__ import annotations

import ast
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from enum import Enum
from typing import TypeVar

from ecr_contracts.discovery.source.branches.effect_calls import EffectCalls

__all__ = ["ENTERED", "ENTERING", "Block", "Lead", "blocks_of", "mark"]

ENTERED = "__ecr_contracts_entered__"
"""The name of the byte array in which a block's mark sets its byte."""
ENTERING = "__ecr_contracts_entering__"
"""The name of a function that does the same within an expression, and gives None."""

_Node = TypeVar("_Node", bound=ast.AST)
_Function = ast.FunctionDef | ast.AsyncFunctionDef
_LEAVING = ast.Return | ast.Raise | ast.Continue | ast.Break


class Lead(Enum):
    """How a block is come to."""

    FUNCTION = "a call"
    THEN = "a condition that holds"
    ELSE = "a condition that does not hold"
    LOOP = "an element"
    CASE = "a pattern that matches"
    EXCEPT = "an exception"
    NEXT = "the end of a statement with branches"
    EFFECT = "the statements before it"
    OPERAND = "the expression before it"


@dataclass(eq=False, slots=True)
class Block:
    """One block of a module.

    `line` is that of its first statement, `parent` the block that it is come to from (None for a
    function), by the `lead` and the statement or expression `node`. `effects` are calls in it that
    look like effects, each with its line; `names` are what it mentions, each with the line where it
    does first. `leaves` is the statement that ends it early, if one does. `handles`: it is a part
    of an `except` block.
    """

    number: int
    line: int
    function: str
    lead: Lead
    node: ast.AST
    parent: Block | None = None
    handles: bool = False
    effects: list[tuple[str, int]] = field(default_factory=list)
    names: dict[str, int] = field(default_factory=dict)
    leaves: ast.stmt | None = None
    _body: list[ast.stmt] = field(default_factory=list)
    _first: ast.stmt | None = None
    _operand: tuple[ast.AST, str, int | None] | None = None

    @property
    def first_line(self) -> int | None:
        """The first line that runs where it is entered; None if none does (a docstring alone)."""
        if self._operand is not None:
            return self.line
        return None if self._first is None else self._first.lineno

    def is_within(self, other: Block) -> bool:
        """Whether it is come to through another block, or is that."""
        block: Block | None = self
        while block is not None and block is not other:
            block = block.parent
        return block is other


def blocks_of(tree: ast.Module) -> list[Block]:
    """The blocks of a module's functions, by their numbers."""
    reader = _Reader(EffectCalls(tree))
    reader.read_module(tree)
    return reader.blocks


def mark(blocks: Sequence[Block], offset: int) -> None:
    """Put a mark at the head of each block of a tree; the first one's byte is at the offset.

    Each line stays where it was.
    """
    for block in blocks:
        number = offset + block.number
        if block._operand is None:
            _mark_statement(block, number)
        else:
            _mark_operand(*block._operand, number)


def _mark_statement(block: Block, number: int) -> None:
    body, first = block._body, block._first
    at = len(body)
    if first is not None:
        at = next(place for place, statement in enumerate(body) if statement is first)
    place = first or body[-1]
    byte = ast.Subscript(ast.Name(ENTERED, ast.Load()), ast.Constant(number), ast.Store())
    body.insert(at, _located(ast.Assign([byte], ast.Constant(1)), place))


def _mark_operand(owner: ast.AST, name: str, at: int | None, number: int) -> None:
    holder = getattr(owner, name)
    operand: ast.expr = holder if at is None else holder[at]
    entering = ast.Call(ast.Name(ENTERING, ast.Load()), [ast.Constant(number)], [])
    marked = ast.BoolOp(ast.Or(), [_located(entering, operand), operand])
    ast.copy_location(marked, operand)
    if at is None:
        setattr(owner, name, marked)
    else:
        holder[at] = marked


def _located(node: _Node, place: ast.AST) -> _Node:
    for inner in ast.walk(node):
        ast.copy_location(inner, place)
    return node


class _Reader:
    """Reads functions statement by statement, and notes their blocks."""

    def __init__(self, effect_calls: EffectCalls) -> None:
        self.blocks: list[Block] = []
        self._effect_calls = effect_calls

    def read_module(self, tree: ast.Module) -> None:
        """Read all functions of a module."""
        self._read_functions(tree, "")

    def _read_functions(self, scope: ast.AST, prefix: str) -> None:
        """Read the functions of a scope that is not read itself: a module, a class."""
        for node in ast.iter_child_nodes(scope):
            match node:
                case ast.FunctionDef() | ast.AsyncFunctionDef():
                    self._read_function(node, prefix)
                case ast.ClassDef(name=name):
                    self._read_functions(node, f"{prefix}{name}.")
                case ast.expr():
                    pass
                case _:
                    self._read_functions(node, prefix)

    def _read_function(self, node: _Function, prefix: str) -> None:
        body = node.body
        first: ast.stmt | None = body[0]
        if _is_docstring(body[0]):
            first = body[1] if len(body) > 1 else None
        name = f"{prefix}{node.name}"
        block = self._new(name, Lead.FUNCTION, node, None, body, first)
        block.line = node.lineno
        self._read(body, block)

    def _new(
        self,
        function: str,
        lead: Lead,
        node: ast.AST,
        parent: Block | None,
        body: list[ast.stmt],
        first: ast.stmt | None,
    ) -> Block:
        line = (first or body[-1]).lineno
        handles = lead is Lead.EXCEPT or (parent is not None and parent.handles)
        block = Block(len(self.blocks), line, function, lead, node, parent, handles)
        block._body, block._first = body, first
        self.blocks.append(block)
        return block

    def _branch(self, lead: Lead, node: ast.AST, parent: Block, body: list[ast.stmt]) -> Block:
        """Read the body of a branch."""
        block = self._new(parent.function, lead, node, parent, body, body[0])
        self._read(body, block)
        return block

    def _read(self, body: list[ast.stmt], block: Block) -> Block:
        """Read statements from a block on; the block that the last one stands in."""
        branching: ast.stmt | None = None
        for number, statement in enumerate(body):
            if branching is not None:
                block = self._new(block.function, Lead.NEXT, branching, block, body, statement)
            elif (number or block._body is not body) and self._has_effect(statement):
                block = self._new(block.function, Lead.EFFECT, statement, block, body, statement)
            after = self._read_statement(statement, block)
            branching = statement if _branches(statement) else None
            if isinstance(statement, ast.With | ast.AsyncWith | ast.Try | ast.TryStar):
                block = after
            if isinstance(statement, _LEAVING):
                block.leaves = block.leaves or statement
        return block

    def _has_effect(self, statement: ast.stmt) -> bool:
        return any(
            self._effect_calls.name_of(node)
            for part in _own_parts(statement)
            for node in _expressions(part)
        )

    def _read_statement(self, statement: ast.stmt, block: Block) -> Block:
        """Read one statement; the block behind it, where it is a block of its own."""
        if isinstance(statement, _Function):
            for decorator in statement.decorator_list:
                self._read_expression(decorator, block)
            self._read_function(statement, f"{block.function}.")
            return block
        if isinstance(statement, ast.ClassDef):
            self._read_functions(statement, f"{block.function}.{statement.name}.")
            return block
        for part in _own_parts(statement):
            self._read_expression(part, block)
        match statement:
            case ast.If(body=body, orelse=other) | ast.While(body=body, orelse=other):
                self._branch(Lead.THEN, statement, block, body)
                if other:
                    self._branch(Lead.ELSE, statement, block, other)
            case ast.For(body=body, orelse=other) | ast.AsyncFor(body=body, orelse=other):
                self._branch(Lead.LOOP, statement, block, body)
                if other:
                    self._branch(Lead.NEXT, statement, block, other)
            case ast.Match(cases=alternatives):
                for alternative in alternatives:
                    if alternative.guard is not None:
                        self._read_expression(alternative.guard, block)
                    self._branch(Lead.CASE, alternative, block, alternative.body)
            case ast.With(body=body) | ast.AsyncWith(body=body):
                return self._read(body, block)
            case ast.Try() | ast.TryStar():
                return self._read_try(statement, block)
        return block

    def _read_try(self, statement: ast.Try | ast.TryStar, block: Block) -> Block:
        last = self._read(statement.body, block)
        for handler in statement.handlers:
            self._branch(Lead.EXCEPT, handler, block, handler.body)
        if statement.orelse:
            first = statement.orelse[0]
            last = self._new(block.function, Lead.NEXT, statement, last, statement.orelse, first)
            last = self._read(statement.orelse, last)
        if statement.finalbody:
            self._read(statement.finalbody, block)
        return block

    def _read_expression(self, root: ast.AST, block: Block) -> None:
        """Note what an expression mentions, and its operands that have effects as blocks."""
        for node in _expressions(root):
            match node:
                case ast.Name(id=name) | ast.Attribute(attr=name):
                    block.names.setdefault(name, node.lineno)
                case ast.Constant(value=str(name)) if name.isidentifier():
                    block.names.setdefault(name, node.lineno)
            if effect := self._effect_calls.name_of(node):
                line = getattr(node, "lineno", block.line)
                block.effects.append((effect, line))
            for owner, name, at in _conditional_operands(node):
                self._read_operand(node, owner, name, at, block)

    def _read_operand(
        self, node: ast.AST, owner: ast.AST, name: str, at: int | None, block: Block
    ) -> None:
        holder = getattr(owner, name)
        operand: ast.expr = holder if at is None else holder[at]
        if not any(map(self._effect_calls.name_of, ast.walk(operand))):
            self._read_expression(operand, block)
            return
        lead = Lead.OPERAND
        if isinstance(node, ast.IfExp):
            lead = Lead.THEN if name == "body" else Lead.ELSE
        new = Block(len(self.blocks), operand.lineno, block.function, lead, node, block)
        new.handles, new._operand = block.handles, (owner, name, at)
        self.blocks.append(new)
        self._read_expression(operand, new)


def _is_docstring(statement: ast.stmt) -> bool:
    match statement:
        case ast.Expr(value=ast.Constant(value=str())):
            return True
    return False


def _branches(statement: ast.stmt) -> bool:
    """Whether what follows a statement is not sure to be come to."""
    return isinstance(
        statement,
        ast.If
        | ast.While
        | ast.For
        | ast.AsyncFor
        | ast.Match
        | ast.With
        | ast.AsyncWith
        | ast.Try
        | ast.TryStar,
    )


def _own_parts(statement: ast.stmt) -> Iterator[ast.AST]:
    """The expressions of a statement itself, without the statements within it."""
    for part in ast.iter_child_nodes(statement):
        if not isinstance(part, ast.stmt | ast.ExceptHandler | ast.match_case):
            yield part


def _expressions(root: ast.AST) -> Iterator[ast.AST]:
    """The nodes of an expression without those that are evaluated only under a condition."""
    pending = [root]
    while pending:
        node = pending.pop()
        yield node
        left_out = []
        for owner, name, at in _conditional_operands(node):
            holder = getattr(owner, name)
            left_out.append(holder if at is None else holder[at])
        for child in reversed(list(ast.iter_child_nodes(node))):
            if not any(child is operand for operand in left_out):
                pending.append(child)


def _conditional_operands(node: ast.AST) -> Iterator[tuple[ast.AST, str, int | None]]:
    """The operands of an expression that another operand decides on, by owner, field and place."""
    match node:
        case ast.BoolOp(values=values):
            for at in range(1, len(values)):
                yield node, "values", at
        case ast.IfExp():
            yield node, "body", None
            yield node, "orelse", None
        case ast.ListComp() | ast.SetComp() | ast.GeneratorExp():
            yield node, "elt", None
        case ast.Lambda():
            yield node, "body", None
