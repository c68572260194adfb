"""Rules of templates: which functions their events reach, in which envelope."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ecr_contracts.core.errors import PatternError
from ecr_contracts.discovery.iac.cloudformation.rules import rules, state_machine_rules
from ecr_contracts.discovery.iac.cloudformation.template import Template
from ecr_contracts.discovery.iac.documents.document import TemplateError
from ecr_contracts.discovery.iac.stack import read_stack
from tests.unit.discovery.templates import line_of, read

QUEUED = """
Resources:
  Q: {Type: AWS::SQS::Queue}
  T: {Type: AWS::SNS::Topic, Properties: {Subscription: [{Protocol: sqs, Endpoint: !GetAtt Q.Arn}]}}
  S:
    Type: AWS::SNS::Subscription
    Properties: {TopicArn: !Ref T, Protocol: lambda, Endpoint: !GetAtt ByTopic.Arn}
  Direct: {Type: AWS::Lambda::Function, Properties: {Handler: a.b, Code: .}}
  Alias: {Type: AWS::Lambda::Alias, Properties: {FunctionName: !Ref Direct, Name: live}}
  ByTopic: {Type: AWS::Lambda::Function, Properties: {Handler: a.b, Code: .}}
  Mapped: {Type: AWS::Lambda::Function, Properties: {Handler: a.b, Code: .}}
  Map:
    Type: AWS::Lambda::EventSourceMapping
    Properties: {EventSourceArn: !GetAtt Q.Arn, FunctionName: !Ref Mapped}
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
    Properties:
      {TopicArn: !Ref T, Protocol: sqs, Endpoint: !GetAtt Raw.Arn, RawMessageDelivery: true}
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
            - Type: Lambda
              Parameters: [{ParameterName: LambdaArn, ParameterValue: !GetAtt Reader.Arn}]
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
    found = {name: one.rules[0].envelope for name, one in known.items() if one.rules}
    assert found == {**reached, "Undertaker": "dlq"}


@pytest.mark.parametrize(
    ("arn", "reached"),
    [
        ("GetAtt Direct.Arn", {"Direct": "lambda"}),
        ("Ref Alias", {"Direct": "lambda"}),
        ("Sub '${Direct.Arn}'", {"Direct": "lambda"}),
        ("Sub ['${A}:live', {A: !GetAtt Direct.Arn}]", {"Direct": "lambda"}),
        ("Sub 'arn:aws:lambda:us-east-1:123456789012:function:${Direct}'", {"Direct": "lambda"}),
        (
            "Join [':', [arn:aws:lambda, x, function, !Ref Direct]]",
            {"Direct": "lambda"},
        ),
        ("If [Open, !Ref Nothing, !GetAtt Direct.Arn]", {"Direct": "lambda"}),
        ("Ref Direct.Alias", {"Direct": "lambda"}),
        ("GetAtt Q.Arn", {"Mapped": "sqs", "Worker": "sqs"}),
        ("Ref T", {"ByTopic": "sns", "Mapped": "sns-sqs", "Worker": "sns-sqs"}),
        ("Ref Nothing", {}),
    ],
)
def test_rules_are_followed_to_the_functions_that_they_reach(folder, arn, reached):
    known = read(folder, QUEUED % arn)
    assert {name: one.rules[0].envelope for name, one in known.items() if one.rules} == reached
    for name in reached:
        (rule,) = known[name].rules
        assert rule.pattern == {"source": ["aws.ecr"], "account": [{"exists": True}]}
        assert str(rule) == f"template.yaml:{line_of(QUEUED, '  Rule:')}, rule Rule"


