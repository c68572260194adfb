"""Files of environment variables: lines of `NAME=value`, or the JSON of SAM."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

from ecr_contracts.core import limits
from ecr_contracts.core.errors import EnvFileError
from ecr_contracts.core.masking import MASK, masked, masked_text
from ecr_contracts.core.plain_files import read_plain_file
from ecr_contracts.core.secrets.names import is_secret_variable
from ecr_contracts.core.text import shortened, shown

__all__ = ["read_env_file"]

_QUOTED = re.compile(r"""'(?P<plain>[^']*+)'|"(?P<escaped>(?:[^"\\]|\\.)*+)\"""")
_ESCAPE = re.compile(r'\\([n"\\])')
_ALONE = re.compile(r"[\w+/=.-]{16,}")
_SHOWN = 60  # characters of a line or a value that is none


def read_env_file(path: str | Path) -> dict[str, str]:
    """The variables of a file: lines, or the JSON that `sam local invoke --env-vars` takes.

    Raises EnvFileError, naming the line.
    """
    try:
        text = read_plain_file(path, limits.SETTINGS_BYTES).decode("utf-8-sig")
    except OSError as error:
        raise EnvFileError(str(path), 0, error.strerror or str(error)) from None
    except UnicodeDecodeError:
        raise EnvFileError(str(path), 0, "it is not UTF-8") from None
    if Path(path).suffix == ".json":
        return _of_json(str(path), text)
    return _of_lines(str(path), text)


def _of_lines(path: str, text: str) -> dict[str, str]:
    variables: dict[str, str] = {}
    for number, line in enumerate(text.splitlines(), 1):
        content = line.strip().removeprefix("export ").strip()
        if not content or content.startswith("#"):
            continue
        name, equals, value = content.partition("=")
        name = name.strip()
        if not equals or not name.replace(".", "_").isidentifier():
            problem = f"a line is NAME=value, not {_shown(_without_secret(line.strip()))}"
            raise EnvFileError(path, number, problem)
        variables[name] = _unquoted(path, number, value.strip())
    return variables


def _unquoted(path: str, line: int, value: str) -> str:
    quote = value[:1]
    if quote not in ("'", '"'):
        return value.partition(" #")[0].rstrip()
    quoted = _QUOTED.match(value)
    if quoted is None:
        raise EnvFileError(path, line, f"the quote {quote} is not closed")
    if quote == "'":
        return quoted["plain"]
    return _ESCAPE.sub(lambda escape: "\n" if escape[1] == "n" else escape[1], quoted["escaped"])


def _of_json(path: str, text: str) -> dict[str, str]:
    try:
        content = json.loads(text)
    except RecursionError:
        raise EnvFileError(path, 0, "it is too deeply nested") from None
    except ValueError as error:
        line = getattr(error, "lineno", 0)
        raise EnvFileError(path, line, f"it is not JSON: {error}") from None
    if not isinstance(content, dict):
        raise EnvFileError(path, 0, 'it is an object, as in {"Parameters": {"NAME": "value"}}')
    groups = [value for value in content.values() if isinstance(value, dict)] or [content]
    # The values of one function win over those of all.
    groups.sort(key=lambda group: group is not content.get("Parameters"))
    variables: dict[str, str] = {}
    for group in groups:
        for name, value in group.items():
            if not isinstance(value, str | int | float):
                told = MASK if is_secret_variable(name) else _shown(masked(value))
                problem = f"the value of {shortened(name, _SHOWN)} is text, not {told}"
                raise EnvFileError(path, 0, problem)
            variables[name] = value if isinstance(value, str) else json.dumps(value)
    return variables


def _without_secret(line: str) -> str:
    """A line that is none of a file of variables: what stands there alone may be part of a key."""
    is_alone = _ALONE.fullmatch(line) is not None
    return MASK if is_alone and any(map(str.isdigit, line)) else masked_text(line, ())


def _shown(value: Any) -> str:
    """A line, a name or a value in a sentence."""
    return shortened(shown(value), _SHOWN)
