"""Data flow through source code: what is done with the values that come from a given origin.

This is an abstract interpretation that ends at a fixed point. Nothing is run: each expression has a
set of values that it may stand for (an origin, and the way from there), and each round carries
these sets through assignments, loops, returns and arguments, until a round adds nothing. Then each
place that does something with a value is a use of it. An example, whose one origin is the secret:

    secret = client.get_secret_value(SecretId="x")["SecretString"]
    data = json.loads(secret)       # the text is parsed
    requests.post(data["url"])      # of the data the key url is read; what it has is passed to post

The analysis knows no order of statements and no conditions, and one name means one thing within a
file, so that it finds too much rather than too little. Files are connected by names that are
imported, by attributes, and by calls of functions. Each client says which expressions are origins:
look-ups of environment variables, members of an answer that was fetched.
"""

from __future__ import annotations

import ast
from collections import defaultdict
from collections.abc import Callable, Hashable, Iterable, Iterator, Sequence
from enum import Enum
from typing import Any, NamedTuple

__all__ = [
    "ANY_KEY",
    "ITEM",
    "Action",
    "Flow",
    "Origins",
    "Stage",
    "Use",
    "Value",
    "called_name",
    "key_read",
    "literal_text",
]

ITEM = "[]"
"""The step from a list to what is in it."""
ANY_KEY = "{}"
"""The step from a table to what stands under a key that is worked out."""

_SCOPES = (ast.FunctionDef, ast.AsyncFunctionDef, ast.Lambda, ast.ClassDef)
_MAX_ROUNDS = 6  # each carries values through one more helper
_PARSERS = frozenset({"loads", "safe_load", "literal_eval"})
_FORMATS = ("json", "yaml", "toml")
_KEEPING_METHODS = frozenset(
    {
        "casefold",
        "copy",
        "decode",
        "encode",
        "getvalue",
        "lower",
        "lstrip",
        "read",
        "removeprefix",
        "removesuffix",
        "replace",
        "rstrip",
        "strip",
        "upper",
    }
)
"""Methods whose result has the form of what they are called on."""

_KEEPING_FUNCTIONS = frozenset(
    {"b64decode", "bytes", "copy", "decode", "deepcopy", "dict", "encode", "standard_b64decode"}
    | {"str", "list", "tuple", "set", "frozenset", "sorted"}
)
"""Functions whose result has the form of their first argument."""
_NUMBER_FUNCTIONS = frozenset({"int", "float", "Decimal"})
_GOING_THROUGH = frozenset({"map", "filter"})  # whose second argument is gone through


class Stage(Enum):
    """What has been made of the text that a value was at first."""

    TEXT = "the text that it came as"
    DATA = "the data that the text was parsed to, or a part of it"
    PARTS = "the pieces that the text was split into"
    NUMBER = "the number that the text was read as"


class Value(NamedTuple):
    """A value: its origin, its stage, and the way to it from there.

    `path` are the keys down to a part of data, `ITEM` for what is in a list; of pieces it is the
    separator, and `ITEM` behind it for a single one.
    """

    origin: Hashable
    stage: Stage = Stage.TEXT
    path: tuple[str, ...] = ()


class Action(Enum):
    """What is done with a value; a comment says what `Use.detail` is then."""

    KEY = "its key is read"  # the key
    LOOKED_UP = "a key is read that is worked out"  # None
    INDEX = "its item is read by a number"  # the number
    ITERATED = "its items are gone through"  # None
    UNPACKED = "its items are given to names"  # how many names
    SEARCHED = "something is looked for in it"  # what, if it is a literal
    COMPARED = "it is compared with literals"  # the literals, a tuple
    PARSED = "it is parsed to data"  # the name of the parser
    PASSED = "it is an argument of a call"  # the function's name, and the position or keyword
    CALLED = "its method is called"  # the name of the method
    FORMATTED = "values are put into it with %"  # how many


class Use(NamedTuple):
    """One place where something is done with a value; `node` stands in `tree`."""

    value: Value
    action: Action
    detail: Any
    node: ast.AST
    tree: ast.AST


