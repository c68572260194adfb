"""Modules of Terraform: functions, their code and variables, and the rules that reach them."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

from ecr_contracts.core.errors import ConsumerError, ShapingError
from ecr_contracts.core.placeholders import ACCOUNT
from ecr_contracts.discovery.iac.cloudformation.code_places import CodePlace, Where
from ecr_contracts.discovery.iac.cloudformation.functions import Function
from ecr_contracts.discovery.iac.cloudformation.rules import Rule
from ecr_contracts.discovery.iac.documents.document import TemplateError
from ecr_contracts.discovery.iac.stack import Stack, read_stack, transformer
from ecr_contracts.discovery.purpose import purpose_of
from ecr_contracts.discovery.surroundings import rules_of
from ecr_contracts.discovery.target import Target
from tests.unit.discovery.templates import line_of
from tests.writing import HANDLER, write

SCANS = {"source": ["aws.ecr"], "detail-type": ["ECR Image Scan"]}

FUNCTION = """
data "archive_file" "webhook" {
  type        = "zip"
  source_dir  = "${path.module}/src"
  output_path = "${path.module}/webhook.zip"
}

resource "aws_lambda_function" "webhook" {
  function_name    = "ecr-webhook"
  filename         = data.archive_file.webhook.output_path
  source_code_hash = data.archive_file.webhook.output_base64sha256
  handler          = "app.handler"
  runtime          = "python3.12"
  timeout          = 20

  environment {
    variables = {
      TOPIC_ARN = aws_sns_topic.alerts.arn
      HOOK_URL  = var.hook_url # given when it is deployed
      DAYS      = 3
    }
  }
}

