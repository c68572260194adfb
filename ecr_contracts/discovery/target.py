"""What a user names as a consumer: a function of a file, a module, or a template.

It knows the forms of such names, and guesses what was meant by a text that has none of them.
"""

from __future__ import annotations

import ast
import os
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import NamedTuple

from ecr_contracts.core import limits
from ecr_contracts.core.errors import ConsumerError, did_you_mean
from ecr_contracts.core.plain_files import read_plain_file
from ecr_contracts.discovery.iac.cloudformation.functions import Function
from ecr_contracts.discovery.iac.documents.document import TemplateError
from ecr_contracts.discovery.iac.other_tools import other_tool
from ecr_contracts.discovery.iac.stack import SUFFIXES, read_stack
from ecr_contracts.discovery.other_languages import other_language, run_it

__all__ = ["FORMS", "JAVASCRIPT", "Step", "Target", "is_javascript", "steps_of"]

_RESOURCE_NAME = re.compile(r"[\w.\-]+(?:\[[^\]]*\][\w.\-]*)*")  # also `module.x["key"].y`
_MAX_LISTED = 12  # functions of a template in an advice

JAVASCRIPT = (".mjs", ".cjs", ".js")
"""The suffixes of files that Node runs."""

FORMS = "write 'path/to/app.py:handler' or 'package.module:handler'"
"""The advice where there is nothing to guess from."""


class Step(NamedTuple):
    """One name of a dotted attribute, and whether what it names is called: `make_service()`."""

    name: str
    is_called: bool


@dataclass(frozen=True, slots=True)
class Target:
    """What a user names as a consumer: an attribute of a file or of a module.

    Exactly one of `file` and `module` is given; `text` is what was written. `attribute` may be
    dotted, and each of its names may be called without arguments: `make_service().handle`.
    `function` is what was found out about it where a template was named. `path` is the one
    that requests are sent to, of a web app where somebody says it.
    """

    text: str
    attribute: str
    file: Path | None = None
    module: str | None = None
    function: Function | None = None
    path: str = ""

    @classmethod
    def parse(cls, text: str) -> Target:
        """The target that a text such as `path/to/app.py:handler` names.

        The other forms are `package.module:handler`, `template.yaml:LogicalId` and `template.yaml`.
        Nothing is opened but a template, and files to guess what was meant. Raises `ConsumerError`
        when the text has none of these forms, or names nothing that can be loaded of a template, or
        a file of a tool that has to be run.
        """
        place, _, attribute = text.rpartition(":")
        if other := other_tool(place, attribute) or other_tool(text, ""):
            raise ConsumerError(text, other.problem, other.advice)
        if language := other_language(text):
            raise ConsumerError(text, language.problem, language.advice)
        if text.endswith(SUFFIXES):
            return cls._of_template(text, text, "")
        if place.endswith(SUFFIXES) and _RESOURCE_NAME.fullmatch(attribute):
            return cls._of_template(text, place, attribute)
        if not place or not all(step.name.isidentifier() for step in steps_of(attribute)):
            raise ConsumerError(text, "it does not name a function", _meant(text))
        if place.endswith((".py", *JAVASCRIPT)) or "/" in place or os.sep in place:
            return cls(text, attribute, file=Path(place))
        if not _is_dotted(place):
            raise ConsumerError(text, f"{place!r} is neither a .py file nor a module", _meant(text))
        return cls(text, attribute, module=place)

    @classmethod
    def _of_template(cls, text: str, place: str, name: str) -> Target:
        """The function of a template that is called `name`, else the only one that there is."""
        try:
            known = read_stack(Path(place)).functions
        except TemplateError as error:
            at = f"{error.file}:{error.line}: " if error.line else f"{error.file}: "
            advice = "name a SAM or CloudFormation template, or the handler's own file"
            if error.line:
                advice = "mend it, or name the handler's own file"
            raise ConsumerError(text, f"{at}{error.problem}", error.advice or advice) from None
        names = [function.name for function in known]
        if not known:
            raise ConsumerError(text, f"{place} has no Lambda function", FORMS)
        if name and names.count(name) == 1:
            return cls._of_function(text, known[names.index(name)])
        also = [function for function in known if name in function.aliases]
        if len(also) == 1:
            return cls._of_function(text, also[0])
        if name:
            advice = did_you_mean(name, names).removeprefix("; ")
            raise ConsumerError(text, f"{place} has no function {name!r}", advice)
        usable = [function for function in known if not function.problem]
        if len(usable) > 1:
            listed = ", ".join(f"{place}:{function.name}" for function in usable[:_MAX_LISTED])
            advice = f"name one: {listed}"
            raise ConsumerError(text, f"{place} has {len(usable)} functions", advice)
        return cls._of_function(text, (usable or known)[0])

    @classmethod
    def _of_function(cls, text: str, function: Function) -> Target:
        """The target that a function of a template is; raises ConsumerError with its problem."""
        problem = function.problem
        if not problem and not _is_dotted(function.attribute):
            problem = f"its Handler names {function.attribute!r}, which is no function"
        if problem:
            template = function.template.as_posix()
            place = f"{function.name} in {template}:{function.line}"
            advice = run_it() if function.is_other_language else FORMS
            if function.rules:
                advice = f"{advice}, and its rule: --rule {template}:{function.name}"
            raise ConsumerError(text, f"{place}: {problem}", advice)
        return cls(text, function.attribute, file=function.file, function=function)

    @property
    def steps(self) -> tuple[Step, ...]:
        """The names of the attribute, the outermost first."""
        return steps_of(self.attribute)

    @property
    def name(self) -> str:
        """The attribute without its calls: `make_service.handle` for `make_service().handle`."""
        return ".".join(step.name for step in self.steps)

    def __str__(self) -> str:
        return self.text


