"""The command line: reads the words, calls the library, prints, exits. No rule lives here.

Exit codes: 0 nothing found, 1 findings, 2 misuse. Results go to standard output, complaints to
standard error.
"""

from __future__ import annotations

import argparse
import json
import os
import signal
import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import suppress
from dataclasses import replace
from importlib.resources import files
from pathlib import Path
from typing import Any

from ecr_contracts.audit import reader
from ecr_contracts.core import json_text
from ecr_contracts.core.errors import (
    ConsumerError,
    EcrContractsError,
    ImpossibleCaseError,
    UnknownNameError,
)
from ecr_contracts.core.findings import Severity, Violation
from ecr_contracts.core.masking import is_secret
from ecr_contracts.discovery.env_file import read_env_file
from ecr_contracts.discovery.iac.input_transformers import transformer
from ecr_contracts.discovery.target import FORMS
from ecr_contracts.engine import session
from ecr_contracts.engine.checks.catalog import CHECKS, VACUOUS
from ecr_contracts.engine.checks.levels import OFF
from ecr_contracts.engine.session import Verdict
from ecr_contracts.engine.trial import Carry, Remembered
from ecr_contracts.eventbridge.envelopes import registry
from ecr_contracts.eventbridge.quotas import oversize
from ecr_contracts.eventbridge.rules.transformer import carrying
from ecr_contracts.eventbridge.unwrap import Held, Unread, contents
from ecr_contracts.events import coverage, validation
from ecr_contracts.events import kinds as catalog
from ecr_contracts.events.compile.reader import contract
from ecr_contracts.events.generate import cases
from ecr_contracts.events.generate.hypothesis_plugin import NOT_VENDORED
from ecr_contracts.frontends import config, fixtures, replay
from ecr_contracts.frontends.cli.options import parser
from ecr_contracts.frontends.config import Common
from ecr_contracts.reporting.text import (
    FORMAT,
    as_json,
    as_text,
    console,
    coverage_as_json,
    is_about_key,
    shortfall,
    show,
    show_coverage,
    show_kind,
    show_kinds,
    show_replayed,
    violation_as_json,
    violation_line,
)

