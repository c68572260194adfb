"""Modules of Terraform: variables and their files, modules in folders, those of the registry."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from ecr_contracts.core.errors import ConsumerError
from ecr_contracts.discovery.iac.documents.document import TemplateError
from ecr_contracts.discovery.iac.stack import read_stack
from ecr_contracts.discovery.purpose import purpose_of
from ecr_contracts.discovery.target import Target
from tests.writing import HANDLER, write

NOTIFIER = """
variable "name" {}
variable "source_dir" {}
variable "action_types" {
  default = ["PUSH", "DELETE"]
}
variable "repository" {
  default = "any"
}

locals {
  pattern = {
    source      = ["aws.ecr"]
    detail-type = ["ECR Image Action"]
    detail = {
      action-type     = var.action_types
      repository-name = [var.repository]
    }
  }
}

data "archive_file" "this" {
  type        = "zip"
  source_dir  = var.source_dir
  output_path = "${path.module}/.build/${var.name}.zip"
}

resource "aws_lambda_function" "this" {
  function_name = var.name
  filename      = data.archive_file.this.output_path
  handler       = "app.handler"
  runtime       = "python3.11"
}

resource "aws_cloudwatch_event_rule" "this" {
  name_prefix   = "ecr-"
  event_pattern = jsonencode(local.pattern)
}

resource "aws_cloudwatch_event_target" "this" {
  rule = aws_cloudwatch_event_rule.this.name
  arn  = aws_lambda_function.this.arn
}

output "function_arn" {
  value = aws_lambda_function.this.arn
}
"""

ROOT = """
module "notifier" {
  source       = "./modules/notifier"
  name         = "ecr-notifier"
  source_dir   = "${path.module}/../src"
  action_types = var.action_types
}

variable "action_types" {
  default = ["PUSH"]
}
"""

RULE = """
resource "aws_cloudwatch_event_rule" "r" {
  event_pattern = %s
}
"""


@pytest.fixture
def infra(folder):
    """A project with its code in src/ and a module that infra/main.tf calls."""
    write(folder, "src/app.py", HANDLER)
    write(folder, "infra/modules/notifier/main.tf", NOTIFIER)
    write(folder, "infra/main.tf", ROOT)
    return folder


def details(file: str) -> list[object]:
    """What the rules of a file ask of the detail."""
    return [rule.pattern.get("detail") for rule in read_stack(Path(file)).rules]


def asked(file: str, key: str = "action-type") -> list[object]:
    """What the rules of a file ask of a key of the detail."""
    return [rule.pattern["detail"].get(key) for rule in read_stack(Path(file)).rules]


@pytest.mark.parametrize(
    "name", ["notifier.this", "notifier", "this", "ecr-notifier", ""], ids=lambda name: name or "-"
)
def test_a_function_of_a_module_is_named_in_any_way_that_tells_it(infra, name):
    target = Target.parse(f"infra/main.tf:{name}" if name else "infra/main.tf")
    assert target.file == Path("src/app.py")
    (rule,) = target.function.rules
    assert (rule.file, rule.name) == ("infra/modules/notifier/main.tf", "notifier.this")
    assert rule.pattern["detail"] == {"action-type": ["PUSH"], "repository-name": ["any"]}
    assert purpose_of(target).kinds == ("push",)


def test_a_handler_is_judged_by_the_module_that_has_its_code(infra):
    purpose = purpose_of(Target.parse("src/app.py:handler"))
    assert purpose.kinds == ("push",)
    assert purpose.why.startswith("infra/modules/notifier/main.tf:")


def test_a_handler_is_judged_by_a_module_that_reads_its_pattern_from_a_file(folder):
    write(folder, "src/app.py", HANDLER)
    write(folder, "terraform/patterns/push.json", '{"source": ["aws.ecr"]}')
    pattern = 'file("${path.module}/patterns/push.json")'
    rest = NOTIFIER.replace("jsonencode(local.pattern)", pattern)
    rest = rest.replace("aws.ecr", "").replace("ECR Image Action", "")
    rest = rest.replace('"source_dir" {}', '"source_dir" {\n  default = "../src"\n}')
    write(folder, "terraform/main.tf", rest)
    purpose = purpose_of(Target.parse("src/app.py:handler"))
    assert purpose.why.startswith("terraform/main.tf:")


def test_a_module_with_for_each_has_a_function_for_each_key(infra):
    root = ROOT.replace('"ecr-notifier"', '"ecr-${each.key}"').replace(
        "var.action_types", "[each.value]"
    )
    call = 'module "notifier" {\n  for_each = { made = "PUSH", gone = "DELETE" }'
    write(infra, "infra/main.tf", root.replace('module "notifier" {', call))
    names = [function.name for function in read_stack(Path("infra/main.tf")).functions]
    assert names == ['notifier["gone"].this', 'notifier["made"].this']
    target = Target.parse('infra/main.tf:notifier["made"]')
    (rule,) = target.function.rules
    assert rule.pattern["detail"]["action-type"] == ["PUSH"]
    with pytest.raises(ConsumerError, match="no function 'notifier'"):
        Target.parse("infra/main.tf:notifier")


def test_what_a_module_gives_out_reaches_its_function(infra):
    more = (
        RULE % 'jsonencode({ source = ["aws.ecr"] })'
        + """
