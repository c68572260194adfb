"""The recorder of one call: the effects of the consumer, and the events in its payload."""

from __future__ import annotations

import json
import sys
import threading
from collections.abc import Callable, Iterator, Mapping
from typing import Any

from ecr_contracts.core import limits
from ecr_contracts.core.masking import masked, masked_text, secrets_within
from ecr_contracts.core.text import exception_mark, is_large
from ecr_contracts.eventbridge.unwrap import Held, opened
from ecr_contracts.runtime.effects import Effect, Effects
from ecr_contracts.runtime.effects import Origin as AnswerOrigin
from ecr_contracts.runtime.plain_values import plain
from ecr_contracts.runtime.provenance.made_up import Origin
from ecr_contracts.runtime.provenance.tracking import Provenance


class Recorder:
    """The effects of the current call, from whichever thread, and the events of its payload."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._effects: list[Effect] = []
        self._more = 0
        self._last: tuple[Effect | None, Effect | None] = (None, None)
        self._payload: Any = None
        self._events: list[dict[str, Any]] | None = None
        self.secrets: frozenset[str] = frozenset()
        """Values that no effect may show."""
        self.on_hidden: Callable[[frozenset[str]], None] = lambda _: None
        """Called with further values that nothing may show."""
        self.provenance: Provenance | None = None
        """Where what is answered comes from, if anybody wants to know."""

    def hide(self, values: frozenset[str]) -> None:
        """Show some values no more."""
        new = values - self.secrets
        if new:
            self.secrets |= new
            self.on_hidden(new)

    def begin(self, payload: Any = None) -> None:
        """Begin a call: the effects of the one before are gone."""
        with self._lock:
            self._effects, self._more = [], 0
            self._payload, self._events = payload, None

    @property
    def payload(self) -> Any:
        """What the consumer is called with."""
        return self._payload

    def origin(self, effect: Effect, shape: Any = None) -> Origin | None:
        """The origin of what an effect is answered with just now, for the values in that answer."""
        if self.provenance is None:
            return None
        noted, shown = self._last  # a pair at once: another thread may note something meanwhile
        if shown is None or noted is not effect:
            shown = self._shown(effect)
        return self.provenance.origin(shown, shape)

    def note(self, effect: Effect) -> None:
        """Add an effect; secrets in its name, content and answer are masked."""
        if effect.origin is AnswerOrigin.GIVEN:
            self.hide(secrets_within(effect.answer))
        shown = self._shown(effect)
        self._last = effect, shown
        with self._lock:
            if len(self._effects) < limits.EFFECTS:
                self._effects.append(shown)
            else:
                self._more += 1

    def _shown(self, effect: Effect) -> Effect:
        return Effect(
            effect.sort,
            masked_text(effect.name, self.secrets),
            masked(_kept(effect.content), self.secrets),
            effect.reads,
            effect.refused,
            masked(effect.answer, self.secrets, by_name=effect.origin is not AnswerOrigin.MADE_UP),
            effect.origin,
            _handling(),
        )

    def effects(self) -> Effects:
        """The effects since the call began."""
        with self._lock:
            return Effects(self._effects, self._more)

    @property
    def live(self) -> Effects:
        """The effects as they are whenever they are looked at."""
        return _Live(self)

    def events(self) -> list[dict[str, Any]]:
        """The EventBridge events in the payload, wrapped or not; none while loading."""
        if self._events is None:
            # What is wrapped in a way of one's own is found as well, unless it is packed.
            self._events = list(_events(self._payload, 0))
            if not self._events and not _is_bare(self._payload):
                for part in opened(self._payload):
                    if isinstance(part, Held):
                        self._events += _events(part.event, 0)
        return self._events


def _kept(content: Any) -> Any:
    """What went out with an effect, cut where it is too large: files and archives are sent too."""
    return plain(content) if is_large(content) else content


def _handling() -> str:
    """The mark of what the current thread handles just now; empty where it handles nothing."""
    error = sys.exception()
    return "" if error is None else exception_mark(error)


def _is_bare(payload: Any) -> bool:
    """Whether a payload is in no envelope, which takes a while to find out of others."""
    return not payload or (isinstance(payload, Mapping) and "detail" in payload)


class _Live(Effects):
    def __init__(self, recorder: Recorder) -> None:
        super().__init__()
        self._recorder = recorder

    @property
    def more(self) -> int:
        return self._recorder.effects().more

    def _all(self) -> tuple[Effect, ...]:
        return tuple(self._recorder.effects())


def _events(value: Any, depth: int) -> Iterator[dict[str, Any]]:
    if depth > limits.PAYLOAD_LEVELS:
        return
    match value:
        case {"detail-type": str(), "detail": dict()}:
            yield value
        case dict():
            for inner in value.values():
                yield from _events(inner, depth + 1)
        case list():
            for inner in value:
                yield from _events(inner, depth + 1)
        case str() if value.lstrip()[:1] in ("{", "["):
            try:
                inner = json.loads(value)
            except (ValueError, RecursionError):
                return
            yield from _events(inner, depth + 1)
