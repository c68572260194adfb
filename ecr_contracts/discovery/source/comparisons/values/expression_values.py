"""The values of an expression of a handler's code, by what is known so far of names and calls.

It holds what is known of functions and of what is stored in fields; who carries values there (the
fixed point of `field_values`) asks for expressions again until nothing changes.
"""

from __future__ import annotations

import ast
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import cached_property
from itertools import product
from typing import Any

from ecr_contracts.discovery.source.comparisons.values import text_methods
from ecr_contracts.discovery.source.comparisons.values.atoms import (
    NOTHING,
    PARSED,
    UNKNOWN,
    Atoms,
    Collection,
    Field,
    Function,
    Joined,
    Literal,
    Module,
    Variable,
    items_of,
)
from ecr_contracts.discovery.source.comparisons.values.contents import (
    Contents,
    below_index,
    keys_of,
    values_of,
)
from ecr_contracts.discovery.source.comparisons.values.conversions import (
    as_number,
    as_text,
    expressions,
    framed,
    is_container,
    parsed,
)
from ecr_contracts.discovery.source.comparisons.values.scopes import (
    Scope,
    Scopes,
    defaults,
    parameters,
)
from ecr_contracts.discovery.source.flow import called_name, literal_text

__all__ = ["ExpressionValues"]

_MOST_ATOMS = 60
_MOST_ITEMS = 400

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
_BODIES = {"json": (PARSED,), "get_json": (PARSED,), "body": (), "text": (), "get_data": ()}
"""Methods of requests that give the body, with what is done to it."""
_KEY_METHODS = frozenset(["get", "pop", "setdefault"])


