"""The call of datamodel-code-generator: its options are in pyproject.toml, its output is given without its heading."""

from __future__ import annotations

import ast
import tomllib
from typing import Any

from datamodel_code_generator import generate

from generators.classes import Classes
from generators.layout import ROOT


def generated(classes: Classes, profile: str) -> tuple[str, str]:
    """The import statements, and the classes, that the tool writes under a profile of `[tool.datamodel-codegen]`."""
    output = generate(classes.document, **_options(profile))
    if not isinstance(output, str):
        raise TypeError(
            f"one module was expected from datamodel-code-generator, not {type(output).__name__}"
        )
    imports = [
        node for node in ast.parse(output).body if isinstance(node, (ast.Import, ast.ImportFrom))
    ]
    wanted = [
        node
        for node in imports
        if not (getattr(node, "module", None) or "").startswith("generators")
    ]
    body = output.splitlines(keepends=True)[imports[-1].end_lineno :]
    return "".join(f"{ast.unparse(node)}\n" for node in wanted), "".join(body)


def _options(profile: str) -> dict[str, Any]:
    with (ROOT / "pyproject.toml").open("rb") as file:
        table = tomllib.load(file)["tool"]["datamodel-codegen"]
    chosen = {name: value for name, value in table.items() if name != "profiles"} | table[
        "profiles"
    ][profile]
    return {name.replace("-", "_"): value for name, value in chosen.items()}
