"""The report of a verdict for people, on a terminal."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import TYPE_CHECKING

from ecr_contracts.core import json_text
from ecr_contracts.core.findings import Finding, Severity
from ecr_contracts.core.foreign_text import in_json, one_line
from ecr_contracts.core.text import counted, shortened
from ecr_contracts.engine.trial import KnownFailure, Trial
from ecr_contracts.engine.verdict import Verdict
from ecr_contracts.events.generate.cases import ORDINARY
from ecr_contracts.reporting.accepted import (
    accepted_in_full,
    accepted_in_one_line,
    gone_lines,
)
from ecr_contracts.reporting.containment import held
from ecr_contracts.reporting.faults import faults
from ecr_contracts.reporting.full_lines import full_lines
from ecr_contracts.reporting.headlines import code_mark
from ecr_contracts.reporting.lines import (
    COLOURS,
    PREFIXES,
    STYLES,
    UNBROKEN,
    Line,
    Role,
    finding_lines,
)
from ecr_contracts.reporting.sentences import headline, is_deliberate, is_told_in_one_line
from ecr_contracts.reporting.terminal import write_line, write_wrapped
from ecr_contracts.reporting.totals import verdict_line
from ecr_contracts.reporting.verdicts import (
    called_at,
    effect_line,
    example_outcome,
    guarantee,
    made_up,
    no_effect_hint,
    not_entered,
    reach,
    repeat_command,
    selection,
    shielded,
    tried,
)
from ecr_contracts.runtime.effects import Effects

if TYPE_CHECKING:
    from rich.console import Console

_WEAK_TITLE = "on events that nobody has seen (warnings; --strict makes them errors):"

_REFUSED_TITLE = (
    "refused on purpose, which does not change the exit code (to accept it: "
    "--update-baseline --reason WHY):"
)


def show(verdict: Verdict, screen: Console, *, verbose: bool = False) -> None:
    """Print a verdict; `verbose` adds the events, tracebacks and effects."""
    colour = "green"
    if verdict.findings:
        colour = COLOURS[Severity.ERROR if verdict.failed else Severity.WARNING]
    write_wrapped(screen, (verdict_line(verdict), f"bold {colour}"))
    _show_faults(verdict, screen, verbose=verbose)
    _show_accepted(verdict, screen, verbose=verbose)
    if verbose:
        _show_baseline_effects(verdict, screen)
        _show_not_entered(verdict, screen)
    screen.print()
    _show_ground(verdict, screen, verbose=verbose)


def show_replayed(
    known_failures: Iterable[KnownFailure], verdict: Verdict, screen: Console
) -> None:
    """Print which of the cases that failed before fail again."""
    failing = {(trial.case.id, trial.via) for trial in verdict.trials if trial.symptoms}
    given = {trial.case.id for trial in verdict.trials}
    for failure in known_failures:
        name = _name(failure)
        if (failure.case.id, failure.via) in failing:
            write_line(screen, ("fails still  ", "red"), (name, ""))
        elif failure.case.id not in given and not verdict.world.admits(failure.case.event):
            write_line(screen, ("kept away    ", "yellow"), (name, ""), (" (by its rule)", "dim"))
        else:
            write_line(screen, ("passes now   ", "green"), (name, ""))
    screen.print()


def _show_faults(verdict: Verdict, screen: Console, *, verbose: bool) -> None:
    """Print each fault behind its number; those that take a line each below their titles."""
    together = faults(verdict.findings)
    first = 1 + (verdict.saved.before if verdict.saved else 0)
    width = len(str(first + len(together) - 1))
    title = ""
    for place, alternatives in enumerate(together, first):
        number = (verdict.saved and verdict.saved.number) or place
        mark = f"{number:<{width}}  "
        is_asked_for = verdict.saved is not None and verdict.saved.number
        if verbose or is_asked_for or not is_told_in_one_line(alternatives[0]):
            screen.print()
            _show_fault(verdict, alternatives, mark, screen, verbose=verbose)
            continue
        own_title = _REFUSED_TITLE if is_deliberate(alternatives[0]) else _WEAK_TITLE
        if title != own_title:
            title = own_title
            screen.print()
            write_wrapped(screen, (title, COLOURS[Severity.WARNING]))
        [line] = finding_lines(*alternatives, among=together, envelopes=verdict.via)
        write_wrapped(
            screen,
            (line.text, ""),
            (code_mark(alternatives[0]), STYLES[Role.NOTE]),
            margin=len(mark),
            head=(mark, COLOURS[Severity.WARNING]),
        )


def _show_fault(
    verdict: Verdict,
    alternatives: Sequence[Finding],
    number: str,
    screen: Console,
    *,
    verbose: bool,
) -> None:
    """Print the lines of one fault behind its number."""
    finding = alternatives[0]
    is_asked_for = verdict.saved is not None and verdict.saved.number
    told = full_lines if verbose or is_asked_for else finding_lines
    headline_line, *lines = told(
        *alternatives, among=faults(verdict.findings), envelopes=verdict.via
    )
    _show_headline(finding, headline_line.text, number, screen)
    margin = len(number)
    places = called_at(verdict, finding)
    for line in lines:
        if places and line.role is Role.MESSAGE:
            line = line._replace(text=f"{line.text} ({places})")
            places = ""
        _show_line(line, margin, screen)
    if verbose:
        for detail in _details(verdict, alternatives):
            write_line(screen, (" " * margin + detail, "dim"))
    repeat = (repeat_command(verdict, finding), STYLES[Role.REPEAT])
    write_line(screen, (" " * margin, ""), repeat)


def _show_headline(finding: Finding, text: str, number: str, screen: Console) -> None:
    colour = COLOURS[finding.severity]
    fault = headline(finding)
    write_wrapped(
        screen,
        (PREFIXES[finding.severity], colour),
        (fault, f"bold {colour}"),
        (text.removeprefix(fault), STYLES[Role.HEADLINE]),
        (code_mark(finding), STYLES[Role.NOTE]),
        margin=len(number),
        head=(number, colour),
    )


def _show_line(line: Line, margin: int, screen: Console) -> None:
    style = STYLES[line.role]
    if line.role in UNBROKEN:
        text = shortened(one_line(line.text), screen.width - margin)
        write_line(screen, (" " * margin, ""), (text, style))
        return
    hanging = line.hanging_indent
    head = (" " * margin + line.text[:hanging], style)
    write_wrapped(screen, (line.text[hanging:], style), margin=margin + hanging, head=head)


def _details(verdict: Verdict, alternatives: Sequence[Finding]) -> Iterator[str]:
    """The event of a fault, its traceback, its effects, and every case that fails."""
    finding = alternatives[0]
    yield from in_json(json_text.indented(finding.example)).split("\n")
    if outcome := example_outcome(verdict, finding):
        yield from outcome.traceback.split("\n")
        yield from _effect_lines(outcome.effects)
    for alternative in alternatives:
        for case_id in alternative.failed:
            yield f"fails: {case_id}"


def _effect_lines(effects: Effects) -> Iterator[str]:
    """A line for each effect, and one for those that were left out."""
    yield from map(effect_line, effects)
    if effects.more:
        yield f"and {counted(effects.more, 'more effect')}"


def _show_baseline_effects(verdict: Verdict, screen: Console) -> None:
    """Print what the ordinary event of each kind brings about."""
    for trial in verdict.trials:
        if trial.case.id.endswith(f"/{ORDINARY}"):
            screen.print()
            write_line(screen, (f"{_name(trial)} brings about", "bold"))
            for line in _effect_lines(trial.outcome.effects):
                write_line(screen, (f"  {line}", "dim"))
            if not trial.outcome.effects:
                write_line(screen, ("  nothing that can be seen", "dim"))


def _show_not_entered(verdict: Verdict, screen: Console) -> None:
    """Print the branches that no event entered."""
    lines = list(not_entered(verdict))
    if lines:
        screen.print()
        write_line(screen, ("no event entered", "bold"))
    for line in lines:
        write_line(screen, (f"  {line}", "dim"))


def _name(trial: Trial | KnownFailure) -> str:
    """A case by its id, with its envelope unless that is the usual one."""
    return trial.case.id if trial.via == "lambda" else f"{trial.case.id}@{trial.via}"


def _show_accepted(verdict: Verdict, screen: Console, *, verbose: bool) -> None:
    """Print that findings are accepted, each with its reason if asked, and what is gone of them."""
    if verdict.accepted or verdict.gone:
        screen.print()
    if verbose:
        for line in accepted_in_full(verdict):
            write_wrapped(screen, (line, "dim"))
    elif line := accepted_in_one_line(verdict):
        write_wrapped(screen, (line, "dim"))
    for line in gone_lines(verdict.gone):
        write_wrapped(screen, (line, "yellow"))


def _show_ground(verdict: Verdict, screen: Console, *, verbose: bool) -> None:
    """Print what a verdict rests on, and what was left out."""
    write_wrapped(screen, (f"given: {selection(verdict, verbose=verbose)}", "dim"))
    effort = tried(verdict)
    if verbose:
        effort = f"{guarantee(verdict)}; in {verdict.seconds:.1f} s"
    write_wrapped(screen, (f"tried: {effort}", "dim"))
    if words := reach(verdict):
        is_poor = verdict.reach.turned_back or (verdict.reach.effects and not verdict.reach.acted)
        write_wrapped(screen, (f"reach: {words}", "yellow" if is_poor else "dim"))
    if words := made_up([variable.name for variable in verdict.made_up]):
        write_wrapped(screen, (words, "dim"))
    if verbose and (words := held(verdict.containment)):
        write_wrapped(screen, (words, "dim"))
    remarks = [shielded(verdict), no_effect_hint(verdict), *verdict.notes]
    is_ended = verdict.is_interrupted or verdict.is_stopped
    if len(verdict.trials) < verdict.planned and not is_ended:
        more = verdict.planned - len(verdict.trials)
        remarks.append(f"left out, since it did not answer such events: {more} more")
    for remark in remarks:
        if remark:
            write_wrapped(screen, (remark, "yellow"))
    for unchecked in verdict.unchecked:
        # A setting is pasted as it stands.
        for row in unchecked.advice.split("\n"):
            write_line(screen, (row, "dim"))
