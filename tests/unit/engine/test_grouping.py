"""From trials to findings: each fault is found once, with its cause, and nothing else is."""

from __future__ import annotations

import dataclasses
import uuid
from collections.abc import Callable, Sequence
from typing import Any

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from ecr_contracts.core import json_path
from ecr_contracts.core.findings import Evidence, Finding, Location, Severity
from ecr_contracts.engine.causes import grouping, merge, model
from ecr_contracts.engine.causes.grouping import Diagnosis
from ecr_contracts.engine.causes.model import UNLISTED
from ecr_contracts.engine.checks.outcome import symptoms
from ecr_contracts.engine.trial import Prober, Trial, distinct, run_trials, without_misprints
from ecr_contracts.events.compile import reader
from ecr_contracts.events.generate.cases import case, edge_cases, of_event, of_labels
from ecr_contracts.events.kinds import kind_names, usual_kinds
from ecr_contracts.events.measures import boundary_words
from ecr_contracts.events.regexes import Digits
from ecr_contracts.runtime import invoke, loader
from ecr_contracts.runtime.outcome import Outcome, Status
from tests import oracle
from tests.rows import in_one_test

Handler = Callable[[Any, Any], Any]


def tried(handler: Handler, kind: str, *ids: str) -> tuple[list[Trial], tuple[Finding, ...]]:
    """The trials of a handler and what follows from them."""
    consumer = loader.Consumer.of(handler)
    return judged(lambda event: invoke.call(consumer, event), kind, *ids)


def judged(
    call: Callable[[Any], Outcome], kind: str, *ids: str
) -> tuple[list[Trial], tuple[Finding, ...]]:
    cases = [case(case_id) for case_id in ids] or edge_cases(kind, 2)
    trials = [without_misprints(call, trial) for trial in run_trials(call, cases, "lambda")]
    diagnosis = Diagnosis(
        reader.contract(kind), "lambda", trials, Prober(call, kind, "lambda", 100)
    )
    findings = grouping.ordered(diagnosis.findings())
    return diagnosis.trials, findings


def named(finding: Finding) -> tuple[str, ...]:
    """The failing events that have a case of their own, without those made to tell the cause."""
    known = {known_case.id for known_case in edge_cases(finding.kind)}
    return tuple(case_id for case_id in finding.failed if case_id in known)


def findings_of(handler: Handler, kind: str, *ids: str) -> tuple[Finding, ...]:
    return tried(handler, kind, *ids)[1]


def only(findings: tuple[Finding, ...]) -> Finding:
    """The only finding."""
    [finding] = findings
    return finding


def causes(findings: tuple[Finding, ...]) -> list[tuple[tuple[str, str], ...]]:
    """The path of each condition of each cause with its choices; none has alternatives."""
    told = []
    for finding in findings:
        assert not any(condition.others for condition in finding.cause)
        told.append(
            tuple((condition.path, " or ".join(condition.choices)) for condition in finding.cause)
        )
    return told


def cause(finding: Finding) -> tuple[tuple[str, str], ...]:
    """The cause of one finding."""
    return causes((finding,))[0]


COUNTS = "$.detail.finding-severity-counts"
TAGS = "$.detail.image-tags"


# --- a zoo of consumers ---------------------------------------------------------------------------


def first_tag(event, context):
    return event["detail"].get("image-tags", ["none"])[0]


def critical(event, context):
    return event["detail"].get("finding-severity-counts", {})["CRITICAL"]


def counts(event, context):
    return event["detail"]["finding-severity-counts"]


def counts_and_critical(event, context):
    return event["detail"]["finding-severity-counts"]["CRITICAL"]


def tags(event, context):
    return event["detail"]["image-tags"]


def tag(event, context):
    return event["detail"]["image-tag"]


def first_letter_of_tag(event, context):
    return event["detail"].get("image-tag", "none")[0]


def only_success(event, context):
    if event["detail"]["result"] != "SUCCESS":
        raise RuntimeError("the push failed")


def only_complete(event, context):
    if event["detail"]["scan-status"] != "COMPLETE":
        raise RuntimeError("the scan failed")


def two_parts(event, context):
    _, _, name = event["detail"]["repository-name"].partition("/")
    if "/" in name:
        raise ValueError(f"what is {name}?")


def no_namespace(event, context):
    if event["detail"]["repository-name"].count("/") == 1:
        raise ValueError("no namespaces, please")


def only_aws(event, context):
    if event["region"].startswith("cn-"):
        raise KeyError("amazonaws.com.cn")


def int_of_account(event, context):
    if len(str(int(event["account"]))) != 12:
        raise ValueError("an account has 12 digits")


def version_four(event, context):
    if uuid.UUID(event["id"]).version != 4:
        raise ValueError("not a version-4 UUID")


def first_resource(event, context):
    return event["resources"][0]


