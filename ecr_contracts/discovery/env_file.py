"""Files of environment variables: lines of `NAME=value` as python-dotenv reads them, or SAM's JSON.

`${NAME}` in a value is what the same file says of NAME above it, `${NAME:-default}` the default
where it says nothing. What this machine's own environment has is not put in, so that a check comes
to the same everywhere: other `${NAME}` stay as they stand.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from io import StringIO
from pathlib import Path
from typing import Any

from ecr_contracts.core import limits
from ecr_contracts.core.errors import EnvFileError
from ecr_contracts.core.masking import MASK, masked, masked_text
from ecr_contracts.core.plain_files import read_plain_file
from ecr_contracts.core.secrets.names import is_secret_variable
from ecr_contracts.core.text import shortened, shown

__all__ = ["read_env_file"]

_NAMED = re.compile(r"\$\{(?P<name>\w+)(?::-(?P<default>[^}$]*))?\}")
_MOST_BLANKS = 200
_BLANKS = re.compile(rf"[^\S\n]{{{_MOST_BLANKS}}}")
"""Blanks in a row, of which python-dotenv would take long to find that no comment follows."""
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
    from dotenv.parser import parse_stream  # few checks need it

    if blanks := _BLANKS.search(text):
        line = text.count("\n", 0, blanks.start()) + 1
        raise EnvFileError(path, line, f"there are {_MOST_BLANKS} blanks or more in a row")
    variables: dict[str, str] = {}
    size = 0
    for binding in parse_stream(StringIO(text, newline="")):
        written = binding.original.string.lstrip()
        line = binding.original.line + binding.original.string.count("\n", 0, -len(written) or None)
        name = binding.key or ""
        if binding.error or (binding.key is not None and binding.value is None):
            raise EnvFileError(path, line, _problem(written))
        if binding.key is None:
            continue
        if not name.replace(".", "_").isidentifier():
            raise EnvFileError(path, line, _problem(written))
        variables[name] = _filled_in(binding.value or "", variables)
        size += len(variables[name])
        if size > limits.SETTINGS_BYTES:
            raise EnvFileError(path, line, "its values become too large, with others put into them")
    return variables


def _problem(written: str) -> str:
    """What is wrong with a line that is no variable."""
    line = written.partition("\n")[0].strip()
    name, _, value = line.removeprefix("export ").partition("=")
    if name.strip().replace(".", "_").isidentifier() and value.lstrip()[:1] in _QUOTES:
        quote = value.lstrip()[:1]
        if _QUOTED.match(written.partition("=")[2].lstrip()) is None:
            return f"the quote {quote} is not closed"
        return f"behind the quote {quote} that closes nothing may stand but a comment"
    return f"a line is NAME=value, not {_shown(_without_secret(line))}"


_QUOTES = ("'", '"')
_QUOTED = re.compile(r"""'(?:\\.|[^'\\])*+'|"(?:\\.|[^"\\])*+\"""", re.DOTALL)


def _filled_in(value: str, variables: Mapping[str, str]) -> str:
    """A value, with those of other variables put into it that stand above it in the file."""

    def named(match: re.Match[str]) -> str:
        known = variables.get(match["name"], match["default"])
        return match.group() if known is None else known

    return _NAMED.sub(named, value)


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