resource "aws_sns_topic" "alerts" {
  name = "alerts"
}
"""

RULE = """
resource "aws_cloudwatch_event_rule" "scans" {
  name          = "ecr-scans"
  event_pattern = jsonencode({
    source        = ["aws.ecr"],       # the service
    "detail-type" : ["ECR Image Scan"] // and its event
  })
}
"""

TARGET = """
resource "aws_cloudwatch_event_target" "scans" {
  rule = aws_cloudwatch_event_rule.scans.name
  arn  = %s
}
"""


@pytest.fixture
def project(folder):
    """A folder in which the code of the function lies, and a function that writes a module."""
    write(folder, "src/app.py", HANDLER)

    def written(*parts: str, name: str = "main.tf") -> Path:
        write(folder, name, "".join(parts))
        return Path(name)

    return written


def function_in(file: Path, name: str = "webhook") -> Function:
    (function,) = [one for one in read_stack(file).functions if one.name == name]
    return function


def rule_in(file: Path, name: str = "scans") -> Rule:
    (rule,) = [one for one in read_stack(file).rules if one.name == name]
    return rule


def test_a_function_is_read_with_its_code_and_variables(project):
    function = function_in(project(FUNCTION))
    assert function == Function(
        template=Path("main.tf"),
        name="webhook",
        line=line_of(FUNCTION, 'resource "aws_lambda_function"'),
        file=Path("src/app.py"),
        attribute="handler",
        root=Path("src"),
        timeout=20.0,
        aliases=("ecr-webhook",),
        environment=function.environment,
        place=CodePlace(Where.FOLDER, "src", Path("src")),
        names_elsewhere=("function:ecr-webhook",),
    )
    assert function.environment == {
        "TOPIC_ARN": f"arn:aws:sns:us-east-1:{ACCOUNT}:alerts",
        "HOOK_URL": "https://example.invalid/hook-url",
        "DAYS": "3",
    }


@pytest.mark.parametrize(
    "arn",
    [
        "aws_lambda_function.webhook.arn",
        '"${aws_lambda_function.webhook.arn}"',
        '"${aws_lambda_function.webhook.arn}:live"',
        "aws_lambda_function.webhook.qualified_arn",
        '"arn:aws:lambda:eu-west-1:123456789012:function:ecr-webhook"',
        '"arn:aws:lambda:eu-west-1:${data.aws_caller_identity.me.account_id}:function:ecr-webhook"',
        '"arn:aws:lambda:eu-west-1:123456789012:function:${aws_lambda_function.webhook.id}"',
        "local.arns[0]",
        "try(local.arns[7], local.arns[0])",
    ],
)
def test_a_rule_reaches_a_function_however_its_arn_is_written(project, arn):
    more = "locals {\n  arns = [aws_lambda_function.webhook.arn]\n}\n"
    file = project(FUNCTION, RULE, TARGET % arn, more)
    (rule,) = function_in(file).rules
    assert (rule.envelope, rule.pattern, rule.unresolved) == ("lambda", SCANS, ())
    assert str(rule) == f"main.tf:{line_of(FUNCTION + RULE, 'event_rule')}, rule scans"
    assert purpose_of(Target.parse("main.tf:webhook")).kinds == ("scan",)


@pytest.mark.parametrize(
    ("more", "arn", "envelope"),
    [
        (
            """
            resource "aws_sqs_queue" "q" {
              name = "pushes"
            }
            resource "aws_lambda_event_source_mapping" "q" {
              event_source_arn        = aws_sqs_queue.q.arn
              function_name           = aws_lambda_function.webhook.arn
              batch_size              = 5
              function_response_types = ["ReportBatchItemFailures"]
            }
            """,
            "aws_sqs_queue.q.arn",
            "sqs",
        ),
        (
            """
            resource "aws_sqs_queue" "q" {
              name       = "pushes.fifo"
              fifo_queue = true
            }
            resource "aws_lambda_event_source_mapping" "q" {
              event_source_arn = aws_sqs_queue.q.arn
              function_name    = aws_lambda_function.webhook.function_name
            }
            """,
            "aws_sqs_queue.q.arn",
            "sqs-fifo",
        ),
        (
            """
            resource "aws_sns_topic_subscription" "s" {
              topic_arn = aws_sns_topic.alerts.arn
              protocol  = "lambda"
              endpoint  = aws_lambda_function.webhook.arn
            }
            """,
            "aws_sns_topic.alerts.arn",
            "sns",
        ),
        (
            """
            resource "aws_sqs_queue" "q" {}
            resource "aws_sns_topic_subscription" "s" {
              topic_arn            = aws_sns_topic.alerts.arn
              protocol             = "sqs"
              endpoint             = aws_sqs_queue.q.arn
              raw_message_delivery = true
            }
            resource "aws_lambda_event_source_mapping" "q" {
              event_source_arn = aws_sqs_queue.q.arn
              function_name    = aws_lambda_function.webhook.arn
            }
            """,
            "aws_sns_topic.alerts.arn",
            "sns-sqs-raw",
        ),
        (
            """
            resource "aws_kinesis_stream" "s" {}
            resource "aws_lambda_event_source_mapping" "s" {
              event_source_arn = aws_kinesis_stream.s.arn
              function_name    = aws_lambda_function.webhook.arn
            }
            """,
            "aws_kinesis_stream.s.arn",
            "kinesis",
        ),
        (
            """
            resource "aws_kinesis_stream" "s" {}
            resource "aws_pipes_pipe" "s" {
              source = aws_kinesis_stream.s.arn
              target = aws_lambda_function.webhook.arn
            }
            """,
            "aws_kinesis_stream.s.arn",
            "pipe-kinesis",
        ),
        (
            """
            resource "aws_lambda_function" "other" {
              function_name = "other"
            }
            resource "aws_lambda_function_event_invoke_config" "other" {
              function_name = aws_lambda_function.other.function_name
              destination_config {
                on_failure {
                  destination = aws_lambda_function.webhook.arn
                }
              }
            }
            """,
            "aws_lambda_function.other.arn",
            "on-failure",
        ),
        (
            """
            resource "aws_cloudwatch_log_group" "events" {
              name = "/aws/events/ecr"
            }
            resource "aws_cloudwatch_log_subscription_filter" "events" {
              name            = "events"
              log_group_name  = aws_cloudwatch_log_group.events.name
              filter_pattern  = ""
              destination_arn = aws_lambda_function.webhook.arn
            }
            """,
            '"${aws_cloudwatch_log_group.events.arn}:*"',
            "logs",
        ),
        (
            """
            resource "aws_kinesis_firehose_delivery_stream" "f" {
              extended_s3_configuration {
                processing_configuration {
                  processors {
                    type = "Lambda"
                    parameters {
                      parameter_name  = "LambdaArn"
                      parameter_value = "${aws_lambda_function.webhook.arn}:$LATEST"
                    }
                  }
                }
              }
            }
            """,
            "aws_kinesis_firehose_delivery_stream.f.arn",
            "firehose",
        ),
        (
            """
            resource "aws_lambda_alias" "live" {
              name          = "live"
              function_name = aws_lambda_function.webhook.function_name
            }
            """,
            "aws_lambda_alias.live.arn",
            "lambda",
        ),
    ],
    ids=lambda value: value if isinstance(value, str) and value.isprintable() else "",
)
def test_events_reach_a_function_in_the_envelope_of_what_is_between(project, more, arn, envelope):
    (rule,) = function_in(project(FUNCTION, RULE, TARGET % arn, more)).rules
    assert (rule.name, rule.envelope, rule.pattern) == ("scans", envelope, SCANS)


def test_a_queue_tells_how_large_its_batches_are_and_where(project):
    mapping = """
