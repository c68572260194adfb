"""Where tools keep the keys and passwords of a user: files and folders of the home folder."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterable, Iterator
from contextlib import suppress

__all__ = ["NAMED_BY", "NAMES", "secret_stores"]

NAMES = (
    ".aws",
    ".azure",
    ".bash_history",
    ".boto",
    ".cargo/credentials",
    ".cargo/credentials.toml",
    ".config/containers/auth.json",
    ".config/gcloud",
    ".config/gh",
    ".config/git/credentials",
    ".config/glab-cli",
    ".config/helm/registry",
    ".config/hub",
    ".config/op",
    ".config/pip",
    ".config/pypoetry/auth.toml",
    ".config/rclone",
    ".config/sops",
    ".databrickscfg",
    ".docker",
    ".dockercfg",
    ".gem/credentials",
    ".git-credentials",
    ".gnupg",
    ".kube",
    ".local/share/keyrings",
    ".local/share/python_keyring",
    ".m2/settings.xml",
    ".mozilla",
    ".my.cnf",
    ".netrc",
    ".npmrc",
    ".oci",
    ".password-store",
    ".pgpass",
    ".pip/pip.conf",
    ".pypirc",
    ".python_history",
    ".s3cfg",
    ".ssh",
    ".terraform.d/credentials.tfrc.json",
    ".terraformrc",
    ".vault-token",
    ".yarnrc.yml",
    ".zsh_history",
    "Library/Keychains",
    "_netrc",
)
"""Paths below a home folder, those among them where commands are remembered."""
NAMED_BY = (
    "AWS_CONFIG_FILE",
    "AWS_SHARED_CREDENTIALS_FILE",
    "CLOUDSDK_CONFIG",
    "DOCKER_CONFIG",
    "GNUPGHOME",
    "KUBECONFIG",
    "NETRC",
)
"""Environment variables that name such a file or folder elsewhere."""


def secret_stores() -> tuple[str, ...]:
    """The stores that there are, without symbolic links.

    One that holds the project, or what Python imports, is not among them.
    """
    stores: dict[str, None] = {}
    for path in _places():
        if os.path.lexists(path):
            stores[os.path.realpath(path)] = None
    places = _needed_places() if stores else ()
    return tuple(store for store in stores if not _holds_any(store, places))


def _needed_places() -> tuple[str, ...]:
    needed = [os.getcwd(), sys.prefix, sys.base_prefix, *filter(os.path.isabs, sys.path)]
    return (*map(os.path.realpath, needed), *_homes())


def _holds_any(folder: str, places: Iterable[str]) -> bool:
    return any(place == folder or place.startswith(folder + os.sep) for place in places)


def _places() -> Iterator[str]:
    for home in dict.fromkeys(_homes()):
        for name in NAMES:
            yield os.path.join(home, name)
    for name in NAMED_BY:
        for place in os.environ.get(name, "").split(os.pathsep):
            if os.path.isabs(place) and not place.startswith("/dev/"):
                yield place


def _homes() -> Iterator[str]:
    """The home folders of this user: that of the environment, and that of the system's list."""
    import pwd  # POSIX only

    home = os.environ.get("HOME", "")
    if os.path.isabs(home):
        yield os.path.realpath(home)
    with suppress(KeyError):
        yield os.path.realpath(pwd.getpwuid(os.getuid()).pw_dir)
