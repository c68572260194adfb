"""Input transformers: what EventBridge makes of an event for one target of a rule.

A target has `Input`, `InputPath` or `InputTransformer`, or takes the event as it is. Sources:
EventBridge API reference, Target and InputTransformer (limits, which exclude each other); user
guide, input transformation (paths, predefined variables); recorded answers of the service (what is
missing lands as an empty text, values are not escaped, what is no JSON is not delivered). What none
of them tells is marked as inferred.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

from ecr_contracts.core import json_text
from ecr_contracts.core.errors import ShapingError, did_you_mean
from ecr_contracts.core.findings import MISSING
from ecr_contracts.eventbridge.envelopes import registry
from ecr_contracts.eventbridge.rules import event_path
from ecr_contracts.eventbridge.rules.template import Template, Use

RULE_ARN = "arn:aws:events:us-east-1:123456789012:rule/ecr-events"
"""The rule that delivers, unless another is named."""

MOST_PATHS, LONGEST_NAME, LONGEST_TEXT = 100, 256, 8192

PREDEFINED = (
    "aws.events.rule-arn",
    "aws.events.rule-name",
    "aws.events.event.ingestion-time",
    "aws.events.event",
    "aws.events.event.json",
)
"""The variables that every template can use without a path."""

_NAME = re.compile(r"[A-Za-z0-9_-]+")
_STRINGS = re.compile(r'\s*(?:"(?:[^"\\]|\\.)*"\s*)+', re.DOTALL)
_SHOWN = 40  # characters of a text that is too long
_AROUND = 20  # characters before and after a flaw


@dataclass(frozen=True, slots=True)
class Shaped:
    """What is delivered of one event.

    `text` is the JSON text that reaches the target, None when none does: `problem` then says why.
    `value` is that text as data (the text itself where it is several JSON strings, as a message of
    several lines is; `MISSING` when nothing is delivered). `missing` are the variables, or the
    `InputPath`, that the event has nothing for, and `blank` those that it has an empty text for:
    both land as nothing. `unfit` are the variables that make it no JSON, by quotes that they hold.
    """

    text: str | None
    value: Any
    missing: tuple[str, ...] = ()
    blank: tuple[str, ...] = ()
    unfit: tuple[str, ...] = ()
    problem: str = ""


@dataclass(frozen=True)
class Shaping:
    """How a target has its events shaped; with none of the three each event is delivered as it is.

    Raises ShapingError for what PutTargets refuses: more than one of the three, a path that is
    none, a placeholder that is not defined or stands for a key, and whatever is longer than AWS
    admits.
    """

    input: str | None = None
    input_path: str | None = None
    input_paths_map: Mapping[str, str] | None = field(default=None, hash=False)
    input_template: str | None = None
    rule_arn: str = RULE_ARN
    ingestion_time: str | None = None

    def __post_init__(self) -> None:
        self._check_that_one_is_used()
        if self.input is not None:
            _check_length("Input", self.input)
            if _parsed(self.input) is MISSING:
                advice = 'write JSON; a text stands in quotes: "text"'
                raise ShapingError("Input", self.input, "it is not JSON", advice)
        if self.input_path is not None:
            event_path.steps_of(self.input_path, "InputPath")
        if self.input_template is not None:
            self._check_paths()
            self._check_template(self.input_template)
        elif self.input_paths_map:
            problem, advice = "it has no InputTemplate", "add one, with a <name> of each path"
            raise ShapingError("InputTransformer", None, problem, advice)

    def __call__(self, event: Mapping[str, Any]) -> Shaped:
        """What reaches the target of an event."""
        if self.input is not None:
            return Shaped(self.input, json.loads(self.input))
        if self.input_path is not None:
            return self._part_of(event, self.input_path)
        if self.input_template is None:
            return Shaped(json_text.compact(event), event)
        return self._transformed(event)

    @property
    def paths(self) -> dict[str, str]:
        """The paths that are read, by the names of their variables (`InputPath` by itself)."""
        if self.input_path is not None:
            return {self.input_path: self.input_path}
        paths = self.input_paths_map or {}
        return {name: path for name, path in paths.items() if name in self._template.variables}

    @property
    def uses(self) -> tuple[Use, ...]:
        """Where variables land in the template, in its order."""
        return self._template.uses

    def filled(self, values: Mapping[str, Any]) -> str:
        """The template with values for its variables (`MISSING` for what an event lacks)."""
        return self._template.filled(values)

    @cached_property
    def _template(self) -> Template:
        return Template(self.input_template or "")

    def _check_that_one_is_used(self) -> None:
        settings = {
            "Input": self.input,
            "InputPath": self.input_path,
            "InputTransformer": self.input_template,
        }
        used = [name for name, value in settings.items() if value is not None]
        if len(used) > 1:
            problem = "only one of Input, InputPath and InputTransformer"
            raise ShapingError(used[1], used, problem, "take one away")

    def _check_paths(self) -> None:
        paths = self.input_paths_map or {}
        if len(paths) > MOST_PATHS:
            problem = f"more than {MOST_PATHS} paths"
            raise ShapingError("InputPathsMap", len(paths), problem, "name fewer")
        for name, path in paths.items():
            if not _NAME.fullmatch(name) or len(name) > LONGEST_NAME:
                advice = f"write up to {LONGEST_NAME} letters, digits, - and _"
                raise ShapingError("InputPathsMap", name, "it is no name of a variable", advice)
            event_path.steps_of(path, f"InputPathsMap.{name}")

    def _check_template(self, template: str) -> None:
        _check_length("InputTemplate", template)
        paths = self.input_paths_map or {}
        for name in self._template.variables:
            if name not in paths and name not in PREDEFINED:
                known = did_you_mean(name, [*paths, *PREDEFINED]).removeprefix("; ")
                problem = "InputPathsMap has no path for this placeholder"
                raise ShapingError("InputTemplate", f"<{name}>", problem, f"add one; {known}")
        for name in self._template.variables_as_keys():
            problem = "a placeholder cannot stand for an object's key"
            raise ShapingError("InputTemplate", f"<{name}>", problem, "write the key out")

    def _part_of(self, event: Mapping[str, Any], path: str) -> Shaped:
        value = event_path.value_at(event, event_path.steps_of(path, "InputPath"))
        if value is MISSING:
            # What reaches a target whose path leads nowhere is inferred from what templates do.
            return Shaped('""', "", missing=(path,))
        blank = (path,) if value == "" else ()
        return Shaped(json_text.compact(value), value, blank=blank)

    def _transformed(self, event: Mapping[str, Any]) -> Shaped:
        template = self._template
        values = {name: self._value(name, event) for name in template.variables}
        missing = tuple(name for name, value in values.items() if value is MISSING)
        blank = tuple(name for name, value in values.items() if value == "")
        text = template.filled(values)
        value = _parsed(text)
        if value is MISSING and _STRINGS.fullmatch(text):
            value = text
        if value is MISSING:
            broken_by = (
                name for name, value in values.items() if template.is_broken_by(name, value)
            )
            problem = f"what comes of the template is not JSON: {_where_not_json(text)}"
            return Shaped(None, MISSING, missing, blank, tuple(broken_by), problem)
        return Shaped(text, value, missing, blank)

    def _value(self, name: str, event: Mapping[str, Any]) -> Any:
        """The value of a variable; `MISSING` for what the event lacks."""
        path = (self.input_paths_map or {}).get(name)
        if path is not None:
            return event_path.value_at(event, event_path.steps_of(path, name))
        match name:
            case "aws.events.rule-arn":
                return self.rule_arn
            case "aws.events.rule-name":
                return self.rule_arn.rpartition("/")[2]
            case "aws.events.event.ingestion-time":
                return self.ingestion_time or event.get("time", MISSING)
            case "aws.events.event":
                return _without_detail(event)
        return dict(event)


class _Undelivered:
    """What reaches a target of an event that is not delivered."""

    __slots__ = ()

    def __repr__(self) -> str:
        return "UNDELIVERED"


UNDELIVERED = _Undelivered()
"""What `carrying` gives where nothing is delivered."""


def carrying(shaping: Shaping) -> Callable[[Sequence[Any], str], Any]:
    """The way of events to a target: shaped, then in an envelope.

    It gives `UNDELIVERED` where none arrives.
    """

    def carry(events: Sequence[Any], via: str) -> Any:
        values = []
        for event in events:
            shaped = shaping(event)
            if not shaped.problem:
                values.append(shaped.value)
        return registry.carry(values, via) if values else UNDELIVERED

    return carry


def shape(
    event: Mapping[str, Any],
    *,
    input: str | None = None,  # noqa: A002 - AWS's word
    input_path: str | None = None,
    input_paths_map: Mapping[str, str] | None = None,
    input_template: str | None = None,
    rule_arn: str = RULE_ARN,
    ingestion_time: str | None = None,
) -> Shaped:
    """What reaches a target of an event. Raises ShapingError for what PutTargets refuses."""
    shaping = Shaping(input, input_path, input_paths_map, input_template, rule_arn, ingestion_time)
    return shaping(event)


def _without_detail(event: Mapping[str, Any]) -> dict[str, Any]:
    """The event as `aws.events.event` gives it."""
    fields = {key: value for key, value in event.items() if key != "detail"}
    return {"detailType" if key == "detail-type" else key: fields[key] for key in fields}


def _check_length(place: str, text: str) -> None:
    if not 1 <= len(text) <= LONGEST_TEXT:
        shown = text if len(text) < _SHOWN else f"{text[: _SHOWN - 1]}…"
        problem = f"it has {len(text)} characters"
        raise ShapingError(place, shown, problem, f"AWS admits 1 to {LONGEST_TEXT}")


def _parsed(text: str) -> Any:
    """JSON text as data, `MISSING` if it is none.

    Line breaks within strings pass: nobody says that EventBridge refuses them.
    """
    try:
        return json.loads(text, strict=False)
    except (ValueError, RecursionError):
        return MISSING


def _where_not_json(text: str) -> str:
    """Where a text stops being JSON."""
    try:
        json.loads(text, strict=False)
    except json.JSONDecodeError as problem:
        begin = max(problem.pos - _AROUND, 0)
        return f"{problem.msg} at …{text[begin : problem.pos + _AROUND]}…"
    except RecursionError:
        pass
    return "it is too deeply nested"
