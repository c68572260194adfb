"""What a configuration says: its consumers, and how all of them are checked."""

from __future__ import annotations

import contextlib
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from ecr_contracts.discovery.iac.cloudformation.rules import Rule
from ecr_contracts.discovery.iac.documents.document import TemplateError
from ecr_contracts.discovery.named_rules import named_rules
from ecr_contracts.discovery.target import Target
from ecr_contracts.engine.phases import Effort
from ecr_contracts.engine.plan import Request
from ecr_contracts.engine.subject import Subject
from ecr_contracts.engine.subjects.handler import Handler
from ecr_contracts.engine.subjects.named import outside
from ecr_contracts.frontends.config import values
from ecr_contracts.frontends.config.keys import (
    CONSUMER_KEYS,
    EFFORT_FIELDS,
    SETTINGS_FIELDS,
    SHARED_KEYS,
)
from ecr_contracts.frontends.config.places import Key
from ecr_contracts.frontends.config.tables import Entry, Table
from ecr_contracts.runtime.sandbox.settings import Settings

__all__ = ["Configured", "ProjectSettings", "project_settings", "read"]


@dataclass(frozen=True, slots=True)
class Configured:
    """One entry of `consumers`: the handler and the events that it is to be given.

    `sort` is the key that names it: `handler`, `command` of a program, or `url` of an address;
    `target` is what stands there.
    `kinds` and `via` are empty where the handler's source is to say; `effort` is what its check
    takes on itself, `settings` how the sandbox answers it. `rules` are those that the entry names;
    one that is `unshielded` is judged without any. `line` is where the entry stands in its file,
    counted from one, `number` its place in the list of the `file`, from zero; `folder` is what its
    paths are relative to, `baseline` the file of the findings that are accepted.
    """

    target: Target
    kinds: tuple[str, ...]
    via: tuple[str, ...]
    effort: Effort
    settings: Settings
    timeout: float | None
    folder: Path
    line: int
    rules: tuple[Rule, ...] = ()
    unshielded: bool = False
    sort: str = "handler"
    number: int = 0
    file: Path = Path()
    baseline: Path | None = None

    def subject(self) -> Subject:
        """The handler, the program or the address, to be called as the entry says.

        Raises ConsumerError for a command or a URL that cannot be used.
        """
        if self.sort != "handler":
            return outside(
                self.sort,
                self.target.text,
                timeout=self.timeout,
                settings=self.settings,
                folder=self.folder,
                rules=self.rules,
            )
        return Handler(
            self.target,
            timeout=self.timeout,
            settings=self.settings,
            folder=self.folder,
            rules=self.rules,
        )

    def request(self) -> Request:
        """What the entry asks of a session."""
        return Request(
            kinds=self.kinds,
            envelopes=self.via,
            effort=self.effort,
            unshielded=self.unshielded,
        )

    def project_settings(self) -> ProjectSettings:
        """What its configuration says of it beside the events that it is given."""
        return ProjectSettings(
            settings=self.settings,
            levels=self.effort.levels,
            strict=self.effort.strict,
            future=self.effort.future,
            rules=self.rules,
            unshielded=self.unshielded,
            path=self.target.path,
            baseline=self.baseline,
        )


@dataclass(frozen=True, slots=True)
class ProjectSettings:
    """What a project says of all of its consumers: how the sandbox answers, which checks count.

    With `future` they are given events as AWS may send them one day.
    Of a single one it may also say which `rules` deliver its events, that it is judged without any
    (`unshielded`), and the `path` that a web app is sent them to. `asks_for_variables`: it says
    that missing variables are made up, which a check does anyhow; tests of one's own then get them
    as well. `baseline` is the file of the findings that are accepted.
    """

    settings: Settings = Settings()  # noqa: RUF009 - it is frozen
    levels: Mapping[str, str] = field(default_factory=dict)
    strict: bool = False
    future: bool = False
    rules: tuple[Rule, ...] = ()
    unshielded: bool = False
    path: str = ""
    asks_for_variables: bool = False
    baseline: Path | None = None


