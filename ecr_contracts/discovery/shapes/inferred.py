"""The envelopes that reach a consumer by its shape, whatever words its code has.

A function without arguments asks a queue for its messages, a web app is sent requests. Nothing is
imported or run.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator

from ecr_contracts.discovery.shapes.chalice import chalice_envelopes
from ecr_contracts.discovery.shapes.pollers import polled_envelopes
from ecr_contracts.discovery.shapes.queue_messages import message_envelopes
from ecr_contracts.discovery.shapes.web_apps import web_envelopes
from ecr_contracts.discovery.target import Target

__all__ = ["envelopes_of_shape"]

Reader = Callable[[Target], Iterator[tuple[str, str]]]
"""Gives the envelopes of one shape, the likeliest first, each with what in the code says so."""

_READERS: tuple[Reader, ...] = (
    web_envelopes,
    chalice_envelopes,
    message_envelopes,
    polled_envelopes,
)


def envelopes_of_shape(target: Target) -> dict[str, str]:
    """The envelopes that a consumer gets by its shape, with the reasons; none for a handler."""
    found: dict[str, str] = {}
    for reader in _READERS:
        for name, reason in reader(target):
            found.setdefault(name, reason)
    return found
