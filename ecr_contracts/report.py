"""The only place with sentences about results: for a terminal, and as JSON.

It decides nothing: what it shows, it was given.
"""

from __future__ import annotations

import json
import shlex
import sys
from collections.abc import Iterable, Iterator, Mapping
from typing import TYPE_CHECKING, Any, TextIO

from ecr_contracts import delivery, paths, reading
from ecr_contracts.cases import ORDINARY, SAMPLE
from ecr_contracts.checking import Verdict, is_whole
from ecr_contracts.explaining import UNLISTED
from ecr_contracts.facets import Absent, Choice, Contract, Exactly, Items, Object
from ecr_contracts.findings import MISSING, Cause, Finding, Severity, Violation

if TYPE_CHECKING:
    from rich.console import Console
    from rich.text import Text

FORMAT = 1
"""The version of the JSON report; it changes when a program that reads it could break."""

_LONGEST = 60  # characters of a value in a sentence


# --- words ------------------------------------------------------------------------------------------------------------


def headline(finding: Finding) -> str:
    """What goes wrong, in the fewest words: `IndexError`, `exits the process`."""
    match finding.check:
        case "raises":
            return finding.exception or "an exception"
        case "exits":
            return "ends the process"
        case "late":
            return "does not answer in time"
        case "unserialisable":
            return "returns what JSON cannot carry"
        case "mutates":
            return "changes the event it is given"
        case other:
            return other


def circumstances(finding: Finding) -> str:
    """When it goes wrong: `when $.detail.image-tags is empty`, `on every push`."""
    if not finding.explained:
        return f"on some {finding.kind} events; no single choice explains which"
    if not finding.cause:
        spared = _spared(finding)
        return f"on every {finding.kind}" + (f", but when {spared}" if spared else "")
    return "when " + " and ".join(_term(finding, cause) for cause in finding.cause)


def _spared(finding: Finding) -> str:
    """The one unusual choice that an event escapes by, if it is one; a list of them would say nothing."""
    contract = reading.contract(finding.kind)
    if len({cause.path for cause in finding.except_for}) != 1:
        return ""
    first = finding.except_for[0]
    return f"{first.path} is {_choice_in_words(contract, first)} ({_evidence_of(contract, first)})"


def _term(finding: Finding, cause: Cause) -> str:
    contract = reading.contract(finding.kind)
    if cause.choice == UNLISTED:
        return f"{cause.path} is {_quoted(paths.at(finding.example, paths.parse(cause.path)))}"
    words = _choice_in_words(contract, cause)
    shape = contract.by_path[cause.path][cause.choice].shape
    if isinstance(shape, (Absent, Exactly, Object)) or (isinstance(shape, Items) and not shape.high):
        return f"{cause.path} is {words}"
    return f"{cause.path} is {words}, as {_quoted(paths.at(finding.example, paths.parse(cause.path)))}"


def _choice_in_words(contract: Contract, cause: Cause) -> str:
    match contract.by_path[cause.path][cause.choice].shape:
        case Absent():
            return "absent"
        case Exactly(value):
            return json.dumps(value, ensure_ascii=False)
        case Object(empty=True):
            return "an empty object"
        case Object():
            return "there"
        case _:
            return cause.choice


def _evidence_of(contract: Contract, cause: Cause) -> str:
    return contract.by_path[cause.path][cause.choice].evidence.value


def _quoted(value: Any) -> str:
    if value is MISSING:
        return "nothing"
    text = json.dumps(value, ensure_ascii=False)
    return text if len(text) <= _LONGEST else f"{text[: _LONGEST - 1]}…"


def _numbers(finding: Finding) -> str:
    failed = len(finding.failed)
    counted = f"{failed} such event{'s' if failed > 1 else ''} fail{'s' if failed == 1 else ''}"
    if not finding.cause:
        counted = f"{failed} of {failed + finding.passed} events fail"
        return f"{counted}; {_ground(finding)}"
    return f"{counted}, {finding.passed} others pass; {_ground(finding)}"


