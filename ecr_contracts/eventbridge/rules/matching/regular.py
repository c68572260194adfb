"""The condition that a regular expression of Python makes of a text: code asks so, no pattern does.

It stands beside the conditions of event patterns so that contracts can be divided by it as well.
"""

from __future__ import annotations

import re
import warnings
from dataclasses import dataclass
from enum import Enum
from functools import cached_property
from typing import Any

__all__ = ["Matches", "Where"]


class Where(Enum):
    """Where in a text an expression has to match: the name of the function of `re`."""

    WHOLE = "fullmatch"
    START = "match"
    ANYWHERE = "search"


@dataclass(frozen=True)
class Matches:
    """A text that a regular expression matches, as `re.search` and its like say."""

    expression: str
    where: Where = Where.WHOLE
    ignore_case: bool = False

    def holds(self, value: Any) -> bool:
        """Whether a value is a text that the expression matches."""
        if not isinstance(value, str):
            return False
        return getattr(self._compiled, self.where.value)(value) is not None

    @cached_property
    def _compiled(self) -> re.Pattern[str]:
        with warnings.catch_warnings():
            # What a later Python will read otherwise is not ours to mend.
            warnings.simplefilter("ignore")
            return re.compile(self.expression, re.IGNORECASE if self.ignore_case else 0)
