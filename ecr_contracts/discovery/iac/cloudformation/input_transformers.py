"""Input transformers as people keep them: in a file of their own, in a rule, or in a template.

It knows what the keys are called and on which lines they stand; what they do to an event is
`eventbridge.rules.transformer`.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, NamedTuple

from ecr_contracts.core import json_text
from ecr_contracts.core.errors import ShapingError
from ecr_contracts.discovery.iac.cloudformation.template import RULE, Template, event_pattern
from ecr_contracts.discovery.iac.documents.document import (
    Block,
    TemplateError,
    as_block,
    as_list,
    read,
    split_name,
)
from ecr_contracts.discovery.iac.values.intrinsics import Resolver, intrinsic
from ecr_contracts.eventbridge.rules.transformer import Shaping

__all__ = [
    "Candidate",
    "Transformer",
    "candidates_in",
    "transformer",
    "transformer_called",
    "transformer_of",
]

_SHAPING = ("Input", "InputPath", "InputTransformer")


@dataclass(frozen=True, slots=True)
class Transformer:
    """How one target has its events shaped, and where that stands.

    `lines` are those of the paths, by the name of their variable, and of the template under an
    empty name. `name` is that of the rule, `pattern` the events that it admits (None where the file
    has no rule), `target` the target's ARN, as far as it is written out.
    """

    shaping: Shaping = field(hash=False)
    file: str
    line: int
    lines: Mapping[str, int] = field(default_factory=dict, hash=False)
    name: str = ""
    pattern: Mapping[str, Any] | None = field(default=None, hash=False)
    target: str = ""

    def __str__(self) -> str:
        return f"{self.file}:{self.line}"

    def line_of(self, name: str) -> int:
        """The line of a variable's path, else that of the template."""
        return self.lines.get(name) or self.lines.get("") or self.line


class Candidate(NamedTuple):
    """A target that may have a transformer: the names that it goes by, and the rule around it."""

    names: tuple[str, ...]
    target: Block
    line: int
    rule: str = ""
    pattern: Mapping[str, Any] | None = None


def transformer(text: str) -> Transformer:
    """The transformer in `rule.yaml`, or in `template.yaml:Name` that of a rule, target or event.

    Raises TemplateError for a file that cannot be read, or holds none or several of them;
    ShapingError for one that EventBridge would refuse.
    """
    place, name = split_name(text)
    file = Path(place)
    content = read(file)
    resolver = Resolver(content)
    return transformer_called(place, name, list(candidates_in(file, content, resolver)), resolver)


def transformer_called(
    place: str, name: str, candidates: Sequence[Candidate], resolver: Resolver
) -> Transformer:
    """The transformer of a name among those of a file, the only one if the name is empty.

    Raises TemplateError and ShapingError as `transformer` does.
    """
    chosen = candidates
    if name:
        chosen = [candidate for candidate in candidates if name in candidate.names]
    if len(chosen) == 1:
        _, target, line, rule, pattern = chosen[0]
        file = Path(place).as_posix()
        shaped = transformer_of(target, resolver, file, line, name=rule, pattern=pattern)
        if shaped is not None:
            return shaped
    if not candidates:
        advice = "write InputPathsMap and InputTemplate, or name a rule with targets"
        raise TemplateError(place, 0, "it has no Input, InputPath or InputTransformer", advice)
    problem = f"nothing is called {name!r}"
    if chosen:
        problem = f"{len(chosen)} targets have their events shaped"
    known = dict.fromkeys(" or ".join(dict.fromkeys(one.names)) for one in candidates)
    listed = ", ".join(filter(None, known))
    raise TemplateError(place, 0, problem, f"name one, as in {place}:NAME; there are: {listed}")


