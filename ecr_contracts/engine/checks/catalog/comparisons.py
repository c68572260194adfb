"""The checks that compare the calls of events which differ in a known way."""

from __future__ import annotations

from ecr_contracts.core.findings import Severity
from ecr_contracts.engine.checks.catalog.ids import (
    ACTION_BLIND,
    FUTURE_EVENT,
    UNREAD,
)
from ecr_contracts.engine.checks.catalog.row import Check, Scope

_WHAT_HAPPENED = ("action-type", "result", "scan-status", "errorCode")
"""The fields of `detail` that say what was done, and whether it ended well."""

ROWS = (
    Check(
        id="unknown-fields",
        code="ECR201",
        headline="does something else when there is a key it does not know",
        purpose="A key that AWS may add any day changes what the consumer does.",
        mend="read only the keys that you need, by name, and ignore all others",
        policy="Who hands the whole event on, the new key with it, is left alone.",
        scope=Scope.COMPARISON,
    ),
    Check(
        id="key-order",
        code="ECR202",
        headline="does something else when keys stand in another order",
        purpose="The order of keys, which means nothing in JSON, changes what the consumer does.",
        mend="look values up by their keys, never by their position",
        policy="Words in another order are no other words.",
        scope=Scope.COMPARISON,
    ),
    Check(
        id="media-types",
        code="ECR203",
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
        code="ECR204",
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
        code="ECR205",
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
        code="ECR206",
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
        code="ECR207",
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
        code="ECR208",
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
        code="ECR209",
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
        code="ECR210",
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
        code="ECR211",
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
        id=FUTURE_EVENT,
        code="ECR212",
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
