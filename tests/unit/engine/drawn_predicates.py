"""Faults that are drawn: Python predicates over the values of events, mixed with choices.

Most are such that no condition on single fields is true of them: the sum of two lengths, a hash, a
comparison of two fields, a number of severities. What is claimed of one is judged on fresh events,
by the predicate itself.
"""

from __future__ import annotations

import random
import zlib
from collections.abc import Callable, Iterator, Sequence
from contextlib import suppress
from functools import cache
from typing import Any, NamedTuple

from ecr_contracts.core.findings import Condition
from ecr_contracts.events.compile import reader
from ecr_contracts.events.constraints import full_assignment
from ecr_contracts.events.generate import cases
from ecr_contracts.events.model import Contract
from ecr_contracts.events.regexes import Digits

COUNTED, TAGGED = "scan", ("push", "delete")
_EVENTS, _AIMED = 250, 60
_DIGITS = 400  # bits that the values of a fresh event are drawn with
_AROUND = (-1, 0, 1, 2, 9)
"""How far from the end of a boundary values are that judge it."""

Event = dict[str, Any]
Predicate = Callable[[Event], bool]


class Fault(NamedTuple):
    """What fails: a kind, a predicate over its events, and how that reads."""

    kind: str
    fails: Predicate
    words: str


def tag_of(event: Event) -> str:
    """The tag of an event, or the first one; an empty text without any."""
    detail = event["detail"]
    return str(detail.get("image-tag") or "".join(detail.get("image-tags", [])[:1]))


def name_of(event: Event) -> str:
    """The repository's name."""
    return str(event["detail"].get("repository-name", ""))


def counts_of(event: Event) -> dict[str, int]:
    """The counts of a scan."""
    return dict(event["detail"].get("finding-severity-counts") or {})


# --- drawing --------------------------------------------------------------------------------------


def drawn(family: str, number: int) -> Fault:
    """A fault of one family of `FAMILIES`."""
    chance = random.Random(f"{family}{number}")
    kind = chance.choice((*TAGGED, COUNTED))
    fault = FAMILIES[family](chance, kind)
    if chance.random() < 0.3:
        return _beside(chance, fault)
    return fault


def _beside(chance: random.Random, fault: Fault) -> Fault:
    """The fault in events with one more choice."""
    contract = reader.contract(fault.kind)
    facet = chance.choice([one for one in contract.varying if one.parent is None])
    label = chance.choice(sorted(facet.labels))

    def fails(event: Event) -> bool:
        return contract.recognise(event).get(facet.path) == label and fault.fails(event)

    return Fault(fault.kind, fails, f"{facet.path} {label} and {fault.words}")


def _sum_of_lengths(chance: random.Random, kind: str) -> Fault:
    most = chance.choice([12, 40, 80, 128, 200, 300])
    return Fault(
        kind,
        lambda event: len(tag_of(event)) + len(name_of(event)) > most,
        f"len(tag) + len(name) > {most}",
    )


def _product(chance: random.Random, kind: str) -> Fault:
    most = chance.choice([30, 60, 500, 5_000])
    return Fault(
        kind,
        lambda event: len(tag_of(event)) * len(name_of(event)) > most,
        f"len(tag) * len(name) > {most}",
    )


def _hash(chance: random.Random, kind: str) -> Fault:
    parts, read = chance.choice([2, 3, 5]), chance.choice([tag_of, name_of])
    return Fault(
        kind,
        lambda event: zlib.crc32(read(event).encode()) % parts == 0,
        f"crc32({read.__name__}) % {parts} == 0",
    )


def _few(chance: random.Random, kind: str) -> Fault:
    least = chance.choice([1, 2, 3, 4, 6])
    if chance.random() < 0.5:
        return Fault(COUNTED, lambda event: len(counts_of(event)) < least, f"fewer than {least}")
    return Fault(
        COUNTED,
        lambda event: sum(map(bool, counts_of(event).values())) >= least,
        f"{least} or more above 0",
    )


