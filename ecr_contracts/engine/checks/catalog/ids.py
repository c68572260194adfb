"""The names of checks that code asks for by name, as constants."""

from __future__ import annotations

RAISES = "raises"
"""The check of exceptions that end a call."""

REFUSES = "refuses"
"""The check of exceptions that a handler raises on purpose; see `engine/refusals`."""

VACUOUS = "vacuous"
"""The check of a whole run; see `relations/vacuity`."""

DEAD = "dead"
"""The check of a run in which each event turned back at the same place; see `relations/dead`."""

DEAD_AT_IMPORT = "dead-at-import"
"""The check of a handler whose own module raises while it is imported."""

NEVER_RUNS = "never-runs"
"""The check of a handler of Lambda whose call only prepares its code."""

UNREAD = "unread"
"""The check of a consumer that acts, and reads nothing of its events; see `relations/unread`."""

UNREACHED = "unreached"
"""The check of a run in which no event got to an effect; see `engine/reach`."""

REPEATED = "side-effects-before-failure"
"""The check of effects that a retry repeats; it follows from a finding about an exception."""

GIVEN_BACK = "given-back"
"""The check of records that the consumer itself reports as failed."""

LEFT_IN_QUEUE = "left-in-queue"
"""The check of messages that a poll loop receives and does not delete."""

WRONGLY_SETTLED = "wrongly-settled"
"""The check of messages that a poll loop deletes or leaves because of another one."""

EMPTY_QUEUE = "empty-queue"
"""The check of poll loops that end with an exception once there is no message."""

BATCH_ANSWER = "batch-answer"
"""The check of Firehose's answer; `trial` reports it, because judging it takes the payload."""

WRONG_CALL = "wrong-call"
"""The check of calls of AWS that fail whatever it answers, where nothing is raised in the end."""

REFUSED_REQUEST = "refused-request"
"""The check of web apps that answer a valid event with an error."""

FAILS_AFTER_ANSWER = "fails-after-answer"
"""The check of web apps that answer a success, and raise all the same."""

DEAD_COMPARISON = "dead-comparison"
"""The check of comparisons in the code itself: no event shows it, for none meets them."""

FUTURE_EVENT = "future-event"
"""The check of events as AWS may send them one day; only a run that asks for them has it."""

ACTION_BLIND = "action-blind"
"""The check of calls that are made whatever was done, and however it ended."""
