"""What Terraform's expressions give, as far as their module tells it without a deployment.

It knows operators, templates, loops and references; what `var.x` or `aws_sqs_queue.q.arn` is it
asks the `Names` of its scope.
"""

from __future__ import annotations

import operator
import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import lru_cache
from pathlib import Path
from typing import Any, Protocol

from ecr_contracts.core import limits
from ecr_contracts.discovery.iac.documents.document import Block, TemplateError
from ecr_contracts.discovery.iac.terraform import hcl, library, templates
from ecr_contracts.discovery.iac.terraform.library import MissingValueError
from ecr_contracts.discovery.iac.terraform.values import (
    MAX_ITEMS,
    Either,
    Encoded,
    FileText,
    Partial,
    Unknown,
    either,
    is_known,
    joined,
    lifted,
    plain_text,
)

__all__ = [
    "Budget",
    "HasAttributes",
    "MissingValueError",
    "Names",
    "Scope",
    "evaluate",
    "items_of",
    "rendered",
]

_MAX_NUMBER = 10**30
_MAX_SIZE = 50_000  # values in a value
_parts_of = lru_cache(256)(templates.parts_of)


class Names(Protocol):
    """What names that begin a reference stand for."""

    folder: Path
    root_folder: Path

    def named(self, root: str, path: Sequence[str]) -> tuple[Any, int]:
        """The value of a reference such as `var.x.y`, and how many names of the path it took.

        Raises MissingValueError where nothing has that name.
        """


class HasAttributes(Protocol):
    """A resource or a module, whose attributes are evaluated when they are asked for."""

    def attribute(self, name: str) -> Any:
        """The value of an attribute; raises MissingValueError where there is none."""


@dataclass(slots=True)
class Budget:
    """How many expressions may still be evaluated, so that no file takes for ever.

    It knows the sizes of lists and mappings too: what has the same list in it twice, which has the
    same list in it twice, and so on, is small in memory and has no end for whoever goes through it.
    """

    left: int = limits.TERRAFORM_STEPS
    _sizes: dict[int, tuple[Any, int]] = field(default_factory=dict)

    def take(self, file: Path, line: int) -> None:
        """Count one expression; raises TemplateError when there were too many."""
        self.left -= 1
        if self.left < 0:
            problem = "its expressions take too long to evaluate"
            raise TemplateError(str(file), line, problem, hcl.NAME_A_PLAN)

    def bounded(self, value: Any) -> Any:
        """A value, an unknown one in place of one that is too large."""
        return value if self._size(value) <= _MAX_SIZE else Unknown()

    def _size(self, value: Any) -> int:
        """How many values stand in a value, however deep."""
        match value:
            case Mapping():
                inner: Iterable[Any] = value.values()
            case list():
                inner = value
            case Either(options):
                inner = options
            case Encoded(content):
                inner = (content,)
            case _:
                return 1
        known = self._sizes.get(id(value))
        if known is None or known[0] is not value:
            known = value, 1 + sum(map(self._size, inner))
            self._sizes[id(value)] = known
        return known[1]


@dataclass(frozen=True)
class Scope:
    """Where an expression stands: its file, the names of its module, and those around it.

    `variables` are `each`, `count`, and the variables of loops and templates.
    """

    file: Path
    names: Names
    budget: Budget
    variables: Mapping[str, Any] = field(default_factory=dict)

    def with_variables(self, **variables: Any) -> Scope:
        """The scope with further variables."""
        return replace(self, variables={**self.variables, **variables})


def evaluate(tree: Any, scope: Scope) -> Any:
    """The value of an expression.

    Raises MissingValueError where it refers to what is not there, TemplateError where it goes in a
    circle or takes too long.
    """
    scope.budget.take(scope.file, hcl.line_of(tree))
    kind = str(tree.data)
    if kind in _TRAVERSALS:
        return _reference(tree, scope)
    if kind not in _KINDS:
        return Unknown()
    return scope.budget.bounded(_KINDS[kind](tree, scope))