class ExpressionValues:
    """The values of the expressions of some scopes, and what they rest on.

    `origins` are the values that are known of some expressions from the start. `returned` is what
    each function returns, by its number, `called` the numbers of those that are called, `contents`
    what stands under keys. `is_changed` tells that something new was added since it was last set
    to False.
    """

    def __init__(self, scopes: Scopes, origins: Mapping[ast.AST, set[Any]]) -> None:
        self.returned: dict[int, set[Any]] = defaultdict(set)
        self.called: set[int] = set()
        self.contents = Contents()
        self.is_changed = True
        self._scopes = scopes
        self._origins = origins
        self._known: dict[ast.AST, Atoms] = {}
        self._is_final = False

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

    def finish(self) -> None:
        """Say that nothing will be added any more, so that each expression is worked out once."""
        self._is_final = True
        self._known.clear()

    def add(self, known: set[Any], values: Iterable[Any]) -> None:
        """Add values to those that are known of something."""
        before = len(known)
        known.update(values)
        if len(known) != before:
            self.is_changed = True

    def enter(self, function: Function, values: Sequence[Atoms]) -> None:
        """Note the call of a function, with the values of its arguments by position."""
        scope = self._scopes.functions[function.number]
        if function.number not in self.called:
            self.called.add(function.number)
            self.is_changed = True
        names = parameters(scope.node)
        if names[:1] in (["self"], ["cls"]):
            del names[0]
        for name, value in zip(names, values, strict=False):
            self.add(scope.names[name], value)
        for name, default in defaults(scope.node):
            self.add(scope.names[name], self.of(default))

    def _value(self, node: ast.expr) -> Atoms:
        match node:
            case ast.Constant(value=value):
                return frozenset([Literal.of(value)])
            case ast.Name(id=name):
                scope = self._scopes.binding(node)
                return frozenset([UNKNOWN]) if scope is None else frozenset(scope.names[name])
            case ast.Attribute(value=holder, attr=name):
                return self._attribute(self.of(holder), name)
            case ast.Subscript(value=holder, slice=key):
                return self.subscript(self.of(holder), key)
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
                return frozenset([Function(self._scopes.number_of[node])])
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
        values_of_parts = [self.of(part) for part in parts]
        if _are_of_code(values_of_parts):
            return frozenset(framed(choice) for choice in product(*values_of_parts))
        pieces: list[Field | str] = []
        for values in values_of_parts:
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
        return frozenset([as_text(pieces)])

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
                case Module(number) if name in self._scopes.numbered(number).names:
                    found |= self._members(self._scopes.numbered(number), name)
                case Literal() if name in _SAME_ATTRIBUTES:
                    found.add(holder)
                case _ if name in self._scopes.attributes:
                    found |= self._scopes.attributes[name]
                case _:
                    found |= self._of_any_class(name)
        return frozenset(found)

    def _members(self, scope: Scope, name: str) -> set[Any]:
        """What a module or class has under a name; a property is what it returns."""
        found: set[Any] = set()
        for atom in scope.names[name]:
            if isinstance(atom, Function) and self._is_property(atom):
                self.enter(atom, [])
                found |= self.returned[atom.number]
            else:
                found.add(atom)
        return found

    def _is_property(self, function: Function) -> bool:
        node = self._scopes.functions[function.number].node
        decorators = getattr(node, "decorator_list", [])
        return any("property" in ast.unparse(decorator) for decorator in decorators)

    def _of_any_class(self, name: str) -> set[Any]:
        """What the classes of the code have under a name: for `self.name`."""
        found: set[Any] = set()
        for scope in self._scopes.classes():
            if name in scope.names:
                found |= self._members(scope, name)
        return found or {UNKNOWN}

    def subscript(self, holders: Atoms, key: ast.expr) -> Atoms:
        """What stands under a key, an index or a slice of some values."""
        match key:
            case ast.Constant(value=str(text)):
                return self.contents.below_key(holders, text)
            case ast.Constant(value=int(number)):
                return below_index(holders, number)
            case ast.UnaryOp(op=ast.USub(), operand=ast.Constant(value=int(number))):
                return below_index(holders, -number)
            case ast.Slice():
                return text_methods.sliced(holders, key)
        return self.contents.below_keys(holders, self.of(key))

    def _of_request(self, call: ast.Call) -> Iterator[Field]:
        """The body of a request that a web app is given: `await request.json()`."""
        match call.func:
            case ast.Attribute(value=holder, attr=name) if name in _BODIES:
                for atom in self.of(holder):
                    if isinstance(atom, Field) and not atom.changes:
                        yield Field((*atom.path, "body", *_BODIES[name]))

    def _result(self, call: ast.Call) -> Atoms:
        """What a call gives."""
        name = called_name(call)
        found: set[Any] = set(self._of_request(call))
        if found:
            return frozenset(found)
        called = self.of(call.func)
        functions = [one for one in called if isinstance(one, Function)]
        for function in functions:
            found |= self.returned[function.number]
        if functions:
            return frozenset(found)
        for atom in called:
            if isinstance(atom, Module) and self._scopes.numbered(atom.scope).is_class:
                return self._made(self._scopes.numbered(atom.scope), call)
        if name in _MODEL_METHODS and call.args and not self._validates:
            return self.of(call.args[0])
        if name == "parse" and (event := _keyword(call, "event")) and not self._validates:
            return self.of(event)
        if isinstance(call.func, ast.Attribute):
            of_method = self._method(call, call.func.value, name)
            if of_method is not None:
                return of_method
        return self._of_function(call, name)

    def _made(self, scope: Scope, call: ast.Call) -> Atoms:
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
        for node, _ in self._scopes.nodes:
            for decorator in getattr(node, "decorator_list", ()):
                if any(word in ast.unparse(decorator) for word in ("validator", "serializer")):
                    return True
        return False

    @cached_property
    def _aliases(self) -> Mapping[str, str]:
        """The keys of data that fields of models name, by the names of the fields."""
        aliases: dict[str, str] = {}
        for node, _ in self._scopes.nodes:
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
                found |= self.returned[atom.number]
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
            under = self.subscript(holders, call.args[0])
            rest = [*call.args[1:], *(keyword.value for keyword in call.keywords)]
            return under.union(*(self.of(one) for one in rest if not _is_empty(one)))
        if not holders:
            return NOTHING
        if not any(isinstance(one, Field | Variable | Literal | Collection) for one in holders):
            return None
        if name in _SAME_METHODS:
            return holders
        if name == "keys":
            return frozenset([Collection((frozenset(keys_of(holders)),))])
        if name == "values":
            return frozenset([Collection((frozenset(values_of(holders)),))])
        return text_methods.changed_by(name, holders, call)

    def _of_function(self, call: ast.Call, name: str) -> Atoms:
        if not call.args:
            if name in ("set", "list", "dict", "tuple", "frozenset"):
                return frozenset([Collection(())])
            return frozenset([UNKNOWN])
        first = self.of(call.args[0])
        if name == "str":
            return frozenset(UNKNOWN if is_container(atom) else atom for atom in first)
        if name in _SAME:
            return first
        if name in _PARSERS:
            return frozenset(parsed(first))
        if name in _NUMBERS:
            return frozenset(as_number(first))
        if name in ("filter", "cast") and len(call.args) > 1:
            return self.of(call.args[1])
        if name == "map" and len(call.args) > 1:
            return self._mapped(call.args[0], call.args[1])
        if name == "next":
            return frozenset(items_of(first)).union(*map(self.of, call.args[1:]))
        if name == "compile":
            return frozenset(expressions(first, call))
        if name == "getattr" and len(call.args) > 1:
            text = literal_text(call.args[1])
            return self._attribute(first, text) if text else frozenset([UNKNOWN])
        if any(isinstance(atom, Field) for atom in first) and _is_model(name):
            return first
        return frozenset([UNKNOWN])


def _are_of_code(parts: Sequence[Atoms]) -> bool:
    """Whether one of the parts of a text is a variable or its default, and all others are fixed."""
    variables = [values for values in parts if any(isinstance(one, Variable) for one in values)]
    return len(variables) == 1 and all(
        isinstance(one, Variable | Literal) for values in parts for one in values
    )


def _keyword(call: ast.Call, name: str) -> ast.expr | None:
    """An argument that a call gives by its name."""
    return next((word.value for word in call.keywords if word.arg == name), None)


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
