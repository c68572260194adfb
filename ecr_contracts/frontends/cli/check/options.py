"""The options of `check`, and the words of a command line that give them again."""

from __future__ import annotations

import argparse
import os
from collections.abc import Sequence
from contextlib import suppress
from math import inf
from typing import NoReturn

from ecr_contracts.core import masking
from ecr_contracts.core.errors import ConsumerError
from ecr_contracts.core.limits import LEAST_MEGABYTES, MEGABYTES
from ecr_contracts.engine.migration import TARGETS
from ecr_contracts.engine.plan import USUAL
from ecr_contracts.eventbridge.envelopes.registry import ENVELOPES
from ecr_contracts.frontends.cli.check import accepted
from ecr_contracts.frontends.cli.check.reports import add_reports
from ecr_contracts.frontends.cli.options import add_evidence, add_repeatable, add_rule
from ecr_contracts.runtime.lambda_context import LONGEST_CALL
from ecr_contracts.runtime.sandbox.settings import BACKENDS

REMEMBERED = ""
"""The value of `--replay` without a number: all that failed before."""

WITHHELD = "..."
"""What stands for a secret in a command line: whoever pastes it fills it in."""


# --- options --------------------------------------------------------------------------------------


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the arguments of `check`, in groups: what everybody needs comes first."""
    _add_usual(parser.add_argument_group("what everybody needs"))
    _add_subject(parser.add_argument_group("what is checked, where it is no handler in code"))
    _add_events(parser.add_argument_group("which events it is given"))
    _add_effort(parser.add_argument_group("how thoroughly it is tried"))
    sandbox = "how the sandbox answers, beside what pyproject.toml says"
    _add_sandbox(parser.add_argument_group(sandbox))
    _add_judgement(parser.add_argument_group("which findings count"))
    _add_output(parser.add_argument_group("what is shown and written"))


def _add_usual(group: argparse._ActionsContainer) -> None:
    """The handler, and what most runs say beside it."""
    group.add_argument(
        "consumers",
        metavar="HANDLER",
        nargs="*",
        help="path/to/app.py:handler, package.module:handler or template.yaml:Function; may be "
        "several (default: all consumers that the configuration names, here and below)",
    )
    add_repeatable(
        group,
        "--kind",
        "KIND",
        "kinds of events to give it (default: those that a rule beside it or its code tells)",
    )
    add_repeatable(group, "--via", "ENVELOPE", f"how events reach it: {', '.join(ENVELOPES)}")
    group.add_argument(
        "--replay",
        nargs="?",
        const=REMEMBERED,
        metavar="NUMBER",
        help="show the finding of this number again, of the last report made in this folder, "
        "without HANDLER; without NUMBER run only what failed before, and tell which of it "
        "still does",
    )


def _add_subject(group: argparse._ActionsContainer) -> None:
    """What is checked: a program, an address, or something that is no code."""
    group.add_argument(
        "--command",
        metavar="COMMAND",
        help="check a program of any language instead, such as 'node run.mjs': it gets each event "
        "as a line of JSON, and answers with one, or with its exit code",
    )
    group.add_argument(
        "--url",
        metavar="URL",
        help="check what answers there instead, such as Lambda's runtime interface emulator: "
        "http://127.0.0.1:9000/2015-03-31/functions/function/invocations",
    )
    group.add_argument(
        "--state-machine",
        metavar="FILE",
        help="check a Step Functions state machine instead: its definition, "
        "or template.yaml:StateMachine",
    )
    group.add_argument(
        "--transformer",
        metavar="FILE",
        help="shape events as this rule's target does, rule.yaml or template.yaml:Rule; "
        "alone, it is what is checked",
    )
    group.add_argument(
        "--run-command",
        metavar="DOCUMENT",
        help="check the commands of this SSM document, a file or AWS-RunShellScript, "
        "behind --transformer",
    )


def _add_events(group: argparse._ActionsContainer) -> None:
    """Which events it is given, and how they reach it."""
    group.add_argument(
        "--path",
        default="",
        metavar="PATH",
        help="where a web app is sent its events, such as /hooks/ecr (default: its routes say it)",
    )
    add_repeatable(
        group, "--case", "ID", "run only this case, such as scan/no-tags or scan/failed+no-digest"
    )
    add_evidence(group)
    group.add_argument(
        "--future",
        action="store_true",
        help="give it events as AWS may send them one day as well: a new action, severity, field",
    )
    add_rule(group)
    group.add_argument(
        "--migrate",
        choices=TARGETS,
        metavar="BUS",
        help="try each step of the move to another event bus instead: v2",
    )
    group.add_argument(
        "--unshielded", action="store_true", help="give it what its rule keeps away as well"
    )


def _add_effort(group: argparse._ActionsContainer) -> None:
    """How long and how thoroughly it is tried."""
    group.add_argument(
        "--timeout",
        type=_seconds,
        metavar="S",
        help="seconds that Lambda gives it for one event; sleeps pass at once, all else takes real "
        "time (default: what its template says, else 900, of which 5 may be real)",
    )
    group.add_argument(
        "--strength",
        type=int,
        metavar="T",
        help=f"have every T choices meet that can: 1 to 4 (default: {USUAL.strength})",
    )
    group.add_argument(
        "--examples",
        type=_count,
        metavar="N",
        help="events of other values to draw after the cases, for each kind "
        f"(default: {USUAL.examples})",
    )
    group.add_argument(
        "--probe",
        type=_count,
        metavar="N",
        help=f"further calls to tell the causes of each fault with (default: {USUAL.probe})",
    )
    group.add_argument(
        "--seed",
        type=_count,
        metavar="N",
        help="draw other events of other values than usual; the same N draws the same ones "
        f"(default: {USUAL.seed})",
    )
    group.add_argument(
        "--max-time",
        type=_most_seconds,
        metavar="S",
        help="take S seconds: first all that is planned, then what is left for more events of "
        "other values and more choices together; the report says how far it came",
    )


def _add_sandbox(group: argparse._ActionsContainer) -> None:
    """What the consumer finds around it while it runs."""
    group.add_argument(
        "--env",
        action="append",
        default=[],
        type=_pair,
        metavar="NAME=VALUE",
        help="an environment variable; may be given again",
    )
    group.add_argument(
        "--env-file", metavar="FILE", help="environment variables: lines NAME=VALUE, or SAM's JSON"
    )
    group.add_argument(
        "--env-strict",
        action="store_false",
        dest="env_auto",
        default=None,
        help="stop where a variable is missing, and say which; else a value is made up",
    )
    group.add_argument(
        "--env-auto",
        action="store_true",
        default=None,
        help="make up variables that are missing: the default, unless pyproject.toml is strict",
    )
    group.add_argument(
        "--answer",
        action="append",
        default=[],
        type=_pair,
        metavar="CALL=JSON",
        help="what an AWS operation (sns.Publish) or a host answers; may be given again",
    )
    add_repeatable(group, "--allow-net", "HOST:PORT", "let it connect there")
    add_repeatable(group, "--allow-process", "NAME", "let it start this program")
    add_repeatable(group, "--allow-write", "PATH", "let it change this file or folder for real")
    add_repeatable(group, "--stub-module", "NAME", "replace a module that is not installed")
    group.add_argument(
        "--sandbox", choices=BACKENDS, help="who answers AWS calls (default: answers)"
    )
    group.add_argument(
        "--memory",
        type=_megabytes,
        metavar="MB",
        help=f"megabytes of memory that it may take (default: {MEGABYTES})",
    )


def _add_judgement(group: argparse._ActionsContainer) -> None:
    """Which findings count."""
    add_repeatable(group, "--off", "CHECK", "leave this check out, by its name or code")
    group.add_argument("--strict", action="store_true", help="have warnings count as errors")
    accepted.add_arguments(group)


def _add_output(group: argparse._ActionsContainer) -> None:
    """How the findings are shown and kept."""
    group.add_argument(
        "--keep", metavar="DIR", help="write failing events as fixture files to commit"
    )
    add_reports(group)
    group.add_argument(
        "--jobs",
        type=_jobs,
        metavar="N",
        help="of several consumers check N at a time (default: one for each core, up to 4)",
    )
    group.add_argument(
        "-v", "--verbose", action="store_true", help="show events, tracebacks and failing cases too"
    )


def _pair(text: str) -> tuple[str, str]:
    name, equals, value = text.partition("=")
    if not (name and equals):
        shown = masking.masked_text(text, masking.secrets(os.environ))
        raise argparse.ArgumentTypeError(f"{shown!r} is no NAME=VALUE")
    return name, value


def _seconds(text: str) -> float:
    with suppress(ValueError):
        if 0 < float(text) <= LONGEST_CALL:
            return float(text)
    raise argparse.ArgumentTypeError(
        f"{text!r} is no number of seconds above 0 and up to {LONGEST_CALL:g}, Lambda's most"
    )


def _most_seconds(text: str) -> float:
    with suppress(ValueError):
        if 0 < float(text) < inf:
            return float(text)
    raise argparse.ArgumentTypeError(f"{text!r} is no number of seconds above 0")


def _megabytes(text: str) -> int:
    with suppress(ValueError):
        if int(text) >= LEAST_MEGABYTES:
            return int(text)
    raise argparse.ArgumentTypeError(
        f"{text!r} is no number of megabytes from {LEAST_MEGABYTES} on"
    )


def _count(text: str) -> int:
    with suppress(ValueError):
        if int(text) >= 0:
            return int(text)
    raise argparse.ArgumentTypeError(f"{text!r} is no number from 0 on")


def _jobs(text: str) -> int:
    with suppress(ValueError):
        if int(text) >= 1:
            return int(text)
    raise argparse.ArgumentTypeError(f"{text!r} is no number from 1 on")


def parsed(words: Sequence[str]) -> argparse.Namespace:
    """The options that the words of a command line give, which were kept in a file.

    Raises ConsumerError for what is no command line of `check`, as another version may have it.
    """

    class Parser(argparse.ArgumentParser):
        def error(self, message: str) -> NoReturn:
            problem = f"the last report of this folder cannot be used: {message}"
            raise ConsumerError("--replay", problem, "check the handler again, here")

    parser = Parser(prog="ecr-contracts check", add_help=False)
    add_arguments(parser)
    return parser.parse_args(words)


def is_given_events(options: argparse.Namespace) -> bool:
    """Whether what is checked is code that events are handed to, in some envelope."""
    return bool(options.consumers) or options.command is not None or options.url is not None


_IDLE_FOR_PROGRAMS = (
    *("--answer", "--sandbox", "--stub-module", "--allow-process", "--memory", "--transformer"),
    "--env-auto",
)
_IDLE_FOR_ADDRESSES = (*_IDLE_FOR_PROGRAMS, "--env", "--env-file", "--allow-write")


def refuse_idle(options: argparse.Namespace) -> None:
    """Raise ConsumerError for an option that says nothing of a program, or of an address."""
    if options.command is not None:
        name, noun = options.command, "a program"
    elif options.url is not None:
        name, noun = options.url, "an address"
    else:
        return
    for flag in _IDLE_FOR_ADDRESSES if options.url is not None else _IDLE_FOR_PROGRAMS:
        value = getattr(options, flag[2:].replace("-", "_"))
        if value not in (None, False, []):
            problem = f"{flag} says nothing about {noun}, which is seen from outside alone"
            raise ConsumerError(name, problem, "leave it out")
