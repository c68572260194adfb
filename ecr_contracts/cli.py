"""The command line: reads the words, calls the library, prints, exits. No rule lives here.

Exit codes: 0 nothing found, 1 findings, 2 misuse. Results go to standard output, complaints to standard error.
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

from ecr_contracts import (
    cases,
    catalog,
    checking,
    configuration,
    delivery,
    documents,
    exercising,
    fixtures,
    memory,
    reading,
    report,
    validation,
)
from ecr_contracts.checks import CHECKS, OFF, VACUOUS
from ecr_contracts.configuration import Common
from ecr_contracts.envfiles import read_env_file
from ecr_contracts.errors import EcrContractsError, ImpossibleCaseError, UnknownNameError
from ecr_contracts.findings import Evidence, Severity
from ecr_contracts.masking import is_secret
from ecr_contracts.registering import NOT_VENDORED
from ecr_contracts.sandbox.settings import BACKENDS

FINE, FINDINGS, MISUSE = 0, 1, 2
INTERRUPTED, UNHEARD = 128 + signal.SIGINT, 128 + 13  # as shells have it; 13 is SIGPIPE, which Windows lacks

_DESCRIPTION = "The contract between Amazon ECR and the code that reacts to its EventBridge events."
_LONGEST_CALL = 900  # seconds that a Lambda function may take


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command and return its exit code. Never shows a traceback for what the user can put right."""
    _open_outputs()
    try:
        options = _parser().parse_args(arguments)
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


# --- commands ---------------------------------------------------------------------------------------------------------


def _check(options: argparse.Namespace) -> int:
    here = Path.cwd()
    remembered = memory.recall(here, options.consumer)
    chosen = [_case(one) for one in options.case]
    if options.replay:
        remembered = tuple(one for one in remembered if not options.via or one.via in options.via)
        if not remembered:
            _print(f"nothing is remembered of {options.consumer}")
            return FINE
        chosen = [one.case for one in remembered]
    common = _common(options)
    verdict = checking.check(
        options.consumer,
        kinds=options.kind,
        via=sorted({one.via for one in remembered}) if options.replay else options.via,
        case_ids=chosen,
        evidence=options.evidence,
        timeout=options.timeout,
        strength=options.strength,
        probe=options.probe,
        examples=options.examples,
        first=[(one.case, one.via) for one in remembered],
        settings=common.settings,
        levels=common.levels,
        strict=common.strict,
    )
    verdict = replace(verdict, options=tuple(_said_of_sandbox(options)))
    errors = [one for one in verdict.findings if one.severity is Severity.ERROR and one.check != VACUOUS]
    if options.replay or not chosen:
        ran = {(trial.case.id, trial.via) for trial in verdict.trials}
        memory.remember(here, options.consumer, errors, ran)
    if options.keep is not None:
        for name in memory.keep(options.keep, errors):
            _complain(f"kept {os.path.join(options.keep, name)}")
    if options.replay and options.format == "text":
        report.show_replayed(remembered, verdict, report.console())
    if options.format == "json":
        _print_json(report.as_json(verdict))
    else:
        report.show(verdict, report.console(), verbose=options.verbose)
    return FINDINGS if verdict.failed else FINE


def _common(options: argparse.Namespace) -> Common:
    """How the sandbox answers and which checks count: what the project says, and the options on top of it."""
    common = configuration.common(Path("pyproject.toml"), options.consumer)
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
    for call, answer in options.answer:
        yield from ("--answer", f"{call}={answer}")
    several = {
        "--allow-net": options.allow_net,
        "--allow-process": options.allow_process,
        "--stub-module": options.stub_module,
        "--off": options.off,
    }
    for flag, values in several.items():
        for value in values:
            yield from (flag, value)
    yield from (flag for flag, said in (("--env-auto", options.env_auto), ("--strict", options.strict)) if said)


def _case(case_id: str) -> cases.Case:
    """The case of an id; one of other values than the plainest is looked up where it was found."""
    if cases.VALUED not in case_id:
        return cases.case(case_id)
    found = memory.remembered_case(Path.cwd(), case_id)
    if found is None:
        problem = f"its values are not remembered here, in {memory.FOLDER}; check the handler again to find them"
        raise ImpossibleCaseError(case_id, problem)
    return found