def leaves(event, context):
    if not event["detail"].get("image-tags", True):
        raise SystemExit(3)


WITHOUT_CRITICAL = {
    f"scan/{name}"
    for name in ("only-high", "high-to-low", "medium-to-informational", "low-and-below")
}
UNSEEN = {
    (TAGS, "absent"),
    ("$.resources", "empty"),
    ("$.region", "aws-cn"),
    ("$.account", "leading-zero"),
}
"""Choices that no event on record has, and that no code of AWS's handles."""


@pytest.mark.parametrize(
    ("handler", "kind", "choice", "exception", "ids"),
    [
        (first_tag, "scan", (TAGS, "empty"), "IndexError", {"scan/sample", "scan/no-tags"}),
        (tags, "scan", (TAGS, "absent"), "KeyError", {"scan/absent-tags"}),
        (
            critical,
            "scan",
            (f"{COUNTS}.CRITICAL", "absent"),
            "KeyError",
            {
                "scan/no-critical",
                "scan/empty-counts",
                "scan/no-counts",
                "scan/failed+no-counts",
                *WITHOUT_CRITICAL,
            },
        ),
        (
            counts,
            "scan",
            (COUNTS, "absent"),
            "KeyError",
            {"scan/no-counts", "scan/failed+no-counts"},
        ),
        (
            only_complete,
            "scan",
            ("$.detail.scan-status", "failed"),
            "RuntimeError",
            {"scan/failed+no-counts"},
        ),
        (first_resource, "scan", ("$.resources", "empty"), "IndexError", {"scan/no-resources"}),
        (leaves, "scan", (TAGS, "empty"), "SystemExit", {"scan/sample", "scan/no-tags"}),
        (tag, "push", ("$.detail.image-tag", "absent"), "KeyError", {"push/no-tag"}),
        (
            first_letter_of_tag,
            "push",
            ("$.detail.image-tag", "empty"),
            "IndexError",
            {"push/empty-tag"},
        ),
        (
            only_success,
            "push",
            ("$.detail.result", "failure"),
            "RuntimeError",
            {"push/failure", "push/failure+empty-digest"},
        ),
        (
            two_parts,
            "push",
            ("$.detail.repository-name", "deep"),
            "ValueError",
            {"push/deep-repository"},
        ),
        (
            no_namespace,
            "delete",
            ("$.detail.repository-name", "namespaced"),
            "ValueError",
            {"delete/namespaced-repository"},
        ),
        (only_aws, "delete", ("$.region", "aws-cn"), "KeyError", {"delete/aws-cn"}),
        (
            int_of_account,
            "push",
            ("$.account", "leading-zero"),
            "ValueError",
            {"push/leading-zero-account"},
        ),
        (
            version_four,
            "delete",
            ("$.id", "not-v4"),
            "ValueError",
            {"delete/sample", "delete/not-v4-id"},
        ),
    ],
    ids=lambda value: getattr(value, "__name__", None),
)
def test_one_fault_is_one_finding_with_exactly_its_cause(handler, kind, choice, exception, ids):
    finding = only(findings_of(handler, kind))
    assert causes((finding,)) == [(choice,)]
    assert finding.explained
    assert finding.exception == exception
    assert set(named(finding)) == ids
    assert finding.severity is (Severity.WARNING if choice in UNSEEN else Severity.ERROR)
    assert finding.passed >= len(edge_cases(kind)) - len(ids)
    assert finding.alike == len(finding.failed)
    assert finding.location is not None
    assert finding.location.function == handler.__name__


def test_what_is_there_in_a_case_alone_is_its_example():
    finding = only(findings_of(critical, "scan"))
    assert finding.case == "scan/no-critical"
    assert finding.example == distinct(case("scan/no-critical")).event
    assert finding.detail == "'CRITICAL'"


def test_absent_counts_are_not_taken_for_an_absent_severity():
    findings = findings_of(counts_and_critical, "scan")
    assert causes(findings) == [((f"{COUNTS}.CRITICAL", "absent"),), ((COUNTS, "absent"),)]
    assert [finding.detail for finding in findings] == ["'CRITICAL'", "'finding-severity-counts'"]


def test_the_resources_of_a_push_are_missing_where_they_are_empty():
    finding = only(findings_of(first_resource, "push"))
    assert (cause(finding), finding.explained) == ((("$.resources", "empty"),), True)
    assert finding.case == "push/ordinary"
    assert len(named(finding)) == len(edge_cases("push")) - 1


@pytest.mark.parametrize("kind", kind_names())
def test_what_fails_always_has_no_cause_but_the_kind(kind):
    def handler(event, context):
        raise RuntimeError

    finding = only(findings_of(handler, kind))
    assert (finding.cause, finding.explained, finding.passed) == ((), True, 0)
    # Of a detail in which nothing is described, nobody knows what is always there.
    is_opaque = reader.contract(kind).baseline["detail"] == {}
    assert finding.evidence is (Evidence.INFERRED if is_opaque else Evidence.DOCUMENTED)
    assert named(finding) == tuple(one.id for one in edge_cases(kind))


