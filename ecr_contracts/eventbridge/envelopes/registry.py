"""The registry of envelopes: one table, a row for each way that EventBridge hands events on.

A new envelope is one row here; the docstring of the package says what belongs to it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any

from ecr_contracts.core.errors import EnvelopeError, UnknownNameError
from ecr_contracts.eventbridge.envelopes import (
    bus_v2,
    destinations,
    direct,
    logs,
    pipes,
    sns,
    sqs,
    streams,
    targets,
)
from ecr_contracts.eventbridge.envelopes.codec import Layer, Part, decoded


@dataclass(frozen=True, slots=True)
class Signs:
    """The words by which source code shows that it reads an envelope.

    These are all of `keys` (and, if there are `any_of`, one of those, written out as a key), or one
    of `unique`, the names that nothing else has, or a key that is read off the handler's own event
    (`whole`) or off each element of it (`each`). Code that has one of `unless` gets the envelope
    from elsewhere. Where code shows several envelopes, those of the highest `priority` come first.
    """

    keys: frozenset[str] = frozenset()
    unique: frozenset[str] = frozenset()
    whole: frozenset[str] = frozenset()
    each: frozenset[str] = frozenset()
    any_of: frozenset[str] = frozenset()
    unless: frozenset[str] = frozenset()
    priority: int = 0


@dataclass(frozen=True, slots=True)
class Envelope:
    """What a target hands to its code, plain JSON both ways.

    `about` says in a few words who gets it. `build` makes the payload of some events, or of just
    one unless it `batches`. `layers` are the documents in the payload, from the outside to the
    inside. `signs` are the words by which code shows that it reads this envelope. `lossless`:
    `unwrap` gives just what `wrap` was given; `one_way`: it gives nothing.
    """

    name: str
    about: str
    build: Callable[[Sequence[Any]], Any]
    layers: tuple[Layer, ...]
    signs: Signs | None = None
    batches: bool = False
    lossless: bool = True
    one_way: bool = False

    def wrap(self, events: Sequence[Any]) -> Any:
        """The payload of some events. Raises EnvelopeError for what the envelope cannot carry."""
        if self.batches and not events:
            raise EnvelopeError(self.name, "a batch holds at least one event")
        if not self.batches and len(events) != 1:
            raise EnvelopeError(self.name, f"it carries exactly one event, not {len(events)}")
        return self.build(events)

    def unwrap(self, payload: Any) -> list[Any]:
        """The events of a payload. Raises EnvelopeError, naming the place, for anything else."""
        outer, *inner = self.layers
        try:
            parts = outer.parts(payload)
            for layer in inner:
                parts = _parts_within(parts, layer)
            return [_value(part) for part in parts]
        except ValueError as problem:
            raise EnvelopeError(self.name, str(problem)) from None


def _parts_within(parts: Iterator[Part], layer: Layer) -> Iterator[Part]:
    """The parts of the documents that stand in some parts."""
    for part in parts:
        document = _value(part)
        try:
            inner_parts = list(layer.parts(document))
        except ValueError as problem:
            raise ValueError(f"{part.place} {problem}") from None
        for inner_part in inner_parts:
            yield inner_part.within(part.place)


def _value(part: Part) -> Any:
    try:
        return decoded(part)
    except ValueError as problem:
        raise ValueError(f"{part.place} {problem}") from None


def _words(text: str) -> frozenset[str]:
    return frozenset(text.split())


_ROWS = (
    Envelope(
        "lambda", "the bare event, as a Lambda target gets it", direct.wrap_bare, (direct.BARE,)
    ),
    Envelope(
        "sqs",
        "Lambda's `Records` of SQS messages",
        sqs.wrap,
        (sqs.RECORDS,),
        Signs(
            keys=_words("Records body"),
            unique=_words("SQSEvent SQSRecord SqsModel SqsRecordModel SqsEnvelope aws:sqs SQS"),
            priority=1,
        ),
        batches=True,
    ),
    Envelope(
        "sqs-fifo",
        "Lambda's `Records` out of a FIFO queue",
        sqs.wrap_fifo,
        (sqs.RECORDS,),
        batches=True,
    ),
    Envelope(
        "sqs-message",
        "the response of ReceiveMessage",
        sqs.wrap_messages,
        (sqs.MESSAGES,),
        Signs(keys=_words("Messages Body"), unless=_words("receive-message")),
        batches=True,
    ),
    Envelope(
        "sqs-one",
        "one message of ReceiveMessage",
        sqs.wrap_message,
        (sqs.MESSAGES,),
        Signs(whole=_words("Body"), unless=_words("Messages")),
    ),
    Envelope(
        "sns",
        "Lambda's `Records` of one SNS notification",
        sns.wrap,
        (sns.RECORDS,),
        Signs(
            keys=_words("Records Sns"),
            unique=_words("SNSEvent SnsModel SnsEnvelope aws:sns"),
        ),
    ),
    Envelope(
        "sns-http",
        "the request that SNS makes of a server",
        sns.wrap_request,
        (sns.REQUEST, sns.NOTIFICATION),
    ),
    Envelope(
        "sns-sqs",
        "Lambda's `Records`: SQS around SNS",
        sns.wrap_in_sqs,
        (sqs.RECORDS, sns.NOTIFICATION),
        Signs(
            keys=_words("Records body"),
            unique=_words("SnsSqsEnvelope decoded-nested-sns-event"),
            any_of=_words("Message TopicArn"),
            priority=1,
        ),
        batches=True,
    ),
    Envelope(
        "sns-sqs-raw",
        "the same with raw message delivery",
        sns.wrap_raw_in_sqs,
        (sqs.RECORDS,),
        batches=True,
    ),
    Envelope(
        "sns-sqs-message",
        "the response of ReceiveMessage: SQS around SNS",
        sns.wrap_in_messages,
        (sqs.MESSAGES, sns.NOTIFICATION),
        Signs(
            keys=_words("Messages Body"),
            any_of=_words("Message TopicArn"),
            unless=_words("receive-message"),
            priority=1,
        ),
        batches=True,
    ),
    Envelope(
        "kinesis",
        "Lambda's `Records` of a Kinesis stream",
        streams.wrap_kinesis,
        (streams.KINESIS,),
        Signs(
            keys=_words("Records kinesis data"),
            unique=_words(
                "KinesisStreamEvent KinesisDataStreamModel KinesisDataStreamEnvelope aws:kinesis"
            ),
        ),
        batches=True,
    ),
    Envelope(
        "kinesis-logs",
        "Lambda's lines of a log group, by a stream",
        streams.wrap_logs_in_kinesis,
        (streams.KINESIS, logs.UNPACKED),
        Signs(
            keys=_words("Records kinesis data logEvents"),
            unique=_words(
                "extract_cloudwatch_logs_from_event extract_cloudwatch_logs_from_record"
                " data-zlib-compressed-as-json"
            ),
            priority=1,
        ),
        batches=True,
    ),
    Envelope(
        "pipe-sqs",
        "a list of SQS messages, from a pipe",
        pipes.wrap_sqs,
        (direct.LIST, pipes.MESSAGE),
        Signs(each=_words("body"), unless=_words("Records")),
        batches=True,
    ),
    Envelope(
        "pipe-kinesis",
        "a list of Kinesis records, from a pipe",
        pipes.wrap_kinesis,
        (direct.LIST, pipes.RECORD),
        Signs(each=_words("data"), unless=_words("Records")),
        batches=True,
    ),
    Envelope(
        "firehose",
        "the `records` that Lambda transforms",
        streams.wrap_firehose,
        (streams.FIREHOSE,),
        Signs(
            keys=_words("records recordId"),
            unique=_words("KinesisFirehoseEvent KinesisFirehoseModel KinesisFirehoseEnvelope"),
        ),
        batches=True,
    ),
    Envelope(
        "logs",
        "Lambda's lines of a log group, packed",
        logs.wrap_subscription,
        (logs.PACKED, logs.UNPACKED),
        Signs(
            keys=_words("awslogs"),
            unique=_words("CloudWatchLogsEvent CloudWatchLogsModel CloudWatchLogsEnvelope"),
        ),
        batches=True,
    ),
    Envelope(
        "log-group",
        "the response of GetLogEvents",
        logs.wrap_stored,
        (logs.STORED,),
        batches=True,
    ),
    Envelope(
        "stepfunctions", "the start of an execution", targets.wrap_execution, (targets.EXECUTION,)
    ),
    Envelope(
        "api-destination",
        "the request that EventBridge makes",
        targets.wrap_request,
        (targets.REQUEST,),
    ),
    Envelope("event-bus", "the event, forwarded by another bus", direct.wrap_bare, (direct.BARE,)),
    Envelope(
        "archive-replay",
        "the event with its `replay-name`",
        direct.wrap_replayed,
        (direct.REPLAYED,),
        lossless=False,
    ),
    Envelope(
        "lambda-batch",
        "a list of events, from a bus of version 2",
        direct.wrap_list,
        (direct.LIST,),
        Signs(each=_words("detail detail-type"), unless=_words("Records")),
        batches=True,
    ),
    Envelope(
        "v2-metadata",
        "`Data` with metadata, from a bus of version 2",
        bus_v2.wrap,
        (bus_v2.DELIVERY,),
        Signs(whole=_words("Data SystemMetadata"), unique=_words("SystemMetadata")),
    ),
    Envelope(
        "v2-metadata-batch",
        "a list of `Data` with metadata",
        bus_v2.wrap_list,
        (direct.LIST, bus_v2.DELIVERY),
        Signs(each=_words("Data SystemMetadata"), priority=1),
        batches=True,
    ),
    Envelope(
        "v2-replay",
        "the same as `v2-metadata` of a replay",
        bus_v2.wrap_replayed,
        (bus_v2.DELIVERY,),
    ),
    Envelope(
        "v2-replay-batch",
        "the same as `v2-metadata-batch` of a replay",
        bus_v2.wrap_replayed_list,
        (direct.LIST, bus_v2.DELIVERY),
        batches=True,
    ),
    Envelope(
        "on-failure",
        "what another Lambda function failed with",
        destinations.wrap_failure,
        (destinations.RECORD,),
        Signs(unique=_words("requestPayload responsePayload")),
    ),
    Envelope(
        "on-success",
        "what another Lambda function did well with",
        destinations.wrap_success,
        (destinations.RECORD,),
        Signs(keys=_words("requestPayload Success"), priority=1),
    ),
    Envelope(
        "dlq",
        "Lambda's `Records` of a dead-letter queue",
        sqs.wrap_failed,
        (sqs.RECORDS,),
        Signs(
            keys=_words("Records body"),
            any_of=_words("RULE_ARN TARGET_ARN ERROR_CODE"),
            priority=2,
        ),
        batches=True,
    ),
    Envelope(
        "run-command",
        "the parameters of an SSM document",
        targets.wrap_command,
        (targets.COMMAND,),
        lossless=False,
        one_way=True,
    ),
    Envelope(
        "ecs-task",
        "the overrides of an ECS task",
        targets.wrap_task,
        (targets.TASK,),
        lossless=False,
        one_way=True,
    ),
    Envelope(
        "detail",
        "the `detail` alone, by the InputPath `$.detail`",
        direct.wrap_detail,
        (direct.DETAIL,),
        Signs(
            whole=_words("repository-name image-digest image-tag image-tags scan-status"),
            unless=_words("detail"),
        ),
        lossless=False,
        one_way=True,
    ),
)

ENVELOPES: Mapping[str, Envelope] = MappingProxyType({row.name: row for row in _ROWS})
"""Every way in which EventBridge hands events on, by the name that `--via` has for it."""


def envelope(name: str) -> Envelope:
    """The envelope of a name. Raises UnknownNameError, naming those that exist."""
    if name not in ENVELOPES:
        raise UnknownNameError("envelope", name, ENVELOPES)
    return ENVELOPES[name]


def carry(events: Sequence[Any], via: str) -> Any:
    """What reaches the code of some events in the envelope of a name.

    Raises UnknownNameError for one that does not exist, EnvelopeError for events that it cannot
    carry.
    """
    return envelope(via).wrap(events)


def signed() -> list[tuple[str, Signs]]:
    """The envelopes that code shows by its words, with these; what tells more comes first."""
    rows = [(row.name, row.signs) for row in _ROWS if row.signs]
    return sorted(rows, key=lambda row: -row[1].priority)
