"""The checks of the code as a whole: what never runs, whichever event comes."""

from __future__ import annotations

from ecr_contracts.core.findings import Severity
from ecr_contracts.engine.checks.catalog.ids import (
    DEAD,
    DEAD_AT_IMPORT,
    DEAD_COMPARISON,
    NEVER_RUNS,
    UNREACHED,
    VACUOUS,
)
from ecr_contracts.engine.checks.catalog.row import Check, Scope

ROWS = (
    Check(
        id=DEAD_AT_IMPORT,
        code="ECR401",
        headline="cannot be imported: {exception}",
        purpose="The handler's own code raises while it is imported (a name that is not there, a "
        "syntax error, modules that import each other): the function is dead on every event.",
        mend="repair this line: Lambda runs it before the first event, and then calls no handler",
        policy="Only where nothing that the machine lacks and nothing that we made up may be why: "
        "`runtime.import_faults` says which exceptions that are. All else is set-up.",
        ends=True,
    ),
    Check(
        id=NEVER_RUNS,
        code="ECR402",
        headline="none of its code runs",
        purpose="A handler of Lambda is a generator or asynchronous: Lambda does not loop over "
        "what it returns, nor await it, so that no event is handled.",
        mend="make it a plain function: return in place of yield, asyncio.run(main(event)) for "
        "async",
        policy="Only where a template names the handler, or it is called lambda_handler; whoever "
        "else calls such code runs it on, and so does the check.",
        ends=True,
    ),
    Check(
        id=VACUOUS,
        code="ECR403",
        headline="does the same",
        purpose="The consumer does the same with every event and looks at nothing that tells one "
        "from another.",
        mend="find out why it never reads the event: a filter, an unopened envelope, no code yet",
        policy="Only if no call has an effect, all run the same lines, and {} is answered alike.",
        scope=Scope.RUN,
    ),
    Check(
        id=DEAD,
        code="ECR404",
        headline="does nothing",
        purpose="Every event turns back at the same place, before any call that changes something: "
        "what the consumer is for never runs, whatever it logs.",
        mend="see what the events really have there (`ecr-contracts sample KIND`), and change the "
        "condition",
        policy="Only where all events run the same lines and are answered alike, where its own "
        "code has such a call, and where they turn back at a key that no event has: no variable "
        "that nobody gave, no answer, no clock and no value decides.",
        scope=Scope.RUN,
    ),
    Check(
        id=UNREACHED,
        code="ECR405",
        headline="reaches none of its effects",
        purpose="No event gets as far as to any call that changes something: what stands behind "
        "the condition that turns them back never ran, so nothing is known of it.",
        mend="give what lets events on (--env NAME=VALUE, --answer CALL=JSON), or change the "
        "condition",
        policy="A warning, and only where its own code has such a call, outside what handles "
        "failures, and no error is told besides.",
        severity=Severity.WARNING,
        scope=Scope.RUN,
    ),
    Check(
        id=DEAD_COMPARISON,
        code="ECR406",
        headline="compares with a value that no event has",
        purpose="The code compares a field with a value that no event has there: what hangs on it "
        "never runs, or always does.",
        mend="write the value as events have it (`ecr-contracts kinds KIND` lists them)",
        policy="By the contracts of all kinds that have the field. Only where nothing else can be "
        "what is compared, and not beside the right value. A warning where it is not known what "
        "was meant, and left alone then unless code waits for it.",
        scope=Scope.SUBJECT,
    ),
)