Origins = Callable[[ast.expr, set[Value]], Iterable[Value]]
"""The values that begin at an expression, of which the flow knows some values already."""


class _Parameter(NamedTuple):
    """Where an argument of a function goes: a name of a file, or an attribute."""

    name: str
    target: ast.expr
    file: _File
    keyword_only: bool = False


class _File:
    """The names of one file: their values, and which of them others see.

    `public` are those of the module, `fields` those of its classes. `imported` has the names that
    imports bind here, each with the name that it has where it comes from, `scoped` the names that
    comprehensions bind, by the name under which their values stand.
    """

    def __init__(self, tree: ast.AST) -> None:
        self.tree = tree
        self.nodes = list(ast.walk(tree))
        self.values: dict[str, set[Value]] = defaultdict(set)
        self.public = set(_bound_names(tree))
        self.fields: set[str] = set()
        self.imported: dict[str, str] = {}
        self.scoped: dict[ast.Name, str] = {}
        for node in self.nodes:
            match node:
                case ast.ListComp() | ast.SetComp() | ast.GeneratorExp() | ast.DictComp():
                    self._scope(node)
                case ast.Import(names=aliases):
                    for alias in aliases:
                        self.imported[alias.asname or alias.name.partition(".")[0]] = alias.name
                case ast.ImportFrom(names=aliases):
                    for alias in aliases:
                        self.imported[alias.asname or alias.name] = alias.name
                case ast.ClassDef():
                    self.fields |= set(_bound_names(node))
                case ast.Global(names=names):
                    self.public |= set(names)

    def _scope(self, node: ast.ListComp | ast.SetComp | ast.GeneratorExp | ast.DictComp) -> None:
        """Give names that a comprehension binds a name of their own within it.

        What it goes through first is worked out around it.
        """
        targets = [inner for part in node.generators for inner in ast.walk(part.target)]
        bound = {target.id for target in targets if isinstance(target, ast.Name)}
        around = set(ast.walk(node.generators[0].iter))
        for inner in ast.walk(node):
            if isinstance(inner, ast.Name) and inner.id in bound and inner not in around:
                self.scoped[inner] = f"{inner.id} at {node.lineno}:{node.col_offset}"


