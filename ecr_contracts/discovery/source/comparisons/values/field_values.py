"""Which field of the event, variable or literal each expression of a handler's code stands for.

It is a data flow like that of `flow`, for a narrower question that wants a truer answer: names mean
what they mean in their own function, what is done to a text is kept with it, and what is not known
is said to be unknown, so that a claim can be left out. Each name has a set of values (`atoms`), and
each round carries them through assignments, loops, arguments and returns until nothing changes.
"""

from __future__ import annotations

import ast
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

from ecr_contracts.discovery.source.comparisons.values.atoms import (
    NOTHING,
    UNKNOWN,
    Atoms,
    Collection,
    Field,
    Function,
    Literal,
    Module,
    Variable,
    items_of,
)
from ecr_contracts.discovery.source.comparisons.values.code_files import CodeFile
from ecr_contracts.discovery.source.comparisons.values.contents import at_index, keys_of, values_of
from ecr_contracts.discovery.source.comparisons.values.expression_values import ExpressionValues
from ecr_contracts.discovery.source.comparisons.values.scopes import (
    Scope,
    Scopes,
    parameters,
)
from ecr_contracts.discovery.source.entry_functions import entry_functions
from ecr_contracts.discovery.source.flow import called_name, literal_text
from ecr_contracts.discovery.source.route_functions import route_functions
from ecr_contracts.discovery.source.variables.lookups import lookups

__all__ = ["FieldValues"]

_MAX_ROUNDS = 10
_MOST_NODES = 60_000

_WITH_REQUEST = ("flask", "quart")
"""Modules whose `request` is that in hand, which holds the event."""
_NAMED = (ast.FunctionDef, ast.AsyncFunctionDef)


