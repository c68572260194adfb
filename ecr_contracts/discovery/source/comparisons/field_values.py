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
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import Any

from ecr_contracts.discovery.source.comparisons import text_methods
from ecr_contracts.discovery.source.comparisons.atoms import (
    ITEM,
    KEYS,
    NOTHING,
    PARSED,
    UNKNOWN,
    Atoms,
    Collection,
    Expression,
    Field,
    Function,
    Joined,
    Literal,
    Module,
    Variable,
    below,
    changed,
    items_of,
)
from ecr_contracts.discovery.source.comparisons.event_fields import Form, forms_of, steps_of
from ecr_contracts.discovery.source.entry_functions import entry_names
from ecr_contracts.discovery.source.flow import called_name, literal_text
from ecr_contracts.discovery.source.modules import sources
from ecr_contracts.discovery.source.variables.lookups import is_script, lookups
from ecr_contracts.discovery.target import Target

__all__ = ["CodeFile", "FieldValues", "files_of"]

_MAX_ROUNDS = 10
_MOST_ATOMS = 60
_MOST_ITEMS = 400
_MOST_NODES = 60_000

_NAMED = (ast.FunctionDef, ast.AsyncFunctionDef)
_Scoped = (ast.FunctionDef, ast.AsyncFunctionDef, ast.Lambda, ast.ClassDef)

_SAME = frozenset(
    (
        *("list", "tuple", "set", "frozenset", "sorted", "reversed", "dict", "iter"),
        *("copy", "deepcopy", "b64decode", "decompress", "bytes", "unquote", "unquote_plus"),
    )
)
"""Functions whose result is, for our purpose, their first argument."""

_MODELS = ("BaseModel", "EventBridgeModel", "Envelope")
_MODEL_METHODS = frozenset(["model_validate", "parse_obj", "TypeAdapter"])
_NUMBERS = ("int", "float")
_SAME_METHODS = frozenset(["copy", "decode", "encode", "read", "getvalue", "model_dump", "dict"])
_SAME_ATTRIBUTES = frozenset(["raw_event", "value"])
_PARSERS = frozenset(["loads", "parse_raw", "safe_load", "load"])
_KEY_METHODS = frozenset(["get", "pop", "setdefault"])


@dataclass(frozen=True, slots=True)
class CodeFile:
    """A file of a handler: its tree, and the statements of it that the handler uses."""

    file: Path
    tree: ast.Module
    statements: tuple[ast.stmt, ...]


@dataclass(eq=False, slots=True)
class _Scope:
    """A module, class or function with the names that it binds itself."""

    node: ast.AST
    outer: _Scope | None
    number: int
    file: int
    names: dict[str, set[Any]] = field(default_factory=lambda: defaultdict(set))
    elsewhere: set[str] = field(default_factory=set)

    @property
    def is_class(self) -> bool:
        return isinstance(self.node, ast.ClassDef)


def files_of(target: Target) -> list[CodeFile]:
    """The files of a handler's source, its own first, each with all that is used of it."""
    trees: dict[Path, ast.Module] = {}
    reached: dict[Path, dict[ast.stmt, None]] = {}
    for source in sources(target):
        trees[source.file] = source.tree
        reached.setdefault(source.file, {}).update(dict.fromkeys(source.reached))
    files = []
    for file, tree in trees.items():
        used = reached[file]
        statements = (node for node in tree.body if node in used and not is_script(node))
        files.append(CodeFile(file, tree, tuple(statements)))
    return files


def _is_named(scope: _Scope, handler: str) -> bool:
    """Whether a function is the one of a name; of those within functions, the one within these."""
    if "<locals>" not in handler:
        return True
    names: list[str] = []
    inner: _Scope | None = scope
    while inner is not None and not isinstance(inner.node, ast.Module):
        names.append(getattr(inner.node, "name", "<lambda>"))
        inner = inner.outer
    return list(reversed(names)) == [name for name in handler.split(".") if name != "<locals>"]