def test_a_choice_that_comes_with_what_saves_an_event_does_not_save_it():
    # An empty digest comes only with FAILURE, which alone saves nothing.
    def handler(event, context):
        if event["detail"].get("image-digest"):
            raise RuntimeError

    finding = only(findings_of(handler, "push"))
    assert cause(finding) == (("$.detail.image-digest", "sha256"),)


@pytest.mark.parametrize("kind", kind_names())
def test_a_right_consumer_has_no_finding(kind):
    def handler(event, context):
        detail = event["detail"]
        counted = detail.get("finding-severity-counts", {})
        return {
            "image": detail.get("repository-name"),
            "all": sum(counted.values()),
            "tags": detail.get("image-tags", []),
        }

    assert findings_of(handler, kind) == ()


def misprints_the_digest_alone(kind: str) -> bool:
    """Whether the digest of 60 digits is all that AWS's sample of a kind has against its schema."""
    labels = case(f"{kind}/sample").labels
    return [path for path, label in labels.items() if label is None] == ["$.detail.image-digest"]


@pytest.mark.parametrize("kind", list(filter(misprints_the_digest_alone, oracle.SAMPLED)))
def test_what_only_the_printed_digest_of_60_digits_breaks_is_a_warning(kind):
    def handler(event, context):
        digest = event["detail"].get("image-digest")
        if digest and len(digest) != 71:
            raise ValueError(f"no digest: {digest}")

    finding = only(findings_of(handler, kind))
    assert finding.severity is Severity.WARNING
    assert cause(finding) == (("$.detail.image-digest", UNLISTED),)
    assert named(finding) == (f"{kind}/sample",)
    assert finding.evidence is Evidence.DOCUMENTED


def test_the_printed_digest_is_not_blamed_for_what_a_real_digest_does_not_help():
    # In the samples alone both media types are missing; each alone may be.
    def handler(event, context):
        if len(event["detail"]) < 6:
            raise RuntimeError

    findings = findings_of(handler, "push")
    [of_sample] = [finding for finding in findings if "push/sample" in finding.failed]
    assert of_sample.severity is Severity.ERROR
    assert causes((of_sample,)) == [
        (("$.detail.manifest-media-type", "absent"), ("$.detail.artifact-media-type", "absent"))
    ]


def test_the_printed_digest_is_blamed_though_the_event_then_fails_at_another_place():
    def handler(event, context):
        digest = event["detail"].get("image-digest", "")
        if len(digest) == 67:
            raise ValueError(digest)
        raise RuntimeError

    findings = findings_of(handler, "scan")
    assert [finding.severity for finding in findings] == [Severity.ERROR, Severity.WARNING]
    assert causes(findings) == [(), (("$.detail.image-digest", UNLISTED),)]
    assert [finding.explained for finding in findings] == [True, True]


# --- one fault, one group -------------------------------------------------------------------------


def test_two_faults_on_one_line_are_two_findings():
    def handler(event, context):
        return event["detail"].get("image-tags", ["none"])[0], event["detail"][
            "finding-severity-counts"
        ]

    findings = findings_of(handler, "scan")
    assert causes(findings) == [((TAGS, "empty"),), ((COUNTS, "absent"),)]
    assert len({finding.location for finding in findings}) == 1
    assert len({finding.group for finding in findings}) == 2


def test_one_fault_that_two_lines_lead_to_is_one_finding():
    def helper(detail):
        return detail["image-tags"][0]

    def handler(event, context):
        detail = event["detail"]
        if "image-tags" not in detail:
            return None
        if event["region"] == "us-east-1":
            return helper(detail)
        return helper(detail)

    finding = only(findings_of(handler, "scan"))
    assert cause(finding) == ((TAGS, "empty"),)
    assert finding.location is not None
    assert finding.location.function.endswith("helper")


@in_one_test
@pytest.mark.parametrize(
    "message",
    [
        lambda event: f"{event}",
        lambda event: f"cannot handle {event['detail']['repository-name']!r}",
        lambda event: f"nothing at {event['detail']['repository-name'].split('/')[-1]}",
        lambda event: f"no {event['detail'].get('image-digest', '')[7:19]} here",
        lambda event: f"the tag {event['detail'].get('image-tag')} of {event['account']}",
        lambda event: f"tag {event['detail'].get('image-tag', '')!r} must be latest",
        lambda event: f"{object()} at {id(event)}",
        lambda event: f"{sorted(event['detail'])}",
        lambda event: f"{event['region'].upper()} is unknown",
        lambda event: "",
    ],
)
@pytest.mark.parametrize("kind", usual_kinds())
def test_one_fault_is_one_finding_though_its_message_quotes_the_event(message, kind):
    def handler(event, context):
        raise RuntimeError(message(event))

    finding = only(findings_of(handler, kind))
    assert finding.cause == ()
    assert finding.detail == message(finding.example) or "object at" in finding.detail


