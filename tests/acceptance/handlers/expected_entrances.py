"""What `check` says of handlers that take their events by more than one entrance."""

from __future__ import annotations

from tests.acceptance.handlers.expectation import (
    COUNTS,
    CRITICAL,
    NOTHING,
    STATUS,
    SUCCEEDED,
    TAG,
    Expected,
    Found,
    raises,
    unseen,
)

COMPLETE = (STATUS, "complete")

ENTRANCES: tuple[Expected, ...] = (
    Expected(
        "two_ways_sns",  # a topic, and the rule itself: only the newer way is wrong
        "two_ways_sns/app.py:lambda_handler",
        ("push",),
        frozenset({raises("KeyError", '"tag": d["image-tag"]', [SUCCEEDED, (TAG, "absent")])}),
        via=("sns", "lambda"),
    ),
    Expected(
        "two_ways_sns_right",  # what is no batch of the topic raises, and that says so
        "two_ways_sns_right/app.py:lambda_handler",
        ("push",),
        NOTHING,
        via=("sns", "lambda"),
    ),
    Expected(
        "two_ways_queue",  # a `match` of what it is given
        "two_ways_queue/app.py:handler",
        ("scan",),
        frozenset(
            {
                raises(
                    "KeyError",
                    'n = e["detail"]["finding-severity-counts"]["CRITICAL"]',
                    [COMPLETE, (CRITICAL, "absent")],
                ),
                unseen(
                    raises(
                        "KeyError",
                        'n = e["detail"]["finding-severity-counts"]["CRITICAL"]',
                        [COMPLETE, (COUNTS, "absent")],
                    )
                ),
                unseen(Found("batch-retried")),
            }
        ),
        via=("sqs", "lambda"),
    ),
    Expected(
        "two_ways_queue_right",  # `isinstance` of what may be records
        "two_ways_queue_right/app.py:handler",
        ("scan",),
        NOTHING,
        via=("sqs", "lambda"),
    ),
    Expected(
        "two_ways_wrapped",  # a queue behind a topic, which delivers raw or not
        "two_ways_wrapped/handler.py:main",
        ("push",),
        frozenset(
            {
                raises("KeyError", '"main-" + detail["image-tag"]', [SUCCEEDED, (TAG, "absent")]),
                unseen(Found("batch-retried")),
            }
        ),
        via=("sqs", "sns-sqs"),
    ),
    Expected(
        "two_ways_wrapped_right",
        "two_ways_wrapped_right/handler.py:main",
        ("push",),
        NOTHING,
        via=("sqs", "sns-sqs"),
    ),
    Expected(
        "records_or_nothing_right",  # bare events are known, and left alone: that is no entrance
        "records_or_nothing_right/app.py:handler",
        ("push",),
        NOTHING,
        via=("sqs",),
    ),
)