def items_of(value: Any) -> list[tuple[Any, Any]] | None:
    """The keys and values that a loop goes through; None where they are not known."""
    if isinstance(value, Mapping):
        return [(key, value[key]) for key in sorted(value)]
    if isinstance(value, list):
        return list(enumerate(value))
    return None


# Literals
# --------------------------------------------------------------------------------------------------


def _term(tree: Any, scope: Scope) -> Any:
    inner = [part for part in hcl.children(tree) if hasattr(part, "data")]
    return evaluate(inner[0], scope)


def _literal(tree: Any, scope: Scope) -> Any:
    return {"true": True, "false": False, "null": None}[str(tree.children[0])]


def _integer(tree: Any, scope: Scope) -> int | Unknown:
    text = str(tree.children[0])
    return int(text) if len(text) < 30 else Unknown()


def _float(tree: Any, scope: Scope) -> float:
    return float(str(tree.children[0]))


def _tuple(tree: Any, scope: Scope) -> list[Any]:
    return [evaluate(part, scope) for part in hcl.children(tree) if hasattr(part, "data")]


def _object(tree: Any, scope: Scope) -> Block:
    block = Block()
    for element in hcl.children(tree):
        if not hasattr(element, "data"):
            continue
        key_tree, *_, value_tree = hcl.children(element)
        key = _key(key_tree, scope)
        if key is None:
            continue
        line = hcl.line_of(element)
        try:
            block[key] = evaluate(value_tree, scope)
        except MissingValueError:
            block[key] = Unknown()  # the other values are no worse for it
        block.lines[key] = line
        block.texts[key] = line, 0
    return block


def _key(tree: Any, scope: Scope) -> str | None:
    """The key of an object: a word stands for itself, unless there are parentheses around it."""
    (inner,) = hcl.children(tree)
    parts = hcl.children(inner) if inner.data == "expr_term" else []
    if len(parts) == 1 and parts[0].data in ("identifier", "keyword", "literal_value"):
        return str(parts[0].children[0])
    if inner.data == "keyword":
        return str(inner.children[0])
    return plain_text(evaluate(inner, scope))


# Texts and templates
# --------------------------------------------------------------------------------------------------

_ESCAPE = re.compile(r"\\(u[0-9a-fA-F]{4}|U[0-9a-fA-F]{8}|.)", re.DOTALL)
_ESCAPES = {"n": "\n", "r": "\r", "t": "\t"}


def _string(tree: Any, scope: Scope) -> Any:
    parts: list[Any] = []
    for part in tree.children[1:-1]:
        inner = part.children[0]
        if not hasattr(inner, "data"):
            parts.append(_unescaped(str(inner)))
        elif inner.data == "interpolation":
            parts.append(evaluate(hcl.children(inner)[1], scope))
        else:
            return rendered(_template(tree), scope, hcl.line_of(tree))
    return joined(parts) if parts else ""


def _template(tree: Any) -> str:
    """The text of a template in quotes that has directives in it."""
    text = ""
    for part in tree.children[1:-1]:
        inner = part.children[0]
        if hasattr(inner, "data"):
            text += hcl.source_of(inner)
        else:
            text += _ESCAPE.sub(_escaped_sign, str(inner))
    return text


def _unescaped(text: str) -> str:
    if text.startswith(("$${", "%%{")):
        return text[1:]
    return _ESCAPE.sub(_escaped_sign, text) if "\\" in text else text


def _escaped_sign(match: re.Match[str]) -> str:
    sign = match.group(1)
    if len(sign) > 1:
        number = int(sign[1:], 16)
        is_character = number < 0x110000 and not 0xD800 <= number < 0xE000
        return chr(number) if is_character else "\ufffd"
    return _ESCAPES.get(sign, sign)


def _heredoc(tree: Any, scope: Scope) -> Any:
    text = str(tree.children[0]).replace("\r\n", "\n")
    first, _, body = text.partition("\n")
    body = body.rstrip("\n").rpartition("\n")[0]
    if first.startswith("<<-"):
        body = templates.trimmed(body)
    return rendered(body + "\n" if body else "", scope, hcl.line_of(tree) + 1)


