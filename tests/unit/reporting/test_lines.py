"""The lines of a fault: few, each with its role, and in the message of an exception."""

from __future__ import annotations

import json
import textwrap
from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ecr_contracts.core.findings import Condition, Evidence, Location, Severity
from ecr_contracts.engine.checks.catalog import ACTION_BLIND, CHECKS, REFUSES, mend_of
from ecr_contracts.events.compile import reader
from ecr_contracts.events.generate.cases import case, edge_cases
from ecr_contracts.reporting.full_lines import full_lines
from ecr_contracts.reporting.headlines import LONGEST_SENTENCE
from ecr_contracts.reporting.lines import (
    NOTHING_FURTHER,
    UNBROKEN,
    Role,
    finding_lines,
    place_in_words,
    plain_text,
)
from ecr_contracts.reporting.sentences import is_told_in_one_line
from tests.unit.reporting.made import COUNTS, MEND, ORDINARY, when, with_

_MOST_LINES = 5


def test_a_fault_is_told_in_its_sentence_its_line_its_events_and_its_mend():
    found = with_(nearest_case="scan/ordinary", nearest=ORDINARY.event)
    assert finding_lines(found) == [
        (Role.HEADLINE, "IndexError when image-tags is empty (documented by AWS)"),
        (Role.PLACE, 'app.py:8  tag = detail["image-tags"][0]'),
        (Role.FAILS, 'scan/no-tags fails with image-tags []; with ["latest"] it passes'),
        MEND,
    ]


@st.composite
def drawn_causes(draw):
    """A cause of one to three conditions, each with some choices of a field of a scan."""
    facets = reader.contract("scan").by_path
    paths = [path for path, facet in facets.items() if len(facet.choices) > 1]
    cause = []
    for path in draw(st.lists(st.sampled_from(paths), min_size=1, max_size=3, unique=True)):
        labels = sorted(facets[path].labels)
        some = st.sets(st.sampled_from(labels), min_size=1, max_size=len(labels) - 1)
        cause.append(when(path, *sorted(draw(some))))
    return tuple(cause)


@settings(max_examples=15)
@given(
    causes=st.lists(drawn_causes(), min_size=1, max_size=4),
    check=st.sampled_from(sorted(CHECKS)),
    evidence=st.sampled_from(Evidence),
    severity=st.sampled_from((Severity.ERROR, Severity.WARNING)),
    example=st.sampled_from(edge_cases("scan")),
    detail=st.text(st.characters(codec="utf-8"), max_size=300),
    file=st.text("abc/", min_size=1, max_size=90),
)
def test_any_fault_is_told_in_five_lines_and_a_sentence_of_160_characters(
    causes, check, evidence, severity, example, detail, file
):
    alternatives = []
    for cause in causes:
        alternatives.append(
            with_(
                cause=cause,
                check=check,
                evidence=evidence,
                severity=severity,
                case=example.id,
                example=example.event,
                nearest_case="scan/ordinary",
                nearest=ORDINARY.event,
                detail=detail,
                location=Location(file, 7, source="a = b"),
            )
        )
    lines = finding_lines(*alternatives)
    assert len(lines) <= (1 if is_told_in_one_line(alternatives[0]) else _MOST_LINES)
    assert lines[0].role is Role.HEADLINE
    assert len(lines[0].text) <= LONGEST_SENTENCE
    assert all(line.text.count("\n") == 0 for line in lines)


@pytest.mark.parametrize(
    ("detail", "source", "is_told"),
    [
        ("'image-tag'", 'event["image-tag"]', False),
        ("'image-tag'", "event[key]", True),
        ("", "raise RuntimeError", False),
        ("no bucket in cn-north-1", 'raise ValueError(f"no bucket in {region}")', True),
        ("no bucket in cn-north-1", "bucket_of(region)", True),
    ],
)
def test_a_message_is_told_unless_the_line_of_code_says_it(detail, source, is_told):
    found = with_(exception="KeyError", detail=detail, location=Location("a.py", 1, source=source))
    messages = [text for role, text in finding_lines(found) if role is Role.MESSAGE]
    assert messages == ([f"KeyError: {detail}"] if is_told else [])


