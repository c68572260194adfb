"""What an exception is about: whether the value that it was raised on was made up.

This is dynamic slicing, as far as an exception needs it. The traceback says which instruction
raised, and Python since 3.11 which sub-expression that is (PEP 657). Its operands are followed
backwards: a value that says where it comes from (`made_up`) decides at once; a plain one is
followed through the assignments of its name, from a parameter to the argument of the caller, and to
the places where a made-up value was read (`Reads`).

A value that stands in the event is the event's. Mixed operations (a key of the event in an answer
of ours) are about the answer. An exception that a consumer raises itself is about what the tests
around it look at.

    counts = event["detail"]["counts"]
    worst = sorted(counts, key=lambda severity: RANK[severity])    # KeyError: of the event
    with urlopen(url, worst[0]) as reply:
        json.load(reply)["message"]["ts"]                          # KeyError: of the reply
"""

from __future__ import annotations

import ast
import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from types import FrameType
from typing import Any

from ecr_contracts.core import json_path
from ecr_contracts.core.package import stands_for_system
from ecr_contracts.runtime.provenance.made_up import Origin, Reads, origin_of
from ecr_contracts.runtime.provenance.source_trees import (
    Position,
    Scope,
    SourceTree,
    contains,
    place_of,
    position,
    source_tree,
)

__all__ = ["Blame"]

_DEEPEST = 30
"""Steps backwards from the operation that raised."""
_ABSENT: Any = object()
_PLAIN = (type(None), bool, int, float, str, bytes, dict, list, tuple, set, frozenset)
_EXITS = frozenset({"exit", "quit", "_exit", "abort"})
_NO_VALUE = re.compile(r"parameter (\w+)[^,]*, value: None")


@dataclass(frozen=True, slots=True)
class _Site:
    """A frame of a traceback, and the node in it that was evaluated."""

    frames: Sequence[tuple[FrameType, int]]
    number: int
    tree: SourceTree
    node: ast.AST

    @property
    def frame(self) -> FrameType:
        """The frame itself."""
        return self.frames[self.number][0]

    @property
    def scope(self) -> Scope:
        """The function that the node stands in."""
        return self.tree.scope(self.node)


