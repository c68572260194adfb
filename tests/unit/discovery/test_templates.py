"""SAM and CloudFormation templates: the functions in them, the rules that reach those, and code that stands there."""

from __future__ import annotations

import contextlib
import json
import os
import pickle
import sys
import textwrap
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ecr_contracts.core.errors import ConsumerError
from ecr_contracts.discovery import purpose
from ecr_contracts.discovery.iac import intrinsics
from ecr_contracts.discovery.iac.intrinsics import Resolver, TemplateError
from ecr_contracts.discovery.iac.templates import Feed, Function, functions
from ecr_contracts.discovery.source.environment import variables
from ecr_contracts.discovery.target import Target
from ecr_contracts.runtime.invoke import Status, call
from ecr_contracts.runtime.loader import load, loaded
from tests.writing import HANDLER, write

SAM = """
Transform: AWS::Serverless-2016-10-31
Parameters:
  Hook: {Type: String, Default: https://hooks.example.invalid/x}
  Team: {Type: String}
Globals:
  Function:
    Runtime: python3.12
    Timeout: 10
    Layers: [!Ref Common]
    Environment:
      Variables:
        STAGE: !Ref AWS::StackName
        DAYS: 1
Resources:
  Topic: {Type: AWS::SNS::Topic}
  Queue: {Type: AWS::SQS::Queue}
  Common:
    Type: AWS::Serverless::LayerVersion
    Properties: {ContentUri: layer}
  Scan:
    Type: AWS::Serverless::Function
    Properties:
      CodeUri: src/
      Handler: handlers/app.handler
      Timeout: 30
      Environment:
        Variables:
          TOPIC: !Ref Topic
          HOOK: !Sub "${Hook}/a"
          DAYS: 3
          QUEUE: !Ref Queue
          TEAM_URL: !Ref Team
      Events:
        OnScan:
          Type: EventBridgeRule
          Properties:
            Pattern:
              source: [aws.ecr]
              detail-type: [ECR Image Scan]
"""


@pytest.fixture
def sam(folder):
    write(folder, "template.yaml", SAM)
    write(
        folder,
        "src/handlers/app.py",
        "import os, shared, top\ndef handler(event, context):\n    return os.getcwd()\n",
    )
    write(folder, "src/top.py", "")
    write(folder, "layer/python/shared.py", "")
    return folder


def line_of(text: str, what: str) -> int:
    return next(number for number, line in enumerate(text.splitlines(), 1) if what in line)


def read(folder: Path, text: str, name: str = "template.yaml") -> dict[str, Function]:
    file = folder / name
    file.write_text(textwrap.dedent(text))
    return {one.name: one for one in functions(Path(name))}


def test_a_function_of_sam_is_read(sam):
    (scan,) = functions(Path("template.yaml"))
    assert (scan.file, scan.attribute, scan.root) == (
        Path("src/handlers/app.py"),
        "handler",
        Path("src"),
    )
    assert (scan.timeout, scan.layers, scan.problem) == (30, (Path("layer/python"),), "")
    assert scan.line == line_of((sam / "template.yaml").read_text(), "  Scan:")
    assert scan.environment == {
        "STAGE": "placeholder",
        "DAYS": "3",
        "TOPIC": "arn:aws:sns:us-east-1:123456789012:topic",
        "HOOK": "https://hooks.example.invalid/x/a",
        "QUEUE": "https://sqs.us-east-1.amazonaws.com/123456789012/queue",
        "TEAM_URL": "https://example.invalid/team-url",
    }


def test_it_is_loaded_in_its_surroundings(sam):
    target = Target.parse("template.yaml:Scan")
    assert target.function == functions(Path("template.yaml"))[0]
    assert pickle.loads(pickle.dumps(target)) == target
    assert hash(target) == hash(Target.parse("template.yaml:Scan"))
    with contextlib.chdir("."):
        outcome = call(load(target), {})
    assert outcome.returned == str(sam / "src")


def test_it_is_loaded_so_from_another_folder(sam):
    (sam / "elsewhere").mkdir()
    os.chdir(sam / "elsewhere")
    with contextlib.chdir("."):
        assert call(load(Target.parse("../template.yaml")), {}).returned == str(sam / "src")


def test_a_template_with_one_function_needs_no_name(sam):
    assert Target.parse("template.yaml").function == Target.parse("template.yaml:Scan").function
    os.chdir(sam / "src")
    assert Target.parse("../template.yaml").file == Path("../src/handlers/app.py")


