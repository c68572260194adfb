"""The table of checks: what is asked of a consumer, each a question about one outcome or about a whole run.

A check of outcomes answers with a symptom. Which choices bring it about is for `explaining` to
find; `vacuity` and `relations` answer those of a run. The words are for `report`.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from types import MappingProxyType
from typing import Any

from ecr_contracts.core.findings import Finding, Location, Severity
from ecr_contracts.engine.checks.batch_response import gives_back
from ecr_contracts.runtime.effects import Sort
from ecr_contracts.runtime.invoke import Outcome, Status

VACUOUS = "vacuous"
"""The check of a whole run: see `vacuity`."""

REPEATED = "side-effects-before-failure"
"""The check of what raises, once that is explained."""

GIVEN_BACK = "given-back"
"""The check of an event that is told to have failed, by those that can tell so of a record of a batch."""

BATCH_ANSWER = "batch-answer"
"""The check of what Firehose gets back, which `running` sees: it takes the payload to tell."""

OFF = "off"
"""What is said of a check that is not wanted; a reason may follow, as in `off: we log every action`."""

LEVELS = (OFF, *Severity)
"""What can be said of a check."""


@dataclass(frozen=True, slots=True)
class Symptom:
    """What one call did wrong: the check that saw it, where in the consumer, and what was said there."""

    check: str
    severity: Severity
    exception: str | None
    location: Location | None
    message: str
    ends: bool


@dataclass(frozen=True, slots=True)
class Seen:
    """What a check saw, where another exception or line is meant than the one that the call ended with."""

    message: str
    exception: str | None = None
    location: Location | None = None


@dataclass(frozen=True, slots=True)
class Check:
    """One question asked of every outcome, or of all of a run together (`sees` is then None).

    `purpose` says what it is good for and `mend` how a consumer is put right. `policy` says what
    keeps it from being a false alarm. A check that `ends` the call hides what would have come after
    it. One that is `told` is seen by those that are no Python themselves (`Outcome.faults`). Only
    an error makes a run fail; `levels` can say otherwise of each check, and turn it off.
    """

    id: str
    purpose: str
    mend: str
    policy: str
    severity: Severity
    ends: bool = False
    sees: Callable[[Outcome], str | Seen | None] | None = None
    told: bool = False


def _raised(outcome: Outcome) -> str | None:
    return outcome.message if outcome.status is Status.RAISED else None


def _exited(outcome: Outcome) -> str | None:
    if outcome.status in {Status.EXITED, Status.DIED}:
        return outcome.message
    return None


def _late(outcome: Outcome) -> str | None:
    return outcome.message or "no answer in time" if outcome.status is Status.TIMED_OUT else None


def _unserialisable(outcome: Outcome) -> str | None:
    return outcome.unserialisable or None


def _mutated(outcome: Outcome) -> str | None:
    return "the event was changed in place" if outcome.mutated else None


def _swallowed(outcome: Outcome) -> Seen | None:
    caught = outcome.swallowed
    if caught is None:
        return None
    at = (
        f"caught at {caught.where.file}:{caught.where.line}" if caught.where else "it ends a thread"
    )
    message = caught.message.partition("\n")[0]
    told = (
        f"{message}; {at}, and nothing is done about it"
        if message
        else f"{at}, and nothing is done about it"
    )
    return Seen(told, caught.exception, caught.raised or caught.where)


def _given_back(outcome: Outcome) -> Seen | None:
    if outcome.status is not Status.RETURNED or not gives_back(outcome.returned):
        return None
    caught = outcome.caught[-1] if outcome.caught else None
    if caught is None:
        return Seen("the record is answered as failed")
    return Seen(caught.message.partition("\n")[0], caught.exception, caught.raised or caught.where)


_FIRST_ERROR = 400  # of the status codes of HTTP
_ERROR_WORDS = frozenset({"error", "Error", "failed", "Failed", "failure", "fail"})
_ERROR_TEXT = re.compile(r"error\b[^a-z]", re.IGNORECASE)


def _error_returned(outcome: Outcome) -> str | None:
    if outcome.status is not Status.RETURNED or outcome.swallowed is not None:
        return None
    return _error_in(outcome.returned)


def _error_in(returned: Any) -> str | None:
    if isinstance(returned, str):
        return f"returns {returned[:100]!r}" if _ERROR_TEXT.match(f"{returned} ") else None
    if not isinstance(returned, dict):
        return None
    for key in ("statusCode", "StatusCode", "status_code", "status", "code"):
        value = returned.get(key)
        number = (
            int(value)
            if isinstance(value, str) and value.isascii() and value.isdecimal()
            else value
        )
        if isinstance(number, int) and not isinstance(number, bool) and number >= _FIRST_ERROR:
            return f"returns {key} {value}"
        if isinstance(value, str) and value in _ERROR_WORDS:
            return f"returns {key} {value!r}"
    for key in ("error", "Error", "errorMessage"):
        if returned.get(key):
            return f"returns {key} {str(returned[key])[:100]!r}"
    for key in ("success", "ok"):
        if returned.get(key) is False:
            return f"returns {key} false"
    return None


_REPEATABLE = ("Put", "Update", "Delete", "Tag", "Untag", "Set", "Enable", "Disable", "Modify")
"""How AWS operations begin that come to the same when they are made twice."""


def done_before(outcome: Outcome) -> str | None:
    """What a call did before it raised, or said that its record failed, that is done again when it is made again."""
    gave_back = outcome.status is Status.RETURNED and gives_back(outcome.returned)
    if outcome.status is not Status.RAISED and not gave_back:
        return None
    for effect in outcome.effects.changing:
        verb = effect.name.rpartition(".")[2]
        again = effect.sort is Sort.EMAIL or (
            not verb.startswith(_REPEATABLE)
            if effect.sort is Sort.AWS
            else effect.sort is Sort.HTTP and not effect.name.startswith(("PUT ", "DELETE "))
        )
        if again:
            named = f"an e-mail to {effect.name}" if effect.sort is Sort.EMAIL else effect.name
            return f"{named} was done by then: each retry does it again"
    return None


CHECKS = MappingProxyType(
    {
        row.id: row
        for row in (
            Check(
                "raises",
                "A valid event makes the consumer raise: the target retries, then drops the event.",
                "treat the event as valid, or leave it alone on purpose",
                "Only events that the schema admits are given, and what follows from an answer that the sandbox made "
                "up is told as a matter of set-up.",
                Severity.ERROR,
                True,
                _raised,
            ),
            Check(
                "exits",
                "A valid event ends the process: every other event that it was to handle is lost with it.",
                "return or raise instead of leaving the process",
                "As for raises.",
                Severity.ERROR,
                True,
                _exited,
            ),
            Check(
                "late",
                "A valid event is not answered within the time limit.",
                "bound every wait, or give --timeout what the function really has",
                "Nothing is waited for outside: every call is answered at once.",
                Severity.ERROR,
                True,
                _late,
            ),
            Check(
                "swallowed",
                "A valid event raises, the exception is caught whatever it is, and the run ends as if all were well: "
                "no retry, no dead letter, and what was to be done is not done.",
                "catch what is expected by its name, and let the rest be raised",
                "Only where a block that does nothing but log or return caught it, no effect follows, and something "
                "that the ordinary event brings about is lacking (or the handler itself ends there).",
                Severity.ERROR,
                True,
                _swallowed,
            ),
            Check(
                GIVEN_BACK,
                "A valid event is answered as a record that failed: it is tried again, to no avail, then dropped.",
                "treat the event as valid, or leave it alone on purpose without naming it as failed",
                "As for raises. Only entries of batchItemFailures, and Firehose's ProcessingFailed, say so.",
                Severity.ERROR,
                True,
                _given_back,
            ),
            Check(
                "unserialisable",
                "The consumer returns what JSON cannot carry: Lambda then reports an error although all was done.",
                "return plain JSON values, or nothing",
                "JSON is judged as Lambda's runtime writes it.",
                Severity.ERROR,
                False,
                _unserialisable,
            ),
            Check(
                "error-return",
                "A valid event is answered with a value that says error: nobody reads what an EventBridge target "
                "returns, so the event is lost.",
                "raise, so that the event is tried again and kept; or treat the event as valid",
                "A warning, for whoever reads the value may be someone else. Words that the event itself says "
                "(FAILED, FAILURE) are none.",
                Severity.WARNING,
                False,
                _error_returned,
            ),
            Check(
                REPEATED,
                "Something was done before the consumer raised: EventBridge tries twice more, and it is done again.",
                "look at the whole event first, then act",
                "A warning. Reads do not count, nor what comes to the same when done twice (Put, Update, Delete).",
                Severity.WARNING,
            ),
            Check(
                "mutates",
                "The consumer changes the event that it is given: harmless alone, a trap when an event is used twice.",
                "copy what is changed",
                "A warning.",
                Severity.WARNING,
                False,
                _mutated,
            ),
            Check(
                VACUOUS,
                "The consumer does the same with every event and looks at nothing that tells one from another.",
                "see why it never gets to the event: a filter, an envelope, or a handler that was never written",
                "Only if no call has an effect, all run the same lines, and {} is answered alike.",
                Severity.ERROR,
            ),
            Check(
                "unknown-fields",
                "A key that AWS may add any day changes what the consumer does.",
                "read the keys that are needed, and leave the others alone",
                "Who hands the whole event on, the new key with it, is left alone.",
                Severity.ERROR,
            ),
            Check(
                "key-order",
                "The order of keys, which means nothing in JSON, changes what the consumer does.",
                "look values up by their keys",
                "Words in another order are no other words.",
                Severity.ERROR,
            ),
            Check(
                "media-types",
                "An ordinary image is treated otherwise when the event says its media types, as events since 2023 do.",
                "look at the media types that matter, and treat others as before",
                "Only Docker's own types of an image are added; who shows them is left alone.",
                Severity.ERROR,
            ),
            Check(
                "absent-is-zero",
                "A severity that is absent and one that is 0 say the same, but something else is done.",
                "read counts with a default of 0",
                "Only which calls are made is compared, not their texts. To keep a 0 in a store of numbers is no "
                "more than to keep nothing.",
                Severity.ERROR,
            ),
            Check(
                "monotone",
                "One finding more takes an alert away, or has the consumer say that there is nothing.",
                "compare the counts of all severities that matter, not of one",
                "Alerts are told by calls that no image without findings brings about; nothing is all-clear unless "
                "the text says that there are no vulnerabilities, findings or issues.",
                Severity.ERROR,
            ),
            Check(
                "action-blind",
                "A deleted image, a failed push or a failed scan is treated as a successful push or scan.",
                "look at action-type, result or scan-status first; or have the rule's pattern admit what is meant",
                "A warning, for it may be on purpose. Who says the action in its texts, or anything else than of the "
                "same event that ended well, is left alone.",
                Severity.WARNING,
            ),
            Check(
                "truncated",
                "The tag, repository or digest is shown whole for the ordinary event, and cut for another.",
                "take what stands behind the first of the separators, or nothing apart",
                "An error only where the part stands alone, as a parameter or the end of an image's address. Long "
                "values that are cut at the end, and parts beside the whole in the same call, are left alone.",
                Severity.ERROR,
            ),
            Check(
                "first-only",
                "Of a batch of events only the first is dealt with: the others are lost without a word.",
                "go through all records",
                "Only where each event alone has effects, and no effect of the batch shows another event's repository; "
                "or where an event that is left alone keeps the one behind it from having any.",
                Severity.ERROR,
            ),
            Check(
                "undeliverable",
                "What an input transformer makes of a valid event is not JSON: EventBridge drops the event.",
                "take the quotes around an object's or list's placeholder away, or name a path that leads to a text",
                "Line breaks within texts are let pass, and messages of several texts.",
                Severity.ERROR,
                True,
                told=True,
            ),
            Check(
                "lost-path",
                "A valid event has nothing at a path of an input transformer: an empty text lands in its place.",
                "have the rule's pattern admit only events that have it, or use what every event has",
                "An error where it ends the reference of an image (repository:tag) or stands in a command; a warning "
                "elsewhere, for whoever gets an empty text may deal with it.",
                Severity.ERROR,
                told=True,
            ),
            Check(
                "invalid-parameters",
                "Run Command refuses the parameters that come of a valid event: no command is run.",
                "give each parameter of the document a list of texts, and no other parameter",
                "A warning where the document's own allowedPattern or allowedValues refuses a value: that may be meant "
                "to keep it out.",
                Severity.ERROR,
                True,
                told=True,
            ),
            Check(
                "broken-command",
                "The commands that an instance would run for a valid event do not parse: none of them is run.",
                "see what bash -n says of them; put values in quotes",
                "Only what bash itself refuses to parse; other shells than sh and bash are not judged.",
                Severity.ERROR,
                True,
                told=True,
            ),
            Check(
                "unquoted",
                "A value of the event lands in a command outside quotes, or where quotes do not hold it: values are "
                "not escaped.",
                'put it in quotes, as in docker pull "<repository>:<tag>", and give the parameter an allowedPattern',
                "A warning, for no tag or repository on record has a character that a shell reads; an error where an "
                "event does change the words of the command. A parameter whose allowedPattern keeps such characters "
                "out is left alone, and so are the envelope's own fields.",
                Severity.WARNING,
                told=True,
            ),
            Check(
                "batch",
                "Events that are dealt with one by one make the consumer fail, or are lost, when they come together.",
                "treat each record by itself, with nothing kept from the one before",
                "Only events that do well alone are put together, and it has to go wrong a second time. An event is "
                "lost only where others of the batch have all that each has alone, and nothing says its repository.",
                Severity.ERROR,
            ),
            Check(
                "partial-failure",
                "The answer that tells which records failed is wrong: failed ones are deleted, or good ones done "
                "again.",
                'return {"batchItemFailures": [{"itemIdentifier": record["messageId"]}, …]} of just those that '
                "failed (sequenceNumber with Kinesis)",
                "Only of who answers so. Records behind a failed one may be handed back undone; with a stream only "
                "the first that is named counts.",
                Severity.ERROR,
            ),
            Check(
                "batch-retried",
                "One event that makes the consumer raise has the whole batch tried again, good records with it.",
                "catch what one record raises, go on, and return its id in batchItemFailures",
                "A warning, and only with a valid event that raises.",
                Severity.WARNING,
            ),
            Check(
                "unreported",
                "The consumer answers which records failed, but its event source mapping does not ask: Lambda takes "
                "the batch for done, and deletes those that failed.",
                "add FunctionResponseTypes: [ReportBatchItemFailures] to the mapping",
                "A warning, and only where a template shows the mapping.",
                Severity.WARNING,
            ),
            Check(
                BATCH_ANSWER,
                "Firehose does not get every record back, once, with a result and its data: it is not delivered.",
                "return each recordId with result Ok, Dropped or ProcessingFailed, and data in base64",
                "Data is looked at only where the result is Ok.",
                Severity.ERROR,
                told=True,
            ),
            Check(
                "control-message",
                "A message by which CloudWatch Logs sees whether anybody is there is taken for an event.",
                "look at messageType first, and leave CONTROL_MESSAGE alone",
                "A warning: such messages are documented of subscriptions, and on record for streams alone.",
                Severity.WARNING,
            ),
        )
    }
)


def symptoms(outcome: Outcome) -> Iterator[Symptom]:
    """What every check of the table sees in an outcome."""
    for check in CHECKS.values():
        seen = check.sees(outcome) if check.sees else None
        if seen is None:
            continue
        if isinstance(seen, str):
            # What a call does besides is not to be looked for where it ended.
            seen = Seen(seen, outcome.exception, outcome.location) if check.ends else Seen(seen)
        yield Symptom(
            check.id, check.severity, seen.exception, seen.location, seen.message, check.ends
        )
    for fault in outcome.faults:
        check = CHECKS[fault.check]
        severity = fault.severity or check.severity
        yield Symptom(
            check.id, severity, fault.exception, fault.location, fault.message, check.ends
        )


def is_relation(check: str) -> bool:
    """Whether a check is about two events whose effects do not agree, rather than about one that goes wrong."""
    row = CHECKS.get(check)
    return (
        row is not None and row.sees is None and not row.told and check not in (VACUOUS, REPEATED)
    )


def is_level(level: str) -> bool:
    """Whether this can be said of a check: `error`, `warning`, `off`, or `off: why`."""
    return level in LEVELS or level.startswith(f"{OFF}:")


def counted(
    check: str, severity: Severity, levels: Mapping[str, str], *, strict: bool = False
) -> Severity | None:
    """What a check counts as where somebody gave it a level, or None where it is off; with `strict`, as an error."""
    level = levels.get(check, "")
    if level.partition(":")[0] == OFF:
        return None
    return Severity(level) if level else Severity.ERROR if strict else severity


def ruled(
    found: Iterable[Finding], levels: Mapping[str, str], *, strict: bool = False
) -> tuple[Finding, ...]:
    """Findings as they are `counted`."""
    severities = ((one, counted(one.check, one.severity, levels, strict=strict)) for one in found)
    return tuple(replace(one, severity=severity) for one, severity in severities if severity)