class Blame:
    """Tells what exceptions of a consumer are about. `payload` gives what it was called with."""

    def __init__(
        self, reads: Reads, owns: Callable[[str], bool], payload: Callable[[], Any]
    ) -> None:
        self.reads, self.owns, self._payload = reads, owns, payload
        self._event: tuple[str, frozenset[float]] | None = None

    def begin(self) -> None:
        """Begin a call: what was read, and the event, are those of the next one."""
        self._event = None

    def of(self, error: BaseException) -> Origin | None:
        """The made-up value that an exception is about; None if it is about none."""
        seen: set[int] = set()
        current: BaseException | None = error
        while current is not None and id(current) not in seen:
            seen.add(id(current))
            if isinstance(current, BaseExceptionGroup):
                current = current.exceptions[0]
                continue
            origin = origin_of(current) or self._of_traceback(current)
            if origin is not None:
                return origin
            current = current.__cause__ or current.__context__
        return None

    def _of_traceback(self, error: BaseException) -> Origin | None:
        frames: list[tuple[FrameType, int]] = []
        last_own = 0
        for entry in _entries(error):
            file = entry.tb_frame.f_code.co_filename
            if stands_for_system(file):
                continue
            is_own = self.owns(file)
            if frames or is_own:
                frames.append((entry.tb_frame, entry.tb_lasti))
            if is_own:
                last_own = len(frames) - 1
        if not frames:
            return None
        site = _site(frames, last_own)
        return None if site is None else self._about(error, site)

    # --- the operation that raised ----------------------------------------------------------------

    def _about(self, error: BaseException, site: _Site) -> Origin | None:
        """What the operation of a site was raised on."""
        node = site.node
        if isinstance(error, AttributeError) and isinstance(node, ast.Attribute):
            return self._of_attribute(error, node, site)
        match node:
            case ast.Raise():
                return self._of_tests(site)
            case ast.Call(func=ast.Name(id=name) | ast.Attribute(attr=name)) if (
                name in _EXITS and isinstance(error, SystemExit)
            ):
                return self._of_tests(site)
            case ast.Call():
                return self._of_call(error, node, site)
            case ast.Subscript():
                return self._of_operands(error, [node.value, node.slice], site)
            case ast.BinOp():
                return self._of_operands(error, [node.left, node.right], site)
            case ast.Compare():
                return self._of_operands(error, [node.left, *node.comparators], site)
            case ast.AugAssign():
                return self._of_operands(error, [node.target, node.value], site)
            case ast.Tuple(ctx=ast.Store()) | ast.List(ctx=ast.Store()):
                return self._of_unpacked(node, site)
        return self._of_any(_operands(node), site)

    def _of_attribute(
        self, error: AttributeError, node: ast.Attribute, site: _Site
    ) -> Origin | None:
        """An attribute that plain data lacks; of other objects, it is the code that is wrong."""
        value = getattr(error, "obj", _ABSENT)
        origin = origin_of(value)
        if origin is not None:
            # Which type such a value has is known where it has a shape of botocore's.
            return None if origin.shape is not None else origin
        return self._source(node.value, site) if isinstance(value, _PLAIN) else None

    def _of_operands(
        self, error: BaseException, operands: Sequence[ast.expr], site: _Site
    ) -> Origin | None:
        """The made-up operand, unless another one that is None is what cannot be used."""
        origins = [self._source(operand, site) for operand in operands]
        origin = next((origin for origin in origins if origin is not None), None)
        if origin is None or not isinstance(error, TypeError):
            return origin
        for operand, known in zip(operands, origins, strict=True):
            value = self._value(operand, site)
            if known is None and value is None:
                return None
            if known is not None and value is None:
                return known
        first = origins[0]
        if first is not None and first.shape is not None and "NoneType" not in str(error):
            # botocore's model says of which type it is: so is every answer.
            return None
        return origin

    def _of_unpacked(self, target: ast.expr, site: _Site) -> Origin | None:
        """What could not be unpacked into some names."""
        for parent, _ in site.tree.outward(target):
            match parent:
                case ast.Assign(value=value):
                    return self._source(value, site)
                case ast.For(iter=value) | ast.comprehension(iter=value):
                    return self._source(value, site)
                case ast.AsyncFor(iter=value):
                    return self._source(value, site)
                case ast.withitem(context_expr=value):
                    return self._source(value, site)
        return None

    def _of_any(
        self, expressions: Iterable[ast.expr], site: _Site, depth: int = 0
    ) -> Origin | None:
        for expression in expressions:
            origin = self._source(expression, site, depth)
            if origin is not None:
                return origin
        return None

    # --- calls ------------------------------------------------------------------------------------

    def _of_call(self, error: BaseException, call: ast.Call, site: _Site) -> Origin | None:
        """What a function of a library, or of Python, was raised on."""
        if type(error).__module__.startswith("botocore"):
            return self._of_aws_call(error, call, site)
        arguments = [*call.args, *(keyword.value for keyword in call.keywords)]
        varying = [one for one in arguments if not isinstance(one, ast.Constant)]
        receiver = call.func.value if isinstance(call.func, ast.Attribute) else None
        if receiver is not None and (origin := self._source(receiver, site)) is not None:
            if isinstance(self._value(receiver, site), _PLAIN):
                return origin
        else:
            origin = None
        origins = [self._source(one, site) for one in varying]
        origin = origin or next((known for known in origins if known is not None), None)
        if origin is None:
            return None
        is_inner = site.number + 1 < len(site.frames)
        if not is_inner:
            return self._of_operands(error, varying, site) if varying else origin
        if varying and all(origin_of(self._value(one, site)) for one in varying):
            return origin
        return self._of_library(error, site) or self._mentioned(error, varying, site)

    def _of_library(self, error: BaseException, site: _Site) -> Origin | None:
        """What the library's own line that raised was raised on."""
        inner = _site(site.frames, len(site.frames) - 1)
        if inner is None:
            return None
        if isinstance(inner.node, ast.Raise):
            return self._of_tests(inner) or self._of_any(_operands(inner.node), inner)
        if isinstance(inner.node, ast.Call):
            return self._of_any(_operands(inner.node), inner)
        return self._about(error, inner)

    def _mentioned(
        self, error: BaseException, arguments: Sequence[ast.expr], site: _Site
    ) -> Origin | None:
        """The made-up argument that the message quotes."""
        message = str(error)
        for argument in arguments:
            value = self._value(argument, site)
            origin = origin_of(value)
            if origin is not None and isinstance(value, str) and value and str(value) in message:
                return origin
        return None

    def _of_aws_call(self, error: BaseException, call: ast.Call, site: _Site) -> Origin | None:
        """What botocore refuses, or waited for in vain; AWS's own errors are meant."""
        origin = origin_of(getattr(error, "last_response", None))
        if origin is not None:
            return origin
        values = [keyword.value for keyword in call.keywords]
        if type(error).__name__ == "ParamValidationError":
            names = set(_NO_VALUE.findall(str(error)))
            for keyword in call.keywords:
                if keyword.arg in names:
                    return self._source(keyword.value, site)
        return self._mentioned(error, values, site)

    # --- exceptions that the code raises itself ---------------------------------------------------

    def _of_tests(self, site: _Site, depth: int = 0) -> Origin | None:
        """The made-up value that the tests around a `raise` look at."""
        tests: list[ast.expr] = []
        before: list[ast.expr] = []
        for parent, child in site.tree.outward(site.node):
            match parent:
                case ast.If(test=test) | ast.While(test=test) | ast.IfExp(test=test):
                    tests.append(test)
                case ast.For(iter=test) | ast.AsyncFor(iter=test) | ast.Match(subject=test):
                    tests.append(test)
                case ast.ExceptHandler():
                    return None  # it is about what was caught
            before += _ways_out_before(parent, child)
        if tests:
            return self._compared(tests, site)
        origin = self._of_any(before, site)
        if origin is not None or before or site.number == 0 or depth > _DEEPEST:
            return origin
        outer = _site(site.frames, site.number - 1)
        if outer is None or not self.owns(outer.frame.f_code.co_filename):
            return None
        return self._of_tests(outer, depth + 1)

    def _compared(self, tests: Sequence[ast.expr], site: _Site) -> Origin | None:
        """The made-up value that tests look at, with what they compare it with."""
        for test in tests:
            for node in ast.walk(test):
                if isinstance(node, ast.Compare):
                    sides = [node.left, *node.comparators]
                    origin = self._of_any(sides, site)
                    if origin is not None:
                        return replace(origin, wanted=_wanted(node))
        origin = self._of_any(tests, site)
        negates = any(isinstance(test, ast.UnaryOp) for test in tests)
        return replace(origin, wanted=True) if origin is not None and negates else origin

    # --- where a value comes from -----------------------------------------------------------------

    def _source(self, node: ast.expr, site: _Site, depth: int = 0) -> Origin | None:
        """The made-up value that an expression's value is, or was made of."""
        if depth > _DEEPEST or isinstance(node, ast.Constant | ast.Lambda):
            return None
        value = self._value(node, site)
        origin = origin_of(value)
        if origin is not None or self._is_of_event(value):
            return origin
        if value is _ABSENT and isinstance(node, ast.Subscript | ast.Call):
            origin = self._read_in(node, site, exactly=True)
            if origin is not None:
                return origin
        match node:
            case ast.Name():
                return self._of_name(node, value, site, depth + 1)
            case ast.Attribute():
                holder = self._value(node.value, site)
                if holder is not _ABSENT and not isinstance(holder, _PLAIN):
                    # An object says of each attribute where it comes from; it is not made of it.
                    return origin_of(holder)
                return self._source(node.value, site, depth + 1)
            case ast.Call(
                func=ast.Attribute(value=holder, attr="get" | "pop"),
                args=[ast.Constant(value=str(key)), *_],
            ) if (known := origin_of(self._value(holder, site))) is not None:
                return known.lacking(key)
            case ast.Call():
                parts = _call_parts(node)
                return self._of_any(parts, site, depth + 1) or self._read_in(node, site)
        return self._of_any(_operands(node), site, depth + 1) or self._read_in(node, site)

    def _of_name(self, name: ast.Name, value: Any, site: _Site, depth: int) -> Origin | None:
        """What a plain value was made of, by the assignments of its name."""
        if value is _ABSENT or not _is_data(value):
            return None
        for scope in _scopes(site):
            assigned = list(_assignments(scope, name.id))
            for expression, statement in assigned:
                if isinstance(value, dict) and _is_own_table(expression):
                    continue
                origin = self._source(expression, site, depth)
                if origin is None and not value:
                    # Nothing took its place: see what that was looked for in.
                    origin = self._of_any(_headers(statement, site.tree), site, depth)
                if origin is not None:
                    return origin
            if assigned:
                return None
            if not isinstance(scope, ast.Module) and name.id in _parameters(scope):
                return self._of_argument(scope, name.id, site, depth)
        return None

    def _of_argument(self, scope: Scope, name: str, site: _Site, depth: int) -> Origin | None:
        """What a parameter was given by the caller, as far as the traceback tells."""
        if site.number == 0 or scope is not site.scope:
            return None
        outer = _site(site.frames, site.number - 1)
        if outer is None or not isinstance(outer.node, ast.Call):
            return None
        call = outer.node
        given = [keyword.value for keyword in call.keywords if keyword.arg in (name, None)]
        names = [one for one in _parameters(scope) if one != "self"]
        calls_it = _called(call) == getattr(scope, "name", "")
        if calls_it and not given and names.index(name) < len(call.args):
            given = [call.args[names.index(name)]]
        return self._of_any(given or call.args, outer, depth)

    def _read_in(self, node: ast.AST, site: _Site, *, exactly: bool = False) -> Origin | None:
        """The made-up value that was read at a place within a node, while it was evaluated.

        With `exactly`, at that of the node itself: the read was the whole of it.
        """
        place = place_of(node)
        if place is None:
            return None
        file = site.frame.f_code.co_filename
        for (code, offset), origin in reversed(self.reads.places.items()):
            if code.co_filename != file:
                continue
            read_at = position(code, offset)
            if read_at == place or (not exactly and _is_at(read_at, place)):
                return origin
        return None

    def _value(self, node: ast.AST, site: _Site) -> Any:
        """The value of an expression, as far as it can be had without running any code."""
        match node:
            case ast.Constant(value=value):
                return value
            case ast.Name(id=name):
                frame = site.frame
                known = frame.f_locals.get(name, _ABSENT)
                value = frame.f_globals.get(name, _ABSENT) if known is _ABSENT else known
                return value if _is_readable(value) else _ABSENT
            case ast.Attribute(value=inner, attr=name):
                holder = self._value(inner, site)
                members = getattr(holder, "__dict__", {}) if holder is not _ABSENT else {}
                value = members.get(name, _ABSENT)
                return value if _is_readable(value) else _ABSENT
            case ast.Subscript(value=inner, slice=key):
                return _item(self._value(inner, site), self._value(key, site))
            case ast.Call(func=ast.Attribute(value=inner, attr="get"), args=[key, *default]):
                found = _item(self._value(inner, site), self._value(key, site), default=True)
                if found is None and default:
                    return self._value(default[0], site)
                return found
        return _ABSENT

    def _is_of_event(self, value: Any) -> bool:
        """Whether a plain value stands in the event.

        A poll loop asks for its event by calls that are given made-up values, the queue's address:
        there a collection is the event's as well, if all texts in it are.
        """
        if isinstance(value, dict | list) and value and self._is_polled():
            within = [text for text in json_path.texts(value) if len(text) > 1]
            return bool(within) and all(map(self._is_of_event, within))
        if not isinstance(value, str | int | float) or isinstance(value, bool) or not value:
            return False
        if self._event is None:
            payload = self._payload()
            texts = "\n".join(json_path.texts(payload)).casefold()
            self._event = texts, frozenset(_numbers(payload))
        texts, numbers = self._event
        if isinstance(value, str):
            return len(value) > 1 and value.casefold() in texts
        return value in numbers

    def _is_polled(self) -> bool:
        """Whether what the consumer gets is what ReceiveMessage answers."""
        payload = self._payload()
        return isinstance(payload, dict) and "Messages" in payload