def test_choices_of_one_facet_are_one_finding():
    def handler(event, context):
        if event["region"] not in {"us-east-1", "us-west-2"}:
            raise ValueError(f"no service in {event['region']}")

    findings = findings_of(handler, "push")
    others = reader.contract("push").by_path["$.region"].choices[1:]
    assert causes(findings) == [(("$.region", " or ".join(one.label for one in others)),)]


def test_an_event_that_two_alternatives_explain_counts_for_both():
    def handler(event, context):
        if uuid.UUID(event["id"]).version != 4 or not event["detail"].get("image-tags", True):
            raise RuntimeError

    findings = findings_of(handler, "scan")
    assert {(finding.cause[0].choices, named(finding)) for finding in findings} == {
        (("not-v4",), ("scan/sample", "scan/not-v4-id")),
        (("empty",), ("scan/sample", "scan/no-tags")),
    }


def test_kinds_and_envelopes_are_explained_apart():
    def handler(event, context):
        raise RuntimeError

    trials = [*tried(handler, "push")[0], *tried(handler, "scan")[0]]
    via_sqs = [Trial(trial.case, "sqs", trial.outcome, trial.symptoms) for trial in trials]
    findings = grouping.findings([*trials, *via_sqs])
    assert [(finding.kind, finding.via) for finding in findings] == [
        ("push", "lambda"),
        ("push", "sqs"),
        ("scan", "lambda"),
        ("scan", "sqs"),
    ]
    assert len({finding.group for finding in findings}) == 4


def test_errors_come_before_warnings_and_sure_ones_before_inferred_ones():
    def handler(event, context):
        event["seen"] = True
        if not event["resources"]:
            raise RuntimeError("no resources")
        return event["detail"]["finding-severity-counts"]["HIGH"]

    findings = findings_of(handler, "scan")
    assert [
        (finding.severity.value, finding.check, finding.evidence.value) for finding in findings
    ] == [
        ("error", "raises", "documented"),
        ("error", "raises", "necessary"),
        ("warning", "mutates", "documented"),
        ("warning", "raises", "inferred"),
    ]
    assert (findings[2].cause, findings[2].explained, findings[2].exception) == ((), True, None)


# --- what is not an exception ---------------------------------------------------------------------


FINE = Outcome(Status.RETURNED)
RAISED = Outcome(Status.RAISED, "LookupError", location=Location("app.py", 3))
ALSO_RAISED = Outcome(Status.RAISED, "ArithmeticError", location=Location("app.py", 5))


def test_a_consumer_that_hangs_on_some_events_is_explained():
    where = Location("app.py", 12, "wait", "queue.get()")

    def outcome(event):
        return (
            FINE if event["detail"].get("image-tag") else Outcome(Status.TIMED_OUT, location=where)
        )

    _, findings = judged(outcome, "push")
    assert causes(findings) == [(("$.detail.image-tag", "absent or empty"),)]
    assert {(finding.check, finding.exception, finding.location) for finding in findings} == {
        ("late", None, where)
    }


def test_a_consumer_whose_process_dies_on_some_events_is_explained():
    def outcome(event):
        return (
            FINE
            if "image-digest" in event["detail"]
            else Outcome(Status.DIED, message="killed by SIGSEGV")
        )

    finding = only(judged(outcome, "delete")[1])
    assert (finding.check, cause(finding)) == ("exits", (("$.detail.image-digest", "absent"),))


def test_what_json_cannot_carry_is_explained():
    def outcome(event):
        return Outcome(
            Status.RETURNED, unserialisable="" if event["resources"] else "$.when is a datetime"
        )

    finding = only(judged(outcome, "scan")[1])
    assert (finding.check, cause(finding)) == ("unserialisable", (("$.resources", "empty"),))


def test_an_event_that_another_fault_stopped_speaks_neither_for_nor_against():
    def handler(event, context):
        detail = event["detail"]
        if "finding-severity-counts" not in detail:
            raise RuntimeError("no counts")
        if "HIGH" not in detail["finding-severity-counts"]:
            raise LookupError("no HIGH")

    findings = findings_of(handler, "scan")
    assert causes(findings) == [((f"{COUNTS}.HIGH", "absent"),), ((COUNTS, "absent"),)]
    assert set(named(findings[0])) == {
        "scan/sample",
        "scan/no-high",
        "scan/empty-counts",
        "scan/only-critical",
        "scan/medium-to-informational",
        "scan/low-and-below",
    }


# --- when there is little to go by ----------------------------------------------------------------


