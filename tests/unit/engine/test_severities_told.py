"""Which severities are told, which is called the worst, and in which case tags are passed on."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ecr_contracts.core.findings import Severity
from ecr_contracts.engine.relations.letter_case import MIXED
from ecr_contracts.engine.relations.metamorphic import check_relations
from ecr_contracts.engine.trial import BaselineCache
from ecr_contracts.reporting.sentences import circumstances
from ecr_contracts.runtime import invoke
from ecr_contracts.runtime.effects import Effect, Effects, Sort

GRADED = ("CRITICAL", "HIGH", "MEDIUM", "LOW", "INFORMATIONAL")
SEVERITIES = (*GRADED, "UNDEFINED")


def findings(consumer, kind, via="lambda"):
    """The findings about a consumer that gives the effects of an event's details."""

    def call(payload, trace=False, **_):
        effects: list[Effect] = []
        outcome = invoke.call(
            lambda event: effects.extend(consumer(event["detail"])), payload, trace=trace
        )
        return replace(outcome, effects=Effects(effects))

    return check_relations(BaselineCache(call), kind, via).findings


def publishing(message):
    return Effect(Sort.AWS, "sns.Publish", {"Message": message})


def telling(words):
    """A consumer that publishes the counts under some words, of scans that are complete."""

    def consumer(detail):
        if detail["scan-status"] == "COMPLETE":
            for word in words:
                if number := detail.get("finding-severity-counts", {}).get(word):
                    yield publishing(f"{word}: {number}")

    return consumer


@given(told=st.sets(st.sampled_from(SEVERITIES)))
@settings(max_examples=40, deadline=None)
def test_each_severity_that_is_graver_than_one_that_is_told_is_told_or_found(told):
    expected = {
        severity
        for place, severity in enumerate(GRADED)
        if severity not in told and told & set(GRADED[place + 1 :])
    }
    found = findings(telling(sorted(told)), "scan")
    assert {finding.check for finding in found} <= {"severity-unread"}
    assert {finding.cause[0].path.rpartition(".")[2] for finding in found} == expected
    is_sure = Severity.ERROR if len(told) > 1 else Severity.WARNING
    for finding in found:
        is_grave = not finding.cause[0].path.endswith("INFORMATIONAL")
        assert finding.severity is (is_sure if is_grave else Severity.WARNING)


@pytest.mark.parametrize(
    ("word", "meant", "severity"),
    [
        ("CRITICAL ", "CRITICAL", Severity.ERROR),
        ("Critical", "CRITICAL", Severity.ERROR),
        ("CRITCAL", "CRITICAL", Severity.ERROR),
        ("INFORMAL", "INFORMATIONAL", Severity.WARNING),
        ("INFO", "INFORMATIONAL", Severity.WARNING),
        ("UNDEFINIED", "UNDEFINED", Severity.WARNING),
    ],
)
def test_a_word_that_no_event_has_is_named_with_the_severity_that_is_meant(word, meant, severity):
    words = [word, *(other for other in SEVERITIES if other != meant)]
    (finding,) = findings(telling(words), "scan")
    assert (finding.check, finding.severity) == ("severity-unread", severity)
    assert finding.cause[0].path.endswith(meant)
    assert finding.detail.startswith(f"one {meant} finding changes nothing that it does: ")
    assert finding.detail.endswith(f"(it looks for {word!r})")


@pytest.mark.parametrize("word", ["UNTRIAGED", "TOTAL", "UNKNOWN", "total"])
def test_a_word_of_another_sense_is_no_misspelling(word):
    assert findings(telling([*SEVERITIES[:4], word]), "scan") == ()


def test_either_word_may_be_looked_for():
    def consumer(detail):
        counts = detail.get("finding-severity-counts", {})
        if detail["scan-status"] == "COMPLETE":
            number = counts.get("INFORMATIONAL", counts.get("INFO", 0))
            yield publishing(f"{counts.get('HIGH', 0)} {number} {counts.get('CRITICAL', 0)} grave")

    assert {finding.check for finding in findings(consumer, "scan")} == {"severity-unread"}
    assert len(findings(consumer, "scan")) == 2  # MEDIUM and LOW: INFORMATIONAL ones are told


def test_a_severity_may_be_told_only_beside_another():
    """As in a line of the LOW ones that ends with whether there are CRITICAL ones too."""

    def consumer(detail):
        counts = detail.get("finding-severity-counts", {})
        has_critical = "CRITICAL" in counts and "LOW" in counts
        for word in ("HIGH", "MEDIUM", "LOW", "INFORMATIONAL"):
            if word in counts:
                yield publishing(f"{word}: {counts[word]}, critical ones too: {has_critical}")

    assert "severity-unread" not in {finding.check for finding in findings(consumer, "scan")}


@given(order=st.permutations(GRADED))
@settings(max_examples=30, deadline=None)
def test_who_goes_through_severities_in_another_order_is_told(order):
    def consumer(detail):
        counts = detail.get("finding-severity-counts", {})
        if detail["scan-status"] == "COMPLETE":
            worst = next((severity for severity in order if counts.get(severity)), "none")
            yield publishing(f"worst: {worst}, of {sum(counts.values())}")

    found = findings(consumer, "scan")
    is_right = tuple(order) == GRADED
    assert {finding.check for finding in found} == (set() if is_right else {"severity-words"})


CHANGES = {
    "as it is": (str, False),
    "in lower case": (str.lower, True),
    "in upper case": (str.upper, True),
    "stripped": (str.strip, False),
    "as a slug": (lambda tag: tag.lower().replace(".", "-"), False),
}
PLACES = {
    "parameter": (
        lambda tag: Effect(Sort.AWS, "codebuild.StartBuild", {"sourceVersion": tag}),
        True,
    ),
    "list": (
        lambda tag: Effect(Sort.AWS, "ecr.BatchGetImage", {"imageIds": [{"imageTag": tag}]}),
        True,
    ),
    "beside it": (
        lambda tag: Effect(Sort.AWS, "codebuild.StartBuild", {"sourceVersion": f"build of {tag}"}),
        False,
    ),
    "bucket": (lambda tag: Effect(Sort.AWS, "s3.CreateBucket", {"Bucket": tag}), False),
    "subject": (lambda tag: Effect(Sort.AWS, "sns.Publish", {"Subject": tag}), False),
    "request": (
        lambda tag: Effect(
            Sort.HTTP, "POST https://ci.example.invalid/", {"body": {"image_tag": tag}}
        ),
        True,
    ),
    "chat": (
        lambda tag: Effect(
            Sort.HTTP, "POST https://chat.example.invalid/", {"body": {"fields": [{"tag": tag}]}}
        ),
        False,
    ),
}


@pytest.mark.parametrize("change", CHANGES)
@pytest.mark.parametrize("place", PLACES)
def test_a_tag_in_another_case_is_told_where_it_names_something(change, place):
    (changed, is_wrong), (effect, is_name) = CHANGES[change], PLACES[place]

    def consumer(detail):
        if (detail["action-type"], detail["result"]) == ("PUSH", "SUCCESS"):
            yield effect(changed(detail.get("image-tag", "")))

    found = findings(consumer, "push")
    assert [finding.check for finding in found] == ["case-changed"] * (is_wrong and is_name)
    for finding in found:
        assert finding.severity is Severity.WARNING
        assert [(cause.path, *cause.choices) for cause in finding.cause] == [
            ("$.detail.image-tag", MIXED)
        ]
        assert circumstances(finding) == "when image-tag has letters of both cases"
