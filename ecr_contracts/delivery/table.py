"""The table of envelopes. A new one is a file with `wrap` and `unwrap`, and a row here."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any

from ecr_contracts.delivery import bare, sqs
from ecr_contracts.errors import UnknownNameError


@dataclass(frozen=True, slots=True)
class Envelope:
    """What a target hands to its code, plain JSON both ways.

    `wrap` makes the payload of some events, `unwrap` finds the events of a payload; both raise EnvelopeError for what
    the envelope cannot carry or is not. `about` says in a few words who gets it. One that `batches` carries several
    events at a time. `lossless`: `unwrap` gives just what `wrap` was given.
    """

    name: str
    about: str
    wrap: Callable[[Sequence[Mapping[str, Any]]], Any]
    unwrap: Callable[[Any], list[Any]]
    batches: bool = False
    lossless: bool = True


ENVELOPES: Mapping[str, Envelope] = MappingProxyType(
    {
        row.name: row
        for row in (
            Envelope("lambda", "the bare event, as a Lambda target gets it", bare.wrap, bare.unwrap),
            Envelope("sqs", "Lambda's `Records` of SQS messages", sqs.wrap, sqs.unwrap, batches=True),
        )
    }
)


def envelope(name: str) -> Envelope:
    """The envelope of a name. Raises UnknownNameError, naming those that exist."""
    if name not in ENVELOPES:
        raise UnknownNameError("envelope", name, ENVELOPES)
    return ENVELOPES[name]


def carry(events: Sequence[Mapping[str, Any]], via: str) -> Any:
    """What reaches the code of some events in the envelope of a name.

    Raises UnknownNameError for one that does not exist, EnvelopeError for events that it cannot carry.
    """
    return envelope(via).wrap(events)
