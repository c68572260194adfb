"""Configurations of the Serverless Framework: functions, rules, and what variables are."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from pathlib import Path
from textwrap import dedent
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ecr_contracts.core.errors import ConsumerError
from ecr_contracts.core.placeholders import ACCOUNT
from ecr_contracts.discovery.iac.cloudformation.functions import Function
from ecr_contracts.discovery.iac.documents.document import TemplateError
from ecr_contracts.discovery.iac.documents.yaml_document import yaml_value
from ecr_contracts.discovery.iac.serverless.configuration import is_serverless
from ecr_contracts.discovery.iac.stack import Stack, read_stack
from ecr_contracts.discovery.purpose import purpose_of
from ecr_contracts.discovery.target import Target
from tests.unit.discovery.templates import line_of
from tests.writing import HANDLER, write

SCAN = {"source": ["aws.ecr"], "detail-type": ["ECR Image Scan"]}

NOTIFY = """
service: ecr-notify
frameworkVersion: "3"
provider:
  name: aws
  runtime: python3.12
  stage: ${opt:stage, 'dev'}
  timeout: 20
  environment:
    STAGE: ${sls:stage}
    SHARED: all
    GONE: all
custom:
  repos: {dev: shop/api, prod: shop/web}
functions:
  notify-slack:
    handler: src/app.handler
    timeout: 7
    environment:
      SHARED: own
      GONE: null
      HOOK: ${ssm:/slack/hook}
      ROLE: !Sub arn:aws:iam::${AWS::AccountId}:role/${self:service}
      DAYS: 3
    events:
      - http: GET /x
      - eventBridge:
          pattern:
            source: [aws.ecr]
            detail-type: [ECR Image Action]
            detail:
              action-type: [PUSH]
              repository-name: ["${self:custom.repos.${sls:stage}}"]
"""


@pytest.fixture
def stack(folder):
    """Writes a configuration and the handlers' file, and tells what it declares."""

    def declared(text: str, **files: str) -> Stack:
        write(folder, "src/app.py", HANDLER)
        for name, content in files.items():
            write(folder, name.replace("__", "/"), content)
        write(folder, "serverless.yml", text)
        return read_stack(Path("serverless.yml"))

    return declared


@pytest.fixture
def function(stack):
    """The only function of a configuration."""

    def only(text: str, **files: str) -> Function:
        (known,) = stack(text, **files).functions
        return known

    return only


def with_events(events: str, more: str = "") -> str:
    """A configuration of one function with some events, and other sections."""
    head = "provider: {name: aws, runtime: python3.12}\nfunctions:\n  fn:\n"
    handler = "    handler: src/app.handler\n    events:\n"
    indented = "".join(f"      {line}\n" for line in dedent(events).strip().splitlines())
    return head + handler + indented + dedent(more)


def with_pattern(pattern: str, more: str = "") -> str:
    """A configuration with one rule, whose pattern is written in a line."""
    return with_events(f"- eventBridge:\n    pattern: {pattern}", more)


def test_a_function_has_its_handler_and_its_variables(function):
    known = function(NOTIFY)
    assert (known.name, known.file, known.attribute) == (
        "notify-slack",
        Path("src/app.py"),
        "handler",
    )
    assert (known.root, known.timeout, known.problem) == (Path(), 7.0, "")
    assert known.line == line_of(NOTIFY, "notify-slack:")
    assert known.environment == {
        "STAGE": "dev",
        "SHARED": "own",
        "HOOK": "https://example.invalid/hook",
        "ROLE": f"arn:aws:iam::{ACCOUNT}:role/ecr-notify",
        "DAYS": "3",
    }


def test_a_rule_of_a_function_has_its_pattern_and_its_place(function):
    (rule,) = function(NOTIFY).rules
    assert rule.pattern == {
        "source": ["aws.ecr"],
        "detail-type": ["ECR Image Action"],
        "detail": {"action-type": ["PUSH"], "repository-name": ["shop/api"]},
    }
    assert (rule.envelope, rule.unresolved) == ("lambda", ())
    assert str(rule) == f"serverless.yml:{line_of(NOTIFY, 'eventBridge')}, rule notify-slack-rule-2"