resource "aws_sqs_queue" "q" {}
resource "aws_lambda_event_source_mapping" "q" {
  event_source_arn        = aws_sqs_queue.q.arn
  function_name           = aws_lambda_function.webhook.arn
  batch_size              = 5
  function_response_types = ["ReportBatchItemFailures"]
}
"""
    project(mapping, name="queue.tf")
    (rule,) = function_in(project(FUNCTION, RULE, TARGET % "aws_sqs_queue.q.arn")).rules
    assert rule.feed is not None
    assert (rule.feed.place, rule.feed.size, rule.feed.reports) == ("queue.tf:3", 5, True)


def test_an_undelivered_event_reaches_the_function_of_its_queue(project):
    more = """
resource "aws_cloudwatch_event_target" "scans" {
  rule = "ecr-scans"
  arn  = aws_sfn_state_machine.m.arn
  dead_letter_config {
    arn = aws_sqs_queue.dead.arn
  }
}
resource "aws_sfn_state_machine" "m" {}
resource "aws_sqs_queue" "dead" {}
resource "aws_lambda_event_source_mapping" "dead" {
  event_source_arn = aws_sqs_queue.dead.arn
  function_name    = aws_lambda_function.webhook.arn
}
"""
    assert [rule.envelope for rule in function_in(project(FUNCTION, RULE, more)).rules] == ["dlq"]


def test_a_transformer_is_read_with_the_lines_of_its_paths(project):
    target = """
