"""`ecr-contracts check`: gives valid events to a consumer and reports those it cannot deal with."""

from __future__ import annotations

import argparse
import json
import os
from collections.abc import Iterator, Sequence
from contextlib import suppress
from dataclasses import replace
from pathlib import Path
from typing import Any

from ecr_contracts.core.errors import ConsumerError, UnknownNameError
from ecr_contracts.core.findings import Finding, Severity
from ecr_contracts.core.masking import is_secret
from ecr_contracts.discovery.env_file import read_env_file
from ecr_contracts.discovery.iac.stack import transformer
from ecr_contracts.discovery.named_rules import named_rules
from ecr_contracts.discovery.target import FORMS, Target
from ecr_contracts.engine.checks.catalog import CHECKS, DEAD_COMPARISON, FUTURE_EVENT, is_of_run
from ecr_contracts.engine.checks.levels import OFF
from ecr_contracts.engine.migration import TARGETS, migration
from ecr_contracts.engine.phases import Effort
from ecr_contracts.engine.plan import USUAL, Request
from ecr_contracts.engine.session import judge
from ecr_contracts.engine.subject import Subject
from ecr_contracts.engine.subjects.handler import Handler
from ecr_contracts.engine.trial import KnownFailure
from ecr_contracts.engine.verdict import Verdict
from ecr_contracts.eventbridge.envelopes.registry import ENVELOPES
from ecr_contracts.events.generate.cases import VALUED, Case
from ecr_contracts.frontends import config, replay
from ecr_contracts.frontends.cli.options import (
    add_evidence,
    add_format,
    add_repeatable,
    add_rule,
)
from ecr_contracts.frontends.cli.output import (
    FINDINGS,
    FINE,
    INTERRUPTED,
    complain,
    print_json,
    print_text,
)
from ecr_contracts.frontends.cli.progress import progress_display
from ecr_contracts.frontends.config import ProjectSettings
from ecr_contracts.reporting.json import verdict_as_json
from ecr_contracts.reporting.migration import migration_as_json, show_migration
from ecr_contracts.reporting.terminal import console
from ecr_contracts.reporting.text import show, show_replayed
from ecr_contracts.runtime.lambda_context import LONGEST_CALL
from ecr_contracts.runtime.sandbox.settings import BACKENDS

EXAMPLES = (
    "ecr-contracts check src/app.py:handler",
    "ecr-contracts check app.handlers:on_push --kind push --via sqs",
)