def _ground(finding: Finding) -> str:
    """Why such an event is to be reckoned with."""
    if f"{finding.kind}/{SAMPLE}" in finding.failed:
        return "AWS's documented sample is one"
    return {
        "documented": "documented by AWS",
        "registry": "AWS's schema registry admits it",
        "captured": "seen in captured events",
        "inferred": "inferred: no such event is on record",
    }[finding.evidence.value]


def repeat(verdict: Verdict, finding: Finding) -> str:
    """The command that shows this finding again."""
    words = ["ecr-contracts", "check", verdict.consumer, "--case", finding.case]
    if finding.via != "lambda" or len(verdict.via) > 1:
        words += ["--via", finding.via]
    if finding.check == "late":
        words += ["--timeout", f"{verdict.timeout:g}"]
    return shlex.join(words)


def guarantee(verdict: Verdict) -> str:
    """What a verdict rests on: which events were tried."""
    parts = []
    for kind in verdict.kinds:
        ran = [trial.case for trial in verdict.trials if trial.case.kind == kind and trial.via == verdict.via[0]]
        if is_whole(ran, kind):
            facets = len(reading.contract(kind).varying)
            names = {case.id for case in ran} & {f"{kind}/{SAMPLE}", f"{kind}/{ORDINARY}"}
            sample = "AWS's sample, " if f"{kind}/{SAMPLE}" in names else ""
            deviations = len(ran) - len(names)
            parts.append(f"{sample}the ordinary {kind} and its {deviations} single deviations ({facets} facets)")
        else:
            parts.append(f"{len(ran)} chosen {kind} event{'s' if len(ran) != 1 else ''}")
    return "; ".join(parts)


def purpose(verdict: Verdict) -> str:
    """Which events a consumer was given, and why those."""
    kinds = " and ".join(verdict.kinds)
    how = " and ".join(delivery.envelope(name).about for name in verdict.via)
    if not verdict.inferred:
        return f"{kinds} events; {how}"
    if verdict.words:
        shown = ", ".join(verdict.words[:3])
        return f"{kinds} events, since its code says {shown}; {how}"
    return f"{kinds} events, since its code names none (choose with --kind); {how}"


# --- terminal ---------------------------------------------------------------------------------------------------------


def console(file: TextIO | None = None) -> Console:
    """A terminal of at least 80 columns as rich sees it; colours only where they are wanted (`NO_COLOR`)."""
    from rich.console import Console

    out = file or sys.stdout
    wide = None if out.isatty() else 80
    return Console(file=out, highlight=False, emoji=False, markup=False, width=wide, soft_wrap=False)


def show(verdict: Verdict, screen: Console, *, verbose: bool = False) -> None:
    """Print a verdict for people."""
    _line(screen, (verdict.consumer, "bold"))
    _wrapped(screen, 0, (purpose(verdict), "dim"))
    for number, finding in enumerate(verdict.findings, 1):
        screen.print()
        _show_finding(verdict, finding, number, screen, verbose=verbose)
    screen.print()
    _wrapped(screen, 0, _summary(verdict))
    _wrapped(screen, 0, (f"tried: {guarantee(verdict)}", "dim"))
    if len(verdict.trials) < verdict.planned:
        rest = verdict.planned - len(verdict.trials)
        _wrapped(screen, 0, (f"stopped early: it kept not answering; {rest} events were not tried", "yellow"))


def finding_lines(finding: Finding) -> list[str]:
    """A finding as plain lines: what and when, where, in whose words, how often and on what ground."""
    lines = [f"{headline(finding)} {circumstances(finding)}"]
    if finding.location:
        lines.append(f"{_place(finding)}  {finding.location.source}".rstrip())
    if finding.detail:
        said = finding.detail.splitlines()[0]
        lines.append(f"{finding.exception}: {said}" if finding.exception else said)
    lines.append(_numbers(finding))
    return lines


def _place(finding: Finding) -> str:
    location = finding.location
    return f"{location.file}:{location.line}" if location else ""


