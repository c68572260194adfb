"""Which environment variables a consumer reads, and what values would suit it: told by its source, and by their names.

One static pass over the consumer's own code. Nothing is imported or run, so what a library reads is
not seen, nor are names that are put together at run time, nor settings classes that take in the
whole environment.
"""

from __future__ import annotations

import ast
import base64
import json
import os
import shlex
from collections.abc import Container, Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from ecr_contracts.core.placeholders import HOST, placeholder
from ecr_contracts.discovery.source.modules import Source, sources
from ecr_contracts.discovery.target import Target

__all__ = ["Variable", "advice", "value_of", "variables", "wanted"]

_OPENERS = frozenset(
    {
        "urlopen",
        "Request",
        "get",
        "post",
        "put",
        "patch",
        "delete",
        "head",
        "request",
        "HTTPConnection",
    }
)
_CLIENTS = frozenset(
    {
        "requests",
        "http",
        "httpx",
        "session",
        "client",
        "pool",
        "urllib3",
        "urllib",
        "aiohttp",
        "manager",
    }
)
_SAME = frozenset(
    {
        "strip",
        "lstrip",
        "rstrip",
        "lower",
        "upper",
        "replace",
        "removeprefix",
        "removesuffix",
        "casefold",
    }
)
_NUMBERS = frozenset({"int", "float", "Decimal"})
_LONGEST = 9  # lines of a message that its two lists take together
_LEAST = 2  # lines that are left for the places
_WIDTH = 78


@dataclass(frozen=True, slots=True)
class Variable:
    """An environment variable that a consumer's code reads, and where it is read first.

    `required`: a look-up fails without it. `has_default`: what is used in its stead is written in
    the code, in `default` where that is a literal. `uses` are the forms that the code takes the
    value for (`json`, `int`, `url`, `split`), `form` a text of that form where one can be told.
    """

    name: str
    file: str
    line: int
    required: bool
    has_default: bool = False
    default: str | None = None
    uses: tuple[str, ...] = ()
    form: str = ""

    @property
    def location(self) -> str:
        """The place of the first look-up, `app.py:12`."""
        return f"{self.file}:{self.line}"


def variables(target: Target) -> tuple[Variable, ...]:
    """The environment variables that a consumer's code reads, in the order of its files and lines."""
    files: dict[Path, tuple[Source, set[ast.stmt]]] = {}
    for source in sources(target):
        files.setdefault(source.file, (source, set()))[1].update(source.reached)
    readers = [_Reader(source, reached) for source, reached in files.values()]
    found: dict[str, Variable] = {}
    for reader in readers:
        for variable in reader.variables([other for other in readers if other is not reader]):
            earlier = found.get(variable.name)
            found[variable.name] = _both(earlier, variable) if earlier else variable
    return tuple(found.values())


def value_of(variable: Variable) -> str:
    """A value that suits what the code does with a variable, else the name that it goes by."""
    return variable.form or placeholder(variable.name)


def wanted(found: Iterable[Variable], present: Container[str]) -> tuple[Variable, ...]:
    """Those that the code cannot do without and that are not there."""
    return tuple(
        variable for variable in found if variable.required and variable.name not in present
    )


def advice(missing: Sequence[Variable]) -> str:
    """What to do about missing variables: where each is read, and options to paste."""
    options = _packed(
        [f"--env {one.name}={shlex.quote(value_of(one))}" for one in missing], " ", " \\"
    )
    told = 0 < len(options) <= _LONGEST - _LEAST
    places = _packed([f"{one.name} ({one.location})" for one in missing], ", ", ",")
    most = _LONGEST - (len(options) if told else 1)
    if len(places) > most:
        left = len(missing) - sum(line.count(" (") for line in places[: most - 1])
        places[most - 1 :] = [f"  and {left} more"]
    lines = ["read by its code and not set:", *places]
    if told:
        lines += [
            "give them values that suit it:",
            *options,
            "or let such values be made up: --env-auto",
        ]
    else:
        lines += [
            "give them in a file of NAME=value lines: --env-file FILE",
            "or have them made up: --env-auto",
        ]
    return "\n  ".join(lines)


