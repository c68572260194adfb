"""The checks of web apps, by what their senders are answered."""

from __future__ import annotations

from ecr_contracts.engine.checks.catalog.ids import (
    FAILS_AFTER_ANSWER,
    REFUSED_REQUEST,
)
from ecr_contracts.engine.checks.catalog.row import Check

ROWS = (
    Check(
        id=REFUSED_REQUEST,
        code="ECR601",
        headline="refuses the request",
        purpose="A web app answers a valid event with an error (422, 415, 500): whoever sends it "
        "tries again in vain or drops it at once, and nothing is done with the event.",
        mend="take the request as it comes (SNS: text/plain), and answer 200 to what you skip",
        mend_at="check {field} before this line; answer 200 to events that you skip",
        policy="Only statuses that are no success, and not what every event is answered with for "
        "want of a key or of the right path. A warning where its own code refuses by a status that "
        "it says, and no exception is behind that: a decision.",
        ends=True,
    ),
    Check(
        id=FAILS_AFTER_ANSWER,
        code="ECR602",
        headline="{exception} after the answer",
        purpose="A web app answers a success and then raises (a background task, a handler of all "
        "errors): whoever sent the event takes it for handled, and it is lost.",
        mend="do what may fail before you answer, or keep the event where it can be tried again",
        mend_at="check {field} before this line, or do what may fail before you answer",
        policy="As for raises. What a handler of errors takes by name is left alone.",
        ends=True,
    ),
)
