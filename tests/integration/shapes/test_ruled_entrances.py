"""Where rules say how a handler gets its events, each of their envelopes is judged, no other."""

from __future__ import annotations

import pytest

from ecr_contracts.core.errors import SetupError
from ecr_contracts.engine.session import check

HANDLER = """\
import json

def handler(event, context):
    if "Records" in event:
        return [one(json.loads(record["Sns"]["Message"])) for record in event["Records"]]
    return event["detail"]["repository-name"]

def one(event):
    return event["detail"]["image-tag"]
"""
ONE_WAY_EACH = """\
import json

def handler(event, context):
    if "Records" in event:
        for record in event["Records"]:
            detail = json.loads(record["Sns"]["Message"])["detail"]
            print({"DELETE": detail["repository-name"]}[detail["action-type"]])
    else:
        print({"PUSH": event["detail"]["repository-name"]}[event["detail"]["action-type"]])
"""
OF_ONE_WAY = """\
def handler(event, context):
    return event["body"]
"""
PATTERN = "{source: [aws.ecr], detail-type: [ECR Image Action], detail: {action-type: [PUSH]}}"
OTHER_PATTERN = PATTERN.replace("PUSH", "DELETE")
FUNCTION = f"""\
Transform: AWS::Serverless-2016-10-31
Resources:
  Fn:
    Type: AWS::Serverless::Function
    Properties:
      Handler: app.handler
      Runtime: python3.12
      CodeUri: .
      Events:
        Push:
          Type: EventBridgeRule
          Properties:
            Pattern: {PATTERN}
"""
TOPIC = """\
        Topic: {Type: SNS, Properties: {Topic: !Ref T}}
  T: {Type: AWS::SNS::Topic}
  R:
    Type: AWS::Events::Rule
    Properties:
      Targets: [{Id: t, Arn: !Ref T}]
"""


@pytest.fixture
def judged(tmp_path, monkeypatch):
    """Judges a handler beside a template."""
    monkeypatch.chdir(tmp_path)

    def judge(handler, template, **asked):
        (tmp_path / "app.py").write_text(handler)
        (tmp_path / "template.yaml").write_text(template)
        return check("app.py:handler", strength=1, examples=0, **asked)

    return judge


def test_two_feeds_with_the_same_events_are_judged_both(judged):
    verdict = judged(HANDLER, FUNCTION + TOPIC + f"      EventPattern: {PATTERN}\n")
    assert verdict.via == ("lambda", "sns")
    assert {finding.via for finding in verdict.errors} == {"sns"}
    assert not any("no rule delivers" in note for note in verdict.notes)


def test_two_feeds_with_other_events_each_are_not_mixed(judged):
    """Deletions come by the topic alone: as bare events they would be a fault that nobody has."""
    template = FUNCTION + TOPIC + f"      EventPattern: {OTHER_PATTERN}\n"
    verdict = judged(ONE_WAY_EACH, template)
    assert (verdict.kinds, verdict.via, verdict.errors) == (("push",), ("lambda",), [])
    [note] = verdict.notes
    assert note.startswith("not tried: what template.yaml:")
    assert note.endswith(": --via sns")
    verdict = judged(ONE_WAY_EACH, template, via=["sns"])
    assert (verdict.kinds, verdict.via, verdict.errors) == (("delete",), ("sns",), [])


def test_feeds_with_other_events_each_are_asked_for_one_by_one(judged):
    template = FUNCTION + TOPIC + f"      EventPattern: {OTHER_PATTERN}\n"
    with pytest.raises(SetupError, match="other events in each of the envelopes"):
        judged(ONE_WAY_EACH, template, via=["lambda", "sns"])
    verdict = judged(ONE_WAY_EACH, template, via=["lambda", "sns"], unshielded=True)
    assert verdict.via == ("lambda", "sns")
    same = FUNCTION + TOPIC + f"      EventPattern: {PATTERN}\n"
    assert judged(HANDLER, same, via=["lambda", "sns"]).via == ("lambda", "sns")


@pytest.mark.parametrize(
    ("asked", "given"),
    [
        (["push"], ("push", "lambda")),
        (["delete"], ("delete", "sns")),
        (["push", "delete"], ("push", "lambda")),
    ],
)
def test_what_is_asked_for_is_given_as_its_own_rule_delivers_it(judged, asked, given):
    template = FUNCTION + TOPIC + f"      EventPattern: {OTHER_PATTERN}\n"
    verdict = judged(ONE_WAY_EACH, template, kinds=asked)
    assert (verdict.kinds, verdict.via, verdict.errors) == ((given[0],), (given[1],), [])


def test_an_entrance_that_no_rule_delivers_is_named_and_not_judged(judged):
    verdict = judged(HANDLER, FUNCTION)
    assert (verdict.via, verdict.errors) == (("lambda",), [])
    assert any("which no rule delivers: --via sns" in note for note in verdict.notes)


def test_what_a_rule_delivers_is_what_a_handler_gets_even_if_it_takes_something_else(judged):
    [finding] = judged(OF_ONE_WAY, FUNCTION).errors
    assert (finding.exception, finding.cause) == ("KeyError", ())
