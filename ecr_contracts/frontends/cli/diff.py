"""`ecr-contracts diff`: tells how two versions of the schemas differ, and whom that breaks."""

from __future__ import annotations

import argparse
import signal
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from threading import current_thread, main_thread
from typing import Any

from ecr_contracts.core import json_text
from ecr_contracts.core.errors import SchemaSetError
from ecr_contracts.core.findings import MISSING, Evidence
from ecr_contracts.core.foreign_text import in_json
from ecr_contracts.events.compile import reader
from ecr_contracts.events.differences.comparison import SECONDS, Change, compare
from ecr_contracts.events.differences.rules import Effect, Party
from ecr_contracts.events.differences.schema_sets import INSTALLED, schema_set
from ecr_contracts.events.generate import cases
from ecr_contracts.events.generate.cases import Case
from ecr_contracts.events.kinds import kind_names
from ecr_contracts.frontends import fixtures
from ecr_contracts.frontends.cli.options import add_format, add_rule
from ecr_contracts.frontends.cli.output import FINDINGS, FINE, MISUSE, complain, print_json
from ecr_contracts.frontends.fixtures import Fixture
from ecr_contracts.reporting.differences import (
    ConsumerResult,
    ToldChange,
    comparison_as_json,
    show_comparison,
    unfinished_in_words,
)
from ecr_contracts.reporting.terminal import console

EXAMPLES = (
    "ecr-contracts diff schemas installed",
    "ecr-contracts diff old/scan.json new/scan.json --for producer --format json",
    "ecr-contracts diff installed schemas --consumer src/app.py:handler",
)