CONDITIONAL = """
Transform: AWS::Serverless-2016-10-31
Parameters:
  Stage: {Type: String, Default: dev}
  Open: {Type: String}
  RuleState: {Type: String, Default: DISABLED}
Conditions:
  IsProd: !Equals [!Ref Stage, prod]
  IsDev: !Not [!Condition IsProd]
  IsOpen: !Equals [!Ref Open, "yes"]
Resources:
  Dev:
    Type: AWS::Serverless::Function
    Condition: IsDev
    Properties:
      Handler: a.b
      CodeUri: !If [IsProd, built, .]
      Events:
        Scanned:
          Type: EventBridgeRule
          Properties:
            State: !Ref RuleState
            Pattern: {source: [aws.ecr], detail-type: [ECR Image Scan]}
        Pushed:
          Type: CloudWatchEvent
          Properties:
            Enabled: !If [IsOpen, true, false]
            Pattern: !Sub '{"source": ["aws.ecr"], "detail": {"repository-name": ["${Open}"]}}'
        Never:
          Type: CloudWatchEvent
          Properties: {Enabled: false, Pattern: {source: [aws.ecr]}}
  Prod:
    Type: AWS::Serverless::Function
    Condition: IsProd
    Properties: {Handler: a.b}
  Maybe:
    Type: AWS::Serverless::Function
    Condition: IsOpen
    Properties: {Handler: a.b}
  Off:
    Type: AWS::Events::Rule
    Condition: IsProd
    Properties:
      EventPattern: {source: [aws.ecr]}
      Targets: [{Id: x, Arn: !GetAtt Dev.Arn}]
  On:
    Type: AWS::Events::Rule
    Properties:
      EventPattern:
        source: [aws.ecr]
        detail: !If [IsOpen, {result: [SUCCESS]}, !Ref AWS::NoValue]
      Targets:
        - !If [IsProd, {Id: x, Arn: !GetAtt Dev.Arn}, !Ref AWS::NoValue]
        - !If [IsOpen, {Id: y, Arn: !GetAtt Maybe.Arn}, {Id: z, Arn: !GetAtt Dev.Arn}]
"""


def test_what_a_condition_leaves_out_by_default_is_not_there(folder):
    known = read(folder, CONDITIONAL)
    assert list(known) == ["Dev", "Maybe", "Prod"]
    assert known["Prod"].problem.startswith("its Condition IsProd does not hold by the defaults")
    assert known["Prod"].rules == ()
    assert known["Dev"].root == folder.relative_to(folder)
    told = [(rule.name, rule.pattern, rule.unresolved) for rule in known["Dev"].rules]
    anything = {"source": ["aws.ecr"]}
    repository = {**anything, "detail": {"repository-name": [{"exists": True}]}}
    alternatives = [
        ("On", {**anything, "detail": {"result": ["SUCCESS"]}}, ()),
        ("On", anything, ()),
    ]
    assert told == [("Pushed", repository, ("$.detail.repository-name",)), *alternatives]
    assert [(rule.name, rule.pattern, ()) for rule in known["Maybe"].rules] == alternatives


def test_all_rules_of_a_template_are_listed(folder):
    (folder / "template.yaml").write_text(CONDITIONAL)
    listed = [(rule.name, rule.disabled) for rule in rules(Template.read(Path("template.yaml")))]
    assert listed == [
        ("Scanned", True),
        ("Pushed", False),
        ("Never", True),
        ("On", False),
        ("On", False),
    ]


def test_a_pattern_that_is_too_deep_is_told_with_its_line(folder):
    pattern = json.dumps('{"a":' * 500 + "[1]" + "}" * 500)
    text = f"Resources:\n  R: {{Type: AWS::Events::Rule, Properties: {{EventPattern: {pattern}}}}}"
    (folder / "template.yaml").write_text(text)
    with pytest.raises(TemplateError, match=r"template\.yaml:2: the pattern of R is too deeply"):
        list(rules(Template.read(Path("template.yaml"))))


