"""The report as one page of HTML: it works offline, runs no script and fetches nothing."""

from __future__ import annotations

from ecr_contracts.reporting.formats.html.page import document

__all__ = ["document"]
