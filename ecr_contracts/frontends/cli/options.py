"""The words of the command line: its commands, their options, and what each may be."""

from __future__ import annotations

import argparse
from collections.abc import Callable, Mapping
from contextlib import suppress
from typing import Any

from ecr_contracts.audit import reader
from ecr_contracts.core.errors import UnknownNameError
from ecr_contracts.core.findings import Evidence
from ecr_contracts.engine import session
from ecr_contracts.eventbridge.envelopes.codec import LIMIT
from ecr_contracts.eventbridge.envelopes.registry import ENVELOPES
from ecr_contracts.runtime.sandbox.settings import BACKENDS

Command = Callable[[argparse.Namespace], int]
"""What a command does with its options; the exit code comes of it."""

_DESCRIPTION = "The contract between Amazon ECR and the code that reacts to its EventBridge events."
_LONGEST_CALL = 900  # seconds that a Lambda function may take


def parser(run: Mapping[str, Command]) -> argparse.ArgumentParser:
    """The parser of the command line; what each of its commands does is given by name."""
    whole = argparse.ArgumentParser(prog="ecr-contracts", description=_DESCRIPTION)
    commands = whole.add_subparsers(metavar="COMMAND", required=True)
    _check(commands, run["check"])
    _sample(commands, run["sample"])
    _fixtures(commands, run["fixtures"])
    _validate(commands, run["validate"])
    _coverage(commands, run["coverage"])
    _models(commands, run["models"])
    _kinds(commands, run["kinds"])
    return whole


def _check(commands: Any, run: Command) -> None:
    check = _command(
        commands,
        "check",
        run,
        "find the valid events that a handler cannot deal with",
        "ecr-contracts check src/app.py:handler\n  ecr-contracts check app.handlers:on_push --kind push --via sqs",
    )
    check.add_argument(
        "consumer",
        metavar="HANDLER",
        nargs="?",
        help="path/to/app.py:handler, package.module:handler or template.yaml:Function",
    )
    check.add_argument(
        "--state-machine",
        metavar="FILE",
        help="check a Step Functions state machine instead: its definition, or template.yaml:StateMachine",
    )
    check.add_argument(
        "--transformer",
        metavar="FILE",
        help="shape events as this rule's target does, rule.yaml or template.yaml:Rule; alone, it is what is checked",
    )
    check.add_argument(
        "--run-command",
        metavar="DOCUMENT",
        help="check the commands of this SSM document, a file or AWS-RunShellScript, behind --transformer",
    )
    _several(
        check,
        "--kind",
        "KIND",
        "kinds of events to give it (default: those that a rule beside it or its code tells)",
    )
    _several(check, "--via", "ENVELOPE", f"how events reach it: {', '.join(ENVELOPES)}")
    _several(
        check, "--case", "ID", "run only this case, such as scan/no-tags or scan/failed+no-digest"
    )
    _evidence(check)
    check.add_argument(
        "--timeout",
        type=_seconds,
        default=session.TIMEOUT,
        metavar="S",
        help="seconds for one event (default: 5)",
    )
    check.add_argument(
        "--strength",
        type=int,
        default=session.USUAL.strength,
        metavar="T",
        help="have every T choices meet that can: 1 to 4 (default: 2)",
    )
    check.add_argument(
        "--examples",
        type=_count,
        default=session.USUAL.examples,
        metavar="N",
        help=f"events of other values to draw after the cases, for each kind (default: {session.USUAL.examples})",
    )
    check.add_argument(
        "--probe",
        type=_count,
        default=session.USUAL.probe,
        metavar="N",
        help=f"further calls to tell the causes of each fault with (default: {session.USUAL.probe})",
    )
    sandbox = check.add_argument_group("how the sandbox answers, beside what pyproject.toml says")
    sandbox.add_argument(
        "--env",
        action="append",
        default=[],
        type=_pair,
        metavar="NAME=VALUE",
        help="an environment variable; may be given again",
    )
    sandbox.add_argument(
        "--env-file", metavar="FILE", help="environment variables: lines NAME=VALUE, or SAM's JSON"
    )
    sandbox.add_argument("--env-auto", action="store_true", help="make up those that are missing")
    sandbox.add_argument(
        "--answer",
        action="append",
        default=[],
        type=_pair,
        metavar="CALL=JSON",
        help="what an AWS operation (sns.Publish) or a host answers; may be given again",
    )
    _several(sandbox, "--allow-net", "HOST:PORT", "let it connect there")
    _several(sandbox, "--allow-process", "NAME", "let it start this program")
    _several(sandbox, "--stub-module", "NAME", "replace a module that is not installed")
    sandbox.add_argument(
        "--sandbox", choices=BACKENDS, help="who answers AWS calls (default: answers)"
    )
    _several(check, "--off", "CHECK", "leave this check out")
    check.add_argument("--strict", action="store_true", help="have warnings count as errors")
    check.add_argument(
        "--replay",
        action="store_true",
        help="run only what failed before, and tell which of it still does",
    )
    check.add_argument(
        "--keep", metavar="DIR", help="write failing events as fixture files to commit"
    )
    check.add_argument(
        "--format", choices=("text", "json"), default="text", help="for people or for programs"
    )
    check.add_argument(
        "-v", "--verbose", action="store_true", help="show events, tracebacks and failing cases too"
    )


