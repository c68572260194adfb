"""The parser of all commands: help in groups, with examples and exit codes, and likely meanings.

A command's usage names its arguments and says `[options]`; its help lists them.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence
from typing import Any, NoReturn

from ecr_contracts.core.errors import did_you_mean, likely
from ecr_contracts.core.foreign_text import one_line
from ecr_contracts.core.text import encodable
from ecr_contracts.core.wrapping import breaks
from ecr_contracts.frontends.cli.fitting import fitting
from ecr_contracts.reporting.terminal import COLOURS, columns

EXIT_CODES = (
    "exit codes: 0 nothing found, 1 findings, 2 misuse or set-up (says nothing about your code), "
    "3 a fault of ecr-contracts itself, 130 interrupted"
)

_USUAL_WIDTH = 80
_NARROWEST = 40
_GENERAL = "of every command"


class Help(argparse.RawDescriptionHelpFormatter):
    """Help as wide as the terminal, or 80 columns without one."""

    def __init__(self, prog: str) -> None:
        width = max(columns(sys.stdout) or _USUAL_WIDTH, _NARROWEST)
        super().__init__(prog, max_help_position=26, width=width - 1)

    # argparse names no public way to say where lines are broken; its own breaks names at hyphens.

    def _split_lines(self, text: str, width: int) -> list[str]:
        return _broken(" ".join(text.split()), width)

    def _fill_text(self, text: str, width: int, indent: str) -> str:
        lines: list[str] = []
        for line in text.splitlines():
            lines += [line] if line.startswith(" ") else _broken(line, width)
        return "\n".join(f"{indent}{line}" for line in lines)


class Parser(argparse.ArgumentParser):
    """A parser whose complaints are short, say what was likely meant, and fit the terminal.

    Words of a command line are foreign text in them.
    """

    def __init__(self, **settings: Any) -> None:
        settings.setdefault("formatter_class", Help)
        super().__init__(add_help=False, **settings)

    def error(self, message: str) -> NoReturn:
        """Say in one line what cannot be used, and exit with 2."""
        told = f"{self.prog}: error: {one_line(message)}"
        self.exit(2, f"{fitting(self.format_usage() + told, sys.stderr)}\n")

    def parse_known_args(self, args: Any = None, namespace: Any = None) -> Any:
        """What argparse makes of the words; misuse where one of them is nothing that is known."""
        options, unknown = super().parse_known_args(args, namespace)
        if unknown:
            self.error(self._unrecognized(unknown))
        return options, unknown

    def _unrecognized(self, words: Sequence[str]) -> str:
        """What is said of words that are nothing known: of the options, if there are some."""
        flags = [word.partition("=")[0] for word in words if word.startswith("-")]
        told = f"unrecognized arguments: {' '.join(flags or words)}"
        known = [flag for action in _actions(self) for flag in action.option_strings]
        for flag in flags:
            if near := likely(flag, known):
                return f"{told}; did you mean {near}?"
        return told

    def _check_value(self, action: argparse.Action, value: Any) -> None:
        """Raise ArgumentError for what is no choice: argparse has no public way to word that."""
        if action.choices is not None and value not in action.choices:
            meant = did_you_mean(str(value), [str(choice) for choice in action.choices])
            raise argparse.ArgumentError(action, f"invalid choice: {value!r}{meant}")

    def format_help(self) -> str:
        """The help, as far as the encoding of standard output has its letters."""
        return encodable(super().format_help(), sys.stdout.encoding)


def _actions(parser: argparse.ArgumentParser) -> list[argparse.Action]:
    """All arguments and options of a parser: argparse has no public name for them."""
    return parser._actions


def usage_of(parser: argparse.ArgumentParser) -> str:
    """The usage of a command: its arguments, and that there are options."""
    words = [parser.prog]
    for action in _actions(parser):
        if not action.option_strings and action.help != argparse.SUPPRESS:
            words.append(_argument(action))
    return " ".join([*words, "[options]"])


def _argument(action: argparse.Action) -> str:
    name = str(action.metavar)
    match action.nargs:
        case "?":
            return f"[{name}]"
        case "*":
            return f"[{name} ...]"
        case "+":
            return f"{name} [{name} ...]"
    return name


def add_general(parser: argparse.ArgumentParser) -> argparse._ArgumentGroup:
    """Add what every command has: `--help`, and `--color`, which is not set without it."""
    general = parser.add_argument_group(_GENERAL)
    general.add_argument("-h", "--help", action="help", help="show this help, and exit")
    general.add_argument(
        "--color",
        choices=COLOURS,
        default=argparse.SUPPRESS,
        metavar="WHEN",
        help="when there are colours: always, never, or auto, which is the default: on a terminal, "
        "unless NO_COLOR is set, and where FORCE_COLOR is",
    )
    return general


def closing_words(examples: Sequence[str]) -> str:
    """What help ends with: examples to copy, and the exit codes."""
    rows = ["examples:"]
    rows += [f"  {example}" for example in examples]
    return "\n".join([*rows, "", EXIT_CODES])


def _broken(words: str, width: int) -> list[str]:
    """The lines of some words."""
    lines: list[str] = []
    start = 0
    for end in [*breaks(words, width), len(words)]:
        lines.append(words[start:end].rstrip())
        start = end
    return lines
