"""Rules that are named by hand: which one a name means, and what is said where it means none."""

from __future__ import annotations

import textwrap

import pytest

from ecr_contracts.discovery.iac.documents.document import TemplateError
from ecr_contracts.discovery.named_rules import named_rules
from ecr_contracts.discovery.target import Target

TEMPLATE = """
Resources:
  Own:
    Type: AWS::Serverless::Function
    Properties:
      CodeUri: .
      Handler: app.handler
      Runtime: python3.12
      Events:
        Pushed:
          Type: EventBridgeRule
          Properties:
            Pattern: {source: [aws.ecr], detail: {action-type: [PUSH]}}
  Other:
    Type: AWS::Serverless::Function
    Properties:
      CodeUri: elsewhere
      Handler: other.handler
      Runtime: python3.12
  Queue: {Type: AWS::SQS::Queue}
  Worker:
    Type: AWS::Serverless::Function
    Properties:
      CodeUri: elsewhere
      Handler: worker.handler
      Runtime: python3.12
      Events: {Fed: {Type: SQS, Properties: {Queue: !GetAtt Queue.Arn}}}
  Scanned:
    Type: AWS::Events::Rule
    Properties:
      EventPattern: {source: [aws.ecr], detail-type: [ECR Image Scan]}
      Targets: [{Id: a, Arn: !GetAtt Other.Arn, InputPath: $.detail}]
  Queued:
    Type: AWS::Events::Rule
    Properties:
      EventPattern: {source: [aws.ecr], detail-type: [ECR Image Scan]}
      Targets: [{Id: a, Arn: !GetAtt Queue.Arn}]
  Nightly:
    Type: AWS::Events::Rule
    Properties:
      ScheduleExpression: rate(1 day)
      Targets: [{Id: a, Arn: !GetAtt Other.Arn}]
  Builds:
    Type: AWS::Events::Rule
    Properties:
      EventPattern: {source: [aws.codebuild]}
      Targets: [{Id: a, Arn: !GetAtt Other.Arn}]
"""
TERRAFORM = """
resource "aws_cloudwatch_event_rule" "pushed" {
  event_pattern = jsonencode({ source = ["aws.ecr"], detail = { "image-tag" = ["v1"] } })
}
"""
SERVERLESS = """
service: shop
provider: {name: aws, runtime: python3.12}
functions:
  notify:
    handler: app.handler
    events:
      - eventBridge: {pattern: {source: [aws.ecr], detail-type: [ECR Image Scan]}}
"""
PATTERN = '{"source": ["aws.ecr"], "detail-type": ["ECR Image Action"]}'
LIST = (
    '{"Rules": [{"Name": "a", "EventPattern": "{\\"source\\": [\\"aws.ecr\\"]}"},'
    ' {"Name": "b", "EventPattern": "{\\"source\\": [\\"aws.ecr\\"], \\"region\\": [\\"r\\"]}"}]}'
)


@pytest.fixture(autouse=True)
def project(tmp_path, monkeypatch):
    """A folder with a handler and files of every form."""
    monkeypatch.chdir(tmp_path)
    (tmp_path / "app.py").write_text("def handler(event, context): ...\n")
    for name, text in {
        "template.yaml": TEMPLATE,
        "main.tf": TERRAFORM,
        "serverless.yml": SERVERLESS,
        "pattern.json": PATTERN,
        "rules.json": LIST,
        "none.yaml": "Resources: {Topic: {Type: AWS::SNS::Topic}}",
        "broken.yaml": "a: [",
        "empty.json": "",
    }.items():
        (tmp_path / name).write_text(textwrap.dedent(text))
    return tmp_path


def of(*names: str, target: str = "app.py:handler"):
    return named_rules(names, Target.parse(target))


@pytest.mark.parametrize(
    ("name", "rule", "envelope"),
    [
        ("template.yaml", "Pushed", "lambda"),  # its own function's
        ("template.yaml:Pushed", "Pushed", "lambda"),
        ("template.yaml:Own", "Pushed", "lambda"),
        ("template.yaml:Other", "Scanned", "lambda"),
        ("template.yaml:Scanned", "Scanned", "lambda"),
        ("template.yaml:Queued", "Queued", "sqs"),
        ("template.yaml:Worker", "Queued", "sqs"),
        ("main.tf", "pushed", ""),
        ("main.tf:pushed", "pushed", ""),
        ("serverless.yml", None, "lambda"),
        ("serverless.yml:notify", None, "lambda"),
        ("pattern.json", "pattern.json", ""),
        ("./pattern.json", "pattern.json", ""),
        ("rules.json:b", "b", ""),
    ],
)
def test_a_name_means_a_rule(name, rule, envelope):
    found = of(name)
    assert rule is None or found[0].name == rule
    assert found[0].envelope == envelope
    assert found[0].pattern["source"] == ["aws.ecr"]


