"""Views of Django as consumers: the project around them, whose routes say where they are asked.

A project names its settings in `manage.py`, as `wsgi.py` and `asgi.py` do.
"""

from __future__ import annotations

import ast
import contextlib
import inspect
import os
import sys
from pathlib import Path
from typing import Any

from ecr_contracts.core import limits
from ecr_contracts.core.plain_files import read_plain_file

__all__ = ["project_app"]

_SETTINGS = "DJANGO_SETTINGS_MODULE"
_MOST_FOLDERS = 6  # above the file of a view


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
    return "", ""


def _settings_named(manage: Path) -> str:
    """The settings that a `manage.py` names: `os.environ.setdefault(NAME, "project.settings")`."""
    with contextlib.suppress(OSError, SyntaxError, ValueError, RecursionError):
        for node in ast.walk(ast.parse(read_plain_file(manage, limits.SOURCE_BYTES))):
            match node:
                case ast.Call(args=[ast.Constant(value=name), ast.Constant(value=str(settings))]):
                    if name == _SETTINGS:
                        return settings
    return ""
