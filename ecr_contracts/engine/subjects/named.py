"""Subjects that are named by a command or a URL, chosen by what names them."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from ecr_contracts.discovery.iac.cloudformation.rules import Rule
from ecr_contracts.engine.subject import Subject
from ecr_contracts.runtime.sandbox.settings import Settings

__all__ = ["outside"]


def outside(
    sort: str,
    name: str,
    *,
    timeout: float | None = None,
    settings: Settings = Settings(),  # noqa: B008 - it is frozen
    folder: Path | None = None,
    rules: Sequence[Rule] = (),
) -> Subject:
    """A program by its `command`, or an address by its `url`: `sort` says which `name` is.

    Few checks need them, so they are loaded late. Raises ConsumerError for what is neither.
    """
    if sort == "url":
        from ecr_contracts.engine.subjects.address import PostedTo

        return PostedTo(name, timeout=timeout, settings=settings, rules=rules)
    from ecr_contracts.engine.subjects.command import Command

    return Command(name, timeout=timeout, settings=settings, folder=folder, rules=rules)