def test_what_aws_says_is_not_lost_behind_the_words_of_botocore():
    detail = (
        "An error occurred (ValidationException) when calling the PutItem operation: "
        "Supplied AttributeValue is empty, must contain exactly one of the supported datatypes"
    )
    found = with_(exception="botocore.exceptions.ClientError", detail=detail)
    [message] = [text for role, text in finding_lines(found) if role is Role.MESSAGE]
    assert message.startswith(
        "ClientError: PutItem would be refused: Supplied AttributeValue is empty"
    )


def test_where_the_code_compares_a_field_is_left_out_where_it_takes_too_much():
    condition = when(f"{COUNTS}.HIGH", "absent")
    short = with_(cause=(replace(condition, compared="app.py:9"),))
    assert "HIGH is absent (compared in app.py:9; docu" in finding_lines(short)[0].text
    long = with_(cause=(replace(condition, compared="a/long/way/to/the/file/of/the/" * 4),))
    assert finding_lines(long)[0].text == "IndexError when HIGH is absent (documented by AWS)"


def test_what_is_behind_a_fault_of_every_event_is_told_to_be_unseen():
    lines = finding_lines(with_(cause=(), passed=0))
    assert [text for role, text in lines if role is Role.NOTE] == [
        "no event gets any further, so what else may be wrong cannot be seen yet"
    ]


def test_further_lines_that_fail_alike_stand_beside_the_first():
    places = (Location("app.py", 12), Location("other.py", 3), Location("other.py", 4))
    assert place_in_words([with_(places=places)]) == "app.py:8, 12, other.py:3, 4"
    assert place_in_words([with_(), with_(places=places[:1])]) == "app.py:8, 12"
    assert place_in_words([with_(location=None)]) == ""


def test_what_nobody_has_seen_is_told_in_one_line_with_its_place():
    weak = with_(severity=Severity.WARNING, evidence=Evidence.REGISTRY)
    assert finding_lines(weak) == [
        (Role.HEADLINE, "IndexError when image-tags is empty, at app.py:8 (AWS's schema alone)")
    ]


def test_what_is_refused_on_purpose_is_told_in_one_line_unless_it_is_an_error():
    refused = with_(check=REFUSES, severity=Severity.WARNING, exception="app.NotDecided")
    line = "refuses with NotDecided when image-tags is empty, at app.py:8 (documented by AWS)"
    assert finding_lines(refused) == [(Role.HEADLINE, line)]
    assert len(finding_lines(with_(check=REFUSES, exception="app.NotDecided"))) > 1


def test_aws_documents_nothing_of_the_accounts_that_code_refuses():
    cause = (Condition("$.account", ("plain",), 'is not "123456789012"'),)
    refused = with_(check=REFUSES, severity=Severity.WARNING, exception="app.Foreign", cause=cause)
    line = 'refuses with Foreign when account is not "123456789012", at app.py:8'
    assert finding_lines(refused) == [(Role.HEADLINE, line)]


def test_the_value_by_which_nothing_changes_is_told():
    path = "$.detail.scan-status"
    failed = with_(
        check=ACTION_BLIND,
        cause=(Condition(path, ("failed",), 'is "FAILED"'),),
        severity=Severity.WARNING,
        nearest=ORDINARY.event,
    )
    top = 'makes the same calls when scan-status is "FAILED" as when it is "COMPLETE"'
    assert finding_lines(failed)[0].text == top


@pytest.mark.parametrize("check_id", CHECKS)
def test_every_check_says_how_to_mend_what_it_finds(check_id):
    role, text = finding_lines(with_(check=check_id))[-1]
    assert role is Role.MEND
    told = mend_of(check_id, ["image-tags"])
    assert text == (MEND[1] if check_id == "raises" else f"mend: {told}")
    _, of_no_field = finding_lines(with_(check=check_id, cause=()))[-1]
    if check_id != "raises":
        fields = ["scan-status"] if CHECKS[check_id].looks_at else []
        assert of_no_field == f"mend: {mend_of(check_id, fields)}"


