"""Takes secrets of the developer's own environment away that a consumer's code never names.

They are there because somebody is logged in somewhere, and no deployed function has them.
"""

from __future__ import annotations

import os
from collections.abc import Collection, Iterable
from pathlib import Path

from ecr_contracts.core.masking import secrets
from ecr_contracts.core.secrets.looks import looks_secret
from ecr_contracts.core.secrets.names import is_secret_variable
from ecr_contracts.discovery.source.variables.named import unnamed_variables

__all__ = ["withdraw"]


def withdraw(given: Collection[str], sources: Iterable[str], folder: Path | None) -> None:
    """Remove variables from this process that hold secrets, unless they are given or named.

    `given` are names whose values somebody gave to the consumer, `sources` its modules, and
    `folder` is where other modules of it lie.
    """
    held = [name for name, value in os.environ.items() if _holds_secret(name, value)]
    held = [name for name in held if name not in given]
    if not held:
        return
    for name in unnamed_variables(held, sources, folder):
        os.environ.pop(name, None)
        _forget_start(name)


def _holds_secret(name: str, value: str) -> bool:
    if not value or value == "none":  # ours, see `lambda_context`
        return False
    is_secret = is_secret_variable(name) or looks_secret(value, name)
    return is_secret or bool(secrets({name: value}))


def _forget_start(name: str) -> None:
    """Take a variable out of what `os.environ` was made of, where that is kept as well."""
    try:
        import posix
    except ImportError:
        return  # Windows
    posix.environ.pop(os.fsencode(name), None)
