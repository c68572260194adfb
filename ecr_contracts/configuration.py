"""`[tool.ecr-contracts]` of a pyproject.toml: which consumers a project puts under contract, and with which events."""

from __future__ import annotations

import contextlib
import tomllib
from collections.abc import Callable, Collection, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from ecr_contracts import catalog, checking, delivery, inferring
from ecr_contracts.cases import Case
from ecr_contracts.covering import STRENGTHS
from ecr_contracts.errors import ConfigurationError, ConsumerError, UnknownNameError, did_you_mean
from ecr_contracts.examining import Effort
from ecr_contracts.findings import Evidence
from ecr_contracts.targets import Target

_LONGEST = 900  # seconds, the most that Lambda gives a function


@dataclass(frozen=True, slots=True)
class Configured:
    """One entry of `consumers`: the handler and the events that it is to be given.

    `kinds` and `via` are empty where the handler's source is to say; `effort` is what its check takes on itself. `line`
    is where the entry stands in its file, counted from one; `folder` is what its paths are relative to.
    """

    target: Target
    kinds: tuple[str, ...]
    via: tuple[str, ...]
    effort: Effort
    timeout: float
    folder: Path
    line: int

    def purpose(self) -> tuple[tuple[str, ...], tuple[str, ...]]:
        """The envelopes and the kinds, be they told or read off the source."""
        with contextlib.chdir(self.folder):
            purpose = inferring.purpose(self.target)
        return self.via or (purpose.via,), self.kinds or purpose.kinds

    def plan(self) -> Iterator[tuple[str, Case]]:
        """Each envelope with each case, in the order of `ecr-contracts check`."""
        envelopes, kinds = self.purpose()
        for via in envelopes:
            for kind in kinds:
                for case in checking.selected(kind, self.effort.evidence, self.effort.strength):
                    yield via, case


def read(file: Path) -> tuple[Configured, ...]:
    """The consumers that a pyproject.toml names, in its order; none where it has no table of ours.

    Handlers are relative to the file's folder. Raises ConfigurationError for whatever cannot be used.
    """
    return _Reader(file).consumers()


class _Reader:
    """Reads one file; every complaint names the file and the key."""

    def __init__(self, file: Path) -> None:
        self._file, self._text = file, file.read_text("utf-8", "replace")

    def consumers(self) -> tuple[Configured, ...]:
        try:
            tools = tomllib.loads(self._text).get("tool")
        except tomllib.TOMLDecodeError as problem:
            raise self._wrong("consumers", f"the file is not TOML: {problem}") from None
        table = tools.get("ecr-contracts", {}) if isinstance(tools, dict) else {}
        if not isinstance(table, dict):
            raise self._wrong("consumers", f"tool.ecr-contracts is a table, not {table!r}")
        self._only(table, "", {"consumers"})
        entries = table.get("consumers", [])
        if not isinstance(entries, list):
            raise self._wrong(
                "consumers", f'it is a list, as in consumers = [{{ handler = "app.py:handler" }}], not {entries!r}'
            )
        return tuple(self._consumer(entry, f"consumers[{number}]") for number, entry in enumerate(entries))

    def _consumer(self, entry: Any, key: str) -> Configured:
        if not isinstance(entry, dict):
            raise self._wrong(key, f'it is a table, as in {{ handler = "app.py:handler" }}, not {entry!r}')
        readers: Mapping[str, Callable[[Any, str], Any]] = {
            "handler": self._target,
            "kinds": lambda value, key: self._names(value, key, "kind", catalog.kinds()),
            "via": lambda value, key: self._names(value, key, "envelope", delivery.ENVELOPES),
            "evidence": self._evidence,
            "timeout": self._seconds,
            "strength": lambda value, key: self._whole(value, key, STRENGTHS),
            "examples": lambda value, key: self._whole(value, key, None),
            "probe": lambda value, key: self._whole(value, key, None),
        }
        self._only(entry, f"{key}.", readers)
        if "handler" not in entry:
            raise self._wrong(f"{key}.handler", "it is missing; write handler = 'path/to/app.py:handler'")
        read = {name: readers[name](value, f"{key}.{name}") for name, value in entry.items()}
        return Configured(
            target=read["handler"],
            kinds=read.get("kinds", ()),
            via=read.get("via", ()),
            effort=Effort(
                **{name: read[name] for name in ("strength", "examples", "probe", "evidence") if name in read}
            ),
            timeout=read.get("timeout", checking.TIMEOUT),
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
            raise self._wrong(key, "the list is empty; leave the key out to have it read off the handler's source")
        for name in names:
            if name not in known:
                raise self._wrong(key, str(UnknownNameError(what, name, known)))
        return tuple(dict.fromkeys(names))

    def _evidence(self, value: Any, key: str) -> Evidence:
        if value not in list(Evidence):
            raise self._wrong(key, f"no sort of evidence is {value!r}; there are: {', '.join(Evidence)}")
        return Evidence(value)

    def _seconds(self, value: Any, key: str) -> float:
        if isinstance(value, bool) or not isinstance(value, int | float) or not 0 < value <= _LONGEST:
            raise self._wrong(key, f"it is a number of seconds above 0 and up to {_LONGEST}, not {value!r}")
        return float(value)

    def _whole(self, value: Any, key: str, known: range | None) -> int:
        wanted = f"{known[0]} to {known[-1]}" if known else "0 or more"
        if isinstance(value, bool) or not isinstance(value, int) or (value not in known if known else value < 0):
            raise self._wrong(key, f"it is a whole number, {wanted}, not {value!r}")
        return value

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
