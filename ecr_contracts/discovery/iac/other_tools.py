"""Files of tools that are not read, and what is to be named in their place.

Configurations that are programs (CDK, Pulumi, `serverless.ts`) say what they declare only when they
are run, which nothing here does.
"""

from __future__ import annotations

import ast
import re
from pathlib import Path
from typing import NamedTuple

from ecr_contracts.core import limits
from ecr_contracts.core.plain_files import read_plain_file

__all__ = ["OtherTool", "other_tool"]

_PROGRAMS = (".ts", ".mts", ".cts", ".js", ".mjs", ".cjs")
_CDK = re.compile(rb"^\s*(?:from|import)\s+aws_cdk\b|['\"](?:aws-cdk-lib|@aws-cdk/)", re.MULTILINE)
_PULUMI = re.compile(rb"^\s*(?:from|import)\s+pulumi\w*\b|['\"]@pulumi/", re.MULTILINE)
_SYNTHESISED = "cdk.out"
_MOST_LISTED = 3


class OtherTool(NamedTuple):
    """Why a file is not read, and what to name instead."""

    problem: str
    advice: str


def other_tool(place: str, name: str) -> OtherTool | None:
    """What to name instead of a file, or of a class in it; None for what may be read."""
    file = Path(place)
    if file.name in ("cdk.json", "cdk.context.json", _SYNTHESISED):
        return _of_cdk(file)
    if re.fullmatch(r"Pulumi(?:\..+)?\.ya?ml", file.name):
        return _of_pulumi()
    if file.suffix in _PROGRAMS and file.stem == "serverless":
        return _of_serverless(file, name)
    if file.suffix not in (*_PROGRAMS, ".py"):
        return None
    source = _source(file)
    is_cdk = _CDK.search(source) is not None
    if not is_cdk and not _PULUMI.search(source):
        return None
    if file.suffix == ".py" and _may_be_function(source, name):
        return None
    return _of_cdk(file) if is_cdk else _of_pulumi()


def _of_cdk(file: Path) -> OtherTool:
    templates = _synthesised(file)
    if templates:
        listed = ", ".join(templates[:_MOST_LISTED])
        advice = f"name a template that `cdk synth` wrote, and its function: {listed}"
    else:
        advice = (
            "run `cdk synth`, then name a template that it writes, and its function: "
            f"{_SYNTHESISED}/STACK.template.json:FUNCTION"
        )
    return OtherTool("what CDK declares is known only when it has run", advice)


def _synthesised(file: Path) -> list[str]:
    """The templates that CDK wrote for a file of its own, in its folder or one above."""
    folders = [file, *(folder / _SYNTHESISED for folder in (file.parent, *file.parent.parents))]
    for folder in folders:
        templates = sorted(folder.glob("*.template.json"))
        if templates:
            return [template.as_posix() for template in templates]
    return []


def _of_pulumi() -> OtherTool:
    advice = "name the handler's own file, and its rule: src/app.py:handler --rule pattern.json"
    return OtherTool("what Pulumi declares is known only when it has run", advice)


def _of_serverless(file: Path, name: str) -> OtherTool:
    folder = file.parent.as_posix()
    within = "" if folder == "." else f"cd {folder}; "
    resolved = f"{file.parent.joinpath('resolved.yml').as_posix()}:{name or 'FUNCTION'}"
    advice = f"write it out, `{within}serverless print > resolved.yml`, then name {resolved}"
    return OtherTool(f"what {file.name} declares is known only when it has run", advice)


def _source(file: Path) -> bytes:
    """The content of a file, nothing of what is none."""
    try:
        return read_plain_file(file, limits.SOURCE_BYTES)
    except OSError:
        return b""


def _may_be_function(source: bytes, name: str) -> bool:
    """Whether a source has a function of a name, or cannot be read by the Python that runs."""
    try:
        body = ast.parse(source).body
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return True
    names = {node.name for node in body if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)}
    return name in names