def test_all_rules_are_told_whatever_they_reach(stack):
    more = """
    resources:
      Resources:
        Other:
          Type: AWS::Events::Rule
          Properties: {EventPattern: {source: [aws.ecr]}}
    """
    assert [rule.name for rule in stack(with_pattern("{source: [aws.ecr]}", more)).rules] == [
        "Other",
        "fn-rule-1",
    ]


def test_a_function_can_be_named_and_its_handler_finds_it(folder):
    write(folder, "src/app.py", HANDLER)
    write(folder, "serverless.yml", NOTIFY)
    target = Target.parse("serverless.yml:notify-slack")
    assert (target.file, target.attribute) == (Path("src/app.py"), "handler")
    for text in ("serverless.yml", "serverless.yml:notify-slack", "src/app.py:handler"):
        purpose = purpose_of(Target.parse(text))
        assert purpose.kinds == ("push",)
        assert purpose.why.startswith("serverless.yml:")
    with pytest.raises(ConsumerError, match="no function 'notify'") as caught:
        Target.parse("serverless.yml:notify")
    assert "notify-slack" in caught.value.advice


@pytest.mark.parametrize(
    ("name", "text", "is_one"),
    [
        ("serverless.yml", "", True),
        ("serverless.dev.yaml", "", True),
        ("serverless.json", "{}", True),
        ("resolved.yml", "service: x\nprovider:\n  name: aws\n", True),
        ("template.yaml", "Resources: {}\n", False),
        ("template.yaml", "provider:\n  a: 1\nResources: {}\n", False),
        ("serverless.ts", "", False),
        ("no/such.yml", None, False),
    ],
)
def test_it_is_known_by_its_name_or_its_keys(folder, name, text, is_one):
    if text is not None:
        write(folder, name, text)
    assert is_serverless(Path(name)) is is_one


def test_what_declares_nothing_is_told(stack):
    with pytest.raises(TemplateError, match="it has no functions"):
        stack("service: x\nprovider: {name: aws}\n")


@pytest.mark.parametrize(
    ("own", "problem"),
    [
        ("handler: src/app.handler\n    runtime: ruby3.3", "Runtime is ruby3.3, not Python"),
        ("handler: src/none.handler", "there is no file src/none.py"),
        ("image: {uri: x}", "it is a container image"),
        ("handler: handler", "not of the form module.function"),
    ],
)
def test_a_function_that_cannot_be_loaded_says_why(function, own, problem):
    text = f"provider: {{runtime: python3.12}}\nfunctions:\n  fn:\n    {own}\n"
    assert problem in function(text).problem


def test_a_function_with_a_folder_of_its_own_starts_there(function):
    text = """
    package: {individually: true}
    functions:
      fn: {handler: app.handler, module: src}
    """
    known = function(text)
    assert (known.root, known.file, known.problem) == (Path("src"), Path("src/app.py"), "")


def test_a_layer_is_where_imports_are_found(function, folder):
    write(folder, "layers/common/python/shared.py", "")
    text = """
    layers: {common-code: {path: layers/common}}
    functions:
      fn: {handler: src/app.handler, layers: [!Ref CommonDashcodeLambdaLayer]}
    """
    assert function(text).layers == (Path("layers/common/python"),)


# Events
# --------------------------------------------------------------------------------------------------


def test_the_older_event_is_a_rule_too(function):
    event = """
    - cloudwatchEvent:
        event:
          source: [aws.ecr]
        inputPath: $.detail
    """
    (rule,) = function(with_events(event)).rules
    assert rule.pattern == {"source": ["aws.ecr"]}
    assert rule.transformer is not None
    assert rule.transformer.shaping({"detail": {"a": 1}}).value == {"a": 1}


def test_a_transformer_is_read_with_its_lines(function):
    event = """
    - eventBridge:
        pattern: {source: [aws.ecr]}
        inputTransformer:
          inputPathsMap:
            repo: $.detail.repository-name
          inputTemplate: '{"name": <repo>}'
    """
    text = with_events(event)
    (rule,) = function(text).rules
    assert rule.transformer is not None
    shaped = rule.transformer.shaping({"detail": {"repository-name": "app"}})
    assert shaped.value == {"name": "app"}
    assert rule.transformer.line_of("repo") == line_of(text, "repo:")


def test_a_constant_input_is_read(function):
    event = "- eventBridge:\n    pattern: {source: [aws.ecr]}\n    input: {a: 1}"
    (rule,) = function(with_events(event)).rules
    assert rule.transformer is not None
    assert rule.transformer.shaping({}).value == {"a": 1}