def rendered(text: str, scope: Scope, first_line: int) -> Any:
    """What a template gives whose first line is a line of the scope's file."""
    try:
        parts = _parts_of(text)
    except templates.TemplateSyntaxError as error:
        raise TemplateError(str(scope.file), first_line + error.line, error.problem) from None
    return joined(["", *_rendered_parts(parts, scope, first_line)])


def _rendered_parts(parts: Sequence[Any], scope: Scope, first_line: int) -> Iterator[Any]:
    for part in parts:
        match part:
            case str():
                yield part
            case templates.Interpolation():
                yield _interpolated(part, scope, first_line)
            case templates.Condition():
                yield _conditional_part(part, scope, first_line)
            case templates.Loop():
                yield _loop_part(part, scope, first_line)


def _interpolated(part: templates.Interpolation, scope: Scope, first_line: int) -> Any:
    tree = hcl.expression(part.text, scope.file, first_line + part.line)
    return evaluate(tree, scope)


def _conditional_part(part: templates.Condition, scope: Scope, first_line: int) -> Any:
    test = _truth(_interpolated(part.test, scope, first_line))
    branches = {True: [part.then], False: [part.otherwise], None: [part.then, part.otherwise]}
    options = [
        joined(["", *_rendered_parts(branch, scope, first_line)]) for branch in branches[test]
    ]
    return either(options)


def _loop_part(part: templates.Loop, scope: Scope, first_line: int) -> Any:
    items = items_of(_interpolated(part.items, scope, first_line))
    if items is None:
        return Unknown()
    pieces: list[Any] = [""]
    for key, value in items[:MAX_ITEMS]:
        names = {part.key: key, part.value: value} if part.key else {part.value: value}
        pieces += _rendered_parts(part.body, scope.with_variables(**names), first_line)
    return joined(pieces)


# Operators
# --------------------------------------------------------------------------------------------------

_OPERATORS: dict[str, Callable[[Any, Any], Any]] = {
    "+": operator.add,
    "-": operator.sub,
    "*": operator.mul,
    "/": operator.truediv,
    "%": operator.mod,
    "<": operator.lt,
    ">": operator.gt,
    "<=": operator.le,
    ">=": operator.ge,
}


def _binary(tree: Any, scope: Scope) -> Any:
    parts = [part for part in hcl.children(tree) if hasattr(part, "data")]
    left_tree, term = parts[0], parts[1]
    operator_tree, right_tree = [part for part in hcl.children(term) if hasattr(part, "data")]
    sign = str(operator_tree.children[0]).split()[-1]
    left = evaluate(left_tree, scope)
    if sign in ("&&", "||"):
        return _logical(sign, left, lambda: evaluate(right_tree, scope))
    return lifted(
        lambda one, other: _compared(sign, one, other), [left, evaluate(right_tree, scope)]
    )


def _logical(sign: str, left: Any, right: Callable[[], Any]) -> Any:
    decisive = sign == "||"
    first = _truth(left)
    if first is decisive:
        return decisive
    second = _truth(right())
    if second is decisive:
        return decisive
    return Unknown() if first is None or second is None else not decisive


def _compared(sign: str, left: Any, right: Any) -> Any:
    if not (is_known(left) and is_known(right)):
        return Unknown()
    if sign in ("==", "!="):
        return (_simple(left) == _simple(right)) == (sign == "==")
    if not (isinstance(left, int | float) and isinstance(right, int | float)):
        raise MissingValueError(sign)
    try:
        result = _OPERATORS[sign](left, right)
    except ArithmeticError:
        raise MissingValueError(sign) from None
    if abs(result) > _MAX_NUMBER:
        return Unknown()
    is_whole = isinstance(result, float) and result.is_integer()
    return int(result) if is_whole else result


def _simple(value: Any) -> Any:
    return plain_text(value) if isinstance(value, Encoded) else value


def _unary(tree: Any, scope: Scope) -> Any:
    sign, operand = hcl.children(tree)
    value = evaluate(operand, scope)
    if str(sign) == "!":
        truth = _truth(value)
        return Unknown() if truth is None else not truth
    return -value if isinstance(value, int | float) else Unknown()


