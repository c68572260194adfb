"""Rules of templates: which functions their events reach, in which envelope."""

from __future__ import annotations

import pytest

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
        assert rule.pattern == {"source": ["aws.ecr"], "account": ["123456789012"]}
        assert str(rule) == f"template.yaml:{line_of(QUEUED, '  Rule:')}, rule Rule"