def _packed(parts: Sequence[str], joint: str, end: str) -> list[str]:
    """Parts in lines that are not too wide."""
    lines: list[list[str]] = []
    for part in parts:
        if lines and len(joint.join([*lines[-1], part])) + 4 + len(end) <= _WIDTH:
            lines[-1].append(part)
        else:
            lines.append([part])
    texts = [joint.join(line) for line in lines]
    return [f"  {text}{end}" for text in texts[:-1]] + [f"  {text}" for text in texts[-1:]]


def _both(first: Variable, second: Variable) -> Variable:
    return replace(
        first,
        required=first.required or second.required,
        has_default=first.has_default and second.has_default,
        default=first.default if first.default is not None else second.default,
        uses=tuple(dict.fromkeys(first.uses + second.uses)),
        form=first.form or second.form,
    )


# Reading a file
# ------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class _Lookup:
    """One look-up in a source: the expression of the name, and how it is looked up."""

    node: ast.expr
    key: ast.expr
    required: bool
    default: ast.expr | None = None
    tested: bool = False


@dataclass
class _Form:
    """What a value is taken for, put together from its uses."""

    uses: list[str] = field(default_factory=list)
    text: str = ""

    def add(self, use: str, text: str = "") -> None:
        self.uses.append(use)
        self.text = self.text or text