def steps_of(attribute: str) -> tuple[Step, ...]:
    """The names that a dotted attribute has, each with whether it is called."""
    parts = attribute.split(".")
    return tuple(Step(part.removesuffix("()"), part.endswith("()")) for part in parts)


def is_javascript(target: Target) -> bool:
    """Whether a target is a handler for Node."""
    return target.file is not None and target.file.name.endswith(JAVASCRIPT)


def _is_dotted(text: str) -> bool:
    return all(part.isidentifier() for part in text.split("."))


def _meant(text: str) -> str:
    """The likely target behind a text that is none, else the forms of targets."""
    for place, wanted in _readings(text):
        names = _function_names(place) if os.path.isfile(place) else []
        if not names:
            continue
        likely = wanted if wanted in names else names[0]
        others = ", ".join(name for name in names if name != likely)
        question = f"did you mean {place}:{likely}?"
        return f"{question} There are also: {others}" if others else question
    return FORMS


def _readings(text: str) -> Iterator[tuple[str, str]]:
    """The files and functions that a text may mean, Lambda's own `src/app.handler` among them."""
    place, _, wanted = text.partition(".py")
    yield f"{place}.py", wanted.strip(":.").partition("(")[0]
    place, _, wanted = text.partition(":")
    yield f"{place}.py", wanted.partition("(")[0]
    place, _, wanted = text.rpartition(".")
    yield f"{place}.py", wanted
    yield f"{place.replace('.', '/')}.py", wanted


def _function_names(file: str | Path) -> list[str]:
    """The public functions of a source file, those that look most like a handler first."""
    try:
        body = ast.parse(read_plain_file(file, limits.SOURCE_BYTES)).body
    except (OSError, SyntaxError, ValueError, RecursionError, MemoryError):
        return []
    functions = [node for node in body if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)]
    functions.sort(key=lambda node: ("handler" not in node.name, len(node.args.args) != 2))
    return [node.name for node in functions if not node.name.startswith("_")]
