"""What has changed between two records of facts, in words: members, values, bounds.

Knows nothing of where the facts come from, nor of what rests on them.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from generators.upstream.facts import Fact, Facts

_BOUNDS = {
    "min": "whether the shortest and the smallest values that are generated are still right",
    "max": "whether the longest and the largest values that are generated are still right",
    "pattern": "whether the patterns of the choices still describe what the API admits",
}
_LOST = "whether what rests on it is still true, and on what evidence"


@dataclass(frozen=True, slots=True)
class Difference:
    """One way in which a fact is another than it was recorded: what changed, and what to look at.

    What `is_addition` takes nothing away from what was recorded.
    """

    fact: str
    change: str
    advice: str
    is_addition: bool = False


def differences(recorded: Facts, found: Facts) -> Iterator[Difference]:
    """Where the facts that were found are other than those that were recorded, in their order."""
    for identity, fact in recorded.items():
        if identity not in found:
            yield Difference(identity, "recorded, and not there", _LOST)
            continue
        for change, advice, is_addition in _changes(fact, found[identity]):
            yield Difference(identity, change, advice, is_addition)
    for identity in found:
        if identity not in recorded:
            advice = "what it says, before it is recorded"
            yield Difference(identity, "there, and not recorded", advice, is_addition=True)


def _changes(old: Fact, new: Fact) -> Iterator[tuple[str, str, bool]]:
    for key in dict.fromkeys([*old, *new]):
        before, after = old.get(key), new.get(key)
        if before == after:
            continue
        if key == "enum" and before is not None and after is not None:
            yield from _changed_values(before, after)
        elif key == "members" and before is not None and after is not None:
            yield from _changed_members(before, after)
        elif key == "required" and before is not None and after is not None:
            yield from _changed_demands(before, after)
        else:
            yield f"{key} {_shown(before)} -> {_shown(after)}", _BOUNDS.get(key, _LOST), False


def _changed_values(old: list[str], new: list[str]) -> Iterator[tuple[str, str, bool]]:
    for value in new:
        if value not in old:
            advice = "whether events bear this value; it is a choice then, `inferred` until one is"
            yield f"value {value} added", f"{advice} documented or captured", True
    for value in old:
        if value not in new:
            yield f"value {value} removed", "whether a choice with this value is still real", False


def _changed_members(old: dict[str, str], new: dict[str, str]) -> Iterator[tuple[str, str, bool]]:
    for name, shape in new.items():
        if name not in old:
            advice = "whether events bear this field, and what is known of its values"
            yield f"member {name} ({shape}) added", advice, True
    for name, shape in old.items():
        if name not in new:
            yield f"member {name} ({shape}) removed", "whether events still bear this field", False
        elif new[name] != shape:
            change = f"member {name}: {shape} -> {new[name]}"
            yield change, "whether the field's type and choices are still right", False


def _changed_demands(old: list[str], new: list[str]) -> Iterator[tuple[str, str, bool]]:
    for name in new:
        if name not in old:
            advice = "whether the choice `absent` of this field is still real"
            yield f"member {name} is required now", advice, False
    for name in old:
        if name not in new:
            advice = "whether the field may be absent in events"
            yield f"member {name} is no longer required", advice, False


def _shown(value: Any) -> str:
    return "none" if value is None else json.dumps(value)