def _sample(options: argparse.Namespace) -> int:
    invalid = f"/{cases.INVALID}/" in options.case
    found = cases.invalid_case(options.case) if invalid else _case(options.case)
    via = options.via or "lambda"
    if via == "lambda" and found.id.endswith(f"/{cases.SAMPLE}") and not options.compact:
        _print(found.text.rstrip("\n"))
        return FINE
    payload = delivery.envelope(via).wrap([found.event])
    if options.compact:
        _print(json.dumps(payload, separators=(",", ":"), ensure_ascii=False))
    else:
        _print(report.as_text(payload))
    return FINE


def _fixtures(options: argparse.Namespace) -> int:
    kinds = options.kind or catalog.kinds()
    chosen: list[Any] = [case for kind in kinds for case in checking.selected(kind, options.evidence, options.strength)]
    if options.invalid:
        chosen += [case for kind in kinds for case in cases.invalid_cases(kind)]
    wanted = fixtures.fixtures(chosen, options.via or ["lambda"])
    if options.check:
        found = fixtures.drift(options.folder, wanted)
        for what, names in (("missing", found.missing), ("changed", found.changed), ("left over", found.left_over)):
            for name in names:
                _print(f"{what}: {os.path.join(options.folder, name)}")
        if found:
            _complain("the fixtures have drifted; write them again without --check")
        return FINDINGS if found else FINE
    touched = fixtures.write(options.folder, wanted)
    done = f"{len(touched)} files written or removed" if touched else "all of them as they should be"
    _print(f"{len(wanted)} fixtures in {options.folder}: {done}")
    return FINE


def _validate(options: argparse.Namespace) -> int:
    if options.kind is not None:
        catalog.schema(options.kind)
    seen = errors = warnings = 0
    listed: list[dict[str, Any]] = []
    for place, severity, words, shown in _judged(options.files, options.kind, options.max_line):
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
        _print_json({"format": report.FORMAT, "events": seen, "violations": listed})
    else:
        counted = f"{errors} error{'s' if errors != 1 else ''}, {warnings} warning{'s' if warnings != 1 else ''}"
        _print(f"{seen} event{'s' if seen != 1 else ''} read: {counted}")
    if not seen and not errors:
        _complain("no event was read")
        return FINDINGS
    return FINDINGS if errors else FINE


def _judged(
    names: Sequence[str], kind: str | None, max_line: int
) -> Iterator[tuple[str, Severity | None, str, dict[str, Any]]]:
    """Place, severity, words and JSON of each fault in some files; a severity of None for each event that was read."""
    for name in names:
        for item in documents.read(name, max_length=max_line):
            if isinstance(item, documents.Complaint):
                words = f"{item.problem}; {item.hint}" if item.hint else item.problem
                shown = {
                    "path": "$",
                    "severity": item.severity.value,
                    "keyword": "json",
                    "expected": "JSON",
                    "hint": words,
                }
                yield _placed(item.source, item.line, item.column, item.severity, words, shown)
                continue
            yield "", None, "", {}
            for violation in validation.validate(item.value, kind):
                # What is wrong with an unknown key is the key.
                line, column = item.locate(violation.path, key=report.is_about_key(violation))
                shown = report.violation_as_json(violation)
                words = report.violation_line(violation)
                yield _placed(item.source, line, column, violation.severity, words, shown)


def _placed(
    source: str, line: int, column: int, severity: Severity, words: str, shown: dict[str, Any]
) -> tuple[str, Severity, str, dict[str, Any]]:
    return f"{source}:{line}:{column}", severity, words, {"file": source, "line": line, "column": column, **shown}