def _conditional(tree: Any, scope: Scope) -> Any:
    test, then, otherwise = [part for part in hcl.children(tree) if hasattr(part, "data")]
    truth = _truth(evaluate(test, scope))
    if truth is not None:
        return evaluate(then if truth else otherwise, scope)
    options: list[Any] = []
    for branch in (then, otherwise):
        try:
            options.append(evaluate(branch, scope))
        except MissingValueError:
            options.append(Unknown())
    return either(options)


def _truth(value: Any) -> bool | None:
    """Whether a value is true; None where that is not known."""
    if value in (True, "true"):
        return True
    return False if value in (False, "false") else None


# Loops and functions
# --------------------------------------------------------------------------------------------------


def _loop(tree: Any, scope: Scope) -> Iterator[tuple[Any, Scope]] | None:
    """The rounds of a `for` as its own parts and their scope; None where its items are unknown."""
    parts = [part for part in hcl.children(tree) if hasattr(part, "data")]
    intro, *bodies = parts
    condition = None
    if bodies[-1].data == "for_cond":
        condition = next(p for p in hcl.children(bodies.pop()) if hasattr(p, "data"))
    *names, source = [part for part in hcl.children(intro) if hasattr(part, "data")]
    items = items_of(evaluate(source, scope))
    if items is None:
        return None
    return _rounds(items, [str(name.children[0]) for name in names], bodies, condition, scope)


def _rounds(
    items: list[tuple[Any, Any]], names: list[str], bodies: list[Any], condition: Any, scope: Scope
) -> Iterator[tuple[Any, Scope]]:
    for key, value in items:
        variables = dict(zip(names, (key, value) if len(names) > 1 else (value,), strict=False))
        inner = scope.with_variables(**variables)
        if condition is None or _truth(evaluate(condition, inner)) is not False:
            yield bodies, inner


def _for_tuple(tree: Any, scope: Scope) -> Any:
    rounds = _loop(tree, scope)
    if rounds is None:
        return Unknown()
    return [evaluate(body, inner) for (body,), inner in rounds]


def _for_object(tree: Any, scope: Scope) -> Any:
    rounds = _loop(tree, scope)
    if rounds is None:
        return Unknown()
    grouped = any(str(part) == "..." for part in hcl.children(tree) if not hasattr(part, "data"))
    block = Block()
    for (key_tree, value_tree), inner in rounds:
        key, value = plain_text(evaluate(key_tree, inner)), evaluate(value_tree, inner)
        if key is None:
            continue
        if grouped:
            block.setdefault(key, []).append(value)
        else:
            block[key] = value
    return block


def _call(tree: Any, scope: Scope) -> Any:
    name = "::".join(str(p.children[0]) for p in tree.children if _is(p, "identifier"))
    holder = next((part for part in tree.children if _is(part, "arguments")), None)
    parts = hcl.children(holder) if holder is not None else []
    trees = [part for part in parts if hasattr(part, "data")]
    if name in ("try", "can"):
        return _tried(trees, scope, only_whether=name == "can")
    arguments = [evaluate(argument, scope) for argument in trees]
    if any(str(part) == "..." for part in parts if not hasattr(part, "data")):
        last = arguments.pop()
        if not isinstance(last, list):
            return Unknown()
        arguments += last
    if name in _OF_FILES:
        return lifted(lambda *values: _OF_FILES[name](scope, *values), arguments)
    return library.call(name, arguments)


def _is(part: Any, kind: str) -> bool:
    return hasattr(part, "data") and part.data == kind


def _tried(trees: Sequence[Any], scope: Scope, *, only_whether: bool) -> Any:
    """The first of some expressions that can be evaluated, or whether there is one."""
    for tree in trees:
        try:
            value = evaluate(tree, scope)
        except MissingValueError:
            continue
        return True if only_whether else value
    if only_whether:
        return False
    raise MissingValueError("try")


def _path(scope: Scope, name: Any) -> Path:
    if not isinstance(name, str) or "\0" in name:
        raise MissingValueError("file")
    return scope.names.root_folder / name


