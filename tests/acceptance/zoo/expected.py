"""What is wrong with each consumer of the zoo: the check that must see it, and the choices that
bring it about.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from types import MappingProxyType
from typing import Literal

from tests.acceptance.causes import (
    Cause,
    Term,
    any_of,
    cause,
    character,
    either,
    elements,
    forms,
    formulations,
    is_not,
    length,
    number,
    text,
)
from tests.acceptance.zoo.meanings import labels_of

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
    "boundary",
    "together",
    "branches",
    "own",
    "state",
]

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
TIME, COUNTS = "$.time", "$.detail.finding-severity-counts"
SEVERITIES = tuple(
    f"{COUNTS}.{name}"
    for name in ("CRITICAL", "HIGH", "MEDIUM", "LOW", "INFORMATIONAL", "UNDEFINED")
)
CRITICAL, HIGH, MEDIUM, LOW, INFORMATIONAL, UNDEFINED = SEVERITIES
SEVERAL = either((TAGS, "several"), elements(TAGS, 2))
LEADING_ZERO = either((ACCOUNT, "leading-zero"), text(ACCOUNT, "starts with", "0"))
THERE = ("present", "empty")
"""Labels of counts that are there."""


@dataclass(frozen=True, slots=True)
class Fault:
    """One finding that is expected.

    `exception` is the type's name as an outcome gives it, None where the check has none. `causes`
    are the formulations that are acceptable, all true of the same events; there is none when
    nothing explains the fault, and `doubt` says why. Where there are both, either is right: what
    decides has no short words. `own` is a cause that may be told as well, in choices beside which
    the code names values: what is left of a choice of the schema has its label.
    """

    check: str
    exception: str | None
    causes: frozenset[Cause]
    doubt: str = ""
    own: Cause | None = None

    @property
    def told(self) -> frozenset[Cause]:
        """The causes of which one is to be told; none where nothing explains the fault."""
        causes = self.causes if self.own is None else self.causes | {self.own}
        return frozenset(form for one in causes for form in formulations(one))


@dataclass(frozen=True, slots=True)
class Row:
    """One consumer: where it is, what it is run on, and the findings that it must give, no more and
    no fewer.

    `strength` is that of the array which must meet it, or `explore` where only values drawn within
    the choices do. Faults that have the same check and exception are of one group. `timeout` is the
    limit to run it with, `env` are the variables of its environment.
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
    env: Mapping[str, str] = field(default_factory=lambda: MappingProxyType({}))

    def __str__(self) -> str:
        return f"{self.module}.py:{self.name}"


def because(check: str, exception: str | None, *terms: Term) -> tuple[Fault, ...]:
    """One fault, with one cause."""
    return (Fault(check, exception, forms(cause(*terms))),)


def raises(exception: str, *terms: Term) -> tuple[Fault, ...]:
    """One exception, with one cause."""
    return because("raises", exception, *terms)


def beside(faults: tuple[Fault, ...], *terms: Term) -> tuple[Fault, ...]:
    """One fault, that may as well be told in what is left beside the values of the code."""
    [fault] = faults
    return (replace(fault, own=cause(*terms)),)


def unexplained(exception: str, doubt: str) -> tuple[Fault, ...]:
    """One exception that no choice and no boundary explains."""
    return (Fault("raises", exception, frozenset(), doubt),)


def each(paths: Iterable[str], *labels: str) -> tuple[Term, ...]:
    """Some paths of which each has one of some labels."""
    return tuple((path, *labels) for path in paths)


def all_but(kind: str, path: str, label: str) -> Term:
    """A path with any choice of the schema but one."""
    return (path, *(labels_of(kind, path) - {label}))


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


def value(
    name: str,
    kind: str,
    exception: str,
    note: str,
    *terms: Term,
    doubt: str = "",
    own: Cause | None = None,
) -> Row:
    """A consumer that some values within choices break."""
    causes = frozenset({cause(*terms)}) if terms else frozenset()
    fault = Fault("raises", exception, causes, doubt, own)
    return otherwise("value", name, kind, (fault,), strength="explore", note=note)


