"""Run Command as a subject: the commands of an SSM document that instances run for each event.

The parameters of the document are what an input transformer makes of an event. Faults are
parameters that the document refuses, commands that do not parse, words that are lost where an event
has nothing for a variable, and values of an event that a shell would read as more than values.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping, Sequence
from functools import cached_property

from ecr_contracts.core import json_path, limits
from ecr_contracts.core.findings import Location, Severity
from ecr_contracts.core.text import shortened
from ecr_contracts.discovery.iac.cloudformation.input_transformers import Transformer
from ecr_contracts.discovery.iac.ssm.documents import (
    SHELL_SCRIPT,
    Document,
    Script,
    document,
    line_with,
)
from ecr_contracts.discovery.iac.ssm.shell import Quoting, quoting, shell_words, syntax_error
from ecr_contracts.discovery.iac.stack import transformer
from ecr_contracts.engine.subjects.transformer import InputTransformer, ends_address, location_in
from ecr_contracts.engine.trial import ordinary_case
from ecr_contracts.eventbridge.rules.transformer import Shaped
from ecr_contracts.events import validation
from ecr_contracts.events.kinds import kind_names, usual_kinds
from ecr_contracts.runtime.outcome import Fault

__all__ = ["RunCommand", "run_command", "transformer_alone"]

_LOCAL_IMAGE = re.compile(r"\w[:@]$")
"""What stands before a tag where a tool for images is told one without a registry."""

_IMAGE_TOOLS = re.compile(
    r"\b(?:docker|podman|nerdctl|ctr|crane|skopeo|oras|cosign|trivy|helm|kubectl)\b"
)
_TESTED = re.compile(r"(?:-[nz]|\bcase|\[\[?|[!=]=|\s=)\s+[\"']?@|@[\"']?\s+[!=]?=")
_DEFAULTED = re.compile(r"\$\{@:?[-?+=]")
_ASSIGNED = r"(?m)^\s*(?:(?:export|readonly|local|declare)\s+)?(\w+)=[\"']?{}"


def transformer_alone(text: str) -> InputTransformer:
    """An input transformer, of a file or of `template.yaml:Rule`.

    One that feeds AWS-RunShellScript is judged as Run Command.

    Raises TemplateError for a file that holds none, ShapingError for one that EventBridge would
    refuse.
    """
    found = transformer(text)
    if _feeds_shell_script(found):
        return RunCommand(text, ("--transformer", text), found, document(SHELL_SCRIPT))
    return InputTransformer(text, found)


def run_command(document_name: str, text: str) -> RunCommand:
    """An SSM document behind a transformer.

    The document is a file, `template.yaml:LogicalId` or AWS-RunShellScript.

    Raises TemplateError or ShapingError for what cannot be used.
    """
    arguments = ("--run-command", document_name, "--transformer", text)
    name = f"{document_name} {text}"
    return RunCommand(name, arguments, transformer(text), document(document_name))


def _feeds_shell_script(found: Transformer) -> bool:
    """Whether a transformer feeds AWS-RunShellScript.

    Its target says so, or what it makes has commands and nothing that other targets take.
    """
    if found.target:
        return found.target.endswith(f"/{SHELL_SCRIPT}")
    made = found.shaping(ordinary_case(usual_kinds()[0]).event).value
    if not isinstance(made, Mapping):
        return False
    known = {"commands", "workingDirectory", "executionTimeout"}
    return set(made) <= known and isinstance(made.get("commands"), list)


class RunCommand(InputTransformer):
    """An SSM document whose parameters are what an input transformer makes of events.

    To tell what becomes of a variable in a script, the script is also made with a mark in place of
    each variable: a word that no shell reads as more than itself.
    """

    envelope = "run-command"

    def __init__(
        self, name: str, arguments: tuple[str, ...], transformer: Transformer, document: Document
    ) -> None:
        super().__init__(name, transformer)
        self.arguments = arguments
        self._document = document
        self._looked_at = 0  # lines, where not all are
        used = dict.fromkeys(use.name for use in self.shaping.uses)
        self._marks = {variable: _mark(number) for number, variable in enumerate(used)}

    def notes(self) -> Iterator[str]:
        """What is not checked, and why."""
        left_out = self._document.left_out
        if left_out:
            yield f"not checked, since they are no shell's: {', '.join(left_out)}"
        if self._document.too_long:
            most = f"more than {limits.SCRIPT_CHARACTERS:,} characters"
            yield f"not checked, since they have {most}: {', '.join(self._document.too_long)}"
        if self._looked_at:
            yield f"not checked: quotes behind the first {self._looked_at} lines with values"
        for name, parameter in self._document.parameters.items():
            if not parameter.is_judged:
                problem = "which takes a regular expression that is not searched in linear time"
                yield f"not checked: the allowedPattern of {shortened(name, 60)}, {problem}"
        if any(syntax_error(script.text) is None for script in self._marked):
            yield (
                "not checked: whether the commands parse, for bash is not here, or the script is "
                "not for a shell"
            )

    # --- faults -----------------------------------------------------------------------------------

    def _faults(self, shaped: Shaped) -> Iterator[Fault]:
        if shaped.problem:
            yield from self._undeliverable(shaped)
            return
        refusals = list(self._document.refusals(shaped.value))
        for refusal in refusals:
            severity = Severity.WARNING if refusal.meant else None
            at = self.at(self.transformer.line_of(""))
            yield Fault("invalid-parameters", refusal.problem, None, at, severity)
        if refusals:
            return
        yield from self._lost_paths(shaped)
        yield from self._command_faults(self._document.scripts(shaped.value), shaped)

    def harm(self, name: str) -> tuple[str, Severity] | None:
        """What an empty text does in a script; None where the script sees to it."""
        if not self._marked:
            return super().harm(name)
        mark = self._marks[name]
        script = next((script.text for script in self._marked if mark in script.text), None)
        if script is None or _is_tested(script, mark):
            return None
        line = self._readable(next(line for line in script.split("\n") if mark in line))
        with_value, without_value = shell_words(script), shell_words(script.replace(mark, ""))
        if with_value is None or without_value is None:
            is_word_lost = False
        else:
            is_word_lost = len(without_value) < len(with_value)
        if is_word_lost:
            return f"a word of the command is lost, in {line}", Severity.ERROR
        before, _, after = line.partition(f"<{name}>")
        is_image = _IMAGE_TOOLS.search(before) and _LOCAL_IMAGE.search(before)
        if ends_address(before, after) or is_image:
            return f"the image's address ends there, in {line}", Severity.ERROR
        return f"<{name}> is an empty text in {line}", Severity.WARNING

    def _command_faults(self, scripts: Sequence[Script], shaped: Shaped) -> Iterator[Fault]:
        for number, script in enumerate(scripts):
            complaint = syntax_error(script.text)
            if complaint:
                where = re.search(r"line (\d+)", complaint)
                line = int(where[1]) if where else 1
                at = self._command_at(script, min(line, len(script.lines)) - 1)
                yield Fault("broken-command", complaint, None, at)
            elif self._marked:
                yield from self._changed_words(script, self._marked[number], shaped)
        yield from self._unquoted

    def _changed_words(self, script: Script, marked: Script, shaped: Shaped) -> Iterator[Fault]:
        """Where a value of the event, and not its absence, makes other words of a command."""
        expected = marked.text
        for name in (*shaped.missing, *shaped.blank):
            expected = expected.replace(self._marks[name], "")
        before, after = shell_words(expected), shell_words(script.text)
        if before is None or (after is not None and len(before) == len(after)):
            return
        at = self._command_at(script, self._first_bare_line(marked.text))
        message = "the value changes the words of the command"
        yield Fault("unquoted", message, None, at, Severity.ERROR)

    def _first_bare_line(self, script: str) -> int:
        """The number from zero of the first line in which a mark stands outside quotes."""
        bare = [mark for mark in self._marks.values() if quoting(script, mark) is Quoting.BARE]
        for number, line in enumerate(script.split("\n")):
            if any(mark in line for mark in bare):
                return number
        return 0

    @cached_property
    def _unquoted(self) -> list[Fault]:
        """Commands in which values of the event stand outside quotes, or may end their quotes."""
        faults: list[Fault] = []
        for script in self._marked:
            lines = script.text.split("\n")
            for number in self._lines_with_values(lines):
                line = lines[number]
                complaint = self._quoting_complaint(lines, number)
                if complaint:
                    message = f"{complaint}, in {self._readable(line)}"
                    at = self._command_at(script, number)
                    faults.append(Fault("unquoted", message, None, at))
        return faults

    def _lines_with_values(self, lines: Sequence[str]) -> list[int]:
        """The numbers from zero of the first lines with a value in them."""
        numbers: list[int] = []
        for number, line in enumerate(lines):
            if any(mark in line for mark in self._marks.values()):
                numbers.append(number)
        length = sum(map(len, lines))
        most = min(limits.QUOTED_LINES, max(1, limits.QUOTED_CHARACTERS // max(1, length)))
        if len(numbers) > most:
            self._looked_at = most
        return numbers[:most]

    def _quoting_complaint(self, lines: Sequence[str], number: int) -> str:
        bare: list[str] = []
        quoted: list[str] = []
        for name in self.shaping.paths:
            reading = self._reading(name, lines, number)
            if reading is Quoting.BARE:
                bare.append(f"<{name}>")
            elif reading is not None:
                quoted.append(f"<{name}>")
        complaints: list[str] = []
        if bare:
            complaints.append(f"{' and '.join(bare)} outside quotes")
        if quoted:
            complaints.append(f"{' and '.join(quoted)} in quotes that the value itself may end")
        return ", ".join(complaints)

    def _reading(self, name: str, lines: Sequence[str], number: int) -> Quoting | None:
        """How a shell reads a variable in a line, where that may be as more than a value."""
        mark, path = self._marks[name], self.shaping.paths[name]
        if mark not in lines[number] or not path.startswith("$.detail.") or self._is_guarded(mark):
            return None
        alone = [line.replace(mark, "x") for line in lines]
        alone[number] = lines[number]
        reading = quoting("\n".join(alone), mark)
        if reading is Quoting.BARE or _is_open(path):
            return reading
        return None

    def _is_guarded(self, mark: str) -> bool:
        """Whether the parameters in which a variable lands keep out what a shell would read."""
        holding: list[str] = []
        for name, values in self._marked_parameters.items():
            if any(mark in value for value in values):
                holding.append(name)
        guarded = all(self._document.parameters[name].is_guarded for name in holding)
        return bool(holding) and guarded

    # --- scripts with marks -----------------------------------------------------------------------

    @cached_property
    def _marked_parameters(self) -> dict[str, list[str]]:
        """The parameters with a mark for each variable; none if they are no lists of texts."""
        if self.shaping.input_template is None:
            return {}
        try:
            parameters = json.loads(self.shaping.filled(self._marks), strict=False)
        except ValueError:
            return {}
        if any(not refusal.meant for refusal in self._document.refusals(parameters)):
            return {}
        return parameters if isinstance(parameters, dict) else {}

    @cached_property
    def _marked(self) -> list[Script]:
        """The scripts with a mark in place of each variable."""
        if not self._marked_parameters:
            return []
        return self._document.scripts(self._marked_parameters)

    def _readable(self, line: str) -> str:
        """A line with the variables in place of their marks."""
        for name, mark in self._marks.items():
            line = line.replace(mark, f"<{name}>")
        return line.strip()

    def _command_at(self, script: Script, number: int) -> Location:
        """Where a line of a script stands: in the document, or in the transformer's template."""
        if self._document.file:
            line = script.lines[number] if number < len(script.lines) else 1
            return location_in(self._document.file, line)
        start = self.transformer.line_of("")
        marked = next(iter(self._marked), script).text.split("\n")
        wanted = self._readable(marked[number]) if number < len(marked) else ""
        if not wanted:
            return self.at(start)
        return self.at(line_with(wanted, self.lines, start - 1))


def _mark(number: int) -> str:
    """A word of letters for the variable of a number: aa, ab, ac and so on at its end."""
    return f"eventvalue{chr(97 + number // 26)}{chr(97 + number % 26)}"


def _is_tested(script: str, mark: str) -> bool:
    """Whether a script looks at a value, or at the variable that holds it, before using it."""
    variables = re.findall(_ASSIGNED.format(mark), script)
    spellings = [mark]
    for name in variables:
        spellings += [f"${name}", f"${{{name}}}"]
    if any(_TESTED.search(script.replace(spelling, "@")) for spelling in spellings):
        return True
    return any(_DEFAULTED.search(script.replace(f"${{{name}", "${@")) for name in variables)


def _is_open(path: str) -> bool:
    """Whether nothing that is known of a place keeps a shell's characters out of it."""
    try:
        steps = json_path.parse(path)
    except ValueError:
        return False
    for kind in kind_names():
        event = ordinary_case(kind).event
        if isinstance(json_path.at(event, steps), str):
            json_path.put(event, steps, "a $(x)")
            return not any(violation.path == path for violation in validation.validate(event, kind))
    return False
