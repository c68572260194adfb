"""The project: its configuration, its consumers, and what they need that is not here.

Nothing of it is run or imported: what a consumer imports is read off its source.
"""

from __future__ import annotations

import ast
import contextlib
import importlib.util
import os
import sys
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from ecr_contracts.core.errors import ConfigurationError, EcrContractsError
from ecr_contracts.core.text import counted, listed, some_of
from ecr_contracts.discovery.purpose import purpose_of
from ecr_contracts.discovery.repository.survey import Survey, survey
from ecr_contracts.discovery.source.modules import sources
from ecr_contracts.discovery.target import Target, is_javascript
from ecr_contracts.frontends import config
from ecr_contracts.frontends.doctor.environment import Need
from ecr_contracts.frontends.doctor.rows import Row, Section, State

__all__ = ["Project", "project"]

_MOST_SHOWN = 5
_CATCHING = frozenset({"ImportError", "ModuleNotFoundError", "Exception"})


@dataclass(slots=True)
class Project:
    """What was found of a project: rows to tell, and what it needs of the environment."""

    sections: list[Section] = field(default_factory=list)
    needs: list[Need] = field(default_factory=list)


def project(folder: Path) -> Project:
    """What the project in a folder has; the folder is the working directory, for its names."""
    found = Project()
    seen = survey(folder)
    rows, consumers = _configured(folder)
    found.sections.append(Section("configuration", tuple(rows)))
    if consumers:
        told = tuple(_consumer_rows(consumers, found.needs))
        found.sections.append(Section("consumers", told))
    rows = list(_beside(seen, consumers))
    if rows:
        found.sections.append(Section("not checked yet", tuple(rows)))
    if any(place.suffix == ".tf" for place in _templates(seen)):
        found.needs.append(Need("python-hcl2", "Terraform in this repository"))
    for unclear in seen.unclear:
        if "hcl2" in f"{unclear.problem} {unclear.advice}" or "[templates]" in unclear.advice:
            found.needs.append(Need("python-hcl2", unclear.place))
        if "--state-machine" in unclear.line:
            found.needs.append(Need("moto", unclear.place))
    return found


def _templates(seen: Survey) -> Iterator[Path]:
    for one in seen.found:
        if one.target.function is not None:
            yield one.target.function.template


# --- the configuration ----------------------------------------------------------------------------


def _configured(folder: Path) -> tuple[list[Row], list[config.Configured]]:
    """The configurations of the folder, above or below it, and all consumers that they list."""
    rows: list[Row] = []
    consumers: list[config.Configured] = []
    files: dict[Path, None] = {}
    try:
        nearest = config.nearest(folder)
        if nearest is not None:
            files[nearest] = None
        files |= dict.fromkeys(Path(os.path.abspath(file)) for file in config.all_below(folder))
    except ConfigurationError as error:
        rows.append(Row("configuration", State.WRONG, str(error)))
    for file in files:
        name = Path(os.path.relpath(file)).as_posix()
        try:
            told = config.read(file)
        except EcrContractsError as error:
            rows.append(Row(name, State.WRONG, str(error)))
            continue
        consumers += told
        rows.append(Row(name, State.FINE, f"it lists {counted(len(told), 'consumer')}"))
    if not files and not rows:
        text = "there is none: every check has to name its handler"
        rows.append(Row("ecr-contracts.toml", State.ABSENT, text, "ecr-contracts init --write"))
    return rows, consumers


def _beside(seen: Survey, consumers: Sequence[config.Configured]) -> Iterator[Row]:
    """What reacts to ECR's events and no configuration lists."""
    listed_ones = {_place(one.target, one.folder) for one in consumers}
    for one in seen.found:
        if _place(one.target, Path()) not in listed_ones:
            yield Row(one.name, State.ABSENT, str(one), "ecr-contracts init --write")
    for unclear in seen.unclear:
        yield Row(unclear.place, State.ABSENT, f"{unclear.problem}; {unclear.advice}", unclear.line)