INLINE = """
Resources:
  Inline:
    Type: AWS::Lambda::Function
    Properties:
      Handler: index.handler
      Runtime: python3.11
      Code:
        ZipFile: {tag}|
          import os
          REGION = "${AWS::Region}"

          def inner(event):
              return event["nope"]

          def handler(event, context):
              return inner(event) or os.environ["INLINE_VAR"]
"""


@pytest.mark.parametrize("tag", ["", "!Sub "])
def test_code_in_a_template_has_the_lines_of_the_template(folder, tag):
    text = INLINE.replace("{tag}", tag)
    write(folder, "template.yaml", text)
    target = Target.parse("template.yaml:Inline")
    line = line_of((folder / "template.yaml").read_text(), 'event["nope"]')
    with loaded(target) as consumer:
        assert consumer.function.__module__ == "index"
        region = sys.modules["index"].REGION
        assert region == ("us-east-1" if tag else "${AWS::Region}")
        outcome = call(consumer, {})
    assert outcome.status is Status.RAISED
    assert (outcome.location.file, outcome.location.line) == ("template.yaml", line)
    assert outcome.location.source == 'return event["nope"]'
    assert "~~~~~^^^^^^^^" in outcome.traceback
    assert "index" not in sys.modules
    assert [(one.name, one.location) for one in variables(target)] == [
        ("INLINE_VAR", f"template.yaml:{line + 3}")
    ]


def test_code_in_a_template_that_is_broken_is_shown_there(folder):
    write(
        folder,
        "template.yaml",
        INLINE.replace("{tag}", "").replace("def inner(event):", "def inner(event:"),
    )
    line = line_of((folder / "template.yaml").read_text(), "def inner(event:")
    with (
        contextlib.chdir("."),
        pytest.raises(ConsumerError, match=rf"SyntaxError: .* at template\.yaml:{line}"),
    ):
        load(Target.parse("template.yaml"))


def test_a_template_in_json_is_read_without_a_library(folder, monkeypatch):
    monkeypatch.setitem(sys.modules, "ruamel", None)
    monkeypatch.setitem(sys.modules, "ruamel.yaml", None)
    code = {"Fn::Join": ["\n", ["def handler(event, context):", "    return event['nope']"]]}
    given = {"Handler": "index.handler", "Code": {"ZipFile": code}}
    resources = {"Fn": {"Type": "AWS::Lambda::Function", "Properties": given}}
    write(folder, "template.json", json.dumps({"Resources": resources}, indent=1))
    (function,) = functions(Path("template.json"))
    assert (function.line, function.code) == (
        3,
        "def handler(event, context):\n    return event['nope']",
    )
    with loaded(Target.parse("template.json")) as consumer:
        assert call(consumer, {"nope": 1}).returned == 1
    with pytest.raises(ConsumerError, match=r"reading YAML takes ruamel\.yaml") as caught:
        Target.parse(str(write(folder, "template.yaml", SAM)))
    assert caught.value.advice == "install it: python -m pip install 'ecr-contracts[templates]'"


ORDINARY = """
Resources:
  Fn:
    Type: AWS::Serverless::Function
    Properties: {Handler: app.handler, %s}
"""


@pytest.mark.parametrize(
    ("given", "problem"),
    [
        ("Runtime: nodejs20.x", "its Runtime is nodejs20.x, not Python"),
        ("Runtime: python3.12, CodeUri: s3://bucket/key", "its code lies elsewhere"),
        ("Runtime: python3.12, CodeUri: {Bucket: b, Key: k}", "its code lies elsewhere"),
        (
            "Runtime: python3.12, CodeUri: nowhere",
            "its code is to lie in nowhere, where there is no folder",
        ),
        ("Runtime: python3.12", r"its Handler is app\.handler, but there is no file app\.py"),
        ("PackageType: Image", "it is a container image"),
    ],
)
def test_what_cannot_be_loaded_says_why(folder, given, problem):
    write(folder, "template.yaml", ORDINARY % given)
    for text in ("template.yaml", "template.yaml:Fn"):
        with pytest.raises(ConsumerError, match=rf"Fn in template\.yaml:3: {problem}"):
            Target.parse(text)