FINE, FINDINGS, MISUSE = 0, 1, 2
INTERRUPTED, UNHEARD = (
    128 + signal.SIGINT,
    128 + 13,
)  # as shells have it; 13 is SIGPIPE, which Windows lacks


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command and return its exit code. Never shows a traceback for what the user can put right."""
    _open_outputs()
    try:
        options = parser(_COMMANDS).parse_args(arguments)
        code = _run(options.command, options)
        sys.stdout.flush()
        return code
    except KeyboardInterrupt:
        _complain("interrupted")
        return INTERRUPTED
    except BrokenPipeError:
        # Whoever read the output has seen enough.
        _drop_output()
        return UNHEARD
    except OSError as problem:
        _complain(f"{problem.filename or 'the output'}: {problem.strerror or problem}")
        try:
            sys.stdout.flush()
        except OSError:
            _drop_output()
        return MISUSE


def _open_outputs() -> None:
    """Outputs that were closed lead nowhere; else a file or pipe opened later would be taken for them."""
    for name in ("stdout", "stderr"):
        if getattr(sys, name) is None:
            setattr(sys, name, open(os.devnull, "w"))  # noqa: SIM115 - for as long as the process lives


def _drop_output() -> None:
    """Nothing more may be written when Python ends."""
    with suppress(OSError, ValueError):  # it is no file
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())


def _run(command: Callable[[argparse.Namespace], int], options: argparse.Namespace) -> int:
    try:
        return command(options)
    except EcrContractsError as misuse:
        sys.stdout.flush()
        _complain(str(misuse))
        return MISUSE


def _complain(words: str) -> None:
    print(f"ecr-contracts: {words}", file=sys.stderr)


# --- commands -------------------------------------------------------------------------------------


def _check(options: argparse.Namespace) -> int:
    here = Path.cwd()
    consumer = _consumer(options)
    remembered = replay.recall(here, consumer)
    chosen = [_case(one) for one in options.case]
    if options.replay:
        remembered = tuple(one for one in remembered if not options.via or one.via in options.via)
        if not remembered:
            _print(f"nothing is remembered of {consumer}")
            return FINE
        chosen = [one.case for one in remembered]
    verdict = _verdict(options, consumer, chosen, remembered)
    errors = [
        one for one in verdict.findings if one.severity is Severity.ERROR and one.check != VACUOUS
    ]
    if options.replay or not chosen:
        ran = {(trial.case.id, trial.via) for trial in verdict.trials}
        replay.remember(here, consumer, errors, ran)
    if options.keep is not None:
        # No envelope holds what a transformer makes of an event, so the event is kept as it is
        # before that.
        kept = [replace(one, via="lambda") for one in errors] if verdict.shaped else errors
        for name in replay.keep(options.keep, kept):
            _complain(f"kept {os.path.join(options.keep, name)}")
    if options.replay and options.format == "text":
        show_replayed(remembered, verdict, console())
    if options.format == "json":
        _print_json(as_json(verdict))
    else:
        show(verdict, console(), verbose=options.verbose)
    return FINDINGS if verdict.failed else FINE


def _consumer(options: argparse.Namespace) -> str:
    """What is checked, by the name that it is remembered under. Raises ConsumerError unless it is exactly one thing."""
    named = [
        one
        for one in (options.consumer, options.state_machine, options.run_command)
        if one is not None
    ]
    if len(named) > 1:
        raise ConsumerError(named[1], f"{named[0]} is to be checked already", "check one at a time")
    if not named and options.transformer is None:
        advice = f"{FORMS}; or say --state-machine, --run-command or --transformer"
        raise ConsumerError("check", "nothing is named that could be checked", advice)
    if options.consumer is None and options.via:
        problem = "only a handler can be given events in several ways"
        raise ConsumerError((named or [options.transformer])[0], problem, "leave --via out")
    if options.run_command is not None and options.transformer is None:
        advice = "name how the rule's target has its events shaped: --transformer rule.yaml"
        raise ConsumerError(
            options.run_command, "Run Command gets nothing of an event by itself", advice
        )
    if options.run_command is not None:
        named.append(options.transformer)
    return " ".join(named or [options.transformer])


def _verdict(
    options: argparse.Namespace,
    consumer: str,
    chosen: Sequence[cases.Case],
    remembered: Sequence[Remembered],
) -> Verdict:
    """What the check comes to of whatever is to be checked."""
    common = _common(options, consumer)
    asked: dict[str, Any] = {
        "kinds": options.kind,
        "case_ids": chosen,
        "evidence": options.evidence,
        "strength": options.strength,
        "probe": options.probe,
        "examples": options.examples,
        "first": [(one.case, one.via) for one in remembered],
        "levels": common.levels,
        "strict": common.strict,
    }
    shaped_by = transformer(options.transformer) if options.transformer is not None else None
    # What few checks need is loaded by those alone.
    if options.state_machine is not None:
        from ecr_contracts.engine.subjects.step_functions.checked import check_machine

        verdict = check_machine(
            consumer, answers=common.settings.answers, shaped_by=shaped_by, **asked
        )
    elif options.run_command is not None:
        from ecr_contracts.engine.subjects.delivering import check_run_command

        verdict = check_run_command(options.run_command, options.transformer, **asked)
    elif options.consumer is None:
        from ecr_contracts.engine.subjects.delivering import check_transformer

        verdict = check_transformer(options.transformer, **asked)
    else:
        verdict = session.check(
            consumer,
            via=sorted({one.via for one in remembered}) if options.replay else options.via,
            timeout=options.timeout,
            settings=common.settings,
            transformer=shaped_by,
            **asked,
        )
        return replace(verdict, options=tuple(_said_of_sandbox(options)))
    said = list(_said_of_checks(options))
    if options.state_machine is not None and options.transformer is not None:
        said += ["--transformer", options.transformer]
    return replace(verdict, options=tuple(said))


def _common(options: argparse.Namespace, consumer: str) -> Common:
    """How the sandbox answers and which checks count: what the project says, and the options on top of it."""
    common = config.common(Path("pyproject.toml"), consumer)
    settings = common.settings
    for check in options.off:
        if check not in CHECKS:
            raise UnknownNameError("check", check, CHECKS)
    answers = {}
    for call, text in options.answer:
        try:
            answers[call] = json.loads(text)
        except ValueError:
            answers[call] = text
    settings = replace(
        settings,
        env={
            **settings.env,
            **(read_env_file(Path(options.env_file)) if options.env_file else {}),
            **dict(options.env),
        },
        answers={**settings.answers, **answers},
        env_auto=settings.env_auto or options.env_auto,
        allow_net=(*settings.allow_net, *options.allow_net),
        allow_processes=(*settings.allow_processes, *options.allow_process),
        stubs=(*settings.stubs, *options.stub_module),
        backend=options.sandbox or settings.backend,
    )
    levels = {**common.levels, **dict.fromkeys(options.off, OFF)}
    return Common(settings, levels, common.strict or options.strict)


def _said_of_sandbox(options: argparse.Namespace) -> Iterator[str]:
    """What was said of the sandbox and of checks on the command line, to be said again; secrets are to be filled in."""
    for name, value in options.env:
        yield from ("--env", f"{name}={'...' if is_secret(name) else value}")
    for flag, value in (("--env-file", options.env_file), ("--sandbox", options.sandbox)):
        if value:
            yield from (flag, value)
    several = {
        "--allow-net": options.allow_net,
        "--allow-process": options.allow_process,
        "--stub-module": options.stub_module,
    }
    for flag, values in several.items():
        for value in values:
            yield from (flag, value)
    if options.env_auto:
        yield "--env-auto"
    if options.transformer:
        yield from ("--transformer", options.transformer)
    yield from _said_of_checks(options)


def _said_of_checks(options: argparse.Namespace) -> Iterator[str]:
    """What was said of answers and of checks on the command line, which holds for whatever is checked."""
    for call, answer in options.answer:
        yield from ("--answer", f"{call}={answer}")
    for check in options.off:
        yield from ("--off", check)
    if options.strict:
        yield "--strict"


def _case(case_id: str) -> cases.Case:
    """The case of an id; one of other values than the plainest is looked up where it was found."""
    if cases.VALUED not in case_id:
        return cases.case(case_id)
    found = replay.remembered_case(Path.cwd(), case_id)
    if found is None:
        problem = f"its values are not remembered here, in {replay.FOLDER}; check the handler again to find them"
        raise ImpossibleCaseError(case_id, problem)
    return found


def _sample(options: argparse.Namespace) -> int:
    invalid = f"/{cases.INVALID}/" in options.case
    found = cases.invalid_case(options.case) if invalid else _case(options.case)
    carry: Carry = registry.carry
    if options.transformer is not None:
        shaping = transformer(options.transformer).shaping
        if problem := shaping(found.event).problem:
            _complain(f"{found.id} is not delivered: {problem}")
            return FINDINGS
        carry = carrying(shaping)
    for via in options.via or ["lambda"]:
        if (
            via == "lambda"
            and options.transformer is None
            and found.id.endswith(f"/{cases.SAMPLE}")
            and not options.compact
        ):
            _print(found.text.rstrip("\n"))
            continue
        payload = carry([found.event], via)
        if options.compact:
            _print(json_text.compact(payload))
        else:
            _print(as_text(payload))
    return FINE


def _fixtures(options: argparse.Namespace) -> int:
    kinds = options.kind or catalog.kinds()
    chosen: list[Any] = [
        case
        for kind in kinds
        for case in session.selected(kind, options.evidence, options.strength)
    ]
    if options.invalid:
        chosen += [case for kind in kinds for case in cases.invalid_cases(kind)]
    wanted = fixtures.fixtures(chosen, options.via or ["lambda"])
    for file in wanted:
        if "size" in file.about:
            _complain(f"{file.name} has {file.about['size']}")
    if options.check:
        found = fixtures.drift(options.folder, wanted)
        for what, names in (
            ("missing", found.missing),
            ("changed", found.changed),
            ("left over", found.left_over),
        ):
            for name in names:
                _print(f"{what}: {os.path.join(options.folder, name)}")
        if found:
            _complain("the fixtures have drifted; write them again without --check")
        return FINDINGS if found else FINE
    touched = fixtures.write(options.folder, wanted)
    done = (
        f"{len(touched)} files written or removed" if touched else "all of them as they should be"
    )
    _print(f"{len(wanted)} fixtures in {options.folder}: {done}")
    return FINE


def _validate(options: argparse.Namespace) -> int:
    if options.kind is not None:
        catalog.schema(options.kind)
    seen = errors = warnings = 0
    listed: list[dict[str, Any]] = []
    for place, severity, words, shown in _judged(options):
        if severity is None:
            seen += 1
            continue
        errors += severity is Severity.ERROR
        warnings += severity is Severity.WARNING
        if options.format == "json":
            listed.append(shown)
        else:
            _print(f"{place}: {severity.value}: {words}")
    if options.format == "json":
        _print_json({"format": FORMAT, "events": seen, "violations": listed})
    else:
        counted = f"{errors} error{'s' if errors != 1 else ''}, {warnings} warning{'s' if warnings != 1 else ''}"
        _print(f"{seen} event{'s' if seen != 1 else ''} read: {counted}")
    if not seen and not errors:
        _complain("no event was read")
        return FINDINGS
    return FINDINGS if errors else FINE


def _judged(
    options: argparse.Namespace,
) -> Iterator[tuple[str, Severity | None, str, dict[str, Any]]]:
    """Place, severity, words and JSON of each fault in some files; a severity of None for each event that was read."""
    for name in options.files:
        for item in reader.read(name, max_length=options.max_line):
            if isinstance(item, reader.Complaint):
                yield _complained(item)
                continue
            for held in contents(item.value, limit=options.max_unpacked):
                if isinstance(held, Unread):
                    yield _complained(_unread(item, held))
                    continue
                yield "", None, "", {}
                for violation in _violations(held.event, options.kind):
                    # What is wrong with an unknown key is the key.
                    line, column = item.locate(
                        held.outer or violation.path, key=is_about_key(violation)
                    )
                    shown = violation_as_json(violation)
                    words = violation_line(violation)
                    if held.place != "$":
                        words, shown = f"{words}, in {held.place}", {**shown, "within": held.place}
                    yield _placed(item.source, line, column, violation.severity, words, shown)


def _violations(event: Any, kind: str | None) -> Iterator[Violation]:
    """Where an event departs from its contract, and what is to be said of its size."""
    found = validation.validate(event, kind)
    yield from found
    # What JSON cannot carry has no size.
    if not any(one.keyword == "type" and one.path == "$" for one in found) and (
        large := oversize(event)
    ):
        yield large


def _complained(item: reader.Complaint) -> tuple[str, Severity, str, dict[str, Any]]:
    words = f"{item.problem}; {item.hint}" if item.hint else item.problem
    shown = {
        "path": "$",
        "severity": item.severity.value,
        "keyword": "json",
        "expected": "JSON",
        "hint": words,
    }
    return _placed(item.source, item.line, item.column, item.severity, words, shown)


def _placed(
    source: str, line: int, column: int, severity: Severity, words: str, shown: dict[str, Any]
) -> tuple[str, Severity, str, dict[str, Any]]:
    return (
        f"{source}:{line}:{column}",
        severity,
        words,
        {"file": source, "line": line, "column": column, **shown},
    )


def _coverage(options: argparse.Namespace) -> int:
    for kind in options.kind:
        catalog.schema(kind)
    broken: list[reader.Complaint] = []
    found = coverage.coverage(map(coverage.met, _events(options.files, broken)), options.kind)
    if options.format == "json":
        _print_json(coverage_as_json(found))
    else:
        show_coverage(found, console(), every=options.all)
    met = coverage.together(found.kinds if options.kind else found.occurring)
    short = options.fail_under is not None and not met.reaches(options.fail_under)
    if short:
        _complain(shortfall(met, options.fail_under))
    if not found.seen:
        _complain("no event was read")
    unread = any(complaint.severity is Severity.ERROR for complaint in broken)
    return FINDINGS if short or unread or not found.seen else FINE


def _events(names: Sequence[str], broken: list[reader.Complaint]) -> Iterator[Any]:
    """The events of some files; what cannot be read in them is told at once, and noted."""
    for name in names:
        for item in reader.read(name):
            if isinstance(item, reader.Document):
                for held in contents(item.value):
                    if isinstance(held, Held):
                        yield held.event
                    else:
                        broken.append(_unread(item, held))
                        _tell(broken[-1])
                continue
            broken.append(item)
            _tell(item)


def _tell(item: reader.Complaint) -> None:
    words = f"{item.problem}; {item.hint}" if item.hint else item.problem
    print(
        f"{item.source}:{item.line}:{item.column}: {item.severity.value}: {words}", file=sys.stderr
    )


def _unread(document: reader.Document, unread: Unread) -> reader.Complaint:
    """What cannot be read within a document, as a complaint about it."""
    line, column = document.locate(unread.outer or "$")
    severity = Severity.WARNING if unread.by_nature else Severity.ERROR
    return reader.Complaint(
        document.source, line, column, f"{unread.place} {unread.problem}", "", severity
    )


def _models(options: argparse.Namespace) -> int:
    module = {"typeddict": "types.py", "pydantic": "models.py"}[options.style]
    text = (
        files("ecr_contracts.events")
        .joinpath(module)
        .read_text("utf-8")
        .partition(NOT_VENDORED)[0]
        .rstrip()
        + "\n"
    )
    if options.output is None:
        _print(text.rstrip("\n"))
        return FINE
    try:
        with open(options.output, "x", encoding="utf-8") as file:
            file.write(text)
    except FileExistsError:
        with open(options.output, encoding="utf-8", errors="replace") as file:
            if file.read() == text:
                return FINE
        _complain(f"{options.output} exists and differs; remove it first")
        return MISUSE
    return FINE


def _kinds(options: argparse.Namespace) -> int:
    screen = console()
    if options.kind is not None:
        show_kind(contract(options.kind), screen)
    else:
        show_kinds(
            [(contract(kind), len(cases.edge_cases(kind))) for kind in catalog.kinds()], screen
        )
    return FINE


_COMMANDS = {
    "check": _check,
    "sample": _sample,
    "fixtures": _fixtures,
    "validate": _validate,
    "coverage": _coverage,
    "models": _models,
    "kinds": _kinds,
}


# --- output ---------------------------------------------------------------------------------------


def _print(text: str) -> None:
    """Text on standard output, whatever the terminal's encoding can show."""
    encoding = sys.stdout.encoding or "utf-8"
    sys.stdout.write(text.encode(encoding, "backslashreplace").decode(encoding) + "\n")


def _print_json(value: Any) -> None:
    _print(json.dumps(value, indent=2, ensure_ascii=True))


if __name__ == "__main__":
    sys.exit(main())
