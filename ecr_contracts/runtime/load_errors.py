"""Load errors: why a consumer cannot be loaded, and how to put it right."""

from __future__ import annotations

import contextlib
import os
import platform
import sys
import traceback
from collections.abc import Container, Mapping
from difflib import get_close_matches
from pathlib import Path
from typing import Any

from ecr_contracts.core.errors import ConsumerError
from ecr_contracts.core.findings import Location
from ecr_contracts.core.text import message, shown, type_name
from ecr_contracts.discovery.source.variables.advice import advice_for
from ecr_contracts.discovery.source.variables.environment import (
    Variable,
    missing_variables,
    variables,
)
from ecr_contracts.discovery.target import FORMS, Target
from ecr_contracts.discovery.user_code import UserCode, holds, is_below
from ecr_contracts.runtime.packages_beside import failing_package
from ecr_contracts.runtime.raised import ForeignError

__all__ = ["attribute_advice", "load_error", "missing_file", "missing_variable", "variable_advice"]

_MOST_NAMES = 12
"""Names that are listed at most."""

_IMPORTED = "it is imported"
"""When most loading fails."""


def missing_file(target: Target, file: Path) -> ConsumerError:
    """The error for a target whose file is none, with a guess at what was meant."""
    if file.is_dir():
        return ConsumerError(target.text, f"{file} is a folder", _folder_advice(file))
    cause = f"there is no file {file}"
    beside = sorted(path.name for path in file.parent.glob("*.py"))
    likely = _below_here(file.name)
    if likely is None and (name := _likely(file.name, beside)):
        likely = (file.parent / name).as_posix()
    if likely:
        advice = f"did you mean {likely}:{target.attribute}?"
    elif beside:
        advice = f"in its folder are: {', '.join(beside[:_MOST_NAMES])}"
    elif file.parent.is_dir():
        advice = f"there is no .py file in {file.parent.absolute()}"
    else:
        advice = f"there is no folder {file.parent} either; paths are relative to {os.getcwd()}"
    return ConsumerError(target.text, cause, advice)


def _folder_advice(folder: Path) -> str:
    names = sorted(path.name for path in folder.glob("*.py") if not path.name.startswith("_"))
    if not names:
        return "it holds no .py file"
    return f"name a file in it: {', '.join(names[:_MOST_NAMES])}"


def _below_here(name: str) -> str | None:
    """The first file of this name one or two folders below the working directory."""
    for pattern in ("*/", "*/*/"):
        for path in sorted(Path().glob(pattern + name)):
            if not path.as_posix().startswith("."):
                return path.as_posix()
    return None


def attribute_advice(target: Target, value: Any, wanted: str) -> str:
    """What to name in place of an attribute that is not there, or that cannot be called."""
    if target.module in sys.stdlib_module_names:
        own = f"{target.module}.py:{target.attribute}"
        return f"that is a module of Python itself; for a file of your own write {own}"
    names = _callable_names(value)
    if not names:
        return "there is nothing in it that could be called"
    likely = _likely(wanted, names) if wanted else None
    if likely:
        return f"did you mean {likely!r}?"
    return f"these can be called: {', '.join(names[:_MOST_NAMES])}"


def _callable_names(value: Any) -> list[str]:
    """The functions and classes of a module: its own, or those that it imports if it has none."""
    names, own_names = [], []
    for name in dir(value):
        member = None if name.startswith("_") else _read(value, name)
        if callable(member):
            names.append(name)
            if getattr(member, "__module__", "") == getattr(value, "__name__", None):
                own_names.append(name)
    return own_names or names


def _read(value: Any, name: str) -> Any:
    with contextlib.suppress(Exception):  # a property or a lazy module may raise anything
        return getattr(value, name)