# --- options --------------------------------------------------------------------------------------


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the arguments of `check`."""
    _add_subject(parser)
    _add_events(parser)
    _add_effort(parser)
    _add_sandbox(parser)
    _add_judgement(parser)


def _add_subject(parser: argparse.ArgumentParser) -> None:
    """What is checked: a handler, a state machine, an input transformer, an SSM document."""
    parser.add_argument(
        "consumer",
        metavar="HANDLER",
        nargs="?",
        help="path/to/app.py:handler, package.module:handler or template.yaml:Function",
    )
    parser.add_argument(
        "--state-machine",
        metavar="FILE",
        help="check a Step Functions state machine instead: its definition, "
        "or template.yaml:StateMachine",
    )
    parser.add_argument(
        "--transformer",
        metavar="FILE",
        help="shape events as this rule's target does, rule.yaml or template.yaml:Rule; "
        "alone, it is what is checked",
    )
    parser.add_argument(
        "--run-command",
        metavar="DOCUMENT",
        help="check the commands of this SSM document, a file or AWS-RunShellScript, "
        "behind --transformer",
    )


def _add_events(parser: argparse.ArgumentParser) -> None:
    """Which events it is given, and how they reach it."""
    add_repeatable(
        parser,
        "--kind",
        "KIND",
        "kinds of events to give it (default: those that a rule beside it or its code tells)",
    )
    add_repeatable(parser, "--via", "ENVELOPE", f"how events reach it: {', '.join(ENVELOPES)}")
    add_repeatable(
        parser, "--case", "ID", "run only this case, such as scan/no-tags or scan/failed+no-digest"
    )
    add_evidence(parser)
    parser.add_argument(
        "--future",
        action="store_true",
        help="give it events as AWS may send them one day as well: a new action, severity, field",
    )
    add_rule(parser)
    parser.add_argument(
        "--migrate",
        choices=TARGETS,
        metavar="BUS",
        help="try each step of the move to another event bus instead: v2",
    )
    parser.add_argument(
        "--unshielded", action="store_true", help="give it what its rule keeps away as well"
    )


def _add_effort(parser: argparse.ArgumentParser) -> None:
    """How long and how thoroughly it is tried."""
    parser.add_argument(
        "--timeout",
        type=_seconds,
        metavar="S",
        help="seconds that Lambda gives it for one event; sleeps pass at once, all else takes real "
        "time (default: what its template says, else 900, of which 5 may be real)",
    )
    parser.add_argument(
        "--strength",
        type=int,
        default=USUAL.strength,
        metavar="T",
        help="have every T choices meet that can: 1 to 4 (default: 2)",
    )
    parser.add_argument(
        "--examples",
        type=_count,
        default=USUAL.examples,
        metavar="N",
        help="events of other values to draw after the cases, for each kind "
        f"(default: {USUAL.examples})",
    )
    parser.add_argument(
        "--probe",
        type=_count,
        default=USUAL.probe,
        metavar="N",
        help=f"further calls to tell the causes of each fault with (default: {USUAL.probe})",
    )


def _add_sandbox(parser: argparse.ArgumentParser) -> None:
    """What the consumer finds around it while it runs."""
    sandbox = parser.add_argument_group("how the sandbox answers, beside what pyproject.toml says")
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
    sandbox.add_argument(
        "--env-strict",
        action="store_false",
        dest="env_auto",
        default=None,
        help="stop where a variable is missing, and say which; else a value is made up",
    )
    sandbox.add_argument(
        "--env-auto",
        action="store_true",
        default=None,
        help="make up variables that are missing: the default, unless pyproject.toml is strict",
    )
    sandbox.add_argument(
        "--answer",
        action="append",
        default=[],
        type=_pair,
        metavar="CALL=JSON",
        help="what an AWS operation (sns.Publish) or a host answers; may be given again",
    )
    add_repeatable(sandbox, "--allow-net", "HOST:PORT", "let it connect there")
    add_repeatable(sandbox, "--allow-process", "NAME", "let it start this program")
    add_repeatable(sandbox, "--stub-module", "NAME", "replace a module that is not installed")
    sandbox.add_argument(
        "--sandbox", choices=BACKENDS, help="who answers AWS calls (default: answers)"
    )


def _add_judgement(parser: argparse.ArgumentParser) -> None:
    """Which findings count, and how they are remembered, kept and shown."""
    add_repeatable(parser, "--off", "CHECK", "leave this check out")
    parser.add_argument("--strict", action="store_true", help="have warnings count as errors")
    parser.add_argument(
        "--replay",
        action="store_true",
        help="run only what failed before, and tell which of it still does",
    )
    parser.add_argument(
        "--keep", metavar="DIR", help="write failing events as fixture files to commit"
    )
    add_format(parser)
    parser.add_argument(
        "-v", "--verbose", action="store_true", help="show events, tracebacks and failing cases too"
    )


def _pair(text: str) -> tuple[str, str]:
    name, equals, value = text.partition("=")
    if not (name and equals):
        raise argparse.ArgumentTypeError(f"{text!r} is no NAME=VALUE")
    return name, value


def _seconds(text: str) -> float:
    with suppress(ValueError):
        if 0 < float(text) <= LONGEST_CALL:
            return float(text)
    raise argparse.ArgumentTypeError(
        f"{text!r} is no number of seconds above 0 and up to {LONGEST_CALL:g}, Lambda's most"
    )


def _count(text: str) -> int:
    with suppress(ValueError):
        if int(text) >= 0:
            return int(text)
    raise argparse.ArgumentTypeError(f"{text!r} is no number from 0 on")


# --- the command ----------------------------------------------------------------------------------


def run(options: argparse.Namespace) -> int:
    """Check the consumer, remember what failed, print the report.

    Raises ConsumerError unless exactly one thing is named, and what the check itself raises for
    whatever cannot be used.
    """
    consumer = _consumer_name(options)
    if options.migrate is not None:
        return _migrate(options, consumer)
    remembered = replay.load_failures(Path.cwd(), consumer)
    if options.replay:
        if options.via:
            remembered = tuple(failure for failure in remembered if failure.via in options.via)
        if not remembered:
            print_text(f"nothing is remembered of {consumer}")
            return FINE
    verdict = _verdict(options, consumer, remembered)
    if options.replay and not verdict.planned and options.format == "text":
        print_text(f"nothing that is remembered of {consumer} reaches it: its rule keeps it away")
        return FINE
    errors = _errors(verdict)
    if not verdict.is_interrupted and (options.replay or not options.case):
        runs = {(trial.case.id, trial.via) for trial in verdict.trials}
        replay.save_failures(Path.cwd(), consumer, errors, runs)
    if options.keep is not None:
        _keep(options.keep, verdict, errors)
    if options.format == "json":
        print_json(verdict_as_json(verdict))
    else:
        if options.replay:
            show_replayed(remembered, verdict, console())
        show(verdict, console(), verbose=options.verbose)
    if verdict.is_interrupted:
        return INTERRUPTED
    return FINDINGS if verdict.failed else FINE


def _migrate(options: argparse.Namespace, consumer: str) -> int:
    """Try each step of a move, and print how it ended."""
    for option in ("via", "case", "replay", "keep", "state_machine", "run_command", "transformer"):
        if getattr(options, option):
            problem = f"--{option.replace('_', '-')} says nothing about a move"
            raise ConsumerError(consumer, problem, "leave it out, or leave --migrate out")
    project = _project_settings(options, consumer)
    request = Request(
        kinds=tuple(options.kind),
        unshielded=project.unshielded,
        effort=Effort(
            strength=options.strength,
            evidence=options.evidence,
            strict=project.strict or options.strict,
        ),
    )
    move = migration(_subject(options, project), request)
    if options.format == "json":
        print_json(migration_as_json(move))
    else:
        show_migration(move, console())
    return FINDINGS if move.has_failed else FINE


def _consumer_name(options: argparse.Namespace) -> str:
    """What is checked, by the name that its failures are remembered under.

    Raises ConsumerError unless it is exactly one thing, and the options fit it.
    """
    subjects = []
    for subject in (options.consumer, options.state_machine, options.run_command):
        if subject is not None:
            subjects.append(subject)
    if len(subjects) > 1:
        problem = f"{subjects[0]} is to be checked already"
        raise ConsumerError(subjects[1], problem, "check one at a time")
    if not subjects and options.transformer is None:
        advice = f"{FORMS}; or say --state-machine, --run-command or --transformer"
        raise ConsumerError("check", "nothing is named that could be checked", advice)
    name = subjects[0] if subjects else options.transformer
    if options.consumer is None and options.via:
        problem = "only a handler can be given events in several ways"
        raise ConsumerError(name, problem, "leave --via out")
    if options.consumer is None and options.rule:
        problem = "only the rule of a handler can be named"
        raise ConsumerError(name, problem, "leave --rule out: what is around it says its rule")
    if options.run_command is None:
        return str(name)
    if options.transformer is None:
        problem = "Run Command gets nothing of an event by itself"
        advice = "name how the rule's target has its events shaped: --transformer rule.yaml"
        raise ConsumerError(name, problem, advice)
    return f"{name} {options.transformer}"


def _verdict(
    options: argparse.Namespace,
    consumer: str,
    remembered: Sequence[KnownFailure],
) -> Verdict:
    """The verdict on whatever is to be checked, with the options that repeat it."""
    project = _project_settings(options, consumer)
    envelopes = options.via
    if options.replay and options.consumer is not None:
        envelopes = sorted({failure.via for failure in remembered})
    request = Request(
        kinds=tuple(options.kind),
        envelopes=tuple(envelopes),
        cases=tuple(map(_chosen_case, options.case)) if not options.replay else (),
        remembered=tuple((failure.case, failure.via) for failure in remembered),
        only_remembered=options.replay,
        unshielded=project.unshielded,
        effort=Effort(
            strength=options.strength,
            examples=options.examples,
            probe=options.probe,
            evidence=options.evidence,
            levels=project.levels,
            strict=project.strict,
            future=project.future,
        ),
    )
    with progress_display(is_shown=options.format == "text") as on_progress:
        subject = _subject(options, project)
        verdict = judge(subject, request, on_progress=on_progress, keeps_interrupted=True)
    return replace(verdict, options=tuple(_repeated_words(options)))


def _chosen_case(case_id: str) -> Case | str:
    """The case of an id that alone does not give it, out of what failed before; else the id."""
    return replay.named_case(case_id) if VALUED in case_id else case_id


def _subject(options: argparse.Namespace, project: ProjectSettings) -> Subject:
    """What is to be checked. What few checks need is loaded by those alone.

    Raises ConsumerError, TemplateError or ShapingError for what cannot be used.
    """
    if options.consumer is None and options.state_machine is None:
        from ecr_contracts.engine.subjects.run_command import run_command, transformer_alone

        if options.run_command is not None:
            return run_command(options.run_command, options.transformer)
        return transformer_alone(options.transformer)
    shaped_by = None
    if options.transformer is not None:
        shaped_by = transformer(options.transformer)
    settings = project.settings
    if options.consumer is not None:
        target = Target.parse(options.consumer)
        return Handler(
            target,
            timeout=options.timeout,
            settings=settings,
            transformer=shaped_by,
            rules=named_rules(options.rule, target) or project.rules,
        )
    from ecr_contracts.engine.subjects.step_functions.machine import StateMachine

    return StateMachine(options.state_machine, answers=settings.answers, transformer=shaped_by)


def _project_settings(options: argparse.Namespace, consumer: str) -> ProjectSettings:
    """The sandbox's settings and the levels of checks: the project's, and the options on top."""
    project = config.project_settings(Path("pyproject.toml"), consumer)
    for check in options.off:
        if check not in CHECKS:
            raise UnknownNameError("check", check, CHECKS)
    env = dict(project.settings.env)
    if options.env_file:
        env |= read_env_file(Path(options.env_file))
    env |= dict(options.env)
    answers = dict(project.settings.answers)
    for call, text in options.answer:
        answers[call] = _json_or_text(text)
    settings = replace(
        project.settings,
        env=env,
        answers=answers,
        env_auto=project.settings.env_auto if options.env_auto is None else options.env_auto,
        allow_net=(*project.settings.allow_net, *options.allow_net),
        allow_processes=(*project.settings.allow_processes, *options.allow_process),
        stubs=(*project.settings.stubs, *options.stub_module),
        backend=options.sandbox or project.settings.backend,
    )
    levels = {**project.levels, **dict.fromkeys(options.off, OFF)}
    return replace(
        project,
        settings=settings,
        levels=levels,
        strict=project.strict or options.strict,
        unshielded=project.unshielded or options.unshielded,
        future=project.future or options.future,
    )


def _json_or_text(text: str) -> Any:
    try:
        return json.loads(text)
    except ValueError:
        return text


def _errors(verdict: Verdict) -> list[Finding]:
    """The findings that have an event which fails: errors, but for those of the code as a whole.

    Events of tomorrow are neither remembered nor kept: they are given whenever they are asked for.
    """
    errors = []
    for finding in verdict.findings:
        is_of_source = finding.check in (DEAD_COMPARISON, FUTURE_EVENT)
        is_of_events = not is_of_run(finding.check) and not is_of_source
        if finding.severity is Severity.ERROR and is_of_events:
            errors.append(finding)
    return errors


def _keep(folder: str, verdict: Verdict, errors: Sequence[Finding]) -> None:
    """Write the events of findings as fixture files, and name each file."""
    if verdict.shaped:
        # No envelope holds what a transformer makes of an event, so the event is kept as it is
        # before that.
        errors = [replace(finding, via="lambda") for finding in errors]
    for name in replay.keep_fixtures(folder, errors):
        complain(f"kept {os.path.join(folder, name)}")


# --- the command line that shows a finding again --------------------------------------------------


def _repeated_words(options: argparse.Namespace) -> Iterator[str]:
    """The options, beside those that name the subject, for another run."""
    if options.consumer is not None:
        yield from _sandbox_words(options)
        return
    yield from _judgement_words(options)
    if options.state_machine is not None and options.transformer is not None:
        yield from ("--transformer", options.transformer)


def _sandbox_words(options: argparse.Namespace) -> Iterator[str]:
    """The options about the sandbox and the checks, as they were given, for another run.

    Values of secrets are left for the reader to fill in.
    """
    for name, value in options.env:
        shown = "..." if is_secret(name) else value
        yield from ("--env", f"{name}={shown}")
    if options.env_file:
        yield from ("--env-file", options.env_file)
    if options.sandbox:
        yield from ("--sandbox", options.sandbox)
    repeatable = {
        "--allow-net": options.allow_net,
        "--allow-process": options.allow_process,
        "--stub-module": options.stub_module,
    }
    for flag, values in repeatable.items():
        for value in values:
            yield from (flag, value)
    if options.env_auto is not None:
        yield "--env-auto" if options.env_auto else "--env-strict"
    if options.transformer:
        yield from ("--transformer", options.transformer)
    yield from _judgement_words(options)


def _judgement_words(options: argparse.Namespace) -> Iterator[str]:
    """The options about rules, answers and checks, which hold for whatever is checked."""
    for rule in options.rule:
        yield from ("--rule", rule)
    if options.unshielded:
        yield "--unshielded"
    if options.future:
        yield "--future"
    for call, answer in options.answer:
        yield from ("--answer", f"{call}={answer}")
    for check in options.off:
        yield from ("--off", check)
    if options.strict:
        yield "--strict"
