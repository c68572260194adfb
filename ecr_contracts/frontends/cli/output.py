"""What commands write: results to standard output, complaints to standard error, an exit code.

Whatever they write, foreign text in it is shown as `foreign_text` has it. Lines of words are broken
at the edge of a terminal, as `wrapping` breaks them; in a file or a pipe, where they are searched
by lines, only if `COLUMNS` says how wide it is to be.
"""

from __future__ import annotations

import json
import os
import signal
import sys
from contextlib import suppress
from typing import Any

from ecr_contracts.core import foreign_text
from ecr_contracts.core.errors import EcrContractsError
from ecr_contracts.core.text import encodable
from ecr_contracts.frontends.cli.fitting import fitting

FINE, FINDINGS, MISUSE, OWN_FAULT = 0, 1, 2, 3
"""The exit codes of all commands: 3 says that something went wrong in ecr-contracts itself."""

INTERRUPTED = 128 + signal.SIGINT
"""The exit code of a command that Ctrl-C ends, as shells have it."""


def print_text(text: str) -> None:
    """Print one line on standard output; what the terminal's encoding cannot show is escaped."""
    print_lines(foreign_text.one_line(text))


def print_lines(text: str) -> None:
    """Print several lines on standard output, which no foreign text has broken."""
    shown = fitting(foreign_text.lines(text), sys.stdout)
    sys.stdout.write(encodable(shown, sys.stdout.encoding) + "\n")


def print_json(value: Any) -> None:
    """Print an indented JSON document, in ASCII, on standard output."""
    print_document(json.dumps(value, indent=2, ensure_ascii=True))


def print_document(document: str) -> None:
    """Print the text of a JSON document on standard output, with escapes of JSON."""
    sys.stdout.write(foreign_text.in_json(document, sys.stdout.encoding) + "\n")


def print_script(script: str) -> None:
    """Print a text of ours for a program to read: as it stands, on standard output."""
    sys.stdout.write(script if script.endswith("\n") else f"{script}\n")


def flush_output() -> None:
    """See that what was printed is written. Raises OSError where it cannot be."""
    sys.stdout.flush()


def complain(text: str) -> None:
    """Print a complaint, one line, on standard error."""
    complain_plainly(f"ecr-contracts: {text}")


def complain_of(misuse: EcrContractsError) -> None:
    """Print the message of an exception of ours on standard error: its line, and what to do."""
    _write_complaint(f"ecr-contracts: {misuse}")


def complain_plainly(text: str) -> None:
    """Print one line on standard error that does not begin with our name."""
    _write_complaint(foreign_text.one_line(text))


def complain_of_lines(text: str) -> None:
    """Print lines on standard error that do not begin with our name."""
    _write_complaint(text.rstrip("\n"))


def _write_complaint(text: str) -> None:
    """Print lines on standard error, if there is one: what cannot be said must not end a run."""
    if sys.stderr is None:
        return
    shown = encodable(fitting(foreign_text.lines(text), sys.stderr), sys.stderr.encoding)
    try:
        print(shown, file=sys.stderr)
    except (OSError, ValueError):  # it is closed
        _discard_complaints()


def flush_complaints() -> None:
    """See that complaints are written, or forgotten where they cannot be."""
    try:
        sys.stderr.flush()
    except (OSError, ValueError):
        _discard_complaints()


def _discard_complaints() -> None:
    """Lead standard error nowhere: Python would end with a code of its own."""
    with suppress(OSError, ValueError):  # it is no file
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stderr.fileno())
