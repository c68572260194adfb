"""What all generated files have in common: heading, format, the line where the text to vendor ends.

Knows nothing of what stands between.
"""

from __future__ import annotations

import ast
import hashlib
import json
import subprocess
import sys
from collections.abc import Iterable
from pathlib import Path

from ecr_contracts.events.generate.hypothesis_plugin import NOT_VENDORED
from generators.classes import Classes, Schemas

ROOT = Path(__file__).resolve().parent.parent


def heading(schemas: Schemas) -> str:
    """The comment at the top: that the file is generated, by which command, from which schemas."""
    in_order = json.dumps(sorted(schemas.items()))
    fingerprint = hashlib.sha256(in_order.encode()).hexdigest()[:16]
    return (
        "# generated, do not edit: python -m generators\n"
        f"# fingerprint of the schemas: {fingerprint}\n"
    )


def exports(names: Iterable[str]) -> str:
    """The `__all__` of a module."""
    return f"__all__ = {sorted(names)!r}\n"


def split(module: Path) -> tuple[str, str]:
    """The import statements of a module written by hand, and what follows them."""
    source = module.read_text("utf-8")
    nodes = ast.parse(source).body
    imports = [node for node in nodes if isinstance(node, (ast.Import, ast.ImportFrom))]
    lines = source.splitlines(keepends=True)
    first, last = imports[0].lineno - 1, imports[-1].end_lineno
    return "".join(lines[first:last]), "".join(lines[last:])


def places(classes: Classes) -> str:
    """The table of where each class stands, behind the line where the text to vendor ends."""
    rows = "".join(f"    {name}: {place!r},\n" for name, place in sorted(classes.places.items()))
    return (
        f"{NOT_VENDORED}\n"
        f"PLACES: dict[type, tuple[str, tuple[str | int, ...]]] = {{\n{rows}}}\n"
        '"""The kind of each class, and its path within an event of the kind."""\n'
    )


def formatted(name: str, text: str) -> str:
    """The text as the project's tools would have it: imports sorted, none unused, lines broken."""
    file = str(ROOT / name)
    for command in (["check", "--fix", "--quiet", "--select", "I,F401"], ["format", "--quiet"]):
        call = [sys.executable, "-m", "ruff", *command, "--no-cache", "--stdin-filename", file, "-"]
        text = subprocess.run(
            call, input=text, capture_output=True, check=True, cwd=ROOT, encoding="utf-8"
        ).stdout
    return text


def docstring(words: str) -> str:
    """A string statement with the words, or nothing for none."""
    escaped = words.replace("\\", "\\\\").replace('"""', '\\"\\"\\"')
    if not escaped:
        return ""
    closing = ""
    if "\n" in escaped:
        closing = "\n"
    elif escaped.endswith('"'):
        closing = " "
    return f'"""{escaped}{closing}"""\n'


def spliced(source: str, edits: Iterable[tuple[ast.expr | ast.stmt, str]]) -> str:
    """The source with each node replaced by a text. Everything between the nodes stays as it is."""
    lines = source.encode().splitlines(keepends=True)  # ast counts columns in bytes
    starts = [0]
    for line in lines:
        starts.append(starts[-1] + len(line))
    text = b"".join(lines)
    for node, new in sorted(edits, key=lambda edit: edit[0].lineno, reverse=True):
        assert node.end_lineno is not None  # it is for nodes made by hand only
        assert node.end_col_offset is not None
        start = starts[node.lineno - 1] + node.col_offset
        end = starts[node.end_lineno - 1] + node.end_col_offset
        text = text[:start] + new.encode() + text[end:]
    return text.decode()