class Flow:
    """The values of some files that have an origin, and what is done with them.

    `follow` carries the values from their origins; `values` and `uses` tell where they came to.
    """

    def __init__(self, trees: Iterable[ast.AST], *, tells_keys: bool = False) -> None:
        """The flow through syntax trees, one for each file.

        If it `tells_keys`, there is a step (`ANY_KEY`) to what stands under a key that is worked
        out; else that is the whole table as well.
        """
        self._tells_keys = tells_keys
        self._origins: Origins = lambda node, known: ()
        self._files = [_File(tree) for tree in trees]
        self._public: dict[str, set[Value]] = defaultdict(set)
        self._attributes: dict[str, set[Value]] = defaultdict(set)
        self._returned: dict[str, set[Value]] = defaultdict(set)
        self._parameters: dict[str, list[list[_Parameter]]] = defaultdict(list)
        self._returns: list[tuple[str, ast.expr, _File]] = []
        self._changed = self._changing = True
        self._final: dict[ast.expr, set[Value]] = {}
        for file in self._files:
            for node in file.nodes:
                self._define(node, file)

    def follow(self, origins: Origins) -> None:
        """Carry the values that begin at some origins until nothing changes; to be called once."""
        self._origins = origins
        for _ in range(_MAX_ROUNDS):
            self._changed = False
            self._carry_all()
            if not self._changed:
                break
        self._changing = False

    def defines(self, name: str) -> bool:
        """Whether the files define a function or class of a name."""
        return name in self._parameters

    def parses(self, call: ast.Call) -> bool:
        """Whether a call parses its first argument, as `json.loads` does."""
        name = called_name(call)
        if not call.args or (name != "load" and name not in _PARSERS):
            return False
        if not isinstance(call.func, ast.Attribute):
            return not self.defines(name)
        loader = ast.unparse(call.func.value).lower()
        return name != "load" or any(word in loader for word in _FORMATS)

    def values_of(self, node: ast.expr, tree: ast.AST) -> list[Value]:
        """The values that an expression in one of the trees may stand for, in a fixed order."""
        for file in self._files:
            if file.tree is tree:
                return self._ordered_values(node, file)
        return []

    def values(self) -> set[Value]:
        """All values that some expression of the files may stand for."""
        found: set[Value] = set()
        for file in self._files:
            for node in file.nodes:
                if isinstance(node, ast.expr):
                    found |= self._values(node, file)
        return found

    def uses(self) -> list[Use]:
        """What is done with the values, file by file from the outermost statements inwards."""
        found: dict[Use, None] = {}
        for file in self._files:
            for node in file.nodes:
                for use in self._uses_in(node, file):
                    found[use] = None
        return list(found)

    def _uses_in(self, node: ast.AST, file: _File) -> Iterator[Use]:
        """What a node does with the values of expressions within it."""
        for expression, action, detail in _actions(node):
            for value in self._ordered_values(expression, file):
                yield Use(value, action, detail, node, file.tree)
        if isinstance(node, ast.Call) and self.parses(node):
            for value in self._ordered_values(node.args[0], file):
                yield Use(value, Action.PARSED, called_name(node), node, file.tree)

    def _ordered_values(self, node: ast.expr, file: _File) -> list[Value]:
        """The values of an expression in an order that is the same in each run."""
        values = self._values(node, file)
        return sorted(values, key=lambda value: (str(value.origin), value.stage.name, value.path))

    # The fixed point
    # ----------------------------------------------------------------------------------------------

    def _define(self, node: ast.AST, file: _File) -> None:
        """Note where the arguments of a function or class go, and what the function returns."""
        match node:
            case ast.FunctionDef() | ast.AsyncFunctionDef():
                self._parameters[node.name].append(_parameters(node, file))
                for inner in ast.walk(node):
                    if isinstance(inner, ast.Return) and inner.value is not None:
                        self._returns.append((node.name, inner.value, file))
            case ast.ClassDef():
                self._parameters[node.name].append(_fields(node, file))

    def _carry_all(self) -> None:
        for function, value, file in self._returns:
            self._add(self._returned[function], self._values(value, file))
        for file in self._files:
            for node in file.nodes:
                self._carry(node, file)

    def _carry(self, node: ast.AST, file: _File) -> None:
        """Carry values through one statement or call."""
        match node:
            case ast.Assign(targets=targets, value=value):
                for target in targets:
                    self._bind(target, self._values(value, file), file)
            case (
                ast.AnnAssign(target=target, value=ast.expr() as value)
                | ast.NamedExpr(target=target, value=value)
            ):
                self._bind(target, self._values(value, file), file)
            case ast.For(target=target, iter=over) | ast.comprehension(target=target, iter=over):
                self._bind(target, _iterated(self._values(over, file)), file)
            case ast.Call():
                for parameters in self._parameters.get(called_name(node), ()):
                    self._give(node, parameters, file)

    def _give(self, call: ast.Call, parameters: Sequence[_Parameter], file: _File) -> None:
        """Carry arguments into a function."""
        positional = (parameter for parameter in parameters if not parameter.keyword_only)
        for parameter, argument in zip(positional, call.args, strict=False):
            self._bind(parameter.target, self._values(argument, file), parameter.file)
        named = {parameter.name: parameter for parameter in parameters}
        for keyword in call.keywords:
            if keyword.arg in named:
                parameter = named[keyword.arg]
                self._bind(parameter.target, self._values(keyword.value, file), parameter.file)

    def _bind(self, target: ast.expr, values: set[Value], file: _File) -> None:
        if isinstance(target, ast.Name) and target in file.scoped:
            self._add(file.values[file.scoped[target]], values)
        elif isinstance(target, ast.Name):
            self._add(file.values[target.id], values)
            if target.id in file.public:
                self._add(self._public[target.id], values)
            if target.id in file.fields:
                self._add(self._attributes[target.id], values)
        elif isinstance(target, ast.Attribute):
            self._add(self._attributes[target.attr], values)

    def _add(self, known: set[Value], values: set[Value]) -> None:
        if not values <= known:
            known |= values
            self._changed = True

    # The values of an expression
    # ----------------------------------------------------------------------------------------------

    def _values(self, node: ast.expr, file: _File) -> set[Value]:
        """The values that an expression may stand for; they are kept once they are final."""
        if node in self._final:
            return self._final[node]
        carried = self._carried(node, file)
        values = carried.union(self._origins(node, carried))
        if not self._changing:
            self._final[node] = values
        return values

    def _carried(self, node: ast.expr, file: _File) -> set[Value]:
        """The values that come to an expression from elsewhere."""
        match node:
            case ast.Name() if node in file.scoped:
                return file.values.get(file.scoped[node], set())
            case ast.Name(id=name) if name in file.imported:
                own = file.values.get(name, set())
                return own | self._public.get(file.imported[name], set())
            case ast.Name(id=name):
                return file.values.get(name, set())
            case ast.Attribute(value=holder, attr=name):
                attributes = self._attributes.get(name, set())
                if _root(holder) in file.imported:
                    return attributes | self._public.get(name, set())
                return attributes
            case ast.Subscript(value=holder, slice=ast.Constant(value=str(key))):
                return _below(self._values(holder, file), key)
            case ast.Subscript(value=holder, slice=ast.Constant(value=int())):
                return _items(self._values(holder, file))
            case ast.Subscript(value=holder):
                return self._under_any_key(self._values(holder, file))
            case ast.Call():
                return self._result(node, file)
            case ast.BoolOp(values=alternatives):
                return set().union(*(self._values(one, file) for one in alternatives))
            case ast.IfExp(body=body, orelse=other):
                return self._values(body, file) | self._values(other, file)
            case (
                ast.ListComp(generators=[ast.comprehension(iter=over), *_])
                | ast.SetComp(generators=[ast.comprehension(iter=over), *_])
                | ast.GeneratorExp(generators=[ast.comprehension(iter=over), *_])
                | ast.DictComp(generators=[ast.comprehension(iter=over), *_])
            ):
                return {v for v in self._values(over, file) if v.stage is Stage.PARTS}
            case ast.Await(value=inner) | ast.NamedExpr(value=inner) | ast.Starred(value=inner):
                return self._values(inner, file)
            case ast.BinOp(op=ast.Add()):
                return _texts(self._values(_leftmost(node), file))
            case ast.JoinedStr(values=[ast.FormattedValue(value=inner), *_]):
                return _texts(self._values(inner, file))
        return set()

    def _under_any_key(self, values: Iterable[Value]) -> set[Value]:
        """What stands under keys of data that are worked out."""
        data = {value for value in values if value.stage is Stage.DATA}
        if not self._tells_keys:
            return data
        return {value._replace(path=(*value.path, ANY_KEY)) for value in data}

    def _result(self, call: ast.Call, file: _File) -> set[Value]:
        """What a call returns of the values that it is given, or is called on."""
        name = called_name(call)
        receiver = call.func.value if isinstance(call.func, ast.Attribute) else None
        if self.parses(call):
            return _parsed(self._values(call.args[0], file))
        if receiver is not None and (key := key_read(call)) is not None:
            return _below(self._values(receiver, file), key)
        if receiver is not None and name == "get" and self._tells_keys and call.args:
            return self._under_any_key(self._values(receiver, file))
        if receiver is not None and name in ("split", "rsplit"):
            return _split(self._values(receiver, file), _separator(call))
        if receiver is not None and name == "splitlines":
            return _split(self._values(receiver, file), "\n")
        if self.defines(name):
            return self._returned[name]
        kept: set[Value] = set()
        if receiver is not None and name in _KEEPING_METHODS:
            kept = self._values(receiver, file)
        if not kept and name in _KEEPING_FUNCTIONS and call.args:
            kept = self._values(call.args[0], file)
        if name in ("field", "Field"):
            for keyword in call.keywords:
                if keyword.arg in ("default", "default_factory"):
                    made = keyword.value
                    made = made.body if isinstance(made, ast.Lambda) else made
                    kept = kept | self._values(made, file)
        if name in _GOING_THROUGH and len(call.args) > 1:
            kept = self._values(call.args[1], file)
        if name in _NUMBER_FUNCTIONS and call.args:
            kept = _numbers(self._values(call.args[0], file))
        return kept


