"""Subscribers of event buses of version 2: which events of AWS services reach them.

Such a bus has no rules. An `AWS::EventsV2::EventSource` forwards events of a service to it, and an
`AWS::EventsV2::Subscriber` hands those that all its filters admit to a target. Both together are
read as one event pattern. The names of properties are documented; what is inferred says so.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from typing import Any, NamedTuple

from ecr_contracts.discovery.iac.cloudformation.template import Resource, Template
from ecr_contracts.discovery.iac.documents.document import Block, as_block, as_list
from ecr_contracts.discovery.iac.values.conditions import alternatives
from ecr_contracts.discovery.iac.values.event_patterns import KnownPattern, known_patterns
from ecr_contracts.discovery.iac.values.known_values import KnownValues

__all__ = ["SUBSCRIBER", "Subscriber", "subscribers"]

SUBSCRIBER = "AWS::EventsV2::Subscriber"
_SOURCE = "AWS::EventsV2::EventSource"
_MAX_PATTERNS = 8
_STOPPED = ("DISABLED", "PAUSED", "STOPPED")
_SYSTEM_KEYS = {"aws:Source": "source", "aws:DetailType": "detail-type"}
"""Where the event itself has what its system metadata say."""
_EVENT_KEYS = frozenset(
    ("version", "id", "detail-type", "source", "account", "time", "region", "resources", "detail")
)


class Subscriber(NamedTuple):
    """A subscriber, the patterns of what it is handed, and where that goes.

    `envelope` is what a function gets it in; it is empty for shapes that are not known here.
    """

    resource: Resource
    patterns: tuple[KnownPattern, ...]
    target: Block
    envelope: str
    disabled: bool


def subscribers(template: Template) -> Iterator[Subscriber]:
    """The subscribers of a template, in its order."""
    for resource in template.resources(SUBSCRIBER):
        properties = resource.properties
        target = Block()
        target["Arn"] = as_block(properties.get("InvokeConfiguration")).get("TargetArn")
        yield Subscriber(
            resource,
            tuple(_patterns(template, properties)),
            target,
            _envelope(properties),
            # The values are inferred from the states that the service tells of a subscriber.
            disabled=str(properties.get("State", "")).upper() in _STOPPED,
        )


def _envelope(properties: Block) -> str:
    """The envelope of a Lambda function: a list of events, unless batches hold just one."""
    if as_block(properties.get("Transformer")).get("Type", "RAW") != "RAW":
        return ""
    size = as_block(properties.get("BatchConfiguration")).get("MaxBatchSize")
    return "lambda" if size in (1, "1") else "lambda-batch"


def _patterns(template: Template, properties: Block) -> Iterator[KnownPattern]:
    """What each source of the bus forwards and all filters admit; bounded in number.

    Without a source in the template the filters alone tell.
    """
    sources = list(_sources(template, properties.get("EventBusArn"))) or [KnownPattern({})]
    count = 0
    for source in sources:
        for filtered in _filtered(template, properties, source):
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


def _filtered(
    template: Template, properties: Block, source: KnownPattern
) -> Iterator[KnownPattern]:
    """What of a source all filters admit."""
    narrowed = [source]
    configuration = as_block(properties.get("FilterConfiguration"))
    for item in as_list(configuration.get("Filters")):
        for entry in alternatives(item):
            scope = str(as_block(entry).get("Scope", "DATA"))
            patterns = _known(as_block(entry).get("Pattern"), template.resolver.known)
            scoped = [_in_event(scope, pattern) for pattern in patterns]
            narrowed = [_both(one, other) for one in narrowed for other in scoped]
            narrowed = narrowed[:_MAX_PATTERNS]
    yield from narrowed


def _in_event(scope: str, known: KnownPattern) -> KnownPattern:
    """The pattern of a filter as one of the event.

    What stands only in metadata is not known here. Keys of the event that are looked for in the
    system metadata are never there (inferred), so that nothing matches: no event has the key
    `SYSTEM_METADATA` either.
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
