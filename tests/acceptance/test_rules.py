"""`ecr-contracts rules` as its user runs it."""

from __future__ import annotations

import gzip
import io
import json
import sys
from pathlib import Path

import jsonschema
import pytest

from ecr_contracts.frontends.cli.main import main
from tests.conftest import ROOT
from tests.unit.eventbridge.forms import FORMS

SCHEMA = json.loads((ROOT / "ecr_contracts" / "rules.schema.json").read_text("utf-8"))
ENGINE_CASES = ROOT / "tests" / "unit" / "eventbridge" / "rule-matching.jsonl"


def line(pattern, event):
    return json.dumps({"pattern": json.dumps(pattern), "event": json.dumps(event)}) + "\n"


MATCHED = line({"a": ["é"]}, {"a": "é"})


@pytest.fixture(autouse=True)
def folder(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)


def cases(content: str | bytes) -> str:
    Path("cases.jsonl").write_bytes(content if isinstance(content, bytes) else content.encode())
    return "rules match --cases cases.jsonl"


def test_the_answers_of_the_engine_are_printed_one_a_line(run):
    wanted = [json.loads(text)["expect"] for text in ENGINE_CASES.read_text("utf-8").splitlines()]
    words = {True: "true", False: "false", "invalid": "invalid"}
    code, out, complaints = run(f"rules match --cases {ENGINE_CASES}")
    assert (code, complaints) == (0, "")
    assert out.splitlines() == [words[answer] for answer in wanted]


def test_cases_come_from_standard_input_too(run, monkeypatch):
    content = (MATCHED + line({"a": []}, {}).rstrip()).encode()
    for stream in (content, gzip.compress(content)):
        monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(stream)))
        assert run("rules match --cases -") == (0, "true\ninvalid\n", "")


def test_texts_are_read_as_they_are_spelled(run):
    doubled = {"pattern": '{"a": [1]}', "event": '{"a": 2, "a": 1e0}'}
    long = {"pattern": '{"a": [1e400]}', "event": '{"a": 1e400}'}
    out = "true\ntrue\n"
    assert run(cases(f"{json.dumps(doubled)}\n{json.dumps(long)}\n")) == (0, out, "")


@pytest.mark.parametrize(
    ("wrong", "problem"),
    [
        ("x", "this is no JSON: Expecting value: line 1 column 1 (char 0)"),
        ("", "this is no JSON: Expecting value: line 1 column 1 (char 0)"),
        ("[1]", 'a case is an object, {"pattern": TEXT, "event": TEXT}'),
        ("[" * 100_000, "this is nested too deeply"),
        ('{"event": "{}"}', '"pattern" is wanted, as JSON within a text'),
        ('{"pattern": "{}", "event": {}}', '"event" is wanted, as JSON within a text'),
        (line({"a": [1]}, [1]).strip(), "the event is no JSON object: an event is a JSON object"),
        (line({}, [1]).strip(), "the event is no JSON object: an event is a JSON object"),
        (b"\xff\xfe\n".decode("latin-1"), "this is no JSON"),
    ],
)
def test_a_line_that_is_no_case_is_misuse_and_named(run, wrong, problem):
    code, out, complaints = run(cases(f"{MATCHED}{wrong}\n{MATCHED}"))
    assert (code, out) == (2, "true\n")
    assert complaints.startswith(f"ecr-contracts: cases.jsonl:2: {problem}")
    assert complaints.count("\n") == 1


@pytest.mark.parametrize(
    ("content", "problem"),
    [
        ("", "cases.jsonl: there is no case in it"),
        (gzip.compress(MATCHED.encode(), mtime=0)[:-20], "cases.jsonl:1: the gzip data"),
        ("a".encode("utf-16"), "cases.jsonl:1: this is UTF-16, not JSON in UTF-8"),
    ],
)
def test_a_file_without_cases_is_misuse(run, content, problem):
    code, out, complaints = run(cases(content))
    assert (code, out) == (2, "")
    assert complaints.startswith(f"ecr-contracts: {problem}")


def test_a_file_that_is_not_there_is_misuse(run):
    complaint = "ecr-contracts: nowhere.jsonl:1: there is no such file\n"
    assert run("rules match --cases nowhere.jsonl") == (2, "", complaint)


