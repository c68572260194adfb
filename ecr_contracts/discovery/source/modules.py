"""The modules of a consumer's source as syntax trees: its own file, and what it imports near it.

Nothing is imported or run; what is installed is not the consumer's source.
"""

from __future__ import annotations

import ast
import sys
import warnings
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from pathlib import Path
from typing import NamedTuple

from ecr_contracts.core import limits
from ecr_contracts.core.plain_files import read_plain_file
from ecr_contracts.discovery.iac.cloudformation.functions import Function
from ecr_contracts.discovery.source.sibling_methods import empty_siblings
from ecr_contracts.discovery.target import Target

__all__ = ["DEPLOYED_ALONE", "Source", "files", "is_called_alone", "reading_once", "sources"]

DEPLOYED_ALONE = frozenset(
    {
        "lambda_function",
        "on_cw_event",
        "on_dynamodb_record",
        "on_kinesis_record",
        "on_s3_event",
        "on_sns_message",
        "on_sqs_message",
        "schedule",
    }
)
"""Decorators of a Chalice app that make a function of Lambda of its own."""

_MAX_DEPTH = 3  # imports that are followed, to files beside the consumer's own


@dataclass(frozen=True, slots=True)
class Source:
    """A file of a consumer; `reached` are the statements that are used, not those of neighbours."""

    file: Path
    tree: ast.Module
    reached: Sequence[ast.stmt]


class _Import(NamedTuple):
    """A file, the name taken from it (empty for all of it), and how many imports led to it."""

    file: Path
    name: str
    depth: int


_READ: ContextVar[dict[int, tuple[Target, Sequence[Source]]] | None] = ContextVar(
    "read", default=None
)
"""What was read of each target, by its `id`, where files are read once; else None."""


@contextmanager
def reading_once() -> Iterator[None]:
    """Where many ask for the files of a consumer: they are read once, and taken not to change."""
    read = _READ.get()
    token = _READ.set({} if read is None else read)
    try:
        yield
    finally:
        _READ.reset(token)


def sources(target: Target) -> Iterator[Source]:
    """The files of a consumer, its own first, each as often as something is imported from it.

    What cannot be read or is no Python is left out.
    """
    read = _READ.get()
    if read is None:
        return _sources(target)
    if id(target) not in read:
        read[id(target)] = target, list(_sources(target))
    return iter(read[id(target)][1])


def _sources(target: Target) -> Iterator[Source]:
    """The files of a consumer as they are now."""
    trees: dict[Path, ast.Module | None] = {}
    seen: set[tuple[Path, str]] = set()
    own_name = target.steps[0].name
    todo = [_Import(file, own_name, 0) for file in files(target)]
    while todo:
        file, name, depth = todo.pop()
        if (file, name) in seen:
            continue
        seen.add((file, name))
        if file not in trees:
            trees[file] = _tree(file, target)
        tree = trees[file]
        if tree is None:
            continue
        reached = _reached(tree, name)
        if depth == 0 and empty_siblings(tree, target.attribute, reached):
            reached = _reached(tree, name)
        source = Source(file, tree, reached)
        yield source
        if depth < _MAX_DEPTH:
            for statement in _imports(source.reached):
                for near, imported in _imported_files(file, statement):
                    todo.append(_Import(near, imported, depth + 1))


def files(target: Target) -> Iterator[Path]:
    """The file that a target's function is taken from, if it can be found."""
    if target.file is not None:
        yield target.file
    elif target.module is not None:
        for folder in (".", *sys.path):
            for file in _module_files(Path(folder), target.module):
                yield file
                return


def _module_files(folder: Path, module: str) -> Iterator[Path]:
    """The files of a module that is imported from a folder: its own, or that of a package."""
    place = folder.joinpath(*module.split("."))
    for file in (place.with_suffix(".py"), place / "__init__.py"):
        if file.is_file():
            yield file


# Reading a file
# --------------------------------------------------------------------------------------------------


def _tree(file: Path, target: Target) -> ast.Module | None:
    """The syntax tree of a file of a consumer, None if there is none."""
    function = target.function
    if file == target.file and function is not None and function.code is not None:
        return _inline_tree(function, function.code)
    try:
        return _parsed(read_plain_file(file, limits.SOURCE_BYTES))
    except OSError:
        return None


