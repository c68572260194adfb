"""Conditions of source code in words: what has to hold where one is to be passed.

Negations are carried inwards, so that of `if not name.startswith("prod-"): return` it can be said
what lets an event on: `name starts with 'prod-'`. Environment variables are told by their names.
"""

from __future__ import annotations

import ast
from collections.abc import Mapping

from ecr_contracts.core.text import listed, shortened
from ecr_contracts.discovery.source.flow import called_name, literal_text

__all__ = ["Conditions"]

_LONGEST = 80  # characters of a condition
_OPPOSITES: Mapping[type[ast.cmpop], type[ast.cmpop]] = {
    ast.Eq: ast.NotEq,
    ast.NotEq: ast.Eq,
    ast.Lt: ast.GtE,
    ast.GtE: ast.Lt,
    ast.Gt: ast.LtE,
    ast.LtE: ast.Gt,
    ast.Is: ast.IsNot,
    ast.IsNot: ast.Is,
    ast.In: ast.NotIn,
    ast.NotIn: ast.In,
}
_PLAIN = frozenset(
    {
        *("all", "any", "bool", "get", "int", "isinstance", "items", "keys", "len", "list"),
        *("json", "loads", "set", "sorted", "str", "tuple", "values"),
        *("casefold", "lower", "upper", "strip", "replace", "startswith", "endswith"),
        *("split", "rsplit", "partition", "rpartition", "match", "fullmatch", "search"),
    }
)
"""Functions whose result is a value of the event, or a part of it, or says something of one."""
_VERBS = {"startswith": ("starts", "start"), "endswith": ("ends", "end")}


class Conditions:
    """The conditions of one module."""

    def __init__(self, tree: ast.Module) -> None:
        self._variables: dict[str, str] = {}
        self._assigned: dict[str, list[ast.expr]] = {}
        for node in ast.walk(tree):
            match node:
                case ast.Assign(targets=[ast.Name(id=name)], value=value):
                    self._assigned.setdefault(name, []).append(value)
                case ast.For(target=ast.Name(id=name), iter=value):
                    self._assigned.setdefault(name, []).append(value)
            match node:
                case ast.Assign(targets=[target], value=value) if variable := _variable(value):
                    self._variables[ast.unparse(target)] = variable
                case ast.NamedExpr(target=target, value=value) if variable := _variable(value):
                    self._variables[target.id] = variable

    def way_on(self, test: ast.expr, *, holds: bool) -> str:
        """What would let events on that a condition turns back, as the end of a sentence.

        `holds` says whether the way on is the one where the condition holds.
        """
        if holds and (variable := self._variable_of(test)):
            return f"{variable} is not set"
        wanted = _negated(test) if not holds else test
        if isinstance(wanted, ast.NamedExpr) and (variable := self._variable_of(wanted.value)):
            return f"{variable} is not set"
        words = f"it goes on only where {shortened(in_words(wanted), _LONGEST)}"
        if variables := self._variables_in(wanted):
            words += f" (set {listed(variables, 'and')} with --env)"
        return words

    def is_computed(self, test: ast.expr) -> bool:
        """Whether something is computed of what a condition asks, as the digest of a name is.

        Of such a value it cannot be told which events have it.
        """
        pending: list[ast.AST] = [test]
        seen: set[str] = set()
        while pending:
            for node in ast.walk(pending.pop()):
                if isinstance(node, ast.Call) and called_name(node) not in _PLAIN:
                    return True
                if isinstance(node, ast.Name) and node.id not in seen:
                    seen.add(node.id)
                    pending += self._assigned.get(node.id, ())
        return False

    def _variable_of(self, node: ast.expr) -> str:
        """The environment variable that an expression is the value of; empty for another."""
        if isinstance(node, ast.NamedExpr):
            node = node.value
        return _variable(node) or self._variables.get(ast.unparse(node), "")

    def _variables_in(self, node: ast.expr) -> list[str]:
        found: dict[str, None] = {}
        for inner in ast.walk(node):
            if isinstance(inner, ast.Call | ast.Subscript | ast.Name | ast.Attribute):
                variable = self._variable_of(inner)
                if variable:
                    found[variable] = None
        return list(found)


def _variable(node: ast.expr) -> str:
    """The environment variable that an expression looks up: `os.environ.get("TOPIC_ARN")`."""
    match node:
        case ast.Subscript(value=holder, slice=key):
            return (literal_text(key) or "") if _is_environ(holder) else ""
        case ast.Call(func=ast.Attribute(value=holder), args=[ast.expr() as key, *_]):
            is_lookup = _is_environ(holder) or called_name(node) == "getenv"
            if is_lookup:
                return literal_text(key) or ""
            return ""
        case ast.Call(func=ast.Name(id="getenv"), args=[ast.expr() as key, *_]):
            return literal_text(key) or ""
        case ast.Call(func=ast.Attribute(value=inner), args=[]):
            return _variable(inner)  # `.strip()`, `.lower()`
    return ""


def _is_environ(node: ast.expr) -> bool:
    match node:
        case ast.Name(id="environ") | ast.Attribute(attr="environ"):
            return True
    return False


def _negated(test: ast.expr) -> ast.expr:
    """A condition that holds where another one does not, with the negation far inside."""
    match test:
        case ast.UnaryOp(op=ast.Not(), operand=operand):
            return operand
        case ast.BoolOp(op=operator, values=values):
            other: ast.boolop = ast.Or() if isinstance(operator, ast.And) else ast.And()
            return ast.BoolOp(other, [_negated(value) for value in values])
        case ast.Compare(left=left, ops=[operator], comparators=[right]):
            return ast.Compare(left, [_OPPOSITES[type(operator)]()], [right])
    return ast.UnaryOp(ast.Not(), test)


def in_words(test: ast.expr) -> str:
    """A condition as the end of a sentence: as it is written, with words for what is simple."""
    is_wanted = True
    while isinstance(test, ast.UnaryOp) and isinstance(test.op, ast.Not):
        test, is_wanted = test.operand, not is_wanted
    match test:
        case ast.BoolOp(op=operator, values=values) if is_wanted:
            conjunction = " and " if isinstance(operator, ast.And) else " or "
            parts: list[str] = []
            for value in values:
                part = in_words(value)
                parts.append(f"({part})" if isinstance(value, ast.BoolOp) else part)
            return conjunction.join(parts)
        case ast.Call(
            func=ast.Attribute(value=holder, attr=("startswith" | "endswith") as name),
            args=[argument],
        ):
            first, other = _VERBS[name]
            verb = first if is_wanted else f"does not {other}"
            return f"{ast.unparse(holder)} {verb} with {ast.unparse(argument)}"
    text = ast.unparse(test)
    return text if is_wanted else f"not {text}"