@pytest.mark.parametrize(
    "words", ["rules match", "rules mach --cases x", "rules --cases x match a"]
)
def test_cases_and_match_belong_together(run, words):
    code, out, complaints = run(words)
    assert (code, out) == (2, "")
    assert complaints.startswith("ecr-contracts: it is `rules match --cases FILE`")


def test_what_is_to_be_done_is_to_be_said(run):
    code, out, complaints = run("rules")
    assert (code, out) == (2, "")
    assert "usage: ecr-contracts rules" in complaints


# --- rules FILE... --------------------------------------------------------------------------------

TEMPLATE = """\
Resources:
  OnPush:
    Type: AWS::Events::Rule
    Properties:
      EventPattern:
        source: [aws.ecr]
        detail-type: [ECR Image Action]
        detail:
          action-type: [PUSH]
          result: [SUCCESS]
          repository-name: [{prefix: shop/}]
  OnScan:
    Type: AWS::Events::Rule
    Properties:
      EventPattern:
        source: [aws.ecr]
        detail-type: [ECR Image Scan]
        detail: {scan-status: [SUCCESS]}
  OnUpload:
    Type: AWS::Events::Rule
    Properties:
      EventPattern: {source: [aws.s3]}
"""


def test_each_rule_about_ecr_has_a_line_with_its_verdict(run):
    Path("template.yaml").write_text(TEMPLATE)
    code, out, complaints = run("rules template.yaml")
    assert (code, complaints) == (1, "")
    assert "template.yaml:2  OnPush: fine; delivers push events with" in out
    assert 'repository-name "shop/"… and result "SUCCESS"' in " ".join(out.split())
    assert "template.yaml:12  OnScan: dead; delivers nothing" in out
    assert '$.detail.scan-status is "COMPLETE" or "FAILED" in every scan event, never' in out
    assert 'did you mean "COMPLETE"? (documented)' in out
    assert '-     "scan-status": ["SUCCESS"]\n' in out
    assert '+     "scan-status": ["COMPLETE"]\n' in out
    assert "OnUpload" not in out
    assert out.endswith("2 rules: 1 dead or invalid, 0 with advice\n")
    assert max(map(len, out.splitlines())) <= 80


def test_one_rule_may_be_named(run):
    Path("template.yaml").write_text(TEMPLATE)
    code, out, _ = run("rules template.yaml:OnPush")
    assert code == 0
    assert "OnScan" not in out
    assert run("rules template.yaml:OnPull")[::2] == (
        2,
        "ecr-contracts: no rule is called 'OnPull'; there are: OnPush, OnScan, OnUpload\n",
    )


def test_what_cannot_be_read_is_misuse_after_the_rest(run):
    Path("template.yaml").write_text(TEMPLATE)
    Path("other.yaml").write_text("a: b")
    code, out, complaints = run("rules nowhere.yaml other.yaml template.yaml:OnPush")
    assert code == 2
    assert "OnPush: fine" in out
    assert complaints.count("\n") == 2
    assert "nowhere.yaml" in complaints
    assert "other.yaml" in complaints


def test_the_report_for_programs_keeps_to_its_schema(run):
    Path("template.yaml").write_text(TEMPLATE)
    code, out, _ = run("rules template.yaml --format json")
    assert code == 1
    report = json.loads(out)
    jsonschema.Draft202012Validator(SCHEMA).validate(report)
    assert [rule["verdict"] for rule in report["rules"]] == ["fine", "dead"]
    assert [rule["line"] for rule in report["rules"]] == [2, 12]
    mended = report["rules"][1]["verdicts"][0]["correction"]["pattern"]
    assert mended["detail"] == {"scan-status": ["COMPLETE"]}


def test_of_an_event_is_told_why_each_rule_takes_it_or_not(run):
    Path("template.yaml").write_text(TEMPLATE)
    _, event, _ = run("sample push/failure")
    Path("event.json").write_text(event)
    code, out, _ = run("rules template.yaml --event event.json")
    assert code == 0
    told = " ".join(out.split())
    assert "template.yaml:2, rule OnPush: does not match" in told
    assert '$.detail.result: wanted ["SUCCESS"], saw "FAILURE"' in told
    assert '$.detail.repository-name: wanted [{"prefix": "shop/"}], saw "my-repo"' in told
    assert '$.detail-type: wanted ["ECR Image Scan"], saw "ECR Image Action"' in told
    assert '$.detail.scan-status: wanted ["SUCCESS"], saw nothing' in told


