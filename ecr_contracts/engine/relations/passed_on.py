"""Values of an event that a consumer passes on whole for one event, and in part for another."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Sequence

from ecr_contracts.core import json_path
from ecr_contracts.core.findings import Severity
from ecr_contracts.engine.relations.effects_view import EffectsView
from ecr_contracts.engine.relations.probe import EffectsProbe, Event, Violations, with_value
from ecr_contracts.engine.relations.violation import RelationViolation
from ecr_contracts.events.conditions import condition

_ADDRESS = re.compile(r"\.amazonaws\.[a-z.]+/$")
_LONG = 20  # characters of a part that is cut on purpose, to save room
_LEAST = 2  # characters of a value that can be told apart from its parts


_PASSED_ON = (
    ("detail", "repository-name"),
    ("detail", "image-tag"),
    ("detail", "image-tags", 0),
    ("detail", "image-digest"),
)
_REPOSITORIES = ("team/service", "team/sub/service", "my.repo_name")
MIXED_CASE = "Release-2024.1"
"""A tag with letters of both cases."""
_TAGS = ("v2.10.3", MIXED_CASE, "1234", "alpha.1")
_OTHERS = {
    "repository-name": _REPOSITORIES,
    "image-tag": _TAGS,
    0: _TAGS,
    "image-digest": ("sha256:" + "0a1b2c3d" * 8,),
}


def truncated(probe: EffectsProbe, is_repeatable: bool) -> Violations:
    """Where the baseline's value is passed on whole, another value is too."""
    usual = probe(probe.source)
    # What is another each time cannot be compared, but the rest of what is said can.
    again = usual.texts if is_repeatable else probe.again(probe.source).texts
    lasting = [place_and_text for place_and_text in usual.texts if place_and_text in again]
    for steps in _PASSED_ON:
        value = json_path.at(probe.source, steps)
        if not isinstance(value, str) or len(value) < _LEAST:
            continue
        for other in _OTHERS[steps[-1]]:
            event = with_other_value(probe.source, steps, value, other)
            view = probe(event)
            if view.ok:
                for part, is_alone in _parts(lasting, view, value, other):
                    yield _truncation(probe, steps, event, part, is_alone)


def with_other_value(event: Event, steps: json_path.Steps, value: str, other: str) -> Event:
    """The event with another value, which the ARN among its resources says too."""
    changed = with_value(event, steps, other)
    resources = changed.get("resources", [])
    if resources and steps[-1] == "repository-name":
        arn = resources[0].replace(f"/{value}", f"/{other}")
        changed = with_value(changed, ("resources", 0), arn)
    return changed


def _parts(
    lasting: Sequence[tuple[str, str]], view: EffectsView, value: str, other: str
) -> Iterator[tuple[str, bool]]:
    """The parts of another value that are passed on in effects that do not have it whole.

    What came out of an answer as it is was not cut by the consumer: what is listed is named after
    the last part of a repository's name.
    """
    texts = dict(view.texts)
    whole = {_effect(spot) for spot, text in view.texts if other in text}
    for spot, text in lasting:
        if _effect(spot) in whole or texts.get(spot) in view.answered:
            continue
        part = _part(text, value, texts.get(spot, ""), other)
        if part is not None:
            yield part


def _effect(spot: str) -> str:
    """The effect that a spot is in."""
    return spot.partition(":")[0]


def _part(text: str, value: str, other_text: str, other: str) -> tuple[str, bool] | None:
    """The part of another value that stands where the baseline's is whole, or its first letter.

    With it, whether it stands alone. None where no part does.
    """
    for whole in (value, value[0]):
        for number in _occurrences(text, whole):
            before, behind = text[:number], text[number + len(whole) :]
            part = other_text[len(before) : len(other_text) - len(behind)]
            is_part = bool(part) and part != other and part in other
            if not is_part or other_text != before + part + behind:
                continue
            if whole != value and (part != other[0] or value[0] == other[0] or text == value):
                continue
            if not (other.startswith(part) and len(part) >= _LONG):
                is_start = not before or _ADDRESS.search(before) is not None
                return part, is_start and (not behind or behind[0] in ":@")
    return None


def _occurrences(text: str, part: str) -> Iterator[int]:
    """Where a part begins in a text, each time."""
    number = text.find(part)
    while number >= 0:
        yield number
        number = text.find(part, number + 1)


def _truncation(
    probe: EffectsProbe, steps: json_path.Steps, event: Event, part: str, is_alone: bool
) -> RelationViolation:
    """A value of which a part is passed on: an error where that stands alone, or is one letter."""
    path = json_path.show(steps)
    whole = json_path.at(event, steps)
    is_sure = is_alone or len(part) == 1
    facet = probe.contract.by_path[path]
    choice = facet.recognise(event)
    deviates = choice is not None and choice is not facet.baseline
    return probe.violation(
        "truncated",
        probe.source,
        event,
        f"of {path} {json.dumps(whole)} it passes on {json.dumps(part)}",
        severity=Severity.ERROR if is_sure else Severity.WARNING,
        cause=condition(facet, {choice.label}) if choice is not None and deviates else None,
    )
