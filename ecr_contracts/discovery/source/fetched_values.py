"""What a consumer's source tells of values that it fetches: whether they are JSON, with which keys, or URLs.

One static look with a simple flow of names: assignments, functions that return what they load,
arguments. It is generous: a key too many in a made-up secret does no harm, and a missing one looks
like a fault of the consumer.
"""

from __future__ import annotations

import ast
import json
from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Any

from ecr_contracts.core.placeholders import HOST, placeholder, words

__all__ = ["ITEM", "Hints", "Uses", "body_for", "tree", "value_for"]

_TEXTS = frozenset(
    [
        "SecretString",
        "SecretBinary",
        "Value",
        "Body",
        "Plaintext",
        "Configuration",
        "Payload",
        "StringValue",
    ]
)
_RECORDS = frozenset({"Item", "Items", "Attributes"})
_FETCHERS = {
    "get_secret": "SecretString",
    "get_secret_string": "SecretString",
    "get_secret_binary": "SecretBinary",
    "get_parameter": "Value",
}
_OPENERS = frozenset(
    [
        "post",
        "get",
        "put",
        "patch",
        "request",
        "stream",
        "urlopen",
        "Request",
        "WebhookClient",
        "AsyncWebhookClient",
    ]
)
_SAME = frozenset(
    [
        "read",
        "decode",
        "strip",
        "rstrip",
        "getvalue",
        "copy",
        "encode",
        "b64decode",
        "str",
        "bytes",
        "dict",
    ]
)
_ANY = "?"
_ANSWER = "json"  # the body of what a request was answered with
ITEM = "[]"
"""The step from a list to what is in it."""
_ROUNDS = 6  # of the flow through names; more are helpers of helpers of helpers

Mark = tuple[str, tuple[str, ...] | None]
"""A value: the field it was fetched from, and the keys down to it once it is loaded; `None` while it is text."""


@dataclass(frozen=True, slots=True)
class Uses:
    """What is done with a fetched text: opened as a URL, taken as a number, or loaded as JSON with these keys."""

    keys: Mapping[tuple[str, ...], str] = field(default_factory=lambda: MappingProxyType({}))
    loaded: bool = False
    listed: bool = False
    url: bool = False
    number: bool = False


@dataclass(frozen=True, slots=True)
class Hints:
    """The uses of fetched values, by the field of the response that they come in: `SecretString`, `Value`, `Item`."""

    uses: Mapping[str, Uses] = field(default_factory=lambda: MappingProxyType({}))

    @classmethod
    def of(cls, sources: Iterable[str]) -> Hints:
        """What source texts tell; those that do not parse tell nothing."""
        looking = _Looking()
        for source in sources:
            try:
                tree = ast.parse(source)
            except (SyntaxError, ValueError, RecursionError):
                continue
            looking.add(tree)
        return cls(looking.uses())

    def of_field(self, name: str) -> Uses:
        """The uses of a field: loaded somewhere out of our sight are those of any value that is loaded."""
        found = self.uses.get(name)
        if found is not None and (found.loaded or found.url or found.number):
            return found
        return self.uses.get(_ANY, Uses()) if found is not None else Uses()

    def __reduce__(self) -> Any:
        # Read-only mappings cannot be pickled.
        return _hints, (
            {k: (dict(u.keys), u.loaded, u.listed, u.url, u.number) for k, u in self.uses.items()},
        )


def _hints(uses: Mapping[str, tuple[Any, ...]]) -> Hints:
    return Hints({name: Uses(*values) for name, values in uses.items()})


def body_for(hints: Hints) -> dict[str, Any]:
    """An answer to a request with all keys that are read of any: which request it was cannot be seen."""
    keys = {**hints.uses.get(_ANY, Uses()).keys, **hints.uses.get(_ANSWER, Uses()).keys}
    return tree(Uses(keys=keys))


def value_for(name: str, uses: Uses) -> str:
    """A text that serves its uses: JSON with the keys that are read, a URL, a number; else what the name tells."""
    if uses.loaded:
        value = tree(uses)
        return json.dumps([value] if uses.listed else value)
    if uses.url:
        typed = placeholder(name)
        return (
            typed
            if typed.startswith("https://")
            else f"https://{HOST}/{'-'.join(words(name)) or 'hook'}"
        )
    return "10" if uses.number else placeholder(name)


