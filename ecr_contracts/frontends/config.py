"""`[tool.ecr-contracts]` of a pyproject.toml: which consumers a project puts under contract, and with which events."""

from __future__ import annotations

import contextlib
import tomllib
from collections.abc import Callable, Collection, Iterator, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from ecr_contracts.core.errors import (
    ConfigurationError,
    ConsumerError,
    UnknownNameError,
    did_you_mean,
)
from ecr_contracts.core.findings import Evidence
from ecr_contracts.discovery import purpose as inferring
from ecr_contracts.discovery.env_file import read_env_file
from ecr_contracts.discovery.iac.feeds import Feed
from ecr_contracts.discovery.iac.input_transformers import Transformer
from ecr_contracts.discovery.target import Target
from ecr_contracts.engine import session
from ecr_contracts.engine.checks.catalog import CHECKS
from ecr_contracts.engine.checks.levels import is_level
from ecr_contracts.engine.phases import Effort
from ecr_contracts.engine.trial import Carry
from ecr_contracts.eventbridge.envelopes import registry
from ecr_contracts.eventbridge.envelopes.registry import ENVELOPES
from ecr_contracts.eventbridge.rules.transformer import carrying
from ecr_contracts.events.generate.cases import Case
from ecr_contracts.events.generate.covering import STRENGTHS
from ecr_contracts.events.kinds import kind_names
from ecr_contracts.runtime.sandbox.settings import BACKENDS, Settings

_LONGEST = 900  # seconds, the most that Lambda gives a function


@dataclass(frozen=True, slots=True)
class Configured:
    """One entry of `consumers`: the handler and the events that it is to be given.

    `kinds` and `via` are empty where the handler's source is to say; `effort` is what its check
    takes on itself, `settings` how the sandbox answers it. `line` is where the entry stands in its
    file, counted from one; `folder` is what its paths are relative to.
    """

    target: Target
    kinds: tuple[str, ...]
    via: tuple[str, ...]
    effort: Effort
    settings: Settings
    timeout: float
    folder: Path
    line: int

    def purpose(self) -> tuple[tuple[str, ...], tuple[str, ...]]:
        """The envelopes and the kinds, be they told or read off the source."""
        with contextlib.chdir(self.folder):
            purpose = inferring.purpose(self.target)
        return self.via or (purpose.via,), self.kinds or purpose.kinds

    def feeds(self) -> dict[str, Feed]:
        """The event source mappings that hand events to it, by the envelope."""
        with contextlib.chdir(self.folder):
            return inferring.feeds(self.target)

    def runs(self) -> list[tuple[str, str]]:
        """Each kind in each envelope."""
        envelopes, kinds = self.purpose()
        return [(kind, via) for via in envelopes for kind in kinds]

    def plan(self) -> Iterator[tuple[str, Case]]:
        """Each envelope with each case, in the order of `ecr-contracts check`."""
        envelopes, kinds = self.purpose()
        transformer = self.transformer()
        for via in envelopes:
            for kind in kinds:
                for case in session.selected(kind, self.effort.evidence, self.effort.strength):
                    if transformer is None or not transformer.shaping(case.event).problem:
                        yield via, case

    def transformer(self) -> Transformer | None:
        """How the rule beside the consumer has its events shaped, None if they come as they are."""
        with contextlib.chdir(self.folder):
            purpose = inferring.purpose(self.target)
        return purpose.transformer if not self.via or purpose.via in self.via else None

    def carry(self) -> Carry:
        """The way that events take to the consumer."""
        transformer = self.transformer()
        return registry.carry if transformer is None else carrying(transformer.shaping)


@dataclass(frozen=True, slots=True)
class Common:
    """What a project says of all of its consumers: how the sandbox answers, and which checks count."""

    settings: Settings = Settings()  # noqa: RUF009 - it is frozen
    levels: Mapping[str, str] = field(default_factory=dict)
    strict: bool = False


def common(file: Path, handler: str = "") -> Common:
    """What a pyproject.toml says of all consumers, and of a handler if it names that; nothing where there is no file.

    Raises ConfigurationError for whatever cannot be used.
    """
    if not file.is_file():
        return Common()
    reader = _Reader(file)
    table = reader.table()
    entries = [entry for entry in table.get("consumers", []) if isinstance(entry, dict)]
    own = next((one for one in entries if one.get("handler") == handler), {})
    return reader.common({**own, "consumers": []}, "", reader.common(table, "", Common()))


