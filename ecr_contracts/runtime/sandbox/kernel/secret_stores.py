"""Where tools keep the keys and passwords of a user: files and folders of the home folder."""

from __future__ import annotations

import os
from collections.abc import Iterator

__all__ = ["NAMES", "homes", "secret_stores"]

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


def homes() -> tuple[str, ...]:
    """The home folders of this user: that of the environment, and that of the system's list."""
    return tuple(dict.fromkeys(_homes()))


def _homes() -> Iterator[str]:
    import pwd  # POSIX only

    home = os.environ.get("HOME", "")
    if os.path.isabs(home):
        yield os.path.realpath(home)
    try:
        yield os.path.realpath(pwd.getpwuid(os.getuid()).pw_dir)
    except KeyError:
        return


def secret_stores() -> tuple[str, ...]:
    """The stores that there are, without symbolic links."""
    stores: dict[str, None] = {}
    for home in homes():
        for name in NAMES:
            path = os.path.realpath(os.path.join(home, name))
            if os.path.lexists(path) and path != home and not home.startswith(path + os.sep):
                stores[path] = None
    return tuple(stores)
