"""Handlers behind a rule's target that has its events shaped: they are given what EventBridge would
deliver.
"""

from __future__ import annotations

import importlib
import json
import pickle
import sys
from pathlib import Path

import pytest

from ecr_contracts import check
from ecr_contracts.core.errors import SetupError
from ecr_contracts.discovery.iac.cloudformation.input_transformers import transformer
from ecr_contracts.discovery.purpose import purpose_of
from ecr_contracts.discovery.target import Target
from ecr_contracts.frontends.assertion import check as check_here
from ecr_contracts.frontends.cli import main

pytest_plugins = ["pytester"]

APP = """
import json


def of_detail(event, context):
    return event["repository-name"]


def of_tag(event, context):
    return event["detail"]["image-tag"]


def of_text(event, context):
    if not event:
        raise ValueError("no tag")
    return str(event)


def of_batch(event, context):
    return [of_detail(json.loads(record["body"]), context) for record in event["Records"]]


def of_constant(event, context):
    return "done"
"""
PATTERN = {
    "source": ["aws.ecr"],
    "detail-type": ["ECR Image Action"],
    "detail": {"action-type": ["PUSH"]},
}
QUICK = {"strength": 1, "examples": 0, "probe": 20}


@pytest.fixture(autouse=True)
def project(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    Path("app.py").write_text(APP, "utf-8")


def template(handler, pattern=PATTERN, **shaping):
    """A SAM template with one function and its rule, each key on a line of its own."""
    events = {"Pushed": {"Type": "EventBridgeRule", "Properties": {"Pattern": pattern, **shaping}}}
    given = {"Runtime": "python3.12", "Handler": f"app.{handler}", "CodeUri": ".", "Events": events}
    content = {"Resources": {"App": {"Type": "AWS::Serverless::Function", "Properties": given}}}
    Path("template.json").write_text(json.dumps(content, indent=1), "utf-8")


def rule(pattern=None, **shaping):
    """A rule in a file of its own, which no handler is found beside."""
    Path("rules").mkdir(exist_ok=True)
    known = {} if pattern is None else {"EventPattern": pattern}
    Path("rules/rule.json").write_text(
        json.dumps({"Name": "r", **known, "Targets": [{"Id": "t", **shaping}]}), "utf-8"
    )
    return transformer("rules/rule.json")


def errors(verdict):
    return sorted(
        {
            (one.check, one.exception or "", tuple(c.choices for c in one.cause))
            for one in verdict.findings
            if one.severity == "error"
        }
    )


def test_the_template_beside_a_handler_has_its_events_shaped(capsys):
    template("of_detail", InputPath="$.detail")
    assert errors(check("app.py:of_detail", **QUICK)) == []
    assert main.main(["check", "app.py:of_detail", "--strength", "1", "--examples", "0"]) == 0
    line = next(
        n
        for n, text in enumerate(Path("template.json").read_text().splitlines(), 1)
        if "InputPath" in text
    )
    assert f"shaped by template.json:{line}" in " ".join(capsys.readouterr().out.split())


def test_without_it_the_same_handler_fails_on_every_event():
    template("of_detail")
    assert errors(check("app.py:of_detail", **QUICK)) == [("raises", "KeyError", ())]


def test_it_is_found_by_the_templates_own_name_too():
    template("of_detail", InputPath="$.detail")
    assert errors(check("template.json:App", **QUICK)) == []
    target = Target.parse("template.json:App")
    assert pickle.loads(pickle.dumps(target.function)).rules == target.function.rules
    assert purpose_of(target).transformer.shaping.input_path == "$.detail"


def test_a_transformer_that_is_named_goes_before():
    verdict = check(
        "app.py:of_tag", transformer=rule(InputPath="$.detail"), kinds=["push"], **QUICK
    )
    assert errors(verdict) == [("raises", "KeyError", ())]
    assert verdict.shaped == "rules/rule.json:1"
    assert errors(check("app.py:of_tag", kinds=["push"], **QUICK)) == [
        ("raises", "KeyError", (("absent",),))
    ]


def test_its_rule_says_which_events_come():
    verdict = check("app.py:of_detail", transformer=rule(PATTERN, InputPath="$.detail"), **QUICK)
    assert (verdict.kinds, verdict.why) == (("push",), "rules/rule.json:1, rule r")


def test_a_text_is_a_payload_like_any_other():
    verdict = check(
        "app.py:of_text", transformer=rule(PATTERN, InputPath="$.detail.image-tag"), **QUICK
    )
    assert errors(verdict) == [
        ("raises", "ValueError", (("absent", "empty"),)),
    ]


def test_what_is_shaped_comes_in_the_envelope(capsys):
    place = str(Path(rule(PATTERN, InputPath="$.detail").file))
    words = ["--via", "sqs", "--transformer", place]
    assert (
        main.main(["check", "app.py:of_batch", *words, "--strength", "1", "--examples", "0"]) == 0
    )
    assert main.main(["check", "app.py:of_tag", *words, "--case", "push/ordinary"]) == 1
    repeat = f"app.py:of_tag --case push/ordinary --via sqs --transformer {place}"
    assert f"ecr-contracts check {repeat}" in capsys.readouterr().out


def test_what_is_shaped_for_a_queue_comes_out_of_it():
    shaper = {"Id": "q", "Arn": {"Fn::GetAtt": ["Queue", "Arn"]}, "InputPath": "$.detail"}
    events = {
        "Messages": {"Type": "SQS", "Properties": {"Queue": {"Fn::GetAtt": ["Queue", "Arn"]}}}
    }
    given = {"Runtime": "python3.12", "Handler": "app.of_batch", "CodeUri": ".", "Events": events}
    resources = {
        "Queue": {"Type": "AWS::SQS::Queue"},
        "Rule": {
            "Type": "AWS::Events::Rule",
            "Properties": {"EventPattern": PATTERN, "Targets": [shaper]},
        },
        "App": {"Type": "AWS::Serverless::Function", "Properties": given},
    }
    Path("template.json").write_text(json.dumps({"Resources": resources}), "utf-8")
    verdict = check("app.py:of_batch", **QUICK)
    assert (verdict.via, verdict.kinds, errors(verdict)) == (("sqs",), ("push",), [])
    assert verdict.shaped == "template.json:1"


def test_events_that_are_not_delivered_are_not_given():
    scans = {"source": ["aws.ecr"], "detail-type": ["ECR Image Scan"]}
    shaper = {
        "InputPathsMap": {"c": "$.detail.finding-severity-counts"},
        "InputTemplate": '{"repository-name": "<c>"}',
    }
    effort = {**QUICK, "examples": 30}
    verdict = check(
        "app.py:of_detail",
        transformer=rule(scans, InputTransformer=shaper),
        kinds=["scan"],
        **effort,
    )
    assert errors(verdict) == []
    given = {trial.case.labels["$.detail.finding-severity-counts"] for trial in verdict.trials}
    assert given == {"absent", "empty"}
    broken = {"InputPathsMap": {}, "InputTemplate": '{"run": '}
    with pytest.raises(SetupError, match="makes no JSON of any event") as raised:
        check("app.py:of_detail", transformer=rule(scans, InputTransformer=broken), **QUICK)
    assert "mend its InputTemplate" in str(raised.value)


def test_a_constant_makes_no_handler_vacuous():
    assert (
        check(
            "app.py:of_constant", transformer=rule(Input='{"run": 1}'), kinds=["push"], **QUICK
        ).findings
        == ()
    )
    whole = check(
        "app.py:of_constant", transformer=rule(InputPath="$.detail"), kinds=["push"], **QUICK
    )
    assert errors(whole) == [("vacuous", "", ())]


def test_events_come_in_one_shape_at_a_time():
    template("of_detail", InputPath="$.detail")
    content = json.loads(Path("template.json").read_text("utf-8"))
    scans = {"Pattern": {"source": ["aws.ecr"], "detail-type": ["ECR Image Scan"]}}
    properties = content["Resources"]["App"]["Properties"]
    properties["Events"]["Scanned"] = {"Type": "EventBridgeRule", "Properties": scans}
    Path("template.json").write_text(json.dumps(content), "utf-8")
    verdict = check("app.py:of_detail", **QUICK)
    assert (verdict.kinds, errors(verdict)) == (("push",), [])
    assert "Scanned" not in verdict.why


def test_a_rule_that_eventbridge_refuses_leaves_events_as_they_are():
    template("of_tag", InputPath="detail")
    assert errors(check("app.py:of_tag", **QUICK)) == [("raises", "KeyError", (("absent",),))]


def test_a_call_in_this_process_is_given_the_same(tmp_path, monkeypatch):
    template("of_detail", InputPath="$.detail")
    monkeypatch.syspath_prepend(tmp_path)
    handler = importlib.import_module("app").of_detail
    try:
        check_here(handler, strength=1, examples=0)
        # The rule's target is a function: what reaches that is shaped, whoever names the envelope.
        check_here(handler, "push", via="lambda", strength=1, examples=0)
        with pytest.raises(SetupError, match="KeyError: 'repository-name'"):
            check_here(handler, "push", via="sqs", strength=1, examples=0)
    finally:
        del sys.modules["app"]


def test_configured_consumers_are_given_the_same(pytester):
    pytester.makepyfile(app=APP)
    template("of_detail", InputPath="$.detail")
    Path("template.json").rename(pytester.path / "template.json")
    configured = (
        "[tool.ecr-contracts]\n"
        'consumers = [{ handler = "app.py:of_detail", strength = 1, examples = 5 }]\n'
    )
    pytester.makepyprojecttoml(configured)
    kinds = pytester.runpytest_inprocess("-q", "-p", "no:randomly").parseoutcomes()
    assert kinds.keys() == {"passed"}
    cases = pytester.runpytest_inprocess("-q", "-p", "no:randomly", "--ecr-cases").parseoutcomes()
    assert "failed" not in cases
    assert cases["passed"] > 30


def test_a_sample_is_shaped(capsys):
    place = str(Path(rule(InputPath="$.detail.image-tag").file))
    assert main.main(["sample", "push/ordinary", "--transformer", place]) == 0
    assert capsys.readouterr().out == '"latest"\n'
    shaper = {"InputPathsMap": {"t": "$.detail.image-tags"}, "InputTemplate": '{"t":"<t>"}'}
    place = str(Path(rule(InputTransformer=shaper).file))
    assert main.main(["sample", "scan/no-tags", "--transformer", place, "--compact"]) == 0
    assert capsys.readouterr().out == '{"t":"[]"}\n'
    assert main.main(["sample", "scan/ordinary", "--transformer", place]) == 1
    assert (
        "scan/ordinary is not delivered: what comes of the template is not JSON"
        in capsys.readouterr().err
    )