def test_an_event_that_matches_is_told_to(run):
    Path("pattern.json").write_text(json.dumps({"source": ["aws.ecr"]}))
    _, event, _ = run("sample scan/ordinary")
    Path("event.json").write_text(event)
    code, out, _ = run("rules pattern.json --event event.json")
    assert code == 0
    assert out.splitlines()[-1] == "pattern.json:1, rule pattern.json: matches"


HANDLER = """\
import boto3

sns = boto3.client("sns")


def handler(event, context):
    detail = event["detail"]
    if detail["action-type"] == "DELETE":
        sns.publish(TopicArn="arn:aws:sns:us-east-1:123456789012:t", Message="gone")
    sns.publish(TopicArn="arn:aws:sns:us-east-1:123456789012:t", Message=detail["image-tag"])
"""

SAM = """\
Transform: AWS::Serverless-2016-10-31
Resources:
  Fn:
    Type: AWS::Serverless::Function
    Properties:
      Handler: app.handler
      Runtime: python3.12
      CodeUri: .
      Events:
        OnPush:
          Type: EventBridgeRule
          Properties:
            Pattern:
              source: [aws.ecr]
              detail-type: [ECR Image Action]
              detail: DETAIL
"""


def test_what_the_function_handles_and_its_rule_never_delivers_is_told(run):
    Path("app.py").write_text(HANDLER)
    Path("template.yaml").write_text(SAM.replace("DETAIL", "{action-type: [PUSH]}"))
    code, out, _ = run("rules template.yaml")
    assert code == 0
    told = " ".join(out.split())
    assert 'the code handles action-type "DELETE" (app.py:8), which is never delivered' in told
    assert "failures get through too" in told


def test_what_several_rules_of_a_function_never_deliver_is_told_once(run):
    Path("app.py").write_text(HANDLER)
    event = SAM[SAM.index("        OnPush:") :].replace("DETAIL", "{action-type: [PUSH]}")
    Path("template.yaml").write_text(
        SAM.replace("DETAIL", "{action-type: [PUSH]}") + event.replace("OnPush", "Again")
    )
    _, out, _ = run("rules template.yaml")
    assert out.endswith("2 rules: 0 dead or invalid, 2 with advice\n")
    assert out.count("the code handles") == 1


def test_what_the_code_asks_about_was_asked_for(run):
    handler = HANDLER.replace('detail = event["detail"]', 'detail = event["detail"]; x = "FAILURE"')
    Path("app.py").write_text(handler)
    Path("template.yaml").write_text(SAM.replace("DETAIL", "{action-type: [PUSH, DELETE]}"))
    code, out, _ = run("rules template.yaml")
    assert (code, out.splitlines()[-1]) == (0, "1 rule: 0 dead or invalid, 0 with advice")


@pytest.mark.parametrize(
    ("pattern", "told"),
    [
        ('{"source": "aws.ecr"}', "invalid; delivers nothing EventBridge refuses it at $.source"),
        ('{"detail_type": ["ECR Image Scan"], "source": ["aws.ecr"]}', "dead; delivers nothing"),
        ('{"source": ["aws.ecr"], "detail": {"$or": []}}', "invalid; delivers nothing"),
    ],
)
def test_a_pattern_that_was_named_is_judged_whatever_is_wrong_with_it(run, pattern, told):
    Path("pattern.json").write_text(pattern)
    code, out, complaints = run("rules pattern.json")
    assert (code, complaints) == (1, "")
    assert f"pattern.json:1 pattern.json: {told}" in " ".join(out.split())


def test_of_an_invalid_pattern_line_and_column_are_told(run):
    Path("pattern.json").write_text(
        '{\n  "source": ["aws.ecr"],\n  "detail-type": "ECR Image Scan"\n}'
    )
    code, out, _ = run("rules pattern.json")
    assert code == 1
    assert "at $.detail-type (line 3, column 18): a value stands in an array" in " ".join(
        out.split()
    )
    assert '+   "detail-type": ["ECR Image Scan"]' in out


def test_values_that_only_a_deployment_knows_are_told_and_blamed_for_nothing(run):
    template = TEMPLATE.replace("[{prefix: shop/}]", "[!Ref Repository]") + (
        "Parameters: {Repository: {Type: String}}\n"
    )
    Path("template.yaml").write_text(template)
    code, out, _ = run("rules template.yaml:OnPush")
    assert code == 0
    assert "OnPush: fine;" in out
    assert "$.detail.repository-name is known only when it is deployed" in " ".join(out.split())


