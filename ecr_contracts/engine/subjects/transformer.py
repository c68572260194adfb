"""An input transformer as a subject: what it makes of each event, with no function behind it.

It answers for an event as a handler does, with an outcome whose faults are what is wrong with what
it makes. Which events bring them about is for `causes` to find.
"""

from __future__ import annotations

import linecache
import re
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from functools import cached_property
from pathlib import Path
from types import MappingProxyType
from typing import Any

from ecr_contracts.core.findings import Location, Severity
from ecr_contracts.discovery import user_code
from ecr_contracts.discovery.iac.cloudformation.input_transformers import Transformer
from ecr_contracts.discovery.purpose import Behind
from ecr_contracts.discovery.surroundings import rule_of_transformer
from ecr_contracts.engine.reach import OwnModule
from ecr_contracts.engine.subject import Inference, InProcess, Running
from ecr_contracts.engine.subjects.handler import TIMEOUT
from ecr_contracts.engine.trial import ordinary_case
from ecr_contracts.eventbridge.rules.lost_paths import lost_paths
from ecr_contracts.eventbridge.rules.transformer import Shaped
from ecr_contracts.eventbridge.rules.world import WHOLE_WORLD, World
from ecr_contracts.events.kinds import kind_names, usual_kinds
from ecr_contracts.runtime.outcome import Fault, Outcome, Status

__all__ = ["InputTransformer", "ends_address", "location_in"]

_BEFORE_TAG = re.compile(r"[/>][\w./<>-]*[:@]$")
"""What stands before the last part of an image's address."""


class InputTransformer:
    """An input transformer, of a file or of `template.yaml:Rule`, as it was read.

    `text` is how it was named. Each event is its payload; what it makes of it has no consumer here.
    """

    is_watched = False
    timeout = TIMEOUT
    levels: Mapping[str, str] = MappingProxyType({})
    envelope = "lambda"

    def __init__(self, text: str, transformer: Transformer) -> None:
        self.name = text
        self.arguments: tuple[str, ...] = ("--transformer", text)
        self.transformer = transformer
        self.shaping = transformer.shaping

    def inference(self, *, needs_kinds: bool = True) -> Inference:
        """The kinds that its rule delivers, else those whose fields it takes."""
        behind = self._behind
        fitting, reason = self._kinds_of_paths() if needs_kinds else ((), "")
        if behind is None:
            kinds = fitting
            behind = Behind(WHOLE_WORLD, reason)
        else:
            kinds = behind.world.kinds
        return Inference(
            kinds=kinds,
            kinds_reason=behind.why,
            envelopes={self.envelope: ""},
            world=behind.world,
            problem=behind.problem,
            kinds_of_source=fitting,
            source_reason=reason,
            carry=lambda events, _: events[0],
            shaped_by=str(self.transformer),
        )

    @property
    def _world(self) -> World:
        return WHOLE_WORLD if self._behind is None else self._behind.world

    @cached_property
    def _behind(self) -> Behind | None:
        """What its rule lets through, None where it has none."""
        rule = rule_of_transformer(self.transformer)
        return None if rule is None else Behind.of([rule])

    def _kinds_of_paths(self) -> tuple[tuple[str, ...], str]:
        """The kinds whose ordinary events have most of what its paths take.

        They are the usual ones alone if any of these has.
        """
        resolved: dict[str, int] = {}
        for kind in kind_names():
            missing = self.shaping(ordinary_case(kind).event).missing
            resolved[kind] = sum(name not in missing for name in self.shaping.paths)
        most = max(resolved.values())
        fitting = tuple(kind for kind in resolved if resolved[kind] == most)
        usual = tuple(kind for kind in fitting if kind in usual_kinds())
        return usual or fitting, "its paths are theirs"

    @contextmanager
    def start(self, events: Sequence[Mapping[str, Any]] = ()) -> Iterator[Running]:
        """The transformer, which needs no process."""
        yield InProcess(self.call)

    def call(self, payload: Any, *, trace: bool = False, ecr_payload: Any = None) -> Outcome:
        """What comes of an event."""
        return Outcome(Status.RETURNED, faults=tuple(self._faults(self.shaping(payload))))

    def notes(self) -> Iterator[str]:
        """What is not checked, and why."""
        return iter(())

    # --- faults -----------------------------------------------------------------------------------

    def modules(self) -> Sequence[OwnModule]:
        """Nothing: it has no lines of Python."""
        return ()

    def _faults(self, shaped: Shaped) -> Iterator[Fault]:
        if shaped.problem:
            yield from self._undeliverable(shaped)
        else:
            yield from self._lost_paths(shaped)

    def _undeliverable(self, shaped: Shaped) -> Iterator[Fault]:
        """What keeps EventBridge from delivering anything."""
        for name in shaped.unfit:
            message = (
                f"<{name}> brings quotes of its own: an object or list in quotes, or a text that "
                "is not escaped"
            )
            yield Fault("undeliverable", message, None, self._line_of(name))
        if not shaped.unfit:
            message = "the template is not JSON, whatever the event"
            yield Fault("undeliverable", message, None, self._line_of(""))

    def _lost_paths(self, shaped: Shaped) -> Iterator[Fault]:
        """Variables for which the event has nothing, where that does harm."""
        for name in self.shaping.paths:
            if name in (*shaped.missing, *shaped.blank) and name in self._harmful:
                yield self._harmful[name]

    @cached_property
    def _harmful(self) -> dict[str, Fault]:
        """The fault of each variable whose absence does harm."""
        faults: dict[str, Fault] = {}
        lost = {one.name: one for one in lost_paths(self.shaping, self._world)}
        for name, path in self.shaping.paths.items():
            if name in lost:
                message, line = lost[name].in_words(), self._line_of(name)
                faults[name] = Fault("dead-path", message, None, line)
                continue
            harm = self.harm(name)
            if harm is not None:
                words, severity = harm
                message = f"nothing at {path}: {words}"
                faults[name] = Fault("lost-path", message, None, self._line_of(name), severity)
        return faults

    def harm(self, name: str) -> tuple[str, Severity] | None:
        """What an empty text does in place of a variable, and how bad that is; None for no harm."""
        for use in self.shaping.uses:
            if use.name == name and ends_address(use.before, use.after):
                around = f"{use.before}<{name}>{use.after}"
                return f"the image's address ends there, in {around}", Severity.ERROR
        if self.shaping.input_path is not None:
            return "an empty text is all that is delivered", Severity.WARNING
        return f"<{name}> is an empty text", Severity.WARNING

    # --- places -----------------------------------------------------------------------------------

    @cached_property
    def lines(self) -> list[str]:
        """The lines of its file."""
        return Path(self.transformer.file).read_text("utf-8-sig").splitlines()

    def at(self, line: int) -> Location:
        """A line of its file, counted from one."""
        return location_in(self.transformer.file, line)

    def _line_of(self, name: str) -> Location:
        return self.at(self.transformer.line_of(name))


def ends_address(before: str, after: str) -> bool:
    """Whether an image's address breaks off between two texts."""
    return _BEFORE_TAG.search(before) is not None and not re.match(r"[\w<]", after)


def location_in(file: str, line: int) -> Location:
    """A line of a file that may have changed since it was last read."""
    linecache.checkcache(file)
    return user_code.location(file, line, file)