# --- frames and sites -----------------------------------------------------------------------------


def _entries(error: BaseException) -> Iterator[Any]:
    entry = error.__traceback__
    while entry is not None:
        yield entry
        entry = entry.tb_next


def _site(frames: Sequence[tuple[FrameType, int]], number: int) -> _Site | None:
    frame, offset = frames[number]
    tree = source_tree(frame.f_code.co_filename)
    place = position(frame.f_code, offset)
    if tree is None or place is None:
        return None
    node = tree.node(place)
    return None if node is None else _Site(frames, number, tree, node)


def _is_at(inner: Position | None, outer: Position) -> bool:
    return inner is not None and contains(outer, inner)


# --- values ---------------------------------------------------------------------------------------


def _is_data(value: Any) -> bool:
    """Whether a value is data, or made of data, and no part of the program."""
    return isinstance(value, _PLAIN) or not (
        callable(value) or hasattr(value, "meta") or type(value).__name__ == "module"
    )


def _item(holder: Any, key: Any, *, default: bool = False) -> Any:
    """An item of plain containers; with `default`, None where a mapping has no such key."""
    try:
        if isinstance(holder, dict) and key is not _ABSENT:
            return dict.get(holder, key, None if default else _ABSENT)
        if default:
            return _ABSENT
        if isinstance(holder, list) and isinstance(key, int):
            return list.__getitem__(holder, key)
        if isinstance(holder, tuple) and isinstance(key, int):
            return holder[key]
    except (TypeError, IndexError):
        return _ABSENT
    return _ABSENT


