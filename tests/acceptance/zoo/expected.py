"""What is wrong with each consumer of the zoo: the check that must see it, and the choices that
bring it about.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Literal

Term = tuple[str, str]
"""A path and the label of a choice."""

Cause = tuple[Term, ...]
"""Choices that bring a fault about together; without any, every event of the kind does."""

Family = Literal[
    "one",
    "pair",
    "three",
    "four",
    "either",
    "always",
    "value",
    "time",
    "vacuous",
    "right",
    "acting",
]

ALWAYS: Cause = ()
KINDS = ("push", "delete", "scan")

ID, ACCOUNT, REGION, REPLAY, RESOURCES = (
    "$.id",
    "$.account",
    "$.region",
    "$.replay-name",
    "$.resources",
)
RESULT, STATUS, NAME = "$.detail.result", "$.detail.scan-status", "$.detail.repository-name"
DIGEST, TAG, TAGS, FIRST = (
    "$.detail.image-digest",
    "$.detail.image-tag",
    "$.detail.image-tags",
    "$.detail.image-tags[0]",
)
MANIFEST, ARTIFACT = "$.detail.manifest-media-type", "$.detail.artifact-media-type"
COUNTS = "$.detail.finding-severity-counts"
CRITICAL, HIGH, LOW, UNDEFINED = (
    f"{COUNTS}.{name}" for name in ("CRITICAL", "HIGH", "LOW", "UNDEFINED")
)


@dataclass(frozen=True, slots=True)
class Fault:
    """One finding that is expected.

    `exception` is the type's name as an outcome gives it, None where the check has none. `causes`
    are the formulations that are acceptable, all true of the same events; there is none when
    nothing explains the fault. `except_for` are choices with which an event passes although the
    ordinary one fails, the least of them that say it all: what implies one of them may be named
    too. `own` is the cause that is told where no choice of the schema explains the fault, but one
    of what is left beside the values that the code names.
    """

    check: str
    exception: str | None
    causes: frozenset[Cause]
    except_for: Cause = ()
    own: Cause = ()

    @property
    def told(self) -> frozenset[Cause]:
        """The causes of which one is to be told; none where nothing explains the fault."""
        return frozenset({self.own}) if self.own else self.causes

    @property
    def explained(self) -> bool:
        """Whether a cause is to be named."""
        return bool(self.told)


@dataclass(frozen=True, slots=True)
class Row:
    """One consumer: where it is, what it is run on, and the findings that it must give, no more and
    no fewer.

    `strength` is that of the array which must meet it, or `explore` where only values drawn within
    the choices do. Faults that have the same check and exception are of one group. `timeout` is the
    limit to run it with.
    """

    family: Family
    module: str
    name: str
    kinds: tuple[str, ...]
    faults: tuple[Fault, ...]
    strength: int | Literal["explore"] = 2
    via: str = "lambda"
    timeout: float = 5.0
    note: str = ""

    def __str__(self) -> str:
        return f"{self.module}.py:{self.name}"


def because(
    check: str, exception: str | None, *causes: Cause, except_for: Cause = ()
) -> tuple[Fault, ...]:
    """One fault, with one cause or several formulations of it."""
    return (Fault(check, exception, frozenset(causes), except_for),)


def either(check: str, exception: str | None, *causes: Cause) -> tuple[Fault, ...]:
    """One fault that comes about in several ways: a finding for each."""
    return tuple(Fault(check, exception, frozenset({cause})) for cause in causes)


def raises(exception: str, *cause: Term) -> tuple[Fault, ...]:
    """One exception, with one cause."""
    return because("raises", exception, cause)


def unexplained(exception: str) -> tuple[Fault, ...]:
    """One exception that no choice explains."""
    return (Fault("raises", exception, frozenset()),)


def one(name: str, kind: str, faults: tuple[Fault, ...], **more: object) -> Row:
    """A consumer that a single choice breaks."""
    return Row("one", "choices", name, (kind,), faults, **more)  # type: ignore[arg-type]


def together(
    family: Family, name: str, kind: str, faults: tuple[Fault, ...], **more: object
) -> Row:
    """A consumer that several choices break."""
    return Row(family, "together", name, (kind,), faults, **more)  # type: ignore[arg-type]


def otherwise(
    family: Family, name: str, kind: str, faults: tuple[Fault, ...], **more: object
) -> Row:
    """A consumer that something else than a few choices breaks."""
    kinds = KINDS if kind == "all" else (kind,)
    return Row(family, "otherwise", name, kinds, faults, **more)  # type: ignore[arg-type]


def value(name: str, kind: str, exception: str, note: str, own: Cause = ()) -> Row:
    """A consumer that some values within choices break."""
    fault = Fault("raises", exception, frozenset(), own=own)
    return otherwise("value", name, kind, (fault,), strength="explore", note=note)


def acting(name: str, kind: str, *faults: Fault) -> Row:
    """A consumer that calls AWS: right where no fault is named."""
    return Row("acting", "acting", name, (kind,), faults)


def compared(check: str, *cause: Term) -> Fault:
    """A fault that shows where calls are compared."""
    return Fault(check, None, frozenset({cause}))


def right(name: str, kinds: tuple[str, ...] = KINDS, **more: object) -> Row:
    """A consumer with nothing wrong about it."""
    return Row("right", "right", name, kinds, (), **more)  # type: ignore[arg-type]


TWO_DASHES = ("aws-us-gov", "aws-eusc", "aws-iso", "aws-iso-b", "aws-iso-e", "aws-iso-f")

ROWS: tuple[Row, ...] = (
    # One choice.
    one("announce_push", "push", raises("KeyError", (TAG, "absent"))),
    one("release_channel", "push", raises("IndexError", (TAG, "empty"))),
    one(
        "pin_digest",
        "push",
        raises("ValueError", (DIGEST, "empty")),
        note="an empty digest brings a failure with it",
    ),
    one("colour_message", "push", raises("KeyError", (RESULT, "failure"))),
    one(
        "metric_dimensions",
        "push",
        raises("json.decoder.JSONDecodeError", (ACCOUNT, "leading-zero")),
    ),
    one("deploy_region", "push", raises("AttributeError", (REGION, "aws-eusc"))),
    one("idempotency_key", "push", raises("ValueError", (ID, "not-v4"))),
    one("platform_of", "push", raises("ValueError", (MANIFEST, "oci-index"))),
    one("artifact_vendor", "push", raises("AttributeError", (ARTIFACT, "sbom"))),
    one("owner_of_push", "push", raises("UnboundLocalError", (NAME, "deep"))),
    one("build_label", "push", raises("TypeError", (TAG, "digits"))),
    one("signed_digest", "push", raises("ValueError", (TAG, "signature"))),
    one("tag_length", "push", raises("IndexError", (TAG, "longest"))),
    one("forget_digest", "delete", raises("KeyError", (DIGEST, "absent"))),
    one("close_ticket", "delete", because("exits", "SystemExit", ((TAG, "empty"),))),
    one("deletion_audit", "delete", raises("AssertionError", (RESULT, "failure"))),
    one("typed_event", "delete", raises("TypeError", (REPLAY, "present"))),
    one("tag_resources", "delete", raises("TypeError", (RESOURCES, "arn"))),
    one("text_message", "delete", raises("ValueError", (NAME, "longest"))),
    one("first_tag", "scan", raises("IndexError", (TAGS, "empty"))),
    one("all_tags", "scan", raises("KeyError", (TAGS, "absent"))),
    one("the_tag", "scan", raises("ValueError", (TAGS, "several"))),
    one("severity_table", "scan", raises("KeyError", (COUNTS, "absent"))),
    one("worst_severity", "scan", raises("ValueError", (COUNTS, "empty"))),
    one(
        "page_on_critical",
        "scan",
        raises("KeyError", (CRITICAL, "absent")),
        note="however it came to be absent",
    ),
    one("critical_share", "scan", raises("ZeroDivisionError", (HIGH, "zero"))),
    one("scan_state", "scan", raises("KeyError", (STATUS, "failed"))),
    one("repository_of_arn", "scan", raises("IndexError", (RESOURCES, "empty"))),
    one("short_digest", "scan", raises("KeyError", (DIGEST, "absent"))),
    one("continent", "scan", raises("KeyError", (REGION, "aws-cn"))),
    one("registry_host", "scan", raises("AttributeError", (ACCOUNT, "leading-zero"))),
    one("team_channel", "scan", raises("KeyError", (NAME, "namespaced"))),
    one("newest_first", "scan", because("mutates", None, ((TAGS, "several"),))),
    one("filled_counts", "scan", because("mutates", None, ((COUNTS, "absent"),))),
    one("replayed_at", "scan", because("unserialisable", None, ((REPLAY, "present"),))),
    one("signature_tags", "scan", raises("ValueError", (FIRST, "signature"))),
    one("dashboard", "scan", raises("KeyError", (LOW, "absent")), note="asynchronous"),
    one(
        "push_batch",
        "push",
        raises("KeyError", (TAG, "absent")) + because("batch-retried", None, ALWAYS),
        via="sqs",
    ),
    # Two choices together. Where one of them is the baseline's, a single deviation meets the fault,
    # but does not tell.
    together(
        "pair", "team_notifier", "scan", raises("IndexError", (NAME, "namespaced"), (TAGS, "empty"))
    ),
    together(
        "pair",
        "deploy_on_success",
        "push",
        raises("KeyError", (RESULT, "success"), (TAG, "absent")),
    ),
    together(
        "pair", "scan_gate", "scan", raises("KeyError", (STATUS, "complete"), (COUNTS, "absent"))
    ),
    together(
        "pair", "purge_cache", "delete", raises("KeyError", (DIGEST, "absent"), (TAG, "absent"))
    ),
    together(
        "pair",
        "index_artifact",
        "push",
        raises("KeyError", (MANIFEST, "oci-index"), (ARTIFACT, "absent")),
    ),
    together(
        "pair", "china_mirror", "push", raises("KeyError", (REGION, "aws-cn"), (DIGEST, "absent"))
    ),
    together("pair", "escalate", "scan", raises("KeyError", (CRITICAL, "zero"), (HIGH, "absent"))),
    together(
        "pair",
        "replayed_scan",
        "scan",
        raises("IndexError", (REPLAY, "present"), (RESOURCES, "empty")),
    ),
    together(
        "pair", "build_key", "scan", raises("KeyError", (DIGEST, "absent"), (FIRST, "digits"))
    ),
    together(
        "pair",
        "stop_replays",
        "push",
        because("exits", "SystemExit", ((REPLAY, "present"), (RESULT, "failure"))),
    ),
    together(
        "pair",
        "named_untagged",
        "push",
        because("mutates", None, ((REPLAY, "present"), (TAG, "absent"))),
    ),
    # Three, and four.
    together(
        "three",
        "failed_scan",
        "scan",
        raises("IndexError", (RESOURCES, "empty"), (STATUS, "failed"), (DIGEST, "absent")),
        strength=3,
    ),
    together(
        "three",
        "clean_scan",
        "scan",
        raises("KeyError", (STATUS, "complete"), (COUNTS, "absent"), (DIGEST, "absent")),
        strength=3,
    ),
    together(
        "three",
        "reopen_incident",
        "push",
        raises("KeyError", (REPLAY, "present"), (RESULT, "failure"), (DIGEST, "absent")),
        strength=3,
    ),
    together(
        "three",
        "replayed_deletion",
        "delete",
        raises("IndexError", (REPLAY, "present"), (RESOURCES, "empty"), (DIGEST, "absent")),
        strength=3,
    ),
    together(
        "four",
        "rebuilt_arn",
        "scan",
        raises(
            "AttributeError",
            (ACCOUNT, "leading-zero"),
            (REPLAY, "present"),
            (RESOURCES, "empty"),
            (DIGEST, "absent"),
        ),
        strength=4,
    ),
    # One thing or another: a finding for each, of one group.
    together(
        "either",
        "tag_or_crash",
        "scan",
        either("raises", "IndexError", ((TAGS, "absent"),), ((TAGS, "empty"),)),
    ),
    together(
        "either",
        "checksum",
        "push",
        either("raises", "IndexError", ((DIGEST, "absent"),), ((DIGEST, "empty"),)),
    ),
    together(
        "either",
        "risk_score",
        "scan",
        either("unserialisable", None, ((HIGH, "zero"),), ((HIGH, "absent"),)),
    ),
    together(
        "either",
        "ticket",
        "scan",
        either(
            "raises", "KeyError", ((COUNTS, "empty"),), ((COUNTS, "present"), (CRITICAL, "absent"))
        ),
    ),
    together(
        "either",
        "resource_label",
        "push",
        either("raises", "ValueError", ((NAME, "namespaced"),), ((NAME, "deep"),)),
    ),
    together(
        "either",
        "image_reference",
        "push",
        either(
            "raises",
            "KeyError",
            ((DIGEST, "absent"), (TAG, "absent")),
            ((DIGEST, "absent"), (TAG, "empty")),
        ),
    ),
    together(
        "either",
        "zone_name",
        "scan",
        either("raises", "ValueError", *(((REGION, label),) for label in TWO_DASHES)),
    ),
    # Every event of a kind.
    otherwise(
        "always",
        "push_arn",
        "push",
        because(
            "raises",
            "IndexError",
            ALWAYS,
            ((RESOURCES, "empty"),),
            except_for=((RESOURCES, "arn"),),
        ),
        note="that the resources are empty is as true",
    ),
    otherwise("always", "push_tags", "push", raises("KeyError")),
    otherwise(
        "always",
        "sorted_severities",
        "scan",
        because("raises", "ValueError", ALWAYS, except_for=((UNDEFINED, "absent"),)),
    ),
    otherwise("always", "deleted_at", "delete", because("unserialisable", None, ALWAYS)),
    # A value within a choice.
    value(
        "lower_case_tag",
        "push",
        "ValueError",
        "a tag with a capital letter: longest, dotted or plain",
    ),
    value("badge", "scan", "KeyError", "a count above 999, of any severity"),
    value("shard", "scan", "ValueError", "a digest whose first digit is e or f"),
    value(
        "service_name", "push", "ValueError", "a first digit in a name: longest, namespaced or deep"
    ),
    value("month_of_push", "push", "IndexError", "December"),
    value("local_time", "delete", "ValueError", "three in the afternoon, or later"),
    value(
        "city",
        "scan",
        "KeyError",
        "a region that is new, of the ordinary partition: none of those that it names",
        own=((REGION, "aws"),),
    ),
    # Time, chance and the process.
    otherwise("time", "every_third", "push", unexplained("TimeoutError"), note="flaky"),
    otherwise(
        "time",
        "wait_for_children",
        "delete",
        because("late", None, ((MANIFEST, "docker-list"),)),
        timeout=0.3,
    ),
    otherwise("time", "flat_name", "delete", because("late", None, ((NAME, "deep"),)), timeout=0.3),
    otherwise(
        "time",
        "give_up",
        "scan",
        because("exits", None, ((TAGS, "absent"),)),
        note="kills its process",
    ),
    # Nothing.
    otherwise("vacuous", "not_yet", "scan", because("vacuous", None, ALWAYS)),
    otherwise("vacuous", "no_records", "push", because("vacuous", None, ALWAYS)),
    otherwise(
        "vacuous",
        "always_fine",
        "all",
        because("swallowed", "KeyError", ALWAYS),
        note="it does nothing with any event, for what it catches: one finding for each kind",
    ),
    # What it does to the world, compared.
    acting("but_critical", "scan", compared("severity-unread", (CRITICAL, "some"))),
    acting("grave_alone", "scan"),
    acting("weighed", "scan"),
    acting("loudest", "scan", compared("severity-words")),
    acting("worst", "scan"),
    acting("by_number", "scan"),
    acting("lowered", "push", compared("case-changed", (TAG, "mixed-case"))),
    acting("shouted", "push"),
    acting("as_it_is", "push"),
    acting("restart", "push", compared("unread")),
    acting("restart_after_pushes", "push"),
    acting("hand_on", "push"),
    acting("waits_for_records", "push", compared("dead")),
    acting("logs", "push"),
    acting("rarely", "push"),
    # Nothing wrong.
    right("repository", note="one line"),
    right("audit_line", note="always the same answer; what it does is its output"),
    right("by_match"),
    right("by_table"),
    right("by_await"),
    right("by_dataclass"),
    right("report"),
    right("arn_parts", note="leaves pushes and deletions alone on purpose"),
    right("parsed"),
    right("partial_batch", via="sqs"),
)


def rows(families: Iterable[Family]) -> tuple[Row, ...]:
    """The rows of some families."""
    wanted = frozenset(families)
    return tuple(row for row in ROWS if row.family in wanted)
