"""The rules around a consumer: the files that are read, whose rules they are, what they admit."""

from __future__ import annotations

import json
from textwrap import dedent

import pytest

from ecr_contracts.discovery.purpose import Purpose, purpose_of
from ecr_contracts.discovery.surroundings import rules_of
from ecr_contracts.discovery.target import Target
from ecr_contracts.events.generate.cases import case
from tests.writing import HANDLER, write

SCAN = {"source": ["aws.ecr"], "detail-type": ["ECR Image Scan"]}
PUSH = {
    "source": ["aws.ecr"],
    "detail-type": ["ECR Image Action"],
    "detail": {"action-type": ["PUSH"], "result": ["SUCCESS"]},
}
ALONE = json.dumps(
    {"Resources": {"R": {"Type": "AWS::Events::Rule", "Properties": {"EventPattern": SCAN}}}}
)
SAYS_PUSH = """
def handler(event, context):
    return event['detail']['action-type'] == 'PUSH', event['detail']['image-tag']
"""


def template(
    *functions: tuple[str, str, dict], kind: str = "AWS::Serverless::Function", **given
) -> str:
    """A template of functions: their names, the places of their code, and their patterns."""
    resources = {}
    for name, code, pattern in functions:
        event = {"Type": "EventBridgeRule", "Properties": {"Pattern": pattern}}
        properties = {
            "CodeUri": code,
            "Handler": "app.handler",
            "Events": {f"On{name}": event},
        } | given
        resources[name] = {"Type": kind, "Properties": properties}
    return json.dumps({"Resources": resources}, indent=1)


@pytest.fixture
def purpose(folder):
    """Writes files and tells what a consumer is taken to be for."""

    def told(target: str = "src/app.py:handler", **files: str) -> Purpose:
        write(folder, "src/app.py", SAYS_PUSH)
        for name, text in files.items():
            write(folder, name, text)
        return purpose_of(Target.parse(target))

    return told


def test_without_rules_the_code_decides(purpose):
    told = purpose()
    assert (told.kinds, told.world.is_whole) == (("push",), True)
    assert told.why == "its code reads PUSH, action-type, image-tag"
    assert (told.envelope, told.envelope_why) == ("lambda", "")


@pytest.mark.parametrize(
    "name", ["template.yaml", "template.yml", "template.json", "cfn.template", "src/template.yaml"]
)
def test_the_rule_of_the_function_wins_over_its_code(purpose, name):
    code = "." if name.startswith("src/") else "src"
    text = template(("Other", "other", PUSH), ("Scan", code, SCAN))
    told = purpose(**{name: text})
    assert told.kinds == ("scan",)
    line = next(number for number, one in enumerate(text.splitlines(), 1) if '"OnScan"' in one)
    assert told.why == told.envelope_why == f"{name}:{line}, rule OnScan"
    assert told.words == ()


def test_a_named_template_has_its_own_rules(purpose):
    text = template(("Push", "src", PUSH), ("Scan", "src", SCAN))
    assert purpose("template.yaml:Scan", **{"template.yaml": text}).kinds == ("scan",)
    told = purpose("template.yaml:Push", **{"template.yaml": text})
    assert told.kinds == ("push",)
    results = told.world.contract("push").by_path["$.detail.result"].choices
    assert [choice.values for choice in results] == [("SUCCESS",)]


def test_rules_of_all_functions_of_the_handler_count(purpose):
    told = purpose(**{"template.yaml": template(("Push", "src", PUSH), ("Scan", "src", SCAN))})
    assert told.kinds == ("push", "scan")
    assert "; " in told.why
    assert not told.world.admits(case("push/failure").event)
    assert told.world.admits(case("scan/failed").event)


def test_another_function_of_the_same_file_is_another(purpose, folder):
    text = template(("Scan", "src", SCAN), Handler="app.other")
    assert purpose(**{"template.yaml": text}).kinds == ("push",)


def test_a_rule_that_feeds_a_queue_tells_the_envelope(purpose):
    queued = {
        "Resources": {
            "Q": {"Type": "AWS::SQS::Queue"},
            "Fn": {
                "Type": "AWS::Lambda::Function",
                "Properties": {"Handler": "app.handler", "Code": "src"},
            },
            "M": {
                "Type": "AWS::Lambda::EventSourceMapping",
                "Properties": {
                    "EventSourceArn": {"Fn::GetAtt": ["Q", "Arn"]},
                    "FunctionName": {"Ref": "Fn"},
                },
            },
            "R": {
                "Type": "AWS::Events::Rule",
                "Properties": {
                    "EventPattern": SCAN,
                    "Targets": [{"Id": "q", "Arn": {"Fn::GetAtt": ["Q", "Arn"]}}],
                },
            },
        }
    }
    told = purpose(**{"template.json": json.dumps(queued, indent=1)})
    assert (told.kinds, told.envelope) == (("scan",), "sqs")
    assert told.envelope_why.endswith("rule R")