def test_which_function_is_asked_where_there_are_several(folder):
    write(folder, "app.py", HANDLER)
    one = (
        "{Type: AWS::Serverless::Function, Properties: {Handler: app.handler, Runtime: python3.12}}"
    )
    other = "{Type: AWS::Serverless::Function, Properties: {Handler: app.handler, Runtime: go1.x}}"
    write(folder, "template.yaml", f"Resources:\n  A: {one}\n  B: {one}\n  C: {other}\n")
    with pytest.raises(ConsumerError, match=r"template\.yaml has 2 functions") as caught:
        Target.parse("template.yaml")
    assert caught.value.advice == "name one: template.yaml:A, template.yaml:B"
    with pytest.raises(ConsumerError, match="has no function 'Bee'") as caught:
        Target.parse("template.yaml:Bee")
    assert caught.value.advice == "there are: A, B, C"
    write(folder, "template.yaml", f"Resources:\n  A: {one}\n  C: {other}\n")
    assert Target.parse("template.yaml").function.name == "A"


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


@pytest.mark.parametrize("depth", [900, 100_000])
def test_a_template_of_json_that_is_too_deep_is_told(folder, depth):
    write(folder, "t.json", f'{{"Resources": {"[" * depth + "]" * depth}}}')
    with pytest.raises(ConsumerError, match="it is too deeply nested"):
        Target.parse("t.json")


def test_a_missing_template_is_told(folder):
    with pytest.raises(ConsumerError, match=r"no\.yaml: No such file"):
        Target.parse("no.yaml:Fn")
    with pytest.raises(ConsumerError, match=r"t\.json:2: it is not JSON"):
        Target.parse(str(write(folder, "t.json", '{"a":\n}').relative_to(folder)))


QUEUED = """
Resources:
  Q: {Type: AWS::SQS::Queue}
  T: {Type: AWS::SNS::Topic, Properties: {Subscription: [{Protocol: sqs, Endpoint: !GetAtt Q.Arn}]}}
  S: {Type: AWS::SNS::Subscription, Properties: {TopicArn: !Ref T, Protocol: lambda, Endpoint: !GetAtt ByTopic.Arn}}
  Direct: {Type: AWS::Lambda::Function, Properties: {Handler: a.b, Code: .}}
  Alias: {Type: AWS::Lambda::Alias, Properties: {FunctionName: !Ref Direct, Name: live}}
  ByTopic: {Type: AWS::Lambda::Function, Properties: {Handler: a.b, Code: .}}
  Mapped: {Type: AWS::Lambda::Function, Properties: {Handler: a.b, Code: .}}
  Map: {Type: AWS::Lambda::EventSourceMapping, Properties: {EventSourceArn: !GetAtt Q.Arn, FunctionName: !Ref Mapped}}
  Worker:
    Type: AWS::Serverless::Function
    Properties:
      Handler: a.b
      Events: {In: {Type: SQS, Properties: {Queue: !GetAtt Q.Arn}}}
  Other: {Type: AWS::Lambda::Function, Properties: {Handler: a.b, Code: .}}
  Rule:
    Type: AWS::Events::Rule
    Properties:
      EventPattern: {source: [aws.ecr], account: [!Ref AWS::AccountId]}
      Targets:
        - {Id: x, Arn: !%s}
"""


FED = """
Resources:
  Raw: {Type: AWS::SQS::Queue}
  Ordered: {Type: AWS::SQS::Queue, Properties: {FifoQueue: true}}
  Dead: {Type: AWS::SQS::Queue}
  T:
    Type: AWS::SNS::Topic
  S:
    Type: AWS::SNS::Subscription
    Properties: {TopicArn: !Ref T, Protocol: sqs, Endpoint: !GetAtt Raw.Arn, RawMessageDelivery: true}
  Group: {Type: AWS::Logs::LogGroup}
  Filter:
    Type: AWS::Logs::SubscriptionFilter
    Properties: {LogGroupName: !Ref Group, DestinationArn: !GetAtt Reader.Arn, FilterPattern: ''}
  Stream:
    Type: AWS::KinesisFirehose::DeliveryStream
    Properties:
      ExtendedS3DestinationConfiguration:
        ProcessingConfiguration:
          Processors:
            - {Type: Lambda, Parameters: [{ParameterName: LambdaArn, ParameterValue: !GetAtt Reader.Arn}]}
  Reader: {Type: AWS::Lambda::Function, Properties: {Handler: a.b, Code: .}}
  RawReader: {Type: AWS::Lambda::Function, Properties: {Handler: a.b, Code: .}}
  ByRaw:
    Type: AWS::Lambda::EventSourceMapping
    Properties: {EventSourceArn: !GetAtt Raw.Arn, FunctionName: !Ref RawReader}
  Worker:
    Type: AWS::Serverless::Function
    Properties:
      Handler: a.b
      Events:
        In: {Type: SQS, Properties: {Queue: !GetAtt Ordered.Arn}}
        Lines: {Type: CloudWatchLogs, Properties: {LogGroupName: !Ref Group, FilterPattern: ''}}
  Undertaker:
    Type: AWS::Serverless::Function
    Properties: {Handler: a.b, Events: {In: {Type: SQS, Properties: {Queue: !GetAtt Dead.Arn}}}}
  Rule:
    Type: AWS::Events::Rule
    Properties:
      EventPattern: {source: [aws.ecr]}
      Targets:
        - {Id: x, Arn: !%s, DeadLetterConfig: {Arn: !GetAtt Dead.Arn}}
"""