def read(file: Path) -> tuple[Configured, ...]:
    """The consumers that a pyproject.toml names, in its order; none where it has no table of ours.

    Handlers are relative to the file's folder. Raises ConfigurationError for whatever cannot be
    used.
    """
    return _Reader(file).consumers()


class _Reader:
    """Reads one file; every complaint names the file and the key."""

    def __init__(self, file: Path) -> None:
        self._file, self._text = file, file.read_text("utf-8", "replace")

    def table(self) -> dict[str, Any]:
        """Our table in the file."""
        try:
            tools = tomllib.loads(self._text).get("tool")
        except tomllib.TOMLDecodeError as problem:
            raise self._wrong("consumers", f"the file is not TOML: {problem}") from None
        table = tools.get("ecr-contracts", {}) if isinstance(tools, dict) else {}
        if not isinstance(table, dict):
            raise self._wrong("consumers", f"tool.ecr-contracts is a table, not {table!r}")
        self._only(table, "", ["consumers", *_COMMON])
        return table

    def consumers(self) -> tuple[Configured, ...]:
        """The entries of the list of consumers."""
        table = self.table()
        common = self.common(table, "", Common())
        entries = table.get("consumers", [])
        if not isinstance(entries, list):
            raise self._wrong(
                "consumers",
                f'it is a list, as in consumers = [{{ handler = "app.py:handler" }}], not {entries!r}',
            )
        return tuple(
            self._consumer(entry, f"consumers[{number}]", common)
            for number, entry in enumerate(entries)
        )

    def common(self, table: Mapping[str, Any], prefix: str, above: Common) -> Common:
        """What a table says of the sandbox and of checks, on top of what is said further out."""
        read = {
            name: _COMMON[name](self, table[name], f"{prefix}{name}")
            for name in _COMMON
            if name in table
        }
        changed: dict[str, Any] = {
            attribute: read[name] for name, attribute in _SETTINGS.items() if name in read
        }
        changed["env"] = {**above.settings.env, **read.get("env-file", {}), **read.get("env", {})}
        changed["answers"] = {**above.settings.answers, **read.get("answers", {})}
        settings = replace(above.settings, **changed)
        levels = {**above.levels, **read.get("checks", {})}
        return Common(settings, levels, read.get("strict", above.strict))

    def _consumer(self, entry: Any, key: str, above: Common) -> Configured:
        if not isinstance(entry, dict):
            raise self._wrong(
                key, f'it is a table, as in {{ handler = "app.py:handler" }}, not {entry!r}'
            )
        readers: Mapping[str, Callable[[Any, str], Any]] = {
            "handler": self._target,
            "kinds": lambda value, key: self._names(value, key, "kind", kind_names()),
            "via": lambda value, key: self._names(value, key, "envelope", ENVELOPES),
            "evidence": self._evidence,
            "timeout": self._seconds,
            "strength": lambda value, key: self._whole(value, key, STRENGTHS),
            "examples": lambda value, key: self._whole(value, key, None),
            "probe": lambda value, key: self._whole(value, key, None),
        }
        self._only(entry, f"{key}.", {**readers, **_COMMON})
        if "handler" not in entry:
            raise self._wrong(
                f"{key}.handler", "it is missing; write handler = 'path/to/app.py:handler'"
            )
        read = {
            name: readers[name](value, f"{key}.{name}")
            for name, value in entry.items()
            if name in readers
        }
        common = self.common(entry, f"{key}.", above)
        return Configured(
            target=read["handler"],
            kinds=read.get("kinds", ()),
            via=read.get("via", ()),
            effort=Effort(
                **{
                    name: read[name]
                    for name in ("strength", "examples", "probe", "evidence")
                    if name in read
                },
                levels=common.levels,
                strict=common.strict,
            ),
            settings=common.settings,
            timeout=read.get("timeout", session.TIMEOUT),
            folder=self._file.parent,
            line=self._line(entry["handler"]),
        )

    def _target(self, value: Any, key: str) -> Target:
        if not isinstance(value, str):
            raise self._wrong(key, f"it is text, as in 'path/to/app.py:handler', not {value!r}")
        try:
            # What was meant is looked for beside the file.
            with contextlib.chdir(self._file.parent):
                return Target.parse(value)
        except ConsumerError as error:
            raise self._wrong(key, f"{value!r}: {error.cause}; {error.advice}") from None

    def _names(self, value: Any, key: str, what: str, known: Collection[str]) -> tuple[str, ...]:
        names = [value] if isinstance(value, str) else value
        if not isinstance(names, list) or not all(isinstance(name, str) for name in names):
            raise self._wrong(key, f"it is a name or a list of names, not {value!r}")
        if not names:
            raise self._wrong(
                key, "the list is empty; leave the key out to have it read off the handler's source"
            )
        for name in names:
            if name not in known:
                raise self._wrong(key, str(UnknownNameError(what, name, known)))
        return tuple(dict.fromkeys(names))

    def _evidence(self, value: Any, key: str) -> Evidence:
        if value not in list(Evidence):
            raise self._wrong(
                key, f"no sort of evidence is {value!r}; there are: {', '.join(Evidence)}"
            )
        return Evidence(value)

    def _seconds(self, value: Any, key: str) -> float:
        if (
            isinstance(value, bool)
            or not isinstance(value, int | float)
            or not 0 < value <= _LONGEST
        ):
            raise self._wrong(
                key, f"it is a number of seconds above 0 and up to {_LONGEST}, not {value!r}"
            )
        return float(value)

    def _whole(self, value: Any, key: str, known: range | None) -> int:
        wanted = f"{known[0]} to {known[-1]}" if known else "0 or more"
        if (
            isinstance(value, bool)
            or not isinstance(value, int)
            or (value not in known if known else value < 0)
        ):
            raise self._wrong(key, f"it is a whole number, {wanted}, not {value!r}")
        return value

    def _flag(self, value: Any, key: str) -> bool:
        if not isinstance(value, bool):
            raise self._wrong(key, f"it is true or false, not {value!r}")
        return value

    def _texts(self, value: Any, key: str) -> tuple[str, ...]:
        texts = [value] if isinstance(value, str) else value
        if not isinstance(texts, list) or not all(isinstance(text, str) and text for text in texts):
            raise self._wrong(key, f"it is a list of texts, not {value!r}")
        return tuple(dict.fromkeys(texts))

    def _mapping(self, value: Any, key: str) -> Mapping[str, Any]:
        if not isinstance(value, dict):
            raise self._wrong(key, f"it is a table, not {value!r}")
        return value

    def _env(self, value: Any, key: str) -> Mapping[str, str]:
        for name, text in self._mapping(value, key).items():
            if not isinstance(text, str):
                raise self._wrong(f"{key}.{name}", f"environment variables are text, not {text!r}")
        return dict(value)

    def _env_file(self, value: Any, key: str) -> Mapping[str, str]:
        if not isinstance(value, str):
            raise self._wrong(key, f"it is a path, not {value!r}")
        return read_env_file(self._file.parent / value)

    def _backend(self, value: Any, key: str) -> str:
        if value not in BACKENDS:
            raise self._wrong(key, f"it is one of {', '.join(BACKENDS)}, not {value!r}")
        return str(value)

    def _levels(self, value: Any, key: str) -> Mapping[str, str]:
        for name, level in self._mapping(value, key).items():
            if name not in CHECKS:
                raise self._wrong(f"{key}.{name}", str(UnknownNameError("check", name, CHECKS)))
            if not isinstance(level, str) or not is_level(level):
                wanted = "error, warning, or off, as in 'off: why'"
                raise self._wrong(f"{key}.{name}", f"it is {wanted}, not {level!r}")
        return dict(value)

    def _only(self, table: Mapping[str, Any], prefix: str, known: Collection[str]) -> None:
        for name in table:
            if name not in known:
                means = did_you_mean(name, known)
                listed = "" if "there are" in means else f" (there are: {', '.join(known)})"
                raise self._wrong(f"{prefix}{name}", f"no such key{means}{listed}")

    def _line(self, handler: str) -> int:
        lines = self._text.splitlines()
        return next((number for number, line in enumerate(lines, 1) if handler in line), 1)

    def _wrong(self, key: str, problem: str) -> ConfigurationError:
        return ConfigurationError(self._file.name, key, problem)


_COMMON: Mapping[str, Callable[[_Reader, Any, str], Any]] = {
    "answers": _Reader._mapping,
    "env": _Reader._env,
    "env-file": _Reader._env_file,
    "env-auto": _Reader._flag,
    "sandbox": _Reader._backend,
    "allow-net": _Reader._texts,
    "allow-process": _Reader._texts,
    "stub-modules": _Reader._texts,
    "checks": _Reader._levels,
    "strict": _Reader._flag,
}
"""What may be said of all consumers or of one."""

_SETTINGS = {
    "env-auto": "env_auto",
    "sandbox": "backend",
    "allow-net": "allow_net",
    "allow-process": "allow_processes",
    "stub-modules": "stubs",
}