def test_the_envelope_of_a_topic_is_taken_where_a_rule_leads_there(purpose):
    topic = {
        "Resources": {
            "T": {"Type": "AWS::SNS::Topic"},
            "Fn": {
                "Type": "AWS::Serverless::Function",
                "Properties": {
                    "Handler": "app.handler",
                    "CodeUri": "src",
                    "Events": {"In": {"Type": "SNS", "Properties": {"Topic": {"Ref": "T"}}}},
                },
            },
            "R": {
                "Type": "AWS::Events::Rule",
                "Properties": {"EventPattern": SCAN, "Targets": [{"Id": "t", "Arn": {"Ref": "T"}}]},
            },
        }
    }
    told = purpose(**{"template.json": json.dumps(topic)})
    assert (told.kinds, told.envelope, told.others) == (("scan",), "sns", {})
    assert told.envelope_why.endswith("rule R")


def test_code_that_reads_records_is_told_as_the_reason_for_its_envelope(purpose, folder):
    write(
        folder,
        "other.py",
        "def handler(event, context):\n    return [r['body'] for r in event['Records']]\n",
    )
    told = purpose("other.py:handler")
    assert (told.envelope, told.envelope_why) == ("sqs", "its code reads Records, body")


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("src/event-pattern.json", json.dumps(SCAN)),
        ("src/rule.json", json.dumps({"Name": "x", "EventPattern": json.dumps(SCAN)})),
        ("src/rule.json", json.dumps({"EventPattern": SCAN})),
        ("event-pattern.json", json.dumps(SCAN)),
        ("src/patterns/scan.json", json.dumps(SCAN)),
        ("rules/scan.yaml", "source: [aws.ecr]\ndetail-type: [ECR Image Scan]\n"),
        ("infra/rules.yml", f"Rules: [{{Name: x, EventPattern: '{json.dumps(SCAN)}'}}]"),
        ("events/scan.json", json.dumps({"detail-type": ["ECR Image Scan"]})),
        ("src/cfn.yaml", template(("Scan", "s3://b/k", SCAN))),
        ("cfn.yaml", template(("Scan", "build/", SCAN))),
        ("src/r.json", ALONE),
        ("r.json", ALONE),
        ("infra/template.json", template(("Other", "other", PUSH), ("Scan", "../src", SCAN))),
    ],
)
def test_what_can_only_be_the_handlers_is_taken(purpose, name, text):
    told = purpose(**{name: text})
    assert told.kinds == ("scan",)
    assert told.why.startswith(name)


@pytest.mark.parametrize(
    "files",
    [
        {"src/a.json": json.dumps(SCAN), "src/b.json": json.dumps(PUSH)},
        {"a.json": json.dumps(SCAN), "patterns/b.json": json.dumps(PUSH)},
        {"patterns/b.json": json.dumps(SCAN), "src/b.py": HANDLER},
        {"lib/a.json": json.dumps(SCAN)},
        {"r.json": ALONE, "other/lambdas/push.py": HANDLER},
        {"a.json": json.dumps(SCAN), "b.json": json.dumps(PUSH)},
        {"src/event.json": json.dumps({"source": "aws.ecr", "detail-type": "ECR Image Scan"})},
        {"cfn.yaml": template(("Scan", "s3://b/k", SCAN))},
        {"src/cfn.yaml": template(("Scan", "s3://b/k", SCAN), Handler="index.handler")},
        {"cfn.yaml": template(("Scan", "other", SCAN)), "other/app.py": HANDLER},
        {"src/a.json": json.dumps(SCAN | {"source": ["aws.ec2"], "x": "aws.ecr"})},
        {"src/a.json": "{" + json.dumps(SCAN)},
        {"src/a.yaml": "aws.ecr: ["},
        {"src/a.yaml": "Resources: aws.ecr"},
        {"src/a.txt": json.dumps(SCAN)},
        {"src/a.json": json.dumps(SCAN | {"x": "x" * 5_000_001})},
    ],
)
def test_what_may_be_anothers_or_says_nothing_is_passed_over(purpose, files):
    told = purpose(**files)
    assert told.kinds == ("push",)
    assert told.why.startswith("its code reads")


def test_what_lies_among_fixtures_is_no_pattern_of_a_handler(purpose, folder):
    write(folder, "fixtures/app.py", SAYS_PUSH)
    write(folder, "lib/app.py", SAYS_PUSH)
    for name in ("fixtures", "lib"):
        write(folder, f"{name}/a.json", json.dumps(SCAN))
    assert purpose("lib/app.py:handler").kinds == ("scan",)
    assert purpose("fixtures/app.py:handler").kinds == ("push",)