def _show_finding(verdict: Verdict, finding: Finding, number: int, screen: Console, *, verbose: bool) -> None:
    error = finding.severity is Severity.ERROR
    colour = "red" if error else "yellow"
    margin = len(str(len(verdict.findings))) + 2
    head, *rest = finding_lines(finding)
    what, when = head[: len(headline(finding))], head[len(headline(finding)) :]
    sort = "" if error else "warning: "
    _wrapped(
        screen, margin, (f"{number:<{margin - 2}}  ", colour), (sort, colour), (what, f"bold {colour}"), (when, "bold")
    )
    for line in rest:
        if finding.location and line.startswith(_place(finding)):
            room = screen.width - margin
            line = line if len(line) <= room else line[: room - 1] + "…"
            _line(screen, (" " * margin, ""), (line, "cyan"))
        else:
            _wrapped(screen, margin, (" " * margin, ""), (line, ""))
    if verbose:
        for line in json.dumps(finding.example, indent=2, ensure_ascii=False).splitlines():
            _line(screen, (" " * margin + line, "dim"))
        outcome = next((t.outcome for t in verdict.trials if t.case.id == finding.case and t.via == finding.via), None)
        for line in (outcome.traceback if outcome else "").splitlines():
            _line(screen, (" " * margin + line, "dim"))
        for case_id in finding.failed:
            _line(screen, (f"{' ' * margin}fails: {case_id}", "dim"))
    _line(screen, (" " * margin, ""), (repeat(verdict, finding), "dim"))


def _summary(verdict: Verdict) -> tuple[str, str]:
    ran = f"{len(verdict.trials)} event{'s' if len(verdict.trials) != 1 else ''} in {verdict.seconds:.1f} s"
    errors = sum(finding.severity is Severity.ERROR for finding in verdict.findings)
    warnings = len(verdict.findings) - errors
    if not verdict.findings:
        return f"nothing found in {ran}", "bold green"
    parts = [f"{errors} finding{'s' if errors != 1 else ''}"] if errors or not warnings else ["no findings"]
    parts += [f"{warnings} warning{'s' if warnings > 1 else ''}"] if warnings else []
    return f"{', '.join(parts)} in {ran}", "bold red" if errors else "bold yellow"


def _text(screen: Console, *parts: tuple[str, str]) -> Text:
    from rich.text import Text

    text = Text()
    for words, style in parts:
        text.append(_encodable(words, screen), style=style or None)
    return text


def _line(screen: Console, *parts: tuple[str, str]) -> None:
    """A line that is never broken, since it is there to be copied."""
    screen.print(_text(screen, *parts), soft_wrap=True)


def _wrapped(screen: Console, margin: int, *parts: tuple[str, str]) -> None:
    """Words, broken at the edge of the screen, with further lines set in."""
    lines = _text(screen, *parts).wrap(screen, max(screen.width - margin, 20))
    for index, line in enumerate(lines):
        line.rstrip()
        if index:
            line.pad_left(margin)
        screen.print(line, soft_wrap=True)


def _encodable(words: str, screen: Console) -> str:
    """The words without what the terminal's encoding, or any encoding, cannot show."""
    encoding = screen.encoding or "utf-8"
    shown = "".join(letter if letter.isprintable() or letter == "\n" else repr(letter)[1:-1] for letter in words)
    return (
        shown.replace("…", "..." if not encoding.startswith("utf") else "…")
        .encode(encoding, "backslashreplace")
        .decode(encoding)
    )


# --- programs ---------------------------------------------------------------------------------------------------------


def as_json(verdict: Verdict) -> dict[str, Any]:
    """A verdict for programs; `report.schema.json` in the package says what each key means."""
    return {
        "format": FORMAT,
        "consumer": verdict.consumer,
        "kinds": list(verdict.kinds),
        "via": list(verdict.via),
        "cases_run": len(verdict.trials),
        "cases_planned": verdict.planned,
        "guarantee": guarantee(verdict),
        "seconds": round(verdict.seconds, 3),
        "findings": [_finding_as_json(verdict, finding) for finding in verdict.findings],
    }