def project_settings(file: Path | None, handler: str = "") -> ProjectSettings:
    """What a configuration says of all consumers, and of one handler if it names that.

    The defaults where there is no file. Raises ConfigurationError for whatever cannot be used.
    """
    if file is None or not file.is_file():
        return ProjectSettings()
    table = Table.of(file)
    shared = _shared(table.values, table.key, ProjectSettings())
    for entry in table.entries():
        if entry.name == handler:
            own = _shared(entry.values, entry.key, shared)
            # What names the consumer is looked at by whoever loads it.
            told = _own_values(entry)
            rules: tuple[Rule, ...] = ()
            if "rule" in told:
                rules = _rules(entry, _named(entry))
            return replace(
                own,
                rules=rules,
                unshielded=told.get("unshielded", False),
                path=told.get("path", ""),
            )
    return shared


def read(file: Path) -> tuple[Configured, ...]:
    """The consumers that a configuration names, in its order; none where it has no table of ours.

    Handlers are relative to the file's folder. Raises ConfigurationError for whatever cannot be
    used.
    """
    table = Table.of(file)
    shared = _shared(table.values, table.key, ProjectSettings())
    return tuple(_consumer(entry, shared) for entry in table.entries())


def _shared(table: Mapping[str, Any], key: Key, above: ProjectSettings) -> ProjectSettings:
    """What a table says of the sandbox and of checks, on top of what is said further out."""
    told: dict[str, Any] = {}
    for name, row in SHARED_KEYS.items():
        if name in table:
            told[name] = row.read(table[name], key.inner(name))
    fields: dict[str, Any] = {}
    for name, field_name in SETTINGS_FIELDS.items():
        if name in told:
            fields[field_name] = told[name]
    env = told.get("env", {})
    if isinstance(env, str):
        fields["env_auto"] = env == values.AUTO
        env = {}
    if "env-strict" in told:
        fields["env_auto"] = not told["env-strict"]
    fields["env"] = {**above.settings.env, **told.get("env-file", {}), **env}
    fields["answers"] = {**above.settings.answers, **told.get("answers", {})}
    return ProjectSettings(
        settings=replace(above.settings, **fields),
        levels={**above.levels, **told.get("checks", {})},
        strict=told.get("strict", above.strict),
        future=told.get("future", above.future),
        asks_for_variables=fields.get("env_auto", above.asks_for_variables),
        baseline=told.get("baseline", above.baseline),
    )


def _consumer(entry: Entry, above: ProjectSettings) -> Configured:
    """What one entry of the list of consumers says."""
    target = _named(entry)
    told = _own_values(entry)
    shared = _shared(entry.values, entry.key, above)
    effort = {name: told[name] for name in EFFORT_FIELDS if name in told}
    return Configured(
        target=replace(target, path=told.get("path", "")),
        kinds=told.get("kinds", ()),
        via=told.get("via", ()),
        effort=Effort(**effort, levels=shared.levels, strict=shared.strict, future=shared.future),
        settings=shared.settings,
        timeout=told.get("timeout"),
        folder=entry.key.folder,
        line=entry.line,
        rules=_rules(entry, target),
        unshielded=told.get("unshielded", False),
        sort=entry.sort,
        number=entry.number,
        file=entry.key.file,
        baseline=shared.baseline,
    )


def _named(entry: Entry) -> Target:
    """What an entry says that its consumer is."""
    target: Target = CONSUMER_KEYS[entry.sort].read(entry.name, entry.key.inner(entry.sort))
    return target


def _own_values(entry: Entry) -> dict[str, Any]:
    """What an entry says of its consumer alone, by key, beside what that is."""
    told: dict[str, Any] = {}
    for name, value in entry.values.items():
        if name in CONSUMER_KEYS and name != entry.sort:
            told[name] = CONSUMER_KEYS[name].read(value, entry.key.inner(name))
    return told


def _rules(entry: Entry, target: Target) -> tuple[Rule, ...]:
    """The rules that an entry names, by files relative to its own."""
    key = entry.key.inner("rule")
    names = values.texts(entry.values.get("rule", []), key)
    try:
        with contextlib.chdir(key.folder):
            return named_rules(names, target)
    except TemplateError as error:
        raise key.error(str(error)) from None