def _inline_tree(function: Function, code: str) -> ast.Module | None:
    """The code that a template holds, its lines counted as those of the template."""
    tree = _parsed(code)
    return tree and ast.increment_lineno(tree, function.code_line - 1)


def _parsed(text: str | bytes) -> ast.Module | None:
    try:
        with warnings.catch_warnings(action="ignore"):
            return ast.parse(text)
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return None


# What is used of it
# --------------------------------------------------------------------------------------------------


def _reached(tree: ast.Module, name: str) -> Sequence[ast.stmt]:
    """The statements of a module that a name in it may use; all if nothing defines the name."""
    defined = {statement: _defined_names(statement) for statement in tree.body}
    if not any(name in names for names in defined.values()):
        return tree.body
    used = {name, "*"}
    reached: dict[ast.stmt, None] = {}
    todo = _used_statements(defined, used)
    while todo:
        for statement in todo:
            reached[statement] = None
            del defined[statement]
            used |= _used_names(statement)
        todo = _used_statements(defined, used)
    return list(reached)


def _used_statements(defined: dict[ast.stmt, set[str]], used: set[str]) -> list[ast.stmt]:
    """The statements that define something that is used, or do more than to define."""
    return [statement for statement, names in defined.items() if not names or names & used]


def _used_names(statement: ast.stmt) -> set[str]:
    """The names in a statement; those that an import defines are not used by it."""
    if isinstance(statement, ast.Import | ast.ImportFrom):
        return set()
    return {node.id for node in ast.walk(statement) if isinstance(node, ast.Name)}


def _defined_names(statement: ast.stmt) -> set[str]:
    """The names that a statement defines; none where it does more, as to register a function."""
    match statement:
        case ast.Import(names) | ast.ImportFrom(names=names):
            return {alias.asname or alias.name.partition(".")[0] for alias in names}
        case ast.FunctionDef(name) | ast.AsyncFunctionDef(name) | ast.ClassDef(name):
            # A decorator with a text registers what it decorates: `@on("ECR Image Scan")`.
            registers = any(map(_has_text, statement.decorator_list))
            return set() if registers and not is_called_alone(statement) else {name}
        case ast.Assign(targets=[ast.Name(name)]) | ast.AnnAssign(target=ast.Name(name)):
            return {name}
        case _:
            return set()


def is_called_alone(node: ast.AST) -> bool:
    """Whether others call a function or class than those that call a handler beside it.

    It is a test, or its decorator makes a function of Lambda of its own of it.
    """
    if getattr(node, "name", "").lower().startswith("test"):
        return True
    for decorator in getattr(node, "decorator_list", []):
        match decorator:
            case ast.Call(func=ast.Attribute(attr=name)) if name in DEPLOYED_ALONE:
                return True
    return False


def _has_text(node: ast.AST) -> bool:
    for inner in ast.walk(node):
        if isinstance(inner, ast.Constant) and isinstance(inner.value, str):
            return True
    return False


# What it imports
# --------------------------------------------------------------------------------------------------


def _imports(statements: Iterable[ast.stmt]) -> Iterator[ast.Import | ast.ImportFrom]:
    for statement in statements:
        for node in ast.walk(statement):
            if isinstance(node, ast.Import | ast.ImportFrom):
                yield node


def _imported_files(
    file: Path, statement: ast.Import | ast.ImportFrom
) -> Iterator[tuple[Path, str]]:
    """The files near a file that an import in it may mean, each with the name taken from it."""
    for module, name in _imported_modules(statement):
        for folder in (file.parent, *file.parent.parents[:2]):
            for near in _module_files(folder, module):
                yield near, name


def _imported_modules(statement: ast.Import | ast.ImportFrom) -> Iterator[tuple[str, str]]:
    """The modules that an import may mean, each with the name taken from it, empty for all."""
    for alias in statement.names:
        if isinstance(statement, ast.Import):
            yield alias.name, ""
        elif statement.module:
            yield f"{statement.module}.{alias.name}", ""
            yield statement.module, alias.name
        else:
            yield alias.name, ""
