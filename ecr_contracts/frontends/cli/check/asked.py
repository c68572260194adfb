"""Which consumers a command line asks for: those that it names, else all that are configured."""

from __future__ import annotations

import argparse
import os
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from ecr_contracts.core.errors import ConsumerError
from ecr_contracts.discovery.target import FORMS
from ecr_contracts.frontends.cli.check.accepted import refuse_misused
from ecr_contracts.frontends.cli.check.options import is_given_events, refuse_idle
from ecr_contracts.frontends.config.entries import Configured
from ecr_contracts.frontends.config.lookup import configured, entries_named, name_from
from ecr_contracts.frontends.last_report import Entry

__all__ = ["Asked", "asked_for", "is_named"]

_SUBJECTS = ("command", "url", "state_machine", "run_command")
_UNNAMED = (
    f"{FORMS}; or say --command, --url, --state-machine, --run-command or --transformer; or "
    "configure what is to be checked: `ecr-contracts init --write` begins that"
)


@dataclass(frozen=True, slots=True)
class Asked:
    """One consumer that is to be checked.

    `options` are those of the command line, and name this consumer alone. `name` is what it is
    called from here, `entry` what a configuration says of it, where one does.
    """

    options: argparse.Namespace
    name: str
    entry: Configured | None = None

    @property
    def memory(self) -> tuple[Path, str]:
        """The folder that its failures are remembered in, and the name that they lie under."""
        if self.entry is None:
            return Path.cwd(), self.name
        return self.entry.folder, self.entry.target.text

    @property
    def place(self) -> Entry | None:
        """Where it is configured, as reports that are kept here say it."""
        if self.entry is None:
            return None
        file = Path(os.path.relpath(self.entry.file))
        return file.as_posix(), self.entry.number


def asked_for(options: argparse.Namespace) -> tuple[Asked, ...]:
    """The consumers that are to be checked, in their order.

    Raises ConsumerError where nothing is named and nothing configured, or the options do not fit
    what is named; ConfigurationError for a configuration that cannot be used.
    """
    if not is_named(options):
        found = tuple(_of_entry(options, entry) for entry in configured("."))
        if not found:
            raise ConsumerError("check", "nothing is named that could be checked", _UNNAMED)
    else:
        found = tuple(_named(options))
    for asked in found:
        _refuse_unfit(asked)
    return found


def is_named(options: argparse.Namespace) -> bool:
    """Whether a command line names what is to be checked; else the configuration does."""
    return bool(options.consumers or _subjects(options)) or options.transformer is not None


def _named(options: argparse.Namespace) -> Iterator[Asked]:
    """What the words of the command line name."""
    subjects = _subjects(options)
    named = [*options.consumers, *subjects]
    if subjects and len(named) > 1:
        problem = f"{named[0]} is to be checked already"
        raise ConsumerError(named[1], problem, "check one at a time")
    sort = "handler"
    for other in ("command", "url"):
        if getattr(options, other) is not None:
            sort = other
    for name in dict.fromkeys(named) or [options.transformer]:
        own = options if subjects else _with(options, consumers=[name] if options.consumers else [])
        entries: Sequence[Configured] = ()
        if is_given_events(own):
            entries = entries_named(name, ".", sort)
        for entry in entries:
            yield Asked(own, name, entry)
        if not entries:
            yield Asked(own, _full_name(own, name))


def _of_entry(options: argparse.Namespace, entry: Configured) -> Asked:
    """A consumer that is configured, and not named."""
    name = name_from(entry, ".")
    if entry.sort == "handler":
        return Asked(_with(options, consumers=[name]), name, entry)
    return Asked(_with(options, **{entry.sort: name}), name, entry)


def _subjects(options: argparse.Namespace) -> list[str]:
    """What is named by an option, and is no handler."""
    named = (getattr(options, option) for option in _SUBJECTS)
    return [name for name in named if name is not None]


def _with(options: argparse.Namespace, **values: object) -> argparse.Namespace:
    return argparse.Namespace(**{**vars(options), **values})


def _full_name(options: argparse.Namespace, name: str) -> str:
    """The name that failures are remembered under: a document is shaped in several ways."""
    if options.run_command is None or options.transformer is None:
        return name
    return f"{name} {options.transformer}"


def _refuse_unfit(asked: Asked) -> None:
    """Raise ConsumerError where options say nothing about what is checked."""
    options, name = asked.options, asked.name
    refuse_idle(options)
    refuse_misused(options)
    if options.via and not is_given_events(options):
        problem = "only a handler can be given events in several ways"
        raise ConsumerError(name, problem, "leave --via out")
    if options.rule and not is_given_events(options):
        problem = "only the rule of a handler can be named"
        raise ConsumerError(name, problem, "leave --rule out: what is around it says its rule")
    if options.run_command is not None and options.transformer is None:
        problem = "Run Command gets nothing of an event by itself"
        advice = "name how the rule's target has its events shaped: --transformer rule.yaml"
        raise ConsumerError(name, problem, advice)