resource "aws_cloudwatch_event_target" "scans" {
  rule = aws_cloudwatch_event_rule.scans.name
  arn  = aws_lambda_function.webhook.arn
  input_transformer {
    input_paths = {
      repository = "$.detail.repository-name"
    }
    input_template = <<-EOF
      {"repository": <repository>}
    EOF
  }
}
"""
    (rule,) = function_in(project(FUNCTION, RULE, target)).rules
    transformer = rule.transformer
    assert transformer is not None
    text = FUNCTION + RULE + target
    assert transformer.shaping.input_paths_map == {"repository": "$.detail.repository-name"}
    assert transformer.shaping.input_template == '{"repository": <repository>}\n'
    assert (transformer.file, transformer.line) == ("main.tf", line_of(text, "input_transformer"))
    assert transformer.line_of("repository") == line_of(text, "repository =")
    assert transformer.line_of("") == line_of(text, "input_template")


# Names
# --------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", ["webhook", "ecr-webhook", ""])
def test_a_function_is_named_by_its_resource_or_as_it_is_called(project, name):
    project(FUNCTION)
    target = Target.parse(f"main.tf:{name}" if name else "main.tf")
    assert (target.file, target.attribute) == (Path("src/app.py"), "handler")


def test_a_function_that_is_not_there_is_answered_with_those_that_are(project):
    project(FUNCTION)
    with pytest.raises(ConsumerError, match=r"main\.tf has no function 'webhok'") as caught:
        Target.parse("main.tf:webhok")
    assert "webhook" in caught.value.advice


def test_functions_of_for_each_are_named_by_their_keys(project):
    text = FUNCTION.replace('"ecr-webhook"', '"scan-${each.key}"').replace(
        'resource "aws_lambda_function" "webhook" {',
        'resource "aws_lambda_function" "webhook" {\n  for_each = toset(["api", "web"])',
    )
    file = project(text)
    names = [function.name for function in read_stack(file).functions]
    assert names == ['webhook["api"]', 'webhook["web"]']
    target = Target.parse("main.tf:scan-web")
    assert target.function is not None
    assert target.function.name == 'webhook["web"]'


# Where the code lies
# --------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("archive", "root"),
    [
        ('source_dir = "src"', "src"),
        ('source_file = "${path.module}/src/app.py"', "src"),
        ('source {\n content = file("${path.module}/src/app.py")\n filename = "app.py"\n }', "src"),
    ],
)
def test_an_archive_tells_where_the_code_lies(project, archive, root):
    text = FUNCTION.replace('source_dir  = "${path.module}/src"', archive)
    assert text != FUNCTION
    assert function_in(project(text)).root == Path(root)


def test_an_archive_is_known_by_the_file_that_it_writes(project):
    written = '"${path.module}/webhook.zip"'
    text = FUNCTION.replace("data.archive_file.webhook.output_path", written)
    assert function_in(project(text)).file == Path("src/app.py")


@pytest.mark.parametrize(
    ("old", "new", "problem"),
    [
        ("data.archive_file.webhook.output_path", '"build/x.zip"', ""),
        ('handler          = "app.handler"', 'package_type = "Image"', "container image"),
        ('"python3.12"', '"ruby3.3"', "its Runtime is ruby3.3, not Python"),
        ('"${path.module}/src"', '"${path.module}/build"', "build, where there is no folder"),
        ('"app.handler"', '"other.handler"', "there is no file src/other.py"),
    ],
)
def test_what_cannot_be_loaded_says_why(project, old, new, problem):
    text = FUNCTION.replace(old, new)
    assert text != FUNCTION
    assert problem in function_in(project(text)).problem


@pytest.mark.parametrize(
    "argument", ['filename = "x.zip"', 's3_bucket = "code"\n  s3_key = "x.zip"']
)
def test_code_that_lies_elsewhere_is_said_to(project, argument):
    resource = FUNCTION.partition("resource")[2].replace(
        "filename         = data.archive_file.webhook.output_path", argument
    )
    lines = [line for line in resource.splitlines() if "source_code_hash" not in line]
    function = function_in(project("resource", "\n".join(lines)))
    assert function.problem.startswith("its code lies elsewhere")


# Bad input
# --------------------------------------------------------------------------------------------------


def test_what_is_no_hcl_is_refused_with_its_line(project):
    file = project('resource "aws_lambda_function" "x" {\n  handler = = 1\n}\n')
    with pytest.raises(TemplateError, match=r"^main.tf:2: it is not HCL: '=' is not expected"):
        read_stack(file)
    with pytest.raises(ConsumerError, match=r"main.tf:2: it is not HCL"):
        Target.parse("main.tf:x")


def test_what_refers_to_itself_is_refused_with_its_line(project):
    file = project("locals {\n  a = local.b\n  b = local.a\n}\n", FUNCTION.replace("3", "local.a"))
    with pytest.raises(TemplateError, match=r"^main.tf:\d: local.\w refers to itself"):
        read_stack(file)


def test_python_hcl2_is_asked_for_where_it_is_not_installed(project, monkeypatch):
    file = project(FUNCTION)
    monkeypatch.setitem(sys.modules, "hcl2", None)
    with pytest.raises(
        TemplateError, match=r"main\.tf: reading Terraform takes python-hcl2"
    ) as caught:
        read_stack(file)
    assert caught.value.advice == "install it: python -m pip install 'ecr-contracts[templates]'"
    assert purpose_of(Target.parse("src/app.py:handler")).why == ""


@pytest.mark.parametrize(
    ("name", "problem"),
    [
        ("nowhere.tf", r"nowhere\.tf: No such file"),
        ("main.tf.json", r"main\.tf\.json: modules in JSON are not read.*\n.*name a plan"),
    ],
)
def test_a_file_that_is_not_read_says_what_to_name(folder, name, problem):
    write(folder, "main.tf.json", '{"resource": {}}')
    with pytest.raises(TemplateError, match=problem):
        read_stack(Path(name))


def test_an_empty_module_declares_nothing(project):
    file = project("# aws_lambda_function\n")
    assert read_stack(file) == Stack(file, for_others=())
    with pytest.raises(ConsumerError, match=r"main\.tf has no Lambda function"):
        Target.parse("main.tf:x")


def test_lines_are_those_of_the_file_in_which_a_rule_stands(project):
    project(RULE, name="a.tf")
    project("\n\n\n" + TARGET % "aws_lambda_function.webhook.arn", name="z.tf")
    function = function_in(project(FUNCTION))
    assert [(rule.file, rule.line) for rule in function.rules] == [("a.tf", 2)]
    assert (function.template, function.line) == (Path("main.tf"), 8)


def test_a_rule_for_a_state_machine_alone_is_nobodys_else(project):
    """A rule beside a handler is the handler's if it is the only one, but not this one."""
    more = 'resource "aws_sfn_state_machine" "m" {}\n'
    project(RULE, TARGET % "aws_sfn_state_machine.m.arn", more, name="src/main.tf")
    assert rules_of(Target.parse("src/app.py:handler")) == ()
    project(RULE, TARGET % "var.arn", more, name="src/main.tf")
    assert len(rules_of(Target.parse("src/app.py:handler"))) == 1


