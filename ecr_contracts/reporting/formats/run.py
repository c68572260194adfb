"""What a format is given: the verdicts of a run, and where its files lie in the repository."""

from __future__ import annotations

import os
import shlex
from collections.abc import Iterator
from dataclasses import dataclass

from ecr_contracts.engine.verdict import Verdict

__all__ = ["Run", "Unjudged"]


@dataclass(frozen=True, slots=True)
class Unjudged:
    """A consumer that could not be judged, and why: the message of what stopped it."""

    consumer: str
    why: str


@dataclass(frozen=True, slots=True)
class Run:
    """What one command came to: its verdicts in order, and what could not be judged.

    It `is_list` where it was to check whatever is configured, or several consumers, so that a
    document is a list even of one. `folder` is the folder that it ran in, below which the files of
    findings are named, and `root` that of the repository around it; both are absolute, and the same
    where there is no repository.
    """

    verdicts: tuple[Verdict, ...]
    unjudged: tuple[Unjudged, ...] = ()
    folder: str = ""
    root: str = ""
    is_list: bool = False

    @property
    def has_failed(self) -> bool:
        """Whether there is a finding that is more than advice, or something was not judged."""
        return bool(self.unjudged) or any(verdict.failed for verdict in self.verdicts)

    @property
    def is_interrupted(self) -> bool:
        """Whether somebody ended it before all events were given."""
        return any(verdict.is_interrupted for verdict in self.verdicts)

    def in_repository(self, file: str) -> str:
        """A file by its path from the root of the repository; empty where it lies outside."""
        if not file:
            return ""
        if not self.folder:
            return "" if os.path.isabs(file) or file.startswith("..") else file
        path = os.path.normpath(os.path.join(self.folder, file))
        root = os.path.join(self.root, "")
        if not path.startswith(root):
            return ""
        return path[len(root) :].replace(os.sep, "/")

    def file_of(self, consumer: str) -> str:
        """The file that a consumer is named by, as findings name theirs; empty where there is none.

        Of a program it is the first word of its command that is a file.
        """
        for candidate in _candidates(consumer):
            if self.folder and os.path.isfile(os.path.join(self.folder, candidate)):
                return candidate
        return ""


def _candidates(consumer: str) -> Iterator[str]:
    """The files that a consumer may mean: its path, that of its module, the words of a command."""
    head = consumer.rpartition(":")[0] or consumer
    yield head
    module = head.replace(".", "/")
    for folder in ("", "src/"):
        yield f"{folder}{module}.py"
        yield f"{folder}{module}/__init__.py"
    try:
        yield from shlex.split(consumer)
    except ValueError:  # it is no command line
        return