def test_a_schedule_is_no_rule(function):
    assert function(with_events("- eventBridge: {schedule: rate(1 hour)}")).rules == ()
    assert function(with_events("- schedule: rate(1 hour)")).rules == ()


QUEUE = """
resources:
  - Resources:
      Queue: {Type: AWS::SQS::Queue, Properties: {QueueName: "${self:service}-q"}}
      Rule:
        Type: AWS::Events::Rule
        Properties:
          EventPattern: {source: [aws.ecr]}
          Targets: [{Id: q, Arn: !GetAtt Queue.Arn}]
service: shop
"""


@pytest.mark.parametrize(
    "arn",
    [
        "!GetAtt Queue.Arn",
        "{Fn::GetAtt: [Queue, Arn]}",
        f"arn:aws:sqs:us-east-1:{ACCOUNT}:shop-q",
        "!Sub arn:aws:sqs:${AWS::Region}:${AWS::AccountId}:${self:service}-q",
        '"arn:aws:sqs:${aws:region}:${aws:accountId}:shop-q"',
        '"arn:aws:sqs:#{AWS::Region}:#{AWS::AccountId}:${self:service}-q"',
        "!Sub 'arn:aws:sqs:#{AWS::Region}:${AWS::AccountId}:shop-q'",
    ],
)
def test_a_rule_reaches_a_function_through_a_queue(function, arn):
    event = f"""
    - sqs:
        arn: {arn}
        batchSize: 5
        functionResponseType: ReportBatchItemFailures
    """
    (rule,) = function(with_events(event, QUEUE)).rules
    assert (rule.name, rule.envelope) == ("Rule", "sqs")
    assert rule.feed is not None
    assert (rule.feed.size, rule.feed.reports) == (5, True)


def test_a_queue_may_be_named_alone(function):
    text = with_events(f"- sqs: arn:aws:sqs:us-east-1:{ACCOUNT}:shop-q", QUEUE)
    (rule,) = function(text).rules
    assert rule.feed is not None
    assert (rule.envelope, rule.feed.size, rule.feed.reports) == ("sqs", None, False)
    for other in (":other", "", ":1:2:3:4", "{}"):
        assert function(text.replace(":shop-q", other)).rules == ()


@pytest.mark.parametrize(
    ("event", "resource", "reference", "envelope"),
    [
        ("sns: {arn: !Ref T, topicName: t}", "T: {Type: AWS::SNS::Topic}", "!Ref T", "sns"),
        ("sns: ecr-events", "X: {Type: AWS::SNS::Topic}", "!Ref SNSTopicEcrevents", "sns"),
        ("sns: {topicName: ecr}", "X: {Type: AWS::SNS::Topic}", "!Ref SNSTopicEcr", "sns"),
        (
            "stream: {type: kinesis, arn: !GetAtt S.Arn}",
            "S: {Type: AWS::Kinesis::Stream}",
            "!GetAtt S.Arn",
            "kinesis",
        ),
        (
            f"stream: arn:aws:kinesis:us-east-1:{ACCOUNT}:stream/s",
            "S: {Type: AWS::Kinesis::Stream, Properties: {Name: s}}",
            "!GetAtt S.Arn",
            "kinesis",
        ),
        (
            "cloudwatchLog: /aws/events/ecr",
            "G: {Type: AWS::Logs::LogGroup, Properties: {LogGroupName: /aws/events/ecr}}",
            "!GetAtt G.Arn",
            "logs",
        ),
        (
            "http: GET /x",
            "X: {Type: AWS::SNS::Topic}",
            "!GetAtt FnLambdaFunction.Arn",
            "lambda",
        ),
        (
            "http: GET /x",
            "X: {Type: AWS::SNS::Topic}",
            "'arn:aws:lambda:us-east-1:${aws:accountId}:function:shop-dev-fn'",
            "lambda",
        ),
    ],
)
def test_a_rule_among_the_resources_reaches_a_function(
    function, event, resource, reference, envelope
):
    more = f"""
    service: shop
    resources:
      Resources:
        {resource}
        Rule:
          Type: AWS::Events::Rule
          Properties:
            EventPattern: {{source: [aws.ecr]}}
            Targets: [{{Id: t, Arn: {reference}}}]
    """
    (rule,) = function(with_events(f"- {event}", more)).rules
    assert (rule.name, rule.envelope) == ("Rule", envelope)