SUBSCRIBED = """
Parameters: {Open: {Type: String}}
Resources:
  Bus: {Type: AWS::EventsV2::EventBus, Properties: {Name: shop}}
  Images:
    Type: AWS::EventsV2::EventSource
    Properties:
      Name: images
      EventBusArn: !Ref Bus
      Configuration:
        AwsServiceEventsConfiguration: {AwsService: aws.ecr, Pattern: '%s'}
  Elsewhere:
    Type: AWS::EventsV2::EventSource
    Properties:
      Name: other
      EventBusArn: !Ref Open
      Configuration: {AwsServiceEventsConfiguration: {AwsService: aws.s3}}
  Direct: {Type: AWS::Lambda::Function, Properties: {Handler: a.b, Code: .}}
  Worker:
    Type: AWS::Serverless::Function
    Properties: {Handler: a.b, Events: {In: {Type: SQS, Properties: {Queue: !GetAtt Q.Arn}}}}
  Q: {Type: AWS::SQS::Queue}
  S:
    Type: AWS::EventsV2::Subscriber
    Properties:
      Name: scans
      EventBusArn: !Ref Bus
      InvokeConfiguration: {TargetArn: !GetAtt %s.Arn, RoleArn: x}
      FilterConfiguration: {Filters: [%s]}
      %s
"""
SCANS = """'{"detail-type": ["ECR Image Scan"]}'"""


@pytest.mark.parametrize(
    ("forwarded", "target", "filters", "more", "function", "envelope", "pattern"),
    [
        ("", "Direct", "", "", "Direct", "lambda-batch", {}),
        (
            '{"detail-type": ["ECR Image Scan", "ECR Image Action"]}',
            "Direct",
            f"{{Scope: DATA, Pattern: {SCANS}}}",
            "BatchConfiguration: {MaxBatchSize: 1}",
            "Direct",
            "lambda",
            {"detail-type": ["ECR Image Scan"]},
        ),
        (
            '{"detail": {"action-type": ["PUSH"]}}',
            "Q",
            """{Scope: DATA, Pattern: '{"detail": {"result": [{"prefix": "S"}]}}'}, """
            """{Scope: SYSTEM_METADATA, Pattern: '{"aws:DetailType": ["ECR Image Action"]}'}""",
            "Transformer: {Type: RAW}",
            "Worker",
            "sqs",
            {
                "detail": {"action-type": ["PUSH"], "result": [{"prefix": "S"}]},
                "detail-type": ["ECR Image Action"],
            },
        ),
        (
            "",
            "Direct",
            """{Scope: SYSTEM_METADATA, Pattern: '{"source": ["aws.ecr"]}'}""",
            "Transformer: {Type: WITH_METADATA}",
            "Direct",
            "v2-metadata-batch",
            {"SYSTEM_METADATA": {"source": ["aws.ecr"]}},
        ),
        (
            "",
            "Direct",
            """{Scope: SYSTEM_METADATA, Pattern: '{"aws:DeliveryType": ["REPLAY"]}'}""",
            "Transformer: {Type: WITH_METADATA}\n      BatchConfiguration: {MaxBatchSize: 1}",
            "Direct",
            "v2-replay",
            {},
        ),
        (
            "",
            "Direct",
            """{Scope: SYSTEM_METADATA, Pattern: '{"aws:DeliveryType": [{"exists": true}]}'}""",
            "Transformer: {Type: WITH_METADATA}",
            "Direct",
            "v2-metadata-batch",
            {},
        ),
        (
            "",
            "Direct",
            """{Scope: SYSTEM_METADATA, Pattern: '{"aws:DeliveryType": ["AGAIN"]}'}""",
            "",
            "Direct",
            "lambda-batch",
            {"SYSTEM_METADATA": {"aws:DeliveryType": ["AGAIN"]}},
        ),
    ],
    ids=["all", "both exact", "queue", "never there", "replays", "any type", "no such type"],
)
def test_what_reaches_a_subscriber_is_what_its_bus_gets_and_its_filters_admit(
    folder, forwarded, target, filters, more, function, envelope, pattern
):
    known = read(folder, SUBSCRIBED % (forwarded, target, filters, more))
    assert [name for name, one in known.items() if one.rules] == [function]
    (rule,) = known[function].rules
    assert (rule.name, rule.envelope) == ("S", envelope)
    assert rule.pattern == {"source": ["aws.ecr"], **pattern}


