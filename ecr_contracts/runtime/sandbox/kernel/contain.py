"""The parts put together: each is tried, in an order in which none hinders the next."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from contextlib import suppress
from importlib import import_module

from ecr_contracts.runtime.sandbox.kernel.bounds import Bounds
from ecr_contracts.runtime.sandbox.kernel.containment import Containment, Hold
from ecr_contracts.runtime.sandbox.kernel.system_calls import is_known_system

__all__ = ["contain", "prepare"]

_PARTS = ("datagrams", "landlock", "loopback", "mounts", "namespaces", "privileges", "seccomp")


def prepare() -> None:
    """Import the parts, for all processes that are forked off this one."""
    if is_known_system():
        for part in _PARTS:
            import_module(f"{__package__}.{part}")
        # ctypes makes its types when it first needs them.
        from ecr_contracts.runtime.sandbox.kernel.privileges import may_administrate

        with suppress(OSError):
            may_administrate()


def contain(bounds: Bounds) -> Containment:
    """Hold this process, and all that it starts from now on, within bounds; what holds.

    It cannot be undone. Threads that run already are not held by all parts, and keep some from
    being had: let there be one thread only. Where this is no Linux, nothing is done.
    """
    if not is_known_system():
        return Containment()
    return _Parts(bounds).contain()


class _Parts:
    """The parts as they are put around this process, and what each of them holds."""

    def __init__(self, bounds: Bounds) -> None:
        self._bounds = bounds
        self._means: defaultdict[str, list[str]] = defaultdict(list)

    def contain(self) -> Containment:
        """Try each part; one that the kernel refuses is not among the means."""
        for part in (self._enter_namespaces, self._add_landlock, self._add_seccomp):
            with suppress(OSError):
                part()
        return Containment.of(self._means)

    def _note(self, holds: Iterable[Hold], means: str) -> None:
        for hold in sorted(holds):
            self._means[hold].append(means)

    def _enter_namespaces(self) -> None:
        from ecr_contracts.runtime.sandbox.kernel import loopback, mounts, namespaces, privileges

        bounds = self._bounds
        # Another network namespace has another list of sockets.
        sockets = mounts.unix_sockets()
        is_superuser = privileges.may_administrate()
        wanted = namespaces.NEW_MOUNTS
        if not bounds.ports:
            wanted |= namespaces.NEW_NETWORK
        entered = namespaces.enter(wanted)
        if entered & namespaces.NEW_NETWORK:
            self._note((Hold.NETWORK, Hold.DATAGRAMS), loopback.MEANS)
            with suppress(OSError):
                loopback.bring_up()
        if entered & namespaces.NEW_MOUNTS:
            with suppress(OSError):
                self._note(mounts.restrict(bounds, sockets), mounts.MEANS)
        privileges.give_up(in_user_namespace=bool(entered) and not is_superuser)

    def _add_landlock(self) -> None:
        from ecr_contracts.runtime.sandbox.kernel import landlock, privileges

        privileges.gain_no_more()
        holds = landlock.restrict(
            self._bounds,
            reads=Hold.SECRETS not in self._means,
            connections=Hold.NETWORK not in self._means,
        )
        self._note(holds, landlock.MEANS)

    def _add_seccomp(self) -> None:
        from ecr_contracts.runtime.sandbox.kernel import datagrams, privileges, seccomp

        privileges.gain_no_more()
        has_datagrams = Hold.DATAGRAMS in self._means or bool(self._bounds.ports)
        holds = seccomp.restrict(self._bounds, datagrams=has_datagrams)
        self._note(holds, seccomp.MEANS)
        if Hold.DATAGRAMS in holds:
            datagrams.stand_in()
