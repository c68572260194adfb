"""The rows of all groups as one table, and what is asked of it."""

from __future__ import annotations

import re
from collections.abc import Sequence
from types import MappingProxyType

from ecr_contracts.core.errors import UnknownNameError
from ecr_contracts.core.text import listed
from ecr_contracts.engine.checks.catalog import batches, calls, code, comparisons, shaping, web
from ecr_contracts.engine.checks.catalog.row import Check, Scope

GROUPS = MappingProxyType(
    {
        "one call": calls.ROWS,
        "several calls, compared": comparisons.ROWS,
        "batches and queues": batches.ROWS,
        "the code as a whole": code.ROWS,
        "input transformers and commands": shaping.ROWS,
        "web apps": web.ROWS,
    }
)
"""The rows by their group, in the order of the hundreds of their codes."""

CHECKS = MappingProxyType({row.id: row for rows in GROUPS.values() for row in rows})
"""Every check by its id, in the order of codes, in which reports name them."""

_BY_CODE = MappingProxyType({row.code: row for row in CHECKS.values()})


_LIKE_A_CODE = re.compile(r"ecr-?\w?\d", re.IGNORECASE)


def check_named(name: str) -> Check:
    """The check of an id or a code, as in `raises` or `ECR101` (in either case of letters).

    Raises UnknownNameError where there is none.
    """
    row = CHECKS.get(name) or _BY_CODE.get(name.upper())
    if row is None:
        if _LIKE_A_CODE.match(name):
            # Codes are too much alike to guess which one was meant.
            raise UnknownNameError("check (`ecr-contracts checks` lists them)", name, ())
        raise UnknownNameError("check", name, CHECKS)
    return row


def mend_of(check: str, fields: Sequence[str] = ()) -> str:
    """What the owner does about a finding of a check: at some fields, by their short names, if any.

    Empty for an unknown id.
    """
    if check not in CHECKS:
        return ""
    row = CHECKS[check]
    if row.mend_at and fields:
        return row.mend_at.format(field=listed(list(dict.fromkeys(fields)), "and"))
    return row.mend


def is_relation(check: str) -> bool:
    """Whether a check compares calls, rather than judging one; false for an unknown id."""
    return check in CHECKS and CHECKS[check].scope is Scope.COMPARISON


def is_of_run(check: str) -> bool:
    """Whether a check is about all events of a run alike; false for an unknown id."""
    return check in CHECKS and CHECKS[check].scope is Scope.RUN
