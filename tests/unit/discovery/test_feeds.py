"""Event source mappings of templates."""

from __future__ import annotations

import pytest

from ecr_contracts.discovery.iac.cloudformation.feeds import Feed
from tests.unit.discovery.templates import line_of, read

MAPPED = """
Resources:
  Q: {Type: AWS::SQS::Queue}
  Worker:
    Type: AWS::Serverless::Function
    Properties: {Handler: a.b, Events: {%s}}
  Plain: {Type: AWS::Lambda::Function, Properties: {Handler: a.b, Code: .}}
  Map:
    Type: AWS::Lambda::EventSourceMapping
    Properties: {EventSourceArn: !GetAtt Q.Arn, FunctionName: !Ref Plain%s}
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
    assert (by_queue.envelope, by_queue.feed) == ("sqs", Feed("template.yaml:6", reports, size))
    assert (direct.envelope, direct.feed) == ("lambda", None)
    (rule,) = known["Plain"].rules
    assert rule.feed == Feed(f"template.yaml:{line_of(MAPPED, '  Map:')}", reports, size)


PIPED = """
Resources:
  Q: {Type: AWS::SQS::Queue}
  K: {Type: AWS::Kinesis::Stream}
  Fn: {Type: AWS::Lambda::Function, Properties: {Handler: a.b, Code: .}}
  Other: {Type: AWS::Lambda::Function, Properties: {Handler: a.b, Code: .}}
  P:
    Type: AWS::Pipes::Pipe
    Properties: {Source: !GetAtt %s.Arn, Target: !GetAtt Fn.Arn, RoleArn: x%s}
  Topic: {Type: AWS::SNS::Topic, Properties: {Subscription: [{Protocol: sqs, Endpoint: %s}]}}
  Rule:
    Type: AWS::Events::Rule
    Properties:
      EventPattern: {source: [aws.ecr]}
      Targets: [{Id: x, Arn: !GetAtt %s.Arn}]
"""


@pytest.mark.parametrize(("source", "envelope"), [("Q", "pipe-sqs"), ("K", "pipe-kinesis")])
def test_a_pipe_hands_over_records_of_its_source(folder, source, envelope):
    (rule,) = read(folder, PIPED % (source, "", "x", source))["Fn"].rules
    assert (rule.name, rule.envelope, rule.problem, rule.feed) == ("Rule", envelope, "", None)


def test_a_pipe_that_shapes_its_records_is_not_followed(folder):
    shaped = ', TargetParameters: {InputTemplate: "{}"}'
    (rule,) = read(folder, PIPED % ("Q", shaped, "x", "Q"))["Fn"].rules
    assert rule.envelope == ""
    assert rule.problem.startswith("shapes the records by an InputTemplate")
    assert rule.problem.endswith("(pipe P)")


def test_what_enriches_records_gets_them_and_the_target_gets_what_that_makes(folder):
    known = read(folder, PIPED % ("Q", ", Enrichment: !GetAtt Other.Arn", "x", "Q"))
    (enriching,), (target,) = known["Other"].rules, known["Fn"].rules
    assert (enriching.envelope, enriching.problem) == ("pipe-sqs", "")
    assert target.envelope == ""
    assert target.problem.startswith("hands over what its Enrichment makes of the records")


def test_notifications_within_a_pipe_are_taken_for_nothing_else(folder):
    assert read(folder, PIPED % ("Q", "", "!GetAtt Q.Arn", "Topic"))["Fn"].rules == ()


def test_lines_of_a_log_group_may_come_by_a_stream(folder):
    text = """
Resources:
  G: {Type: AWS::Logs::LogGroup}
  K: {Type: AWS::Kinesis::Stream}
  Fn: {Type: AWS::Lambda::Function, Properties: {Handler: a.b, Code: .}}
  F:
    Type: AWS::Logs::SubscriptionFilter
    Properties: {LogGroupName: !Ref G, DestinationArn: !GetAtt K.Arn}
  M:
    Type: AWS::Lambda::EventSourceMapping
    Properties: {EventSourceArn: !GetAtt K.Arn, FunctionName: !Ref Fn, BatchSize: 5}
  Rule:
    Type: AWS::Events::Rule
    Properties:
      EventPattern: {source: [aws.ecr]}
      Targets: [{Id: x, Arn: !GetAtt G.Arn}]
"""
    (rule,) = read(folder, text)["Fn"].rules
    assert (rule.envelope, rule.feed) == (
        "kinesis-logs",
        Feed(f"template.yaml:{line_of(text, '  M:')}", False, 5),
    )


CALLED = """
Resources:
  First:
    Type: AWS::Serverless::Function
    Properties:
      Handler: a.b
      Events: {On: {Type: EventBridgeRule, Properties: {Pattern: {source: [aws.ecr]}}}}
      %s
  After: {Type: AWS::Serverless::Function, Properties: {Handler: a.b}}
  %s
"""


@pytest.mark.parametrize(
    ("key", "envelope"), [("OnFailure", "on-failure"), ("OnSuccess", "on-success")]
)
@pytest.mark.parametrize("is_own", [True, False], ids=["of SAM", "of its own"])
def test_a_destination_gets_the_record_of_a_call(folder, key, envelope, is_own):
    config = f"DestinationConfig: {{{key}: {{Destination: !GetAtt After.Arn}}}}"
    inner = f"EventInvokeConfig: {{{config}}}" if is_own else "Timeout: 3"
    outer = "Q: {Type: AWS::SQS::Queue}"
    if not is_own:
        properties = f"{{FunctionName: !Ref First, Qualifier: $LATEST, {config}}}"
        outer = f"E: {{Type: AWS::Lambda::EventInvokeConfig, Properties: {properties}}}"
    known = read(folder, CALLED % (inner, outer))
    (first,), (after,) = known["First"].rules, known["After"].rules
    assert (first.envelope, after.envelope, after.pattern) == ("lambda", envelope, first.pattern)


def test_a_destination_that_is_no_function_is_none(folder):
    config = "EventInvokeConfig: {DestinationConfig: {OnFailure: {Destination: !GetAtt Q.Arn}}}"
    known = read(folder, CALLED % (config, "Q: {Type: AWS::SQS::Queue}"))
    assert known["After"].rules == ()


def test_of_several_mappings_nobody_says_which_it_is(folder):
    events = (
        "A: {Type: SQS, Properties: {Queue: !GetAtt Q.Arn}}, "
        "B: {Type: SQS, Properties: {Queue: arn:aws:sqs:x}}"
    )
    known = read(folder, MAPPED % (events, ""))
    assert [rule.feed for rule in known["Worker"].rules] == [None, None]