resource "aws_cloudwatch_event_target" "r" {
  rule = aws_cloudwatch_event_rule.r.name
  arn  = module.notifier.function_arn
}
"""
    )
    write(infra, "infra/main.tf", ROOT + more)
    (function,) = read_stack(Path("infra/main.tf")).functions
    assert {rule.name for rule in function.rules} == {"r", "notifier.this"}


def test_a_module_may_take_what_it_gives_out_itself(infra):
    root = ROOT.replace("var.action_types", '[try(module.notifier.nothing, "PUSH")]')
    write(infra, "infra/main.tf", root)
    assert len(read_stack(Path("infra/main.tf")).functions) == 1


@pytest.mark.parametrize(
    ("files", "expected"),
    [
        ({}, ["PUSH"]),
        ({"terraform.tfvars": 'action_types = ["A"]'}, ["A"]),
        ({"x.auto.tfvars": 'action_types = ["B"]', "terraform.tfvars": "action_types = []"}, ["B"]),
        ({"terraform.tfvars.json": '{"action_types": ["C"]}'}, ["C"]),
        ({"prod.tfvars": 'action_types = ["D"]'}, ["PUSH"]),
    ],
)
def test_variables_are_given_by_the_files_that_terraform_reads(infra, files, expected):
    for name, text in files.items():
        write(infra, f"infra/{name}", text)
    assert asked("infra/main.tf") == [expected]


@pytest.mark.parametrize(
    ("source", "problem"),
    [
        ("./", "infra/main.tf:2: module notifier contains itself"),
        ("./nowhere", "the source of module notifier is ./nowhere, where there is no folder"),
    ],
)
def test_a_module_that_cannot_be_followed_is_refused(infra, source, problem):
    write(infra, "infra/main.tf", ROOT.replace("./modules/notifier", source))
    with pytest.raises(TemplateError, match=re.escape(problem)):
        read_stack(Path("infra/main.tf"))


def test_modules_that_contain_each_other_are_refused(infra):
    write(infra, "infra/modules/notifier/main.tf", 'module "m" {\n  source = "../.."\n}\n')
    with pytest.raises(TemplateError, match=r"notifier/main\.tf:1: module m contains itself"):
        read_stack(Path("infra/main.tf"))


def test_a_function_of_a_module_elsewhere_says_that_it_is_not_read(infra):
    root = ROOT.replace("./modules/notifier", "git::https://example.invalid/lambda.git")
    write(infra, "infra/main.tf", root)
    with pytest.raises(ConsumerError, match=r"main\.tf:2: its module comes from git::https"):
        Target.parse("infra/main.tf:notifier")


# Modules of the registry
# --------------------------------------------------------------------------------------------------

REGISTRY = """
module "scans" {
  source                = "terraform-aws-modules/lambda/aws"
  version               = "~> 7.0"
  function_name         = "scan-alerts"
  handler               = "app.handler"
  runtime               = "python3.12"
  source_path           = "%s"
  environment_variables = { LEVEL = "HIGH" }

  event_source_mapping = {
    queue = {
      event_source_arn        = module.queue.queue_arn
      function_response_types = ["ReportBatchItemFailures"]
    }
  }
}

module "queue" {
  source = "terraform-aws-modules/sqs/aws"
  name   = "scans"
}

