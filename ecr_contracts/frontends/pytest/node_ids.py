"""Names of tests and files as the user of pytest can paste them back."""

from __future__ import annotations

import contextlib
import os
import shlex
from pathlib import Path

import pytest

from ecr_contracts.core.foreign_text import one_line
from ecr_contracts.frontends.config import NAMES

_CASES = "--ecr-cases"  # makes an item of each event


def without_event(nodeid: str, case_id: str) -> str:
    """The id of an item without that of its event: a consumer, or a marked test."""
    file, separator, rest = nodeid.partition("::")
    name, _, parameters = rest.partition("[")
    others = f"-{parameters[:-1]}-".replace(f"-{case_id}-", "-", 1)[1:-1]
    if others:
        name = f"{name}[{others}]"
    return file + separator + name


def consumer_name(nodeid: str) -> str:
    """The name of a configured consumer: without its configuration, if that is the root's."""
    file, separator, name = nodeid.partition("::")
    return name if separator and file in NAMES else nodeid


def repeat(config: pytest.Config, nodeid: str, *options: str) -> str:
    """The command that runs one item again, with some options.

    Those of single events of a configured consumer are there with `--ecr-cases` alone.
    """
    file, separator, rest = nodeid.partition("::")
    if config.option.ecr_cases and file.endswith(".toml"):
        options = tuple(dict.fromkeys((_CASES, *options)))
    path = from_here(config, config.rootpath / file)
    return one_line(shlex.join(["pytest", *options, path + separator + rest]))


def from_here(config: pytest.Config, file: Path) -> str:
    """A file as it is named where pytest was started."""
    with contextlib.suppress(ValueError):  # on Windows it may lie on another drive
        return Path(os.path.relpath(file, config.invocation_params.dir)).as_posix()
    return str(file)