@pytest.mark.parametrize(
    ("arn", "reached"),
    [
        ("Ref T", {"RawReader": "sns-sqs-raw"}),
        ("GetAtt Ordered.Arn", {"Worker": "sqs-fifo"}),
        ("GetAtt Group.Arn", {"Reader": "logs", "Worker": "logs"}),
        ("GetAtt Stream.Arn", {"Reader": "firehose"}),
    ],
)
def test_what_a_rule_cannot_deliver_reaches_who_reads_its_dead_letters(folder, arn, reached):
    known = read(folder, FED % arn)
    found = {name: one.rules[0].via for name, one in known.items() if one.rules}
    assert found == {**reached, "Undertaker": "dlq"}


@pytest.mark.parametrize(
    ("arn", "reached"),
    [
        ("GetAtt Direct.Arn", {"Direct": "lambda"}),
        ("Ref Alias", {"Direct": "lambda"}),
        ("Sub '${Direct.Arn}'", {"Direct": "lambda"}),
        ("GetAtt Q.Arn", {"Mapped": "sqs", "Worker": "sqs"}),
        ("Ref T", {"ByTopic": "sns", "Mapped": "sns-sqs", "Worker": "sns-sqs"}),
        ("Ref Nothing", {}),
    ],
)
def test_rules_are_followed_to_the_functions_that_they_reach(folder, arn, reached):
    known = read(folder, QUEUED % arn)
    assert {name: one.rules[0].via for name, one in known.items() if one.rules} == reached
    for name in reached:
        (rule,) = known[name].rules
        assert rule.pattern == {"source": ["aws.ecr"], "account": ["123456789012"]}
        assert str(rule) == f"template.yaml:{line_of(QUEUED, '  Rule:')}, rule Rule"


@pytest.mark.parametrize(
    ("value", "text"),
    [
        ({"Ref": "Bucket"}, "bucket"),
        ({"Ref": "Named"}, "images"),
        ({"Fn::GetAtt": ["Bucket", "Arn"]}, "arn:aws:s3:::bucket"),
        ({"Fn::GetAtt": "Bucket.Arn"}, "arn:aws:s3:::bucket"),
        ({"Fn::GetAtt": ["Q", "QueueName"]}, "q"),
        ({"Fn::Join": ["-", ["a", {"Ref": "Bucket"}]]}, "a-bucket"),
        ({"Fn::Sub": ["${A}-${!B}", {"A": {"Ref": "Bucket"}}]}, "bucket-${B}"),
        ({"Fn::Select": [1, {"Fn::Split": ["/", "a/b"]}]}, "b"),
        ({"Fn::Select": [7, ["a"]]}, "https://example.invalid/name-url"),
        ({"Fn::If": ["IsProd", "yes", "no"]}, "yes"),
        ({"Fn::FindInMap": ["M", {"Ref": "AWS::Region"}, "k"]}, "mapped"),
        ({"Fn::FindInMap": ["M", "nowhere", "k"]}, "https://example.invalid/name-url"),
        ({"Fn::ImportValue": "x"}, "https://example.invalid/name-url"),
        ({"Ref": "Stored"}, "https://example.invalid/name-url"),
        ({"Ref": "Choice"}, "first"),
        ("{{resolve:ssm:/x}}", "https://example.invalid/name-url"),
        (True, "true"),
        (None, ""),
        (1.5, "1.5"),
    ],
)
def test_functions_of_templates_give_plausible_values(value, text):
    template = {
        "Parameters": {
            "Stored": {"Type": "AWS::SSM::Parameter::Value<String>", "Default": "/path"},
            "Choice": {"Type": "String", "AllowedValues": ["first", "second"]},
        },
        "Mappings": {"M": {"us-east-1": {"k": "mapped"}}},
        "Resources": {
            "Bucket": {"Type": "AWS::S3::Bucket"},
            "Named": {"Type": "AWS::DynamoDB::Table", "Properties": {"TableName": "images"}},
            "Q": {"Type": "AWS::SQS::Queue"},
        },
    }
    assert Resolver(template).text(value, "NAME_URL") == text


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=5),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(
            st.sampled_from(
                [
                    "Ref",
                    "Fn::GetAtt",
                    "Fn::Sub",
                    "Fn::Join",
                    "Fn::Select",
                    "Fn::If",
                    "Fn::FindInMap",
                    "x",
                ]
            ),
            inner,
            max_size=2,
        )
    ),
    max_leaves=10,
)
KEYS = [
    "Type",
    "Properties",
    "Environment",
    "Variables",
    "Events",
    "Code",
    "ZipFile",
    "CodeUri",
    "Handler",
    "Layers",
]


