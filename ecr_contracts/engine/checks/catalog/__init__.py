"""The table of checks: one row each, with what is said of every finding of a check.

To add a check, add a row to the module of its group, with the next free code of that group (a code
is never used again, even when its check goes), and the code that sees it. Its scope says where that
stands: in `outcome` where one call shows it, in `engine/relations` where calls are compared; a
subject, or `trial`, reports a `Fault` (`Scope.SUBJECT`); `phases` adds what follows from another
finding, and `refusals` says which exceptions are raised on purpose.
The documents and the configuration follow from the row, and so do reports, but for two things. What
a single finding says of itself (its `detail`) is worded by the code that sees it. And in some cases
`headline` in `reporting/sentences` has other words: for `raises`, `given-back`, `left-in-queue`,
`batch`, `action-blind`, `lost-path` and `future-event`.
"""

from __future__ import annotations

from ecr_contracts.engine.checks.catalog.ids import (
    ACTION_BLIND,
    BATCH_ANSWER,
    DEAD,
    DEAD_AT_IMPORT,
    DEAD_COMPARISON,
    EMPTY_QUEUE,
    FAILS_AFTER_ANSWER,
    FUTURE_EVENT,
    GIVEN_BACK,
    LEFT_IN_QUEUE,
    NEVER_RUNS,
    RAISES,
    REFUSED_REQUEST,
    REFUSES,
    REPEATED,
    UNREACHED,
    UNREAD,
    VACUOUS,
    WRONG_CALL,
    WRONGLY_SETTLED,
)
from ecr_contracts.engine.checks.catalog.row import (
    Check,
    Scope,
)
from ecr_contracts.engine.checks.catalog.table import (
    CHECKS,
    GROUPS,
    check_named,
    is_of_run,
    is_relation,
    mend_of,
)

__all__ = [
    "ACTION_BLIND",
    "BATCH_ANSWER",
    "CHECKS",
    "DEAD",
    "DEAD_AT_IMPORT",
    "DEAD_COMPARISON",
    "EMPTY_QUEUE",
    "FAILS_AFTER_ANSWER",
    "FUTURE_EVENT",
    "GIVEN_BACK",
    "GROUPS",
    "LEFT_IN_QUEUE",
    "NEVER_RUNS",
    "RAISES",
    "REFUSED_REQUEST",
    "REFUSES",
    "REPEATED",
    "UNREACHED",
    "UNREAD",
    "VACUOUS",
    "WRONGLY_SETTLED",
    "WRONG_CALL",
    "Check",
    "Scope",
    "check_named",
    "is_of_run",
    "is_relation",
    "mend_of",
]