def test_a_queue_of_dead_letters_is_another_way(stack):
    text = """
    functions:
      main:
        handler: src/app.handler
        events:
          - eventBridge:
              pattern: {source: [aws.ecr]}
              deadLetterQueueArn: !GetAtt Dead.Arn
      dead:
        handler: src/app.dead
        events: [{sqs: !GetAtt Dead.Arn}]
    resources: {Resources: {Dead: {Type: AWS::SQS::Queue}}}
    """
    main, dead = stack(text).functions
    assert [rule.envelope for rule in main.rules] == ["lambda"]
    assert [(rule.name, rule.envelope) for rule in dead.rules] == [("main-rule-1", "dlq")]


# Variables
# --------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("variable", "value"),
    [
        ("${self:custom.x}", "own"),
        ("a-${self:custom.x}-b", "a-own-b"),
        ("${self:custom.list.1}", "second"),
        ("${self:custom.none, 'd'}", "d"),
        ('${self:custom.none, "d"}', "d"),
        ("${self:custom.none, self:custom.x}", "own"),
        ("${self:custom.none, ${self:custom.x}}", "own"),
        ("${self:custom.${self:custom.key}}", "own"),
        ("${self:custom.${opt:stage, 'dev'}.y}", "in dev"),
        ("${self:custom.indirect.y}", "in dev"),
        ("${opt:stage, 'qa'}", "qa"),
        ("${opt:stage, self:provider.stage}", "dev"),
        ("${self:custom.${opt:stage}.y}", "in dev"),
        ("${sls:stage}", "dev"),
        ("${self:provider.region}", "us-east-1"),
        ("${env:REPO, 'r'}", "r"),
        ("${ssm:/a/b, 'd'}", "d"),
        ("${ssm(eu-west-1):/a, 'a, b'}", "a, b"),
        ("${param:p}", "default p"),
        ("${param:q}", "dev q"),
        ("${param:none, 'd'}", "d"),
        ("${file(./v.json):inner.value}", "from json"),
        ("${file(v.${sls:stage}.yml):value}", "from own"),
        ("${file(none.yml):value, 'd'}", "d"),
        ("${file(v.js):value, 'd'}", "d"),
        ("${file(v.txt)}", "words"),
        ("${strToBool(true)}", True),
        ("${self:custom.number}", 5),
        ("${self:custom.none, 5}", 5),
        ("${self:custom.none, true}", True),
        ("{{resolve}}", "{{resolve}}"),
        ("${", "${"),
        ("${}", "${}"),
        ("${AWS::Region}", "${AWS::Region}"),
        ("${Topic.Arn}", "${Topic.Arn}"),
    ],
)
def test_a_variable_has_its_value(function, variable, value):
    more = """
    custom:
      x: own
      key: x
      number: 5
      list: [first, second]
      dev: {y: in dev}
      indirect: ${self:custom.dev}
    params:
      default: {p: default p, q: default q}
      dev: {q: dev q}
    """
    pattern = json.dumps({"source": [variable]})
    files = {
        "v.json": '{"inner": {"value": "from json"}}',
        "v.dev.yml": "value: from ${self:custom.x}\n",
        "v.js": "x",
        "v.txt": "words",
    }
    (rule,) = function(with_pattern(pattern, more), **files).rules
    assert rule.pattern == {"source": [value]}
    assert rule.unresolved == ()


@pytest.mark.parametrize(
    "variable",
    [
        "${ssm:/a}",
        "${cf:stack.Output}",
        "${cf(us-east-1):stack.Output}",
        "${env:NAME}",
        "${opt:name}",
        "${s3:bucket/key}",
        "${git:branch}",
        "${self:custom.none}",
        "${self:custom.loop}",
        "${param:none}",
        "${file(v.js):name}",
        "${file(none.yml)}",
        "${opt:a, ssm:/b}",
        "shop/${ssm:/a}",
        "${self:custom.${ssm:/a}}",
        "${self:custom.holds}",
    ],
)
def test_what_is_not_known_admits_any_value(function, variable):
    more = "custom: {loop: '${self:custom.loop}', holds: 'a-${env:X}'}\n"
    for condition in (variable, {"prefix": variable}, {"anything-but": [variable]}):
        pattern = {"source": ["aws.ecr"], "detail": {"repository-name": ["x", condition]}}
        (rule,) = function(with_pattern(json.dumps(pattern), more)).rules
        assert rule.pattern == {
            "source": ["aws.ecr"],
            "detail": {"repository-name": [{"exists": True}]},
        }
        assert rule.unresolved == ("$.detail.repository-name",)


