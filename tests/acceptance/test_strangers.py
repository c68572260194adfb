"""`ecr-contracts validate` on files as people keep events: what is said of each, line by line."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest

from ecr_contracts.core.package import FOLDER
from ecr_contracts.delivery import carry
from ecr_contracts.events.generate.cases import case
from tests.acceptance.tool import in_folder

PUSH = case("push/ordinary").event
SCAN = case("scan/ordinary").event
INSPECTOR = case("inspector-scan/ordinary").event
WRONG = PUSH | {"account": 123456789012}
OF_ACCOUNT = '$.account is 123456789012; expected 12 digits (write "123456789012", in quotes)'


def other(source, detail_type, detail, **more):
    """An event of another sender."""
    return PUSH | {"source": source, "detail-type": detail_type, "detail": detail} | more


def valid(place, kind="push"):
    return f"note: {place} is a valid {kind} event; what it stands in is not judged"


def stranger(of):
    return f"note: an event of {of}"


RESULT = "Lambda Function Invocation Result - Failure"
UNKNOWN = "error: $ is neither an EventBridge event nor in an envelope that is known"
EC2 = {"scan-status": "INITIAL_SCAN_COMPLETE", "instance-id": "i-0a1b2c3d"}
DESTINATION = {
    "version": "1.0",
    "timestamp": "2026-03-01T12:00:02.034Z",
    "requestContext": {"condition": "Success", "approximateInvokeCount": 1},
    "responseContext": {"statusCode": 200},
}

# What stands in a file, what is said of it in lines, and what of all of it in the last line.
KEPT = {
    "cloud_event": (
        {"specversion": "1.0", "id": "1", "source": "aws.ecr", "type": "push", "data": PUSH},
        [valid("$.data")],
        "1 event read: 0 errors, 0 warnings, 1 note; valid: 1 push",
    ),
    "cloud_event_with_text": (
        {"specversion": "1.0", "id": "1", "source": "urn:a", "data": json.dumps(WRONG)},
        [f"error: {OF_ACCOUNT}, in $.data"],
        "1 event read: 1 error, 0 warnings",
    ),
    "messages_of_a_queue": (
        {"Messages": [{"MessageId": "1", "ReceiptHandle": "x", "Body": json.dumps(PUSH)}]},
        [],
        "1 event read: 0 errors, 0 warnings; valid: 1 push",
    ),
    "message_with_a_cloud_event": (
        carry([{"data": WRONG}], "sqs"),
        [f"error: {OF_ACCOUNT}, in $.Records[0].body.data"],
        "1 event read: 1 error, 0 warnings",
    ),
    "test_events_of_the_console": (
        {"openapi": "3.0.0", "components": {"examples": {"my test": {"value": SCAN}}}},
        [valid('$.components.examples["my test"].value', "scan")],
        "1 event read: 0 errors, 0 warnings, 1 note; valid: 1 scan",
    ),
    "guardduty": (
        other("aws.guardduty", "GuardDuty Finding", {"severity": 5}),
        [stranger('aws.guardduty: no contract here ("GuardDuty Finding")')],
        "1 event read: 0 errors, 0 warnings, 1 note",
    ),
    "schedule": (
        other("aws.events", "Scheduled Event", {}),
        [stranger('aws.events: no contract here ("Scheduled Event")')],
        "1 event read: 0 errors, 0 warnings, 1 note",
    ),
    "objects_of_s3": (
        {"Records": [{"eventVersion": "2.1", "eventSource": "aws:s3", "s3": {}}]},
        ["note: $ holds records of aws:s3: no event, and no contract here"],
        "0 events read: 0 errors, 0 warnings, 1 note",
    ),
    "typographic_quotes": (
        json.dumps(PUSH, indent=2).replace('"source"', "\u201csource\u201d"),
        [
            "error: '\u201c' begins no key; write straight double quotes (\") in place of "
            "typographic ones"
        ],
        "0 events read: 1 error, 0 warnings",
    ),
    "destination_on_a_bus": (
        other("lambda", RESULT, DESTINATION | {"requestPayload": WRONG}),
        [
            stranger(f'lambda: no contract here ("{RESULT}")'),
            f"error: {OF_ACCOUNT}, in $.detail.requestPayload",
        ],
        "2 events read: 1 error, 0 warnings, 1 note",
    ),
    "under_event": (
        {"event": PUSH, "context": {"function_name": "f"}},
        [valid("$.event")],
        "1 event read: 0 errors, 0 warnings, 1 note; valid: 1 push",
    ),
    "under_event_in_body": (
        {"statusCode": 200, "body": json.dumps({"event": SCAN | {"detail-type": "ECR Imge Scan"}})},
        [
            'error: $.detail-type is "ECR Imge Scan"; expected a detail-type of aws.ecr '
            "(did you mean 'ECR Image Scan'?), in $.body.event"
        ],
        "1 event read: 1 error, 0 warnings",
    ),
    "list_of_all_sorts": (
        {"events": [PUSH, INSPECTOR, WRONG, other("com.acme", "Built", {})]},
        [
            valid("$.events[0]"),
            valid("$.events[1]", "inspector-scan"),
            f"error: {OF_ACCOUNT}, in $.events[2]",
            stranger('com.acme: no contract here ("Built"), in $.events[3]'),
        ],
        "4 events read: 1 error, 0 warnings, 3 notes; valid: 1 inspector-scan, 1 push",
    ),
    "lines_of_a_log": (
        {"timestamp": "2026", "level": "INFO", "message": f"Received event: {json.dumps(PUSH)}"},
        [valid("$.message")],
        "1 event read: 0 errors, 0 warnings, 1 note; valid: 1 push",
    ),
    "envelope_under_event": (
        {"name": "test", "event": carry([PUSH], "sns")},
        [valid("$.event.Records[0].Sns.Message")],
        "1 event read: 0 errors, 0 warnings, 1 note; valid: 1 push",
    ),
    "input_of_a_state_machine": (
        {"executionArn": "arn:x", "input": json.dumps(PUSH), "output": "{}"},
        [valid("$.input")],
        "1 event read: 0 errors, 0 warnings, 1 note; valid: 1 push",
    ),
    "template": (
        {"EventPattern": {"source": ["aws.ecr"], "detail-type": ["ECR Image Action"]}},
        [UNKNOWN],
        "0 events read: 1 error, 0 warnings",
    ),
    "scan_of_an_instance": (
        INSPECTOR | {"detail": EC2},
        [
            stranger(
                'aws.inspector2: no contract here describes "Inspector2 Scan" without '
                "$.detail.repository-name"
            )
        ],
        "1 event read: 0 errors, 0 warnings, 1 note",
    ),
    "of_tomorrow": (
        PUSH | {"detail-type": "ECR Foo Action"},
        [stranger('aws.ecr: no contract here describes "ECR Foo Action"')],
        "1 event read: 0 errors, 0 warnings, 1 note",
    ),
    "source_in_capitals": (
        PUSH | {"source": "aws.ECR"},
        [
            'error: $.source is "aws.ECR"; expected "aws.ecr" or "aws.inspector2" '
            "(did you mean 'aws.ecr'?)"
        ],
        "1 event read: 1 error, 0 warnings",
    ),
    "source_with_letters_swapped": (
        PUSH | {"source": "aws.erc"},
        [
            'error: $.source is "aws.erc"; expected "aws.ecr" or "aws.inspector2" '
            "(did you mean 'aws.ecr'?)"
        ],
        "1 event read: 1 error, 0 warnings",
    ),
}


@pytest.fixture
def write(tmp_path, monkeypatch):
    """Writes files into an empty folder that is worked in."""
    monkeypatch.chdir(tmp_path)
    return in_folder(tmp_path).write


@pytest.mark.parametrize("name", KEPT)
def test_what_people_keep_is_answered_truly(write, run, name):
    content, said, summary = KEPT[name]
    write("kept.json", content if isinstance(content, str) else json.dumps(content))
    code, out, complaints = run("validate kept.json")
    *lines, last = out.splitlines()
    assert [re.sub(r"^kept\.json:\d+:\d+: ", "", line) for line in lines] == said
    assert (last, complaints) == (summary, "")
    assert code == any(line.startswith("error: ") for line in said)
    document = json.loads(run("validate kept.json --format json")[1])
    severities = [violation["severity"] for violation in document["violations"]]
    assert severities == [line.partition(":")[0] for line in said]
    valid_kinds = ", ".join(f"{number} {kind}" for kind, number in document["valid"].items())
    assert summary.startswith(f"{document['events']} event")
    assert summary.partition("; valid: ")[2] == valid_kinds


def test_the_place_of_what_is_wrong_deep_in_a_file_is_told(write, run):
    """In an object it is the place itself, in a text that of the text."""
    content = json.dumps({"a": [{"event": WRONG}], "b": json.dumps(WRONG)}, indent=1)
    write("deep.json", content)
    lines = content.splitlines()
    [number] = [
        at for at, line in enumerate(lines, 1) if '"account"' in line and at < len(lines) - 1
    ]
    first, second, _ = run("validate deep.json")[1].splitlines()
    assert first.startswith(f"deep.json:{number}:{lines[number - 1].index('1234') + 1}: error: ")
    assert second.startswith(f"deep.json:{len(lines) - 1}:{lines[-2].index(': ') + 3}: error: ")


def test_strangers_are_not_counted_as_covered_and_are_named(write, run):
    foo = PUSH | {"detail-type": "ECR Foo Action"}
    acme = other("com.acme", "T", {})
    write("events.jsonl", "\n".join(map(json.dumps, [PUSH, acme, foo, acme])))
    code, out, complaints = run("coverage events.jsonl --kind push")
    assert (code, complaints) == (0, "")
    assert out.endswith(
        "\nnot counted: 3 events that no contract here describes, 2 of com.acme, 1 of\n"
        'aws.ecr ("ECR Foo Action")\n'
    )
    document = json.loads(run("coverage events.jsonl --format json")[1])
    assert document["strangers"] == {"com.acme": 2, 'aws.ecr ("ECR Foo Action")': 1}
    assert document["unknown"] == 0


PRINTED = sorted(Path(FOLDER).parent.glob("schemas/*/*.sample.json"))


@pytest.mark.parametrize("file", PRINTED, ids=lambda file: file.name)
def test_no_event_that_aws_prints_is_an_error(run, file):
    """Their misprints are warnings; one of them is no JSON, and its mended copy stands for it."""
    try:
        json.loads(file.read_text("utf-8"))
    except ValueError:
        file = file.with_name(file.name.replace(".sample.", ".mended."))
    code, out, _ = run(f"validate {file}")
    assert code == 0
    assert ": error: " not in out
    assert "1 event read: 0 errors" in out.splitlines()[-1]