class _Reader:
    """Reads one file."""

    def __init__(self, source: Source, reached: set[ast.stmt]) -> None:
        self._source = source
        self._live = set(_run(source.tree, reached))
        self.parents = {
            child: node for node in ast.walk(source.tree) for child in ast.iter_child_nodes(node)
        }
        self._loads: dict[str, list[ast.expr]] = {}
        self._texts: dict[str, list[str]] = {}
        self._modules, self._environs, self._getters = {"os"}, set[str](), set[str]()
        self._imported: set[str] = set()
        for node in ast.walk(source.tree):
            self._learn(node)

    def _learn(self, node: ast.AST) -> None:
        match node:
            case ast.Name(id=name, ctx=ast.Load()) | ast.Attribute(attr=name, ctx=ast.Load()):
                self._loads.setdefault(name, []).append(node)
            case ast.Import(names=names):
                self._modules |= {
                    alias.asname or alias.name for alias in names if alias.name == "os"
                }
            case ast.ImportFrom(module="os", names=names):
                self._environs |= {
                    alias.asname or alias.name for alias in names if alias.name == "environ"
                }
                self._getters |= {
                    alias.asname or alias.name for alias in names if alias.name == "getenv"
                }
            case ast.ImportFrom(names=names):
                self._imported |= {alias.name for alias in names}
            case ast.Assign(targets=[ast.Name(name)], value=value) if self._is_environ(value):
                self._environs.add(name)
            case ast.Assign(targets=[ast.Name(name)], value=value):
                self._texts.setdefault(name, []).extend(_literals(value))
            case (
                ast.For(target=ast.Name(name), iter=value)
                | ast.comprehension(target=ast.Name(name), iter=value)
            ):
                values = (
                    self._texts.get(value.id, [])
                    if isinstance(value, ast.Name)
                    else _literals(value)
                )
                self._texts.setdefault(name, []).extend(values)

    def _is_environ(self, node: ast.AST) -> bool:
        match node:
            case ast.Attribute(value=ast.Name(module), attr="environ"):
                return module in self._modules
            case ast.Name(name):
                return name in self._environs
        return False

    def variables(self, others: Sequence[_Reader]) -> Iterator[Variable]:
        """Those that this file reads; `others` may use what it makes of them."""
        lookups = [found for node in ast.walk(self._source.tree) if (found := self._lookup(node))]
        lookups += self._wrapped(lookups)
        lookups = [one for one in lookups if one.node in self._live]
        tested = {name for one in lookups if one.tested for name in self._names(one.key)}
        for lookup in sorted(lookups, key=lambda one: (one.node.lineno, one.node.col_offset)):
            form = _Form()
            if not lookup.tested:
                self._uses(lookup.node, form, others, 0)
            for name in self._names(lookup.key):
                yield Variable(
                    name,
                    _shown(self._source.file),
                    lookup.node.lineno,
                    lookup.required and name not in tested and not self._is_guarded(lookup.node),
                    lookup.default is not None or lookup.tested,
                    _text(lookup.default),
                    tuple(dict.fromkeys(form.uses)),
                    form.text or _typed(name, form.uses),
                )

    def _lookup(self, node: ast.AST) -> _Lookup | None:
        match node:
            case ast.Subscript(value=place, slice=key, ctx=ast.Load()) if self._is_environ(place):
                return _Lookup(node, key, True)
            case ast.Call(
                func=ast.Attribute(value=place, attr="get" | "pop" | "setdefault" as way),
                args=[key, *rest],
            ):
                if self._is_environ(place):
                    given = [*rest, *(one.value for one in node.keywords)]
                    return _Lookup(node, key, way == "pop" and not given, _given(given))
            case ast.Call(
                func=ast.Attribute(value=ast.Name(module), attr="getenv"), args=[key, *rest]
            ):
                if module in self._modules:
                    return _Lookup(
                        node, key, False, _given([*rest, *(one.value for one in node.keywords)])
                    )
            case ast.Call(func=ast.Name(name), args=[key, *rest]) if name in self._getters:
                return _Lookup(
                    node, key, False, _given([*rest, *(one.value for one in node.keywords)])
                )
            case ast.Compare(left=key, ops=[ast.In() | ast.NotIn()], comparators=[place]) if (
                self._is_environ(place)
            ):
                return _Lookup(node, key, False, tested=True)
        return None

    def _wrapped(self, lookups: Iterable[_Lookup]) -> Iterator[_Lookup]:
        """The calls of functions that look up what they are told: `def env(name): return os.environ[name]`."""
        for lookup in lookups:
            function = self._around(lookup.node)
            if not (isinstance(lookup.key, ast.Name) and function) or lookup.tested:
                continue
            names = [one.arg for one in function.args.args]
            if lookup.key.id not in names:
                continue
            index = names.index(lookup.key.id)
            for node in self._loads.get(function.name, ()):
                call = self.parents.get(node)
                if isinstance(call, ast.Call) and call.func is node and len(call.args) > index:
                    rest = _given([*call.args[index + 1 :], *(one.value for one in call.keywords)])
                    own = (
                        rest
                        if isinstance(lookup.default, ast.Name) and lookup.default.id in names
                        else None
                    )
                    yield _Lookup(
                        call, call.args[index], lookup.required, own or _given([lookup.default])
                    )

    def _around(self, node: ast.AST) -> ast.FunctionDef | ast.AsyncFunctionDef | None:
        while node in self.parents:
            node = self.parents[node]
            if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
                return node
        return None

    def _is_guarded(self, node: ast.AST) -> bool:
        """Whether the code is ready for a failing look-up: it stands in a `try` that catches it."""
        while node in self.parents:
            inner, node = node, self.parents[node]
            if isinstance(node, ast.Try) and inner in node.body:
                caught = [
                    ast.unparse(one.type) if one.type else "Exception" for one in node.handlers
                ]
                raised = [
                    inside
                    for one in node.handlers
                    for inside in ast.walk(one)
                    if isinstance(inside, ast.Raise)
                ]
                meant = any("KeyError" in name or name == "LookupError" for name in caught)
                # Around much else, a block that catches everything is not there for the look-up.
                alone = len(node.body) == 1 and "Exception" in caught
                return (meant or alone) and not raised
            if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
                return False
        return False

    def _names(self, key: ast.expr) -> list[str]:
        match key:
            case ast.Constant(value=str(name)):
                return [name]
            case ast.Name(name) if self._around(key) is None or name not in _parameters(
                self._around(key)
            ):
                return list(dict.fromkeys(self._texts.get(name, ())))
        return []

    # What the value is taken for
    # -------------------------------------------------------------------------------------

    def _uses(self, node: ast.expr, form: _Form, others: Sequence[_Reader], depth: int) -> None:
        """Add what becomes of an expression's value."""
        parent = self.parents.get(node)
        if parent is None or depth > 6:
            return
        match parent:
            case ast.Call(func=called) if called is not node:
                self._passed(node, parent, _last(called), form)
            case ast.keyword(arg="url" | "webhook_url" | "endpoint" | "base_url"):
                form.add("url")
            case ast.Attribute(attr="split" | "rsplit"):
                self._split(parent, form)
            case ast.Attribute(attr=name) if name in _SAME and isinstance(
                self.parents.get(parent), ast.Call
            ):
                self._uses(self.parents[parent], form, others, depth + 1)  # type: ignore[arg-type]
            case ast.FormattedValue():
                whole = self.parents[parent]
                if isinstance(whole, ast.JoinedStr) and whole.values[0] is parent:
                    self._uses(whole, form, others, depth + 1)
            case ast.BinOp(left=left, op=ast.Add()) if left is node:
                self._uses(parent, form, others, depth + 1)
            case ast.BoolOp() | ast.IfExp(body=_) | ast.NamedExpr() | ast.Await() if not _is_test(
                parent, node
            ):
                self._uses(parent, form, others, depth + 1)
        for name in _bound(parent, node):
            for load in self._loads.get(name, ()):
                self._uses(load, form, others, depth + 1)
            for other in others:
                if name in other._imported or any(
                    isinstance(one, ast.Attribute) for one in other._loads.get(name, ())
                ):
                    for load in other._loads.get(name, ()):
                        other._uses(load, form, (), depth + 1)

    def _passed(self, node: ast.expr, call: ast.Call, name: str, form: _Form) -> None:
        """Add what a function that is given the value takes it for."""
        if name in ("loads", "literal_eval", "safe_load"):
            form.add("json", json.dumps(self._json(call, 0)))
        elif name in _NUMBERS:
            form.add("int" if name == "int" else "float")
        elif name in ("b64decode", "standard_b64decode"):
            form.add("base64", base64.b64encode(b"placeholder").decode())
        elif name == "strtobool":
            form.add("bool", "false")
        elif name in ("setLevel", "getLevelName") or (
            name == "getattr" and ast.unparse(call.args[0]) == "logging"
        ):
            form.add("level", "INFO")
        elif name in _OPENERS and node in call.args[:2] and _is_opener(call.func):
            form.add("url")

    def _split(self, attribute: ast.Attribute, form: _Form) -> None:
        call = self.parents.get(attribute)
        if not isinstance(call, ast.Call):
            return
        form.add("split")
        separator = _text(call.args[0]) if call.args else " "
        pieces = 1
        match self.parents.get(call):
            case ast.Assign(targets=[ast.Tuple(elts)]) if not any(
                isinstance(one, ast.Starred) for one in elts
            ):
                pieces = len(elts)
            case ast.Subscript(slice=ast.Constant(value=int(index))):
                pieces = index + 1
        if separator and pieces > 1:
            form.add(f"split {separator} {pieces}")

    def _json(self, node: ast.expr, depth: int) -> Any:
        """A JSON value that fits what is done with the result of an expression: `[]`, or an object with its keys."""
        keys: dict[str, Any] = {}
        if self._gather(node, keys, depth):
            return []
        return keys

    def _gather(self, node: ast.expr, keys: dict[str, Any], depth: int) -> bool:
        """Collect the keys that are read from a value; whether it is a list."""
        parent = self.parents.get(node)
        if parent is None or depth > 6:
            return False
        read: ast.expr | None = None
        match parent:
            case ast.Subscript(slice=ast.Constant(value=str(key))) if parent.value is node:
                read = parent
            case ast.Subscript(slice=ast.Constant(value=int())) if parent.value is node:
                return True
            case ast.Attribute(attr="get"):
                call = self.parents.get(parent)
                if isinstance(call, ast.Call) and call.args and (word := _text(call.args[0])):
                    read, key = call, word
            case ast.For(iter=inner) | ast.comprehension(iter=inner) if inner is node:
                return True
            case ast.Compare(ops=[ast.In() | ast.NotIn()], comparators=[inner]) if inner is node:
                return True
        if read is not None:
            inner = self._json(read, depth + 1)
            known = keys.get(key)
            if inner != {} or not isinstance(known, list | dict):
                keys[key] = inner if inner != {} else placeholder(key)
            return False
        loads = [load for name in _bound(parent, node) for load in self._loads.get(name, ())]
        lists = [self._gather(load, keys, depth + 1) for load in loads]
        return any(lists) and not keys