def called_name(call: ast.Call) -> str:
    """The last part of the name of what is called, an empty text if it has no name."""
    match call.func:
        case ast.Name(id=name) | ast.Attribute(attr=name):
            return name
    return ""


def _actions(node: ast.AST) -> Iterator[tuple[ast.expr, Action, Any]]:
    """What a node does with expressions within it."""
    match node:
        case ast.Subscript(value=holder, slice=ast.Constant(value=str(key))):
            yield holder, Action.KEY, key
        case ast.Subscript(value=holder, slice=ast.Constant(value=int(number))):
            yield holder, Action.INDEX, number
        case ast.Subscript(value=holder, slice=key) if not isinstance(key, ast.Slice):
            yield holder, Action.LOOKED_UP, None
        case ast.BinOp(left=template, op=ast.Mod(), right=filled):
            number = len(filled.elts) if isinstance(filled, ast.Tuple) else 1
            yield template, Action.FORMATTED, 0 if isinstance(filled, ast.Dict) else number
        case ast.For(iter=over) | ast.comprehension(iter=over):
            yield over, Action.ITERATED, None
        case ast.Assign(targets=[ast.Tuple(elts=names) | ast.List(elts=names)], value=value):
            if not any(isinstance(name, ast.Starred) for name in names):
                yield value, Action.UNPACKED, len(names)
        case ast.Compare():
            yield from _comparisons(node)
        case ast.Match(subject=subject, cases=cases):
            yield subject, Action.COMPARED, tuple(_matched_literals(cases))
        case ast.Call():
            yield from _call_actions(node)


