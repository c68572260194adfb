"""What a row of the table of checks holds."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum

from ecr_contracts.core.findings import Severity


class Scope(Enum):
    """What a check looks at."""

    CALL = "the outcome of one call"
    SUBJECT = "a problem that the subject itself, or `trial`, reports with the outcome"
    COMPARISON = "several calls, compared"
    RUN = "all calls of a run"
    FINDING = "a finding of another check"


@dataclass(frozen=True, slots=True)
class Check:
    """One row of the table.

    `code` is what it is called where words may change, as in `ECR101`: it stays, and no other check
    ever gets it; its hundreds say the group. `headline` is what reports say first; `{exception}` in
    it is the type that was raised.
    `purpose` says what goes wrong and what follows from it, in the documents. `mend` tells the
    owner what to do, as reports and that table print it; `mend_at` tells it of the `{field}` that a
    finding names, where there is one (see `mend_of`); where its cause is about none, `looks_at` are
    fields of `detail` that it may be about. `policy` says what keeps the check from
    being a false alarm; it is for whoever reads this table. Only an error makes a run fail; the
    user's levels can change the `severity`. Where a check `ends` the call, nothing behind it was
    seen.
    """

    id: str
    code: str
    headline: str
    purpose: str
    mend: str
    policy: str
    mend_at: str = ""
    looks_at: tuple[str, ...] = ()
    severity: Severity = Severity.ERROR
    scope: Scope = Scope.CALL
    ends: bool = False
