"""What `check` is to check, with which settings, and the verdict on it."""

from __future__ import annotations

import json
import os
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

from ecr_contracts.core import limits
from ecr_contracts.core.errors import AnswerError, ConsumerError, SetupError
from ecr_contracts.core.json_path import is_deeper
from ecr_contracts.discovery.env_file import read_env_file
from ecr_contracts.discovery.iac.cloudformation.input_transformers import Transformer
from ecr_contracts.discovery.iac.stack import transformer
from ecr_contracts.discovery.named_rules import named_rules
from ecr_contracts.discovery.target import Target
from ecr_contracts.engine.checks.catalog import check_named
from ecr_contracts.engine.checks.levels import OFF
from ecr_contracts.engine.phases import Effort
from ecr_contracts.engine.plan import USUAL, Request
from ecr_contracts.engine.progress import OnProgress, untold
from ecr_contracts.engine.session import judge
from ecr_contracts.engine.subject import Subject
from ecr_contracts.engine.subjects.handler import Handler
from ecr_contracts.engine.subjects.named import outside
from ecr_contracts.engine.trial import KnownFailure
from ecr_contracts.engine.verdict import Verdict
from ecr_contracts.events.generate.cases import VALUED, Case
from ecr_contracts.frontends import config, replay
from ecr_contracts.frontends.cli.check.asked import Asked
from ecr_contracts.frontends.cli.check.baselines import with_baseline
from ecr_contracts.frontends.cli.check.options import is_given_events
from ecr_contracts.frontends.cli.check.words import repeated_words
from ecr_contracts.frontends.config import ProjectSettings
from ecr_contracts.frontends.config.keys import EFFORT_FIELDS
from ecr_contracts.frontends.config.lookup import nearest_to
from ecr_contracts.frontends.seen_from import seen_from


def verdict_on(
    asked: Asked,
    remembered: Sequence[KnownFailure],
    *,
    only_remembered: bool,
    on_progress: OnProgress = untold,
) -> Verdict:
    """The verdict on whatever is to be checked, with the options that repeat it.

    What the command line does not say, its configuration does. Places are named from here.
    """
    project = settings_of(asked)
    try:
        subject = subject_of(asked, project)
        request = _request(asked, project, remembered, only_remembered=only_remembered)
        verdict = judge(subject, request, on_progress=on_progress, keeps_interrupted=True)
    except (ConsumerError, SetupError) as error:
        if asked.entry is not None and error.target == asked.entry.target.text:
            error.target = asked.name
            error.args = (asked.name, *error.args[1:])
        raise
    if asked.entry is not None:
        verdict = seen_from(verdict, Path.cwd(), asked.entry.folder, asked.name)
    verdict = with_baseline(asked, verdict, project.baseline)
    return replace(verdict, options=tuple(repeated_words(asked.options)))


def _request(
    asked: Asked,
    project: ProjectSettings,
    remembered: Sequence[KnownFailure],
    *,
    only_remembered: bool,
) -> Request:
    """What is asked of the session."""
    options, entry = asked.options, asked.entry
    envelopes = options.via or (() if entry is None else entry.via)
    if only_remembered and is_given_events(options):
        envelopes = sorted({failure.via for failure in remembered})
    cases: list[Case | str] = []
    if not only_remembered:
        cases = [_chosen_case(asked, case_id) for case_id in options.case]
    return Request(
        kinds=tuple(options.kind or (() if entry is None else entry.kinds)),
        envelopes=tuple(envelopes),
        cases=tuple(cases),
        remembered=tuple((failure.case, failure.via) for failure in remembered),
        only_remembered=only_remembered,
        unshielded=project.unshielded,
        effort=effort_of(asked, project),
    )


def effort_of(asked: Asked, project: ProjectSettings) -> Effort:
    """How much is done: what the command line says, else the configuration, else what is usual."""
    usual = USUAL if asked.entry is None else asked.entry.effort
    given = {}
    for name in (*EFFORT_FIELDS, "seed", "max_time"):
        value = getattr(asked.options, name)
        if value is not None:
            given[name] = value
    return replace(
        usual,
        **given,
        levels=project.levels,
        strict=project.strict,
        future=project.future,
    )


def _chosen_case(asked: Asked, case_id: str) -> Case | str:
    """The case of an id that alone does not give it, out of what failed before; else the id."""
    folder, _ = asked.memory
    return replay.named_case(case_id, folder) if VALUED in case_id else case_id


def subject_of(asked: Asked, project: ProjectSettings) -> Subject:
    """What is to be checked. What few checks need is loaded by those alone.

    Raises ConsumerError, TemplateError or ShapingError for what cannot be used.
    """
    options = asked.options
    if options.command is not None or options.url is not None:
        return _outside(asked, project)
    if not options.consumers and options.state_machine is None:
        from ecr_contracts.engine.subjects.run_command import run_command, transformer_alone

        if options.run_command is not None:
            return run_command(options.run_command, options.transformer)
        return transformer_alone(options.transformer)
    shaped_by = None
    if options.transformer is not None:
        shaped_by = transformer(options.transformer)
    settings = project.settings
    if options.consumers:
        return _handler(asked, project, shaped_by)
    from ecr_contracts.engine.subjects.step_functions.machine import StateMachine

    return StateMachine(options.state_machine, answers=settings.answers, transformer=shaped_by)


def _handler(asked: Asked, project: ProjectSettings, shaped_by: Transformer | None) -> Subject:
    """A handler: one that is configured runs in the folder of its configuration."""
    options, entry = asked.options, asked.entry
    target = Target.parse(asked.name) if entry is None or options.rule else entry.target
    rules = named_rules(options.rule, target) or project.rules
    if entry is not None:
        target = entry.target
    return Handler(
        replace(target, path=options.path or project.path),
        timeout=_timeout(asked),
        settings=project.settings,
        transformer=shaped_by,
        folder=None if entry is None else entry.folder,
        rules=rules,
    )


def _outside(asked: Asked, project: ProjectSettings) -> Subject:
    """A program or an address. Raises ConsumerError or TemplateError for what cannot be used."""
    options, entry = asked.options, asked.entry
    sort, name = ("url", options.url)
    if options.command is not None:
        sort, name = ("command", options.command)
    rules = named_rules(options.rule, Target(name, "")) or project.rules
    return outside(
        sort,
        name,
        timeout=_timeout(asked),
        settings=project.settings,
        folder=None if entry is None else entry.folder,
        rules=rules,
    )


def _timeout(asked: Asked) -> float | None:
    """The seconds for a call, as the command line or the configuration says."""
    timeout: float | None = asked.options.timeout
    if timeout is None and asked.entry is not None:
        return asked.entry.timeout
    return timeout


def settings_of(asked: Asked) -> ProjectSettings:
    """The sandbox's settings and the levels of checks: the project's, and the options on top."""
    options = asked.options
    if asked.entry is None:
        project = config.project_settings(nearest_to(asked.name, "."))
    else:
        project = asked.entry.project_settings()
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