def _coverage(options: argparse.Namespace) -> int:
    for kind in options.kind:
        catalog.schema(kind)
    broken: list[documents.Complaint] = []
    found = exercising.coverage(map(exercising.met, _events(options.files, broken)), options.kind)
    if options.format == "json":
        _print_json(report.coverage_as_json(found))
    else:
        report.show_coverage(found, report.console(), every=options.all)
    met = exercising.together(found.kinds if options.kind else found.occurring)
    short = options.fail_under is not None and not met.reaches(options.fail_under)
    if short:
        _complain(report.shortfall(met, options.fail_under))
    if not found.seen:
        _complain("no event was read")
    unread = any(complaint.severity is Severity.ERROR for complaint in broken)
    return FINDINGS if short or unread or not found.seen else FINE


def _events(names: Sequence[str], broken: list[documents.Complaint]) -> Iterator[Any]:
    """The events of some files; what cannot be read in them is told at once, and noted."""
    for name in names:
        for item in documents.read(name):
            if isinstance(item, documents.Document):
                yield item.value
                continue
            broken.append(item)
            words = f"{item.problem}; {item.hint}" if item.hint else item.problem
            print(f"{item.source}:{item.line}:{item.column}: {item.severity.value}: {words}", file=sys.stderr)


def _models(options: argparse.Namespace) -> int:
    module = {"typeddict": "types.py", "pydantic": "models.py"}[options.style]
    text = files("ecr_contracts").joinpath(module).read_text("utf-8").partition(NOT_VENDORED)[0].rstrip() + "\n"
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
    screen = report.console()
    if options.kind is not None:
        report.show_kind(reading.contract(options.kind), screen)
    else:
        report.show_kinds([(reading.contract(kind), len(cases.edge_cases(kind))) for kind in catalog.kinds()], screen)
    return FINE