def test_a_key_whose_whole_value_is_not_known_admits_any_value(function):
    pattern = {"source": ["aws.ecr"], "detail": {"result": "${ssm:/a}"}, "region": "${env:R}"}
    (rule,) = function(with_pattern(json.dumps(pattern))).rules
    anything = [{"exists": True}]
    assert rule.pattern == {
        "source": ["aws.ecr"],
        "detail": {"result": anything},
        "region": anything,
    }
    assert rule.unresolved == ("$.detail.result", "$.region")


def test_a_disabled_rule_reaches_nobody(stack):
    event = "- eventBridge: {pattern: {source: [aws.ecr]}, enabled: false}"
    declared = stack(with_events(event))
    assert declared.functions[0].rules == ()
    assert [rule.disabled for rule in declared.rules] == [True]


def test_an_account_in_a_pattern_is_any(function):
    pattern = {"source": ["aws.ecr"], "resources": ["arn:aws:ecr:us-east-1:${aws:accountId}:x"]}
    (rule,) = function(with_pattern(json.dumps(pattern))).rules
    assert rule.pattern["resources"] == [{"wildcard": "arn:aws:ecr:us-east-1:*:x"}]


def test_alternatives_are_looked_through(function):
    alternatives = [{"detail": {"result": ["${ssm:/a}"]}}, {"region": ["us-east-1"]}]
    (rule,) = function(with_pattern(json.dumps({"$or": alternatives}))).rules
    assert rule.pattern["$or"][0] == {"detail": {"result": [{"exists": True}]}}
    assert rule.pattern["$or"][1] == {"region": ["us-east-1"]}
    assert rule.unresolved == ("$.detail.result",)


def test_a_pattern_that_is_not_known_at_all_says_nothing(function):
    assert function(with_pattern("${file(pattern.js)}")).rules == ()


def test_unknown_values_of_a_rule_among_the_resources_are_told(function):
    (rule,) = function(
        with_events(
            "- sqs: !GetAtt Queue.Arn",
            QUEUE.replace("{source: [aws.ecr]}", "{source: ['${ssm:/a}']}"),
        )
    ).rules
    assert rule.pattern == {"source": [{"exists": True}]}
    assert rule.unresolved == ("$.source",)


def test_what_stands_in_other_files_is_told_with_its_file(stack):
    text = """
    functions: ${file(functions.yml)}
    resources:
      - ${file(infra/queue.yml)}
    """
    functions_text = """
    fn:
      handler: src/app.handler
      events:
        - sqs: !GetAtt Queue.Arn
        - eventBridge: {pattern: "${file(pattern.json)}"}
    """
    rule = {
        "Type": "AWS::Events::Rule",
        "Properties": {
            "EventPattern": SCAN,
            "Targets": [{"Arn": {"Fn::GetAtt": ["Queue", "Arn"]}}],
        },
    }
    resources = {"Resources": {"Queue": {"Type": "AWS::SQS::Queue"}, "Rule": rule}}
    files = {
        "functions.yml": functions_text,
        "pattern.json": json.dumps(SCAN),
        "infra__queue.yml": json.dumps(resources, indent=1),
    }
    declared = stack(text, **files)
    (known,) = declared.functions
    assert (known.template, known.line) == (Path("functions.yml"), 2)
    line = line_of(files["infra__queue.yml"], '"Rule"')
    assert list(map(str, known.rules)) == [
        f"infra/queue.yml:{line}, rule Rule",
        "functions.yml:6, rule fn-rule-2",
    ]
    assert known.rules[1].pattern == SCAN
    for text in ("serverless.yml:fn", "src/app.py:handler"):
        assert purpose_of(Target.parse(text)).kinds == ("scan",)


def test_a_broken_file_that_a_variable_names_is_told(stack):
    with pytest.raises(TemplateError, match=r"pattern\.json:1: it is not JSON"):
        stack(with_pattern("${file(pattern.json)}"), **{"pattern.json": '{"a": '})


