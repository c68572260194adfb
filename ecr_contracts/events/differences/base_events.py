"""Events to begin with: the cases of a contract, and events made of a plain schema.

An event that one version admits and the other does not is mended, place by place, until both do:
what is changed in it then is the only difference.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Sequence
from copy import deepcopy
from dataclasses import dataclass, replace
from itertools import islice
from typing import Any

from ecr_contracts.core import json_path
from ecr_contracts.core.findings import MISSING
from ecr_contracts.core.json_path import Steps
from ecr_contracts.events.differences.schema_places import UNKNOWN_KEY, Node
from ecr_contracts.events.differences.values import tried_values
from ecr_contracts.events.differences.versions import Version
from ecr_contracts.events.generate.cases import cases_of

_DEEPEST = 12
_ROUNDS = 30  # places that are mended in one event
_TRIED = 60  # values at each of these


@dataclass(frozen=True, slots=True)
class BaseEvent:
    """An event, and which versions admit it."""

    event: Any
    is_old: bool
    is_new: bool

    @property
    def is_common(self) -> bool:
        """Whether both versions admit it."""
        return self.is_old and self.is_new


def base_events(old: Version, new: Version) -> list[BaseEvent]:
    """Events that a version at least admits, those first that both do."""
    events: dict[str, Any] = {}
    for version in (old, new):
        for event in _events_of(version):
            events.setdefault(json.dumps(event, sort_keys=True), event)
    for plain in list(islice(events.values(), 4)):
        for version in (old, new):
            mended = _mended(version, plain, old, new)
            events.setdefault(json.dumps(mended, sort_keys=True), mended)
    bases = []
    for event in events.values():
        base = BaseEvent(event, old.accepts(event), new.accepts(event))
        if base.is_old or base.is_new:
            bases.append(base)
    return sorted(bases, key=lambda base: not base.is_common)


def _events_of(version: Version) -> Iterator[Any]:
    """The events that a version gives by itself, the ordinary one first."""
    contract = version.contract
    if contract is not None:
        yield dict(contract.baseline)
        # AWS's sample belongs to the schemas that are installed.
        for case in cases_of(replace(contract, sample=None)):
            yield case.event
    for is_full in (True, False):
        whole = made(version, (), is_full=is_full)
        yield _mended(version, whole, version, version)


def made(version: Version, steps: Steps, *, is_full: bool) -> Any:
    """A value of a place, with all that is described within it or with what has to be there."""
    nodes = version.places.nodes(steps)
    for node in nodes:
        if "const" in node:
            return deepcopy(node["const"])
        if node.get("enum"):
            return deepcopy(node["enum"][0])
    match _type(version, steps):
        case "object":
            return _made_object(version, steps, is_full=is_full)
        case "array":
            fewest = max([int(node.get("minItems", 0)) for node in nodes], default=0)
            if (*steps, 0) not in version.places.places or len(steps) > _DEEPEST:
                return []
            element = made(version, (*steps, 0), is_full=is_full)
            return [element] * max(fewest, int(is_full))
        case "integer" | "number":
            lowest = [node["minimum"] for node in nodes if "minimum" in node]
            return max(lowest) if lowest else 1
        case "boolean":
            return True
        case "null":
            return None
        case _:
            return _made_text(nodes)


def _made_object(version: Version, steps: Steps, *, is_full: bool) -> dict[str, Any]:
    required: set[str] = set()
    for node in version.places.nodes(steps):
        required.update(node.get("required", ()))
    fields = {}
    for inner in version.places.places:
        if len(inner) != len(steps) + 1 or inner[:-1] != steps or len(inner) > _DEEPEST:
            continue
        key = inner[-1]
        if isinstance(key, str) and key != UNKNOWN_KEY and (is_full or key in required):
            fields[key] = made(version, inner, is_full=is_full)
    return fields


def _made_text(nodes: Sequence[Node]) -> str:
    """A text that is as long as some schemas want it, and of their patterns, if one is known."""
    for value in tried_values(nodes, nodes, "a"):
        if isinstance(value, str) and all(_admits(node, value) for node in nodes):
            return value
    return "a"


def _admits(node: Node, text: str) -> bool:
    if not node.get("minLength", 0) <= len(text) <= node.get("maxLength", len(text)):
        return False
    return "pattern" not in node or re.search(node["pattern"], text) is not None


def _type(version: Version, steps: Steps) -> str:
    for node in version.places.nodes(steps):
        json_type = node.get("type")
        if isinstance(json_type, list) and json_type:
            json_type = json_type[0]
        if isinstance(json_type, str):
            return json_type
        if "properties" in node or "required" in node:
            return "object"
        if "items" in node or "prefixItems" in node:
            return "array"
    return "string"


def _mended(version: Version, event: Any, old: Version, new: Version) -> Any:
    """The event changed, one place after another, until a version admits it; as far as it goes."""
    event = deepcopy(event)
    for _ in range(_ROUNDS):
        errors = version.errors(event)
        if not errors:
            return event
        best = event
        for steps, _ in sorted(errors, key=lambda error: (len(error[0]), str(error))):
            better = _better(version, event, steps, len(errors), old, new)
            if better is not None:
                best = better
                break
        if best is event:
            return event
        event = best
    return event


def _better(
    version: Version, event: Any, steps: Steps, errors: int, old: Version, new: Version
) -> Any:
    """The event with another value at a place, and fewer errors; None where no value helps."""
    general = tuple(0 if isinstance(step, int) else step for step in steps)
    values = [made(version, general, is_full=False)]
    present = json_path.at(event, steps)
    tried = tried_values(old.places.nodes(general), new.places.nodes(general), present)
    values += islice(tried, _TRIED)
    for value in values:
        changed = with_value(event, steps, value)
        if changed is not MISSING and len(version.errors(changed)) < errors:
            return changed
    return None


def with_value(event: Any, steps: Steps, value: Any) -> Any:
    """A copy of an event with a value at a place; `MISSING` where there is no such place."""
    if not steps:
        return value
    container = json_path.at(event, steps[:-1])
    last = steps[-1]
    if not isinstance(container, list if isinstance(last, int) else dict):
        return MISSING
    changed = deepcopy(event)
    json_path.put(changed, steps, deepcopy(value))
    return changed