module "repository" {
  source          = "terraform-aws-modules/ecr/aws"
  repository_name = "shop/api"
}

module "eventbridge" {
  source     = "terraform-aws-modules/eventbridge/aws"
  create_bus = false

  rules = {
    scans = {
      enabled       = true
      event_pattern = jsonencode({
        source = ["aws.ecr"]
        detail = { repository-name = [module.repository.repository_name] }
      })
    }
  }

  targets = {
    scans = [
      { name = "direct", arn = module.scans.lambda_function_arn, input_path = "$.detail" },
      { name = "queue", arn = module.queue.queue_arn },
    ]
  }
}
"""


@pytest.mark.parametrize("source_path", ["./src", "${path.module}/src", "src/app.py"])
def test_well_known_modules_of_the_registry_are_read(folder, source_path):
    write(folder, "src/app.py", HANDLER)
    write(folder, "main.tf", REGISTRY % source_path)
    (function,) = read_stack(Path("main.tf")).functions
    assert (function.name, function.aliases, function.line) == ("scans", ("scan-alerts",), 2)
    assert (function.file, function.environment) == (Path("src/app.py"), {"LEVEL": "HIGH"})
    direct, queued = function.rules
    assert direct.pattern == {"source": ["aws.ecr"], "detail": {"repository-name": ["shop/api"]}}
    assert (direct.name, direct.envelope, direct.file) == ("scans", "lambda", "main.tf")
    assert direct.transformer.shaping.input_path == "$.detail"
    assert (queued.envelope, queued.feed.reports) == ("sqs", True)
    assert queued.feed.place == "main.tf:12"


BEHIND_A_TOPIC = """
module "scans" {
  source        = "terraform-aws-modules/lambda/aws"
  function_name = "scan-alerts"
  handler       = "app.handler"
  runtime       = "python3.12"
  %s
}

module "topic" {
  source = "terraform-aws-modules/sns/aws"
  name   = "scans"
  subscriptions = {
    scans = {
      protocol = "lambda"
      endpoint = module.scans.lambda_function_arn
    }
  }
}

module "eventbridge" {
  source = "terraform-aws-modules/eventbridge/aws"
  rules = {
    scans = { event_pattern = jsonencode({ source = ["aws.ecr"] }) }
    off   = { event_pattern = jsonencode({ source = ["aws.ecr"] }), enabled = false }
    done  = { event_pattern = jsonencode({ source = ["aws.ecr"] }), state = "DISABLED" }
    odd   = "no rule"
  }
  targets = {
    scans = [{ arn = module.topic.topic_arn, dead_letter_arn = module.dead.queue_arn }]
    off   = [{ name = "direct", arn = module.scans.lambda_function_qualified_arn }]
  }
}

module "dead" {
  source = "git::https://github.com/terraform-aws-modules/terraform-aws-sqs.git"
}
"""


@pytest.mark.parametrize(
    ("code", "problem"),
    [
        ('source_path = "src"', ""),
        ('source_path = ["src", { path = "more" }]', ""),
        ('source_path = [{ path = "src/app.py" }]', ""),
        ("source_path = var.x", "its code lies elsewhere"),
        ('local_existing_package = "x.zip"', "its code lies elsewhere"),
        ('s3_existing_package = { bucket = "b", key = "k" }', "its code lies elsewhere"),
        ('package_type = "Image"\n  image_uri = "x"', "it is a container image"),
    ],
)
def test_code_and_topics_of_modules_of_the_registry_are_read(folder, code, problem):
    write(folder, "src/app.py", HANDLER)
    write(folder, "main.tf", BEHIND_A_TOPIC % code)
    stack = read_stack(Path("main.tf"))
    (function,) = stack.functions
    assert function.problem.startswith(problem)
    assert [(rule.name, rule.envelope) for rule in function.rules] == [("scans", "sns")]
    assert {rule.name: rule.disabled for rule in stack.rules} == {
        "scans": False,
        "off": True,
        "done": True,
    }


# Event patterns
# --------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "pattern",
    [
        'jsonencode({ source = ["aws.ecr"], detail = { a = ["x"] } })',
        'jsonencode({ "source" : ["aws.ecr"], detail : { a : [var.a] } })',
        '"{\\"source\\": [\\"aws.ecr\\"], \\"detail\\": {\\"a\\": [\\"x\\"]}}"',
        '<<EOF\n{"source": ["aws.ecr"], "detail": {"a": ["${var.a}"]}}\nEOF',
        '<<-PATTERN\n  {\n    "source": ["aws.ecr"],\n    "detail": {"a": ["x"]}\n  }\n  PATTERN',
        '<<EOF\n{"source": ["aws.ecr"], "detail": {"a": ${jsonencode([var.a])}}}\nEOF',
        'file("${path.module}/pattern.json")',
        'file("pattern.json")',
        'templatefile("${path.module}/pattern.tpl", { a = var.a })',
        "data.template_file.old.rendered",
        "local.patterns[0]",
        'jsonencode(merge(local.base, { detail = { a = tolist(["x"]) } }))',
        'jsonencode({ for k, v in { source = ["aws.ecr"], detail = { a = ["x"] } } : k => v })',
        "local.encoded",
    ],
)
def test_a_pattern_is_read_however_it_is_written(folder, pattern):
    write(folder, "pattern.json", '{"source": ["aws.ecr"], "detail": {"a": ["x"]}}')
    write(folder, "pattern.tpl", '{"source": ["aws.ecr"], "detail": {"a": ["${a}"]}}')
    more = """