def _file(scope: Scope, name: Any) -> Any:
    if isinstance(name, Unknown | Partial):
        return Unknown()
    path = _path(scope, name)
    try:
        text = FileText(hcl.read_text(path) if path.is_file() else "")
    except TemplateError:
        return Unknown()
    text.path = str(path)
    return text if path.is_file() else Unknown()


def _template_file(scope: Scope, name: Any, variables: Any) -> Any:
    text = _file(scope, name)
    if not isinstance(text, FileText) or not isinstance(variables, Mapping):
        return Unknown()
    inner = Scope(Path(text.path), scope.names, scope.budget, dict(variables))
    return rendered(str(text), inner, 1)


def _file_exists(scope: Scope, name: Any) -> Any:
    return Unknown() if isinstance(name, Unknown | Partial) else _path(scope, name).is_file()


_OF_FILES: dict[str, Callable[..., Any]] = {
    "file": _file,
    "fileexists": _file_exists,
    "templatefile": _template_file,
}


# References
# --------------------------------------------------------------------------------------------------

_TRAVERSALS = (
    "identifier",
    "get_attr_expr_term",
    "index_expr_term",
    "attr_splat_expr_term",
    "full_splat_expr_term",
)
_SPLAT = object()


def _reference(tree: Any, scope: Scope) -> Any:
    base, steps = _traversal(tree, scope)
    if base.data != "identifier":
        return _followed(evaluate(base, scope), steps)
    root = str(base.children[0])
    if root in scope.variables:
        return _followed(scope.variables[root], steps)
    path: list[str] = []
    for step in steps:
        if not isinstance(step, str):
            break
        path.append(step)
    value, taken = scope.names.named(root, path)
    return _followed(value, steps[taken:])


def _traversal(tree: Any, scope: Scope) -> tuple[Any, list[Any]]:
    """What a reference begins with, and the names and indices that follow."""
    steps: list[Any] = []
    while True:
        parts = [part for part in hcl.children(tree) if hasattr(part, "data")]
        if tree.data == "expr_term" and len(parts) == 1:
            tree = parts[0]
        elif tree.data in _TRAVERSALS and tree.data != "identifier":
            steps = _steps(parts[1], scope) + steps
            tree = parts[0]
        else:
            return tree, steps


def _steps(tree: Any, scope: Scope) -> list[Any]:
    match str(tree.data):
        case "get_attr":
            return [str(hcl.children(tree)[-1].children[0])]
        case "short_index":
            return [int(str(hcl.children(tree)[-1]))]
        case "braces_index":
            return [evaluate(hcl.children(tree)[1], scope)]
    inner: list[Any] = [_SPLAT]
    for part in hcl.children(tree):
        if hasattr(part, "data"):
            inner += _steps(part, scope)
    return inner


def _followed(value: Any, steps: Sequence[Any]) -> Any:
    """What stands behind names and indices."""
    for position, step in enumerate(steps):
        if step is _SPLAT:
            rest = steps[position + 1 :]
            if isinstance(value, Unknown):
                return value
            values = value if isinstance(value, list) else [value]
            return [_followed(item, rest) for item in values]
        value = lifted(_stepped, [value, step])
    return value


def _stepped(value: Any, step: Any) -> Any:
    if isinstance(value, Unknown | Partial) or isinstance(step, Unknown | Partial):
        return Unknown()
    if hasattr(value, "attribute"):
        return value if step == 0 else value.attribute(str(step))
    try:
        if isinstance(value, list):
            return value[int(step)]
        if isinstance(value, Mapping):
            return value[plain_text(step)]
    except (LookupError, ValueError):
        raise MissingValueError(str(step)) from None
    raise MissingValueError(str(step))


_KINDS: dict[str, Callable[[Any, Scope], Any]] = {
    "binary_op": _binary,
    "conditional": _conditional,
    "expr_term": _term,
    "float_lit": _float,
    "for_object_expr": _for_object,
    "for_tuple_expr": _for_tuple,
    "function_call": _call,
    "heredoc_template": _heredoc,
    "heredoc_template_trim": _heredoc,
    "int_lit": _integer,
    "literal_value": _literal,
    "object": _object,
    "string": _string,
    "tuple": _tuple,
    "unary_op": _unary,
}