@pytest.mark.parametrize(
    ("handler", "ids", "choice"),
    [
        (first_tag, ["scan/sample"], (TAGS, "empty")),
        (counts, ["scan/no-counts"], (COUNTS, "absent")),
        (critical, ["scan/no-counts"], (f"{COUNTS}.CRITICAL", "absent")),
        (counts, ["scan/failed"], (COUNTS, "absent")),
        (only_complete, ["scan/failed"], ("$.detail.scan-status", "failed")),
        (tag, ["push/no-tag+namespaced-repository+oci-manifest"], ("$.detail.image-tag", "absent")),
        (only_success, ["push/empty-digest"], ("$.detail.result", "failure")),
        (first_resource, ["scan/no-resources+no-tags", "scan/zero-high"], ("$.resources", "empty")),
    ],
    ids=lambda value: getattr(value, "__name__", None),
)
def test_a_chosen_case_is_explained_by_simpler_ones(handler, ids, choice):
    finding = only(findings_of(handler, ids[0].partition("/")[0], *ids))
    assert cause(finding) == (choice,)


def test_choices_that_only_together_break_a_consumer_are_told_together():
    def handler(event, context):
        detail = event["detail"]
        if "image-tag" not in detail and "/" in detail["repository-name"]:
            raise RuntimeError

    both = (
        ("$.detail.repository-name", "namespaced or deep"),
        ("$.detail.image-tag", "absent"),
    )
    # Further calls tell that the media type has no part in it.
    finding = only(
        findings_of(handler, "push", "push/no-tag+deep-repository+oci-manifest", "push/ordinary")
    )
    assert (cause(finding), finding.explained) == (both, True)
    alone = list(
        run_trials(lambda event: invoke.call(handler, event), [case(finding.failed[0])], "lambda")
    )
    assert not only(grouping.findings(alone)).explained


def test_a_trial_alone_is_explained_only_by_a_single_difference():
    def alone(case_id):
        outcome = Outcome(Status.RAISED, "KeyError", "'x'")
        return only(
            grouping.findings([Trial(case(case_id), "lambda", outcome, tuple(symptoms(outcome)))])
        )

    assert cause(alone("scan/no-tags")) == ((TAGS, "empty"),)
    assert cause(alone("scan/no-counts")) == ((COUNTS, "absent"),)
    assert not alone("scan/failed").explained
    assert not alone("push/empty-digest").explained
    assert alone("push/ordinary").explained
    assert cause(alone("push/sample")) == (("$.detail.image-digest", UNLISTED),)


def test_a_fault_that_every_event_meets_at_one_line_or_another_is_told_once():
    def handler(event, context):
        if event["detail"].get("image-tag") == "latest":
            raise RuntimeError("first")
        raise RuntimeError("second")

    finding = only(findings_of(handler, "push"))
    assert (finding.cause, finding.explained, finding.passed) == ((), True, 0)
    assert len(finding.places) == 1


def test_what_only_an_escaping_event_shows_is_told_of_that_event():
    def handler(event, context):
        event["resources"][0]
        raise RuntimeError("behind")

    first, second = findings_of(handler, "push")
    assert (cause(first), first.exception) == ((("$.resources", "empty"),), "IndexError")
    assert (named(second), cause(second)) == (("push/resource-arn",), (("$.resources", "arn"),))


def test_what_only_the_sample_shows_behind_another_fault_stays_unexplained():
    # Only the sample gets by the first line, and differs from the ordinary event in many ways.
    def handler(event, context):
        if event["time"].startswith("2026"):
            raise RuntimeError("first")
        raise RuntimeError("second")

    second, first = findings_of(handler, "scan")
    assert (first.detail, first.cause, first.explained, first.passed) == ("first", (), True, 0)
    # With drawn events of other times it is one doubt: some value decides.
    assert (second.detail, second.cause, second.doubt) == ("second", (), "value")
    assert "scan/sample" in second.failed


def test_few_events_of_other_values_are_given_no_cause_of_several_choices_by_chance():
    contract = reader.contract("scan")
    failing = []
    for number, case_id in enumerate(["scan/no-high+namespaced-repository", "scan/not-v4-id"]):
        labels = model.known_labels(case(case_id).labels)
        valued = of_labels(contract, labels, Digits(10**40 + number))
        failing.append(Trial(valued, "lambda", RAISED, tuple(symptoms(RAISED))))
    passing = run_trials(lambda event: FINE, edge_cases("scan", 2), "lambda")
    finding = only(grouping.findings([*passing, *failing]))
    assert (finding.cause, finding.doubt) == ((), "unknown")