def _call_actions(call: ast.Call) -> Iterator[tuple[ast.expr, Action, Any]]:
    name = called_name(call)
    if isinstance(call.func, ast.Attribute):
        key = key_read(call)
        if key is not None:
            yield call.func.value, Action.KEY, key
        else:
            if name == "get":
                yield call.func.value, Action.LOOKED_UP, None
            yield call.func.value, Action.CALLED, name
    for position, argument in enumerate(call.args):
        yield argument, Action.PASSED, (name, position)
    for keyword in call.keywords:
        yield keyword.value, Action.PASSED, (name, keyword.arg)


def _comparisons(node: ast.Compare) -> Iterator[tuple[ast.expr, Action, Any]]:
    """What a comparison of two sides does; chains such as `a < b < c` are passed over."""
    if len(node.ops) != 1:
        return
    left, right = node.left, node.comparators[0]
    if isinstance(node.ops[0], ast.In | ast.NotIn):
        yield right, Action.SEARCHED, left.value if isinstance(left, ast.Constant) else None
    for value, other in ((left, right), (right, left)):
        if literals := tuple(_literals(other)):
            yield value, Action.COMPARED, literals


def _literals(node: ast.expr) -> Iterator[Any]:
    """The literals that an expression is, or is a collection of."""
    match node:
        case ast.Constant(value=value):
            yield value
        case ast.List(elts=items) | ast.Tuple(elts=items) | ast.Set(elts=items):
            for item in items:
                yield from _literals(item)


def _matched_literals(cases: Iterable[ast.match_case]) -> Iterator[Any]:
    for case in cases:
        for node in ast.walk(case.pattern):
            if isinstance(node, ast.MatchValue) and isinstance(node.value, ast.Constant):
                yield node.value.value


def key_read(call: ast.Call) -> str | None:
    """The key that `value.get("key")` or `value.pop("key")` reads, None for another call."""
    if called_name(call) not in ("get", "pop") or not call.args:
        return None
    return literal_text(call.args[0])


