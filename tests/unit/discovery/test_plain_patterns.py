"""Files that hold event patterns alone: which they are, and in which forms."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from ecr_contracts.discovery.iac.documents.document import read_value
from ecr_contracts.discovery.iac.plain_patterns import plain_rules
from ecr_contracts.discovery.iac.stack import read_stack
from ecr_contracts.events.generate.cases import edge_cases
from tests.writing import write

SCAN = {"source": ["aws.ecr"], "detail-type": ["ECR Image Scan"]}
TEXT = json.dumps(SCAN)
LISTED = [
    {
        "Name": "one",
        "Arn": "x",
        "EventPattern": TEXT,
        "State": "ENABLED",
        "EventBusName": "default",
    },
    {"Name": "hourly", "ScheduleExpression": "rate(1 hour)", "State": "ENABLED"},
    {"Name": "two", "EventPattern": TEXT, "State": "DISABLED"},
]


def rules_in(folder, content, name="p.json"):
    text = content if isinstance(content, str) else json.dumps(content, indent=1)
    file = write(folder, name, text).relative_to(folder)
    return plain_rules(file, read_value(file))


@pytest.mark.parametrize(
    ("content", "name", "line"),
    [
        (SCAN, "p.json", 2),
        ({"EventPattern": SCAN}, "p.json", 2),
        ({"EventPattern": TEXT}, "p.json", 2),
        ({"Name": "scan", "Description": "", "EventPattern": TEXT}, "scan", 4),
        ({"detail": {"scan-status": ["FAILED"]}, "account": ["123456789012"]}, "p.json", 2),
        ({"$or": [SCAN, {"source": ["x"]}]}, "p.json", 2),
        ({"EventPattern": {"source": "aws.ecr"}}, "p.json", 2),
        (SCAN | {"detail": {"image-tag": [{"prefx": "v"}]}}, "p.json", 2),
        (SCAN | {"detail": "x"}, "p.json", 2),
    ],
)
def test_a_pattern_is_read_in_each_form(folder, content, name, line):
    (rule,) = rules_in(folder, content)
    pattern = content.get("EventPattern", content)
    assert rule.pattern == (SCAN if isinstance(pattern, str) else pattern)
    assert (rule.name, rule.line, rule.file, rule.disabled) == (name, line, "p.json", False)
    assert (rule.envelope, rule.transformer, rule.unresolved) == ("", None, ())


@pytest.mark.parametrize("content", [{"Rules": LISTED}, LISTED])
def test_the_rules_that_aws_lists_are_read(folder, content):
    rules = rules_in(folder, content)
    assert [(rule.name, rule.disabled) for rule in rules] == [("one", False), ("two", True)]


def test_yaml_is_read_too(folder):
    (rule,) = rules_in(folder, "# a comment\nsource: [aws.ecr]\n", "p.yaml")
    assert (rule.pattern, rule.line) == ({"source": ["aws.ecr"]}, 2)


@pytest.mark.parametrize(
    "content",
    [
        *(case.event for case in (*edge_cases("scan")[:3], *edge_cases("push")[:3])),
        {"source": "aws.ecr", "detail-type": "ECR Image Scan"},
        {"source": "aws.ecr", "detail": {"repository-name": "x", "image-tags": []}},
        SCAN | {"detail-type": []},
        SCAN | {"registries": ["aws.ecr"]},
        {"registries": ["aws.ecr"]},
        {"resources": ["aws.ecr"]},
        {"Entries": [SCAN]},
        {"EventPattern": "{"},
        {"EventPattern": "[]"},
        {"EventPattern": 5},
        {"EventPattern": "[" * 100_000},
        {"Rules": ["aws.ecr", {"Name": "x"}]},
        {"Rules": {"a": SCAN}},
        {},
        [SCAN],
        '"aws.ecr"',
        "",
    ],
)
def test_what_is_something_else_is_no_pattern(folder, content):
    assert rules_in(folder, content) == ()


def test_a_file_of_patterns_is_a_stack_of_which_nothing_says_what_it_reaches(folder):
    write(folder, "p.json", TEXT)
    stack = read_stack(Path("p.json"))
    assert (stack.is_plain, stack.functions) == (True, ())
    assert [rule.pattern for rule in stack.rules] == [SCAN]
    write(folder, "t.json", '{"Resources": {}}')
    assert not read_stack(Path("t.json")).is_plain
