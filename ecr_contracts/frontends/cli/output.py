"""What commands write: results to standard output, complaints to standard error, an exit code."""

from __future__ import annotations

import json
import signal
import sys
from typing import Any

from ecr_contracts.core.text import encodable

FINE, FINDINGS, MISUSE, OWN_FAULT = 0, 1, 2, 3
"""The exit codes of all commands: 3 says that something went wrong in ecr-contracts itself."""

INTERRUPTED = 128 + signal.SIGINT
"""The exit code of a command that Ctrl-C ends, as shells have it."""


def print_text(text: str) -> None:
    """Print text on standard output; what the terminal's encoding cannot show is escaped."""
    sys.stdout.write(encodable(text, sys.stdout.encoding) + "\n")


def print_json(value: Any) -> None:
    """Print an indented JSON document, in ASCII, on standard output."""
    print_text(json.dumps(value, indent=2, ensure_ascii=True))


def complain(text: str) -> None:
    """Print a complaint on standard error."""
    print(f"ecr-contracts: {text}", file=sys.stderr)
