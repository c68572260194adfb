"""Annotations of GitHub Actions: workflow commands, which its runner reads off the log.

What the runner does with `%`, line breaks, `:` and `,` says its own source
(actions/toolkit, `packages/core/src/command.ts`). Each consumer's report stands in a group that can
be opened; the commands come after them, errors first, since GitHub shows only the first ten of a
step.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from types import MappingProxyType

from ecr_contracts.core.foreign_text import one_line
from ecr_contracts.core.text import encodable, shortened
from ecr_contracts.engine.verdict import Verdict
from ecr_contracts.reporting.formats.run import Run, Unjudged
from ecr_contracts.reporting.formats.text import report_of
from ecr_contracts.reporting.formats.told import Level, Told, told_faults

__all__ = ["document"]

_COMMANDS = MappingProxyType({Level.ERROR: "error", Level.WARNING: "warning", Level.NOTE: "notice"})
_LONGEST_TITLE = 250  # characters; GitHub shows 255


def document(run: Run) -> str:
    """The reports in groups, then a command for each fault."""
    parts: list[str] = []
    commands: list[tuple[int, str]] = []
    for unjudged in run.unjudged:
        commands.append((0, _of_unjudged(run, unjudged)))
    for verdict in run.verdicts:
        parts.append(f"::group::{_data(one_line(f'ecr-contracts check {verdict.consumer}'))}\n")
        parts.append(report_of(verdict))
        parts.append("::endgroup::\n")
        for told in told_faults(run, verdict):
            commands.append((list(Level).index(told.level), _of_fault(run, verdict, told)))
    commands.sort(key=lambda command: command[0])
    parts += [f"{command}\n" for _, command in commands]
    return encodable("".join(parts))


def _of_fault(run: Run, verdict: Verdict, told: Told) -> str:
    """The command of a fault: at its first line of code that lies in the repository."""
    properties = {"title": f"{told.code} {told.headline}"}
    for place in (*told.places, *told.beside):
        if file := run.in_repository(place.file):
            properties = {"file": file, "line": str(place.line), **properties}
            break
    words = [one_line(line.text) for line in told.lines]
    words += [one_line(f"in {verdict.consumer}"), one_line(told.repeat)]
    return _command(_COMMANDS[told.level], properties, words)


def _of_unjudged(run: Run, unjudged: Unjudged) -> str:
    properties = {"title": f"{unjudged.consumer} could not be judged"}
    if file := run.in_repository(run.file_of(unjudged.consumer)):
        properties = {"file": file, **properties}
    return _command("error", properties, [one_line(line) for line in unjudged.why.splitlines()])


def _command(name: str, properties: Mapping[str, str], words: list[str]) -> str:
    """A workflow command with several lines of words."""
    given = ",".join(_properties(properties))
    return f"::{name} {given}::{_data(chr(10).join(words))}"


def _properties(properties: Mapping[str, str]) -> Iterator[str]:
    for key, value in properties.items():
        shown = one_line(value)
        escaped = _data(shortened(shown, _LONGEST_TITLE) if key == "title" else shown)
        yield f"{key}={escaped.replace(':', '%3A').replace(',', '%2C')}"


def _data(text: str) -> str:
    """A text as the runner takes it back to what it was."""
    return text.replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")
