"""Events that no contract describes: told as they are, or as words that somebody misspelt."""

from __future__ import annotations

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ecr_contracts.core import json_path
from ecr_contracts.core.findings import MISSING, Severity
from ecr_contracts.events.generate.cases import case
from ecr_contracts.events.kinds import kind_names, sample_bytes, schema_of
from ecr_contracts.events.strangers import STRANGER, sender
from ecr_contracts.events.validation import is_valid, kind_or_violation, validate

SOURCE, TYPE, ACTION = "$.source", "$.detail-type", "$.detail.action-type"
NAME = "$.detail.repository-name"


def event(kind, *changes):
    changed = case(f"{kind}/ordinary").event
    for path, value in changes:
        json_path.put(changed, json_path.parse(path), value)
    return changed


@pytest.mark.parametrize(
    ("found", "path", "sentence"),
    [
        (
            event("push", (SOURCE, "aws.ec2"), (TYPE, "EC2 Instance State-change Notification")),
            SOURCE,
            'aws.ec2: no contract here ("EC2 Instance State-change Notification")',
        ),
        (
            event("cloudtrail-api-call", (SOURCE, "aws.ec2")),
            SOURCE,
            'aws.ec2: no contract here ("AWS API Call via CloudTrail")',
        ),
        (
            event("push", (SOURCE, "com.acme"), (TYPE, MISSING)),
            SOURCE,
            "com.acme: no contract here",
        ),
        (
            event("push", (SOURCE, "com.acme")),
            SOURCE,
            'com.acme: no contract here ("ECR Image Action")',
        ),
        (
            event("push", (SOURCE, "my app\n")),
            SOURCE,
            r'"my app\n": no contract here ("ECR Image Action")',
        ),
        (
            event("push", (TYPE, "ECR Foo Action")),
            TYPE,
            'aws.ecr: no contract here describes "ECR Foo Action"',
        ),
        (
            event("inspector-scan", (TYPE, "Inspector2 AutoEnable")),
            TYPE,
            'aws.inspector2: no contract here describes "Inspector2 AutoEnable"',
        ),
        (
            event("inspector-scan", (TYPE, "Inspector2 OnDemand Scan")),
            TYPE,
            'aws.inspector2: no contract here describes "Inspector2 OnDemand Scan"',
        ),
        (
            event("push", (ACTION, "PULL")),
            ACTION,
            'aws.ecr: no contract here describes "ECR Image Action" with action-type "PULL"',
        ),
        (
            event("replication", (ACTION, "UNREPLICATE")),
            ACTION,
            "aws.ecr: no contract here describes "
            '"ECR Replication Action" with action-type "UNREPLICATE"',
        ),
        (
            event("inspector-scan", (NAME, MISSING), ("$.detail.instance-id", "i-0")),
            TYPE,
            f'aws.inspector2: no contract here describes "Inspector2 Scan" without {NAME}',
        ),
        (
            event("inspector-finding", ("$.detail.resources[0].details", {"awsEc2Instance": {}})),
            TYPE,
            'aws.inspector2: no contract here describes "Inspector2 Finding" without '
            "$.detail.resources[0].details.awsEcrContainerImage",
        ),
    ],
)
def test_what_somebody_may_well_send_is_a_note(found, path, sentence):
    [note] = validate(found)
    assert (note.severity, note.keyword) == (Severity.NOTE, STRANGER)
    assert (note.path, note.hint) == (path, f"an event of {sentence}")
    assert note.value == json_path.at(found, json_path.parse(path))
    assert not is_valid(found)


@pytest.mark.parametrize(
    ("found", "path", "meant"),
    [
        (event("push", (SOURCE, "aws.ECR")), SOURCE, "aws.ecr"),
        (event("push", (SOURCE, "aws:ecr"), (TYPE, "Foo")), SOURCE, "aws.ecr"),
        (event("push", (SOURCE, "aws.erc")), SOURCE, "aws.ecr"),
        (event("push", (SOURCE, "aws.ec2")), SOURCE, "aws.ecr"),
        (event("push", (SOURCE, "ecr")), SOURCE, "aws.ecr"),
        (event("push", (SOURCE, "aws.erc"), (TYPE, "ECR Image Actoin")), SOURCE, "aws.ecr"),
        (event("inspector-scan", (SOURCE, "aws.inspector")), SOURCE, "aws.inspector2"),
        (event("push", (TYPE, "ECR Image Actoin")), TYPE, "ECR Image Action"),
        (event("push", (TYPE, "ECRImageAction")), TYPE, "ECR Image Action"),
        (event("push", (TYPE, "ecr image action")), TYPE, "ECR Image Action"),
        (event("push", (TYPE, "ECR Image Action ")), TYPE, "ECR Image Action"),
        (event("scan", (TYPE, "ECR Imge Scan")), TYPE, "ECR Image Scan"),
        (event("inspector-scan", (TYPE, "Inspector Scan")), TYPE, "Inspector2 Scan"),
        (event("push", (ACTION, "push")), ACTION, "PUSH"),
        (event("push", (ACTION, "PUHS")), ACTION, "PUSH"),
        (event("delete", (ACTION, "DELETED")), ACTION, "DELETE"),
    ],
)
def test_a_misspelling_is_an_error_that_says_what_was_meant(found, path, meant):
    [error] = validate(found)
    assert (error.severity, error.path, error.hint) == (
        Severity.ERROR,
        path,
        f"did you mean {meant!r}?",
    )


