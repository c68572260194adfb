"""The registry of envelopes: one table, a row for each way that EventBridge hands events on.

A new envelope is one row here; the docstring of the package says what belongs to it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any

from ecr_contracts.core.errors import EnvelopeError, UnknownNameError
from ecr_contracts.eventbridge.envelopes import direct, logs, sns, sqs, streams, targets
from ecr_contracts.eventbridge.envelopes.codec import Layer, Part, decoded


@dataclass(frozen=True, slots=True)
class Signs:
    """The words by which source code shows that it reads an envelope.

    These are all of `keys` (and, if there are `any_of`, one of those, written out as a key), or one
    of `unique`, the names that nothing else has. Code that has one of `unless` gets the envelope
    from elsewhere. Where code shows several envelopes, those of the highest `priority` come first.
    """

    keys: frozenset[str]
    unique: frozenset[str] = frozenset()
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
        batches=True,
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
)

ENVELOPES: Mapping[str, Envelope] = MappingProxyType({row.name: row for row in _ROWS})


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