def _numbers(value: Any) -> Iterator[float]:
    pending = [value]
    while pending:
        inner = pending.pop()
        if isinstance(inner, dict):
            pending += inner.values()
        elif isinstance(inner, list):
            pending += inner
        elif isinstance(inner, int | float):
            yield inner


# --- syntax ---------------------------------------------------------------------------------------


def _operands(node: ast.AST) -> Iterator[ast.expr]:
    """The expressions that stand directly in a node."""
    for child in ast.iter_child_nodes(node):
        if isinstance(child, ast.expr):
            yield child
        elif isinstance(child, ast.comprehension):
            yield child.iter
            yield from child.ifs
        elif isinstance(child, ast.keyword | ast.FormattedValue):
            yield child.value
        elif isinstance(child, ast.withitem):
            yield child.context_expr


def _wanted(test: ast.Compare) -> Any:
    """A constant that a test wants a value to be, if it says so by refusing all others."""
    if not isinstance(test.ops[0], ast.NotEq | ast.NotIn):
        return None
    for side in (*test.comparators, test.left):
        match side:
            case ast.Constant(value=str() | int() as value):
                return value
            case (
                ast.Tuple(elts=[ast.Constant(value=value), *_])
                | ast.Set(elts=[ast.Constant(value=value), *_])
            ):
                return value
            case ast.List(elts=[ast.Constant(value=value), *_]):
                return value
    return None