def _sample(commands: Any, run: Command) -> None:
    sample = _command(
        commands,
        "sample",
        run,
        "print one event",
        "ecr-contracts sample scan/no-tags\n  ecr-contracts sample push/no-tag+namespaced-repository --via sqs",
    )
    sample.add_argument(
        "case", metavar="ID", help="a case: KIND/sample, KIND/ordinary, KIND/CHOICE+CHOICE…"
    )
    _several(sample, "--via", "ENVELOPE", f"wrap it: {', '.join(ENVELOPES)}")
    sample.add_argument(
        "--transformer", metavar="FILE", help="shape it first as this rule's target does"
    )
    sample.add_argument(
        "--compact", action="store_true", help="on one line, as EventBridge sends it"
    )


def _fixtures(commands: Any, run: Command) -> None:
    folder = _command(
        commands,
        "fixtures",
        run,
        "write events as fixture files, or check that they are up to date",
        "ecr-contracts fixtures tests/events --kind scan\n  ecr-contracts fixtures tests/events --kind scan --check",
    )
    folder.add_argument(
        "folder",
        metavar="DIR",
        help="where to; only files that this command made are ever replaced",
    )
    _several(folder, "--kind", "KIND", "kinds of events (default: all)")
    _several(
        folder, "--via", "ENVELOPE", "envelopes to wrap them in (default: lambda, the bare event)"
    )
    _evidence(folder)
    folder.add_argument(
        "--strength",
        type=int,
        default=1,
        metavar="T",
        help="have every T choices meet that can, 1 to 4 (default: 1, the single deviations)",
    )
    folder.add_argument(
        "--invalid", action="store_true", help="also events that are wrong in exactly one way"
    )
    folder.add_argument(
        "--check", action="store_true", help="write nothing; exit 1 when the folder has drifted"
    )


def _validate(commands: Any, run: Command) -> None:
    validate = _command(
        commands,
        "validate",
        run,
        "judge event files: JSON, JSON lines, gzip; wrapped or bare",
        "ecr-contracts validate tests/events/*/*.json\n  zcat archive.gz | ecr-contracts validate -",
    )
    validate.add_argument(
        "files", metavar="FILE", nargs="+", help="files of events; - is standard input"
    )
    validate.add_argument("--kind", metavar="KIND", help="judge every event as this kind")
    validate.add_argument(
        "--format", choices=("text", "json"), default="text", help="for people or for programs"
    )
    validate.add_argument(
        "--max-line",
        type=_characters,
        default=reader.MAX_LENGTH,
        metavar="N",
        help=f"characters that one event may have (default: {reader.MAX_LENGTH})",
    )
    validate.add_argument(
        "--max-unpacked",
        type=_characters,
        default=LIMIT,
        metavar="N",
        help=f"bytes that gzip within an event may unpack to (default: {LIMIT})",
    )