@pytest.mark.parametrize(
    ("arn", "name"),
    [
        ("var.arn", ""),
        ("module.elsewhere.arn", ""),
        ('"arn:aws:lambda:eu-west-1:${var.account}:function:other"', "function:other"),
        ("data.aws_lambda_function.other.arn", "function:other"),
        ("aws_sns_topic.alerts.arn", None),
    ],
)
def test_what_a_rule_reaches_elsewhere_is_told_by_its_name(project, arn, name):
    more = 'data "aws_lambda_function" "other" {\n  function_name = "other"\n}\n'
    stack = read_stack(project(FUNCTION, RULE, TARGET % arn, more))
    found = [(reached, rule.name) for reached, rule in stack.for_others or ()]
    assert found == ([] if name is None else [(name, "scans")])


# Transformers by name
# --------------------------------------------------------------------------------------------------

SHAPED = """
resource "aws_cloudwatch_event_target" "scans" {
  rule      = aws_cloudwatch_event_rule.scans.name
  target_id = "notify"
  arn       = aws_lambda_function.webhook.arn
  input_transformer {
    input_paths = { repository = "$.detail.repository-name" }
    %s
  }
}
"""
TEMPLATE = 'input_template = "{\\"repository\\": <repository>}"'


@pytest.mark.parametrize("name", ["", ":scans", ":notify", ":webhook"])
def test_a_transformer_is_named_by_its_rule_its_target_or_its_function(project, name):
    project(FUNCTION, RULE, SHAPED % TEMPLATE)
    shaped = transformer(f"main.tf{name}")
    assert shaped.shaping.input_template == '{"repository": <repository>}'
    assert (shaped.name, shaped.pattern, shaped.file) == ("scans", SCANS, "main.tf")
    assert shaped.line_of("repository") == line_of(FUNCTION + RULE + SHAPED, "input_paths")


def test_a_transformer_that_is_not_there_is_answered_with_those_that_are(project):
    project(FUNCTION, RULE, SHAPED % TEMPLATE)
    with pytest.raises(TemplateError, match=r"nothing is called 'x'") as caught:
        transformer("main.tf:x")
    assert caught.value.advice.endswith("there are: scans or notify or webhook")


def test_a_transformer_that_is_refused_is_told_with_its_place(project):
    project(FUNCTION, RULE)
    project("\n\n", SHAPED % "", name="z.tf")
    with pytest.raises(ShapingError, match=r"^z\.tf:8, InputTransformer: .*no InputTemplate"):
        transformer("main.tf:scans")
    assert function_in(Path("main.tf")).rules[0].transformer is None


def test_a_pattern_that_is_too_deep_is_told_with_its_file(project):
    rule = RULE.replace("jsonencode({", f"jsonencode({{\n    a = {deep(120)}")
    project("\n", rule, name="z.tf")
    with pytest.raises(TemplateError, match=r"^z\.tf:3: the pattern of .* is too deeply nested"):
        read_stack(project(FUNCTION))


def deep(depth: int) -> str:
    """A call that gives a deep value."""
    return 'jsondecode("' + '{\\"a\\":' * depth + "1" + "}" * depth + '")'


def test_a_rule_of_another_module_reaches_a_function_by_its_name(project):
    more = 'variable "stage" {}\n'
    function = FUNCTION.replace("${path.module}/src", "${path.module}/../src")
    project(more, function.replace('"ecr-webhook"', '"${var.stage}-webhook"'), name="infra/main.tf")
    arn = '"arn:aws:lambda:eu-west-1:123456789012:function:prod-webhook"'
    project(RULE, TARGET % arn, name="deploy/main.tf")
    project(
        RULE.replace("Scan", "Action"), TARGET % arn.replace("webhook", "hook"), name="aws/x.tf"
    )
    (rule,) = rules_of(Target.parse("src/app.py:handler"))
    assert rule.file == "deploy/main.tf"
