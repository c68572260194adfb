"""The effects of a call as they can be compared with those of another: which calls were made, and what was said."""

from __future__ import annotations

import json
import re
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from ecr_contracts.core import json_path
from ecr_contracts.engine.checks.batch_response import gives_back
from ecr_contracts.runtime.effects import Effect, Sort
from ecr_contracts.runtime.outcome import Outcome, Status

_TOKEN = re.compile(r"\w+|[^\w\s]")
_QUERY = re.compile(r"[?#].*")
_PASSING = re.compile(
    r"\b[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}\b"
    r"|\b\d{4}-\d\d-\d\d(?:[T ]\d\d:\d\d(?::\d\d(?:[.,]\d+)?)?(?:Z|[+-]\d\d:?\d\d)?)?\b"
    r"|(?<![\w:.-])\d\d:\d\d(?::\d\d(?:[.,]\d+)?)?\b"
    r"|\b1[6-9]\d{8}(?:\d{3})?\b(?:\.\d+)?"
)


@dataclass(frozen=True, slots=True)
class EffectsView:
    """What a call did to the world.

    `calls` counts what was called, without what was said there; `texts` holds everything that was
    said, in order, each with its place, without what is another each time (instants, UUIDs); `ok`:
    the call returned, nothing was swallowed, and no record was answered as failed. `known`: the
    call was made at all.
    """

    ok: bool
    calls: Counter[str]
    texts: tuple[tuple[str, str], ...]
    known: bool = True

    @classmethod
    def of(cls, outcome: Outcome, event: Mapping[str, Any]) -> EffectsView:
        """The view of a call that was given an event; the event's own id is left out of it."""
        changing = list(outcome.effects.changing)
        calls = Counter(called(effect) for effect in changing)
        own = str(event.get("id", "")) or "\0"
        texts = [
            (f"{number}:{place}", _PASSING.sub("…", text.replace(own, "ID")))
            for number, effect in enumerate(changing)
            for place, text in _leaves(effect)
        ]
        well = (
            outcome.status is Status.RETURNED
            and outcome.swallowed is None
            and not gives_back(outcome.returned)
        )
        return cls(well, calls, tuple(texts))

    def says(self, word: str) -> bool:
        """Whether a word stands anywhere, in whatever case."""
        return any(word.casefold() in text.casefold() for _, text in self.texts)

    @property
    def said(self) -> str:
        """All texts together."""
        return "\n".join(text for _, text in self.texts)

    @property
    def words(self) -> Counter[str]:
        """The words of all texts, whatever their order."""
        return Counter(_TOKEN.findall(self.said))


def called(effect: Effect) -> str:
    """What was called: an AWS operation, a method and address without its query, the sort of anything else."""
    if effect.sort is Sort.HTTP:
        return _QUERY.sub("", effect.name)
    return effect.name if effect.sort is Sort.AWS else effect.sort.value


def _leaves(effect: Effect) -> Iterator[tuple[str, str]]:
    if effect.sort is not Sort.AWS:
        yield "", effect.name
    for steps, value in _values(effect.content, ()):
        yield json_path.show(steps), value


def _values(content: Any, steps: json_path.Steps) -> Iterator[tuple[json_path.Steps, str]]:
    match content:
        case dict():
            # A mapping's own order is no part of what is said.
            for key in sorted(content, key=str):
                yield from _values(content[key], (*steps, str(key)))
        case list():
            for number, inner in enumerate(content):
                yield from _values(inner, (*steps, number))
        case str():
            inner = _json(content)
            if isinstance(inner, dict | list):
                yield from _values(inner, (*steps, "JSON"))
            else:
                yield steps, content
        case _:
            yield steps, json.dumps(content)


def _json(text: str) -> Any:
    if text[:1] not in ("{", "["):
        return None
    try:
        return json.loads(text)
    except (ValueError, RecursionError):
        return None