def test_filters_on_metadata_are_named_as_not_known(folder):
    one = """{Scope: METADATA, Pattern: '{"team": ["shop"]}'}"""
    (rule,) = read(folder, SUBSCRIBED % ("", "Direct", one, ""))["Direct"].rules
    assert (rule.pattern, rule.unresolved) == ({"source": ["aws.ecr"]}, ("METADATA.team",))


def test_a_filter_that_is_not_known_admits_everything_and_is_named(folder):
    text = SUBSCRIBED.replace("'%s'}", "%s}", 1)
    one = "{Scope: DATA, Pattern: !Ref Open}"
    known = read(folder, text % ("!ImportValue x", "Direct", one, ""))
    (rule,) = known["Direct"].rules
    assert (rule.pattern, rule.unresolved) == ({"source": ["aws.ecr"]}, ("$",))


@pytest.mark.parametrize(
    ("target", "more", "function", "words"),
    [
        ("Direct", "Transformer: {Type: JSONATA}", "Direct", "by JSONATA, and what that makes"),
        ("Direct", "Transformer: {Type: !Ref Open}", "Direct", "known only to a deployment"),
        (
            "Q",
            "Transformer: {Type: WITH_METADATA}",
            "Worker",
            "with their metadata, in an envelope",
        ),
        ("Q", "Transformer: {Type: JSONATA}", "Worker", "by JSONATA, and what that makes"),
    ],
)
def test_a_shape_that_is_not_known_is_said_to_be_none(folder, target, more, function, words):
    (rule,) = read(folder, SUBSCRIBED % ("", target, "", more))[function].rules
    assert rule.envelope == ""
    assert words in rule.problem


@pytest.mark.parametrize(
    ("pattern", "path"),
    [
        ('{"detail": {"image-tag": [{"wildcard": "v*"}]}}', ".detail.image-tag[0]"),
        (
            '{"detail": {"image-tag": ["a", {"anything-but": {"wildcard": "v*"}}]}}',
            ".detail.image-tag[1].anything-but",
        ),
        (
            '{"$or": [{"source": ["a"]}, {"detail": {"a": [{"wildcard": "*"}]}}]}',
            ".$or[1].detail.a[0]",
        ),
    ],
)
def test_a_wildcard_in_a_filter_is_refused(folder, pattern, path):
    one = f"{{Scope: DATA, Pattern: '{pattern}'}}"
    (rule,) = read(folder, SUBSCRIBED % ("", "Direct", one, ""))["Direct"].rules
    with pytest.raises(PatternError, match="version 2 have no `wildcard`") as refused:
        rule.named_pattern()
    assert refused.value.path == f"$.FilterConfiguration.Filters[0].Pattern{path}"


def test_a_value_that_is_known_in_part_is_no_wildcard(folder):
    one = """{Scope: DATA, Pattern: !Sub '{"account": ["${AWS::AccountId}-${Open}"]}'}"""
    (rule,) = read(folder, SUBSCRIBED % ("", "Direct", one, ""))["Direct"].rules
    assert rule.refused is None
    assert rule.named_pattern()


@pytest.mark.parametrize(
    "pattern", ['{"detail": {"wildcard": ["a"]}}', '{"detail": {"a": [{"prefix": "v*"}]}}']
)
def test_a_key_that_is_called_wildcard_is_none(folder, pattern):
    one = f"{{Scope: DATA, Pattern: '{pattern}'}}"
    (rule,) = read(folder, SUBSCRIBED % ("", "Direct", one, ""))["Direct"].rules
    assert rule.refused is None


@pytest.mark.parametrize(
    ("pattern", "words"),
    [
        (
            '{"source": ["aws.ecr"]}',
            "nothing ever has `source` in its SYSTEM_METADATA: it is `aws:S",
        ),
        (
            '{"detail": {"a": ["b"]}}',
            "nothing ever has `detail` in its SYSTEM_METADATA: use the Sc",
        ),
        ('{"aws:Source": ["aws.ecr"]}', ""),
    ],
)
def test_what_no_system_metadata_have_is_told(folder, pattern, words):
    one = f"{{Scope: SYSTEM_METADATA, Pattern: '{pattern}'}}"
    (rule,) = read(folder, SUBSCRIBED % ("", "Direct", one, ""))["Direct"].rules
    assert rule.unmatched.startswith(words)
    assert bool(rule.unmatched) is bool(words)


