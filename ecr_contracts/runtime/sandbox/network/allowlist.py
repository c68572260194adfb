"""The addresses that may be connected to: those of the user's list, by name and by number."""

from __future__ import annotations

import socket
from collections.abc import Iterable
from ipaddress import ip_address

_LOCALHOST = frozenset({"127.0.0.1", "::1"})


class Allowlist:
    """The addresses of `--allow-net`, each `host:port`; a name stands for its addresses."""

    def __init__(self, allowed: Iterable[str]) -> None:
        self._allowed: set[tuple[str, str]] = set()
        for text in allowed:
            host, _, port = text.rpartition(":")
            self._allowed.add((plain(host), port))
        self._numbers: dict[str, frozenset[str]] = {}

    def allows(self, host: str, wanted_port: object) -> bool:
        """Whether a host may be connected to at a port."""
        if not self._allowed:
            return False
        host, wanted = plain(host), str(wanted_port)
        if (host, wanted) in self._allowed:
            return True
        if host == "localhost":
            return any((number, wanted) in self._allowed for number in _LOCALHOST)
        if not is_number(host):
            return False
        names = [name for name, port in self._allowed if port == wanted and not is_number(name)]
        return any(host in self._addresses(name) for name in names)

    def names(self, host: str) -> bool:
        """Whether some port of a host may be connected to, so that it may be looked up."""
        return any(plain(host) == allowed for allowed, _ in self._allowed)

    def _addresses(self, name: str) -> frozenset[str]:
        if name not in self._numbers:
            try:
                results = socket.getaddrinfo(name, None)
            except OSError:
                return frozenset()
            self._numbers[name] = frozenset(str(address[4][0]) for address in results)
        return self._numbers[name]


def plain(host: str) -> str:
    """A host as it is compared: in small letters, an IPv6 address without brackets and zone."""
    return host.strip("[]").partition("%")[0].rstrip(".").lower()


def is_number(host: str) -> bool:
    """Whether a host is an address and no name, so that no look-up is needed."""
    try:
        ip_address(plain(host))
    except ValueError:
        return False
    return True


def is_here(host: str) -> bool:
    """Whether a host is this machine, which is known without a look-up."""
    host = plain(host)
    if is_number(host):
        return ip_address(host).is_loopback
    return host in ("", "localhost", socket.gethostname().lower())


def shown(host: str, port: object = None) -> str:
    """`host:port`, in the form that `--allow-net` takes."""
    host = f"[{plain(host)}]" if ":" in host else host
    return host if port in (None, "") else f"{host}:{port}"
