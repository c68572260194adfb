"""A consumer's source: its own file, and what it imports from beside it, as syntax trees; nothing is imported."""

from __future__ import annotations

import ast
import sys
import warnings
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from ecr_contracts.discovery.iac.functions import Function
from ecr_contracts.discovery.target import Target

__all__ = ["Source", "files", "sources"]

_DEEPEST = 3  # imports that are followed, to files beside the consumer's own


@dataclass(frozen=True, slots=True)
class Source:
    """A file of a consumer; `reached` are the statements that its function may use, not those of its neighbours."""

    file: Path
    tree: ast.Module
    reached: Sequence[ast.stmt]


def sources(target: Target) -> Iterator[Source]:
    """The files of a consumer, its own first; a file comes again for each thing that is imported from it.

    What cannot be read or is no Python is left out.
    """
    trees: dict[Path, ast.Module | None] = {}
    seen: set[tuple[Path, str]] = set()
    todo = [(file, target.attribute.partition(".")[0], 0) for file in files(target)]
    while todo:
        file, name, depth = todo.pop()
        if (file, name) in seen:
            continue
        seen.add((file, name))
        if file not in trees:
            trees[file] = (
                _inline(target.function) if file == target.file and target.function else _tree(file)
            )
        tree = trees[file]
        if tree is None:
            continue
        source = Source(file, tree, _reached(tree, name))
        yield source
        if depth < _DEEPEST:
            for node in _imports(source.reached):
                todo += [(near, wanted, depth + 1) for near, wanted in _beside(file, node)]


def _tree(file: Path) -> ast.Module | None:
    try:
        return _parsed(file.read_bytes())
    except OSError:
        return None


def _inline(function: Function) -> ast.Module | None:
    """The code that a template holds, its lines counted as those of the template."""
    if function.code is None:
        return _tree(function.file)
    tree = _parsed(function.code)
    return tree and ast.increment_lineno(tree, function.code_line - 1)


def _parsed(text: str | bytes) -> ast.Module | None:
    try:
        with warnings.catch_warnings(action="ignore"):
            return ast.parse(text)
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return None


def _imports(statements: Iterable[ast.stmt]) -> Iterator[ast.Import | ast.ImportFrom]:
    for statement in statements:
        yield from (
            node for node in ast.walk(statement) if isinstance(node, ast.Import | ast.ImportFrom)
        )


def _reached(tree: ast.Module, name: str) -> Sequence[ast.stmt]:
    """The statements of a module that something defined in it may use: not those that only its neighbours do."""
    defined = [(_defined(node), node) for node in tree.body]
    if not any(name in names for names, _ in defined):
        return tree.body
    used = {name, "*"}
    reached: dict[ast.stmt, None] = {}
    while more := [
        node for names, node in defined if node not in reached and (not names or names & used)
    ]:
        for node in more:
            reached[node] = None
            if not isinstance(node, (ast.Import, ast.ImportFrom)):
                used |= {inner.id for inner in ast.walk(node) if isinstance(inner, ast.Name)}
    return list(reached)


def _defined(statement: ast.stmt) -> set[str]:
    """The names that a statement defines; none where it does more, such as to register a function."""
    match statement:
        case ast.Import(names) | ast.ImportFrom(names=names):
            return {alias.asname or alias.name.partition(".")[0] for alias in names}
        case ast.FunctionDef(name) | ast.AsyncFunctionDef(name) | ast.ClassDef(name):
            # A decorator that is told a word registers what it decorates: `@on("ECR Image Scan")`.
            return set() if any(map(_has_text, statement.decorator_list)) else {name}
        case ast.Assign(targets=[ast.Name(name)]) | ast.AnnAssign(target=ast.Name(name)):
            return {name}
        case _:
            return set()


def _has_text(node: ast.AST) -> bool:
    return any(
        isinstance(inner, ast.Constant) and isinstance(inner.value, str) for inner in ast.walk(node)
    )


def files(target: Target) -> Iterator[Path]:
    """The file that a target's function is taken from, if it can be found."""
    if target.file is not None:
        yield target.file
    elif target.module is not None:
        parts = target.module.split(".")
        for folder in (".", *sys.path):
            place = Path(folder, *parts)
            for candidate in (place.with_suffix(".py"), place / "__init__.py"):
                if candidate.is_file():
                    yield candidate
                    return


def _beside(file: Path, node: ast.Import | ast.ImportFrom) -> Iterator[tuple[Path, str]]:
    """The files near a file that an import of it may mean, each with what is taken from it (all without a name)."""
    for alias in node.names:
        if isinstance(node, ast.Import):
            modules = {alias.name: ""}
        else:
            prefix = f"{node.module}." if node.module else ""
            modules = {f"{prefix}{alias.name}": ""} | (
                {node.module: alias.name} if node.module else {}
            )
        for module, wanted in modules.items():
            for folder in (file.parent, *file.parent.parents[:2]):
                place = Path(folder, *module.split("."))
                for candidate in (place.with_suffix(".py"), place / "__init__.py"):
                    if candidate.is_file():
                        yield candidate, wanted
