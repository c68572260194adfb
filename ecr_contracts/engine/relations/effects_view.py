"""The effects of a call in a form to be compared: which calls were made, and what was said."""

from __future__ import annotations

import json
import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Any

from ecr_contracts.core import json_path, json_text
from ecr_contracts.engine.checks.batch_response import reports_failure
from ecr_contracts.runtime.effects import Effect, Origin, Sort
from ecr_contracts.runtime.outcome import Outcome, Status

_TOKEN = re.compile(r"\w+|[^\w\s]")
_QUERY = re.compile(r"[?#].*")
_SHOWN, _SHOWN_PART = 60, 57  # characters of a text that is shown whole, else of its beginning
_CHANGING = re.compile(
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
    the call returned, nothing was swallowed, and no record was answered as failed. `was_called`:
    the call was made at all. `answered` are the texts of answers that were made up, without those
    that an answer says because its call did.
    """

    ok: bool
    calls: Counter[str]
    texts: tuple[tuple[str, str], ...]
    was_called: bool = True
    answered: frozenset[str] = frozenset()

    @classmethod
    def from_outcome(cls, outcome: Outcome, event: Mapping[str, Any]) -> EffectsView:
        """The view of a call that was given an event; the event's own id is left out of it."""
        event_id = str(event.get("id", "")) or "\0"
        calls: Counter[str] = Counter()
        texts: list[tuple[str, str]] = []
        for number, effect in enumerate(outcome.effects.changing):
            calls[_name(effect)] += 1
            for place, text in _texts(effect):
                lasting = _CHANGING.sub("…", text.replace(event_id, "ID"))
                texts.append((f"{number}:{place}", lasting))
        is_returned = outcome.status is Status.RETURNED and outcome.swallowed is None
        is_returned = is_returned and outcome.stopped is None
        ok = is_returned and not reports_failure(outcome.returned)
        answered = frozenset(_answered(outcome.effects))
        return cls(ok, calls, tuple(texts), answered=answered)

    def mentions(self, word: str) -> bool:
        """Whether a word stands anywhere, in whatever case."""
        return any(word.casefold() in text.casefold() for _, text in self.texts)

    @property
    def text(self) -> str:
        """All texts together."""
        return "\n".join(text for _, text in self.texts)

    @property
    def words(self) -> Counter[str]:
        """The words of all texts, whatever their order."""
        return Counter(_TOKEN.findall(self.text))


def _name(effect: Effect) -> str:
    """What was called: an AWS operation, a method and address without its query, else the sort."""
    match effect.sort:
        case Sort.HTTP:
            return _QUERY.sub("", effect.name)
        case Sort.AWS:
            return effect.name
        case _:
            return effect.sort.value


def _answered(effects: Iterable[Effect]) -> Iterator[str]:
    """What made-up answers of AWS say of themselves."""
    for effect in effects:
        if effect.sort is Sort.AWS and effect.origin is Origin.MADE_UP:
            asked: set[str] = set()
            said: set[str] = set()
            _add_texts(effect.content, asked)
            _add_texts(effect.answer, said)
            yield from said - asked


def _add_texts(content: Any, texts: set[str]) -> None:
    """Add the texts of `_leaves`, which knows their places and order: answers may be large."""
    match content:
        case dict():
            for inner in content.values():
                _add_texts(inner, texts)
        case list():
            for inner in content:
                _add_texts(inner, texts)
        case str():
            inner = _json(content)
            if isinstance(inner, dict | list):
                _add_texts(inner, texts)
            else:
                texts.add(content)
        case _:
            texts.add(json.dumps(content))


def _texts(effect: Effect) -> Iterator[tuple[str, str]]:
    """The texts of an effect, each with its place."""
    if effect.sort is not Sort.AWS:
        yield "", effect.name
    for steps, text in _leaves(effect.content, ()):
        yield json_path.show(steps), text


def _leaves(content: Any, steps: json_path.Steps) -> Iterator[tuple[json_path.Steps, str]]:
    """The scalars of a value as text, those within a text that is JSON too."""
    match content:
        case dict():
            # A mapping's own order is no part of what is said.
            for key in sorted(content, key=str):
                yield from _leaves(content[key], (*steps, str(key)))
        case list():
            for number, inner in enumerate(content):
                yield from _leaves(inner, (*steps, number))
        case str():
            inner = _json(content)
            if isinstance(inner, dict | list):
                yield from _leaves(inner, (*steps, "JSON"))
            else:
                yield steps, content
        case _:
            yield steps, json.dumps(content)


def _json(text: str) -> Any:
    """The object or array that a text is, else None."""
    if text[:1] not in ("{", "["):
        return None
    try:
        return json.loads(text)
    except (ValueError, RecursionError):
        return None


def strict_view(outcome: Outcome, event: Mapping[str, Any]) -> EffectsView:
    """The view of a call; it is not `ok` if an exception was caught, and nothing done after it."""
    view = EffectsView.from_outcome(outcome, event)
    return replace(view, ok=view.ok and not any(caught.ends for caught in outcome.caught))


def difference(view: EffectsView, other: EffectsView) -> str:
    """How the second of two views differs from the first."""
    if not other.ok:
        return "it fails"
    changes = []
    if lost := view.calls - other.calls:
        changes.append(f"it no longer calls {', '.join(sorted(lost))}")
    if new := other.calls - view.calls:
        changes.append(f"it calls {', '.join(sorted(new))}")
    if changes:
        return " and ".join(changes)
    before = dict(view.texts)
    for spot, text in other.texts:
        if before.get(spot) != text:
            return f"it says {_quoted(text)} instead of {_quoted(before.get(spot, ''))}"
    return "it says less"


def _quoted(text: str) -> str:
    if len(text) > _SHOWN:
        text = f"{text[:_SHOWN_PART]}…"
    return json_text.one_line(text)
