"""Where tools keep the keys and passwords of a user: files and folders of the home folder."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterable, Iterator
from contextlib import suppress

__all__ = ["NAMES", "secret_stores"]

NAMES = (
    ".aws",
    ".azure",
    ".boto",
    ".cargo/credentials",
    ".cargo/credentials.toml",
    ".config/gcloud",
    ".config/gh",
    ".config/git/credentials",
    ".config/hub",
    ".config/op",
    ".config/sops",
    ".databrickscfg",
    ".docker",
    ".gem/credentials",
    ".git-credentials",
    ".gnupg",
    ".kube",
    ".local/share/keyrings",
    ".m2/settings.xml",
    ".mozilla",
    ".my.cnf",
    ".netrc",
    ".npmrc",
    ".oci",
    ".password-store",
    ".pgpass",
    ".pypirc",
    ".s3cfg",
    ".ssh",
    ".terraform.d/credentials.tfrc.json",
    ".terraformrc",
    ".vault-token",
    ".yarnrc.yml",
)
"""Paths below a home folder."""


def secret_stores() -> tuple[str, ...]:
    """The stores that there are, without symbolic links.

    One that holds the project, or what Python imports, is not among them.
    """
    stores: dict[str, None] = {}
    for home in dict.fromkeys(_homes()):
        for name in NAMES:
            path = os.path.join(home, name)
            if os.path.lexists(path):
                stores[os.path.realpath(path)] = None
    places = _needed_places() if stores else ()
    return tuple(store for store in stores if not _holds_any(store, places))


def _needed_places() -> tuple[str, ...]:
    needed = [os.getcwd(), sys.prefix, sys.base_prefix, *filter(os.path.isabs, sys.path)]
    return (*map(os.path.realpath, needed), *_homes())


def _holds_any(folder: str, places: Iterable[str]) -> bool:
    return any(place == folder or place.startswith(folder + os.sep) for place in places)


def _homes() -> Iterator[str]:
    """The home folders of this user: that of the environment, and that of the system's list."""
    import pwd  # POSIX only

    home = os.environ.get("HOME", "")
    if os.path.isabs(home):
        yield os.path.realpath(home)
    with suppress(KeyError):
        yield os.path.realpath(pwd.getpwuid(os.getuid()).pw_dir)
