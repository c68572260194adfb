"""Regular expressions that somebody else wrote, searched in time that grows with the text alone.

RE2 has no backtracking and bounds its memory; what takes backtracking (looking ahead, references
to a group) it refuses, and so do we: nothing is said of such an expression.
"""

from __future__ import annotations

import re
from functools import lru_cache
from typing import Any

from ecr_contracts.core import limits

__all__ = ["finds", "is_broken"]


def finds(expression: str, text: str) -> bool | None:
    """Whether an expression matches somewhere in a text; None where that cannot be told."""
    compiled = _compiled(expression)
    if compiled is None:
        return None
    return compiled.search(text.encode("utf-8", "replace").decode()) is not None


def is_broken(expression: str) -> bool:
    """Whether an expression is none in Python's notation, which has what RE2 refuses."""
    try:
        re.compile(expression[: limits.EXPRESSION_CHARACTERS])
    except re.error:
        return True
    except (RecursionError, OverflowError):
        return False
    return False


@lru_cache(256)
def _compiled(expression: str) -> Any:
    """An expression as RE2 has it; None for one that it refuses, or that is too long."""
    # Imported late: few consumers come with expressions of their own.
    import re2

    if len(expression) > limits.EXPRESSION_CHARACTERS:
        return None
    options = re2.Options()
    options.log_errors = False
    options.max_mem = limits.EXPRESSION_BYTES
    try:
        return re2.compile(expression, options)
    except (re2.error, UnicodeEncodeError):
        return None
