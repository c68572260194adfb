"""`ecr-contracts check`: gives valid events to a consumer and reports those it cannot deal with."""

from __future__ import annotations

import argparse
import json
import os
import re
import shlex
from collections.abc import Iterator, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

from ecr_contracts.core import limits
from ecr_contracts.core.errors import AnswerError, ConsumerError, UnknownNameError
from ecr_contracts.core.findings import Finding, Severity
from ecr_contracts.core.json_path import is_deeper
from ecr_contracts.core.text import counted
from ecr_contracts.discovery.env_file import read_env_file
from ecr_contracts.discovery.iac.stack import transformer
from ecr_contracts.discovery.named_rules import named_rules
from ecr_contracts.discovery.target import FORMS, Target
from ecr_contracts.engine.checks.catalog import CHECKS, DEAD_COMPARISON, FUTURE_EVENT, is_of_run
from ecr_contracts.engine.checks.levels import OFF
from ecr_contracts.engine.migration import migration
from ecr_contracts.engine.phases import Effort
from ecr_contracts.engine.plan import Request
from ecr_contracts.engine.session import judge
from ecr_contracts.engine.subject import Subject
from ecr_contracts.engine.subjects.handler import Handler
from ecr_contracts.engine.subjects.named import outside
from ecr_contracts.engine.trial import KnownFailure
from ecr_contracts.engine.verdict import Saved, Verdict
from ecr_contracts.events.generate.cases import VALUED, Case
from ecr_contracts.frontends import config, last_report, replay
from ecr_contracts.frontends.cli.check_options import (
    REMEMBERED,
    WITHHELD,
    add_arguments,
    is_given_events,
    parsed,
    refuse_idle,
    repeated_words,
    withheld_words,
    words_again,
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
from ecr_contracts.frontends.last_report import LastReport, NumberedFault
from ecr_contracts.reporting.faults import faults
from ecr_contracts.reporting.json import verdict_as_json
from ecr_contracts.reporting.migration import migration_as_json, show_migration
from ecr_contracts.reporting.terminal import console
from ecr_contracts.reporting.text import show, show_replayed

__all__ = ["EXAMPLES", "add_arguments", "run"]

_MOST_DIGITS = 9  # of the number of a finding

EXAMPLES = (
    "ecr-contracts check src/app.py:handler",
    "ecr-contracts check app.handlers:on_push --kind push --via sqs",
)


# --- the command ----------------------------------------------------------------------------------


def run(options: argparse.Namespace) -> int:
    """Check the consumer, remember what failed, print the report.

    Raises ConsumerError unless exactly one thing is named, and what the check itself raises for
    whatever cannot be used.
    """
    number = _asked_number(options)
    if number and options.migrate is None:
        return _show_again(options, number)
    is_of_remembered = options.replay is not None
    consumer = _consumer_name(options)
    if options.migrate is not None:
        return _migrate(options, consumer)
    remembered = replay.load_failures(Path.cwd(), consumer)
    if is_of_remembered:
        if options.via:
            remembered = tuple(failure for failure in remembered if failure.via in options.via)
        if not remembered:
            print_text(f"nothing is remembered of {consumer}")
            return FINE
    verdict = _verdict(options, consumer, remembered, only_remembered=is_of_remembered)
    if is_of_remembered and not verdict.planned and options.format == "text":
        print_text(f"nothing that is remembered of {consumer} reaches it: its rule keeps it away")
        return FINE
    errors = _errors(verdict)
    if is_of_remembered or not options.case:
        if not verdict.is_interrupted:
            runs = {(trial.case.id, trial.via) for trial in verdict.trials}
            replay.save_failures(Path.cwd(), consumer, errors, runs)
        verdict = _saved(options, consumer, verdict)
    if options.keep is not None:
        _keep(options.keep, verdict, errors)
    if is_of_remembered and options.format == "text":
        show_replayed(remembered, verdict, console())
    return _print(options, verdict)


def _print(options: argparse.Namespace, verdict: Verdict) -> int:
    """Print the report, and return the exit code."""
    if options.format == "json":
        print_json(verdict_as_json(verdict))
    else:
        show(verdict, console(), verbose=options.verbose)
    if verdict.is_interrupted:
        return INTERRUPTED
    return FINDINGS if verdict.failed else FINE


def _saved(options: argparse.Namespace, consumer: str, verdict: Verdict) -> Verdict:
    """A verdict whose findings can be shown again by their numbers, where that can be kept."""
    withheld = tuple(withheld_words(options))
    is_saved = last_report.save_report(
        Path.cwd(), consumer, faults(verdict.findings), words_again(options), withheld
    )
    return replace(verdict, saved=Saved(withheld)) if is_saved else verdict


# --- a finding of the last report -----------------------------------------------------------------


def _asked_number(options: argparse.Namespace) -> str:
    """The number of the finding that is to be shown again; empty where none is.

    `--replay HANDLER` is what `HANDLER --replay` is: the name goes to its place.
    """
    if not options.replay or re.fullmatch(r"[-+]?\d+", options.replay):
        return options.replay or ""
    if options.consumer is not None or ":" not in options.replay:
        problem = "it is no number of a finding"
        raise ConsumerError(options.replay, problem, "give the number that the report printed")
    options.consumer, options.replay = options.replay, REMEMBERED
    return ""


def _show_again(given: argparse.Namespace, number: str) -> int:
    """Show a finding of the last report again, from the event that it was shown with.

    Where that event does not show it any more, all events are given as they were then. Raises
    ConsumerError where no finding has this number.
    """
    fault, options, saved = _numbered_fault(given, number)
    consumer = _consumer_name(options)
    known = [one.known for one in fault.findings if one.known is not None]
    chosen = () if fault.takes_all else tuple(known)
    shown: tuple[Finding, ...] = ()
    if chosen:
        verdict = _verdict(options, consumer, chosen, only_remembered=True)
        shown = fault.among(verdict.findings)
    if not shown:
        remembered = replay.load_failures(Path.cwd(), consumer)
        verdict = _verdict(options, consumer, remembered, only_remembered=False)
        shown = fault.among(verdict.findings)
    verdict = replace(verdict, findings=shown, saved=saved)
    if options.keep is not None:
        _keep(options.keep, verdict, _errors(verdict))
    if not shown and options.format == "text":
        print_text(f"finding {number} does not show any more: {fault.told}")
        return INTERRUPTED if verdict.is_interrupted else FINE
    return _print(options, verdict)


def _numbered_fault(
    given: argparse.Namespace, number: str
) -> tuple[NumberedFault, argparse.Namespace, Saved]:
    """A fault of the last report, the options that show it again, and how it is repeated.

    Options that are given now come on top of those of the report. Raises ConsumerError where there
    is no such fault, or the report is of something else.
    """
    report = last_report.load_report(Path.cwd())
    if report is None:
        problem = "no report with findings is kept in this folder"
        raise ConsumerError(f"--replay {number}", problem, "check the handler again, here")
    words = f"ecr-contracts check {shlex.join(report.words)}"
    # Python reads no number of thousands of digits.
    wanted = int(number) if len(number) <= _MOST_DIGITS else 0
    if not 1 <= wanted <= len(report.faults):
        count = counted(len(report.faults), "finding")
        problem = f"the last report of this folder has {count}, from 1 on"
        raise ConsumerError(f"--replay {number}", problem, f"that was {words}")
    options = _options_of(report, given)
    for name in _still_withheld(report, options):
        complain(f"{name} was given then, and is not kept: give it again, or see it made up")
    saved = Saved(report.withheld, wanted)
    return report.faults[wanted - 1], options, saved


def _options_of(report: LastReport, given: argparse.Namespace) -> argparse.Namespace:
    """The options of the last report, and those that are given now."""
    own = parsed(report.words)
    if given.consumer not in (None, own.consumer):
        problem = f"the last report of this folder is of {shlex.join(report.words)}"
        raise ConsumerError(given.consumer, problem, "leave it out, or check it again")
    unnamed = argparse.Namespace(**{**vars(given), "consumer": None})
    options = parsed([*report.words, *words_again(unnamed)])
    options.env += [pair for pair in given.env if pair[1] != WITHHELD and pair not in options.env]
    options.answer += [pair for pair in given.answer if pair[1] != WITHHELD]
    options.format, options.verbose, options.keep = given.format, given.verbose, given.keep
    return options


def _still_withheld(report: LastReport, options: argparse.Namespace) -> Iterator[str]:
    """The options of the last report whose values are secrets, and were not given again."""
    names = {name for name, _ in (*options.env, *options.answer)}
    for flag, pair in zip(report.withheld[::2], report.withheld[1::2], strict=True):
        name = pair.partition("=")[0]
        if name not in names:
            yield f"{flag} {name}"


def _migrate(options: argparse.Namespace, consumer: str) -> int:
    """Try each step of a move, and print how it ended."""
    named = ("command", "url", "state_machine", "run_command", "transformer")
    for option in ("via", "case", "replay", "keep", *named):
        if getattr(options, option) not in (None, False, []):
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
    named = (options.consumer, options.command, options.url)
    for subject in (*named, options.state_machine, options.run_command):
        if subject is not None:
            subjects.append(subject)
    if len(subjects) > 1:
        problem = f"{subjects[0]} is to be checked already"
        raise ConsumerError(subjects[1], problem, "check one at a time")
    if not subjects and options.transformer is None:
        advice = (
            f"{FORMS}; or say --command, --url, --state-machine, --run-command or --transformer"
        )
        raise ConsumerError("check", "nothing is named that could be checked", advice)
    name = subjects[0] if subjects else options.transformer
    refuse_idle(options)
    if options.via and not is_given_events(options):
        problem = "only a handler can be given events in several ways"
        raise ConsumerError(name, problem, "leave --via out")
    if options.rule and not is_given_events(options):
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
    *,
    only_remembered: bool,
) -> Verdict:
    """The verdict on whatever is to be checked, with the options that repeat it."""
    project = _project_settings(options, consumer)
    envelopes = options.via
    if only_remembered and is_given_events(options):
        envelopes = sorted({failure.via for failure in remembered})
    request = Request(
        kinds=tuple(options.kind),
        envelopes=tuple(envelopes),
        cases=tuple(map(_chosen_case, options.case)) if not only_remembered else (),
        remembered=tuple((failure.case, failure.via) for failure in remembered),
        only_remembered=only_remembered,
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
    return replace(verdict, options=tuple(repeated_words(options)))


def _chosen_case(case_id: str) -> Case | str:
    """The case of an id that alone does not give it, out of what failed before; else the id."""
    return replay.named_case(case_id) if VALUED in case_id else case_id


def _subject(options: argparse.Namespace, project: ProjectSettings) -> Subject:
    """What is to be checked. What few checks need is loaded by those alone.

    Raises ConsumerError, TemplateError or ShapingError for what cannot be used.
    """
    if options.command is not None or options.url is not None:
        return _outside(options, project)
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
        target = replace(Target.parse(options.consumer), path=options.path or project.path)
        return Handler(
            target,
            timeout=options.timeout,
            settings=settings,
            transformer=shaped_by,
            rules=named_rules(options.rule, target) or project.rules,
        )
    from ecr_contracts.engine.subjects.step_functions.machine import StateMachine

    return StateMachine(options.state_machine, answers=settings.answers, transformer=shaped_by)


def _outside(options: argparse.Namespace, project: ProjectSettings) -> Subject:
    """A program or an address. Raises ConsumerError or TemplateError for what cannot be used."""
    sort, name = ("url", options.url)
    if options.command is not None:
        sort, name = ("command", options.command)
    rules = named_rules(options.rule, Target(name, "")) or project.rules
    return outside(sort, name, timeout=options.timeout, settings=project.settings, rules=rules)


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
        answers[call] = _json_or_text(call, text)
    settings = replace(
        project.settings,
        env=env,
        answers=answers,
        env_auto=project.settings.env_auto if options.env_auto is None else options.env_auto,
        allow_net=(*project.settings.allow_net, *options.allow_net),
        allow_processes=(*project.settings.allow_processes, *options.allow_process),
        allow_write=(*project.settings.allow_write, *map(os.path.abspath, options.allow_write)),
        stubs=(*project.settings.stubs, *options.stub_module),
        backend=options.sandbox or project.settings.backend,
        memory=options.memory or project.settings.memory,
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


def _json_or_text(call: str, text: str) -> Any:
    """What a call is answered with: JSON, or a text that is none. Raises AnswerError."""
    try:
        answer = json.loads(text)
    except ValueError:
        return text
    except RecursionError:
        is_too_deep = True
    else:
        is_too_deep = is_deeper(answer, limits.NESTED_LEVELS)
    if is_too_deep:
        raise AnswerError(call, f"it is nested more than {limits.NESTED_LEVELS} levels deep")
    return answer


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
