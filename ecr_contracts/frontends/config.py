"""`[tool.ecr-contracts]` of a pyproject.toml: what a project has checked, and how.

The keys stand in two tables at the end: `_CONSUMER_KEYS` for what is said of one consumer,
`_SHARED_KEYS` for what may also be said of all of them. A new key is a row in one of these.
"""

from __future__ import annotations

import contextlib
import tomllib
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from ecr_contracts.core import limits
from ecr_contracts.core.errors import (
    ConfigurationError,
    ConsumerError,
    UnknownNameError,
    did_you_mean,
)
from ecr_contracts.core.findings import Evidence
from ecr_contracts.core.json_path import is_deeper
from ecr_contracts.core.masking import MASK
from ecr_contracts.core.plain_files import read_plain_file
from ecr_contracts.core.secrets.names import is_secret_variable
from ecr_contracts.core.text import shortened, shown
from ecr_contracts.discovery.env_file import read_env_file
from ecr_contracts.discovery.iac.cloudformation.rules import Rule
from ecr_contracts.discovery.iac.documents.document import TemplateError
from ecr_contracts.discovery.named_rules import named_rules
from ecr_contracts.discovery.target import Target
from ecr_contracts.engine.checks.catalog import check_named
from ecr_contracts.engine.checks.levels import is_level
from ecr_contracts.engine.phases import Effort
from ecr_contracts.engine.plan import Request
from ecr_contracts.engine.subject import Subject
from ecr_contracts.engine.subjects.handler import Handler
from ecr_contracts.engine.subjects.named import outside
from ecr_contracts.eventbridge.envelopes.registry import ENVELOPES
from ecr_contracts.events.generate.covering import STRENGTHS
from ecr_contracts.events.kinds import kind_names
from ecr_contracts.runtime.sandbox.settings import BACKENDS, Settings

_LONGEST_VALUE = 100  # characters of a value in a sentence
_LONGEST_CALL = 900  # seconds, the most that Lambda gives a function