class FieldValues:
    """The values of the expressions of some files, of which a function is given the event."""

    def __init__(self, files: Sequence[CodeFile], handler: str) -> None:
        """Carries the values until nothing changes; nothing is known of code that is too long."""
        self.files = files
        self._scopes = Scopes(files)
        self._values = ExpressionValues(self._scopes, _origins(files))
        self._yielded: dict[int, set[Any]] = defaultdict(set)
        self.nodes = self._scopes.nodes
        try:
            is_followed = len(self.nodes) <= _MOST_NODES and self._follow(handler)
        except RecursionError:  # an expression of very many parts
            is_followed = False
        if not is_followed:
            self.nodes.clear()
        self._values.finish()

    def of(self, node: ast.expr) -> Atoms:
        """The values that an expression may stand for."""
        return self._values.of(node)

    def below(self, holders: Atoms, key: ast.expr) -> Atoms:
        """What stands under a key, an expression, of some values."""
        return self._values.subscript(holders, key)

    def functions_called(self, call: ast.Call) -> Iterator[ast.AST]:
        """The functions of the code that a call may call."""
        for atom in self.of(call.func):
            if isinstance(atom, Function):
                yield self._scopes.functions[atom.number].node

    def _follow(self, handler: str) -> bool:
        """Carry values until nothing changes, and tell whether they came to rest."""
        self._bind_parameters(handler)
        for _ in range(_MAX_ROUNDS):
            if not self._carry_all():
                break
        self._bind_uncalled()
        return not self._carry_all() or not self._carry_all() or not self._carry_all()

    def _carry_all(self) -> bool:
        """Carry values through everything once, and tell whether any was new."""
        self._values.is_changed = False
        for node, _ in self.nodes:
            self._carry(node)
        return self._values.is_changed

    def _bind_parameters(self, handler: str) -> None:
        """Give the event to the handler, and names to all parameters."""
        modules = [file.statements for file in self.files]
        entries = set(entry_functions(modules, handler)) or set(route_functions(modules))
        returning = {self._scopes.of(node).node for node, _ in self.nodes if _gives(node)}
        for number, scope in enumerate(self._scopes.functions):
            if isinstance(scope.node, _NAMED) and scope.node not in returning:
                self._values.returned[number].add(Literal.of(None))
            for parameter in parameters(scope.node):
                scope.names[parameter] |= {UNKNOWN} if parameter in ("self", "cls") else set()
            node = scope.node
            if isinstance(node, _NAMED) and node in entries:
                names = [name for name in parameters(node) if name not in ("self", "cls")]
                if names:
                    scope.names[names[0]].add(Field(()))
                    for name in names[1:]:
                        scope.names[name].add(UNKNOWN)
                    self._values.called.add(number)

    def _bind_uncalled(self) -> None:
        """Say that nothing is known of the arguments of functions that nobody calls by name."""
        for number, scope in enumerate(self._scopes.functions):
            if number not in self._values.called:
                for parameter in parameters(scope.node):
                    scope.names[parameter].add(UNKNOWN)

    def _carry(self, node: ast.AST) -> None:
        """Carry values through one statement or call."""
        match node:
            case ast.Assign(targets=targets, value=value):
                for target in targets:
                    self._bind(target, self.of(value))
            case (
                ast.AnnAssign(target=target, value=ast.expr() as value)
                | ast.NamedExpr(target=target, value=value)
            ):
                self._bind(target, self.of(value))
            case ast.AugAssign(target=target):
                self._bind(target, frozenset([UNKNOWN]))
            case (
                ast.For(target=target, iter=over)
                | ast.AsyncFor(target=target, iter=over)
                | ast.comprehension(target=target, iter=over)
            ):
                self._bind_items(target, over)
            case ast.withitem(context_expr=context, optional_vars=ast.expr() as target):
                self._bind(target, self.of(context))
            case ast.ExceptHandler(name=str(name)):
                self._values.add(self._scopes.of(node).names[name], [UNKNOWN])
            case ast.Import(names=aliases):
                self._import(node, "", aliases)
            case ast.ImportFrom(module=module, names=aliases):
                self._import(node, module or "", aliases)
            case ast.Match(subject=subject, cases=cases):
                self._bind_captures(subject, cases)
            case ast.Return(value=ast.expr() as value):
                self._return(node, value)
            case ast.Lambda(body=body):
                self._values.add(self._values.returned[self._scopes.number_of[node]], self.of(body))
            case ast.Yield(value=ast.expr() as value):
                self._yield(node, self.of(value))
            case ast.YieldFrom(value=value):
                self._yield(node, frozenset(items_of(self.of(value))))
            case ast.Call():
                self._give(node)
                self._put(node)

    def _return(self, node: ast.AST, value: ast.expr) -> None:
        number = self._scopes.number_of.get(self._scopes.of(node).node)
        if number is not None:
            self._values.add(self._values.returned[number], self.of(value))

    def _yield(self, node: ast.AST, values: Atoms) -> None:
        number = self._scopes.number_of.get(self._scopes.of(node).node)
        if number is not None:
            self._values.add(self._yielded[number], values)
            self._values.returned[number] = {Collection((frozenset(self._yielded[number]),))}

    def _put(self, call: ast.Call) -> None:
        """Carry what is put into a list or set with a name into what that name stands for."""
        match call:
            case ast.Call(
                func=ast.Attribute(value=holder, attr="setdefault"), args=[key, default, *_]
            ):
                self._store(holder, key, self.of(default))
            case ast.Call(func=ast.Attribute(value=holder, attr="update")) if self._is_field(
                holder
            ):
                self._store(holder, call.func, NOTHING)
            case ast.Call(
                func=ast.Attribute(value=ast.Name() as holder, attr="append" | "add"), args=[item]
            ):
                self._bind(holder, frozenset([Collection((self.of(item),))]))
            case ast.Call(
                func=ast.Attribute(value=ast.Name() as holder, attr="extend" | "update"),
                args=[items],
            ) if not self._holds_dictionary(holder):
                held = frozenset(items_of(self.of(items)))
                self._bind(holder, frozenset([Collection((held,))]))

    def _is_field(self, node: ast.expr) -> bool:
        return any(isinstance(atom, Field) for atom in self.of(node))

    def _holds_dictionary(self, holder: ast.expr) -> bool:
        return any(getattr(atom, "values", None) is not None for atom in self.of(holder))

    def _bind(self, target: ast.expr, values: Atoms) -> None:
        match target:
            case ast.Name(id=name):
                scope = self._scopes.of(target)
                while name in scope.elsewhere and scope.outer is not None:
                    scope = scope.outer
                self._values.add(scope.names[name], values)
            case ast.Attribute(attr=name):
                self._values.add(self._scopes.attributes[name], values)
            case ast.Tuple(elts=parts) | ast.List(elts=parts):
                for index, part in enumerate(parts):
                    self._bind(part, self._unpacked(values, index, parts))
            case ast.Starred(value=inner):
                self._bind(inner, frozenset([UNKNOWN]))
            case ast.Subscript(value=holder, slice=key):
                self._store(holder, key, values)

    def _store(self, holder: ast.expr, key: ast.expr, values: Atoms) -> None:
        """Carry values into what stands under a key, where code writes there."""
        text = literal_text(key)
        for atom in self.of(holder):
            if not isinstance(atom, Field):
                continue
            if text is None:
                self._values.add(self._values.contents.scrambled, [atom.path])
            else:
                self._values.add(self._values.contents.stored[atom.path, text], values)
        if isinstance(holder, ast.Name) and self._holds_dictionary(holder):
            self._bind(holder, frozenset([UNKNOWN]))

    def _unpacked(self, values: Atoms, index: int, parts: Sequence[ast.expr]) -> Atoms:
        """What an unpacking gives to the name at an index."""
        if any(isinstance(part, ast.Starred) for part in parts[: index + 1]):
            return frozenset([UNKNOWN])
        found: set[Any] = set()
        for atom in values:
            found |= at_index(atom, index)
        return frozenset(found)

    def _bind_items(self, target: ast.expr, over: ast.expr) -> None:
        """Bind the target of a loop to what is in what it goes through."""
        match target, over:
            case (
                ast.Tuple(elts=[first, second]),
                ast.Call(func=ast.Attribute(value=holder, attr="items"), args=[]),
            ):
                holders = self.of(holder)
                self._bind(first, frozenset(keys_of(holders)))
                self._bind(second, frozenset(values_of(holders)))
            case (
                ast.Tuple(elts=[first, second]),
                ast.Call(func=ast.Name(id="enumerate"), args=[inner, *_]),
            ):
                self._bind(first, frozenset([UNKNOWN]))
                self._bind(second, frozenset(items_of(self.of(inner))))
            case _:
                self._bind(target, frozenset(items_of(self.of(over))))

    def _bind_captures(self, subject: ast.expr, cases: Iterable[ast.match_case]) -> None:
        """Bind the names of patterns: the subject's value to a plain name, else what stands where.

        Captures within other patterns are followed only through mappings and alternatives.
        """
        for case in cases:
            self._capture(case.pattern, self.of(subject))

    def _capture(self, pattern: ast.pattern, values: Atoms) -> None:
        match pattern:
            case ast.MatchAs(pattern=inner, name=name):
                if name is not None:
                    self._values.add(self._scopes.of(pattern).names[name], values)
                if inner is not None:
                    self._capture(inner, values)
            case ast.MatchOr(patterns=patterns):
                for inner in patterns:
                    self._capture(inner, values)
            case ast.MatchMapping(keys=keys, patterns=patterns, rest=rest):
                for key, inner in zip(keys, patterns, strict=True):
                    text = literal_text(key)
                    below = self._values.contents.below_key
                    self._capture(inner, below(values, text) if text else frozenset([UNKNOWN]))
                if rest is not None:
                    self._values.add(self._scopes.of(pattern).names[rest], [UNKNOWN])
            case _:
                for part in ast.walk(pattern):
                    if isinstance(part, ast.MatchAs | ast.MatchStar) and part.name is not None:
                        self._values.add(self._scopes.of(pattern).names[part.name], [UNKNOWN])

    def _import(self, node: ast.AST, module: str, aliases: Iterable[ast.alias]) -> None:
        """Bind the names of an import to what the code's own modules have for them."""
        names = self._scopes.of(node).names
        for alias in aliases:
            bound = alias.asname or alias.name.partition(".")[0]
            source = self._scopes.modules.get(module.rpartition(".")[2]) if module else None
            own = self._scopes.modules.get(alias.name.rpartition(".")[2])
            found: Iterable[Any] = [UNKNOWN]
            if alias.name == "request" and module in _WITH_REQUEST:
                found = [Field(())]
            if source is not None and alias.name in source.names:
                found = source.names[alias.name]
            elif own is not None:
                found = [Module(own.number)]
            self._values.add(names[bound], found)

    def _give(self, call: ast.Call) -> None:
        """Carry the arguments of a call into the functions that it calls."""
        for atom in self.of(call.func):
            if isinstance(atom, Function):
                self._give_to(atom, call.args, call.keywords)
            elif isinstance(atom, Module) and self._scopes.numbered(atom.scope).is_class:
                self._give_fields(self._scopes.numbered(atom.scope), call)
        arguments = [*call.args, *(keyword.value for keyword in call.keywords)]
        for position, argument in enumerate(arguments):
            for atom in self.of(argument):
                if isinstance(atom, Function):
                    self._give_on(atom, call, position)

    def _give_fields(self, scope: Scope, call: ast.Call) -> None:
        """Carry the arguments of a class into its `__init__`, else into the fields it lists."""
        makers = [one for one in scope.names.get("__init__", ()) if isinstance(one, Function)]
        for maker in makers:
            self._give_to(maker, call.args, call.keywords)
        if makers:
            return
        names = []
        for statement in getattr(scope.node, "body", ()):
            if isinstance(statement, ast.AnnAssign) and isinstance(statement.target, ast.Name):
                names.append(statement.target.id)
        for name, argument in zip(names, call.args, strict=False):
            self._values.add(scope.names[name], self.of(argument))
        for keyword in call.keywords:
            if keyword.arg in names:
                self._values.add(scope.names[keyword.arg], self.of(keyword.value))

    def _give_on(self, function: Function, call: ast.Call, position: int) -> None:
        """Carry what is known into a function that is itself an argument: `map(f, tags)`."""
        name = called_name(call)
        rest = call.args[position + 1 :]
        if name in ("map", "filter") and rest:
            self._values.enter(function, [frozenset(items_of(self.of(one))) for one in rest])
        elif name in ("submit", "partial"):
            self._give_to(function, rest, call.keywords)
        else:
            names = parameters(self._scopes.functions[function.number].node)
            self._values.enter(function, [frozenset([UNKNOWN])] * len(names))

    def _give_to(
        self, function: Function, arguments: Sequence[ast.expr], keywords: Sequence[ast.keyword]
    ) -> None:
        values = [self.of(argument) for argument in arguments]
        if any(isinstance(argument, ast.Starred) for argument in arguments):
            values = [frozenset([UNKNOWN])] * len(
                parameters(self._scopes.functions[function.number].node)
            )
        self._values.enter(function, values)
        scope = self._scopes.functions[function.number]
        for keyword in keywords:
            if keyword.arg in scope.names:
                self._values.add(scope.names[keyword.arg], self.of(keyword.value))
            elif keyword.arg is None:
                for name in parameters(scope.node):
                    self._values.add(scope.names[name], [UNKNOWN])


def _origins(files: Sequence[CodeFile]) -> Mapping[ast.AST, set[Any]]:
    """The look-ups of environment variables: each is the variable, or its default."""
    origins: dict[ast.AST, set[Any]] = defaultdict(set)
    for file in files:
        for lookup in lookups(file.tree, file.statements):
            if lookup.tested:
                continue
            origins[lookup.node].add(Variable(lookup.name))
            default = literal_text(lookup.default)
            if default is not None:
                origins[lookup.node].add(Literal.of(default))
            elif lookup.default is not None:
                origins[lookup.node].add(UNKNOWN)
    return origins


def _gives(node: ast.AST) -> bool:
    """Whether a function gives something by a statement."""
    is_return = isinstance(node, ast.Return) and node.value is not None
    return is_return or isinstance(node, ast.Yield | ast.YieldFrom)
