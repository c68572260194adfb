"""The size of events, as EventBridge counts it."""

from __future__ import annotations

import pytest

from ecr_contracts.core.findings import Severity
from ecr_contracts.eventbridge.quotas import LARGEST, NEAR, OLD, oversize, size
from ecr_contracts.events.generate.cases import case

EVENT = case("push/ordinary").event


def of(count: int) -> dict:
    """The ordinary push, with a key that makes it so many bytes large."""
    event = EVENT | {"detail": EVENT["detail"] | {"x": ""}}
    event["detail"]["x"] = "a" * (count - size(event))
    assert size(event) == count
    return event


@pytest.mark.parametrize(
    ("event", "count"),
    [
        ({}, 2 - 2),
        ({"source": "aws.ecr"}, 7),
        ({"source": "é"}, 2),
        ({"time": "whatever"}, 14),
        ({"detail": {"a": 1}}, 7),
        ({"detail": {"a": "é"}}, 10),
        ({"resources": ["abc", "de"]}, 5),
        ({"resources": None, "id": "not counted", "account": "nor this"}, 0),
        (
            {"time": "t", "source": "s", "detail-type": "d", "detail": {}, "resources": ["r"]},
            14 + 1 + 1 + 2 + 1,
        ),
        ({"source": "\ud800"}, 3),
    ],
)
def test_what_is_counted(event, count):
    assert size(event) == count


@pytest.mark.parametrize(
    ("count", "severity"),
    [
        (NEAR - 1, None),
        (NEAR, Severity.WARNING),
        (OLD, Severity.WARNING),
        (LARGEST, Severity.WARNING),
        (LARGEST + 1, Severity.ERROR),
    ],
)
def test_from_where_on_it_is_told(count, severity):
    told = oversize(of(count))
    assert (told and told.severity) == severity
    if told:
        assert (told.path, told.value, told.keyword) == ("$", f"{count:,} bytes", "size")


@pytest.mark.parametrize("value", [None, [], "text", 7])
def test_what_is_no_event_has_no_size(value):
    assert oversize(value) is None