def tree(uses: Uses) -> dict[str, Any]:
    """The value with all keys that are read, those below others within them."""
    root: dict[str, Any] = {}
    for path in sorted(uses.keys):
        at = root
        for key in path[:-1]:
            inner = at.get(key)
            if not isinstance(inner, dict):
                inner = at[key] = {}
            at = inner
        if not isinstance(at.get(path[-1]), dict):
            use = uses.keys[path]
            plain = value_for(path[-1], Uses(url=use == "url", number=use == "number"))
            at[path[-1]] = {} if use == "mapping" else plain
    return {key: _with_lists(inner) for key, inner in root.items() if key != ITEM}


def _with_lists(value: Any) -> Any:
    if not isinstance(value, dict):
        return value
    if set(value) == {ITEM}:
        return [_with_lists(value[ITEM])]
    return {key: _with_lists(inner) for key, inner in value.items() if key != ITEM}


class _Looking:
    """The flow of fetched values through the names of a consumer's sources."""

    def __init__(self) -> None:
        self._trees: list[ast.AST] = []
        self._names: dict[str, set[Mark]] = defaultdict(set)
        self._returned: dict[str, set[Mark]] = defaultdict(set)
        self._arguments: dict[str, list[str]] = {}
        self._keys: dict[str, dict[tuple[str, ...], str]] = defaultdict(dict)
        self._loaded: set[str] = set()
        self._listed: set[str] = set()
        self._texts: dict[str, set[str]] = defaultdict(set)

    def add(self, tree: ast.AST) -> None:
        """One more source."""
        self._trees.append(tree)

    def uses(self) -> dict[str, Uses]:
        """What is done with each field."""
        functions = [
            node
            for tree in self._trees
            for node in ast.walk(tree)
            if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)
        ]
        for function in functions:
            names = [argument.arg for argument in function.args.posonlyargs + function.args.args]
            self._arguments[function.name] = (
                names[1:] if names[:1] in (["self"], ["cls"]) else names
            )
        nodes = [node for tree in self._trees for node in ast.walk(tree)]
        for _ in range(_ROUNDS):
            for function in functions:
                for inner in ast.walk(function):
                    if isinstance(inner, ast.Return) and inner.value is not None:
                        self._returned[function.name] |= self._marks(inner.value)
            for node in nodes:
                self._follow(node)
        found = self._loaded | set(self._keys) | set(self._texts)
        return {
            name: Uses(
                self._keys.get(name, {}),
                name in self._loaded or bool(self._keys.get(name)),
                name in self._listed,
                "url" in self._texts.get(name, ()),
                "number" in self._texts.get(name, ()),
            )
            for name in found
        }

    def _follow(self, node: ast.AST) -> None:
        match node:
            case ast.Assign(targets=targets, value=value):
                for target in targets:
                    self._bind(target, self._marks(value))
            case (
                ast.AnnAssign(target=target, value=ast.expr() as value)
                | ast.NamedExpr(target=target, value=value)
            ):
                self._bind(target, self._marks(value))
            case ast.For(target=target, iter=over) | ast.comprehension(target=target, iter=over):
                marks = self._marks(over)
                self._bind(target, self._items(marks))
            case ast.Call():
                self._call(node)
            case ast.Subscript() | ast.Compare():
                self._marks(node)

    def _bind(self, target: ast.expr, marks: set[Mark]) -> None:
        if isinstance(target, ast.Name):
            self._names[target.id] |= marks
        elif isinstance(target, ast.Attribute):
            self._names[f".{target.attr}"] |= marks

    def _items(self, marks: set[Mark]) -> set[Mark]:
        """What is in the lists that some values are; text has nothing in it."""
        self._listed |= {name for name, path in marks if path == () and name not in _RECORDS}
        loaded = [(name, path) for name, path in marks if path is not None]
        # Attributes of DynamoDB say by themselves that they are lists.
        return {
            (name, (*path, ITEM) if path and path[-1] not in ("L", ITEM) else path)
            for name, path in loaded
        }

    def _call(self, node: ast.Call) -> None:
        name = _called(node)
        self._marks(node)
        for parameter, argument in zip(self._arguments.get(name, ()), node.args, strict=False):
            self._names[parameter] |= self._marks(argument)
        for keyword in node.keywords:
            if keyword.arg in self._arguments.get(name, ()):
                self._names[str(keyword.arg)] |= self._marks(keyword.value)
        if name in ("int", "float") and node.args:
            self._used(self._marks(node.args[0]), "number")
        if name in _OPENERS:
            opened = node.args[:2] if name in ("request", "stream") else node.args[:1]
            for argument in [*opened, *(k.value for k in node.keywords if k.arg == "url")]:
                self._used(self._marks(argument), "url")

    def _used(self, marks: set[Mark], use: str) -> None:
        for name, path in marks:
            if path is None:
                self._texts[name].add(use)
            elif path:
                self._keys[name][path] = use

    def _marks(self, node: ast.expr | ast.AST) -> set[Mark]:
        match node:
            case ast.Name(id=name):
                return set(self._names.get(name, ()))
            case ast.Attribute(attr=name):
                return set(self._names.get(f".{name}", ()))
            case ast.Subscript(value=value, slice=ast.Constant(value=str() as key)):
                return self._below(value, key)
            case ast.Subscript(value=value, slice=ast.Constant(value=int())):
                return self._items(self._marks(value))
            case ast.Subscript(value=value):
                return {mark for mark in self._marks(value) if mark[1] is not None}
            case ast.Call():
                return self._result(node)
            case ast.BoolOp(values=values):
                return set().union(*map(self._marks, values))
            case ast.IfExp(body=body, orelse=other):
                return self._marks(body) | self._marks(other)
            case ast.Await(value=value) | ast.NamedExpr(value=value) | ast.Starred(value=value):
                return self._marks(value)
            case ast.Compare(
                left=ast.Constant(value=str() as key), ops=[ast.In()], comparators=[over]
            ):
                return self._below(over, key, fetched=False)
        return set()

    def _below(self, value: ast.expr, key: str, *, fetched: bool = True) -> set[Mark]:
        """What stands under a key: the text of a field, or something within a value that was loaded."""
        base = self._marks(value)
        inner: set[Mark] = set()
        for name, path in base:
            if path is None:
                continue
            inner.add((name, (*path, key)))
            self._keys[name].setdefault((*path, key), "")
        if inner or not fetched:
            return inner
        if key in _TEXTS:
            self._texts[key].add("")
            return {(key, None)}
        return {(key, ())} if key in _RECORDS else set()

    def _result(self, node: ast.Call) -> set[Mark]:
        name, first = _called(node), node.args[0] if node.args else None
        own = isinstance(node.func, ast.Name) and name in self._arguments
        if name in ("loads", "load", "safe_load", "literal_eval") and first is not None and not own:
            fields = {field for field, path in self._marks(first) if path is None} or {_ANY}
            self._loaded |= fields
            return {(field, ()) for field in fields}
        if (
            name in ("get", "pop")
            and isinstance(first, ast.Constant)
            and isinstance(first.value, str)
        ):
            if isinstance(node.func, ast.Attribute):
                return self._below(node.func.value, first.value)
            return set()
        if name in ("get", "items", "keys", "values") and isinstance(node.func, ast.Attribute):
            for field, path in self._marks(node.func.value):
                if path:
                    self._keys[field].setdefault(path, "mapping")
                    self._keys[field][path] = self._keys[field][path] or "mapping"
            return set()
        if name == "json" and not node.args and isinstance(node.func, ast.Attribute):
            self._loaded.add(_ANSWER)
            return {(_ANSWER, ())}
        if name in self._arguments:
            return set(self._returned.get(name, ()))
        if name in _FETCHERS and first is not None:
            field = _FETCHERS[name]
            self._texts[field].add("")
            if any(
                k.arg == "transform" and isinstance(k.value, ast.Constant) for k in node.keywords
            ):
                self._loaded.add(field)
                return {(field, ())}
            return {(field, None)}
        if name in _SAME:
            receiver = node.func.value if isinstance(node.func, ast.Attribute) else None
            marks = self._marks(receiver) if receiver is not None else set()
            return marks or (self._marks(first) if first is not None else set())
        return set()


def _called(node: ast.Call) -> str:
    match node.func:
        case ast.Name(id=name) | ast.Attribute(attr=name):
            return name
    return ""
