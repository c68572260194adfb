"""SARIF 2.1.0, the format of results that GitHub's code scanning, GitLab and editors read.

One run for all consumers, since GitHub takes only one of a tool in a file. A rule is a check, by
its code; a result is a fault. Files are named from the root of the repository, `%SRCROOT%`. A fault
keeps its fingerprint wherever its lines move to: it is made of its cause.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Sequence
from importlib.metadata import version
from typing import Any
from urllib.parse import quote

from ecr_contracts.core.findings import Location, Severity
from ecr_contracts.core.foreign_text import one_line
from ecr_contracts.core.text import encodable
from ecr_contracts.engine.checks.catalog import CHECKS, Check
from ecr_contracts.engine.verdict import Verdict
from ecr_contracts.reporting.formats.run import Run, Unjudged
from ecr_contracts.reporting.formats.summary import cut_short, is_whole
from ecr_contracts.reporting.formats.told import Told, told_faults
from ecr_contracts.reporting.lines import Role

__all__ = ["document"]

_SCHEMA = "https://json.schemastore.org/sarif-2.1.0.json"
_NAME = "ecr-contracts"
_ROOT = "%SRCROOT%"
_CAUSE = "ecrContractsCause/v1"
_OF_GITHUB = "primaryLocationLineHash"
"""What GitHub tells results apart by.

Its uploader makes one of a line and its text, and warns of any other. Only a result that it would
take for another one, since it has the same rule and line, is given one here.
"""

_FIRST_CLAUSE = re.compile(r"[:;.](?: |$)")
"""Where the first clause of what a check means ends: code scanning has it as the title."""

_LINK = re.compile(r"\[(?=[^\[\]]*\]\()")
"""The bracket that begins what SARIF would take for a link: `[words](1)`."""


def document(run: Run) -> str:
    """The log of a run, as indented JSON in ASCII."""
    results: list[dict[str, Any]] = []
    rules: dict[str, int] = {}
    taken: set[tuple[str, str, int]] = set()
    for verdict in run.verdicts:
        for told in told_faults(run, verdict):
            index = rules.setdefault(told.first.check, len(rules))
            result = _result(run, verdict, told, index)
            for place in (told.places or told.beside)[:1]:
                spot = (told.code, place.file, place.line)
                if spot in taken:
                    prints = result["partialFingerprints"]
                    prints[_OF_GITHUB] = prints[_CAUSE]
                taken.add(spot)
            results.append(result)
    driver = {
        "name": _NAME,
        "version": version(_NAME),
        "rules": [_rule(CHECKS[check]) for check in rules],
    }
    whole = {
        "$schema": _SCHEMA,
        "version": "2.1.0",
        "runs": [
            {
                "tool": {"driver": driver},
                "invocations": [_invocation(run)],
                "originalUriBaseIds": {_ROOT: {"description": _text("the root of the repository")}},
                "columnKind": "unicodeCodePoints",
                "results": results,
            }
        ],
    }
    return json.dumps(whole, indent=2, ensure_ascii=True) + "\n"


def _rule(check: Check) -> dict[str, Any]:
    """A check as a rule: what it means and what to do, as the table of checks says it."""
    name = "".join(part.capitalize() for part in check.id.split("-"))
    return {
        "id": check.code,
        "name": name,
        "shortDescription": _text(f"{_FIRST_CLAUSE.split(check.purpose)[0]}."),
        "fullDescription": _text(check.purpose),
        "help": {
            "text": f"{check.purpose}\n\nWhat to do: {check.mend}.\n\n"
            f"More: ecr-contracts explain {check.code}",
            "markdown": f"{_markdown(check.purpose)}\n\n**What to do**: {_markdown(check.mend)}."
            f"\n\nMore: `ecr-contracts explain {check.code}`",
        },
        "defaultConfiguration": {"level": _default_level(check)},
        "properties": {"tags": ["ecr", "eventbridge", check.id]},
    }


def _default_level(check: Check) -> str:
    return "error" if check.severity is Severity.ERROR else "warning"


def _markdown(text: str) -> str:
    """A text of our own table as Markdown: nothing in it is markup, but for code."""
    return re.sub(r"([*_<>\[\]])(?=[^`]*(?:`[^`]*`[^`]*)*$)", r"\\\1", text)


def _result(run: Run, verdict: Verdict, told: Told, index: int) -> dict[str, Any]:
    """A fault as a result; further lines of its code are related locations."""
    first, *others = told.places or told.beside or (None,)
    words = [told.headline]
    words += [line.text for line in told.lines if line.role is not Role.PLACE]
    words.append(told.repeat)
    result: dict[str, Any] = {
        "ruleId": told.code,
        "ruleIndex": index,
        "level": told.level.value,
        "message": _text(_LINK.sub(r"\\[", "\n".join(map(one_line, words)))),
        "partialFingerprints": {_CAUSE: told.mark(run, verdict.consumer)},
        "properties": {
            "consumer": one_line(verdict.consumer),
            "kinds": sorted({finding.kind for finding in told.findings}),
            "envelopes": sorted({finding.via for finding in told.findings}),
            "evidence": told.first.evidence.value,
            "repeat": one_line(told.repeat),
        },
    }
    if first is not None:
        result["locations"] = [_location(run, first)]
    if others:
        related = []
        for number, place in enumerate(others, 1):
            related.append({"id": number, **_location(run, place)})
        result["relatedLocations"] = related
    return result


def _location(run: Run, place: Location) -> dict[str, Any]:
    region: dict[str, Any] = {"startLine": place.line}
    if place.source:
        region["snippet"] = _text(one_line(place.source))
    if place.source and place.column:
        region["startColumn"] = place.column
        if not place.source.endswith("…"):
            region["endColumn"] = place.column + len(place.source)
    physical: dict[str, Any] = {"artifactLocation": _artifact(run, place.file), "region": region}
    if place.around:
        code = place.around.split("\n")
        first = place.first or place.line
        physical["contextRegion"] = {
            "startLine": first,
            "endLine": first + len(code) - 1,
            "snippet": _text("\n".join(map(one_line, code))),
        }
    location: dict[str, Any] = {"physicalLocation": physical}
    if place.function:
        location["logicalLocations"] = [
            {"fullyQualifiedName": one_line(place.function), "kind": "function"}
        ]
    return location


def _artifact(run: Run, file: str) -> dict[str, str]:
    """A file by its path from the root; one that lies outside by its own."""
    path = run.in_repository(file)
    if path:
        return {"uri": quote(encodable(path)), "uriBaseId": _ROOT}
    shown = quote(encodable(file))
    return {"uri": f"file://{shown}" if file.startswith("/") else shown}


def _invocation(run: Run) -> dict[str, Any]:
    """How the run went: what could not be judged, and whether it was ended early."""
    notes = list(_notifications(run.unjudged))
    for verdict in run.verdicts:
        if reason := cut_short(verdict):
            words = f"{one_line(verdict.consumer)}: {reason}"
            notes.append({"level": "warning", "message": _text(words)})
    invocation: dict[str, Any] = {"executionSuccessful": is_whole(run)}
    if notes:
        invocation["toolExecutionNotifications"] = notes
    return invocation


def _notifications(unjudged: Sequence[Unjudged]) -> Iterator[dict[str, Any]]:
    for one in unjudged:
        words = f"{one_line(one.consumer)} could not be judged: {one_line(one.why)}"
        yield {"level": "error", "message": _text(words)}


def _text(text: str) -> dict[str, str]:
    return {"text": encodable(text)}