@given(JSON)
def test_any_value_is_text(value):
    assert isinstance(Resolver({"Parameters": value, "Resources": value}).text(value, "X"), str)


@given(
    st.recursive(
        st.none()
        | st.integers()
        | st.sampled_from(["AWS::Lambda::Function", "AWS::Serverless::Function", "SQS", "a.b"]),
        lambda inner: (
            st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from(KEYS), inner, max_size=4)
        ),
        max_leaves=12,
    )
)
def test_no_template_breaks_the_reader(tmp_path_factory, resource):
    file = tmp_path_factory.getbasetemp() / "any.json"
    kind = "AWS::Serverless::Function"
    file.write_text(
        json.dumps({"Resources": {"Fn": {"Type": kind, "Properties": resource}, "X": resource}})
    )
    for function in functions(file):
        assert function.name in ("Fn", "X")


def test_a_template_of_any_kind_can_be_read_where_the_library_is(monkeypatch):
    assert intrinsics.can_read(Path("a.json"))
    assert intrinsics.can_read(Path("a.yaml"))
    with pytest.raises(TemplateError):
        intrinsics.read(Path("no/such.yaml"))


def test_the_purpose_of_inline_code_is_read_off_it(folder):
    text = INLINE.replace("{tag}", "").replace(
        'event["nope"]', 'event["detail"]["scan-status"], "image-tags"'
    )
    write(folder, "template.yaml", text)
    assert purpose.purpose(Target.parse("template.yaml")).kinds == ("scan",)


MAPPED = """
Resources:
  Q: {Type: AWS::SQS::Queue}
  Worker:
    Type: AWS::Serverless::Function
    Properties: {Handler: a.b, Events: {%s}}
  Plain: {Type: AWS::Lambda::Function, Properties: {Handler: a.b, Code: .}}
  Map: {Type: AWS::Lambda::EventSourceMapping, Properties: {EventSourceArn: !GetAtt Q.Arn, FunctionName: !Ref Plain%s}}
  Rule:
    Type: AWS::Events::Rule
    Properties:
      EventPattern: {source: [aws.ecr]}
      Targets: [{Id: x, Arn: !GetAtt Q.Arn}, {Id: y, Arn: !GetAtt Worker.Arn}]
"""


@pytest.mark.parametrize(
    ("given", "reports", "size"),
    [
        ("", False, None),
        (", BatchSize: 1", False, 1),
        (", BatchSize: !Ref Size", False, None),
        (", FunctionResponseTypes: [ReportBatchItemFailures], BatchSize: 5", True, 5),
        (", FunctionResponseTypes: []", False, None),
        (", FunctionResponseTypes: !Ref Types", None, None),
        (", FunctionResponseTypes: [!Ref Type]", None, None),
    ],
)
def test_mappings_say_whether_they_ask_which_records_failed(folder, given, reports, size):
    event = f"In: {{Type: SQS, Properties: {{Queue: !GetAtt Q.Arn{given}}}}}"
    known = read(folder, MAPPED % (event, given))
    by_queue, direct = known["Worker"].rules
    assert (by_queue.via, by_queue.feed) == ("sqs", Feed("template.yaml:6", reports, size))
    assert (direct.via, direct.feed) == ("lambda", None)
    (rule,) = known["Plain"].rules
    assert rule.feed == Feed(f"template.yaml:{line_of(MAPPED, '  Map:')}", reports, size)


def test_of_several_mappings_nobody_says_which_it_is(folder):
    events = "A: {Type: SQS, Properties: {Queue: !GetAtt Q.Arn}}, B: {Type: SQS, Properties: {Queue: arn:aws:sqs:x}}"
    known = read(folder, MAPPED % (events, ""))
    assert [rule.feed for rule in known["Worker"].rules] == [None, None]
