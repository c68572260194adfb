"""What comes of each event where no function is behind a rule: of an input transformer alone, or of Run Command.

A transformer answers for an event as a consumer does: with an outcome whose faults are what is
wrong with what it makes of that. Which events bring them about is for `explaining` to find.
"""

from __future__ import annotations

import json
import linecache
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from functools import cached_property
from pathlib import Path
from typing import Any

from ecr_contracts.core import json_path
from ecr_contracts.core.findings import Finding, Location, Severity
from ecr_contracts.discovery import surroundings, user_code
from ecr_contracts.discovery.iac.document import TemplateError
from ecr_contracts.discovery.iac.input_transformers import Transformer, transformer
from ecr_contracts.discovery.iac.shell import Quoting, quoting, shell_words, syntax_error
from ecr_contracts.discovery.iac.ssm_documents import (
    SHELL_SCRIPT,
    Document,
    Script,
    document,
    line_with,
)
from ecr_contracts.engine import session
from ecr_contracts.engine.session import Verdict
from ecr_contracts.engine.trial import ordinary
from ecr_contracts.eventbridge.rules.transformer import Shaped
from ecr_contracts.events import validation
from ecr_contracts.events.kinds import kind_names
from ecr_contracts.runtime.outcome import Fault, Outcome, Status

__all__ = ["Delivering", "check_run_command", "check_transformer"]

_REFERENCE = re.compile(
    r"[/>][\w./<>-]*[:@]$"
)  # what stands before the last part of an image's address
_LOCAL = re.compile(r"\w[:@]$")  # the same where a tool for images is told one without a registry
_TOOLS = re.compile(
    r"\b(?:docker|podman|nerdctl|ctr|crane|skopeo|oras|cosign|trivy|helm|kubectl)\b"
)
_TESTED = re.compile(r"(?:-[nz]|\bcase|\[\[?|[!=]=|\s=)\s+[\"']?@|@[\"']?\s+[!=]?=")
_DEFAULTED = re.compile(r"\$\{@:?[-?+=]")
_ASSIGNED = r"(?m)^\s*(?:(?:export|readonly|local|declare)\s+)?(\w+)=[\"']?{}"


def check_transformer(text: str, **asked: Any) -> Verdict:
    """What is wrong with what an input transformer makes of valid events: of a file, or of `template.yaml:Rule`.

    `asked` is as for `checking.check_call`. One whose target is Run Command is checked as that.
    Raises TemplateError for a file that holds none, ShapingError for one that EventBridge would
    refuse.
    """
    found = transformer(text)
    if _is_for_shell(found):
        return _checked(Delivering(found, document(SHELL_SCRIPT)), ("--transformer", text), asked)
    return _checked(Delivering(found), ("--transformer", text), asked)


def check_run_command(name: str, text: str, **asked: Any) -> Verdict:
    """What is wrong with the commands that instances would run of an SSM document, given what a transformer makes.

    The document is a file, `template.yaml:LogicalId` or AWS-RunShellScript. The rest is as for
    `check_transformer`.
    """
    return _checked(
        Delivering(transformer(text), document(name)),
        ("--run-command", name, "--transformer", text),
        asked,
    )


def _is_for_shell(found: Transformer) -> bool:
    """Whether a transformer feeds AWS-RunShellScript: its target says so, or what it makes has nothing but commands."""
    if found.target:
        return found.target.endswith(f"/{SHELL_SCRIPT}")
    made = found.shaping(ordinary(kind_names()[0]).event).value
    return (
        isinstance(made, Mapping)
        and set(made) <= {"commands", "workingDirectory", "executionTimeout"}
        and (isinstance(made.get("commands"), list))
    )


