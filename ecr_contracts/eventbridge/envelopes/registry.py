"""The table of envelopes. A new one is a file with `wrap` and `unwrap`, and a row here."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any

from ecr_contracts.core.errors import UnknownNameError
from ecr_contracts.eventbridge.envelopes import (
    api_destination,
    archive_replay,
    bare,
    dlq,
    ecs_task,
    event_bus,
    firehose,
    kinesis,
    lambda_batch,
    log_group,
    logs,
    run_command,
    sns,
    sns_http,
    sns_sqs,
    sqs,
    sqs_message,
    stepfunctions,
)


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

    `wrap` makes the payload of some events, `unwrap` finds the events of a payload; both raise
    EnvelopeError for what the envelope cannot carry or is not. `about` says in a few words who gets
    it. One that `batches` carries several events at a time. `lossless`: `unwrap` gives just what
    `wrap` was given. `signs` are the words by which code shows that it reads this envelope.
    """

    name: str
    about: str
    wrap: Callable[[Sequence[Any]], Any]
    unwrap: Callable[[Any], list[Any]]
    batches: bool = False
    lossless: bool = True
    signs: Signs | None = None


_ROWS = (
    Envelope("lambda", "the bare event, as a Lambda target gets it", bare.wrap, bare.unwrap),
    Envelope(
        "sqs",
        "Lambda's `Records` of SQS messages",
        sqs.wrap,
        sqs.unwrap,
        batches=True,
        signs=Signs(
            keys=frozenset({"Records", "body"}),
            unique=frozenset(
                {
                    "SQSEvent",
                    "SQSRecord",
                    "SqsModel",
                    "SqsRecordModel",
                    "SqsEnvelope",
                    "aws:sqs",
                    "SQS",
                }
            ),
            priority=1,
        ),
    ),
    Envelope(
        "sqs-fifo",
        "Lambda's `Records` out of a FIFO queue",
        sqs.wrap_fifo,
        sqs.unwrap,
        batches=True,
    ),
    Envelope(
        "sqs-message",
        "the response of ReceiveMessage",
        sqs_message.wrap,
        sqs_message.unwrap,
        batches=True,
        signs=Signs(
            keys=frozenset({"Messages", "Body"}),
            unless=frozenset({"receive-message"}),
        ),
    ),
    Envelope(
        "sns",
        "Lambda's `Records` of one SNS notification",
        sns.wrap,
        sns.unwrap,
        signs=Signs(
            keys=frozenset({"Records", "Sns"}),
            unique=frozenset({"SNSEvent", "SnsModel", "SnsEnvelope", "aws:sns"}),
        ),
    ),
    Envelope("sns-http", "the request that SNS makes of a server", sns_http.wrap, sns_http.unwrap),
    Envelope(
        "sns-sqs",
        "Lambda's `Records`: SQS around SNS",
        sns_sqs.wrap,
        sns_sqs.unwrap,
        batches=True,
        signs=Signs(
            keys=frozenset({"Records", "body"}),
            unique=frozenset({"SnsSqsEnvelope", "decoded-nested-sns-event"}),
            any_of=frozenset({"Message", "TopicArn"}),
            priority=1,
        ),
    ),
    Envelope(
        "sns-sqs-raw",
        "the same with raw message delivery",
        sns_sqs.wrap_raw,
        sqs.unwrap,
        batches=True,
    ),
    Envelope(
        "kinesis",
        "Lambda's `Records` of a Kinesis stream",
        kinesis.wrap,
        kinesis.unwrap,
        batches=True,
        signs=Signs(
            keys=frozenset({"Records", "kinesis", "data"}),
            unique=frozenset(
                {
                    "KinesisStreamEvent",
                    "KinesisDataStreamModel",
                    "KinesisDataStreamEnvelope",
                    "aws:kinesis",
                }
            ),
        ),
    ),
    Envelope(
        "firehose",
        "the `records` that Lambda transforms",
        firehose.wrap,
        firehose.unwrap,
        batches=True,
        signs=Signs(
            keys=frozenset({"records", "recordId"}),
            unique=frozenset(
                {"KinesisFirehoseEvent", "KinesisFirehoseModel", "KinesisFirehoseEnvelope"}
            ),
        ),
    ),
    Envelope(
        "logs",
        "Lambda's lines of a log group, packed",
        logs.wrap,
        logs.unwrap,
        batches=True,
        signs=Signs(
            keys=frozenset({"awslogs"}),
            unique=frozenset(
                {"CloudWatchLogsEvent", "CloudWatchLogsModel", "CloudWatchLogsEnvelope"}
            ),
        ),
    ),
    Envelope(
        "log-group", "the response of GetLogEvents", log_group.wrap, log_group.unwrap, batches=True
    ),
    Envelope(
        "stepfunctions", "the start of an execution", stepfunctions.wrap, stepfunctions.unwrap
    ),
    Envelope(
        "api-destination",
        "the request that EventBridge makes",
        api_destination.wrap,
        api_destination.unwrap,
    ),
    Envelope("event-bus", "the event, forwarded by another bus", event_bus.wrap, event_bus.unwrap),
    Envelope(
        "archive-replay",
        "the event with its `replay-name`",
        archive_replay.wrap,
        archive_replay.unwrap,
        lossless=False,
    ),
    Envelope(
        "lambda-batch",
        "a list of events, from a bus of version 2",
        lambda_batch.wrap,
        lambda_batch.unwrap,
        True,
    ),
    Envelope(
        "dlq",
        "Lambda's `Records` of a dead-letter queue",
        dlq.wrap,
        dlq.unwrap,
        batches=True,
        signs=Signs(
            keys=frozenset({"Records", "body"}),
            any_of=frozenset({"RULE_ARN", "TARGET_ARN", "ERROR_CODE"}),
            priority=2,
        ),
    ),
    Envelope(
        "run-command",
        "the parameters of an SSM document",
        run_command.wrap,
        run_command.unwrap,
        lossless=False,
    ),
    Envelope(
        "ecs-task", "the overrides of an ECS task", ecs_task.wrap, ecs_task.unwrap, lossless=False
    ),
)

ENVELOPES: Mapping[str, Envelope] = MappingProxyType({row.name: row for row in _ROWS})


def signed() -> list[tuple[str, Signs]]:
    """The envelopes that code shows by its words, with these; what tells more comes first."""
    rows = [(row.name, row.signs) for row in _ROWS if row.signs]
    return sorted(rows, key=lambda row: -row[1].priority)


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