@dataclass(frozen=True, slots=True)
class Configured:
    """One entry of `consumers`: the handler and the events that it is to be given.

    `sort` is the key that names it: `handler`, `command` of a program, or `url` of an address;
    `target` is what stands there.
    `kinds` and `via` are empty where the handler's source is to say; `effort` is what its check
    takes on itself, `settings` how the sandbox answers it. `rules` are those that the entry names;
    one that is `unshielded` is judged without any. `line` is where the entry stands in its file,
    counted from one; `folder` is what its paths are relative to.
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


@dataclass(frozen=True, slots=True)
class ProjectSettings:
    """What a project says of all of its consumers: how the sandbox answers, which checks count.

    With `future` they are given events as AWS may send them one day.
    Of a single one it may also say which `rules` deliver its events, that it is judged without any
    (`unshielded`), and the `path` that a web app is sent them to. `asks_for_variables`: it says
    that missing variables are made up, which a check does anyhow; tests of one's own then get them
    as well.
    """

    settings: Settings = Settings()  # noqa: RUF009 - it is frozen
    levels: Mapping[str, str] = field(default_factory=dict)
    strict: bool = False
    future: bool = False
    rules: tuple[Rule, ...] = ()
    unshielded: bool = False
    path: str = ""
    asks_for_variables: bool = False


def project_settings(file: Path, handler: str = "") -> ProjectSettings:
    """What a pyproject.toml says of all consumers, and of one handler if it names that.

    The defaults where there is no file. Raises ConfigurationError for whatever cannot be used.
    """
    if not file.is_file():
        return ProjectSettings()
    table = _table(file, _text(file))
    shared = _shared(table, _Key(file), ProjectSettings())
    for number, entry in enumerate(_entries(table, file)):
        if isinstance(entry, dict) and handler in map(entry.get, _SUBJECT_KEYS):
            key = _Key(file, f"consumers[{number}]")
            own = _shared(entry, key, shared)
            rules: tuple[Rule, ...] = ()
            if "rule" in entry:
                rules = _rules(entry, key, _target(handler, key.inner("handler")))
            unshielded = _flag(entry.get("unshielded", False), key.inner("unshielded"))
            path = _url_path(entry.get("path", ""), key.inner("path"))
            return replace(own, rules=rules, unshielded=unshielded, path=path)
    return shared


def read(file: Path) -> tuple[Configured, ...]:
    """The consumers that a pyproject.toml names, in its order; none where it has no table of ours.

    Handlers are relative to the file's folder. Raises ConfigurationError for whatever cannot be
    used.
    """
    text = _text(file)
    table = _table(file, text)
    shared = _shared(table, _Key(file), ProjectSettings())
    consumers: list[Configured] = []
    for number, entry in enumerate(_entries(table, file)):
        key = _Key(file, f"consumers[{number}]")
        consumer = _consumer(entry, key, shared, text)
        earlier = sum(other.target == consumer.target for other in consumers)
        line = _line(text, entry[consumer.sort], earlier)
        consumers.append(replace(consumer, line=line))
    return tuple(consumers)


# --- tables of the file ---------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class _Key:
    """A key in the file, such as `consumers[0].env`, for messages; without a name, the table."""

    file: Path
    name: str = ""

    def inner(self, name: str) -> _Key:
        """A key of the table at this key."""
        return _Key(self.file, f"{self.name}.{name}" if self.name else name)

    def error(self, problem: str) -> ConfigurationError:
        """That the value of this key cannot be used."""
        return ConfigurationError(self.file.name, self.name, problem)


_Reader = Callable[[Any, _Key], Any]
"""Takes the value of a key and gives what it means. Raises ConfigurationError if it is unusable."""


def _text(file: Path) -> str:
    """The text of a file. Raises ConfigurationError for one that cannot be read."""
    try:
        content = read_plain_file(file, limits.SETTINGS_BYTES)
        return content.decode("utf-8")
    except OSError as error:
        problem = f"the file cannot be read: {error.strerror or error}"
    except UnicodeDecodeError as error:
        line = content.count(b"\n", 0, error.start) + 1
        problem = f"the file is not UTF-8, as TOML is (line {line}); save it as UTF-8"
    raise _Key(file, "consumers").error(problem)


def _table(file: Path, text: str) -> dict[str, Any]:
    """Our table in a file; empty where it has none."""
    key = _Key(file, "consumers")
    try:
        tools = tomllib.loads(text).get("tool", {})
    except RecursionError:
        raise key.error("the file is too deeply nested") from None
    except (ValueError, OverflowError) as error:
        # Beside TOMLDecodeError: an escape of no character, a year 0.
        raise key.error(f"the file is not TOML: {_one_line(str(error))}") from None
    if not isinstance(tools, dict):
        raise key.error(f"tool is a table, not {_shown(tools)}")
    table = tools.get("ecr-contracts", {})
    if not isinstance(table, dict):
        raise key.error(f"tool.ecr-contracts is a table, not {_shown(table)}")
    _refuse_unknown(table, _Key(file), ["consumers", *_SHARED_KEYS])
    return table


def _entries(table: Mapping[str, Any], file: Path) -> list[Any]:
    """The list of consumers."""
    entries = table.get("consumers", [])
    if not isinstance(entries, list):
        example = 'consumers = [{ handler = "app.py:handler" }]'
        raise _Key(file, "consumers").error(f"it is a list, as in {example}, not {_shown(entries)}")
    return entries


def _shared(table: Mapping[str, Any], key: _Key, above: ProjectSettings) -> ProjectSettings:
    """What a table says of the sandbox and of checks, on top of what is said further out."""
    values = {}
    for name, reader in _SHARED_KEYS.items():
        if name in table:
            values[name] = reader(table[name], key.inner(name))
    fields: dict[str, Any] = {}
    for name, field_name in _SETTINGS_FIELDS.items():
        if name in values:
            fields[field_name] = values[name]
    env = values.get("env", {})
    if isinstance(env, str):
        fields["env_auto"] = env == _AUTO
        env = {}
    if "env-strict" in values:
        fields["env_auto"] = not values["env-strict"]
    fields["env"] = {**above.settings.env, **values.get("env-file", {}), **env}
    fields["answers"] = {**above.settings.answers, **values.get("answers", {})}
    return ProjectSettings(
        settings=replace(above.settings, **fields),
        levels={**above.levels, **values.get("checks", {})},
        strict=values.get("strict", above.strict),
        future=values.get("future", above.future),
        asks_for_variables=fields.get("env_auto", above.asks_for_variables),
    )


def _consumer(entry: Any, key: _Key, above: ProjectSettings, text: str) -> Configured:
    """One entry of the list of consumers; `text` is that of the whole file."""
    if not isinstance(entry, dict):
        example = '{ handler = "app.py:handler" }'
        raise key.error(f"it is a table, as in {example}, not {_shown(entry)}")
    _refuse_unknown(entry, key, [*_CONSUMER_KEYS, *_SHARED_KEYS])
    sort = _sort(entry, key)
    values = {}
    for name, value in entry.items():
        if name in _CONSUMER_KEYS:
            values[name] = _CONSUMER_KEYS[name](value, key.inner(name))
    shared = _shared(entry, key, above)
    effort = {name: values[name] for name in _EFFORT_FIELDS if name in values}
    return Configured(
        target=replace(values[sort], path=values.get("path", "")),
        kinds=values.get("kinds", ()),
        via=values.get("via", ()),
        effort=Effort(**effort, levels=shared.levels, strict=shared.strict, future=shared.future),
        settings=shared.settings,
        timeout=values.get("timeout"),
        folder=key.file.parent,
        line=_line(text, entry[sort]),
        rules=_rules(entry, key, values[sort]),
        unshielded=values.get("unshielded", False),
        sort=sort,
    )


def _sort(entry: Mapping[str, Any], key: _Key) -> str:
    """The one key of an entry that says what the consumer is."""
    named = [name for name in _SUBJECT_KEYS if name in entry]
    if not named:
        problem = "it is missing; write handler = 'path/to/app.py:handler'"
        raise key.inner("handler").error(f"{problem}, or a command or a url")
    if len(named) > 1:
        problem = f"the entry has a {named[0]} already: write an entry for each consumer"
        raise key.inner(named[1]).error(problem)
    return named[0]


def _rules(entry: Mapping[str, Any], key: _Key, target: Target) -> tuple[Rule, ...]:
    """The rules that an entry names, by files relative to its own."""
    key = key.inner("rule")
    names = _texts(entry.get("rule", []), key)
    try:
        with contextlib.chdir(key.file.parent):
            return named_rules(names, target)
    except TemplateError as error:
        raise key.error(str(error)) from None


def _refuse_unknown(table: Mapping[str, Any], key: _Key, known: Collection[str]) -> None:
    for name in table:
        if name not in known:
            problem = f"no such key{did_you_mean(name, known)}"
            if "there are" not in problem:
                problem += f" (there are: {', '.join(known)})"
            raise key.inner(name).error(problem)


def _line(text: str, handler: str, earlier: int = 0) -> int:
    """The line that names a handler, after `earlier` others; 1 if it is written otherwise."""
    lines = [number for number, line in enumerate(text.splitlines(), 1) if handler in line]
    if not lines:
        return 1
    return lines[min(earlier, len(lines) - 1)]


# --- values of keys -------------------------------------------------------------------------------


def _shown(value: Any) -> str:
    """A value as Python writes it, in a sentence."""
    return shortened(_one_line(shown(value)), _LONGEST_VALUE)


def _one_line(text: str) -> str:
    return " ".join(text.split())


def _target(value: Any, key: _Key) -> Target:
    if not isinstance(value, str):
        raise key.error(f"it is text, as in 'path/to/app.py:handler', not {_shown(value)}")
    try:
        # What was meant is looked for beside the file.
        with contextlib.chdir(key.file.parent):
            return Target.parse(value)
    except ConsumerError as error:
        raise key.error(f"{_shown(value)}: {error.cause}; {error.advice}") from None


def _command(value: Any, key: _Key) -> Target:
    return _outside("node run.mjs", value, key)


def _url(value: Any, key: _Key) -> Target:
    return _outside("http://127.0.0.1:9000/", value, key)


def _outside(example: str, value: Any, key: _Key) -> Target:
    """A command or a URL, which is looked at when it is called."""
    if not isinstance(value, str) or not value.strip():
        raise key.error(f"it is text, as in {example!r}, not {_shown(value)}")
    return Target(value, "")


def _kinds(value: Any, key: _Key) -> tuple[str, ...]:
    return _names(value, key, "kind", kind_names())


def _envelopes(value: Any, key: _Key) -> tuple[str, ...]:
    return _names(value, key, "envelope", ENVELOPES)


def _names(value: Any, key: _Key, noun: str, known: Collection[str]) -> tuple[str, ...]:
    """One name or several, each once; `noun` is what they are names of."""
    names = [value] if isinstance(value, str) else value
    if not _is_list_of_texts(names):
        raise key.error(f"it is a name or a list of names, not {_shown(value)}")
    if not names:
        problem = "the list is empty; leave the key out to have it read off the handler's source"
        raise key.error(problem)
    for name in names:
        if name not in known:
            raise key.error(str(UnknownNameError(noun, name, known)))
    return tuple(dict.fromkeys(names))


def _texts(value: Any, key: _Key) -> tuple[str, ...]:
    """One text or several, none empty, each once."""
    texts = [value] if isinstance(value, str) else value
    if not _is_list_of_texts(texts) or "" in texts:
        raise key.error(f"it is a list of texts, not {_shown(value)}")
    return tuple(dict.fromkeys(texts))


def _paths(value: Any, key: _Key) -> tuple[str, ...]:
    """One path or several, none empty; relative ones start at the folder of the file."""
    return tuple([_path(text, key) for text in _texts(value, key)])


def _path(text: str, key: _Key) -> str:
    if "\0" in text:
        raise key.error(f"no path has the character NUL, as {_shown(text)} does")
    try:
        return str(key.file.parent.absolute() / Path(text).expanduser())
    except RuntimeError:
        raise key.error(f"there is no such home: {_shown(text)}") from None


def _is_list_of_texts(value: Any) -> bool:
    return isinstance(value, list) and all(isinstance(text, str) for text in value)


def _evidence(value: Any, key: _Key) -> Evidence:
    if value not in list(Evidence):
        raise key.error(f"no sort of evidence is {_shown(value)}; there are: {', '.join(Evidence)}")
    return Evidence(value)


def _seconds(value: Any, key: _Key) -> float:
    is_number = isinstance(value, int | float) and not isinstance(value, bool)
    if not is_number or not 0 < value <= _LONGEST_CALL:
        problem = f"it is a number of seconds above 0 and up to {_LONGEST_CALL}"
        raise key.error(f"{problem}, not {_shown(value)}")
    return float(value)


def _strength(value: Any, key: _Key) -> int:
    if not _is_whole_number(value) or value not in STRENGTHS:
        wanted = f"{STRENGTHS[0]} to {STRENGTHS[-1]}"
        raise key.error(f"it is a whole number, {wanted}, not {_shown(value)}")
    return int(value)


def _count(value: Any, key: _Key) -> int:
    if not _is_whole_number(value) or value < 0:
        raise key.error(f"it is a whole number, 0 or more, not {_shown(value)}")
    return int(value)


def _megabytes(value: Any, key: _Key) -> int:
    if not _is_whole_number(value) or value < limits.LEAST_MEGABYTES:
        problem = f"it is a whole number of megabytes, {limits.LEAST_MEGABYTES} or more"
        raise key.error(f"{problem}, not {_shown(value)}")
    return int(value)


def _is_whole_number(value: Any) -> bool:
    return isinstance(value, int) and not isinstance(value, bool)


def _flag(value: Any, key: _Key) -> bool:
    if not isinstance(value, bool):
        raise key.error(f"it is true or false, not {_shown(value)}")
    return value


def _mapping(value: Any, key: _Key) -> Mapping[str, Any]:
    if not isinstance(value, dict):
        raise key.error(f"it is a table, not {_shown(value)}")
    return value


def _answers(value: Any, key: _Key) -> Mapping[str, Any]:
    """What calls are answered with."""
    for name, answer in _mapping(value, key).items():
        if is_deeper(answer, limits.NESTED_LEVELS):
            raise key.inner(name).error(
                f"it is nested more than {limits.NESTED_LEVELS} levels deep"
            )
    return dict(value)


def _env(value: Any, key: _Key) -> Mapping[str, str] | str:
    """Variables, or what becomes of those that are missing: they are made up, or stop the run."""
    if isinstance(value, str):
        if value not in (_AUTO, _STRICT):
            problem = f'it is "{_STRICT}", "{_AUTO}", or a table of variables, not {_shown(value)}'
            raise key.error(problem)
        return value
    for name, text in _mapping(value, key).items():
        if not isinstance(text, str):
            told = MASK if is_secret_variable(name) else _shown(text)
            raise key.inner(name).error(f"environment variables are text, not {told}")
    return dict(value)


def _env_file(value: Any, key: _Key) -> Mapping[str, str]:
    if not isinstance(value, str):
        raise key.error(f"it is a path, not {_shown(value)}")
    return read_env_file(key.file.parent / value)


def _url_path(value: Any, key: _Key) -> str:
    if not isinstance(value, str):
        raise key.error(f"it is the path of a URL, as in '/hooks/ecr', not {_shown(value)}")
    return value


def _backend(value: Any, key: _Key) -> str:
    if value not in BACKENDS:
        raise key.error(f"it is one of {', '.join(BACKENDS)}, not {_shown(value)}")
    return str(value)


def _levels(value: Any, key: _Key) -> Mapping[str, str]:
    """Check ids, each with its level; a check may be named by its code as well."""
    levels = {}
    for name, level in _mapping(value, key).items():
        try:
            check = check_named(name)
        except UnknownNameError as error:
            raise key.inner(name).error(str(error)) from None
        if not isinstance(level, str) or not is_level(level):
            problem = f"it is error, warning, or off, as in 'off: why', not {_shown(level)}"
            raise key.inner(name).error(problem)
        if check.id in levels:
            problem = f"{check.id} and {check.code} are one check: keep one of them"
            raise key.inner(name).error(problem)
        levels[check.id] = level
    return levels


# --- keys -----------------------------------------------------------------------------------------

_CONSUMER_KEYS: Mapping[str, _Reader] = {
    "handler": _target,
    "kinds": _kinds,
    "via": _envelopes,
    "path": _url_path,
    "rule": _texts,
    "unshielded": _flag,
    "evidence": _evidence,
    "timeout": _seconds,
    "strength": _strength,
    "examples": _count,
    "probe": _count,
    "command": _command,
    "url": _url,
}
"""What is said of one consumer only: each key with the reader of its value."""

_SUBJECT_KEYS = ("handler", "command", "url")
"""The keys that say what a consumer is, of which an entry has one."""

_EFFORT_FIELDS = ("strength", "examples", "probe", "evidence")
"""The keys of a consumer that are fields of `Effort`, under the same name."""

_AUTO = "auto"
_STRICT = "strict"

_SHARED_KEYS: Mapping[str, _Reader] = {
    "answers": _answers,
    "env": _env,
    "env-file": _env_file,
    "env-auto": _flag,
    "env-strict": _flag,
    "sandbox": _backend,
    "allow-net": _texts,
    "allow-process": _texts,
    "allow-write": _paths,
    "stub-modules": _texts,
    "memory": _megabytes,
    "checks": _levels,
    "strict": _flag,
    "future": _flag,
}
"""What may be said of all consumers or of one: each key with the reader of its value."""

_SETTINGS_FIELDS: Mapping[str, str] = {
    "env-auto": "env_auto",
    "sandbox": "backend",
    "allow-net": "allow_net",
    "allow-process": "allow_processes",
    "allow-write": "allow_write",
    "stub-modules": "stubs",
    "memory": "memory",
}
"""The shared keys that replace a field of `Settings`, with its name."""
