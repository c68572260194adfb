"""The report for programs, as a text."""

from __future__ import annotations

import json
from typing import Any

from ecr_contracts.core.foreign_text import in_json
from ecr_contracts.reporting.formats.run import Run
from ecr_contracts.reporting.json import verdict_as_json

__all__ = ["LIST_FORMAT", "document"]

LIST_FORMAT = 1
"""The version of the document of several consumers; each report in it has its own."""


def document(run: Run) -> str:
    """The document of a verdict, in ASCII; of several, and of what was not judged, a list."""
    return in_json(json.dumps(_as_json(run), indent=2, ensure_ascii=True)) + "\n"


def _as_json(run: Run) -> dict[str, Any]:
    if len(run.verdicts) == 1 and not (run.is_list or run.unjudged):
        return verdict_as_json(run.verdicts[0])
    return {
        "format": LIST_FORMAT,
        "consumers": [verdict_as_json(verdict) for verdict in run.verdicts],
        "unjudged": [{"consumer": one.consumer, "why": one.why} for one in run.unjudged],
    }
