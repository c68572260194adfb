"""Proves what is declared of consumers that act: what they ask AWS for, over thousands of events.

What is said of them is told again here without the package: each consumer is given pairs of events
that differ in one thing, and boto3 writes down what it is asked for.
"""

from __future__ import annotations

import contextlib
import copy
import functools
import io
import json
from collections.abc import Callable, Iterator, Sequence
from typing import Any
from unittest import mock

import boto3

from .expected import Row

GRADED = ("CRITICAL", "HIGH", "MEDIUM", "LOW", "INFORMATIONAL")
NUMBERS = (1, 9, 1000)
FOR_PEOPLE = ("Message", "Subject")
COMPARED = 150  # events of a kind whose counts are changed in every way

Event = dict[str, Any]
Request = tuple[str, str, str]
"""A service, an operation, and the parameters as JSON."""


class _Client:
    """A client of boto3 that writes down what it is asked for."""

    def __init__(self, service: str, requests: list[Request]) -> None:
        self._service, self._requests = service, requests

    def __getattr__(self, operation: str) -> Callable[..., dict[str, Any]]:
        return functools.partial(self._note, operation)

    def _note(self, operation: str, **parameters: Any) -> dict[str, Any]:
        self._requests.append((self._service, operation, json.dumps(parameters, sort_keys=True)))
        return {}


class _Untouchable:
    """What nobody can read anything of."""

    def __getattribute__(self, name: str) -> Any:
        raise AssertionError(f"{name} is read")

    def __getitem__(self, key: object) -> Any:
        raise AssertionError(f"{key} is read")

    def __iter__(self) -> Iterator[Any]:
        raise AssertionError("it is read")


def requests_of(handler: Callable[..., Any], event: Any) -> list[Request]:
    """What a consumer asks AWS for when it is given an event."""
    requests: list[Request] = []

    def client(service: str, **_: Any) -> _Client:
        return _Client(service, requests)

    with mock.patch.object(boto3, "client", client), contextlib.redirect_stdout(io.StringIO()):
        handler(event, None)
    return requests


def problems(row: Row, handler: Callable[..., Any], events: Sequence[Event]) -> Iterator[str]:
    """Where a consumer does otherwise than its row says."""
    shown = set()
    for check, (kinds, shows) in SHOWN.items():
        if row.kinds[0] in kinds and shows(handler, events):
            shown.add(check)
    declared = {fault.check for fault in row.faults}
    if shown != declared:
        yield f"declared: {sorted(declared)}, shown: {sorted(shown)}"
    for fault in row.faults:
        paths = {wanted.path for cause in fault.causes for clause in cause for wanted in clause}
        named = {path.rpartition(".")[2] for path in paths}
        if fault.check == "severity-unread" and named != passed_over(handler, events):
            yield f"it passes over {passed_over(handler, events)}"


# --- what each check says, told again -------------------------------------------------------------


def with_count(event: Event, severity: str, number: int) -> Event:
    """A scan with so many findings of a severity, the others as they are."""
    changed = copy.deepcopy(event)
    changed["detail"]["finding-severity-counts"][severity] = number
    return changed


def counted(events: Sequence[Event]) -> Iterator[Event]:
    """Scans that count anything, and one that counts nothing."""
    has_counts = [event for event in events if "finding-severity-counts" in event["detail"]]
    for event in has_counts[:1]:
        bare = copy.deepcopy(event)
        bare["detail"]["finding-severity-counts"] = {}
        yield bare
    yield from has_counts[:COMPARED]


def passed_over(handler: Callable[..., Any], events: Sequence[Event]) -> set[str]:
    """The severities of which no number changes anything, though one of a less grave one does."""
    heeded = set()
    for event in counted(events):
        for severity in GRADED:
            without = with_count(event, severity, 0)
            for number in NUMBERS:
                more = with_count(event, severity, number)
                if requests_of(handler, more) != requests_of(handler, without):
                    heeded.add(severity)
    passed = set()
    for place, severity in enumerate(GRADED):
        if severity not in heeded and heeded & set(GRADED[place:]):
            passed.add(severity)
    return passed


def shows_severity_unread(handler: Callable[..., Any], events: Sequence[Event]) -> bool:
    """Whether a severity is passed over."""
    return bool(passed_over(handler, events))


def shows_severity_words(handler: Callable[..., Any], events: Sequence[Event]) -> bool:
    """Whether a subject that names the gravest there is names another one when more is found."""
    for event in counted(events):
        counts = event["detail"]["finding-severity-counts"]
        gravest = next((severity for severity in GRADED if counts.get(severity)), None)
        if gravest is None or gravest not in subjects(handler, event):
            continue
        for lower in GRADED[GRADED.index(gravest) + 1 :]:
            more = with_count(event, lower, 10_000)
            if lower in subjects(handler, more) and gravest not in subjects(handler, more):
                return True
    return False


def subjects(handler: Callable[..., Any], event: Event) -> str:
    """The subjects of the messages about an event."""
    found = [json.loads(request[2]).get("Subject", "") for request in requests_of(handler, event)]
    return " ".join(found)


def shows_case_changed(handler: Callable[..., Any], events: Sequence[Event]) -> bool:
    """Whether a parameter that is not for people is an event's tag in another case."""
    for event in events:
        tag = event["detail"].get("image-tag") or ""
        for _, _, parameters in requests_of(handler, event):
            for name, value in json.loads(parameters).items():
                is_other = value != tag and str(value).casefold() == tag.casefold()
                if name not in FOR_PEOPLE and tag and is_other:
                    return True
    return False


def shows_unread(handler: Callable[..., Any], _: Sequence[Event]) -> bool:
    """Whether something is done with an event of which nothing can be read."""
    with contextlib.suppress(AssertionError, TypeError):
        return bool(requests_of(handler, _Untouchable()))
    return False


def shows_dead(handler: Callable[..., Any], events: Sequence[Event]) -> bool:
    """Whether a consumer could ask for something, and does for no event."""
    can_ask = "tell" in handler.__code__.co_names
    return can_ask and not any(requests_of(handler, event) for event in events)


_SCANS, _PUSHES = ("scan",), ("push",)
SHOWN: dict[str, tuple[Sequence[str], Callable[[Callable[..., Any], Sequence[Event]], bool]]] = {
    "severity-unread": (_SCANS, shows_severity_unread),
    "severity-words": (_SCANS, shows_severity_words),
    "case-changed": (_PUSHES, shows_case_changed),
    "unread": (_PUSHES, shows_unread),
    "dead": (_PUSHES, shows_dead),
}
"""Whether a consumer shows what a check is about, and of which kinds that is asked."""