def _run(tree: ast.Module, reached: set[ast.stmt]) -> Iterator[ast.AST]:
    """The nodes of what is run: all that is reached, and of the rest what importing it runs."""
    todo: list[tuple[ast.AST, bool]] = [
        (node, node in reached) for node in tree.body if not _is_script(node)
    ]
    while todo:
        node, whole = todo.pop()
        yield node
        if whole or not isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.Lambda):
            todo += [(child, whole) for child in ast.iter_child_nodes(node)]


def _is_script(node: ast.stmt) -> bool:
    return (
        isinstance(node, ast.If)
        and "__name__" in ast.unparse(node.test)
        and "__main__" in ast.unparse(node.test)
    )


def _literals(node: ast.AST) -> list[str]:
    """The texts that a literal holds: of one, or of a list of them."""
    parts = node.elts if isinstance(node, ast.List | ast.Tuple | ast.Set) else [node]
    return [
        part.value
        for part in parts
        if isinstance(part, ast.Constant) and isinstance(part.value, str)
    ]


def _given(values: Sequence[ast.expr | None]) -> ast.expr | None:
    """A default that is more than None."""
    value = values[0] if values else None
    return None if isinstance(value, ast.Constant) and value.value is None else value


def _text(node: ast.expr | None) -> str | None:
    return node.value if isinstance(node, ast.Constant) and isinstance(node.value, str) else None


