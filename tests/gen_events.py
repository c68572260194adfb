"""Events in bulk: random choices and numbers without Hypothesis, and what becomes of events when
somebody errs.
"""

from __future__ import annotations

import copy
from collections.abc import Iterator
from random import Random
from typing import Any

from ecr_contracts.events.constraints import full_assignment
from ecr_contracts.events.model import Contract
from ecr_contracts.events.regexes import Digits

SCALARS: list[Any] = [
    *(None, True, False, 0, 1, -1, 7, 2**53 + 1, 2**63, 2**64, 10**30, -(10**30)),
    *(0.0, -0.0, 1.0, 1.5, -0.5, 1e16, 1e300, 5e-324),
    *(
        "",
        " ",
        "a",
        "ab",
        "latest",
        "SUCCESS",
        "success",
        "123456789012",
        "123456789012\n",
        "١٢٣٤٥٦٧٨٩٠١٢",
        "\n",
    ),
    *(
        "2026-03-01T12:00:00Z",
        "2026-03-01T12:00:00Z\n",
        "0",
        "aws.ecr",
        "us-east-1",
        "é",
        "😀",
        "\ud800",
        "a\ud800",
        "\x00",
    ),
    *("a" * 256, "a" * 257, "a" * 300, "a" * 301, "é" * 300, "😀" * 256, "a" * 2048, "a" * 2049),
]
KEYS = [
    "",
    "$ref",
    "image_tag",
    "imageTag",
    "image-tag",
    "image-tags",
    "HIGH",
    "high",
    "TOTAL",
    "détail",
    "\ud800",
    "0",
]


def number(random: Random) -> Digits:
    """A number that chooses values, mostly large enough to choose all of them."""
    return Digits(random.getrandbits(random.choice([0, 4, 16, 512, 2048])))


def start(contract: Contract, random: Random) -> dict[str, str]:
    """A choice for every facet, whether they go together or not."""
    return {facet.path: random.choice(facet.choices).label for facet in contract.facets}


def events(contract: Contract, count: int, seed: int) -> Iterator[dict[str, Any]]:
    """Valid events of random choices and values."""
    random = Random(seed)
    for _ in range(count):
        yield contract.build(full_assignment(contract, {}, start(contract, random)), number(random))


def mutated(event: Any, random: Random) -> Any:
    """A copy with one or more values replaced, keys taken away, added or renamed, elements
    repeated.
    """
    wrong = copy.deepcopy(event)
    for _ in range(random.choice([1, 1, 1, 2, 3])):
        holders = [found for found in _within(wrong) if isinstance(found, (dict, list))]
        if not holders:
            return _value(random)
        holder = random.choice(holders)
        if isinstance(holder, dict):
            _change_object(holder, random)
        else:
            _change_array(holder, random)
    return wrong


def _change_object(found: dict[str, Any], random: Random) -> None:
    key = random.choice(list(found) or KEYS)
    match random.randrange(4):
        case 0:
            found.pop(key, None)
        case 1:
            found[random.choice(KEYS)] = found.pop(key, None)
        case 2:
            found[random.choice(KEYS)] = _value(random)
        case _:
            found[key] = _value(random)


def _change_array(found: list[Any], random: Random) -> None:
    match random.randrange(3):
        case 0:
            found.append(_value(random))
        case 1 if found:
            found[random.randrange(len(found))] = _value(random)
        case _:
            found *= 2


def _value(random: Random, depth: int = 2) -> Any:
    match random.randrange(8 if depth else 6):
        case 6:
            return [_value(random, depth - 1) for _ in range(random.randrange(3))]
        case 7:
            return {
                random.choice(KEYS): _value(random, depth - 1) for _ in range(random.randrange(3))
            }
        case _:
            return random.choice(SCALARS)


def _within(value: Any) -> Iterator[Any]:
    yield value
    for inner in (
        value.values() if isinstance(value, dict) else value if isinstance(value, list) else ()
    ):
        yield from _within(inner)
