"""How targets have their events shaped, read from where people keep it: a file of its own, a rule, or a template.

It knows what the keys are called and on which lines they stand; what they do to an event is
`delivery.transforming`.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from ecr_contracts.core import json_text
from ecr_contracts.core.errors import ShapingError
from ecr_contracts.discovery.iac.intrinsics import (
    Block,
    Resolver,
    TemplateError,
    intrinsic,
    mappings,
    read,
)
from ecr_contracts.eventbridge.rules.transformer import Shaping

__all__ = ["RULE_EVENTS", "Transformer", "transformer", "transformer_of"]

RULE_EVENTS = ("EventBridgeRule", "CloudWatchEvent", "EventBridge")
"""What SAM calls a rule among the events of a function or a state machine."""

_SUFFIXES = (".yaml", ".yml", ".json", ".template")
_Reading = Callable[[], "Transformer | None"]
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


def transformer(text: str) -> Transformer:
    """The one that `rule.yaml` holds, or `template.yaml:Name`: that of a rule, a target or a SAM event.

    Raises TemplateError for a file that cannot be read, or holds none or several of them;
    ShapingError for one that EventBridge would refuse.
    """
    place, _, name = text.rpartition(":")
    if text.endswith(_SUFFIXES) or not place:
        place, name = text, ""
    file = Path(place)
    found = list(_found(file, read(file)))
    chosen = [one for called, one in found if not name or name in called]
    if len(chosen) == 1 and (read_one := chosen[0]()) is not None:
        return read_one
    names = list(dict.fromkeys(" or ".join(dict.fromkeys(called)) for called, _ in found))
    if not found:
        advice = "write InputPathsMap and InputTemplate, or name a rule with targets"
        raise TemplateError(place, 0, "it has no Input, InputPath or InputTransformer", advice)
    several = (
        f"{len(chosen)} targets have their events shaped"
        if chosen
        else f"nothing is called {name!r}"
    )
    raise TemplateError(
        place,
        0,
        several,
        f"name one, as in {place}:NAME; there are: {', '.join(filter(None, names))}",
    )


def transformer_of(
    target: Block, resolver: Resolver, file: str, line: int, *, name: str = "", pattern: Any = None
) -> Transformer | None:
    """How a target of a rule has its events shaped; None if it has them as they are.

    Raises ShapingError, with the file and the line, for what EventBridge would refuse.
    """
    if not any(key in target for key in _SHAPING):
        return None
    held = target.get("InputTransformer")
    given = _block(held)
    paths = _block(given.get("InputPathsMap"))
    lines = {key: at for key, at in paths.lines.items() if isinstance(key, str)}
    if "InputTemplate" in given.lines:
        lines[""] = given.lines["InputTemplate"]
    line = next((target.lines[key] for key in _SHAPING if key in target.lines), line)
    if held is not None and intrinsic(held) is None and "InputTemplate" not in given:
        advice = "write it as InputPathsMap and InputTemplate"
        raise ShapingError(
            f"{file}:{line}, InputTransformer", held, "it has no InputTemplate", advice
        )
    if isinstance(path := target.get("InputPath"), str):
        lines[path] = target.lines.get("InputPath", line)
    try:
        shaping = Shaping(
            _text(target, "Input", resolver),
            _text(target, "InputPath", resolver),
            {key: resolver.text(path, key) for key, path in paths.items()} if paths else None,
            _text(given, "InputTemplate", resolver),
        )
    except ShapingError as error:
        raise ShapingError(
            f"{file}:{line}, {error.place}", error.value, error.problem, error.advice
        ) from None
    arn = target.get("Arn")
    return Transformer(
        shaping, file, line, lines, name, pattern, resolver.text(arn, "") if arn else ""
    )


def _text(block: Block, key: str, resolver: Resolver) -> str | None:
    value = block.get(key)
    if value is None:
        return None
    if isinstance(value, Mapping | list) and intrinsic(value) is None:
        # What is written as data is meant as its text.
        return json_text.one_line(resolver.data(value))
    return resolver.text(value, key)


def _found(file: Path, content: Block) -> Iterator[tuple[tuple[str, ...], _Reading]]:
    """What may be meant in a file, by the names that it goes by; read when it is called for."""
    resolver = Resolver(content)
    name = file.as_posix()
    if "InputTemplate" in content or "InputPathsMap" in content:
        whole = Block()
        whole["InputTransformer"] = content
        whole.lines["InputTransformer"] = min(content.lines.values(), default=1)
        yield ((), lambda: transformer_of(whole, resolver, name, 1))
        return
    if isinstance(content.get("Resources"), Block):
        yield from _of_template(content["Resources"], resolver, name)
        return
    if any(key in content for key in _SHAPING):
        pattern = _pattern(content, resolver)
        yield ((), lambda: transformer_of(content, resolver, name, 1, pattern=pattern))
        return
    yield from _of_rule(
        str(content.get("Name", content.get("Rule", ""))), content, resolver, name, 1
    )


def _of_template(
    resources: Block, resolver: Resolver, file: str
) -> Iterator[tuple[tuple[str, ...], _Reading]]:
    for name, resource in mappings(resources):
        given = _block(resource.get("Properties"))
        line = resources.lines.get(name, 0)
        if resource.get("Type") == "AWS::Events::Rule":
            yield from _of_rule(name, given, resolver, file, line)
        for event, content in mappings(given.get("Events")):
            inner = _block(content.get("Properties"))
            if content.get("Type") in RULE_EVENTS and any(key in inner for key in _SHAPING):
                yield (
                    (event, name),
                    _reading(inner, resolver, file, line, event, _pattern(inner, resolver)),
                )


def _of_rule(
    name: str, rule: Block, resolver: Resolver, file: str, line: int
) -> Iterator[tuple[tuple[str, ...], _Reading]]:
    targets = rule.get("Targets")
    for target in targets if isinstance(targets, list) else []:
        if isinstance(target, Block) and any(key in target for key in _SHAPING):
            called = tuple(filter(None, (name, str(target.get("Id", "")))))
            yield called, _reading(target, resolver, file, line, name, _pattern(rule, resolver))


def _reading(
    target: Block, resolver: Resolver, file: str, line: int, name: str, pattern: Any
) -> _Reading:
    return lambda: transformer_of(target, resolver, file, line, name=name, pattern=pattern)


def _pattern(rule: Block, resolver: Resolver) -> Mapping[str, Any] | None:
    pattern = rule.get("EventPattern", rule.get("Pattern"))
    if isinstance(pattern, str):
        try:
            pattern = json.loads(pattern)
        except ValueError:
            return None
    return resolver.data(pattern) if isinstance(pattern, Mapping) else None


def _block(value: Any) -> Block:
    return value if isinstance(value, Block) else Block()