def literal_text(node: ast.AST | None) -> str | None:
    """The text that an expression is, None if it is no literal text."""
    if isinstance(node, ast.Constant) and isinstance(node.value, str):
        return node.value
    return None


def _separator(call: ast.Call) -> str:
    """The separator of a split; empty if it is no literal."""
    return (literal_text(call.args[0]) or "") if call.args else " "


def _below(values: Iterable[Value], key: str) -> set[Value]:
    """What stands under a key of data; text has no keys."""
    return {
        Value(value.origin, Stage.DATA, (*value.path, key))
        for value in values
        if value.stage is Stage.DATA
    }


def _items(values: Iterable[Value]) -> set[Value]:
    """What is in the lists of data; lists within lists are taken as one."""
    found = set()
    for value in values:
        if value.stage is Stage.DATA:
            inside = value.path[-1:] == (ITEM,)
            found.add(value if inside else value._replace(path=(*value.path, ITEM)))
    return found


def _iterated(values: Iterable[Value]) -> set[Value]:
    """What a loop over data, or over pieces of a text, goes through."""
    found = _items(values)
    for value in values:
        if value.stage is Stage.PARTS and value.path[-1] != ITEM:
            found.add(value._replace(path=(*value.path, ITEM)))
    return found


def _numbers(values: Iterable[Value]) -> set[Value]:
    """The numbers that texts are read as."""
    return {value._replace(stage=Stage.NUMBER) for value in values if value.stage is Stage.TEXT}


def _texts(values: Iterable[Value]) -> set[Value]:
    """The values that are texts: those stay what they are where something is put behind them."""
    return {value for value in values if value.stage is Stage.TEXT}


def _parsed(values: Iterable[Value]) -> set[Value]:
    return {Value(value.origin, Stage.DATA) for value in values if value.stage is Stage.TEXT}


def _split(values: Iterable[Value], separator: str) -> set[Value]:
    return {
        Value(value.origin, Stage.PARTS, (separator,))
        for value in values
        if value.stage is Stage.TEXT
    }


def _leftmost(node: ast.expr) -> ast.expr:
    """The first of what is added up: a loop, since long texts would be deep recursions."""
    while isinstance(node, ast.BinOp) and isinstance(node.op, ast.Add):
        node = node.left
    return node


def _parameters(function: ast.FunctionDef | ast.AsyncFunctionDef, file: _File) -> list[_Parameter]:
    """The parameters of a function, without the `self` of a method."""
    names = [argument.arg for argument in function.args.posonlyargs + function.args.args]
    if names[:1] in (["self"], ["cls"]):
        del names[0]
    parameters = [_Parameter(name, ast.Name(name), file) for name in names]
    for argument in function.args.kwonlyargs:
        parameters.append(_Parameter(argument.arg, ast.Name(argument.arg), file, True))
    return parameters


def _fields(node: ast.ClassDef, file: _File) -> list[_Parameter]:
    """What the arguments of a class go to: the parameters of its `__init__`, else its fields."""
    fields = []
    for statement in node.body:
        if isinstance(statement, ast.FunctionDef) and statement.name == "__init__":
            return _parameters(statement, file)
        if isinstance(statement, ast.AnnAssign) and isinstance(statement.target, ast.Name):
            name = statement.target.id
            fields.append(_Parameter(name, ast.Attribute(ast.Name(""), name), file))
    return fields


def _bound_names(scope: ast.AST) -> Iterator[str]:
    """The names that a module or class binds itself, not in functions or classes within it."""
    todo = list(ast.iter_child_nodes(scope))
    while todo:
        node = todo.pop()
        if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store):
            yield node.id
        if not isinstance(node, _SCOPES):
            todo += ast.iter_child_nodes(node)


def _root(node: ast.expr) -> str:
    """The name that a chain of attributes begins with."""
    while isinstance(node, ast.Attribute):
        node = node.value
    return node.id if isinstance(node, ast.Name) else ""
