"""`ecr-contracts rules match`: answers pairs of a pattern and an event, as a judge of matchers."""

from __future__ import annotations

import json
from collections.abc import Iterator
from functools import lru_cache

from ecr_contracts.audit import text_stream
from ecr_contracts.audit.text_stream import Failure
from ecr_contracts.core.errors import EventTextError, MatchCaseError, PatternError
from ecr_contracts.eventbridge.rules.matching.event_leaves import read_event
from ecr_contracts.eventbridge.rules.pattern import Pattern
from ecr_contracts.frontends.cli.output import FINE, MISUSE, complain, print_document

EXAMPLES = (
    "ecr-contracts rules match --cases cases.jsonl",
    "cat cases.jsonl | ecr-contracts rules match --cases -",
)

CASES_HELP = (
    'lines {"pattern": TEXT, "event": TEXT}, each text the JSON of a pattern or an event; '
    "- is standard input"
)


def match(cases: str) -> int:
    """Print `true`, `false` or `invalid` for each case. Raises MatchCaseError for other lines."""
    number = 0
    for number, line in enumerate(_lines(cases), 1):
        try:
            print_document(_answer(line))
        except _CaseError as reason:
            raise MatchCaseError(_shown_name(cases), number, str(reason)) from None
    if not number:
        complain(f"{_shown_name(cases)}: there is no case in it")
        return MISUSE
    return FINE


class _CaseError(ValueError):
    """Why a line is no pattern with an event."""


def _answer(line: str) -> str:
    """Whether the event of a case matches its pattern, or that the pattern is invalid."""
    case = _case(line)
    try:
        event = read_event(case["event"])
    except EventTextError as error:
        raise _CaseError(f"the event is no JSON object: {error.problem}") from None
    try:
        return "true" if _pattern(case["pattern"]).matches(event) else "false"
    except PatternError:
        return "invalid"


def _case(line: str) -> dict[str, str]:
    try:
        case = json.loads(line)
    except ValueError as error:
        raise _CaseError(f"this is no JSON: {error}") from None
    except RecursionError:
        raise _CaseError("this is nested too deeply") from None
    if not isinstance(case, dict):
        raise _CaseError('a case is an object, {"pattern": TEXT, "event": TEXT}')
    for key in ("pattern", "event"):
        if not isinstance(case.get(key), str):
            raise _CaseError(f'"{key}" is wanted, as JSON within a text')
    return case


@lru_cache(maxsize=64)
def _pattern(text: str) -> Pattern:
    return Pattern.parse(text)


def _lines(name: str) -> Iterator[str]:
    """The lines of a file. Raises MatchCaseError where it cannot be read."""
    number = 1
    try:
        opened = text_stream.open_source(name, None)
    except (OSError, ValueError) as error:
        raise MatchCaseError(
            _shown_name(name), 1, text_stream.why_not_opened(error).problem
        ) from None
    rest: list[str] = []
    with opened as file:
        for piece in text_stream.texts(file):
            if isinstance(piece, Failure):
                raise MatchCaseError(_shown_name(name), number, piece.problem)
            first, *others = piece.split("\n")
            rest.append(first)
            for following in others:
                yield "".join(rest)
                rest = [following]
                number += 1
    last = "".join(rest)
    if last:
        yield last


def _shown_name(name: str) -> str:
    return "<stdin>" if name == "-" else name