def test_a_stage_that_refers_to_itself_is_the_usual_one(function):
    text = with_pattern("{source: ['${sls:stage}']}").replace(
        "provider: {", "provider: {stage: '${opt:stage}', "
    )
    assert function(text).rules[0].pattern == {"source": ["dev"]}


def test_a_function_may_stand_in_a_file_of_its_own(stack):
    text = "functions:\n  - fn: ${file(fn.yml)}\n"
    own = "handler: src/app.handler\nevents:\n  - eventBridge: {pattern: {source: [aws.ecr]}}\n"
    (known,) = stack(text, **{"fn.yml": own}).functions
    assert (known.template, known.line) == (Path("serverless.yml"), 2)
    assert [str(rule) for rule in known.rules] == ["fn.yml:3, rule fn-rule-1"]


def test_a_rule_of_another_template_reaches_a_function_by_its_name(stack, folder):
    stack("service: shop\nfunctions:\n  fn: {handler: src/app.handler}\n")
    arn = f"arn:aws:lambda:us-east-1:{ACCOUNT}:function:shop-dev-fn"
    properties = {"EventPattern": SCAN, "Targets": [{"Id": "t", "Arn": arn}]}
    rule = {"Type": "AWS::Events::Rule", "Properties": properties}
    write(folder, "rules.json", json.dumps({"Resources": {"R": rule, "S": rule}}))
    assert purpose_of(Target.parse("serverless.yml:fn")).kinds == ("scan",)


@pytest.mark.long
@pytest.mark.parametrize(
    "value",
    ["'${self:custom.a%d}${self:custom.a%d}'", "['${self:custom.a%d}', '${self:custom.a%d}']"],
)
def test_variables_that_multiply_are_told(stack, value):
    lines = [f"  a{number}: {value % (number + 1, number + 1)}" for number in range(40)]
    more = "custom:\n" + "\n".join(lines) + "\n  a40: end\n"
    with pytest.raises(TemplateError, match="refer to one another so often"):
        stack(with_pattern("{source: ['${self:custom.a0}']}") + more)


# Whatever stands where something else is meant
# --------------------------------------------------------------------------------------------------

ODD: tuple[Any, ...] = (None, True, 0, 1.5, "", "x", "../..", "arn:", "${self:}", "${", "a.b.c", [])
ODD += ([None], [[["x"]]], {}, {"a": {"b": ["c"]}}, {"Ref": 5}, {"Fn::Join": ["", 5]})
ODD += ({"Fn::Sub": ["a", 5]}, {"Fn::GetAtt": []}, {"Fn::If": ["c", {"a": 1}, [2]]})
WHOLE = yaml_value("serverless.yml", with_events("- sqs: !GetAtt Queue.Arn", QUEUE))
ORDINARY = yaml_value("serverless.yml", NOTIFY)


def places_in(value: Any, place: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:
    """The places of all values in another, each as the keys and indices that lead there."""
    if place:
        yield place
    if isinstance(value, dict):
        entries: Iterable[tuple[Any, Any]] = value.items()
    else:
        entries = enumerate(value if isinstance(value, list) else [])
    for key, inner in entries:
        yield from places_in(inner, (*place, key))


@pytest.mark.parametrize("name", ["serverless.json", "resolved.json"])
@given(data=st.data())
def test_whatever_stands_in_a_configuration_only_one_error_escapes(tmp_path_factory, name, data):
    content = json.loads(json.dumps(data.draw(st.sampled_from([WHOLE, ORDINARY]))))
    for _ in range(data.draw(st.integers(1, 3))):
        *above, last = data.draw(st.sampled_from(list(places_in(content))))
        holder = content
        for step in above:
            holder = holder[step]
        holder[last] = json.loads(json.dumps(data.draw(st.sampled_from(ODD))))
    file = tmp_path_factory.getbasetemp() / name
    file.write_text(json.dumps(content, indent=1))
    told = ""
    try:
        told = read_stack(file).file.name
    except TemplateError as error:
        told = Path(error.file).name
    assert told == name


@pytest.mark.parametrize("handler", ["../..", "..", "/", "", "{Fn::Join: ['', 5]}"])
def test_a_handler_that_names_no_file_is_told(function, handler):
    assert function(f"functions: {{fn: {{handler: {handler or repr('')}}}}}").problem
