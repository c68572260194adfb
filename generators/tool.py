"""The call of datamodel-code-generator, whose options are in pyproject.toml."""

from __future__ import annotations

import ast
import tomllib
from typing import Any

from datamodel_code_generator import generate

from generators.classes import Classes
from generators.layout import ROOT


def generated(classes: Classes, profile: str) -> tuple[str, str]:
    """The import statements and the classes that the tool writes, without its heading.

    `profile` names a table of `[tool.datamodel-codegen]` in pyproject.toml.
    """
    output = generate(classes.document, **_options(profile))
    if not isinstance(output, str):
        sort = type(output).__name__
        raise TypeError(f"datamodel-code-generator was expected to give one module, not {sort}")
    imports = ""
    end = 0
    for node in ast.parse(output).body:
        if isinstance(node, (ast.Import, ast.ImportFrom)):
            end = node.end_lineno or end
            if not (getattr(node, "module", None) or "").startswith("generators"):
                imports += f"{ast.unparse(node)}\n"
    return imports, "".join(output.splitlines(keepends=True)[end:])


def _options(profile: str) -> dict[str, Any]:
    with (ROOT / "pyproject.toml").open("rb") as file:
        table = tomllib.load(file)["tool"]["datamodel-codegen"]
    profiles = table.pop("profiles")
    options = table | profiles[profile]
    return {name.replace("-", "_"): value for name, value in options.items()}