def test_a_severity_or_another_that_a_message_names_is_one_fault():
    def handler(event, context):
        counted = event["detail"].get("finding-severity-counts") or {"HIGH": 0, "LOW": 0}
        return counted["HIGH"] + counted["LOW"]

    [condition] = only(findings_of(handler, "scan")).cause
    assert [(one.path.rpartition(".")[2], one.choices) for one in condition.alternatives] == [
        ("HIGH", ("absent",)),
        ("LOW", ("absent",)),
    ]


def test_what_fails_from_some_call_on_depends_on_what_came_before():
    places = iter(range(30))

    def handler(event, context):
        return next(places)

    finding = only(findings_of(handler, "push"))
    assert (finding.cause, finding.doubt) == ((), "flaky")


# --- properties -----------------------------------------------------------------------------------

ALL = [
    (kind, facet.path, choice.label)
    for kind in kind_names()
    for facet in reader.contract(kind).varying
    for choice in facet.choices
]

USUAL = [row for row in ALL if row[0] in usual_kinds()]
"""The choices of kinds in which none comes with another: elsewhere several may mean the same."""


def has(kind: str, path: str, label: str) -> Callable[[Any], bool]:
    facet = reader.contract(kind).by_path[path]

    def holds(event: Any) -> bool:
        choice = facet.recognise(event)
        return choice is not None and choice.label == label

    return holds


def is_unseen(kind: str, path: str, label: str) -> bool:
    """Whether the choice is one that nobody has seen, and that is no part of what must be."""
    contract = reader.contract(kind)
    facet = contract.by_path[path]
    if label == facet.baseline.label:
        return False
    for combination in contract.combinations:
        if any(path == known and label in labels for known, labels in combination.terms):
            return False
    return facet[label].evidence in (Evidence.REGISTRY, Evidence.INFERRED)


def assert_told_by_others(findings: Sequence[Finding], trials: list[Trial]) -> None:
    """That a fault is told by choices upon which the one that brings it about hangs, or with it.

    Only a call of CloudTrail that puts an image has a manifest: what the manifest breaks, this does
    as well. Whatever is claimed, no event refutes it, and all that fails is told.
    """
    assert findings
    assert all(sound(finding, trials) for finding in findings)
    told = {case_id for finding in findings for case_id in finding.failed}
    assert told == {trial.case.id for trial in trials if trial.failed and not trial.case.is_valued}


@in_one_test
@pytest.mark.parametrize(("kind", "path", "label"), USUAL)
def test_a_fault_of_any_choice_is_explained_by_that_choice(kind, path, label):
    trials, findings = broken_by(kind, path, label)
    assert_told_by_that_choice(kind, path, label, trials, findings)


@pytest.mark.long
@in_one_test
@pytest.mark.parametrize(
    ("kind", "path", "label"),
    [row for row in ALL if row[0] not in usual_kinds()],
)
def test_so_is_one_of_a_further_kind_or_by_what_it_hangs_upon(kind, path, label):
    trials, findings = broken_by(kind, path, label)
    if causes(findings) == [((path, label),)] and findings[0].cause:
        assert_told_by_that_choice(kind, path, label, trials, findings)
    else:
        assert_told_by_others(findings, trials)


def broken_by(kind: str, path: str, label: str) -> tuple[list[Trial], Sequence[Finding]]:
    """What is made out about a consumer that one choice breaks."""
    broken = has(kind, path, label)
    return judged(lambda event: RAISED if broken(event) else FINE, kind)


def assert_told_by_that_choice(
    kind: str, path: str, label: str, trials: list[Trial], findings: Sequence[Finding]
) -> None:
    broken = has(kind, path, label)
    finding = only(findings)
    assert causes((finding,)) == [((path, label),)]
    assert finding.explained
    failing = [trial.case for trial in trials if broken(trial.case.event)]
    is_shown = any(case.evidence >= Evidence.NECESSARY for case in failing)
    is_advice = is_unseen(kind, path, label) and not is_shown
    assert finding.severity is (Severity.WARNING if is_advice else Severity.ERROR)
    plain = [trial for trial in trials if not trial.case.is_valued]
    assert set(finding.failed) == {trial.case.id for trial in plain if broken(trial.case.event)}
    assert finding.passed == sum(not broken(trial.case.event) for trial in plain)


def sound(finding: Finding, trials: list[Trial]) -> bool:
    """Whether a cause is true of all events that fail so and of none that passes.

    What is absent only since all around it is absent is not held against a cause: the event has no
    choice there.
    """

    def chooses(trial: Trial) -> bool:
        labels = dict(model.explicit_choices(reader.contract(trial.case.kind), trial.case.labels))
        return model.meets(finding.cause, labels)

    if not finding.explained or not finding.cause:
        return True
    failing = [trial for trial in trials if trial.case.id in finding.failed]
    passing = [trial for trial in trials if not trial.symptoms]
    return all(model.meets(finding.cause, trial.case.labels) for trial in failing) and not any(
        map(chooses, passing)
    )