def test_a_subscriber_that_is_stopped_gets_nothing(folder):
    known = read(folder, SUBSCRIBED % ("", "Direct", "", "State: STOPPED"))
    assert known["Direct"].rules == ()
    (listed,) = rules(Template.read(Path("template.yaml")))
    assert (listed.name, listed.disabled) == ("S", True)


def test_without_a_source_the_filters_of_a_subscriber_tell(folder):
    text = SUBSCRIBED.replace("EventBusArn: !Ref Bus", "EventBusArn: !ImportValue bus", 1)
    one = f"{{Scope: DATA, Pattern: {SCANS}}}"
    (rule,) = read(folder, text % ("", "Direct", one, ""))["Direct"].rules
    assert rule.pattern == {"detail-type": ["ECR Image Scan"]}
    assert read(folder, text % ("", "Direct", "", ""))["Direct"].rules == ()


def test_a_subscriber_starts_no_state_machine_as_rules_do(folder):
    """It is handed a list, for which there is no such envelope."""
    machine = "  Direct2: {Type: AWS::StepFunctions::StateMachine}\n"
    write = (folder / "template.yaml").write_text
    write(SUBSCRIBED.replace("  S:\n", f"{machine}  S:\n") % ("", "Direct2", "", ""))
    template = Template.read(Path("template.yaml"))
    assert list(state_machine_rules(template, template.resource("Direct2"))) == []


def test_a_disabled_rule_is_for_no_function_elsewhere(folder):
    text = """
Resources:
  R:
    Type: AWS::Events::Rule
    Properties: {State: %s, EventPattern: {source: [aws.ecr]}, Targets: [{Arn: !ImportValue x}]}
"""
    (folder / "on.yaml").write_text(text % "ENABLED")
    (folder / "off.yaml").write_text(text % "DISABLED")
    assert [name for name, _ in read_stack(Path("on.yaml")).for_others] == ["export:x"]
    assert read_stack(Path("off.yaml")).for_others == ()


KEYS = [
    *("Type", "Properties", "Condition", "Events", "Targets", "Arn", "EventPattern", "Pattern"),
    *("State", "Ref", "Fn::If", "Fn::Sub", "Fn::GetAtt", "Fn::ImportValue", "EventBusArn"),
    *("FilterConfiguration", "Filters", "Scope", "InvokeConfiguration", "Configuration"),
    *("AwsServiceEventsConfiguration", "AwsService", "Metadata", "aws:asset:path", "Code", "$or"),
]
WORDS = [
    *("AWS::Events::Rule", "AWS::EventsV2::Subscriber", "AWS::EventsV2::EventSource", "R", "S"),
    *("AWS::Serverless::Function", "EventBridgeRule", "AWS::NoValue", "{}", '{"source": ["a"]}'),
]
PARTS = st.recursive(
    st.none() | st.booleans() | st.integers() | st.sampled_from(WORDS),
    lambda inner: (
        st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from(KEYS), inner, max_size=4)
    ),
    max_leaves=15,
)


@pytest.mark.parametrize("kind", [*WORDS[:3], "AWS::Serverless::Function"])
@given(PARTS, PARTS, PARTS)
def test_no_template_breaks_the_reader_of_rules(tmp_path_factory, kind, properties, other, section):
    file = tmp_path_factory.getbasetemp() / "any.json"
    resources = {"R": {"Type": kind, "Properties": properties}, "S": other}
    sections = dict.fromkeys(("Conditions", "Parameters", "Outputs", "Globals"), section)
    file.write_text(json.dumps({"Resources": resources, **sections}))
    stack = read_stack(file)
    assert {rule.line for rule in stack.rules} <= {0, 1}
    assert all(isinstance(name, str) for name, _ in stack.for_others)