def test_a_rule_brings_along_how_its_target_has_events_shaped():
    [rule] = of("template.yaml:Scanned")
    assert rule.transformer is not None
    assert rule.transformer.shaping.input_path == "$.detail"
    [rule] = of("template.yaml:Pushed")
    assert rule.transformer is None


def test_several_names_mean_several_rules_each_once():
    found = of("template.yaml:Pushed", "pattern.json", "template.yaml:Own")
    assert [rule.name for rule in found] == ["Pushed", "pattern.json"]


def test_no_name_means_no_rule():
    assert of() == ()


@pytest.mark.parametrize(
    ("name", "words"),
    [
        ("no.yaml", "no.yaml: No such file"),
        ("no.yaml:Rule", "no.yaml: No such file"),
        ("app.py", "it is no file that rules are read from"),
        ("template", "it is no file that rules are read from"),
        ("", "it is no file that rules are read from"),
        ("none.yaml", "none.yaml: there is no rule in it"),
        ("broken.yaml", "broken.yaml:"),
        ("empty.json", "empty.json:"),
        ("template.yaml:Pushd", "no rule in it is called 'Pushd'\n  did you mean 'Pushed'?"),
        ("template.yaml:Zzz", "no rule in it is called 'Zzz'\n  there are: "),
        ("rules.json", "it has 2 rules\n  name one: rules.json:a, rules.json:b"),
    ],
)
def test_what_means_no_rule_is_refused_with_what_to_do(name, words):
    with pytest.raises(TemplateError) as refusal:
        of(name)
    assert words in str(refusal.value)
    assert len(str(refusal.value).splitlines()) <= 2


def test_where_the_handler_is_none_of_its_functions_a_file_with_several_rules_is_refused(project):
    (project / "elsewhere.py").write_text("def handler(event, context): ...\n")
    with pytest.raises(TemplateError) as refusal:
        of("template.yaml", target="elsewhere.py:handler")
    assert "name one: template.yaml:Pushed, template.yaml:Scanned" in str(refusal.value)


def test_a_function_without_a_rule_is_named_in_vain(project):
    text = TEMPLATE.replace("AWS::Events::Rule", "AWS::Events::Archive")
    (project / "template.yaml").write_text(text)
    with pytest.raises(TemplateError, match="no rule delivers events to Other"):
        of("template.yaml:Other")


def test_a_rule_with_several_targets_that_are_none_of_the_handler_brings_nothing_along(project):
    two = "[{Id: a, Arn: !GetAtt Other.Arn, InputPath: $.detail}, {Id: b, Arn: !GetAtt Own.Arn}]"
    text = TEMPLATE.replace("[{Id: a, Arn: !GetAtt Other.Arn, InputPath: $.detail}]", two)
    (project / "template.yaml").write_text(text)
    (project / "elsewhere.py").write_text("def handler(event, context): ...\n")
    [rule] = of("template.yaml:Scanned", target="elsewhere.py:handler")
    assert (rule.envelope, rule.transformer) == ("", None)
    [rule] = of("template.yaml:Scanned")  # its own target comes before the other
    assert (rule.envelope, rule.transformer) == ("lambda", None)


def test_of_several_rules_the_only_one_about_ecr_is_taken(project):
    (project / "rules.json").write_text(LIST.replace('aws.ecr\\"], ', 'aws.codebuild\\"], '))
    [rule] = of("rules.json")
    assert rule.name == "a"


SHAPED_FOR_OTHERS = """
Resources:
  Scanned:
    Type: AWS::Events::Rule
    Properties:
      EventPattern: {source: [aws.ecr]}
      Targets:
        - {Id: a, Arn: !ImportValue Notify, Input: '{"a": 1}'}
"""


def test_a_rule_whose_target_is_elsewhere_brings_along_the_shape_alone(project):
    (project / "rule.yaml").write_text(SHAPED_FOR_OTHERS)
    [rule] = of("rule.yaml")
    assert (rule.envelope, rule.transformer.shaping.input) == ("lambda", '{"a": 1}')
    (project / "rule.yaml").write_text(SHAPED_FOR_OTHERS.replace(""", Input: '{"a": 1}'""", ""))
    [rule] = of("rule.yaml")
    assert (rule.envelope, rule.transformer) == ("", None)
