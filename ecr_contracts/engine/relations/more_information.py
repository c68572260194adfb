"""More information in an event, or in another order, changes nothing that a consumer does."""

from __future__ import annotations

from typing import Any

from ecr_contracts.core.findings import MISSING
from ecr_contracts.engine.relations.effects_view import difference
from ecr_contracts.engine.relations.probe import EffectsProbe, Violations, with_value

_PLAIN_TYPES = {
    "manifest-media-type": "application/vnd.docker.distribution.manifest.v2+json",
    "artifact-media-type": "application/vnd.docker.container.image.v1+json",
}
_MARK = "ecr-contracts-unknown"


def unknown_fields(probe: EffectsProbe, is_repeatable: bool) -> Violations:
    """A field that nobody knows changes nothing."""
    usual = probe(probe.source)
    for steps in (("detail", _MARK), (_MARK,)):
        event = with_value(probe.source, steps, _MARK)
        view = probe(event)
        differs = not view.ok or view.calls != usual.calls
        if is_repeatable and not view.mentions(_MARK):
            differs = differs or view.texts != usual.texts
        if differs and view.was_called:
            yield probe.violation("unknown-fields", probe.source, event, difference(usual, view))


def key_order(probe: EffectsProbe, is_repeatable: bool) -> Violations:
    """Keys in another order change nothing but the order of what is said."""
    usual = probe(probe.source)
    event = _reversed(probe.source)
    view = probe(event)
    differs = not view.ok or view.calls != usual.calls
    if is_repeatable:
        differs = differs or view.words != usual.words
    if differs and view.was_called:
        yield probe.violation("key-order", probe.source, event, difference(usual, view))


def _reversed(value: Any) -> Any:
    match value:
        case dict():
            return {key: _reversed(value[key]) for key in reversed(value)}
        case list():
            return [_reversed(inner) for inner in value]
        case _:
            return value


def media_types(probe: EffectsProbe, is_repeatable: bool) -> Violations:
    """The plain media types are what an event without any means."""
    keys = [key for key in _PLAIN_TYPES if f"$.detail.{key}" in probe.contract.by_path]
    if not keys:
        return
    bare, typed = probe.source, probe.source
    for key in keys:
        bare = with_value(bare, ("detail", key), MISSING)
        typed = with_value(typed, ("detail", key), _PLAIN_TYPES[key])
    without, view = probe(bare), probe(typed)
    if not without.ok:
        return
    differs = not view.ok or view.calls != without.calls
    if is_repeatable and not any(view.mentions(_PLAIN_TYPES[key]) for key in keys):
        differs = differs or view.texts != without.texts
    if differs and view.was_called:
        yield probe.violation("media-types", bare, typed, difference(without, view))
