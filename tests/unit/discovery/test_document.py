"""Documents in YAML and JSON: what cannot be read is told with its line."""

from __future__ import annotations

import sys

import pytest

from ecr_contracts.core.errors import ConsumerError
from ecr_contracts.discovery.target import Target
from tests.rows import keeping
from tests.writing import write


@keeping(lambda text, complaint: len(text) < 100)
@pytest.mark.parametrize(
    ("text", "complaint"),
    [
        ("a: [", r"t\.yaml:\d: it is not YAML"),
        ("- a", r"t\.yaml:1: it is no template: not a mapping"),
        ("", r"t\.yaml:1: it is no template: not a mapping"),
        ("a: 1", r"t\.yaml: it is no SAM or CloudFormation template"),
        ("Resources: {A: {Type: AWS::SNS::Topic}}", r"t\.yaml has no Lambda function"),
        ("a: &a [*a]\nResources: *a", "it is no SAM|deeply"),
        ("\x00", "not YAML"),
        ("[" * 5000, "deeply|not YAML|not a mapping"),
    ],
)
def test_what_is_no_template_is_told(folder, text, complaint):
    (folder / "t.yaml").write_text(text)
    with pytest.raises(ConsumerError, match=complaint):
        Target.parse("t.yaml")


@pytest.mark.parametrize(
    "depth",
    [
        pytest.param(
            900,
            marks=pytest.mark.skipif(
                sys.version_info >= (3, 12), reason="json reads it since 3.12"
            ),
        ),
        100_000,
    ],
)
def test_a_template_of_json_that_is_too_deep_is_told(folder, depth):
    write(folder, "t.json", f'{{"Resources": {"[" * depth + "]" * depth}}}')
    with pytest.raises(ConsumerError, match="it is too deeply nested"):
        Target.parse("t.json")


def test_a_missing_template_is_told(folder):
    with pytest.raises(ConsumerError, match=r"no\.yaml: No such file"):
        Target.parse("no.yaml:Fn")
    with pytest.raises(ConsumerError, match=r"t\.json:2: it is not JSON"):
        Target.parse(str(write(folder, "t.json", '{"a":\n}').relative_to(folder)))
