"""Subscribers of event buses of version 2: which events of AWS services reach them.

Such a bus has no rules. An `AWS::EventsV2::EventSource` forwards events of a service to it, and an
`AWS::EventsV2::Subscriber` hands those that all its filters admit to a target. Both together are
read as one event pattern. The names of properties are those of botocore's `eventbridgev2`; filters
have the language of classic patterns without `wildcard` (EventBridge user guide, custom event
buses, September 2026). What is inferred says so.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from typing import Any, NamedTuple

from ecr_contracts.core.errors import PatternError
from ecr_contracts.discovery.iac.cloudformation.template import Resource, Template
from ecr_contracts.discovery.iac.documents.document import Block, as_block, as_list
from ecr_contracts.discovery.iac.values.conditions import alternatives
from ecr_contracts.discovery.iac.values.event_patterns import KnownPattern, known_patterns
from ecr_contracts.discovery.iac.values.known_values import KnownValues
from ecr_contracts.eventbridge.envelopes.bus_v2 import CONTENT_TYPE, LIVE, REPLAY
from ecr_contracts.eventbridge.rules.pattern import Pattern

__all__ = ["SUBSCRIBER", "Subscriber", "subscribers"]

SUBSCRIBER = "AWS::EventsV2::Subscriber"
_SOURCE = "AWS::EventsV2::EventSource"
_MAX_PATTERNS = 8
_STOPPED = ("DISABLED", "PAUSED", "STOPPED")
_DELIVERY_TYPE = "aws:DeliveryType"
_SYSTEM_CONSTANTS = {"ContentType": (CONTENT_TYPE,), _DELIVERY_TYPE: (LIVE, REPLAY)}
"""All values that some system metadata have."""
_ENVELOPES = {
    ("RAW", LIVE, False): "lambda",
    ("RAW", LIVE, True): "lambda-batch",
    ("RAW", REPLAY, False): "lambda",
    ("RAW", REPLAY, True): "lambda-batch",
    ("WITH_METADATA", LIVE, False): "v2-metadata",
    ("WITH_METADATA", LIVE, True): "v2-metadata-batch",
    ("WITH_METADATA", REPLAY, False): "v2-replay",
    ("WITH_METADATA", REPLAY, True): "v2-replay-batch",
}
"""What a function gets: by the transformer, whether it is replayed, and whether it is a list."""
_SYSTEM_KEYS = {"aws:Source": "source", "aws:DetailType": "detail-type"}
"""Where the event itself has what its system metadata say."""
_EVENT_KEYS = frozenset(
    ("version", "id", "detail-type", "source", "account", "time", "region", "resources", "detail")
)


class Subscriber(NamedTuple):
    """A subscriber, the patterns of what it is handed, and where that goes.

    `envelope` is what a function gets it in; it is empty for shapes that are not known here, and
    then `problem` says why. `refused` is the path and the problem of what EventBridge refuses of
    its filters, `unmatched` says what it does not refuse, and nothing ever meets.
    """

    resource: Resource
    patterns: tuple[KnownPattern, ...]
    target: Block
    envelope: str
    disabled: bool
    problem: str = ""
    refused: tuple[str, str] | None = None
    unmatched: str = ""


class _Filter(NamedTuple):
    """One filter: its scope, what is known of its pattern, and the path of a `wildcard` in it."""

    scope: str
    patterns: tuple[KnownPattern, ...]
    wildcard: str = ""


def subscribers(template: Template) -> Iterator[Subscriber]:
    """The subscribers of a template, in its order."""
    for resource in template.resources(SUBSCRIBER):
        properties = resource.properties
        target = Block()
        target["Arn"] = as_block(properties.get("InvokeConfiguration")).get("TargetArn")
        filters = list(_filters(template, properties))
        envelope, problem = _shape(template, properties, filters)
        yield Subscriber(
            resource,
            tuple(_patterns(template, properties, filters)),
            target,
            envelope,
            disabled=str(properties.get("State", "")).upper() in _STOPPED,
            problem=problem,
            refused=_refused(filters),
            unmatched=_unmatched(filters),
        )


# --- the shape ------------------------------------------------------------------------------------


def _shape(template: Template, properties: Block, filters: list[_Filter]) -> tuple[str, str]:
    """The envelope of a Lambda function, or why it is not known.

    It is a list of events unless batches hold just one, and those of a replay where a filter admits
    nothing else.
    """
    known = template.resolver.known
    transformer = known.text(as_block(properties.get("Transformer")).get("Type", "RAW"))
    sizes = []
    for holder in ("BatchConfiguration", "InvokeConfiguration"):
        sizes.append(known.text(as_block(properties.get(holder)).get("MaxBatchSize", "")))
    delivery_type = REPLAY if _admitted_types(filters) == {REPLAY} else LIVE
    shape = transformer, delivery_type, "1" not in sizes
    if shape in _ENVELOPES:
        return _ENVELOPES[shape], ""
    if transformer == "JSONATA":
        problem = "shapes events by JSONATA, and what that makes of them is not computed here"
    else:
        problem = "has a Transformer whose Type is known only to a deployment"
    return "", problem


def _admitted_types(filters: list[_Filter]) -> set[str]:
    """The delivery types that all filters admit."""
    admitted = {LIVE, REPLAY}
    for one in filters:
        if one.scope != "SYSTEM_METADATA":
            continue
        allowed: set[str] = set()
        for known in one.patterns:
            conditions = known.pattern.get(_DELIVERY_TYPE)
            allowed.update(_admitted(_DELIVERY_TYPE, conditions))
        admitted &= allowed
    return admitted


def _admitted(key: str, conditions: Any) -> list[str]:
    """Which of all values of a system metadata key some conditions admit; all without any."""
    values = _SYSTEM_CONSTANTS[key]
    if conditions is None:
        return list(values)
    try:
        pattern = Pattern.parse({key: conditions})
    except PatternError:
        return list(values)  # what EventBridge refuses is told of the whole pattern
    return [value for value in values if pattern.matches({key: value})]


# --- the filters ----------------------------------------------------------------------------------


def _filters(template: Template, properties: Block) -> Iterator[_Filter]:
    """The filters of a subscriber; an alternative that cannot be told is one more pattern."""
    configuration = as_block(properties.get("FilterConfiguration"))
    for number, item in enumerate(as_list(configuration.get("Filters"))):
        place = f"$.FilterConfiguration.Filters[{number}].Pattern"
        wildcard = ""
        by_scope: dict[str, list[KnownPattern]] = {}
        for entry in alternatives(item):
            scope = str(as_block(entry).get("Scope", "DATA"))
            written = as_block(entry).get("Pattern")
            patterns = _known(written, template.resolver.known)
            by_scope.setdefault(scope, []).extend(patterns)
            wildcard = wildcard or next(_wildcards(_as_data(written), place), "")
        for scope, found in by_scope.items():
            yield _Filter(scope, tuple(found), wildcard)


def _as_data(written: Any) -> Any:
    """A pattern as it is written, where that is a mapping or JSON; else None."""
    if not isinstance(written, str):
        return written
    try:
        return json.loads(written)
    except (ValueError, RecursionError):
        return None


def _refused(filters: list[_Filter]) -> tuple[str, str] | None:
    """Where a filter has a `wildcard`, and what is wrong with that; None if none has."""
    problem = (
        "filters of an event bus of version 2 have no `wildcard`: use prefix, suffix or "
        "anything-but"
    )
    paths = [one.wildcard for one in filters if one.wildcard]
    return (paths[0], problem) if paths else None


def _unmatched(filters: list[_Filter]) -> str:
    """What a filter looks for in the system metadata that only the event has; empty without it."""
    for each in filters:
        for known in each.patterns:
            keys = [key for key in known.pattern if key in _EVENT_KEYS]
            if each.scope != "SYSTEM_METADATA" or not keys:
                continue
            meant = [name for name, key in _SYSTEM_KEYS.items() if key == keys[0]]
            advice = f"it is `{meant[0]}` there" if meant else "use the Scope DATA"
            return f"nothing ever has `{keys[0]}` in its SYSTEM_METADATA: {advice}"
    return ""


def _wildcards(value: Any, path: str, *, is_condition: bool = False) -> Iterator[str]:
    """The paths of the conditions that are wildcards."""
    if isinstance(value, Mapping):
        for key, inner in value.items():
            if is_condition and key == "wildcard":
                yield path
            yield from _wildcards(inner, f"{path}.{key}", is_condition=is_condition)
    elif isinstance(value, list):
        for number, inner in enumerate(value):
            # `$or` lists patterns; any other list holds conditions.
            is_or = path.endswith(".$or")
            yield from _wildcards(inner, f"{path}[{number}]", is_condition=not is_or)


# --- the patterns ---------------------------------------------------------------------------------


def _patterns(
    template: Template, properties: Block, filters: list[_Filter]
) -> Iterator[KnownPattern]:
    """What each source of the bus forwards and all filters admit; bounded in number.

    Without a source in the template the filters alone tell.
    """
    sources = list(_sources(template, properties.get("EventBusArn"))) or [KnownPattern({})]
    count = 0
    for source in sources:
        for filtered in _filtered(filters, source):
            count += 1
            if filtered.pattern and count <= _MAX_PATTERNS:
                yield filtered


def _sources(template: Template, bus: Any) -> Iterator[KnownPattern]:
    """The patterns of what AWS services forward to a bus."""
    known = template.resolver.known
    for resource in template.resources(_SOURCE):
        properties = resource.properties
        configuration = as_block(properties.get("Configuration"))
        service = as_block(configuration.get("AwsServiceEventsConfiguration"))
        if "AwsService" not in service or not _is_same(
            template, properties.get("EventBusArn"), bus
        ):
            continue
        forwarded = KnownPattern({"source": [service["AwsService"]]})
        for narrower in _known(service.get("Pattern"), known):
            yield _both(forwarded, narrower)


def _known(written: Any, known: KnownValues) -> tuple[KnownPattern, ...]:
    """What is known of a pattern; everything is admitted without one, or if nothing is known."""
    unresolved = () if written is None or written == "" else ("$",)
    return known_patterns(written, known) or (KnownPattern({}, unresolved),)


def _is_same(template: Template, bus: Any, other: Any) -> bool:
    """Whether two values name the same bus: one of the template, or one that lies elsewhere."""
    buses = template.referred(bus).name, template.referred(other).name
    if any(buses):
        return buses[0] == buses[1]
    return json.dumps(bus, sort_keys=True) == json.dumps(other, sort_keys=True)


def _filtered(filters: list[_Filter], source: KnownPattern) -> list[KnownPattern]:
    """What of a source all filters admit."""
    narrowed = [source]
    for each in filters:
        scoped = [_in_event(each.scope, pattern) for pattern in each.patterns]
        narrowed = [_both(one, other) for one in narrowed for other in scoped]
        narrowed = narrowed[:_MAX_PATTERNS]
    return narrowed


def _in_event(scope: str, known: KnownPattern) -> KnownPattern:
    """The pattern of a filter as one of the event.

    What stands only in metadata is not known here, but for what system metadata always say. Keys of
    the event that are looked for in the system metadata are never there (nothing matches, and
    nothing fails): no event has the key `SYSTEM_METADATA` either.
    """
    if scope == "DATA":
        return known
    pattern: dict[str, Any] = {}
    foreign: dict[str, Any] = {}
    unresolved: list[str] = []
    for key, conditions in known.pattern.items():
        if scope == "SYSTEM_METADATA" and key in _SYSTEM_KEYS:
            pattern[_SYSTEM_KEYS[key]] = conditions
        elif scope == "SYSTEM_METADATA" and key in _EVENT_KEYS:
            foreign[key] = conditions
        elif scope == "SYSTEM_METADATA" and key in _SYSTEM_CONSTANTS:
            if not _admitted(key, conditions):
                foreign[key] = conditions
        else:
            unresolved.append(f"{scope}.{key}")
    if foreign:
        pattern["SYSTEM_METADATA"] = foreign
    return KnownPattern(pattern, tuple(unresolved))


def _both(one: KnownPattern, other: KnownPattern) -> KnownPattern:
    """A pattern that admits what two patterns admit, and perhaps more."""
    unresolved = dict.fromkeys((*one.unresolved, *other.unresolved))
    return KnownPattern(_merged(one.pattern, other.pattern), tuple(unresolved))


def _merged(one: Mapping[str, Any], other: Mapping[str, Any]) -> dict[str, Any]:
    """The keys of both; where both have conditions that cannot be one list, those of the second."""
    merged = dict(one)
    for key, conditions in other.items():
        first = merged.get(key)
        if isinstance(first, Mapping) and isinstance(conditions, Mapping):
            merged[key] = _merged(first, conditions)
        elif _is_exact(first) and _is_exact(conditions):
            # With nothing in common the second stays, for an empty list is no valid pattern.
            common = [value for value in as_list(first) if value in conditions]
            merged[key] = common or conditions
        elif not (_is_exact(first) and isinstance(conditions, list)):
            merged[key] = conditions
    return merged


def _is_exact(conditions: Any) -> bool:
    return isinstance(conditions, list) and not any(
        isinstance(value, Mapping | list) for value in conditions
    )