def test_it_is_looked_no_further_than_the_project(purpose, folder):
    text = template(("Scan", "project/src", SCAN))
    write(folder, "project/src/app.py", SAYS_PUSH)
    files = {"template.yaml": text}
    assert purpose("project/src/app.py:handler", **files).kinds == ("scan",)
    write(folder, "project/pyproject.toml", "")
    assert purpose("project/src/app.py:handler", **files).kinds == ("push",)


def test_a_template_is_read_from_wherever_it_is_asked(purpose, folder, monkeypatch):
    write(folder, "src/app.py", SAYS_PUSH)
    write(folder, "template.yaml", template(("Scan", "src", SCAN)))
    write(folder, "pyproject.toml", "")
    monkeypatch.chdir(folder / "src")
    told = purpose_of(Target.parse("app.py:handler"))
    assert told.kinds == ("scan",)
    assert told.why.startswith((folder / "template.yaml").as_posix())
    monkeypatch.chdir(folder)
    monkeypatch.syspath_prepend(folder / "src")
    assert purpose_of(Target.parse("app:handler")).why.startswith("template.yaml:")


def test_a_target_that_is_nowhere_has_no_rules(folder):
    assert rules_of(Target.parse("nowhere.at_all:handler")) == ()
    assert rules_of(Target.parse("no/such.py:handler")) == ()


APART = """
Parameters: {Stack: {Type: String}}
Resources:
  Fn:
    Type: AWS::Lambda::Function
    Properties: {FunctionName: %s, Handler: app.handler, Runtime: python3.12, Code: ../src}
Outputs:
  Unrelated: {Value: !Ref Stack, Export: {Name: team-arn}}
  Arn: {Value: !GetAtt Fn.Arn, Export: {Name: %s}}
"""
RULE_APART = """
Parameters: {Stack: {Type: String}, FnArn: {Type: String}}
Resources:
  Rule:
    Type: AWS::Events::Rule
    Properties:
      EventPattern: {source: [aws.ecr], detail-type: [ECR Image Scan]}
      Targets: [{Id: x, Arn: %s, InputPath: $.detail}]
"""


@pytest.mark.parametrize(
    ("name", "export", "arn"),
    [
        ("scan-notifier", "x", "arn:aws:lambda:us-east-1:123456789012:function:scan-notifier"),
        (
            "scan-notifier",
            "x",
            "!Sub 'arn:aws:lambda:${AWS::Region}:${AWS::AccountId}:function:scan-notifier:live'",
        ),
        ("x", "notifier-arn", "!ImportValue notifier-arn"),
        ("x", "!Sub '${AWS::StackName}-notifier'", "!ImportValue {'Fn::Sub': '${Stack}-notifier'}"),
    ],
)
def test_a_rule_of_another_template_reaches_the_function_by_its_name(purpose, name, export, arn):
    files = {"infra/code.yaml": APART % (name, export), "infra/rules.yaml": RULE_APART % arn}
    told = purpose("infra/code.yaml:Fn", **files)
    assert (told.kinds, told.envelope, told.why) == (
        ("scan",),
        "lambda",
        "infra/rules.yaml:4, rule Rule",
    )
    assert told.transformer.shaping.input_path == "$.detail"
    told = purpose("src/app.py:handler")
    assert (told.kinds, told.why) == (("scan",), "infra/rules.yaml:4, rule Rule")


@pytest.mark.parametrize(
    "arn",
    [
        "!ImportValue team-arn",
        "!ImportValue {'Fn::Sub': '${Stack}${FnArn}'}",
        "arn:aws:lambda:us-east-1:123456789012:function:push-notifier",
        "arn:aws:sqs:us-east-1:123456789012:scan-notifier",
    ],
)
def test_a_rule_of_another_template_that_reaches_something_else_says_nothing(purpose, arn):
    files = {"code.yaml": (APART % ("scan-notifier", "notifier-arn")).replace("../src", "src")}
    assert purpose(**files, **{"rules.yaml": RULE_APART % arn}).kinds == ("push",)


def test_the_handlers_own_function_keeps_others_from_being_taken_for_it(purpose):
    files = {
        "code.yaml": (APART % ("x", "y")).replace("../src", "src"),
        "other.yaml": template(("Fn", "build/", SCAN)),
    }
    assert purpose(**files).kinds == ("push",)
    assert purpose(**{"code.yaml": "Resources: {}"}).kinds == ("scan",)


@pytest.mark.parametrize(
    ("target", "kinds"), [("!ImportValue x", ("scan",)), ("!Ref Machine", ("push",))]
)
def test_the_only_rule_of_a_template_is_not_the_handlers_if_it_reaches_others(
    purpose, target, kinds
):
    machine = "  Machine: {Type: AWS::StepFunctions::StateMachine}\n"
    assert purpose(**{"src/rule.yaml": RULE_APART % target + machine}).kinds == kinds