variable "a" {
  default = "x"
}
locals {
  base     = { source = ["aws.ecr"] }
  patterns = [jsonencode({ source = ["aws.ecr"], detail = { a = ["x"] } })]
  encoded  = "${jsonencode({ source = ["aws.ecr"], detail = { a = ["x"] } })}"
}
data "template_file" "old" {
  template = file("pattern.tpl")
  vars     = { a = var.a }
}
"""
    write(folder, "main.tf", more + RULE % pattern)
    (rule,) = read_stack(Path("main.tf")).rules
    assert rule.pattern == {"source": ["aws.ecr"], "detail": {"a": ["x"]}}
    assert rule.unresolved == ()


ANY = [{"exists": True}]


@pytest.mark.parametrize(
    ("written", "expected", "unresolved"),
    [
        ("[var.x]", ANY, True),
        ('["a", var.x]', ANY, True),
        ("var.x", ANY, True),
        ('["${var.x}-a"]', ANY, True),
        ("[data.aws_caller_identity.me.account_id]", ANY, True),
        ("[aws_ecr_repository.r.name]", ["shop/api"], False),
        ("[aws_ecr_repository.r.id]", ["shop/api"], False),
        (
            "[aws_ecr_repository.r.arn]",
            [{"wildcard": "arn:aws:ecr:*:*:repository/shop/api"}],
            False,
        ),
        (
            '["arn:aws:ecr:eu-west-1:${data.aws_caller_identity.me.account_id}:repository/a"]',
            [{"wildcard": "arn:aws:ecr:eu-west-1:*:repository/a"}],
            False,
        ),
        ("[for r in aws_ecr_repository.all : r.name]", ["shop/a", "shop/b"], False),
        ("values(aws_ecr_repository.all)[*].name", ["shop/a", "shop/b"], False),
        ('[{ prefix = "a" }]', [{"prefix": "a"}], False),
        ('[{ "anything-but" = ["b"] }]', [{"anything-but": ["b"]}], False),
        ('[{ numeric = [">", var.x] }]', ANY, True),
        ('var.x ? ["a"] : ["b"]', [["a"], ["b"]], False),
    ],
)
def test_a_leaf_admits_what_is_not_known(folder, written, expected, unresolved):
    pattern = f'jsonencode({{ source = ["aws.ecr"], detail = {{ a = {written} }} }})'
    more = """
variable "x" {}
resource "aws_ecr_repository" "r" {
  name = "shop/api"
}
resource "aws_ecr_repository" "all" {
  for_each = toset(["a", "b"])
  name     = "shop/${each.key}"
}
"""
    write(folder, "main.tf", more + RULE % pattern)
    rules = read_stack(Path("main.tf")).rules
    leaves = [rule.pattern["detail"]["a"] for rule in rules]
    assert leaves in ([expected], expected)
    assert {rule.unresolved for rule in rules} == {("$.detail.a",) if unresolved else ()}


def test_an_empty_default_stands_for_what_a_deployment_gives(folder):
    more = """
