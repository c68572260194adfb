"""A pattern under examination: its proof, and what is known of what it is for."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from ecr_contracts.core import json_path
from ecr_contracts.core.json_path import Steps
from ecr_contracts.eventbridge.rules.corrections import written
from ecr_contracts.eventbridge.rules.proofs import Proof

__all__ = ["Examined"]


@dataclass(frozen=True)
class Examined:
    """A pattern that lets something through, of which advice is sought.

    `unresolved` are the paths at which its values are not known before it is deployed. `words` are
    those of the code that it is for; none where that is not known.
    """

    proof: Proof
    unresolved: frozenset[str] = frozenset()
    words: frozenset[str] = frozenset()

    @property
    def data(self) -> Mapping[str, Any]:
        """The pattern as it is written."""
        return self.proof.data

    def at(self, place: Steps) -> Any:
        """What stands at a path of the pattern."""
        return json_path.at(self.data, place)

    def with_leaf(self, path: str, conditions: list[Any]) -> dict[str, Any] | None:
        """The pattern with a leaf at a path of the event, in place of the one that may be there."""
        steps = [str(step) for step in json_path.parse(path)]
        return written.with_leaf(self.data, steps, conditions)
