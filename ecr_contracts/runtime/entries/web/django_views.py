"""Views of Django as consumers: the project around them, whose routes say where they are asked.

A project names its settings in `manage.py`, and so do the `wsgi.py` and `asgi.py` of a project
that has none.
"""

from __future__ import annotations

import ast
import contextlib
import inspect
import os
import sys
from collections.abc import Iterator
from itertools import islice
from pathlib import Path
from typing import Any

from ecr_contracts.core import limits
from ecr_contracts.core.plain_files import read_plain_file

__all__ = ["project_app"]

_SETTINGS = "DJANGO_SETTINGS_MODULE"
_MOST_FOLDERS = 6  # above the file of a view
_MOST_BESIDE = 500  # files and folders that are looked at in one of them
_SERVING = ("wsgi.py", "asgi.py")


def project_app(view: Any) -> Any:
    """The app of the Django project around a view; None where there is no such project."""
    is_class = inspect.isclass(view)
    if "django" not in sys.modules or not (is_class or inspect.isroutine(view)):
        return None
    kind = view if is_class else getattr(view, "view_class", None)
    code = getattr(inspect.unwrap(view), "__code__", None)
    takes_request = next(iter(getattr(code, "co_varnames", ())), "") in ("request", "req")
    if kind is None and not takes_request:
        return None
    file = inspect.getsourcefile(kind or inspect.unwrap(view))
    if _SETTINGS not in os.environ:
        folder, settings = _settings_around(Path(file or ""))
        if not settings:
            return None
        os.environ[_SETTINGS] = settings
        if folder not in sys.path:
            sys.path.insert(0, folder)
    from django.core.wsgi import get_wsgi_application

    return get_wsgi_application()


def _settings_around(file: Path) -> tuple[str, str]:
    """The folder of the project that a file belongs to, and the module of its settings."""
    for folder in list(file.parents)[:_MOST_FOLDERS]:
        settings = _settings_named(folder / "manage.py")
        if settings:
            return str(folder), settings
        for served in _serving(folder):
            settings = _settings_named(served)
            if settings and _is_module(folder, settings):
                return str(folder), settings
    return "", ""


def _serving(folder: Path) -> Iterator[Path]:
    """The files of a project's folder, and of the packages in it, by which servers know it."""
    yield from (folder / name for name in _SERVING)
    with contextlib.suppress(OSError):
        for inner in sorted(islice(folder.iterdir(), _MOST_BESIDE)):
            yield from (inner / name for name in _SERVING)


def _is_module(folder: Path, name: str) -> bool:
    """Whether a module of a name can be imported from a folder."""
    place = folder.joinpath(*name.split("."))
    return place.with_suffix(".py").is_file() or (place / "__init__.py").is_file()


def _settings_named(file: Path) -> str:
    """The settings that a file names: `os.environ.setdefault(NAME, "project.settings")`."""
    with contextlib.suppress(OSError, SyntaxError, ValueError, RecursionError):
        for node in ast.walk(ast.parse(read_plain_file(file, limits.SOURCE_BYTES))):
            match node:
                case (
                    ast.Call(args=[ast.Constant(value=name), ast.Constant(value=str(settings))])
                    | ast.Assign(
                        targets=[ast.Subscript(slice=ast.Constant(value=name))],
                        value=ast.Constant(value=str(settings)),
                    )
                ):
                    if name == _SETTINGS:
                        return settings
    return ""
