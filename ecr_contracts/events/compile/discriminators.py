"""What tells events of a kind from others, read off its schema without making a model of it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from typing import Any

from ecr_contracts.core import json_path
from ecr_contracts.core.findings import MISSING
from ecr_contracts.core.json_path import Steps
from ecr_contracts.events.compile import reader
from ecr_contracts.events.kinds import schema_of

__all__ = ["Discriminator", "discriminator"]


@dataclass(frozen=True)
class Discriminator:
    """The constants of a kind's events, and groups of paths of each of which they have any."""

    kind: str
    constants: tuple[tuple[Steps, Any], ...]
    keys: tuple[tuple[Steps, ...], ...]

    def has_constant(self, event: Any, depth: int) -> bool:
        """Whether an event has the constant at one depth."""
        steps, value = self.constants[depth]
        return bool(json_path.at(event, steps) == value)

    def missing_keys(self, event: Any) -> Iterator[Steps]:
        """The first path of each group of which an event has none."""
        for group in self.keys:
            if all(json_path.at(event, steps) is MISSING for steps in group):
                yield group[0]


@cache
def discriminator(kind: str) -> Discriminator:
    """What tells events of a kind from others. Raises UnreadableSchemaError."""
    annotation = schema_of(kind).get("x-ecr")
    declared = annotation.get("discriminator") if isinstance(annotation, dict) else None
    constants: list[tuple[Steps, Any]] = []
    for path in declared if isinstance(declared, list) else ():
        steps = json_path.parse(path)
        value = _constant(schema_of(kind), steps)
        if value is MISSING:
            break
        constants.append((steps, value))
    else:
        groups = annotation.get("told-by-keys", ()) if isinstance(annotation, dict) else ()
        if constants:
            return Discriminator(kind, tuple(constants), _parsed(groups))
    # Constants that stand elsewhere than in the kind's own file, or a schema that is refused.
    contract = reader.contract(kind)
    told = tuple((json_path.parse(path), value) for path, value in contract.discriminator)
    return Discriminator(kind, told, _parsed(contract.told_by_keys))


def _parsed(groups: Any) -> tuple[tuple[Steps, ...], ...]:
    return tuple(tuple(json_path.parse(path) for path in group) for group in groups)


def _constant(schema: Mapping[str, Any], steps: Steps) -> Any:
    """The constant that a schema itself says at a place; `MISSING` where it does not."""
    node: Any = schema
    for step in steps:
        properties = node.get("properties") if isinstance(node, dict) else None
        node = properties.get(step) if isinstance(properties, dict) else None
    return node.get("const", MISSING) if isinstance(node, dict) else MISSING
