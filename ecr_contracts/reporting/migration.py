"""The report of a move to an event bus of version 2: one line a step, and what breaks it below."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from ecr_contracts.core.text import counted, listed
from ecr_contracts.engine.migration import Ending, Migration, Problem, Step
from ecr_contracts.reporting.terminal import write_line, write_wrapped

if TYPE_CHECKING:
    from rich.console import Console

FORMAT = 1
"""The version of the JSON document; it changes when a program that reads one could break."""

_STYLES = {
    Ending.OK: "green",
    Ending.BREAKS: "bold red",
    Ending.FAILS_ALREADY: "bold red",
    Ending.WARNS: "yellow",
    Ending.NOT_TRIED: "dim",
}
_MARGIN = 19  # columns before the title of a step: number, ending
_NUMBER = 4


def show_migration(move: Migration, screen: Console) -> None:
    """Print the steps of a move, then in which set-ups the handler does as well as now."""
    write_line(screen, (move.consumer, "bold"), (" on an event bus of version 2", ""))
    events = f"{counted(move.events, 'event')} ({listed(list(move.kinds), 'and')}) in each step"
    if move.left_out:
        events += f"; {move.left_out} more have something that nobody has seen (--strict)"
    write_wrapped(screen, (events, "dim"))
    screen.print()
    for number, step in enumerate(move.steps, 1):
        _show_step(number, step, screen)
    screen.print()
    write_wrapped(screen, *_conclusion(move))
    for note in move.notes:
        write_wrapped(screen, (note, "dim"))


def _show_step(number: int, step: Step, screen: Console) -> None:
    ending = step.ending.value.ljust(_MARGIN - _NUMBER)
    head = f"{number:>2}  "
    write_line(screen, (head, ""), (ending, _STYLES[step.ending]), (step.title, ""))
    if step.problem is not None:
        write_wrapped(screen, (_fault(step.problem), ""), margin=_MARGIN)
        write_wrapped(screen, (_place(step.problem), "dim"), margin=_MARGIN)
    if step.note:
        write_wrapped(screen, (step.note, "dim"), margin=_MARGIN)


def _fault(problem: Problem) -> str:
    """What goes wrong, with the type of the exception before its text."""
    if problem.exception is None:
        return problem.text
    name = problem.exception.rpartition(".")[2]
    return f"{name}: {problem.text}" if problem.text else name


def _place(problem: Problem) -> str:
    """Where it goes wrong, and with which events."""
    events = problem.case
    if problem.tried > 1:
        events = f"{problem.failed} of {problem.tried} events, first {problem.case}"
    if problem.location is None:
        return events
    return f"{problem.location.file}:{problem.location.line}; {events}"


def _conclusion(move: Migration) -> tuple[tuple[str, str], ...]:
    if not move.suitable:
        return (("No subscriber of version 2 suits it as it is.", "bold red"),)
    text = f"{'; '.join(move.suitable)}."
    return ("As it is, it suits a subscriber that is: ", "bold"), (text, "")


def migration_as_json(move: Migration) -> dict[str, Any]:
    """A move as the document that `check --migrate --format json` prints."""
    return {
        "format": FORMAT,
        "consumer": move.consumer,
        "kinds": list(move.kinds),
        "events": move.events,
        "left_out": move.left_out,
        "steps": [_step_as_json(step) for step in move.steps],
        "suitable": list(move.suitable),
        "notes": list(move.notes),
    }


def _step_as_json(step: Step) -> dict[str, Any]:
    problem = step.problem
    return {
        "step": step.id,
        "title": step.title,
        "via": list(step.via),
        "ending": step.ending.value,
        "problem": None if problem is None else _problem_as_json(problem),
        "note": step.note or None,
    }


def _problem_as_json(problem: Problem) -> dict[str, Any]:
    location = problem.location
    return {
        "message": problem.text,
        "exception": problem.exception,
        "location": {"file": location.file, "line": location.line} if location else None,
        "case": problem.case,
        "failed": problem.failed,
        "tried": problem.tried,
    }