def _finding_as_json(verdict: Verdict, finding: Finding) -> dict[str, Any]:
    location = finding.location
    return {
        "check": finding.check,
        "severity": finding.severity.value,
        "kind": finding.kind,
        "via": finding.via,
        "cause": [{"path": cause.path, "choice": cause.choice} for cause in finding.cause],
        "except_for": [{"path": cause.path, "choice": cause.choice} for cause in finding.except_for],
        "explained": finding.explained,
        "exception": finding.exception,
        "message": finding.detail,
        "location": {"file": location.file, "line": location.line} if location else None,
        "evidence": finding.evidence.value,
        "failed": len(finding.failed),
        "passed": finding.passed,
        "failed_cases": list(finding.failed),
        "case": finding.case,
        "example": finding.example,
        "repeat": repeat(verdict, finding),
        "group": finding.group,
    }


# --- violations -------------------------------------------------------------------------------------------------------


def violation_line(violation: Violation) -> str:
    """A violation as one line: where, what stands there, what was wanted, what to do."""
    if violation.value is MISSING:
        said = f"{violation.path} is missing; expected {violation.expected}"
    elif violation.keyword == "advice" and violation.expected == "a key of the contract":
        said = f"{violation.path} is no key of the contract"
    else:
        said = f"{violation.path} is {_quoted(violation.value)}; expected {violation.expected}"
    return f"{said} ({violation.hint})" if violation.hint else said


def violation_as_json(violation: Violation) -> dict[str, Any]:
    """A violation for programs; `value` is left out where the key is missing."""
    shown = {
        "path": violation.path,
        "severity": violation.severity.value,
        "keyword": violation.keyword,
        "expected": violation.expected,
        "hint": violation.hint,
    }
    return shown if violation.value is MISSING else shown | {"value": violation.value}


# --- kinds ------------------------------------------------------------------------------------------------------------


def show_kinds(contracts: Iterable[tuple[Contract, int]], screen: Console) -> None:
    """Print a line for each kind: its name, what tells it apart, how many choices and cases it has."""
    for contract, cases in contracts:
        marks = ", ".join(str(value) for _, value in contract.discriminator)
        choices = sum(len(facet.choices) for facet in contract.varying)
        _line(screen, (f"{contract.kind:<8}", "bold"), (f"{marks}", ""))
        _line(screen, (f"{'':<8}{len(contract.varying)} facets, {choices} choices, {cases} cases", "dim"))


def show_kind(contract: Contract, screen: Console) -> None:
    """Print all that is known of a kind: each facet with its choices, their evidence and their names in case ids."""
    _line(screen, (contract.title, "bold"))
    _wrapped(screen, 0, (contract.description, ""))
    for facet in contract.varying:
        screen.print()
        _line(screen, (facet.path, "bold cyan"), (f"  {facet.title}" if facet.title else "", "dim"))
        for choice in facet.choices:
            token = "baseline" if choice is facet.baseline else choice.token
            _line(screen, ("  ", ""), *_choice_parts(choice, token))
    if declared := [rule for rule in contract.constraints if not rule.structural]:
        screen.print()
        _line(screen, ("never together", "bold"))
        for rule in declared:
            terms = ", ".join(f"{path} {' or '.join(sorted(labels))}" for path, labels in rule.terms)
            _wrapped(screen, 2, (f"  {terms}: {rule.because} ({rule.evidence})", ""))


def _choice_parts(choice: Choice, token: str) -> Iterator[tuple[str, str]]:
    yield f"{choice.label:<14}", ""
    yield f"{choice.evidence.value:<11}", "green" if choice.evidence.value != "inferred" else "yellow"
    yield f"{token}", "dim"
    if choice.note:
        yield f"  {choice.note}", "dim"


def as_text(value: Mapping[str, Any] | list[Any]) -> str:
    """JSON for people and diffs: indented, keys in their order, letters of every script as they are."""
    text = json.dumps(value, indent=2, ensure_ascii=False)
    # Lone surrogates have no bytes in UTF-8.
    return text if text.isascii() else text.encode("utf-8", "surrogatepass").decode("utf-8", "backslashreplace")
