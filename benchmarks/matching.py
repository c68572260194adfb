"""What it costs to match an event with a pattern, beside moto's matcher in the same run.

    python -m benchmarks.matching

The patterns have five keys each, as people write them for ECR; the events are the named cases of
all kinds. Each figure is the median of several rounds, in which the two matchers take turns. Both
are given parsed patterns and parsed events; the events on which they differ are left out, and their
number is told. The exit code is 1 if a limit is missed.
"""

from __future__ import annotations

import sys
import time
from collections.abc import Callable, Mapping
from statistics import median
from typing import Any

from moto.events.models import EventPattern

from ecr_contracts.eventbridge.rules.pattern import Pattern
from ecr_contracts.events.generate.cases import edge_cases
from ecr_contracts.events.kinds import kind_names

MICROSECONDS = 5.0  # an event, at the median of patterns
TIMES_FASTER = 10.0  # than moto, for each pattern
ROUNDS, REPEATS = 9, 20

Event = dict[str, Any]

_ENVELOPE = {"source": ["aws.ecr"], "account": ["123456789012"]}
_SEVERE: list[Any] = [{"numeric": [">", 0]}]

PATTERNS: Mapping[str, Event] = {
    "exact values": {
        **_ENVELOPE,
        "detail-type": ["ECR Image Action"],
        "detail": {"action-type": ["PUSH"], "result": ["SUCCESS"]},
    },
    "any of some": {
        **_ENVELOPE,
        "detail-type": ["ECR Image Scan", "ECR Image Action"],
        "region": ["us-east-1", "eu-west-1", "eu-central-1"],
        "detail": {"image-tags": ["latest", "stable"]},
    },
    "prefixes": {
        **_ENVELOPE,
        "detail-type": [{"prefix": "ECR Image"}],
        "resources": [{"prefix": "arn:aws:ecr"}],
        "detail": {"repository-name": [{"prefix": "my-"}, {"suffix": "/api"}]},
    },
    "anything but": {
        **_ENVELOPE,
        "detail-type": [{"anything-but": "ECR Image Action"}],
        "region": [{"anything-but": {"prefix": "us-gov-"}}],
        "detail": {"repository-name": [{"anything-but": ["scratch", "test"]}]},
    },
    "numbers": {
        **_ENVELOPE,
        "detail-type": ["ECR Image Scan"],
        "detail": {
            "scan-status": ["COMPLETE"],
            "finding-severity-counts": {"CRITICAL": _SEVERE},
        },
    },
    "wildcards": {
        **_ENVELOPE,
        "detail-type": [{"wildcard": "ECR*Scan"}],
        "time": [{"wildcard": "20*T*Z"}],
        "detail": {"repository-name": [{"wildcard": "*re*o"}]},
    },
    "alternatives": {
        **_ENVELOPE,
        "detail-type": ["ECR Image Action"],
        "detail": {
            "result": ["FAILURE"],
            "$or": [{"action-type": ["DELETE"]}, {"image-tag": [{"exists": False}]}],
        },
    },
}
"""Patterns of five keys each, by what they are about."""


def seconds_for(matches: Callable[[Event], bool], events: list[Event]) -> float:
    """The seconds that one event takes."""
    began = time.perf_counter()
    for _ in range(REPEATS):
        for event in events:
            matches(event)
    return (time.perf_counter() - began) / (REPEATS * len(events))


def main() -> int:
    """Print the table; 1 when a limit is missed."""
    events = [case.event for kind in kind_names() for case in edge_cases(kind)]
    print(f"{len(events)} events\n")
    print(f"{'pattern':<16}{'matched':>9}{'us':>8}{'moto us':>9}{'times':>8}{'differ':>12}")
    missed, costs = [], []
    for name, written in PATTERNS.items():
        ours, theirs = Pattern.parse(written).matches, EventPattern(None, written).matches_event
        agreed = [event for event in events if ours(event) == theirs(event)]
        rounds = [(seconds_for(ours, agreed), seconds_for(theirs, agreed)) for _ in range(ROUNDS)]
        cost = median(our_seconds for our_seconds, _ in rounds) * 1e6
        moto_cost = median(their_seconds for _, their_seconds in rounds) * 1e6
        ratio = median(their_seconds / our_seconds for our_seconds, their_seconds in rounds)
        matched = sum(map(ours, events))
        differing = len(events) - len(agreed)
        print(f"{name:<16}{matched:>9}{cost:>8.2f}{moto_cost:>9.1f}{ratio:>8.1f}{differing:>12}")
        costs.append(cost)
        if ratio < TIMES_FASTER:
            missed.append(f"{name}: {ratio:.1f} times as fast as moto, {TIMES_FASTER} are wanted")
    if median(costs) >= MICROSECONDS:
        missed.append(f"{median(costs):.2f} us, less than {MICROSECONDS} us are wanted")
    for line in missed:
        print(f"MISSED: {line}")
    return 1 if missed else 0


if __name__ == "__main__":
    sys.exit(main())
