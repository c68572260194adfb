"""What a handler's own code compares with fields of its event, and which answer leads on.

Nothing is run. A comparison that cannot be said truly as a condition on the field is left out.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from ecr_contracts.core.json_path import Steps
from ecr_contracts.discovery.target import Target
from ecr_contracts.eventbridge.rules.matching.conditions import Condition
from ecr_contracts.eventbridge.rules.matching.regular import Matches

__all__ = ["Comparison", "VariableComparison", "comparisons", "variables_compared"]


@dataclass(frozen=True, slots=True)
class Comparison:
    """One literal that code compares with a field of the event.

    `steps` lead to the field from the event's own outer object: `("detail", "repository-name")`; an
    element of an array has the number 0: `("detail", "image-tags", 0)`. Where the comparison is
    true, `condition` holds for the field. `literal` is what the code compares with, `file` (as
    reports show it) and `line` say where. `leads_on` is the truth value that leads to more of the
    handler's code, None where neither does.
    """

    steps: Steps
    condition: Condition | Matches
    literal: Any
    file: str
    line: int
    leads_on: bool | None = None

    @property
    def place(self) -> str:
        """Where it stands, `app.py:9`."""
        return f"{self.file}:{self.line}"


@dataclass(frozen=True, slots=True)
class VariableComparison:
    """A field of the event that code compares with an environment variable.

    `steps` are those of `Comparison`. `separator` is what the variable is split at before it is
    compared, empty where it is compared as a whole. `how` is "equal" (or one of its pieces is),
    "prefix" (the field begins with it), "suffix" or "within" (it is a part of the field).
    """

    steps: Steps
    how: str
    separator: str
    file: str
    line: int
    leads_on: bool | None = None


def comparisons(target: Target) -> tuple[Comparison, ...]:
    """What a handler's code compares with fields of its event, in the order of files and lines."""
    return ()


def variables_compared(target: Target) -> Mapping[str, tuple[VariableComparison, ...]]:
    """The fields that a handler's code compares with environment variables, by variable."""
    return {}
