"""The package as it is shipped, and where it lies."""

from __future__ import annotations

import tomllib
from pathlib import Path

import ecr_contracts
from ecr_contracts.core import package
from tests.conftest import ROOT


def test_every_folder_of_the_package_is_shipped():
    settings = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))
    shipped = settings["tool"]["setuptools"]["packages"]
    folders = (ROOT / "ecr_contracts").rglob("__init__.py")
    names = [".".join(file.parent.relative_to(ROOT).parts) for file in folders]
    of_schemas = (ROOT / "schemas").rglob("__init__.py")
    names += [
        ".".join(("ecr_contracts", *file.parent.relative_to(ROOT).parts)) for file in of_schemas
    ]
    assert sorted(shipped) == sorted(names)
    with_data = settings["tool"]["setuptools"]["package-data"]
    holding = {file.parent for file in (ROOT / "schemas").rglob("*.json")}
    assert {".".join(("ecr_contracts", *folder.relative_to(ROOT).parts)) for folder in holding} <= {
        name for name in with_data if "*.json" in with_data[name]
    }


def test_files_of_the_package_are_told_from_others():
    assert package.is_own_file(ecr_contracts.__file__)
    assert package.is_own_file(package.__file__)
    assert not package.is_own_file(__file__)
    assert not package.is_own_file(str(Path(package.FOLDER).parent / "ecr_contracts_else.py"))
