"""What hands records to a function: mappings, subscriptions, streams, pipes and destinations.

It knows which resource holds the records and in which envelope they arrive, and nothing of rules.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, NamedTuple

from ecr_contracts.discovery.iac.cloudformation.template import FUNCTIONS, Resource, Template
from ecr_contracts.discovery.iac.documents.document import Block, as_block, as_list, blocks

__all__ = ["MAPPED_ENVELOPES", "Delivery", "Feed", "deliveries", "feed_of"]

MAPPED_ENVELOPES = ("sqs", "sqs-fifo", "sns-sqs", "sns-sqs-raw", "dlq", "kinesis", "kinesis-logs")
"""The envelopes whose records come through an event source mapping."""

_MAPPING = "AWS::Lambda::EventSourceMapping"
_MAPPING_EVENTS = ("SQS", "Kinesis")  # what SAM makes a mapping of
_EVENT_SOURCES = {
    "SQS": ("Queue", "sqs"),
    "SNS": ("Topic", "sns"),
    "Kinesis": ("Stream", "kinesis"),
    "CloudWatchLogs": ("LogGroupName", "logs"),
}
"""The events of a SAM function that bring records: the property of their source, the envelope."""

_MAPPING_SOURCES = {"AWS::SQS::Queue": "sqs", "AWS::Kinesis::Stream": "kinesis"}
_PIPE_SOURCES = {"AWS::SQS::Queue": "pipe-sqs", "AWS::Kinesis::Stream": "pipe-kinesis"}
_DESTINATIONS = {"OnFailure": "on-failure", "OnSuccess": "on-success"}
_SHAPED_BY_PIPE = "shapes the records by an InputTemplate, and what that makes is not computed here"
_ENRICHED = "hands over what its Enrichment makes of the records, which is not known here"
_PARTIAL_FAILURES = "ReportBatchItemFailures"
_TRUE = (True, "true")


@dataclass(frozen=True, slots=True)
class Feed:
    """An event source mapping that hands batches of records to a function, and where it stands.

    `reports`: it asks which records failed; `size`: how many it hands over at the most. None is
    what a template does not tell, or tells by what only a deployment knows.
    """

    place: str
    reports: bool | None = None
    size: int | None = None


class Delivery(NamedTuple):
    """The records of `source` reach `function` in an envelope; both are logical ids.

    `problem` says why their shape is not known; then the envelope is empty.
    """

    source: str
    function: str
    envelope: str
    problem: str = ""


def feed_of(template: Template, function: Resource) -> Feed | None:
    """The event source mapping of a function; None where there are several or none."""
    own = [event for event in function.events() if event.type in _MAPPING_EVENTS]
    for mapping in template.resources(_MAPPING):
        fed = template.referred_function(mapping.properties.get("FunctionName"))
        if fed.name == function.name:
            own.append(mapping)
    if len(own) != 1:
        return None
    properties = own[0].properties
    size = properties.get("BatchSize")
    return Feed(
        f"{template.file.as_posix()}:{own[0].line}",
        _reports_failures(properties.get("FunctionResponseTypes")),
        size if isinstance(size, int) else None,
    )


def _reports_failures(response_types: Any) -> bool | None:
    """Whether a function tells which records failed; None where only a deployment knows."""
    if response_types is None:
        return False
    if not isinstance(response_types, list):
        return None
    if not all(isinstance(response_type, str) for response_type in response_types):
        return None
    return _PARTIAL_FAILURES in response_types


def deliveries(template: Template) -> Iterator[Delivery]:
    """The queues, topics, streams and log groups whose records functions of a template get."""
    direct = list(_direct_deliveries(template))
    yield from direct
    yield from _of_logs_in_streams(template, direct)
    for topic, endpoint, subscription in _subscriptions(template):
        if subscription.get("Protocol") != "sqs":
            continue
        raw = subscription.get("RawMessageDelivery") in _TRUE
        for delivery in direct:
            if delivery.source == endpoint and delivery.envelope in ("sqs", "sqs-fifo"):
                yield Delivery(topic, delivery.function, "sns-sqs-raw" if raw else "sns-sqs")


def _of_logs_in_streams(template: Template, direct: list[Delivery]) -> Iterator[Delivery]:
    """The functions that read the lines of a log group off a stream."""
    for resource in template.resources("AWS::Logs::SubscriptionFilter"):
        group = template.referred(resource.properties.get("LogGroupName")).name
        stream = template.referred(resource.properties.get("DestinationArn")).name
        for delivery in direct:
            if group and delivery.source == stream and delivery.envelope == "kinesis":
                yield Delivery(group, delivery.function, "kinesis-logs")


def _direct_deliveries(template: Template) -> Iterator[Delivery]:
    """The deliveries that need no other one in between."""
    for resource in template.resources():
        properties = resource.properties
        match resource.type:
            case "AWS::Serverless::Function":
                yield from _of_events(template, resource)
            case "AWS::Lambda::EventSourceMapping":
                yield from _of_mapping(template, properties)
            case "AWS::Logs::SubscriptionFilter":
                group = template.referred(properties.get("LogGroupName")).name
                function = template.referred_function(properties.get("DestinationArn")).name
                if group and function:
                    yield Delivery(group, function, "logs")
            case "AWS::KinesisFirehose::DeliveryStream":
                for function in _transforming_functions(template, properties):
                    yield Delivery(resource.name, function, "firehose")
            case "AWS::Pipes::Pipe":
                yield from _of_pipe(template, resource)
            case "AWS::Lambda::EventInvokeConfig":
                function = template.referred_function(properties.get("FunctionName")).name
                yield from _of_destinations(template, function, properties)
    for topic, _, subscription in _subscriptions(template):
        if subscription.get("Protocol") == "lambda":
            function = template.referred_function(subscription.get("Endpoint")).name
            yield Delivery(topic, function, "sns")


def _of_pipe(template: Template, pipe: Resource) -> Iterator[Delivery]:
    """The functions that a pipe calls: the one that enriches its records, and its target.

    Filters of a pipe are not followed.
    """
    properties = pipe.properties
    source = template.referred(properties.get("Source"))
    envelope = _PIPE_SOURCES.get(source.type)
    if envelope is None:
        return
    enriched = ""
    for key in ("Enrichment", "Target"):
        function = template.referred_function(properties.get(key))
        parameters = as_block(properties.get(f"{key}Parameters"))
        problem = _SHAPED_BY_PIPE if parameters.get("InputTemplate") else enriched
        if function.type in FUNCTIONS:
            shape = f"{problem} (pipe {pipe.name})" if problem else ""
            yield Delivery(source.name, function.name, "" if shape else envelope, shape)
        if properties.get(key):
            enriched = _ENRICHED


def _of_destinations(template: Template, function: str, holder: Block) -> Iterator[Delivery]:
    """The functions that get the records of asynchronous calls of another one."""
    destinations = as_block(holder.get("DestinationConfig"))
    for key, envelope in _DESTINATIONS.items():
        destination = as_block(destinations.get(key)).get("Destination")
        reached = template.referred_function(destination)
        if function and reached.type in FUNCTIONS:
            yield Delivery(function, reached.name, envelope)


def _of_events(template: Template, function: Resource) -> Iterator[Delivery]:
    """The deliveries that a SAM function lists as its events, and those of its own calls."""
    for event in function.events():
        if event.type in _EVENT_SOURCES:
            key, envelope = _EVENT_SOURCES[event.type]
            source = template.referred(event.properties.get(key))
            if source.name:
                yield Delivery(source.name, function.name, _with_order(source, envelope))
    invoked = as_block(function.properties.get("EventInvokeConfig"))
    yield from _of_destinations(template, function.name, invoked)


def _of_mapping(template: Template, mapping: Block) -> Iterator[Delivery]:
    source = template.referred(mapping.get("EventSourceArn"))
    function = template.referred_function(mapping.get("FunctionName"))
    envelope = _MAPPING_SOURCES.get(source.type)
    if function.name and envelope:
        yield Delivery(source.name, function.name, _with_order(source, envelope))


def _with_order(source: Resource, envelope: str) -> str:
    """The envelope, that of a FIFO queue where the records come out of one."""
    if envelope == "sqs" and source.properties.get("FifoQueue") in _TRUE:
        return "sqs-fifo"
    return envelope


def _transforming_functions(template: Template, stream: Block) -> Iterator[str]:
    """The functions that a Firehose stream has its records transformed by."""
    for key, destination in blocks(stream):
        if not key.endswith("DestinationConfiguration"):
            continue
        processing = as_block(destination.get("ProcessingConfiguration"))
        for processor in as_list(processing.get("Processors")):
            for item in as_list(as_block(processor).get("Parameters")):
                parameter = as_block(item)
                if parameter.get("ParameterName") == "LambdaArn":
                    yield template.referred_function(parameter.get("ParameterValue")).name


def _subscriptions(template: Template) -> Iterator[tuple[str, str, Block]]:
    """The subscriptions of endpoints in the template: topic, endpoint, and its properties."""
    for resource in template.resources("AWS::SNS::Subscription", "AWS::SNS::Topic"):
        properties = resource.properties
        if resource.type == "AWS::SNS::Topic":
            topic = resource.name
            subscriptions = [as_block(item) for item in as_list(properties.get("Subscription"))]
        else:
            topic = template.referred(properties.get("TopicArn")).name
            subscriptions = [properties]
        for subscription in subscriptions:
            endpoint = template.referred(subscription.get("Endpoint")).name
            if topic and endpoint:
                yield topic, endpoint, subscription