def transformer_of(
    target: Block, resolver: Resolver, file: str, line: int, *, name: str = "", pattern: Any = None
) -> Transformer | None:
    """How a target of a rule has its events shaped; None if it has them as they are.

    Raises ShapingError, with the file and the line, for what EventBridge would refuse.
    """
    if not _has_transformer(target):
        return None
    line = next((target.lines[key] for key in _SHAPING if key in target.lines), line)
    _refuse_without_template(target.get("InputTransformer"), file, line)
    try:
        shaping = _shaping(target, resolver)
    except ShapingError as error:
        place = f"{file}:{line}, {error.place}"
        raise ShapingError(place, error.value, error.problem, error.advice) from None
    arn = target.get("Arn")
    return Transformer(
        shaping=shaping,
        file=file,
        line=line,
        lines=_path_lines(target, line),
        name=name,
        pattern=pattern,
        target=resolver.text(arn, "") if arn else "",
    )


def _has_transformer(target: Block) -> bool:
    return any(key in target for key in _SHAPING)


def _refuse_without_template(transformer: Any, file: str, line: int) -> None:
    """Raise ShapingError for an InputTransformer that has no InputTemplate."""
    if transformer is None or intrinsic(transformer) is not None:
        return
    if "InputTemplate" not in as_block(transformer):
        place = f"{file}:{line}, InputTransformer"
        advice = "write it as InputPathsMap and InputTemplate"
        raise ShapingError(place, transformer, "it has no InputTemplate", advice)


def _shaping(target: Block, resolver: Resolver) -> Shaping:
    """What the keys of a target do to an event; raises ShapingError."""
    transformer = as_block(target.get("InputTransformer"))
    paths = as_block(transformer.get("InputPathsMap"))
    return Shaping(
        _text(target, "Input", resolver),
        _text(target, "InputPath", resolver),
        {key: resolver.text(path, key) for key, path in paths.items()} if paths else None,
        _text(transformer, "InputTemplate", resolver),
    )


def _path_lines(target: Block, line: int) -> dict[str, int]:
    """The lines of the paths, by the name of their variable, and of the template, by no name."""
    transformer = as_block(target.get("InputTransformer"))
    lines = dict(as_block(transformer.get("InputPathsMap")).lines)
    if "InputTemplate" in transformer.lines:
        lines[""] = transformer.lines["InputTemplate"]
    path = target.get("InputPath")
    if isinstance(path, str):
        lines[path] = target.lines.get("InputPath", line)
    return lines


def _text(block: Block, key: str, resolver: Resolver) -> str | None:
    """A value as text; what is written as data stands for its JSON."""
    value = block.get(key)
    if value is None:
        return None
    if isinstance(value, Mapping | list) and intrinsic(value) is None:
        return json_text.one_line(resolver.data(value))
    return resolver.text(value, key)


def candidates_in(file: Path, content: Block, resolver: Resolver) -> Iterator[Candidate]:
    """The targets of a file that have their events shaped."""
    if "InputTemplate" in content or "InputPathsMap" in content:
        target = Block()
        target["InputTransformer"] = content
        target.lines["InputTransformer"] = min(content.lines.values(), default=1)
        yield Candidate((), target, 1)
    elif isinstance(content.get("Resources"), Block):
        yield from _of_template(Template(file, content))
    elif _has_transformer(content):
        yield Candidate((), content, 1, pattern=event_pattern(content, resolver))
    else:
        name = str(content.get("Name", content.get("Rule", "")))
        yield from _of_rule(name, content, resolver, 1)


def _of_template(template: Template) -> Iterator[Candidate]:
    for resource in template.resources():
        if resource.type == RULE:
            properties, line = resource.properties, resource.line
            yield from _of_rule(resource.name, properties, template.resolver, line)
        for event in resource.rule_events():
            target = event.properties
            if _has_transformer(target):
                pattern = event_pattern(target, template.resolver)
                names = (event.name, resource.name)
                yield Candidate(names, target, event.line, event.name, pattern)


def _of_rule(name: str, rule: Block, resolver: Resolver, line: int) -> Iterator[Candidate]:
    for item in as_list(rule.get("Targets")):
        target = as_block(item)
        if _has_transformer(target):
            names = tuple(filter(None, (name, str(target.get("Id", "")))))
            yield Candidate(names, target, line, name, event_pattern(rule, resolver))