def _parameters(function: ast.FunctionDef | ast.AsyncFunctionDef | None) -> set[str]:
    return {one.arg for one in function.args.args} if function else set()


def _last(node: ast.expr) -> str:
    """The last part of a dotted name."""
    match node:
        case ast.Attribute(attr=name) | ast.Name(id=name):
            return name
    return ""


def _is_opener(called: ast.expr) -> bool:
    """Whether a function's name says that it opens a URL: `requests.post`, `http.request`, `urlopen`."""
    if isinstance(called, ast.Attribute):
        return called.attr in ("urlopen", "Request", "HTTPConnection") or any(
            word in ast.unparse(called.value).lower() for word in _CLIENTS
        )
    return _last(called) in ("urlopen", "Request", "HTTPConnection")


def _is_test(parent: ast.AST, node: ast.expr) -> bool:
    return isinstance(parent, ast.IfExp) and parent.test is node


def _bound(parent: ast.AST, node: ast.expr) -> list[str]:
    """The names that a statement gives to a value."""
    match parent:
        case ast.Assign(targets=targets, value=value) if value is node:
            return [name for target in targets if (name := _last(target))]
        case (
            ast.AnnAssign(target=target, value=value) | ast.NamedExpr(target=target, value=value)
        ) if value is node:
            return [_last(target)]
    return []


def _typed(name: str, uses: Iterable[str]) -> str:
    """A value of the form that the uses want, where the name alone gives none of it."""
    value = placeholder(name)
    for use in uses:
        what, _, rest = use.partition(" ")
        if what in ("int", "float"):
            return value if value.isdigit() else "10"
        if what == "url":
            return value if "://" in value else f"https://{HOST}/{name.lower().replace('_', '-')}"
        if rest:
            separator, _, pieces = rest.rpartition(" ")
            return (
                value
                if len(value.split(separator)) >= int(pieces)
                else separator.join([value] * int(pieces))
            )
    return ""


def _shown(file: Path) -> str:
    path = os.path.abspath(file)
    return Path(
        os.path.relpath(path) if path.startswith(os.path.join(os.getcwd(), "")) else path
    ).as_posix()
