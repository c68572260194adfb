"""The entry point `ecr-contracts`: parses the words, runs one command, and gives its exit code.

Exit codes: 0 nothing found, 1 findings, 2 misuse, 3 a fault of ours, 130 interrupted. Results go to
standard output, complaints to standard error. A new command is a module beside this one, with
`EXAMPLES`, `add_arguments` and `run`, and a row in `COMMANDS`. Only the module of the command that
runs is imported.
"""

from __future__ import annotations

import argparse
import errno
import importlib
import os
import sys
import traceback
from collections.abc import Collection, Mapping, Sequence
from contextlib import suppress
from types import MappingProxyType
from typing import NoReturn, Protocol, cast

import ecr_contracts
from ecr_contracts.core.errors import EcrContractsError, UnknownNameError
from ecr_contracts.core.text import listed
from ecr_contracts.frontends.cli.output import (
    INTERRUPTED,
    MISUSE,
    OWN_FAULT,
    complain,
    complain_of,
    complain_of_lines,
    flush_complaints,
    flush_output,
    print_text,
)
from ecr_contracts.frontends.cli.parsing import Parser, add_general, closing_words, usage_of
from ecr_contracts.reporting.terminal import choose_colour

COMMANDS: Mapping[str, str] = MappingProxyType(
    {
        "init": "look at a repository and propose its table of consumers",
        "check": "find the valid events that a handler cannot deal with",
        "sample": "print one event",
        "fixtures": "write events as fixture files, or check that they are up to date",
        "validate": "judge event files: JSON, JSON lines, gzip; wrapped or bare",
        "coverage": "tell which choices the events of some files have, and which none has",
        "rules": "ask what the event patterns of rules let through",
        "explain": "tell what a code in a report means, how to mend it, how to silence it",
        "checks": "list all checks with their codes",
        "models": "print typed classes to keep in your own code",
        "kinds": "tell what is known of each kind of event",
        "hook": "judge what of changed files is about ECR's events, for pre-commit",
        "doctor": "tell what is here, what was found, what is missing and what that costs",
        "completion": "print what lets a shell complete the words of a command line",
        "diff": "tell what has changed between two versions of the schemas, and whom it breaks",
    }
)
"""Each command, which is also the name of its module, and its headline in the help."""

# As shells have it: 13 is SIGPIPE, which Windows lacks.
OUTPUT_CLOSED = 128 + 13

_UNTOLD = "a fault of ecr-contracts itself, which says nothing about your code"

_FULL = frozenset({errno.ENOSPC, errno.EDQUOT, errno.EFBIG, errno.EIO})
"""What the system says where no more can be written."""

_DESCRIPTION = "The contract between Amazon ECR and the code that reacts to its EventBridge events."
_EXAMPLES = (
    "ecr-contracts check src/app.py:handler",
    "ecr-contracts sample scan/no-tags",
    "ecr-contracts check --help",
)