@pytest.mark.parametrize("source", ["aws.s3", "aws.inspector2", "aws.guardduty"])
def test_a_service_sends_no_event_of_another_one(source):
    [error] = validate(event("push", (SOURCE, source)))
    assert (error.severity, error.path, error.expected, error.hint) == (
        Severity.ERROR,
        SOURCE,
        '"aws.ecr"',
        'aws.ecr sends "ECR Image Action"',
    )


@pytest.mark.parametrize(
    ("found", "path"),
    [
        (event("inspector-scan", (NAME, MISSING), ("$.detail.repositoryName", "x")), NAME),
        (event("inspector-finding", ("$.detail.resources", MISSING)), "$.detail.resources"),
        (event("inspector-finding", ("$.detail.resources", [])), "$.detail.resources"),
        (event("inspector-finding", ("$.detail", None)), "$.detail"),
        (event("push", (TYPE, MISSING)), TYPE),
        (event("push", (ACTION, MISSING)), ACTION),
        (event("push", (ACTION, 7)), ACTION),
        (event("push", (SOURCE, "")), SOURCE),
        (event("push", (SOURCE, ["aws.ec2"])), SOURCE),
    ],
)
def test_what_nobody_sends_is_an_error(found, path):
    [error] = validate(found)
    assert (error.severity, error.path) == (Severity.ERROR, path)


@pytest.mark.parametrize("kind", kind_names())
def test_what_aws_prints_is_no_error(kind):
    name = schema_of(kind)["x-ecr"].get("sample")
    text = sample_bytes(name).decode() if name else case(f"{kind}/ordinary").text
    assert [v for v in validate(json.loads(text)) if v.severity is Severity.ERROR] == []


@pytest.mark.parametrize("kind", kind_names())
@given(word=st.from_regex(r"[A-Z][a-z]{3,9}", fullmatch=True))
def test_one_more_word_makes_another_detail_type(kind, word):
    """An event that AWS may send one day is never taken for a misspelling."""
    found = case(f"{kind}/ordinary").event
    found["detail-type"] += f" {word}"
    [note] = validate(found)
    assert note.severity is Severity.NOTE


@pytest.mark.parametrize("kind", kind_names())
@given(data=st.data())
def test_two_letters_that_changed_places_are_a_misspelling(kind, data):
    found = case(f"{kind}/ordinary").event
    text = found["detail-type"]
    places = [
        at
        for at in range(len(text) - 1)
        if text[at : at + 2].isalpha() and text[at].lower() != text[at + 1].lower()
    ]
    at = data.draw(st.sampled_from(places))
    found["detail-type"] = text[:at] + text[at + 1] + text[at] + text[at + 2 :]
    [error] = validate(found)
    assert error.severity is Severity.ERROR
    assert error.hint == f"did you mean {text!r}?"


def test_whose_event_a_stranger_is():
    assert sender(event("push", (SOURCE, "com.acme"))) == "com.acme"
    assert sender(event("push", (TYPE, "ECR Foo Action"))) == 'aws.ecr ("ECR Foo Action")'
    assert sender(event("push", (SOURCE, "a b"))) == '"a b"'


def test_a_kind_that_is_asked_for_is_judged_whatever_sent_it():
    found = event("push", (SOURCE, "com.acme"))
    assert kind_or_violation(found).severity is Severity.NOTE
    [error] = validate(found, "push")
    assert (error.severity, error.path, error.expected) == (Severity.ERROR, SOURCE, '"aws.ecr"')


def test_a_list_that_tells_the_kind_and_is_empty_is_named_itself():
    event = case("inspector-finding/ordinary").event
    event["detail"]["resources"] = []
    [violation] = validate(event)
    assert (violation.path, violation.value) == ("$.detail.resources", [])
    assert violation.severity is Severity.ERROR


CALL = "cloudtrail-api-call/ordinary"


@pytest.mark.parametrize(
    "parameters",
    [
        {"repositoryName": "my-repo", "imageId": {"imageTag": "latest"}},
        {"repositoryNames": ["my-repo"], "maxResults": 5},
        {"repositoryName": "A"},
    ],
)
def test_a_call_may_have_any_parameters_that_its_caller_wrote(parameters):
    event = case(CALL).event
    event["detail"]["requestParameters"] = parameters
    event["detail"]["responseElements"] = None
    assert validate(event) == ()


def test_a_parameter_in_the_spelling_of_other_events_is_advised_against():
    event = case(CALL).event
    event["detail"]["requestParameters"] = {"repository-name": "my-repo"}
    [advice] = validate(event)
    assert advice.severity is Severity.WARNING
    assert advice.hint == "did you mean `repositoryName`?"