def test_a_rule_about_ecr_that_lets_nothing_through_is_the_handlers_all_the_same(purpose):
    told = purpose(**{"src/a.json": json.dumps(SCAN | {"detail-type": ["ECR Scan"]})})
    assert told.kinds == ()
    assert told.why == "src/a.json:1, rule a.json"


# Functions of other languages
# --------------------------------------------------------------------------------------------------

SERVERLESS = """
    service: shop
    provider: {{name: aws, runtime: python3.12}}
    functions:
      mirror:
        handler: src/app.handler
        runtime: {runtime}
        events:
          - eventBridge: {{pattern: {pattern}}}
    """
TERRAFORM = """
    resource "aws_lambda_function" "mirror" {{
      function_name = "mirror"
      handler       = "app.handler"
      runtime       = "{runtime}"
      filename      = data.archive_file.code.output_path
    }}
    data "archive_file" "code" {{
      type        = "zip"
      source_dir  = "${{path.module}}/src"
      output_path = "code.zip"
    }}
    resource "aws_cloudwatch_event_rule" "scans" {{
      event_pattern = jsonencode({pattern})
    }}
    resource "aws_cloudwatch_event_target" "scans" {{
      rule = aws_cloudwatch_event_rule.scans.name
      arn  = aws_lambda_function.mirror.arn
    }}
    """
IMAGE = """
    Resources:
      Mirror:
        Type: AWS::Serverless::Function
        Metadata: {{DockerContext: src, Dockerfile: Dockerfile}}
        Properties:
          PackageType: Image
          ImageConfig: {{Command: [app.handler]}}
          Events:
            Scan: {{Type: EventBridgeRule, Properties: {{Pattern: {pattern}}}}}
    """


def in_every_notation(runtime: str) -> dict[str, str]:
    """Files with a function of a runtime, whose handler is app.handler and gets scans by a rule."""
    pattern = json.dumps(SCAN)
    return {
        "template.yaml": template(("Mirror", "src", SCAN), Runtime=runtime),
        "cfn.yaml": template(("Mirror", "src", SCAN), Runtime={"Ref": "R"}).replace(
            '"Resources"', f'"Parameters": {{"R": {{"Default": "{runtime}"}}}}, "Resources"', 1
        ),
        "serverless.yml": dedent(SERVERLESS).format(runtime=runtime, pattern=pattern),
        "main.tf": dedent(TERRAFORM).format(runtime=runtime, pattern=pattern.replace(":", "=")),
    }


@pytest.mark.parametrize("name", ["template.yaml", "cfn.yaml", "serverless.yml", "main.tf"])
def test_a_handler_of_another_language_is_passed_over(purpose, folder, name):
    assert purpose(**{name: in_every_notation("python3.13")[name]}).kinds == ("scan",)
    for runtime in ("nodejs22.x", "java21", "ruby3.4", "dotnet8", "go1.x", "provided.al2023"):
        assert purpose(**{name: in_every_notation(runtime)[name]}).kinds == ("push",), runtime


def test_an_image_of_another_language_is_passed_over(purpose):
    image = dedent(IMAGE).format(pattern=json.dumps(SCAN))
    build = "FROM golang:1.23 AS build\nFROM public.ecr.aws/lambda/{}\nCOPY . .\n"
    python = {"template.yaml": image, "src/Dockerfile": build.format("python:3.13")}
    assert purpose(**python).kinds == ("scan",)
    for base in ("nodejs:22", "provided:al2023", "java:21"):
        files = {"template.yaml": image, "src/Dockerfile": build.format(base)}
        assert purpose(**files).kinds == ("push",), base


def test_a_runtime_that_only_a_deployment_knows_may_be_python(purpose):
    text = template(("Scan", "src", SCAN), Runtime={"Ref": "Runtime"})
    assert purpose(**{"template.yaml": text}).kinds == ("scan",)
    assert purpose("template.yaml:Scan", **{"template.yaml": text}).kinds == ("scan",)


@pytest.mark.parametrize("code", [".", "./", "src", "src/", None])
@pytest.mark.parametrize(
    "handler", ["bootstrap", "main", "com.shop.App::handle", "Shop::Shop.App::Handle", "", None]
)
def test_a_handler_that_is_no_name_in_python_is_passed_over(purpose, code, handler):
    functions = json.loads(template(("Mirror", "src", SCAN), ("Deploy", "src", PUSH)))
    mirror = functions["Resources"]["Mirror"]["Properties"]
    for key, value in (("CodeUri", code), ("Handler", handler)):
        if value is None:
            del mirror[key]
        else:
            mirror[key] = value
    for runtime in ("provided.al2023", "java21", "dotnet8", "go1.x"):
        mirror["Runtime"] = runtime
        assert purpose(**{"template.yaml": json.dumps(functions)}).kinds == ("push",)