pairs = st.tuples(st.sampled_from(USUAL), st.sampled_from(USUAL)).filter(
    lambda pair: pair[0][0] == pair[1][0]
)


@pytest.mark.long
@given(pairs)
def test_either_of_two_choices_gives_at_most_two_findings_of_one_group(pair):
    (kind, *one), (_, *other) = pair
    first, second = has(kind, *one), has(kind, *other)

    trials, findings = judged(lambda event: RAISED if first(event) or second(event) else FINE, kind)
    assert 1 <= len(findings) <= 2
    assert len({finding.group for finding in findings}) == 1
    assert all(finding.explained and sound(finding, trials) for finding in findings)
    assert {case_id for finding in findings for case_id in finding.failed} == {
        t.case.id for t in trials if t.failed and not t.case.is_valued
    }


@pytest.mark.long
@given(pairs)
def test_two_faults_are_both_found_unless_one_hides_the_other(pair):
    (kind, *one), (_, *other) = pair
    assume(one != other)
    first, second = has(kind, *one), has(kind, *other)

    def outcome(event):
        return RAISED if first(event) else ALSO_RAISED if second(event) else FINE

    trials, findings = judged(outcome, kind)
    assume(not all(trial.failed for trial in trials))  # then there is nothing to tell them by
    ordinary = reader.contract(kind).ordinary
    of_first = [finding for finding in findings if finding.exception == "LookupError"]
    of_second = [finding for finding in findings if finding.exception == "ArithmeticError"]
    assert causes(tuple(of_first)) == [(tuple(one),)]
    reached = {
        trial.case.id
        for trial in trials
        if second(trial.case.event) and not first(trial.case.event) and not trial.case.is_valued
    }
    assert {failing for finding in of_second for failing in finding.failed} == reached
    assert all(sound(finding, trials) for finding in findings)
    if reached and ordinary[one[0]] != one[1]:
        assert causes(tuple(of_second)) == [(tuple(other),)]


def test_a_severity_whose_own_fault_is_another_one_is_no_alternative():
    """Either severity keeps the ordinary event from passing, but only one of them fails so."""
    counts = "$.detail.finding-severity-counts"
    first = has("scan", f"{counts}.CRITICAL", "some")
    second = has("scan", f"{counts}.INFORMATIONAL", "some")
    _, findings = judged(
        lambda event: RAISED if first(event) else ALSO_RAISED if second(event) else FINE, "scan"
    )
    told = {finding.exception: cause(finding) for finding in findings}
    assert told["LookupError"] == ((f"{counts}.CRITICAL", "some"),)
    assert (f"{counts}.INFORMATIONAL", "some") in told["ArithmeticError"]


def test_nothing_is_told_of_an_answer_that_follows_from_what_was_asked():
    """A call that names images to delete is answered by images, or by nothing."""
    contract = reader.contract("cloudtrail-api-call")
    asked = model.ChoiceSet("$.detail.requestParameters.imageIds", frozenset({"one"}))
    nothing = model.ChoiceSet("$.detail.responseElements", frozenset({"absent", "empty", "null"}))
    images = model.ChoiceSet(
        "$.detail.responseElements.imageIds", frozenset({"empty", "one", "several"})
    )

    def together(*boxes):
        [candidate] = merge.merged(contract, [model.CauseCandidate(box) for box in boxes])
        return candidate.box

    assert together(((asked,), (nothing,)), ((asked,), (images,))) == ((asked,),)
    some = dataclasses.replace(images, failing=frozenset({"one", "several"}))
    either = (nothing, some)
    assert together(((asked,), (nothing,)), ((asked,), (some,))) == ((asked,), either)
    assert together(((nothing,),), ((images,),)) == ((nothing, images),)


@given(st.data(), st.sampled_from(kind_names()))
def test_whatever_fails_a_claimed_cause_holds_of_all_that_fail_and_of_nothing_that_passes(
    data, kind
):
    broken = data.draw(st.sets(st.sampled_from([one.id for one in edge_cases(kind)])))
    events = [distinct(one).event for one in edge_cases(kind) if one.id in broken]
    trials, findings = judged(lambda event: RAISED if event in events else FINE, kind)
    assert all(sound(finding, trials) for finding in findings)
    assert {case_id for finding in findings for case_id in finding.failed} == broken


def test_a_severity_is_named_though_the_consumer_looks_whether_there_are_counts():
    def handler(event, context):
        counts = event["detail"].get("finding-severity-counts")
        return counts["HIGH"] if counts else 0

    trials = list(
        run_trials(lambda payload: invoke.call(handler, payload), edge_cases("scan"), "lambda")
    )
    (finding,) = grouping.findings(trials)
    assert finding.explained
    assert cause(finding) == (("$.detail.finding-severity-counts.HIGH", "absent"),)


