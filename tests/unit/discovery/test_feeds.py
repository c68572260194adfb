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


def test_of_several_mappings_nobody_says_which_it_is(folder):
    events = (
        "A: {Type: SQS, Properties: {Queue: !GetAtt Q.Arn}}, "
        "B: {Type: SQS, Properties: {Queue: arn:aws:sqs:x}}"
    )
    known = read(folder, MAPPED % (events, ""))
    assert [rule.feed for rule in known["Worker"].rules] == [None, None]
