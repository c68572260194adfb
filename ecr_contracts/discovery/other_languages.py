"""Consumers in other languages that somebody names as if they were Python, and what to say instead.

What is not loaded here can be run: as a program (`--command`), or in a container (`--url`).
"""

from __future__ import annotations

import os
import re
import shlex
from typing import NamedTuple

__all__ = ["OtherLanguage", "other_language", "run_it"]

_URL = "http://127.0.0.1:9000/2015-03-31/functions/function/invocations"


class _Language(NamedTuple):
    name: str
    command: str
    step: str = ""
    """What has to be done before, if anything."""


_LANGUAGES = {
    ".ts": _Language("TypeScript", "node run.mjs", "compile it and name its JavaScript; or "),
    ".mts": _Language("TypeScript", "node run.mjs", "compile it and name its JavaScript; or "),
    ".go": _Language("Go", "./run", "build it (go build -o run), then "),
    ".rs": _Language("Rust", "target/release/run", "build it (cargo build --release), then "),
    ".java": _Language("Java", "java -jar run.jar", "build it, then "),
    ".kt": _Language("Kotlin", "java -jar run.jar", "build it, then "),
    ".scala": _Language("Scala", "java -jar run.jar", "build it, then "),
    ".cs": _Language("C#", "dotnet run.dll", "build it, then "),
    ".rb": _Language("Ruby", "ruby run.rb"),
    ".php": _Language("PHP", "php run.php"),
    ".pl": _Language("Perl", "perl run.pl"),
    ".sh": _Language("", "sh run.sh"),
    ".bash": _Language("", "bash run.sh"),
}
_SCRIPTS = (".rb", ".php", ".pl", ".sh", ".bash")
"""Files that are run as they are."""
_PROGRAMS = re.compile(r"(?:node|python3?|ruby|java|dotnet|php|perl|sh|bash|go|npx|deno|bun)\b")


def run_it(command: str = "./bootstrap") -> str:
    """How code of another language is checked: it is run by a command, or in a container."""
    return (
        "run it as a program that asks Lambda's runtime interface for events, or reads a line of "
        f"JSON for each: --command {shlex.quote(command)}; or run its container, and --url {_URL}"
    )


class OtherLanguage(NamedTuple):
    """Why a text is no name of a consumer, and what to say instead."""

    problem: str
    advice: str


def other_language(text: str) -> OtherLanguage | None:
    """What to say instead of a file of another language, a command or a URL; None for the rest."""
    if re.match(r"https?://", text):
        return OtherLanguage("it is an address", f"say --url {shlex.quote(text)}")
    if _PROGRAMS.match(text) and re.search(r"\S\s+\S", text):
        return OtherLanguage("it is a command", f"say --command {shlex.quote(text)}")
    place = text
    if not os.path.isfile(text):
        place = text.rpartition(":")[0] or text
    suffix = os.path.splitext(place)[1].lower()
    language = _LANGUAGES.get(suffix)
    if language is not None and not _is_module(place):
        return _of_language(language, place, suffix)
    if not suffix and os.path.isfile(place) and os.access(place, os.X_OK):
        return OtherLanguage("it is a program", f"say --command {shlex.quote(_as_command(place))}")
    return None


def _of_language(language: _Language, place: str, suffix: str) -> OtherLanguage:
    command = language.command
    if suffix in _SCRIPTS:
        command = f"{command.partition(' ')[0]} {shlex.quote(place)}"
    advice = f"{language.step}{run_it(command)}"
    written = f"it is written in {language.name}" if language.name else "it is a shell's script"
    return OtherLanguage(f"{written}, which is not loaded here", advice)


def _is_module(place: str) -> bool:
    """Whether a dotted name is one of Python: a module may be called `go` or `rs`."""
    if os.path.isfile(place):
        return False
    folder = place.replace(".", os.sep)
    return os.path.isfile(f"{folder}.py") or os.path.isdir(folder)


def _as_command(place: str) -> str:
    return place if os.sep in place else os.path.join(os.curdir, place)
