"""The checks of what is made of an event on its way: input transformers and commands."""

from __future__ import annotations

from ecr_contracts.core.findings import Severity
from ecr_contracts.engine.checks.catalog.row import Check, Scope

ROWS = (
    Check(
        id="undeliverable",
        code="ECR501",
        headline="makes no JSON, so that nothing is delivered",
        purpose="What an input transformer makes of a valid event is not JSON: EventBridge drops "
        "the event.",
        mend="remove the quotes around a placeholder of an object or list, or use a path to a text",
        policy="Line breaks within texts are let pass, and messages of several texts.",
        scope=Scope.SUBJECT,
        ends=True,
    ),
    Check(
        id="lost-path",
        code="ECR502",
        headline="leaves a gap in an image's address or a command",
        purpose="A valid event has nothing at a path of an input transformer: an empty text lands "
        "in its place.",
        mend="let the rule's pattern admit only events that have it, or use what every event has",
        mend_at="have the rule's pattern ask for {field}, or use what every event has",
        policy="An error where it ends the reference of an image (repository:tag) or stands in a "
        "command; a warning elsewhere, for whoever gets an empty text may deal with it.",
        scope=Scope.SUBJECT,
    ),
    Check(
        id="dead-path",
        code="ECR503",
        headline="reads what no event has",
        purpose="A path of an input transformer leads nowhere in any event that its rule lets "
        "through: an empty text is all that ever lands in its place.",
        mend="write the key as this kind of event has it (`ecr-contracts kinds KIND` lists them)",
        policy="An error: the variable was meant to carry something.",
        scope=Scope.SUBJECT,
    ),
    Check(
        id="invalid-parameters",
        code="ECR504",
        headline="is refused by Run Command",
        purpose="Run Command refuses the parameters made from a valid event: no command is run.",
        mend="pass only parameters that the document has, each as a list of texts that it allows",
        policy="A warning where the document's own allowedPattern or allowedValues refuses a "
        "value: that may be meant to keep it out.",
        scope=Scope.SUBJECT,
        ends=True,
    ),
    Check(
        id="broken-command",
        code="ECR505",
        headline="does not parse as a command",
        purpose="The commands that an instance would run for a valid event do not parse: none of "
        "them is run.",
        mend="put every value of the event in quotes; see what bash -n says about the command",
        policy="Only what bash itself refuses to parse; other shells than sh and bash are not "
        "judged.",
        scope=Scope.SUBJECT,
        ends=True,
    ),
    Check(
        id="unquoted",
        code="ECR506",
        headline="leaves a value to the shell",
        purpose="A value of the event lands in a command outside quotes, or where quotes do not "
        "hold it: values are not escaped.",
        mend='put it in quotes, as in "<repository>:<tag>", and give the parameter an '
        "allowedPattern",
        policy="A warning, for no tag or repository on record has a character that a shell reads; "
        "an error where an event does change the words of the command. A parameter whose "
        "allowedPattern keeps such characters out is left alone, and so are the event's outer "
        "fields.",
        severity=Severity.WARNING,
        scope=Scope.SUBJECT,
    ),
)