def _place(target: Target, folder: Path) -> tuple[str, str]:
    """The file and the function that a target is, by whatever name."""
    file = target.module or "" if target.file is None else os.path.realpath(folder / target.file)
    return file, target.attribute


# --- consumers ------------------------------------------------------------------------------------


def _consumer_rows(consumers: Iterable[config.Configured], needs: list[Need]) -> Iterator[Row]:
    for one in consumers:
        with contextlib.chdir(one.folder):
            yield _consumer_row(one, needs)


def _consumer_row(one: config.Configured, needs: list[Need]) -> Row:
    """What a consumer is for, or what keeps it from being checked."""
    target = one.target
    if one.sort != "handler":
        return Row(target.text, State.FINE, f"a {one.sort}, seen from outside")
    if target.file is not None and not target.file.is_file():
        return Row(target.text, State.WRONG, f"there is no file {target.file.as_posix()}")
    if is_javascript(target):
        needs += [Need("node", target.text), Need("boto3", f"{target.text} (AWS's answers)")]
    missing = list(_missing_modules(target))
    if missing:
        names = some_of([name for name, _ in missing], _MOST_SHOWN)
        where = missing[0][1]
        text = (
            f"{where} imports {names}, which is not installed here: nothing can be checked until "
            "it is, or stub-modules names it"
        )
        install = " ".join(name for name, _ in missing)
        return Row(target.text, State.WRONG, text, f"python -m pip install {install}")
    purpose = purpose_of(target, one.rules)
    if purpose.problem:
        return Row(target.text, State.WRONG, purpose.problem)
    kinds = listed(one.kinds or purpose.kinds, "and")
    via = listed(one.via or (purpose.envelope,), "and")
    why = purpose.why or "since nothing says which"
    if purpose.rules:
        why = f"by {why}"
    return Row(target.text, State.FINE, f"{kinds} events ({via}), {why}")


def _missing_modules(target: Target) -> Iterator[tuple[str, str]]:
    """The modules that a consumer cannot do without and that are not here, each with its place."""
    seen: set[str] = set()
    layers = [] if target.function is None else [target.function.root, *target.function.layers]
    for source in sources(target):
        folders = [source.file.parent, *source.file.parent.parents[:3], Path(), Path("src")]
        for node in _needed_imports(source.tree.body):
            for name in _top_names(node):
                if name in seen or name in sys.stdlib_module_names:
                    continue
                seen.add(name)
                if not _is_here(name, [*folders, *layers]):
                    yield name, f"{Path(os.path.relpath(source.file)).as_posix()}:{node.lineno}"


def _needed_imports(body: Iterable[ast.stmt]) -> Iterator[ast.Import | ast.ImportFrom]:
    """The imports that loading a module makes, but for those whose failure it catches."""
    for statement in body:
        match statement:
            case ast.Import() | ast.ImportFrom():
                yield statement
            case ast.Try(handlers=handlers) if not any(map(_catches, handlers)):
                yield from _needed_imports(statement.body)
            case ast.With():
                yield from _needed_imports(statement.body)


def _catches(handler: ast.ExceptHandler) -> bool:
    """Whether an except clause takes an import that fails."""
    if handler.type is None:
        return True
    names = {node.id for node in ast.walk(handler.type) if isinstance(node, ast.Name)}
    return not names.isdisjoint(_CATCHING)


def _top_names(node: ast.Import | ast.ImportFrom) -> Iterator[str]:
    if isinstance(node, ast.Import):
        yield from (alias.name.partition(".")[0] for alias in node.names)
    elif node.module and not node.level:
        yield node.module.partition(".")[0]


def _is_here(name: str, folders: Iterable[Path]) -> bool:
    """Whether a module is installed, or lies in a folder that a consumer's imports start from."""
    for folder in folders:
        if (folder / f"{name}.py").is_file() or (folder / name).is_dir():
            return True
    try:
        return importlib.util.find_spec(name) is not None
    except (ImportError, ValueError, AttributeError):
        return True  # it is here, and odd