def test_a_consumer_that_skips_what_it_has_seen_is_still_tried_on_every_case():
    seen = set()

    def handler(event, context):
        if event["id"] in seen:
            return None
        seen.add(event["id"])
        return event["detail"]["image-tags"][0]

    trials = list(
        run_trials(lambda payload: invoke.call(handler, payload), edge_cases("scan"), "lambda")
    )
    assert {finding.exception for finding in grouping.findings(trials)} == {
        "IndexError",
        "KeyError",
    }


def test_what_is_known_together_is_no_ground_for_a_part_of_it_elsewhere():
    class ScanFailedError(Exception):
        pass

    def handler(event, context):
        if event["detail"]["scan-status"] == "FAILED":
            raise ScanFailedError
        return event["detail"]["finding-severity-counts"].get("CRITICAL", 0)

    evidence = {finding.exception: finding.evidence for finding in findings_of(handler, "scan")}
    # A scan that failed has no counts: nobody knows of one that is complete and has none.
    assert evidence.pop("KeyError") == "registry"
    assert set(evidence.values()) == {"necessary"}


# --- faults behind other faults, and values beside choices ----------------------------------------


def test_a_call_that_fails_further_on_tells_what_the_fault_before_needs():
    """StopIteration needs all five counts at 0; with the last of them KeyError comes behind it."""
    colours = {"CRITICAL": 1, "HIGH": 2, "MEDIUM": 3, "LOW": 4}

    def handler(event, context):
        found = event["detail"].get("finding-severity-counts") or {"LOW": 1}
        worst = next(key for key in (*colours, "INFORMATIONAL") if found.get(key))
        return colours[worst]

    by_exception = {one.exception: one for one in findings_of(handler, "scan")}
    paths = {condition.path for condition in by_exception["StopIteration"].cause}
    assert paths == {f"{COUNTS}.{key}" for key in (*colours, "INFORMATIONAL")}
    assert by_exception["KeyError"].explained


def test_a_cause_is_found_where_another_fault_stops_the_baseline():
    """No event fails for want of a tag but those whose name has a namespace."""

    def handler(event, context):
        detail = event["detail"]
        _, name = detail["repository-name"].split("/")[-2:]
        return name, detail["image-tag"].split("-", 1)[1]

    told = [one for one in findings_of(handler, "push") if one.exception == "KeyError"]
    assert causes(tuple(told)) == [(("$.detail.image-tag", "absent"),)]


@pytest.mark.parametrize(
    ("words", "is_wrong"),
    [
        ([], lambda tag: not tag.lstrip("v").split(".")[0].isdigit()),
        (
            ['starts with "main-"', 'contains two "-" or more'],
            lambda tag: tag.startswith("main-") and tag.count("-") > 1,
        ),
        (['contains "." at most once'], lambda tag: tag.count(".") < 2),
    ],
)
def test_values_of_a_field_are_told_by_a_boundary_or_by_one_doubt(words, is_wrong):
    """Never by choices some of whose values do otherwise, and never by both."""

    def handler(event, context):
        tag = event["detail"].get("image-tag")
        if tag is not None and is_wrong(tag):
            raise ValueError("that tag")

    consumer, contract = loader.Consumer.of(handler), reader.contract("push")

    def call(event):
        return invoke.call(consumer, event)

    given = list(edge_cases("push", 2))
    for tag in ("main-a-b", "v.x", "k.k.k", "w.2", "main-4f2a9c1"):
        event = contract.build(contract.ordinary, None, {("detail", "image-tag"): tag})
        given.append(of_event(contract, event))
    trials = run_trials(call, given, "lambda")
    prober = Prober(call, "push", "lambda", 100)
    finding = only(Diagnosis(contract, "lambda", trials, prober).findings())
    assert [boundary_words(one.boundary) for one in finding.cause] == words
    assert finding.doubt == ("" if words else "value")
    if not words:
        apart = json_path.differences(finding.nearest, finding.example)
        assert {steps for steps, *_ in apart} - {("id",)} == {("detail", "image-tag")}


@pytest.mark.parametrize("kind", usual_kinds())
def test_what_aws_misprints_in_its_sample_is_told_apart_from_what_events_have(kind):
    def handler(event, context):
        if len(event["detail"].get("image-digest", "x" * 71)) != 71:
            raise ValueError

    digest = reader.contract(kind).by_path["$.detail.image-digest"]
    found = {
        conditions: finding
        for finding in findings_of(handler, kind)
        for conditions in [cause(finding)]
    }
    misprint = found.pop((("$.detail.image-digest", UNLISTED),))
    assert (misprint.severity, misprint.failed) == (Severity.WARNING, (f"{kind}/sample",))
    if "empty" in digest.labels:
        empty = found.pop((("$.detail.image-digest", "empty"),))
        assert empty.evidence is digest["empty"].evidence
        assert f"{kind}/sample" not in empty.failed
    assert not found