class FieldValues:
    """The values of the expressions of some files, of which a function is given the event."""

    def __init__(self, files: Sequence[CodeFile], handler: str) -> None:
        """Carries the values until nothing changes; nothing is known of code that is too long."""
        self.files = files
        self._scopes: list[_Scope] = []
        self._modules: dict[str, _Scope] = {}
        self._scope_of: dict[ast.AST, _Scope] = {}
        self._functions: list[_Scope] = []
        self._number_of: dict[ast.AST, int] = {}
        self._called: set[int] = set()
        self._returned: dict[int, set[Any]] = defaultdict(set)
        self._stored: dict[tuple[tuple[str, ...], str], set[Any]] = defaultdict(set)
        self._scrambled: set[Any] = set()
        self._yielded: dict[int, set[Any]] = defaultdict(set)
        self._attributes: dict[str, set[Any]] = defaultdict(set)
        self._origins: dict[ast.AST, set[Any]] = defaultdict(set)
        self._changed = True
        self._known: dict[ast.AST, Atoms] = {}
        self._is_final = False
        self.nodes: list[tuple[ast.AST, CodeFile]] = []
        for number, file in enumerate(files):
            scope = self._new_scope(file.tree, None, number)
            self._modules.setdefault(_module_name(file.file), scope)
            for statement in file.statements:
                self._visit(statement, scope, file)
            for lookup in lookups(file.tree, file.statements):
                if not lookup.tested:
                    self._origins[lookup.node].add(Variable(lookup.name))
                    default = literal_text(lookup.default)
                    if default is not None:
                        self._origins[lookup.node].add(Literal.of(default))
                    elif lookup.default is not None:
                        self._origins[lookup.node].add(UNKNOWN)
        try:
            is_followed = len(self.nodes) <= _MOST_NODES and self._follow(handler)
        except RecursionError:  # an expression of very many parts
            is_followed = False
        if not is_followed:
            self.nodes.clear()
        self._is_final = True
        self._known.clear()

    def of(self, node: ast.expr) -> Atoms:
        """The values that an expression may stand for."""
        if node in self._known:
            return self._known[node]
        values = frozenset(self._origins.get(node, ())) or self._value(node)
        if len(values) > _MOST_ATOMS:
            values = frozenset([UNKNOWN])
        if self._is_final:
            self._known[node] = values
        return values

    def below(self, holders: Atoms, key: ast.expr) -> Atoms:
        """What stands under a key, an expression, of some values."""
        return self._subscript(holders, key)

    def functions_called(self, call: ast.Call) -> Iterator[ast.AST]:
        """The functions of the code that a call may call."""
        for atom in self.of(call.func):
            if isinstance(atom, Function):
                yield self._functions[atom.number].node

    # Scopes
    # ----------------------------------------------------------------------------------------------

    def _new_scope(self, node: ast.AST, outer: _Scope | None, file: int) -> _Scope:
        scope = _Scope(node, outer, len(self._scopes), file)
        self._scopes.append(scope)
        return scope

    def _visit(self, node: ast.AST, scope: _Scope, file: CodeFile) -> None:
        """Note the scope of each node, and the scopes that begin there."""
        todo: list[tuple[ast.AST, _Scope]] = [(node, scope)]
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
                    self._number_of[node] = len(self._functions)
                    self._functions.append(inner)
                    if not isinstance(node, ast.Lambda):
                        scope.names[node.name].add(Function(self._number_of[node]))
            else:
                self._declare(node, scope)
            todo += [(child, inner) for child in ast.iter_child_nodes(node)]

    def _declare(self, node: ast.AST, scope: _Scope) -> None:
        """Note the names that a node binds: what they stand for is not known yet."""
        match node:
            case ast.Global(names=names) | ast.Nonlocal(names=names):
                scope.elsewhere.update(names)
            case ast.Name(id=name, ctx=ast.Store()):
                scope.names[name]
            case ast.Attribute(attr=name, ctx=ast.Store()):
                self._attributes[name]
            case ast.ExceptHandler(name=str(name)) | ast.MatchAs(name=str(name)):
                scope.names[name]
            case ast.MatchStar(name=str(name)) | ast.MatchMapping(rest=str(name)):
                scope.names[name]
            case ast.Import(names=aliases) | ast.ImportFrom(names=aliases):
                for alias in aliases:
                    scope.names[alias.asname or alias.name.partition(".")[0]]

    def _scope_with(self, name: str, scope: _Scope | None) -> _Scope | None:
        """The scope, from one outwards, that binds a name."""
        first = scope
        while scope is not None:
            is_visible = scope is first or not scope.is_class
            if is_visible and name in scope.names and name not in scope.elsewhere:
                return scope
            scope = scope.outer
        return None

    # The fixed point
    # ----------------------------------------------------------------------------------------------

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
        self._changed = False
        for node, _ in self.nodes:
            self._carry(node)
        return self._changed

    def _bind_parameters(self, handler: str) -> None:
        """Give the event to the handler, and names to all parameters."""
        entries = entry_names(self.files[0].statements, handler) if self.files else frozenset()
        returning = {self._scope_of[node].node for node, _ in self.nodes if _gives(node)}
        for number, scope in enumerate(self._functions):
            if isinstance(scope.node, _NAMED) and scope.node not in returning:
                self._returned[number].add(Literal.of(None))
            for parameter in _parameters(scope.node):
                scope.names[parameter] |= {UNKNOWN} if parameter in ("self", "cls") else set()
            node = scope.node
            if isinstance(node, _NAMED) and node.name in entries:
                is_first = scope.file == 0 and _is_named(scope, handler)
                names = [name for name in _parameters(node) if name not in ("self", "cls")]
                if is_first and names:
                    scope.names[names[0]].add(Field(()))
                    for name in names[1:]:
                        scope.names[name].add(UNKNOWN)
                    self._called.add(number)

    def _bind_uncalled(self) -> None:
        """Say that nothing is known of the arguments of functions that nobody calls by name."""
        for number, scope in enumerate(self._functions):
            if number not in self._called:
                for parameter in _parameters(scope.node):
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
                self._add(self._scope_of[node].names[name], [UNKNOWN])
            case ast.Import(names=aliases):
                self._import(node, "", aliases)
            case ast.ImportFrom(module=module, names=aliases):
                self._import(node, module or "", aliases)
            case ast.Match(subject=subject, cases=cases):
                self._bind_captures(subject, cases)
            case ast.Return(value=ast.expr() as value):
                self._return(node, value)
            case ast.Lambda(body=body):
                self._add(self._returned[self._number_of[node]], self.of(body))
            case ast.Yield(value=ast.expr() as value):
                self._yield(node, self.of(value))
            case ast.YieldFrom(value=value):
                self._yield(node, frozenset(items_of(self.of(value))))
            case ast.Call():
                self._give(node)
                self._put(node)

    def _return(self, node: ast.AST, value: ast.expr) -> None:
        number = self._number_of.get(self._scope_of[node].node)
        if number is not None:
            self._add(self._returned[number], self.of(value))

    def _yield(self, node: ast.AST, values: Atoms) -> None:
        number = self._number_of.get(self._scope_of[node].node)
        if number is not None:
            self._add(self._yielded[number], values)
            self._returned[number] = {Collection((frozenset(self._yielded[number]),))}

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

    def _add(self, known: set[Any], values: Iterable[Any]) -> None:
        before = len(known)
        known.update(values)
        if len(known) != before:
            self._changed = True

    def _bind(self, target: ast.expr, values: Atoms) -> None:
        match target:
            case ast.Name(id=name):
                scope = self._scope_of[target]
                while name in scope.elsewhere and scope.outer is not None:
                    scope = scope.outer
                self._add(scope.names[name], values)
            case ast.Attribute(attr=name):
                self._add(self._attributes[name], values)
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
                self._add(self._scrambled, [atom.path])
            else:
                self._add(self._stored[atom.path, text], values)
        if isinstance(holder, ast.Name) and self._holds_dictionary(holder):
            self._bind(holder, frozenset([UNKNOWN]))

    def _unpacked(self, values: Atoms, index: int, parts: Sequence[ast.expr]) -> Atoms:
        """What an unpacking gives to the name at an index."""
        if any(isinstance(part, ast.Starred) for part in parts[: index + 1]):
            return frozenset([UNKNOWN])
        found: set[Any] = set()
        for atom in values:
            found |= self._at_index(atom, index)
        return frozenset(found)

    def _bind_items(self, target: ast.expr, over: ast.expr) -> None:
        """Bind the target of a loop to what is in what it goes through."""
        match target, over:
            case (
                ast.Tuple(elts=[first, second]),
                ast.Call(func=ast.Attribute(value=holder, attr="items"), args=[]),
            ):
                holders = self.of(holder)
                self._bind(first, frozenset(_keys(holders)))
                self._bind(second, frozenset(_values(holders)))
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
                    self._add(self._scope_of[pattern].names[name], values)
                if inner is not None:
                    self._capture(inner, values)
            case ast.MatchOr(patterns=patterns):
                for inner in patterns:
                    self._capture(inner, values)
            case ast.MatchMapping(keys=keys, patterns=patterns, rest=rest):
                for key, inner in zip(keys, patterns, strict=True):
                    text = literal_text(key)
                    self._capture(
                        inner, self._below_key(values, text) if text else frozenset([UNKNOWN])
                    )
                if rest is not None:
                    self._add(self._scope_of[pattern].names[rest], [UNKNOWN])
            case _:
                for part in ast.walk(pattern):
                    if isinstance(part, ast.MatchAs | ast.MatchStar) and part.name is not None:
                        self._add(self._scope_of[pattern].names[part.name], [UNKNOWN])

    def _import(self, node: ast.AST, module: str, aliases: Iterable[ast.alias]) -> None:
        """Bind the names of an import to what the code's own modules have for them."""
        names = self._scope_of[node].names
        for alias in aliases:
            bound = alias.asname or alias.name.partition(".")[0]
            source = self._modules.get(module.rpartition(".")[2]) if module else None
            own = self._modules.get(alias.name.rpartition(".")[2])
            found: Iterable[Any] = [UNKNOWN]
            if source is not None and alias.name in source.names:
                found = source.names[alias.name]
            elif own is not None:
                found = [Module(own.number)]
            self._add(names[bound], found)

    # Calls
    # ----------------------------------------------------------------------------------------------

    def _give(self, call: ast.Call) -> None:
        """Carry the arguments of a call into the functions that it calls."""
        for atom in self.of(call.func):
            if isinstance(atom, Function):
                self._give_to(atom, call.args, call.keywords)
            elif isinstance(atom, Module) and self._scopes[atom.scope].is_class:
                self._give_fields(self._scopes[atom.scope], call)
        arguments = [*call.args, *(keyword.value for keyword in call.keywords)]
        for position, argument in enumerate(arguments):
            for atom in self.of(argument):
                if isinstance(atom, Function):
                    self._give_on(atom, call, position)

    def _give_fields(self, scope: _Scope, call: ast.Call) -> None:
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
            self._add(scope.names[name], self.of(argument))
        for keyword in call.keywords:
            if keyword.arg in names:
                self._add(scope.names[keyword.arg], self.of(keyword.value))

    def _give_on(self, function: Function, call: ast.Call, position: int) -> None:
        """Carry what is known into a function that is itself an argument: `map(f, tags)`."""
        name = called_name(call)
        rest = call.args[position + 1 :]
        if name in ("map", "filter") and rest:
            self._give_values(function, [frozenset(items_of(self.of(one))) for one in rest])
        elif name in ("submit", "partial"):
            self._give_to(function, rest, call.keywords)
        else:
            names = _parameters(self._functions[function.number].node)
            self._give_values(function, [frozenset([UNKNOWN])] * len(names))

    def _give_to(
        self, function: Function, arguments: Sequence[ast.expr], keywords: Sequence[ast.keyword]
    ) -> None:
        values = [self.of(argument) for argument in arguments]
        if any(isinstance(argument, ast.Starred) for argument in arguments):
            values = [frozenset([UNKNOWN])] * len(
                _parameters(self._functions[function.number].node)
            )
        self._give_values(function, values)
        scope = self._functions[function.number]
        for keyword in keywords:
            if keyword.arg in scope.names:
                self._add(scope.names[keyword.arg], self.of(keyword.value))
            elif keyword.arg is None:
                for name in _parameters(scope.node):
                    self._add(scope.names[name], [UNKNOWN])

    def _give_values(self, function: Function, values: Sequence[Atoms]) -> None:
        scope = self._functions[function.number]
        if function.number not in self._called:
            self._called.add(function.number)
            self._changed = True
        names = _parameters(scope.node)
        if names[:1] in (["self"], ["cls"]):
            del names[0]
        for name, value in zip(names, values, strict=False):
            self._add(scope.names[name], value)
        for name, default in _defaults(scope.node):
            self._add(scope.names[name], self.of(default))

    # The values of an expression
    # ----------------------------------------------------------------------------------------------

    def _value(self, node: ast.expr) -> Atoms:
        match node:
            case ast.Constant(value=value):
                return frozenset([Literal.of(value)])
            case ast.Name(id=name):
                scope = self._scope_with(name, self._scope_of.get(node))
                return frozenset([UNKNOWN]) if scope is None else frozenset(scope.names[name])
            case ast.Attribute(value=holder, attr=name):
                return self._attribute(self.of(holder), name)
            case ast.Subscript(value=holder, slice=key):
                return self._subscript(self.of(holder), key)
            case ast.Call():
                return self._result(node)
            case ast.BoolOp(values=alternatives):
                return NOTHING.union(*map(self.of, alternatives))
            case ast.IfExp(body=body, orelse=other):
                return self.of(body) | self.of(other)
            case ast.Await(value=inner) | ast.NamedExpr(value=inner) | ast.Starred(value=inner):
                return self.of(inner)
            case ast.Tuple(elts=items) | ast.List(elts=items) | ast.Set(elts=items):
                return self._collection(items)
            case ast.Dict(keys=keys, values=values):
                return self._dictionary(keys, values)
            case ast.ListComp(elt=item) | ast.SetComp(elt=item) | ast.GeneratorExp(elt=item):
                return frozenset([Collection((self.of(item),))])
            case ast.Lambda():
                return frozenset([Function(self._number_of[node])])
            case ast.JoinedStr(values=parts):
                return self._joined(parts)
            case ast.FormattedValue(value=inner, conversion=-1, format_spec=None):
                return self.of(inner)
            case ast.BinOp(left=left, op=ast.Add(), right=right):
                return self._added(left, right)
            case ast.BinOp(left=left, op=ast.BitOr(), right=right):
                return self._united(self.of(left), self.of(right))
        return frozenset([UNKNOWN])

    def _collection(self, items: Sequence[ast.expr]) -> Atoms:
        held: list[Atoms] = []
        for item in items[:_MOST_ITEMS]:
            values = self.of(item)
            held.append(frozenset(items_of(values)) if isinstance(item, ast.Starred) else values)
        return frozenset([Collection(tuple(held))])

    def _dictionary(self, keys: Sequence[ast.expr | None], values: Sequence[ast.expr]) -> Atoms:
        held: list[Atoms] = []
        under: list[Atoms] = []
        for key, value in list(zip(keys, values, strict=True))[:_MOST_ITEMS]:
            if key is not None:
                held.append(self.of(key))
                under.append(self.of(value))
                continue
            for atom in self.of(value):
                if isinstance(atom, Collection) and atom.values is not None:
                    held += atom.items
                    under += atom.values
                else:
                    held.append(frozenset([UNKNOWN]))
                    under.append(frozenset([UNKNOWN]))
        return frozenset([Collection(tuple(held), tuple(under))])

    def _united(self, left: Atoms, right: Atoms) -> Atoms:
        """The union of two sets, or of two dictionaries."""
        found: set[Any] = set()
        for one in left:
            for other in right:
                if isinstance(one, Collection) and isinstance(other, Collection):
                    found.add(Collection((*one.items, *other.items)))
                else:
                    known = [atom for atom in (one, other) if isinstance(atom, Collection)]
                    found.update([UNKNOWN, *known])
        return frozenset(found)

    def _joined(self, parts: Sequence[ast.expr]) -> Atoms:
        """An f-string: a text if its parts are, else what it is put together of."""
        pieces: list[Field | str] = []
        for part in parts:
            values = self.of(part)
            if len(values) != 1:
                return frozenset([UNKNOWN])
            (value,) = values
            if isinstance(value, Literal) and isinstance(value.value, str | int):
                pieces.append(str(value.value))
            elif isinstance(value, Field):
                pieces.append(value)
            elif isinstance(value, Joined):
                pieces += value.parts
            else:
                return frozenset([UNKNOWN])
        return frozenset([_as_text(pieces)])

    def _added(self, left: ast.expr, right: ast.expr) -> Atoms:
        one, other = self.of(left), self.of(right)
        for collection in one:
            if isinstance(collection, Collection):
                return self._united(one, other)
        return self._joined([left, right])

    def _attribute(self, holders: Atoms, name: str) -> Atoms:
        found: set[Any] = set()
        for holder in holders:
            match holder:
                case Field(path, changes):
                    if name in _SAME_ATTRIBUTES:
                        found.add(holder)
                    elif name == "json_body":
                        found.add(Field((*path, "body", PARSED)))
                    elif not changes:
                        key = self._aliases.get(name) or name.replace("_", "-")
                        found.add(Field((*path, key)))
                case Module(number) if name in self._scopes[number].names:
                    found |= self._members(self._scopes[number], name)
                case Literal() if name in _SAME_ATTRIBUTES:
                    found.add(holder)
                case _ if name in self._attributes:
                    found |= self._attributes[name]
                case _:
                    found |= self._of_any_class(name)
        return frozenset(found)

    def _members(self, scope: _Scope, name: str) -> set[Any]:
        """What a module or class has under a name; a property is what it returns."""
        found: set[Any] = set()
        for atom in scope.names[name]:
            if isinstance(atom, Function) and self._is_property(atom):
                self._give_values(atom, [])
                found |= self._returned[atom.number]
            else:
                found.add(atom)
        return found

    def _is_property(self, function: Function) -> bool:
        node = self._functions[function.number].node
        decorators = getattr(node, "decorator_list", [])
        return any("property" in ast.unparse(decorator) for decorator in decorators)

    def _of_any_class(self, name: str) -> set[Any]:
        """What the classes of the code have under a name: for `self.name`."""
        found: set[Any] = set()
        for scope in self._scopes:
            if scope.is_class and name in scope.names:
                found |= self._members(scope, name)
        return found or {UNKNOWN}

    def _subscript(self, holders: Atoms, key: ast.expr) -> Atoms:
        match key:
            case ast.Constant(value=str(text)):
                return self._below_key(holders, text)
            case ast.Constant(value=int(number)):
                return self._below_index(holders, number)
            case ast.UnaryOp(op=ast.USub(), operand=ast.Constant(value=int(number))):
                return self._below_index(holders, -number)
            case ast.Slice():
                return text_methods.sliced(holders, key)
        return self._below_keys(holders, self.of(key))

    def _below_keys(self, holders: Atoms, keys: Atoms) -> Atoms:
        """What stands under any of some keys."""
        found: set[Any] = set()
        for key in keys:
            match key:
                case Literal(value=str(text)):
                    found |= self._below_key(holders, text)
                case _:
                    found |= {UNKNOWN}
                    for holder in holders:
                        if isinstance(holder, Collection) and holder.values is not None:
                            found = found.union(*holder.values)
        return frozenset(found)

    def _below_key(self, holders: Atoms, key: str) -> Atoms:
        found: set[Any] = set()
        for holder in holders:
            match holder:
                case Field(path):
                    found.add(below(holder, key))
                    found |= self._stored.get((path, key), set())
                    found |= {UNKNOWN} if path in self._scrambled else set()
                case Collection(items, values) if values is not None:
                    for held, value in zip(items, values, strict=True):
                        if Literal.of(key) in held:
                            found |= value
                case _:
                    found.add(UNKNOWN)
        if found or not holders:
            return frozenset(found)
        return frozenset([UNKNOWN])

    def _below_index(self, holders: Atoms, number: int) -> Atoms:
        found: set[Any] = set()
        for holder in holders:
            found |= self._at_index(holder, number)
        return frozenset(found)

    def _at_index(self, holder: Any, number: int) -> Atoms:
        match holder:
            case Field(_, (*_, ("pieces", *_))) | Variable(_, (*_, ("pieces", *_))):
                _, separator, most, side = holder.changes[-1]
                piece = ("piece", separator, number, most, side)
                return frozenset([holder._replace(changes=(*holder.changes[:-1], piece))])
            case Field(path, ()):
                return frozenset([Field((*path, ITEM))])
            case Collection(items, None) if -len(items) <= number < len(items):
                return frozenset(items[number])
        return frozenset([UNKNOWN])

    def _result(self, call: ast.Call) -> Atoms:
        """What a call gives."""
        name = called_name(call)
        found: set[Any] = set()
        called = self.of(call.func)
        functions = [one for one in called if isinstance(one, Function)]
        for function in functions:
            found |= self._returned[function.number]
        if functions:
            return frozenset(found)
        for atom in called:
            if isinstance(atom, Module) and self._scopes[atom.scope].is_class:
                return self._made(self._scopes[atom.scope], call)
        if name in _MODEL_METHODS and call.args and not self._validates:
            return self.of(call.args[0])
        if name == "parse" and (event := _keyword(call, "event")) and not self._validates:
            return self.of(event)
        if isinstance(call.func, ast.Attribute):
            of_method = self._method(call, call.func.value, name)
            if of_method is not None:
                return of_method
        return self._of_function(call, name)

    def _made(self, scope: _Scope, call: ast.Call) -> Atoms:
        """What a class of the code makes: a member of an enumeration, a model of data, or else."""
        arguments = [*call.args, *(word.value for word in call.keywords if word.arg is None)]
        bases = " ".join(map(ast.unparse, getattr(scope.node, "bases", ())))
        if "Enum" in bases and len(arguments) == 1:
            return self.of(arguments[0])
        is_model = any(word in bases for word in _MODELS) and not self._validates
        if is_model and len(arguments) == 1 and not call.args:
            return self.of(arguments[0])
        return frozenset([UNKNOWN])

    @cached_property
    def _validates(self) -> bool:
        """Whether some model changes what it is given."""
        for node, _ in self.nodes:
            for decorator in getattr(node, "decorator_list", ()):
                if any(word in ast.unparse(decorator) for word in ("validator", "serializer")):
                    return True
        return False

    @cached_property
    def _aliases(self) -> Mapping[str, str]:
        """The keys of data that fields of models name, by the names of the fields."""
        aliases: dict[str, str] = {}
        for node, _ in self.nodes:
            match node:
                case ast.AnnAssign(target=ast.Name(id=name), value=ast.Call(keywords=keywords)):
                    for keyword in keywords:
                        text = literal_text(keyword.value)
                        if keyword.arg in ("alias", "validation_alias") and text:
                            aliases[name] = text
        return aliases

    def _mapped(self, function: ast.expr, items: ast.expr) -> Atoms:
        """What a function makes of each item: one of the code, or a method of texts."""
        found: set[Any] = set()
        for atom in self.of(function):
            if isinstance(atom, Function):
                found |= self._returned[atom.number]
        match function:
            case ast.Attribute(value=ast.Name(id="str"), attr=name):
                nothing = ast.Call(function, [], [])
                held = frozenset(items_of(self.of(items)))
                found |= text_methods.changed_by(name, held, nothing) or {UNKNOWN}
            case ast.Name(id="str"):
                found |= set(items_of(self.of(items)))
        return frozenset([Collection((frozenset(found) or frozenset([UNKNOWN]),))])

    def _method(self, call: ast.Call, receiver: ast.expr, name: str) -> Atoms | None:
        """What a method gives of what it is called on; None where that is not what it is about."""
        holders = self.of(receiver)
        if name in _KEY_METHODS and call.args:
            under = self._subscript(holders, call.args[0])
            rest = [*call.args[1:], *(keyword.value for keyword in call.keywords)]
            return under.union(*(self.of(one) for one in rest if not _is_empty(one)))
        if not holders:
            return NOTHING
        if not any(isinstance(one, Field | Variable | Literal | Collection) for one in holders):
            return None
        if name in _SAME_METHODS:
            return holders
        if name == "keys":
            return frozenset([Collection((frozenset(_keys(holders)),))])
        if name == "values":
            return frozenset([Collection((frozenset(_values(holders)),))])
        return text_methods.changed_by(name, holders, call)

    def _of_function(self, call: ast.Call, name: str) -> Atoms:
        if not call.args:
            if name in ("set", "list", "dict", "tuple", "frozenset"):
                return frozenset([Collection(())])
            return frozenset([UNKNOWN])
        first = self.of(call.args[0])
        if name == "str":
            return frozenset(UNKNOWN if _is_container(atom) else atom for atom in first)
        if name in _SAME:
            return first
        if name in _PARSERS:
            return frozenset(_parsed(first))
        if name in _NUMBERS:
            return frozenset(_as_number(first))
        if name in ("filter", "cast") and len(call.args) > 1:
            return self.of(call.args[1])
        if name == "map" and len(call.args) > 1:
            return self._mapped(call.args[0], call.args[1])
        if name == "next":
            return frozenset(items_of(first)).union(*map(self.of, call.args[1:]))
        if name == "compile":
            return frozenset(_expressions(first, call))
        if name == "getattr" and len(call.args) > 1:
            text = literal_text(call.args[1])
            return self._attribute(first, text) if text else frozenset([UNKNOWN])
        if any(isinstance(atom, Field) for atom in first) and _is_model(name):
            return first
        return frozenset([UNKNOWN])


