"""What `check` says of poll loops: functions without arguments that ask a queue for messages."""

from __future__ import annotations

from tests.acceptance.handlers.expectation import (
    NOTHING,
    RESULT,
    SUCCEEDED,
    TAG,
    Expected,
    Found,
    causes,
    raises,
    swallowed,
)

MESSAGES = ("sqs-message",)
WITHOUT_TAG = [SUCCEEDED, (TAG, "absent")]


def left(line: str, *found: object, exception: str | None = None) -> Found:
    """A message that is received and not deleted, at the line that says why."""
    return Found("left-in-queue", exception, line, causes(*found) if found else None)


POLLERS = (
    Expected(
        "poll_sync",  # one event without a tag ends the loop
        "poll_sync/worker.py:main",
        ("push",),
        frozenset({raises("KeyError", 'image = "%s:%s" % (', WITHOUT_TAG)}),
        via=MESSAGES,
    ),
    Expected(
        "poll_sync_right",  # a resource, signals, and a sleep between two looks
        "poll_sync_right/worker.py:main",
        ("push",),
        NOTHING,
        via=MESSAGES,
    ),
    Expected(
        "poll_swallows",  # what failed is deleted like all others
        "poll_swallows/consumer.py:run",
        ("push",),
        frozenset({swallowed("KeyError", 'image = detail["repository-name"]', WITHOUT_TAG)}),
        via=MESSAGES,
    ),
    Expected(
        "poll_worker_class",  # goes on after whatever it is, and never gets on with this message
        "poll_worker_class/worker.py:PushWorker.run",
        ("push",),
        frozenset({left("self.table.put_item(", WITHOUT_TAG, exception="KeyError")}),
        via=MESSAGES,
    ),
    Expected(
        "poll_left_alone",  # what it has no use for comes again; and it ends with the empty queue
        "poll_left_alone/poll.py:poll",
        ("push",),
        frozenset(
            {
                left("resp = sqs.receive_message(", (RESULT, "failure")),
                Found("empty-queue", "KeyError", "for m in resp['Messages']"),
            }
        ),
        via=MESSAGES,
    ),
    Expected(
        "poll_batch_right",  # returns when the queue is empty, and deletes ten at once
        "poll_batch_right/main.py:drain",
        ("push",),
        NOTHING,
        via=MESSAGES,
    ),
    Expected(
        "poll_batch_deletes_all",  # unless all have failed, those that failed as well
        "poll_batch_deletes_all/app.py:worker",
        ("push",),
        frozenset(
            {
                left("sns.publish(TopicArn=TOPIC", WITHOUT_TAG, exception="KeyError"),
                Found("wrongly-settled"),
            }
        ),
        via=MESSAGES,
    ),
    Expected(
        "poll_threads_right",
        "poll_threads_right/worker.py:main",
        ("push",),
        NOTHING,
        via=MESSAGES,
    ),
    Expected(
        "poll_async",  # boto3 in threads of asyncio, and results that nobody looks at
        "poll_async/app.py:main",
        ("push",),
        frozenset({Found("left-in-queue", causes=causes(WITHOUT_TAG))}),
        via=MESSAGES,
    ),
    Expected(
        "poll_sns",  # a topic before the queue, whose address is made up
        "poll_sns/worker.py:main",
        ("push",),
        frozenset({raises("KeyError", "what = json.dumps(", WITHOUT_TAG)}),
        via=("sns-sqs-message",),
    ),
    Expected(
        "poll_waits_right",  # polls in threads, and the main one waits to be stopped
        "poll_waits_right/service.py:main",
        ("push",),
        NOTHING,
        via=MESSAGES,
    ),
)
