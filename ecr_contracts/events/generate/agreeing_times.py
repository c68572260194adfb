"""Times that agree: a drawn event's other times stand to its own time as those of the baseline do.

Each value of an event is drawn by itself, so that a finding would be first observed years after it
was updated, in an event that was sent before either. No event is like that, and whoever subtracts
two of them would fail by what we made up. So all times within an event are moved to the event's
own, with the distances of the baseline. Fractions of a second stay as they were drawn.

    baseline: time 12:00:00, firstObservedAt 11:58:30
    drawn:    time 2019-05-04T03:02:01Z, firstObservedAt 2026-11-30T…  ->  2019-05-04T03:00:31Z
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from copy import deepcopy
from datetime import UTC, datetime
from typing import Any, NamedTuple

from ecr_contracts.core import json_path
from ecr_contracts.events.model import Contract

__all__ = ["with_agreeing_times"]

_TIME: json_path.Steps = ("time",)
_MONTHS = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"]
_WEEKDAYS = ["Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"]
_SECONDS = re.compile(r"(\d{4})-(\d\d)-(\d\d)T(\d\d):(\d\d):(\d\d)(\.\d+)?Z")
_COMMA = re.compile(r"([A-Z][a-z]{2}) (\d\d?), (\d{4}), (\d\d?):(\d\d):(\d\d) ([AP]M)")
_WEEKDAY = re.compile(
    r"[A-Z][a-z]{2} ([A-Z][a-z]{2}) (\d\d) (\d\d):(\d\d):(\d\d)(\.\d+) UTC (\d{4})"
)
_MILLISECONDS = range(1_000_000_000_000, 10_000_000_000_000)
"""Numbers that are milliseconds since 1970, in this century or the next."""


class _Time(NamedTuple):
    """A moment, and how another one is written in the same form."""

    moment: datetime
    write: Callable[[datetime], Any]


def with_agreeing_times(contract: Contract, event: Mapping[str, Any]) -> dict[str, Any]:
    """A copy of a valid event whose other times agree with its own.

    Its own time becomes that of the baseline where the others cannot follow it, since they would be
    of other choices then. Where not even that will do, it is as it was.
    """
    own, usual = json_path.at(event, _TIME), json_path.at(contract.baseline, _TIME)
    if _read(own) is not None:
        for time in (own, usual):
            moved = _moved(contract, event, time)
            if moved is not None:
                return moved
    return deepcopy(dict(event))


def _moved(contract: Contract, event: Mapping[str, Any], own: Any) -> dict[str, Any] | None:
    """The event with a time of its own, and all others as far from it as those of the baseline.

    None where that is no time, or some time would be of another choice.
    """
    moment, usual = _read(own), _read(json_path.at(contract.baseline, _TIME))
    if moment is None or usual is None:
        return None
    changed: dict[str, Any] = deepcopy(dict(event))
    json_path.put(changed, _TIME, own)
    for facet in contract.facets:
        usual_time = _read(json_path.at(contract.baseline, facet.steps))
        drawn = _read(json_path.at(event, facet.steps))
        if facet.steps == _TIME or usual_time is None or drawn is None:
            continue
        value = drawn.write(moment.moment + (usual_time.moment - usual.moment))
        json_path.put(changed, facet.steps, value)
        if facet.recognise(changed) is not facet.recognise(event):
            return None
    return changed


def _read(value: Any) -> _Time | None:
    """A value as a time, without its fraction of a second; None for what is none."""
    try:
        if isinstance(value, int) and value in _MILLISECONDS:
            return _milliseconds(value)
        if not isinstance(value, str):
            return None
        if match := _SECONDS.fullmatch(value):
            return _in_seconds(match)
        if match := _COMMA.fullmatch(value):
            return _with_comma(match)
        if match := _WEEKDAY.fullmatch(value):
            return _with_weekday(match)
    except ValueError:  # the 31st of a month that has none, or no month
        pass
    return None


def _milliseconds(value: int) -> _Time:
    seconds, rest = divmod(value, 1000)
    moment = datetime.fromtimestamp(seconds, UTC)
    return _Time(moment, lambda other: int(other.timestamp()) * 1000 + rest)


def _in_seconds(match: re.Match[str]) -> _Time:
    *numbers, fraction = match.groups()
    moment = datetime(*map(int, numbers), tzinfo=UTC)  # type: ignore[misc,arg-type]
    return _Time(moment, lambda other: f"{other:%Y-%m-%dT%H:%M:%S}{fraction or ''}Z")


def _with_comma(match: re.Match[str]) -> _Time:
    month, day, year, hour, minute, second, half = match.groups()
    hours = int(hour) % 12 + (12 if half == "PM" else 0)
    moment = datetime(
        int(year),
        _MONTHS.index(month) + 1,
        int(day),
        hours,
        int(minute),
        int(second),
        tzinfo=UTC,
    )

    def write(other: datetime) -> str:
        date = f"{_MONTHS[other.month - 1]} {other.day}, {other.year}"
        half = "PM" if other.hour >= 12 else "AM"
        return f"{date}, {other.hour % 12 or 12}:{other:%M:%S} {half}"

    return _Time(moment, write)


def _with_weekday(match: re.Match[str]) -> _Time:
    month, day, hour, minute, second, fraction, year = match.groups()
    moment = datetime(
        int(year),
        _MONTHS.index(month) + 1,
        int(day),
        int(hour),
        int(minute),
        int(second),
        tzinfo=UTC,
    )

    def write(other: datetime) -> str:
        date = f"{_WEEKDAYS[other.weekday()]} {_MONTHS[other.month - 1]} {other:%d}"
        return f"{date} {other:%H:%M:%S}{fraction} UTC {other.year}"

    return _Time(moment, write)
