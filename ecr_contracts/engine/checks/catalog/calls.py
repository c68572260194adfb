"""The checks of one call: what a valid event makes the consumer do."""

from __future__ import annotations

from ecr_contracts.core.findings import Severity
from ecr_contracts.engine.checks.catalog.ids import (
    RAISES,
    REFUSES,
    REPEATED,
    WRONG_CALL,
)
from ecr_contracts.engine.checks.catalog.row import Check, Scope

ROWS = (
    Check(
        id=RAISES,
        code="ECR101",
        headline="{exception}",
        purpose="A valid event makes the consumer raise: the target retries, then drops the event.",
        mend="handle such events (a default for what is missing), or skip them early",
        policy="Only events that the schema admits are given, and what follows from an answer that "
        "the sandbox made up is told as a matter of set-up.",
        ends=True,
    ),
    Check(
        id=REFUSES,
        code="ECR102",
        headline="refuses with {exception}",
        purpose="The handler refuses a valid event with an exception of its own, by a test of the "
        "event: a decision, but the target retries the event all the same, then drops it.",
        mend="accept it where it is meant (--update-baseline --reason WHY); else return early",
        policy="A warning, and what else would be an error. Only for a `raise` in its own code "
        "behind a test of a field or of what was read from one, with a class of its own code; not "
        "where another exception is handled or was caught, nor where every event is refused.",
        severity=Severity.WARNING,
        scope=Scope.FINDING,
        ends=True,
    ),
    Check(
        id="exits",
        code="ECR103",
        headline="ends the process",
        purpose="A valid event ends the process: every other event that it was to handle is lost "
        "with it.",
        mend="return or raise an exception; do not leave the process with sys.exit() or os._exit()",
        policy="As for raises.",
        ends=True,
    ),
    Check(
        id="late",
        code="ECR104",
        headline="does not answer in time",
        purpose="A valid event is not answered within the time limit (`--timeout`).",
        mend="set a limit on every wait and retry, or give --timeout what the function really has",
        policy="Nothing is waited for outside: every call is answered at once, and sleeps pass at "
        "once. They count, up to what Lambda gives a call.",
        ends=True,
    ),
    Check(
        id="swallowed",
        code="ECR105",
        headline="swallows {exception}",
        purpose="A valid event raises, the exception is caught whatever it is, and the run ends as "
        "if all were well: no retry, no dead letter, and what was to be done is not done.",
        mend="catch only the exceptions that you expect, by name, and let all others be raised",
        mend_at="check {field} before this line, and catch by name only what you expect",
        policy="Only where a block that does nothing but log or return caught it, no effect "
        "follows, and something that the ordinary event brings about is lacking (or the handler "
        "itself ends there).",
        ends=True,
    ),
    Check(
        id=WRONG_CALL,
        code="ECR106",
        headline="catches the {exception} of a call that never works",
        purpose="A call of AWS fails whatever AWS says (a parameter that there is not, an unknown "
        "operation, a key that no answer has), and its exception is caught: nobody gets to know.",
        mend="call it as botocore documents it: its name, its parameters, the keys of its answer",
        policy="Only what botocore itself refuses, or its model excludes. Where the refused value "
        "was made up by the sandbox, nothing is said. What another check tells is told once.",
    ),
    Check(
        id="unserialisable",
        code="ECR107",
        headline="returns what JSON cannot carry",
        purpose="The consumer returns what JSON cannot carry: Lambda then reports an error "
        "although all was done.",
        mend="return nothing, or only dict, list, str, int, float, bool and None",
        policy="JSON is judged as Lambda's runtime writes it.",
    ),
    Check(
        id="error-return",
        code="ECR108",
        headline="returns an error",
        purpose="A valid event is answered with a value that says error: nobody reads what an "
        "EventBridge target returns, so the event is lost.",
        mend="raise an exception, so that the event is retried and kept, or handle such events",
        policy="A warning, for whoever reads the value may be someone else. Words that the event "
        "itself says (FAILED, FAILURE) are none.",
        severity=Severity.WARNING,
    ),
    Check(
        id=REPEATED,
        code="ECR109",
        headline="acts before {exception}",
        purpose="Something was done before the consumer raised: EventBridge tries twice more, and "
        "it is done again.",
        mend="read and check all that you need from the event first, then act",
        policy="A warning. Reads do not count, nor what comes to the same when done twice (Put, "
        "Update, Delete).",
        severity=Severity.WARNING,
        scope=Scope.FINDING,
    ),
    Check(
        id="mutates",
        code="ECR110",
        headline="changes the event it is given",
        purpose="The consumer changes the event that it is given: harmless alone, a trap when an "
        "event is used twice.",
        mend="change a copy of the event, as copy.deepcopy(event) makes one",
        policy="A warning.",
        severity=Severity.WARNING,
    ),
)