def test_rules_about_other_senders_are_left_out_unless_they_are_named(run):
    Path("template.yaml").write_text(TEMPLATE)
    code, out, _ = run("rules template.yaml:OnUpload")
    assert code == 0
    assert "OnUpload: unknown-kind; delivers events of others" in out
    Path("others.yaml").write_text(TEMPLATE.replace("aws.ecr", "aws.ec2").replace("ECR", "EC2"))
    code, out, complaints = run("rules others.yaml")
    assert (code, out) == (2, "")
    assert complaints.endswith("there is no rule in it that is about ECR or its scanner\n")


@pytest.mark.parametrize("form", FORMS)
def test_rules_are_judged_in_every_form_of_file(run, form):
    name, write = FORMS[form]
    wrong = {"source": ["aws.ecr"], "detail-type": ["ECR Scan"]}
    right = {"source": ["aws.ecr"], "detail-type": ["ECR Image Scan"]}
    Path(name).write_text(write([right, wrong, {"source": "aws.ecr"}]))
    code, out, complaints = run(f"rules {name} --format json")
    assert (code, complaints) == (1, "")
    rules = json.loads(out)["rules"]
    assert [rule["verdict"] for rule in rules] == ["too-wide", "dead", "invalid"]
    assert rules[1]["verdicts"][0]["correction"]["pattern"] == right


def test_a_fault_of_the_tool_is_no_finding(monkeypatch, capsys, tmp_path):
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))

    def breaks(options):
        raise AssertionError("a fault of ours")

    monkeypatch.setattr("ecr_contracts.frontends.cli.rules.run", breaks)
    assert main(["rules", "template.yaml"]) == 3
    out, complaints = capsys.readouterr()
    assert out == ""
    assert len(complaints.splitlines()) == 1
    assert "AssertionError: a fault of ours" in complaints
    assert "a fault of ecr-contracts itself" in complaints
    (file,) = tmp_path.glob("ecr-contracts-fault-*.txt")
    assert str(file) in complaints
    assert 'raise AssertionError("a fault of ours")' in file.read_text()


SUBSCRIBED = """
Resources:
  Fn: {Type: AWS::Lambda::Function, Properties: {Code: ., Handler: app.handler}}
  Bus: {Type: AWS::EventsV2::EventBus}
  Images:
    Type: AWS::EventsV2::EventSource
    Properties:
      EventBusArn: !Ref Bus
      Configuration: {AwsServiceEventsConfiguration: {AwsService: aws.ecr}}
  S:
    Type: AWS::EventsV2::Subscriber
    Properties:
      EventBusArn: !Ref Bus
      InvokeConfiguration: {TargetArn: !GetAtt Fn.Arn}
      Transformer: {Type: %s}
      FilterConfiguration: {Filters: [{Scope: SYSTEM_METADATA, Pattern: '{"%s": ["aws.ecr"]}'},
                                      {Scope: DATA, Pattern: '{"detail": {"result": [%s]}}'}]}
"""


@pytest.mark.parametrize(
    ("transformer", "key", "result", "verdict", "words"),
    [
        ("RAW", "source", '"SUCCESS"', "dead", "nothing ever has `source` in its SYSTEM_METADATA"),
        ("RAW", "aws:Source", '{"wildcard": "S*"}', "invalid", "version 2 have no `wildcard`"),
        (
            "JSONATA",
            "aws:Source",
            '"SUCCESS"',
            "",
            "by JSONATA, and what that makes of them is not",
        ),
    ],
    ids=["classic key", "wildcard", "JSONata"],
)
def test_what_a_subscriber_never_delivers_is_told(run, transformer, key, result, verdict, words):
    Path("app.py").write_text("def handler(event, context):\n    return event['detail']\n")
    Path("template.yaml").write_text(SUBSCRIBED % (transformer, key, result))
    _, told, _ = run("rules template.yaml")
    assert (f"S: {verdict}; " in told) is bool(verdict)
    assert not verdict or words in " ".join(told.split())
    code, out, complaint = run("check template.yaml:Fn")
    assert (code, out) == (2, "")
    assert words in complaint
