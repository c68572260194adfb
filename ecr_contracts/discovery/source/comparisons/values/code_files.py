"""The files of a handler's source, and which statements of each the handler uses."""

from __future__ import annotations

import ast
from dataclasses import dataclass
from pathlib import Path

from ecr_contracts.discovery.source.modules import sources
from ecr_contracts.discovery.source.variables.lookups import is_script
from ecr_contracts.discovery.target import Target

__all__ = ["CodeFile", "files_of"]


@dataclass(frozen=True, slots=True)
class CodeFile:
    """A file of a handler: its tree, and the statements of it that the handler uses."""

    file: Path
    tree: ast.Module
    statements: tuple[ast.stmt, ...]


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
