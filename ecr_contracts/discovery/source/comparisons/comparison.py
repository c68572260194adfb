"""A comparison of a handler's code: a field of the event, what it is compared with, and where."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, NamedTuple

from ecr_contracts.core.json_path import Steps
from ecr_contracts.discovery.source.comparisons.field_conditions import FieldCondition
from ecr_contracts.discovery.source.comparisons.values import text_methods
from ecr_contracts.discovery.source.comparisons.values.atoms import Change

__all__ = ["Compared", "Comparison", "VariableComparison"]


@dataclass(frozen=True, slots=True)
class Comparison:
    """One literal that code compares with a field of the event.

    `steps` lead to the field from the event's own outer object: `("detail", "repository-name")`; an
    element of an array has the number 0: `("detail", "image-tags", 0)`. Where the comparison is
    true, `condition` holds for the field. `literal` is what the code compares with, `file` (as
    reports show it) and `line` say where. `leads_on` is the truth value of the condition that leads
    to more of the handler's code, None where neither does. `group` is alike for what stands in one
    test, list or chain of alternatives. `is_sure` says that nothing but the field and the literal
    can be what is compared; `path` is the code's file, as it is opened. `needed` is the truth value
    without which nothing is done, None where either will do. `letters` says to which letter case
    the field was brought before ("lower", "upper"), and `is_read` of a key that it is read and not
    compared.
    """

    steps: Steps
    condition: FieldCondition
    literal: Any
    file: str
    line: int
    leads_on: bool | None = None
    group: int = 0
    is_sure: bool = True
    path: str = ""
    needed: bool | None = None
    letters: str = ""
    is_read: bool = False

    @property
    def place(self) -> str:
        """Where it stands, `app.py:9`."""
        return f"{self.file}:{self.line}"


@dataclass(frozen=True, slots=True)
class VariableComparison:
    """A field of the event that code compares with an environment variable.

    `steps` are those of `Comparison`. `how` is "equal" (or one of its pieces is), "prefix" (the
    field begins with it), "suffix", "within" (it is a part of the field), "pattern" (it is a
    regular expression), "glob", or "key" (the field is a key of it). `separator` is what the
    variable is split at before it is compared, empty where it is compared as a whole; `is_parsed`
    says that it is JSON. `changes` are what is done to the field before (see `wanted`), `frame` are
    the fixed texts that the code puts before and after the variable or each of its pieces.
    """

    steps: Steps
    how: str
    separator: str
    file: str
    line: int
    leads_on: bool | None = None
    is_parsed: bool = False
    changes: tuple[Change, ...] = ()
    needed: bool | None = None
    frame: tuple[str, str] = ("", "")

    @property
    def place(self) -> str:
        """Where it stands, `app.py:9`."""
        return f"{self.file}:{self.line}"

    def wanted(self, text: str) -> str | None:
        """What the variable, or a piece of it, has to be for a field of this text.

        None where that cannot be said.
        """
        made = text_methods.applied(self.changes, text)
        before, after = self.frame
        if made is None or not made.startswith(before) or not made.endswith(after):
            return None
        made = made.removeprefix(before).removesuffix(after)
        return re.escape(made) if self.how == "pattern" else made


class Compared(NamedTuple):
    """All that a handler's code compares with fields of its event, in the order of its lines.

    `keys` are those that are read of objects within the detail, as comparisons with `Exists`;
    `variables` the fields that are compared with environment variables, by their names.
    """

    comparisons: tuple[Comparison, ...]
    keys: tuple[Comparison, ...]
    variables: Mapping[str, tuple[VariableComparison, ...]]