# --- words ------------------------------------------------------------------------------------------------------------


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="ecr-contracts", description=_DESCRIPTION)
    commands = parser.add_subparsers(metavar="COMMAND", required=True)

    check = _command(
        commands,
        "check",
        _check,
        "find the valid events that a handler cannot deal with",
        "ecr-contracts check src/app.py:handler\n  ecr-contracts check app.handlers:on_push --kind push --via sqs",
    )
    check.add_argument(
        "consumer",
        metavar="HANDLER",
        help="path/to/app.py:handler, package.module:handler or template.yaml:Function",
    )
    _several(
        check, "--kind", "KIND", "kinds of events to give it (default: those that a rule beside it or its code tells)"
    )
    _several(check, "--via", "ENVELOPE", f"how events reach it: {', '.join(delivery.ENVELOPES)}")
    _several(check, "--case", "ID", "run only this case, such as scan/no-tags or scan/failed+no-digest")
    _evidence(check)
    check.add_argument(
        "--timeout", type=_seconds, default=checking.TIMEOUT, metavar="S", help="seconds for one event (default: 5)"
    )
    check.add_argument(
        "--strength",
        type=int,
        default=checking.USUAL.strength,
        metavar="T",
        help="have every T choices meet that can: 1 to 4 (default: 2)",
    )
    check.add_argument(
        "--examples",
        type=_count,
        default=checking.USUAL.examples,
        metavar="N",
        help=f"events of other values to draw after the cases, for each kind (default: {checking.USUAL.examples})",
    )
    check.add_argument(
        "--probe",
        type=_count,
        default=checking.USUAL.probe,
        metavar="N",
        help=f"further calls to tell the causes of each fault with (default: {checking.USUAL.probe})",
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
    sandbox.add_argument("--env-file", metavar="FILE", help="environment variables: lines NAME=VALUE, or SAM's JSON")
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
    sandbox.add_argument("--sandbox", choices=BACKENDS, help="who answers AWS calls (default: answers)")
    _several(check, "--off", "CHECK", "leave this check out")
    check.add_argument("--strict", action="store_true", help="have warnings count as errors")
    check.add_argument(
        "--replay", action="store_true", help="run only what failed before, and tell which of it still does"
    )
    check.add_argument("--keep", metavar="DIR", help="write failing events as fixture files to commit")
    check.add_argument("--format", choices=("text", "json"), default="text", help="for people or for programs")
    check.add_argument("-v", "--verbose", action="store_true", help="show events, tracebacks and failing cases too")

    sample = _command(
        commands,
        "sample",
        _sample,
        "print one event",
        "ecr-contracts sample scan/no-tags\n  ecr-contracts sample push/no-tag+namespaced-repository --via sqs",
    )
    sample.add_argument("case", metavar="ID", help="a case: KIND/sample, KIND/ordinary, KIND/CHOICE+CHOICE…")
    sample.add_argument("--via", metavar="ENVELOPE", help=f"wrap it: {', '.join(delivery.ENVELOPES)}")
    sample.add_argument("--compact", action="store_true", help="on one line, as EventBridge sends it")

    folder = _command(
        commands,
        "fixtures",
        _fixtures,
        "write events as fixture files, or check that they are up to date",
        "ecr-contracts fixtures tests/events --kind scan\n  ecr-contracts fixtures tests/events --kind scan --check",
    )
    folder.add_argument("folder", metavar="DIR", help="where to; only files that this command made are ever replaced")
    _several(folder, "--kind", "KIND", "kinds of events (default: all)")
    _several(folder, "--via", "ENVELOPE", "envelopes to wrap them in (default: lambda, the bare event)")
    _evidence(folder)
    folder.add_argument(
        "--strength",
        type=int,
        default=1,
        metavar="T",
        help="have every T choices meet that can, 1 to 4 (default: 1, the single deviations)",
    )
    folder.add_argument("--invalid", action="store_true", help="also events that are wrong in exactly one way")
    folder.add_argument("--check", action="store_true", help="write nothing; exit 1 when the folder has drifted")

    validate = _command(
        commands,
        "validate",
        _validate,
        "judge event files: JSON, JSON lines, gzip",
        "ecr-contracts validate tests/events/*/*.json\n  zcat archive.gz | ecr-contracts validate -",
    )
    validate.add_argument("files", metavar="FILE", nargs="+", help="files of events; - is standard input")
    validate.add_argument("--kind", metavar="KIND", help="judge every event as this kind")
    validate.add_argument("--format", choices=("text", "json"), default="text", help="for people or for programs")
    validate.add_argument(
        "--max-line",
        type=_characters,
        default=documents.MAX_LENGTH,
        metavar="N",
        help=f"characters that one event may have (default: {documents.MAX_LENGTH})",
    )

    covered = _command(
        commands,
        "coverage",
        _coverage,
        "tell which choices the events of some files have, and which none has",
        "ecr-contracts coverage tests/events/*.json\n"
        "  ecr-contracts coverage tests/events/*.json --kind scan --fail-under 80",
    )
    covered.add_argument("files", metavar="FILE", nargs="+", help="files of events; - is standard input")
    _several(covered, "--kind", "KIND", "leave out events of other kinds than this")
    covered.add_argument("--all", action="store_true", help="list every choice that no event has, however many")
    covered.add_argument(
        "--fail-under",
        type=_percent,
        metavar="N",
        help="exit 1 when the events have less than N per cent of the choices of their kinds, or of --kind",
    )
    covered.add_argument("--format", choices=("text", "json"), default="text", help="for people or for programs")

    models = _command(
        commands,
        "models",
        _models,
        "print typed classes to keep in your own code",
        "ecr-contracts models --style typeddict -o src/ecr_events.py",
    )
    models.add_argument("--style", choices=("typeddict", "pydantic"), default="typeddict", help="which sort of class")
    models.add_argument("-o", "--output", metavar="FILE", help="write there; a file that differs is left alone")

    kinds = _command(commands, "kinds", _kinds, "tell what is known of each kind of event", "ecr-contracts kinds scan")
    kinds.add_argument("kind", metavar="KIND", nargs="?", help="one kind in full")
    return parser


def _command(
    commands: Any, name: str, run: Callable[[argparse.Namespace], int], about: str, examples: str
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
    parser.add_argument(flag, metavar=metavar, action="append", default=[], help=f"{about}; may be given again")


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


def _print(text: str) -> None:
    """Text on standard output, whatever the terminal's encoding can show."""
    encoding = sys.stdout.encoding or "utf-8"
    sys.stdout.write(text.encode(encoding, "backslashreplace").decode(encoding) + "\n")


def _print_json(value: Any) -> None:
    _print(json.dumps(value, indent=2, ensure_ascii=True))


if __name__ == "__main__":
    sys.exit(main())
