"""Files around a handler that say something of it, and cannot be read with what is installed."""

from __future__ import annotations

import contextlib
from importlib.util import find_spec
from pathlib import Path

from ecr_contracts.core.text import some_of
from ecr_contracts.discovery.surroundings import files_around
from ecr_contracts.discovery.target import Target

__all__ = ["unread_files"]

_TERRAFORM = ".tf"
_SAYS_SOMETHING = (b"aws_lambda_function", b"aws.ecr", b"aws.inspector2")
_MOST_NAMED = 3


def unread_files(target: Target) -> str:
    """Which Terraform around a handler is not read since python-hcl2 is not here; else nothing.

    Files that say nothing of Lambda functions or of events are not named.
    """
    if find_spec("hcl2") is not None:
        return ""
    unread: list[Path] = []
    for file in files_around(target):
        with contextlib.suppress(OSError):
            if file.suffix == _TERRAFORM and any(map(file.read_bytes().count, _SAYS_SOMETHING)):
                unread.append(file)
    if not unread:
        return ""
    names = some_of([str(file) for file in unread], _MOST_NAMED)
    return (
        f"not read: {names}, which may say its rules and variables; reading Terraform takes "
        "python-hcl2: python -m pip install 'ecr-contracts[templates]'"
    )