def _gives(node: ast.AST) -> bool:
    """Whether a function gives something by a statement."""
    is_return = isinstance(node, ast.Return) and node.value is not None
    return is_return or isinstance(node, ast.Yield | ast.YieldFrom)


def _is_container(atom: Any) -> bool:
    """Whether a value is an object or an array, of which the text is another one."""
    if isinstance(atom, Collection):
        return True
    place = steps_of(atom.path) if isinstance(atom, Field) else None
    return place is not None and Form.SCALAR not in forms_of(place[0])


def _keyword(call: ast.Call, name: str) -> ast.expr | None:
    """An argument that a call gives by its name."""
    return next((word.value for word in call.keywords if word.arg == name), None)


def _as_number(atoms: Atoms) -> Iterator[Any]:
    for atom in atoms:
        yield changed(atom, ("number",)) if isinstance(atom, Field) else UNKNOWN


def _is_model(name: str) -> bool:
    """Whether a function only wraps an event, as the data classes of Powertools do."""
    return name.endswith("Event") and name[:1].isupper()


def _is_empty(node: ast.expr) -> bool:
    """Whether a default is nothing to speak of: None, or an empty text, list or dictionary."""
    match node:
        case ast.Constant(value=value):
            return not value
        case ast.List(elts=[]) | ast.Tuple(elts=[]) | ast.Dict(keys=[]):
            return True
    return False


