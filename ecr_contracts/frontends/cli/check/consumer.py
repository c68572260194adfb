"""What `check` is to check, with which settings, and the verdict on it."""

from __future__ import annotations

import argparse
import json
import os
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

from ecr_contracts.core import limits
from ecr_contracts.core.errors import AnswerError, ConsumerError
from ecr_contracts.core.json_path import is_deeper
from ecr_contracts.discovery.env_file import read_env_file
from ecr_contracts.discovery.iac.stack import transformer
from ecr_contracts.discovery.named_rules import named_rules
from ecr_contracts.discovery.target import FORMS, Target
from ecr_contracts.engine.checks.catalog import check_named
from ecr_contracts.engine.checks.levels import OFF
from ecr_contracts.engine.phases import Effort
from ecr_contracts.engine.plan import Request
from ecr_contracts.engine.session import judge
from ecr_contracts.engine.subject import Subject
from ecr_contracts.engine.subjects.handler import Handler
from ecr_contracts.engine.subjects.named import outside
from ecr_contracts.engine.trial import KnownFailure
from ecr_contracts.engine.verdict import Verdict
from ecr_contracts.events.generate.cases import VALUED, Case
from ecr_contracts.frontends import config, replay
from ecr_contracts.frontends.cli.check.options import is_given_events, refuse_idle
from ecr_contracts.frontends.cli.check.words import repeated_words
from ecr_contracts.frontends.cli.progress import progress_display
from ecr_contracts.frontends.config import ProjectSettings


def consumer_name(options: argparse.Namespace) -> str:
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


def verdict_on(
    options: argparse.Namespace,
    consumer: str,
    remembered: Sequence[KnownFailure],
    *,
    only_remembered: bool,
) -> Verdict:
    """The verdict on whatever is to be checked, with the options that repeat it."""
    project = settings_of(options, consumer)
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
            seed=options.seed,
            max_time=options.max_time,
            levels=project.levels,
            strict=project.strict,
            future=project.future,
        ),
    )
    with progress_display(is_shown=options.format == "text") as on_progress:
        subject = subject_of(options, project)
        verdict = judge(subject, request, on_progress=on_progress, keeps_interrupted=True)
    return replace(verdict, options=tuple(repeated_words(options)))


def _chosen_case(case_id: str) -> Case | str:
    """The case of an id that alone does not give it, out of what failed before; else the id."""
    return replay.named_case(case_id) if VALUED in case_id else case_id


def subject_of(options: argparse.Namespace, project: ProjectSettings) -> Subject:
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


def settings_of(options: argparse.Namespace, consumer: str) -> ProjectSettings:
    """The sandbox's settings and the levels of checks: the project's, and the options on top."""
    project = config.project_settings(Path("pyproject.toml"), consumer)
    off = [check_named(name).id for name in options.off]
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
    levels = {**project.levels, **dict.fromkeys(off, OFF)}
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
