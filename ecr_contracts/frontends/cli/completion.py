"""`ecr-contracts completion`: prints a script with which a shell completes our command lines.

What is completed are commands, options, files and folders, and the names of kinds, envelopes,
checks, cases and sorts of evidence. The script holds these names, so that completing runs nothing
of ours; a new version of the package may have more of them.
"""

from __future__ import annotations

import argparse
from collections.abc import Iterator, Mapping
from typing import Any

from ecr_contracts.core.findings import Evidence
from ecr_contracts.engine.checks.catalog import CHECKS
from ecr_contracts.eventbridge.envelopes.registry import ENVELOPES
from ecr_contracts.events.generate.cases import edge_cases
from ecr_contracts.events.kinds import kind_names
from ecr_contracts.frontends.cli.output import FINE, print_script

SHELLS = ("bash", "zsh", "tcsh", "fish")

EXAMPLES = (
    "ecr-contracts completion bash > ecr-contracts.bash",
    "ecr-contracts completion zsh > _ecr-contracts",
)


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the arguments of `completion`."""
    parser.add_argument(
        "shell",
        metavar="SHELL",
        choices=SHELLS,
        help=f"whose script: {', '.join(SHELLS)}; have bash source it in .bashrc, "
        "put it into a folder of fpath for zsh, or where the shell looks otherwise",
    )


def run(options: argparse.Namespace) -> int:
    """Print the script of a shell."""
    import shtab  # help has no need of it

    # Which imports this module, to know its arguments.
    from ecr_contracts.frontends.cli.main import build_parser

    parser = build_parser()
    for action in _actions(parser):
        _complete(action, files=shtab.FILE, folders=shtab.DIRECTORY)
    print_script(shtab.complete(parser, options.shell))
    return FINE


def _complete(action: argparse.Action, *, files: Any, folders: Any) -> None:
    """Say what an argument is completed with, by the name that its value has in the help."""
    value: Any = action
    if action.metavar in _FOLDERS:
        value.complete = folders
    elif action.metavar in _FILES:
        value.complete = files
    elif action.metavar in _NAMES:
        action.choices = _NAMES[str(action.metavar)]()


def _actions(parser: argparse.ArgumentParser) -> Iterator[argparse.Action]:
    """The arguments and options of all commands: argparse has no public name for them."""
    for action in parser._actions:
        if isinstance(action, argparse._SubParsersAction):
            for command in action.choices.values():
                yield from _actions(command)
        else:
            yield action


_FOLDERS = frozenset({"DIR", "FOLDER"})
_FILES = frozenset({"FILE", "FILE[:NAME]", "HANDLER", "DOCUMENT", "PATH", "OLD", "NEW"})


def _case_ids() -> list[str]:
    """The cases that deviate from the ordinary event of their kind in one choice."""
    ids: list[str] = []
    for kind in kind_names():
        ids += [case.id for case in edge_cases(kind, strength=1)]
    return ids


_NAMES: Mapping[str, Any] = {
    "KIND": kind_names,
    "ENVELOPE": lambda: list(ENVELOPES),
    "CHECK": lambda: list(CHECKS),
    "CODE": lambda: [*CHECKS, *(check.code for check in CHECKS.values())],
    "SORT": lambda: [evidence.value for evidence in Evidence],
    "ID": _case_ids,
}
"""The names that a value may be one of."""
