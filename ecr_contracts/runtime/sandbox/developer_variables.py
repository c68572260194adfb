"""Takes secrets of the developer's own environment away that a consumer's code never names.

They are there because somebody is logged in somewhere, and no deployed function has them.
"""

from __future__ import annotations

import os
from collections.abc import Iterable

from ecr_contracts.core.masking import holds_secret
from ecr_contracts.discovery.source.modules import files as source_files
from ecr_contracts.discovery.source.variables.named import unnamed_variables
from ecr_contracts.discovery.target import Target
from ecr_contracts.runtime.lambda_context import NO_CREDENTIALS
from ecr_contracts.runtime.loader import source_texts

__all__ = ["unnamed_secrets", "withdraw"]


def unnamed_secrets(target: Target) -> frozenset[str]:
    """The variables of this process that hold secrets and that a consumer's code never names."""
    held = [
        name
        for name, value in os.environ.items()
        if name not in NO_CREDENTIALS and value and holds_secret(name, value)
    ]
    if not held:
        return frozenset()
    files = list(source_files(target))
    folder = files[0].absolute().parent if files else None
    return unnamed_variables(held, source_texts(target), folder)


def withdraw(names: Iterable[str]) -> None:
    """Remove variables from this process, and from what `os.environ` was made of."""
    for name in names:
        os.environ.pop(name, None)
        _forget_start(name)


def _forget_start(name: str) -> None:
    try:
        import posix
    except ImportError:
        return  # Windows
    posix.environ.pop(os.fsencode(name), None)
