"""Why a consumer cannot be loaded, and what to do about it."""

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
from ecr_contracts.discovery.source.environment import Variable, missing_variables, variables
from ecr_contracts.discovery.source.environment_advice import advice_for
from ecr_contracts.discovery.target import FORMS, Target
from ecr_contracts.discovery.user_code import UserCode, holds, is_below

__all__ = ["attribute_advice", "load_error", "missing_file", "missing_variable", "variable_advice"]


def missing_file(target: Target, file: Path) -> ConsumerError:
    """The complaint about a target whose file is none, with a guess at what was meant."""
    if file.is_dir():
        names = sorted(path.name for path in file.glob("*.py") if not path.name.startswith("_"))
        there = f"name a file in it: {', '.join(names[:12])}" if names else "it holds no .py file"
        return ConsumerError(target.text, f"{file} is a folder", there)
    deeper = [
        path.as_posix()
        for depth in ("*/", "*/*/")
        for path in sorted(Path().glob(depth + file.name))
    ]
    deeper = [path for path in deeper if not path.startswith(".")]
    beside = sorted(path.name for path in file.parent.glob("*.py"))
    if deeper:
        advice = f"did you mean {deeper[0]}:{target.attribute}?"
    elif likely := _likely(file.name, beside):
        advice = f"did you mean {(file.parent / likely).as_posix()}:{target.attribute}?"
    elif beside:
        advice = f"in its folder are: {', '.join(beside[:12])}"
    elif file.parent.is_dir():
        advice = f"there is no .py file in {file.parent.absolute()}"
    else:
        advice = f"there is no folder {file.parent} either; paths are relative to {os.getcwd()}"
    return ConsumerError(target.text, f"there is no file {file}", advice)


def attribute_advice(target: Target, value: Any, wanted: str) -> str:
    """What to name in place of an attribute that is not there, or that cannot be called."""
    if target.module in sys.stdlib_module_names:
        return f"that is a module of Python itself; for a file of your own write {target.module}.py:{target.attribute}"
    names = [
        name for name in dir(value) if not name.startswith("_") and callable(_read(value, name))
    ]
    # A module's own functions, rather than those that it imports.
    own = [
        name
        for name in names
        if getattr(_read(value, name), "__module__", "") == getattr(value, "__name__", None)
    ]
    if not names:
        return "there is nothing in it that could be called"
    likely = _likely(wanted, own or names) if wanted else None
    return (
        f"did you mean {likely!r}?"
        if likely
        else f"these can be called: {', '.join((own or names)[:12])}"
    )


def _read(value: Any, name: str) -> Any:
    with contextlib.suppress(Exception):  # a property or a lazy module may raise anything
        return getattr(value, name)


def load_error(target: Target, user_code: UserCode, error: BaseException) -> ConsumerError:
    """The complaint about a consumer that raised `error` while it was imported."""
    location = user_code.location(traceback.walk_tb(error.__traceback__))
    at = f" at {location.file}:{location.line}" if location else ""
    line = f"{at} ({location.source})" if location and location.source else at
    text = target.text
    if isinstance(error, SyntaxError) and error.filename:
        where = f"{user_code.shown(error.filename)}:{error.lineno}"
        advice = f"repair that line, or use the Python that it is written for (this is {platform.python_version()})"
        return ConsumerError(text, f"{type(error).__name__}: {error.msg} at {where}", advice)
    if isinstance(error, ModuleNotFoundError) and error.name:
        if target.module and f"{target.module}.".startswith(f"{error.name}."):
            return ConsumerError(
                text, f"there is no module {error.name!r}", _module_advice(target, user_code)
            )
        cause = f"it needs the module {error.name!r}, which is not here; imported{line}"
        return ConsumerError(text, cause, _install_advice(user_code, location, error.name))
    if isinstance(error, ImportError) and "relative import" in str(error):
        advice = "put an __init__.py into its folder, or name it as package.module:handler"
        return ConsumerError(text, f"ImportError: {error}{line}", advice)
    if isinstance(error, SystemExit):
        advice = "move what runs it as a script below: if __name__ == '__main__':"
        return ConsumerError(
            text, f"it exits while it is imported, with {shown(error.code)}{line}", advice
        )
    if (variable := missing_variable(error)) is not None:
        cause = f"it needs the environment variable {variable} when it is imported{line}"
        place = (location.file, location.line) if location else (target.text, 0)
        return ConsumerError(
            text, cause, variable_advice(target, user_code.start, {variable: place})
        )
    cause = f"it raises {type_name(type(error))} when it is imported: {message(error)}{line}"
    return ConsumerError(
        text, cause, "give the run what the import needs, or move that into the function"
    )


def _module_advice(target: Target, user_code: UserCode) -> str:
    name = str(target.module)
    for path in (f"{name.replace('.', '/')}.py", f"{name}.py"):
        if os.path.isfile(path):
            return f"did you mean {path}:{target.attribute}?"
    if likely := _likely(name, [path.stem for path in sorted(Path(user_code.start).glob("*.py"))]):
        return f"did you mean {likely}:{target.attribute}?"
    return f"{FORMS}; modules are looked for in {user_code.start} first"


def _install_advice(user_code: UserCode, location: Location | None, module: str) -> str:
    file = Path(user_code.start, location.file) if location else Path(user_code.start)
    for folder in file.parents:
        if is_below(str(folder), user_code.start) and holds(str(folder), module.partition(".")[0]):
            return f"it lies in {user_code.shown(str(folder))}: set PYTHONPATH={user_code.shown(str(folder))}"
    stub = f"; or replace it: --stub-module {module.partition('.')[0]}"
    for folder in (file.parent, *map(Path, user_code.roots)):
        requirements = folder / "requirements.txt"
        if requirements.is_file():
            listed = user_code.shown(str(requirements))
            return f"install what it needs in this environment: python -m pip install -r {listed}{stub}"
    if module.partition(".")[0] in ("boto3", "botocore"):
        return "Lambda has it built in, this environment has not: python -m pip install boto3"
    return f"install it in this environment; if it is your own, put its folder on PYTHONPATH{stub}"


def variable_advice(
    target: Target,
    start: str,
    missed: Mapping[str, tuple[str, int]],
    present: Container[str] = os.environ,
) -> str:
    """What to set for the variables that were missed, with their places, and for all others that the code needs.

    Those that are `present` are not told of.
    """
    with contextlib.chdir(start):
        known = {one.name: one for one in variables(target)}
    first = [
        known.get(name) or Variable(name, place[0], place[1], required=True)
        for name, place in missed.items()
    ]
    missing = missing_variables(known.values(), present)
    return advice_for([*first, *(each for each in missing if each.name not in missed)])


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
    return (
        alike[0]
        if len(alike) == 1
        else next(iter(get_close_matches(name, known, n=1, cutoff=0.7)), None)
    )