LONGEST = SECONDS + 10
"""Seconds after which a comparison is ended that does not end itself."""


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the arguments of `diff`."""
    where = f"a folder of JSON Schemas, one of their files, or `{INSTALLED}`"
    parser.add_argument("old", metavar="OLD", help=where)
    parser.add_argument("new", metavar="NEW", help="the same, newer")
    parser.add_argument(
        "--for",
        dest="party",
        choices=tuple(party.value for party in Party),
        default=Party.CONSUMER.value,
        help="whom a change breaks: who reads events (the default), or who sends them",
    )
    parser.add_argument(
        "--witnesses", metavar="DIR", help="write each event that shows a change into this folder"
    )
    parser.add_argument(
        "--consumer",
        metavar="HANDLER",
        help="give the events that are new to this handler, as check does, and tell which fail",
    )
    add_rule(parser)
    add_format(parser)


def run(options: argparse.Namespace) -> int:
    """Print the changes; 1 for one that breaks somebody or the consumer fails.

    Raises SchemaSetError for schemas that cannot be used, FixtureError where a witness cannot be
    written, and what a check raises for a consumer that cannot be used.
    """
    with _time_limit(options, LONGEST):
        comparison = compare(schema_set(options.old), schema_set(options.new))
    party = Party(options.party)
    told = [ToldChange(change, party) for change in comparison.changes]
    if options.witnesses is not None:
        told = _with_files(told, options.witnesses)
    if options.consumer is not None:
        told = _given_to(options, told)
    names = (options.old, options.new)
    if options.format == "json":
        print_json(comparison_as_json(told, comparison, names, party))
    else:
        show_comparison(told, comparison, names, console())
    if words := unfinished_in_words(comparison):
        complain(words)
        return MISUSE
    is_broken = any(one.effect is Effect.BREAKING or one.has_failed for one in told)
    return FINDINGS if is_broken else FINE


@contextmanager
def _time_limit(options: argparse.Namespace, seconds: float) -> Iterator[None]:
    """Ends a comparison that a single pattern holds up, where the system can do that.

    Raises SchemaSetError then.
    """

    def end(*_: object) -> None:
        raise SchemaSetError(
            f"{options.old} and {options.new}",
            f"they were not compared within {seconds:g} seconds",
            "a pattern such as (a+)+ may take without an end: mend it, or compare fewer kinds",
        )

    is_possible = hasattr(signal, "setitimer") and current_thread() is main_thread()
    if not is_possible:
        yield
        return
    before = signal.signal(signal.SIGALRM, end)
    signal.setitimer(signal.ITIMER_REAL, seconds)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)
        signal.signal(signal.SIGALRM, before)


def _with_files(told: Sequence[ToldChange], folder: str) -> list[ToldChange]:
    """The changes with the files of their witnesses, which are written. Raises FixtureError."""
    files: list[Fixture] = []
    named = []
    for number, one in enumerate(told, 1):
        if one.change.witness is not MISSING:
            name = f"{one.change.kind}/{number:03}-{one.change.rule.id}.json"
            content = f"{in_json(json_text.indented(one.change.witness))}\n".encode()
            files.append(Fixture(name, content, {}))
            one = replace(one, file=str(Path(folder) / name))
        named.append(one)
    fixtures.add(folder, files)
    return named


# --- the consumer ---------------------------------------------------------------------------------


def _given_to(options: argparse.Namespace, told: Sequence[ToldChange]) -> list[ToldChange]:
    """The changes with what a consumer makes of the events that are new.

    Raises what a check raises for a consumer that cannot be used.
    """
    given: dict[int, Case] = {}
    unknown: dict[str, None] = {}
    for number, one in enumerate(told):
        if not _is_new_to_consumers(one.change):
            continue
        if one.change.kind in kind_names():
            given[number] = _case(one.change.kind, one.change.witness)
        else:
            unknown[one.change.kind] = None
    if unknown:
        complain(f"not given to {options.consumer}, since no contract here: {', '.join(unknown)}")
    if not given:
        return list(told)
    results = _results(options, list({case.id: case for case in given.values()}.values()))
    judged = []
    for number, one in enumerate(told):
        if number in given:
            one = replace(one, result=results.get(given[number].id))
        judged.append(one)
    return judged


def _is_new_to_consumers(change: Change) -> bool:
    """Whether a change has an event that consumers have not met: gained, or a new choice."""
    is_new = change.is_gained is True or change.rule.id == "choice-added"
    return is_new and isinstance(change.witness, dict)


def _case(kind: str, event: Mapping[str, Any]) -> Case:
    return cases.of_event(reader.contract(kind), event)


def _results(options: argparse.Namespace, given: Sequence[Case]) -> dict[str, ConsumerResult]:
    """What a consumer makes of each case that its rules let through, by the case's id."""
    # Few comparisons need the engine.
    from ecr_contracts.discovery.named_rules import named_rules
    from ecr_contracts.discovery.target import Target
    from ecr_contracts.engine.phases import Effort
    from ecr_contracts.engine.plan import Request
    from ecr_contracts.engine.session import Session
    from ecr_contracts.engine.shielded import why_kept_away
    from ecr_contracts.engine.subjects.handler import Handler
    from ecr_contracts.frontends.config.lookup import settings_named

    target = Target.parse(options.consumer)
    project, _ = settings_named(options.consumer, ".")
    rules = named_rules(options.rule, target) or project.rules
    subject = Handler(target, settings=project.settings, rules=rules)
    results: dict[str, ConsumerResult] = {}
    world = subject.inference(needs_kinds=False).world
    if not (world.is_whole or project.unshielded):
        for case in given:
            if not world.admits(case.event):
                results[case.id] = ConsumerResult(kept_away=why_kept_away(world, case))
    cases_given = tuple(case for case in given if case.id not in results)
    if not cases_given:
        return results
    effort = Effort(examples=0, probe=0, levels=project.levels, strict=project.strict)
    request = Request(cases=cases_given, effort=effort, unshielded=project.unshielded)
    with Session(subject, request) as session:
        for trial in session.report().trials:
            # That such events come is what the newer schemas say: nobody has to have seen one.
            symptoms = session.errors_on(trial, Evidence.DOCUMENTED)
            results[trial.case.id] = ConsumerResult(tuple(symptoms))
    return results