class Command(Protocol):
    """The module of a command."""

    EXAMPLES: tuple[str, ...]

    def add_arguments(self, parser: argparse.ArgumentParser) -> None:
        """Declare the command's arguments and options."""

    def run(self, options: argparse.Namespace) -> int:
        """Carry the command out and return the exit code."""


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command and return its exit code.

    Never shows a traceback: that of a fault of ours is in a file, which is named.
    """
    try:
        return _run(sys.argv[1:] if arguments is None else list(arguments))
    except BaseException as error:  # noqa: BLE001 - whatever it is, it is no finding
        try:
            return _code_of(error)
        except KeyboardInterrupt:
            return INTERRUPTED
        except Exception:  # noqa: BLE001 - what tells a fault may be at fault itself
            with suppress(OSError, ValueError, AttributeError):
                sys.stderr.write(f"ecr-contracts: {_UNTOLD}: {type(error).__name__}\n")
            return OWN_FAULT


def _run(words: Sequence[str]) -> int:
    """Run the command that some words name. Raises whatever stops it, except our own misuse."""
    _open_closed_streams()
    commands = _named_command(words)
    parser = build_parser(commands)
    if not words:
        complain_of_lines(parser.format_help())
        return MISUSE
    for name in commands:
        if name not in COMMANDS:
            parser.error(str(UnknownNameError("command", name, COMMANDS)))
    options = parser.parse_args(words)
    if not commands:
        parser.error(f"say which command: {listed(list(COMMANDS), 'or')}")
    choose_colour(getattr(options, "color", "auto"))
    try:
        code = cast(int, options.run(options))
    except EcrContractsError as misuse:
        flush_output()
        complain_of(misuse)
        return MISUSE
    flush_output()
    return code


def _code_of(error: BaseException) -> int:
    """The exit code for what stopped a command; complains about it."""
    match error:
        case SystemExit():  # of argparse, which has said why
            return _code_with_output(error)
        case KeyboardInterrupt():
            complain("interrupted")
            return INTERRUPTED
        case BrokenPipeError() if _is_of_the_output(error):
            # Whoever read the output has seen enough.
            _discard_output()
            return OUTPUT_CLOSED
        case OSError() if _is_of_the_output(error) or _is_of_the_system(error):
            complain(f"{error.filename or 'the output'}: {error.strerror or error}")
            with suppress(OSError, ValueError):
                flush_output()
                return MISUSE
            _discard_output()
            return MISUSE
    # Few runs need it.
    from ecr_contracts.core.own_faults import own_fault

    complain(str(own_fault(error)))
    return OWN_FAULT


def _code_with_output(error: SystemExit) -> int:
    """The exit code where what argparse printed cannot be written; raises the error elsewhere."""
    flush_complaints()
    try:
        flush_output()
    except OSError as unwritten:
        return _code_of(unwritten)
    raise error


def _is_of_the_output(error: OSError) -> bool:
    """Whether an error was met on writing results."""
    own: list[str] = []
    for frame, _ in traceback.walk_tb(error.__traceback__):
        name = frame.f_globals.get("__name__", "")
        if name == "rich.console":
            return True
        if name.startswith("ecr_contracts."):
            own.append(name)
    return own[-1:] == [flush_output.__module__]


def _is_of_the_system(error: OSError) -> bool:
    """Whether an error is about a file that is none of ours, or about what is full."""
    if error.filename is None:
        return error.errno in _FULL
    package = os.path.dirname(ecr_contracts.__file__)
    return not str(error.filename).startswith(package)


class _Version(argparse.Action):
    """Prints the version, which is looked up only then, and exits."""

    def __call__(self, parser: argparse.ArgumentParser, *_: object) -> NoReturn:
        """Print it."""
        print_text(f"ecr-contracts {ecr_contracts.__version__}")
        parser.exit()


def build_parser(commands: Collection[str] = tuple(COMMANDS)) -> Parser:
    """The parser of the command line, with the arguments of these `commands`.

    The others are listed with their headlines only, so that their modules are not imported.
    """
    whole = Parser(
        prog="ecr-contracts",
        usage="ecr-contracts [--color WHEN] COMMAND ...",
        description=_DESCRIPTION,
        epilog=closing_words(_EXAMPLES),
    )
    rows = whole.add_subparsers(title="commands", prog="ecr-contracts", metavar="COMMAND")
    for name, headline in COMMANDS.items():
        command_parser = rows.add_parser(
            name, help=headline, description=f"{headline[0].upper()}{headline[1:]}."
        )
        if name in commands:
            command = _command(name)
            command.add_arguments(command_parser)
            add_general(command_parser)
            command_parser.usage = usage_of(command_parser)
            command_parser.epilog = closing_words(command.EXAMPLES)
            command_parser.set_defaults(run=command.run)
    general = add_general(whole)
    general.add_argument(
        "-V", "--version", action=_Version, nargs=0, help="show the version, and exit"
    )
    return whole


def _named_command(words: Sequence[str]) -> list[str]:
    """The command that a command line names: its first word that is no option, nor its value."""
    for before, word in zip(("", *words), words, strict=False):
        if not word.startswith("-") and before != "--color":
            return [word]
    return []


def _command(name: str) -> Command:
    return cast("Command", importlib.import_module(f"ecr_contracts.frontends.cli.{name}"))


def _open_closed_streams() -> None:
    """Lead closed outputs nowhere, so that a file opened later is not taken for one of them."""
    for name in ("stdout", "stderr"):
        if getattr(sys, name) is None:
            setattr(sys, name, open(os.devnull, "w"))  # noqa: SIM115 - it stays open


def _discard_output() -> None:
    """Lead standard output nowhere: nothing more may be written when Python ends."""
    with suppress(OSError, ValueError):  # it is no file
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())


if __name__ == "__main__":
    sys.exit(main())
