"""The reference of what the package names for Python code, from its docstrings."""

from __future__ import annotations

import ast
import inspect
import re
from itertools import pairwise
from pathlib import Path
from typing import Any

import ecr_contracts
from ecr_contracts import contract, delivery
from generators.documents.tables import table

_LONGEST_LINE = 80
_MODULES = {"ecr_contracts": ecr_contracts, "ecr_contracts.contract": contract}
_MODULES["ecr_contracts.delivery"] = delivery


def sections() -> str:
    """A list of the names of each module, then a section for each name."""
    text = ""
    for module_name, module in _MODULES.items():
        names = [name for name in sorted(module.__all__) if not name.startswith("__")]
        rows = [("name", "what it is")]
        for name in names:
            first = _paragraphs(name, getattr(module, name))[0]
            rows.append((f"[`{name}`](#{_anchor(module_name, name)})", first.replace("|", r"\|")))
        text += f"\n## `{module_name}`\n\n" + table(rows)
        for name in names:
            text += _section(module_name, name, getattr(module, name))
    return text


def _anchor(module_name: str, name: str) -> str:
    return f"{module_name}.{name}"


def _section(module_name: str, name: str, thing: Any) -> str:
    text = f"\n### `{name}` {{ #{_anchor(module_name, name)} }}\n"
    if inspect.isroutine(thing):
        text += f"\n```python\n{name}{_signature(thing)}\n```\n"
    for paragraph in _paragraphs(name, thing):
        text += f"\n{paragraph}\n"
    return text


def _signature(thing: Any) -> str:
    """The parameters of a function with their defaults, without types; a long list has lines."""
    signature = inspect.signature(inspect.unwrap(thing))
    plain = [_plain(parameter) for parameter in signature.parameters.values()]
    shown = str(signature.replace(parameters=plain, return_annotation=signature.empty))
    if len(shown) < _LONGEST_LINE:
        return shown
    lines = "".join(f"    {part},\n" for part in shown[1:-1].split(", "))
    return f"(\n{lines})"


def _plain(parameter: inspect.Parameter) -> inspect.Parameter:
    """A parameter without its type; of a default that is long to write, the class alone."""
    default = parameter.default
    if default is not parameter.empty and ", " in repr(default):
        default = _Written(f"{type(default).__name__}()")
    return parameter.replace(annotation=parameter.empty, default=default)


class _Written(str):
    """A default as it is written."""

    def __repr__(self) -> str:
        return str(self)


def _paragraphs(name: str, thing: Any) -> list[str]:
    """The paragraphs of a docstring, each a line; examples stay as they are indented.

    Raises ValueError for a name of which nothing is said.
    """
    if inspect.isclass(thing) or callable(thing):
        text = inspect.getdoc(inspect.unwrap(thing)) or ""
    else:
        text = _said_of_value(name)
        if not text and type(thing).__module__.startswith(ecr_contracts.__name__):
            text = inspect.getdoc(thing) or ""
    if not text:
        raise ValueError(f"{name} has no docstring")
    paragraphs = []
    for paragraph in re.split(r"\n\s*\n", text):
        is_code = paragraph.startswith((" ", ">>>"))
        paragraphs.append(paragraph if is_code else " ".join(paragraph.split()))
    return paragraphs


def _said_of_value(name: str) -> str:
    """The string that stands below the assignment of a value, in whichever module that is."""
    for file in sorted(Path(ecr_contracts.__file__).parent.rglob("*.py")):
        source = file.read_text("utf-8")
        if not re.search(rf"^{name}\b", source, re.MULTILINE):
            continue
        for statement, below in pairwise(ast.parse(source).body):
            if _assigns(statement, name) and isinstance(below, ast.Expr):
                words = below.value
                if isinstance(words, ast.Constant) and isinstance(words.value, str):
                    return inspect.cleandoc(words.value)
    return ""


def _assigns(statement: ast.stmt, name: str) -> bool:
    targets = statement.targets if isinstance(statement, ast.Assign) else []
    if isinstance(statement, ast.AnnAssign):
        targets = [statement.target]
    return any(isinstance(target, ast.Name) and target.id == name for target in targets)