def _is_readable(value: Any) -> bool:
    """Whether an object can be asked what it is: a proxy of a web framework raises outside of one.

    Flask's `request` is one, and there is no request by the time that an exception is explained.
    """
    try:
        return value.__class__ is not None and getattr(value, "__dict__", None) is not _ABSENT
    except Exception:  # noqa: BLE001 - it may raise anything
        return False


def _called(call: ast.Call) -> str:
    """The last name of what is called."""
    match call.func:
        case ast.Name(id=name) | ast.Attribute(attr=name):
            return name
    return ""


def _call_parts(call: ast.Call) -> Iterator[ast.expr]:
    """What a call's value may be made of: what its method belongs to, and its arguments."""
    if isinstance(call.func, ast.Attribute):
        yield call.func.value
    yield from call.args
    for keyword in call.keywords:
        yield keyword.value


def _own_nodes(scope: ast.AST) -> Iterator[ast.AST]:
    """The nodes of a scope without those of functions in it."""
    pending: list[ast.AST] = list(ast.iter_child_nodes(scope))
    while pending:
        node = pending.pop(0)
        yield node
        if not isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.Lambda):
            pending += ast.iter_child_nodes(node)


def _assignments(scope: Scope, name: str) -> Iterator[tuple[ast.expr, ast.AST]]:
    """What is assigned to a name in a scope, each with its statement."""
    for node in _own_nodes(scope):
        match node:
            case ast.Assign(targets=targets, value=value):
                pass
            case ast.AnnAssign(target=target, value=ast.expr() as value):
                targets = [target]
            case (
                ast.AugAssign(target=target, value=value)
                | ast.NamedExpr(target=target, value=value)
            ):
                targets = [target]
            case ast.For(target=target, iter=value) | ast.AsyncFor(target=target, iter=value):
                targets = [target]
            case ast.comprehension(target=target, iter=value):
                targets = [target]
            case ast.withitem(context_expr=value, optional_vars=ast.expr() as target):
                targets = [target]
            case _:
                continue
        if any(_binds(target, name) for target in targets):
            yield value, node


