"""Input transformers as people keep them: each spelling is read alike, with its lines."""

from __future__ import annotations

import json

import pytest

from ecr_contracts.core.errors import ShapingError
from ecr_contracts.discovery.iac.cloudformation.input_transformers import transformer
from ecr_contracts.discovery.iac.documents.document import TemplateError

PATHS = {"tag": "$.detail.image-tag"}
TEMPLATE = '{"tag": <tag>}'
SHAPER = {"InputPathsMap": PATHS, "InputTemplate": TEMPLATE}
PATTERN = {"source": ["aws.ecr"], "detail-type": ["ECR Image Action"]}


def written(folder, content, name="rule.json"):
    file = folder / name
    file.write_text(content if isinstance(content, str) else json.dumps(content, indent=1), "utf-8")
    return str(file)


def of_function(**given):
    events = {"Pushed": {"Type": "EventBridgeRule", "Properties": {"Pattern": PATTERN, **given}}}
    return {
        "Resources": {
            "App": {"Type": "AWS::Serverless::Function", "Properties": {"Events": events}}
        }
    }


@pytest.mark.parametrize(
    "content",
    [
        SHAPER,
        {"InputTransformer": SHAPER},
        {"Id": "one", "Arn": "arn:aws:sns:us-east-1:123456789012:t", "InputTransformer": SHAPER},
        {"Rule": "r", "Targets": [{"Id": "one", "InputTransformer": SHAPER}, {"Id": "other"}]},
        {
            "Name": "r",
            "EventPattern": PATTERN,
            "Targets": [{"Id": "one", "InputTransformer": SHAPER}],
        },
        {
            "Resources": {
                "R": {
                    "Type": "AWS::Events::Rule",
                    "Properties": {
                        "EventPattern": PATTERN,
                        "Targets": [{"Id": "one", "InputTransformer": SHAPER}],
                    },
                }
            }
        },
        of_function(InputTransformer=SHAPER),
        {"InputTransformer": {"InputPathsMap": PATHS, "InputTemplate": {"Fn::Sub": TEMPLATE}}},
        {
            "InputTransformer": {
                "InputPathsMap": PATHS,
                "InputTemplate": {"Fn::Join": ["", ['{"tag": ', "<tag>}"]]},
            }
        },
    ],
)
def test_every_spelling_is_read_alike(tmp_path, content):
    found = transformer(written(tmp_path, content))
    assert (found.shaping.input_paths_map, found.shaping.input_template) == (PATHS, TEMPLATE)
    text = (tmp_path / "rule.json").read_text("utf-8").splitlines()
    assert '"$.detail.image-tag"' in text[found.line_of("tag") - 1]
    assert '"InputTemplate"' in text[found.line_of("") - 1]
    assert (found.pattern is None) == ("aws.ecr" not in json.dumps(content))
    assert found.pattern in (None, PATTERN)


@pytest.mark.parametrize(
    ("given", "field", "value"),
    [
        ({"InputPath": "$.detail"}, "input_path", "$.detail"),
        ({"Input": '{"run": 1}'}, "input", '{"run": 1}'),
        ({"Input": {"run": 1}}, "input", '{"run": 1}'),
    ],
)
def test_the_other_two_are_read_as_well(tmp_path, given, field, value):
    assert getattr(transformer(written(tmp_path, of_function(**given))).shaping, field) == value
    assert getattr(transformer(written(tmp_path, given)).shaping, field) == value


def test_yaml_with_tags_tells_its_lines(tmp_path):
    text = """\
Resources:
  OnPush:
    Type: AWS::Events::Rule
    Properties:
      EventPattern: {source: [aws.ecr]}
      Targets:
        - Id: shell
          Arn: !Sub "arn:${AWS::Partition}:ssm:${AWS::Region}::document/AWS-RunShellScript"
          InputTransformer:
            InputPathsMap:
              repository: $.detail.repository-name
              tag: $.detail.image-tag
            InputTemplate: !Sub |
              {"commands": ["docker pull ${AWS::AccountId}/<repository>:<tag>"]}
"""
    found = transformer(written(tmp_path, text, "t.yaml"))
    assert [found.line, found.line_of("repository"), found.line_of("tag"), found.line_of("")] == [
        9,
        11,
        12,
        13,
    ]
    assert found.target == "arn:aws:ssm:us-east-1::document/AWS-RunShellScript"
    assert "123456789012/<repository>:<tag>" in found.shaping.input_template
    assert (found.name, str(found)) == ("OnPush", f"{(tmp_path / 't.yaml').as_posix()}:9")


def test_one_of_several_is_named_by_its_rule_or_its_target(tmp_path):
    targets = [{"Id": "one", "InputPath": "$.detail"}, {"Id": "two", "InputPath": "$.id"}]
    rules = {
        "Both": {"Type": "AWS::Events::Rule", "Properties": {"Targets": targets}},
        "Alone": {
            "Type": "AWS::Events::Rule",
            "Properties": {"Targets": [{"Id": "three", "InputPath": "$.time"}]},
        },
    }
    place = written(tmp_path, {"Resources": rules})
    assert [
        transformer(f"{place}:{name}").shaping.input_path for name in ("two", "Alone", "three")
    ] == [
        "$.id",
        "$.time",
        "$.time",
    ]
    for text, problem in (
        (place, "3 targets"),
        (f"{place}:Both", "2 targets"),
        (f"{place}:Nobody", "nothing is called 'Nobody'"),
    ):
        with pytest.raises(TemplateError, match=problem) as raised:
            transformer(text)
        assert (
            f"name one, as in {place}:NAME; there are: Both or one, Both or two, Alone or three"
            in str(raised.value)
        )


@pytest.mark.parametrize(
    "content",
    [{}, {"Resources": {}}, {"Targets": [{"Id": "one"}]}, {"Targets": "x"}, of_function()],
)
def test_a_file_without_any_says_what_is_wanted(tmp_path, content):
    with pytest.raises(TemplateError, match="no Input, InputPath or InputTransformer") as raised:
        transformer(written(tmp_path, content))
    assert "write InputPathsMap and InputTemplate" in str(raised.value)


@pytest.mark.parametrize("given", ['"<a>"', "[]", "{}", "{InputTemplat: x}", "3"])
def test_an_input_transformer_without_a_template_is_refused(tmp_path, given):
    file = tmp_path / "rule.yaml"
    file.write_text(f"Name: pushes\nTargets:\n- Id: topic\n  InputTransformer: {given}\n", "utf-8")
    with pytest.raises(
        ShapingError, match=r"rule\.yaml:4, InputTransformer: .* it has no InputTemplate"
    ):
        transformer(str(file))


def test_what_eventbridge_refuses_is_said_with_its_line(tmp_path):
    place = written(
        tmp_path, {"InputTransformer": {"InputPathsMap": PATHS, "InputTemplate": '"<tags>"'}}
    )
    with pytest.raises(ShapingError) as raised:
        transformer(place)
    assert str(raised.value).startswith(
        f"{tmp_path.as_posix()}/rule.json:2, InputTemplate: '<tags>'"
    )
    with pytest.raises(TemplateError, match="No such file"):
        transformer(str(tmp_path / "none.yaml"))