def _keys(holders: Atoms) -> Iterator[Any]:
    """The keys of objects."""
    for holder in holders:
        match holder:
            case Field(path, ()):
                yield Field((*path, KEYS))
            case Collection(items):
                for item in items:
                    yield from item
            case Variable(_, (*_, ("parsed",))):
                yield holder
            case _:
                yield UNKNOWN


def _values(holders: Atoms) -> Iterator[Any]:
    """The values of objects; of the event's own nothing is said, for each key has its own."""
    for holder in holders:
        match holder:
            case Collection(_, values) if values is not None:
                for value in values:
                    yield from value
            case _:
                yield UNKNOWN


def _parsed(atoms: Atoms) -> Iterator[Any]:
    for atom in atoms:
        match atom:
            case Field():
                yield Field((*atom.path, PARSED))
            case Variable():
                yield changed(atom, ("parsed",))
            case _:
                yield UNKNOWN


def _expressions(atoms: Atoms, call: ast.Call) -> Iterator[Any]:
    """The regular expressions that a call compiles."""
    ignore_case = text_methods.ignores_case(call.args[1:], call.keywords)
    for atom in atoms:
        match atom:
            case Literal(value=str(text)) if ignore_case is not None:
                yield Expression(text, ignore_case)
            case Variable():
                yield atom
            case _:
                yield UNKNOWN


def _as_text(pieces: Sequence[Field | str]) -> Any:
    """Pieces of a text: one literal where all are texts, the field where it stands alone."""
    merged: list[Field | str] = []
    for piece in pieces:
        if isinstance(piece, str) and merged and isinstance(merged[-1], str):
            merged[-1] += piece
        elif piece != "":
            merged.append(piece)
    if not merged:
        return Literal.of("")
    if len(merged) == 1:
        only = merged[0]
        return Literal.of(only) if isinstance(only, str) else only
    return Joined(tuple(merged))


def _module_name(file: Path) -> str:
    return file.parent.name if file.stem == "__init__" else file.stem


def _parameters(node: ast.AST) -> list[str]:
    arguments = getattr(node, "args", None)
    if not isinstance(arguments, ast.arguments):
        return []
    named = [*arguments.posonlyargs, *arguments.args, *arguments.kwonlyargs]
    return [argument.arg for argument in named]


def _defaults(node: ast.AST) -> Iterator[tuple[str, ast.expr]]:
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
