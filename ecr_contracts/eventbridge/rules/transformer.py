"""What EventBridge makes of an event for one target of a rule: `Input`, `InputPath` and `InputTransformer`.

Sources: EventBridge API reference, Target and InputTransformer (limits, which exclude each other);
user guide, input transformation (paths, predefined variables); recorded answers of the service
(what is missing lands as an empty text, values are not escaped, what is no JSON is not delivered).
What none of them tells is marked as inferred.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

from ecr_contracts.core import json_text
from ecr_contracts.core.errors import ShapingError, did_you_mean
from ecr_contracts.core.findings import MISSING
from ecr_contracts.core.placeholders import resource_arn
from ecr_contracts.eventbridge.envelopes import registry

RULE_ARN = resource_arn("rule", "ecr-events")
"""The rule that delivers, unless it is told."""

MOST_PATHS, LONGEST_NAME, LONGEST_PATH, LONGEST_TEXT = 100, 256, 256, 8192

EVENT, EVENT_JSON = "aws.events.event", "aws.events.event.json"
PREDEFINED = (
    "aws.events.rule-arn",
    "aws.events.rule-name",
    "aws.events.event.ingestion-time",
    EVENT,
    EVENT_JSON,
)
"""The variables that every template can use without a path."""

_NAME = re.compile(r"[A-Za-z0-9_-]+")
_STEP = re.compile(r"\.([A-Za-z0-9_/-]+|\*)|\[([0-9]+|\*)\]")
_PARTS = re.compile(r'\\["\\/bfnrtu]|"|<([^<>]*)>|[^\\"<]+|.', re.DOTALL)
_STRINGS = re.compile(r'\s*(?:"(?:[^"\\]|\\.)*"\s*)+', re.DOTALL)
_MARK = "\ue000"  # of private use: no template has it


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


@dataclass(frozen=True, slots=True)
class Use:
    """A place of a template where a variable lands: whether within quotes, and what stands before and behind it there.

    Other variables in that text are written as they stand in the template.
    """

    name: str
    quoted: bool
    before: str
    after: str


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
        given = [
            name
            for name, value in (
                ("Input", self.input),
                ("InputPath", self.input_path),
                ("InputTransformer", self.input_template),
            )
            if value is not None
        ]
        if len(given) > 1:
            raise ShapingError(
                given[1],
                given,
                "only one of Input, InputPath and InputTransformer",
                "take one away",
            )
        if self.input is not None:
            _measured("Input", self.input, LONGEST_TEXT)
            if _parsed(self.input) is MISSING:
                raise ShapingError(
                    "Input",
                    self.input,
                    "it is not JSON",
                    'write JSON; a text stands in quotes: "text"',
                )
        if self.input_path is not None:
            _steps("InputPath", self.input_path)
        if self.input_template is None and self.input_paths_map:
            raise ShapingError(
                "InputTransformer",
                None,
                "it has no InputTemplate",
                "add one, with a <name> of each path",
            )
        if self.input_template is not None:
            self._check_transformer(self.input_template)

    def _check_transformer(self, template: str) -> None:
        paths = self.input_paths_map or {}
        if len(paths) > MOST_PATHS:
            raise ShapingError(
                "InputPathsMap", len(paths), f"more than {MOST_PATHS} paths", "name fewer"
            )
        for name, path in paths.items():
            if not _NAME.fullmatch(name) or len(name) > LONGEST_NAME:
                wanted = f"up to {LONGEST_NAME} letters, digits, - and _"
                raise ShapingError(
                    "InputPathsMap", name, "it is no name of a variable", f"write {wanted}"
                )
            _steps(f"InputPathsMap.{name}", path)
        _measured("InputTemplate", template, LONGEST_TEXT)
        for use in self.uses:
            if use.name not in paths and use.name not in PREDEFINED:
                known = did_you_mean(use.name, [*paths, *PREDEFINED]).removeprefix("; ")
                problem = "InputPathsMap has no path for this placeholder"
                raise ShapingError("InputTemplate", f"<{use.name}>", problem, f"add one; {known}")
        for name in self._keys():
            problem = "a placeholder cannot stand for an object's key"
            raise ShapingError("InputTemplate", f"<{name}>", problem, "write the key out")

    def __call__(self, event: Mapping[str, Any]) -> Shaped:
        """What reaches the target of an event."""
        if self.input is not None:
            return Shaped(self.input, json.loads(self.input))
        if self.input_path is not None:
            found = _at(event, _steps("InputPath", self.input_path))
            # What reaches a target whose path leads nowhere is inferred from what templates do.
            lost: tuple[str, ...] = (self.input_path,) if found is MISSING else ()
            blank: tuple[str, ...] = (self.input_path,) if found == "" else ()
            value = "" if found is MISSING else found
            return Shaped(json_text.compact(value), value, lost, blank)
        if self.input_template is None:
            return Shaped(json_text.compact(event), event)
        values = {
            name: self._value(name, event) for name in dict.fromkeys(use.name for use in self.uses)
        }
        missing = tuple(name for name, value in values.items() if value is MISSING)
        blank = tuple(name for name, value in values.items() if value == "")
        text = self.filled(values)
        value = _parsed(text)
        if value is MISSING and _STRINGS.fullmatch(text):
            value = text
        if value is MISSING:
            unfit = tuple(name for name, value in values.items() if self._is_unfit(name, value))
            problem = f"what comes of the template is not JSON: {_flaw(text)}"
            return Shaped(None, MISSING, missing, blank, unfit, problem)
        return Shaped(text, value, missing, blank)

    @property
    def paths(self) -> dict[str, str]:
        """The paths that something is taken from, by the name of their variable (of `InputPath` by the path)."""
        if self.input_path is not None:
            return {self.input_path: self.input_path}
        used = {use.name for use in self.uses}
        return {name: path for name, path in (self.input_paths_map or {}).items() if name in used}

    @cached_property
    def uses(self) -> tuple[Use, ...]:
        """Where variables land in the template, in its order."""
        parts = self._parts
        found = []
        for number, (_, name, quoted) in enumerate(parts):
            if name is not None:
                before = "".join(part for part, _, _ in parts[:number]) if quoted else ""
                after = "".join(part for part, _, _ in parts[number + 1 :]) if quoted else ""
                found.append(Use(name, quoted, _last_string(before), _first_string(after)))
        return tuple(found)

    def filled(self, values: Mapping[str, Any]) -> str:
        """The template with these values in place of its variables (`MISSING` for what an event lacks)."""
        is_text = (self.input_template or "").lstrip().startswith('"')
        return "".join(
            text
            if name is None
            else (_inside(values[name], is_text) if quoted else _bare(values[name]))
            for text, name, quoted in self._parts
        )

    @cached_property
    def _parts(self) -> tuple[tuple[str, str | None, bool], ...]:
        """The template in parts: text, the name of the variable that it is, and whether it stands within quotes."""
        quoted = False
        found = []
        for part in _PARTS.finditer(self.input_template or ""):
            found.append((part[0], part[1], quoted))
            quoted ^= part[0] == '"'
        return tuple(found)

    def _is_unfit(self, name: str, value: Any) -> bool:
        """Whether a value has quotes, or what ends them, where they are those of the template."""
        if isinstance(value, Mapping | list):
            return any(
                use.quoted for use in self.uses if use.name == name
            ) and '"' in json_text.compact(value)
        return isinstance(value, str) and not {'"', "\\"}.isdisjoint(value)

    def _keys(self) -> list[str]:
        """The variables that stand where the key of an object belongs."""
        marks = {
            name: f"{_MARK}{number}{_MARK}"
            for number, name in enumerate(dict.fromkeys(u.name for u in self.uses))
        }
        keys: list[str] = []

        def note(pairs: list[tuple[str, Any]]) -> None:
            keys.extend(key for key, _ in pairs)

        try:
            json.loads(self.filled(marks), strict=False, object_pairs_hook=note)
        except (ValueError, RecursionError):
            return []
        return [name for name, mark in marks.items() if any(mark in key for key in keys)]

    def _value(self, name: str, event: Mapping[str, Any]) -> Any:
        path = (self.input_paths_map or {}).get(name)
        if path is not None:
            return _at(event, _steps(name, path))
        predefined: dict[str, Callable[[], Any]] = {
            "aws.events.rule-arn": lambda: self.rule_arn,
            "aws.events.rule-name": lambda: self.rule_arn.rpartition("/")[2],
            "aws.events.event.ingestion-time": lambda: (
                self.ingestion_time or event.get("time", MISSING)
            ),
            EVENT: lambda: {
                _renamed(key): value for key, value in event.items() if key != "detail"
            },
            EVENT_JSON: lambda: dict(event),
        }
        return predefined[name]()


class _Undelivered:
    """What reaches a target of an event that is not delivered."""

    __slots__ = ()

    def __repr__(self) -> str:
        return "UNDELIVERED"


UNDELIVERED = _Undelivered()
"""What `carrying` gives where nothing is delivered."""


def carrying(shaping: Shaping) -> Callable[[Sequence[Any], str], Any]:
    """The way that events take to a target: shaped, then in an envelope; `UNDELIVERED` where none arrives."""

    def carry(events: Sequence[Any], via: str) -> Any:
        shaped = [shaping(event) for event in events]
        values = [one.value for one in shaped if not one.problem]
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
    return Shaping(input, input_path, input_paths_map, input_template, rule_arn, ingestion_time)(
        event
    )


def _renamed(key: str) -> str:
    return "detailType" if key == "detail-type" else key


def _measured(place: str, text: str, most: int) -> None:
    if not 1 <= len(text) <= most:
        shown = text if len(text) < 40 else f"{text[:39]}…"
        raise ShapingError(
            place, shown, f"it has {len(text)} characters", f"AWS admits 1 to {most}"
        )


def _steps(place: str, path: str) -> tuple[str | int, ...]:
    """The steps of a path; `*` is a wildcard."""
    if not isinstance(path, str) or not path.startswith("$"):
        raise ShapingError(
            place, path, "it is no path", "write $ and dots, as in $.detail.image-tag"
        )
    if len(path) > LONGEST_PATH:
        raise ShapingError(
            place, f"{path[:39]}…", f"it has {len(path)} characters", f"AWS admits {LONGEST_PATH}"
        )
    steps: list[str | int] = []
    position = 1
    while position < len(path):
        found = _STEP.match(path, position)
        if found is None:
            advice = "write dots and indices, as in $.detail.image-tags[0]"
            raise ShapingError(
                place, path, f"EventBridge does not read {path[position:]!r} in a path", advice
            )
        key, index = found.groups()
        steps.append(key if key is not None else index if index == "*" else int(index))
        position = found.end()
    return tuple(steps)


def _at(value: Any, steps: tuple[str | int, ...]) -> Any:
    """What stands at a path; of one with wildcards the list of all that do, in order."""
    found = [value]
    for step in steps:
        found = [inner for one in found for inner in _inner(one, step)]
    if not found:
        return MISSING
    return found if "*" in steps else found[0]


def _inner(value: Any, step: str | int) -> Iterator[Any]:
    if isinstance(value, Mapping):
        if step == "*":
            yield from value.values()
        elif step in value:
            yield value[step]
    elif isinstance(value, list):
        if step == "*":
            yield from value
        elif isinstance(step, int) and step < len(value):
            yield value[step]


def _bare(value: Any) -> str:
    """A value where JSON wants one. A text is put in quotes, but not escaped."""
    if value is MISSING:
        return '""'
    return f'"{value}"' if isinstance(value, str) else json_text.compact(value)


def _inside(value: Any, is_text: bool) -> str:
    """A value within quotes. In a template that is a text, objects and lists lose the quotes that they hold."""
    if value is MISSING:
        return ""
    if isinstance(value, str):
        return value
    return json_text.compact(value).replace('"', "") if is_text else json_text.compact(value)


def _parsed(text: str) -> Any:
    """JSON text as data; line breaks within texts are let pass, for nobody says that EventBridge refuses them."""
    try:
        return json.loads(text, strict=False)
    except (ValueError, RecursionError):
        return MISSING


def _flaw(text: str) -> str:
    """Where a text stops being JSON."""
    try:
        json.loads(text, strict=False)
    except json.JSONDecodeError as problem:
        start = max(problem.pos - 20, 0)
        return f"{problem.msg} at …{text[start : problem.pos + 20]}…"
    except RecursionError:
        pass
    return "it is too deeply nested"


def _last_string(text: str) -> str:
    """What of a text that ends within quotes stands within them."""
    return re.split(r'(?<!\\)"', text)[-1]


def _first_string(text: str) -> str:
    """What of a text that begins within quotes stands within them."""
    return re.split(r'(?<!\\)"', text, maxsplit=1)[0]