def row(
    family: Family, module: str, name: str, kind: str, faults: tuple[Fault, ...], **more: object
) -> Row:
    """A consumer of another module."""
    return Row(family, module, name, (kind,), faults, **more)  # type: ignore[arg-type]


def acting(name: str, kind: str, *faults: Fault) -> Row:
    """A consumer that calls AWS: right where no fault is named."""
    return Row("acting", "acting", name, (kind,), faults)


def compared(check: str, *terms: Term) -> Fault:
    """A fault that shows where calls are compared."""
    return Fault(check, None, frozenset({cause(*terms)}))


def right(name: str, kinds: tuple[str, ...] = KINDS, **more: object) -> Row:
    """A consumer with nothing wrong about it."""
    return Row("right", "right", name, kinds, (), **more)  # type: ignore[arg-type]


PINNED = "sha256:c0ffee7a1b8d3056e4c7f1a29b5d8e03c6a4f7120d9b3e58a7c1f4062e8d5b39"
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
        raises("json.decoder.JSONDecodeError", LEADING_ZERO),
    ),
    one("deploy_region", "push", raises("AttributeError", (REGION, "aws-eusc"))),
    one("idempotency_key", "push", raises("ValueError", (ID, "not-v4"))),
    one("platform_of", "push", raises("ValueError", (MANIFEST, "oci-index"))),
    one("artifact_vendor", "push", raises("AttributeError", (ARTIFACT, "sbom"))),
    one("owner_of_push", "push", raises("UnboundLocalError", (NAME, "deep"))),
    one("build_label", "push", raises("TypeError", (TAG, "digits"))),
    one("signed_digest", "push", raises("ValueError", (TAG, "signature"))),
    one("tag_length", "push", raises("IndexError", either((TAG, "longest"), length(TAG, 128)))),
    one("forget_digest", "delete", raises("KeyError", (DIGEST, "absent"))),
    one("close_ticket", "delete", because("exits", "SystemExit", (TAG, "empty"))),
    one("deletion_audit", "delete", raises("AssertionError", (RESULT, "failure"))),
    one("typed_event", "delete", raises("TypeError", (REPLAY, "present"))),
    one("tag_resources", "delete", raises("TypeError", (RESOURCES, "arn"))),
    one("text_message", "delete", raises("ValueError", length(NAME, 142))),
    one("first_tag", "scan", raises("IndexError", (TAGS, "empty"))),
    one("all_tags", "scan", raises("KeyError", (TAGS, "absent"))),
    one("the_tag", "scan", raises("ValueError", SEVERAL)),
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
    one("registry_host", "scan", raises("AttributeError", LEADING_ZERO)),
    one("team_channel", "scan", raises("KeyError", (NAME, "namespaced"))),
    one("newest_first", "scan", because("mutates", None, SEVERAL)),
    one("filled_counts", "scan", because("mutates", None, (COUNTS, "absent"))),
    one("replayed_at", "scan", because("unserialisable", None, (REPLAY, "present"))),
    one("signature_tags", "scan", raises("ValueError", (FIRST, "signature"))),
    one("dashboard", "scan", raises("KeyError", (LOW, "absent")), note="asynchronous"),
    one(
        "push_batch",
        "push",
        raises("KeyError", (TAG, "absent")) + because("batch-retried", None),
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
        because("exits", "SystemExit", (REPLAY, "present"), (RESULT, "failure")),
    ),
    together(
        "pair",
        "named_untagged",
        "push",
        because("mutates", None, (REPLAY, "present"), (TAG, "absent")),
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
            LEADING_ZERO,
            (REPLAY, "present"),
            (RESOURCES, "empty"),
            (DIGEST, "absent"),
        ),
        strength=4,
    ),
    # One thing or another of one field: one condition, and one finding.
    together("either", "tag_or_crash", "scan", raises("IndexError", (TAGS, "absent", "empty"))),
    together("either", "checksum", "push", raises("IndexError", (DIGEST, "absent", "empty"))),
    together(
        "either", "risk_score", "scan", because("unserialisable", None, (HIGH, "zero", "absent"))
    ),
    together(
        "either", "ticket", "scan", raises("KeyError", (COUNTS, *THERE), (CRITICAL, "absent"))
    ),
    together("either", "resource_label", "push", raises("ValueError", text(NAME, "contains", "/"))),
    together(
        "either",
        "image_reference",
        "push",
        raises("KeyError", (DIGEST, "absent"), (TAG, "absent", "empty")),
    ),
    together("either", "zone_name", "scan", raises("ValueError", (REGION, *TWO_DASHES))),
    # Every event of a kind, or the ordinary one among others.
    otherwise("always", "push_arn", "push", raises("IndexError", (RESOURCES, "empty"))),
    otherwise("always", "push_tags", "push", raises("KeyError")),
    otherwise(
        "always", "sorted_severities", "scan", raises("ValueError", (UNDEFINED, "some", "zero"))
    ),
    otherwise("always", "deleted_at", "delete", because("unserialisable", None)),
    # A value within a choice.
    value(
        "lower_case_tag",
        "push",
        "ValueError",
        "a tag with a capital letter: longest, dotted or plain",
        character(TAG, "contains", "upper-case letter"),
    ),
    value(
        "badge",
        "scan",
        "KeyError",
        "a count above 999, of any severity",
        any_of(*(number(severity, 1000) for severity in SEVERITIES)),
    ),
    value("shard", "scan", "ValueError", "a digest whose first digit is e or f", doubt="value"),
    value(
        "service_name",
        "push",
        "ValueError",
        "a first digit in a name: longest, namespaced or deep",
        character(NAME, "starts with", "digit"),
    ),
    value(
        "month_of_push",
        "push",
        "IndexError",
        "December, which is as long to say as to show",
        text(TIME, "contains", "-12-"),
        doubt="value",
    ),
    value("local_time", "delete", "ValueError", "three in the afternoon, or later", doubt="value"),
    value(
        "city",
        "scan",
        "KeyError",
        "a region that is new, of the ordinary partition: none of those that it names",
        own=cause((REGION, "aws")),
    ),
    # Time, chance and the process.
    otherwise("time", "every_third", "push", unexplained("TimeoutError", "flaky")),
    otherwise(
        "time",
        "wait_for_children",
        "delete",
        because("late", None, (MANIFEST, "docker-list")),
        timeout=0.3,
    ),
    otherwise("time", "flat_name", "delete", because("late", None, (NAME, "deep")), timeout=0.3),
    otherwise(
        "time",
        "give_up",
        "scan",
        because("exits", None, (TAGS, "absent")),
        note="kills its process",
    ),
    # Nothing.
    otherwise("vacuous", "not_yet", "scan", because("vacuous", None)),
    otherwise("vacuous", "no_records", "push", because("vacuous", None)),
    otherwise(
        "vacuous",
        "always_fine",
        "all",
        because("swallowed", "TypeError"),
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
    # A length, a size, characters: a boundary of the values.
    row("boundary", "boundaries", "label_of_tag", "push", raises("ValueError", length(TAG, 64))),
    row(
        "boundary",
        "boundaries",
        "packed_build",
        "push",
        raises("struct.error", number(TAG, 65_536)),
        strength="explore",
    ),
    row(
        "boundary",
        "boundaries",
        "host_of_tag",
        "push",
        raises("ValueError", character(TAG, "starts with", "digit")),
    ),
    row(
        "boundary",
        "boundaries",
        "dashed_tag",
        "push",
        raises("AttributeError", text(TAG, "contains", "_")),
        strength="explore",
    ),
    row(
        "boundary",
        "boundaries",
        "stack_of_repository",
        "push",
        raises("ValueError", length(NAME, 101)),
    ),
    row(
        "boundary",
        "boundaries",
        "unnumbered_name",
        "push",
        raises("AttributeError", character(NAME, "ends with", "digit")),
        strength="explore",
    ),
    row(
        "boundary",
        "boundaries",
        "dotless_name",
        "delete",
        raises("ValueError", text(NAME, "contains", ".")),
    ),
    row(
        "boundary",
        "boundaries",
        "short_enough",
        "delete",
        raises("AssertionError", length(NAME, 184)),
    ),
    row(
        "boundary",
        "boundaries",
        "byte_of_criticals",
        "scan",
        raises("ValueError", number(CRITICAL, 256)),
        strength="explore",
    ),
    row(
        "boundary",
        "boundaries",
        "three_badges",
        "scan",
        raises("IndexError", elements(TAGS, 4)),
        strength="explore",
    ),
    row(
        "boundary",
        "boundaries",
        "columns",
        "scan",
        raises("OverflowError", number(HIGH, 10_000)),
        strength="explore",
    ),
    row(
        "boundary",
        "boundaries",
        "release_notes",
        "scan",
        raises("ValueError", character(FIRST, "contains", "upper-case letter")),
        strength="explore",
    ),
    # One of several choices, the baseline's among them.
    row(
        "either",
        "sets",
        "four_levels",
        "scan",
        raises(
            "ValueError",
            any_of((INFORMATIONAL, "some", "zero"), (UNDEFINED, "some", "zero")),
        ),
    ),
    row(
        "either",
        "sets",
        "layers_of",
        "push",
        raises("KeyError", (MANIFEST, "docker-list", "oci-index")),
    ),
    row(
        "either",
        "sets",
        "only_tag",
        "scan",
        raises("ValueError", (TAGS, "absent", "empty", "several")),
    ),
    row("either", "sets", "chart_or_sbom", "push", raises("KeyError", (ARTIFACT, "docker", "oci"))),
    # All of several fields.
    row(
        "together",
        "sets",
        "share_of_criticals",
        "scan",
        raises("ZeroDivisionError", *each(SEVERITIES, "absent", "zero")),
    ),
    row(
        "together",
        "sets",
        "gravest",
        "scan",
        raises("StopIteration", *each(SEVERITIES[:4], "absent", "zero")),
    ),
    row(
        "together",
        "sets",
        "most_frequent",
        "scan",
        raises("ValueError", (COUNTS, "absent", "empty")),
    ),
    row(
        "together",
        "sets",
        "grave_ones",
        "scan",
        raises("IndexError", *each(SEVERITIES[:2], "absent", "zero")),
    ),
    row(
        "together",
        "sets",
        "colour_of_the_worst",
        "scan",
        raises("KeyError", *each(SEVERITIES[:3], "absent", "zero"), (LOW, "some")),
    ),
    row(
        "together",
        "sets",
        "tags_of_what_was_found",
        "scan",
        raises("KeyError", (TAGS, "absent"), any_of(*each(SEVERITIES, "some"))),
    ),
    row(
        "together",
        "sets",
        "both_grave",
        "scan",
        raises("IndexError", (RESOURCES, "empty"), *each(SEVERITIES[:2], "some")),
    ),
    row(
        "together",
        "sets",
        "clean_images",
        "scan",
        raises("KeyError", (DIGEST, "absent"), *each(SEVERITIES[:2], "absent", "zero")),
    ),
    # What is not so.
    row(
        "pair",
        "sets",
        "all_but_latest",
        "push",
        raises("KeyError", all_but("push", TAG, "latest"), (ARTIFACT, "absent")),
    ),
    row(
        "pair",
        "sets",
        "tagged_digest",
        "push",
        raises("KeyError", all_but("push", TAG, "empty"), (DIGEST, "absent")),
    ),
    row(
        "pair",
        "sets",
        "foreign_manifest",
        "push",
        raises("KeyError", all_but("push", MANIFEST, "docker"), (TAG, "absent")),
    ),
    # Three conditions at once, with sets among them.
    row(
        "three",
        "sets",
        "owner_of_criticals",
        "scan",
        raises(
            "IndexError",
            (CRITICAL, "some", "zero"),
            text(NAME, "contains", "/"),
            (TAGS, "absent", "empty"),
        ),
    ),
    row(
        "three",
        "sets",
        "retry_of_push",
        "push",
        raises("IndexError", (RESULT, "failure"), (MANIFEST, "absent"), (TAG, "absent", "empty")),
    ),
    row(
        "three",
        "sets",
        "clean_replay",
        "scan",
        raises(
            "KeyError",
            (REPLAY, "present"),
            (TAGS, "absent"),
            *each(SEVERITIES, "absent", "zero"),
        ),
        strength=3,
    ),
    # One fault in two places, and two at one place.
    row("branches", "branches", "in_both_branches", "push", raises("KeyError", (TAG, "absent"))),
    row(
        "branches",
        "branches",
        "in_two_of_three_branches",
        "scan",
        raises("KeyError", (COUNTS, "absent", "empty"), (DIGEST, "absent")),
    ),
    row(
        "branches",
        "branches",
        "absent_and_empty",
        "scan",
        raises("KeyError", (TAGS, "absent")) + raises("IndexError", (TAGS, "empty")),
    ),
    row(
        "branches",
        "branches",
        "one_line_two_keys",
        "scan",
        raises("KeyError", (COUNTS, *THERE), any_of((CRITICAL, "absent"), (HIGH, "absent"))),
    ),
    row("branches", "branches", "by_each_way", "delete", raises("KeyError", (DIGEST, "absent"))),
    # Values of its own, in the code or in its environment.
    row(
        "own",
        "own",
        "production_only",
        "push",
        raises("KeyError", text(NAME, "starts with", "prod-"), (TAG, "absent")),
    ),
    row(
        "own",
        "own",
        "of_our_services",
        "push",
        raises("KeyError", (NAME, "shop/api", "shop/web"), (DIGEST, "absent")),
    ),
    row(
        "own",
        "own",
        "latest_only",
        "push",
        raises("KeyError", (TAG, "latest"), (ARTIFACT, "absent")),
    ),
    row(
        "own",
        "own",
        "not_our_base_image",
        "push",
        beside(
            raises("KeyError", is_not(NAME, "shop/api"), (TAG, "absent")),
            (NAME, *labels_of("push", NAME)),
            (TAG, "absent"),
        ),
    ),
    row(
        "own",
        "own",
        "pinned_only",
        "push",
        beside(raises("ValueError", is_not(DIGEST, PINNED)), (DIGEST, *labels_of("push", DIGEST))),
    ),
    row(
        "own",
        "own",
        "repository_of_environment",
        "push",
        raises("KeyError", (NAME, "shop/api"), (TAG, "absent")),
        env={"REPOSITORY": "shop/api"},
    ),
    row(
        "own",
        "own",
        "namespace_of_environment",
        "scan",
        raises("IndexError", text(NAME, "starts with", "shop/"), (RESOURCES, "empty")),
        env={"NAMESPACE": "shop"},
    ),
    row(
        "own",
        "own",
        "threshold_of_environment",
        "scan",
        raises("KeyError", number(CRITICAL, 6), (TAGS, "absent")),
        env={"MAX_CRITICAL": "5"},
        strength="explore",
    ),
    # What came before decides, or nothing does.
    row("state", "memory", "refuses_the_second", "push", unexplained("AssertionError", "flaky")),
    row("state", "memory", "ever_more", "push", unexplained("IndexError", "flaky")),
    row("state", "memory", "never_twice_running", "scan", unexplained("RuntimeError", "flaky")),
    row("state", "memory", "first_time_untagged", "push", raises("KeyError", (TAG, "absent"))),
    row("right", "memory", "once_each", "push", ()),
    row("right", "memory", "totals", "push", ()),
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
