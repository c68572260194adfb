"""A pattern under examination: its proof, and what is known of what it is for."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from ecr_contracts.core import json_path
from ecr_contracts.core.json_path import Steps
from ecr_contracts.eventbridge.rules.corrections import written
from ecr_contracts.eventbridge.rules.proofs import Proof

__all__ = ["Code", "Examined"]


@dataclass(frozen=True)
class Code:
    """What the code that a pattern is for speaks of: its words, and the kinds that these tell.

    What code speaks of was asked for.
    """

    words: frozenset[str]
    kinds: frozenset[str]


@dataclass(frozen=True)
class Examined:
    """A pattern that lets something through, of which advice is sought.

    `unresolved` are the paths at which its values are not known before it is deployed. `code` is
    None where it is not known what it is for.
    """

    proof: Proof
    unresolved: frozenset[str] = frozenset()
    code: Code | None = None

    @property
    def words(self) -> frozenset[str]:
        """The words of the code that it is for."""
        return self.code.words if self.code else frozenset()

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