# --- in the message of an exception ---------------------------------------------------------------


def test_findings_may_be_told_in_the_message_of_an_exception():
    one = with_(location=None, nearest_case="scan/ordinary", nearest=ORDINARY.event)
    other = with_(
        group="scan@lambda#1",
        exception="KeyError",
        detail="'x'",
        location=None,
        case="scan/ordinary#12",
    )
    assert plain_text([one]) == textwrap.dedent("""\
        IndexError when image-tags is empty (documented by AWS) [ECR101]
           IndexError: list index out of range
           scan/no-tags fails with image-tags []; with ["latest"] it passes
           mend: check that image-tags is not empty, or, if you do not need such events, skip them
           see ecr-contracts sample scan/no-tags""")
    first, second = plain_text([one, other]).split("\n\n")
    assert first == f"1  {plain_text([one])}"
    # No id gives such an event, so it stands there itself.
    assert second.startswith("2  KeyError when image-tags is empty (documented by AWS) [ECR101]\n")
    assert second.endswith(f"\n   the event: {json.dumps(other.example)}")


def test_an_event_that_its_id_gives_only_behind_a_rule_is_named_with_the_consumer_or_told():
    event = case("scan/no-tags").event
    event["detail"]["repository-name"] = "shop/api"
    for named in ("scan/no-tags", "scan/no-tags+shop-api"):
        finding = with_(case=named, example=event)
        told = plain_text([finding]).splitlines()[-1]
        assert told.strip() == f"the event: {json.dumps(event)}"
        shown = plain_text([finding], "src/my app.py:handler").splitlines()[-1]
        line = f"see ecr-contracts sample --for 'src/my app.py:handler' {named}"
        assert shown.strip() == line
    own = case("scan/no-tags").event | {"id": "c47e10b9-83d2-4a5f-b6c8-000000000000"}
    assert "see ecr-contracts sample scan/no-tags" in plain_text([with_(example=own)], "app.py:f")


def test_a_condition_that_any_field_meets_is_told_with_all_of_them():
    """As it is made by hand: the words of the contract are not needed."""
    counts = "$.detail.finding-severity-counts"
    any_of = Condition(
        f"{counts}.INFORMATIONAL",
        ("some",),
        "is present",
        others=(Condition(f"{counts}.UNDEFINED", ("some",), "is present"),),
    )
    [top, *_] = finding_lines(with_(cause=(any_of,)))
    assert top.text.startswith("IndexError when INFORMATIONAL or UNDEFINED is present")


@pytest.mark.parametrize("lines_of", [finding_lines, full_lines])
@pytest.mark.parametrize(
    ("line", "function", "kind", "is_told"),
    [
        (5, "handler", "scan", True),  # events that fail before
        (9, "handler", "scan", False),
        (5, "helper", "scan", False),  # it may be called later on
        (9, "handler", "push", True),
    ],
)
def test_no_event_is_said_to_end_where_another_fault_may_stand_behind(
    lines_of, line, function, kind, is_told
):
    first = with_(cause=(), passed=0, location=Location("app.py", 8, "handler", "a = b[0]"))
    other = with_(location=Location("app.py", line, function, "c = d[0]"), kind=kind)
    lines = lines_of(first, among=[[first], [other]])
    assert ((Role.NOTE, NOTHING_FURTHER) in lines) == is_told


def test_what_tells_the_events_is_never_cut_at_the_edge():
    assert not {Role.HEADLINE, Role.FAILS, Role.PASSES, Role.MEND, Role.REPEAT} & UNBROKEN


def test_an_event_that_came_in_an_envelope_is_shown_in_it():
    shown = plain_text([with_(via="sqs-one", example=case("scan/no-tags").event)]).splitlines()[-1]
    assert shown.strip() == "see ecr-contracts sample scan/no-tags --via sqs-one"