def load_error(
    target: Target, user_code: UserCode, error: BaseException, *, when: str = _IMPORTED
) -> ConsumerError:
    """The error for a consumer that raised `error` while it was loaded, and `when` that was."""
    location = user_code.location(traceback.walk_tb(error.__traceback__))
    line = _line(location)
    package = failing_package(error, user_code)
    if package is not None:
        cause = f"the package in {package.folder} cannot be imported here: {package.failure}"
        advice = (
            f"it is not made for Python {platform.python_version()}, or too old for it: put a "
            f"newer one there, or replace it: --stub-module {package.name}"
        )
    elif isinstance(error, SyntaxError) and error.filename:
        where = f"{user_code.shown(error.filename)}:{error.lineno}"
        cause = f"{type(error).__name__}: {error.msg} at {where}"
        python = f"(this is {platform.python_version()})"
        advice = f"repair that line, or use the Python that it is written for {python}"
    elif isinstance(error, ForeignError) and type_name(type(error)) == "SyntaxError":
        cause = f"SyntaxError: {message(error)}{line}"
        advice = "repair that line"
    elif isinstance(error, ModuleNotFoundError) and error.name:
        if target.module and f"{target.module}.".startswith(f"{error.name}."):
            cause = f"there is no module {error.name!r}"
            advice = _module_advice(target, user_code)
        else:
            cause = f"it needs the module {error.name!r}, which is not here; imported{line}"
            advice = _install_advice(user_code, location, error.name)
    elif isinstance(error, ImportError) and "relative import" in str(error):
        cause = f"ImportError: {error}{line}"
        advice = "put an __init__.py into its folder, or name it as package.module:handler"
    elif isinstance(error, SystemExit):
        cause = f"it exits while {when}, with {shown(error.code)}{line}"
        advice = "move what runs it as a script below: if __name__ == '__main__':"
    elif (variable := missing_variable(error)) is not None:
        cause = f"it needs the environment variable {variable} when {when}{line}"
        place = (location.file, location.line) if location else (target.text, 0)
        advice = variable_advice(target, user_code.start, {variable: place})
    else:
        cause = f"it raises {type_name(type(error))} when {when}: {message(error)}{line}"
        needing = "the import" if when == _IMPORTED else "that call"
        advice = f"give the run what {needing} needs, or move that into the function"
    return ConsumerError(target.text, cause, advice)


def _line(location: Location | None) -> str:
    """The place of a line and its text, as the end of a sentence."""
    if location is None:
        return ""
    at = f" at {location.file}:{location.line}"
    return f"{at} ({location.source})" if location.source else at


def _module_advice(target: Target, user_code: UserCode) -> str:
    name = str(target.module)
    for path in (f"{name.replace('.', '/')}.py", f"{name}.py"):
        if os.path.isfile(path):
            return f"did you mean {path}:{target.attribute}?"
    modules = [path.stem for path in sorted(Path(user_code.start).glob("*.py"))]
    if likely := _likely(name, modules):
        return f"did you mean {likely}:{target.attribute}?"
    return f"{FORMS}; modules are looked for in {user_code.start} first"


def _install_advice(user_code: UserCode, location: Location | None, module: str) -> str:
    top = module.partition(".")[0]
    file = Path(user_code.start, location.file if location else "")
    for folder in file.parents:
        if is_below(str(folder), user_code.start) and holds(str(folder), top):
            place = user_code.shown(str(folder))
            return f"it lies in {place}: set PYTHONPATH={place}"
    stub = f"; or replace it: --stub-module {top}"
    for folder in (file.parent, *map(Path, user_code.roots)):
        requirements = folder / "requirements.txt"
        if requirements.is_file():
            listed = user_code.shown(str(requirements))
            command = f"python -m pip install -r {listed}"
            return f"install what it needs in this environment: {command}{stub}"
    if top in ("boto3", "botocore"):
        return "Lambda has it built in, this environment has not: python -m pip install boto3"
    own = "if it is your own, put its folder on PYTHONPATH"
    return f"install it in this environment; {own}{stub}"


def variable_advice(
    target: Target,
    start: str,
    missed: Mapping[str, tuple[str, int]],
    present: Container[str] = os.environ,
) -> str:
    """What to set for the variables that were missed, and for all others that the code needs.

    `missed` are their places, file and line, by name. Those that are `present` are not named.
    """
    with contextlib.chdir(start):
        known = {variable.name: variable for variable in variables(target)}
    needed = []
    for name, (file, line) in missed.items():
        needed.append(known.get(name) or Variable(name, file, line, required=True))
    for variable in missing_variables(known.values(), present):
        if variable.name not in missed:
            needed.append(variable)
    return advice_for(needed)


def missing_variable(error: BaseException) -> str | None:
    """The name of the environment variable whose lookup raised, if that is what happened."""
    if not isinstance(error, KeyError):
        return None
    frames = [frame for frame, _ in traceback.walk_tb(error.__traceback__)]
    looked_up = bool(frames) and frames[-1].f_globals.get("__name__") == "os"
    return str(error.args[0]) if looked_up and error.args else None


def _likely(name: str, known: list[str]) -> str | None:
    """The one name that was probably meant, if there is one."""
    alike = [other for other in known if other in name or name in other]
    if len(alike) == 1:
        return alike[0]
    return next(iter(get_close_matches(name, known, n=1, cutoff=0.7)), None)
