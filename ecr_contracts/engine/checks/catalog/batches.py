"""The checks of records in batches, and of messages in queues."""

from __future__ import annotations

from ecr_contracts.core.findings import Severity
from ecr_contracts.engine.checks.catalog.ids import (
    BATCH_ANSWER,
    EMPTY_QUEUE,
    GIVEN_BACK,
    LEFT_IN_QUEUE,
    WRONGLY_SETTLED,
)
from ecr_contracts.engine.checks.catalog.row import Check, Scope

ROWS = (
    Check(
        id=GIVEN_BACK,
        code="ECR301",
        headline="{exception} is answered as a failed record",
        purpose="A valid event is answered as a record that failed: it is tried again, to no "
        "avail, then dropped.",
        mend="handle such events, or skip them without reporting their records as failed",
        mend_at="check {field} before this line, or skip such events, not reported as failed",
        policy="As for raises. Only entries of batchItemFailures, and Firehose's "
        "ProcessingFailed, say so.",
        ends=True,
    ),
    Check(
        id=LEFT_IN_QUEUE,
        code="ECR302",
        headline="{exception} leaves the message in the queue",
        purpose="A poll loop receives a valid event and does not delete its message: it comes "
        "again and again, until the queue drops it or moves it to its dead-letter queue.",
        mend="handle such events, and delete each message that is done with, or of no use",
        mend_at="check {field} before this line, and delete the messages that are of no use",
        policy="Only of functions without arguments that ask a queue. What is made visible again "
        "without an exception is left alone, and what stops at an answer that was made up.",
        ends=True,
    ),
    Check(
        id=EMPTY_QUEUE,
        code="ECR303",
        headline="ends with {exception} once the queue is empty",
        purpose="The answer of ReceiveMessage has no key Messages where the queue is empty, and "
        "the loop reads it all the same: it ends there, and handles no later event.",
        mend='read response.get("Messages", [])',
        policy="Only of functions without arguments that ask a queue, and only an exception about "
        "the key that is not there.",
    ),
    Check(
        id="first-only",
        code="ECR304",
        headline="deals with the first of a batch alone",
        purpose="Of a batch of events only the first is dealt with: the others are lost without a "
        "word.",
        mend="loop over all records, and go on to the next one after a record that you skip",
        policy="Only where each event alone has effects, and no effect of the batch shows another "
        "event's repository; or where an event that is left alone keeps the one behind it from "
        "having any.",
        scope=Scope.COMPARISON,
    ),
    Check(
        id="batch",
        code="ECR305",
        headline="{exception} on a batch of good events",
        purpose="Events that are dealt with one by one make the consumer fail, or are lost, when "
        "they come together.",
        mend="handle each record on its own, and keep nothing from the record before it",
        policy="Only events that do well alone are put together, and it has to go wrong a second "
        "time. An event is lost only where others of the batch have all that each has alone, and "
        "nothing says its repository.",
        scope=Scope.COMPARISON,
    ),
    Check(
        id="partial-failure",
        code="ECR306",
        headline="tells wrongly which records failed",
        purpose="The answer that tells which records failed is wrong: failed ones are deleted, or "
        "good ones done again.",
        mend="name in batchItemFailures just the failed records: SQS messageId, Kinesis "
        "sequenceNumber",
        policy="Only of who answers so. Records behind a failed one may be handed back undone; "
        "with a stream only the first that is named counts.",
        scope=Scope.COMPARISON,
    ),
    Check(
        id=WRONGLY_SETTLED,
        code="ECR307",
        headline="settles messages wrongly where one of them fails",
        purpose="Of several messages that a poll loop receives at once, one that is not handled is "
        "deleted with the others (it is lost), or one that is done is left (it is done again).",
        mend="delete each message by itself, as the last thing that is done for it",
        policy="Only with a message that fails alone, and by the effects that each has. What comes "
        "behind a failed one may be left undone.",
        scope=Scope.COMPARISON,
    ),
    Check(
        id="batch-retried",
        code="ECR308",
        headline="has a whole batch tried again for one record",
        purpose="One event that makes the consumer raise has the whole batch tried again, good "
        "records with it.",
        mend="catch what one record raises, go on, and return that record's id in "
        "batchItemFailures",
        policy="A warning, and only with a valid event that raises.",
        severity=Severity.WARNING,
        scope=Scope.COMPARISON,
    ),
    Check(
        id="unreported",
        code="ECR309",
        headline="tells which records failed, but is not asked",
        purpose="The consumer answers which records failed, but its event source mapping does not "
        "ask: Lambda takes the batch for done, and deletes those that failed.",
        mend="add FunctionResponseTypes: [ReportBatchItemFailures] to the event source mapping",
        policy="A warning, and only where a template shows the mapping.",
        severity=Severity.WARNING,
        scope=Scope.COMPARISON,
    ),
    Check(
        id=BATCH_ANSWER,
        code="ECR310",
        headline="does not give Firehose its records back",
        purpose="Firehose does not get every record back, once, with a result and its data: it is "
        "not delivered.",
        mend="return each recordId once, with result Ok, Dropped or ProcessingFailed, and data in "
        "base64",
        policy="Data is looked at only where the result is Ok.",
        scope=Scope.SUBJECT,
    ),
    Check(
        id="control-message",
        code="ECR311",
        headline="takes a control message for an event",
        purpose="A control message, with which CloudWatch Logs tests its destination, is taken for "
        "an event.",
        mend="look at messageType first, and return early where it is CONTROL_MESSAGE",
        policy="A warning: such messages are documented of subscriptions, and on record for "
        "streams alone.",
        severity=Severity.WARNING,
        scope=Scope.COMPARISON,
    ),
)