variable "repository" {
  default = ""
}
resource "aws_lambda_function" "f" {
  handler = "app.handler"
  environment {
    variables = { REPOSITORY = var.repository }
  }
}
"""
    pattern = 'jsonencode({ source = ["aws.ecr"], detail = { a = [var.repository] } })'
    rule = RULE.replace("event_pattern", 'count = var.repository == "" ? 0 : 1\n  event_pattern')
    write(folder, "main.tf", more + rule % pattern)
    stack = read_stack(Path("main.tf"))
    assert [rule.pattern["detail"]["a"] for rule in stack.rules] == [ANY]
    assert stack.functions[0].environment == {"REPOSITORY": ""}
    write(folder, "terraform.tfvars", 'repository = ""')
    assert read_stack(Path("main.tf")).rules == ()


def test_a_pattern_of_which_nothing_is_known_admits_all_events(folder):
    write(folder, "main.tf", 'variable "x" {}\n' + RULE % "var.x")
    (rule,) = read_stack(Path("main.tf")).rules
    assert (rule.pattern, rule.unresolved) == ({"source": ANY}, ("$.source",))


@pytest.mark.parametrize(
    ("count", "names"),
    [
        ("count = 0", []),
        ("count = 1", ["r[0]"]),
        ("count = var.on ? 1 : 0", ["r[0]"]),
        ("count = var.x ? 2 : 0", ["r[0]", "r[1]"]),
        ("for_each = toset([])", []),
        ('for_each = toset(["b", "a"])', ['r["a"]', 'r["b"]']),
        ("for_each = { b = 1, a = 2 }", ['r["a"]', 'r["b"]']),
        ("for_each = var.x", ['r["*"]']),
    ],
)
def test_a_rule_is_there_as_often_as_its_block_says(folder, count, names):
    more = 'variable "x" {}\nvariable "on" {\n  default = true\n}\n'
    rule = RULE.replace("event_pattern", f"{count}\n  event_pattern")
    write(folder, "main.tf", more + rule % 'jsonencode({ source = ["aws.ecr"] })')
    assert [rule.name for rule in read_stack(Path("main.tf")).rules] == names


@pytest.mark.parametrize(
    ("state", "disabled"),
    [
        ("", False),
        ('state = "DISABLED"', True),
        ('state = "ENABLED"', False),
        ("is_enabled = false", True),
        ("is_enabled = var.x", False),
    ],
)
def test_a_rule_that_is_disabled_is_told(folder, state, disabled):
    rule = RULE.replace("event_pattern", f"{state}\n  event_pattern")
    write(folder, "main.tf", 'variable "x" {}\n' + rule % 'jsonencode({ source = ["aws.ecr"] })')
    (found,) = read_stack(Path("main.tf")).rules
    assert found.disabled == disabled


@pytest.mark.parametrize(
    ("written", "line"),
    [
        ('<<EOF\n{\n  "source": [aws.ecr]\n}\nEOF', 5),
        ('"{source: [1]}"', 3),
        ('file("x.json")', 3),
        ('""', 3),
    ],
)
def test_a_pattern_that_is_no_json_is_refused(folder, written, line):
    write(folder, "x.json", "{")
    write(folder, "main.tf", RULE % written)
    problem = r"the event pattern of aws_cloudwatch_event_rule\.r is no JSON"
    with pytest.raises(TemplateError, match=rf"^main\.tf:{line}: {problem}"):
        read_stack(Path("main.tf"))


def test_a_broken_pattern_with_unknown_parts_admits_nothing(folder):
    write(folder, "main.tf", 'variable "x" {}\n' + RULE % "<<EOF\n{ ${var.x} ]\nEOF")
    assert read_stack(Path("main.tf")).rules == ()


def test_a_pattern_that_is_too_deep_is_refused_with_its_place(folder):
    pattern = "jsonencode(" + "{ a = " * 45 + "1" + " }" * 45 + ")"
    write(folder, "other.tf", 'resource "aws_sqs_queue" "q" {}\n')
    write(folder, "main.tf", RULE % ("<<EOF\n" + '{"a":' * 200 + "1" + "}" * 200 + "\nEOF"))
    with pytest.raises(TemplateError, match=r"^main\.tf:2: the pattern of .* is too deeply nested"):
        read_stack(Path("main.tf"))
    write(folder, "main.tf", RULE % pattern)
    assert len(read_stack(Path("main.tf")).rules) == 1