def _binds(target: ast.expr, name: str) -> bool:
    return any(isinstance(node, ast.Name) and node.id == name for node in ast.walk(target)) and (
        not isinstance(target, ast.Subscript | ast.Attribute)
    )


def _is_own_table(expression: ast.expr) -> bool:
    """Whether a mapping is written out, so that its keys are the code's own."""
    return isinstance(expression, ast.Dict) and all(
        isinstance(key, ast.Constant) for key in expression.keys
    )


def _scopes(site: _Site) -> Iterator[Scope]:
    """The function of a site, those around it, and the module."""
    scope = site.scope
    while not isinstance(scope, ast.Module):
        yield scope
        scope = site.tree.scope(scope)
    yield scope


def _parameters(scope: Scope) -> list[str]:
    if isinstance(scope, ast.Module):
        return []
    arguments = scope.args
    every = [*arguments.posonlyargs, *arguments.args, *arguments.kwonlyargs]
    return [argument.arg for argument in every]


def _headers(statement: ast.AST, tree: SourceTree) -> Iterator[ast.expr]:
    """What decides whether a statement is reached, within its function."""
    for parent, _ in tree.outward(statement):
        match parent:
            case ast.If(test=test) | ast.While(test=test):
                yield test
            case ast.For(iter=test) | ast.AsyncFor(iter=test):
                yield test


def _ways_out_before(parent: ast.AST, child: ast.AST) -> Iterator[ast.expr]:
    """The tests of statements before a child that may leave its block."""
    for name in ("body", "orelse", "finalbody"):
        block = getattr(parent, name, None)
        if not isinstance(block, list) or child not in block:
            continue
        for statement in block[: block.index(child)]:
            leaves = any(
                isinstance(node, ast.Return | ast.Continue | ast.Break)
                for node in _own_nodes(statement)
            )
            match statement:
                case ast.If(test=test) | ast.While(test=test) if leaves:
                    yield test
                case ast.For(iter=test) | ast.AsyncFor(iter=test) if leaves:
                    yield test
