"""Finds the events in any JSON value: in known envelopes, and deeper where people put them.

`unwrap` knows what targets hand over. Here is added what no target does: an event under `data` of a
CloudEvent, in the detail of another event, in a line of a log. Such an event is found by its keys,
and so is an envelope around it. The search is bounded, whatever the value.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from itertools import islice
from typing import Any

from ecr_contracts.core import json_path
from ecr_contracts.core.findings import MISSING, Violation
from ecr_contracts.core.limits import EVENT_VALUES, NESTED_LEVELS
from ecr_contracts.eventbridge.envelopes.codec import LIMIT
from ecr_contracts.eventbridge.unwrap import (
    DEEPEST,
    Held,
    Unread,
    contents,
    is_event,
    is_wrapped,
    opened,
)
from ecr_contracts.events.strangers import STRANGER
from ecr_contracts.events.validation import kind_or_violation

__all__ = ["InnerEvent", "Records", "events_in"]

_MARK = "detail-type"  # a text without it holds no event
_JSON_BEGINS = re.compile(r'\{\s*"|\[\s*\{')
_ATTEMPTS = 4  # places of a text at which JSON may begin
_decode = json.JSONDecoder().raw_decode


@dataclass(frozen=True, slots=True)
class InnerEvent(Held):
    """An event that stands where no target puts one."""


@dataclass(frozen=True, slots=True)
class Records:
    """Records that another service handed to a function: no event of a bus. Places as in `Held`."""

    place: str
    outer: str
    sender: str


def events_in(value: Any, *, limit: int = LIMIT) -> Iterator[Held | Unread | Records]:
    """The events in a value in their order, each with its place, and what could not be read.

    A value that holds no event at all is taken for one, unless nothing in it looks so. Gzip within
    a known envelope may unpack to `limit` bytes.
    """
    search = _Search(limit)
    for part in contents(value, limit=limit):
        yield from search.looked_into(part)


@dataclass
class _Search:
    """One search; `values` counts what was looked at."""

    limit: int
    values: int = field(default=0, init=False)

    def looked_into(self, part: Held | Unread) -> Iterator[Held | Unread | Records]:
        """A part of a value as it is, or what is found within it."""
        if isinstance(part, Held):
            yield from self._in_event(part)
        elif part.content is MISSING:
            yield part
        else:
            yield from self._in_unknown(part, part.content)

    def _in_event(self, held: Held) -> Iterator[Held | Unread | Records]:
        """What is taken for an event, and what another sender's event holds in its detail."""
        event = held.event
        if not is_event(event):
            yield from self._in_unknown(held, event)
            return
        yield held
        kind = kind_or_violation(event)
        if isinstance(kind, Violation) and kind.keyword == STRANGER:
            detail = json_path.at(event, ("detail",))
            place = f"{held.place}.detail"
            yield from self._within(detail, place, held.outer, 1, 0)

    def _in_unknown(self, part: Held | Unread, content: Any) -> Iterator[Held | Unread | Records]:
        """The events within what is none and in no known envelope, or else the part as it is."""
        is_empty = True
        for inner in self._within(content, part.place, part.outer, 0, 0):
            is_empty = False
            yield inner
        if not is_empty:
            return
        sender = _sender_of_records(content)
        yield Records(part.place, part.outer, sender) if sender else part

    def _within(
        self, value: Any, place: str, outer: str, level: int, texts: int
    ) -> Iterator[Held | Unread | Records]:
        """The events at any depth of a value; `texts` counts the texts that it was decoded from."""
        self.values += 1
        if self.values >= EVENT_VALUES or level > NESTED_LEVELS:
            if self.values == EVENT_VALUES:
                problem = f"has more values than are looked at for events ({EVENT_VALUES:,})"
                yield Unread(place, outer, problem)
            return
        if isinstance(value, str):
            yield from self._in_text(value, place, outer, level, texts)
        elif isinstance(value, list):
            for index, element in enumerate(value):
                yield from self._within(element, f"{place}[{index}]", outer, level + 1, texts)
        elif isinstance(value, Mapping):
            if level and _is_surely_event(value):
                yield from self._in_event(InnerEvent(place, outer, value))
            elif level and is_wrapped(value):
                for part in opened(value, limit=self.limit):
                    if isinstance(part, Held) or not part.by_nature:
                        yield from self.looked_into(_moved(part, place, outer))
            else:
                for key, inner in value.items():
                    if isinstance(inner, (Mapping, list)) or _may_hold_event(inner):
                        inner_place = f"{place}{json_path.show([key])[1:]}"
                        yield from self._within(inner, inner_place, outer, level + 1, texts)

    def _in_text(
        self, text: str, place: str, outer: str, level: int, texts: int
    ) -> Iterator[Held | Unread | Records]:
        """The events in a text that is JSON, or has some within, as a line of a log may."""
        if texts == DEEPEST or not _may_hold_event(text):
            return
        for begin in _starts_of_json(text):
            try:
                value, _ = _decode(text, begin)
            except (ValueError, RecursionError):
                continue
            yield from self._within(value, place, outer or place, level + 1, texts + 1)
            return


def _moved(part: Held | Unread, place: str, outer: str) -> Held | Unread:
    """A part of a value that stands at a place, with its places in the whole."""
    inner_place = f"{place}{part.place[1:]}"
    inner_outer = f"{place}{part.outer[1:]}" if part.outer else ""
    if isinstance(part, Held):
        return InnerEvent(inner_place, outer or inner_outer, part.event, part.optional)
    return replace(part, place=inner_place, outer=outer or inner_outer)


def _is_surely_event(value: Mapping[str, Any]) -> bool:
    """Whether an object deep in another is an event, and no pattern or other talk about events."""
    has_detail = isinstance(value.get("detail"), Mapping)
    has_source = isinstance(value.get("source"), str)
    return isinstance(value.get(_MARK), str) and (has_source or has_detail)


def _may_hold_event(value: Any) -> bool:
    return isinstance(value, str) and _MARK in value


def _starts_of_json(text: str) -> Iterator[int]:
    """The first offsets of a text at which an object, an array or a text of JSON may begin."""
    if text.lstrip().startswith(('"', "{", "[")):
        yield len(text) - len(text.lstrip())
    for start in islice(_JSON_BEGINS.finditer(text), _ATTEMPTS):
        yield start.start()


def _sender_of_records(value: Any) -> str:
    """The service whose records a value holds, as S3's notifications are; empty for none."""
    records = value.get("Records") if isinstance(value, Mapping) else None
    record = records[0] if isinstance(records, list) and records else None
    if not isinstance(record, Mapping):
        return ""
    source = record.get("eventSource") or record.get("EventSource")
    return source if isinstance(source, str) and source.startswith("aws:") else ""
