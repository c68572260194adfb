"""How a shell reads a script: whether it parses, its words, and what quotes protect a place in it.

Nothing is run: scripts are parsed by `bash -n`, and taken apart by `shlex`.
"""

from __future__ import annotations

import re
import shlex
import shutil
import subprocess
from enum import Enum
from functools import lru_cache

__all__ = ["Quoting", "quoting", "shell_words", "syntax_error"]

_HERE_DOCUMENT = re.compile(r"<<-?\s*(['\"]?)(\w+)\1")
_SHELLS = ("sh", "bash", "dash")
_SECONDS = 10  # for bash to parse a script


class Quoting(Enum):
    """How a shell reads what stands somewhere."""

    BARE = "outside quotes"
    DOUBLE = "in double quotes"
    SINGLE = "in single quotes"


@lru_cache(4096)
def syntax_error(script: str) -> str | None:
    """What keeps a script from being parsed, an empty text if nothing; None if bash cannot tell.

    It cannot where there is no bash, or the first line names another program than a shell.
    """
    bash = shutil.which("bash")
    if bash is None or not _is_for_shell(script):
        return None
    try:
        parsing = subprocess.run(
            [bash, "--norc", "--noprofile", "-n"],
            input=script.encode("utf-8", "replace"),
            capture_output=True,
            timeout=_SECONDS,
            env={"LC_ALL": "C"},
            check=False,
        )
    except (OSError, subprocess.TimeoutExpired):
        return None
    if parsing.returncode == 0:
        return ""
    complaints = parsing.stderr.decode("utf-8", "replace").strip().splitlines()
    return (complaints or ["it does not parse"])[0].removeprefix("bash: ")


def _is_for_shell(script: str) -> bool:
    """Whether no first line says that something else than a shell is to read a script."""
    if not script.startswith("#!"):
        return True
    program = script.split("\n", 1)[0][2:].split() or ["sh"]
    names = [name.rpartition("/")[2] for name in program if not name.startswith("-")]
    if names[0] == "env":
        names = names[1:] or names
    return names[0] in _SHELLS


@lru_cache(4096)
def shell_words(script: str) -> tuple[str, ...] | None:
    """The words of a script, without comments and here-documents; None if `shlex` cannot tell."""
    text = _without_here_documents(script)
    for comments in (False, True):
        try:
            return tuple(shlex.split(text, comments=comments))
        except ValueError:
            continue
    return None


def quoting(script: str, mark: str) -> Quoting | None:
    """How a shell reads what stands in place of a mark, a word of letters; None if in no word.

    Of several places the least protected one counts.
    """
    words = shell_words(script)
    if words is None or not any(mark in word for word in words):
        return None
    number = len(words)

    def changes_words(replacement: str) -> bool:
        changed = shell_words(script.replace(mark, replacement))
        return changed is None or len(changed) != number

    if changes_words(f"{mark} {mark}"):
        return Quoting.BARE
    return Quoting.SINGLE if changes_words(f"{mark}'{mark}") else Quoting.DOUBLE


def _without_here_documents(script: str) -> str:
    """A script without its comment lines and the bodies of its here-documents."""
    kept = []
    delimiter = ""
    for line in script.split("\n"):
        if delimiter:
            if line.strip() == delimiter:
                delimiter = ""
            continue
        if line.lstrip().startswith("#"):
            continue
        opening = _HERE_DOCUMENT.search(line)
        delimiter = opening[2] if opening else ""
        kept.append(line)
    return "\n".join(kept)