def _coverage(commands: Any, run: Command) -> None:
    covered = _command(
        commands,
        "coverage",
        run,
        "tell which choices the events of some files have, and which none has",
        "ecr-contracts coverage tests/events/*.json\n"
        "  ecr-contracts coverage tests/events/*.json --kind scan --fail-under 80",
    )
    covered.add_argument(
        "files", metavar="FILE", nargs="+", help="files of events; - is standard input"
    )
    _several(covered, "--kind", "KIND", "leave out events of other kinds than this")
    covered.add_argument(
        "--all", action="store_true", help="list every choice that no event has, however many"
    )
    covered.add_argument(
        "--fail-under",
        type=_percent,
        metavar="N",
        help="exit 1 when the events have less than N per cent of the choices of their kinds, or of --kind",
    )
    covered.add_argument(
        "--format", choices=("text", "json"), default="text", help="for people or for programs"
    )


def _models(commands: Any, run: Command) -> None:
    models = _command(
        commands,
        "models",
        run,
        "print typed classes to keep in your own code",
        "ecr-contracts models --style typeddict -o src/ecr_events.py",
    )
    models.add_argument(
        "--style",
        choices=("typeddict", "pydantic"),
        default="typeddict",
        help="which sort of class",
    )
    models.add_argument(
        "-o", "--output", metavar="FILE", help="write there; a file that differs is left alone"
    )


def _kinds(commands: Any, run: Command) -> None:
    kinds = _command(
        commands,
        "kinds",
        run,
        "tell what is known of each kind of event",
        "ecr-contracts kinds scan",
    )
    kinds.add_argument("kind", metavar="KIND", nargs="?", help="one kind in full")


def _command(
    commands: Any, name: str, run: Command, about: str, examples: str
) -> argparse.ArgumentParser:
    parser: argparse.ArgumentParser = commands.add_parser(
        name,
        help=about,
        description=f"{about[0].upper()}{about[1:]}.",
        epilog=f"examples:\n  {examples}",
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.set_defaults(command=run)
    return parser


def _pair(text: str) -> tuple[str, str]:
    name, equals, value = text.partition("=")
    if not (name and equals):
        raise argparse.ArgumentTypeError(f"{text!r} is no NAME=VALUE")
    return name, value


def _several(parser: argparse._ActionsContainer, flag: str, metavar: str, about: str) -> None:
    parser.add_argument(
        flag, metavar=metavar, action="append", default=[], help=f"{about}; may be given again"
    )


def _evidence(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "--evidence",
        type=_sort_of_evidence,
        metavar="SORT",
        help="leave out events that rest on weaker evidence than this: " + ", ".join(Evidence),
    )


def _sort_of_evidence(text: str) -> Evidence:
    try:
        return Evidence(text)
    except ValueError:
        raise argparse.ArgumentTypeError(
            str(UnknownNameError("evidence", text, [sort.value for sort in Evidence]))
        ) from None


def _seconds(text: str) -> float:
    with suppress(ValueError):
        if 0 < float(text) <= _LONGEST_CALL:
            return float(text)
    raise argparse.ArgumentTypeError(
        f"{text!r} is no number of seconds above 0 and up to {_LONGEST_CALL}, Lambda's most"
    )


def _count(text: str) -> int:
    with suppress(ValueError):
        if int(text) >= 0:
            return int(text)
    raise argparse.ArgumentTypeError(f"{text!r} is no number from 0 on")


def _percent(text: str) -> float:
    with suppress(ValueError):
        if 0 <= float(text) <= 100:
            return float(text)
    raise argparse.ArgumentTypeError(f"{text!r} is no number from 0 to 100")


def _characters(text: str) -> int:
    with suppress(ValueError):
        if int(text) > 0:
            return int(text)
    raise argparse.ArgumentTypeError(f"{text!r} is no number of characters")