def _checked(delivering: Delivering, named: tuple[str, ...], asked: Mapping[str, Any]) -> Verdict:
    made = delivering.transformer
    kinds, why = (asked.get("kinds"), "") if asked.get("kinds") else delivering.kinds()
    verdict = session.check_call(
        " ".join(named[1::2]),
        delivering,
        "run-command" if delivering.document else "lambda",
        **{**asked, "kinds": kinds, "why": why, "carry": lambda events, _: events[0]},
    )
    events = {trial.case.id: trial.case.event for trial in (*verdict.trials, *verdict.others)}
    shown = [one for one in verdict.findings if delivering.is_delivered(one, events)]
    return replace(
        verdict,
        findings=tuple(shown),
        named=named,
        shaped=str(made),
        notes=tuple(delivering.notes()),
    )


class Delivering:
    """A transformer, and the document behind it if there is one, as whoever answers for an event."""

    def __init__(self, transformer: Transformer, document: Document | None = None) -> None:
        self.transformer, self.document = transformer, document
        self.shaping = transformer.shaping
        self._marks = {
            name: f"eventvalue{chr(97 + number // 26)}{chr(97 + number % 26)}"
            for number, name in enumerate(dict.fromkeys(use.name for use in self.shaping.uses))
        }

    def __call__(self, event: Any) -> Outcome:
        """What comes of an event."""
        shaped = self.shaping(event)
        return Outcome(Status.RETURNED, faults=tuple(self._faults(shaped)))

    def kinds(self) -> tuple[tuple[str, ...], str]:
        """The kinds that are delivered, and what says so: the rule's pattern, else the paths that are taken.

        Raises TemplateError for a rule whose pattern admits none.
        """
        made = self.transformer
        if (rule := surroundings.rule_around(made)) is not None:
            kinds = surroundings.kinds_of(rule)
            if not kinds:
                problem = "its rule admits no event of a kind that is known here"
                raise TemplateError(made.file, made.line, problem, "choose events with --kind")
            return kinds, str(rule)
        found = {}
        for kind in kind_names():
            missing = self.shaping(ordinary(kind).event).missing
            found[kind] = sum(name not in missing for name in self.shaping.paths)
        most = max(found.values())
        return tuple(kind for kind in found if found[kind] == most), "its paths are theirs"

    def is_delivered(self, finding: Finding, events: Mapping[str, Any]) -> bool:
        """Whether the rule lets any event through that shows a finding."""
        pattern = self.transformer.pattern
        failed = [events[case] for case in finding.failed if case in events]
        return (
            pattern is None
            or not failed
            or any(surroundings.delivers(pattern, event) for event in failed)
        )

    def notes(self) -> Iterator[str]:
        """What is not checked, and why."""
        if self.document is None:
            return
        if self.document.left_out:
            yield f"not checked, since they are no shell's: {', '.join(self.document.left_out)}"
        if self._marked and any(syntax_error(script.text) is None for script in self._marked):
            yield "not checked: whether the commands parse, for bash is not here, or the script is not for a shell"

    # --- faults -----------------------------------------------------------------------------------

    def _faults(self, shaped: Shaped) -> Iterator[Fault]:
        at = self._at(self.transformer.line_of(""))
        if shaped.problem:
            for name in shaped.unfit:
                message = f"<{name}> brings quotes of its own: an object or list in quotes, or a text that is not escaped"
                yield Fault(
                    "undeliverable", message, None, self._at(self.transformer.line_of(name))
                )
            if not shaped.unfit:
                yield Fault(
                    "undeliverable", "the template is not JSON, whatever the event", None, at
                )
            return
        refusals = list(self.document.refusals(shaped.value)) if self.document else []
        for refusal in refusals:
            yield Fault(
                "invalid-parameters",
                refusal.problem,
                None,
                at,
                Severity.WARNING if refusal.meant else None,
            )
        if refusals:
            return
        for name in self.shaping.paths:
            if name in (*shaped.missing, *shaped.blank) and name in self._lost:
                yield self._lost[name]
        if self.document is not None:
            yield from self._of_commands(self.document.scripts(shaped.value), shaped)

    @cached_property
    def _lost(self) -> dict[str, Fault]:
        """What is wrong where an event has nothing for a variable."""
        found = {}
        for name, path in self.shaping.paths.items():
            harm = self._harm(name)
            if harm is None:
                continue
            words, severity = harm
            message = f"nothing at {path}: {words}"
            found[name] = Fault(
                "lost-path", message, None, self._at(self.transformer.line_of(name)), severity
            )
        return found

    def _harm(self, name: str) -> tuple[str, Severity] | None:
        """What an empty text does in place of a variable, if it does anything."""
        if self._marked:
            return self._harm_in_commands(name, self._marks[name], self._marked)
        for use in self.shaping.uses:
            if use.name == name and _ends_address(use.before, use.after):
                around = f"{use.before}<{name}>{use.after}"
                return f"the image's address ends there, in {around}", Severity.ERROR
        alone = self.shaping.input_path is not None
        return (
            "an empty text is all that is delivered" if alone else f"<{name}> is an empty text",
            Severity.WARNING,
        )

    def _harm_in_commands(
        self, name: str, mark: str, scripts: Sequence[Script]
    ) -> tuple[str, Severity] | None:
        script = next((script.text for script in scripts if mark in script.text), None)
        if script is None or _is_tested(script, mark):
            return None
        line = self._readable(next(line for line in script.split("\n") if mark in line))
        known, without = shell_words(script), shell_words(script.replace(mark, ""))
        if known is not None and without is not None and len(without) < len(known):
            return f"a word of the command is lost, in {line}", Severity.ERROR
        before, _, after = line.partition(f"<{name}>")
        if _ends_address(before, after) or (_TOOLS.search(before) and _LOCAL.search(before)):
            return f"the image's address ends there, in {line}", Severity.ERROR
        return f"<{name}> is an empty text in {line}", Severity.WARNING

    def _of_commands(self, scripts: Sequence[Script], shaped: Shaped) -> Iterator[Fault]:
        for number, script in enumerate(scripts):
            if said := syntax_error(script.text):
                where = re.search(r"line (\d+)", said)
                line = int(where[1]) if where else 1
                yield Fault(
                    "broken-command",
                    said,
                    None,
                    self._command_at(script, min(line, len(script.lines)) - 1),
                )
            elif self._marked:
                yield from self._changed(script, self._marked[number], shaped)
        yield from self._unquoted

    def _changed(self, script: Script, marked: Script, shaped: Shaped) -> Iterator[Fault]:
        """Where a value of the event, and not its absence, makes other words of a command."""
        lost = marked.text
        for name in (*shaped.missing, *shaped.blank):
            lost = lost.replace(self._marks[name], "")
        before, after = shell_words(lost), shell_words(script.text)
        if before is not None and (after is None or len(before) != len(after)):
            bare = [
                one for one in self._marks.values() if quoting(marked.text, one) is Quoting.BARE
            ]
            number = next(
                (
                    i
                    for i, line in enumerate(marked.text.split("\n"))
                    if any(m in line for m in bare)
                ),
                0,
            )
            message = "the value changes the words of the command"
            yield Fault("unquoted", message, None, self._command_at(script, number), Severity.ERROR)

    @cached_property
    def _unquoted(self) -> list[Fault]:
        """Lines of commands in which values of the event stand outside quotes, or may hold quotes themselves."""
        found = []
        for script in self._marked:
            lines = script.text.split("\n")
            for number, line in enumerate(lines):
                read = {name: self._reading(name, lines, number) for name in self.shaping.paths}
                bare = [f"<{name}>" for name, how in read.items() if how is Quoting.BARE]
                held = [
                    f"<{name}>" for name, how in read.items() if how not in (None, Quoting.BARE)
                ]
                said = [f"{' and '.join(bare)} outside quotes"] if bare else []
                said += (
                    [f"{' and '.join(held)} in quotes that the value itself may end"]
                    if held
                    else []
                )
                if said:
                    message = f"{', '.join(said)}, in {self._readable(line)}"
                    found.append(Fault("unquoted", message, None, self._command_at(script, number)))
        return found

    def _reading(self, name: str, lines: Sequence[str], number: int) -> Quoting | None:
        """How a shell reads a variable's value in a line of a script, if it may read it as more than a value."""
        mark, path = self._marks[name], self.shaping.paths[name]
        if mark not in lines[number] or not path.startswith("$.detail.") or self._is_guarded(mark):
            return None
        alone = [line if at == number else line.replace(mark, "x") for at, line in enumerate(lines)]
        how = quoting("\n".join(alone), mark)
        return how if how is Quoting.BARE or _is_open(path) else None

    def _is_guarded(self, mark: str) -> bool:
        """Whether the parameters in which a variable lands keep out what a shell would read."""
        assert self.document is not None
        given = self._marked_parameters
        own = [name for name, values in given.items() if any(mark in one for one in values)]
        return bool(own) and all(self.document.parameters[name].is_guarded for name in own)

    @cached_property
    def _marked_parameters(self) -> dict[str, list[str]]:
        """The parameters with a mark in place of each variable; none where they are no lists of texts."""
        if self.document is None or self.shaping.input_template is None:
            return {}
        try:
            made = json.loads(self.shaping.filled(self._marks), strict=False)
        except ValueError:
            return {}
        refused = any(not one.meant for one in self.document.refusals(made))
        return {} if refused or not isinstance(made, dict) else made

    @cached_property
    def _marked(self) -> list[Script]:
        """The scripts with a mark in place of each variable."""
        return (
            self.document.scripts(self._marked_parameters)
            if self.document and self._marked_parameters
            else []
        )

    def _readable(self, line: str) -> str:
        for name, mark in self._marks.items():
            line = line.replace(mark, f"<{name}>")
        return line.strip()

    def _command_at(self, script: Script, number: int) -> Location:
        """Where a command stands: in the document, or in the template of the transformer that gives it."""
        if self.document is not None and self.document.file:
            return _location(
                self.document.file, script.lines[number] if number < len(script.lines) else 1
            )
        start = self.transformer.line_of("")
        marked = next((one for one in self._marked), script).text.split("\n")
        wanted = self._readable(marked[number]) if number < len(marked) else ""
        return self._at(line_with(wanted, self._lines, start - 1) if wanted else start)

    @cached_property
    def _lines(self) -> list[str]:
        return Path(self.transformer.file).read_text("utf-8-sig").splitlines()

    def _at(self, line: int) -> Location:
        return _location(self.transformer.file, line)


def _ends_address(before: str, after: str) -> bool:
    """Whether an image's address breaks off between two texts."""
    return _REFERENCE.search(before) is not None and not re.match(r"[\w<]", after)


def _is_tested(script: str, mark: str) -> bool:
    """Whether a script looks at a value itself, or at the variable that it is kept in, before it is used."""
    names = [f"${name}" for name in re.findall(_ASSIGNED.format(mark), script)]
    asked = [mark, *names, *(f"${{{name[1:]}}}" for name in names)]
    return any(_TESTED.search(script.replace(one, "@")) for one in asked) or any(
        _DEFAULTED.search(script.replace(f"${{{name[1:]}", "${@")) for name in names
    )


def _location(file: str, line: int) -> Location:
    linecache.checkcache(file)
    return user_code.location(file, line, file)


def _is_open(path: str) -> bool:
    """Whether nothing that is known of a place keeps a shell's characters out of it."""
    try:
        steps = json_path.parse(path)
    except ValueError:
        return False
    for kind in kind_names():
        event = ordinary(kind).event
        if isinstance(json_path.at(event, steps), str):
            json_path.put(event, steps, "a $(x)")
            return not any(violation.path == path for violation in validation.validate(event, kind))
    return False
