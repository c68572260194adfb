"""Advice in words of the configuration: pytest does not know the options of `ecr-contracts check`.

What judges a consumer names the options of the command, whoever asked for the verdict. Here each of
them becomes the line that says the same in the configuration, `allow-net = ["host:80"]`.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Mapping

__all__ = ["in_configuration", "sandbox_in_configuration"]

_FILE = "pyproject.toml"
_SPEAKER = "the sandbox "


def in_configuration(text: str, file: str = _FILE) -> str:
    """A text with the keys of a configuration, named `file`, in place of our command's options.

    Lines that are commands, to be pasted as they are, stay so.

    >>> in_configuration("allow it with --allow-process mytool")
    'allow it with allow-process = ["mytool"] in pyproject.toml'
    """
    return "\n".join([_line(line, file) for line in text.split("\n")])


def sandbox_in_configuration(text: str, file: str = _FILE) -> str:
    """The same where the sandbox speaks; what a consumer says is left as it is."""
    parts: list[str] = []
    for line in text.split("\n"):
        parts.append(in_configuration(line, file) if _SPEAKER in line else line)
    return "\n".join(parts)


def _line(line: str, file: str) -> str:
    if line.lstrip().startswith(("pytest ", "ecr-contracts ")):
        return line
    names_file = file in line or _FILE in line

    def replaced(match: re.Match[str]) -> str:
        key = _ROWS[match["alone"] or match["option"]](_unquoted(match["value"] or ""))
        return key if names_file else f"{key} in {file}"

    told = _OPTION.sub(replaced, line)
    if told != line:
        told = _TWICE.sub(f" in {file}", told)
    return told


def _unquoted(value: str) -> str:
    if len(value) > 1 and value[0] == value[-1] == "'":
        return value[1:-1].replace("'\"'\"'", "'")
    return value


def _text(key: str) -> Callable[[str], str]:
    return lambda value: f"{key} = {_quoted(value)}" if value else key


def _texts(key: str) -> Callable[[str], str]:
    return lambda value: f"{key} = [{_quoted(value)}]" if value else key


def _number(key: str) -> Callable[[str], str]:
    return lambda value: f"{key} = {value}" if value else key


def _variable(value: str) -> str:
    name, _, text = value.partition("=")
    return f"env = {{ {name} = {_quoted(text)} }}" if value else "env"


def _answer(value: str) -> str:
    call, _, answer = value.partition("=")
    return f"answers = {{ {_quoted(call)} = {answer} }}" if value else "answers"


def _quoted(text: str) -> str:
    return json.dumps(text, ensure_ascii=False)


_ROWS: Mapping[str, Callable[[str], str]] = {
    "allow-net": _texts("allow-net"),
    "allow-process": _texts("allow-process"),
    "allow-write": _texts("allow-write"),
    "answer": _answer,
    "command": _text("command"),
    "env": _variable,
    "kind": _texts("kinds"),
    "memory": _number("memory"),
    "path": _text("path"),
    "rule": _texts("rule"),
    "stub-module": _texts("stub-modules"),
    "timeout": _number("timeout"),
    "unshielded": lambda _: "unshielded = true",
    "url": _text("url"),
    "via": _text("via"),
}
"""The options of the command that advice names, each with the line that says the same."""

_WORDS = r"'[^']*'(?:\"'\"'[^']*')*|[^\s,;()]+"
_ALONE = ("kind", "rule", "timeout", "unshielded", "url")
"""Options that advice names without a value: the next word is one of the sentence."""
_OPTION = re.compile(
    rf"(?<![\w-])--(?P<alone>{'|'.join(_ALONE)})(?![\w-])"
    rf"|(?<![\w-])--(?P<option>{'|'.join(name for name in _ROWS if name not in _ALONE)})(?![\w-])"
    rf"(?: (?P<value>{_WORDS}))?"
)
_TWICE = re.compile(rf",? or (?:env|answers) in {re.escape(_FILE)}")
