"""The table of checks: one row each, with what is said of every finding of a check.

To add a check, add a row here and the code that sees it. Its scope says where that stands: in
`outcome` where one call shows it, in `engine/relations` where calls are compared; a subject, or
`trial`, reports a `Fault` (`Scope.SUBJECT`); `phases` adds what follows from another finding, and
`refusals` says which exceptions are raised on purpose.
The README and the configuration follow from the row, and so do reports, but for two things. What a
single finding says of itself (its `detail`) is worded by the code that sees it. And in some cases
`headline` in `reporting/sentences` has other words: for `raises`, `given-back`, `left-in-queue`,
`batch`, `action-blind`, `lost-path` and `future-event`.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from enum import Enum
from types import MappingProxyType

from ecr_contracts.core.findings import Severity
from ecr_contracts.core.text import listed

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

_WHAT_HAPPENED = ("action-type", "result", "scan-status", "errorCode")
"""The fields of `detail` that say what was done, and whether it ended well."""


class Scope(Enum):
    """What a check looks at."""

    CALL = "the outcome of one call"
    SUBJECT = "a problem that the subject itself, or `trial`, reports with the outcome"
    COMPARISON = "several calls, compared"
    RUN = "all calls of a run"
    FINDING = "a finding of another check"


@dataclass(frozen=True, slots=True)
class Check:
    """One row of the table.

    `headline` is what reports say first; `{exception}` in it is the type that was raised.
    `purpose` says what goes wrong and what follows from it, in the README's table. `mend` tells the
    owner what to do, as reports and that table print it; `mend_at` tells it of the `{field}` that a
    finding names, where there is one (see `mend_of`); where its cause is about none, `looks_at` are
    fields of `detail` that it may be about. `policy` says what keeps the check from
    being a false alarm; it is for whoever reads this table. Only an error makes a run fail; the
    user's levels can change the `severity`. Where a check `ends` the call, nothing behind it was
    seen.
    """

    id: str
    headline: str
    purpose: str
    mend: str
    policy: str
    mend_at: str = ""
    looks_at: tuple[str, ...] = ()
    severity: Severity = Severity.ERROR
    scope: Scope = Scope.CALL
    ends: bool = False


_ROWS = (
    Check(
        id=RAISES,
        headline="{exception}",
        purpose="A valid event makes the consumer raise: the target retries, then drops the event.",
        mend="handle such events (a default for what is missing), or skip them early",
        policy="Only events that the schema admits are given, and what follows from an answer that "
        "the sandbox made up is told as a matter of set-up.",
        ends=True,
    ),
    Check(
        id=REFUSES,
        headline="refuses with {exception}",
        purpose="The handler refuses a valid event with an exception of its own, by a test of the "
        "event: a decision, but the target retries the event all the same, then drops it.",
        mend="accept it where it is meant (checks = { refuses = 'off: why' }); else return early",
        policy="A warning, and what else would be an error. Only for a `raise` in its own code "
        "behind a test of a field or of what was read from one, with a class of its own code; not "
        "where another exception is handled or was caught, nor where every event is refused.",
        severity=Severity.WARNING,
        scope=Scope.FINDING,
        ends=True,
    ),
    Check(
        id=DEAD_AT_IMPORT,
        headline="cannot be imported: {exception}",
        purpose="The handler's own code raises while it is imported (a name that is not there, a "
        "syntax error, modules that import each other): the function is dead on every event.",
        mend="repair this line: Lambda runs it before the first event, and then calls no handler",
        policy="Only where nothing that the machine lacks and nothing that we made up may be why: "
        "`runtime.import_faults` says which exceptions that are. All else is set-up.",
        ends=True,
    ),
    Check(
        id="exits",
        headline="ends the process",
        purpose="A valid event ends the process: every other event that it was to handle is lost "
        "with it.",
        mend="return or raise an exception; do not leave the process with sys.exit() or os._exit()",
        policy="As for raises.",
        ends=True,
    ),
    Check(
        id="late",
        headline="does not answer in time",
        purpose="A valid event is not answered within the time limit (`--timeout`).",
        mend="set a limit on every wait and retry, or give --timeout what the function really has",
        policy="Nothing is waited for outside: every call is answered at once, and sleeps pass at "
        "once. They count, up to what Lambda gives a call.",
        ends=True,
    ),
    Check(
        id="swallowed",
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
        headline="catches the {exception} of a call that never works",
        purpose="A call of AWS fails whatever AWS says (a parameter that there is not, an unknown "
        "operation, a key that no answer has), and its exception is caught: nobody gets to know.",
        mend="call it as botocore documents it: its name, its parameters, the keys of its answer",
        policy="Only what botocore itself refuses, or its model excludes. Where the refused value "
        "was made up by the sandbox, nothing is said. What another check tells is told once.",
    ),
    Check(
        id=GIVEN_BACK,
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
        id=NEVER_RUNS,
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
        id=REFUSED_REQUEST,
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
        headline="{exception} after the answer",
        purpose="A web app answers a success and then raises (a background task, a handler of all "
        "errors): whoever sent the event takes it for handled, and it is lost.",
        mend="do what may fail before you answer, or keep the event where it can be tried again",
        mend_at="check {field} before this line, or do what may fail before you answer",
        policy="As for raises. What a handler of errors takes by name is left alone.",
        ends=True,
    ),
    Check(
        id=LEFT_IN_QUEUE,
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
        headline="ends with {exception} once the queue is empty",
        purpose="The answer of ReceiveMessage has no key Messages where the queue is empty, and "
        "the loop reads it all the same: it ends there, and handles no later event.",
        mend='read response.get("Messages", [])',
        policy="Only of functions without arguments that ask a queue, and only an exception about "
        "the key that is not there.",
    ),
    Check(
        id="unserialisable",
        headline="returns what JSON cannot carry",
        purpose="The consumer returns what JSON cannot carry: Lambda then reports an error "
        "although all was done.",
        mend="return nothing, or only dict, list, str, int, float, bool and None",
        policy="JSON is judged as Lambda's runtime writes it.",
    ),
    Check(
        id="error-return",
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
        headline="changes the event it is given",
        purpose="The consumer changes the event that it is given: harmless alone, a trap when an "
        "event is used twice.",
        mend="change a copy of the event, as copy.deepcopy(event) makes one",
        policy="A warning.",
        severity=Severity.WARNING,
    ),
    Check(
        id=VACUOUS,
        headline="does the same",
        purpose="The consumer does the same with every event and looks at nothing that tells one "
        "from another.",
        mend="find out why it never reads the event: a filter, an unopened envelope, no code yet",
        policy="Only if no call has an effect, all run the same lines, and {} is answered alike.",
        scope=Scope.RUN,
    ),
    Check(
        id=DEAD,
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
        id="unknown-fields",
        headline="does something else when there is a key it does not know",
        purpose="A key that AWS may add any day changes what the consumer does.",
        mend="read only the keys that you need, by name, and ignore all others",
        policy="Who hands the whole event on, the new key with it, is left alone.",
        scope=Scope.COMPARISON,
    ),
    Check(
        id="key-order",
        headline="does something else when keys stand in another order",
        purpose="The order of keys, which means nothing in JSON, changes what the consumer does.",
        mend="look values up by their keys, never by their position",
        policy="Words in another order are no other words.",
        scope=Scope.COMPARISON,
    ),
    Check(
        id="media-types",
        headline="does something else when media types are told",
        purpose="An ordinary image is treated otherwise when the event says its media types, as "
        "events since 2023 do.",
        mend="name the media types that you treat specially, and treat all others as if there were "
        "none",
        policy="Only Docker's own types of an image are added; who shows them is left alone.",
        scope=Scope.COMPARISON,
    ),
    Check(
        id="absent-is-zero",
        headline="behaves differently when a severity is absent than when it is 0",
        purpose="A severity that is absent and one that is 0 say the same, but something else is "
        "done.",
        mend='read each count with a default of 0, as in counts.get("HIGH", 0)',
        policy="Only which calls are made is compared, not their texts. To keep a 0 in a store of "
        "numbers is no more than to keep nothing.",
        scope=Scope.COMPARISON,
    ),
    Check(
        id="monotone",
        headline="says less when more is found",
        purpose="One finding more takes an alert away, or makes the consumer say that there are "
        "none.",
        mend="decide by the counts of all severities that matter, not by a single one",
        policy="Alerts are told by calls that no image without findings brings about; nothing is "
        "all-clear unless the text says that there are no vulnerabilities, findings or issues.",
        scope=Scope.COMPARISON,
    ),
    Check(
        id="severity-unread",
        headline="tells nothing of a severity",
        purpose="Findings of one severity change nothing that is done, though less grave ones do: "
        "CRITICAL is never read, or is looked for under a word that no event has.",
        mend="read the counts of all severities that matter, by their words: CRITICAL, HIGH, "
        "INFORMATIONAL",
        policy="Whoever tells of grave ones alone is left alone, unless a misspelt word is looked "
        "for. A warning where a single severity is told of, or where INFORMATIONAL or UNDEFINED "
        "is misspelt. Thousands of findings must change nothing either: limits are no fault.",
        scope=Scope.COMPARISON,
    ),
    Check(
        id="severity-words",
        headline="tells a lesser severity as the worst",
        purpose="Some less grave findings more change which severity is told as the worst: with "
        "one CRITICAL and many LOW ones it says LOW.",
        mend="go through the severities in their order, and take the first that has a count "
        "above 0",
        policy="Only where a line that says one severity alone says another one instead, and the "
        "graver is nowhere in such a line: lists in another order are left alone, and texts that "
        "speak of the most common or the last.",
        scope=Scope.COMPARISON,
    ),
    Check(
        id=ACTION_BLIND,
        headline="makes the same calls",
        purpose="A deleted image, a failed push or a failed scan is treated as a successful push "
        "or scan.",
        mend="check action-type, result, scan-status or errorCode first, or narrow the rule's "
        "pattern to them",
        mend_at="check {field} first, or have the rule's pattern ask for it",
        looks_at=_WHAT_HAPPENED,
        policy="A warning, for it may be on purpose. Who says the action in its texts, or anything "
        "else than of the same event that ended well, is left alone.",
        severity=Severity.WARNING,
        scope=Scope.COMPARISON,
    ),
    Check(
        id=UNREAD,
        headline="never reads the event",
        purpose="The consumer acts, and reads nothing of the event: it does the same after a "
        "failed push or a deletion.",
        mend="check action-type, result or scan-status first, or narrow the rule's pattern to them",
        mend_at="check {field} first, or have the rule's pattern ask for it",
        looks_at=_WHAT_HAPPENED,
        policy="A warning, for it may be on purpose. Nothing is said where the rules let through "
        "only what ended well, and no other relation is told beside it.",
        severity=Severity.WARNING,
        scope=Scope.COMPARISON,
    ),
    Check(
        id="truncated",
        headline="passes on a part of a value",
        purpose="The tag, repository or digest is shown whole for the ordinary event, and cut for "
        "another.",
        mend="split only at the first separator and keep all that follows, or do not split at all",
        mend_at="split {field} only at the first separator and keep all that follows",
        policy="An error only where the part stands alone, as a parameter or the end of an "
        "image's address. Long values that are cut at the end, and parts beside the whole in the "
        "same call, are left alone.",
        scope=Scope.COMPARISON,
    ),
    Check(
        id="case-changed",
        headline="passes on a value in another case",
        purpose="A tag is passed on in lower or upper case, or a repository's name in upper case: "
        "V1 and v1 are two tags, so another image is meant, or none.",
        mend="pass the tag on as it is; change the case only in texts for people",
        mend_at="pass {field} on as it is; change the case only in texts for people",
        policy="A warning. Only where it names something: alone in a parameter, in a request's "
        "key for it, or in an image's address. Texts for people, places that take no upper case "
        "and effects that have the value as it is too are left alone.",
        severity=Severity.WARNING,
        scope=Scope.COMPARISON,
    ),
    Check(
        id="first-only",
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
        id="undeliverable",
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
        headline="reads what no event has",
        purpose="A path of an input transformer leads nowhere in any event that its rule lets "
        "through: an empty text is all that ever lands in its place.",
        mend="write the key as this kind of event has it (`ecr-contracts kinds KIND` lists them)",
        policy="An error: the variable was meant to carry something.",
        scope=Scope.SUBJECT,
    ),
    Check(
        id=DEAD_COMPARISON,
        headline="compares with a value that no event has",
        purpose="The code compares a field with a value that no event has there: what hangs on it "
        "never runs, or always does.",
        mend="write the value as events have it (`ecr-contracts kinds KIND` lists them)",
        policy="By the contracts of all kinds that have the field. Only where nothing else can be "
        "what is compared, and not beside the right value. A warning where it is not known what "
        "was meant, and left alone then unless code waits for it.",
        scope=Scope.SUBJECT,
    ),
    Check(
        id="invalid-parameters",
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
    Check(
        id="batch",
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
        headline="takes a control message for an event",
        purpose="A control message, with which CloudWatch Logs tests its destination, is taken for "
        "an event.",
        mend="look at messageType first, and return early where it is CONTROL_MESSAGE",
        policy="A warning: such messages are documented of subscriptions, and on record for "
        "streams alone.",
        severity=Severity.WARNING,
        scope=Scope.COMPARISON,
    ),
    Check(
        id=FUTURE_EVENT,
        headline="{exception} on what AWS may add",
        purpose="An event as AWS may send it one day (with `--future`) makes the consumer fail, or "
        "is acted on though nobody knows what it means: a new detail-type or action, another "
        "severity, status or field.",
        mend="give what is unknown a default, and act only on detail-types, actions and statuses "
        "that you name",
        policy="Only on demand, and a warning: no such event is on record. Only what the rule lets "
        "through is given. An unknown kind of event may be handed on by whoever says what is new "
        "in it, and may be logged or counted; to catch what it raises is to ignore it.",
        severity=Severity.WARNING,
        scope=Scope.COMPARISON,
    ),
)

CHECKS = MappingProxyType({row.id: row for row in _ROWS})
"""Every check by its id, in the order in which reports name them."""


def mend_of(check: str, fields: Sequence[str] = ()) -> str:
    """What the owner does about a finding of a check: at some fields, by their short names, if any.

    Empty for an unknown id.
    """
    if check not in CHECKS:
        return ""
    row = CHECKS[check]
    if row.mend_at and fields:
        return row.mend_at.format(field=listed(list(dict.fromkeys(fields)), "and"))
    return row.mend


def is_relation(check: str) -> bool:
    """Whether a check compares calls, rather than judging one; false for an unknown id."""
    return check in CHECKS and CHECKS[check].scope is Scope.COMPARISON


def is_of_run(check: str) -> bool:
    """Whether a check is about all events of a run alike; false for an unknown id."""
    return check in CHECKS and CHECKS[check].scope is Scope.RUN
