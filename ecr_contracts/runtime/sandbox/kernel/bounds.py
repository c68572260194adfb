"""What a worker may do to the machine around it, as the operating system is to be told."""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from ecr_contracts.runtime.sandbox.kernel.secret_stores import secret_stores
from ecr_contracts.runtime.sandbox.network.allowlist import is_number

__all__ = ["Bounds", "bounds_around"]

_SHARED_MEMORY = "/dev/shm"
"""Where POSIX semaphores and shared memory lie, which multiprocessing needs."""
_MOST_PORTS = 65535


@dataclass(frozen=True, slots=True)
class Bounds:
    """What is let through; everything else is to be held back.

    `writable`: folders that may be written to, with all below; None where files are not to be held.
    `secrets`: files and folders that may not be read. `ports`: TCP ports that may be connected to;
    none for no network at all. `looks_up`: whether names of hosts are looked up. `others`:
    processes that may not be signalled or changed, those above the worker.
    """

    writable: tuple[str, ...] | None = None
    secrets: tuple[str, ...] = ()
    ports: tuple[int, ...] = ()
    looks_up: bool = False
    others: tuple[int, ...] = ()


def bounds_around(*, writable: Sequence[str] | None, allow_net: Iterable[str] = ()) -> Bounds:
    """The bounds of a worker that may write below some folders and reach some `host:port`."""
    ports, looks_up = set[int](), False
    for address in allow_net:
        host, _, port = address.rpartition(":")
        if port.isdecimal() and int(port) <= _MOST_PORTS:
            ports.add(int(port))
        looks_up |= not (is_number(host) or host == "localhost")
    places: tuple[str, ...] | None = None
    if writable is not None:
        places = tuple(dict.fromkeys(map(_folder_of, (*writable, _SHARED_MEMORY))))
    return Bounds(places, secret_stores(), tuple(sorted(ports)), looks_up, tuple(_ancestors()))


def _folder_of(place: str) -> str:
    """The folder that is to be writable for a place to be: a file may come by a move."""
    place = os.path.realpath(place)
    while not os.path.isdir(place):
        place = os.path.dirname(place)
    return place


def _ancestors() -> Iterator[int]:
    """The processes above this one: its parent, the parent of that, and so on."""
    process = os.getppid()
    while process > 1:
        yield process
        try:
            with open(f"/proc/{process}/stat", encoding="utf-8", errors="replace") as file:
                facts = file.read()
        except OSError:
            return
        process = int(facts.rpartition(")")[2].split()[1])
