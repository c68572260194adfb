"""How a consumer behaves where a finding is about a single call: what the symptoms of it say."""

from __future__ import annotations

from ecr_contracts.core.findings import Finding, Location
from ecr_contracts.engine.checks.catalog import RAISES, REFUSES

__all__ = ["Behaviour", "behaviours"]

Behaviour = tuple[str, str | None, Location | None]
"""The check, the exception and the place of a symptom."""


def behaviours(finding: Finding) -> set[Behaviour]:
    """The behaviours that a finding tells of: one for each of its places.

    A refusal is a symptom of the check of exceptions.
    """
    check = RAISES if finding.check == REFUSES else finding.check
    places = (finding.location, *finding.places)
    return {(check, finding.exception, place) for place in places}