def _two_aggregates(chance: random.Random, kind: str) -> Fault:
    names = ["CRITICAL", "HIGH", "MEDIUM", "LOW", "INFORMATIONAL", "UNDEFINED"]
    first = chance.sample(names, chance.randint(2, 4))
    second = chance.sample(names, chance.randint(2, 4))

    def fails(event: Event) -> bool:
        counts = counts_of(event)
        return not any(map(counts.get, first)) and any(name in counts for name in second)

    return Fault(COUNTED, fails, f"none of {first} and any of {second}")


def _comparison(chance: random.Random, kind: str) -> Fault:
    options: list[tuple[Predicate, str]] = [
        (lambda event: len(tag_of(event)) > len(name_of(event)), "len(tag) > len(name)"),
        (lambda event: tag_of(event) < name_of(event), "tag < name"),
        (lambda event: tag_of(event)[:1] == name_of(event)[:1], "same first character"),
    ]
    if kind == COUNTED:
        options.append((_is_more_high, "HIGH > LOW"))
    return Fault(kind, *chance.choice(options))


def _is_more_high(event: Event) -> bool:
    counts = counts_of(event)
    return counts.get("HIGH", 0) > counts.get("LOW", 0)


def _order(chance: random.Random, kind: str) -> Fault:
    def fails(event: Event) -> bool:
        tags = event["detail"].get("image-tags") or []
        return tags != sorted(tags)

    return Fault(COUNTED, fails, "tags out of order")


def _sum(chance: random.Random, kind: str) -> Fault:
    most = chance.choice([0, 3, 20, 1_000, 100_000])
    return Fault(
        COUNTED, lambda event: sum(counts_of(event).values()) > most, f"sum of counts > {most}"
    )


FAMILIES: dict[str, Callable[[random.Random, str], Fault]] = {
    "sum of lengths": _sum_of_lengths,
    "product": _product,
    "hash": _hash,
    "few": _few,
    "two aggregates": _two_aggregates,
    "comparison": _comparison,
    "order": _order,
    "sum": _sum,
}


# --- judging --------------------------------------------------------------------------------------


@cache
def fresh(kind: str) -> tuple[Event, ...]:
    """Events of a kind with random choices and random values; some have the plainest values."""
    contract, chance = reader.contract(kind), random.Random(kind)
    return tuple(_random_event(contract, chance, {}) for _ in range(_EVENTS))


def aimed(kind: str, cause: Sequence[Condition]) -> Iterator[Event]:
    """Events that should meet a claimed cause, all else being random."""
    contract, chance = reader.contract(kind), random.Random(repr(cause))
    for _ in range(_AIMED):
        wanted, pins = {}, {}
        for condition in cause:
            one = chance.choice(list(condition.alternatives))
            wanted[one.path] = chance.choice(sorted(one.choices))
            boundary = one.boundary
            if boundary is not None and boundary.measure == "length":
                end = boundary.low if boundary.low is not None else boundary.high
                value = "k" * max(0, (end or 0) + chance.choice(_AROUND))
                choices = contract.by_path[one.path].choices
                label = next((each.label for each in choices if each.recognises(value)), None)
                if label is not None:
                    wanted[one.path] = label
                    pins[contract.by_path[one.path].steps] = value
        with suppress(ValueError):
            yield _random_event(contract, chance, wanted, pins)


def _random_event(
    contract: Contract, chance: random.Random, wanted: dict[str, str], pins: Any = None
) -> Event:
    share = chance.choice([0.1, 0.3, 0.7, 1])
    start = {}
    for facet in contract.facets:
        if chance.random() < share:
            start[facet.path] = chance.choice(facet.choices).label
    full = full_assignment(contract, wanted, start)
    digits = None if chance.random() < 0.3 else Digits(chance.getrandbits(_DIGITS))
    return contract.build(full, digits, pins or {})


def drawn_cases(kind: str, count: int) -> Iterator[cases.Case]:
    """Cases of random values, as `check` draws them."""
    contract, chance = reader.contract(kind), random.Random(f"cases of {kind}")
    for _ in range(count):
        yield cases.of_event(contract, _random_event(contract, chance, {}))
